"""Run the tests.

    python tools/test.py                      check, and every notebook, the built pages and a lesson
    python tools/test.py check                what is seen without running a chapter: style, types, unit tests
    python tools/test.py breaks               a break for every claim of every chapter
    python tools/test.py tests/test_prose.py  whatever pytest is asked for

Each chapter runs once: nbval judges that run, and the pages are written from it (`tests/executed.py`).
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from execute import SIDE_BY_SIDE, longest_first, prepare_environment
from toc import ROOT, notebooks

# loadscope keeps the cells of a notebook on one worker and in order; conftest.py shares out the rest.
PYTEST = ["pytest", "-q", "--executed", "-n", str(SIDE_BY_SIDE), "--dist", "loadscope", "--durations=8"]
BREAKS = "tests/test_breaks.py"
WITHOUT_BREAKS = ["tests", f"--ignore={BREAKS}"]


# The notebooks' cells are narrower: their form is the business of tools/notebooks.py.
PYTHON_ONLY = ["--quiet", "--extend-exclude", "*.ipynb"]
# What a chapter imports in vain, or names and lacks.
UNUSED = ["ruff", "check", "--quiet", "--select", "F", "book"]
STYLE_AND_TYPES = [
    ["ruff", "check", *PYTHON_ONLY],
    ["ruff", "format", "--check", *PYTHON_ONLY],
    UNUSED,
    ["mypy"],
]


def check() -> list[list[str]]:
    return [*STYLE_AND_TYPES, [*PYTEST, *WITHOUT_BREAKS, "-m", "not browser and not slow"]]


def everything() -> list[list[str]]:
    """One session: the notebooks begin, longest first, the package's tests fill what they leave, and the
    pages, which need all notebooks, come last (conftest.py puts them there)."""
    chapters = [str(path.relative_to(ROOT)) for path in longest_first(notebooks())]
    return [*STYLE_AND_TYPES, [*PYTEST, *chapters, *WITHOUT_BREAKS]]


def breaks() -> list[list[str]]:
    return [[*PYTEST, BREAKS]]


def run(command: list[str], aside: bool = False) -> int:
    """The status of a command. aside: what it says comes in one piece, when it has ended."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE if aside else None,
        stderr=subprocess.STDOUT if aside else None,
    )
    if aside and done.stdout:
        print(done.stdout, end="", flush=True)
    return done.returncode


def main(asked: list[str]) -> int:
    prepare_environment()
    os.environ["GAN_TEACH_DEVICE"] = "cpu"
    os.environ.pop("MPLBACKEND", None)  # or the notebooks would draw into it instead of into the page
    named = {(): everything, ("check",): check, ("breaks",): breaks}.get(tuple(asked))
    commands = named() if named else [[*PYTEST, *asked]]
    *before, last = commands
    with ThreadPoolExecutor(max_workers=1) as beside:  # the tests don't wait for style and types
        ended = [beside.submit(run, command, aside=True) for command in before]
        found = run(last)
    # All of them run: one look shows all that is to be mended. (Below 0: a process that was killed.)
    return int(any([found, *(future.result() for future in ended)]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
