"""For the guide: the plan of a chapter's talk, its predictions with what came of them, and on which slides
both stand.

Slides are numbered as they are shown: among those of the talk, and among all.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import myst
import talk
from layout import OUTCOME, READ, SEEN, Slide

KINDS = {
    "question": "the question",
    "predict": "prediction",
    "live": "stage",
    "picture": "picture",
    "stated": "statement",
    "common-error": "common error",
    "code": "program",
    "claims": "measured values",
    "table": "table",
    "math": "formula",
    "exercises": "exercises",
    "summary": "summary",
}
OUTCOMES = (SEEN | READ, {"stated"})
WORDS = ("paragraph", "list")
ANSWER, LEAST = 300, 40  # characters of an answer; a shorter paragraph says no more than where to look


@dataclass
class Prediction:
    """What is asked, what came of it (as HTML, "" where the chapter has no words for it), and the slides:
    that of the question and that of the outcome, in the talk and among all; 0 where there is none."""

    text: str
    answer: str
    talk: int = 0
    talk_outcome: int = 0
    place: int = 0
    outcome: int = 0


@dataclass
class Row:
    """A section in the plan of a talk. begins: its first minute; slides: such as 4-6; what: what is there."""

    begins: int
    slides: str
    title: str
    what: str


def predictions_of(notebook, labels: dict[str, str]) -> list[Prediction]:
    """The predictions of a chapter, in order, without their slides."""
    steps = []  # blocks of the text, and the tags of the cells between them
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            steps += myst.blocks(myst.in_words(cell.source, labels))
        else:
            steps.append(set(cell.metadata.get("tags", [])))
    asked = [place for place, step in enumerate(steps) if is_kind(step, "predict")]
    return [Prediction(myst.html(steps[place].text), answer(steps[place + 1 :])) for place in asked]


def is_kind(step, name: str) -> bool:
    """Whether a step is a box with this class."""
    return isinstance(step, myst.Block) and name in step.classes


def ends(step) -> bool:
    """Whether what follows belongs to another question."""
    return is_kind(step, "predict") or (isinstance(step, myst.Block) and step.kind == "heading")


def answer(after: list) -> str:
    """The words for what came of a prediction, from what follows it: a statement right behind the picture,
    else what stands behind the check, else a statement at once, else what stands behind the picture."""
    after = after[: next((place for place, step in enumerate(after) if ends(step)), len(after))]
    check, figure = (
        next((place for place, step in enumerate(after) if isinstance(step, set) and tag in step), len(after))
        for tag in ("check", "figure")
    )
    behind, between = said(after[check:]), said(after[figure:check])
    behind = [b for b in behind if not myst.sentences(spoken(b))[0].endswith("?")][:1] or behind[:1]
    stated = [place for place, step in enumerate(after) if is_stated(step)]
    first = [after[place] for place in stated if place == figure + 1 < check]
    words = [block for block in behind if block.kind in WORDS]
    at_once = [after[place] for place in stated if place == 0]
    found = first or words or at_once or behind or between[:2] or [after[place] for place in stated[:1]]
    return "".join(map(shown, found))


def is_stated(step) -> bool:
    """Whether a step is a theorem, a proposition or the like."""
    return isinstance(step, myst.Block) and step.kind.startswith("prf:") and step.kind != "prf:proof"


def said(steps: list) -> list[myst.Block]:
    """The paragraphs, lists and common errors among these steps that say something of what is seen."""
    blocks = [step for step in steps if isinstance(step, myst.Block)]
    return [b for b in blocks if "common-error" in b.classes or (b.kind in WORDS and len(spoken(b)) > LEAST)]


def spoken(block: myst.Block) -> str:
    """The first sentences of a block, without remarks in brackets and what only announces a list."""
    first = next((b.text for b in myst.blocks(block.text) if b.kind in WORDS), "")
    sentences = [s for s in myst.sentences(first) if not (s.startswith("(") and s.endswith(")"))]
    kept = sentences[:1]
    for sentence in sentences[1:]:
        if len(" ".join([*kept, sentence])) > ANSWER or sentence.endswith(":"):
            break
        kept.append(sentence)
    return " ".join(kept)


def shown(block: myst.Block) -> str:
    """What a block says, as HTML: its first sentences; a list and a statement whole."""
    if is_stated(block):
        return myst.html(f"**{block.title}.**\n\n{block.text}")
    return myst.html(block.text if block.kind == "list" else spoken(block))


def prompt(slides: list[Slide], predictions: list[Prediction]) -> None:
    """Tell the speaker what comes of each prediction. Errors: `ValueError` where the slides have others."""
    asked = [item for slide in slides for item in slide.items if item.kind == "predict"]
    for item, prediction in zip(asked, predictions, strict=True):
        if prediction.answer:
            item.notes.append(f"<p><em>{OUTCOME}</em></p>\n{prediction.answer}")


def placed(predictions: list[Prediction], slides: list[Slide]) -> None:
    """Note on which slides the predictions and their outcomes stand. Errors: `ValueError` where the slides
    have others."""
    items = [(place, item) for place, slide in enumerate(slides, 1) for item in slide.items]
    told = enumerate(talk.laid_out(slides), 1)
    number = {id(item): place for place, slide in told for item in slide.items}
    asked = [at for at, (_, item) in enumerate(items) if item.kind == "predict"]
    for prediction, (at, end) in zip(predictions, pairwise([*asked, len(items)]), strict=True):
        place, item = items[at]
        seen = [found for kinds in OUTCOMES for found in items[at + 1 : end] if found[1].kind in kinds]
        prediction.place, prediction.talk = place, number.get(id(item), 0)
        prediction.outcome = next((place for place, _ in seen), 0)
        prediction.talk_outcome = next((number[id(item)] for _, item in seen if id(item) in number), 0)


def planned(told: list[Slide]) -> list[Row]:
    """What a talk with these slides does when: one row for slides that follow one another under the same
    title."""
    rows, minutes, begin = [], 0.0, 0
    for end in range(1, len(told) + 1):
        if end < len(told) and told[end].title == told[begin].title:
            continue
        section = told[begin:end]
        numbers = f"{begin + 1}" if end == begin + 1 else f"{begin + 1}\N{EN DASH}{end}"
        rows.append(Row(round(minutes), numbers, section[0].title, contents(section)))
        minutes, begin = minutes + talk.minutes(section), end
    return rows


def contents(slides: list[Slide]) -> str:
    """What slides show: `prediction, stage, 2 pictures`."""
    counted = Counter(item.kind for slide in slides for item in slide.items if item.kind in KINDS)
    words = []
    for kind, count in counted.items():
        once = count == 1 or KINDS[kind].endswith("s") or kind in ("question", "summary")
        words.append(KINDS[kind] if once else f"{count} {KINDS[kind]}s")
    return ", ".join(words) or "text"
