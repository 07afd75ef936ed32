"""What is asked of a redrawn picture, and what is measured of one: from above, in a layout, in a pose, as an
emoji. Chapter 24.

Pictures are [n, 3, 32, 32] in [0, 1]. Where a factor is read "by drawing", all else that is true is known,
and the picture says what the nearest true picture says (`town.readings`).
"""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, cast

import torch
from torch import Tensor, nn

from gan_teach.checks import positive
from gan_teach.images.codes import matching, table
from gan_teach.images.town import above
from gan_teach.images.town.citizens import CONTINUOUS, DISCRETE, FACTORS, Citizens, visible
from gan_teach.images.town.distances import grid
from gan_teach.images.town.figures import ANGLES, JOINTS, SIDES, figure, joints
from gan_teach.images.town.layers import PARTS, Brush, layers
from gan_teach.images.town.portraits import emoji
from gan_teach.images.town.reader import accuracy
from gan_teach.images.town.readings import all_with, nearest, share

COLOURS = ("skin", "hair", "clothes")  # what a label map leaves open
LAID = ("hair_length", "beard", "glasses", "hat")
PLACED = ("x", "y", "size", "smile")
IDENTITY = ("skin", "hair", "clothes", "hair_length", "glasses")
EMOJI = ("role", "hair", "hair_length", "beard", "glasses", "hat")
TRIED = 9  # values of an angle that are drawn
COMPARED = 60  # pictures compared with all that are possible


def heat(poses: Tensor, size: int = 32, width: float = 0.12) -> Tensor:
    """A soft spot at each joint, for networks: poses [n, angles] -> [n, joints, size, size] in [-1, 1].
    width: of a spot, where the picture is 2 wide."""
    x, y = grid(size)
    places = joints(poses)[..., None, None]
    away = (x - places[:, :, 0]).square() + (y - places[:, :, 1]).square()
    return 2 * (-away / (2 * width**2)).exp() - 1


def layout(values: Mapping[str, Tensor], size: int = 32) -> Tensor:
    """The label map of one portrait from factors as numbers, which may lie outside of their ranges, and
    change with a slider: [1, parts, size, size] of 0 and 1. Factors that aren't given stand at 0, at the
    middle of their range.

    Errors: `ValueError` for an unknown factor.
    """
    unknown = set(values) - set(FACTORS)
    if unknown:
        raise ValueError(f"a factor must be one of {', '.join(FACTORS)}, but {min(unknown)!r} was given")
    there: Any = {
        name: torch.zeros(1) if name in DISCRETE else torch.full((1,), sum(CONTINUOUS[name]) / 2)
        for name in FACTORS
    }
    there |= {name: value.reshape(1) for name, value in values.items()}
    x, y = grid(size)
    nothing = torch.zeros(1, 3)
    brush = Brush(x, y, cast(Citizens, SimpleNamespace(**there)), nothing, nothing, nothing)
    found = torch.zeros(1, size, size)
    for layer in layers(brush, scenery=False):
        inside = (layer.distance < 0).float() * (layer.strength > 0.5).float()
        found = found + inside * (PARTS.index(layer.part) - found)
    return (found[:, None] == torch.arange(len(PARTS)).view(1, -1, 1, 1)).float()


def commonest(values: Tensor) -> float:
    """The share of the commonest of whole numbers [n]: how far a choice is none."""
    return round(float(values.bincount().max()) / len(values), 4)


def from_above(x: Tensor, views: above.Views, mapper: nn.Module) -> dict:
    """Of pictures of places whose map was given. "redrawn": the share of pixels of the right class when the
    map is drawn again from the picture by a network. What the map doesn't tell, read by drawing: the shares
    that are as in the truth ("roofs", "trees", "sun") and of the commonest answer; "away": how far houses,
    and lawns, are from the nearest that is possible."""
    drawn = above.read_plan((mapper(2 * x - 1) + 1) / 2)
    seen = above.inventory(x, views)
    houses, lawns = seen.houses, seen.lawns
    return {
        "redrawn": share(drawn == above.classes(views, x.shape[-1])),
        "roofs": share((seen.roofs == views.roofs)[houses]),
        "trees": share((seen.trees == views.trees)[lawns]),
        "sun": share(seen.sun == views.sun),
        "roof shares": [share(seen.roofs[houses] == k) for k in range(len(above.ROOFS))],
        "tree share": share(seen.trees[lawns] == 1),
        "morning share": share(seen.sun == 0),
        "away": round(float(seen.away[houses].mean()), 4),
        "away lawns": round(float(seen.away[lawns].mean()), 4),
    }


