"""One game of each kind that the book will play, on points in the plane: what the core has to carry.

Each function gives (game, knobs of a training that differ from the defaults). The networks are small, the
data is the ring and the two moons; what is tested is the machinery, not how well they play.
"""

import torch
from torch import nn
from torch.nn.functional import cross_entropy, one_hot, softplus

from gan_teach import GeneralGame, Player, losses, nets, targets

RING, MOONS = targets.ring(), targets.two_moons()
LOSS = losses.non_saturating


def mlp(n_in, n_out):
    return nets.mlp(n_in, n_out, (16,))


class Beside(nn.Module):
    """Any number of inputs, laid side by side."""

    def __init__(self, n_in, n_out):
        super().__init__()
        self.body = mlp(n_in, n_out)

    def forward(self, *inputs):
        return self.body(torch.cat(inputs, dim=1))


class Critic(Beside):
    """Inputs side by side -> one logit a sample, [n]."""

    def __init__(self, n_in):
        super().__init__(n_in, 1)

    def forward(self, *inputs):
        return super().forward(*inputs).squeeze(-1)


class TwoHeads(nn.Module):
    """AC-GAN's discriminator: one logit for real, and one for each of eight labels."""

    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(2, 16), nn.ReLU())
        self.real, self.label = nn.Linear(16, 1), nn.Linear(16, 8)

    def forward(self, x):
        h = self.trunk(x)
        return self.real(h).squeeze(-1), self.label(h)


def ring_and_latents(n, generator):
    return {"x": RING.sample(n, generator), "z": torch.randn(n, 2, generator=generator)}


def labelled_ring(n, generator):
    y = torch.randint(8, (n,), generator=generator)
    noise = torch.randn(n, 2, generator=generator)
    z = torch.randn(n, 2, generator=generator)
    return {"x": RING.modes.float()[y] + RING.std * noise, "z": z, "y": one_hot(y, 8).float()}


def cyclegan():
    """Two generators that undo each other, two discriminators (Zhu et al. 2017, arXiv:1703.10593)."""

    def police(net, draw, knobs):
        at_b = LOSS.d(net.DB(draw["b"]), net.DB(net.AB(draw["a"])))
        at_a = LOSS.d(net.DA(draw["a"]), net.DA(net.BA(draw["b"])))
        value = (at_a + at_b).mean()
        return value, {"D": value}

    def thieves(net, draw, knobs):
        b, a = net.AB(draw["a"]), net.BA(draw["b"])
        cycle = (net.BA(b) - draw["a"]).abs().mean() + (net.AB(a) - draw["b"]).abs().mean()
        value = (LOSS.g(None, net.DB(b)) + LOSS.g(None, net.DA(a))).mean()
        return value + knobs["cycle"] * cycle, {"G": value, "cycle": cycle}

    return GeneralGame(
        {"AB": mlp(2, 2), "BA": mlp(2, 2), "DA": Critic(2), "DB": Critic(2)},
        {"D": Player(("DA", "DB"), police), "G": Player(("AB", "BA"), thieves)},
        lambda n, g: {"a": RING.sample(n, g), "b": MOONS.sample(n, g)},
        start_knobs={"cycle": 10.0},
        show=lambda net, draw: {"ab": net.AB(draw["a"]), "back": net.BA(net.AB(draw["a"]))},
        averaged=("AB",),
    )


def pix2pix():
    """Pairs: G sees a, D sees both; beside D's verdict counts the distance to b (Isola et al. 2017,
    arXiv:1611.07004)."""

    def police(net, draw, knobs):
        value = LOSS.d(net.D(draw["a"], draw["b"]), net.D(draw["a"], net.G(draw["a"]))).mean()
        return value, {"D": value}

    def thief(net, draw, knobs):
        made = net.G(draw["a"])
        value, far = LOSS.g(None, net.D(draw["a"], made)).mean(), (made - draw["b"]).abs().mean()
        return value + knobs["l1"] * far, {"G": value, "L1": far}

    def pairs(n, generator):
        a = RING.sample(n, generator)
        return {"a": a, "b": a.roll(1, 1) + 0.1 * torch.randn(n, 2, generator=generator)}

    players = {"D": Player(("D",), police), "G": Player(("G",), thief)}
    return GeneralGame({"G": mlp(2, 2), "D": Critic(4)}, players, pairs, start_knobs={"l1": 5.0})


