"""The exact side of the book, in NumPy float64: the optimal discriminator, the value of the game,
divergences. No training.

Densities are arrays of values on a common, evenly or unevenly spaced 1-D grid x; integrals over the grid use
the trapezoid rule. Logarithms are natural, so divergences are in nats.
"""

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

from gan_teach.laws import Target

LOG4 = float(np.log(4.0))


def _checked(x, *densities, tolerance: float = 1e-2):
    x = np.asarray(x, dtype=np.float64)
    arrays = [np.asarray(d, dtype=np.float64) for d in densities]
    if x.ndim != 1 or not (np.diff(x) > 0).all():
        raise ValueError("x must be a 1-D grid that rises from point to point")
    for name, d in zip("pq", arrays):
        if d.shape != x.shape:
            raise ValueError(f"{name} must have one value per grid point, {x.shape}, but has {d.shape}")
        if not (d >= 0).all():
            raise ValueError(f"{name} must not be negative, but its smallest value is {d.min():.3g}")
        mass = np.trapezoid(d, x)
        if abs(mass - 1) > tolerance:
            raise ValueError(
                f"{name} must integrate to 1 over the grid, but its mass there is {mass:.4f}: "
                "widen or refine the grid, or normalise the density"
            )
    return x, *arrays


def sigmoid(a) -> np.ndarray:
    """Logits to probabilities, without overflow for large logits."""
    return np.exp(-np.logaddexp(0, -np.asarray(a, dtype=np.float64)))


def optimal_discriminator(p, q) -> np.ndarray:
    """D*(x) = p(x) / (p(x) + q(x)), Proposition 1 of arXiv:1406.2661; nan where both vanish, for there D is
    arbitrary.

    p, q: densities of data and fakes at the same points, any shape. Chapters 4 and 5.
    """
    p, q = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
    both = p + q
    return np.divide(p, both, out=np.full(both.shape, np.nan), where=both > 0)


