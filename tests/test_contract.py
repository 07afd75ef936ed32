"""Each clause of the contract notices when it is broken."""

import copy

import contract
import nbformat
import notebooks as tool
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

SLIDE = {"slideshow": {"slide_type": "slide"}}
EXERCISE = "```{exercise} Title\n:label: ex-%d\nDo.\n```\n\n```{solution} ex-%d\n:class: dropdown\nDone.\n```"


def check_cell(number):
    return new_code_cell(
        f'claim("found", {number}, above=0, exact=True)',
        metadata={**SLIDE, "tags": ["check", "nbval-check-output"]},
        execution_count=1,
        outputs=[new_output("stream", name="stdout", text=f"✓ found: {number} (above 0)\n")],
    )


def good():
    texts = [
        "# Title\n\n:::{admonition} The question\n:class: question\nHow?\n:::",
        ":::{admonition} Predict first\n:class: tip predict\nWhat?\n:::\n\nIt is 0.93.\n\n"
        "```{prf:lemma} L\n:label: lem-a\nSo.\n```",
    ]
    last = [
        "\n\n".join(EXERCISE % (k, k) for k in range(3)),
        "## Summary\n\n- One.\n- Two.",
        "## References\n\n{cite:t}`a`.",
    ]
    figure = new_code_cell(
        "plot()", metadata={**SLIDE, "tags": ["figure"], "mystnb": {"image": {"alt": "a curve"}}}
    )
    cells = (
        [new_markdown_cell(t, metadata=SLIDE) for t in texts]
        + [figure]
        + [check_cell(n) for n in (0.93, 1, 2, 3)]
    )
    cells[3].metadata["proves"] = ["lem-a"]
    cells[2].source += f"  # {'x' * 66}"  # as wide as a line may be
    return new_notebook(cells=copy.deepcopy(cells + [new_markdown_cell(t, metadata=SLIDE) for t in last]))


def replace(cell, old, new):
    def change(notebook):
        assert old in notebook.cells[cell].source
        notebook.cells[cell].source = notebook.cells[cell].source.replace(old, new, 1)

    return change


def do(action):
    return action


def make_method(lines):
    def change(notebook):
        notebook.cells[2].update(source="x = 1\n" * lines)
        notebook.cells[2].metadata["tags"] = ["method"]

    return change


def say(text):
    return lambda notebook: notebook.cells[3].outputs[0].update(text=f"{text}\n")


BREAKS = {
    "no title": (contract.opening, replace(0, "# Title", "Title")),
    "two titles": (contract.opening, replace(8, "## Summary", "# Again\n\n## Summary")),
    "no question": (contract.opening, replace(0, ":class: question", ":class: note")),
    "no prediction": (contract.predictions, replace(1, "predict\n", "predicted\n")),
    "two exercises": (contract.exercises, replace(7, EXERCISE % (2, 2), "")),
    "no solution": (contract.exercises, replace(7, "{solution} ex-1", "{solution} ex-9")),
    "open solution": (contract.exercises, replace(7, ":class: dropdown\n", "")),
    "exercise without a label": (contract.exercises, replace(7, ":label: ex-1\n", "")),
    "no summary": (contract.summary, replace(8, "## Summary", "## End")),
    "long summary": (contract.summary, replace(8, "- One.", "- x\n" * 6)),
    "no references": (contract.references, replace(9, "## References", "## Books")),
    "empty references": (contract.references, replace(9, "{cite:t}`a`", "None")),
    "long cell": (contract.short_cells, replace(2, "plot()", "plot()\n" * 54)),
    "wide comment": (contract.narrow_lines, replace(2, "plot()", f"plot()  # {'x' * 67}")),
    "wide solution": (contract.narrow_lines, replace(7, "Do.", f"~~~python\n{'x' * 77}\n~~~")),
    "no role": (contract.roles, do(lambda n: n.cells[2].metadata.update(tags=[]))),
    "two roles": (contract.roles, do(lambda n: n.cells[2].metadata.update(tags=["figure", "method"]))),
    "a check that nbval overlooks": (
        contract.roles,
        do(lambda n: n.cells[3].metadata.update(tags=["check"])),
    ),
    "long method": (contract.roles, do(make_method(16))),
    "no value": (contract.values_and_bounds, say("all is well")),
    "a claim that fails": (contract.values_and_bounds, say("✗ found: ≈ 3 (at most 2)")),
    "bare True": (contract.values_and_bounds, say("✓ found: 3 (at most 4)\nso it is: True")),
    "no alt": (contract.figures, do(lambda n: n.cells[2].metadata.pop("mystnb"))),
    "few checks": (contract.check_cells, do(lambda n: n.cells.pop(3))),
    "check without output": (contract.check_cells, do(lambda n: n.cells[3].outputs.clear())),
    "check without count": (contract.check_cells, do(lambda n: n.cells[3].update(execution_count=None))),
    "lemma that nothing runs": (contract.proofs, do(lambda n: n.cells[3].metadata.pop("proves"))),
    "no slide": (contract.slideshow, do(lambda n: n.cells[3].metadata.pop("slideshow"))),
    "absolute path": (contract.absolute_paths, replace(2, "plot()", "open('/home/me/x')")),
    "wrong number": (contract.numbers, replace(1, "0.93", "0.94")),
}


