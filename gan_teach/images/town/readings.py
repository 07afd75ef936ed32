"""What pictures say of factors, without a network: by drawing what they would have to look like.

Where all other factors are known, a picture says of one factor what the nearest true picture says. On a true
picture this reader doesn't err, wherever the factor is visible. Chapter 15.
"""

import itertools
from collections.abc import Callable

import torch
from torch import Tensor

from gan_teach.checks import one_of, positive
from gan_teach.images.town.citizens import DISCRETE, Citizens, visible
from gan_teach.images.town.portraits import photo


def nearest(pictures: Tensor, citizens: Citizens, factor: str, style: Callable = photo) -> Tensor:
    """The value of a discrete factor with which each citizen, drawn in this style, comes nearest to the
    picture [n, channels, size, size] in [0, 1], by the mean absolute difference: whole numbers [n].

    Errors: `ValueError` for an unknown factor, or for another number of pictures than of citizens.
    """
    values = range(len(DISCRETE[one_of("a factor", factor, DISCRETE)]))
    if len(pictures) != len(citizens):
        raise ValueError(
            f"there must be one picture for each of the {len(citizens)} citizens, but {len(pictures)} were "
            "given"
        )
    drawn = (style(citizens.but(**{factor: value}), pictures.shape[-1]) for value in values)
    return torch.stack([(true - pictures).abs().mean((1, 2, 3)) for true in drawn], 1).argmin(1)


def share(which: Tensor) -> float:
    """The share of those that are true, to four digits."""
    return round(float(which.float().mean()), 4)


def share_kept(pictures: Tensor, citizens: Citizens, factor: str, style: Callable = photo) -> float:
    """The share of the pictures that say of this factor what is true of their citizens, of those whose
    pictures in this style show it."""
    shown = visible(citizens, style.__name__)[factor]
    return float(
        (nearest(pictures, citizens, factor, style) == getattr(citizens, factor))[shown].float().mean()
    )


def all_with(citizens: Citizens, factors: tuple[str, ...], style: Callable = photo, size: int = 32) -> Tensor:
    """Every picture of one citizen that is possible where these discrete factors aren't known, one for each
    combination of their values: [combinations, channels, size, size] in [0, 1].

    Errors: `ValueError` for more than one citizen, or an unknown factor.
    """
    if len(citizens) != 1:
        raise ValueError(f"all_with draws one citizen, but {len(citizens)} were given")
    size = positive("size", size, whole=True)
    ranges = [range(len(DISCRETE[one_of("a factor", factor, DISCRETE)])) for factor in factors]
    values = list(itertools.product(*ranges))
    columns = dict(zip(factors, map(list, zip(*values))))
    return style(citizens[[0] * len(values)].but(**columns), size)
