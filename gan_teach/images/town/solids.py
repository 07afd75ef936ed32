"""Simple solids of the town: houses and towers from factors, as voxels and as a picture from an angle.

.. code-block:: none

    sample(n, generator)    factors, each on its own
    voxels(solids)          [n, floor, back, right], 16 each way: shares
    view(voxels, turn)      [n, 1, 24, 24] in [0, 1], of any voxels
    overlap(a, b), pieces(voxels), hanging(voxels)

A voxel is the share of a cell that is filled. Floors go upwards, rows to the back, columns to the right.
Behind each body may stand a shed, to the left or to the right, which nobody sees from the front. Chapter 26.
"""

import math
from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

from gan_teach.checks import finite, one_of, positive

SIDE, PICTURE, PIXEL = 16, 24, 0.7  # a pixel's side in cells
BODIES, ROOFS, SHEDS = ("box", "round"), ("flat", "gable", "pointed", "dome"), ("none", "left", "right")
KINDS = {"body": BODIES, "roof": ROOFS, "shed": SHEDS}
# Half width, half depth, height of the walls and of the roof, in cells.
RANGES = {"width": (4.0, 6.0), "depth": (2.8, 4.0), "height": (4.0, 7.0), "rise": (2.5, 5.0)}
MIDDLE = (8.0, 6.5)  # of each body: to the right and to the back
SHED, INSET, LOWER = 2.5, 1.8, 0.5  # how far a shed stands out, how far it is from the side, its height
FRONT, SLOPE = 0.15, 0.35  # the turn of a picture to learn from, in radians; how steeply one looks down
PARTS = 3  # points along a cell's side at which it is asked whether it is filled
PAPER, LIGHT = 0.95, (-0.5, -0.6, 0.62)  # where nothing is; the light, from the viewer: right, back, up


@dataclass(frozen=True, eq=False)
class Solids:
    """n solids: whole numbers [n] for the factors of `KINDS`, and lengths [n] in cells for those of `RANGES`.
    Errors: `ValueError` for values outside these, or of another number."""

    body: Tensor
    roof: Tensor
    shed: Tensor
    width: Tensor
    depth: Tensor
    height: Tensor
    rise: Tensor

    def __post_init__(self):
        for name, values in self.factors.items():
            if values.ndim != 1 or len(values) != len(self.body):
                raise ValueError(f"{name} must be [{len(self.body)}], but {list(values.shape)} was given")
            low, high = (0, len(KINDS[name]) - 1) if name in KINDS else RANGES[name]
            odd = values[~((values >= low) & (values <= high))]
            if len(odd):
                words = f"one of {', '.join(KINDS[name])}, or" if name in KINDS else "a number from"
                raise ValueError(f"{name} must be {words} {low} to {high}, but {odd[0].item()} was given")

    @property
    def factors(self) -> dict[str, Tensor]:
        """All factors by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __len__(self):
        return len(self.body)

    def __getitem__(self, which) -> "Solids":
        return Solids(**{name: values[which] for name, values in self.factors.items()})

    def but(self, shed: str) -> "Solids":
        """The same solids, all with this shed. Errors: `ValueError` for another word."""
        number = SHEDS.index(one_of("shed", shed, SHEDS))
        return replace(self, shed=torch.full_like(self.shed, number))


def sample(n: int, generator: torch.Generator) -> Solids:
    """n solids, each factor uniform and on its own. Errors: `ValueError` for n < 1."""
    n = positive("n", n, whole=True)
    kinds = {name: torch.randint(len(words), (n,), generator=generator) for name, words in KINDS.items()}
    lengths = {
        name: low + (high - low) * torch.rand(n, generator=generator) for name, (low, high) in RANGES.items()
    }
    return Solids(**kinds, **lengths)


def _tops(solids: Solids) -> Tensor:
    """How high a solid reaches over each point of the ground: [n, points, points]."""
    at = (torch.arange(SIDE * PARTS) + 0.5) / PARTS
    get = {name: values[:, None, None] for name, values in solids.factors.items()}
    x, y = at[None, None, :] - MIDDLE[0], at[None, :, None] - MIDDLE[1]
    across, along = x.abs() / get["width"], y.abs() / get["depth"]
    rounded, square = (across.square() + along.square()).sqrt(), torch.maximum(across, along)
    out = torch.where(get["body"] == 1, rounded, square)  # 1 at the walls
    shapes = (0 * out, 1 - across, 1 - out, (1 - out.square()).clamp_min(0).sqrt())
    roof = sum((get["roof"] == i) * shape for i, shape in enumerate(shapes))
    tops = torch.where(out < 1, get["height"] + get["rise"] * roof, 0.0)
    return torch.maximum(tops, LOWER * get["height"] * shed_ground(solids, at))


def shed_ground(solids: Solids, at: Tensor | None = None) -> Tensor:
    """1 where a shed's ground is, behind the middle of the body, else 0: [n, points, points]. at: the points'
    coordinates, in cells; else the cells' middles."""
    at = torch.arange(SIDE) + 0.5 if at is None else at
    x, y = at[None, None, :] - MIDDLE[0], at[None, :, None] - MIDDLE[1]
    shed, width = solids.shed[:, None, None], solids.width[:, None, None]
    side = torch.where(shed == 1, -x, x)
    beside = (side > 0.3) & (side < width - INSET)
    return (beside & (y > 0) & (y < solids.depth[:, None, None] + SHED) & (shed > 0)).float()


def voxels(solids: Solids) -> Tensor:
    """The share of each cell that is filled: [n, 16 floors, 16 to the back, 16 to the right], from 0 to 1."""
    tops = _tops(solids)
    floors = [
        torch.nn.functional.avg_pool2d((tops - k).clamp(0, 1)[:, None], PARTS)[:, 0] for k in range(SIDE)
    ]
    return torch.stack(floors, 1)


