"""Redrawing pictures in another world: the networks and the games of chapter 15.

Pictures are [n, channels, side, side] in [-1, 1]. A draw holds a batch of each
world, `a` and `b`: pairs in `pix2pix`, and no pairs in `cyclegan`.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gan_teach import losses
from gan_teach.checks import positive
from gan_teach.losses import Loss
from gan_teach.players import Draw, GeneralGame, Player

Drawn = Callable[[int, torch.Generator], Draw]


class _Residual(nn.Module):
    """x plus a correction: [n, channels, s, s] -> the same shape, and below zero as well as above."""

    def __init__(self, channels: int):
        super().__init__()
        self.body = nn.Sequential(
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.InstanceNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


class Translator(nn.Module):
    """Pictures [n, n_in, s, s] -> pictures [n, n_out, s, s] in (-1, 1), s a multiple of 4 from 8 on.

    Halves the side twice, corrects, and doubles it twice; at each size what was there on the way down comes
    in again beside what comes up, so that fine lines needn't pass the narrow place (the U-Net of Isola et al.
    2017, arXiv:1611.07004). Sides are doubled by repeating pixels, which can't paint a checkerboard (chapter
    13). channels: at full size.
    """

    def __init__(self, n_in: int = 3, n_out: int = 3, channels: int = 16, blocks: int = 2):
        super().__init__()
        c = positive("channels", channels, whole=True)
        self.full = nn.Conv2d(positive("n_in", n_in, whole=True), c, 3, padding=1)
        self.to_half = nn.Conv2d(c, 2 * c, 4, stride=2, padding=1)
        self.to_quarter = nn.Conv2d(2 * c, 4 * c, 4, stride=2, padding=1)
        self.middle = nn.Sequential(
            *(_Residual(4 * c) for _ in range(positive("blocks", blocks, whole=True)))
        )
        self.from_quarter = nn.Conv2d(6 * c, 2 * c, 3, padding=1)
        self.from_half = nn.Conv2d(3 * c, c, 3, padding=1)
        self.last = nn.Conv2d(c, positive("n_out", n_out, whole=True), 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        if any(side % 4 or side < 8 for side in x.shape[-2:]):
            raise ValueError(
                "a picture's sides must be multiples of 4 from 8 on, to be halved twice, but "
                f"{list(x.shape)} was given"
            )
        full = self.full(x).relu()
        half = self.to_half(full).relu()
        quarter = self.middle(self.to_quarter(half))
        half = self.from_quarter(torch.cat([doubled(quarter), half], 1)).relu()
        full = self.from_half(torch.cat([doubled(half), full], 1)).relu()
        return self.last(full).tanh()


def doubled(x: Tensor) -> Tensor:
    """Each pixel four times: [n, c, s, s] -> [n, c, 2 s, 2 s]."""
    return F.interpolate(x, scale_factor=2.0)


class PatchDiscriminator(nn.Module):
    """Many small verdicts in place of one: pictures [n, n_in, s, s] -> logits [n, (s / 4)^2], each of a patch
    of 26 x 26 pixels that overlaps with its neighbours' (Isola et al. 2017, arXiv:1611.07004, section 3.2.2).
    """

    def __init__(self, n_in: int = 3, channels: int = 32):
        super().__init__()
        c = positive("channels", channels, whole=True)
        self.body = nn.Sequential(
            nn.Conv2d(positive("n_in", n_in, whole=True), c, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(c, 2 * c, 4, stride=2, padding=1),
            nn.InstanceNorm2d(2 * c),
            nn.LeakyReLU(0.2),
            nn.Conv2d(2 * c, 2 * c, 3, padding=1),
            nn.InstanceNorm2d(2 * c),
            nn.LeakyReLU(0.2),
            nn.Conv2d(2 * c, 1, 3, padding=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x).flatten(1)


def receptive_field(layers: nn.Module) -> int:
    """The side of the square of input pixels on which one number behind these layers depends, by their
    kernels and strides: 1 + the sum over the layers of (kernel - 1) times all strides before (chapter 15).

    layers: convolutions in a row, with layers between them that treat each place by itself. (Normalisation
    over a picture gives every pixel a small say in every number: that is not counted.)
    """
    side, stride = 1, 1
    for layer in layers.modules():
        if isinstance(layer, nn.Conv2d):
            side += (layer.kernel_size[0] - 1) * layer.dilation[0] * stride
            stride *= layer.stride[0]
    return side


def pix2pix(
    G: nn.Module, D: nn.Module | None, draw: Drawn, l1: float = 10.0, loss: Loss = losses.least_squares
) -> GeneralGame:
    """Pairs: G redraws a and wants to be near b; D looks at a and what is said to be b (Isola et al. 2017,
    arXiv:1611.07004, eq. 4). Chapter 15.

    draw: (n, generator) -> {"a", "b"}, pairs. l1: the weight of the mean absolute difference, a knob. Without
    a D there is one player, who minimises that difference alone.
    """

    def police(net, draw, knobs):
        real, fake = torch.cat([draw["a"], draw["b"]], 1), torch.cat([draw["a"], net.G(draw["a"])], 1)
        value = loss.d(net.D(real), net.D(fake)).mean()
        return value, {"D": value}

    def thief(net, draw, knobs):
        made = net.G(draw["a"])
        far = (made - draw["b"]).abs().mean()
        if D is None:
            return knobs["l1"] * far, {"L1": far}
        value = loss.g(None, net.D(torch.cat([draw["a"], made], 1))).mean()
        return value + knobs["l1"] * far, {"G": value, "L1": far}

    nets, players = {"G": G}, {"G": Player(("G",), thief)}
    if D is not None:
        nets, players = {"G": G, "D": D}, {"D": Player(("D",), police), **players}
    return GeneralGame(nets, players, draw, start_knobs={"l1": l1})


def cyclegan(
    AB: nn.Module,
    BA: nn.Module,
    DA: nn.Module,
    DB: nn.Module,
    draw: Drawn,
    cycle: float = 10.0,
    identity: float = 0.0,
    loss: Loss = losses.least_squares,
) -> GeneralGame:
    """No pairs: two thieves who redraw a as b and b as a, each watched by a D of its own; there and back must
    be where one was (Zhu et al. 2017, arXiv:1703.10593, eq. 3). Chapter 15.

    draw: (n, generator) -> {"a", "b"}, which have nothing to do with each other. cycle, identity: weights of
    the mean absolute difference after a way there and back, and of that between a picture and itself redrawn
    as what it is already; knobs. At 0 the networks are not run for them.
    """

    def police(net, draw, knobs):
        a, b = draw["a"], draw["b"]
        at_a = loss.d(net.DA(a), net.DA(net.BA(b))).mean()
        at_b = loss.d(net.DB(b), net.DB(net.AB(a))).mean()
        return at_a + at_b, {"D": at_a + at_b}

    def thieves(net, draw, knobs):
        a, b = draw["a"], draw["b"]
        as_b, as_a = net.AB(a), net.BA(b)
        value = loss.g(None, net.DB(as_b)).mean() + loss.g(None, net.DA(as_a)).mean()
        total, shown = value, {"G": value}
        if cycle:
            shown["cycle"] = (net.BA(as_b) - a).abs().mean() + (net.AB(as_a) - b).abs().mean()
            total = total + knobs["cycle"] * shown["cycle"]
        if identity:
            shown["identity"] = (net.BA(a) - a).abs().mean() + (net.AB(b) - b).abs().mean()
            total = total + knobs["identity"] * shown["identity"]
        return total, shown

    return GeneralGame(
        {"AB": AB, "BA": BA, "DA": DA, "DB": DB},
        {"D": Player(("DA", "DB"), police), "G": Player(("AB", "BA"), thieves)},
        draw,
        start_knobs={"cycle": cycle, "identity": identity},
    )
