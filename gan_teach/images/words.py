"""A thief who is told in words: captions as counts of words, police who read them, and a picture in two
stages (Reed et al. 2016, arXiv:1605.05396; Zhang et al. 2017, arXiv:1612.03242). Chapter 21.

Pictures are [n, 3, side, side] in [-1, 1]. A caption is the numbers of its words, t [n, words], in the order
of `captions.WORDS`: word order is not looked at, which this small grammar allows.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gan_teach.checks import one_of, positive
from gan_teach.images.codes import FittingVerdict, Trunk
from gan_teach.images.growing import Design, GrowingGenerator, ScaledConv, ScaledLinear, pixel_norm, steepness
from gan_teach.images.town.captions import WORDS
from gan_teach.images.translation import Drawn, doubled
from gan_teach.players import GeneralGame, Player

TOLD = 32  # the numbers that a caption becomes
WIDE = 32  # channels of the second stage
KINDS = ("matched", "plain", "blind")


def counts(captions: Sequence[str]) -> Tensor:
    """How often each word of the grammar occurs in each caption: [n, words], floats. Errors: `ValueError` for
    a word that no caption has."""
    found = torch.zeros(len(captions), len(WORDS))
    for line, caption in enumerate(captions):
        for word in re.findall(r"[^\s,]+", caption):
            found[line, WORDS.index(one_of("a word", word, WORDS))] += 1
    return found


def normal_kl(mean: Tensor, log_var: Tensor) -> Tensor:
    """The Kullback-Leibler divergence of N(mean, exp(log_var)) from N(0, 1), [n, d] -> [n], in nats: the sum
    over the d coordinates, which are independent. StackGAN's conditioning augmentation is held by it."""
    return (mean.square() + log_var.exp() - 1 - log_var).sum(1) / 2


class CaptionGenerator(nn.Module):
    """Latents [n, latent_dim] and captions t [n, words] -> pictures [n, 3, size, size] in (-1, 1): the
    generator of chapter 18, told a caption beside its latents."""

    def __init__(self, design: Design, size: int):
        super().__init__()
        self.latent_dim = design.latent_dim
        self.told = ScaledLinear(len(WORDS), TOLD)
        self.body = GrowingGenerator(replace(design, latent_dim=design.latent_dim + TOLD), size)

    def forward(self, z: Tensor, t: Tensor) -> Tensor:
        return self.body(torch.cat([z, F.leaky_relu(self.told(t), 0.2)], 1))


class SecondStage(nn.Module):
    """Pictures low [n, 3, s, s] and captions t [n, words] -> pictures [n, 3, 2 s, 2 s] in (-1, 1). What it
    adds is added before the tanh: with nothing to add, each pixel is shown four times."""

    def __init__(self):
        super().__init__()
        self.told = ScaledLinear(len(WORDS), TOLD)
        self.look = ScaledConv(3 + TOLD, WIDE)
        self.think = ScaledConv(WIDE, WIDE)
        self.paint = nn.ModuleList([ScaledConv(WIDE, WIDE // 2), ScaledConv(WIDE // 2, WIDE // 2)])
        self.picture = ScaledConv(WIDE // 2, 3, 1, 0.1)

    def forward(self, low: Tensor, t: Tensor) -> Tensor:
        told = F.leaky_relu(self.told(t), 0.2)[:, :, None, None].expand(-1, -1, *low.shape[2:])
        h = torch.cat([low, told], 1).contiguous(memory_format=torch.channels_last)
        h = _bent(self.think(_bent(self.look(h))))
        h = doubled(h)
        for layer in self.paint:
            h = _bent(layer(h))
        return (doubled(_before_tanh(0.98 * low)) + self.picture(h)).tanh()


def _before_tanh(x: Tensor) -> Tensor:
    return ((1 + x) / (1 - x)).log() / 2


def _bent(h: Tensor) -> Tensor:
    return pixel_norm(F.leaky_relu(h, 0.2))


def game(
    G: nn.Module,
    size: int,
    design: Design,
    draw: Drawn,
    kind: str = "matched",
    gamma: float = 1.0,
    share: int = 4,
) -> GeneralGame:
    """A picture from words. draw: (n, generator) -> {"x": pictures of that size, "t": their captions,
    "wrong": others' captions, and "z", or "low" for a second stage}.

    kind: "matched": D is shown real pictures with wrong captions as fakes, too (Reed et al., GAN-CLS);
    "plain": it isn't; "blind": it doesn't see captions at all. gamma: of R1, found on one real picture in
    `share`; a knob.
    """
    one_of("kind", kind, KINDS), positive("share", share, whole=True)

    def painted(net, draw):
        return net.G(draw["low" if "low" in draw else "z"], draw["t"])

    def judged(net, x, t):
        return net.D(net.T(x), 0 * t if kind == "blind" else t)

    def police(net, draw, knobs):
        seen = net.T(draw["x"])
        fake = F.softplus(judged(net, painted(net, draw), draw["t"]))
        if kind == "matched":
            fake = (fake + F.softplus(net.D(seen, draw["wrong"]))) / 2
        value = (F.softplus(-net.D(seen, 0 * draw["t"] if kind == "blind" else draw["t"])) + fake).mean()
        slope = steepness(lambda x: judged(net, x, draw["t"][: len(x)]), draw["x"], share)
        return value + knobs["gamma"] / 2 * slope, {"D": value}

    def thief(net, draw, knobs):
        value = F.softplus(-judged(net, painted(net, draw), draw["t"])).mean()
        return value, {"G": value}

    return GeneralGame(
        {"G": G, "T": Trunk(design, size), "D": FittingVerdict(len(WORDS))},
        {"D": Player(("T", "D"), police), "G": Player(("G",), thief)},
        draw,
        {"gamma": gamma},
        averaged=("G",),
    )
