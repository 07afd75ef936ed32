"""The hidden solutions of the exercises run: each after the cells of its chapter that it needs, and each ends in an assertion."""
import re

import nbformat
import pytest
from branching import run_programs
from slicing import slice_for
from test_breaks import CHAPTERS, code_cells

SOLUTION = re.compile(r"\{solution\} (ex-\S+)(.*?)(?=\{exercise\}|\{solution\}|\Z)", re.DOTALL)
PROGRAM = re.compile(r"(?:~~~|```)python\n(.*?)(?:~~~|```)", re.DOTALL)


def solutions(number):
    text = "\n\n".join(c.source for c in nbformat.read(CHAPTERS[number], as_version=4).cells if c.cell_type == "markdown")
    return {name: PROGRAM.findall(body) for name, body in SOLUTION.findall(text)}


ALL = [(number, name, programs) for number in CHAPTERS for name, programs in solutions(number).items()]


@pytest.mark.parametrize("number, name, programs", ALL, ids=[name for _, name, _ in ALL])
def test_the_solution_runs(number, name, programs):
    assert programs, "a solution shows its program"
    for program in programs:
        assert "assert " in program
        sources = [c.source for c in code_cells(number)] + [program]
        ((said, error),) = run_programs([[sources[i] for i in slice_for(sources, len(sources) - 1)]])
        assert said is not None, error
