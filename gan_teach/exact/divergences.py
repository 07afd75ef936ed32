"""How different are two laws? Divergences of exact 1-D densities, by adaptive quadrature and by Monte Carlo,
in nats.

`theory` works on curves given at grid points; here both laws are known everywhere, and the quadrature says
when it fails. p and q are 1-D targets that declare their breaks (`targets.gaussian`, `targets.bimodal`,
`targets.uniform`, one of your own), or a `Law`. Chapters 5 to 7.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.integrate import tanhsinh
from scipy.optimize import brentq

from gan_teach.checks import positive
from gan_teach.exact.theory import distribution, mean_and_error
from gan_teach.targets import Target

Function = Callable[[NDArray], NDArray]
MASS_TOLERANCE = 1e-9


class QuadratureError(ArithmeticError):
    """Raised when an integral did not converge: no number is returned in its place."""


class Estimate(NamedTuple):
    """A Monte Carlo mean and its standard error."""

    mean: float
    error: float


@dataclass(frozen=True)
class Law:
    """A density of your own on the line.

    log_density: natural logarithm of the density, [n] -> [n], -inf where there is no mass. breaks: rising
    points between which it is smooth; the first and the last enclose all of its mass. Errors: `ValueError`
    for breaks that do not rise, values that are no density, or a mass that is not 1 (to 1e-9).
    """

    log_density: Function
    breaks: tuple[float, ...]

    def __post_init__(self):
        if len(self.breaks) < 2 or not (np.diff(self.breaks) > 0).all():
            raise ValueError(f"breaks must be at least two points that rise, but {self.breaks} was given")
        with np.errstate(invalid="ignore"):
            inside = np.asarray(self.log_density(np.linspace(self.breaks[0], self.breaks[-1], 2001)))
        if np.isnan(inside).any() or (inside == np.inf).any():
            raise ValueError(
                "the density must be finite and not negative: its logarithm is nan or infinite at "
                f"{int((np.isnan(inside) | (inside == np.inf)).sum())} of 2001 points"
            )
        mass = _integral(lambda x: np.exp(self.log_density(x)), self.breaks)
        if abs(mass - 1) > MASS_TOLERANCE:
            raise ValueError(
                f"a density must integrate to 1, but between {self.breaks[0]:g} and {self.breaks[-1]:g} "
                f"its mass is {mass:.6g}: widen the breaks or normalise it"
            )


def law(of: Target | Law) -> Law:
    """The density of a 1-D target as a `Law`. Errors: `ValueError` for another dimension, or a target that
    declares no breaks."""
    if isinstance(of, Law):
        return of
    if of.dim != 1:
        raise ValueError(f"divergences are computed for laws on the line, but {of} was given")
    if of.breaks is None:
        raise ValueError(
            f"{of} declares no breaks, points between which its density is smooth; or give a Law"
        )

    def log_density(x):
        return (
            of.log_prob(torch.from_numpy(np.array(x, dtype=np.float64).reshape(-1, 1)))
            .numpy()
            .reshape(np.shape(x))
        )

    return Law(log_density, of.breaks)


def _integral(f: Function, breaks, atol: float = 1e-12, rtol: float = 1e-10) -> float:
    """The integral of f from the first break to the last: tanh-sinh quadrature of each piece, f smooth
    between breaks."""
    breaks = np.asarray(breaks, dtype=np.float64)
    with np.errstate(all="ignore"):
        result = tanhsinh(f, breaks[:-1], breaks[1:], atol=atol, rtol=rtol)
    good = result.success & np.isfinite(result.integral)
    if not good.all():
        at = int(np.argmin(good))
        raise QuadratureError(
            f"the integral did not converge between {breaks[at]:.6g} and {breaks[at + 1]:.6g} "
            f"(estimated error {result.error[at]:.2g}): add breaks where the density is not smooth"
        )
    return float(result.integral.sum())


def _rising(*points) -> NDArray:
    """All points in order, without those that differ by rounding alone."""
    x = np.unique(np.concatenate(points))
    return x[np.concatenate([[True], np.diff(x) > 1e-12 * (x[-1] - x[0])])]


def _with_crossings(difference: Function, breaks) -> NDArray:
    """The breaks and the points where a difference changes its sign: there its absolute value has a kink."""
    fine = np.unique(np.concatenate([np.linspace(a, b, 65) for a, b in zip(breaks, breaks[1:])]))
    with np.errstate(invalid="ignore"):
        values = difference(fine)
    known = np.isfinite(values[:-1]) & np.isfinite(values[1:])
    crosses = np.flatnonzero(known & (np.sign(values[:-1]) != np.sign(values[1:])))
    roots = [
        brentq(lambda x: float(difference(np.array([x]))[0]), fine[i], fine[i + 1], xtol=1e-15)
        for i in crosses
    ]
    return _rising(breaks, roots)


def _joint(p, q):
    """Both log densities, and the breaks of both."""
    p, q = law(p), law(q)
    return p.log_density, q.log_density, _rising(p.breaks, q.breaks)


def _where_mass(log_weight, integrand):
    """exp(log_weight) * integrand, and 0 where the weight is 0 (0 log 0 = 0)."""
    weight = np.exp(log_weight)
    return np.where(weight > 0, weight * np.where(weight > 0, integrand, 0.0), 0.0)


def kl(p, q) -> float:
    """KL(p || q) = E_p[log p - log q]; infinite where p has mass on an interval that q leaves empty. Chapter
    6."""
    log_p, log_q, breaks = _joint(p, q)
    middles = (breaks[:-1] + breaks[1:]) / 2
    if (np.exp(log_p(middles)) > 0)[np.isneginf(log_q(middles))].any():
        return float("inf")
    return _integral(lambda x: _where_mass(log_p(x), log_p(x) - log_q(x)), breaks)


def jsd(p, q) -> float:
    """JSD(p, q) = KL(p || m)/2 + KL(q || m)/2 with m = (p + q)/2: from 0 to log 2, always finite. Chapter
    6."""
    log_p, log_q, breaks = _joint(p, q)

    def half(a, b):  # a log(2a / (a + b))
        return _where_mass(a, np.log(2.0) - np.logaddexp(0.0, b - a))

    return _integral(lambda x: (half(log_p(x), log_q(x)) + half(log_q(x), log_p(x))) / 2, breaks)


def value_at_best_d(p, q) -> float:
    """V(G, D*) = E_p[log D*] + E_q[log(1 - D*)], integrated as it stands, with q the generator's law.
    Chapters 5 and 6."""
    log_p, log_q, breaks = _joint(p, q)

    def v(a, b):
        return _where_mass(a, -np.logaddexp(0.0, b - a)) + _where_mass(b, -np.logaddexp(0.0, a - b))

    return _integral(lambda x: v(log_p(x), log_q(x)), breaks)


def f_divergence(f: Function, p, q) -> float:
    """D_f(p || q) = E_q[f(p / q)] for a convex f with f(1) = 0, where q has mass wherever p has.
    arXiv:1606.00709; chapter 6.

    Errors: `ValueError` where p has mass on an interval that q leaves empty: the value there depends on f's
    growth.
    """
    log_p, log_q, breaks = _joint(p, q)
    middles = (breaks[:-1] + breaks[1:]) / 2
    if (np.exp(log_p(middles)) > 0)[np.isneginf(log_q(middles))].any():
        raise ValueError(
            "f_divergence needs q to have mass wherever p has, "
            "but p has mass on an interval that q leaves empty"
        )
    return _integral(lambda x: _where_mass(log_q(x), f(np.exp(log_p(x) - log_q(x)))), breaks)


def total_variation(p, q) -> float:
    """TV(p, q) = half the integral of |p - q|: from 0 to 1. Chapters 5 and 6."""
    log_p, log_q, breaks = _joint(p, q)
    breaks = _with_crossings(lambda x: log_p(x) - log_q(x), breaks)
    return _integral(lambda x: np.abs(np.exp(log_p(x)) - np.exp(log_q(x))) / 2, breaks)


def harmonic(p, q) -> float:
    """The integral of p q / (p + q): 1/2 for equal laws, 0 for disjoint ones. The least-squares game's
    optimum, chapter 6."""
    log_p, log_q, breaks = _joint(p, q)
    return _integral(lambda x: _where_mass(log_p(x), np.exp(-np.logaddexp(0.0, log_p(x) - log_q(x)))), breaks)


def wasserstein_1(p: Target, q: Target) -> float:
    """W1(p, q) = the integral of |F_p - F_q|, F the distribution functions of two targets on the line.
    Chapters 6 and 7."""
    of_p, of_q = distribution(p), distribution(q)

    def difference(x):
        return of_p(np.ravel(x)).reshape(np.shape(x)) - of_q(np.ravel(x)).reshape(np.shape(x))

    return _integral(lambda x: np.abs(difference(x)), _with_crossings(difference, _joint(p, q)[2]))


def value_of_logits(real, fake) -> Estimate:
    """V(G, D) estimated from D's logits at independent real [n] and fake [m] samples, with its standard
    error. Chapters 5, 6."""
    (a, a_error), (b, b_error) = (
        mean_and_error(-np.logaddexp(0.0, sign * np.asarray(x, dtype=np.float64)))
        for sign, x in ((-1.0, real), (1.0, fake))
    )
    return Estimate(a + b, float(np.hypot(a_error, b_error)))


def log_ratio(p, q, x) -> NDArray:
    """log p(x) - log q(x), the logit of D*, at x [n]: nan where both vanish, for there D is arbitrary.
    Chapter 5."""
    x = np.asarray(x, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        return law(p).log_density(x) - law(q).log_density(x)


def value_monte_carlo(p: Target, q: Target, n: int, generator: torch.Generator) -> Estimate:
    """V(G, D*) from n samples of each law and the exact D*, with its standard error. Chapter 6."""
    positive("n", n, whole=True)
    real, fake = (t.sample(n, generator).double().numpy().ravel() for t in (p, q))
    return value_of_logits(log_ratio(p, q, real), log_ratio(p, q, fake))
