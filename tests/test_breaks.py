"""Every claim can fail: for each check cell a named break, after which it no longer prints what is stored."""
import contextlib
import importlib

import nbformat
import pytest
from branching import run_programs
from slicing import slice_for
from toc import notebooks

CHAPTERS = {path.stem[:2]: path for path in notebooks()}
BREAKS = {number: importlib.import_module(f"breaks.chapter_{number}").BREAKS for number in CHAPTERS}
SEEN = [(number, broken) for number, breaks in BREAKS.items() for broken in breaks]


def code_cells(number):
    return [c for c in nbformat.read(CHAPTERS[number], as_version=4).cells if c.cell_type == "code"]


def claims(number) -> dict[str, int]:
    return {c.metadata["claim"]: i for i, c in enumerate(code_cells(number)) if "claim" in c.metadata}


def stored(cell) -> str:
    return "".join(o.text for o in cell.outputs if o.output_type == "stream")


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


@pytest.fixture(scope="module")
def answers():
    """What each claim's cells print as they are, keyed (number, claim), and broken, keyed (number, break)."""
    found = {}
    for number, breaks in BREAKS.items():
        programs = {(number, claim): needed(number, claim) for claim in claims(number)}
        for broken in breaks:
            with contextlib.suppress(AssertionError):  # a break without its place fails its own test, below
                programs[number, broken] = needed(number, broken.claim, broken.old, broken.new)
        found |= zip(programs, run_programs(list(programs.values())))
    return found


@pytest.mark.parametrize("number, broken", SEEN, ids=[f"{n}-{b.claim}-{i}" for i, (n, b) in enumerate(SEEN)])
def test_broken_claim_fails(answers, number, broken):
    needed(number, broken.claim, broken.old, broken.new)
    said, error = answers[number, broken]
    expected = stored(code_cells(number)[claims(number)[broken.claim]])
    if said is None:  # a claim held by an assertion may also fail by raising it, but not by a slip in the break
        assert "AssertionError" in error, error
    else:
        assert said != expected, f"{broken.why}: and yet the check prints the same"


@pytest.mark.parametrize("number", CHAPTERS)
def test_the_slice_alone_prints_what_is_stored(answers, number):
    """Without a break the cells chosen give the stored output: so a break fails because of the break."""
    for claim, place in claims(number).items():
        said, error = answers[number, claim]
        assert said == stored(code_cells(number)[place]), error or claim
