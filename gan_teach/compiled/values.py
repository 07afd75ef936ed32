"""What a tensor is while it is compiled: a view of memory, a constant, or an expression not yet computed.

A view has a buffer, an offset and a stride for each axis, all counted in numbers of 4 bytes, as a PyTorch
tensor has; transposing, slicing and broadcasting make other views and no work. An expression is computed
where it is needed, in one loop with others of its shape. A mask is what a comparison gives: all bits of a
lane set, or none; in memory it is 1 or 0."""

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass, field, replace

Shape = tuple[int, ...]


def rows(shape: Shape) -> Shape:
    """The strides of a tensor that stands row after row."""
    return tuple(math.prod(shape[i + 1 :]) for i in range(len(shape)))


@dataclass(frozen=True)
class View:
    """Numbers in memory. mask: whether they are a mask's 1 and 0."""

    buffer: int
    offset: int
    shape: Shape
    strides: Shape
    mask: bool = False

    def changed(self, shape: Shape, strides: Shape, skip: int = 0) -> "View":
        """Another view of the same buffer, its first number `skip` numbers farther."""
        return replace(self, offset=self.offset + skip, shape=tuple(shape), strides=tuple(strides))

    def broadcast(self, shape: Shape) -> "View":
        """The same numbers in a larger shape, by PyTorch's rule."""
        lead = len(shape) - len(self.shape)
        steps = tuple(0 if n == 1 else s for n, s in zip(self.shape, self.strides))
        return self.changed(shape, (0,) * lead + steps)

    def turned(self) -> "View":
        """The transpose of a matrix."""
        return self.changed(self.shape[::-1], self.strides[::-1])

    @property
    def in_rows(self) -> bool:
        """Whether the numbers stand row after row, without gaps."""
        return all(n == 1 or a == b for n, a, b in zip(self.shape, self.strides, rows(self.shape)))


@dataclass(frozen=True)
class Constant:
    """One number everywhere."""

    value: float
    shape: Shape
    mask: bool = False


@dataclass(eq=False)
class Expression:
    """An elementwise operation (a key of `loops.ELEMENTWISE`) on values that broadcast to its shape.

    home: the view in which it stands once it has been computed.
    """

    operation: str
    arguments: list
    shape: Shape
    home: View | None = field(default=None)

    @property
    def mask(self) -> bool:
        return self.operation in MASKS


Value = View | Constant | Expression
COMPARISONS = {"gt", "ge", "lt", "le", "eq", "ne"}
LOGICAL = {"logical_not", "logical_and", "logical_or"}
MASKS = COMPARISONS | LOGICAL | {"as_mask"}
FOLDED: dict[str, Callable[..., float]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "neg": operator.neg,
    "pow": operator.pow,
}


def expression(operation: str, arguments: list, shape: Shape) -> Value:
    """The operation on values and numbers, computed now where all are constants, and left out where it
    changes nothing (x + 0, 1 x). A product with a constant 0 is 0, even where the other is not a number."""
    shape = tuple(shape)
    given: list = [Constant(float(a), ()) if isinstance(a, (int, float)) else a for a in arguments]
    numbers = [a.value if isinstance(a, Constant) else None for a in given]
    if operation in FOLDED and None not in numbers:
        try:
            return Constant(float(FOLDED[operation](*numbers)), shape)
        except (ZeroDivisionError, OverflowError):
            pass  # left to the machine, which has inf
    if operation == "mul" and 0 in numbers:
        return Constant(0.0, shape)
    neutral = {"add": (0, 1), "sub": (1,), "mul": (0, 1), "div": (1,)}.get(operation, ())
    for i in neutral:
        other = given[1 - i]
        if numbers[i] == (0 if operation in ("add", "sub") else 1) and tuple(other.shape) == shape:
            return as_number(other)
    return Expression(operation, _converted(operation, given), shape)


def as_number(value: Value) -> Value:
    """The value, with a mask's 1 and 0 as numbers."""
    return Expression("as_number", [value], value.shape) if value.mask else value


def _as_mask(value: Value) -> Value:
    return value if value.mask else Expression("as_mask", [value], value.shape)


def _converted(operation: str, arguments: list) -> list:
    """Masks where masks are wanted, and numbers elsewhere."""
    if operation in LOGICAL:
        return [_as_mask(a) for a in arguments]
    if operation == "where":
        return [_as_mask(arguments[0]), *map(as_number, arguments[1:])]
    return list(arguments) if operation in ("as_number", "as_mask") else [as_number(a) for a in arguments]
