"""Few labels: police who tell ten digits and a fake, a thief who matches features, and digits of which only
some come with their names (Salimans et al. 2016, arXiv:1606.03498). Chapter 20."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gan_teach.checks import one_of, positive
from gan_teach.images.digits import CLASSES, Digits
from gan_teach.losses import non_saturating
from gan_teach.players import Draw, GeneralGame, Player

# Where the fakes come from: nowhere; from a thief who matches features, or who plays for the log loss; real
# digits; means of two real digits.
WAYS = ("alone", "matching", "log loss", "perfect", "blends")
PAINTERS = ("matching", "log loss")
LATENT_DIM = 32


class UnitRows(nn.Module):
    """A linear layer whose rows are brought to the length sqrt(2), so that no weight can grow: [n, n_in] ->
    [n, n_out] (Salimans and Kingma 2016, arXiv:1602.07868, with a fixed length)."""

    def __init__(self, n_in: int, n_out: int):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(n_out, n_in))
        self.bias = nn.Parameter(torch.empty(n_out))
        self.reset_parameters()

    def reset_parameters(self):
        """Rows of random directions, and no bias."""
        nn.init.normal_(self.weight, std=0.05)
        nn.init.zeros_(self.bias)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, math.sqrt(2) * F.normalize(self.weight, dim=1), self.bias)


class NoisyPolice(nn.Module):
    """D with a logit for each of ten digits: pictures [n, pixels] in [-1, 1], and noise [n, noise] or None ->
    logits [n, 10] and the features before them [n, last hidden].

    The logit of the class "fake" is 0 by definition. noise: standard normal numbers, of which each layer but
    the last gets as many as it has inputs; none are used where nothing is trained.
    """

    spreads = (0.6, 0.5)  # of the noise on the picture, and on hidden layers

    def __init__(self, pixels: int = 196, hidden: tuple[int, ...] = (256, 128)):
        super().__init__()
        sizes = [positive("pixels", pixels, whole=True), *(positive("hidden", h, whole=True) for h in hidden)]
        self.layers = nn.ModuleList(UnitRows(a, b) for a, b in zip(sizes, sizes[1:]))
        self.names = nn.Linear(sizes[-1], CLASSES)
        self.parts = sizes[:-1]
        self.noise = sum(self.parts)

    def forward(self, x: Tensor, noise: Tensor | None = None) -> tuple[Tensor, Tensor]:
        h, spread = x + 1, self.spreads[0]
        shares = [None] * len(self.parts) if noise is None else noise.split(self.parts, dim=1)
        for layer, e in zip(self.layers, shares):
            h = layer(h if e is None else h + spread * e).relu()
            spread = self.spreads[1]
        return self.names(h), h


class DigitThief(nn.Module):
    """G of two hidden layers, each normed over the batch: latents [n, latent_dim] -> pictures [n, pixels]
    in (-1, 1)."""

    def __init__(self, pixels: int = 196, latent_dim: int = LATENT_DIM, hidden: int = 128):
        super().__init__()
        positive("latent_dim", latent_dim, whole=True), positive("hidden", hidden, whole=True)

        def layer(n_in):
            return [
                nn.Linear(n_in, hidden),
                nn.BatchNorm1d(hidden, track_running_stats=False),
                nn.Softplus(),
            ]

        self.body = nn.Sequential(*layer(latent_dim), *layer(hidden), nn.Linear(hidden, pixels), nn.Tanh())

    def forward(self, z: Tensor) -> Tensor:
        return self.body(z)


def few(data: Digits, labels: int, seed: int) -> Tensor:
    """Which digits come with their names: the places of `labels` random digits, equally many of each of the
    ten, [labels]. Errors: `ValueError` for a number that ten doesn't divide, or that a class doesn't have."""
    if positive("labels", labels, whole=True) % CLASSES:
        raise ValueError(f"labels must be equally many for each of ten digits, but {labels} were given")
    shuffled = torch.randperm(len(data), generator=torch.Generator().manual_seed(seed))
    found = []
    for digit in range(CLASSES):
        own = shuffled[data.labels[shuffled] == digit]
        if len(own) < labels // CLASSES:
            raise ValueError(
                f"labels must be at most {len(own)} for each digit, the {digit}s there are, but "
                f"{labels // CLASSES} were asked for"
            )
        found.append(own[: labels // CLASSES])
    return torch.stack(found, 1).flatten()


def drawn(
    way: str, pictures: Tensor, labels: Tensor, known: Tensor, noise: int
) -> Callable[[int, torch.Generator], Draw]:
    """The draw: digits with names (`known`, one-hot `y`), digits without (`x`), latents `z` or, where nobody
    paints, fakes (`fake`), and noise for each of the three lots that D is shown."""
    bank = torch.randn(2000, noise, generator=torch.Generator().manual_seed(0))
    names = F.one_hot(labels[known], CLASSES).float()

    def shown(which):
        return pictures[which].float() / 127.5 - 1

    def draw(n: int, generator: torch.Generator) -> Draw:
        at = torch.randint(len(known), (n,), generator=generator)
        found = {"known": shown(known[at]), "y": names[at]}
        some = [shown(torch.randint(len(pictures), (n,), generator=generator)) for _ in range(3)]
        found["x"] = some[0]
        if way in PAINTERS:
            found["z"] = torch.randn(n, LATENT_DIM, generator=generator)
        else:
            found["fake"] = some[1] if way == "perfect" else (some[1] + some[2]) / 2
        for lot in ("known", "x", "fake"):
            found[f"noise {lot}"] = bank[torch.randint(len(bank), (n,), generator=generator)]
        return found

    return draw


def lots(net, draw: Draw) -> tuple[Tensor, Tensor, Tensor]:
    """What D says of the digits with names, [n, 10], and of real digits and fakes as one logit of "real"
    each, [n]."""
    named = net.D(draw["known"], draw["noise known"])[0]
    fakes = net.G(draw["z"]) if hasattr(net, "G") else draw["fake"]
    real, fake = (
        net.D(x, draw[f"noise {lot}"])[0].logsumexp(1) for lot, x in (("x", draw["x"]), ("fake", fakes))
    )
    return named, real, fake


def police(net, draw, knobs):
    """Name what comes with a name, and tell the fakes from all that is real."""
    named, real, fake = lots(net, draw)
    guessed, told = F.cross_entropy(named, draw["y"]), non_saturating.d(real, fake).mean() / 2
    return guessed + told, {"named": guessed, "told": told}


def police_alone(net, draw, knobs):
    """Name what comes with a name."""
    guessed = F.cross_entropy(net.D(draw["known"], draw["noise known"])[0], draw["y"])
    return guessed, {"named": guessed}


def matching(net, draw, knobs):
    """A thief who wants the mean features of his fakes to be those of real digits."""
    real = net.D(draw["x"], draw["noise x"])[1].mean(0)
    fake = net.D(net.G(draw["z"]), draw["noise fake"])[1].mean(0)
    value = (real - fake).square().mean()
    return value, {"G": value}


def by_log_loss(net, draw, knobs):
    """A thief who wants each fake to be taken for real."""
    logits = net.D(net.G(draw["z"]), draw["noise fake"])[0]
    value = non_saturating.g(None, logits.logsumexp(1)).mean()
    return value, {"G": value}


def game(way: str, pictures: Tensor, labels: Tensor, known: Tensor) -> GeneralGame:
    """The game of one of WAYS: "alone" without fakes, "perfect" with real digits for fakes, "blends" with
    means of two, the others with a thief. pictures: bytes [n, pixels], labels [n], known: the places of those
    that have names.

    Errors: `ValueError` for an unknown way.
    """
    one_of("way", way, WAYS)
    D, G = NoisyPolice(pictures.shape[1]), DigitThief(pictures.shape[1])
    players = {"D": Player(("D",), police_alone if way == "alone" else police)}
    networks: dict[str, nn.Module] = {"D": D}
    if way in PAINTERS:
        networks["G"] = G
        players["G"] = Player(("G",), matching if way == "matching" else by_log_loss)
    draw = drawn(way, pictures, labels, known, D.noise)
    return GeneralGame(networks, players, draw, averaged=("D",))
