"""Generators and discriminators: plain `nn.Module`s, and the view of any module as a function of one flat
vector.

G maps latents [n, latent_dim] to samples [n, dim]. D maps samples [n, dim] to logits [n]: high means real,
and there is no sigmoid at the end (chapter 2 shows why).
"""

import contextlib
import copy
import threading
from collections.abc import Mapping
from functools import partial

import torch
from torch import Tensor, nn
from torch.func import functional_call

from gan_teach.checks import one_of, positive
from gan_teach.torch_private import DROPOUT, TorchDispatchMode

_ONE_START = threading.Lock()  # fresh parameters are drawn from the global generator, which is then put back
RANDOM_LAYERS = (DROPOUT, nn.RReLU)
ACTIVATIONS = {
    "relu": nn.ReLU,
    "leaky_relu": lambda: nn.LeakyReLU(0.2),
    "tanh": nn.Tanh,
    "softplus": nn.Softplus,
}


def mlp(n_in: int, n_out: int, hidden: tuple[int, ...] = (64, 64), activation: str = "relu") -> nn.Sequential:
    """Linear layers with an activation between them: [n, n_in] -> [n, n_out]."""
    positive("n_in", n_in, whole=True), positive("n_out", n_out, whole=True)
    one_of("activation", activation, ACTIVATIONS)
    layers, width = [], n_in
    for size in hidden:
        layers += [nn.Linear(width, positive("hidden", size, whole=True)), ACTIVATIONS[activation]()]
        width = size
    return nn.Sequential(*layers, nn.Linear(width, n_out))


class Generator(nn.Module):
    """G: latents z [n, latent_dim] -> samples [n, dim]. Chapter 2 introduces it."""

    def __init__(
        self, latent_dim: int, dim: int, hidden: tuple[int, ...] = (64, 64), activation: str = "relu"
    ):
        super().__init__()
        self.body = mlp(latent_dim, dim, hidden, activation)

    def forward(self, z: Tensor) -> Tensor:
        return self.body(z)


class Discriminator(nn.Module):
    """D: samples x [n, dim] -> logits [n]. A probability is sigmoid(logit). Chapter 2 introduces it."""

    def __init__(self, dim: int, hidden: tuple[int, ...] = (64, 64), activation: str = "relu"):
        super().__init__()
        self.body = mlp(dim, 1, hidden, activation)

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x).squeeze(-1)


def count(module: nn.Module) -> int:
    """The number of its parameters."""
    return sum(p.numel() for p in module.parameters())


def flatten(module: nn.Module) -> Tensor:
    """A copy of all parameters as one vector [count], in the order of `module.parameters()`; [0] for one that
    has none."""
    values = [p.detach().reshape(-1) for p in module.parameters()]
    return torch.cat(values) if values else torch.empty(0)


def parts(module: nn.Module, flat: Tensor) -> tuple[Tensor, ...]:
    """The parameters `flat` [count] as views in the shapes of the module's own, in their order; () for a
    fixed map."""
    own = list(module.parameters())
    sizes = [p.numel() for p in own]
    return tuple(part.view(p.shape) for p, part in zip(own, flat.split(sizes))) if own else ()


def apply(module: nn.Module, flat: Tensor | tuple[Tensor, ...], *inputs: Tensor) -> Tensor:
    """The module as a pure function: `module(*inputs)` with its parameters read from `flat` [count], or from
    its `parts`.

    Its buffers follow the parameters to their device and precision.
    """
    values = flat if isinstance(flat, tuple) else parts(module, flat)
    bound = dict(zip((name for name, _ in module.named_parameters()), values))
    like = values[0] if values else inputs[0]
    for name, buffer in module.named_buffers():
        bound[name] = buffer.to(like.device, like.dtype if buffer.is_floating_point() else buffer.dtype)
    return functional_call(module, bound, inputs)


def frozen(bound: partial) -> partial:
    """A bound network (`partial(apply, module, flat)`) whose parameters are given and not asked about: no
    slope flows there."""
    module, flat = bound.args
    still = tuple(part.detach() for part in flat) if isinstance(flat, tuple) else flat.detach()
    return partial(apply, module, still)


def check_pure(name: str, module: nn.Module):
    """Errors: `ValueError` for a network that a pure step can't play: one that keeps running statistics while
    it trains, or draws random numbers of its own. The module is only looked at; what a layer does in its own
    code, `left_alone` sees."""
    for place, layer in module.named_modules():
        where = f"{name} has a {type(layer).__name__}" + (f" at {place!r}" if place else "")
        if layer.training and getattr(layer, "track_running_stats", False):
            raise ValueError(
                f"{where} that keeps running statistics, which a step must not change: "
                "make it with track_running_stats=False (it then goes by the batch at hand), or call "
                "eval() on it"
            )
        if layer.training and isinstance(layer, RANDOM_LAYERS) and getattr(layer, "p", 1) > 0:
            raise ValueError(
                f"{where} that draws random numbers of its own, which the seed of a training doesn't decide: "
                "leave it out, or call eval() on it"
            )


