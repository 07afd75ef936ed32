"""Shapes as signed distances: how far each pixel is from a shape's edge, negative inside.

The picture spans -1 to 1 on both axes, x to the right and y down. All is batched and differentiable: numbers
that differ from picture to picture have the shape [n, 1, 1], the axes are [1, 1, size] and [1, size, 1], and
a shape is [n, size, size]. Distances are exact to first order at the edge, which is where they matter: a
pixel is covered as far as the edge lets it. Chapters 15, 16, 19 and 22 to 25.
"""

import torch
from torch import Tensor

from gan_teach.checks import positive

TINY = 1e-9  # a root has no slope at 0


def grid(size: int, dtype=torch.float32, device=None) -> tuple[Tensor, Tensor]:
    """The pixels' centres: x [1, 1, size] and y [1, size, 1], which broadcast. Errors: `ValueError`,
    `TypeError` for a size that is no whole number above zero."""
    size = positive("size", size, whole=True)
    centres = (torch.arange(size, dtype=dtype, device=device) + 0.5) * (2 / size) - 1
    return centres.view(1, 1, size), centres.view(1, size, 1)


def ellipse(x, y, centre_x, centre_y, radius_x, radius_y) -> Tensor:
    """The ellipse around a centre: with q the squared radius in units of its own, (q - sqrt q) / |slope of q|
    * 2."""
    radius_x, radius_y = (torch.as_tensor(r, dtype=x.dtype, device=x.device) for r in (radius_x, radius_y))
    across, down = ((x - centre_x) / radius_x).square(), ((y - centre_y) / radius_y).square()
    least = torch.minimum(radius_x, radius_y)
    squared = across + (down + TINY)
    slope = across / radius_x.square() + (down / radius_y.square() + TINY / least.square())
    return (squared - squared.sqrt()) / slope.sqrt()


def box(x, y, centre_x, centre_y, half_width, half_height) -> Tensor:
    """The upright box around a centre. Outside of its corners the distance is the larger of the two."""
    return torch.maximum((x - centre_x).abs() - half_width, (y - centre_y).abs() - half_height)


def stick(x, y, start_x, start_y, end_x, end_y, radius) -> Tensor:
    """The stick from start to end with round ends."""
    along_x, along_y = end_x - start_x, end_y - start_y
    length = torch.as_tensor(along_x * along_x + along_y * along_y + TINY, dtype=x.dtype, device=x.device)
    share = (((x - start_x) * along_x + (y - start_y) * along_y) / length).clamp(0, 1)
    off_x, off_y = x - start_x - share * along_x, y - start_y - share * along_y
    return (off_x.square() + off_y.square() + TINY).sqrt() - radius


def gable(x, y, centre_x, top, bottom, half_width) -> Tensor:
    """The triangle of a roof: its top over the middle of its bottom."""
    height = bottom - top
    slant = ((x - centre_x).abs() * height - half_width * (y - top)) / (height**2 + half_width**2) ** 0.5
    return torch.maximum(slant, y - bottom)


def both(*shapes: Tensor) -> Tensor:
    """Where all of the shapes are."""
    found = shapes[0]
    for shape in shapes[1:]:
        found = torch.maximum(found, shape)
    return found


def either(*shapes: Tensor) -> Tensor:
    """Where any of the shapes is."""
    found = shapes[0]
    for shape in shapes[1:]:
        found = torch.minimum(found, shape)
    return found


def without(shape: Tensor, hole: Tensor) -> Tensor:
    """The shape, less what lies in the hole."""
    return torch.maximum(shape, -hole)


def ring(shape: Tensor, half_width) -> Tensor:
    """The shape's edge as a line."""
    return shape.abs() - half_width


def cover(distance: Tensor, size: float) -> Tensor:
    """The share of each pixel that a shape covers, 0 to 1: the edge is one pixel wide where the picture has
    size pixels."""
    return (0.5 - (size / 2) * distance).clamp(0, 1)


def blend(picture: Tensor, share: Tensor, colour: Tensor) -> Tensor:
    """The picture [n, 3, size, size] with a colour [n, 3] laid over it, as far as the share [n, size, size]
    says. A share of 0 or 1 gives the one or the other to the last bit."""
    return torch.lerp(picture, colour[:, :, None, None], share[:, None])
