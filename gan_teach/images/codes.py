"""A thief with a code: the networks and the game of InfoGAN (Chen et al. 2016, arXiv:1606.03657), and how
much a code says. Chapter 21.

Pictures are [n, channels, side, side] in [-1, 1]. A code is a category c of so many, one-hot [n, codes]. Q,
the witness, looks at what D's trunk makes of a picture and gives a logit for each category.
"""

import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor, nn
from torch.nn import functional as F

from gan_teach import losses
from gan_teach.checks import positive
from gan_teach.images import growing
from gan_teach.images.growing import Design, GrowingGenerator
from gan_teach.images.translation import Drawn
from gan_teach.players import GeneralGame, Player


class CodedGenerator(nn.Module):
    """Latents [n, latent_dim] and codes [n, codes] -> pictures [n, channels, size, size] in (-1, 1): the
    generator of chapter 18 with the code beside the latents.

    loud: the one number of the code that isn't 0; the root of the number of codes makes the code's mean
    square that of the latents.
    """

    def __init__(self, design: Design, size: int, codes: int, loud: float = 1.0):
        super().__init__()
        self.loud = positive("loud", loud)
        self.codes, self.latent_dim = positive("codes", codes, whole=True), design.latent_dim
        wide = Design(
            design.sizes,
            design.widths,
            design.latent_dim + codes,
            design.channels,
            design.equalised,
            design.norm,
            design.deviation,
        )
        self.body = GrowingGenerator(wide, size)

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        return self.body(torch.cat([z, c * self.loud], 1))


class Trunk(nn.Module):
    """Pictures [n, channels, size, size] -> features [n, features], in (0, inf) but for a leak: what D's
    verdict and the witness's guess are read off. With `design.deviation` it sees the batch, too."""

    def __init__(self, design: Design, size: int, features: int = 64):
        super().__init__()
        known = design.up_to(size)
        (base, wide), self.size, self.deviation = known[0], size, design.deviation
        self.picture = design.conv(design.channels, known[-1][1], 1)
        self.blocks = nn.ModuleList(
            design.conv(width, after, 4) for (_, after), (_, width) in reversed(list(zip(known, known[1:])))
        )
        self.last = design.conv(wide + self.deviation, wide)
        self.features = design.linear(wide * base**2, positive("features", features, whole=True))

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1] != self.size:
            raise ValueError(f"pictures must be of the side {self.size}, but {list(x.shape)} was given")
        h = F.leaky_relu(self.picture(x.contiguous(memory_format=torch.channels_last)), 0.2)
        for block in self.blocks:
            h = F.leaky_relu(block(h), 0.2)
        h = F.leaky_relu(self.last(growing.with_deviation(h) if self.deviation else h), 0.2)
        return F.leaky_relu(self.features(h.flatten(1)), 0.2)


class Head(nn.Module):
    """Features [n, features] -> logits [n, outputs], or [n] for one output."""

    def __init__(self, features: int = 64, outputs: int = 1):
        super().__init__()
        self.layer = growing.ScaledLinear(features, outputs, 1.0)

    def forward(self, h: Tensor) -> Tensor:
        return self.layer(h).squeeze(-1)


class FittingVerdict(nn.Module):
    """Features [n, features] and what was asked, c [n, asked] -> logits [n]: how real the picture is, and for
    each number of c, a class or a word, how well it fits (a projection; Miyato and Koyama 2018,
    arXiv:1802.05637). Chapters 21 and 23."""

    def __init__(self, asked: int, features: int = 64):
        super().__init__()
        self.real, self.fits = Head(features), growing.ScaledLinear(asked, features, 1.0)

    def forward(self, h: Tensor, c: Tensor) -> Tensor:
        return self.real(h) + (h * self.fits(c)).mean(1) * 8


def coded(draw: Drawn, codes: int) -> Drawn:
    """A draw with a random code beside its latents: "c", one-hot [n, codes], all categories alike."""
    positive("codes", codes, whole=True)

    def with_code(n: int, generator: torch.Generator) -> dict[str, Tensor]:
        c = torch.randint(codes, (n,), generator=generator)
        return {**draw(n, generator), "c": F.one_hot(c, codes).float()}

    return with_code


