"""Portraits in every style, drawn from the same layers: photo, sketch, painting, emoji; and what is where in
them.

.. code-block:: none

    photo(citizens)          [n, 3, size, size], by day or by night
    painting(citizens)       [n, 3, size, size], the photo in dabs of a brush
    emoji(citizens)          [n, 3, size, size], from the front, in one skin
    sketch(citizens)         [n, 1, size, size], black lines on white
    label_map(citizens)      [n, parts, size, size], 1 where one of PARTS is
    mask(citizens, "hat")    [n, 1, size, size], 1 where these parts are

Brightnesses are in [0, 1]; whether it is day is each citizen's factor.

All take citizens of any number and a size in pixels (32 unless said). Photos, sketches and emojis can be
differentiated by the continuous factors. Chapters 15, 16, 19 and 22 to 25.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from gan_teach.checks import one_of
from gan_teach.images.town.citizens import CONTINUOUS, Citizens
from gan_teach.images.town.distances import blend, cover, grid, ring
from gan_teach.images.town.layers import NIGHT_SKY, PARTS, SKY, Brush, Layer, brush, layers

SIZE = 32
NIGHT_LIGHT = (0.60, 0.63, 0.86)
PULL = 0.35  # how far a dab is of one colour: 0 would leave the photo, 1 paints it flat
EMOJI_SKIN, EMOJI_ZOOM, EMOJI_UP = (1.0, 0.80, 0.22), 0.82, 0.10


def _axes(citizens: Citizens, size: int) -> tuple[Tensor, Tensor]:
    return grid(size, citizens.x.dtype, citizens.x.device)


def _painted(picture: Tensor, drawn: list[Layer], light: Tensor, size: float) -> Tensor:
    """The picture [n, 3, size, size] with all layers laid over it, in this light [n or 1, 3]."""
    for layer in drawn:
        colour = layer.colour if layer.shines else layer.colour * light
        picture = blend(picture, cover(layer.distance, size) * layer.strength, colour)
    return picture


def lit(b: Brush, drawn: list[Layer], size: float) -> Tensor:
    """Layers before the sky, in the light of day or night, at the places of the brush: [n, 3, size, size].
    Parts and colours only: the light falls evenly."""
    night = b.having("night")[:, :, 0]
    sky = torch.lerp(b.among(SKY, "background"), b.colour(NIGHT_SKY), night)
    light = torch.lerp(b.colour((1.0, 1.0, 1.0)), b.colour(NIGHT_LIGHT), night)
    height, width = torch.broadcast_shapes(b.x.shape[1:], b.y.shape[1:])
    return _painted(sky[:, :, None, None].expand(-1, -1, height, width), drawn, light, size)


def drawn(citizens: Citizens, style: Callable, size: int = SIZE) -> Tensor:
    """The citizens in a style, such as `photo`, 500 at a time, so that thousands fit into memory: [n,
    channels, size, size] in [0, 1]."""
    return torch.cat([style(citizens[i : i + 500], size) for i in range(0, len(citizens), 500)])


def photo(citizens: Citizens, size: int = SIZE) -> Tensor:
    """Citizens before the town, lit from the upper left: [n, 3, size, size]."""
    x, y = _axes(citizens, size)
    b = brush(citizens, x, y)
    return (lit(b, layers(b), size) * falling(x, y)).clamp(0, 1)


def falling(x: Tensor, y: Tensor) -> Tensor:
    """Light from the upper left, by which pictures at these places are multiplied: [1, 1, size, size]."""
    return (1.02 - 0.09 * (x + y))[:, None]


def label_map(citizens: Citizens, size: int = SIZE, indices: bool = False) -> Tensor:
    """Which part is in front at each pixel's centre: one-hot [n, parts, size, size], or with `indices` the
    places in `PARTS`, int64 [n, size, size]. A breath of colour, as on cheeks, is skin."""
    x, y = _axes(citizens, size)
    found = torch.zeros(len(citizens), *torch.broadcast_shapes(x.shape[1:], y.shape[1:]), dtype=torch.long)
    found = found.to(x.device)
    for layer in layers(brush(citizens, x, y), scenery=False):
        inside = (layer.distance < 0) & (layer.strength > 0.5)
        found = torch.where(inside, PARTS.index(layer.part), found)
    if indices:
        return found
    return torch.nn.functional.one_hot(found, len(PARTS)).permute(0, 3, 1, 2).to(x.dtype)


def mask(citizens: Citizens, *parts: str, size: int = SIZE) -> Tensor:
    """1 where one of these parts is in front, else 0: [n, 1, size, size]. Errors: `ValueError` for an unknown
    part, or none."""
    if not parts:
        raise ValueError(f"parts must be some of {', '.join(PARTS)}, but none was given")
    chosen = [PARTS.index(one_of("a part", part, PARTS)) for part in parts]
    return label_map(citizens, size)[:, chosen].amax(1, keepdim=True)


def sketch(citizens: Citizens, size: int = SIZE, width: float = 0.05) -> Tensor:
    """Black lines on white paper, [n, 1, size, size]: the outline of each shape that no nearer one hides.
    width: of a line, where the picture is 2 wide. No colour, no shade, no town."""
    x, y = _axes(citizens, size)
    paper = x.new_ones(len(citizens), size, size)
    for layer in layers(brush(citizens, x, y), scenery=False):
        if layer.ink == "outline":
            paper = torch.lerp(paper, torch.ones_like(paper), cover(layer.distance, size) * layer.strength)
        if layer.ink != "none":
            line = ring(layer.distance, width / 2) if layer.ink == "outline" else layer.distance
            paper = paper * (1 - cover(line, size) * layer.strength)
    return paper[:, None]


def emoji(citizens: Citizens, size: int = SIZE) -> Tensor:
    """What an emoji keeps: role, hair, beard, glasses, hat, age and smile, on white: [n, 3, size, size].
    Place, size, skin, turn, light and the body are gone."""
    x, y = _axes(citizens, size)
    middle = {name: sum(CONTINUOUS[name]) / 2 for name in ("x", "y", "size", "turn")}
    b = brush(citizens.but(**middle), EMOJI_ZOOM * x, EMOJI_ZOOM * y - EMOJI_UP, EMOJI_SKIN)
    drawn = layers(b, scenery=False, body=False)
    white = b.colour((1.0, 1.0, 1.0))
    paper = white[:, :, None, None].expand(len(citizens), 3, size, size)
    return _painted(paper, drawn, white, size / EMOJI_ZOOM).clamp(0, 1)


def _dabs(phase: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Dabs of a brush that lie aslant: where each pixel takes its colour from, x and y, and the dab's tone in
    [0, 1), all [n, size, size]. phase [n, 3]: in [0, 1), moves them."""
    first, second, third = (phase[:, i].view(-1, 1, 1) for i in range(3))
    cosine, sine, length, breadth = math.cos(0.7), math.sin(0.7), 0.24, 0.10
    along, across = cosine * x - sine * y, sine * x + cosine * y
    across = across + 0.04 * torch.sin(4 * along + 6.3 * first)
    row = torch.floor(across / breadth + second)
    # Golden steps: neighbouring rows are shifted, and neighbouring dabs differ, without a table of dice.
    shift = torch.remainder(0.618 * row + third, 1)
    column = torch.floor(along / length + shift)
    middle_along, middle_across = (column + 0.5 - shift) * length, (row + 0.5 - second) * breadth
    along, across = torch.lerp(along, middle_along, PULL), torch.lerp(across, middle_across, PULL)
    tone = torch.remainder(0.618 * row + 0.755 * column + first, 1)
    return cosine * along + sine * across, cosine * across - sine * along, tone


