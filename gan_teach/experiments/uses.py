"""The table of Part VI: each use of a GAN, how far from perfect it is with the game, and how far without. All
of it is read from the stored scores in `book/data`. Chapter 27.

A line is added to USES; its numbers are functions of the stored scores, so that a training that is made again
changes the table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from gan_teach.experiments.scored import Values, mean_and_error, of, standard_errors, written

WORDS = ("nearer", "no difference seen", "farther", "not compared")


@dataclass(frozen=True)
class Use:
    """One use, and one measure of it. best: the value of a perfect answer. ours, control: give the values
    over seeds, with the game and of what stands beside it. open: whether many answers are right, and the
    measure asks for their variety or their looks; else one is right. easier: what stands beside it was told
    more, or had the easier task, so the two can't be compared. digits: behind the point."""

    chapter: int
    use: str
    measure: str
    best: float
    ours: Callable[[], Values]
    beside: str
    control: Callable[[], Values]
    open: bool = False
    easier: bool = False
    digits: int = 2

    def errors(self) -> tuple[np.ndarray, np.ndarray]:
        """How far from `best` each training lies, with the game and without: two arrays [seeds]."""
        ours, control = (np.abs(np.asarray(values()) - self.best) for values in (self.ours, self.control))
        return ours, control

    def apart(self) -> float:
        """By how many standard errors the game lies nearer to the best; negative where it lies farther."""
        ours, control = self.errors()
        return standard_errors(control, ours)

    def times(self) -> tuple[float, float]:
        """How many times nearer to the best the game lies; and the standard error of that number's logarithm,
        to first order. Errors: `ValueError` where one of the two is perfect."""
        (a, of_a), (b, of_b) = map(mean_and_error, self.errors())
        if not a or not b:
            raise ValueError(f"{self.use}: no ratio, since one of {a:.3g} and {b:.3g} from the best is 0")
        return b / a, float(np.hypot(of_a / a, of_b / b))

    def word(self) -> str:
        """What the game did, one of WORDS: a difference counts from two standard errors on."""
        if self.easier:
            return WORDS[3]
        return WORDS[1] if abs(self.apart()) < 2 else WORDS[0] if self.apart() > 0 else WORDS[2]

    def shown(self) -> dict[str, str]:
        """The line in words, by column."""
        return {
            "ch.": str(self.chapter),
            "use: what is measured": f"{self.use}: {self.measure}",
            "beside the game": self.beside,
            "best": f"{self.best:.{self.digits}f}",
            "its value": written(self.control(), self.digits),
            "the game's": written(self.ours(), self.digits),
            "the game is": self.word(),
        }


def _line(
    who: tuple[int, str],
    measure: str,
    best: float,
    where: tuple[str, ...],
    beside: tuple[str, str],
    **more,
) -> Use:
    """A line whose two values are the same measure of two models of one folder. who: chapter and use. where:
    folder, model, and the way to the value. beside: in words, and the other model's name."""
    folder, name, *keys = where
    ours, control = (partial(of, folder, model, *keys) for model in (name, beside[1]))
    return Use(*who, measure, best, ours, beside[0], control, **more)


def _unseen() -> np.ndarray:
    """Emojis with a pair that nobody has shown, over what independent parts would have: the mean over the
    two pairs of chapter 23, [seeds]. The 64 kinds: hair [4], its length, beard, glasses, hat [2 each]."""
    shares = of("making", "emojis gaps", "counts").reshape(-1, 4, 2, 2, 2, 2)
    shares = shares / shares.sum((1, 2, 3, 4, 5), keepdims=True)

    def of_all(red=slice(None), long=slice(None), glasses=slice(None), hat=slice(None)):
        return shares[:, red, long, :, glasses, hat].reshape(len(shares), -1).sum(1)

    return (
        of_all(red=3, glasses=1) / of_all(red=3) / of_all(glasses=1)
        + of_all(long=1, hat=1) / of_all(long=1) / of_all(hat=1)
    ) / 2


def _commonest_roof(name: str) -> np.ndarray:
    """The share of the commonest of three roofs, in views from above, [seeds]."""
    return of("redrawn", name, "roof shares").reshape(-1, 3).max(1)


_VIEW, _LAYOUT = (24, "map to view"), (24, "layout to portrait")
_LARGER, _SOLID = (25, "larger pictures"), (26, "solids")
_ERROR = "the difference alone"

