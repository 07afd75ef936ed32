"""The table of Part V: what each method claims, the paper's number, ours, its control, and the verdict. All
of ours is read from the stored scores in `book/data`. Chapter 22.

A row is added to ROWS; its numbers are functions of the stored scores and nothing else, so that a training
that is made again changes the table.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

from gan_teach.experiments.scored import VERDICTS, Row, as_html, mean_and_error, of, scores, standard_errors

__all__ = ["ROWS", "VERDICTS", "Row", "as_html", "mean_and_error", "of", "scores", "standard_errors", "table"]


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


def _walks(name: str) -> np.ndarray:
    """Path lengths of chapter 19: in w, or in z where the latent is at the bottom."""
    return of("style", name, "z" if name == "bottom" else "w", "path")


def _all_words(name: str) -> np.ndarray:
    """Share of 16 x 16 sketches of chapter 21 that keep all words of a caption."""
    return of("codes", name, "first seen" if name == "words two stages" else "seen", "all")


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
        "the same for edges: agreement above chance; none shared",
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
        "a large batch is ahead after as many steps: good fakes; a small one",
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
        "growing brings no more kinds: how many of 1,000; without it",
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
        (19, "StyleGAN, distance"),
        "style paints better: the reader's distance; latent at the bottom",
        ("FID about 4.4; about 8", "karras2019"),
        ("style", "style", "bottom", "read"),
        "not",
        digits=0,
        more=False,
    ),
    _row(
        (19, "StyleGAN, path"),
        "w is shorter to walk: path length; z at the bottom",
        ("234; 412", "karras2019"),
        ("style", "style", "bottom"),
        "partly",
        ours=_walks,
        digits=0,
        more=False,
    ),
    _row(
        (19, "StyleGAN, mixing"),
        "mixing in training makes mixed orders better: distance; without",
        ("FID 5.11; 8.22", "karras2019"),
        ("style", "style", "style unmixed", "mixed"),
        "reproduced",
        digits=0,
        more=False,
    ),
    _row(
        (20, "feature matching"),
        "a thief helps with 100 names: wrong of 10,000; police alone",
        ("93", "salimans2016"),
        ("labels", "100 labels matching", "100 labels alone", "wrong"),
        "partly",
        digits=0,
        more=False,
    ),
    _row(
        (20, "a bad thief"),
        "fakes in the gaps help more: share wrong; feature matching",
        ("no number of this kind", "dai2017"),
        ("labels", "moons gaps", "moons matching", "wrong"),
        "partly",
        digits=3,
        more=False,
    ),
    _row(
        (20, "AC-GAN"),
        "a prize for names costs the overlap of classes: its share; police who are told",
        ("no number of this kind", "gong2019"),
        ("labels", "line names it", "line is told", "across"),
        "reproduced",
        digits=3,
        more=False,
    ),
    _row(
        (21, "InfoGAN"),
        "the code is a reader of digits: errors; a code that nobody heeds",
        ("0.05", "chen2016"),
        ("codes", "coded digits", "coded digits unheeded", "error"),
        "not",
        more=False,
    ),
    _row(
        (21, "wrong captions"),
        "pairs that don't fit teach to read: sketches with all words; without them",
        ("no number of this kind", "reed2016"),
        ("codes", "words two stages", "words plain"),
        "reproduced",
        ours=_all_words,
    ),
    _row(
        (21, "StackGAN"),
        "two stages beat one: portraits with all words; one stage",
        ("Inception score 3.70; 3.02", "zhang2017"),
        ("codes", "words two stages", "words one stage", "seen", "all"),
        "not",
    ),
    _row(
        (22, "R3GAN, pairs"),
        "pairs help, beside R1 and R2: clouds served, of 25; without pairs",
        ("1,000; 693 kinds", "huang2024"),
        ("today", "pairs, R1 and R2", "no pairs, R1 and R2", "fair"),
        "not",
        digits=1,
    ),
    _row(
        (22, "R3GAN, R2"),
        "R2 beside R1 helps: clouds served, of 25; R1 alone",
        ("1,000 kinds; fails", "huang2024"),
        ("today", "pairs, R1 and R2", "pairs, R1 alone", "fair"),
        "not",
        digits=1,
    ),
    _row(
        (22, "distilling, copy"),
        "police do more for a copy than more copying: good samples; copying alone",
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
        "partly",
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
