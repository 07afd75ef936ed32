"""Marks of a forgery: the spectrum of a picture, what compression does to it, and a network that looks for
them. Pictures are [n, channels, side, side] in [0, 1]. Chapter 27."""

import math

import torch
from torch import Tensor, nn

from gan_teach.checks import one_of, positive

BLOCK = 8
SHIPPED = {name: (name, "D") for name in ("detector", "detector hardened")}


def cosines(n: int = BLOCK) -> Tensor:
    """The orthogonal matrix of the discrete cosine transform, [n, n], a frequency a row: C C^T = 1."""
    k, i = torch.arange(positive("n", n, whole=True), dtype=torch.float64), torch.arange(n) + 0.5
    rows = torch.cos(math.pi * k[:, None] * i / n) * math.sqrt(2 / n)
    rows[0] /= math.sqrt(2)
    return rows


def _tiles(x: Tensor) -> Tensor:
    """[n, c, s, s] -> [n, c, s / 8, s / 8, 8, 8]. Errors: `ValueError` for another side than 8 k."""
    n, c, height, width = x.shape
    if height % BLOCK or width % BLOCK:
        raise ValueError(f"a picture's sides must be multiples of {BLOCK}, but {list(x.shape)} was given")
    return x.view(n, c, height // BLOCK, BLOCK, width // BLOCK, BLOCK).transpose(3, 4)


def compressed(x: Tensor, step: float) -> Tensor:
    """As JPEG does it, without its change of colours and its packing: each block of 8 x 8 pixels is written
    in cosines, and the number at the frequencies (u, v) rounded to multiples of step (1 + u + v) / 255; then
    back, and to whole brightnesses of 0 to 255. Errors: `ValueError` for sides that are no multiples of 8."""
    C, u = cosines().to(x), torch.arange(BLOCK).to(x)
    quantum = positive("step", step) * (1 + u[:, None] + u) / 255
    numbers = C @ (_tiles(x) - 0.5) @ C.T
    back = C.T @ ((numbers / quantum).round() * quantum) @ C + 0.5
    return ((back.transpose(3, 4).reshape(x.shape).clamp(0, 1) * 255).round() / 255).to(x)


def spectrum(x: Tensor) -> Tensor:
    """The logarithm of the mean power at each distance from frequency 0, over the channels: [n, side / 2 + 1]
    (the azimuthal mean of Durall et al. 2020, arXiv:2003.01826)."""
    side = x.shape[-1]
    power = torch.fft.fft2(x).abs().square().mean(1) / side**2
    k = torch.fft.fftfreq(side, 1 / side)
    ring = (k[:, None] ** 2 + k**2).sqrt().round().long().clamp(max=side // 2).flatten()
    sums = torch.zeros(len(x), side // 2 + 1).to(x).index_add_(1, ring.to(x.device), power.flatten(1))
    return (sums / torch.bincount(ring).to(x) + 1e-8).log()


class Linear(nn.Module):
    """A line through features [n, k], by least squares: fitted to be -1 on the first and 1 on the second."""

    def __init__(self, first: Tensor, second: Tensor, ridge: float = 1e-3):
        super().__init__()
        both = torch.cat([first, second]).double()
        self.mean, self.scale = both.mean(0), both.std(0) + 1e-9
        told = torch.cat([-torch.ones(len(first)), torch.ones(len(second))]).double()
        x = (both - self.mean) / self.scale
        prior = ridge * len(x) * torch.eye(x.shape[1]).double()
        self.weight = torch.linalg.solve(x.T @ x + prior, x.T @ (told - told.mean()))
        self.bias = told.mean()

    def forward(self, features: Tensor) -> Tensor:
        return ((features.double() - self.mean) / self.scale) @ self.weight + self.bias


class Detector(nn.Module):
    """Pictures [n, 3, side, side] in [0, 1] -> logits [n], high for forgeries."""

    def __init__(self, channels: int = 16):
        super().__init__()
        c = positive("channels", channels, whole=True)
        self.body = nn.Sequential(
            nn.Conv2d(3, c, 3, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(c, c, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(c, 2 * c, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(2 * c, 2 * c, 3, padding=1),
            nn.LeakyReLU(0.2),
        )
        self.verdict = nn.Linear(2 * c, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.verdict(self.body(2 * x - 1).mean((2, 3))).squeeze(-1)


def blank(name: str) -> Detector:
    """The untrained detector that is shipped under that name. Errors: `ValueError`."""
    one_of("name", name, SHIPPED)
    return Detector()
