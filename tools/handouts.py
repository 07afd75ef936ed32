"""The hand-outs: a sheet of cards, each with a link that opens a stage in a given state, what to look for,
and space to write.

The experiments are those of book/playground.md. What is compared are the games of one stage of a chapter, and
the broken stages are those of the chapters that train in the page, with the errors that they offer
themselves. Nothing is said here that these don't say, but for what is asked about every such stage. What the
cards ask is answered at the end, folded: the key is for who hands them out.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import jinja2
import myst
import recordings
import yaml
from questions import title_of
from stages import Experiment, Stage, experiments, stage_text, stages_of, stages_to_play
from toc import ROOT, notebooks

from gan_teach.live.errors import ERRORS

TEMPLATE = Path(__file__).parent / "deck" / "handouts.html.j2"
BESIDE = "../html"  # the built book, seen from the sheet
TO_PAGE = re.compile(r"\]\(([\w/-]+)\.(?:ipynb|md)\)")
LOG_LOSSES = ("minimax", "non_saturating")
OF_LOGITS = {"labels exchanged", "a second sigmoid"}  # what is said of them is of D's verdict, or a log loss
OF_G = {"gradients not cleared", "no noise"}


class HandoutsError(Exception):
    """A sheet that can't be written; the message says what to mend."""


@dataclass(frozen=True)
class Link:
    """A way into a stage. shown: as it is written on paper. code: the same for a telephone, as SVG, or ""."""

    href: str
    shown: str
    code: str = ""


@dataclass(frozen=True)
class Book:
    """Where the built pages are. address: the public one, "" for the folder beside the sheet."""

    address: str = ""

    @property
    def home(self) -> str:
        return self.address or BESIDE

    def link(self, page: str, play: str) -> Link:
        """page: such as book/04-training; play: what the link asks of its stage."""
        path = f"{page}.html#{play}"
        if not self.address:
            return Link(f"{BESIDE}/{path}", path)
        full = f"{self.address}/{path}"
        return Link(full, full.partition("://")[2], telephone_code(full))


@dataclass
class Card:
    """A hand-out with one link. settings: (what, its value, the value it has at first)."""

    anchor: str
    number: int
    title: str
    where: str
    settings: list[tuple[str, str, str]]
    look: str
    ask: str
    link: Link
    answer: str
    chapters: list[str] = field(default_factory=list)


@dataclass
class Compared:
    """A hand-out with the games of one stage of a chapter. stage: what all their links begin with.

    games: (name, the settings that set them apart, link). ends: how the chapter's own recordings of them
    end, (name, in words), at the step `stop` at the latest.
    """

    anchor: str
    chapter: str
    title: str
    where: str
    stage: Link
    games: list[tuple[str, list[tuple[str, str]], Link]]
    ends: list[tuple[str, str]]
    stop: int


@dataclass
class Broken:
    """A hand-out with a sound stage of a chapter, and errors to try on it: (name, link)."""

    anchor: str
    chapter: str
    title: str
    where: str
    picture: tuple[str, str]
    sound: Link
    errors: list[tuple[str, Link]]


@dataclass
class Sheet:
    """All hand-outs."""

    cards: list[Card]
    compared: list[Compared]
    faulty: list[Broken]

    def __len__(self) -> int:
        return len(self.cards) + len(self.compared) + len(self.faulty)

    @property
    def errors(self) -> dict[str, str]:
        """What each error does that is to be tried, for the key."""
        tried = dict.fromkeys(name for made in self.faulty for name, _ in made.errors)
        return {name: ERRORS[name] for name in tried}


def telephone_code(address: str) -> str:
    """A QR code of the address, as SVG. Errors: `HandoutsError` without the package segno."""
    try:
        import segno  # only needed where an address is named
    except ImportError:
        raise HandoutsError(
            "codes for telephones need the package segno: make, or pip install segno"
        ) from None
    code = segno.make(address, micro=False, error="m")
    return code.svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None, dark="#000", light="#fff")


def settings(config: Path = ROOT / "_config.yml") -> Book:
    """Where _config.yml says that the book can be read."""
    address = (yaml.safe_load(config.read_text(encoding="utf-8")).get("html") or {}).get("baseurl") or ""
    if address and not re.fullmatch(r"https?://[^\s#?]+", address):
        raise HandoutsError(f"_config.yml: baseurl is like https://example.org/book, not {address!r}")
    return Book(address.rstrip("/"))


def changes(lesson: dict, asked: dict[str, str]) -> list[tuple[str, str, str]]:
    """What a link sets: (what, its value, the value it has at first)."""
    values = lesson["values"]
    listed = [
        (c["label"], asked[c["name"]], values[c["name"]]) for c in lesson["controls"] if c["name"] in asked
    ]
    if "seed" in asked:
        listed.append(("random start", asked["seed"], lesson["seed"]))
    if set(stage_text.OWN_TARGET) & set(asked):
        listed.append(("target", "the one in the link", values["target"]))
    return [(label, in_words(value), in_words(first)) for label, value, first in listed]


def in_words(value) -> str:
    """A value as the stage shows it."""
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")


