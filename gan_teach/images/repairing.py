"""Repairing and changing pictures: the networks and the games of chapter 25.

Pictures are [n, 3, 32, 32] in [-1, 1]. A draw holds damaged pictures and the true ones, or, in `changing`,
pictures and what is asked of them.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gan_teach import losses
from gan_teach.checks import positive
from gan_teach.images.growing import halved, steepness
from gan_teach.images.town.everyone import holes
from gan_teach.images.translation import Drawn
from gan_teach.losses import Loss
from gan_teach.players import GeneralGame, Player


class Dense(nn.Module):
    """Numbers [n, n_in] -> numbers [n, n_out] through two hidden layers and a narrow one, so that the many
    numbers at the end cost little. Everybody in the small town stands at the same place: nothing has to be
    found there that might be anywhere, which is what convolutions are for (chapter 13)."""

    def __init__(self, n_in: int, n_out: int, hidden: int = 192, narrow: int = 52):
        super().__init__()
        sizes = [
            positive(name, size, whole=True)
            for name, size in (("n_in", n_in), ("hidden", hidden), ("narrow", narrow), ("n_out", n_out))
        ]
        first, middle, small, last = sizes
        self.layers = nn.ModuleList(
            nn.Linear(a, b) for a, b in ((first, middle), (middle, middle), (middle, small), (small, last))
        )

    def forward(self, x: Tensor) -> Tensor:
        *before, last = self.layers
        for layer in before:
            x = F.leaky_relu(layer(x), 0.1)
        return last(x)


class Judge(nn.Module):
    """Pictures [n, 3, 32, 32] -> [n, n_out] logits, through two dense layers: it, too, finds everything at
    its place."""

    def __init__(self, n_out: int = 1, hidden: int = 128):
        super().__init__()
        h = positive("hidden", hidden, whole=True)
        self.first, self.second = nn.Linear(3 * 32 * 32, h), nn.Linear(h, h // 2)
        self.last = nn.Linear(h // 2, positive("n_out", n_out, whole=True))

    def forward(self, x: Tensor) -> Tensor:
        h = F.leaky_relu(self.first(x.flatten(1)), 0.2)
        return self.last(F.leaky_relu(self.second(h), 0.2))


class Upscaler(nn.Module):
    """Small pictures [n, 3, 8, 8] -> pictures [n, 3, 32, 32] in (-1, 1)."""

    def __init__(self):
        super().__init__()
        self.paint = Dense(3 * 8 * 8, 3 * 32 * 32)

    def forward(self, x: Tensor) -> Tensor:
        return self.paint(x.flatten(1)).tanh().view(-1, 3, 32, 32)


def super_resolution(
    G: nn.Module,
    D: nn.Module | None,
    draw: Drawn,
    police: float = 0.02,
    gamma: float = 1.0,
    loss: Loss = losses.non_saturating,
) -> GeneralGame:
    """G makes a large picture of a small one: the squared error, and the police's word with a weight, a knob
    (Ledig et al. 2017, arXiv:1609.04802, eq. 3; without its features). Chapter 25.

    draw: (n, generator) -> {"small", "true"}. D sees large pictures alone, so it judges their law. Without a
    D there is the error alone.
    """

    def officer(net, draw, knobs):
        value = loss.d(net.D(draw["true"]), net.D(net.G(draw["small"]))).mean()
        return value + knobs["gamma"] / 2 * steepness(net.D, draw["true"]), {"D": value}

    def thief(net, draw, knobs):
        made = net.G(draw["small"])
        error = (made - draw["true"]).square().mean()
        if D is None:
            return error, {"error": error}
        value = loss.g(None, net.D(made)).mean()
        return error + knobs["police"] * value, {"G": value, "error": error}

    if D is None:
        return GeneralGame({"G": G}, {"G": Player(("G",), thief)}, draw)
    players = {"D": Player(("D",), officer), "G": Player(("G",), thief)}
    return GeneralGame({"G": G, "D": D}, players, draw, start_knobs={"police": police, "gamma": gamma})


class Filler(nn.Module):
    """Pictures [n, 3, 32, 32] whose upper `rows` are covered, and dice z [n, dice] -> the same with the hole
    filled; what is below stays to the last bit. It looks at the lower half, at 16 x 8 pixels."""

    def __init__(self, rows: int = 15, dice: int = 2):
        super().__init__()
        self.rows, self.dice = holes(rows), positive("dice", dice, whole=True)
        self.paint = Dense(3 * 16 * 8 + dice, 3 * 32 * rows, 128)

    def forward(self, x: Tensor, z: Tensor) -> Tensor:
        seen = halved(x[:, :, 16:]).flatten(1)
        made = self.paint(torch.cat([seen, z], 1)).tanh().view(-1, 3, self.rows, 32)
        return torch.cat([made, x[:, :, self.rows :]], 2)


def inpainting(
    G: Filler,
    D: nn.Module,
    draw: Drawn,
    l1: float = 0.0,
    seek: float = 0.0,
    gamma: float = 1.0,
    loss: Loss = losses.non_saturating,
) -> GeneralGame:
    """G fills a hole, D looks at the whole picture (Pathak et al. 2016, arXiv:1604.07379). Chapter 25.

    draw: (n, generator) -> {"x", "z", "other"}, "other" being a second throw of the dice. l1: weight of the
    mean absolute difference in the hole. seek: weight of the mode-seeking term, how little two answers differ
    for how far their dice are apart, 1 / (ratio + 0.05) (Mao et al. 2019, arXiv:1903.05628, eq. 3). Knobs;
    at 0 the term is not computed.
    """

    def officer(net, draw, knobs):
        value = loss.d(net.D(draw["x"]), net.D(net.G(draw["x"], draw["z"]))).mean()
        return value + knobs["gamma"] / 2 * steepness(net.D, draw["x"]), {"D": value}

    def thief(net, draw, knobs):
        made = net.G(draw["x"], draw["z"])
        value = loss.g(None, net.D(made)).mean()
        total, shown = value, {"G": value}
        if l1:
            shown["L1"] = (made - draw["x"])[:, :, : G.rows].abs().mean()
            total = total + knobs["l1"] * shown["L1"]
        if seek:
            again = net.G(draw["x"], draw["other"])
            far = (made - again)[:, :, : G.rows].abs().mean((1, 2, 3))
            ratio = far / (draw["z"] - draw["other"]).abs().mean(1)
            shown["seek"] = (1 / (ratio + 0.05)).mean()
            total = total + knobs["seek"] * shown["seek"]
        return total, shown

    players = {"D": Player(("D",), officer), "G": Player(("G",), thief)}
    return GeneralGame({"G": G, "D": D}, players, draw, start_knobs={"l1": l1, "seek": seek, "gamma": gamma})


class Changer(nn.Module):
    """Pictures [n, 3, 32, 32] and what each is to show, asked [n, traits] of -1 and 1 -> pictures in [-1, 1]:
    the old ones and a difference."""

    def __init__(self, traits: int = 3):
        super().__init__()
        self.traits = positive("traits", traits, whole=True)
        self.paint = Dense(3 * 16 * 16 + traits, 3 * 32 * 32, 96)

    def forward(self, x: Tensor, asked: Tensor) -> Tensor:
        seen = torch.cat([halved(x).flatten(1), asked], 1)
        return (x + self.paint(seen).view(-1, 3, 32, 32)).clamp(-1, 1)


def unsure(logits: Tensor, traits: Tensor) -> Tensor:
    """How badly logits [n, traits] say which of the traits, of -1 and 1, are there: cross-entropy, mean."""
    return F.softplus(-traits * logits).mean()


def changing(
    G: Changer,
    D: nn.Module | None,
    draw: Drawn,
    back: float = 3.0,
    trait: float = 1.0,
    gamma: float = 1.0,
    firm: float = 0.1,
    loss: Loss = losses.non_saturating,
) -> GeneralGame:
    """G changes what it is asked to. With a D, nobody shows it a pair: D says whether a picture is true and
    which traits it shows, and the way back to what was must lead back (Choi et al. 2018, arXiv:1711.09020,
    eq. 5 and 6). Without a D, pairs: the squared error. Chapter 25.

    draw: (n, generator) -> {"x", "has", "asked", "true"}. back, trait: weights; knobs.
    """

    def officer(net, draw, knobs):
        real = net.D(draw["x"])
        fake = net.D(net.G(draw["x"], draw["asked"]))
        value = loss.d(real[:, :1], fake[:, :1]).mean()
        wrong = unsure(real[:, 1:], draw["has"])
        slope = steepness(lambda x: net.D(x)[:, :1], draw["x"])
        firm = steepness(lambda x: net.D(x)[:, 1:] * draw["has"][: len(x)], draw["x"])
        total = value + knobs["gamma"] / 2 * slope + knobs["firm"] / 2 * firm
        return total + knobs["trait"] * wrong, {"D": value, "wrong": wrong}

    def thief(net, draw, knobs):
        made = net.G(draw["x"], draw["asked"])
        if D is None:
            error = (made - draw["true"]).square().mean()
            return error, {"error": error}
        said = net.D(made)
        value = loss.g(None, said[:, :1]).mean()
        wrong = unsure(said[:, 1:], draw["asked"])
        again = (net.G(made, draw["has"]) - draw["x"]).abs().mean()
        shown = {"G": value, "unheard": wrong, "back": again}
        return value + knobs["trait"] * wrong + knobs["back"] * again, shown

    if D is None:
        return GeneralGame({"G": G}, {"G": Player(("G",), thief)}, draw)
    players = {"D": Player(("D",), officer), "G": Player(("G",), thief)}
    return GeneralGame(
        {"G": G, "D": D},
        players,
        draw,
        start_knobs={"back": back, "trait": trait, "gamma": gamma, "firm": firm},
    )