@pytest.mark.parametrize("clause", contract.CLAUSES, ids=lambda c: c.__name__)
def test_a_good_chapter_passes(clause):
    assert clause(good()) == []


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_chapter_does_not(name):
    clause, damage = BREAKS[name]
    notebook = good()
    damage(notebook)
    assert len(clause(notebook)) == 1


def test_every_clause_is_broken_once():
    assert {clause for clause, _ in BREAKS.values()} == set(contract.CLAUSES)


def test_normal_form_keeps_checked_text_only(tmp_path):
    notebook = good()
    notebook.cells[2].outputs = [new_output("stream", name="stdout", text="chatter")]
    notebook.cells[2].execution_count = 7
    notebook.cells[3].outputs += [
        new_output("stream", name="stderr", text="warning"),
        new_output("stream", name="stdout", text="more\n"),
        new_output("display_data", data={"image/png": "x", "text/plain": "<Figure>"}),
    ]
    notebook.metadata["widgets"] = {"state": {}}
    path = tmp_path / "x.ipynb"
    assert tool.write(path, notebook) and not tool.write(path, tool.read(path)) and not tool.differs(path)
    stored = nbformat.read(path, as_version=4)
    assert stored.cells[2].outputs == [] and stored.cells[2].execution_count is None
    assert [o.text for o in stored.cells[3].outputs] == ["✓ found: 0.93 (above 0)\nmore\n"]
    assert stored.cells[3].execution_count == 2 and set(stored.metadata) == {"kernelspec", "language_info"}


WIDE = f"print({', '.join(['a_name'] * 12)})"


def test_programs_are_laid_out_and_nothing_else_changes():
    notebook = good()
    notebook.cells[2].source = f"%matplotlib inline\n{WIDE}"
    notebook.cells[7].source += f"\n\n~~~python\n{WIDE}\n~~~\n\nEnd.\n\n```text\n{WIDE}\n```"
    before = copy.deepcopy(notebook)
    done = tool.formatted(notebook, "x.ipynb")
    narrow = "\n".join(["print(", *["    a_name,"] * 12, ")"])
    before.cells[2].source = f"%matplotlib inline\n{narrow}"
    before.cells[7].source = before.cells[7].source.replace(f"python\n{WIDE}", f"python\n{narrow}")
    assert done == before and contract.narrow_lines(done) == []
    assert tool.formatted(done, "x.ipynb") == done


def test_a_cell_is_folded_as_its_role_has_it():
    notebook = good()
    roles = {2: "figure", 3: "check", 4: "setup", 5: "method"}
    for place, role in roles.items():
        notebook.cells[place].metadata["tags"] = [role]
    result = tool.normal(notebook, "02-x.ipynb")
    tags = {role: set(result.cells[place].metadata["tags"]) for place, role in roles.items()}
    assert tags == {
        "figure": {"figure", "hide-input"},
        "check": {"check", tool.CHECKED},
        "setup": {"setup", "hide-input"},
        "method": {"method"},
    }
    folded = [r for p, r in roles.items() if result.cells[p].metadata.get("jupyter", {}).get("source_hidden")]
    assert folded == ["figure", "check", "setup"] and tool.normal(result, "02-x.ipynb") == result
    assert "hide-input" not in tool.normal(result, "01-x.ipynb").cells[2].metadata["tags"]


def test_a_program_that_is_none_is_named_and_left(tmp_path):
    notebook = good()
    notebook.cells[4].source = "a = 1\nprint("
    path = tmp_path / "x.ipynb"
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(SystemExit, match=r"x\.ipynb is left as it is: its program 'a = 1' can't"):
        tool.write(path, notebook)
    assert path.read_bytes() == before
