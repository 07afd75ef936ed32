"""Standing figures: the same citizens from head to foot, in a pose of a few angles, with their joints.

.. code-block:: none

    sample_poses(n, generator)   [n, angles] in radians, named in ANGLES
    joints(poses)                [n, joints, 2], x and y, named in JOINTS
    figure(citizens, poses)      [n, 3, size, size] in [0, 1]

A figure stands in the middle, whatever the citizen's place and size. Chapters 23 and 25.
"""

import torch
from torch import Tensor

from gan_teach.checks import positive
from gan_teach.images.town.citizens import CONTINUOUS, Citizens, Range
from gan_teach.images.town.distances import both, box, either, ellipse, grid, stick
from gan_teach.images.town.layers import (
    GOLD,
    INK,
    POLICE,
    THIEF,
    UNIFORM,
    WHITE,
    Brush,
    Layer,
    brush,
    layers,
    town,
)
from gan_teach.images.town.portraits import SIZE, falling, lit

# Arms and legs: from hanging down, outwards. Elbows: how much further out the forearm points. Lean: to the
# right. No arm reaches behind the head.
ANGLES: dict[str, Range] = {
    "left arm": Range(0.2, 2.0),
    "left elbow": Range(-0.3, 0.8),
    "right arm": Range(0.2, 2.0),
    "right elbow": Range(-0.3, 0.8),
    "left leg": Range(0.05, 0.5),
    "right leg": Range(0.05, 0.5),
    "lean": Range(-0.15, 0.15),
}
SIDES = {"left": -1, "right": 1}
JOINTS = ("head", "neck", "hip") + tuple(
    f"{side} {joint}" for side in SIDES for joint in ("shoulder", "elbow", "hand", "foot")
)

HEAD = 0.56  # of a portrait's size: large, so that the face can be read at 32 pixels
HIP, NECK, NECK_TO_HEAD, UPPER_ARM, FOREARM, LEG = 0.42, 0.06, 0.30, 0.20, 0.20, 0.46
TROUSERS, SLEEVE = (0.24, 0.25, 0.33), 0.82  # sleeves are darker than the trunk, or nobody would see arms


def sample_poses(n: int, generator: torch.Generator) -> Tensor:
    """n poses at random, each angle uniform in its range: [n, angles]. Errors: `ValueError` for n < 1,
    `TypeError` without a torch.Generator."""
    n = positive("n", n, whole=True)
    if not isinstance(generator, torch.Generator):
        raise TypeError(f"generator must be a torch.Generator, but {generator!r} was given")
    low, high = torch.tensor([*ANGLES.values()]).T
    return torch.lerp(low, high, torch.rand(n, len(ANGLES), generator=generator))


def _check(poses: Tensor):
    if not isinstance(poses, Tensor) or poses.ndim != 2 or poses.shape[1] != len(ANGLES):
        given = list(poses.shape) if isinstance(poses, Tensor) else repr(poses)
        raise ValueError(
            f"poses must be [n, {len(ANGLES)}], the angles {', '.join(ANGLES)}, but {given} was given"
        )
    for (name, allowed), angles in zip(ANGLES.items(), poses.T):
        inside = (angles >= allowed.low - 1e-6) & (angles <= allowed.high + 1e-6)
        if not bool(inside.all()):
            raise ValueError(
                f"the angle {name} must be {allowed}, but {angles[~inside][0].item()!r} was given"
            )


def joints(poses: Tensor) -> Tensor:
    """Where the joints are, [n, joints, 2]: x to the right and y down, in units in which the picture spans -1
    to 1. Errors: `ValueError` for another number of angles, or one out of its range."""
    _check(poses)
    angle = dict(zip(ANGLES, poses.T))
    up_x, up_y = torch.sin(angle["lean"]), -torch.cos(angle["lean"])
    hip = torch.stack([torch.zeros_like(up_x), torch.full_like(up_x, HIP)], 1)
    up = torch.stack([up_x, up_y], 1)
    neck = hip + (HIP - NECK) * up
    found = {"head": neck + NECK_TO_HEAD * up, "neck": neck, "hip": hip}
    for side, sign in SIDES.items():
        arm, leg = angle[f"{side} arm"], angle[f"{side} leg"]
        bent = arm + angle[f"{side} elbow"]
        shoulder = neck + neck.new_tensor([0.16 * sign, 0.07])
        elbow = shoulder + UPPER_ARM * torch.stack([sign * torch.sin(arm), torch.cos(arm)], 1)
        found[f"{side} shoulder"], found[f"{side} elbow"] = shoulder, elbow
        found[f"{side} hand"] = elbow + FOREARM * torch.stack([sign * torch.sin(bent), torch.cos(bent)], 1)
        start = hip + hip.new_tensor([0.09 * sign, 0.0])
        found[f"{side} foot"] = start + LEG * torch.stack([sign * torch.sin(leg), torch.cos(leg)], 1)
    return torch.stack([found[name] for name in JOINTS], 1)


