"""PyTorch's operations as values, by name. What isn't here is refused by name.

Most come decomposed into few: `DECOMPOSED` says which PyTorch takes apart itself. Numbers are float32, and
comparisons are masks.
"""

import math
import operator
from collections.abc import Callable

import torch
from torch._decomp import core_aten_decompositions, get_decompositions

from gan_teach.compiled import convolutions
from gan_teach.compiled.loops import ELEMENTWISE
from gan_teach.compiled.values import Constant, Shape, Value, View, as_number, expression, rows
from gan_teach.compiled.work import Work

aten = torch.ops.aten
DECOMPOSED = {
    **core_aten_decompositions(),
    **get_decompositions(
        [
            getattr(aten, name)
            for name in (
                "leaky_relu leaky_relu_backward threshold_backward relu addmm t stack mean rsub lerp "
                "softplus softplus_backward tanh_backward sigmoid_backward "
                "binary_cross_entropy_with_logits elu silu silu_backward hardtanh clamp_min clamp_max "
                "_softmax _log_softmax _softmax_backward_data _log_softmax_backward_data "
                "native_layer_norm native_layer_norm_backward native_batch_norm "
                "native_batch_norm_backward linalg_vector_norm std addcmul addcdiv"
            ).split()
        ]
    ),
}


def _var_mean(x, dim=None, *, correction=1, keepdim=False):
    axes = [d % x.ndim for d in (range(x.ndim) if dim is None else dim)]
    count = math.prod(x.shape[d] for d in axes)
    mean = x.sum(axes, True) / count
    variance = ((x - mean) ** 2).sum(axes, keepdim) / (count - correction)
    left = [n for d, n in enumerate(x.shape) if d not in axes]
    return variance, mean if keepdim else mean.view(left)


DECOMPOSED |= convolutions.DECOMPOSED
DECOMPOSED[aten.var_mean.correction] = _var_mean
DECOMPOSED[aten.remainder.Scalar] = lambda x, by: x - by * (x / by).floor()
DECOMPOSED[aten.var.correction] = lambda *given, **named: _var_mean(*given, **named)[0]

Operation = Callable[..., "Value | list[Value]"]
OPERATIONS: dict[str, Operation] = {}


def _named(*names: str):
    def keep(function: Operation) -> Operation:
        OPERATIONS.update(dict.fromkeys(names, function))
        return function

    return keep


# Each takes the work, the shape of the result, and the operation's own arguments.


@_named("clone", "alias", "detach", "lift_fresh", "contiguous", "view_as", "_to_copy", "copy_strided")
def _same(work, shape, x, *_, **__):
    return x


@_named("ones_like", "new_ones")
def _ones(work, shape, *_, **__):
    return Constant(1.0, shape)


@_named("zeros_like", "new_zeros", "empty", "empty_like", "empty_permuted")
def _zeros(work, shape, *_, **__):
    return Constant(0.0, shape)


@_named("full_like", "new_full", "fill")
def _full(work, shape, _, value, *__, **___):
    return Constant(value.value if isinstance(value, Constant) else float(value), shape)


def _times(alpha, y) -> Value | float:
    return y if alpha == 1 else expression("mul", [y, alpha], getattr(y, "shape", ()))


@_named("add")
def _add(work, shape, x, y, alpha=1):
    return expression("add", [x, _times(alpha, y)], shape)


@_named("sub")
def _sub(work, shape, x, y, alpha=1):
    return expression("sub", [x, _times(alpha, y)], shape)


@_named("rsub")
def _rsub(work, shape, x, y, alpha=1):  # y - alpha x
    return expression("sub", [y, _times(alpha, x)], shape)


@_named("clamp")
def _clamp(work, shape, x, low=None, high=None):
    for bound, name in ((low, "maximum"), (high, "minimum")):
        x = x if bound is None else expression(name, [x, bound], shape)
    return x