def painting(citizens: Citizens, size: int = SIZE, generator: torch.Generator | None = None) -> Tensor:
    """A photo in dabs of a brush, in strong and warm colours: [n, 3, size, size]. The dabs lie as the
    generator says, or else as the citizen's own factors do, so that the same citizen is painted the same."""
    if generator is None:
        own = torch.stack([citizens.x, citizens.y, citizens.size, citizens.smile], 1)
        phase = torch.remainder(
            own @ own.new_tensor([[97, 31, 7], [53, 89, 11], [71, 13, 61], [3, 5, 17]]), 1
        )
    else:
        phase = torch.rand(len(citizens), 3, generator=generator).to(citizens.x)
    x, y = _axes(citizens, size)
    x, y, tone = _dabs(phase, x, y)
    b = brush(citizens, x, y)
    picture = lit(b, layers(b), size)
    grey = picture.mean(1, keepdim=True)
    # Shadows turn blue and lights turn to cream, as on a canvas under varnish.
    tint = torch.lerp(
        b.colour((0.02, 0.02, 0.14)), b.colour((1.05, 0.97, 0.80)), grey.movedim(1, -1)
    ).movedim(-1, 1)
    strong = grey + 1.45 * (picture - grey)
    return (0.78 * strong + 0.22 * tint + 0.13 * (tone[:, None] - 0.5)).clamp(0, 1)
