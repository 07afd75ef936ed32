"""Every claim can fail: for each check cell a named break, after which it no longer prints what is stored.
And every solution runs; those of the digits also where only 5,000 of them can be had. As the student edition
has the exercises, each solution passes its check, the stub fails, and so does each known wrong answer, with
what the check says to it.

Claims, breaks and exercises of a chapter are one family of programs, which share what they have in common
(`branching`).
"""

import contextlib
import importlib

import exercises
import nbformat
import pytest
from branching import run_programs
from execute import longest_first
from programs import statements
from slicing import names, slice_for, slice_giving
from solutions import solutions
from toc import notebooks

from gan_teach.claims import comparable

CHAPTERS = {path.stem[:2]: nbformat.read(path, as_version=4) for path in notebooks()}
SOLUTIONS = {number: solutions(notebook) for number, notebook in CHAPTERS.items()}
PARTS = {number: exercises.of_chapter(number, notebook) for number, notebook in CHAPTERS.items()}
WRONG = {
    number: [(label, i) for label, parts in found.items() for i in range(len(parts.task.wrong))]
    for number, found in PARTS.items()
}
BREAKS = {number: importlib.import_module(f"breaks.chapter_{number}").BREAKS for number in CHAPTERS}


def code_cells(number):
    return [c for c in CHAPTERS[number].cells if c.cell_type == "code"]


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


def solving(number, program) -> list[str]:
    """A solution's program after the cells of its chapter that it needs."""
    sources = [c.source for c in code_cells(number)] + [program]
    return [sources[i] for i in slice_for(sources, len(sources) - 1)]


def answered(number, label) -> dict:
    """The programs of an exercise in the student edition, keyed by its label and by what is answered: the
    solution, the stub, or the wrong answer of that place."""
    parts = PARTS[number][label]
    given = {"solution": parts.cell(), "stub": parts.cell(answer=False)}
    given |= {i: parts.cell().replace(w.old, w.new) for i, w in enumerate(parts.task.wrong)}
    sources = [c.source for c in code_cells(number)]
    wanted = names(given["solution"] + "\n" + parts.check()).reads
    before = [sources[i] for i in slice_giving(sources, wanted)]
    # Statement by statement: what comes before the change of a wrong answer is computed once.
    programs = {
        (label, what): [*before, *(s.text for s in statements(cell)), parts.check()]
        for what, cell in given.items()
    }
    if parts.task.drops:  # these lines stand in the book alone
        (shown,) = SOLUTIONS[number][label]
        programs[label, "book"] = solving(number, shown)
    return programs


def pytest_generate_tests(metafunc):
    if "wrong" in metafunc.fixturenames:
        metafunc.parametrize("wrong", WRONG[metafunc.cls.number], ids=lambda w: f"{w[0]}-{w[1]}")
    if "exercise" in metafunc.fixturenames:
        metafunc.parametrize("exercise", SOLUTIONS[metafunc.cls.number])
    if "broken" in metafunc.fixturenames:
        breaks = BREAKS[metafunc.cls.number]
        metafunc.parametrize("broken", breaks, ids=[f"{b.claim}-{i}" for i, b in enumerate(breaks)])


@pytest.fixture(scope="class")
def answers(request):
    """What each claim's cells print as they are, keyed by claim, and broken, keyed by break; and the
    solutions, keyed by program."""
    number = request.cls.number
    programs = {claim: needed(number, claim) for claim in claims(number)}
    for broken in BREAKS[number]:
        with contextlib.suppress(AssertionError):  # a break without its place fails its own test, below
            programs[broken] = needed(number, broken.claim, broken.old, broken.new)
    for label in PARTS[number]:
        programs |= answered(number, label)
    return dict(zip(programs, run_programs(list(programs.values()))))


class Chapter:
    """The tests of one chapter: a class each, so that chapters are shared out among the workers."""

    number: str

    def test_every_check_cell_names_a_claim_and_every_claim_has_a_break(self):
        checked = [c for c in code_cells(self.number) if "nbval-check-output" in c.metadata.get("tags", [])]
        unnamed = [c.source for c in checked if "claim" not in c.metadata]
        assert not unnamed
        assert len(claims(self.number)) == len(checked), "two check cells share a claim's name"
        assert set(claims(self.number)) == {broken.claim for broken in BREAKS[self.number]}

    def test_broken_claim_fails(self, answers, broken):
        needed(self.number, broken.claim, broken.old, broken.new)
        said, error = answers[broken]
        expected = stored(code_cells(self.number)[claims(self.number)[broken.claim]])
        if (
            said is None
        ):  # a claim held by an assertion may also fail by raising it, but not by a slip in the break
            assert "AssertionError" in error, error
        else:
            assert comparable(said) != comparable(expected), (
                f"{broken.why}: and yet the check prints the same"
            )

    def test_the_slice_alone_prints_what_is_stored(self, answers):
        """Without a break the cells chosen give the stored output: so a break fails because of the break."""
        for claim, place in claims(self.number).items():
            said, error = answers[claim]
            assert comparable(said or "") == comparable(stored(code_cells(self.number)[place])), (
                error or claim
            )

    def test_the_solution_passes_and_the_stub_does_not(self, answers, exercise):
        """After the cells of the chapter that they need."""
        (shown,) = SOLUTIONS[self.number][exercise]  # a solution shows one program
        assert "assert " in shown
        for what in [w for w in ("solution", "book") if (exercise, w) in answers]:
            said, error = answers[exercise, what]
            assert said is not None, error
        said, error = answers[exercise, "stub"]
        assert said is None and error.splitlines()[-1].startswith(
            ("AssertionError: ", "NotImplementedError: ")
        )
        assert "is still to be" in error, error

    def test_a_wrong_answer_is_told_what_is_wrong(self, answers, wrong):
        label, place = wrong
        task = PARTS[self.number][label].task
        assert task.wrong[place].old in PARTS[self.number][label].cell(), "the solution has changed"
        said, error = answers[wrong]
        assert said is None and f"AssertionError: {task.wrong[place].says}" in error, error


# A machine that has no MNIST and can't fetch it: a chapter's first cell there.
WITHOUT_MNIST = """
import os, warnings
from gan_teach.images import digits
def out_of_reach(part):
    raise digits.DataError("no way out")
digits.mnist = out_of_reach
os.environ.pop(digits.VARIABLE, None)
warnings.simplefilter("ignore")
"""


@pytest.mark.parametrize("number", ["12", "13", "14", "16"])
def test_claims_and_solutions_also_hold_without_mnist(number):
    cells = code_cells(number)
    claimed = {claim: stored(cells[place]) for claim, place in claims(number).items()}
    solved = [program for shown in SOLUTIONS[number].values() for program in shown]
    # All cells in order, so that each runs once: no break is to be set apart here.
    sources = [WITHOUT_MNIST, *(c.source for c in cells)]
    programs = [sources[: place + 2] for place in claims(number).values()]
    programs += [[*sources, program] for program in solved]
    found = run_programs(programs)
    assert not [error for said, error in found if said is None]
    for (claim, expected), (said, _) in zip(claimed.items(), found):
        assert comparable(said) == comparable(expected), claim


for _number in (path.stem[:2] for path in longest_first(notebooks())):
    globals()[f"TestChapter{_number}"] = type(f"TestChapter{_number}", (Chapter,), {"number": _number})
