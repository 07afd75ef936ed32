"""Citizens as batches of factors: all that the town's pictures are drawn from, and so all that is true of
them.

.. code-block:: none

    sample(n, generator)                 each factor uniform and on its own
    ..., role="thief", glasses=1)        fixed, by name or by number
    ..., hair=("red", "blond"))          one of these
    ..., age=(0.2, 0.4))                 from this range
    ..., age=[0.1, 0.9, ...])            each its own: a list or a tensor [n]
    ..., hat=lambda drawn: ...)          a function of the factors drawn

A factor depends on others through a function. It is called when all factors are drawn, its own too, so a town
in which nobody with long hair wears a hat is

.. code-block:: none

    short = lambda drawn: drawn["hair_length"] == 0
    sample(n, generator, hat=lambda drawn: drawn["hat"] * short(drawn))

To fix a factor leaves the draws of the others as they were. Chapters 15, 16, 19 and 22 to 25.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import NamedTuple

import torch
from torch import Tensor

from gan_teach.checks import finite, one_of, positive


class Kinds(NamedTuple):
    """A discrete factor: the names of its values 0, 1, ..."""

    names: tuple[str, ...]

    def __str__(self):
        return f"one of {', '.join(self.names)}, or 0 to {len(self.names) - 1}"


class Range(NamedTuple):
    """A continuous factor: its least and its greatest value."""

    low: float
    high: float

    def __str__(self):
        return f"a number from {self.low:g} to {self.high:g}"


# x and y: the head's centre; size: half of its width. The picture spans -1 to 1, with y down.
FACTORS: dict[str, Kinds | Range] = {
    "role": Kinds(("citizen", "thief", "police")),
    "skin": Kinds(("light", "tan", "dark")),
    "hair": Kinds(("black", "brown", "blond", "red")),
    "hair_length": Kinds(("short", "long")),
    "beard": Kinds(("no", "yes")),
    "glasses": Kinds(("no", "yes")),
    "hat": Kinds(("none", "hat", "beanie")),
    "clothes": Kinds(("blue", "red", "green", "yellow")),
    "background": Kinds(("hills", "houses", "trees")),
    "night": Kinds(("no", "yes")),
    "x": Range(-0.14, 0.14),
    "y": Range(0.0, 0.12),
    "size": Range(0.40, 0.50),
    "age": Range(0.0, 1.0),
    "smile": Range(-1.0, 1.0),
    "turn": Range(-0.5, 0.5),
}
DISCRETE = {name: kind.names for name, kind in FACTORS.items() if isinstance(kind, Kinds)}
CONTINUOUS = {name: tuple(kind) for name, kind in FACTORS.items() if isinstance(kind, Range)}

# The ages at which hair begins to turn grey, can no longer be told by its colour, and is grey.
GREY_FROM, READABLE_UNTIL, GREY_AT = 0.58, 0.6, 0.68
# What a style leaves out of every picture.
LEFT_OUT = {
    "photo": (),
    "painting": (),
    "sketch": ("skin", "hair", "clothes", "background", "night"),
    "emoji": ("skin", "background", "night", "x", "y", "size", "turn"),
    "label_map": ("skin", "hair", "clothes", "background", "night"),
}


@dataclass(frozen=True, repr=False, eq=False)
class Citizens:
    """n citizens: a tensor [n] per factor, whole numbers for the discrete ones and floats for the others.

    `FACTORS` has their names, values and ranges. Errors: `ValueError` for values outside these, for factors
    of different lengths or dtypes, `TypeError` for what is no such tensor.
    """

    role: Tensor
    skin: Tensor
    hair: Tensor
    hair_length: Tensor
    beard: Tensor
    glasses: Tensor
    hat: Tensor
    clothes: Tensor
    background: Tensor
    night: Tensor
    x: Tensor
    y: Tensor
    size: Tensor
    age: Tensor
    smile: Tensor
    turn: Tensor

    def __post_init__(self):
        for name, values in self.factors.items():
            _check(name, values, self.role, self.x)

    @property
    def factors(self) -> dict[str, Tensor]:
        """All factors by name, in the order of `FACTORS`."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __len__(self):
        return len(self.role)

    def __getitem__(self, which) -> "Citizens":
        """Some of the citizens: a slice, indices [k], or a mask [n]."""
        which = slice(which, which + 1 or None) if isinstance(which, int) else which
        return Citizens(**{name: values[which] for name, values in self.factors.items()})

    def but(self, **changes) -> "Citizens":
        """The same citizens with other factors: a value for all of them, or a list or tensor [n].

        Errors: `ValueError` for an unknown factor or value, or another length than [n].
        """
        return replace(
            self, **{name: _given(name, value, self.x, len(self)) for name, value in changes.items()}
        )

    def names(self, factor: str) -> list[str]:
        """The names of a discrete factor's values, one per citizen. Errors: `ValueError`."""
        names = DISCRETE[one_of("factor", factor, DISCRETE)]
        return [names[value] for value in getattr(self, factor).tolist()]

    def __repr__(self):
        return f"<{len(self)} citizens>"