USES = [
    Use(
        23,
        "data sets",
        "right, with 100 citizens",
        1,
        partial(of, "making", "made of 100", "right", "made"),
        "the 100 themselves",
        partial(of, "making", "made of 100", "right", "real"),
    ),
    Use(
        23,
        "faces",
        "nearer to a known one than to an unknown",
        0.5,
        partial(of, "making", "made of 1000", "nearer", "made"),
        "fresh portraits",
        partial(of, "making", "made of 1000", "nearer", "fresh"),
        open=True,
    ),
    Use(
        23,
        "characters",
        "pairs nobody has shown, over chance",
        1,
        _unseen,
        "a copier",
        lambda: [0.0, 0.0, 0.0],
        open=True,
    ),
    _line(
        (15, "sketch to photograph"),
        "distance to the nearest possible one",
        0,
        ("domains", "pix2pix", "from possible"),
        (_ERROR, "difference alone"),
        open=True,
        digits=3,
    ),
    _line(
        _VIEW,
        "told pixels that are right",
        1,
        ("redrawn", "aerial", "redrawn"),
        (_ERROR, "aerial alone"),
        digits=3,
    ),
    Use(
        *_VIEW,
        "share of the commonest roof",
        1 / 3,
        partial(_commonest_roof, "aerial"),
        _ERROR,
        partial(_commonest_roof, "aerial alone"),
        open=True,
    ),
    _line(
        (21, "words to portrait"),
        "all words kept",
        1,
        ("codes", "words two stages", "seen", "all"),
        ("a game of one stage", "words one stage"),
    ),
    _line(
        _LAYOUT,
        "place of the head, off by",
        0,
        ("redrawn", "layout", "laid", "x"),
        (_ERROR, "layout alone"),
        digits=3,
    ),
    _line(
        _LAYOUT,
        "share of the commonest coat",
        0.25,
        ("redrawn", "layout", "commonest", "clothes"),
        (_ERROR, "layout alone"),
        open=True,
    ),
    _line(
        (24, "new pose"),
        "hands, off by pixels",
        0,
        ("redrawn", "pose", "hands"),
        (_ERROR, "pose alone"),
    ),
    _line(
        (24, "photograph to emoji"),
        "hair kept",
        1,
        ("redrawn", "emoji", "kept", "hair"),
        ("shown pairs", "emoji pairs"),
        easier=True,
    ),
    _line(
        _LARGER,
        "mean square error",
        0,
        ("repairing", "super police", "error"),
        (_ERROR, "super error"),
        digits=4,
    ),
    _line(
        _LARGER,
        "distance to the nearest possible one",
        0,
        ("repairing", "super police", "away"),
        (_ERROR, "super error"),
        open=True,
        digits=4,
    ),
    _line(
        (25, "holes"),
        "entropy of 24 answers' hats",
        1.0556,
        ("repairing", "hole seeking", "entropy"),
        ("police alone", "hole police"),
        open=True,
    ),
    _line(
        (25, "editing"),
        "glasses given, all else kept",
        1,
        ("repairing", "change police", "glasses", "all"),
        ("shown pairs", "change pairs"),
        easier=True,
    ),
    _line(
        (25, "ageing"),
        "made old, all else kept",
        1,
        ("repairing", "change police", "age", "all"),
        ("shown pairs", "change pairs"),
        easier=True,
    ),
    _line(
        _SOLID,
        "cells that overlap",
        1,
        ("beyond", "solids watched", "overlap"),
        (_ERROR, "solids alone"),
    ),
    _line(
        _SOLID,
        "hidden places neither empty nor full",
        0,
        ("beyond", "solids watched", "undecided"),
        (_ERROR, "solids alone"),
        open=True,
    ),
    _line(
        (26, "movement"),
        "steps, uneven by",
        0,
        ("beyond", "dances whole", "uneven"),
        ("police of single frames", "dances by frame"),
        open=True,
    ),
    _line(
        (26, "sound"),
        "energy beside the harmonics",
        0,
        ("beyond", "bells any phase", "beside"),
        ("all struck alike", "bells alike"),
        easier=True,
    ),
    _line(
        (27, "scans"),
        "small spots, AUC",
        1,
        ("trust", "scans gan", "peak", "0.2 0.08"),
        ("an autoencoder", "scans autoencoder"),
    ),
]
