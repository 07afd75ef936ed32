"""Functions that WebAssembly has not, four numbers at a time: exp, log, log1p, tanh, sin, cos, pow.

Each brings its argument into a short interval and takes a polynomial there (the coefficients are those of
Moshier's Cephes library in single precision; those of tanh, a quotient, of the library Eigen). Largest errors
in units in the last place, found by the tests over each function's range: exp 2, log 2, log1p 3, tanh 6; sin
and cos are off by at most 2e-7 for arguments up to 1,000. What is not a number stays so, exp runs over to
inf, log of 0 is -inf: as PyTorch has it, so that a game that diverges is seen to diverge.
"""

import math
import re

from gan_teach.compiled.text import (
    add,
    bits,
    call,
    const,
    const_int,
    div,
    function,
    get,
    lanes,
    mul,
    polynomial,
    put,
    sub,
)

LN2_HIGH, LN2_LOW = 0.693359375, -2.12194440e-4  # log 2 in two parts, the first of few digits


def _exp() -> str:
    # x = n log 2 + r, and exp x = 2^n exp r. 2^n is multiplied on in two halves, or it would run over
    # too soon.
    series = polynomial(
        "x",
        1.9875691500e-4,
        1.3981999507e-3,
        8.3334519073e-3,
        4.1665795894e-2,
        1.6666665459e-1,
        5.0000001201e-1,
    )
    body = put("x", lanes("min", lanes("max", "x", -104), 89))
    body += put("n", lanes("nearest", mul("x", 1 / math.log(2))))
    body += put("x", sub(sub("x", mul("n", LN2_HIGH)), mul("n", LN2_LOW)))
    body += put("y", add(add(mul(mul("x", "x"), series), "x"), 1))
    body += put("n", f"(i32x4.trunc_sat_f32x4_s {get('n')})")
    body += put("h", f"(i32x4.shr_s {get('n')} (i32.const 1))")
    halves = (get("h"), f"(i32x4.sub {get('n')} {get('h')})")
    powers = [f"(i32x4.shl (i32x4.add {half} {const_int(127)}) (i32.const 23))" for half in halves]
    return function("exp", body + mul(mul("y", powers[0]), powers[1]), variables="n y h")


def _log() -> str:
    # x = 2^e m with m in [sqrt(1/2), sqrt 2), and log x = e log 2 + log m. Tiny x are made larger first.
    series = polynomial(
        "x",
        7.0376836292e-2,
        -1.1514610310e-1,
        1.1676998740e-1,
        -1.2420140846e-1,
        1.4249322787e-1,
        -1.6668057665e-1,
        2.0000714765e-1,
        -2.4999993993e-1,
        3.3333331174e-1,
    )
    inf = math.inf
    body = put("was", get("x")) + put("m", lanes("lt", "x", 2.0**-126))
    body += put("x", bits(get("m"), mul("x", 2.0**23), "x"))
    body += put(
        "e", f"(f32x4.convert_i32x4_s (i32x4.sub (i32x4.shr_u {get('x')} (i32.const 23)) {const_int(126)}))"
    )
    body += put("e", sub("e", f"(v128.and {get('m')} {const(23)})"))
    body += put("x", f"(v128.or (v128.and {get('x')} {const_int(0x7FFFFF)}) {const_int(0x3F000000)})")
    body += put("m", lanes("lt", "x", math.sqrt(0.5)))
    body += put("e", sub("e", f"(v128.and {get('m')} {const(1)})"))
    body += put("x", sub(add("x", f"(v128.and {get('m')} {get('x')})"), 1))
    body += put("z", mul("x", "x"))
    body += put("y", mul(mul(series, "x"), "z"))
    body += put("y", sub(add("y", mul("e", LN2_LOW)), mul("z", 0.5)))
    body += put("y", add(add("x", "y"), mul("e", LN2_HIGH)))
    beyond = bits(lanes("eq", "was", 0), -inf, bits(lanes("eq", "was", inf), inf, math.nan))
    inside = f"(v128.and {lanes('gt', 'was', 0)} {lanes('lt', 'was', inf)})"
    return function("log", body + bits(inside, "y", beyond), variables="was e m y z")


def _log1p() -> str:
    # With u the rounded 1 + x, log u x/(u - 1): the error of the rounding cancels.
    body = put("u", add("x", 1)) + put("d", sub("u", 1))
    plain = mul(call("log", "u"), div("x", "d"))
    return function(
        "log1p",
        body + bits(lanes("eq", "d", 0), "x", bits(lanes("eq", "u", math.inf), "u", plain)),
        variables="u d",
    )


