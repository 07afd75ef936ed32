"""Networks that grow: the layers, the generator and the discriminator of ProGAN (Karras et al. 2018,
arXiv:1710.10196), and the game of one size. Chapter 18.

Pictures are [n, channels, side, side] in [-1, 1]. A network for the sizes (8, 16, 32) has all the parameters
of one for (8, 16) under the same names, but for those that (8, 16) still needs to show or see 8 x 8, so that
`nets.grown` carries them over. `fade`, a number or a tensor [], says how far the newest size is in: at 0 the
network does exactly what the smaller one did, on pictures of twice the side.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gan_teach import losses
from gan_teach.checks import one_of, positive
from gan_teach.images.translation import Drawn, doubled
from gan_teach.losses import Loss
from gan_teach.penalties import slopes
from gan_teach.players import GeneralGame, Player


def pixel_norm(x: Tensor) -> Tensor:
    """Each place's channels divided by the root of their mean square, [n, channels, ...] -> the same shape
    (section 4.2). Nothing is learned."""
    return x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-8)


def deviation(x: Tensor) -> Tensor:
    """The standard deviation over the batch of each number in x [n, ...], its mean over all of them: []
    (section 3). 0 if all of the batch is the same; the root's own slope stays finite there."""
    return ((x - x.mean(0)).square().mean(0) + 1e-8).sqrt().mean()


def with_deviation(x: Tensor) -> Tensor:
    """x [n, channels, s, s] with the batch's `deviation` as one more channel, the same everywhere: whoever
    looks at it sees the batch as well as the picture."""
    n, _, *sides = x.shape
    return torch.cat([x, deviation(x).expand(n, 1, *sides)], 1)


def halved(x: Tensor) -> Tensor:
    """The mean of 2 x 2 pixels: [n, c, s, s] -> [n, c, s / 2, s / 2]; it undoes `doubled`. Errors:
    `ValueError` for an odd side."""
    if x.ndim != 4 or x.shape[2] % 2 or x.shape[3] % 2:
        raise ValueError(f"pictures must be [n, c, s, s] with even sides to be halved, not {list(x.shape)}")
    return F.avg_pool2d(x, 2)


def shrunk(x: Tensor, side: int) -> Tensor:
    """x [n, c, s, s] halved until its side is this. Errors: `ValueError` if that is never so."""
    while x.shape[-1] > side and x.shape[-1] % 2 == 0:
        x = halved(x)
    if x.shape[-1] != side:
        raise ValueError(f"halving never leads to the side {side}: it stops at {x.shape[-1]}")
    return x


def enlarged(x: Tensor, side: int) -> Tensor:
    """x [n, c, s, s] doubled until its side is this. Errors: `ValueError` if that is never so."""
    first = x.shape[-1]
    while x.shape[-1] < side:
        x = doubled(x)
    if x.shape[-1] != side:
        raise ValueError(f"doubling {first} never leads to the side {side}")
    return x


class Scaled(nn.Module):
    """Weights whose layer starts with the deviation `size`; equalised: they are stored with deviation 1, and
    multiplied by `size` whenever they are used."""

    def __init__(self, *shape: int, gain: float, equalised: bool):
        super().__init__()
        size = math.sqrt(positive("gain", gain) / math.prod(shape[1:]))
        self.start, self.scale = (1.0, size) if equalised else (size, 1.0)
        self.weight, self.bias = nn.Parameter(torch.empty(shape)), nn.Parameter(torch.empty(shape[0]))
        self.reset_parameters()

    def reset_parameters(self):
        """Weights from N(0, start^2), no bias."""
        nn.init.normal_(self.weight, 0.0, self.start)
        nn.init.zeros_(self.bias)


class ScaledLinear(Scaled):
    """[n, n_in] -> [n, n_out], weights of deviation sqrt(gain / n_in) at first; equalised: times that at run
    time (section 4.1)."""

    def __init__(self, n_in: int, n_out: int, gain: float = 2.0, equalised: bool = True):
        super().__init__(n_out, n_in, gain=gain, equalised=equalised)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight * self.scale, self.bias)