def _times_log(weight, value):
    """weight * log(value), and 0 where the weight is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(weight > 0, weight * np.log(value), 0.0)


def value(d, x, p, q) -> float:
    """V(G, D) = E_p[log D] + E_q[log(1 - D)] (eq. 1 of arXiv:1406.2661) for probabilities d [n] on the grid x
    [n].

    Errors: `ValueError` for densities that are negative or whose mass on the grid is not 1 (to 0.01). Chapter
    3.
    """
    x, p, q = _checked(x, p, q)
    d = np.asarray(d, dtype=np.float64)
    if not ((d[p + q > 0] >= 0) & (d[p + q > 0] <= 1)).all():
        raise ValueError("d must hold probabilities between 0 and 1")
    return float(np.trapezoid(_times_log(p, d) + _times_log(q, 1 - d), x))


def kl_on_grid(x, p, q) -> float:
    """KL(p || q) = the integral of p log(p/q), in nats; infinite where p has mass that q has not. Chapter
    6."""
    x, p, q = _checked(x, p, q)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = p / q
    return float(np.trapezoid(_times_log(p, ratio), x))


def jsd_on_grid(x, p, q) -> float:
    """JSD(p, q) = KL(p || m)/2 + KL(q || m)/2 with m = (p + q)/2, in nats: 0 to log 2. Chapters 4 and 6."""
    x, p, q = _checked(x, p, q)
    with np.errstate(
        divide="ignore", invalid="ignore"
    ):  # 2p / (p + q), for (p + q) / 2 may round to 0 where p is tiny
        return float(np.trapezoid((_times_log(p, 2 * p / (p + q)) + _times_log(q, 2 * q / (p + q))) / 2, x))


def sample_wasserstein_1(x, y) -> float:
    """W1 between two 1-D samples of equal size: the mean distance between the sorted samples."""
    x, y = np.sort(np.ravel(x)), np.sort(np.ravel(y))
    if len(x) != len(y) or len(x) == 0:
        raise ValueError(f"both samples need the same size above 0, but {len(x)} and {len(y)} were given")
    return float(np.abs(x - y).mean())


def mean_and_error(values) -> tuple[float, float]:
    """A Monte Carlo mean and its standard error, std / sqrt(n), of independent values [n]. Chapter 3."""
    values = np.ravel(np.asarray(values, dtype=np.float64))
    if len(values) < 2:
        raise ValueError(f"a standard error needs at least 2 values, but {len(values)} were given")
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))


def distribution(target: Target, panels: int = 4000) -> Callable[[np.ndarray], np.ndarray]:
    """x [n] -> P(X <= x) [n] of a 1-D target: its own `cdf` where it declares one, else its density
    integrated.

    Between the breaks the mass of each of `panels` equal panels is known by eight-point Gauss-Legendre
    quadrature; the panel in which x lies is integrated up to x. Errors: `ValueError` for a target with
    neither cdf nor breaks.
    """
    if target.dim != 1 or (target.cdf is None and target.breaks is None):
        raise ValueError(f"{target} must be 1-D and declare its cdf, or breaks of its density")
    if target.cdf is not None:
        return target.cdf
    nodes, weights = np.polynomial.legendre.leggauss(8)
    ends = np.asarray(target.breaks, dtype=np.float64)
    each = -(-panels // (len(ends) - 1))
    edges = np.unique(np.concatenate([np.linspace(a, b, each + 1) for a, b in zip(ends, ends[1:])]))

    def mass(a, b):
        half = (b - a)[:, None] / 2
        at = (a + b)[:, None] / 2 + half * nodes
        return (target.density(at.ravel()).reshape(at.shape) * weights * half).sum(1)

    below = np.concatenate([[0.0], np.cumsum(mass(edges[:-1], edges[1:]))])

    def cdf(x):
        x = np.clip(np.asarray(x, dtype=np.float64), edges[0], edges[-1])
        panel = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(edges) - 2)
        return below[panel] + mass(edges[panel], x)

    return cdf


TAIL = 9.865876450376946e-10  # the mass of a normal law beyond six of its standard deviations on one side


def latent_edges(latent: Target, pieces: int = 20_000, tail: float = TAIL) -> np.ndarray:
    """Points that cut a 1-D latent's line into `pieces` of equal width, from far left to far right.

    Bounds that it declares are the ends; else so much mass as `tail` is left out on each side. Errors:
    `ValueError` for a latent without bounds and breaks.
    """
    if latent.dim != 1 or latent.breaks is None:
        raise ValueError(f"latent must be 1-D and declare the breaks of its density, but {latent} was given")
    if latent.bounds is not None:
        return np.linspace(*latent.bounds, pieces + 1)
    cdf, far = distribution(latent), (latent.breaks[0], latent.breaks[-1])
    low, high = (
        brentq(lambda x, of=mass: cdf(np.array([x]))[0] - of, *far, xtol=1e-13) for mass in (tail, 1 - tail)
    )
    return np.linspace(low, high, pieces + 1)


def pushforward_density(g: Callable[[np.ndarray], np.ndarray], latent, x, pieces: int = 20_000) -> np.ndarray:
    """The density of g(z) at x [n] for a 1-D latent z and any continuous g: [n] -> [n]. Chapters 2 and 4.

    The change of variables, p_g(x) = sum over all z with g(z) = x of p_z(z) / |g'(z)|, carried out on a fine
    mesh: between neighbouring mesh points g is taken as straight, which for a ReLU network it is. x may come
    in any order.
    """
    edges = latent_edges(latent, pieces)
    images = np.asarray(g(edges), dtype=np.float64).reshape(-1)
    if images.shape != edges.shape:
        raise ValueError(f"g must map [n] to [n], but {edges.shape} became {images.shape}")
    mass = np.diff(distribution(latent)(edges))
    low, high = np.minimum(images[:-1], images[1:]), np.maximum(images[:-1], images[1:])
    width = high - low
    smallest = 1e-12 * max(
        1.0, np.abs(images).max()
    )  # a piece that g squeezes into a point has no density there
    piece_density = np.where(width > smallest, mass / np.maximum(width, smallest), 0.0)
    x = np.asarray(x, dtype=np.float64)
    order = np.argsort(x)
    # Each piece adds its density to all x between its ends: add at the first, take away after the last, then
    # sum up.
    change = np.zeros(len(x) + 1)
    np.add.at(change, np.searchsorted(x[order], low, side="left"), piece_density)
    np.add.at(change, np.searchsorted(x[order], high, side="left"), -piece_density)
    result = np.empty(len(x))
    result[order] = np.maximum(np.cumsum(change[:-1]), 0.0)
    return result
