"""The instructor's guide: what to ask in each chapter, what students get wrong, times, and paths through the
book.

All of it comes from the chapters: their boxes, their exercises with the tasks of tests/tasks/, and slides.
The paths are those of tools/paths.yml.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import exercises
import handouts
import jinja2
import myst
import nbformat
import package
import stages
import talk
import yaml
from agenda import Prediction, Row, placed, planned, predictions_of
from layout import Slide
from toc import notebooks

PATHS = Path(__file__).parent / "paths.yml"
TEMPLATE = Path(__file__).parent / "deck" / "guide.html.j2"
PRINTING = Path(__file__).parent / "deck" / "print.js"


class GuideError(Exception):
    """A guide that can't be written; the message says what to mend."""


@dataclass
class Box:
    """A box of a chapter, as HTML."""

    title: str
    text: str


@dataclass
class Exercise:
    """What an exercise asks, what the student gives, and the wrong answers that its check knows."""

    label: str
    title: str
    text: str
    asks: dict[str, str]
    wrong: list[tuple[str, str]]


@dataclass
class Chapter:
    """What the guide says of a chapter. minutes: to read; talk: of the talk; whole: of all slides.
    marked: how many slides the talk has. handouts: (place on the sheet, title, what it is for)."""

    number: str
    name: str
    title: str
    question: str
    needs: str
    minutes: int
    predictions: list[Prediction]
    errors: list[Box]
    exercises: list[Exercise]
    summary: str
    talk: int = 0
    whole: int = 0
    slides: int = 0
    marked: int = 0
    plan: list[Row] = field(default_factory=list)
    cut: tuple[str, ...] = ()
    handouts: tuple[tuple[str, str, str], ...] = ()
    seconds: int = 0


def opening(blocks: list[myst.Block]) -> tuple[str, str, int]:
    """The question, what is needed for it, and the minutes, from the first box."""
    box = next(block for block in blocks if "question" in block.classes)
    question, *rest = box.text.split("\n\n")
    needs = re.search(r"You need: (.*?)\. Time: (\d+) minutes", " ".join(rest), re.DOTALL)
    if not needs:
        raise GuideError(f"the box {box.title!r} does not say 'You need: ... Time: ... minutes'")
    return myst.inline(question.strip("* ")), myst.inline(needs[1]), int(needs[2])


def summary_of(blocks: list[myst.Block]) -> str:
    """The list under the heading Summary."""
    titles = [block.text if block.kind == "heading" else "" for block in blocks]
    after = blocks[titles.index("Summary") + 1 :]
    return "".join(myst.html(block.text) for block in after[:1])


def exercise_of(block: myst.Block, parts) -> Exercise:
    """An exercise for the guide."""
    wrong = [(change(w.new), myst.inline(escaped(w.says))) for w in parts.task.wrong]
    asks = {name: myst.inline(escaped(words)) for name, words in parts.task.asks.items()}
    return Exercise(block.label, myst.inline(block.title), myst.html(block.text), asks, wrong)


def change(new: str) -> str:
    """What a wrong answer has instead, in one line."""
    return " ".join(new.split()) or "(left out)"


def escaped(words: str) -> str:
    """Words of a check, in which nothing is meant as Markdown."""
    return re.sub(r"([*_\\|<\[])", r"\\\1", words)


def chapter_of(path: Path) -> Chapter:
    """What a chapter's cells say for the guide."""
    notebook, number = nbformat.read(path, as_version=4), path.stem[:2]
    labels = myst.labels_of(notebook)
    texts = [c.source for c in notebook.cells if c.cell_type == "markdown"]
    blocks = [block for text in texts for block in myst.blocks(myst.in_words(text, labels))]
    question, needs, minutes = opening(blocks)
    parts = exercises.of_chapter(number, notebook)
    return Chapter(
        number,
        path.stem,
        title=next(myst.inline(b.text) for b in blocks if b.kind == "heading" and b.level == 1),
        question=question,
        needs=needs,
        minutes=minutes,
        predictions=predictions_of(notebook, labels),
        errors=[Box(myst.inline(b.title), myst.html(b.text)) for b in blocks if "common-error" in b.classes],
        exercises=[exercise_of(b, parts[b.label]) for b in blocks if b.kind == "exercise"],
        summary=summary_of(blocks),
    )


