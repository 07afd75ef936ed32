"""Two worlds and one latent: two generators that share layers, two discriminators that share layers, and
never a pair to learn from (CoGAN; Liu and Tuzel 2016, arXiv:1606.07536). Chapter 15.

Digits are rows of 784 numbers in [-1, 1], as in `gan_teach.images.digits`. World a holds digits, world b
their negatives, edges or mirror images: what b should be is known exactly, so whether the two pictures of a
latent belong together can be measured.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gan_teach import losses
from gan_teach.checks import one_of, positive
from gan_teach.images import image_nets
from gan_teach.images.digits import PIXELS, SIDE
from gan_teach.losses import Loss
from gan_teach.players import Draw, GeneralGame, Player, State
from gan_teach.starting import fresh

Drawn = Callable[[int, torch.Generator], Draw]
QUARTER = image_nets.QUARTER
ENDS = ("first", "last")


def _pictures(name: str, x: Tensor) -> Tensor:
    if x.ndim != 2 or x.shape[1] != PIXELS:
        raise ValueError(f"{name} must be pictures [n, {PIXELS}], but {list(x.shape)} was given")
    return x


def negative(x: Tensor) -> Tensor:
    """Pictures [n, 784] with black and white exchanged: -x."""
    return -_pictures("x", x)


def edges(x: Tensor) -> Tensor:
    """The outline of the strokes in pictures [n, 784]: each pixel's brightest neighbour among 3 x 3, less the
    pixel itself. It is 1 on background that touches ink and -1 elsewhere; where ink is grey, the outline is.

    (The authors' program has "dilation minus picture" too.)
    """
    folded = _pictures("x", x).view(-1, 1, SIDE, SIDE)
    return (F.max_pool2d(folded, 3, stride=1, padding=1) - folded - 1).flatten(1)


def mirrored(x: Tensor) -> Tensor:
    """Pictures [n, 784] with left and right exchanged."""
    return _pictures("x", x).view(-1, SIDE, SIDE).flip(2).flatten(1)


TASKS = {"negatives": negative, "edges": edges, "mirrored": mirrored}


def agreement(first: Tensor, second: Tensor, transform: Callable[[Tensor], Tensor]) -> Tensor:
    """The share of pixels [n] in which the second picture is what the transform makes of the first, both
    [n, 784]; a pixel counts as black or white.

    Mostly background agrees with anything: a number means something beside its floor only (`agreements`).
    """
    _pictures("first", first), _pictures("second", second)
    if len(first) != len(second):
        raise ValueError(f"first and second must be pairs, but {len(first)} and {len(second)} were given")
    black_or_white = torch.where(first > 0, 1.0, -1.0)
    return ((transform(black_or_white) > 0) == (second > 0)).float().mean(1)


def agreements(
    first: Tensor, second: Tensor, transform: Callable[[Tensor], Tensor], others: int = 20
) -> dict:
    """Whether the pictures of a latent belong together, over n pairs [n, 784] that are in no order: the mean
    `agreement`, its `floor`, that of the second picture with the first of another latent (over so many others
    each), and the `corrected` share, (agreement - floor) / (1 - floor): 0 by chance, 1 at best."""
    if not 0 < positive("others", others, whole=True) < len(first):
        raise ValueError(f"there must be more pairs than others, {others}, but {len(first)} were given")
    found = float(agreement(first, second, transform).mean())
    apart = [agreement(first.roll(1 + i, 0), second, transform).mean() for i in range(others)]
    floor = float(torch.stack(apart).mean())
    return {"agreement": found, "floor": floor, "corrected": (found - floor) / (1 - floor)}


@dataclass(frozen=True, eq=False)
class Couple:
    """Two networks in parts: layers of their own, a and b, and those that they share, or None; end: whether
    the shared layers come first or last."""

    a: nn.Module
    b: nn.Module
    shared: nn.Module | None = None
    end: str = "first"

    def __post_init__(self):
        one_of("end", self.end, ENDS)

    def both(self, a, b, shared, x_a: Tensor, x_b: Tensor) -> tuple[Tensor, Tensor]:
        """What the two networks make of x_a and x_b, with these bound networks in place of its own."""
        if self.shared is None:
            return a(x_a), b(x_b)
        if self.end == "last":
            return shared(a(x_a)), shared(b(x_b))
        h = shared(x_a)
        return a(h), b(h if x_b is x_a else shared(x_b))


def coupled(layers: Callable[[], Sequence[nn.Module]], shared: int, end: str = "first") -> Couple:
    """Two networks of these layers, of which the first or the last so many are shared; 0: two that have
    nothing to do with each other.

    layers: a function that gives a network as a fresh list of layers. Errors: `ValueError` if all layers or
    more were to be shared: both networks would be the same.
    """
    one_of("end", end, ENDS)
    mine, theirs, ours = layers(), layers(), layers()
    if not 0 <= positive("shared", shared, whole=True, zero=True) < len(mine):
        raise ValueError(f"shared must be from 0 to {len(mine) - 1} of {len(mine)} layers, but is {shared}")
    own = slice(shared, None) if end == "first" else slice(0, len(mine) - shared)
    both = slice(0, shared) if end == "first" else slice(len(mine) - shared, None)
    common = nn.Sequential(*ours[both]) if shared else None
    return Couple(nn.Sequential(*mine[own]), nn.Sequential(*theirs[own]), common, end)


def dense_layers(*sizes: int, logit: bool = False) -> list[nn.Module]:
    """Linear layers of these sizes with ReLU between them, [n, sizes[0]] -> [n, sizes[-1]], as a list; logit:
    the last gives [n]."""
    if len(sizes) < 2 or (logit and sizes[-1] != 1):
        raise ValueError(f"sizes must be two or more, for logits with a 1 at the end, but {sizes} was given")
    for size in sizes:
        positive("size", size, whole=True)
    pairs = list(zip(sizes, sizes[1:]))
    layers: list[nn.Module] = [nn.Sequential(nn.Linear(n, m), nn.ReLU()) for n, m in pairs[:-1]]
    last = nn.Linear(*pairs[-1])
    return [*layers, nn.Sequential(last, nn.Flatten(0)) if logit else last]


def _normed(layer: nn.Module, channels: int) -> nn.Sequential:
    """A layer, normed by the batch, with ReLU."""
    return nn.Sequential(layer, nn.BatchNorm2d(channels, track_running_stats=False), nn.ReLU())


def generator_layers(latent_dim: int = 64, channels: int = 16) -> list[nn.Module]:
    """A generator in four layers: latents [n, latent_dim] -> 2 channels x 7 x 7 -> channels x 14 x 14 -> the
    same -> pictures [n, 784] in (-1, 1). The last is one convolution, which gives each place of the 14 x 14
    its four pixels."""
    c = positive("channels", channels, whole=True)
    first = nn.Sequential(
        nn.Linear(positive("latent_dim", latent_dim, whole=True), 2 * c * QUARTER**2),
        nn.Unflatten(1, (2 * c, QUARTER, QUARTER)),
    )
    last = nn.Sequential(nn.Conv2d(c, 4, 3, padding=1), nn.PixelShuffle(2), nn.Flatten(), nn.Tanh())
    return [
        _normed(first, 2 * c),
        _normed(nn.ConvTranspose2d(2 * c, c, 4, stride=2, padding=1), c),
        _normed(nn.Conv2d(c, c, 3, padding=1), c),
        last,
    ]


def discriminator_layers(channels: int = 16) -> list[nn.Module]:
    """A discriminator in four layers: pictures [n, 784] -> channels x 14 x 14 -> 2 channels x 7 x 7 -> 64 ->
    logits [n]. No batch norm: what is shared sees both worlds."""
    c = positive("channels", channels, whole=True)
    return [
        nn.Sequential(
            nn.Unflatten(1, (1, SIDE, SIDE)), nn.Conv2d(1, c, 4, stride=2, padding=1), nn.LeakyReLU(0.2)
        ),
        nn.Sequential(nn.Conv2d(c, 2 * c, 4, stride=2, padding=1), nn.LeakyReLU(0.2)),
        nn.Sequential(nn.Flatten(), nn.Linear(2 * c * QUARTER**2, 64), nn.LeakyReLU(0.2)),
        nn.Sequential(nn.Linear(64, 1), nn.Flatten(0)),
    ]


def cogan(G: Couple, D: Couple, draw: Drawn, loss: Loss = losses.non_saturating) -> GeneralGame:
    """Two games at once, held together by shared layers alone: both thieves start from the same z, each D
    watches its own world, and nobody sees a pair (Liu and Tuzel 2016, arXiv:1606.07536, section 3). Chapter
    15.

    In the paper G's first layers are shared and D's last. draw: (n, generator) -> {"a", "b", "z"}, with a and
    b independent of each other. Networks: S (shared by the generators), GA, GB, DA, DB, H (shared by the
    discriminators); S and H are missing where nothing is shared.
    """

    def made(net, z):
        return G.both(net.GA, net.GB, getattr(net, "S", None), z, z)

    def verdicts(net, a, b):
        return D.both(net.DA, net.DB, getattr(net, "H", None), a, b)

    def police(net, draw, knobs):
        real, fake = verdicts(net, draw["a"], draw["b"]), verdicts(net, *made(net, draw["z"]))
        value = sum(loss.d(r, f).mean() for r, f in zip(real, fake))
        return value, {"D": value}

    def thieves(net, draw, knobs):
        value = sum(loss.g(None, logits).mean() for logits in verdicts(net, *made(net, draw["z"])))
        return value, {"G": value}

    def show(net, draw):
        return dict(zip(("a_fake", "b_fake"), made(net, draw["z"])))

    of_g = {"S": G.shared, "GA": G.a, "GB": G.b}
    of_d = {"DA": D.a, "DB": D.b, "H": D.shared}
    nets = {name: part for name, part in (of_g | of_d).items() if part is not None}
    ours, theirs = ([n for n in names if n in nets] for names in (of_d, of_g))
    return GeneralGame(
        nets,
        {"D": Player(tuple(ours), police), "G": Player(tuple(theirs), thieves)},
        draw,
        show=show,
        averaged=tuple(theirs),
    )


def alike(game: GeneralGame, seed: int = 0) -> State:
    """The state before the first step of a game of `cogan` in which the layers of their own start from the
    same numbers in both worlds: GB as GA, DB as DA. In the plane that decides which partner a point finds."""
    state = fresh(game, seed)
    return state.with_params(
        **{name: state.params[like].clone() for name, like in (("GB", "GA"), ("DB", "DA"))}
    )
