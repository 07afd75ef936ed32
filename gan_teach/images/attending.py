"""Attention between the places of a picture, and a world with a rule that spans it: two lanterns on one chain
(self-attention, SAGAN; Zhang et al. 2019, arXiv:1805.08318). Chapter 17.

Pictures are rows of 512 numbers in [-1, 1], 16 rows of 32 pixels one after the other: -1 is the night, 1 a
lantern. One lantern hangs in the left quarter of the picture and one in the right quarter. Their heights can
be read off any picture, so whether they match is measured, not judged by eye.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gan_teach import nets
from gan_teach.checks import one_of, positive
from gan_teach.targets import NoDensityError, Target

HEIGHT, WIDTH = 16, 32
PIXELS = HEIGHT * WIDTH
HALF = WIDTH // 2
RADIUS, EDGE = 2.0, 0.5  # of a lantern, and how far its antialiased edge reaches beyond, in pixels
LOWEST, HIGHEST = 3.0, 13.0  # the middle of a lantern, in pixels from the top
MIDDLES, SWING = (4.0, 28.0), 1.0  # of the two lanterns, in pixels from the left, and how far each swings
CLOSE = 1.0  # heights match within so many pixels
DARK, ROUND = 0.2, 0.35  # brightness below which a pixel is night; how far off a well-drawn lantern may be
SIZES = (8, 4)  # how many places high a picture is inside our networks, twice as wide as high
LAYERS = ("none", "residual", "attention")
HEADS = ("patches", "linear", "dense")
LATENT_DIM = 8  # numbers that a thief starts from


def _pictures(name: str, x: Tensor) -> Tensor:
    if x.ndim != 2 or x.shape[1] != PIXELS:
        raise ValueError(
            f"{name} must be pictures [n, {PIXELS}], {HEIGHT} x {WIDTH} pixels each, but {list(x.shape)} was "
            "given"
        )
    return x


def _light(x: Tensor) -> Tensor:
    """Pictures [n, 512] as brightnesses in [0, 1], by halves: [n, 2, 16, 16]."""
    light = ((_pictures("x", x) + 1) / 2).clamp(0, 1)
    return light.view(-1, HEIGHT, 2, HALF).transpose(1, 2)


def lanterns(heights: Tensor, across: Tensor) -> Tensor:
    """Pictures of two lanterns: the heights of their middles [n, 2], in pixels from the top, and their places
    across [n, 2], in pixels from the left -> [n, 512] in [-1, 1]. Edges are antialiased."""
    if heights.shape != across.shape or heights.ndim != 2 or heights.shape[1] != 2:
        raise ValueError(
            "heights and across must be [n, 2], a number for each lantern, but "
            f"{list(heights.shape)} and {list(across.shape)} were given"
        )
    y = torch.arange(HEIGHT, dtype=heights.dtype).view(1, 1, -1, 1) + 0.5
    x = torch.arange(WIDTH, dtype=heights.dtype).view(1, 1, 1, -1) + 0.5
    far = ((y - heights[..., None, None]) ** 2 + (x - across[..., None, None]) ** 2).sqrt()
    light = (RADIUS + EDGE - far).clamp(0, 1).amax(1)
    return (2 * light - 1).flatten(1)


@dataclass(frozen=True, repr=False, eq=False)
class Lanterns(Target):
    """Pictures of two lanterns, [n, 512]: heights uniform between 3 and 13 pixels from the top, the same for
    both if they are `matched`, and otherwise drawn apart; each swings sideways by up to a pixel on its own.
    """

    matched: bool = True
    name = "two lanterns"
    image = (HEIGHT, WIDTH)
    dim = PIXELS
    window = ((-1.0, 1.0),) * PIXELS

    def _draw(self, n, generator):
        dice = torch.rand(n, 4, generator=generator)
        chosen = dice[:, [0, 0] if self.matched else [0, 1]]
        heights = LOWEST + (HIGHEST - LOWEST) * chosen
        return lanterns(heights, torch.tensor(MIDDLES) + SWING * (2 * dice[:, 2:] - 1))

    def _log_prob(self, x):
        raise NoDensityError("pictures of lanterns fill no space: they have no density")

    def __repr__(self):
        return f"<two lanterns, {'matched' if self.matched else 'each by itself'}>"


def exchanged(x: Tensor) -> Tensor:
    """Pictures [n, 512] with the right half of the next picture: each half is as it was, and the two are
    independent of each other where the pictures are."""
    left, right = _pictures("x", x).view(-1, HEIGHT, WIDTH).split(HALF, dim=2)
    return torch.cat([left, right.roll(-1, 0)], 2).flatten(1)


def _bright(x: Tensor) -> Tensor:
    """The light of each half above what counts as night, [n, 2, 16, 16]."""
    return (_light(x) - DARK).clamp(min=0)


def centres(x: Tensor) -> tuple[Tensor, Tensor]:
    """Heights and places across of what is bright in each half of the pictures [n, 512]: the centres of mass,
    [n, 2] each, in pixels from the top and from the left. A half in the dark counts as its middle."""
    light = _bright(x)
    mass = light.sum((2, 3)) + 1e-6
    rows, columns = torch.arange(HEIGHT) + 0.5 - HEIGHT / 2, torch.arange(HALF) + 0.5 - HALF / 2
    down = (light.sum(3) * rows).sum(2) / mass + HEIGHT / 2
    across = (light.sum(2) * columns).sum(2) / mass + HALF / 2
    return down, across + torch.tensor([0.0, HALF])


def off(x: Tensor) -> Tensor:
    """How far what is bright in the half-pictures of x [n, 512] is from one well-drawn lantern each, at the
    place where it is: the sum of the differences over the light of a lantern, [n, 2]. A true lantern has 0
    (nearly: its place is read to a thirtieth of a pixel), a dark half 1."""
    ideal = _bright(lanterns(*centres(x)))
    return (_bright(x) - ideal).abs().sum((2, 3)) / ideal.sum((2, 3))


def judged(x: Tensor, others: int = 20) -> dict[str, float]:
    """What is right in the pictures [n, 512], which are in no order: the share that shows two well-drawn
    lanterns (`drawn`); of these the share whose heights agree within a pixel (`matched`), and its `floor`,
    the same for left lanterns with the right ones of so many others; the `correlation` of the heights, and
    their `spread` (the standard deviation; 2.89 in true pictures)."""
    positive("others", others, whole=True)
    shown = (off(x) <= ROUND).all(1)
    left, right = heights = centres(x)[0][shown].T
    found = {"drawn": float(shown.float().mean())}
    if heights.shape[1] <= others:
        return found | dict.fromkeys(("matched", "floor", "correlation", "spread"), 0.0)
    mixed = torch.stack([right.roll(-1 - i) for i in range(others)])
    return found | {
        "matched": float(((left - right).abs() <= CLOSE).float().mean()),
        "floor": float(((left - mixed).abs() <= CLOSE).float().mean()),
        "correlation": float(torch.corrcoef(heights)[0, 1].nan_to_num()),
        "spread": float(heights.std(1).mean()),
    }


def by_chance(within: float = CLOSE) -> float:
    """The share of pictures whose heights agree within so many pixels where the two are independent, exactly:
    1 - (1 - within / range)^2."""
    return 1 - (1 - min(1.0, positive("within", within) / (HIGHEST - LOWEST))) ** 2


class Attention(nn.Module):
    """x + gamma times what each place finds when it looks at all others: [n, channels, h, w] -> the same
    shape.

    Query, key and value are 1 x 1 convolutions; place i takes the mean of all values, weighted by the softmax
    over j of query_i . key_j. gamma starts at 0, so that at first nothing is changed (Zhang et al. 2019,
    arXiv:1805.08318, section 3). depth: of queries and keys.
    """

    def __init__(self, channels: int, depth: int = 8):
        super().__init__()
        c, d = positive("channels", channels, whole=True), positive("depth", depth, whole=True)
        self.query, self.key, self.value = nn.Conv2d(c, d, 1), nn.Conv2d(c, d, 1), nn.Conv2d(c, c, 1)
        self.gamma = nn.Parameter(torch.zeros(()))

    def reset_parameters(self):
        """Called after those of the layers when fresh parameters are drawn."""
        nn.init.zeros_(self.gamma)

    def weights(self, x: Tensor) -> Tensor:
        """How much place i looks at place j: [n, places, places], rows that sum to 1; places row by row."""
        q, k = self.query(x).flatten(2), self.key(x).flatten(2)
        return (q.transpose(1, 2) @ k).softmax(dim=2)

    def forward(self, x: Tensor) -> Tensor:
        seen = self.value(x).flatten(2) @ self.weights(x).transpose(1, 2)
        return x + self.gamma * seen.view(x.shape)


class Residual(nn.Module):
    """x plus a correction from its 3 x 3 neighbours: [n, channels, h, w] -> the same shape."""

    def __init__(self, channels: int, width: int):
        super().__init__()
        c, m = positive("channels", channels, whole=True), positive("width", width, whole=True)
        self.body = nn.Sequential(nn.Conv2d(c, m, 3, padding=1), nn.LeakyReLU(0.2), nn.Conv2d(m, c, 1))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


def _extra(layer: str, channels: int) -> list[nn.Module]:
    """The layer of that name, or none: "residual" and "attention" have about as many parameters."""
    if layer == "none":
        return []
    attention = Attention(channels)
    width = round((nets.count(attention) - channels) / (10 * channels + 1))
    return [attention if layer == "attention" else Residual(channels, width)]


def _checked(layer: str, size: int, channels: int):
    """Errors: `ValueError` for a layer that is not known, or a size that isn't there."""
    one_of("layer", layer, LAYERS), positive("channels", channels, whole=True)
    if size not in SIZES:
        raise ValueError(
            f"the networks look at {HEIGHT} x {WIDTH} pixels at sizes of "
            f"{' and '.join(f'{s} x {2 * s}' for s in SIZES)} places: size must be one of "
            f"{', '.join(map(str, SIZES))}, but {size!r} was given"
        )


