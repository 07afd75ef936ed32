"""Convolutions taken apart into products of matrices, forwards: networks for pictures, chapters 12 to 15.

A convolution is one product, of all the patches of the picture with the kernels; a transposed one is one
product, of all pixels with the kernels, whose results are laid over each other (Dumoulin and Visin 2016,
arXiv:1603.07285). The slopes of these are not here: a page makes and judges digits, and doesn't train them.
"""

import torch
from torch import Tensor

aten = torch.ops.aten


def _zeros_beside(x: Tensor, axis: int, before: int, after: int) -> Tensor:
    """x with so many zeros before and after it along the axis."""

    def zeros(count: int) -> Tensor:
        return x.new_zeros([count if d == axis else size for d, size in enumerate(x.shape)])

    parts = [zeros(before), x, zeros(after)]
    return torch.cat([part for part in parts if part.shape[axis]], axis)


def _patches(x: Tensor, kernel: tuple[int, int], stride: list[int]) -> Tensor:
    """[n, c, h, w] -> [n, out h, out w, kernel h * kernel w * c]."""
    high, wide = ((size - k) // s + 1 for size, k, s in zip(x.shape[2:], kernel, stride))
    down, right = stride
    reach = (high - 1) * down + 1, (wide - 1) * right + 1
    seen = [
        x[:, :, i : i + reach[0] : down, j : j + reach[1] : right]
        for i in range(kernel[0])
        for j in range(kernel[1])
    ]
    return torch.stack(seen, 1).permute(0, 3, 4, 1, 2).reshape(len(x), high, wide, -1)


def _forward(x: Tensor, weight: Tensor, stride: list[int], padding: list[int]) -> Tensor:
    """weight [out, in, kernel h, kernel w]; gives [n, out h, out w, out]."""
    for axis, p in zip((2, 3), padding):
        x = _zeros_beside(x, axis, p, p)
    patches = _patches(x, tuple(weight.shape[2:]), stride)
    kernels = weight.permute(2, 3, 1, 0).reshape(-1, len(weight))
    flat = patches.reshape(-1, len(kernels)) @ kernels
    return flat.reshape(*patches.shape[:3], len(weight))


def _shifted(x: Tensor, axis: int, by: int, size: int) -> Tensor:
    """The row m of the result is the row m - by of x, and 0 where x has none."""
    before, after = max(by, 0), max(size - by - x.shape[axis], 0)
    return _zeros_beside(x, axis, before, after).narrow(axis, max(-by, 0), size)


def _laid(x: Tensor, axis: int, kernel_axis: int, stride: int, padding: int) -> Tensor:
    """Along one axis: each place carries a kernel's row, `stride` apart, and what meets is added up."""
    kernel, size = x.shape[kernel_axis], (x.shape[axis] - 1) * stride - 2 * padding + x.shape[kernel_axis]
    if size % stride:
        raise NotImplementedError(
            f"aten.convolution, transposed, from {x.shape[axis]} to {size} rows can't be compiled"
        )
    rows = []
    for r in range(stride):
        shifts = {a: (a - padding - r) // stride for a in range(kernel) if (a - padding - r) % stride == 0}
        parts = [_shifted(x.select(kernel_axis, a), axis, by, size // stride) for a, by in shifts.items()]
        rows.append(sum(parts[1:], parts[0]))
    return torch.stack(rows, axis + 1).flatten(axis, axis + 1)


def _transposed(x: Tensor, weight: Tensor, stride: list[int], padding: list[int]) -> Tensor:
    """weight [in, out, kernel h, kernel w]; gives [n, out h, out w, out]."""
    pixels = x.permute(0, 2, 3, 1)
    carried = pixels.reshape(-1, len(weight)) @ weight.reshape(len(weight), -1)
    laid = carried.reshape(*pixels.shape[:3], *weight.shape[1:])  # [n, h, w, out, kernel h, kernel w]
    laid = _laid(laid, 1, 4, stride[0], padding[0])  # [n, out h, w, out, kernel w]
    return _laid(laid, 2, 4, stride[1], padding[1])


def convolution(x, weight, bias, stride, padding, dilation, transposed, output_padding, groups) -> Tensor:
    """`aten.convolution` for pictures [n, c, h, w]. Errors: `NotImplementedError` for groups, dilation,
    padding of the output, other dimensions, or more zeros than kernel."""
    plain = x.ndim == 4 and groups == 1 and set(dilation) == {1} and not any(output_padding)
    if not plain:
        raise NotImplementedError(
            f"aten.convolution of {list(x.shape)} with groups {groups}, dilation {dilation}, output padding "
            f"{output_padding}; only plain ones of pictures can be compiled"
        )
    made = (_transposed if transposed else _forward)(x, weight, list(stride), list(padding))
    return (made if bias is None else made + bias).permute(0, 3, 1, 2)


def max_pool2d(x, kernel, stride=(), padding=(0, 0), dilation=(1, 1), ceil_mode=False):
    """`aten.max_pool2d_with_indices` over fields that don't overlap; the indices, which nobody here asks for,
    are 0. Errors: `NotImplementedError` for other fields."""
    high, wide = kernel if len(kernel) == 2 else kernel * 2
    apart = not stride or list(stride) == list(kernel)
    if not apart or any(padding) or set(dilation) != {1} or x.shape[2] % high or x.shape[3] % wide:
        raise NotImplementedError(
            f"aten.max_pool2d over fields of {list(kernel)}, {list(stride)} apart, can't be compiled"
        )
    fields = x.reshape(*x.shape[:2], x.shape[2] // high, high, x.shape[3] // wide, wide)
    best = fields.amax((3, 5))
    return best, torch.zeros_like(best, dtype=torch.int64)


def avg_pool2d(x, kernel, stride=(), padding=(0, 0), ceil_mode=False, count_include_pad=True, divisor=None):
    """`aten.avg_pool2d`, of 0 beyond the edge. Errors: `NotImplementedError` where the edge isn't counted, or
    another divisor is asked for."""
    if ceil_mode or divisor or (any(padding) and not count_include_pad):
        raise NotImplementedError("aten.avg_pool2d with an edge that isn't counted can't be compiled")
    high, wide = kernel if len(kernel) == 2 else kernel * 2
    for axis, p in zip((2, 3), padding if len(padding) == 2 else list(padding) * 2):
        x = _zeros_beside(x, axis, p, p)
    patches = _patches(x, (high, wide), list(stride or kernel) * (2 // len(stride or kernel)))
    return patches.reshape(*patches.shape[:3], high * wide, -1).mean(3).permute(0, 3, 1, 2)


def repeated(x: Tensor, size: list[int], *scales) -> Tensor:
    """`aten.upsample_nearest2d`: each pixel becomes a field of equal ones. Errors: `NotImplementedError`
    where a side doesn't grow by a whole number."""
    if any(new % old for new, old in zip(size, x.shape[2:])):
        raise NotImplementedError(
            f"aten.upsample_nearest2d from {list(x.shape[2:])} to {list(size)} can't be compiled"
        )
    down, right = (new // old for new, old in zip(size, x.shape[2:]))
    fields = x[:, :, :, None, :, None].expand(-1, -1, -1, down, -1, right)
    return fields.reshape(*x.shape[:2], *size)


DECOMPOSED = {
    aten.convolution.default: convolution,
    aten.max_pool2d_with_indices.default: max_pool2d,
    aten.avg_pool2d.default: avg_pool2d,
    aten.upsample_nearest2d.default: repeated,
}
