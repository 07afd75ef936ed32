"""The chapters' notebooks for a class: the student edition, and the instructor's in nbgrader's format.

In both an exercise is its text, a cell for the answer, a cell that checks it and one for an answer in words,
which nbgrader leaves to a person. The instructor's edition has the solutions: programs between nbgrader's
marks, and in the last cell what they say in words; the student edition has stubs. What the book's own
directives say stands there in plain Markdown: no extension of a notebook program is needed.
"""

import re
import shutil
from pathlib import Path

import exercises
import launch
import nbformat
from myst import labels_of
from notebooks import PROGRAM, laid_out
from plain import Plain, references
from toc import notebooks

KINDS = ("student", "instructor")
BOX = re.compile(
    r"^(`{3,})\{(exercise|solution)\}[ \t]*([^\n]*)\n(.*?)^\1[ \t]*$\n?", re.MULTILINE | re.DOTALL
)
OPTION = re.compile(r"^:[\w-]+:[^\n]*\n", re.MULTILINE)
LABEL = re.compile(r"^:label:[ \t]*(\S+)", re.MULTILINE)
HOW = (
    "*How it works: the first cell below an exercise is for your answer, and asks in its comments for "
    "something that can be checked. The cell after it says that the answer passes, or what is missing in it. "
    "The last is for the exercise's questions in words, which no cell can check. Run the chapter's cells "
    "before.*"
)
WORDS = "*Your answer in words:*"


def graded(label: str, check: bool) -> dict:
    """nbgrader's metadata of an answer, or of its check, which is worth one point."""
    found = {
        "grade": check,
        "grade_id": f"{label}-check" if check else label,
        "locked": check,
        "schema_version": 3,
        "solution": not check,
        "task": False,
    }
    return found | ({"points": 1} if check else {})


def words_cell(label: str, solved: str):
    """The cell for what an exercise asks in words, which a person reads: with the solution, or for an answer.
    It counts no points: those are the checks'."""
    cell = nbformat.v4.new_markdown_cell(
        f"**Solution.** {solved}" if solved else WORDS, id=f"{label}-{'solution' if solved else 'words'}"
    )
    read = {"grade_id": f"{label}-words", "locked": False, "solution": True, "points": 0}
    cell.metadata = nbformat.from_dict({"nbgrader": graded(label, True) | read, "tags": ["answer"]})
    return cell


def text_cell(name: str, text: str):
    """A markdown cell, or none where there is no text."""
    text = text.strip()
    return [nbformat.v4.new_markdown_cell(text, id=name)] if text else []


def code_cells(label: str, parts, kind: str) -> list:
    """The cell for the answer and the cell that checks it."""
    student = kind == "student"
    answer = nbformat.v4.new_code_cell(parts.cell(answer=not student), id=label)
    check = parts.check()
    if student:  # nothing is hidden from those who are not graded, only folded
        marks = (exercises.HIDDEN, exercises.SHOWN)
        check = "\n".join(line for line in check.splitlines() if line not in marks)
    check = nbformat.v4.new_code_cell(check, id=f"{label}-check")
    answer.metadata = nbformat.from_dict({"nbgrader": graded(label, False), "tags": ["answer"]})
    folded = {"jupyter": {"source_hidden": True}} if student else {}
    check.metadata = nbformat.from_dict(
        {**folded, "nbgrader": graded(label, True), "tags": ["exercise-check"]}
    )
    return [answer, check]


def divided(cell, parts: dict, kind: str, words: Plain) -> list:
    """The cells that take the place of a text with exercises."""
    found, last = [], 0
    for place, box in enumerate(BOX.finditer(cell.source)):
        found += text_cell(f"{cell.id}-{place}", words.text(cell.source[last : box.start()]))
        last = box.end()
        _, what, title, body = box.groups()
        if what == "exercise":
            label = LABEL.search(body)[1]
            found += text_cell(f"{label}-text", words.text(box[0]))
            found += code_cells(label, parts[label], kind)
        else:
            solved = words.text(PROGRAM.sub("", OPTION.sub("", body)).strip())
            found.append(words_cell(title.strip(), solved if kind == "instructor" else ""))
    return found + text_cell(f"{cell.id}-end", words.text(cell.source[last:]))


def opening(page: str, where: launch.Launch) -> list:
    """What stands below the title of the student edition: links that open it, and the cell for Colab."""
    cell = nbformat.v4.new_code_cell(where.first_cell(), id="colab")
    cell.metadata = nbformat.from_dict({"jupyter": {"source_hidden": True}, "tags": ["colab"]})
    return [*text_cell("launch", where.badges(page)), cell]


def edition(path: Path, kind: str, where: launch.Launch | None = None):
    """The notebook of a chapter as students get it, or instructors. where: it can be opened; _config.yml
    says it."""
    notebook = nbformat.read(path, as_version=4)
    parts = exercises.of_chapter(path.stem[:2], notebook)
    words = Plain(labels_of(notebook), answers=kind == "instructor")
    cited = references([cell.source for cell in notebook.cells if cell.cell_type == "markdown"])
    cells, explained = [], False
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            cells.append(cell)
        elif BOX.search(cell.source):
            cells += text_cell(f"{cell.id}-how", HOW) if not explained else []
            explained = True
            cells += divided(cell, parts, kind, words)
        else:
            cell.source = words.text(cell.source)
            cells.append(cell)
    cells += text_cell("cited", cited)
    written = [cell for cell in cells if "nbgrader" in cell.metadata and cell.cell_type == "code"]
    for cell, source in zip(written, laid_out([cell.source for cell in written], path.name)):
        cell.source = source
    if kind == "student":
        cells[1:1] = opening(f"book/{path.stem}", where or launch.settings())
    notebook.cells = cells
    nbformat.validate(notebook)
    return notebook


def build(target: Path) -> dict[str, int]:
    """Write both editions below the target; {label: points}. The package has the data that chapters read."""
    points = {}
    for kind in KINDS:
        folder = target / kind
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for path in notebooks():
            found = edition(path, kind)
            nbformat.write(found, folder / path.name)
            graded_cells = (cell.metadata.get("nbgrader", {}) for cell in found.cells)
            points |= {meta["grade_id"]: meta["points"] for meta in graded_cells if meta.get("points")}
    return points
