"""Many programs made of cells, run with their common beginnings run once: where two part, the process forks.

A program is a list of cells. What its last cell prints is what comes back, or the error that a cell raised.
The programs run outside the test's own process, so that no seed, thread count or patch of one reaches
another.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from toc import ROOT

RUNNER = """
import contextlib, io, json, os, sys, traceback
import matplotlib
matplotlib.use("Agg")
programs, folder = json.load(sys.stdin)

def answer(numbers, said, error):
    for number in numbers:
        with open(f"{folder}/{number}.json", "w") as file:
            json.dump([said, error], file)

def go_on(space, depth, numbers):
    # All of these programs agree in the cells before `depth`, and `space` holds what those have left behind.
    while True:
        following = {}
        for number in numbers:
            following.setdefault(programs[number][depth], []).append(number)
        *others, (source, numbers) = following.items()
        for other, theirs in others:
            child = os.fork()
            if not child:
                source, numbers = other, theirs
                break
            os.waitpid(child, 0)
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(said):
                exec(compile(source, "cell", "exec"), space)
        except BaseException:
            return answer(numbers, None, traceback.format_exc())
        depth += 1
        answer([n for n in numbers if len(programs[n]) == depth], said.getvalue(), "")
        numbers = [n for n in numbers if len(programs[n]) > depth]
        if not numbers:
            return

go_on({"__name__": "__main__"}, 0, range(len(programs)))
os._exit(0)  # taking the interpreter down costs each branch half a second, and leaves nothing behind
"""


def run_programs(programs: list[list[str]]) -> list[tuple[str | None, str]]:
    """For each program what its last cell printed and "", or None and the error."""
    # Only Linux is safe to fork in the middle of a computation: elsewhere each program runs from its
    # beginning.
    batches = [list(range(len(programs)))] if sys.platform == "linux" else [[n] for n in range(len(programs))]
    answers = {}
    for batch in batches:
        with tempfile.TemporaryDirectory() as folder:
            task = json.dumps([[programs[n] for n in batch], folder])
            done = subprocess.run(
                [sys.executable, "-c", RUNNER], input=task, capture_output=True, text=True, cwd=ROOT / "book"
            )
            for place, number in enumerate(batch):
                file = Path(folder) / f"{place}.json"
                said, error = (
                    json.loads(file.read_text()) if file.exists() else (None, f"no answer: {done.stderr}")
                )
                answers[number] = said, error
    return [answers[n] for n in range(len(programs))]
