"""Chapter 20 in the plane: two moons of which a few points come with their names, and thieves of several
kinds that help the police to tell the moons, or don't (Salimans et al. 2016, arXiv:1606.03498; Dai et al.
2017, arXiv:1705.09783)."""

from collections.abc import Callable
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, one_hot

from gan_teach import nets, targets
from gan_teach.checks import one_of, positive
from gan_teach.losses import non_saturating
from gan_teach.players import Draw, GeneralGame, Player

MOONS = targets.two_moons()
CLASSES = 2
# Where the fakes come from: nowhere; from a thief who matches features, or who plays for the log loss; from
# the data; from where there are no data.
WAYS = ("alone", "matching", "log loss", "perfect", "gaps")
THIEVES = ("matching", "log loss")


def moons(n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """n points of the two moons [n, 2], and on which moon each lies, 0 (above) or 1, [n]."""
    t = torch.rand(positive("n", n, whole=True), generator=generator)
    return MOONS.curve(t) + MOONS.std * torch.randn(n, 2, generator=generator), (t >= 0.5).long()


def few(per_moon: int, seed: int) -> tuple[Tensor, Tensor]:
    """The points that come with their names, so many of each moon: [2 per_moon, 2], and the names."""
    positive("per_moon", per_moon, whole=True)
    x, y = moons(100 + 20 * per_moon, torch.Generator().manual_seed(10_000 + seed))
    chosen = torch.cat([torch.nonzero(y == moon)[:per_moon, 0] for moon in range(CLASSES)])
    return x[chosen], y[chosen]


@lru_cache(maxsize=1)
def _empty(least: float = 0.02) -> Tensor:
    """Points of the window at which the moons' density is below `least`, evenly spread, [n, 2]."""
    low, high = torch.tensor(MOONS.window).T
    x = low + (high - low) * torch.rand(30_000, 2, generator=torch.Generator().manual_seed(0))
    return x[_log_density(x) < torch.tensor(least).log()]


def gaps(n: int, generator: torch.Generator) -> Tensor:
    """Points [n, 2] where there are no data: drawn evenly from the window, less the moons."""
    empty = _empty()
    return empty[torch.randint(len(empty), (positive("n", n, whole=True),), generator=generator)]


def _log_density(x: Tensor) -> Tensor:
    """The logarithm of the moons' density at x [n, 2], from 200 places on the curve: good to a per cent."""
    t = (torch.arange(200) + 0.5) / 200
    far = torch.cdist(x, MOONS.curve(t)).square() / (2 * MOONS.std**2)
    return torch.logsumexp(-far, 1) - torch.tensor(200 * 2 * torch.pi * MOONS.std**2).log()


class Namer(nn.Module):
    """D with a logit for each class: points [n, 2] -> logits [n, classes], and the features before them."""

    def __init__(self, classes: int = CLASSES, width: int = 64):
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(2, width), nn.LeakyReLU(0.2), nn.Linear(width, width), nn.LeakyReLU(0.2)
        )
        self.names = nn.Linear(width, positive("classes", classes, whole=True))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        h = self.body(x)
        return self.names(h), h


def game(way: str, per_moon: int = 3, seed: int = 0) -> GeneralGame:
    """The game of one of WAYS, with `few` points that have names, chosen by the seed.

    The knob "unnamed" weighs the part of the police's loss that needs no names. Errors: `ValueError` for an
    unknown way.
    """
    one_of("way", way, WAYS)
    x_known, y_known = few(per_moon, seed)
    names = one_hot(y_known, CLASSES).float()

    def draw(n: int, generator: torch.Generator) -> Draw:
        at = torch.randint(len(x_known), (n,), generator=generator)
        found = {"known": x_known[at], "y": names[at], "x": moons(n, generator)[0]}
        found["z"] = torch.randn(n, 2, generator=generator)
        if way == "perfect":
            found["fake"] = moons(n, generator)[0]
        if way == "gaps":
            found["fake"] = gaps(n, generator)
        return found

    def made(net, draw):
        return net.G(draw["z"]) if way in THIEVES else draw["fake"]

    networks: dict[str, nn.Module] = {"D": Namer()}
    players = {"D": Player(("D",), police(None if way == "alone" else made))}
    if way in THIEVES:
        networks["G"] = nets.mlp(2, 2, (64, 64))
        players["G"] = Player(("G",), matching if way == "matching" else by_log_loss)
    return GeneralGame(networks, players, draw, start_knobs={"unnamed": 1.0})


def police(made: Callable | None):
    """The objective of the police: name what comes with a name; and, where there are fakes, tell them from
    what is real. The logit of "real" is the log-sum-exp of the names' logits. made: (nets, draw) -> fakes."""

    def objective(net, draw, knobs):
        named = cross_entropy(net.D(draw["known"])[0], draw["y"])
        if made is None:
            return named, {"named": named}
        real, fake = (net.D(x)[0].logsumexp(1) for x in (draw["x"], made(net, draw)))
        told = non_saturating.d(real, fake).mean()
        return named + knobs["unnamed"] * told, {"named": named, "told": told}

    return objective


def matching(net, draw, knobs):
    """A thief who wants the mean features of his fakes to be those of real points."""
    real, fake = (net.D(x)[1].mean(0) for x in (draw["x"], net.G(draw["z"])))
    value = (real - fake).square().mean()
    return value, {"G": value}


def by_log_loss(net, draw, knobs):
    """A thief who wants his fakes to be taken for real."""
    value = non_saturating.g(None, net.D(net.G(draw["z"]))[0].logsumexp(1)).mean()
    return value, {"G": value}


@torch.no_grad()
def wrong(D: nn.Module, n: int = 4000, seed: int = 5) -> float:
    """The share of fresh points that the police put on the wrong moon."""
    x, y = moons(n, torch.Generator().manual_seed(seed))
    return float((D(x)[0].argmax(1) != y).float().mean())
