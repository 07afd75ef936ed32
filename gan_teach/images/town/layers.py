"""What a portrait is made of: its layers from back to front, each a shape with a colour.

All pictures of a citizen are drawn from this one list (`portraits`), so they agree with each other. All
lengths are in units in which the picture spans -1 to 1; those of a face mostly follow the head. Chapters 15,
16, 19 and 22 to 25.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import torch
from torch import Tensor

from gan_teach.images.town.citizens import Citizens, greyness
from gan_teach.images.town.distances import both, box, either, ellipse, gable, ring, without

PARTS = ("background", "clothes", "hair", "skin", "beard", "mouth", "mask", "eyes", "glasses", "hat")

SKIN = ((0.99, 0.84, 0.74), (0.85, 0.62, 0.44), (0.54, 0.35, 0.27))
HAIR = ((0.10, 0.09, 0.12), (0.40, 0.21, 0.08), (0.98, 0.84, 0.36), (0.90, 0.36, 0.07))
CLOTHES = ((0.15, 0.36, 0.80), (0.84, 0.14, 0.16), (0.08, 0.56, 0.34), (0.97, 0.73, 0.10))
SKY = ((0.62, 0.83, 0.98), (0.99, 0.90, 0.74), (0.95, 0.79, 0.84))
NIGHT_SKY = (0.06, 0.08, 0.22)
GREY_HAIR = (0.88, 0.88, 0.92)
INK, WHITE, GOLD = (0.09, 0.07, 0.11), (0.97, 0.97, 0.96), (1.0, 0.80, 0.20)
UNIFORM, CAP = (0.12, 0.17, 0.36), (0.16, 0.24, 0.52)
THIEF, POLICE = 1, 2


class Layer(NamedTuple):
    """One shape of a picture.

    part: whose it is, of `PARTS`. distance [n or 1, size, size], negative inside. colour [n or 1, 3].
    strength [n or 1, 1, 1]: 1 where a citizen has it, 0 where not, between for a breath of colour. ink: what
    a sketch makes of it, an "outline", a "fill", or "none". shines: as bright by night as by day.
    """

    part: str
    distance: Tensor
    colour: Tensor
    strength: Tensor
    ink: str = "outline"
    shines: bool = False


@dataclass(frozen=True)
class Head:
    """Where a head is, and how its surface lies: all [n, 1, 1]. Height and features go with age: a child's
    head is rounder, its eyes larger and lower."""

    x: Tensor
    y: Tensor
    width: Tensor
    height: Tensor
    turn: Tensor
    age: Tensor

    def at(self, longitude: float, latitude: float) -> tuple[Tensor, Tensor, Tensor]:
        """Where a point of the face lands, x and y, and how much narrower it looks than from the front.

        Angles in radians from the middle of the face, to the right and down.
        """
        angle = longitude + 1.2 * self.turn
        # An old face is longer: what lies on it moves up, and a child's moves down.
        lower = 0.16 * (0.5 - self.age)
        across, down = torch.sin(angle) * math.cos(latitude), math.sin(latitude) + lower
        return self.x + self.width * across, self.y + self.height * down, torch.cos(angle).clamp_min(0.3)


@dataclass(frozen=True)
class Brush:
    """Draws on one batch: the pixels' places, the citizens, their colours [n, 3]."""

    x: Tensor
    y: Tensor
    citizens: Citizens
    skin: Tensor
    hair: Tensor
    clothes: Tensor

    def colour(self, values: tuple) -> Tensor:
        """A colour for all, [1, 3], or a table of them, [k, 3]."""
        return torch.tensor(values, dtype=self.skin.dtype, device=self.skin.device).view(-1, 3)

    def among(self, table: tuple, factor: str) -> Tensor:
        """Each citizen's colour from a table, [n, 3]."""
        return self.colour(table)[getattr(self.citizens, factor)]

    def having(self, factor: str, value: int = 1) -> Tensor:
        """1 for who has this value of a factor, 0 for the others: [n, 1, 1]."""
        return (getattr(self.citizens, factor) == value).to(self.skin.dtype).view(-1, 1, 1)

    @cached_property
    def head(self) -> Head:
        """The heads, from the citizens' factors."""
        x, y, width, turn, age = (
            getattr(self.citizens, name).view(-1, 1, 1) for name in ("x", "y", "size", "turn", "age")
        )
        return Head(x, y, width, width * (1.02 + 0.16 * age), turn, age)

    @cached_property
    def all(self) -> Tensor:
        """1 for all, [1, 1, 1]."""
        return torch.ones(1, 1, 1, dtype=self.skin.dtype, device=self.skin.device)


