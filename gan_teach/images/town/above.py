"""The town seen from above: aerial pictures with roofs, trees and shadows, and the same places as flat maps.

.. code-block:: none

    sample_views(n, generator)   n places, by all that is true of them
    aerial(views)                [n, 3, size, size] in [0, 1]
    plan(views)                  [n, 3, size, size], the map in flat colours
    classes(views)               [n, size, size], what the map says: 0 to 4
    read_plan(pictures)          the same, of any picture of a map
    inventory(pictures, views)   roofs, trees and the sun, read by drawing

A picture is 5 x 5 plots, a road down and one across between them, and in most places a river along a row. The
map tells a house from a wood; of what colour a roof is, where a single tree stands on a lawn and on which
side the shadows lie, it does not tell. Chapter 24.
"""

from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor

from gan_teach.checks import one_of, positive
from gan_teach.images.town.distances import blend, box, cover, either, ellipse, grid

SIDE = 5  # plots along a side
PLOT = 2 / SIDE
CLASSES = ("lawn", "road", "house", "wood", "water")
MAP = ((0.95, 0.93, 0.87), (1.0, 0.83, 0.42), (0.72, 0.68, 0.70), (0.66, 0.86, 0.60), (0.58, 0.78, 0.97))
STANDS = ("lawn", "house", "wood")
ROOFS = ("red", "brown", "slate")
ROOF = ((0.84, 0.30, 0.20), (0.62, 0.43, 0.28), (0.40, 0.45, 0.58))
SUNS = ("morning", "evening")  # shadows lie to the right in the morning, as the picture has it, then left
GRASS, DARK_GRASS, TREE, LEAVES = (
    (0.52, 0.70, 0.34),
    (0.44, 0.62, 0.29),
    (0.15, 0.38, 0.17),
    (0.27, 0.52, 0.22),
)
ASPHALT, WATER, SHADE = (0.50, 0.50, 0.52), (0.18, 0.40, 0.56), (0.12, 0.17, 0.14)
# How many values each factor has; of those in PLOTS there is one a plot, [n, 25], of the others one, [n].
KINDS = {
    "stands": len(STANDS),
    "turned": 2,
    "roofs": len(ROOFS),
    "trees": 2,
    "down": SIDE - 1,
    "across": SIDE - 1,
    "river": SIDE + 1,
    "bend": 4,
    "sun": len(SUNS),
}
PLOTS = ("stands", "turned", "roofs", "trees")
HIDDEN = ("roofs", "trees", "sun")  # what no map tells


@dataclass(frozen=True, eq=False)
class Views:
    """n places: whole numbers, [n, 25] for what belongs to a plot (row by row) and [n] for the rest.

    stands: what is on a plot, of STANDS. turned: a house is taller than wide. roofs: of ROOFS. trees: a lawn
    has a tree. down, across: behind which column and row of plots the roads run. river: along which row, or 5
    for none; what stands there is not drawn. bend: one of four. sun: of SUNS.

    Errors: `ValueError` for numbers out of range or other shapes, `TypeError` for what is no tensor of whole
    numbers.
    """

    stands: Tensor
    turned: Tensor
    roofs: Tensor
    trees: Tensor
    down: Tensor
    across: Tensor
    river: Tensor
    bend: Tensor
    sun: Tensor

    def __post_init__(self):
        for name, most in KINDS.items():
            values = getattr(self, name)
            if not isinstance(values, Tensor) or values.dtype != torch.int64:
                raise TypeError(f"{name} must be a tensor of whole numbers, torch.int64")
            shape = (len(self.stands), *((SIDE**2,) if name in PLOTS else ()))
            if values.shape != shape:
                raise ValueError(f"{name} must be {list(shape)}, but {list(values.shape)} was given")
            wrong = values[(values < 0) | (values >= most)]
            if len(wrong):
                raise ValueError(f"{name} must be 0 to {most - 1}, but {wrong[0].item()} was given")

    def __len__(self):
        return len(self.stands)

    def __getitem__(self, which) -> "Views":
        """Some of the places: a slice, or indices [k]."""
        return Views(**{field.name: getattr(self, field.name)[which] for field in fields(self)})

    def but(self, **changes) -> "Views":
        """The same places with other factors: a number for all, or a tensor. Errors: `ValueError` for an
        unknown factor, or a value out of range."""
        for name in changes:
            one_of("a factor", name, KINDS)
        full = {
            name: value if isinstance(value, Tensor) else torch.full_like(getattr(self, name), value)
            for name, value in changes.items()
        }
        return replace(self, **full)

    @property
    def shown(self) -> Tensor:
        """What can be seen to stand on each plot, [n, 25]: nothing in the river's row."""
        row = torch.arange(SIDE**2) // SIDE
        return torch.where(row == self.river[:, None], 0, self.stands)


