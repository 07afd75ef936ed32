"""Everyone in a small town: all citizens that there are when only a few factors are free, so that what a
damaged picture leaves open can be counted. Chapter 25.

All stand at the same place, turned to us, by day before the hills. `KINDS` says what may differ: 1,152 young
citizens, and as many old ones. Each is as likely as any other.
"""

import itertools
from functools import cached_property, lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F

from gan_teach.checks import one_of, positive
from gan_teach.images.town.citizens import Citizens, sample
from gan_teach.images.town.portraits import SIZE, drawn, photo

KINDS = {"age": 2, "skin": 3, "hair": 4, "beard": 2, "glasses": 2, "hat": 3, "clothes": 4, "smile": 2}
AGES, SMILES = (0.25, 0.9), (-0.8, 0.8)
SAME = {
    "role": "citizen",
    "hair_length": "short",
    "background": "hills",
    "night": "no",
    "x": 0.0,
    "y": 0.06,
    "size": 0.45,
    "turn": 0.0,
}
ALIKE = 1e-3  # pictures that are less far apart, as vectors, look the same


class Everyone:
    """All citizens, young alone or old ones behind them. values: [N, 8], which of its values each has of each
    factor of `KINDS`."""

    def __init__(self, old: bool = False):
        counts = [2 if old else 1, *list(KINDS.values())[1:]]
        self.values = torch.tensor(list(itertools.product(*map(range, counts))))
        self.old = old

    def __len__(self):
        return len(self.values)

    def of(self, factor: str) -> Tensor:
        """The values of one factor, [N]. Errors: `ValueError` for one in which these don't differ."""
        return self.values[:, list(KINDS).index(one_of("a factor", factor, KINDS))]

    @cached_property
    def citizens(self) -> Citizens:
        """The citizens themselves."""
        free = {name: self.of(name) for name in KINDS if name not in ("age", "smile")}
        numbers = {"age": torch.tensor(AGES)[self.of("age")], "smile": torch.tensor(SMILES)[self.of("smile")]}
        return sample(len(self), torch.Generator().manual_seed(0), **SAME, **free, **numbers)

    @cached_property
    def pictures(self) -> Tensor:
        """Their photographs, [N, 3, 32, 32] in [0, 1]."""
        return drawn(self.citizens, photo)

    def changed(self, who: Tensor, factor: str, value: Tensor | int) -> Tensor:
        """The places of the citizens who are as these [n], but for one factor."""
        values = self.values[who].clone()
        values[:, list(KINDS).index(one_of("a factor", factor, KINDS))] = value
        place = 0
        for column, count in zip(values.T, KINDS.values()):
            place = place * count + column
        return place

    def nearest(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Of whom each picture [n, 3, 32, 32] in [0, 1] is nearest to the photograph, [n], and how far it is
        from it: mean absolute differences, [n]. A true photograph is read without error, but for the hair's
        colour where it is grey. Errors: `ValueError` for pictures of another size."""
        _check(pictures)
        who = torch.cdist(pictures.flatten(1), self.pictures.flatten(1)).argmin(1)
        return who, (self.pictures[who] - pictures).abs().mean((1, 2, 3))

    def after(self, seen: Tensor, sigma: float) -> Tensor:
        """How probable each citizen is after a small noisy picture [n, 3, side, side] of `shrunken` was
        seen: [n, N]. Bayes' rule; sigma is the standard deviation of the noise of each pixel."""
        own = shrunken(self.pictures, seen.shape[-1])
        apart = torch.cdist(seen.flatten(1), own.flatten(1)).square()
        return torch.softmax(-apart / (2 * positive("sigma", sigma) ** 2), 1)

    def left_open(self, rows: int) -> Tensor:
        """Who looks like whom where the upper `rows` are covered: booleans [N, N]. Errors: `ValueError` for
        more rows than a picture has, or none."""
        below = self.pictures[:, :, holes(rows) :].flatten(1).double()
        return torch.cdist(below, below) < ALIKE


@lru_cache(maxsize=2)
def everyone(old: bool = False) -> Everyone:
    """All citizens, drawn once."""
    return Everyone(old)


def holes(rows: int) -> int:
    """The same number, if a hole of so many rows fits into a picture and leaves something of it. Errors:
    `ValueError`."""
    if not 1 <= positive("rows", rows, whole=True) < SIZE:
        raise ValueError(f"a hole must cover 1 to {SIZE - 1} rows, but {rows} was given")
    return rows


def shrunken(pictures: Tensor, side: int = 8) -> Tensor:
    """Each pixel the mean of a square of pixels, [n, 3, side, side]. Errors: `ValueError` for a side that
    doesn't divide the pictures'."""
    if pictures.shape[-1] % positive("side", side, whole=True):
        raise ValueError(f"side must divide {pictures.shape[-1]}, but {side} was given")
    return F.avg_pool2d(pictures, pictures.shape[-1] // side)


def _check(pictures: Tensor):
    if pictures.ndim != 4 or pictures.shape[1:] != (3, SIZE, SIZE):
        raise ValueError(
            f"pictures must have the shape [n, 3, {SIZE}, {SIZE}], but {list(pictures.shape)} was given"
        )
