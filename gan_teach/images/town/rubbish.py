"""Pictures that are none of the town's photographs: noise, and photographs that were damaged or put together
wrongly. A measure has to notice them, and a reader ought not to be sure of them. Chapters 16 and 22 to 25.

All take and give pictures [n, 3, size, size] in [0, 1]; the dice come from the generator.
"""

import torch
from torch import Tensor
from torch.nn.functional import conv2d, interpolate, pad

from gan_teach.checks import positive


def noise(n: int, generator: torch.Generator, size: int = 32) -> Tensor:
    """Pictures of nothing: grains of several sizes about one colour, faint or strong. Errors: `ValueError`
    for a size that is no multiple of 16."""
    if positive("size", size, whole=True) % 16:
        raise ValueError(f"size must be a multiple of 16, but {size} was given")
    sides = (size // 16, size // 8, size // 4, size // 2, size)
    grains = [torch.randn(n, 3, side, side, generator=generator) for side in sides]
    shares = torch.rand(n, len(sides), 1, 1, 1, generator=generator) ** 4
    grown = torch.stack([interpolate(grain, size, mode="nearest") for grain in grains], 1)
    colour = torch.rand(n, 3, 1, 1, generator=generator)
    strength = 0.5 * torch.rand(n, 1, 1, 1, generator=generator)
    return (colour + strength * (shares * grown).sum(1)).clamp(0, 1)


def blurred(x: Tensor, times: int = 1) -> Tensor:
    """Each pixel mixed with its neighbours, in the shares 1/4, 1/2, 1/4 along each axis, so many times."""
    line = torch.tensor([0.25, 0.5, 0.25]).to(x)
    kernel = (line[:, None] * line).expand(x.shape[1], 1, 3, 3)
    for _ in range(positive("times", times, whole=True)):
        x = conv2d(pad(x, (1, 1, 1, 1), mode="replicate"), kernel, groups=x.shape[1])
    return x


def worn(x: Tensor, generator: torch.Generator) -> Tensor:
    """As generators like to make them: half of the pictures blurred, more or less, and half with faint
    noise."""
    shape = (2, len(x), 1, 1, 1)
    often = torch.rand(shape, generator=generator) < 0.5
    blur, grain = torch.rand(shape, generator=generator) * often
    grains = torch.randn(x.shape, generator=generator)
    return (torch.lerp(x, blurred(x), blur) + 0.1 * grain * grains).clamp(0, 1)


def halves(x: Tensor) -> Tensor:
    """The upper half of each picture over the lower half of the next."""
    middle = x.shape[2] // 2
    return torch.cat([x[:, :, :middle], x.roll(-1, 0)[:, :, middle:]], 2)


def tiles(x: Tensor, generator: torch.Generator) -> Tensor:
    """Each picture cut into 4 x 4 tiles, which are then laid in another order."""
    n, channels, size, _ = x.shape
    side = size // 4
    cut = (
        x.reshape(n, channels, 4, side, 4, side)
        .permute(0, 2, 4, 1, 3, 5)
        .reshape(n, 16, channels, side, side)
    )
    order = torch.rand(n, 16, generator=generator).argsort(1)
    laid = cut[torch.arange(n)[:, None], order].reshape(n, 4, 4, channels, side, side)
    return laid.permute(0, 3, 1, 4, 2, 5).reshape(x.shape)
