"""Slides, and how items are laid out on them: what fits, what belongs together, what a click brings."""

import re
from dataclasses import dataclass, field

from outputs import Item

ROOM = 570  # pixels below the title of a slide of 1280 x 720
WHOLE = 1.2  # a summary stands on one slide, written smaller if need be
TURN = 0.4  # minutes for a slide, beside what stands on it
MINUTES = {
    "text": 0.3,
    "question": 1.0,
    "predict": 1.5,
    "common-error": 1.5,
    "stated": 1.5,
    "math": 0.7,
    "code": 1.5,
    "picture": 1.5,
    "live": 3.0,
    "claims": 0.7,
    "table": 1.0,
    "box": 0.7,
    "list": 0.2,
    "summary": 0.3,
    "exercises": 1.0,
}
OUTCOME = "What comes of it:"
WORDS = re.compile(r"(?:<[^>]+>|\s)+")
SEEN = {"live", "picture"}  # one on a slide: it grows into the room that is left
READ = {"claims", "table"}
ASKS = {"question", "predict"}  # what is asked stands above no picture that answers it


@dataclass
class Slide:
    """One slide. first: it opens a section, whose number is `section`. later, of the first one: a talk of 45
    minutes leaves this section out before others."""

    title: str
    first: bool = True
    items: list[Item] = field(default_factory=list)
    section: int = 0
    later: bool = False

    @property
    def height(self) -> float:
        return sum(item.height for item in self.items)

    @property
    def minutes(self) -> float:
        return TURN + sum(MINUTES.get(item.kind, 0) for item in self.items)

    @property
    def notes(self) -> list[str]:
        """What the speaker says of what stands on it, nothing twice."""
        found = [note for item in self.items for note in item.notes]
        said = [WORDS.sub(" ", note) for note in found]
        begins = [text.removeprefix(f" {OUTCOME} ")[:60] for text in said]
        kept = []
        for place, (note, begin) in enumerate(zip(found, begins)):
            others = (text for at, text in enumerate(said) if at < place or len(text) > len(said[place]))
            if not any(begin in text for text in others):
                kept.append(note)
        return kept

    @property
    def in_talk(self) -> bool:
        """Whether something of it is part of the talk."""
        return any(item.in_talk for item in self.items)

    @property
    def clicks(self) -> list[bool]:
        """For each item, whether a click brings it: what follows a prediction, a picture or a stage does."""
        kinds = [item.kind for item in self.items]
        return [
            place > 0 and (item.fragment or not (SEEN | {"predict"}).isdisjoint(kinds[:place]))
            for place, item in enumerate(self.items)
        ]


class Layout:
    """Slides as they grow."""

    def __init__(self):
        self.slides = []

    def open(self, title: str, first: bool = True, later: bool = False):
        """Begin a slide, with first a section."""
        section = self.slides[-1].section + first if self.slides else 1
        self.slides.append(Slide(title, first, section=section, later=later))

    def put(self, item: Item):
        """On this slide if there is room, else on the next with the same title, with the sentence that
        announces it."""
        last = self.slides[-1]
        if not last.items or fits(last, item):
            last.items.append(item)
            return
        along = last.items[-1:] if announced(last, item) else []
        last.items = last.items[: len(last.items) - len(along)]
        self.open(last.title, first=False)
        self.slides[-1].items += [*along, item]


def fits(slide: Slide, item: Item) -> bool:
    """Whether an item can stand below those of a slide."""
    apart = SEEN | ASKS if item.kind in SEEN | ASKS else set()
    room = ROOM * (WHOLE if item.kind == "summary" else 1)
    return slide.height + item.height <= room and apart.isdisjoint(other.kind for other in slide.items)


def announced(slide: Slide, item: Item) -> bool:
    """Whether the last sentence of a slide goes along with what is seen or asked next; not what is said of
    a picture or of measured values."""
    kinds = [other.kind for other in slide.items]
    leads = len(kinds) > 1 and kinds[-1] == "text" and kinds[-2] not in READ | SEEN
    return leads and item.kind in SEEN | ASKS and slide.items[-1].height + item.height <= ROOM
