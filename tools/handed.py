"""What students get: the student edition, a page of questions, how to begin, and all of it as one zip with
the package, so that nothing else of the book is needed.
"""

import shutil
import tempfile
from pathlib import Path

import editions
import handouts
import package
import questions
from archive import pack

FOLDER = "police-and-thief-student"
README = """\
# Police and Thief: generative adversarial networks you can run

The chapters as notebooks, with exercises to be solved in them.{book}

## To begin

You need Python 3.11 or newer{wheel}. In this folder:

    python3 -m venv .venv
    .venv/bin/pip install "./{name}[live]" jupyterlab
    .venv/bin/jupyter lab

On Windows:

    py -m venv .venv
    .venv\\Scripts\\pip install ".\\{name}[live]" jupyterlab
    .venv\\Scripts\\jupyter lab

The notebooks also run in Colab: open one there, upload `{name}` beside it, and run its first cell.

## To work

- Run a chapter from top to bottom before its exercises: a minute or two for most.
- Below each exercise is a cell for your answer. The folded cell after it checks the answer, and says that it
  passes or what is missing. The last cell is for what the exercise asks in words.
- `questions.html` has the questions of all chapters, and says why an answer is right or not when you have
  chosen.
- Chapters 12, 13, 14 and 16 fetch the digits of MNIST once (12 MB). Without a network, 5,000 digits that are
  installed already take their place, and a warning says so.
"""


def readme(in_zip: bool) -> str:
    """How to begin. in_zip: the package lies beside the notebooks."""
    address = handouts.settings().address
    book = f" The book itself, with all that moves and needs no Python: <{address}>." if address else ""
    wheel = "" if in_zip else ", and the package, which your teacher hands out"
    return README.format(book=book, wheel=wheel, name=package.file_name())


def build(target: Path) -> dict[str, int]:
    """Write student/, instructor/ and student.zip below the target; {label of an exercise: its points}."""
    points = editions.build(target)
    folder = target / "student"
    questions.build(folder)
    (folder / "README.md").write_text(readme(in_zip=False), encoding="utf-8")
    with tempfile.TemporaryDirectory() as fresh:
        whole = Path(fresh) / FOLDER
        shutil.copytree(folder, whole)
        (whole / "README.md").write_text(readme(in_zip=True), encoding="utf-8")
        package.build(whole)
        pack(whole, target / "student.zip", FOLDER)
    return points
