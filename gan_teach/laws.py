"""Kinds of law: what every target declares of itself, mixtures, uniform laws, and curves with noise.

A target declares what it has, and None stands for what it hasn't. Nothing in the book asks what class a
target is of, so a law of your own needs no more than this: chapters and the stage take what it declares.

    dim                     1 or 2 to be drawn (latents and images have more)
    window                  the part of space worth drawing: a (low, high) pair per axis
    modes                   the centres of its modes, tensor [k, dim]
    std                     the spread of one mode
    weights                 how the samples divide among the modes, tensor [k] (None: equally)
    breaks                  1-D: rising points between which the density is smooth, all of its mass within
    cdf                     1-D: a method x [n] -> P(X <= x) [n], float64; without it the density serves
    bounds                  (low, high) where each coordinate fills just this interval
    image                   (height, width) where a sample is an image
    classes                 how many labels `sample_labelled` gives
    own_window              the window in the units in which the data were given
    own_scale               how many of those a unit is, per axis
    to_own, to_standard     from the coordinates that `sample` gives to those units, and back

    sample(n, generator)    tensor [n, dim], float32, on the CPU
    log_prob(x)             tensor [n] of natural-log densities at x [n, dim]
    density(x)              the same as a float64 NumPy array, not logged
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from gan_teach.checks import finite, positive


class NoDensityError(ValueError):
    """Raised when a target has samples but no density: points, or a curve without thickness."""


class Target(ABC):
    """A law on R^dim that can be sampled and, where it has a density, evaluated exactly.

    A law of your own gives `name`, `dim`, `window`, `_draw` and `_log_prob`, and declares what else it has.
    """

    name: str
    dim: int
    window: tuple[tuple[float, float], ...]
    modes: Tensor | None = None
    std: float | None = None
    weights: Tensor | None = None
    breaks: tuple[float, ...] | None = None
    cdf: Callable[[np.ndarray], np.ndarray] | None = None
    bounds: tuple[float, float] | None = None
    image: tuple[int, int] | None = None
    classes: int | None = None

    @property
    def own_window(self) -> tuple[tuple[float, float], ...]:
        """The window in the units in which the data were given."""
        return self.window

    @property
    def own_scale(self) -> np.ndarray:
        """How many of those units are one unit of `sample`'s coordinates, float64 [dim]."""
        return np.ones(self.dim)

    def to_own(self, x):
        """Points x [..., dim], as `sample` gives them, in the units in which the data were given."""
        return x

    def to_standard(self, x):
        """Points x [..., dim] in the data's own units, in the coordinates that `sample` gives."""
        return x

    @abstractmethod
    def _draw(self, n: int, generator: torch.Generator) -> Tensor: ...

    @abstractmethod
    def _log_prob(self, x: Tensor) -> Tensor: ...

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Draw n samples, [n, dim]. Errors: `ValueError` for n < 1, `TypeError` without a torch.Generator."""
        n = positive("n", n, whole=True)
        if not isinstance(generator, torch.Generator):
            raise TypeError(f"generator must be a torch.Generator, but {generator!r} was given")
        drawn = self._draw(n, generator)
        if drawn.shape != (n, self.dim) or drawn.dtype != torch.float32:
            raise ValueError(
                f"_draw of {self} must give float32 [{n}, {self.dim}] when asked for {n}, "
                f"but gives {drawn.dtype} {list(drawn.shape)}"
            )
        return drawn

    def sample_labelled(self, n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Draw n samples with their labels: [n, dim], and one-hot [n, classes]. Errors: `ValueError` for a
        law without labels."""
        raise ValueError(f"{self} has no labels")

    def log_prob(self, x: Tensor) -> Tensor:
        """Natural logarithm of the density at x [n, dim], in x's dtype: [n]. Errors: `ValueError` for another
        shape."""
        if x.ndim != 2 or x.shape[1] != self.dim:
            raise ValueError(
                f"x must have the shape [n, {self.dim}] for {self}, but {list(x.shape)} was given"
            )
        found = self._log_prob(x)
        if found.shape != (len(x),):
            raise ValueError(
                f"_log_prob of {self} must give [{len(x)}] for as many points, not {list(found.shape)}"
            )
        if found.dtype != x.dtype:
            raise ValueError(
                f"_log_prob of {self} must give {x.dtype} for points of {x.dtype}, not {found.dtype}"
            )
        return found

    def density(self, x) -> np.ndarray:
        """Density at x ([n] in 1-D, or [n, dim]), float64: [n]."""
        points = np.asarray(x, dtype=np.float64)
        return self.log_prob(torch.from_numpy(points.reshape(-1, self.dim).copy())).exp().numpy()

    def __repr__(self):
        return f"<{self.name}, {self.dim}-D>"


