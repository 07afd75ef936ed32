"""What a class gets: the student edition and the instructor's.

That each solution passes its check, that each stub fails and that each wrong answer is told why is shown by
tests/test_breaks.py, where the chapters' cells run anyway.
"""

import re
import types

import classroom
import editions
import exercises
import nbformat
import pytest
import test_breaks
from tasks.base import Task, Wrong
from toc import notebooks

CHAPTERS = notebooks()


@pytest.fixture(scope="module", params=CHAPTERS, ids=lambda path: path.stem)
def both(request):
    """A chapter, and its two editions by name."""
    return request.param, {kind: editions.edition(request.param, kind) for kind in editions.KINDS}


def labels(path):
    text = "".join(c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "markdown")
    return re.findall(r"\{exercise\}[^\n]*\n:label: (\S+)", text)


def test_both_editions_have_every_exercise_of_the_chapter(both):
    path, found = both
    for edition in found.values():
        meta = [cell.metadata.nbgrader for cell in edition.cells if "nbgrader" in cell.metadata]
        assert [m.grade_id for m in meta if m.solution] == labels(path)
        assert [m.grade_id for m in meta if m.grade] == [f"{label}-check" for label in labels(path)]
        assert all(m.schema_version == 3 and m.solution != m.grade and m.locked == m.grade for m in meta)
        assert all(m.get("points") == (1 if m.grade else None) for m in meta)
        assert len({cell.id for cell in edition.cells}) == len(edition.cells)


def test_the_student_edition_has_no_solution(both):
    path, found = both
    student = "\n".join(cell.source for cell in found["student"].cells)
    assert "{solution}" not in student and "SOLUTION" not in student and "HIDDEN" not in student
    cells = {cell.id: cell for cell in found["student"].cells}
    for label, parts in exercises.of_chapter(path.stem[:2], nbformat.read(path, as_version=4)).items():
        lines = {line for line in parts.answer.splitlines() if line and not re.match("def |class ", line)}
        assert lines and not lines & set(cells[label].source.splitlines())


def test_nothing_of_the_chapter_is_lost(both):
    path, found = both
    chapter = nbformat.read(path, as_version=4)
    code = [cell.source for cell in chapter.cells if cell.cell_type == "code"]
    for edition in found.values():
        kept = [c for c in edition.cells if c.cell_type == "code" and "nbgrader" not in c.metadata]
        assert [cell.source for cell in kept] == code and not any(cell.outputs for cell in kept)
    words = "".join(c.source for c in found["student"].cells if c.cell_type == "markdown")
    for cell in chapter.cells:
        if cell.cell_type == "markdown":
            for line in editions.BOX.sub("", cell.source).splitlines():
                assert line.strip() in words


def test_the_instructors_edition_has_marks_in_pairs_and_the_words_of_each_solution(both):
    path, found = both
    for cell in found["instructor"].cells:
        for begin, end in ((exercises.BEGIN, exercises.END), (exercises.HIDDEN, exercises.SHOWN)):
            assert cell.source.count(begin) == cell.source.count(end) <= 1
    ids = {cell.id for cell in found["instructor"].cells}
    assert ids >= {f"{label}-solution" for label in labels(path)}


# --- how a solution is divided


PROGRAM = "import numpy as np\n\nx = np.arange(3)\nhalf = 0.5\ny = half * x\nassert y.sum() == 1.5"


def divide(program=PROGRAM, **task):
    return exercises.divide(program, Task("ex-00-try", **{"asks": {"y": "half of x"}, **task}))


def test_what_is_asked_is_the_answer_with_all_that_it_stands_on():
    parts = divide()
    assert parts.given == "import numpy as np" and parts.stub == "y = ..."
    assert parts.answer == "x = np.arange(3)\nhalf = 0.5\ny = half * x"
    assert parts.asserts == 'assert y.sum() == 1.5, f"not yet: y = {y!r:.60}"'
    assert divide(given=("x",)).given == "import numpy as np\nx = np.arange(3)"


def test_a_piece_can_be_lifted_out_of_a_program():
    program = "for s in (1, 2):\n    # twice\n    assert s + s == 2 * s"
    parts = divide(program, asks={"twice": "of s"}, lifts={"twice(s)": "2 * s"})
    assert parts.answer == "def twice(s):\n    return 2 * s" and parts.stub.startswith(
        "def twice(s):\n    raise"
    )
    assert 'assert s + s == twice(s), f"not yet: s = {s!r:.60}"' in parts.asserts


def test_loops_that_train_what_is_asked_belong_to_the_answer():
    program = "net = make()\nopt = over(net)\nfor _ in range(3):\n    opt.step()\nassert net.good"
    assert "opt.step()" in divide(program, asks={"net": "trained"}).answer