class ScaledConv(Scaled):
    """[n, n_in, s, s] -> [n, n_out, s, s] with kernel 1 or 3, -> [n, n_out, s / 2, s / 2] with kernel 4 (and
    stride 2); weights as in `ScaledLinear` with n_in kernel^2 inputs."""

    def __init__(self, n_in: int, n_out: int, kernel: int = 3, gain: float = 2.0, equalised: bool = True):
        super().__init__(n_out, n_in, kernel, kernel, gain=gain, equalised=equalised)
        self.place = {1: (1, 0), 3: (1, 1), 4: (2, 1)}[one_of("kernel", kernel, (1, 3, 4))]

    def forward(self, x: Tensor) -> Tensor:
        stride, padding = self.place
        return F.conv2d(x, self.weight * self.scale, self.bias, stride, padding)


@dataclass(frozen=True)
class Design:
    """All that two growing networks have in common. sizes: the sides of pictures, each twice the one before;
    widths: G's and D's channels at each. equalised, norm: the two sections of the paper on units out of
    balance, for both networks and for G; deviation: whether D sees its batch."""

    sizes: tuple[int, ...] = (8, 16, 32)
    widths: tuple[int, ...] = (64, 32, 16)
    latent_dim: int = 64
    channels: int = 3
    equalised: bool = True
    norm: bool = True
    deviation: bool = True

    def __post_init__(self):
        if not self.sizes or any(b != 2 * a for a, b in zip(self.sizes, self.sizes[1:])):
            raise ValueError(f"each size must be twice the one before, but {self.sizes} was given")
        if len(self.widths) != len(self.sizes):
            raise ValueError(f"there must be a width for each of {self.sizes}, but {self.widths} was given")
        for name, values in (("size", self.sizes), ("width", self.widths)):
            for value in values:
                positive(name, value, whole=True)
        positive("latent_dim", self.latent_dim, whole=True), positive("channels", self.channels, whole=True)

    def up_to(self, size: int) -> list[tuple[int, int]]:
        """The sizes up to this one, with their widths. Errors: `ValueError` for a size that isn't there."""
        if size not in self.sizes:
            raise ValueError(f"size must be one of {', '.join(map(str, self.sizes))}, but {size!r} was given")
        return list(zip(self.sizes, self.widths))[: self.sizes.index(size) + 1]

    def linear(self, n_in: int, n_out: int, gain: float = 2.0) -> ScaledLinear:
        return ScaledLinear(n_in, n_out, gain, self.equalised)

    def conv(self, n_in: int, n_out: int, kernel: int = 3, gain: float = 2.0) -> ScaledConv:
        return ScaledConv(n_in, n_out, kernel, gain, self.equalised)


class GrowingGenerator(nn.Module):
    """Latents [n, latent_dim] -> pictures [n, channels, size, size] in (-1, 1), through all smaller sizes of
    the design. Called with the fade-in weight of its last size beside the latents."""

    def __init__(self, design: Design, size: int):
        super().__init__()
        known = design.up_to(size)
        (base, wide), self.norm = known[0], design.norm
        self.first, self.shape = design.linear(design.latent_dim, wide * base**2), (wide, base, base)
        self.blocks = nn.ModuleDict({str(base): design.conv(wide, wide)})
        for (_, before), (side, width) in zip(known, known[1:]):
            self.blocks[str(side)] = design.conv(before, width)
        self.pictures = nn.ModuleDict(
            {str(s): design.conv(w, design.channels, 1, 1.0) for s, w in known[-2:]}
        )

    def _bent(self, h: Tensor) -> Tensor:
        h = F.leaky_relu(h, 0.2)
        return pixel_norm(h) if self.norm else h

    def forward(self, z: Tensor, fade: float | Tensor = 1.0) -> Tensor:
        h = self.first(pixel_norm(z) if self.norm else z).view(-1, *self.shape)
        h = self._bent(h.contiguous(memory_format=torch.channels_last))  # in which convolutions are faster
        (base, *sides), before = self.blocks, h
        h = self._bent(self.blocks[base](h))
        for side in sides:
            before, h = h, self._bent(self.blocks[side](doubled(h)))
        *old, new = self.pictures.values()
        made = new(h).tanh()
        return torch.lerp(doubled(old[0](before).tanh()), made, _number(fade, made)) if old else made


