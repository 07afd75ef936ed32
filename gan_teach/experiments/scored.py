"""A line of the table of Part V, and what it is computed from: stored scores in `book/data`. Chapter 22."""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from gan_teach.checks import one_of
from gan_teach.exact import theory
from gan_teach.files import book_data

VERDICTS = ("reproduced", "partly", "not")
Values = Sequence[float]


@cache
def scores(folder: str) -> dict:
    """The stored scores of a folder of `book/data`. Errors: `FileNotFoundError` for one without."""
    return json.loads(book_data(f"{folder}/scores.json").read_text(encoding="utf-8"))


def of(folder: str, name: str, *keys: str) -> np.ndarray:
    """One value for each training of the model of that name, in the order of its seeds: [seeds], or [games]
    where a training is a block of games. keys: the way to the value in a row.

    Errors: `ValueError` for a model without stored scores, `KeyError` for a way that leads nowhere.
    """
    there = sorted({key.rsplit(", seed ", 1)[0] for key in scores(folder)})
    one_of("name", name, there)
    rows = [row for key, row in scores(folder).items() if key.rsplit(", seed ", 1)[0] == name]
    for key in keys:
        rows = [row[key] for row in rows]
    return np.concatenate([np.atleast_1d(np.asarray(value, dtype=float)) for value in rows])


def mean_and_error(values: Values) -> tuple[float, float]:
    """Mean and standard error; the error of a single value is not a number."""
    return theory.mean_and_error(values) if len(values) > 1 else (float(values[0]), math.nan)


@dataclass(frozen=True)
class Row:
    """A line of the table. paper: its number in words, with `cite`, a key of the bibliography. ours, control:
    give the values over seeds (or games). digits: behind the point. more: whether the claim is that ours is
    above the control. seconds: of processor time, one training."""

    chapter: int
    method: str
    claim: str
    paper: str
    cite: str
    ours: Callable[[], Values]
    control: Callable[[], Values]
    verdict: str
    seconds: Callable[[], Values]
    digits: int = 2
    more: bool = True

    def __post_init__(self):
        one_of("verdict", self.verdict, VERDICTS)

    def apart(self) -> float:
        """By how many standard errors ours lies on the claimed side of the control; negative on the other."""
        (a, of_a), (b, of_b) = mean_and_error(self.ours()), mean_and_error(self.control())
        away = (a - b) * (1 if self.more else -1)
        return away / math.hypot(of_a, of_b) if math.hypot(of_a, of_b) > 0 else math.copysign(math.inf, away)

    def shown(self) -> dict[str, str]:
        """The line in words, by column."""
        (a, of_a), (b, of_b) = mean_and_error(self.ours()), mean_and_error(self.control())
        n = self.digits
        return {
            "ch.": str(self.chapter),
            "method": self.method,
            "claim": self.claim,
            "paper": self.paper,
            "ours": f"{a:.{n}f} ± {of_a:.{n}f}",
            "control": f"{b:.{n}f} ± {of_b:.{n}f}",
            "verdict": self.verdict,
            "s": f"{np.mean(self.seconds()):.0f}",
        }
