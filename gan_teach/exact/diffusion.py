"""A diffusion model whose score is known exactly: the data are a mixture of round Gaussians. Chapter 22.

Noise of the deviation sigma is added to a sample; `denoised` is the mean of the samples that may lie behind,
and with it a path leads back: without dice (`flow`, the probability flow equation in the form of Karras et
al. 2022, arXiv:2206.00364) or with dice at every step (`ancestral`, Ho et al. 2020, arXiv:2006.11239).
"""

import torch
from torch import Tensor

from gan_teach.checks import positive
from gan_teach.laws import Mixture

HIGH, LOW, RHO = 20.0, 0.02, 7.0  # the largest noise, the least but 0, and how steps crowd at the low end


def denoised(x: Tensor, sigma: Tensor | float, target: Mixture) -> Tensor:
    """The mean of the clean samples behind x = sample + sigma n, [n, dim] -> [n, dim], exactly.

    Of each cloud it is a point between its centre and x; the clouds count as probable as they are. sigma: a
    number or a tensor [].
    """
    means, stds, weights = (t.to(x.device, x.dtype) for t in (target.means, target.stds, target.weights))
    wide = stds**2 + sigma**2
    away = x[:, None] - means
    share = torch.softmax(weights.log() - wide.log() * x.shape[1] / 2 - away.square().sum(-1) / wide / 2, 1)
    return (share[..., None] * (means + (stds**2 / wide)[:, None] * away)).sum(1)


def schedule(steps: int, high: float = HIGH, low: float = LOW) -> Tensor:
    """The noise before each step and after the last: [steps + 1], falling from `high`, the last but one being
    `low` (where there are two steps or more), the last 0 (eq. 5 of arXiv:2206.00364).

    Errors: `TypeError` or `ValueError` for steps that are no whole number above 0, `ValueError` for ends that
    don't fall.
    """
    steps = positive("steps", steps, whole=True)
    if not positive("low", low) < positive("high", high):
        raise ValueError(f"low must be below high, but {low!r} and {high!r} were given")
    share = torch.linspace(0, 1, steps) if steps > 1 else torch.zeros(1)
    levels = (high ** (1 / RHO) + share * (low ** (1 / RHO) - high ** (1 / RHO))) ** RHO
    return torch.cat([levels, torch.zeros(1)])


def flow(z: Tensor, steps: int, target: Mixture, high: float = HIGH) -> Tensor:
    """From latents z [n, dim], standard normal, to samples [n, dim] without further dice: Euler's steps down
    dx/dsigma = (x - denoised(x)) / sigma from x = high z. The same z gives the same sample."""
    levels, x = schedule(steps, high), high * z
    for now, then in zip(levels, levels[1:]):
        mean = denoised(x, now, target)
        x = mean + then / now * (x - mean)
    return x


def ancestral(
    z: Tensor, steps: int, target: Mixture, generator: torch.Generator, high: float = HIGH
) -> Tensor:
    """As `flow`, with dice: each step draws what the noise was a little earlier, given where x is now and the
    guess at the clean sample. The same z may give any sample."""
    levels, x = schedule(steps, high), high * z
    for now, then in zip(levels, levels[1:]):
        mean, kept = denoised(x, now, target), (then / now) ** 2
        dice = torch.randn(x.shape, generator=generator, dtype=x.dtype)
        x = mean + kept * (x - mean) + then * (1 - kept).sqrt() * dice
    return x
