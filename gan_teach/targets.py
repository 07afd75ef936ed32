"""Targets by name: the data that a generator imitates, and the latents it starts from.

`laws` says what a target declares and can do; `points` are your own. Shapes are in the data's own units
throughout. Chapters 1 to 4 use the 1-D targets, chapter 4 the ring.
"""

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from gan_teach.checks import finite, positive
from gan_teach.laws import Mixture, NoDensityError, NoisyCurve, Target, Uniform
from gan_teach.own_points import Points, points

__all__ = [
    "Mixture",
    "NoDensityError",
    "NoisyCurve",
    "Points",
    "Target",
    "Uniform",
    "bimodal",
    "gaussian",
    "grid",
    "line",
    "mixture",
    "normal",
    "points",
    "ring",
    "spiral",
    "two_moons",
    "uniform",
]


def _column(values) -> Tensor:
    return torch.as_tensor(values, dtype=torch.float64).reshape(-1, 1)


def _above_zero(name: str, values) -> list[float]:
    return [positive(name, v, single=True) for v in values]


def gaussian(mean: float = 0.0, std: float = 1.0) -> Mixture:
    """N(mean, std^2) in 1-D."""
    mean, std = finite("mean", mean), positive("std", std, single=True)
    return Mixture("gaussian", _column([mean]), torch.tensor([std], dtype=torch.float64), torch.ones(1))


def normal(dim: int) -> Mixture:
    """The standard normal law in `dim` dimensions: the usual latent."""
    dim = positive("dim", dim, whole=True)
    return Mixture("standard normal", torch.zeros(1, dim), torch.ones(1), torch.ones(1))


def uniform(low: float = -1.0, high: float = 1.0, dim: int = 1) -> Uniform:
    """The uniform law on [low, high]^dim: a target in 1-D, or a latent."""
    return Uniform(low, high, dim)


def mixture(
    means: Sequence[float], stds: Sequence[float] | float, weights: Sequence[float] | None = None
) -> Mixture:
    """A mixture of Gaussians in 1-D; one std for all or one each, equal weights unless given."""
    if len(means) == 0:
        raise ValueError("means must hold at least one number, but it is empty")
    means = [finite("means", m) for m in means]
    spread = _above_zero("stds", [stds] * len(means) if np.ndim(stds) == 0 else stds)
    share = [1.0] * len(means) if weights is None else _above_zero("weights", weights)
    return Mixture("mixture", _column(means), _column(spread)[:, 0], _column(share)[:, 0])


def bimodal(distance: float = 4.0, std: float = 0.5) -> Mixture:
    """Two equal Gaussians in 1-D whose centres lie `distance` apart."""
    distance, std = positive("distance", distance, single=True), positive("std", std, single=True)
    return mixture([-distance / 2, distance / 2], std)


def ring(
    n: int = 8, radius: float = 2.0, std: float = 0.02, weights: Sequence[float] | None = None
) -> Mixture:
    """n Gaussians on a circle, equally weighted unless `weights` [n] says otherwise.

    The last angle is not the first again (no repeated end point: see chapter 9).
    """
    n, radius = positive("n", n, whole=True), positive("radius", radius, single=True)
    std = positive("std", std, single=True)
    angle = 2 * math.pi * torch.arange(n) / n
    centres = radius * torch.stack([angle.cos(), angle.sin()], dim=1)
    return Mixture(
        f"ring of {n}",
        centres,
        torch.full((n,), std, dtype=torch.float32),
        torch.ones(n) if weights is None else torch.tensor(_above_zero("weights", weights)),
    )


def grid(n: int = 5, spacing: float = 2.0, std: float = 0.05) -> Mixture:
    """n x n Gaussians on a square grid around the origin."""
    n, spacing = positive("n", n, whole=True), positive("spacing", spacing, single=True)
    std = positive("std", std, single=True)
    line_of = spacing * (torch.arange(n) - (n - 1) / 2)
    centres = torch.cartesian_prod(line_of, line_of)
    return Mixture(
        f"grid of {n} x {n}", centres, torch.full((n * n,), std, dtype=torch.float32), torch.ones(n * n)
    )


def two_moons(std: float = 0.1) -> NoisyCurve:
    """Two interleaved half circles of radius 1, with noise."""

    def curve(t):
        upper, angle = t < 0.5, math.pi * (2 * t % 1)
        x = torch.where(upper, angle.cos(), 1 - angle.cos()) - 0.5
        return torch.stack([x, torch.where(upper, angle.sin(), 0.5 - angle.sin()) - 0.25], dim=-1)

    return NoisyCurve("two moons", curve, ((-2.0, 2.0), (-1.5, 1.5)), std, knots=(0.0, 0.5, 1.0))


def spiral(turns: float = 1.5, radius: float = 2.0, std: float = 0.05) -> NoisyCurve:
    """A spiral from the centre out to `radius`, equally dense along its length (nearly), with noise."""
    turns, radius = positive("turns", turns, single=True), positive("radius", radius, single=True)

    def curve(t):
        r = (0.01 + 0.99 * t).sqrt()  # the square root evens out the points along the arm
        return radius * torch.stack(
            [r * (2 * math.pi * turns * r).cos(), r * (2 * math.pi * turns * r).sin()], dim=-1
        )

    edge = 1.25 * radius
    return NoisyCurve("spiral", curve, ((-edge, edge), (-edge, edge)), std)


def line(length: float = 4.0, std: float = 0.05) -> NoisyCurve:
    """A straight segment along the first axis, centred at the origin, with noise."""
    length = positive("length", length, single=True)

    def curve(t):
        return torch.stack([length * (t - 0.5), torch.zeros_like(t)], dim=-1)

    edge = 0.75 * length
    return NoisyCurve("line", curve, ((-edge, edge), (-edge, edge)), std)
