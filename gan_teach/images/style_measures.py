"""What a latent says of a picture's factors, where a reader can tell them: how long the way from picture to
picture is, whether a straight cut parts the values of a factor, and which layer carries which factor (Karras
et al. 2019, arXiv:1812.04948, section 4). Chapter 19.

A space is a pair of functions: `between` (a, b, t) -> points on the way, and `paint`, points -> pictures in
[-1, 1]. Points are [n, d].
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gan_teach.checks import one_of, positive
from gan_teach.images import quality
from gan_teach.images.classifier import in_parts
from gan_teach.images.style import StyleGenerator
from gan_teach.images.town.citizens import CONTINUOUS, DISCRETE
from gan_teach.images.town.reader import PLACES, VALUES, Reader, misfit, read

# Of the portraits' factors: those that a classifier can tell apart, and those that are numbers.
KINDS = ("role", "skin", "hair", "hair_length", "beard", "glasses", "hat", "clothes", "background")
NUMBERS = ("x", "y", "size", "age", "smile", "turn")


class Space(NamedTuple):
    """Where one walks, and what is painted there."""

    between: Callable[[Tensor, Tensor, Tensor], Tensor]
    paint: Callable[[Tensor], Tensor]


class Seen(NamedTuple):
    """What the reader says of pictures. chance: of each discrete factor, how probable each value is, [n,
    values]; of a continuous one its place in its range, [n, 1]. shown: whether the factor can be seen,
    booleans [n]."""

    chance: dict[str, Tensor]
    shown: dict[str, Tensor]

    def value(self, factor: str) -> Tensor:
        """The most probable value of a discrete factor, [n], or the number of a continuous one, [n]."""
        found = self.chance[one_of("a factor", factor, self.chance)]
        return found.argmax(1) if factor in DISCRETE else found[:, 0]


def arc(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """On the way from a to b [n, d] at t [n], along a circle around zero when both are equally long
    (spherical interpolation; White 2016, arXiv:1609.04468)."""
    angle = F.cosine_similarity(a, b, dim=1).clamp(-1, 1).acos()[:, None]
    t, whole = t[:, None], angle.sin().clamp(min=1e-6)
    return ((1 - t) * angle).sin() / whole * a + (t * angle).sin() / whole * b


def line(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """On the straight way from a to b [n, d] at t [n]."""
    return torch.lerp(a, b, t[:, None])


def painted(G: StyleGenerator, w: Tensor, noise: Tensor | None = None) -> Tensor:
    """Pictures with the same w [n, latent_dim] for every layer."""
    return G.paint(w[:, None].expand(-1, G.count, -1), noise)


def seen(eye: Reader, pictures: Tensor) -> Seen:
    """What the reader says of pictures [n, 3, 32, 32] in [-1, 1]."""
    numbers = in_parts(eye, ((pictures + 1) / 2).clamp(0, 1), size=500)
    shown = dict(zip(PLACES, (numbers[:, VALUES:] > 0).unbind(1)))
    chance = {}
    for name in (*KINDS, *NUMBERS):
        part = numbers[:, PLACES[name]]
        chance[name] = part.softmax(1) if name in DISCRETE else ((1 + part) / 2).clamp(0, 1)
    return Seen(chance, shown)


def pictures_at(space: Space, points: Tensor) -> Tensor:
    """What is painted at points [n, d], 250 at a time."""
    return in_parts(space.paint, points, size=250)


def path_length(space: Space, eye: Reader, a: Tensor, b: Tensor, t: Tensor, step: float = 1e-2) -> float:
    """The perceptual path length: the mean squared distance of the reader's features at t and t + step on the
    way from a to b, divided by step^2 (section 4.1, which has other features)."""
    one, other = (
        in_parts(eye.features, ((pictures_at(space, space.between(a, b, s)) + 1) / 2).clamp(0, 1), size=500)
        for s in (t, t + positive("step", step))
    )
    return float(((other - one) / step).square().sum(1).mean())


def detours(space: Space, eye: Reader, a: Tensor, b: Tensor, points: int = 13) -> dict[str, float]:
    """For each factor the way that it goes between the pictures of a and b, over the distance of its ends:
    sums over all pairs, of what the reader thinks at so many points of the path. 1: straight there."""
    steps = torch.linspace(0, 1, positive("points", points, whole=True))
    every = [seen(eye, pictures_at(space, space.between(a, b, t.expand(len(a))))).chance for t in steps]
    found = {}
    for name in every[0]:
        track = torch.stack([one[name] for one in every])
        gone, apart = track.diff(dim=0).abs().sum(), (track[-1] - track[0]).abs().sum()
        found[name] = round(float(gone / apart), 3)
    return found


def probe(x: Tensor, y: Tensor, classes: int, decay: float = 1e-3) -> nn.Linear:
    """Multinomial logistic regression of y [n] on x [n, d], by L-BFGS: logits [n, classes]. decay: the weight
    of half of the squared weights."""
    cut = nn.Linear(x.shape[1], classes)
    nn.init.zeros_(cut.weight), nn.init.zeros_(cut.bias)
    search = torch.optim.LBFGS(cut.parameters(), max_iter=60, line_search_fn="strong_wolfe")

    def loss():
        search.zero_grad()
        value = F.cross_entropy(cut(x), y) + decay / 2 * cut.weight.square().sum()
        value.backward()
        return value

    with torch.enable_grad():
        search.step(loss)
    return cut.requires_grad_(False)


def standard(x: Tensor) -> tuple[Tensor, Tensor]:
    """The mean and the deviation of each number of x [n, d]."""
    return x.mean(0), x.std(0) + 1e-6


def separability(x: Tensor, what: Seen) -> dict[str, dict[str, float]]:
    """For each discrete factor, how well a straight cut through points x [n, d] parts its values: a probe
    learns on the first half, and of the second half there are its accuracy ("right"), the share of the most
    frequent value ("base"), the entropy of the factor ("entropy") and what is left of it when the probe's
    verdict is known ("left", in nats; section 4.2). Only pictures that show the factor count."""
    mean, deviation = standard(x)
    x, found = (x - mean) / deviation, {}
    for name in KINDS:
        shown, y, classes = what.shown[name], what.value(name), len(DISCRETE[name])
        learn, test = shown.clone(), shown.clone()
        learn[len(x) // 2 :], test[: len(x) // 2] = False, False
        said = probe(x[learn], y[learn], classes)(x[test]).argmax(1)
        joint = np.bincount((said * classes + y[test]).numpy(), minlength=classes**2)
        joint = joint.reshape(classes, classes) / joint.sum()
        whole = quality.entropy(joint.sum(0))
        found[name] = {
            "right": round(float(np.trace(joint)), 4),
            "base": round(float(joint.sum(0).max()), 4),
            "entropy": round(whole, 4),
            "left": round(quality.entropy(joint.ravel()) - quality.entropy(joint.sum(1)), 4),
        }
    return found


def score_of(parts: dict[str, dict[str, float]]) -> float:
    """The separability score, exp(sum of what is left of each factor's entropy): 1 where straight cuts part
    everything (section 4.2)."""
    return math.exp(sum(part["left"] for part in parts.values()))


def pushes(space: Space, eye: Reader, x: Tensor, factor: str, count: int = 100, far: float = 4.0) -> dict:
    """Points [n, d] pushed across the straight cut for a factor of two values, from value 0, until the reader
    sees value 1: in what share it comes to that within so many deviations ("flipped"), and how many of the
    other discrete factors have then changed, in the mean ("others")."""
    if len(DISCRETE[one_of("a factor", factor, KINDS)]) != 2:
        raise ValueError(f"the factor must have two values, but {factor} has {len(DISCRETE[factor])}")
    before, (mean, deviation) = seen(eye, pictures_at(space, x)), standard(x)
    at = (x - mean) / deviation
    shown = before.shown[factor]
    weight = probe(at[shown], before.value(factor)[shown], 2).weight
    way = F.normalize(weight[1] - weight[0], dim=0)
    first = torch.nonzero(shown & (before.value(factor) == 0))[:count, 0]
    done, others = torch.zeros(len(first), dtype=torch.bool), torch.zeros(len(first))
    for push in torch.linspace(far / 10, far, 10):
        after = seen(eye, pictures_at(space, (at[first] + push * way) * deviation + mean))
        over = ~done & (after.value(factor) == 1)
        changed = [(after.value(k) != before.value(k)[first]).float() for k in KINDS if k != factor]
        others = torch.where(over, torch.stack(changed).sum(0), others)
        done = done | over
    flipped = float(done.float().mean())
    return {"flipped": round(flipped, 3), "others": round(float(others[done].mean()), 3) if flipped else None}


def swaps(G: StyleGenerator, eye: Reader, z: Tensor, other: Tensor) -> dict[str, list[float]]:
    """Which layer carries which factor, without noise: pictures of z [n, latent_dim] that get the style of
    one layer from `other`. For each factor and layer, how far it goes the way to the other picture's: of a
    discrete factor, the share of the pairs with different values that end with the other's; of a continuous
    one, the slope of the change in the difference. Only pairs in which all pictures show it count."""
    a, b = G.styles(z), G.styles(other)
    one, two = seen(eye, in_parts(G.paint, a, size=250)), seen(eye, in_parts(G.paint, b, size=250))
    found: dict[str, list[float]] = {name: [] for name in (*KINDS, *NUMBERS)}
    for layer in range(G.count):
        styles = a.clone()
        styles[:, layer] = b[:, layer]
        now = seen(eye, in_parts(G.paint, styles, size=250))
        for name, values in found.items():
            shown = one.shown[name] & two.shown[name] & now.shown[name]
            was, goal, found_now = (what.value(name)[shown] for what in (one, two, now))
            if name in CONTINUOUS:
                far = goal - was
                values.append(round(float(((found_now - was) * far).sum() / far.square().sum()), 3))
            else:
                values.append(round(float((found_now == goal)[was != goal].float().mean()), 3))
    return found


def shares(what: Seen) -> dict[str, list[float]]:
    """Of each discrete factor the share of each value, among the pictures that show it."""
    return {
        name: [
            round(float(s), 3)
            for s in quality.shares(what.value(name)[what.shown[name]], len(DISCRETE[name]))
        ]
        for name in KINDS
    }


def unlike(eye: Reader, pictures: Tensor) -> float:
    """How far pictures in [-1, 1] are from the photographs of what is read off them, in brightnesses of 0 to
    1 (`town.reader.misfit`), in the mean."""
    inside = ((pictures + 1) / 2).clamp(0, 1)
    return round(float(misfit(read(eye, inside), inside).mean()), 4)
