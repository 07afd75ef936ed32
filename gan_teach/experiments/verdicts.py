"""The table of Part V: what each method claims, the paper's number, ours, its control, and the verdict. All
of ours is read from the stored scores in `book/data`. Chapter 22.

A row is added to ROWS; its numbers are functions of the stored scores and nothing else, so that a training
that is made again changes the table.
"""

import html
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from gan_teach.checks import one_of
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
    values = np.asarray(values, dtype=float)
    error = values.std(ddof=1) / math.sqrt(len(values)) if len(values) > 1 else math.nan
    return float(values.mean()), float(error)


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


def _tolerant(name: str) -> np.ndarray:
    """Which games of chapter 16 tolerate truncation, by its test: 1 or 0."""
    good, cut = (of("scaling", name, "good", limit) for limit in ("inf", "0.5"))
    return (cut >= good - 0.05).astype(float)


def _sooner(name: str, level: float = 3.0) -> np.ndarray:
    """Seconds until a training of chapter 18 first comes as near as `level` in layout, on a line between its
    marks in the logarithm: [seeds]; infinity where it never does."""
    found = []
    for seed in range(3):
        curve = scores("growing")[f"{name}, seed {seed}"]["curve"]
        at, gone = (np.array([p[key] for p in curve]) for key in ("seconds", "at 8"))
        i = int(np.argmax(gone <= level))
        if gone[i] > level or i == 0:
            found.append(math.inf if gone[i] > level else at[0])
            continue
        share = math.log(gone[i - 1] / level) / math.log(gone[i - 1] / gone[i])
        found.append(at[i - 1] + share * (at[i] - at[i - 1]))
    return np.array(found)


def _row(
    who: tuple[int, str],
    claim: str,
    paper: tuple[str, str],
    where: tuple[str, ...],
    verdict: str,
    ours: Callable[[str], np.ndarray] | None = None,
    **more,
) -> Row:
    """A line whose two numbers are the same measure of two models of one folder. who: chapter and method.
    paper: its number, and its key. where: folder, ours, control, and the way to the value; or ours, what else
    to do with a model's name."""
    (folder, name, control), keys = where[:3], where[3:]
    measure = ours or (lambda name: of(folder, name, *keys))
    return Row(
        *who,
        claim,
        *paper,
        lambda: measure(name),
        lambda: measure(control),
        verdict,
        lambda: of(folder, name, "seconds"),
        **more,
    )


ROWS = [
    _row(
        (15, "pix2pix"),
        "with police nearer to a possible photograph: distance; without",
        ("no number of this kind", "isola2017"),
        ("domains", "pix2pix", "difference alone", "from possible"),
        "reproduced",
        digits=3,
        more=False,
    ),
    _row(
        (15, "CycleGAN"),
        "the way back keeps skin what it is: share right; police alone",
        ("no number of this kind", "zhu2017"),
        ("domains", "night", "night alone", "kept", "skin"),
        "not",
    ),
    _row(
        (15, "CoGAN, negatives"),
        "shared layers tie two worlds: pixels that agree; none shared",
        ("about 0.97", "liu2016"),
        ("domains", "cogan negatives", "cogan G shares none", "agreement"),
        "reproduced",
        digits=3,
    ),
    _row(
        (15, "CoGAN, edges"),
        "the same for edges, above what chance gives; none",
        ("about 0.95", "liu2016"),
        ("domains", "cogan edges", "cogan G shares none", "corrected"),
        "not",
    ),
    _row(
        (16, "BigGAN, orthogonal"),
        "more games tolerate truncation: share; without the price",
        ("0.60; 0.16", "brock2019"),
        ("scaling", "orthogonal 1e-3", "no price"),
        "partly",
        ours=_tolerant,
    ),
    _row(
        (16, "BigGAN, batch"),
        "16 times the batch, as many steps: good fakes; the small one",
        ("8 times: inception score 46 % up", "brock2019"),
        ("scaling", "batch 512", "batch 32", "good", "inf"),
        "partly",
    ),
    _row(
        (17, "SAGAN"),
        "attention sees what patches can't: lanterns matched; residual block",
        ("FID 18.28; 27.33", "zhang2019"),
        ("attending", "lanterns attention", "lanterns residual", "matched"),
        "partly",
    ),
    _row(
        (18, "ProGAN, stacked digits"),
        "growing brings no more kinds, of 1,000; without it",
        ("860; 881", "karras2018"),
        ("growing", "digits growing", "digits deviation", "kinds"),
        "partly",
        digits=0,
    ),
    _row(
        (18, "ProGAN, time"),
        "growing is faster: seconds to layout 3; at once",
        ("5.4 times", "karras2018"),
        ("growing", "town growing", "town at once"),
        "partly",
        ours=_sooner,
        digits=1,
        more=False,
    ),
    _row(
        (22, "R3GAN, pairs"),
        "pairs serve more clouds, of 25, R1 and R2 in both; without pairs",
        ("1,000; 693 kinds", "huang2024"),
        ("today", "pairs, R1 and R2", "no pairs, R1 and R2", "fair"),
        "not",
        digits=1,
    ),
    _row(
        (22, "R3GAN, R2"),
        "R2 beside R1 serves more clouds, of 25; R1 alone",
        ("1,000 kinds; fails", "huang2024"),
        ("today", "pairs, R1 and R2", "pairs, R1 alone", "fair"),
        "not",
        digits=1,
    ),
    _row(
        (22, "distilling, copy"),
        "police make a copy of a good teacher better: good samples; copying alone",
        ("best in one step, no number here", "sauer2023"),
        ("today", "copies, then with police", "copies", "good"),
        "not",
    ),
    _row(
        (22, "distilling, poor teacher"),
        "police lift a student above a poor teacher: W2 from data; copying alone",
        ("FID 1.28, better than its teacher", "yin2024"),
        ("today", "copies the coarse one, then police", "copies the coarse one", "w2"),
        "partly",
        more=False,
    ),
    _row(
        (22, "verdict as a reward"),
        "police who learn along aren't hacked: total variation; frozen ones",
        ("no number of this kind", "gong2026"),
        ("today", "police who learn", "frozen police", "off"),
        "reproduced",
        more=False,
    ),
    _row(
        (22, "SeqGAN"),
        "adversarial reward beats more likelihood: total variation; likelihood",
        ("no number of this kind", "yu2017"),
        ("today", "police who learn", "likelihood goes on", "off"),
        "not",
        more=False,
    ),
]


def table(rows: Sequence[Row] | None = None) -> list[dict[str, str]]:
    """All lines in words, in the order of chapters."""
    return [row.shown() for row in sorted(ROWS if rows is None else rows, key=lambda row: row.chapter)]


def as_html(lines: Sequence[dict[str, str]]) -> str:
    """The lines as a table for a page. Errors: `ValueError` for none."""
    if not lines:
        raise ValueError("a table needs a line at least, but none was given")
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in lines[0])
    rows = ["".join(f"<td>{html.escape(cell)}</td>" for cell in line.values()) for line in lines]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return (
        '<div style="overflow-x: auto"><table class="part-five">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
