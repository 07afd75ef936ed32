"""A citizen who dances: short movements with known size, tempo and phase, as joints and as pictures.

.. code-block:: none

    sample(n, generator)    dances, each factor on its own
    movement(dances)        [n, 16, 22]: frames, x and y of each joint
    phases(movements)       how far a dance has come in each frame
    report(movements)       do limbs keep their lengths, time go on?
    drawn(movements)        pictures [n, 16, 3, size, size]

Joints are those of `figures.JOINTS`. In each frame the arms say how far the dance has come, so its tempo can
be read off two frames. Chapter 26.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from gan_teach.checks import positive
from gan_teach.images.town import citizens
from gan_teach.images.town.figures import ANGLES, FOREARM, JOINTS, LEG, UPPER_ARM, figure, joints

FRAMES, NUMBERS = 16, 2 * len(JOINTS)
# How far the angles swing, in radians, and whether with the sine of the phase or its cosine.
SWINGS = {
    "left arm": (0.85, "sin"),
    "left elbow": (0.5, "cos"),
    "right arm": (-0.85, "sin"),
    "right elbow": (-0.5, "cos"),
    "left leg": (0.2, "sin"),
    "right leg": (-0.2, "sin"),
    "lean": (0.14, "cos"),
}
# Size: a share of the swings. Tempo: turns in 16 frames. Start: in turns.
RANGES = {"size": (0.6, 1.0), "tempo": (0.8, 1.6), "start": (0.0, 1.0)}
LIMBS = {
    f"{side} {name}": (f"{side} {a}" if a != "hip" else a, f"{side} {b}", length)
    for side in ("left", "right")
    for name, a, b, length in (
        ("upper arm", "shoulder", "elbow", UPPER_ARM),
        ("forearm", "elbow", "hand", FOREARM),
        ("leg", "hip", "foot", LEG),
    )
}
HIPS = 0.09  # how far from the middle a leg begins (`figures`)


@dataclass(frozen=True, eq=False)
class Dances:
    """n dances: size, tempo and start, each [n]. Errors: `ValueError` for values outside `RANGES`, or of
    another number."""

    size: Tensor
    tempo: Tensor
    start: Tensor

    def __post_init__(self):
        for name, (low, high) in RANGES.items():
            values = getattr(self, name)
            if values.ndim != 1 or len(values) != len(self.size):
                raise ValueError(f"{name} must be [{len(self.size)}], but {list(values.shape)} was given")
            odd = values[~((values >= low) & (values <= high))]
            if len(odd):
                raise ValueError(f"{name} must be from {low} to {high}, but {odd[0].item()} was given")


def sample(n: int, generator: torch.Generator) -> Dances:
    """n dances, each factor uniform and on its own. Errors: `ValueError` for n < 1."""
    n = positive("n", n, whole=True)
    return Dances(
        **{
            name: low + (high - low) * torch.rand(n, generator=generator)
            for name, (low, high) in RANGES.items()
        }
    )


def poses(size: Tensor, phase: Tensor) -> Tensor:
    """The angles of `figures.ANGLES` at a phase, in radians: sizes and phases [n] -> [n, angles]."""
    found = []
    for name, (low, high) in ANGLES.items():
        swing, wave = SWINGS[name]
        turned = torch.sin(phase) if wave == "sin" else torch.cos(phase)
        found.append((low + high) / 2 + swing * size * turned)
    return torch.stack(found, 1)


def movement(dances: Dances) -> Tensor:
    """[n, 16, 22]: where the joints are in each frame."""
    return at(dances.size, dances.start[:, None] + dances.tempo[:, None] * torch.arange(FRAMES) / FRAMES)


def at(size: Tensor, turns: Tensor) -> Tensor:
    """Movements whose phase in each frame is given, in turns [n, frames], and their sizes [n]: [n, frames,
    22]."""
    many = size[:, None].expand_as(turns).reshape(-1)
    return joints(poses(many, 2 * math.pi * turns.reshape(-1))).reshape(*turns.shape, NUMBERS)


REST = joints(poses(torch.zeros(1), torch.zeros(1))).reshape(NUMBERS)
SPAN = 0.15  # by which networks divide, so that their numbers are about 1


def _check(movements: Tensor):
    if movements.ndim != 3 or tuple(movements.shape[1:]) != (FRAMES, NUMBERS):
        raise ValueError(
            f"movements must be [n, {FRAMES}, {NUMBERS}], {len(JOINTS)} joints with x and y in each of "
            f"{FRAMES} frames, but {list(movements.shape)} was given"
        )


def _limb(movements: Tensor, name: str) -> Tensor:
    """From a limb's beginning to its end: [n, frames, 2]."""
    a, b, _ = LIMBS[name]
    places = dict(zip(JOINTS, movements.unflatten(2, (-1, 2)).unbind(2)))
    start = places[a]
    if a == "hip":
        start = start + start.new_tensor([HIPS if b.startswith("right") else -HIPS, 0.0])
    return places[b] - start


