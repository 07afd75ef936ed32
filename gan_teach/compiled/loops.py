"""Loops over four numbers at a time: elementwise expressions of one shape, or a sum, mean, largest or
smallest over some axes of one.

The axes are laid out as loops, the longest run of memory innermost; neighbours that can run as one become
one. What an expression needs is loaded and computed as far out as it can be: before all loops, before the
innermost one, or inside it."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from gan_teach.compiled.text import bits, call, const, counted, div, get, i32_sum, lanes, put, sub
from gan_teach.compiled.values import Constant, Expression, Shape, Value, View

Address = Callable[[View], int]  # the byte at which a view's first number stands


def _sign(x: str) -> str:
    return sub(f"(v128.and {lanes('gt', x, 0)} {const(1)})", f"(v128.and {lanes('lt', x, 0)} {const(1)})")


ELEMENTWISE: dict[str, Callable[..., str]] = {
    **{name: (lambda x, n=name: lanes(n, x)) for name in ("neg", "abs", "sqrt", "floor", "ceil", "trunc")},
    **{name: (lambda x, n=name: call(n, x)) for name in ("exp", "log", "log1p", "tanh", "sin", "cos")},
    **{name: (lambda x, y, n=name: lanes(n, x, y)) for name in ("add", "sub", "mul", "div")},
    **{name: (lambda x, y, n=name: lanes(n, x, y)) for name in ("gt", "ge", "lt", "le", "eq", "ne")},
    "round": lambda x: lanes("nearest", x),
    "maximum": lambda x, y: lanes("max", x, y),
    "minimum": lambda x, y: lanes("min", x, y),
    "pow": lambda x, y: call("pow", x, y),
    "sigmoid": lambda x: div(1, lanes("add", call("exp", lanes("neg", x)), 1)),
    "reciprocal": lambda x: div(1, x),
    "rsqrt": lambda x: div(1, lanes("sqrt", x)),
    "relu": lambda x: lanes("max", x, 0),
    "sign": _sign,
    "where": lambda m, x, y: bits(m, x, y),
    "logical_not": lambda m: f"(v128.not {m})",
    "logical_and": lambda m, n: f"(v128.and {m} {n})",
    "logical_or": lambda m, n: f"(v128.or {m} {n})",
    "as_number": lambda m: f"(v128.and {m} {const(1)})",
    "as_mask": lambda x: lanes("ne", x, 0),
}
REDUCTIONS = {"add": 0.0, "max": -math.inf, "min": math.inf}  # how two numbers become one, and from where on


@dataclass(frozen=True)
class Axis:
    """One loop: how often, and how far each view goes on with every turn."""

    count: int
    strides: tuple[int, ...]


def merged(axes: list[Axis]) -> list[Axis]:
    """The same loops, outermost first, with neighbours made one where every view runs on without a gap."""
    found: list[Axis] = []
    for axis in axes:
        if axis.count == 1:
            continue
        if found and all(out == s * axis.count for out, s in zip(found[-1].strides, axis.strides)):
            found[-1] = Axis(found[-1].count * axis.count, axis.strides)
        else:
            found.append(axis)
    return found


def leaves(value: Value, computed: bool = True) -> list[View]:
    """The views that a value reads. computed: an expression with a home is read there."""
    if isinstance(value, Expression) and computed and value.home is not None:
        return [value.home]
    if isinstance(value, View):
        return [value]
    return [] if isinstance(value, Constant) else [view for a in value.arguments for view in leaves(a)]


class Loop:
    """Compute `value` for each of `outputs` = [(view, value)], all of one shape. With `over` (axes) there is
    one output without these axes: the reduction `how`, divided by `divisor`."""

    def __init__(
        self,
        outputs: list[tuple[View, Value]],
        over: Shape = (),
        how: str = "add",
        divisor: float = 1,
    ):
        self.outputs, self.how, self.divisor, self.reduces = outputs, how, divisor, bool(over)
        # As things stand now: what is computed later is later in memory than this loop.
        self.homes: dict[int, View] = {}
        for _, value in outputs:
            self._remember(value)
        own = {view for view, _ in outputs}
        read = [view for _, value in outputs for view in leaves(value, computed=False)]
        self.read = [view for view in dict.fromkeys(read) if view not in own]
        self.views = self.read + [view for view, _ in outputs]
        self.reads = {view.buffer for view in self.read}
        self.writes = {view.buffer for view, _ in outputs}
        self._lay_out(outputs[0][1].shape, over)

    def _remember(self, value: Value):
        for argument in value.arguments if isinstance(value, Expression) else ():
            if isinstance(argument, Expression) and argument.home is not None:
                self.homes[id(argument)] = argument.home
            else:
                self._remember(argument)

    def _lay_out(self, shape: Shape, over: Shape):
        strides = [view.broadcast(shape).strides for view in self.read]
        for view, _ in self.outputs:
            own = iter(view.strides)
            strides.append(tuple(0 if k in over else next(own) for k in range(len(shape))))
        axes = [Axis(n, tuple(s[k] for s in strides)) for k, n in enumerate(shape)]
        kept = merged([axis for k, axis in enumerate(axes) if k not in over])
        reduced = merged([axis for k, axis in enumerate(axes) if k in over])
        reads = len(self.read)

        def flat(axis: Axis) -> bool:
            return all(s in (0, 1) for s in axis.strides[:reads])

        # Four numbers at a time along the last axis that is kept (a last vector may run over the end of a
        # buffer, which has room for it, but not into the next row), or along the last that is summed.
        written = bool(kept) and all(s == 1 for s in kept[-1].strides[reads:])
        down = written and flat(kept[-1]) and (kept[-1].count % 4 == 0 or len(kept) == 1)
        across = not down and bool(reduced) and flat(reduced[-1]) and reduced[-1].count % 4 == 0
        none = Axis(1, (0,) * len(self.views))
        if self.reduces and not reduced:
            reduced = [none]
        self.kept, self.order = kept, (kept + reduced) or [none]
        self.down, self.across = down, across
        self.vector = len(kept) - 1 if down else len(self.order) - 1 if across else None

    def text(self, name: str, address: Address) -> str:
        """The loops as a function without arguments."""
        writer = _Writer(self, address)
        return f"(func ${name} {writer.whole()})"

    def call(self, name: str, address: Address) -> str:
        return f"(call ${name})"


class _Writer:
    """The text of one loop. Lines stand at one of three levels: before all loops, before the innermost, in
    it."""

    def __init__(self, loop: Loop, address: Address):
        self.loop, self.address = loop, address
        self.last = len(loop.order) - 1
        self.lines: tuple[list[str], list[str], list[str]] = ([], [], [])
        self.declared: list[str] = [f"(local $i{d} i32)" for d in range(len(loop.order))]
        self.known: dict = {}
        self.pointers: dict[tuple, str] = {}

    def local(self, text: str, level: int, kind: str = "v128") -> str:
        name = f"v{len(self.declared)}"
        self.declared.append(f"(local ${name} {kind})")
        self.lines[level].append(put(name, text))
        return get(name)

    def place(self, view: View) -> str:
        """How far the view's number of this turn is from its first, in bytes."""
        k = self.loop.views.index(view)
        outer = tuple(axis.strides[k] for axis in self.loop.order[: self.last])
        if any(outer) and outer not in self.pointers:
            self.pointers[outer] = self.local(self._sum(outer), 1, "i32")
        inner = self.loop.order[self.last].strides[k]
        return i32_sum(([self.pointers[outer]] if any(outer) else []) + self._terms([(self.last, inner)]))

    def _terms(self, steps) -> list[str]:
        return [
            get(f"i{d}") if s == 1 else f"(i32.mul {get(f'i{d}')} (i32.const {s}))" for d, s in steps if s
        ]

    def _sum(self, strides) -> str:
        return i32_sum(self._terms(enumerate(strides)))

    def value(self, value: Value, computed: bool = True) -> tuple[str, int]:
        """The value as a local variable, and its level."""
        if isinstance(value, Expression) and computed:
            value = self.loop.homes.get(id(value), value)
        key = id(value) if isinstance(value, Expression) else value
        if key not in self.known:
            self.known[key] = self._computed(value)
        return self.known[key]

    def _computed(self, value: Value) -> tuple[str, int]:
        if isinstance(value, Constant):
            return self.local(const(value.value), 0), 0
        if isinstance(value, View):
            return self._loaded(value)
        arguments = [self.value(a) for a in value.arguments]
        level = max((level for _, level in arguments), default=0)
        return self.local(ELEMENTWISE[value.operation](*(text for text, _ in arguments)), level), level

    def _loaded(self, view: View) -> tuple[str, int]:
        order, k = self.loop.order, self.loop.views.index(view)
        inside = order[self.last].strides[k] != 0
        level = 2 if inside else 1 if any(axis.strides[k] for axis in order[: self.last]) else 0
        many = self.loop.vector is not None and order[self.loop.vector].strides[k] == 1
        load = "v128.load" if many else "v128.load32_splat"
        text = f"({load} offset={self.address(view)} {self.place(view)})"
        return self.local(lanes("ne", text, 0) if view.mask else text, level), level

    def stored(self, view: View, place: str, text: str) -> str:
        store, lane = ("v128.store", "") if self.loop.down else ("v128.store32_lane", "0 ")
        return f"({store} offset={self.address(view)} {lane}{place} {text})"

    def whole(self) -> str:
        loop, after = self.loop, []
        for view, value in loop.outputs:
            text, level = self.value(value, computed=False)
            self.known[view] = text, level  # another output may read what this one has just computed
            if not loop.reduces:
                bare = f"(v128.and {text} {const(1)})" if value.mask else text
                self.lines[2].append(self.stored(view, self.place(view), bare))
        if loop.reduces:
            after = self._reduced(loop.outputs[0][0], text)
        body = " ".join(self.lines[2])
        for d in range(self.last, -1, -1):
            step = 16 if d == loop.vector else 4
            body = counted(f"i{d}", 4 * loop.order[d].count, step, body)
            if d == self.last:
                body = " ".join(self.lines[1]) + body
            if loop.reduces and d == len(loop.kept):
                body = put("sum", const(REDUCTIONS[loop.how])) + body + "".join(after)
        return " ".join(self.declared) + " ".join(self.lines[0]) + body

    def _reduced(self, view: View, text: str) -> list[str]:
        """Collect in the loop; what stores the result comes back."""
        loop = self.loop
        self.declared.append("(local $sum v128)")

        def join(more: str) -> str:
            return put("sum", lanes(loop.how, "sum", more))

        self.lines[2].append(join(text))
        after = []
        if loop.across:  # the four lanes are partial results
            for half in ("8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7", "4 5 6 7 0 1 2 3 12 13 14 15 8 9 10 11"):
                after.append(join(f"(i8x16.shuffle {half} {get('sum')} {get('sum')})"))
        k = loop.views.index(view)
        place = self._sum([axis.strides[k] for axis in loop.kept])
        result = get("sum") if loop.divisor == 1 else div("sum", loop.divisor)
        return [*after, self.stored(view, place, result)]