class _NoDice(TorchDispatchMode):
    """Refuses operations that draw random numbers, in this thread alone, before they draw."""

    def __init__(self, names: str):
        super().__init__()
        self.names = names

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if torch.Tag.nondeterministic_seeded in func.tags:
            raise ValueError(
                f"{self.names} draws random numbers of its own, which the seed of a training doesn't decide"
            )
        return func(*args, **(kwargs or {}))


@contextlib.contextmanager
def left_alone(modules: Mapping[str, nn.Module]):
    """Errors: `ValueError` if a network that is called inside changes one of its buffers (which are put back
    in any case), or draws random numbers."""
    buffers = {(who, key): b for who, module in modules.items() for key, b in module.named_buffers()}
    before = {place: b.clone() for place, b in buffers.items()}
    try:
        with _NoDice(" or ".join(modules)):
            yield
    finally:
        changed = [p for p, b in buffers.items() if not torch.equal(b.nan_to_num(), before[p].nan_to_num())]
        for place in changed:
            buffers[place].copy_(before[place])
    for who, key in changed:
        raise ValueError(f"{who} changes its buffer {key!r} when it is called, which a step must not do")


def placed(module: nn.Module, device, dtype) -> nn.Module:
    """A copy whose buffers stand on the device, in this precision; the module itself where there is none to
    move."""
    if not any(True for _ in module.buffers()):
        return module
    moved = copy.deepcopy(module)
    for part in moved.modules():
        for name, buffer in part.named_buffers(recurse=False):
            setattr(part, name, buffer.to(device, dtype if buffer.is_floating_point() else buffer.dtype))
    return moved


def load(module: nn.Module, flat) -> nn.Module:
    """A copy of the module that holds the parameters `flat` [count] (tensor or array), for use as an ordinary
    module."""
    flat = flat.detach().cpu() if isinstance(flat, Tensor) else torch.tensor(flat)
    module = copy.deepcopy(module).to(flat.dtype)
    if flat.shape != (count(module),):
        raise ValueError(
            f"flat must have the shape [{count(module)}] for this module, but {list(flat.shape)} was given"
        )
    nn.utils.vector_to_parameters(flat.clone(), module.parameters())
    return module


def grown(old: nn.Module, had: Tensor, new: nn.Module, fresh: Tensor) -> Tensor:
    """Parameters for a larger network: each parameter that the smaller one had under the same name and in the
    same shape is taken over from `had` [its count], the others are those of `fresh` [count]."""
    known = {name: part for (name, _), part in zip(old.named_parameters(), parts(old, had))}
    taken = [
        known[name] if name in known and known[name].shape == part.shape else part
        for (name, _), part in zip(new.named_parameters(), parts(new, fresh))
    ]
    return torch.cat([part.reshape(-1) for part in taken])


def widths(module: nn.Module) -> list[int]:
    """The sizes of the hidden layers of a `Generator` or `Discriminator`; [] for any other module."""
    body = getattr(module, "body", None)
    if not isinstance(module, (Generator, Discriminator)) or not isinstance(body, nn.Sequential):
        return []
    return [layer.out_features for layer in body if isinstance(layer, nn.Linear)][:-1]


def with_width(module: nn.Module, width: int) -> nn.Module:
    """A copy of a `Generator` or `Discriminator` with all hidden layers of that width, parameters untrained.

    Errors: `ValueError` for a module without hidden layers that could be widened.
    """
    if not widths(module):
        raise ValueError(
            "the width can be changed for Generator and Discriminator with hidden layers, "
            f"but {type(module).__name__} was given"
        )
    positive("width", width, whole=True)
    copied = copy.deepcopy(module)
    linear = [i for i, layer in enumerate(copied.body) if isinstance(layer, nn.Linear)]
    for i in linear:
        old = copied.body[i]
        n_in, n_out = (
            old.in_features if i == linear[0] else width,
            old.out_features if i == linear[-1] else width,
        )
        copied.body[i] = nn.Linear(n_in, n_out, bias=old.bias is not None)
    return copied


def initialise(module: nn.Module, seed: int) -> nn.Module:
    """A copy on the CPU with fresh parameters drawn by PyTorch's own rules, the same for the same seed
    wherever the module was. The global state of the random numbers stays as it was, that of GPUs too."""
    module = copy.deepcopy(module).cpu()
    with seeded(seed):
        # Layers first: what is made of layers may then put its own start over theirs.
        for part in sorted(module.modules(), key=lambda part: any(True for _ in part.children())):
            if hasattr(part, "reset_parameters"):
                part.reset_parameters()
    return module


@contextlib.contextmanager
def seeded(seed: int):
    """The CPU's global generator seeded for a while, then put back; those of GPUs are not touched."""
    with _ONE_START:
        before = torch.default_generator.get_state()
        torch.default_generator.manual_seed(seed)
        try:
            yield
        finally:
            torch.default_generator.set_state(before)