def sample_views(n: int, generator: torch.Generator) -> Views:
    """n places at random, every factor uniform, but for a plot, which has a house as often as both else.
    Errors: `ValueError` for n < 1, `TypeError` without a torch.Generator."""
    n = positive("n", n, whole=True)
    if not isinstance(generator, torch.Generator):
        raise TypeError(f"generator must be a torch.Generator, but {generator!r} was given")
    drawn = {
        name: torch.randint(most, (n, SIDE**2) if name in PLOTS else (n,), generator=generator)
        for name, most in KINDS.items()
    }
    house = torch.rand(n, SIDE**2, generator=generator) < 0.25
    return Views(**drawn | {"stands": torch.where(house, 1, drawn["stands"])})


@dataclass(frozen=True)
class _Ground:
    """The pixels' places, each within its plot too, and the shapes that map and picture share."""

    x: Tensor
    y: Tensor
    size: int
    plot: Tensor  # of each pixel, [size, size]
    u: Tensor  # from the middle of the plot, [1, 1, size] and [1, size, 1]
    v: Tensor


def _ground(size: int) -> _Ground:
    x, y = grid(size)
    column, row = (((axis + 1) / PLOT).floor().long() for axis in (x, y))
    u, v = x + 1 - PLOT * (column + 0.5), y + 1 - PLOT * (row + 0.5)
    return _Ground(x, y, size, (row * SIDE + column)[0], u, v)


def _at(values: Tensor, ground: _Ground) -> Tensor:
    """A factor of the plots at each pixel: [n, 25] -> [n, size, size]."""
    return values[:, ground.plot]


def _house(views: Views, ground: _Ground, shift: Tensor | float = 0.0) -> Tensor:
    """Distances of the houses' footprints, each seen from its own plot: [n, size, size]."""
    turned = _at(views.turned, ground)
    wide, tall = 0.15 - 0.04 * turned, 0.11 + 0.04 * turned
    found = box(ground.u, ground.v, shift, 0.0, wide, tall)
    return torch.where(_at(views.shown, ground) == 1, found, 1.0)


def _wood(views: Views, ground: _Ground) -> Tensor:
    found = box(ground.u, ground.v, 0.0, 0.0, 0.165, 0.165)
    return torch.where(_at(views.shown, ground) == 2, found, 1.0)


def _roads(views: Views, ground: _Ground) -> Tensor:
    down, across = (PLOT * (1.0 + by.view(-1, 1, 1)) - 1 for by in (views.down, views.across))
    return torch.minimum((ground.x - down).abs(), (ground.y - across).abs()) - 0.07


def _river(views: Views, ground: _Ground) -> Tensor:
    middle = PLOT * (views.river.view(-1, 1, 1) + 0.5) - 1
    bent = middle + 0.06 * torch.sin(3.2 * ground.x + 1.57 * views.bend.view(-1, 1, 1))
    return torch.where(views.river.view(-1, 1, 1) < SIDE, (ground.y - bent).abs() - 0.11, 1.0)


def classes(views: Views, size: int = 32) -> Tensor:
    """What the map says of each pixel's centre, the places in CLASSES: int64 [n, size, size]. Roads bridge
    rivers."""
    ground = _ground(size)
    found = torch.zeros(len(views), size, size, dtype=torch.long)
    for kind, shape in ((2, _house), (3, _wood), (4, _river), (1, _roads)):
        found = torch.where(shape(views, ground) < 0, kind, found)
    return found


def coloured(kinds: Tensor) -> Tensor:
    """The map's flat colours for places in CLASSES: int64 [n, size, size] -> [n, 3, size, size]."""
    return torch.tensor(MAP)[kinds].movedim(-1, 1)


def plan(views: Views, size: int = 32) -> Tensor:
    """The map in flat colours: [n, 3, size, size] in [0, 1]."""
    return coloured(classes(views, size))


def read_plan(pictures: Tensor) -> Tensor:
    """Which of the map's colours each pixel is nearest to, the places in CLASSES: [n, 3, size, size] in [0,
    1] -> int64 [n, size, size]. Errors: `ValueError` for other than three channels."""
    if pictures.ndim != 4 or pictures.shape[1] != 3:
        raise ValueError(f"maps must be [n, 3, size, size], but {list(pictures.shape)} was given")
    apart = (pictures[:, None] - torch.tensor(MAP)[:, :, None, None]).square().sum(2)
    return apart.argmin(1)


