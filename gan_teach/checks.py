"""Clear errors for bad input: what the argument is called, what was given, what is allowed."""

import math
from collections.abc import Iterable


def positive(name: str, given, whole: bool = False, zero: bool = False):
    """Return `given` if it is a finite number above zero (or, with `zero`, not below it); else raise.

    `whole` asks for an integer. Errors: `ValueError` for a wrong value, `TypeError` for something that is no
    number.
    """
    wanted = f"a {'whole ' if whole else ''}number {'of zero or more' if zero else 'above zero'}"
    if isinstance(given, bool) or not isinstance(given, int if whole else (int, float)):
        raise TypeError(f"{name} must be {wanted}, but {given!r} was given")
    if not math.isfinite(given) or given < 0 or (given == 0 and not zero):
        raise ValueError(f"{name} must be {wanted}, but {given!r} was given")
    return given


def one_of(name: str, given, allowed: Iterable[str]):
    """Return `given` if it is among `allowed`; else raise a `ValueError` that lists what is allowed."""
    allowed = list(allowed)
    if given not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(map(str, allowed))}, but {given!r} was given")
    return given
