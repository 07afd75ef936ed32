"""Which cells a cell stands on."""

import pytest
from slicing import names, slice_for


@pytest.mark.parametrize(
    "cells, needed",
    [
        (["x = 1", "y = 2", "print(x)"], [0, 2]),
        (["x = 1", "x = 2", "print(x)"], [1, 2]),  # the first is forgotten
        (["x = 1", "x += 2", "print(x)"], [0, 1, 2]),
        (["x = 1", "if chance:\n    x = 2", "print(x)"], [0, 1, 2]),  # the second may not happen
        (["x = 1", "for x in []:\n    pass", "print(x)"], [0, 1, 2]),
        (["x = 1", "for x in (2, 3):\n    if x > 2:\n        continue\n    print(x)"], [1]),
        (["x = 1", "x = 2\nprint(x)"], [1]),
        (["x = 1", "print(x)\nx = 2"], [0, 1]),
        (["x = 1", "def f(x):\n    return x", "f(2)"], [1, 2]),  # x is the function's own
        (["x = 1", "def f(y):\n    return lambda: x + y", "f(2)"], [0, 1, 2]),
        (["x = 1", "[x for x in range(3)]"], [1]),
        (["all = {}", 'all["x"] = 1', "other = {}", "len(all)"], [0, 1, 3]),
        (["net = Net()", "net.scale = 1", "net(2)"], [0, 1, 2]),
        (["opt = Adam()", "opt.step()", "opt.lr"], [0, 1, 2]),
        (["import torch", "torch.manual_seed(0)", "torch.rand(1)"], [0, 1, 2]),
        (["f = 1", "with open('x') as f:\n    y = f.read()", "print(y)"], [1, 2]),
    ],
)
def test_a_cell_needs_what_it_reads(cells, needed):
    assert slice_for(cells, len(cells) - 1) == needed


def test_names_of_a_cell():
    found = names("import numpy as np\nfor i in range(n):\n    total = np.sum(total + i)\nopt.step()")
    assert found.surely == {"np"}
    assert found.sets == {"np", "i", "total"}
    assert found.reads == {"n", "range", "total", "opt"}
    assert found.changes == {"opt"}