@_named("pow")
def _power(work, shape, x, exponent):
    if exponent in (-1, 0.5):
        return expression("reciprocal" if exponent == -1 else "sqrt", [x], shape)
    if isinstance(exponent, (int, float)) and float(exponent).is_integer() and 0 <= exponent <= 8:
        result: Value = Constant(1.0, shape)
        for _ in range(int(exponent)):
            result = expression("mul", [x, result], shape)
        return result
    return expression("pow", [x, exponent], shape)


@_named("bitwise_and")
def _and(work, shape, x, y):
    return expression("logical_and", [x, y], shape)


@_named("bitwise_or")
def _or(work, shape, x, y):
    return expression("logical_or", [x, y], shape)


@_named("bitwise_not")
def _not(work, shape, x):
    return expression("logical_not", [x], shape)


def _reduction(how: str, mean: bool = False) -> Operation:
    def reduce(work: Work, shape: Shape, x, axes=None, keepdim=False, **_):
        of = x.shape
        axes = [axes] if isinstance(axes, int) else axes
        over = tuple(sorted(d % len(of) for d in axes)) if axes else tuple(range(len(of)))
        count = math.prod(of[d] for d in over)
        if isinstance(x, Constant):
            return Constant(x.value * (count if how == "add" and not mean else 1), shape)
        if count == 1:
            return reshaped(work, x, shape)
        return reshaped(work, work.reduced(as_number(x), over, how, count if mean else 1), shape)

    return reduce


OPERATIONS |= {
    "sum": _reduction("add"),
    "mean": _reduction("add", mean=True),
    "amax": _reduction("max"),
    "amin": _reduction("min"),
    "max": _reduction("max"),
    "min": _reduction("min"),
}


@_named("mm")
def _mm(work, shape, x, y):
    return work.product(x, y)


@_named("bmm")
def _bmm(work, shape, x, y):
    out, x, y = work.buffer(shape), work.stand(x), work.stand(y)
    for i in range(shape[0]):
        work.product(*(v.changed(v.shape[1:], v.strides[1:], i * v.strides[0]) for v in (x, y, out)))
    return out


@_named("cat")
def _cat(work, shape, parts, axis=0):
    out, at = work.buffer(shape), 0
    axis %= len(shape)
    for part in parts:
        if math.prod(part.shape):
            work.now(out.changed(part.shape, out.strides, at), as_number(part))
            at += part.shape[axis] * out.strides[axis]
    return out


def reshaped(work: Work, x: Value, shape: Shape) -> Value:
    """The same numbers, in the same order, in another shape."""
    if isinstance(x, Constant):
        return Constant(x.value, tuple(shape))
    view = work.stand(x)
    if [n for n in view.shape if n != 1] != [n for n in shape if n != 1]:
        return work.in_rows(view).changed(shape, rows(shape))
    steps = iter([s for n, s in zip(view.shape, view.strides) if n != 1])
    return view.changed(shape, tuple(0 if n == 1 else next(steps) for n in shape))


@_named("view", "_unsafe_view", "reshape", "unsqueeze", "squeeze")
def _reshape(work, shape, x, *_):
    return reshaped(work, x, shape)


def _seen(change: Callable[..., "View | list[View]"]) -> Operation:
    """An operation that makes another view, and of a constant a constant."""

    def see(work: Work, shape: Shape, x, *given, **named):
        if isinstance(x, Constant) and shape is not None:
            return Constant(x.value, tuple(shape))
        return change(work.stand(x), shape, *given, **named)

    return see


def _permuted(x: View, order) -> View:
    return x.changed(tuple(x.shape[i] for i in order), tuple(x.strides[i] for i in order))


def _transpose(x: View, shape, one, other) -> View:
    order = list(range(len(x.shape)))
    order[one], order[other] = order[other], order[one]
    return _permuted(x, order)


def _without(values: Shape, axis: int) -> Shape:
    return values[:axis] + values[axis + 1 :]


