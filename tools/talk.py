"""Which parts of a chapter's slides make a talk of 45 minutes.

A talk tells some sections and leaves out others whole. A prediction is asked only where its answer is shown:
both stand in one unit, with the sentences between them. Programs come last, if minutes are left.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, takewhile

from outputs import Item

TALK = 45  # minutes
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
    "exercises": 1.0,
}
ALWAYS = {"question", "summary"}
SEEN, READ = {"live", "picture"}, {"claims", "table"}  # an answer that is seen; else one that is read
LEADS = {"text", "math", "list"}
# What comes after the units, in the sections that are told, as far as there is time.
REST = ({"common-error"}, {"math", "text", "list", "box"}, {"table", "claims", "algorithm"}, {"code"})


def spoken(items: list[Item]) -> float:
    """The minutes for these items, without the slides that they stand on."""
    return sum(MINUTES.get(item.kind, 0) for item in items)


def minutes(items: list[Item]) -> float:
    """How long a slide with these items is looked at."""
    return TURN + spoken(items)


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
        """What tells the section: its first sentence, and its first unit or, without one, what it states.
        Nothing where it has neither."""
        found = self.units[0] if self.units else [item for item in self.items if item.kind == "stated"][:1]
        return self.items[: found[0] is not self.items[0]] + found if found else []

    @property
    def rank(self) -> int:
        """Small where the section is wanted most."""
        kinds = {item.kind for item in self.core}
        return next(n for n, kind in enumerate(("live", "predict", "picture", "stated")) if kind in kinds)


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
        while first > taken and items[first - 1].kind in LEADS:
            first -= 1
        moral = next((i for i in range(end + 1, len(items)) if items[i].kind not in READ), len(items))
        last = moral if moral < len(items) and items[moral].kind == "text" else end
        between = items[first : last + 1]
        found.append([i for i in between if i.kind in LEADS | SEEN | {"predict"} or i is items[end]])
        taken = last + 1
    return found


def answer(items: list[Item], asked: int) -> int | None:
    """The place of what answers a prediction before the next one: a picture or a stage, else numbers."""
    after = range(asked + 1, len(items))
    own = list(takewhile(lambda place: items[place].kind != "predict", after))
    return next((place for kinds in (SEEN, READ) for place in own if items[place].kind in kinds), None)


class Talk:
    """A talk as it grows. slides: all of the chapter."""

    def __init__(self, slides: list):
        self.place = {id(item): number for number, slide in enumerate(slides) for item in slide.items}
        self.begun, self.spent = set(), 0.0

    def take(self, items: list[Item]) -> bool:
        """Take all of these into the talk, or, if there is no time for them, none."""
        new = [item for item in items if not item.in_talk]
        turned = {self.place[id(item)] for item in new} - self.begun
        cost = spoken(new) + TURN * len(turned)
        if self.spent + cost > TALK:
            return False
        for item in new:
            item.in_talk = True
        self.begun |= turned
        self.spent += cost
        return True


def sections_of(slides: list) -> list[Section]:
    """The slides of one section after another, without the exercises and what a talk always has."""
    found = []
    for _, group in groupby(slides, key=lambda slide: slide.section):
        group = list(group)
        items = [item for slide in group for item in slide.items]
        told = [item for item in items if item.kind not in ALWAYS | {"exercises"}]
        opens = any(item.kind == "question" for item in items)
        found.append(Section(told, group[0].later, opens))
    return found


def choose(slides: list) -> float:
    """Mark the items of a talk of 45 minutes; the minutes that it takes."""
    talk = Talk(slides)
    sections = [section for section in sections_of(slides) if section.core or section.opens]
    for slide in slides:
        talk.take([item for item in slide.items if item.kind in ALWAYS])
    told = [section for section in sections if section.opens]
    for later in (False, True):
        wanted = sorted((s for s in sections if s.later == later and not s.opens), key=lambda s: s.rank)
        told += [section for section in wanted if talk.take(section.core)]
        told.sort(key=sections.index)
        for unit in (unit for section in told for unit in section.units[1:]):
            talk.take(unit)
        for item in (item for section in told for item in section.items if item.kind == "stated"):
            talk.take([item])
    for kinds in REST:
        for item in (item for section in told for item in section.items if item.kind in kinds):
            talk.take([item])
    return talk.spent