def _limbs(b: Brush, places: dict[str, tuple[Tensor, Tensor]]) -> list[Layer]:
    """Legs, shoes, trunk and arms, back to front."""
    police, thief = b.having("role", POLICE), b.having("role", THIEF)
    cloth = torch.where(police[:, :, 0] > 0, b.colour(UNIFORM), b.clothes)
    trousers = torch.where(police[:, :, 0] > 0, b.colour(UNIFORM), b.colour(TROUSERS))
    (hip_x, hip_y), (neck_x, neck_y) = places["hip"], places["neck"]
    trunk = stick(b.x, b.y, hip_x, hip_y - 0.06, neck_x, neck_y + 0.13, 0.18)
    stripes = both(trunk, (torch.remainder(b.y - neck_y, 0.18) - 0.09).abs() - 0.045)

    def limbs(start: str, end: str, radius: float, inset: float = 0.0) -> Tensor:
        ends = [(places[f"{side} {start}"], places[f"{side} {end}"], sign) for side, sign in SIDES.items()]
        return either(*(stick(b.x, b.y, a[0] - inset * s, a[1], e[0], e[1], radius) for a, e, s in ends))

    legs = either(
        *(
            stick(b.x, b.y, hip_x + 0.09 * s, hip_y, *places[f"{side} foot"], 0.085)
            for side, s in SIDES.items()
        )
    )
    shoes = either(
        *(
            ellipse(b.x, b.y, x + 0.03 * SIDES[side], y + 0.05, 0.115, 0.065)
            for side in SIDES
            for x, y in [places[f"{side} foot"]]
        )
    )
    hands = either(*(ellipse(b.x, b.y, *places[f"{side} hand"], 0.085, 0.085) for side in SIDES))
    badge = ellipse(b.x, b.y, neck_x + 0.09, neck_y + 0.16, 0.06, 0.06)
    sleeves = either(limbs("shoulder", "elbow", 0.075, 0.03), limbs("elbow", "hand", 0.065))
    return [
        Layer("clothes", shoes, b.colour(INK), b.all, "fill"),
        Layer("clothes", legs, trousers, b.all),
        Layer("clothes", sleeves, SLEEVE * cloth, b.all),
        Layer("skin", hands, b.skin, b.all),
        Layer("clothes", trunk, cloth, b.all),
        Layer("clothes", stripes, b.colour(WHITE), thief, "fill"),
        Layer("clothes", box(b.x, b.y, hip_x, hip_y - 0.01, 0.17, 0.035), b.colour(INK), police, "fill"),
        Layer("clothes", badge, b.colour(GOLD), police, "fill", shines=True),
    ]


def figure(citizens: Citizens, poses: Tensor, size: int = SIZE) -> Tensor:
    """Citizens from head to foot, each in its pose [n, angles], before the town: [n, 3, size, size], from 0
    to 1.

    Errors: `ValueError` for another number of poses or angles, or an angle out of its range.
    """
    found = joints(poses)
    if len(found) != len(citizens):
        raise ValueError(
            f"there must be {len(citizens)} poses, one for each citizen, but {len(found)} were given"
        )
    places = {name: tuple(found[:, i].T[..., None, None]) for i, name in enumerate(JOINTS)}
    x, y = grid(size, citizens.x.dtype, citizens.x.device)
    b = brush(citizens, x, y)
    middle = {name: sum(CONTINUOUS[name]) / 2 for name in ("x", "size")} | {"y": 0.0}
    (head_x, head_y), centred = places["head"], citizens.but(**middle)
    # The head is a portrait's, seen from further away: its distances shrink with it.
    near = brush(centred, (x - head_x) / HEAD, (y - head_y) / HEAD)
    head = [
        layer._replace(distance=HEAD * layer.distance) for layer in layers(near, scenery=False, body=False)
    ]
    return (lit(b, town(b) + _limbs(b, places) + head, size) * falling(x, y)).clamp(0, 1)
