"""A claim of the book: a sentence, the value that was measured, and the bound that it must keep. All
chapters.

    claim("steps until half of the thieves escape", escaped.step, at_most=100)

prints one line, on which the page builds its strips and by which nbval judges a chapter:

    ✓ steps until half of the thieves escape: ≈ 3 (at most 100)

A value behind ≈ may differ from machine to machine: only the verdict and the bound are compared. One without
it is exact, and is compared as it stands.
"""

import re

import numpy as np

from gan_teach.checks import finite

HOLDS, FAILS, ABOUT, UNASKED = "✓", "✗", "≈", "not asked"
# One printed claim. A value and a bound hold no brackets, so the last pair of them is the bound.
LINE = re.compile(
    rf"^(?P<verdict>[{HOLDS}{FAILS}]) (?P<sentence>.+): (?P<about>{ABOUT} )?(?P<value>[^()\n]+) "
    r"\((?P<bound>[^()\n]+)\)$",
    re.MULTILINE,
)
MEASURED = rf"{ABOUT} [^()\n]+(?= \()"  # what `comparable` leaves out
MOST_VALUES = 6  # more than these are printed as a range
NOISE = 1e-7  # nearer to 0 than this, a measured value may be rounding alone

BOUNDS = {
    "above": (lambda v, b: v > b, "above {}"),
    "at_least": (lambda v, b: v >= b, "at least {}"),
    "below": (lambda v, b: v < b, "below {}"),
    "at_most": (lambda v, b: v <= b, "at most {}"),
}


def claim(
    sentence: str,
    value,
    *,
    above=None,
    at_least=None,
    below=None,
    at_most=None,
    near=None,
    within=None,
    equals=None,
    exact: bool = False,
    digits: int = 3,
    unless: str = "",
) -> None:
    """Print whether a measured value keeps its bound.

    sentence: what was measured, in words. value: a number, or several (list, array, tensor), each of which
    must keep the bound. The bound is one of: `above`, `at_least`, `below`, `at_most` (a lower and an upper
    one may stand together); `near` with `within`, the most that the value may be away from it; `equals`, for
    something that can be counted or named. exact: the printed value is the same on every machine, as after
    `equals` it always is. digits: how many of a measured value are shown. unless: why it can't be asked here,
    in words, or "": "these digits are not sorted by writers". Then this stands in the value's place.

    A claim that fails prints ✗ and lets the notebook go on; the book is not built, and nbval complains.

    Errors: `TypeError` for a bare True or False, `ValueError` without a bound, or without a value.
    """
    if not isinstance(sentence, str) or not sentence.strip() or "\n" in sentence:
        raise ValueError(f"a claim needs a sentence of one line, but {sentence!r} was given")
    if equals is not None:
        holds, shown, bound, exact = _same(value, equals)
    else:
        given = {"above": above, "at_least": at_least, "below": below, "at_most": at_most}
        wanted = {name: finite(name, b) for name, b in given.items() if b is not None}
        tests, bound = _bounds(wanted, near, within)
        values = [_without_noise(v, tests) for v in _numbers(value)]
        holds = all(test(v) for v in values for test in tests)
        shown = _listed(values, digits)
        bound = f"each {bound}" if len(values) > 1 else bound
    if unless:
        holds, exact, shown = True, False, f"{UNASKED}, {unless}"
    print(f"{HOLDS if holds else FAILS} {sentence}: {'' if exact else ABOUT + ' '}{shown} ({bound})")


def comparable(text: str) -> str:
    """Printed claims without what may differ from machine to machine: what nbval and the breaks compare."""
    return re.sub(MEASURED, ABOUT, text)


def _refuse_bare(value) -> None:
    if np.asarray(value).dtype == bool:
        raise TypeError(
            "a claim shows what was measured, but True or False was given: count, or measure how far "
            "apart the two are"
        )


def _same(value, wanted):
    value = value.tolist() if hasattr(value, "tolist") else value
    _refuse_bare(value)
    if isinstance(value, float):
        raise TypeError("a number with decimals equals nothing exactly: use near=... and within=...")
    value, wanted = (list(v) if isinstance(v, tuple) else v for v in (value, wanted))
    return bool(value == wanted), _named(value), f"exactly {_named(wanted)}", True


def _named(value) -> str:
    """Names and counts without quotation marks and brackets, which would end the line too soon."""
    if isinstance(value, list):
        return ", ".join(map(_named, value)) or "none"
    if isinstance(value, (int, np.integer)):
        return f"{int(value):,}"
    return str(value).replace("(", "[").replace(")", "]")


def _bounds(wanted: dict, near, within):
    """The tests that each value has to pass, and the bound in words."""
    if (near is None) != (within is None) or (near is not None and wanted):
        raise ValueError("near=... and within=... go together, and with no other bound")
    if near is not None:
        near, within = finite("near", near), finite("within", within)
        return [lambda v: abs(v - near) <= within], f"within {_bound(within)} of {_bound(near)}"
    if not wanted:
        raise ValueError(
            "a claim needs a bound: above, at_least, below, at_most, near with within, or equals"
        )
    tests = [lambda v, name=name, b=b: BOUNDS[name][0](v, b) for name, b in wanted.items()]
    return tests, ", ".join(BOUNDS[name][1].format(_bound(b)) for name, b in wanted.items())


def _bound(value) -> str:
    """A bound as the author wrote it: 0.9 and not 9.00e-01."""
    if isinstance(value, int) or abs(value) >= 10_000:
        return f"{value:,.0f}"
    return np.format_float_positional(value, trim="-") if abs(value) >= 1e-4 or not value else f"{value:g}"


def _numbers(value) -> list:
    """The measured values as Python numbers, in order."""
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    _refuse_bare(value)
    values = np.asarray(value).ravel()
    if not values.size or values.dtype.kind not in "iuf":
        raise ValueError(f"a claim needs a number, or several, but {value!r} was given")
    return values.tolist()


def _without_noise(value, tests):
    """0 for what rounding alone may have made: 3e-16 tells a reader nothing that 0 doesn't. Not where the
    bound tells the two apart."""
    noise = 0 < abs(value) < NOISE and all(test(0.0) == test(value) for test in tests)
    return 0.0 if noise else value


def _listed(values: list, digits: int) -> str:
    if len(values) > MOST_VALUES:
        low, high = (_rounded(extreme(values), digits) for extreme in (min, max))
        return f"{low}, {len(values):,} values" if low == high else f"{low} to {high}, {len(values):,} values"
    return ", ".join(_rounded(v, digits) for v in values)


def _rounded(value, digits: int) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    if not np.isfinite(value):
        return str(value)
    if abs(value) >= 10**digits:
        return f"{value:,.0f}"
    text = f"{value:.{digits}g}" if value else "0"
    return text if float(text) else "0"
