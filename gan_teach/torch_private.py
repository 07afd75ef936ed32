"""The few things of PyTorch's that are not part of its public interface, in one place: what to look at when
it changes.

Tried with the versions that pyproject.toml allows.
"""

import threading

import torch
from torch._functorch.compile_utils import fx_graph_cse
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map

ONE_TRACE = threading.Lock()  # the tracer keeps its state per process: two traces at once spoil each other
fused_adam_ = torch._fused_adam_  # Adam in one pass, in place, over lists of tensors
DROPOUT = torch.nn.modules.dropout._DropoutNd  # what all dropout layers descend from
BATCH_NORM = torch.nn.modules.batchnorm._BatchNorm  # what all batch norms descend from

__all__ = [
    "BATCH_NORM",
    "DROPOUT",
    "ONE_TRACE",
    "TorchDispatchMode",
    "fused_adam_",
    "fx_graph_cse",
    "tree_map",
]
