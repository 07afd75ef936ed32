"""A chapter as slides: which block stands on which slide, what is only said, and what fits in 45 minutes.

A cell that is marked as a slide and each heading begin a new one. Shown are headings, the first sentence of
each paragraph, boxes, formulas, code that is taught, pictures and claims; all else is in the speaker notes.
Where a slide would be too full, the next one has the same title.
"""

import math
import re
from dataclasses import dataclass, field

import myst
import talk
from outputs import Item, program, shown_by

ROOM = 570  # pixels below the title of a slide of 1280 x 720
COLUMNS, LINE_HEIGHT = 92, 37
FAMILIES = {"admonition", "prf:definition", "prf:theorem", "prf:proposition", "prf:lemma", "prf:corollary"}
STATED = (FAMILIES - {"admonition"}) | {"prf:algorithm"}
LONG_BOX = 430  # characters of a box that are shown


@dataclass
class Slide:
    """One slide. first: it opens a section, whose number is `section`. notes: what the speaker says. later: a
    talk of 45 minutes leaves this section out before others."""

    title: str
    first: bool = True
    items: list[Item] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    section: int = 0
    later: bool = False

    @property
    def height(self) -> float:
        return sum(item.height for item in self.items)

    @property
    def minutes(self) -> float:
        return talk.minutes(self.items)

    @property
    def in_talk(self) -> bool:
        """Whether something of it is part of the talk."""
        return any(item.in_talk for item in self.items)

    @property
    def talk_minutes(self) -> float:
        return talk.minutes([item for item in self.items if item.in_talk])


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


class Deck:
    """The slides of one chapter, as they grow."""

    def __init__(self, labels: dict[str, str]):
        self.labels, self.slides, self.title, self.waiting = labels, [], "", []

    def open(self, title: str, first: bool = True):
        section = sum(slide.first for slide in self.slides) + first
        self.slides.append(Slide(title, first, section=section))
        self.title = title

    def put(self, item: Item):
        """On this slide if there is room, else on the next, with the sentence that announces it."""
        if not self.slides[-1].items or self.slides[-1].height + item.height <= ROOM:
            self.slides[-1].items.append(item)
            return
        last = self.slides[-1].items[-1]
        takes_along = (
            item.kind in ("picture", "live")
            and last.kind == "text"
            and len(self.slides[-1].items) > 1
            and last.height + item.height <= ROOM
        )
        if takes_along:
            self.slides[-1].items.pop()
        self.open(self.title, first=False)
        self.slides[-1].items += [last, item] if takes_along else [item]

    def say(self, text: str):
        self.slides[-1].notes.append(myst.html(text))

    def text(self, source: str, mark: str, later: bool = False):
        """A markdown cell. later: it begins a section that a talk leaves out first."""
        exercises = []
        for place, block in enumerate(myst.blocks(myst.in_words(source, self.labels))):
            if block.kind == "heading" and block.level <= 2:
                self.open(myst.inline(block.text))
                self.slides[-1].later = later
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
            return self.say(f"*Proof.* {block.text}")
        if block.kind in FAMILIES or block.kind == "prf:algorithm":
            return self.put(boxed(block, fragment, self.say))
        if self.title == "References":
            return self.say(block.text)
        if block.kind == "paragraph":
            first, *rest = myst.sentences(block.text) or [""]
            if rest:
                self.say(block.text)
            return self.put(Item("text", myst.html(first), text_height(first), fragment))
        if block.kind == "list":
            return self.points(block, fragment)
        if block.kind == "code":
            return self.put(program(block.text))
        return self.put(Item("math", myst.html(block.text), blocks_height([block]), fragment))

    def points(self, block: myst.Block, fragment: bool):
        """The points of a list, each with its first sentence; a summary is shown whole, on two slides if need
        be."""
        whole = self.title == "Summary"
        if not whole:
            self.say(block.text)
        points = re.split(r"^(?=[-*] |\d+\. )", block.text, flags=re.MULTILINE)
        kind = "summary" if whole else "list"
        for point in filter(str.strip, points):
            shown = point if whole else (myst.sentences(point) or [""])[0]
            self.put(Item(kind, myst.html(shown), text_height(shown, COLUMNS - 6) - 4, fragment))

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


def boxed(block: myst.Block, fragment: bool, say) -> Item:
    """A box. One that only comments is cut after its first sentences, and said in full."""
    name = next((c for c in ("question", "predict", "common-error") if c in block.classes), "box")
    kind = "stated" if block.kind in STATED else name
    title = block.title if block.kind == "admonition" else myst.name_of(block)
    inner = myst.blocks(block.text)
    if kind not in ("stated", "question") and len(block.text) > LONG_BOX:
        say(f"**{title}** {block.text}")
        paragraphs = [b for b in inner if b.kind == "paragraph"][:1]
        inner = [myst.Block("paragraph", shortened(b.text, LONG_BOX)) for b in paragraphs]
    if kind == "question":
        inner = inner[:1]
    body = "\n".join(myst.html(b.text) for b in inner)
    html = f'<div class="box {kind}"><p class="box-title">{myst.inline(title)}</p>{body}</div>'
    return Item(kind, html, 74 + blocks_height(inner), fragment)


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
        mark, later = marks.get("slide_type", "-"), marks.get("talk") == "later"
        if cell.cell_type == "code":
            cell.outputs = next(executed).outputs
        if mark == "skip":
            continue
        if cell.cell_type == "markdown":
            deck.text(cell.source, mark, later)
        elif deck.slides:
            deck.code(cell, mark)
    deck.slides = [slide for slide in deck.slides if slide.items]
    talk.choose(deck.slides)
    return deck.slides
