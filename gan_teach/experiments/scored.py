"""What the tables of Parts V and VI are computed from, the stored scores in `book/data`; and a line of the
first of them. Chapters 22 and 27."""

import html
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


def written(values: Values, digits: int) -> str:
    """Mean ± standard error in words."""
    mean, error = mean_and_error(values)
    return f"{mean:.{digits}f} ± {error:.{digits}f}"


def standard_errors(above: Values, below: Values) -> float:
    """By how many standard errors the mean of the first lies above that of the second; infinity for unequal
    means without any."""
    (a, of_a), (b, of_b) = mean_and_error(above), mean_and_error(below)
    if math.hypot(of_a, of_b) == 0:
        return 0.0 if a == b else math.copysign(math.inf, a - b)
    return (a - b) / math.hypot(of_a, of_b)


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
        ours, control = self.ours(), self.control()
        return standard_errors(ours, control) if self.more else standard_errors(control, ours)

    def shown(self) -> dict[str, str]:
        """The line in words, by column."""
        return {
            "ch.": str(self.chapter),
            "method": self.method,
            "claim": self.claim,
            "paper": self.paper,
            "ours": written(self.ours(), self.digits),
            "control": written(self.control(), self.digits),
            "verdict": self.verdict,
            "s": f"{np.mean(self.seconds()):.0f}",
        }


def as_html(lines: Sequence[dict[str, str]]) -> str:
    """The lines as a table for a page. Errors: `ValueError` for none."""
    if not lines:
        raise ValueError("a table needs a line at least, but none was given")
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in lines[0])
    rows = ["".join(f"<td>{html.escape(cell)}</td>" for cell in line.values()) for line in lines]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return (
        '<div style="overflow-x: auto"><table class="table results">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
