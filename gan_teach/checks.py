"""Clear errors for bad input: what the argument is called, what was given, what is allowed.

Each check returns the value as Python's own number or text, also where NumPy's was given, so use what it
returns: `steps = positive("steps", steps, whole=True)`.
"""

import math
import numbers
from collections.abc import Iterable

import numpy as np


def _number(name: str, given, wanted: str, whole: bool = False) -> int | float:
    """`given` as an int or a float. Errors: `TypeError` for something that is no number (True is none),
    or not of the kind wanted."""
    kind = numbers.Integral if whole else numbers.Real
    if isinstance(given, (bool, np.bool_)) or not isinstance(given, kind):
        raise TypeError(f"{name} must be {wanted}, but {given!r} was given")
    try:
        value = float(given)
    except OverflowError:  # hundreds of digits
        return math.inf
    return int(given) if isinstance(given, numbers.Integral) else value


def _held(value: float) -> float:
    """The value as single precision holds it: 0 or infinite where it is too small or too large."""
    with np.errstate(over="ignore", under="ignore"):
        return float(np.float32(value))


def positive(name: str, given, whole: bool = False, zero: bool = False, single: bool = False):
    """`given` as a Python number, if it is finite and above zero (or, with `zero`, not below it); else raise.

    `whole` asks for an integer of any type, `single` for a number that is still above zero and finite in
    single precision, in which networks are trained: 1e-50 is 0 there. Errors: `ValueError` for a wrong
    value, `TypeError` for something that is no number.
    """
    wanted = f"a {'whole ' if whole else ''}number {'of zero or more' if zero else 'above zero'}"
    value = _number(name, given, wanted, whole)
    if not math.isfinite(value) or value < 0 or (value == 0 and not zero):
        raise ValueError(f"{name} must be {wanted}, but {given!r} was given")
    if single and value and not 0 < _held(value) < math.inf:
        raise ValueError(
            f"{name} must be {wanted} in single precision too, from 1.4e-45 to 3.4e38, "
            f"but {given!r} was given"
        )
    return value


def finite(name: str, given):
    """`given` as a Python number, if it is finite in single precision too; else raise, as `positive` does."""
    wanted = "a finite number"
    value = _number(name, given, wanted)
    if not math.isfinite(value):
        raise ValueError(f"{name} must be {wanted}, but {given!r} was given")
    if not math.isfinite(_held(value)):
        raise ValueError(
            f"{name} must be {wanted} in single precision too (up to 3.4e38), but {given!r} was given"
        )
    return value


def one_of(name: str, given, allowed: Iterable):
    """The one of `allowed` that equals `given`; else raise a `ValueError` that lists what is allowed."""
    allowed = list(allowed)
    if isinstance(given, (str, numbers.Integral)) and not isinstance(given, bool) and given in allowed:
        return allowed[allowed.index(given)]
    raise ValueError(f"{name} must be one of {', '.join(map(str, allowed))}, but {given!r} was given")
