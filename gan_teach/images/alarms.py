"""How well a number tells two kinds of pictures apart, and what its alarms are worth. Chapter 27."""

from itertools import pairwise

import torch
from torch import Tensor

from gan_teach.checks import finite


def _values(name: str, values: Tensor) -> Tensor:
    """The values as double numbers [n]. Errors: `ValueError` for none, for another shape or NaN."""
    if values.ndim != 1 or not len(values):
        raise ValueError(f"{name} must be numbers [n], at least one, but {list(values.shape)} was given")
    if bool(values.isnan().any()):
        raise ValueError(f"{name} must be numbers, but {int(values.isnan().sum())} of them are none (NaN)")
    return values.double()


def auc(quiet: Tensor, loud: Tensor) -> float:
    """The chance that a random one of the loud scores [m] is above a random one of the quiet [n], ties
    counted half: the area under the ROC curve (Hanley and McNeil 1982). 1/2: no better than a coin."""
    quiet, loud = _values("quiet", quiet).sort().values, _values("loud", loud)
    below = torch.searchsorted(quiet, loud, side="left")
    up_to = torch.searchsorted(quiet, loud, side="right")
    return float((below + up_to).double().mean() / (2 * len(quiet)))


def roc(quiet: Tensor, loud: Tensor) -> tuple[Tensor, Tensor]:
    """False alarms and hits for every threshold, from none to all: two [k], each rising from 0 to 1."""
    quiet, loud = _values("quiet", quiet), _values("loud", loud)
    levels = torch.cat([quiet, loud]).unique().flip(0)
    zero = torch.zeros(1, dtype=torch.double)
    return tuple(
        torch.cat([zero, (values[None] >= levels[:, None]).double().mean(1)]) for values in (quiet, loud)
    )


def area(false: Tensor, hits: Tensor) -> float:
    """The area under a curve of `roc`, by trapezoids: `auc` again."""
    return float(sum((b - a) * (u + v) / 2 for (a, b), (u, v) in zip(pairwise(false), pairwise(hits))))


def best_accuracy(quiet: Tensor, loud: Tensor) -> float:
    """The highest balanced accuracy of any threshold on these scores, (hits + 1 - false alarms) / 2."""
    false, hits = roc(quiet, loud)
    return float((1 + (hits - false).max()) / 2)


def meant(hits: float, false: float, base: float) -> float:
    """The chance that an alarm is right, by Bayes: hits base / (hits base + false (1 - base)).

    base: the share of what is sought. Errors: `ValueError` for a share outside [0, 1], or where no alarm is
    ever given.
    """
    for name, value in (("hits", hits), ("false", false), ("base", base)):
        if not 0 <= finite(name, value) <= 1:
            raise ValueError(f"{name} must be a share from 0 to 1, but {value!r} was given")
    right = hits * base
    if right + false * (1 - base) == 0:
        raise ValueError("an alarm that is never given means nothing: hits or false must be above zero")
    return right / (right + false * (1 - base))
