"""A chapter as slides: which block stands on which slide, what is only said, and what fits in 45 minutes.

A cell that is marked as a slide and each heading begin a new one. Shown are headings, the first sentence of
each paragraph, boxes, formulas, code that is taught, pictures and claims; all else is in the speaker notes.
Where a slide would be too full, the next one has the same title.
"""

import math
import re

import myst
import talk
from layout import Layout, Slide
from outputs import Item, program, shown_by

COLUMNS, LINE_HEIGHT = 92, 37
FAMILIES = {"admonition", "prf:definition", "prf:theorem", "prf:proposition", "prf:lemma", "prf:corollary"}
STATED = (FAMILIES - {"admonition"}) | {"prf:algorithm"}
LONG_BOX = 430  # characters of a box that are shown


def text_height(text: str, columns: int = COLUMNS) -> float:
    """The height of a paragraph: formulas count as half of what they are written with."""
    length = len(re.sub(r"\$[^$]+\$", lambda m: "x" * (len(m[0]) // 2), text))
    return LINE_HEIGHT * max(1, math.ceil(length / columns)) + 14


def blocks_height(found: list[myst.Block]) -> float:
    """The height of the blocks in a box, or of a formula."""
    total = 0.0
    for block in found:
        if block.kind == "math":
            total += 60 + 44 * block.text.count("\\\\")
        elif block.kind == "list":
            total += sum(text_height(line, COLUMNS - 6) - 8 for line in block.text.splitlines())
        else:
            total += text_height(block.text, COLUMNS - 4)
    return total


class Deck(Layout):
    """The slides of one chapter, as they grow. sums_up: the titles of the sections of each point of the
    summary."""

    def __init__(self, labels: dict[str, str]):
        super().__init__()
        self.labels, self.sums_up = labels, ()

    @property
    def title(self) -> str:
        return self.slides[-1].title

    def say(self, text: str):
        """To what stands last on the slide."""
        if self.slides[-1].items:
            self.slides[-1].items[-1].notes.append(myst.html(text))

    def text(self, source: str, mark: str, later: bool = False):
        """A markdown cell. later: it begins a section that a talk leaves out first."""
        exercises = []
        for place, block in enumerate(myst.blocks(myst.in_words(source, self.labels))):
            if block.kind == "heading" and block.level <= 2:
                self.open(myst.inline(block.text), later=later)
            elif place == 0 and mark == "slide" and self.slides:
                self.open(self.title, first=False)
            if block.kind == "exercise":
                exercises.append(block)
            elif block.kind not in ("solution", "heading"):
                self.block(block, mark == "fragment")
            elif block.kind == "heading" and block.level > 2:
                self.put(Item("text", f"<h3>{myst.inline(block.text)}</h3>", 50))
        if exercises:
            self.exercises(exercises)

    def block(self, block: myst.Block, fragment: bool):
        if block.kind == "prf:proof":
            self.say(f"*Proof.* {block.text}")
        elif block.kind in FAMILIES or block.kind == "prf:algorithm":
            self.put(boxed(block, fragment))
        elif self.title == "References":
            return
        elif block.kind == "paragraph":
            first, *rest = myst.sentences(block.text) or [""]
            self.put(Item("text", myst.html(first), text_height(first), fragment))
            if rest:
                self.say(block.text)
        elif block.kind == "list":
            self.points(block, fragment)
        elif block.kind == "code":
            self.put(program(block.text))
        elif block.kind == "table":
            self.put(Item("table", myst.html(block.text), 40 * (block.text.count("\n") + 1), fragment))
        else:
            self.put(Item("math", myst.html(block.text), blocks_height([block]), fragment))

    def points(self, block: myst.Block, fragment: bool):
        """The points of a list, each with its first sentence; those of a summary whole."""
        kind = "summary" if self.title == "Summary" else "list"
        for number, point in enumerate(myst.points(block.text)):
            shown = point if kind == "summary" else (myst.sentences(point) or [""])[0]
            of = tuple(self.sums_up[number]) if kind == "summary" and self.sums_up else ()
            self.put(Item(kind, myst.html(shown), text_height(shown, COLUMNS - 6) - 4, fragment, of=of))
            if shown != point:
                self.say(point)

    def exercises(self, found: list[myst.Block]):
        """Their titles; what they ask is in the notes."""
        items = "".join(f"<li>{myst.inline(block.title)}</li>" for block in found)
        self.put(Item("exercises", f"<ol>{items}</ol>", 50 * len(found)))
        for block in found:
            self.say(f"**{block.title}.** {block.text}")

    def code(self, cell, mark: str):
        """A code cell that has run."""
        tags = cell.metadata.get("tags", [])
        if "setup" in tags:
            return
        if "method" in tags:
            self.put(program(cell.source))
        for item in shown_by(cell, "check" in tags):
            item.fragment = mark == "fragment"
            self.put(item)


def boxed(block: myst.Block, fragment: bool) -> Item:
    """A box. One that only comments is cut after its first sentences, and said in full."""
    name = next((c for c in ("question", "predict", "common-error") if c in block.classes), "box")
    kind = "stated" if block.kind in STATED else name
    title = block.title if block.kind == "admonition" else myst.name_of(block)
    inner, notes = myst.blocks(block.text), []
    if kind not in ("stated", "question") and len(block.text) > LONG_BOX:
        notes = [myst.html(f"**{title}** {block.text}")]
        paragraphs = [b for b in inner if b.kind == "paragraph"][:1]
        inner = [myst.Block("paragraph", shortened(b.text, LONG_BOX)) for b in paragraphs]
    if kind == "question":
        inner = inner[:1]
    body = "\n".join(myst.html(b.text) for b in inner)
    html = f'<div class="box {kind}"><p class="box-title">{myst.inline(title)}</p>{body}</div>'
    return Item(kind, html, 74 + blocks_height(inner), fragment, notes=notes)


def shortened(text: str, most: int) -> str:
    """The first sentences of a text, at least one."""
    kept = ""
    for sentence in myst.sentences(text):
        if kept and len(kept) + len(sentence) > most:
            break
        kept += " " * bool(kept) + sentence
    return kept


def slides_of(notebook, ran) -> list[Slide]:
    """The slides of a chapter. ran: its code cells with what they gave."""
    deck = Deck(myst.labels_of(notebook))
    executed = iter(cell for cell in ran.cells if cell.cell_type == "code")
    for cell in notebook.cells:
        marks = cell.metadata.get("slideshow", {})
        mark = marks.get("slide_type", "-")
        if cell.cell_type == "code":
            cell.outputs = next(executed).outputs
        if mark == "skip":
            continue
        if cell.cell_type == "markdown":
            deck.sums_up = [map(myst.inline, titles) for titles in marks.get("sums_up", ())]
            deck.text(cell.source, mark, marks.get("talk") == "later")
        elif deck.slides:
            deck.code(cell, mark)
    deck.slides = [slide for slide in deck.slides if slide.items]
    talk.choose(deck.slides)
    return deck.slides
