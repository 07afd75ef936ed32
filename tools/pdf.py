"""Print the whole book as one PDF: build what changed, print page by page, bind.

    python tools/pdf.py                      all of it: _build/police-and-thief.pdf
    python tools/pdf.py 04-training index    these pages alone: _build/police-and-thief-part.pdf

Needs a Chromium or Chrome. Stages show three moments, explorers how they open; answers and solutions stand at
the end of each chapter. Links between pages lead inside the file, those to elsewhere are kept.
"""

import os
import sys
import time
from html import escape
from pathlib import Path

import yaml
from binding import Binder
from paper import HOME, PaperError, Sheet, desk, margins, pressed, printed
from playwright.sync_api import Error
from toc import ROOT, pages, parts

from book import NotBuiltError, built
from gan_teach.files import written_whole

sys.path.insert(0, str(ROOT / "tests"))

from browsing import launched

HTML, TARGET = ROOT / "_build" / "html", ROOT / "_build"
NAME = "police-and-thief"
COVER = "book/04-training"  # its ring is on the cover
FRONT = "front"  # the sheet with the cover and the contents


def asked_pages(asked: list[str]) -> list[str]:
    """The names of the pages that were asked for, in the book's order. Errors: `PaperError` for one that the
    book doesn't have."""
    short = {Path(name).name: name for name in pages()}
    unknown = [name for name in asked if name not in short and name not in short.values()]
    if unknown:
        raise PaperError(f"there is no page {', '.join(unknown)}; the pages are {', '.join(short)}")
    return [name for key, name in short.items() if not asked or key in asked or name in asked]


def titles() -> tuple[str, str, str]:
    """Title, what the book is about, and the author, as they are said elsewhere."""
    said = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    about = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["title"].partition(": ")[2]
    return said["title"], about[:1].upper() + about[1:], said["author"]


def contents(sheets: dict[str, Sheet], begins: dict[str, int]) -> str:
    """The list of parts and chapters as HTML, with the numbers of their pages."""
    rows = []
    for caption, names in parts():
        here = [name for name in names if name in sheets]
        if caption and here:
            rows.append(f"<h2>{escape(caption)}</h2>")
        for name in here:
            title, number = escape(sheets[name].title), begins[name]
            rows.append(f'<p><a href="page:{name}"><span>{title}</span><b>{number}</b></a></p>')
    return "\n".join(rows)


def front(page, sheets: dict[str, Sheet], begins: dict[str, int]) -> Sheet:
    """Print the cover and the contents."""
    title, about, _ = titles()
    shown = [sheets[COVER]] if COVER in sheets else sheets.values()
    moments = next((sheet.moments for sheet in shown if sheet.moments), [])
    filled = {
        "TITLE": escape(title),
        "ABOUT": escape(about),
        "PICTURES": "".join(f'<img src="{picture}" alt="">' for picture in moments),
        "CONTENTS": contents(sheets, begins),
        "MARGINS": margins("", 1, "lower-roman"),
    }
    text = (HOME / "front.html").read_text(encoding="utf-8")
    for name, value in filled.items():
        text = text.replace(f"%{name}%", value)
    page.set_content(text, wait_until="load")
    return Sheet(FRONT, pressed(page), [(1, title, "")])


def build(browser, home: Path, target: Path, names: list[str], say=print) -> int:
    """Print these pages of the HTML in `home` into the file `target`, which is written whole or not at all.

    say: is told how far it has come. Gives the number of pages of paper. Errors: `PaperError`.
    """
    sheets, begins, first = {}, {}, 1
    for count, name in enumerate(names, 1):
        try:
            with desk(browser) as page:  # a new window: what a page has begun goes with it
                sheets[name] = printed(page, home, name, first, names)
        except Error as error:
            raise PaperError(f"{name}.html: {error.message.splitlines()[0]}") from error
        begins[name], length = first, sheets[name].length
        first += length
        small = f"; made smaller to fit: {len(sheets[name].smaller)}" if sheets[name].smaller else ""
        say(f"[{count}/{len(names)}] {Path(name).name}: {length} pages{small}", flush=True)
    binder = Binder()
    with desk(browser) as page:
        binder.add(front(page, sheets, begins))
    before = len(binder)
    for name in names:
        binder.add(sheets[name])
    binder.lead_inside()
    binder.outline([(caption, [sheets[n] for n in found if n in sheets]) for caption, found in parts()])
    title, about, author = titles()
    whole = binder.bound(f"{title}: {about}", author, before)
    with written_whole(target) as file:
        file.write(whole)
    return len(binder)


def main(asked: list[str]) -> int:
    began = time.perf_counter()
    try:
        names = asked_pages(asked)
        os.environ["REQUIRE_BROWSER"] = "1"
        with launched():
            pass  # whoever has no browser learns it before the book is built
        with built():
            target = TARGET / f"{NAME}{'-part' if asked else ''}.pdf"
            with launched() as browser:
                count = build(browser, HTML, target, names)
    except (PaperError, NotBuiltError, RuntimeError) as error:
        print(f"The PDF was not made: {error}")
        return 1
    size, took = target.stat().st_size / 1e6, time.perf_counter() - began
    print(f"The PDF is ready ({took:.0f} s): {target}, {count} pages, {size:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