def _tanh() -> str:
    # A quotient of an odd and an even polynomial; beyond 7.9 it is 1 but for the last digits. The smallest x
    # are their own tanh.
    above = polynomial(
        "z",
        -2.76076847742355e-16,
        2.00018790482477e-13,
        -8.60467152213735e-11,
        5.12229709037114e-08,
        1.48572235717979e-05,
        6.37261928875436e-04,
        4.89352455891786e-03,
    )
    below = polynomial(
        "z", 1.19825839466702e-06, 1.18534705686654e-04, 2.26843463243900e-03, 4.89352518554385e-03
    )
    body = put("a", lanes("min", lanes("max", "x", -7.90531110763549805), 7.90531110763549805))
    body += put("z", mul("a", "a"))
    quotient = div(mul("a", above), below)
    return function("tanh", body + bits(lanes("lt", lanes("abs", "x"), 4e-4), "x", quotient), variables="a z")


def _quarter() -> str:
    # cos(x + q pi/2) for |x| <= pi/4 and a whole number q: plus or minus a cosine or a sine.
    sine = add("x", mul(mul("x", "z"), polynomial("z", -1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)))
    series = polynomial("z", 2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
    cosine = add(sub(1, mul("z", 0.5)), mul(mul("z", "z"), series))
    odd = f"(i32x4.ne (v128.and {get('q')} {const_int(1)}) {const_int(0)})"
    sign = f"(i32x4.shl (v128.and (i32x4.add {get('q')} {const_int(1)}) {const_int(2)}) (i32.const 30))"
    body = put("z", mul("x", "x"))
    return function(
        "quarter", f"{body}(v128.xor {bits(odd, sine, cosine)} {sign})", params="x q", variables="z"
    )


def _turned(name: str, quarters: int) -> str:
    # cos x, and sin x = cos(x + 3 pi/2); pi/2 in three parts.
    body = put("n", lanes("nearest", mul("x", 2 / math.pi)))
    rest = "x"
    for part in (1.5703125, 4.837512969970703e-4, 7.549789954891882e-8):
        rest = sub(rest, mul("n", part))
    which = f"(i32x4.add (i32x4.trunc_sat_f32x4_s {get('n')}) {const_int(quarters)})"
    return function(name, body + call("quarter", rest, which), variables="n")


def _turn() -> str:
    # cos 2 pi x, for x from -1 to 1: exact at the quarters.
    body = put("x", mul("x", 4)) + put("n", lanes("nearest", "x"))
    whole = f"(i32x4.trunc_sat_f32x4_s {get('n')})"
    return function("turn", body + call("quarter", mul(sub("x", "n"), math.pi / 2), whole), variables="n")


def _power() -> str:
    each = [
        f"(call $power (f32x4.extract_lane {i} {get('a')}) (f32x4.extract_lane {i} {get('b')}))"
        for i in range(4)
    ]
    value = f"(f32x4.splat {each[0]})"
    for i in (1, 2, 3):
        value = f"(f32x4.replace_lane {i} {value} {each[i]})"
    return function("pow", value, params="a b")


# Whole exponents by repeated squaring in double precision: 0.999^t is exact to the last digit for every t.
POWER = """(func $power (param $a f32) (param $b f32) (result f32)
  (local $x f64) (local $r f64) (local $n i32)
  (if (f32.ne (local.get $b) (f32.trunc (local.get $b))) (then (return (f32x4.extract_lane 0
    (call $exp (f32x4.mul (f32x4.splat (local.get $b)) (call $log (f32x4.splat (local.get $a)))))))))
  (local.set $x (f64.promote_f32 (local.get $a)))
  (local.set $r (f64.const 1))
  (local.set $n (i32.trunc_sat_f32_s (f32.abs (local.get $b))))
  (loop $l
    (if (i32.and (local.get $n) (i32.const 1))
      (then (local.set $r (f64.mul (local.get $r) (local.get $x)))))
    (local.set $x (f64.mul (local.get $x) (local.get $x)))
    (br_if $l (local.tee $n (i32.shr_u (local.get $n) (i32.const 1)))))
  (f32.demote_f64 (select
    (f64.div (f64.const 1) (local.get $r)) (local.get $r) (f32.lt (local.get $b) (f32.const 0)))))
"""

FUNCTIONS = {
    "exp": _exp(),
    "log": _log(),
    "log1p": _log1p(),
    "tanh": _tanh(),
    "quarter": _quarter(),
    "cos": _turned("cos", 0),
    "sin": _turned("sin", 3),
    "turn": _turn(),
    "pow": _power(),
    "power": POWER,
}


def called(text: str) -> list[str]:
    """The functions of this module that the text calls, and those that they call, in a fixed order."""
    found: set[str] = set()
    todo = [text]
    while todo:
        names = set(re.findall(r"call \$([a-z0-9]+)", todo.pop())) & set(FUNCTIONS)
        todo += [FUNCTIONS[name] for name in names - found]
        found |= names
    return [text for name, text in FUNCTIONS.items() if name in found]