def _select(x: View, shape, axis, at) -> View:
    axis %= len(x.shape)
    return x.changed(shape, _without(x.strides, axis), at % x.shape[axis] * x.strides[axis])


def _slice(x: View, shape, axis=0, start=None, end=None, step=1) -> View:
    axis %= len(x.shape)
    start = 0 if start is None else start
    start = max(0, start + x.shape[axis]) if start < 0 else min(start, x.shape[axis])
    strides = (*x.strides[:axis], x.strides[axis] * step, *x.strides[axis + 1 :])
    return x.changed(shape, strides, start * x.strides[axis])


def _split(x: View, shape, sizes, axis=0) -> list[View]:
    axis %= len(x.shape)
    whole = x.shape[axis]
    if isinstance(sizes, int):
        sizes = [min(sizes, whole - i) for i in range(0, whole, sizes)]
    starts = [sum(sizes[:i]) for i in range(len(sizes))]
    return [
        x.changed((*x.shape[:axis], n, *x.shape[axis + 1 :]), x.strides, start * x.strides[axis])
        for n, start in zip(sizes, starts)
    ]


def _broadcast_in_dim(x: View, shape, _, places) -> View:
    own = dict(zip(places, range(len(x.shape))))
    strides = [x.strides[own[d]] if d in own and x.shape[own[d]] == n else 0 for d, n in enumerate(shape)]
    return x.changed(shape, tuple(strides))


OPERATIONS |= {
    "expand": _seen(lambda x, shape, *_, **__: x.broadcast(shape)),
    "permute": _seen(lambda x, shape, order: _permuted(x, order)),
    "t": _seen(lambda x, shape: _permuted(x, list(range(len(x.shape)))[::-1])),
    "transpose": _seen(_transpose),
    "select": _seen(_select),
    "slice": _seen(_slice),
    "split": _seen(_split),
    "split_with_sizes": _seen(_split),
    "broadcast_in_dim": _seen(_broadcast_in_dim),
}


def _elementwise(name: str) -> Operation:
    return lambda work, shape, *given: expression(name, list(given), shape)


OPERATIONS |= {name: _elementwise(name) for name in ELEMENTWISE if name not in OPERATIONS}
INNER = {"as_number", "as_mask"}
SUPPORTED = sorted(set(OPERATIONS) - INNER)


def name_of(node) -> str:
    """The operation's name, without the overload; a copying view is a view."""
    if node.target is operator.getitem:
        return "getitem"
    schema = getattr(node.target, "_schema", None)
    name = schema.name.split("::")[1] if schema is not None else str(node.target)
    plain = name.removesuffix("_copy")
    return plain if plain in OPERATIONS and plain != name and name != "_to_copy" else name


def apply(work: Work, node, arguments: list) -> "Value | list[Value]":
    """The value of a node of a trace. Errors: `NotImplementedError` for an operation that isn't supported, or
    numbers that are neither float32 nor bool."""
    name = name_of(node)
    if name == "getitem":
        return arguments[0][arguments[1]]
    found = node.meta.get("val", node.meta.get("tensor_meta"))
    if isinstance(found, (tuple, list)) and name not in ("split", "split_with_sizes"):
        raise NotImplementedError(f"{node.target} gives several tensors, which can't be compiled")
    dtype = getattr(found, "dtype", torch.float32)
    if dtype not in (torch.float32, torch.bool):
        raise NotImplementedError(f"{node.target} gives {dtype}; only float32 and bool can be compiled")
    if name not in OPERATIONS or name in INNER or node.kwargs.get("rounding_mode"):
        raise NotImplementedError(
            f"{node.target} can't be compiled (in {node.format_node()}); what can is {', '.join(SUPPORTED)}"
        )
    shape = tuple(found.shape) if hasattr(found, "shape") else None
    named = {k: v for k, v in node.kwargs.items() if k in ("alpha", "keepdim")}
    return OPERATIONS[name](work, shape, *arguments, **named)
