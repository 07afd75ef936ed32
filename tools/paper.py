"""Pages of the built book on paper: the browser prints them, after `paper/paper.js` has put pictures in place
of what moves and has moved the answers to the end.

The links to other pages of the book leave here as `page:NAME#ID`, and every element with an id has a place in
the file, so that `binding` can let them lead inside the book.
"""

import contextlib
import io
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

from pypdf import PdfReader
from toc import ROOT

sys.path.insert(0, str(ROOT / "tests"))

from browsing import SETTLED, STAGES_STAND

HOME = Path(__file__).resolve().with_suffix("")
WIDTH, SCALE = 784, 0.8  # px of a line on the page, and how much smaller it prints: 166 mm of A4
MOST_MS = 120_000  # for all stages and explorers of a page to stand, on a machine that is at work

STANDING = """() => [['.gan-explorer', 'drawn'], ['.gan-walk', 'place'], ['.gan-workshop', 'right']].every(
  ([kind, mark]) => [...document.querySelectorAll(kind)].every((e) => mark in e.dataset))"""


class PaperError(Exception):
    """A page that can't be printed as it should be."""


@dataclass(frozen=True)
class Sheet:
    """A printed page of the book.

    headings: (level, words, id) in their order; smaller: the beginnings of what was too wide for the paper
    and has been made smaller; moments: the pictures of the first stage in the plane, as addresses that hold
    them.
    """

    name: str
    pdf: bytes
    headings: list[tuple[int, str, str]]
    smaller: list[str] = field(default_factory=list)
    moments: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.headings[0][1]

    @property
    def length(self) -> int:
        """In pages of paper."""
        return len(PdfReader(io.BytesIO(self.pdf)).pages)


@contextlib.contextmanager
def desk(browser):
    """A window as wide as the paper, bright and at rest."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": 1100},
        device_scale_factor=2,
        color_scheme="light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(MOST_MS)
    try:
        yield context.new_page()
    finally:
        context.close()


def margins(title: str, first: int, style: str = "decimal") -> str:
    """What stands in the margins: the chapter's title above, but not on its first page, and the page's
    number below."""
    words = json.dumps(title, ensure_ascii=False)
    small = 'font: 9pt "Source Sans 3", "Noto Sans", sans-serif; color: #5a5a5a;'
    return (
        f"html {{ counter-reset: page {first - 1}; }}\n"
        f"@page {{ size: A4; margin: 21mm 22mm 20mm; @top-right {{ content: {words}; {small} }}\n"
        f"  @bottom-center {{ content: counter(page, {style}); {small} }} }}\n"
        '@page :first { @top-right { content: ""; } }\n'
    )


def pressed(page) -> bytes:
    """The page that is open, as PDF."""
    return page.pdf(prefer_css_page_size=True, print_background=True, scale=SCALE)


def printed(page, home: Path, name: str, first: int, pages: list[str]) -> Sheet:
    """Print the page `name` of the HTML in `home`, its first sheet with the number `first`.

    page: the window of `desk`. pages: all names that the book on paper has; links to others are no links.
    Errors: `PaperError` if the page is not there or if something on it would be cut off.
    """
    path = home / f"{name}.html"
    if not path.exists():
        raise PaperError(f"{name}.html is not in {home}: build the book first")
    page.goto(path.as_uri(), wait_until="load")
    page.evaluate(SETTLED)
    page.wait_for_function(STAGES_STAND)
    page.wait_for_function(STANDING)
    page.emulate_media(media="print", color_scheme="light", reduced_motion="reduce")
    page.add_style_tag(path=HOME / "paper.css")
    page.add_script_tag(path=HOME / "paper.js")
    about = page.evaluate(
        "about => toPaper(about)", {"root": home.as_uri() + "/", "name": name, "pages": pages}
    )
    headings = [(h["level"], h["words"], h["id"]) for h in about["headings"]]
    if not headings:
        raise PaperError(f"{name}.html has no heading")
    if about["cut"]:
        raise PaperError(f"{name}.html is wider than the paper: {'; '.join(about['cut'][:3])}")
    page.add_style_tag(content=margins(headings[0][1], first))
    return Sheet(name, pressed(page), headings, about["smaller"], about["moments"])
