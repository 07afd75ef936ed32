"""A game's steps as one WebAssembly module: the same PyTorch code, compiled, for a page without a kernel and
for Python.

To read it, follow a function on its way:

.. code-block:: none

    compiler       traces pure functions of named tensors and puts the module together
    operations     each of PyTorch's operations, as values of three kinds
    values         ... a tensor in memory, a constant, an expression not yet computed
    loops          elementwise expressions and sums as loops over four numbers at a time
    products       products of matrices
    convolutions   ... and of pictures, made of products
    work           what is computed so far, and what still has to be
    memory         which tensors may stand at the same place, one after the other
    mathematics    exp, log, tanh and others, which WebAssembly has not
    philox         random numbers that are the same everywhere
    text           a few words of WebAssembly's text format
    host           the module in Python
"""