def linked(text: str, book: Book, name: str) -> tuple[str, list[str]]:
    """Markdown with links into the book, as HTML, and the chapters that it names. Errors: `HandoutsError`."""
    pages = TO_PAGE.findall(text)
    for page in pages:
        if not any((ROOT / "book" / f"{page}{kind}").exists() for kind in (".ipynb", ".md")):
            raise HandoutsError(f"{name}: there is no page {page}")
    html = myst.inline(TO_PAGE.sub(rf"]({book.home}/book/\1.html)", " ".join(text.split())))
    return html, [page[:2] for page in pages if page[:2].isdigit()]


def card(experiment: Experiment, stages: list[Stage], book: Book) -> Card:
    """The hand-out of an experiment. Errors: `HandoutsError` for what its stage does not have."""
    name = f"playground.md: '{experiment.number}. {experiment.name}'"
    try:
        lesson = stage_text.stage_asked(experiment.play, [stage.lesson for stage in stages])
    except stage_text.LinkError as error:
        raise HandoutsError(f"{name}: {error}") from None
    asked = stage_text.asked(experiment.play)
    stage = stages[int(asked["train"]) - 1]
    look, chapters = linked(experiment.look, book, name)
    return Card(
        f"experiment-{experiment.number}",
        experiment.number,
        experiment.name,
        stage.heading,
        changes(lesson, asked),
        look,
        myst.inline(experiment.ask),
        book.link(stage.page, experiment.play),
        myst.inline(experiment.answer),
        chapters,
    )


def compared(stage: Stage, book: Book, title: str) -> Compared | None:
    """The hand-out of the games that a stage can play; None where it has less than two, or where the page
    can't play what sets them apart."""
    start, chapter = {"train": stage.number, "run": 1}, stage.page.rpartition("/")[2][:2]
    played, games = recordings.played(stage), []
    if len({tuple(own.items()) for own in played.values()}) < max(2, len(played)):
        return None
    for name, own in played.items():
        asked = {what: f"{v:g}" if isinstance(v, float) else str(v) for what, v in own.items()}
        apart = [
            (control["label"], in_words(own.get(control["name"], stage.lesson["values"][control["name"]])))
            for control in stage.lesson["controls"]
            if any(control["name"] in other for other in played.values())
        ]
        games.append((name, apart, book.link(stage.page, urlencode(start | asked))))
    return Compared(
        f"chapter-{chapter}-games-{stage.number}",
        chapter,
        stage.heading.replace("$", ""),
        title,
        book.link(stage.page, f"train={stage.number}"),
        games,
        [(name, how) for name, how in recordings.ends(stage).items() if name in played],
        recordings.last_step(stage),
    )


def errors_of(lesson: dict) -> list[str]:
    """The errors that show on a stage: some need a G that trains, or logits."""
    values, left_out = lesson["values"], {"none"}
    if values["loss"] not in LOG_LOSSES:
        left_out |= OF_LOGITS
    if values["mover"] != "both":
        left_out |= OF_G
    offered = next((c["choices"] for c in lesson["controls"] if c["name"] == "error"), [])
    return [name for name in offered if name not in left_out]


def broken(stage: Stage, book: Book, title: str, alone: bool) -> Broken:
    """The hand-out of a stage with its errors. alone: it is the page's only one."""
    start, chapter = {"train": stage.number, "run": 1}, stage.page.rpartition("/")[2][:2]
    return Broken(
        f"chapter-{chapter}-stage-{stage.number}",
        chapter,
        title if alone else f"{title}, stage {stage.number}",
        myst.inline(stage.heading.replace("$", "*")),  # a formula there is a letter or two
        recordings.picture(stage, recordings.sound(stage)),
        book.link(stage.page, urlencode(start)),
        [
            (name, book.link(stage.page, urlencode(start | {"error": name})))
            for name in errors_of(stage.lesson)
        ],
    )


def all_cards(book: Book) -> Sheet:
    """The cards of the sheet."""
    playground = stages_to_play()
    sheet = Sheet([card(experiment, playground, book) for experiment in experiments()], [], [])
    for path in notebooks():
        title, found = title_of(path), stages_of(path)
        breaking = [stage for stage in found if errors_of(stage.lesson)]
        sheet.compared += filter(None, (compared(stage, book, title) for stage in found))
        sheet.faulty += [broken(stage, book, title, len(breaking) == 1) for stage in breaking]
    return sheet


def by_chapter(sheet: Sheet) -> dict[str, list[tuple[str, str]]]:
    """{chapter: [(anchor, title), ...]} of the hand-outs that belong to a chapter, for the guide: those made
    of the chapter alone first, and the key last."""
    found: dict[str, list[tuple[str, str]]] = {}
    for made in sheet.compared:
        found.setdefault(made.chapter, []).append((made.anchor, f"Compare: {made.title}"))
    for made in sheet.cards:
        for chapter in dict.fromkeys(made.chapters):
            found.setdefault(chapter, []).append((made.anchor, f"{made.number}. {made.title}"))
    for made in sheet.faulty:
        found.setdefault(made.chapter, []).append((made.anchor, f"Break it: {made.title}"))
    return {chapter: [*cards, ("key", "the key")] for chapter, cards in found.items()}


def page(sheet: Sheet, book: Book) -> str:
    """The sheet as HTML."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(sheet=sheet, book=book)


def build(target: Path, book: Book | None = None) -> int:
    """Write handouts.html; the number of hand-outs."""
    book = book or settings()
    sheet = all_cards(book)
    text = page(sheet, book)
    target.mkdir(parents=True, exist_ok=True)
    (target / "handouts.html").write_text(text, encoding="utf-8")
    return len(sheet)