def brush(citizens: Citizens, x: Tensor, y: Tensor, skin: tuple | None = None) -> Brush:
    """A brush for these citizens at these pixels. skin: a colour for all, in place of their own."""
    plain = Brush(x, y, citizens, *[x.new_zeros(1, 3)] * 3)
    own, hair = plain.among(SKIN, "skin"), plain.among(HAIR, "hair")
    hair = torch.lerp(hair, plain.colour(GREY_HAIR), greyness(citizens.age)[:, None])
    own = own if skin is None else plain.colour(skin).expand_as(own)
    return Brush(x, y, citizens, own, hair, plain.among(CLOTHES, "clothes"))


def layers(brush: Brush, scenery: bool = True, body: bool = True) -> list[Layer]:
    """All layers of the portraits, back to front; without scenery those of the citizens, without a body of
    their heads alone."""
    behind = town(brush) if scenery else []
    below = _body(brush) if body else []
    return behind + below + _head(brush) + _face(brush) + _eyes(brush) + _top(brush)


def town(brush: Brush) -> list[Layer]:
    """The layers of the town behind, back to front: sky, houses, hills or trees."""
    return _sky(brush) + _houses(brush) + _nature(brush)


def _sky(b: Brush) -> list[Layer]:
    """Sun by day; moon and stars by night."""
    day, night = b.having("night", 0), b.having("night")
    sun = ellipse(b.x, b.y, 0.74, -0.74, 0.17, 0.17)
    moon = without(sun, ellipse(b.x, b.y, 0.65, -0.79, 0.15, 0.15))
    places = ((-0.84, -0.82), (-0.55, -0.92), (0.34, -0.90), (-0.90, -0.42), (0.88, -0.38))
    stars = either(*(ellipse(b.x, b.y, x, y, 0.04, 0.04) for x, y in places))
    return [
        Layer("background", sun, b.colour((1.0, 0.86, 0.30)), day, shines=True),
        Layer("background", either(moon, stars), b.colour((1.0, 0.96, 0.72)), night, shines=True),
    ]


def _houses(b: Brush) -> list[Layer]:
    """Two houses with roofs; their windows are lit by night."""
    here, night = b.having("background", 1), b.having("night")
    side = b.x.abs()
    walls = box(side, b.y, 0.82, 0.55, 0.27, 0.65)
    roofs = gable(side, b.y, 0.82, -0.48, -0.08, 0.36)
    panes = either(*(box(side, b.y, x, y, 0.065, 0.09) for x in (0.70, 0.90) for y in (0.13, 0.50)))
    lit = torch.lerp(b.colour((0.60, 0.78, 0.90)), b.colour((1.0, 0.88, 0.42)), night[:, :, 0])
    return [
        Layer("background", walls, b.colour((0.86, 0.56, 0.42)), here),
        Layer("background", roofs, b.colour((0.60, 0.25, 0.22)), here),
        Layer("background", panes, lit, here, shines=True),
    ]


def _nature(b: Brush) -> list[Layer]:
    """Two rows of hills; or two trees on a meadow."""
    hills, trees = b.having("background", 0), b.having("background", 2)
    side = b.x.abs()
    far = 0.9 * (0.05 - b.y - 0.22 * torch.sin(4.0 * b.x + 0.6))
    near = 0.9 * (0.42 - b.y + 0.16 * torch.sin(3.4 * b.x + 1.4))
    meadow = 0.66 - b.y + 0 * b.x
    crowns = either(ellipse(side, b.y, 0.82, 0.10, 0.30, 0.30), ellipse(side, b.y, 0.80, -0.18, 0.20, 0.22))
    return [
        Layer("background", far, b.colour((0.55, 0.78, 0.48)), hills),
        Layer("background", near, b.colour((0.36, 0.66, 0.34)), hills),
        Layer("background", meadow, b.colour((0.50, 0.74, 0.40)), trees),
        Layer("background", box(side, b.y, 0.82, 0.55, 0.06, 0.35), b.colour((0.46, 0.30, 0.18)), trees),
        Layer("background", crowns, b.colour((0.20, 0.52, 0.28)), trees),
    ]


