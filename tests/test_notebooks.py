"""Every notebook of the book keeps the contract of a chapter and lies there in the normal form."""

import re

import contract
import nbformat
import notebooks as tool
import pytest
from toc import notebooks

CHAPTERS = notebooks()


def test_the_book_has_chapters():
    assert CHAPTERS


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_normal_form(path):
    assert not tool.differs(path), f"python tools/notebooks.py normalise {path.name}"


@pytest.mark.parametrize("clause", contract.CLAUSES, ids=lambda c: c.__name__)
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_contract(path, clause):
    complaints = clause(nbformat.read(path, as_version=4))
    assert not complaints, "\n" + "\n".join(complaints)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_the_first_page_has_the_chapters_time(path):
    opening = nbformat.read(path, as_version=4).cells[0].source
    entry = next(
        line
        for line in (path.parent / "index.md").read_text(encoding="utf-8").splitlines()
        if path.name in line and line[0].isdigit()
    )
    minutes = re.search(r"Time: (\d+) minutes", opening)[1]
    assert entry.endswith(f"*{minutes} minutes*")
