"""A few words of WebAssembly's text format. A value of the type v128 holds four numbers, its lanes."""

import math


def const(x: float) -> str:
    """The number in all four lanes."""
    word = {math.inf: "inf", -math.inf: "-inf"}.get(x, "nan" if math.isnan(x) else repr(float(x)))
    return f"(v128.const f32x4 {word} {word} {word} {word})"


def const_int(n: int | str) -> str:
    """The whole number in all four lanes."""
    return f"(v128.const i32x4 {n} {n} {n} {n})"


def get(name: str) -> str:
    """The local variable."""
    return f"(local.get ${name})"


def put(name: str, value: str) -> str:
    """Assign to the local variable."""
    return f"(local.set ${name} {value})"


def _operand(x) -> str:
    if isinstance(x, (int, float)):
        return const(x)
    return x if x.startswith("(") else get(x)


def lanes(operation: str, *operands) -> str:
    """The operation of f32x4 on numbers, local variables (by name) and other values."""
    return f"(f32x4.{operation} {' '.join(map(_operand, operands))})"


def add(a, b) -> str:
    """a + b."""
    return lanes("add", a, b)


def sub(a, b) -> str:
    """a - b."""
    return lanes("sub", a, b)


def mul(a, b) -> str:
    """a b."""
    return lanes("mul", a, b)


def div(a, b) -> str:
    """a / b."""
    return lanes("div", a, b)


def call(name: str, *operands) -> str:
    """The function of v128 on numbers, local variables and other values."""
    return f"(call ${name} {' '.join(map(_operand, operands))})"


def bits(condition: str, yes, no) -> str:
    """In each lane `yes` where the condition's bits are set, else `no`."""
    return f"(v128.bitselect {_operand(yes)} {_operand(no)} {condition})"


def polynomial(x: str, *coefficients: float) -> str:
    """At the local variable x by Horner's rule, the highest power first."""
    value = const(coefficients[0])
    for c in coefficients[1:]:
        value = add(mul(value, x), c)
    return value


def function(name: str, body: str, params: str = "x", variables: str = "") -> str:
    """A function of v128s to a v128."""
    declared = [f"(param ${p} v128)" for p in params.split()] + ["(result v128)"]
    declared += [f"(local ${v} v128)" for v in variables.split()]
    return f"(func ${name} {' '.join(declared)} {body})"


def i32_sum(terms: list[str]) -> str:
    """The sum of whole numbers."""
    if not terms:
        return "(i32.const 0)"
    return terms[0] if len(terms) == 1 else f"(i32.add {i32_sum(terms[:-1])} {terms[-1]})"


def counted(variable: str, count: int, by: int, body: str) -> str:
    """Do the body for variable = 0, by, 2 by, ... below count."""
    onward = f"(local.tee ${variable} (i32.add {get(variable)} (i32.const {by})))"
    again = f"(br_if $l{variable} (i32.lt_u {onward} (i32.const {count})))"
    return f"{put(variable, '(i32.const 0)')} (loop $l{variable} {body} {again})"