def _hats(places: Tensor) -> Tensor:
    """The weights with which the cells' middles count at each place: [..., 16]."""
    return (1 - (places[..., None] - torch.arange(SIDE) - 0.5).abs()).clamp_min(0)


def rays(turn: Tensor) -> tuple[Tensor, Tensor]:
    """What every ray meets on its way: the weights of ground cells, [across, steps, 16, 16], and of floors,
    [upwards, steps, 16]. The solid is turned about the middle of its box by so many radians."""
    across = (torch.arange(PICTURE) - (PICTURE - 1) / 2) * PIXEL
    depth = torch.arange(-10.5, 11.0, 1.0)
    upwards = torch.arange(PICTURE - 1, -1, -1) * PIXEL - 3.2  # from the top
    c, s = torch.cos(turn), torch.sin(turn)
    x = SIDE / 2 + across[:, None] * c + depth * s
    y = SIDE / 2 - across[:, None] * s + depth * c
    return _hats(y)[..., :, None] * _hats(x)[..., None, :], _hats(upwards[:, None] - SLOPE * depth)


def _steps(v: Tensor, axis: int) -> Tensor:
    """The difference between the neighbours on both sides, outside of the box 0: the same shape."""
    none = torch.zeros_like(v.narrow(axis, 0, 1))
    wide = torch.cat([none, v, none], axis)
    return wide.narrow(axis, 2, SIDE) - wide.narrow(axis, 0, SIDE)


def shaded(v: Tensor, turn: Tensor) -> Tensor:
    """How bright each cell's surface is, from .2 to .9, by the direction in which it faces the light, which
    turns with the viewer."""
    c, s = torch.cos(turn), torch.sin(turn)
    to_right, to_back = LIGHT[0] * c + LIGHT[1] * s, LIGHT[1] * c - LIGHT[0] * s
    up, back, right = (-_steps(v, axis) for axis in (1, 2, 3))
    length = (up.square() + back.square() + right.square() + 1e-4).sqrt()
    facing = (to_right * right + to_back * back + LIGHT[2] * up) / length
    return 0.2 + 0.7 * facing.clamp_min(0)


def view(v: Tensor, turn=FRONT) -> Tensor:
    """Pictures of voxels [n, 16, 16, 16] from an angle, [n, 1, 24, 24] in [0, 1]: each ray passes from front
    to back and takes up what its cells let through. turn: in radians, a number or a tensor [].

    Errors: `ValueError` for voxels of another size.
    """
    _check(v)
    turn = turn if isinstance(turn, Tensor) else torch.tensor(finite("turn", turn))
    ground, floors = rays(turn)
    a, steps = len(ground), ground.shape[1]
    seen = torch.cat([v, v * shaded(v, turn)]).flatten(2)  # [2 n, floors, ground cells]
    met = seen @ ground.view(a * steps, -1).T  # [2 n, floors, across and steps]
    met = met.view(2, len(v), SIDE, a, steps)
    left, bright = 1.0, 0.0
    for t in range(steps):
        here = floors[:, t] @ met[..., t]  # [2, n, upwards, across]
        bright = bright + left * here[1]
        left = left * (1 - here[0]).clamp(0, 1)
    return (bright + PAPER * left).clamp(0, 1)[:, None]


def _check(v: Tensor):
    if v.ndim != 4 or tuple(v.shape[1:]) != (SIDE,) * 3:
        raise ValueError(f"voxels must be [n, {SIDE}, {SIDE}, {SIDE}], but {list(v.shape)} was given")


def overlap(a: Tensor, b: Tensor) -> Tensor:
    """Intersection over union of what is at least half filled: [n]; 1 for two empty boxes."""
    _check(a), _check(b)
    a, b = (a >= 0.5).flatten(1), (b >= 0.5).flatten(1)
    both, any_of = (a & b).sum(1), (a | b).sum(1)
    return torch.where(any_of > 0, both / any_of.clamp_min(1), 1.0)


def pieces(v: Tensor, least: float = 0.5) -> Tensor:
    """Into how many pieces the filled cells fall: [n]. Cells hang together by their faces."""
    _check(v)
    filled = (v >= least).numpy()
    return torch.tensor([ndimage.label(one)[1] for one in filled])


def hanging(v: Tensor, least: float = 0.5) -> Tensor:
    """The share of the filled cells that hang in the air, with an empty cell right below: [n]. A solid of the
    town has none. 0 for an empty box."""
    _check(v)
    filled = v >= least
    over_nothing = filled[:, 1:] & ~filled[:, :-1]
    return over_nothing.flatten(1).sum(1) / filled.flatten(1).sum(1).clamp_min(1)


def in_shed(solids: Solids, v: Tensor) -> Tensor:
    """How full the two places are where a shed may stand, left and right, in voxels [n, 16, 16, 16]: [n, 2]
    from 0 to 1. Only cells count that are all shed, behind the body."""
    full = [voxels(solids.but(side)) for side in SHEDS[1:]]
    none = voxels(solids.but("none"))
    own = torch.stack([(f > 0.99) & (none < 0.01) for f in full], 1).float()
    return (own * v[:, None]).flatten(2).sum(2) / own.flatten(2).sum(2)


def spin(v: Tensor, turns: int) -> Tensor:
    """One solid from so many sides, [turns, 1, 24, 24]; v: [1, 16, 16, 16]."""
    every = np.linspace(0, 2 * math.pi, positive("turns", turns, whole=True), endpoint=False)
    return torch.cat([view(v, float(angle)) for angle in every])