def _check(name: str, values, like_whole: Tensor, like_float: Tensor):
    """Nothing, if the values fit the table and the other factors; else raise."""
    kind, like = FACTORS[name], like_whole if name in DISCRETE else like_float
    wanted = "whole numbers, torch.int64," if name in DISCRETE else "floats"
    fits = isinstance(values, Tensor) and (
        values.dtype == torch.int64 if name in DISCRETE else values.is_floating_point()
    )
    if not fits:
        given = f"a tensor of {values.dtype}" if isinstance(values, Tensor) else repr(values)
        raise TypeError(f"{name} must be a tensor [n] of {wanted} but {given} was given"[:300])
    if values.ndim != 1 or values.shape != like.shape or values.dtype != like.dtype:
        raise ValueError(
            f"{name} must be as long as the other factors, [{len(like_whole)}], and of their dtype, "
            f"but {values.dtype} {list(values.shape)} was given"
        )
    low, high = (0, len(kind.names) - 1) if isinstance(kind, Kinds) else kind
    inside = (values >= low) & (values <= high)
    if not bool(inside.all()):
        raise ValueError(f"{name} must be {kind}, but {values[~inside][0].item()!r} was given")


def _value(name: str, given):
    """One value of a factor as a number, given by name or by number. Errors: `ValueError`, `TypeError`."""
    kind = FACTORS[name]
    if isinstance(kind, Range):
        value = finite(name, given)
        if not kind.low <= value <= kind.high:
            raise ValueError(f"{name} must be {kind}, but {given!r} was given")
        return value
    allowed = (*kind.names, *range(len(kind.names)))
    value = one_of(name, given.item() if isinstance(given, Tensor) and given.ndim == 0 else given, allowed)
    return kind.names.index(value) if isinstance(value, str) else value


def _known(name: str) -> str:
    """The factor's name. Errors: `ValueError` that lists the factors."""
    return one_of("a factor", name, FACTORS)


def _given(name: str, given, like: Tensor, n: int) -> Tensor:
    """A factor as [n], of one value or of n of them. Errors: `ValueError` for another length."""
    _known(name)
    dtype = torch.int64 if name in DISCRETE else like.dtype
    if isinstance(given, Tensor) and given.ndim == 1:
        values = given.to(dtype) if given.dtype == torch.bool else given
    elif isinstance(given, list):
        values = torch.tensor([_value(name, value) for value in given], dtype=dtype, device=like.device)
    else:
        values = torch.full((n,), _value(name, given), dtype=dtype, device=like.device)
    if len(values) != n:
        raise ValueError(
            f"{name} must have one value for each of the {n} citizens, but {len(values)} were given"
        )
    return values


def _drawn(name: str, share: Tensor, within) -> Tensor:
    """A factor from shares [n] that are uniform on [0, 1): over all its values, or those of a tuple."""
    kind = FACTORS[name]
    if isinstance(kind, Kinds):
        values = range(len(kind.names)) if within is None else [_value(name, value) for value in within]
        if not values:
            raise ValueError(f"{name} must have at least one value to choose from, but () was given")
        return torch.tensor(list(values))[(share * len(values)).long()]
    if within is not None and len(within) != 2:
        raise ValueError(f"the range of {name} must be a pair (low, high), but {within!r} was given")
    low, high = kind if within is None else (_value(name, value) for value in within)
    if low > high:
        raise ValueError(f"the range of {name} must be (low, high), but {within!r} was given")
    return (low + (high - low) * share).clamp(low, high)


def sample(n: int, generator: torch.Generator, **fixed) -> Citizens:
    """n citizens at random, their factors fixed, restricted or dependent as the module says.

    Errors: `ValueError` for an unknown factor, a value out of range or a wrong length, `TypeError` without a
    torch.Generator.
    """
    n = positive("n", n, whole=True)
    if not isinstance(generator, torch.Generator):
        raise TypeError(f"generator must be a torch.Generator, but {generator!r} was given")
    for name in fixed:
        _known(name)
    # One row of numbers a citizen, whatever is fixed: the other factors then stay what they were.
    shares = torch.rand(n, len(FACTORS), generator=generator)
    drawn = {}
    for share, name in zip(shares.T, FACTORS):
        asked = fixed.get(name)
        free = asked is None or isinstance(asked, tuple) or callable(asked)
        within = asked if isinstance(asked, tuple) else None
        drawn[name] = _drawn(name, share, within) if free else _given(name, asked, shares, n)
    for name, asked in fixed.items():
        if callable(asked):
            drawn[name] = _dependent(name, asked, drawn, n)
    return Citizens(**drawn)


def _dependent(name: str, rule: Callable[[Mapping], Tensor], drawn: dict[str, Tensor], n: int) -> Tensor:
    """A factor as a function of all that is drawn. Errors: `ValueError` for another shape than [n]."""
    values = torch.as_tensor(rule(dict(drawn)))
    if values.shape != (n,):
        raise ValueError(f"the function for {name} must give [{n}], but gave {list(values.shape)}")
    return values.to(drawn[name].dtype)


def greyness(age: Tensor) -> Tensor:
    """How grey the hair is, 0 to 1, at each age."""
    return ((age - GREY_FROM) / (GREY_AT - GREY_FROM)).clamp(0, 1)


def visible(citizens: Citizens, style: str = "photo") -> dict[str, Tensor]:
    """For each factor, of which citizens a picture in this style shows it: booleans [n].

    Grey hair has lost its colour, and who is with the police wears the uniform and its cap, whatever the
    factors say of clothes and hat. Nobody can be asked to read what isn't drawn, so such factors are counted
    apart. Errors: `ValueError` for an unknown style.
    """
    left_out = LEFT_OUT[one_of("style", style, LEFT_OUT)]
    seen = {name: torch.full_like(citizens.role, name not in left_out, dtype=torch.bool) for name in FACTORS}
    seen["hair"] &= citizens.age < READABLE_UNTIL
    for name in ("hat", "clothes"):
        seen[name] &= citizens.role != DISCRETE["role"].index("police")
    # An emoji has no clothes, but its hat has their colour.
    if style == "emoji":
        seen["clothes"] &= citizens.hat > 0
    return seen
