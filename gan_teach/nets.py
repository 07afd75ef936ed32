"""Generators and discriminators: plain `nn.Module`s, and the view of any module as a function of one flat
vector.

G maps latents [n, latent_dim] to samples [n, dim]. D maps samples [n, dim] to logits [n]: high means real,
and there is no sigmoid at the end (chapter 2 shows why).
"""

import copy
import threading

import torch
from torch import Tensor, nn
from torch.func import functional_call

from gan_teach.checks import one_of, positive

_ONE_START = threading.Lock()  # fresh parameters are drawn from the global generator, which is then put back
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
    return torch.cat([torch.empty(0), *(p.detach().reshape(-1) for p in module.parameters())])


def parts(module: nn.Module, flat: Tensor) -> tuple[Tensor, ...]:
    """The parameters `flat` [count] as views in the shapes of the module's own, in their order."""
    own = list(module.parameters())
    return (
        tuple(part.view(p.shape) for p, part in zip(own, flat.split([p.numel() for p in own]))) if own else ()
    )  # () for a fixed map


def apply(module: nn.Module, flat: Tensor | tuple[Tensor, ...], x: Tensor) -> Tensor:
    """The module as a pure function: `module(x)` with its parameters read from `flat` [count], or from its
    `parts`."""
    values = flat if isinstance(flat, tuple) else parts(module, flat)
    return functional_call(module, dict(zip((name for name, _ in module.named_parameters()), values)), (x,))


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
    """A copy with fresh parameters drawn by PyTorch's own rules, the same for the same seed. The global state
    of the random numbers stays as it was."""
    module = copy.deepcopy(module)
    with _ONE_START, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        # Layers first: what is made of layers may then put its own start over theirs.
        for part in sorted(module.modules(), key=lambda part: any(True for _ in part.children())):
            if hasattr(part, "reset_parameters"):
                part.reset_parameters()
    return module