def pairs(target: Target) -> tuple[tuple[float, float], ...]:
    """The target's window. Errors: `ValueError` if it isn't a (low, high) pair for each axis."""
    paired = all(isinstance(side, (tuple, list)) and len(side) == 2 for side in target.window)
    if not paired or len(target.window) != target.dim:
        raise ValueError(
            f"the window of {target} must be a (low, high) pair for each of its {target.dim} axes, such as "
            f"((-5, 5),) in 1-D, but is {target.window}"
        )
    return target.window


@dataclass(frozen=True, repr=False)
class Mixture(Target):
    """A mixture of round Gaussians: sum_i w_i N(mean_i, std_i^2 I). means [k, dim], stds [k], weights [k],
    float64."""

    name: str
    means: Tensor
    stds: Tensor
    weights: Tensor

    def __post_init__(self):
        if not len(self.means) == len(self.stds) == len(self.weights):
            raise ValueError(
                "means, stds and weights must be equally many, but "
                f"{len(self.means)}, {len(self.stds)} and {len(self.weights)} were given"
            )
        for coordinate in self.means.flatten().tolist():
            finite("mean", coordinate)
        for name, given in (("std", self.stds), ("weights", self.weights)):
            for value in given.tolist():
                positive(name, value, single=True)

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
    def breaks(self):
        if self.dim > 1:
            return None
        # Beyond 38 std a Gaussian's density is 0 in double precision.
        steps = np.array([-38, -16, -8, -4, -2, -1, 0, 1, 2, 4, 8, 16, 38])
        points = np.unique(self.means.double().numpy() + self.stds.double().numpy()[:, None] * steps)
        # Two components may have the same point but for rounding.
        apart = np.diff(points, prepend=-np.inf) > 1e-12 * (points[-1] - points[0])
        return tuple(points[apart].tolist())

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
        if not finite("low", self.low) < finite("high", self.high):
            raise ValueError(
                f"low must be below high, but low={self.low!r} and high={self.high!r} were given"
            )

    @property
    def bounds(self):
        return float(self.low), float(self.high)

    @property
    def breaks(self):
        return self.bounds if self.dim == 1 else None

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

    curve: t [n] -> [n, 2], smooth between the knots. The density is the integral over t of N(x; curve(t),
    std^2 I). Gauss-Legendre panels of at most one std along the curve give it to about ten digits.
    """

    name: str
    curve: Callable[[Tensor], Tensor]
    window: tuple[tuple[float, float], ...]
    std: float
    knots: tuple[float, ...] = (0.0, 1.0)
    dim = 2

    def __post_init__(self):
        positive("std", self.std, zero=True, single=True)

    def _draw(self, n, generator):
        return self.curve(torch.rand(n, generator=generator)) + self.std * torch.randn(
            n, 2, generator=generator
        )

    def _nodes(self):
        nodes, weights = np.polynomial.legendre.leggauss(8)
        all_t, all_w = [], []
        for a, b in zip(self.knots, self.knots[1:]):
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