def cogan():
    """Two couples that share their first and last layers (Liu and Tuzel 2016, arXiv:1606.07536)."""

    def made(net, draw):
        h = net.S(draw["z"])
        return net.GA(h), net.GB(h)

    def police(net, draw, knobs):
        a, b = made(net, draw)
        at_a = LOSS.d(net.DA(net.H(draw["x"])), net.DA(net.H(a)))
        at_b = LOSS.d(net.DB(net.H(draw["m"])), net.DB(net.H(b)))
        value = (at_a + at_b).mean()
        return value, {"D": value}

    def thieves(net, draw, knobs):
        a, b = made(net, draw)
        value = (LOSS.g(None, net.DA(net.H(a))) + LOSS.g(None, net.DB(net.H(b)))).mean()
        return value, {"G": value}

    return GeneralGame(
        {
            "S": mlp(2, 16),
            "GA": mlp(16, 2),
            "GB": mlp(16, 2),
            "H": mlp(2, 16),
            "DA": Critic(16),
            "DB": Critic(16),
        },
        {"D": Player(("H", "DA", "DB"), police), "G": Player(("S", "GA", "GB"), thieves)},
        lambda n, g: {**ring_and_latents(n, g), "m": MOONS.sample(n, g)},
    )


def acgan():
    """D also names the label (Odena et al. 2017, arXiv:1610.09585)."""

    def police(net, draw, knobs):
        (real, of_real), (fake, of_fake) = net.D(draw["x"]), net.D(net.G(draw["z"], draw["y"]))
        named = cross_entropy(of_real, draw["y"]) + cross_entropy(of_fake, draw["y"])
        value = LOSS.d(real, fake).mean()
        return value + named, {"D": value, "label": named}

    def thief(net, draw, knobs):
        fake, of_fake = net.D(net.G(draw["z"], draw["y"]))
        value = LOSS.g(None, fake).mean()
        return value + cross_entropy(of_fake, draw["y"]), {"G": value}

    players = {"D": Player(("D",), police), "G": Player(("G",), thief)}
    return GeneralGame({"G": Beside(10, 2), "D": TwoHeads()}, players, labelled_ring)


def bigan():
    """An encoder plays on G's side (Donahue et al. 2017, arXiv:1605.09782; Dumoulin et al. 2017,
    arXiv:1606.00704)."""

    def logits(net, draw):
        return net.D(draw["x"], net.E(draw["x"])), net.D(net.G(draw["z"]), draw["z"])

    def police(net, draw, knobs):
        value = LOSS.d(*logits(net, draw)).mean()
        return value, {"D": value}

    def both(net, draw, knobs):
        real, fake = logits(net, draw)
        value = (softplus(-fake) + softplus(real)).mean()
        return value, {"GE": value}

    players = {"D": Player(("D",), police), "GE": Player(("G", "E"), both)}
    return GeneralGame({"G": mlp(2, 2), "E": mlp(2, 2), "D": Critic(4)}, players, ring_and_latents)


def infogan():
    """A third player guesses the code, and moves G and D's trunk as well (Chen et al. 2016,
    arXiv:1606.03657)."""

    def made(net, draw):
        return net.G(draw["z"], draw["c"])

    def police(net, draw, knobs):
        value = LOSS.d(net.D(net.T(draw["x"])), net.D(net.T(made(net, draw)))).mean()
        return value, {"D": value}

    def thief(net, draw, knobs):
        value = LOSS.g(None, net.D(net.T(made(net, draw)))).mean()
        return value, {"G": value}

    def witness(net, draw, knobs):
        guessed = cross_entropy(net.Q(net.T(made(net, draw))), draw["c"])
        return knobs["info"] * guessed, {"Q": guessed}

    def draw(n, generator):
        c = one_hot(torch.randint(4, (n,), generator=generator), 4).float()
        return {**ring_and_latents(n, generator), "c": c}

    return GeneralGame(
        {"G": Beside(6, 2), "T": mlp(2, 16), "D": Critic(16), "Q": mlp(16, 4)},
        {"D": Player(("T", "D"), police), "G": Player(("G",), thief), "Q": Player(("G", "T", "Q"), witness)},
        draw,
        start_knobs={"info": 1.0},
    )


