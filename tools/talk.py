"""Which parts of a chapter's slides make a talk of 45 minutes, and the slides of that talk.

A talk tells some sections and leaves out others whole. A prediction is asked only where its answer is shown:
both stand in one unit, with the sentences between them. So do measured values with what is said of them.
Programs come last, if minutes are left. What is told is laid out anew.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, takewhile

from layout import READ, SEEN, Layout, Slide
from outputs import Item

TALK = 42  # minutes; the rest is for what students ask
ALWAYS = {"question", "summary"}
LEADS = {"text", "math", "list"}
# What comes after the units, in the sections that are told, as far as there is time.
REST = ({"math", "text", "list", "box"}, READ, {"code"})


@dataclass
class Section:
    """A section's items, and its units: the first is what the section is told for. later: it is left out
    before others; opens: it is told in any case."""

    items: list[Item]
    later: bool = False
    opens: bool = False

    @cached_property
    def units(self) -> list[list[Item]]:
        return units_of(self.items)

    @property
    def core(self) -> list[Item]:
        """What tells the section: its first sentence, and its first unit or, without one, what it states or
        lists. Nothing where it has none of these."""
        found = self.units[0] if self.units else [item for item in self.items if item.kind == "stated"][:1]
        found = found or [item for item in self.items if item.kind in ("list", "table")]
        return self.items[: found[0] is not self.items[0]] + found if found else []

    def errors(self) -> list[list[Item]]:
        return [[item] for item in self.items if item.kind == "common-error"]

    def more(self) -> list[list[Item]]:
        """The units but for the core, which a section that opens does not have."""
        return self.units[not self.opens :]

    def statements(self) -> list[list[Item]]:
        return [[item] for item in self.items if item.kind == "stated"]

    def measured(self) -> list[list[Item]]:
        """Measured values, with the sentences before and after them."""
        found = []
        for seen, group in groupby(enumerate(self.items), key=lambda pair: pair[1].kind in READ):
            places = [place for place, _ in group]
            if seen:
                near = [i for i in (places[0] - 1, places[-1] + 1) if 0 <= i < len(self.items)]
                said = [i for i in near if self.items[i].kind in LEADS]
                found.append([self.items[i] for i in sorted(places + said)])
        return found

    def rest(self, kinds: set[str]) -> list[list[Item]]:
        """Items of these kinds, the points of a list together, but for questions, and for what is said of
        measured values that are not told."""
        found = []
        for place, item in enumerate(self.items):
            alone = judges(self.items, place) and not self.items[place - 1].in_talk
            if item.kind not in kinds or alone or asks(item):
                continue
            if found and item.kind == "list" and self.items[place - 1] is found[-1][-1]:
                found[-1].append(item)
            else:
                found.append([item])
        return found

    @property
    def rank(self) -> int:
        """Small where the section is wanted most."""
        kinds = {item.kind for item in self.core}
        wanted = ("live", "predict", "picture", "stated", "list", "table")
        return next(n for n, kind in enumerate(wanted) if kind in kinds)


def units_of(items: list[Item]) -> list[list[Item]]:
    """The predictions of a section with all up to their answers and the next sentence; and pictures and
    stages besides, with the sentence before. A prediction without an answer makes no unit."""
    found, taken = [], 0
    starts = [place for place, item in enumerate(items) if item.kind in SEEN | {"predict"}]
    for start in starts:
        if start < taken:
            continue
        end = start if items[start].kind in SEEN else answer(items, start)
        if end is None:
            continue
        first = start
        while first > taken and items[first - 1].kind in LEADS and not judges(items, first - 1):
            first -= 1
        moral = next((i for i in range(end + 1, len(items)) if items[i].kind not in READ), len(items))
        last = moral if moral < len(items) and items[moral].kind == "text" and not asks(items[moral]) else end
        between = items[first : last + 1]
        found.append([i for i in between if i.kind in LEADS | SEEN | {"predict"} or i is items[end]])
        taken = last + 1
    return found


def asks(item: Item) -> bool:
    """Whether a sentence is a question: it leads on, and ends nothing."""
    return item.kind == "text" and item.html.endswith("?</p>")


def judges(items: list[Item], place: int) -> bool:
    """Whether what stands here says something of measured values."""
    return place > 0 and items[place].kind in LEADS and items[place - 1].kind in READ


def answer(items: list[Item], asked: int) -> int | None:
    """The place of what answers a prediction before the next one: a statement at once, a picture or a stage,
    else numbers."""
    after = range(asked + 1, len(items))
    if after and items[after[0]].kind == "stated":
        return after[0]
    own = list(takewhile(lambda place: items[place].kind != "predict", after))
    return next((place for kinds in (SEEN, READ) for place in own if items[place].kind in kinds), None)


class Talk:
    """A talk as it grows. slides: all of the chapter."""

    def __init__(self, slides: list[Slide]):
        self.slides = slides

    def take(self, items: list[Item]) -> bool:
        """Take all of these into the talk, or, if there is no time for them, none."""
        new = [item for item in items if not item.in_talk]
        for item in new:
            item.in_talk = True
        if minutes(laid_out(self.slides)) <= TALK:
            return True
        for item in new:
            item.in_talk = False
        return False


def minutes(slides: list[Slide]) -> float:
    """How long slides are looked at."""
    return sum(slide.minutes for slide in slides)


def laid_out(slides: list[Slide]) -> list[Slide]:
    """The slides of the talk: what is told of each section of these, laid out anew."""
    talk = Layout()
    for _, group in groupby(slides, key=lambda slide: slide.section):
        first, *more = group
        told = [item for slide in (first, *more) for item in slide.items if item.in_talk]
        if told:
            talk.open(first.title)
        for item in told:
            talk.put(item)
    return talk.slides


def sections_of(slides: list[Slide]) -> list[Section]:
    """The slides of one section after another, without the exercises and what a talk always has."""
    found = []
    for _, group in groupby(slides, key=lambda slide: slide.section):
        group = list(group)
        items = [item for slide in group for item in slide.items]
        told = [item for item in items if item.kind not in ALWAYS | {"exercises"}]
        opens = any(item.kind == "question" for item in items)
        found.append(Section(told, group[0].later, opens))
    return found


def choose(slides: list[Slide]) -> None:
    """Mark the items of a talk of 45 minutes."""
    talk = Talk(slides)
    sections = [section for section in sections_of(slides) if section.core or section.opens]
    for slide in slides:
        talk.take([item for item in slide.items if item.kind in ALWAYS])
    told = [section for section in sections if section.opens]
    for section in told:
        talk.take(section.items[: bool(section.items) and section.items[0].kind == "text"])
    for later in (False, True):
        wanted = sorted((s for s in sections if s.later == later and not s.opens), key=lambda s: s.rank)
        told += [section for section in wanted if talk.take(section.core)]
        told.sort(key=sections.index)
        for parts in (Section.more, Section.errors, Section.statements):
            for part in (part for section in told for part in parts(section)):
                talk.take(part)
    for part in (part for section in told for part in section.measured()):
        talk.take(part)
    titles = {slide.title for slide in slides if slide.in_talk}
    for point in (item for slide in slides for item in slide.items if item.of):
        point.in_talk = not titles.isdisjoint(point.of)
    for kinds in REST:
        for part in (part for section in told for part in section.rest(kinds)):
            talk.take(part)
