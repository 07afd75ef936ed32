"""Scans of the town's hospital: a body in cross-section with its organs, drawn in the greys of two machines
from the same factors, and a lesion of known place, size and contrast.

No patient, no anatomy: an oval with two lungs, a heart and a spine. What is true of every pixel is known, and
so is whether something was missed or invented. Brightnesses are in [0, 1]. Chapter 27.

.. code-block:: none

    sample(n, generator)      healthy scans
    ..., contrast=0.2)        each with a lesion of this contrast
    ..., radius=(0.1, 0.2))   its size from this range
    ct(scans), mr(scans)      [n, 1, size, size]
    mask(scans)               the lesion's share of each pixel
"""

from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor

from gan_teach.checks import finite, one_of, positive
from gan_teach.images.town.citizens import Range
from gan_teach.images.town.distances import cover, ellipse, grid

SIZE = 24
# Half-widths and places; the picture spans -1 to 1, with y down. The lesion's place is a point of the unit
# disk, which is laid over the inner part of the body: `angle` in turns, `way` from its centre, squared.
FACTORS: dict[str, Range] = {
    "width": Range(0.72, 0.90),
    "height": Range(0.58, 0.76),
    "x": Range(-0.06, 0.06),
    "y": Range(-0.06, 0.06),
    "left": Range(0.18, 0.26),
    "right": Range(0.18, 0.26),
    "heart": Range(0.13, 0.21),
    "heart_x": Range(-0.05, 0.12),
    "spine": Range(0.09, 0.13),
    "angle": Range(0.0, 1.0),
    "way": Range(0.0, 1.0),
    "radius": Range(0.05, 0.30),
    "contrast": Range(-0.4, 0.4),
}
HEALTHY = {"contrast": 0.0}
INNER = 0.75  # how much of the body's half-widths a lesion's centre may lie away from its centre
# Brightness of body, lungs, heart and spine, and of a lesion for each unit of its contrast.
GREYS = {"ct": (0.50, 0.15, 0.66, 0.92, 1.0), "mr": (0.35, 0.08, 0.80, 0.20, 2.0)}


@dataclass(frozen=True, repr=False, eq=False)
class Scans:
    """n bodies: a tensor [n] per factor of `FACTORS`. contrast 0: healthy."""

    width: Tensor
    height: Tensor
    x: Tensor
    y: Tensor
    left: Tensor
    right: Tensor
    heart: Tensor
    heart_x: Tensor
    spine: Tensor
    angle: Tensor
    way: Tensor
    radius: Tensor
    contrast: Tensor

    def __len__(self):
        return len(self.width)

    def __getitem__(self, which) -> "Scans":
        """Some of the bodies: a slice, indices [k], or a mask [n]."""
        which = slice(which, which + 1 or None) if isinstance(which, int) else which
        return Scans(**{field.name: getattr(self, field.name)[which] for field in fields(self)})

    def but(self, **changes) -> "Scans":
        """The same bodies with other factors: a number for all, or a tensor [n]. Errors: `ValueError`."""
        return replace(self, **{k: _given(k, v, len(self)) for k, v in changes.items()})

    def __repr__(self):
        return f"<{len(self)} scans>"


def _given(name: str, value, n: int) -> Tensor:
    """A factor as [n]. Errors: `ValueError` for an unknown one, a value out of range or another length."""
    low, high = FACTORS[one_of("a factor", name, FACTORS)]
    if not isinstance(value, Tensor):
        value = torch.full((n,), float(finite(name, value)))
    if value.shape != (n,):
        raise ValueError(
            f"{name} must have one value for each of the {n} scans, but {list(value.shape)} was given"
        )
    inside = (value >= low) & (value <= high)
    if not bool(inside.all()):
        raise ValueError(f"{name} must be {FACTORS[name]}, but {value[~inside][0].item():g} was given")
    return value


def sample(n: int, generator: torch.Generator, **fixed) -> Scans:
    """n bodies at random, healthy unless a contrast is given; factors fixed by a number or a tensor [n], or
    from a range (low, high).

    To fix a factor leaves the draws of the others as they were. Errors: `ValueError` for an unknown factor, a
    value out of range or a wrong length.
    """
    n = positive("n", n, whole=True)
    fixed = HEALTHY | fixed
    for name in fixed:
        one_of("a factor", name, FACTORS)
    shares, drawn = torch.rand(n, len(FACTORS), generator=generator), {}
    for share, (name, kind) in zip(shares.T, FACTORS.items()):
        asked = fixed.get(name, tuple(kind))
        if isinstance(asked, tuple):
            low, high = asked
            drawn[name] = _given(name, (low + (high - low) * share).clamp(*kind), n)
        else:
            drawn[name] = _given(name, asked, n)
    return Scans(**drawn)


def _lesion(scans: Scans, size: int) -> Tensor:
    """The share of each pixel that lies in the lesion's disk, whatever its contrast: [n, size, size]."""
    x, y = grid(size, scans.x.dtype)
    far, turn = INNER * scans.way.sqrt(), 2 * torch.pi * scans.angle
    across, down = scans.x + scans.width * far * turn.cos(), scans.y + scans.height * far * turn.sin()
    across, down, radius = (v[:, None, None] for v in (across, down, scans.radius))
    return cover(ellipse(x, y, across, down, radius, radius), size)


def mask(scans: Scans, size: int = SIZE) -> Tensor:
    """The share of each pixel that the lesion covers, 0 for the healthy: [n, 1, size, size] in [0, 1]."""
    ill = (scans.contrast != 0).to(scans.x)
    return (ill[:, None, None] * _lesion(scans, size))[:, None]


def _drawn(scans: Scans, machine: str, size: int) -> Tensor:
    x, y = grid(positive("size", size, whole=True), scans.x.dtype)
    body, lung, heart, spine, gain = GREYS[machine]
    f = {field.name: getattr(scans, field.name)[:, None, None] for field in fields(scans)}
    across, down = x - f["x"], y - f["y"]
    parts = (
        (body, ellipse(across, down, 0, 0, f["width"], f["height"])),
        (lung, ellipse(across, down, -0.48 * f["width"], -0.04, f["left"], f["height"] * 0.62)),
        (lung, ellipse(across, down, 0.48 * f["width"], -0.04, f["right"], f["height"] * 0.62)),
        (heart, ellipse(across, down, f["heart_x"], -0.08, f["heart"], f["heart"])),
        (spine, ellipse(across, down, 0.0, 0.68 * f["height"], f["spine"], f["spine"])),
    )
    picture = torch.zeros(len(scans), size, size, dtype=scans.x.dtype)
    for grey, distance in parts:
        picture = torch.lerp(picture, torch.full_like(picture, grey), cover(distance, size))
    lit = picture + gain * f["contrast"] * _lesion(scans, size)
    return lit.clamp(0, 1)[:, None]


def ct(scans: Scans, size: int = SIZE) -> Tensor:
    """As the first machine sees them: dark lungs, a white spine; [n, 1, size, size]."""
    return _drawn(scans, "ct", size)


def mr(scans: Scans, size: int = SIZE) -> Tensor:
    """As the second machine sees the same bodies: a bright heart, a dark spine, and lesions of twice the
    contrast; [n, 1, size, size]."""
    return _drawn(scans, "mr", size)


def grained(pictures: Tensor, generator: torch.Generator, amount: float = 0.03) -> Tensor:
    """With normal noise of this deviation in every pixel, as machines have it. Errors: `ValueError`."""
    noise = torch.randn(pictures.shape, generator=generator, dtype=pictures.dtype)
    return pictures + positive("amount", amount, zero=True) * noise