def semi_supervised():
    """K + 1 classes as K logits, whose log-sum-exp is the logit of real (Salimans et al. 2016,
    arXiv:1606.03498)."""

    def real(net, x):
        return net.D(x).logsumexp(1)

    def police(net, draw, knobs):
        value = LOSS.d(real(net, draw["x"]), real(net, net.G(draw["z"]))).mean()
        named = cross_entropy(net.D(draw["known"]), draw["y"])
        return value + named, {"D": value, "label": named}

    def thief(net, draw, knobs):
        value = LOSS.g(None, real(net, net.G(draw["z"]))).mean()
        return value, {"G": value}

    def draw(n, generator):
        known = labelled_ring(n, generator)
        return {**ring_and_latents(n, generator), "known": known["x"], "y": known["y"]}

    return GeneralGame(
        {"G": mlp(2, 2), "D": mlp(2, 8)}, {"D": Player(("D",), police), "G": Player(("G",), thief)}, draw
    )


class Growing(nn.Module):
    """A generator that may have a second layer, faded in by alpha: at 0 it is the smaller one."""

    def __init__(self, grown):
        super().__init__()
        self.first, self.out = nn.Linear(2, 16), nn.Linear(16, 2)
        if grown:
            self.second, self.new_out = nn.Linear(16, 16), nn.Linear(16, 2)

    def forward(self, z, alpha):
        h = self.first(z).relu()
        if not hasattr(self, "second"):
            return self.out(h)
        return (1 - alpha) * self.out(h) + alpha * self.new_out(self.second(h).relu())


def growing(grown=True):
    """A growing G with its fade-in weight as a knob (Karras et al. 2018, arXiv:1710.10196)."""

    def police(net, draw, knobs):
        value = LOSS.d(net.D(draw["x"]), net.D(net.G(draw["z"], knobs["alpha"]))).mean()
        return value, {"D": value}

    def thief(net, draw, knobs):
        value = LOSS.g(None, net.D(net.G(draw["z"], knobs["alpha"]))).mean()
        return value, {"G": value}

    return GeneralGame(
        {"G": Growing(grown), "D": Critic(2)},
        {"D": Player(("D",), police), "G": Player(("G",), thief)},
        ring_and_latents,
        start_knobs={"alpha": 0.5},
    )


def with_pool():
    """D also sees old fakes: half of its fakes come from a pool that is carried along (Shrivastava et al.
    2017, arXiv:1612.07828). Which of the pool are exchanged is in the draw."""

    def police(net, draw, knobs):
        fakes = torch.cat([net.G(draw["z"]), draw["pool"]])
        value = (
            LOSS.d(net.D(draw["x"]), net.D(fakes)[: len(draw["x"])]).mean()
            + softplus(net.D(draw["pool"])).mean()
        )
        return value, {"D": value}

    def thief(net, draw, knobs):
        value = LOSS.g(None, net.D(net.G(draw["z"]))).mean()
        return value, {"G": value}

    def carry_on(net, draw, knobs):
        new = net.G(draw["z"][:4]).detach()
        return {"pool": torch.where(draw["u"][:4, None] < 0.5, new, draw["pool"])}

    def draw(n, generator):
        return {**ring_and_latents(n, generator), "u": torch.rand(n, generator=generator)}

    return GeneralGame(
        {"G": mlp(2, 2), "D": Critic(2)},
        {"D": Player(("D",), police), "G": Player(("G",), thief)},
        draw,
        start_carried={"pool": torch.zeros(4, 2)},
        carry_on=carry_on,
    )


KINDS = {
    "CycleGAN": cyclegan,
    "pix2pix": pix2pix,
    "CoGAN": cogan,
    "AC-GAN": acgan,
    "BiGAN": bigan,
    "InfoGAN": infogan,
    "semi-supervised": semi_supervised,
    "growing": growing,
    "pool of old fakes": with_pool,
}