def angles(movements: Tensor) -> Tensor:
    """The angles of `figures.ANGLES` that joints show, whatever the limbs' lengths: [n, frames, angles]."""
    _check(movements)
    found = {}
    for side, sign in (("left", -1), ("right", 1)):
        for limb, name in (("upper arm", "arm"), ("forearm", "elbow"), ("leg", "leg")):
            along = _limb(movements, f"{side} {limb}")
            found[f"{side} {name}"] = torch.atan2(sign * along[..., 0], along[..., 1])
        found[f"{side} elbow"] = found[f"{side} elbow"] - found[f"{side} arm"]
    places = dict(zip(JOINTS, movements.unflatten(2, (-1, 2)).unbind(2)))
    up = places["neck"] - places["hip"]
    found["lean"] = torch.atan2(up[..., 0], -up[..., 1])
    return torch.stack([found[name] for name in ANGLES], 2)


def _waves(movements: Tensor) -> tuple[Tensor, Tensor]:
    """The sine and the cosine of the phase, each times the dance's size, by the arms: [n, frames]."""
    by = dict(zip(ANGLES, angles(movements).unbind(2)))
    sine = (by["left arm"] - by["right arm"]) / (2 * SWINGS["left arm"][0])
    cosine = (by["left elbow"] - by["right elbow"]) / (2 * SWINGS["left elbow"][0])
    return sine, cosine


def phases(movements: Tensor) -> Tensor:
    """How far the dance has come in each frame, in radians from -pi to pi: [n, frames]."""
    return torch.atan2(*_waves(movements))


def sizes(movements: Tensor) -> Tensor:
    """How far the arms swing in each frame, as a share of the largest swing: [n, frames]."""
    return torch.hypot(*_waves(movements))


def paces(movements: Tensor) -> Tensor:
    """By how much the phase grows from frame to frame, in radians from -pi to pi: [n, frames - 1]."""
    steps = phases(movements).diff(dim=1)
    return torch.remainder(steps + math.pi, 2 * math.pi) - math.pi


def report(movements: Tensor) -> dict[str, float]:
    """ "limbs": by how much of its length a limb is wrong, the mean; "uneven": the deviation of a movement's
    paces from their mean, in turns of 16 frames; "forward": the share of paces that a real dance could have;
    "size": the mean. Real dances have 0, 0, 1 and .8."""
    _check(movements)
    wrong = torch.stack(
        [(_limb(movements, name).norm(dim=2) / length - 1).abs() for name, (*_, length) in LIMBS.items()]
    )
    pace = paces(movements) * FRAMES / (2 * math.pi)  # in turns of 16 frames
    low, high = RANGES["tempo"]
    inside = (pace > low - 0.05) & (pace < high + 0.05)
    return {
        "limbs": round(float(wrong.mean()), 4),
        "uneven": round(float(pace.std(1, correction=0).mean()), 4),
        "forward": round(float(inside.float().mean()), 4),
        "size": round(float(sizes(movements).mean()), 4),
    }


def shuffled(movements: Tensor, generator: torch.Generator) -> Tensor:
    """The same frames, each movement's in an order of its own."""
    order = torch.rand(movements.shape[:2], generator=generator).argsort(1)
    return movements.gather(1, order[..., None].expand_as(movements))


def between(movements: Tensor) -> Tensor:
    """Only frames 0, 4, 8 and 12 and the last are kept, and what is between them is drawn straight."""
    keys = [0, 4, 8, 12, FRAMES - 1]
    parts = [movements[:, :1]]
    for a, b in zip(keys, keys[1:]):
        share = (torch.arange(1, b - a + 1) / (b - a))[:, None]
        parts.append(torch.lerp(movements[:, a, None], movements[:, b, None], share))
    return torch.cat(parts, 1)


def drawn(movements: Tensor, seed: int = 0, size: int = 32) -> Tensor:
    """Pictures of citizens who dance so, [n, 16, 3, size, size]: the angles that the joints show, each cut
    off at its range."""
    shown = angles(movements)
    low, high = torch.tensor([*ANGLES.values()]).T
    shown = torch.minimum(torch.maximum(shown, low), high).flatten(0, 1)
    who = citizens.sample(len(movements), torch.Generator().manual_seed(seed), night=0)
    many = torch.arange(len(movements)).repeat_interleave(FRAMES)
    return figure(who[many], shown, size).unflatten(0, (-1, FRAMES))
