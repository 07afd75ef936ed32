"""The stages and the experiments of the book: those of chapters that have run, and of the playground."""

import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import executions
import myst
import nbformat
from toc import ROOT, notebooks

sys.path.insert(0, str(ROOT / "book" / "_ext"))
import stage_text

PLAYGROUND = ROOT / "book" / "playground.md"


class StagesError(Exception):
    """A stage or an experiment that can't be had; the message says what to mend."""


@dataclass(frozen=True)
class Stage:
    """A stage that trains, on a page. number: among those of the page; heading: what it stands under."""

    page: str
    number: int
    heading: str
    html: str
    lesson: dict


@dataclass(frozen=True)
class Experiment:
    """An experiment as the playground has it; look, ask and answer are Markdown."""

    number: int
    name: str
    play: str
    look: str
    ask: str
    answer: str


def ran(path: Path):
    """A chapter's code cells as they ran. Errors: `StagesError`."""
    found = executions.find(path) if path in notebooks() else None
    if not found:
        known = ", ".join(p.stem for p in notebooks())
        lacking = "has not run as it is now: make book" if path in notebooks() else f"is none of {known}"
        raise StagesError(f"{path.name} {lacking}")
    return found


@cache  # asked for by the guide and by the hand-outs; a chapter as it ran is some megabytes
def stages_of(path: Path) -> tuple[Stage, ...]:
    """The stages of a chapter that train."""
    shown, heading, found = iter(ran(path).cells), "", []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            heading = ([b.text for b in myst.blocks(cell.source) if b.kind == "heading"] or [heading])[-1]
        if cell.cell_type == "code":
            for html in stage_text.stages_of(next(shown)):
                if lesson := stage_text.lesson(html):
                    found.append(Stage(f"book/{path.stem}", len(found) + 1, heading, html, lesson))
    return tuple(found)


def experiments(path: Path = PLAYGROUND) -> list[Experiment]:
    """The experiments of the playground, in order."""
    found = []
    for box in of_kind(path, "experiment"):
        title = re.fullmatch(r"(\d+)\. (\S.*)", box.title)
        if not title or int(title[1]) != len(found) + 1:
            raise StagesError(f"{path.name}: {box.title!r} does not begin with {len(found) + 1} and a point")
        if missing := [name for name in ("play", "ask", "answer") if not box.options.get(name)]:
            raise StagesError(f"{path.name}: {box.title!r} has no :{missing[0]}:")
        said = (box.options[name] for name in ("ask", "answer"))
        found.append(Experiment(len(found) + 1, title[2], box.options["play"], box.text, *said))
    return found


def of_kind(path: Path, kind: str) -> list[myst.Block]:
    """The boxes of a kind on a page, also within others; a heading before a box is its label."""
    found, heading = [], ""
    for block in myst.blocks(path.read_text(encoding="utf-8")):
        heading = block.text if block.kind == "heading" else heading
        inner = myst.blocks(block.text) if block.kind == "div" else [block]
        found += [box for box in inner if box.kind == kind]
        for box in inner:
            box.options.setdefault("name", heading)
    return found


def stages_to_play(path: Path = PLAYGROUND) -> list[Stage]:
    """The stages of the playground."""
    found = []
    for box in of_kind(path, "stage-from"):
        chapter = path.parent / f"{box.title}.ipynb"
        try:
            html = stage_text.stages(ran(chapter))[int(box.options.get("number", 1)) - 1]
        except IndexError:
            raise StagesError(f"{path.name}: {box.title} has no stage {box.options['number']}") from None
        if lesson := stage_text.lesson(html):
            found.append(Stage(f"book/{path.stem}", len(found) + 1, box.label, html, lesson))
    return found