def with_slides(chapter: Chapter, slides: list[Slide]) -> Chapter:
    """The chapter with its times, the plan of its talk, and the sections that the talk leaves out whole."""
    try:
        placed(chapter.predictions, slides)
    except ValueError:
        raise GuideError(f"{chapter.name}: the slides have other predictions than the chapter") from None
    told = talk.laid_out(slides)
    kept = {slide.title for slide in told}
    chapter.talk, chapter.whole = round(talk.minutes(told)), round(talk.minutes(slides))
    chapter.slides, chapter.marked = len(slides), len(told)
    chapter.plan = planned(told)
    left = dict.fromkeys(slide.title for slide in slides if slide.title not in kept)
    chapter.cut = tuple(title for title in left if title not in ("Exercises", "References"))
    return chapter


def uses(sheet: handouts.Sheet) -> dict[str, str]:
    """What each hand-out is for: the first words of what to look for, or what is to be compared or found."""
    looks = {experiment.number: myst.sentences(experiment.look)[0] for experiment in stages.experiments()}
    found = {card.anchor: myst.inline(myst.in_words(looks[card.number], {})) for card in sheet.cards}
    for made in sheet.compared:
        found[made.anchor] = f"Games to compare: {', '.join(name for name, *_ in made.games)}."
    for made in sheet.faulty:
        found[made.anchor] = f"Errors to find: {', '.join(name for name, *_ in made.errors)}."
    found["key"] = "What each hand-out shows, for the lecturer."
    return found


def paths(file: Path = PATHS) -> list[dict]:
    """The paths through the book; a `GuideError` names a chapter that does not exist."""
    found = yaml.safe_load(file.read_text(encoding="utf-8"))
    known = {path.stem[:2] for path in notebooks()}
    for way in found:
        for lesson in way["lessons"]:
            if set(lesson) != {"title", "chapters", "minutes"}:
                raise GuideError(f"{file.name}: a lesson has title, chapters and minutes, not {lesson}")
            if unknown := set(lesson["chapters"]) - known:
                raise GuideError(
                    f"{file.name}: the path {way['name']!r} names chapter {', '.join(sorted(unknown))}, "
                    f"the book has {min(known)} to {max(known)}"
                )
    return found


def page(chapters: list[Chapter], ways: list[dict]) -> str:
    """The guide as HTML."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    named = {chapter.number: chapter for chapter in chapters}
    return template.render(
        chapters=chapters,
        ways=ways,
        named=named,
        example=chapters[0].name,
        wheel=package.file_name(),
        printing=PRINTING.read_text(encoding="utf-8"),
        minutes=lambda numbers: sum(named[number].minutes for number in numbers),
    )


def build(target: Path, slides: dict[str, list[Slide]], seconds: dict[str, float]) -> int:
    """Write guide.html; slides and seconds of a run by the chapters' names. The number of errors in it."""
    chapters = [with_slides(chapter_of(path), slides[path.stem]) for path in notebooks()]
    sheet = handouts.all_cards(handouts.settings())
    cards, purposes = handouts.by_chapter(sheet), uses(sheet)
    for chapter in chapters:
        chapter.seconds = round(seconds.get(chapter.name, 0))
        own = cards.get(chapter.number, ())
        chapter.handouts = tuple((anchor, title, purposes[anchor]) for anchor, title in own)
    target.mkdir(parents=True, exist_ok=True)
    (target / "guide.html").write_text(page(chapters, paths()), encoding="utf-8")
    return sum(len(chapter.errors) for chapter in chapters)