def _body(b: Brush) -> list[Layer]:
    """Shoulders in clothes, a thief's striped jersey, or the uniform of the police with its badge."""
    head, thief, police = b.head, b.having("role", THIEF), b.having("role", POLICE)
    top = head.y + 1.02 * head.height
    neck = box(b.x, b.y, head.x, head.y + head.height, 0.30 * head.width, 0.07)
    body = ellipse(b.x, b.y, head.x, top + 0.50, 1.62 * head.width, torch.full_like(top, 0.52))
    stripes = both(body, (torch.remainder(b.y - top + 0.01, 0.22) - 0.11).abs() - 0.055)
    cloth = torch.where(police[:, :, 0] > 0, b.colour(UNIFORM), b.clothes)
    collar = both(body, gable(b.x, -b.y, head.x, -top - 0.26, -top + 0.05, 0.55 * head.width))
    tie = both(body, box(b.x, b.y, head.x, top + 0.22, 0.05, 0.18))
    badge = ellipse(b.x, b.y, head.x + 0.72 * head.width, top + 0.24, 0.085, 0.095)
    return [
        Layer("clothes", body, cloth, b.all),
        Layer("clothes", stripes, b.colour(WHITE), thief, "fill"),
        Layer("clothes", collar, b.colour((0.72, 0.83, 0.96)), police),
        Layer("clothes", tie, b.colour(INK), police, "fill"),
        Layer("clothes", badge, b.colour(GOLD), police, "fill", shines=True),
        Layer("skin", neck, 0.84 * b.skin, b.all, "none"),
    ]


def _head(b: Brush) -> list[Layer]:
    """Long hair behind, ears, and the head."""
    head, long = b.head, b.having("hair_length")
    behind = either(
        ellipse(b.x, b.y, head.x, head.y - 0.02, 1.34 * head.width, 1.14 * head.height),
        box(b.x, b.y, head.x, head.y + 0.64 * head.height, 1.24 * head.width, 0.64 * head.height),
    )
    side = (b.x - head.x).abs()
    ears = ellipse(side, b.y, 1.0 * head.width, head.y + 0.05 * head.height, 0.09, 0.12)
    return [
        Layer("hair", behind, 0.86 * b.hair, long),
        Layer("skin", ears, 0.93 * b.skin, 1 - long),
        Layer("skin", ellipse(b.x, b.y, head.x, head.y, head.width, head.height), b.skin, b.all),
    ]


def _face(b: Brush) -> list[Layer]:
    """Cheeks that pale and lines that deepen with age, the beard, nose and mouth."""
    head = b.head
    left, right, nose, lips = (
        head.at(*place) for place in ((-0.62, 0.36), (0.62, 0.36), (0, 0.20), (0, 0.62))
    )
    cheeks = either(*(ellipse(b.x, b.y, x, y, 0.12 * near, 0.09) for x, y, near in (left, right)))
    lines = either(*(box(b.x, b.y, x, y - 0.10, 0.09 * near, 0.022) for x, y, near in (left, right)))
    x, y, near = lips
    half, smile = 0.42 * head.width * near, b.citizens.smile.view(-1, 1, 1)
    chin = ellipse(b.x, b.y, head.x, head.y + 0.05 * head.height, 1.05 * head.width, 1.05 * head.height)
    middle = (head.x + nose[0]) / 2
    bare = ellipse(b.x, b.y, middle, head.y - 0.12 * head.height, 0.84 * head.width, 0.66 * head.height)
    around = ellipse(b.x, b.y, x, y, 1.25 * half, 0.14)
    beard = both(chin, -bare, -around, head.y + 0.02 * head.height - b.y)
    inside = (b.x - x).abs() - half
    curve = y + 0.13 * smile * (0.5 - ((b.x - x) / half).square())
    mouth = both(inside, (b.y - curve).abs() - 0.036)
    teeth = both(inside, b.y - curve, y - 0.065 * smile - b.y)
    return [
        Layer("skin", cheeks, b.skin * 0.55 + b.colour((0.98, 0.36, 0.36)) * 0.45, 1 - head.age, "none"),
        Layer("skin", lines, 0.62 * b.skin, ((head.age - 0.3) / 0.4).clamp(0, 1), "fill"),
        Layer("beard", beard, 0.94 * b.hair, b.having("beard")),
        Layer("skin", ellipse(b.x, b.y, nose[0], nose[1], 0.06, 0.075), 0.78 * b.skin, b.all, "fill"),
        Layer("mouth", teeth, b.colour(WHITE), b.all, "none"),
        Layer("mouth", mouth, b.colour((0.72, 0.08, 0.14)), b.all, "fill"),
    ]