def aerial(views: Views, size: int = 32) -> Tensor:
    """The places from above: [n, 3, size, size] in [0, 1]. Roofs have a bright side and a dark one, houses
    and trees a shadow, as the sun stands."""
    g = _ground(size)
    away = 1.0 - 2 * views.sun.view(-1, 1, 1)  # to which side shadows lie
    tone = (0.5 + 0.5 * torch.sin(19 * g.x + 7 * g.y) * torch.sin(23 * g.y - 5 * g.x))[:, None]
    grass, dark, ink, leaves, trunk = (torch.tensor([c]) for c in (GRASS, DARK_GRASS, SHADE, LEAVES, TREE))
    picture = torch.lerp(grass[:, :, None, None], dark[:, :, None, None], tone).expand(len(views), -1, -1, -1)

    def laid(picture, distance, colour, strength=1.0):
        return blend(picture, strength * cover(distance, size), colour)

    lone = (_at(views.trees, g) == 1) & (_at(views.shown, g) == 0)
    lone = lone & (
        _at((torch.arange(SIDE**2) // SIDE).expand(len(views), -1), g) != views.river.view(-1, 1, 1)
    )
    crown = torch.where(lone, ellipse(g.u, g.v, 0.0, 0.0, 0.10, 0.10), 1.0)
    below = torch.where(lone, ellipse(g.u, g.v, 0.06 * away, 0.03, 0.10, 0.10), 1.0)
    picture = laid(picture, either(below, _house(views, g, 0.055 * away)), ink, 0.6)
    picture = laid(picture, _wood(views, g), trunk)
    crowns = either(*(ellipse(g.u, g.v, i * 0.085, j * 0.085, 0.06, 0.06) for i in (-1, 1) for j in (-1, 1)))
    picture = laid(picture, torch.where(_at(views.shown, g) == 2, crowns, 1.0), leaves)
    picture = laid(laid(picture, crown, trunk), crown + 0.045, leaves)
    house, roofs = _house(views, g), _at(views.roofs, g)
    bright = torch.where(away * g.u < 0, 1.15, 0.80)
    roof = torch.tensor(ROOF)[roofs].movedim(-1, 1) * bright[:, None]
    picture = torch.lerp(picture, roof, cover(house, size)[:, None])
    picture = laid(picture, _river(views, g), torch.tensor([WATER]))
    return laid(picture, _roads(views, g), torch.tensor([ASPHALT])).clamp(0, 1)


def _in_plots(values: Tensor, ground: _Ground) -> Tensor:
    """The mean over each plot's pixels: [n, size, size] -> [n, 25]."""
    owner = ground.plot.flatten()
    total = torch.zeros(len(values), SIDE**2).index_add_(1, owner, values.flatten(1))
    return total / owner.bincount(minlength=SIDE**2)


def _apart(pictures: Tensor, views: Views, ground: _Ground) -> Tensor:
    """The mean absolute difference of each plot from the picture of these views: [n, 25]."""
    return _in_plots((pictures - aerial(views, ground.size)).abs().mean(1), ground)


@dataclass(frozen=True)
class Inventory:
    """What pictures of places say that no map tells. sun [n]. roofs [n, 25] where `houses` [n, 25] are; trees
    [n, 25] where `lawns` [n, 25] are. away [n, 25]: how far a plot is from the nearest that is possible, a
    mean absolute difference of brightnesses."""

    sun: Tensor
    roofs: Tensor
    trees: Tensor
    houses: Tensor
    lawns: Tensor
    away: Tensor


def inventory(pictures: Tensor, views: Views) -> Inventory:
    """Read pictures [n, 3, size, size] in [0, 1] of places whose maps are known, by drawing all that the map
    leaves open: the sun under which the whole picture fits best, then for each plot its roof or its tree.

    Errors: `ValueError` for another number of pictures than of places.
    """
    if len(pictures) != len(views):
        raise ValueError(f"there must be {len(views)} pictures, one a place, but {len(pictures)} were given")
    ground, row = _ground(pictures.shape[-1]), torch.arange(SIDE**2) // SIDE
    dry = row != views.river[:, None]
    houses, lawns = (views.stands == 1) & dry, (views.stands == 0) & dry
    found = torch.stack(
        [
            torch.stack(
                [
                    _apart(pictures, views.but(sun=sun, roofs=i, trees=min(i, 1)), ground)
                    for i in range(len(ROOFS))
                ]
            )
            for sun in range(len(SUNS))
        ]
    )  # [suns, roofs, n, 25]: of a lawn the first two are without a tree and with one
    best = found.amin(1)
    sun = best.sum(2).argmin(0)
    chosen = found.movedim(2, 0)[torch.arange(len(views)), sun]  # [n, roofs, 25]
    return Inventory(sun, chosen.argmin(1), chosen.argmin(1).clamp(max=1), houses, lawns, chosen.amin(1))
