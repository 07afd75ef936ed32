"""What a function has to do, in order: buffers, and the loops and products that fill them.

No buffer is written twice, so views may be passed about freely. Expressions wait until somebody needs their
numbers in memory; all that wait and have one shape are computed in one loop.
"""

import math

from gan_teach.compiled.loops import REDUCTIONS, Loop, leaves
from gan_teach.compiled.products import Product
from gan_teach.compiled.values import Constant, Expression, Shape, Value, View, expression, rows


class Work:
    """sizes: how many numbers each buffer has, by its number; shared by all functions of a module."""

    def __init__(self, sizes: dict[int, int]):
        self.sizes = sizes
        self.tasks: list[Loop | Product] = []
        self._waiting: list[tuple[View, Value]] = []
        self._copies: dict[View, View] = {}

    def buffer(self, shape: Shape, mask: bool = False) -> View:
        """A fresh buffer, as a view in rows."""
        number = len(self.sizes)
        self.sizes[number] = math.prod(shape)
        return View(number, 0, tuple(shape), rows(shape), mask)

    def stand(self, value: Value) -> View:
        """The value as a view; an expression is computed by the next loop."""
        if isinstance(value, View):
            return value
        if isinstance(value, Expression) and value.home is not None:
            return value.home
        view = self.buffer(value.shape, value.mask)
        written = {out.buffer: out for out, _ in self._waiting}
        torn = any(written.get(leaf.buffer, leaf) != leaf for leaf in leaves(value))
        if self._waiting and (self._waiting[0][0].shape != view.shape or torn):
            self.settle()
        self._waiting.append((view, value))
        if isinstance(value, Expression):
            value.home = view
        return view

    def settle(self):
        """Compute what waits."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            if 0 not in waiting[0][0].shape:  # a loop runs at least once
                self.tasks.append(Loop(waiting))

    def now(self, view: View, value: Value, **reduction):
        """Compute the value into the view, after all that waits."""
        self.settle()
        if 0 not in value.shape:
            self.tasks.append(Loop([(view, value)], **reduction))

    def in_rows(self, value: Value) -> View:
        """The value as a view that stands row after row."""
        view = self.stand(value)
        if view.in_rows:
            return view
        if view not in self._copies:
            self._copies[view] = self.buffer(view.shape, view.mask)
            self.now(self._copies[view], view)
        return self._copies[view]

    def copied(self, value: Value) -> View:
        """The value in a buffer of its own."""
        own = self.buffer(value.shape, value.mask)
        self.now(own, value)
        return own

    def reduced(self, value: Value, over: Shape, how: str, divisor: float = 1) -> View:
        """The value [...] added up (or the like) over these axes, which are left out."""
        kept = tuple(n for k, n in enumerate(value.shape) if k not in over)
        if 0 in value.shape:  # nothing to add up
            return self.stand(Constant(REDUCTIONS[how] / divisor if divisor else math.nan, kept))
        out = self.buffer(kept)
        self.now(out, value, over=over, how=how, divisor=divisor)
        return out

    def product(self, left: Value, right: Value, out: View | None = None) -> Value:
        """left [m, k] times right [k, n]."""
        (m, _), n = left.shape, right.shape[1]
        nothing = 0 in (getattr(left, "value", 1), getattr(right, "value", 1), m, n, left.shape[1])
        if out is None and nothing:
            return Constant(0.0, (m, n))
        a, b = self.stand(left), self.stand(right)
        # Rather (B' A')' if that makes the right factor stand in rows.
        if out is None and a.strides[0] == 1 and m >= 4 and (n < 4 or b.strides[1] != 1):
            return self.stand(self.product(b.turned(), a.turned())).turned()
        out = out or self.buffer((m, n))
        if n >= 4:
            b = b if b.strides[1] == 1 else self.in_rows(b)
        else:  # for sums along k
            a, b = self.in_rows(a), self.in_rows(b.turned()).turned()
        self.settle()
        fast = n - n % 4
        if fast:
            columns = b.changed((b.shape[0], fast), b.strides), out.changed((m, fast), out.strides)
            self.tasks.append(Product(a, *columns))
        if n > fast:
            self._last_columns(a, b, out, fast)
        return out

    def _last_columns(self, a: View, b: View, out: View, first: int):
        shape = (a.shape[0], out.shape[1] - first, a.shape[1])
        left = a.changed(shape, (a.strides[0], 0, a.strides[1]))
        right = b.changed(shape, (0, b.strides[1], b.strides[0]), first * b.strides[1])
        part = out.changed(shape[:2], out.strides, first * out.strides[1])
        self.now(part, expression("mul", [left, right], shape), over=(2,))