def test_what_does_not_fit_a_solution_is_said():
    for task, said in (
        ({"asks": {"z": "?"}}, "never sets z"),
        ({"lifts": {"q": "7 * 7"}}, "'7 \\* 7' is not in"),
    ):
        with pytest.raises(exercises.TaskError, match=f"ex-00-try: .*{said}"):
            divide(**task)
    with pytest.raises(exercises.TaskError, match="the check needs x of the solution"):
        divide(PROGRAM + "\nassert len(x) == 3")
    with pytest.raises(exercises.TaskError, match="nothing in the solution's program checks"):
        divide("y = 1")


def test_a_task_without_an_exercise_and_an_exercise_without_a_task_are_named(monkeypatch):
    cell = nbformat.v4.new_markdown_cell("```{solution} ex-00-a\n~~~python\ny = 1\nassert y\n~~~\n```")
    chapter = nbformat.v4.new_notebook(cells=[cell])
    for written, said in (
        ([], "ex-00-a: there is no task, add it to tests/tasks/chapter_00.py"),
        ([Task("ex-00-a", {"y": "1"}), Task("ex-00-b", {})], "ex-00-b: no such exercise in chapter 00"),
        ([Task("ex-00-a", {"y": "1"}), Task("ex-00-a", {})], "two tasks for ex-00-a"),
    ):
        module = types.SimpleNamespace(TASKS=written)
        monkeypatch.setattr(exercises.importlib, "import_module", lambda name, module=module: module)
        with pytest.raises(exercises.TaskError, match=said):
            exercises.of_chapter("00", chapter)


def run(parts, answer: str) -> str:
    """What the check says to an answer: "" if it passes."""
    space = {}
    try:
        exec(f"{answer}\n{parts.check()}", space)
    except (AssertionError, NotImplementedError) as error:
        return str(error)
    return ""


def test_a_check_says_what_is_missing_and_what_is_wrong():
    wrong = Wrong("0.5", "2", "y[1] == 2", "Twice is not half.")
    parts = divide(wrong=(wrong,), given=("x",))
    assert run(parts, parts.cell()) == ""
    assert run(parts, parts.cell(answer=False)) == "y is still to be found"
    assert run(parts, parts.cell().replace(wrong.old, wrong.new)) == wrong.says
    assert run(parts, parts.cell().replace("0.5", "0.25")).startswith("not yet: y = array(")


def test_every_wrong_answer_belongs_to_the_solution_and_differs_from_it():
    for found in test_breaks.PARTS.values():
        for parts in found.values():
            for wrong in parts.task.wrong:
                assert wrong.old in parts.answer and wrong.old != wrong.new
                assert wrong.says.endswith(".") and 20 < len(wrong.says) < 200


# --- nbgrader, where it is installed


def test_nbgrader_reads_every_instructors_edition(both):
    pytest.importorskip("nbgrader", reason="nbgrader is not installed")
    from nbgrader.nbgraderformat import MetadataValidatorV3
    from nbgrader.preprocessors import CheckCellMetadata, ClearHiddenTests, ClearSolutions, LockCells

    path, found = both
    notebook, resources = nbformat.from_dict(found["instructor"]), {}
    MetadataValidatorV3().validate_nb(notebook)
    for step in (LockCells, ClearSolutions, ClearHiddenTests, CheckCellMetadata):
        notebook, resources = step().preprocess(notebook, resources)
    released = {cell.id: cell.source for cell in notebook.cells}
    for label in labels(path):
        assert "raise NotImplementedError()" in released[label] and "SOLUTION" not in released[label]
        assert "not yet: " not in released[f"{label}-check"]


@pytest.mark.slow  # two kernels
def test_nbgrader_passes_the_solution_and_not_the_stub(tmp_path):
    pytest.importorskip("nbgrader", reason="nbgrader is not installed")
    from nbgrader.validator import Validator

    path = next(path for path in CHAPTERS if path.stem.startswith("03"))
    for kind, failed in (("instructor", 0), ("student", 1)):
        cells = {cell.id: cell for cell in editions.edition(path, kind).cells}
        chosen = [cells["ex-03-certainty"], cells["ex-03-certainty-check"]]
        begin = nbformat.v4.new_code_cell("import numpy as np")
        file = tmp_path / f"{kind}.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=[begin, *chosen]), file)
        assert len(Validator().validate(str(file)).get("failed", [])) == failed


# --- the command


def test_an_unknown_part_is_refused(capsys):
    assert classroom.main(["posters"]) == 2
    assert "there is no part posters; the parts are student" in capsys.readouterr().out
