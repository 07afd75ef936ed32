"""Distributions with exact densities in 1-D and 2-D: the data that a generator imitates, and the latents it
starts from.

Every target has

    dim                     1 or 2 (latents may have more)
    window                  the part of space worth drawing: a (low, high) pair per axis
    modes                   centres of its modes, tensor [k, dim], or None where it has none
    std                     the spread of one mode, where it has modes
    sample(n, generator)    tensor [n, dim], float32, on the CPU
    log_prob(x)             tensor [n] of natural-log densities at x [n, dim]
    density(x)              the same as a float64 NumPy array, not logged

Shapes are in the data's own units throughout. Chapters 1 to 4 use the 1-D targets, chapter 4 the ring.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan_teach.checks import positive
from gan_teach.readers import read_csv


class NoDensityError(ValueError):
    """Raised when a target has samples but no density: points, or a curve without thickness."""


class Target(ABC):
    """A law on R^dim that can be sampled and, where it has a density, evaluated exactly."""

    name: str
    dim: int
    window: tuple[tuple[float, float], ...]
    modes: Tensor | None = None
    std: float | None = None

    @abstractmethod
    def _draw(self, n: int, generator: torch.Generator) -> Tensor: ...

    @abstractmethod
    def _log_prob(self, x: Tensor) -> Tensor: ...

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Draw n samples, [n, dim]. Errors: `ValueError` for n < 1, `TypeError` without a torch.Generator."""
        positive("n", n, whole=True)
        if not isinstance(generator, torch.Generator):
            raise TypeError(f"generator must be a torch.Generator, but {generator!r} was given")
        return self._draw(n, generator)

    def log_prob(self, x: Tensor) -> Tensor:
        """Natural logarithm of the density at x [n, dim], in x's dtype: [n]. Errors: `ValueError` for another
        shape."""
        if x.ndim != 2 or x.shape[1] != self.dim:
            raise ValueError(
                f"x must have the shape [n, {self.dim}] for {self}, but {list(x.shape)} was given"
            )
        return self._log_prob(x)

    def density(self, x) -> np.ndarray:
        """Density at x ([n] in 1-D, or [n, dim]), float64: [n]."""
        points = np.asarray(x, dtype=np.float64)
        return self.log_prob(torch.from_numpy(points.reshape(-1, self.dim).copy())).exp().numpy()

    classes: int | None = None

    @property
    def own_scale(self) -> np.ndarray:
        return np.ones(self.dim)

    def to_own(self, x):
        return x

    def to_standard(self, x):
        return x

    image: tuple[int, int] | None = None

    def sample_labelled(self, n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Draw n samples with their labels: [n, dim] and one-hot [n, classes]. Errors: `ValueError` without
        labels."""
        raise ValueError(f"{self} has no labels")

    def __repr__(self):
        return f"<{self.name}, {self.dim}-D>"


@dataclass(frozen=True, repr=False)
class Mixture(Target):
    """A mixture of round Gaussians: sum_i w_i N(mean_i, std_i^2 I). means [k, dim], stds [k], weights [k],
    float64."""

    name: str
    means: Tensor
    stds: Tensor
    weights: Tensor

    def __post_init__(self):
        if not bool((self.stds > 0).all()):
            raise ValueError(f"std must be above zero, but {self.stds.tolist()} was given")
        if not bool((self.weights > 0).all()):
            raise ValueError(f"weights must be above zero, but {self.weights.tolist()} was given")
        if not len(self.means) == len(self.stds) == len(self.weights):
            raise ValueError(
                "means, stds and weights must be equally many, but "
                f"{len(self.means)}, {len(self.stds)} and {len(self.weights)} were given"
            )

    @property
    def dim(self):
        return self.means.shape[1]

    @property
    def modes(self):
        return self.means

    @property
    def std(self):
        return float(self.stds.max())

    @property
    def window(self):
        low, high = self.means.min(0).values, self.means.max(0).values
        pad = max(5 * self.std, 0.25 * float((high - low).max()))
        return tuple((float(a) - pad, float(b) + pad) for a, b in zip(low, high))

    def _draw(self, n, generator):
        which = torch.multinomial(self.weights.float(), n, replacement=True, generator=generator)
        return self.means.float()[which] + self.stds.float()[which, None] * torch.randn(
            n, self.dim, generator=generator
        )

    def _log_prob(self, x):
        means, stds, weights = (t.to(x.device, x.dtype) for t in (self.means, self.stds, self.weights))
        squared = ((x[:, None] - means) ** 2).sum(-1) / stds**2
        log_weight = (weights / weights.sum()).log() - self.dim * (stds.log() + 0.5 * math.log(2 * math.pi))
        return torch.logsumexp(log_weight - 0.5 * squared, dim=1)

    def cdf(self, x) -> np.ndarray:
        """P(X <= x) in 1-D at x [n], float64: [n]."""
        x = torch.as_tensor(np.asarray(x, dtype=np.float64))
        parts = 0.5 * torch.erfc(
            (self.means[:, 0].double() - x[..., None]) / (self.stds.double() * math.sqrt(2))
        )
        return (parts * self.weights.double() / self.weights.double().sum()).sum(-1).numpy()


@dataclass(frozen=True, repr=False)
class Uniform(Target):
    """The uniform law on [low, high]^dim."""

    low: float
    high: float
    dim: int = 1
    name: str = "uniform"

    def __post_init__(self):
        positive("dim", self.dim, whole=True)
        if not self.low < self.high:
            raise ValueError(
                f"low must be below high, but low={self.low!r} and high={self.high!r} were given"
            )

    @property
    def window(self):
        pad = 0.5 * (self.high - self.low)
        return ((self.low - pad, self.high + pad),) * self.dim

    def _draw(self, n, generator):
        return self.low + (self.high - self.low) * torch.rand(n, self.dim, generator=generator)

    def _log_prob(self, x):
        inside = ((x >= self.low) & (x <= self.high)).all(1)
        level = torch.as_tensor(-self.dim * math.log(self.high - self.low), dtype=x.dtype, device=x.device)
        return torch.where(inside, level, -torch.inf)

    def cdf(self, x) -> np.ndarray:
        """P(X <= x) in 1-D at x [n], float64: [n]."""
        return np.clip((np.asarray(x, dtype=np.float64) - self.low) / (self.high - self.low), 0.0, 1.0)


@dataclass(frozen=True, repr=False)
class NoisyCurve(Target):
    """A curve in the plane with Gaussian noise: x = curve(t) + std * noise, t uniform on [0, 1].

    curve: t [n] -> [n, 2], smooth between the breaks. The density is the integral over t of N(x; curve(t),
    std^2 I). Gauss-Legendre panels of at most one std along the curve give it to about ten digits.
    """

    name: str
    curve: Callable[[Tensor], Tensor]
    window: tuple[tuple[float, float], ...]
    std: float
    breaks: tuple[float, ...] = (0.0, 1.0)
    dim = 2

    def __post_init__(self):
        positive("std", self.std, zero=True)

    def _draw(self, n, generator):
        return self.curve(torch.rand(n, generator=generator)) + self.std * torch.randn(
            n, 2, generator=generator
        )

    def _nodes(self):
        nodes, weights = np.polynomial.legendre.leggauss(8)
        all_t, all_w = [], []
        for a, b in zip(self.breaks, self.breaks[1:]):
            along = self.curve(torch.linspace(a + 1e-9, b - 1e-9, 2000, dtype=torch.float64))
            panels = max(8, math.ceil(float(along.diff(dim=0).norm(dim=1).sum()) / self.std))
            edges = np.linspace(a, b, panels + 1)
            half = (b - a) / panels / 2
            all_t.append(((edges[:-1] + edges[1:])[:, None] / 2 + half * nodes).ravel())
            all_w.append(np.tile(half * weights, panels))
        return torch.from_numpy(np.concatenate(all_t)), torch.from_numpy(np.concatenate(all_w))

    def _log_prob(self, x):
        if self.std == 0:
            raise NoDensityError(
                f"{self} has no density: with std=0 it is a curve without area; give it std > 0"
            )
        t, w = self._nodes()
        squared = ((x.double()[:, None] - self.curve(t)) ** 2).sum(-1) / self.std**2
        log_prob = (
            torch.logsumexp(w.log() - 0.5 * squared, dim=1) - 2 * math.log(self.std) - math.log(2 * math.pi)
        )
        return log_prob.to(x.dtype)


@dataclass(frozen=True, repr=False)
class Points(Target):
    """Your own points: sampling draws rows with replacement. There is no density to evaluate."""

    rows: Tensor
    name: str = "points"

    @property
    def dim(self):
        return self.rows.shape[1]

    @property
    def window(self):
        low, high = self.rows.min(0).values, self.rows.max(0).values
        pad = 0.15 * max(float((high - low).max()), 1e-3)
        return tuple((float(a) - pad, float(b) + pad) for a, b in zip(low, high))

    def _draw(self, n, generator):
        return self.rows[torch.randint(len(self.rows), (n,), generator=generator)]

    def _log_prob(self, x):
        raise NoDensityError(f"{self} has no density: it is a finite set of {len(self.rows)} points")


def _column(values) -> Tensor:
    return torch.as_tensor(values, dtype=torch.float64).reshape(-1, 1)


def gaussian(mean: float = 0.0, std: float = 1.0) -> Mixture:
    """N(mean, std^2) in 1-D."""
    return Mixture(
        "gaussian", _column([mean]), torch.tensor([float(std)], dtype=torch.float64), torch.ones(1)
    )


def normal(dim: int) -> Mixture:
    """The standard normal law in `dim` dimensions: the usual latent."""
    positive("dim", dim, whole=True)
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
    spread = [stds] * len(means) if isinstance(stds, (int, float)) else stds
    share = [1.0] * len(means) if weights is None else weights
    return Mixture("mixture", _column(means), _column(spread)[:, 0], _column(share)[:, 0])


def bimodal(distance: float = 4.0, std: float = 0.5) -> Mixture:
    """Two equal Gaussians in 1-D whose centres lie `distance` apart."""
    positive("distance", distance)
    return mixture([-distance / 2, distance / 2], std)


def ring(
    n: int = 8, radius: float = 2.0, std: float = 0.02, weights: Sequence[float] | None = None
) -> Mixture:
    """n Gaussians on a circle, equally weighted unless `weights` [n] says otherwise. The last angle is not
    the first again (no
    repeated end point: see chapter 9)."""
    positive("n", n, whole=True), positive("radius", radius), positive("std", std)
    angle = 2 * math.pi * torch.arange(n) / n
    centres = radius * torch.stack([angle.cos(), angle.sin()], dim=1)
    return Mixture(
        f"ring of {n}",
        centres,
        torch.full((n,), float(std)),
        torch.ones(n) if weights is None else torch.tensor([float(w) for w in weights]),
    )


def grid(n: int = 5, spacing: float = 2.0, std: float = 0.05) -> Mixture:
    """n x n Gaussians on a square grid around the origin."""
    positive("n", n, whole=True), positive("spacing", spacing), positive("std", std)
    line_of = spacing * (torch.arange(n) - (n - 1) / 2)
    centres = torch.cartesian_prod(line_of, line_of)
    return Mixture(f"grid of {n} x {n}", centres, torch.full((n * n,), float(std)), torch.ones(n * n))


def two_moons(std: float = 0.1) -> NoisyCurve:
    """Two interleaved half circles of radius 1, with noise."""

    def curve(t):
        upper, angle = t < 0.5, math.pi * (2 * t % 1)
        x = torch.where(upper, angle.cos(), 1 - angle.cos()) - 0.5
        return torch.stack([x, torch.where(upper, angle.sin(), 0.5 - angle.sin()) - 0.25], dim=-1)

    return NoisyCurve("two moons", curve, ((-2.0, 2.0), (-1.5, 1.5)), std, breaks=(0.0, 0.5, 1.0))


def spiral(turns: float = 1.5, radius: float = 2.0, std: float = 0.05) -> NoisyCurve:
    """A spiral from the centre out to `radius`, equally dense along its length (nearly), with noise."""
    positive("turns", turns), positive("radius", radius)

    def curve(t):
        r = (0.01 + 0.99 * t).sqrt()  # the square root evens out the points along the arm
        return radius * torch.stack(
            [r * (2 * math.pi * turns * r).cos(), r * (2 * math.pi * turns * r).sin()], dim=-1
        )

    edge = 1.25 * radius
    return NoisyCurve("spiral", curve, ((-edge, edge), (-edge, edge)), std)


def line(length: float = 4.0, std: float = 0.05) -> NoisyCurve:
    """A straight segment along the first axis, centred at the origin, with noise."""
    positive("length", length)

    def curve(t):
        return torch.stack([length * (t - 0.5), torch.zeros_like(t)], dim=-1)

    edge = 0.75 * length
    return NoisyCurve("line", curve, ((-edge, edge), (-edge, edge)), std)


def points(source) -> Points:
    """Your own 1-D or 2-D points: an array [n] or [n, dim], or the path of a CSV file with one point a row.

    A first CSV row without any number is taken as a heading. Errors: `ValueError` names the row and column of
    a cell that is missing or not a finite number, a ragged row, or an array of another shape;
    `FileNotFoundError`.
    """
    rows = read_csv(Path(source)) if isinstance(source, (str, Path)) else np.asarray(source, dtype=np.float64)
    rows = rows.reshape(-1, 1) if rows.ndim == 1 else rows
    if rows.ndim != 2 or rows.shape[1] not in (1, 2) or len(rows) == 0:
        raise ValueError(
            f"points must have the shape [n] or [n, 1 or 2] with n > 0, but {list(rows.shape)} was given"
        )
    if not np.isfinite(rows).all():
        row, column = np.argwhere(~np.isfinite(rows))[0]
        raise ValueError(f"points must be finite, but row {row}, column {column} is {rows[row, column]}")
    return Points(torch.from_numpy(rows.astype(np.float32)))
