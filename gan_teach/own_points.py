"""Your own points as a target, at any scale: standardised to be played with, and shown in your own units."""

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan_teach.laws import NoDensityError, Target
from gan_teach.readers import read_csv


@dataclass(frozen=True, repr=False, eq=False)
class Points(Target):
    """Your own points: sampling draws rows with replacement. There is no density to evaluate.

    rows: [n, dim] float32, as they are played with; what was given is centre + scale * rows, centre and
    scale being float64 [dim] (0 and 1 unless given). source: what the points were read from, for its
    name.
    """

    rows: Tensor
    name: str = "points"
    centre: np.ndarray | None = None
    scale: np.ndarray | None = None
    source: str = ""

    @property
    def dim(self):
        return self.rows.shape[1]

    @property
    def window(self):
        low, high = self.rows.min(0).values, self.rows.max(0).values
        pad = 0.15 * max(float((high - low).max()), 1e-3)
        return tuple((float(a) - pad, float(b) + pad) for a, b in zip(low, high))

    @property
    def own_window(self):
        return tuple(map(tuple, self.to_own(np.array(self.window).T).T.tolist()))

    @property
    def own_scale(self):
        return np.ones(self.dim) if self.scale is None else self.scale

    @property
    def _own_centre(self):
        return np.zeros(self.dim) if self.centre is None else self.centre

    def to_own(self, x):
        """Points x [..., dim], as `sample` gives them, in your own units, float64: an array for an array;
        a tensor, on the CPU, for a tensor. Errors: `ValueError` for another last axis."""
        own = self._own_centre + self.own_scale * self._in_double(x)
        return torch.from_numpy(own) if isinstance(x, Tensor) else own

    def to_standard(self, x):
        """Points x [..., dim] in your own units, as `sample` would give them, float32: an array for an
        array; a tensor, on the CPU, for a tensor. Errors: `ValueError` for another last axis."""
        standard = _standard(self._in_double(x), self._own_centre, self.own_scale)
        return torch.from_numpy(standard) if isinstance(x, Tensor) else standard

    def _in_double(self, x) -> np.ndarray:
        x = np.asarray(x.detach().cpu() if isinstance(x, Tensor) else x, dtype=np.float64)
        if x.ndim == 0 or x.shape[-1] != self.dim:
            raise ValueError(
                f"x must have the shape [..., {self.dim}] for {self}, but {list(x.shape)} was given"
            )
        return x

    def _draw(self, n, generator):
        return self.rows[torch.randint(len(self.rows), (n,), generator=generator)]

    def _log_prob(self, x):
        raise NoDensityError(f"{self} has no density: it is a finite set of {len(self.rows)} points")

    def __repr__(self):
        return f"<{self.name}, {self.dim}-D: {len(self.rows):,} rows{self.source and ' of ' + self.source}>"


def points(source, standardise: bool = True, encoding: str = "utf-8") -> Points:
    """Your own 1-D or 2-D points: an array [n] or [n, dim], or the path of a CSV file with one point a row.

    A first row of words is a heading; the target's name in print says that it was left out. encoding: the
    file's. standardise: play with each column minus its mean, over its standard deviation; `to_own` leads
    back. Networks, rates and penalties then meet numbers of one size, whatever your units. Each column
    has a scale of its own, because columns may be as different as seconds and metres, and one scale for
    both would flatten the smaller; two clusters on a diagonal stay two clusters on a diagonal. A constant
    column becomes 0. All of this is computed in double precision: times in seconds since 1970 that differ
    by one stay different. standardise=False plays with the numbers as they are.

    Errors: `ValueError` names the row and column of a cell that is missing or not a finite number, a
    ragged row, a file of another encoding, or an array of another shape; `FileNotFoundError`. A warning
    says where rows that differ can't be told apart in single precision.
    """
    from_file = isinstance(source, (str, Path))
    if from_file:
        given, heading = read_csv(Path(source), encoding)
        said = Path(source).name + (f", without its heading {heading!r}" if heading else "")
    else:
        given, said = _array(source), ""
    given = given.reshape(-1, 1) if given.ndim == 1 else given
    if given.ndim != 2 or given.shape[1] not in (1, 2) or len(given) == 0:
        raise ValueError(
            f"points must have the shape [n] or [n, 1 or 2] with n > 0, but {list(given.shape)} was given"
        )
    rows = given.astype(np.float64, copy=False)
    if not np.isfinite(rows).all():
        row, column = np.argwhere(~np.isfinite(rows))[0]
        raise ValueError(f"points must be finite, but row {row}, column {column} is {rows[row, column]}")
    centre, scale = _measure(rows) if standardise else (np.zeros(rows.shape[1]), np.ones(rows.shape[1]))
    with np.errstate(over="ignore", under="ignore"):
        kept = _standard(rows, centre, scale)
    _check_kept(given, kept)
    return Points(torch.from_numpy(kept), "points", centre, scale, said)


def _array(source) -> np.ndarray:
    """The source as an array of numbers. Errors: `ValueError` for anything else."""
    try:
        given = np.asarray(source.detach().cpu() if isinstance(source, Tensor) else source)
        if given.dtype.kind == "O":  # numbers among objects are welcome
            given = given.astype(np.float64)
        if given.dtype.kind not in "biuf":
            raise TypeError(f"it holds {given.dtype}")
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"points must be an array of numbers or a file's path, but {source!r:.100} was given ({error})"
        ) from None
    return given


def _measure(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each column, float64 [dim]; 1 in place of 0. Numbers near the
    largest that there are don't overflow, because the sums are taken within -1 and 1."""
    low, high = rows.min(0), rows.max(0)
    middle, half = low / 2 + high / 2, high / 2 - low / 2
    within = (rows - middle) / np.where(half > 0, half, 1.0)
    centre, scale = middle + half * within.mean(0), half * within.std(0)
    return np.where(half > 0, centre, low), np.where(scale > 0, scale, np.where(half > 0, half, 1.0))


def _standard(rows: np.ndarray, centre: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """(rows - centre) / scale, float32; by halves, because the difference of two large numbers may be
    none."""
    return (2 * ((rows / 2 - centre / 2) / scale)).astype(np.float32)


def _distinct(rows: np.ndarray) -> int:
    """How many different rows there are."""
    order = rows[np.lexsort(rows.T)]
    return 1 + int((order[1:] != order[:-1]).any(1).sum())


def _check_kept(given: np.ndarray, kept: np.ndarray):
    """Whether the rows that were given, of any number type, are still told apart as they are kept, float32.

    Errors: `ValueError` for numbers beyond single precision. Where different rows became one, a warning
    says so.
    """
    if not np.isfinite(kept).all():
        row, column = np.argwhere(~np.isfinite(kept))[0]
        raise ValueError(
            f"row {row}, column {column} is {given[row, column]}, beyond single precision (3.4e38): let "
            "standardise=True bring the points to a size that networks can be trained with"
        )
    before, after = _distinct(given), _distinct(kept)
    if after < before:
        order = np.lexsort([*given.T, *kept.T])  # those that became one lie side by side
        a, b = given[order[:-1]], given[order[1:]]
        which = int(np.flatnonzero((a != b).any(1) & (kept[order[:-1]] == kept[order[1:]]).all(1))[0])
        warnings.warn(
            f"of {before:,} different points only {after:,} are still different in single precision, "
            f"in which networks are trained: {a[which].tolist()} and {b[which].tolist()}, for instance, "
            "became one",
            stacklevel=3,
        )
