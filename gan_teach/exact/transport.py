"""Optimal transport between small sets of weighted points, as a linear programme (SciPy's HiGHS), NumPy
float64. Chapter 11.

The points of a play the data, those of b the fakes; the cost of a unit of mass is the Euclidean distance it
travels.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.spatial.distance import cdist


@dataclass(frozen=True)
class Plan:
    """An optimal plan and the prices that prove it.

    a [n, dim], b [m, dim]: the points. mass [n, m]: how much goes between a_i and b_j. cost: the sum of mass
    x distance, W1. u [n], v [m]: dual potentials, u_i + v_j <= |a_i - b_j| everywhere, with equality where
    mass travels.
    """

    a: NDArray
    b: NDArray
    mass: NDArray
    cost: float
    u: NDArray
    v: NDArray

    def potential(self, x) -> NDArray:
        """A best critic at x [k, dim]: f(x) = min_j (|x - b_j| - v_j), 1-Lipschitz and high on the side of a,
        [k].

        Its mean over a minus its mean over b is the cost (Kantorovich and Rubinstein). Errors: `ValueError`
        for another shape.
        """
        return (cdist(_points("x", x, self.a.shape[1]), self.b) - self.v).min(1)


def plan(a, b, a_weights=None, b_weights=None) -> Plan:
    """The cheapest plan between the points a [n, dim] and b [m, dim] ([n] and [m] in 1-D); weights equal
    unless given.

    minimise sum_ij mass_ij |a_i - b_j| over mass >= 0 with the row sums a_weights [n] and the column sums
    b_weights [m]. Fine up to some 10,000 pairs. Errors: `ValueError` for points that are not finite or of
    another shape, for weights that are not one a point, not negative and 1 in sum; `ArithmeticError` if the
    solver fails.
    """
    a, b = _points("a", a), _points("b", b)
    if a.shape[1] != b.shape[1]:
        raise ValueError(
            f"a and b must have points of the same dimension, but {a.shape[1]} and {b.shape[1]} were given"
        )
    (n, m), p, q = (
        (len(a), len(b)),
        _weights("a_weights", a_weights, len(a)),
        _weights("b_weights", b_weights, len(b)),
    )
    pair = np.arange(n * m)
    sums = coo_array(
        (np.ones(2 * n * m), (np.concatenate([pair // m, n + pair % m]), np.concatenate([pair, pair])))
    )
    distance = cdist(a, b)
    result = linprog(
        distance.ravel(), A_eq=sums.tocsr(), b_eq=np.concatenate([p, q * (p.sum() / q.sum())]), method="highs"
    )
    if not result.success:
        raise ArithmeticError(f"the linear programme was not solved: {result.message}")
    mass, prices = result.x.reshape(n, m), result.eqlin.marginals
    return Plan(a, b, mass, float((mass * distance).sum()), prices[:n], prices[n:])


def _points(name: str, given, dim: int | None = None) -> NDArray:
    points = np.asarray(given, dtype=np.float64)
    points = points[:, None] if points.ndim == 1 else points
    if points.ndim != 2 or 0 in points.shape or (dim is not None and points.shape[1] != dim):
        wanted = "dim" if dim is None else dim
        raise ValueError(
            f"{name} must have the shape [n, {wanted}] with n > 0, but {list(np.shape(given))} was given"
        )
    if not np.isfinite(points).all():
        raise ValueError(
            f"{name} must hold finite numbers, but row {int(np.argmin(np.isfinite(points).all(1)))} does not"
        )
    return points


def _weights(name: str, given, n: int) -> NDArray:
    weights = np.full(n, 1 / n) if given is None else np.asarray(given, dtype=np.float64)
    if weights.shape != (n,):
        raise ValueError(
            f"{name} must hold one weight per point, {n}, but its shape is {list(weights.shape)}"
        )
    if not (weights >= 0).all():  # also where one is nan
        raise ValueError(f"{name} must not be negative, but the smallest is {weights.min()}")
    if abs(weights.sum() - 1) > 1e-9:
        raise ValueError(f"{name} must sum to 1, but the sum is {weights.sum():.10g}")
    return weights