class Placed(nn.Module):
    """[n, channels, h, w] -> [n, channels + 2, h, w]: with each place's height and place across, from -1 to
    1. Attention sees no difference between places but what the numbers there say."""

    def forward(self, x: Tensor) -> Tensor:
        n, _, h, w = x.shape
        down = torch.linspace(-1, 1, h, dtype=x.dtype, device=x.device).view(1, 1, h, 1)
        across = torch.linspace(-1, 1, w, dtype=x.dtype, device=x.device).view(1, 1, 1, w)
        return torch.cat([x, down.expand(n, 1, h, w), across.expand(n, 1, h, w)], 1)


def _head(head: str, c: int) -> nn.Sequential:
    """Features [n, c, 4, 8] -> verdicts [n, ...]: of each place by itself, or of all together."""
    if head == "patches":
        return nn.Sequential(nn.Conv2d(c, c, 1), nn.LeakyReLU(0.2), nn.Conv2d(c, 1, 1))
    if head == "linear":
        return nn.Sequential(nn.Conv2d(c, c, 1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(32 * c, 1))
    narrow = [nn.Conv2d(c, 2, 1), nn.LeakyReLU(0.2), nn.Flatten()]
    return nn.Sequential(*narrow, nn.Linear(64, 11), nn.LeakyReLU(0.2), nn.Linear(11, 1))


class LanternPolice(nn.Module):
    """pictures [n, 512] -> c x 8 x 16 -> c x 4 x 8 -> a verdict at each place -> their mean, logits [n].

    layer: what stands behind the convolution to `size`, "none", a "residual" block or "attention". head:
    "patches", a verdict of each place by itself; "linear", one linear layer over all places; "dense", two of
    them with a bend between, narrow, so that there are about as many parameters as with attention.
    """

    def __init__(self, layer: str = "none", size: int = 4, head: str = "patches", channels: int = 16):
        super().__init__()
        _checked(layer, size, channels), one_of("head", head, HEADS)
        n_in, layers = 3, [nn.Unflatten(1, (1, HEIGHT, WIDTH)), Placed()]
        for at in SIZES:
            layers += [nn.Conv2d(n_in, channels, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
            layers += _extra(layer, channels) if at == size else []
            n_in = channels
        self.body, self.head = nn.Sequential(*layers), _head(head, channels)

    def forward(self, x: Tensor) -> Tensor:
        _pictures("x", x)
        return self.head(self.body(x)).flatten(1).mean(1)


class LanternThief(nn.Module):
    """latents [n, 8] -> c x 4 x 8 -> c x 8 x 16 -> pictures [n, 512], -1 for the night and 1 for a lantern.

    layer: what stands where the picture is `size` places high, as in `LanternPolice`. The first layer is
    linear, so every place knows all of z. So is the last: nearly all pixels are night, and behind a tanh a
    thief who paints nothing but night would hardly have a slope.
    """

    def __init__(self, layer: str = "none", size: int = 4, channels: int = 16):
        super().__init__()
        _checked(layer, size, channels)
        c = channels

        def convolved() -> list[nn.Module]:
            return [nn.Conv2d(c, c, 3, padding=1), nn.LeakyReLU(0.2)]

        self.body = nn.Sequential(
            nn.Linear(LATENT_DIM, 32 * c),
            nn.Unflatten(1, (c, 4, 8)),
            nn.LeakyReLU(0.2),
            *(_extra(layer, c) if size == 4 else []),
            *convolved(),
            nn.Upsample(scale_factor=2.0),
            *convolved(),
            *(_extra(layer, c) if size == 8 else []),
            nn.Conv2d(c, 4, 3, padding=1),
            nn.PixelShuffle(2),
            nn.Flatten(),
        )

    def forward(self, z: Tensor) -> Tensor:
        return self.body(_latents(z))


def _latents(z: Tensor) -> Tensor:
    if z.ndim != 2 or z.shape[1] != LATENT_DIM:
        raise ValueError(f"z must be latents [n, {LATENT_DIM}], but {list(z.shape)} was given")
    return z


@torch.no_grad()
def looks(network: LanternPolice | LanternThief, x: Tensor) -> Tensor:
    """Where a network's attention looks, from each place to each: [n, h, w, h, w], the last two with the sum
    1. x: pictures [n, 512] for police, latents for a thief. Errors: `ValueError` for a network without
    attention."""
    x = _latents(x) if isinstance(network, LanternThief) else _pictures("x", x)
    for layer in network.body:
        if isinstance(layer, Attention):
            n, _, h, w = x.shape
            return layer.weights(x).view(n, h, w, h, w)
        x = layer(x)
    raise ValueError(
        f"there is no attention in this {type(network).__name__}: make it with layer='attention'"
    )


def across(looked: Tensor, x: Tensor) -> Tensor:
    """The share of a lantern's looks that falls onto the other lantern, in pictures x [n, 512] at which an
    attention `looked` [n, h, w, h, w]: from each place at the height of the left lantern in the left quarter
    to the places at the height of the right lantern in the right quarter, and the other way; mean over the
    pictures, [2, w / 4]. Looks that go everywhere alike have 1 / (4 h)."""
    n, h, w = looked.shape[:3]
    rows, quarter = (centres(x)[0] * h / HEIGHT).long().clamp(0, h - 1), w // 4
    sides, each = (slice(quarter), slice(w - quarter, w)), torch.arange(n)
    found = [
        looked[each, rows[:, one], sides[one]][each, :, rows[:, 1 - one], sides[1 - one]].sum(2).mean(0)
        for one in (0, 1)
    ]
    return torch.stack(found)
