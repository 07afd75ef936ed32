"""A device that isn't there, for tests of what happens on a GPU: tensors on PyTorch's `meta` device have a
shape, a dtype and a place, and no numbers. Mixing them with tensors on the CPU raises, as on a GPU, and
copying them to the host gives ones.

`float64=False`: this device refuses double precision, as Apple's does.
"""

import contextlib

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

PLACE = torch.device("meta")
COPIES = {torch.ops.aten._to_copy, torch.ops.aten.to}  # the second is what inference mode calls
READ = {torch.ops.aten._local_scalar_dense.default, torch.ops.aten.equal.default}


class Elsewhere(TorchDispatchMode):
    """While it is on, `meta` behaves like a GPU. visits: how many operations ran there.
    from_host: a list, if copies from the CPU are to be noted."""

    def __init__(self, float64: bool = True):
        super().__init__()
        self.float64, self.visits, self.from_host = float64, 0, None

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        there = [t for t in tree_leaves((args, kwargs)) if isinstance(t, torch.Tensor) and t.device == PLACE]
        to = torch.device(kwargs.get("device") or PLACE)
        if func.overloadpacket in COPIES and there and to.type == "cpu":
            return torch.ones(args[0].shape, dtype=kwargs.get("dtype") or args[0].dtype)
        if (
            self.from_host is not None
            and func.overloadpacket in COPIES
            and to == PLACE
            and args[0].device != PLACE
        ):
            self.from_host.append(func)
        if func in READ and there:  # a number that is read, as an `if` does
            return True
        if func.overloadpacket is torch.ops.aten._fused_adam_ and there:  # it has no form without numbers
            lists = [t for group in args for t in group]
            assert {t.device for t in [*lists, kwargs["lr"]] if t.ndim} == {PLACE}, (
                "Adam in one pass mixes devices"
            )
            return None
        out = func(*args, **kwargs)
        for made in tree_leaves(out):
            if isinstance(made, torch.Tensor) and made.device == PLACE:
                self.visits += 1
                if not self.float64 and made.dtype == torch.float64:
                    raise TypeError(f"this device has no float64, but {func} makes it")
        return out


@contextlib.contextmanager
def gpu(monkeypatch, float64: bool = True):
    """Training, sweeps and the stage choose the device that isn't there."""
    import gan_teach.experiments.sweep
    import gan_teach.training

    for module in (gan_teach.training, gan_teach.experiments.sweep):
        monkeypatch.setattr(module, "choose_device", lambda name=None, say=False: PLACE)
    with Elsewhere(float64) as mode:
        yield mode
    assert mode.visits > 100, "nothing ran on the device"
