"""What is not as in the healthy: a picture less the nearest one that a generator of healthy pictures can make
(Schlegl et al. 2017, arXiv:1703.05921), and the classical answers beside it. Chapter 27.

All takes pictures [n, 1, size, size] in [-1, 1] and gives the healthy picture that each is compared with, of
the same shape; `residual` scores are taken of the difference.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gan_teach.checks import one_of, positive

Answer = Callable[[Tensor], Tensor]


class Encoder(nn.Module):
    """Pictures [n, 1, size, size] -> latents [n, latent_dim]; size a multiple of 4."""

    def __init__(self, latent_dim: int = 16, channels: int = 16, size: int = 24):
        super().__init__()
        c, self.size = positive("channels", channels, whole=True), positive("size", size, whole=True)
        self.body = nn.Sequential(
            nn.Conv2d(1, c, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(c, 2 * c, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(2 * c * (size // 4) ** 2, 64),
            nn.LeakyReLU(0.2),
            nn.Linear(64, positive("latent_dim", latent_dim, whole=True)),
        )

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1] != self.size:
            raise ValueError(f"pictures must be of the side {self.size}, but {list(x.shape)} was given")
        return self.body(x)


def inverted(G: nn.Module, x: Tensor, start: Tensor, steps: int = 60, lr: float = 0.05) -> Tensor:
    """The latents [n, latent_dim] whose pictures come nearest to x by gradient steps (Adam) from `start`:
    AnoGAN's search, without its second term."""
    z = start.clone().requires_grad_(True)
    adam = torch.optim.Adam([z], lr=lr)
    for _ in range(positive("steps", steps, whole=True)):
        adam.zero_grad()
        (G(z) - x).square().mean((1, 2, 3)).sum().backward()
        adam.step()
    return z.detach()


def of_mean(healthy: Tensor) -> Answer:
    """The mean of the healthy, whatever is shown."""
    mean = healthy.mean(0, keepdim=True)
    return lambda x: mean.expand_as(x)


def of_nearest(healthy: Tensor) -> Answer:
    """The nearest of the healthy pictures, by the sum of squares."""
    flat = healthy.flatten(1)
    return lambda x: healthy[torch.cdist(x.flatten(1), flat).argmin(1)]


def of_components(healthy: Tensor, count: int) -> Answer:
    """The projection on the mean and the first `count` principal components of the healthy. Errors:
    `ValueError` for more components than pixels or pictures."""
    flat = healthy.flatten(1)
    if positive("count", count, whole=True) > min(flat.shape):
        raise ValueError(f"count must be at most {min(flat.shape)}, but {count} was given")
    mean = flat.mean(0)
    basis = torch.linalg.svd(flat - mean, full_matrices=False).Vh[:count]
    return lambda x: (mean + (x.flatten(1) - mean) @ basis.T @ basis).view(x.shape)


def residual(x: Tensor, answer: Tensor, how: str = "peak") -> Tensor:
    """How unlike the answer a picture is, [n]. how: "sum", the sum of squares over all pixels; "peak", the
    largest mean difference of any 3 x 3 pixels, as a lesion lies in one place."""
    far = x - answer
    if one_of("how", how, ("sum", "peak")) == "sum":
        return far.square().sum((1, 2, 3))
    return F.avg_pool2d(far, 3, 1, 1).abs().amax((1, 2, 3))
