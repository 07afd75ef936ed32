"""Penalties on D's slope. Each gives one value per sample, never a norm over the batch.

A penalty is a function (critic, real [n, ...], fake [n, ...], u [n]) -> [n], where critic maps samples to
logits [n] and u is uniform on [0, 1]. The game adds weight x mean to D's loss. All are safe to differentiate
once more.
"""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor
from torch.func import grad

from gan_teach.checks import one_of, positive

Critic = Callable[[Tensor], Tensor]


def slopes(critic: Critic, x: Tensor) -> Tensor:
    """The gradient of critic(x_i) with respect to x_i, for each sample: same shape as x.

    One backward pass serves all samples, because each logit depends on its own sample only (so no batch norm
    in D).
    """
    return grad(lambda x: critic(x).sum())(x)


def _squared_norm(v: Tensor) -> Tensor:
    return (v**2).flatten(1).sum(1)


def _r1(critic, real, fake, u):
    return _squared_norm(slopes(critic, real)) / 2


def _r2(critic, real, fake, u):
    return _squared_norm(slopes(critic, fake)) / 2


def _gradient_penalty(critic, real, fake, u):
    share = u.view(-1, *[1] * (real.ndim - 1))
    between = share * real + (1 - share) * fake
    # A tiny constant keeps the square root's own slope finite where D is flat.
    return ((_squared_norm(slopes(critic, between)) + 1e-12).sqrt() - 1) ** 2


@dataclass(frozen=True)
class Penalty:
    """A penalty and its weight gamma, a positive number. at: whose labels go with the points, in a
    conditional game."""

    name: str
    gamma: float
    value: Callable[[Critic, Tensor, Tensor, Tensor], Tensor]
    at: str = "real"

    def __post_init__(self):
        positive("gamma", self.gamma, zero=True)


def r1(gamma: float = 1.0) -> Penalty:
    """gamma/2 |grad D|^2 at real samples (Mescheder et al. 2018, arXiv:1801.04406, eq. 9; the half is ours as
    theirs).

    It flattens D around the data, which lets the game settle; it does not help D to separate. Chapter 8.
    """
    return Penalty("r1", gamma, _r1)


def r2(gamma: float = 1.0) -> Penalty:
    """gamma/2 |grad D|^2 at fakes (Mescheder et al. 2018, arXiv:1801.04406, eq. 10). A penalty on D, not on
    G."""
    return Penalty("r2", gamma, _r2, at="fake")


def gradient_penalty(gamma: float = 10.0) -> Penalty:
    """gamma (|grad D| - 1)^2 at random points between a real and a fake (Gulrajani et al. 2017,
    arXiv:1704.00028)."""
    return Penalty("gradient_penalty", gamma, _gradient_penalty)


PENALTIES = {"r1": r1, "r2": r2, "gradient_penalty": gradient_penalty}


def get(name: str, gamma: float) -> Penalty:
    """The penalty of that name with the weight gamma. Errors: `ValueError` for an unknown name or a negative
    weight."""
    return PENALTIES[one_of("penalty", name, PENALTIES)](gamma)
