"""Every claim can fail: for each check cell a named break, after which it no longer prints what is stored."""
import importlib
import json
import subprocess
import sys

import nbformat
import pytest
from slicing import slice_for
from toc import ROOT, notebooks

CHAPTERS = {path.stem[:2]: path for path in notebooks()}
BREAKS = {number: importlib.import_module(f"breaks.chapter_{number}").BREAKS for number in CHAPTERS}
SEEN = [(number, broken) for number, breaks in BREAKS.items() for broken in breaks]

# The cells run in a process of their own, so that no seed, thread count or patch of one break reaches the next.
RUNNER = """
import json, sys, contextlib, io
import matplotlib
matplotlib.use("Agg")
cells = json.load(sys.stdin)
space = {"__name__": "__main__"}
for source in cells[:-1]:
    with contextlib.redirect_stdout(io.StringIO()):
        exec(source, space)
said = io.StringIO()
with contextlib.redirect_stdout(said):
    exec(cells[-1], space)
print("<<<" + said.getvalue())
"""


def code_cells(number):
    return [c for c in nbformat.read(CHAPTERS[number], as_version=4).cells if c.cell_type == "code"]


def claims(number) -> dict[str, int]:
    return {c.metadata["claim"]: i for i, c in enumerate(code_cells(number)) if "claim" in c.metadata}


def stored(cell) -> str:
    return "".join(o.text for o in cell.outputs if o.output_type == "stream")


def run_cells(sources: list[str]) -> tuple[str | None, str]:
    """What the last cell prints, or None and the error if a cell raised."""
    done = subprocess.run([sys.executable, "-c", RUNNER], input=json.dumps(sources), capture_output=True, text=True, cwd=ROOT)
    return (None, done.stderr) if done.returncode else (done.stdout.partition("<<<")[2][:-1], "")


def needed(number, claim, old=None, new=None) -> list[str]:
    sources = [c.source for c in code_cells(number)]
    chosen = [sources[i] for i in slice_for(sources, claims(number)[claim])]
    if old is not None:
        assert any(old in s for s in chosen), f"{old!r} is not in the code that claim {claim} stands on"
        chosen = [s.replace(old, new) for s in chosen]
    return chosen


@pytest.mark.parametrize("number", CHAPTERS)
def test_every_check_cell_names_a_claim_and_every_claim_has_a_break(number):
    checked = [c for c in code_cells(number) if "nbval-check-output" in c.metadata.get("tags", [])]
    unnamed = [c.source for c in checked if "claim" not in c.metadata]
    assert not unnamed
    assert len(claims(number)) == len(checked), "two check cells share a claim's name"
    assert set(claims(number)) == {broken.claim for broken in BREAKS[number]}


@pytest.mark.parametrize("number, broken", SEEN, ids=[f"{n}-{b.claim}-{i}" for i, (n, b) in enumerate(SEEN)])
def test_broken_claim_fails(number, broken):
    said, error = run_cells(needed(number, broken.claim, broken.old, broken.new))
    expected = stored(code_cells(number)[claims(number)[broken.claim]])
    if said is None:  # a claim held by an assertion may also fail by raising it, but not by a slip in the break
        assert "AssertionError" in error, error
    else:
        assert said != expected, f"{broken.why}: and yet the check prints the same"


@pytest.mark.parametrize("number", CHAPTERS)
def test_the_slice_alone_prints_what_is_stored(number):
    """Without a break the cells chosen give the stored output: so a break fails because of the break."""
    for claim, place in claims(number).items():
        said, error = run_cells(needed(number, claim))
        assert said == stored(code_cells(number)[place]), error or claim