def laid_out(x: Tensor, citizens: Citizens, reader: nn.Module) -> dict:
    """Of portraits whose label map was given. "laid": what the reader sees as asked, a share for each
    discrete factor of the layout, and for each continuous one how far it is off, as a share of its range.
    The colours, read by drawing: "kept", and the share of the "commonest". "away": how far the pictures are
    from the nearest in possible colours."""
    found = accuracy(reader, citizens, x)
    told = {factor: nearest(x, citizens, factor) for factor in COLOURS}
    away = [
        (all_with(citizens[i], COLOURS) - x[i]).abs().mean((1, 2, 3)).amin()
        for i in range(min(COMPARED, len(x)))
    ]
    return {
        "laid": {name: round(found[name], 4) for name in (*LAID, *PLACED)},
        "kept": {factor: share(told[factor] == getattr(citizens, factor)) for factor in COLOURS},
        "commonest": {factor: commonest(told[factor]) for factor in COLOURS},
        "away": round(float(torch.stack(away).mean()), 4),
    }


def _limbs(x: Tensor, citizens: Citizens, poses: Tensor, limb: str, end: str) -> Tensor:
    """How far the ends of a limb are from where they were asked, in pixels [n], by the angle whose figure is
    nearest."""
    at, place = list(ANGLES).index(limb), JOINTS.index(end)
    apart, ends = [], []
    for value in torch.linspace(*ANGLES[limb], TRIED):
        tried = poses.clone()
        tried[:, at] = value
        apart.append((figure(citizens, tried) - x).abs().mean((1, 2, 3)))
        ends.append(joints(tried)[:, place])
    best = torch.stack(ends)[torch.stack(apart).argmin(0), torch.arange(len(x))]
    return (best - joints(poses)[:, place]).norm(dim=1) * x.shape[-1] / 2


def posed(x: Tensor, citizens: Citizens, poses: Tensor) -> dict:
    """Of figures for which a pose was asked: how far "hands" and "feet" are from there, in pixels, and of
    each factor of IDENTITY the share "kept"; both by drawing."""
    off = {
        name: torch.cat([_limbs(x, citizens, poses, f"{side} {limb}", f"{side} {end}") for side in SIDES])
        for name, limb, end in (("hands", "arm", "hand"), ("feet", "leg", "foot"))
    }

    def in_pose(there: Citizens, size: int) -> Tensor:
        return figure(there, poses, size)

    told = {factor: nearest(x, citizens, factor, in_pose) for factor in IDENTITY}
    return {
        **{name: round(float(far.mean()), 3) for name, far in off.items()},
        "kept": {factor: share(told[factor] == getattr(citizens, factor)) for factor in IDENTITY},
    }


def _told(x: Tensor, citizens: Citizens, factor: str, style: Callable) -> tuple[Tensor, Tensor]:
    """What is true of a factor and what the pictures say, of those citizens whose emoji show it."""
    on = visible(citizens, "emoji")[factor]
    return getattr(citizens, factor)[on], nearest(x, citizens, factor, style)[on]


def _renamed(true: Tensor, told: Tensor, factor: str) -> float:
    """The share that is right if the values of a factor are renamed in the best way."""
    many = len(DISCRETE[factor])
    return matching(table(true, told, (many, many)))[1]


def as_emoji(x: Tensor, citizens: Citizens, style: Callable = emoji) -> dict:
    """Of emoji of these citizens, read by drawing: the shares that "kept" each factor of EMOJI, and those
    that would be right if its values were renamed in the best way ("renamed"). Who wears a cap of the police
    is not asked for a hat."""
    found: dict = {"kept": {}, "renamed": {}}
    for factor in EMOJI:
        true, told = _told(x, citizens, factor, style)
        found["kept"][factor] = share(told == true)
        found["renamed"][factor] = round(_renamed(true, told, factor), 4)
    return found


def shuffled(x: Tensor, citizens: Citizens, times: int = 60, seed: int = 0) -> dict[str, float]:
    """What renaming finds by luck: for each factor of EMOJI the share that is right after the best renaming
    if what is true is shuffled among the citizens, in the mean over so many times."""
    dice, found = torch.Generator().manual_seed(seed), {}
    for factor in EMOJI:
        true, told = _told(x, citizens, factor, emoji)
        tries = [
            _renamed(true[torch.randperm(len(true), generator=dice)], told, factor)
            for _ in range(positive("times", times, whole=True))
        ]
        found[factor] = round(sum(tries) / times, 4)
    return found