def game(
    design: Design,
    size: int,
    codes: int,
    draw: Drawn,
    info: float = 1.0,
    gamma: float = 1.0,
    share: int = 4,
    loud: float = 1.0,
) -> GeneralGame:
    """InfoGAN with a categorical code. draw: (n, generator) -> {"x", "z", "c"}.

    info: the weight lambda of the information term in the losses of G and of D's trunk, a knob; the witness
    always learns, so that weight 0 is the same game with a witness whom nobody heeds. gamma: of R1, found on
    one real picture in `share`; a knob. loud: of the code, `CodedGenerator`'s.
    """
    positive("share", share, whole=True)
    loss = losses.non_saturating

    def guessed(net, seen, c):
        return F.cross_entropy(net.Q(seen), c)

    def police(net, draw, knobs):
        seen = net.T(net.G(draw["z"], draw["c"]))
        value = loss.d(net.D(net.T(draw["x"])), net.D(seen)).mean()
        penalty = knobs["gamma"] / 2 * growing.steepness(lambda x: net.D(net.T(x)), draw["x"], share)
        return value + penalty + knobs["info"] * guessed(net, seen, draw["c"]), {"D": value}

    def thief(net, draw, knobs):
        seen = net.T(net.G(draw["z"], draw["c"]))
        value = loss.g(None, net.D(seen)).mean()
        return value + knobs["info"] * guessed(net, seen, draw["c"]), {"G": value}

    def witness(net, draw, knobs):
        value = guessed(net, net.T(net.G(draw["z"], draw["c"])), draw["c"])
        return value, {"Q": value}

    nets = {
        "G": CodedGenerator(design, size, codes, loud),
        "T": Trunk(design, size),
        "D": Head(),
        "Q": Head(outputs=codes),
    }
    players = {
        "D": Player(("T", "D"), police),
        "G": Player(("G",), thief),
        "Q": Player(("Q",), witness),
    }
    return GeneralGame(nets, players, draw, {"info": info, "gamma": gamma}, averaged=("G",))


def table(rows: Tensor, columns: Tensor, shape: tuple[int, int]) -> Tensor:
    """How often each pair occurs: whole numbers [n] and [n] -> shares of all n, `shape`, in doubles. Errors:
    `ValueError` for lists of different lengths, or numbers that the table has no place for."""
    if len(rows) != len(columns) or not len(rows):
        raise ValueError(
            f"there must be as many rows as columns, but {len(rows)} and {len(columns)} were given"
        )
    for name, values, many in (("rows", rows, shape[0]), ("columns", columns, shape[1])):
        if not 0 <= int(values.min()) <= int(values.max()) < many:
            raise ValueError(f"{name} must be from 0 to {many - 1}, but {values.tolist()[:5]} ... were given")
    counts = torch.bincount(rows * shape[1] + columns, minlength=shape[0] * shape[1])
    return counts.double().view(shape) / len(rows)


def information(joint: Tensor) -> float:
    """The mutual information of a table of shares [a, b], in nats: at most the log of its shorter side."""
    apart = joint.sum(1, keepdim=True) * joint.sum(0, keepdim=True)
    return float(torch.where(joint > 0, joint * (joint / apart).log(), 0.0).sum())


def matching(joint: Tensor) -> tuple[Tensor, float]:
    """The best naming of categories: for each row of a table of shares the column that it is matched with,
    one to one, and the share of all pairs that then agree. Errors: `ValueError` for a table that is not
    square."""
    if joint.ndim != 2 or joint.shape[0] != joint.shape[1]:
        raise ValueError(f"a matching one to one needs a square table, but {list(joint.shape)} was given")
    rows, columns = linear_sum_assignment(joint.numpy(), maximize=True)
    return torch.as_tensor(columns), float(joint[rows, columns].sum())


@torch.no_grad()
def made(G: nn.Module, c: Tensor, seed: int) -> Tensor:
    """Pictures of a generator with these categories, whole numbers [n], and random latents, 500 at a time."""
    z = torch.randn(len(c), G.latent_dim, generator=torch.Generator().manual_seed(1000 + seed))
    hot = F.one_hot(c, G.codes).float()
    return torch.cat([G(*parts) for parts in zip(z.split(500), hot.split(500))])
