"""The sheet of questions: all questions with answers to choose from, chapter by chapter, on one page.

They come from the boxes with the class quiz in the chapters; the page has the style and the script of the
book's own pages.
"""

import sys
from pathlib import Path

import jinja2
import myst
import nbformat
from toc import ROOT, notebooks

sys.path.insert(0, str(ROOT / "book" / "_ext"))
import quiz_text

TEMPLATE = Path(__file__).parent / "deck" / "questions.html.j2"
PRINTING = Path(__file__).parent / "deck" / "print.js"
STATIC = ROOT / "book" / "_static"


class QuestionsError(Exception):
    """A sheet that can't be written; the message says what to mend."""


def of_chapter(path: Path) -> list[quiz_text.Question]:
    """The questions of a chapter, in order, with references in words."""
    notebook = nbformat.read(path, as_version=4)
    labels, found = myst.labels_of(notebook), []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            boxes = (b for b in myst.blocks(myst.in_words(cell.source, labels)) if "quiz" in b.classes)
            found += [read(path.name, box) for box in boxes]
    return found


def read(name: str, box: myst.Block) -> quiz_text.Question:
    """The question of a box; name: its notebook, for the message."""
    try:
        return quiz_text.read(box.title, box.text.splitlines())
    except quiz_text.QuizError as error:
        raise QuestionsError(f"{name}: {box.title!r}: {error}") from error


def title_of(path: Path) -> str:
    """The chapter's title, from its first line."""
    return nbformat.read(path, as_version=4).cells[0].source.partition("\n")[0].lstrip("# ")


def markup(name: str, question: quiz_text.Question) -> str:
    """A question as on the book's pages."""
    answers = [(a.right, myst.inline(a.text.text), myst.inline(a.feedback.text)) for a in question.answers]
    return quiz_text.markup(name, myst.inline(question.text), answers)


def key(asked: list[quiz_text.Question]) -> str:
    """The right answers of a chapter: `1 B, 2 A`."""
    return ", ".join(f"{place} {quiz_text.LETTERS[q.right]}" for place, q in enumerate(asked, 1))


def page(chapters: list[tuple[str, str, list[str], str]]) -> str:
    """The sheet as HTML, from (number, title, questions, key) of each chapter."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    style, script = ((STATIC / f"quiz.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    printing = PRINTING.read_text(encoding="utf-8")
    return template.render(chapters=chapters, style=style, script=script, printing=printing)


def build(target: Path) -> int:
    """Write questions.html; the number of questions."""
    chapters = []
    for path in notebooks():
        number, asked = path.stem[:2], of_chapter(path)
        shown = [markup(f"quiz-{number}-{place}", question) for place, question in enumerate(asked, 1)]
        chapters.append((number, title_of(path), shown, key(asked)))
    target.mkdir(parents=True, exist_ok=True)
    (target / "questions.html").write_text(page(chapters), encoding="utf-8")
    return sum(len(shown) for _, _, shown, _ in chapters)