def _eyes(b: Brush) -> list[Layer]:
    """A thief's mask, eyes, brows, and glasses over them."""
    head, thief, glasses = b.head, b.having("role", THIEF), b.having("glasses")
    places = [head.at(side * 0.50, -0.04) for side in (-1, 1)]
    (left, y, _), (right, _, _) = places
    skull = ellipse(b.x, b.y, head.x, head.y, head.width, head.height)
    mask = both(skull, (b.y - y).abs() - 0.145)
    radius = 0.102 - 0.036 * head.age
    whites = either(*(ellipse(b.x, b.y, x, y, 0.15 * near, 0.11) for x, _, near in places))
    pupils = either(*(ellipse(b.x, b.y, x, y, radius * near, 1.15 * radius) for x, _, near in places))
    glints = either(*(ellipse(b.x, b.y, x - 0.03, y - 0.04, 0.026, 0.026) for x, _, _ in places))
    lenses = either(*(ellipse(b.x, b.y, x, y, 0.20 * near, 0.19) for x, _, near in places))
    bridge = box(b.x, b.y, (left + right) / 2, y, (right - left) / 2 - 0.18, 0.024)
    brows = either(*(box(b.x, b.y, x, y - 0.235, 0.12 * near, 0.03) for x, _, near in places))
    return [
        Layer("mask", mask, b.colour(INK), thief, "fill"),
        Layer("glasses", lenses, b.colour((0.80, 0.94, 1.0)), 0.75 * glasses, "none"),
        Layer("eyes", whites, b.colour(WHITE), thief),
        Layer("eyes", pupils, b.colour(INK), b.all, "fill"),
        Layer("eyes", glints, b.colour(WHITE), b.all, "none"),
        Layer("hair", brows, 0.80 * b.hair, b.all, "fill"),
        Layer("glasses", either(ring(lenses, 0.027), bridge), b.colour(INK), glasses, "fill"),
    ]


def _top(b: Brush) -> list[Layer]:
    """The hair on top, which recedes with age, and what is worn on it."""
    head = b.head
    x, y, width, height = head.x, head.y, head.width, head.height
    parting = (b.x - x - 0.25 * width) / width
    hairline = y - height * (0.66 + 0.12 * head.age) + 0.42 * height * parting.square()
    skull = ellipse(b.x, b.y, x, y - 0.04 * height, 1.09 * width, 1.08 * height)
    return [Layer("hair", both(skull, b.y - hairline), b.hair, b.all)] + _hats(b) + _cap(b)


def _hats(b: Brush) -> list[Layer]:
    """A hat with a brim, or a beanie with a bobble, in the colour of the clothes."""
    head, nobody = b.head, b.having("role", POLICE)
    hat, beanie = b.having("hat", 1) * (1 - nobody), b.having("hat", 2) * (1 - nobody)
    x, y, width, height = head.x, head.y, head.width, head.height
    crown = box(b.x, b.y, x, y - 1.02 * height, 0.76 * width, 0.34 * height)
    ribbon = box(b.x, b.y, x, y - 0.80 * height, 0.76 * width, 0.08 * height)
    brim = ellipse(b.x, b.y, x, y - 0.68 * height, 1.34 * width, 0.15 * height)
    wool = both(ellipse(b.x, b.y, x, y - 0.56 * height, 1.12 * width, 0.78 * height), b.y - y + 0.62 * height)
    rim = box(b.x, b.y, x, y - 0.64 * height, 1.10 * width, 0.11 * height)
    return [
        Layer("hat", crown, 0.92 * b.clothes, hat),
        Layer("hat", ribbon, 0.45 * b.clothes, hat, "fill"),
        Layer("hat", brim, 0.78 * b.clothes, hat),
        Layer("hat", wool, 0.92 * b.clothes, beanie),
        Layer("hat", rim, 0.55 * b.clothes + 0.45, beanie),
        Layer("hat", ellipse(b.x, b.y, x, y - 1.36 * height, 0.11, 0.11), 0.3 * b.clothes + 0.7, beanie),
    ]


def _cap(b: Brush) -> list[Layer]:
    """The cap of the police: a wide crown, a band with a badge, a peak."""
    head, police = b.head, b.having("role", POLICE)
    x, y, width, height = head.x, head.y, head.width, head.height
    crown = ellipse(b.x, b.y, x, y - 1.04 * height, 1.32 * width, 0.36 * height)
    band = box(b.x, b.y, x, y - 0.76 * height, 0.98 * width, 0.15 * height)
    badge = ellipse(b.x, b.y, x, y - 0.98 * height, 0.10, 0.11)
    peak = both(ellipse(b.x, b.y, x, y - 0.62 * height, 0.92 * width, 0.17 * height), y - 0.66 * height - b.y)
    return [
        Layer("hat", crown, b.colour(CAP), police),
        Layer("hat", band, b.colour(UNIFORM), police),
        Layer("hat", peak, b.colour(INK), police, "fill"),
        Layer("hat", badge, b.colour(GOLD), police, "fill", shines=True),
    ]
