"""Networks and games for solids, movements and sounds. Chapter 26.

Solids are voxels [n, floors, back, right] in [0, 1], so floors are the channels of a picture; movements
[n, frames, numbers]; sounds [n, samples].
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gan_teach import losses
from gan_teach.checks import one_of
from gan_teach.images.growing import ScaledConv, ScaledLinear, pixel_norm, steepness, with_deviation
from gan_teach.images.translation import Drawn, doubled
from gan_teach.players import GeneralGame, Player


class Eye(nn.Module):
    """Pictures [n, 1, 24, 24] in [0, 1] -> features [n, features]."""

    def __init__(self, features: int = 64, channels: int = 16):
        super().__init__()
        self.to_half, self.to_quarter = ScaledConv(1, channels, 4), ScaledConv(channels, 2 * channels, 4)
        self.last = ScaledLinear(2 * channels * 36, features)

    def forward(self, x: Tensor) -> Tensor:
        h = F.leaky_relu(self.to_half(2 * x - 1), 0.2)
        h = F.leaky_relu(self.to_quarter(h), 0.2)
        return F.leaky_relu(self.last(h.flatten(1)), 0.2)


class Builder(nn.Module):
    """Latents [n, latent_dim] and, if it looks, pictures [n, 1, 24, 24] -> voxels [n, 16, 16, 16] in
    (0, 1)."""

    def __init__(self, latent_dim: int = 16, looks: bool = True, widths: tuple[int, int, int] = (64, 48, 32)):
        super().__init__()
        self.latent_dim, self.eye = latent_dim, Eye() if looks else None
        self.first = ScaledLinear(latent_dim + 64 * looks, widths[0] * 16)
        self.blocks = nn.ModuleList(ScaledConv(a, b) for a, b in zip(widths, widths[1:]))
        self.last = ScaledConv(widths[-1], 16, 3, 1.0)

    def forward(self, z: Tensor, x: Tensor | None = None) -> Tensor:
        told = pixel_norm(z) if self.eye is None else torch.cat([z, self.eye(x)], 1)
        h = pixel_norm(F.leaky_relu(self.first(told), 0.2).view(len(z), -1, 4, 4))
        for block in self.blocks:
            h = pixel_norm(F.leaky_relu(block(doubled(h)), 0.2))
        return torch.sigmoid(4 * self.last(h) - 2)


class Inspector(nn.Module):
    """Voxels [n, 16, 16, 16] and, if it looks, pictures [n, 1, 24, 24] -> logits [n]."""

    def __init__(self, looks: bool = True, channels: int = 32, deviation: bool = False):
        super().__init__()
        self.eye, self.deviation = Eye() if looks else None, deviation
        self.to_half, self.to_quarter = ScaledConv(16, channels, 4), ScaledConv(channels, 2 * channels, 4)
        self.mixed = ScaledConv(2 * channels + deviation, 2 * channels)
        self.seen = ScaledLinear(2 * channels * 16, 64)
        self.verdict = ScaledLinear(64 + 64 * looks, 1, 1.0)
        self.both = ScaledLinear(64 + 64 * looks, 64 + 64 * looks)

    def forward(self, v: Tensor, x: Tensor | None = None) -> Tensor:
        h = F.leaky_relu(self.to_half(2 * v - 1), 0.2)
        h = F.leaky_relu(self.to_quarter(h), 0.2)
        h = F.leaky_relu(self.mixed(with_deviation(h) if self.deviation else h), 0.2)
        h = F.leaky_relu(self.seen(h.flatten(1)), 0.2)
        if self.eye is not None:
            h = torch.cat([h, self.eye(x)], 1)
        return self.verdict(F.leaky_relu(self.both(h), 0.2)).squeeze(1)


def solids_game(G: nn.Module, D: nn.Module | None, draw: Drawn, match: float = 0.0, gamma: float = 1.0):
    """draw: (n, generator) -> {"v", "z"}, and the pictures "x" if the networks look. match: the weight of the
    binary cross-entropy of each cell, a knob. Without a D there is one player, who wants that alone. gamma:
    of R1 on voxels, found on one solid in four."""
    loss = losses.non_saturating

    def seen(draw, part=slice(None)):
        return (draw["x"][part],) if "x" in draw else ()

    def police(net, draw, knobs):
        made = net.G(draw["z"], *seen(draw))
        value = loss.d(net.D(draw["v"], *seen(draw)), net.D(made, *seen(draw))).mean()
        slope = steepness(lambda v: net.D(v, *seen(draw, slice(len(v)))), draw["v"])
        return value + knobs["gamma"] / 2 * slope, {"D": value}

    def thief(net, draw, knobs):
        made = net.G(draw["z"], *seen(draw))
        far = F.binary_cross_entropy(made.clamp(1e-6, 1 - 1e-6), draw["v"])
        if D is None:
            return far, {"G": far}
        value = loss.g(None, net.D(made, *seen(draw))).mean()
        return value + (knobs["match"] * far if match else 0), {"G": value}

    nets, players = {"G": G}, {"G": Player(("G",), thief)}
    if D is not None:
        nets, players = {"G": G, "D": D}, {"D": Player(("D",), police), **players}
    return GeneralGame(nets, players, draw, {"match": match, "gamma": gamma}, averaged=("G",))


class Dancer(nn.Module):
    """Latents [n, latent_dim] -> movements [n, frames, numbers]: one network that is told the time, for all
    frames."""

    def __init__(self, rest: Tensor, span: float, frames: int = 16, latent_dim: int = 8, width: int = 96):
        super().__init__()
        self.latent_dim, self.span = latent_dim, span
        self.first, self.second = ScaledLinear(latent_dim + 5, width), ScaledLinear(width, width)
        self.last = ScaledLinear(width, len(rest), 1.0)
        t = torch.linspace(-1, 1, frames)[:, None]
        clock = torch.cat([t, *(wave(math.pi * k * t) for k in (1, 2) for wave in (torch.sin, torch.cos))], 1)
        self.register_buffer("clock", clock, persistent=False)
        self.register_buffer("rest", rest.clone(), persistent=False)

    def forward(self, z: Tensor) -> Tensor:
        n, frames = len(z), len(self.clock)
        told = torch.cat([z[:, None].expand(n, frames, -1), self.clock.expand(n, frames, -1)], 2)
        h = F.leaky_relu(self.second(F.leaky_relu(self.first(told), 0.2)), 0.2)
        return self.rest + self.span * self.last(h)


class Watcher(nn.Module):
    """Movements [n, frames, numbers] -> logits [n, windows]: a verdict on each run of so many frames."""

    def __init__(self, rest: Tensor, span: float, window: int, width: int = 128):
        super().__init__()
        self.window, self.span = window, span
        self.first = ScaledLinear(window * len(rest), width)
        self.second, self.last = ScaledLinear(width, width), ScaledLinear(width, 1, 1.0)
        self.register_buffer("rest", rest.clone(), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        runs = x.shape[1] - self.window + 1
        seen = (x - self.rest) / self.span
        seen = torch.cat([seen[:, i : i + runs] for i in range(self.window)], 2)
        h = F.leaky_relu(self.second(F.leaky_relu(self.first(seen), 0.2)), 0.2)
        return self.last(h).squeeze(2)


class Bell(nn.Module):
    """Latents [n, latent_dim] and notes, one-hot [n, notes] -> waves [n, 512] in (-1, 1).

    way: how a signal becomes four times as long, twice. "transposed": each number carries a kernel;
    "repeated": each number is repeated, then smoothed by a convolution of the same length."""

    def __init__(self, way: str = "transposed", notes: int = 5, latent_dim: int = 16, channels: int = 48):
        super().__init__()
        self.way, self.latent_dim = one_of("way", way, ("transposed", "repeated")), latent_dim
        self.first = ScaledLinear(latent_dim + notes, channels * 32)
        self.kernels = nn.ModuleList(Kernel(a, b) for a, b in ((channels, channels // 2), (channels // 2, 1)))

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        h = F.leaky_relu(self.first(torch.cat([z, 2 * c], 1)), 0.2).view(len(z), -1, 32)
        first, last = self.kernels
        return torch.tanh(last(F.leaky_relu(first(h, self.way), 0.2), self.way)).squeeze(1)


class Kernel(nn.Module):
    """[n, n_in, length] -> [n, n_out, 4 length] by kernels of 24."""

    def __init__(self, n_in: int, n_out: int):
        super().__init__()
        self.kernel = ScaledLinear(n_in * 24, n_out)

    def forward(self, x: Tensor, way: str) -> Tensor:
        layer = self.kernel
        weight = (layer.weight * layer.scale).view(len(layer.weight), -1, 24)
        if way == "transposed":  # each place is met by a quarter of the kernel
            return F.conv_transpose1d(x, 2 * weight.transpose(0, 1), layer.bias, 4, 10)
        held = F.pad(x.repeat_interleave(4, 2), (11, 12))
        return F.conv1d(held, weight, layer.bias)


class DenseBell(nn.Module):
    """As `Bell`, but each sample is a sum over all hidden numbers: no kernel, no stride."""

    def __init__(self, notes: int = 5, latent_dim: int = 16, width: int = 192):
        super().__init__()
        self.latent_dim = latent_dim
        self.first, self.second = ScaledLinear(latent_dim + notes, width), ScaledLinear(width, width)
        self.last = ScaledLinear(width, 512, 1.0)

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        h = F.leaky_relu(self.first(torch.cat([z, 2 * c], 1)), 0.2)
        return torch.tanh(self.last(F.leaky_relu(self.second(h), 0.2)))


class Listener(nn.Module):
    """Waves [n, 512] and notes, one-hot [n, notes] -> logits [n]."""

    def __init__(self, notes: int = 5, width: int = 192):
        super().__init__()
        self.first, self.second = ScaledLinear(512 + notes, width), ScaledLinear(width, width)
        self.last = ScaledLinear(width, 1, 1.0)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        h = F.leaky_relu(self.first(torch.cat([4 * x, 4 * c], 1)), 0.2)
        return self.last(F.leaky_relu(self.second(h), 0.2)).squeeze(1)


def dances_game(G: nn.Module, D: nn.Module, draw: Drawn, gamma: float = 0.05) -> GeneralGame:
    """draw: (n, generator) -> {"x", "z"}. D judges each window that it sees; gamma: of R1, a knob."""
    return _judged(G, D, draw, gamma, ())


def tones_game(G: nn.Module, D: nn.Module, draw: Drawn, gamma: float = 0.5) -> GeneralGame:
    """draw: (n, generator) -> {"x", "c", "z"}. Both hear the note. gamma: of R1, a knob."""
    return _judged(G, D, draw, gamma, ("c",))


def _judged(G: nn.Module, D: nn.Module, draw: Drawn, gamma: float, told: tuple[str, ...]) -> GeneralGame:
    loss = losses.non_saturating

    def police(net, draw, knobs):
        words = [draw[name] for name in told]
        value = loss.d(net.D(draw["x"], *words), net.D(net.G(draw["z"], *words), *words)).mean()
        slope = steepness(lambda x: net.D(x, *(w[: len(x)] for w in words)), draw["x"])
        return value + knobs["gamma"] / 2 * slope, {"D": value}

    def thief(net, draw, knobs):
        words = [draw[name] for name in told]
        value = loss.g(None, net.D(net.G(draw["z"], *words), *words)).mean()
        return value, {"G": value}

    players = {"D": Player(("D",), police), "G": Player(("G",), thief)}
    return GeneralGame({"G": G, "D": D}, players, draw, {"gamma": gamma}, averaged=("G",))