class GrowingDiscriminator(nn.Module):
    """Pictures [n, channels, size, size] -> logits [n], the generator's way backwards. With the batch's
    deviation beside the smallest size, a logit depends on the whole batch: real and fake are judged apart."""

    def __init__(self, design: Design, size: int):
        super().__init__()
        known = design.up_to(size)
        (base, wide), self.deviation = known[0], design.deviation
        self.pictures = nn.ModuleDict({str(s): design.conv(design.channels, w, 1) for s, w in known[-2:]})
        self.blocks = nn.ModuleDict()
        for (_, after), (side, width) in reversed(list(zip(known, known[1:]))):
            self.blocks[str(side)] = design.conv(width, after, 4)
        self.last = design.conv(wide + self.deviation, wide)
        self.verdict = design.linear(wide * base**2, 1, 1.0)
        self.size = size

    def forward(self, x: Tensor, fade: float | Tensor = 1.0) -> Tensor:
        if x.shape[-1] != self.size:
            raise ValueError(f"pictures must be of the side {self.size}, but {list(x.shape)} was given")
        *old, new = self.pictures.values()
        x = x.contiguous(memory_format=torch.channels_last)
        h = F.leaky_relu(new(x), 0.2)
        for i, block in enumerate(self.blocks.values()):
            h = F.leaky_relu(block(h), 0.2)
            if i == 0:
                h = torch.lerp(F.leaky_relu(old[0](halved(x)), 0.2), h, _number(fade, h))
        h = F.leaky_relu(self.last(with_deviation(h) if self.deviation else h), 0.2)
        return self.verdict(h.flatten(1)).squeeze(-1)


def _number(fade: float | Tensor, like: Tensor) -> float | Tensor:
    return fade.to(like.dtype) if isinstance(fade, Tensor) else fade


def faded(x: Tensor, fade: float | Tensor) -> Tensor:
    """Real pictures as they are shown while a size fades in: at 0 without what only the larger size has, at 1
    as they are (appendix A)."""
    return torch.lerp(doubled(halved(x)), x, _number(fade, x))


@dataclass(frozen=True)
class FadingGame(GeneralGame):
    """A game whose knob `fade` rises in a straight line from 0, over so many steps."""

    fade_steps: int = 0

    def factors(self, t):
        return {"fade": min(1.0, t / self.fade_steps)} if self.fade_steps else {}


def steepness(critic: Callable[[Tensor], Tensor], x: Tensor, share: int = 4) -> Tensor:
    """R1's |slope of D|^2, mean over real samples, found on one in `share` of them: []. critic: samples ->
    logits; what else it is told has to be cut to as many."""
    slope = slopes(critic, x[: max(1, len(x) // share)])
    return slope.square().sum(tuple(range(1, x.ndim))).mean()


def game(
    G: nn.Module,
    D: nn.Module,
    draw: Drawn,
    fade_steps: int = 0,
    gamma: float = 1.0,
    share: int = 4,
    loss: Loss = losses.non_saturating,
) -> FadingGame:
    """The game of one size. draw: (n, generator) -> {"x": real pictures of that size, "z"}. fade_steps: how
    long the size fades in; 0: it is there (as the first one is).

    gamma: weight of R1, gamma/2 |grad D|^2 at real pictures, a knob; found on one real picture in `share`.
    Knobs: `gamma` and `fade`.
    """
    positive("share", share, whole=True)

    def police(net, draw, knobs):
        fade = knobs["fade"]
        x = faded(draw["x"], fade) if fade_steps else draw["x"]
        value = loss.d(net.D(x, fade), net.D(net.G(draw["z"], fade), fade)).mean()
        slope = steepness(lambda x: net.D(x, fade), x, share)
        return value + knobs["gamma"] / 2 * slope, {"D": value}

    def thief(net, draw, knobs):
        fade = knobs["fade"]
        value = loss.g(None, net.D(net.G(draw["z"], fade), fade)).mean()
        return value, {"G": value}

    return FadingGame(
        {"G": G, "D": D},
        {"D": Player(("D",), police), "G": Player(("G",), thief)},
        draw,
        start_knobs={"gamma": gamma, "fade": 1.0},
        averaged=("G",),
        fade_steps=positive("fade_steps", fade_steps, whole=True, zero=True),
    )
