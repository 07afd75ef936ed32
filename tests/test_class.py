"""What a class gets: the student edition and the instructor's, slides, and the instructor's guide.

That each solution passes its check, that each stub fails and that each wrong answer is told why is shown by
tests/test_breaks.py, where the chapters' cells run anyway.
"""

import dataclasses
import itertools
import os
import re
import sys
import tomllib
import types
import zipfile

import agenda
import classroom
import deck
import doctor
import editions
import exercises
import guide
import handed
import handouts
import layout
import myst
import nbformat
import outputs
import package
import plain
import pytest
import questions
import quiz_text
import slides
import talk
import test_breaks
from tasks.base import Task, Wrong
from toc import ROOT, notebooks

CHAPTERS = notebooks()


@pytest.fixture(scope="module", params=CHAPTERS, ids=lambda path: path.stem)
def both(request):
    """A chapter, and its two editions by name."""
    return request.param, {kind: editions.edition(request.param, kind) for kind in editions.KINDS}


def labels(path):
    text = "".join(c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "markdown")
    return re.findall(r"\{exercise\}[^\n]*\n:label: (\S+)", text)


class TestEditions:
    """Of every chapter; in one class, so that each edition is made once."""

    def test_both_editions_have_every_exercise_of_the_chapter(self, both):
        path, found = both
        for edition in found.values():
            of_class = [cell for cell in edition.cells if "nbgrader" in cell.metadata]
            meta = [cell.metadata.nbgrader for cell in of_class if cell.cell_type == "code"]
            assert [m.grade_id for m in meta if m.solution] == labels(path)
            assert [m.grade_id for m in meta if m.grade] == [f"{label}-check" for label in labels(path)]
            assert all(m.schema_version == 3 and m.solution != m.grade and m.locked == m.grade for m in meta)
            assert all(m.get("points") == (1 if m.grade else None) for m in meta)
            read = [cell.metadata.nbgrader for cell in of_class if cell.cell_type == "markdown"]
            assert [m.grade_id for m in read] == [f"{label}-words" for label in labels(path)]
            assert all(m.solution and m.grade and not m.locked and m.points == 0 for m in read)
            assert len({cell.id for cell in edition.cells}) == len(edition.cells)

    def test_the_student_edition_has_no_solution(self, both):
        path, found = both
        student = "\n".join(cell.source for cell in found["student"].cells)
        assert not [mark for mark in ("{solution}", "SOLUTION", exercises.HIDDEN) if mark in student]
        cells = {cell.id: cell for cell in found["student"].cells}
        for label, parts in exercises.of_chapter(path.stem[:2], nbformat.read(path, as_version=4)).items():
            lines = {
                line for line in parts.answer.splitlines() if line and not re.match(r"\s*(def|class) ", line)
            }
            assert lines and not lines & set(cells[label].source.splitlines())
            assert cells[f"{label}-words"].source == editions.WORDS

    def test_nothing_of_the_chapter_is_lost(self, both):
        path, found = both
        chapter = nbformat.read(path, as_version=4)
        code = [cell.source for cell in chapter.cells if cell.cell_type == "code"]
        for edition in found.values():
            kept = [c for c in edition.cells if c.cell_type == "code" and "nbgrader" not in c.metadata]
            kept = [c for c in kept if c.id != "colab"]
            assert [cell.source for cell in kept] == code and not any(cell.outputs for cell in kept)
        words = told("\n".join(c.source for c in found["instructor"].cells if c.cell_type == "markdown"))
        for cell in chapter.cells:
            if cell.cell_type == "markdown":
                for line in plain_lines(cell.source, chapter):
                    assert told(line) in words

    def test_its_texts_need_no_extension_and_tell_no_answer(self, both):
        path, found = both
        for kind, edition in found.items():
            words = "\n".join(c.source for c in edition.cells if c.cell_type == "markdown")
            bare = re.sub(r"`[^`\n]+`", "", words)
            assert not re.findall(r"^(?:`{3,}|:{3,})\{|\{[\w:]+\}`|^ *:[\w-]+:|<!--", words, re.MULTILINE)
            assert not [line for line in bare.splitlines() if line.replace("$$", "").count("$") % 2]
            right = [question.right for question in questions.of_chapter(path)]
            marks = re.findall(r"^> ([A-D])\. .*? \*✓ Right\.\* \S", words, re.MULTILINE)
            told_there = [quiz_text.LETTERS[place] for place in right] if kind == "instructor" else []
            assert right and marks == told_there
            assert ("Not so." in words) == (kind == "instructor") == (plain.SHEET not in words)

    def test_what_a_chapter_cites_is_listed(self, both):
        path, found = both
        keys = set(re.findall(r"\{cite(?::t)?\}`([^`]+)`", path.read_text(encoding="utf-8")))
        keys = {key.strip() for group in keys for key in group.split(",")}
        listed = found["student"].cells[-1].source.splitlines()
        assert len(listed) == len(keys) > 0 and all(re.match(r"- .*\d{4}.*\.$", line) for line in listed)

    def test_the_instructors_edition_has_marks_in_pairs_and_the_words_of_each_solution(self, both):
        path, found = both
        for cell in found["instructor"].cells:
            for begin, end in ((exercises.BEGIN, exercises.END), (exercises.HIDDEN, exercises.SHOWN)):
                assert cell.source.count(begin) == cell.source.count(end) <= 1
        ids = {cell.id for cell in found["instructor"].cells}
        assert ids >= {f"{label}-solution" for label in labels(path)}

    def test_nbgrader_reads_every_instructors_edition(self, both):
        pytest.importorskip("nbgrader", reason="nbgrader is not installed")
        from nbgrader.nbgraderformat.v3 import MetadataValidatorV3
        from nbgrader.preprocessors import CheckCellMetadata, ClearHiddenTests, ClearSolutions, LockCells

        path, found = both
        notebook, resources = nbformat.from_dict(found["instructor"]), {}
        MetadataValidatorV3().validate_nb(notebook)
        for step in (LockCells, ClearSolutions, ClearHiddenTests, CheckCellMetadata):
            notebook, resources = step().preprocess(notebook, resources)
        released = {cell.id: cell.source for cell in notebook.cells}
        for label in labels(path):
            assert "YOUR ANSWER HERE" in released[f"{label}-solution"]
            assert "raise NotImplementedError()" in released[label] and "SOLUTION" not in released[label]
            assert "not yet: " not in released[f"{label}-check"]


def told(text):
    """The words alone, without marks of boxes and lists."""
    return re.sub(r"[\s>*$]+", " ", text).strip()


def plain_lines(source, chapter):
    """The lines of a text that stands in the chapter, but for directives and options, with roles in words."""
    source = myst.roles_in_words(editions.BOX.sub("", source), myst.labels_of(chapter))
    for line in source.splitlines():
        if not re.match(r"(`{3,}|:{3,})|:[\w-]+:", line):
            yield re.sub(r"^- \[[ x]\] ", "", line.strip())


BOXES = """Before.

```{prf:theorem} The best
:label: thm-it
With

$$
D = \\tfrac12
$$

it is {prf:ref}`thm-it`, and not {prf:ref}`thm-05-optimal`.
```

:::{admonition} Who wins?
:class: quiz

- [ ] $G$.

  Not alone.
- [x] Both, as {cite:t}`goodfellow2014` say.

  Or *nobody*.
- [ ] $D$.

  No.
:::
After."""


def test_boxes_become_plain_markdown():
    labels = {**myst.everywhere(), "thm-it": 'Theorem "The best"'}
    shown = plain.Plain(labels, answers=False).text(BOXES)
    assert "> **Theorem: The best.**\n>\n> With\n>\n> $$ D = \\tfrac12 $$\n>\n> it is Theorem" in shown
    assert 'not Theorem "The optimal discriminator" (chapter 5).' in shown
    assert (
        "> **Question.** Who wins?\n>\n> A. $G$.\n>\n> B. Both, as Goodfellow et al. (2014) say.\n" in shown
    )
    assert "[x]" not in shown and "nobody" not in shown and shown.endswith(f"`{plain.SHEET}`.*")
    assert "After." in shown and shown.startswith("Before.\n\n> ")
    told_all = plain.Plain(labels, answers=True).text(BOXES)
    assert "say. *✓ Right.* Or *nobody*." in told_all and plain.SHEET not in told_all
    with pytest.raises(KeyError, match="nobody2020"):
        plain.references(["{cite}`goodfellow2014, nobody2020`"])


# --- what students get


def test_students_get_all_that_they_need_as_one_file(tmp_path, monkeypatch):
    def wheel(folder):
        (folder / package.file_name()).write_bytes(b"a package")

    monkeypatch.setattr(package, "build", wheel)
    monkeypatch.setattr(editions, "notebooks", lambda: CHAPTERS[:1])
    points = handed.build(tmp_path)
    assert points == {f"{label}-check": 1 for label in labels(CHAPTERS[0])}
    with zipfile.ZipFile(tmp_path / "student.zip") as packed:
        names = {name.removeprefix(f"{handed.FOLDER}/") for name in packed.namelist()}
        readme = packed.read(f"{handed.FOLDER}/README.md").decode()
    assert names == {CHAPTERS[0].name, "README.md", plain.SHEET, package.file_name()}
    beside = {path.name for path in (tmp_path / "student").iterdir()}
    assert beside == names - {package.file_name()}
    named = re.findall(r"gan_teach[\w.-]*whl", readme)
    assert set(named) == {package.file_name()} and plain.SHEET in readme and "teacher" not in readme
    assert "which your teacher hands out" in (tmp_path / "student" / "README.md").read_text(encoding="utf-8")
    (extra,) = set(re.findall(r"whl\[(\w+)\]", readme))
    assert extra in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]


def test_the_address_of_the_book_stands_in_the_readme_where_it_has_one(monkeypatch):
    assert "<http" not in handed.readme(in_zip=True)
    monkeypatch.setattr(handouts, "settings", lambda: handouts.Book("https://example.org/book"))
    assert "<https://example.org/book>." in handed.readme(in_zip=True)


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
    program = (
        "net = make()\nopt = over(net)\nfor _ in range(3):\n    loss(net)\n    opt.step()\nassert net.good"
    )
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


def test_a_message_names_no_function_but_what_it_stands_on():
    parts = divide("y = 3\nf = lambda x: y * x\nassert f(1) == 3")
    assert run(parts, "y = 3") == "" and run(parts, "y = 2") == "not yet: y = 2"
    assert run(parts, "y = lambda: 3") == "y is a function here: what is asked is a value"
    parts = divide("y = lambda x: 2 * x\nassert y(1) == 2")  # here a function is asked
    assert run(parts, "y = lambda x: x + x") == "" and "function" not in run(parts, "y = lambda x: x")


def test_every_wrong_answer_belongs_to_the_solution_and_differs_from_it():
    for found in test_breaks.PARTS.values():
        for parts in found.values():
            for wrong in parts.task.wrong:
                assert wrong.old in parts.answer and wrong.old != wrong.new
                assert wrong.says.endswith(".") and 20 < len(wrong.says) < 200


# --- nbgrader, where it is installed


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


# --- slides


def kinds(slides):
    return [item.kind for slide in slides for item in slide.items]


CELLS = """# A game
:::{admonition} The question
:class: question
**Who wins?**

You need: a coin. Time: 5 minutes.
:::
--- slide
## First throw
One sentence is shown. {cite:t}`goodfellow2014` is only said.

:::{admonition} Predict first
:class: predict
Heads, or tails?
:::

```{prf:theorem} A coin
:label: thm-coin
$\\frac12$
```

```{prf:proof}
By symmetry.
```
--- -
See {prf:ref}`thm-coin`, [there](02.ipynb).<!-- checked -->
--- skip
Never shown.
--- slide
## Summary
- A coin has two sides. Both are fair.
"""
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAFCAYAAAB8ZH1oAAAADklEQVR4nGNgGAWjYBgBAAImAAElqVpqAAAAAElFTkSuQmCC"


def small_chapter():
    """A chapter of some texts and cells, and how its cells ran."""
    cells, mark = [], "slide"
    for part in re.split(r"^--- ", CELLS, flags=re.MULTILINE):
        if cells:
            mark, part = part.split("\n", 1)
        cells.append(nbformat.v4.new_markdown_cell(part, metadata={"slideshow": {"slide_type": mark}}))
    output = nbformat.v4.new_output
    for tag, shown in (
        ("setup", []),
        ("method", []),
        ("figure", [output("display_data", data={"image/png": PNG, "text/plain": "x"})]),
        ("check", [output("stream", name="stdout", text="✓ share of heads: ≈ 0.5 (within 0.1 of 0.5)\n")]),
    ):
        cell = nbformat.v4.new_code_cell(f"print('{tag}')", metadata={"tags": [tag], "slideshow": {}})
        cell.outputs = shown
        cells.insert(-1, cell)
    return nbformat.v4.new_notebook(cells=cells)


def test_a_slide_shows_what_is_looked_at_and_the_rest_is_said():
    chapter = small_chapter()
    found = deck.slides_of(chapter, chapter)
    assert [s.title for s in found] == ["A game", "First throw", "First throw", "Summary"]
    assert [s.first for s in found] == [True, True, False, True]  # the picture has no room on the second
    assert kinds(found) == [
        "question",
        *("text", "predict", "stated", "text", "code", "picture", "claims"),
        "summary",
    ]
    shown = "".join(item.html for slide in found for item in slide.items)
    said = "".join(note for slide in found for note in slide.notes)
    assert "One sentence is shown." in shown and "only said" not in shown
    assert "Goodfellow et al. (2014) is only said" in said and "By symmetry." in said
    assert "See Theorem &quot;A coin&quot;, there." in shown and "checked" not in shown
    assert "Never shown" not in shown + said and "setup" not in shown and "two sides. Both" in shown
    assert "share of heads: <b>≈ 0.5</b>" in shown and "within" not in shown  # bounds are for those who check


@pytest.mark.parametrize(("given", "speed"), [("1", "0.5"), ("0.5", "0.25"), ("0.25", "0.25"), ("4", "2")])
def test_a_stage_on_a_slide_begins_at_the_beginning_and_is_slower(given, speed):
    rest = '<script data-start="7">x</script></div>'
    for order in ('data-start="150" data-speed="{}"', 'data-speed="{}" data-start="150"'):
        tag = f'<div class="gan-stage" data-kind="line" {order}>'
        assert outputs.before_a_class(tag.format(given) + rest) == (
            tag.format(speed).replace("150", "0") + rest
        )
    assert outputs.before_a_class(f'<div class="gan-explorer">{rest}') == f'<div class="gan-explorer">{rest}'


def test_what_does_not_fit_stands_on_the_next_slide_with_its_sentence():
    long = deck.Deck({})
    long.open("Much")
    for height in (400, 60):
        long.put(outputs.Item("text", "", height))
    long.put(outputs.Item("picture", "", 450))
    assert [[i.height for i in s.items] for s in long.slides] == [[400], [60, 450]]
    assert [s.first for s in long.slides] == [True, False] and long.slides[1].title == "Much"


def section(*kinds, number=1, later=False):
    """Slides of one section: a list of kinds each."""
    return [
        layout.Slide("", False, [outputs.Item(kind, "", 10) for kind in slide], section=number, later=later)
        for slide in kinds
    ]


def laid(*items):
    """The kinds on each slide of a section with these (kind, height)."""
    found = layout.Layout()
    found.open("Much")
    for kind, height in items:
        found.put(outputs.Item(kind, "", height))
    return [[item.kind for item in slide.items] for slide in found.slides]


def test_a_slide_has_one_picture_and_no_answer_stands_under_its_question():
    assert laid(("text", 50), ("picture", 420), ("text", 50)) == [["text", "picture", "text"]]
    assert laid(("picture", 100), ("picture", 100)) == [["picture"], ["picture"]]
    assert laid(("predict", 100), ("text", 50), ("live", 100)) == [["predict"], ["text", "live"]]
    assert laid(("text", 50), ("predict", 100), ("claims", 100)) == [["text", "predict", "claims"]]
    assert laid(("predict", 50), ("predict", 50)) == [["predict"], ["predict"]]
    # What is said of measured values stays with them.
    assert laid(("claims", 200), ("text", 50), ("picture", 420)) == [["claims", "text"], ["picture"]]
    assert laid(("picture", 420), ("text", 50), ("live", 468)) == [["picture", "text"], ["live"]]
    assert laid(*[("summary", 110)] * 6) == [["summary"] * 6]


def test_what_follows_a_question_or_a_picture_comes_with_a_click():
    def clicks(*kinds):
        return layout.Slide("", items=[outputs.Item(kind, "", 10) for kind in kinds]).clicks

    assert clicks("text", "predict", "stated", "text") == [False, False, True, True]
    assert clicks("text", "picture", "text") == [False, False, True]
    assert clicks("text", "stated", "text") == [False] * 3
    marked = [outputs.Item("text", "", 10, fragment=True) for _ in range(2)]
    assert layout.Slide("", items=marked).clicks == [False, True]


def test_notes_are_there_before_the_first_click_and_say_nothing_twice():
    said = "<p>With quick police hardly anybody gets away.</p>"
    asked = outputs.Item("predict", "", 10, notes=[f"<p><em>{layout.OUTCOME}</em></p>\n{said}"])
    seen = outputs.Item("claims", "", 10)
    answer = outputs.Item("text", "", 10, notes=[said.replace(".<", ". The hollow is deep.<")])
    told = layout.Slide("A", items=[asked, seen, answer])
    assert told.notes == answer.notes and layout.Slide("A", items=[asked, seen]).notes == asked.notes
    twice = [outputs.Item("text", "", 10, notes=["<p>The same.</p>"]) for _ in range(2)]
    assert layout.Slide("A", items=twice).notes == ["<p>The same.</p>"]
    page = slides.exported("a", [told])
    assert 0 < page.index("<aside") < page.index('class="fragment"')


def test_a_section_of_a_list_is_told_with_its_first_sentence():
    items = section(["text", "text", "list", "list"])[0].items
    assert talk.Section(items).core == [items[0], *items[2:]]


def test_a_slide_of_a_talk_says_what_belongs_to_it():
    items = [outputs.Item(kind, "", 200, notes=[kind]) for kind in ("stated", "picture", "text", "code")]
    items[0].in_talk = items[2].in_talk = True
    slides = [layout.Slide("A", items=items[:2]), layout.Slide("A", False, items[2:])]
    (told,) = talk.laid_out(slides)
    assert told.items == [items[0], items[2]] and told.notes == ["stated", "text"]


def talked(slides):
    return [[item.kind for item in slide.items if item.in_talk] for slide in slides]


def test_a_talk_takes_45_minutes_at_most_and_begins_with_what_it_needs():
    slides = [s for n in range(12) for s in section(["text", "live"], ["code", "stated"], number=n)]
    slides += section(["question"], number=12) + section(["summary"], number=13)
    talk.choose(slides)
    told = talk.laid_out(slides)
    assert 38 < talk.minutes(told) <= talk.TALK
    assert kinds(told) == [kind for slide in talked(slides) for kind in slide]
    assert talked(slides)[-2:] == [["question"], ["summary"]]
    assert 8 < sum("live" in kinds for kinds in talked(slides)) < 12
    assert not any("code" in kinds for kinds in talked(slides))


def test_a_prediction_is_asked_with_its_answer_or_not_at_all():
    asked = section(["text", "predict", "code"], ["picture", "claims"], ["text", "text"], ["predict", "code"])
    (unit,) = talk.units_of([item for slide in asked for item in slide.items])
    assert [item.kind for item in unit] == ["text", "predict", "picture", "text"]
    talk.choose(asked)
    assert talked(asked) == [["text", "predict", "code"], ["picture", "claims"], ["text", "text"], ["code"]]
    at_once, seen = talk.units_of(section(["predict", "stated", "picture"])[0].items)
    assert [item.kind for item in at_once] == ["predict", "stated"] and len(seen) == 1
    read = section(["predict", "claims"], ["text", "predict"], ["live"])
    units = talk.units_of([item for slide in read for item in slide.items])
    assert [[item.kind for item in unit] for unit in units] == [
        ["predict", "claims", "text"],
        ["predict", "live"],
    ]


def test_what_is_said_of_values_is_told_with_them_or_not_at_all():
    items = section(["text", "claims", "text", "math", "list", "list"])[0].items
    told = talk.Section(items)
    assert told.measured() == [items[:3]]
    assert told.rest({"text", "list"}) == [items[:1], items[4:]]
    items[1].in_talk = True
    assert told.rest({"text"}) == [items[:1], items[2:3]]
    asked = section(["live", "text", "picture"])[0].items
    asked[1].html = "<p>And then?</p>"
    assert talk.units_of(asked) == [asked[:1], asked[1:]] and talk.Section(asked).rest({"text"}) == []
    (unit,) = talk.units_of(section(["claims", "text", "text", "predict", "picture"])[0].items)
    assert [item.kind for item in unit] == ["text", "predict", "picture"]


def test_a_summary_has_the_points_whose_sections_are_told():
    slides = section(["predict", "picture"]) + section(["text"], number=2)
    slides += section(["summary"] * 4, number=3)
    for slide, title in zip(slides, "ABC"):
        slide.title = title
    for point, of in zip(slides[-1].items, (("A",), ("B",), ("B", "A"), ())):
        point.of = of
    talk.choose(slides)
    assert [item.in_talk for item in slides[-1].items] == [True, False, True, True]


def test_sections_for_later_and_those_that_show_nothing_are_left_out():
    def long(number, later):
        return section(["text", "predict"], *[["picture"]] * 9, number=number, later=later)

    slides = [*long(1, True), *long(2, False), *long(3, False), *section(["text", "text"], number=4)]
    talk.choose(slides)
    assert not any(talked(slides)[:10]) and all(talked(slides)[10:30]) and not any(talked(slides)[30:])


def test_tables_and_citations_look_on_slides_as_they_should():
    table = deck.Deck({})
    table.open("Much")
    table.text("| x | y |\n|---|---|\n| 1 | 2 |", "-")
    assert kinds(table.slides) == ["table"] and "<td>1</td>" in table.slides[0].items[0].html
    cited = myst.in_words("Paid (R1, {cite}`mescheder2018`), see {cite}`mescheder2018`.", {})
    assert cited == "Paid (R1, Mescheder et al., 2018), see (Mescheder et al., 2018)."
    assert myst.sentences("As Radford et al. (2016) say. Next.") == ["As Radford et al. (2016) say.", "Next."]


def test_a_section_that_opens_is_told_with_its_units():
    opening = talk.Section(section(["predict", "picture"])[0].items, opens=True)
    assert len(opening.more()) == 1 and not talk.Section(opening.items).more()


def test_sentences_end_where_they_end():
    text = 'By $a. B$ one means `x. Y`. It is 0.5. "Is it?" $x$ is. (See e.g. there.)'
    assert myst.sentences(text) == [
        "By $a. B$ one means `x. Y`.",
        "It is 0.5.",
        '"Is it?"',
        "$x$ is.",
        "(See e.g. there.)",
    ]


def test_slides_say_what_they_lack(monkeypatch, tmp_path):
    monkeypatch.setattr(slides.executions, "find", lambda path: None)
    with pytest.raises(
        slides.SlidesError, match="01-police-and-thief.ipynb has not run as it is now: make book"
    ):
        slides.arranged(CHAPTERS[0])
    monkeypatch.setattr(slides.importlib.util, "find_spec", lambda name: None)
    kept = tmp_path / "kept.html"
    kept.touch()
    with pytest.raises(slides.SlidesError, match="need the package sphinx-revealjs"):
        slides.build(tmp_path)
    assert kept.exists()


@pytest.fixture(scope="module")
def shown(site, tmp_path_factory):
    """The slides of all chapters, as they ran for the pages."""
    if not os.environ.get("REQUIRE_BROWSER"):
        pytest.importorskip("sphinx_revealjs", reason="sphinx-revealjs is not installed")
    folder = tmp_path_factory.mktemp("slides")
    return folder, slides.build(folder)


def test_each_point_of_a_summary_names_its_sections():
    for path in CHAPTERS:
        titles, found = set(), []
        for cell in (c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "markdown"):
            blocks = myst.blocks(cell.source)
            titles |= {block.text for block in blocks if block.kind == "heading"}
            for before, block in itertools.pairwise(blocks):
                if before.kind == "heading" and before.text == "Summary":
                    found = cell.metadata["slideshow"].get("sums_up", [])
                    assert len(found) == len(myst.points(block.text)), path.stem
        assert found and titles.issuperset(title for of in found for title in of), path.stem


def test_no_talk_asks_what_it_does_not_answer(shown):
    _, found = shown
    for name, chapter in found.items():
        told = talk.laid_out(chapter)
        kinds = [item.kind for slide in told for item in slide.items]
        assert 30 < talk.minutes(told) <= talk.TALK, name
        assert {"question", "predict", "summary"} <= set(kinds), name
        for place in (n for n, kind in enumerate(kinds) if kind == "predict"):
            ends = next((n for n in range(place + 1, len(kinds)) if kinds[n] == "predict"), len(kinds))
            assert set(kinds[place:ends]) & {"picture", "live", "claims", "table", "stated"}, name


# What sticks out of a slide: below, or to the right. Stages scroll and clip by themselves.
OUT = """() => {
  document.querySelector('.slides').classList.add('measuring');
  const out = [];
  for (const sheet of document.querySelectorAll('.sheet')) {
    const box = sheet.getBoundingClientRect(), name = sheet.querySelector('h1, h2').textContent;
    if (box.height > 720) out.push(`${name}: ${Math.round(box.height)} pixels high`);
    for (const e of sheet.querySelectorAll('*'))
      if (!e.closest('aside, mjx-assistive-mml, .live') && e.getBoundingClientRect().right > box.left + 1280)
        { out.push(`${name}: ${e.tagName} is too wide`); break; }
  }
  const sizes = [...document.querySelectorAll('.sheet')].map((e) => Number(e.style.zoom || 1));
  return [out, sizes.length, Math.min(...sizes), document.querySelectorAll('mjx-merror').length];
}"""


@pytest.mark.browser
def test_no_slide_overflows_and_none_asks_a_third_party(shown, browser):
    folder, found = shown
    faults = []
    pages = found | {f"{name}-talk": talk.laid_out(chapter) for name, chapter in found.items()}
    for name, chapter in pages.items():
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        asked, said = [], []
        page.on("request", lambda r, asked=asked: asked.append(r.url))
        page.on("console", lambda m, said=said: said.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e, said=said: said.append(str(e)))
        page.goto((folder / f"{name}.html").as_uri())
        page.wait_for_selector("html[data-deck=open]", state="attached", timeout=60_000)
        for _ in range(20):  # what is drawn late is made smaller late
            out, count, smallest, errors = page.evaluate(OUT)
            if not out:
                break
            page.wait_for_timeout(500)
        assert count == len(chapter) >= 10 and smallest >= 0.6 and not errors
        faults += [f"{name}, {fault}" for fault in out + said]
        faults += [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
        page.close()
    assert not faults, "\n".join(faults)


def opened(browser, shown, number, asked="", part=""):
    """The slides of a chapter, in a window of their size. part: -talk for those of its talk."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    name = next(name for name in shown[1] if name.startswith(number))
    page.goto((shown[0] / f"{name}{part}.html").as_uri() + asked)
    page.wait_for_selector("html[data-deck=open]", state="attached", timeout=60_000)
    return page


def turn_to_stage(page):
    page.evaluate(
        """() => { const at = document.querySelector('.gan-stage').closest('.sheet').parentElement;
        const { h, v } = deck.getIndices(at); deck.slide(h, v); }"""
    )
    page.evaluate("while (deck.availableFragments().next) deck.nextFragment()")
    page.wait_for_function("document.querySelector('.gan-stage').ganStage.now.movie")
    return page.locator(".gan-stage").first


@pytest.mark.browser
def test_a_talk_leaves_out_the_rest_and_a_stage_plays(shown, browser):
    chapter = next(iter(shown[1].values()))
    page = opened(browser, shown, "01", part="-talk")
    told = talk.laid_out(chapter)
    assert page.evaluate("deck.getTotalSlides()") == len(told) < len(chapter)
    assert turn_to_stage(page).locator("canvas").first.is_visible()
    assert page.evaluate("document.querySelectorAll('aside.notes p').length") > 5
    assert not page.locator("[data-talk]").count()  # no mark where all are of the talk
    seconds = page.evaluate("deck.getSlides().map((e) => Number(e.dataset.timing))")
    assert seconds == [round(60 * slide.minutes) for slide in told]  # the pace of the speaker's view
    assert page.evaluate("deck.getConfig().defaultTiming") == 60  # without it there is none
    page.close()


@pytest.mark.browser
def test_a_click_magnifies_a_picture_where_it_is_clicked(shown, browser):
    page = opened(browser, shown, "09", part="-talk")
    picture = page.locator(".picture").first
    page.evaluate(
        "(e) => { const { h, v } = deck.getIndices(e.closest('section')); deck.slide(h, v); }",
        picture.element_handle(),
    )
    before = picture.bounding_box()
    at = {"x": 0.9 * before["width"], "y": 0.2 * before["height"]}
    picture.click(position=at)
    after = picture.bounding_box()
    assert after["width"] == pytest.approx(2 * before["width"], abs=2)
    for side in "xy":  # what was clicked stays where it was
        assert after[side] + 2 * at[side] == pytest.approx(before[side] + at[side], abs=2), side
    page.mouse.click(before["x"] + at["x"], before["y"] + at["y"])
    assert picture.bounding_box() == before
    picture.click(position=at)
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    assert not page.locator(".magnified").count()
    page.close()


@pytest.mark.browser
def test_printing_says_which_address_prints(shown, browser):
    for asked in ("", "#/2"):
        page = opened(browser, shown, "01", asked, part="-talk")
        page.emulate_media(media="print")
        assert not page.locator(".reveal").is_visible()
        assert page.locator(".to-print").inner_text().endswith("-talk.html?print-pdf")
        page.close()
    page = opened(browser, shown, "01", "?print-pdf")
    page.emulate_media(media="print")
    assert page.locator(".reveal").is_visible() and not page.locator(".to-print").is_visible()
    last = "(({ index, movie }) => index === movie.frames.length - 1)"
    assert page.evaluate(f"{last}(document.querySelector('.gan-stage').ganStage.now)")  # how it ends
    page.close()


# The smallest text of each piece that moves, and how wide and high each stage and each lone picture is.
SIZES = """() => {
  const sizeOf = (e) => { const { width, height } = e.getBoundingClientRect(); return [width, height]; };
  const words = 'button, select, dt, dd, label, output, p, summary';
  const smallest = (e) => Number(e.closest('.sheet').style.zoom || 1) * Math.min(
    ...[...e.querySelectorAll(words)].filter((x) => x.checkVisibility())
      .map((x) => parseFloat(getComputedStyle(x).fontSize)));
  const found = [];
  for (const sheet of document.querySelectorAll('.sheet')) {
    const live = sheet.querySelector('.live > *'), stage = sheet.querySelector('.gan-stage .gs-frame');
    const picture = sheet.querySelector('.picture');
    if (live) found.push(['text', smallest(live)]);
    if (stage) found.push(['stage', ...sizeOf(stage)]);
    const top = sheet.querySelector('.gs-top'), map = sheet.querySelector('.gs-map');
    if (top && !map) found.push(['room', top.clientHeight - top.scrollHeight]);
    if (picture && sheet.children.length === 2) found.push(['picture', ...sizeOf(picture)]);
  }
  return found;
}"""


@pytest.mark.browser
@pytest.mark.parametrize("number", ["09", "10", "11", "12", "22", "27"])
@pytest.mark.parametrize("part", ["", "-talk"])
def test_what_is_shown_can_be_read_from_the_last_row(shown, browser, number, part):
    page = opened(browser, shown, number, part=part)
    page.evaluate("document.querySelector('.slides').classList.add('measuring')")
    for what, *sizes in page.evaluate(SIZES):
        least = {"text": [16.5], "stage": [600, 440], "room": [-2], "picture": [1180, 450]}[what]
        assert all(size >= wanted for size, wanted in zip(sizes, least)), (what, sizes)
    page.close()


@pytest.mark.browser
def test_a_stage_grows_back_and_is_drawn_sharply(shown, browser):
    page = opened(browser, shown, "09")
    stage = turn_to_stage(page)
    picture, switch = stage.locator("canvas").first, stage.locator(".gs-switch button")
    first = picture.bounding_box()
    assert stage.locator("dd").first.inner_text() == "0"  # the step: the answer comes with Run
    assert picture.evaluate("(e) => e.width") == pytest.approx(first["width"], abs=2)  # point for point
    switch.nth(1).click()
    settings = stage.locator(".gs-extras > details")
    assert settings.get_attribute("open") is None
    for _ in range(2):  # opened and closed
        settings.locator("summary").first.click()
        assert picture.bounding_box() == pytest.approx(first, abs=1)
    switch.nth(0).click()
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.wait_for_function(
        "(w) => document.querySelector('.gan-stage canvas').width > w", arg=1.4 * first["width"]
    )
    page.close()
    page = opened(
        browser, shown, "22"
    )  # curves: what makes a slide higher for a while shrinks it for a while
    sheet = page.locator(".sheet:has(.gan-explorer)").first
    page.evaluate(
        "(e) => deck.slide(...Object.values(deck.getIndices(e.parentElement)))", sheet.element_handle()
    )
    assert not sheet.evaluate("(e) => e.style.zoom")
    sheet.evaluate(
        "(e) => { e.append(Object.assign(document.createElement('div'), { style: 'height: 150px' })); }"
    )
    page.wait_for_function("(e) => e.style.zoom && e.style.zoom < 1", arg=sheet.element_handle())
    sheet.evaluate("(e) => e.lastChild.remove()")
    page.wait_for_function("(e) => !e.style.zoom", arg=sheet.element_handle())
    page.close()


@pytest.mark.browser
def test_the_keys_of_a_clicker_turn_the_slide_wherever_one_has_clicked(shown, browser):
    page = opened(browser, shown, "09")
    stage = turn_to_stage(page)
    page.evaluate("document.querySelectorAll('.fragment').forEach((e) => e.classList.remove('fragment'))")
    page.evaluate("deck.sync()")
    at, focus = "deck.getSlidePastCount()", "document.activeElement.tagName"
    here = page.evaluate(at)

    def turns(key, there=here + 1):
        page.keyboard.press(key)
        assert page.evaluate(at) == there, key
        page.evaluate("deck.prev()") if there > here else None

    bar, run = stage.locator(".gs-bar > input[type=range]"), stage.locator(".gs-run")
    tick = stage.locator(".gs-layers input").first
    for use in (
        lambda: bar.click(position={"x": 90, "y": 12}),
        run.click,
        tick.click,
        stage.locator("canvas").first.click,
    ):
        for key in ("ArrowRight", "PageDown", " "):
            use()
            turns(key)
    bar.click(position={"x": 90, "y": 12})
    turns("PageUp", here - 1)
    page.evaluate("deck.next()")
    moment = "document.querySelector('.gan-stage').ganStage.now.index"
    bar.focus()  # by Tab: its keys are its own, a clicker's are not
    before = page.evaluate(moment)
    turns("ArrowRight", here)
    assert page.evaluate(moment) == before + 1 and page.evaluate(focus) == "INPUT"
    turns("PageDown")
    page.mouse.move(5, 700)
    page.mouse.down()
    page.mouse.up()
    run.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    turns(" ", here)  # pressed, not turned
    assert run.inner_text() == "Pause"
    turns("ArrowRight")
    stage.locator(".gs-switch button").nth(1).click()
    stage.locator("summary").first.click()
    rate = stage.locator("input[name=lr_d]")
    rate.fill("0.01")
    turns(" ", here)  # it is written
    turns("PageDown")
    rate.fill("0.02")
    page.keyboard.press("Enter")
    page.wait_for_function(f"{focus} === 'BODY'")
    turns("ArrowRight")
    page.close()


# --- the instructor's guide


@pytest.fixture(scope="module")
def chapters():
    return [guide.chapter_of(path) for path in CHAPTERS]


def test_the_guide_has_what_the_chapters_have(chapters):
    for path, chapter in zip(CHAPTERS, chapters):
        text = "".join(c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "markdown")
        assert len(chapter.predictions) == len(re.findall("^:class:.*predict", text, re.MULTILINE)) > 0
        assert len(chapter.errors) == len(re.findall("^:class:.*common-error", text, re.MULTILINE))
        assert [exercise.label for exercise in chapter.exercises] == labels(path)
        assert chapter.minutes == int(re.search(r"Time: (\d+) minutes", text)[1])
        assert "<li>" in chapter.summary and "<strong>" not in chapter.question and "?" in chapter.question


def test_the_page_leads_to_slides_and_editions_and_names_each_wrong_answer(chapters):
    text = guide.page(chapters, guide.paths())
    for chapter in chapters:
        for link in (f"slides/{chapter.name}-talk.html", f"student/{chapter.name}.ipynb"):
            assert f'href="{link}"' in text
        for exercise in chapter.exercises:
            assert all(says in text for _, says in exercise.wrong)
    assert "{" + "cite" not in text and "{" + "prf" not in text
    assert not re.findall(r'(?:src|href)="https?:', text)


def slide(title, *kinds, in_talk=False):
    return layout.Slide(title, items=[outputs.Item(kind, "", 10, in_talk=in_talk) for kind in kinds])


def test_the_talk_and_what_it_leaves_out_stand_in_the_guide(chapters):
    chapter = dataclasses.replace(chapters[0], predictions=[])
    slides = [slide(title, "live", in_talk=title == "A") for title in ("A", "B", "B", "References")]
    found = guide.with_slides(chapter, slides)
    assert found.cut == ("B",) and (found.slides, found.talk, found.whole) == (4, 3, 14)
    text = guide.page([found], [])
    assert "The talk (1 slides, 3 min)</a>" in text and "all 4 slides</a>" in text
    assert "<td>0</td><td>1</td><td>A</td><td>stage</td>" in text and "<p>Left out: B.</p>" in text


def test_the_plan_has_a_row_for_each_section_of_the_talk():
    slides = [
        slide("A", "question", "stated"),
        slide("B", "predict"),
        slide("B", "picture", "predict", "text"),
        slide("C", "text"),
    ]
    assert [dataclasses.astuple(row) for row in agenda.planned(slides)] == [
        (0, "1", "A", "the question, statement"),
        (3, "2\N{EN DASH}3", "B", "2 predictions, picture"),
        (8, "4", "C", "text"),
    ]


def test_a_prediction_is_found_on_its_slide_with_what_comes_of_it(chapters):
    slides = [
        slide("A", "predict", in_talk=True),
        slide("A", "code"),
        slide("A", "picture", in_talk=True),
        slide("B", "text", "predict", in_talk=True),
        slide("B", "stated", "picture"),
        slide("B", "predict", "claims"),
        slide("C", "predict", in_talk=True),
    ]
    made = [agenda.Prediction("", "") for _ in range(4)]
    agenda.placed(made, slides)
    found = [(p.talk, p.talk_outcome, p.place, p.outcome) for p in made]
    assert found == [(1, 2, 1, 3), (3, 0, 4, 5), (0, 0, 6, 6), (4, 0, 7, 0)]
    text = guide.page([dataclasses.replace(chapters[0], predictions=made, plan=agenda.planned(slides))], [])
    for said in ("Slide 1. What comes of it: slide 2<", "Slide 3. What comes of it: slide 5 of all<"):
        assert said in text
    assert "1 that the talk leaves out" in text and "Slide 6. What comes of it: slide 6<" in text
    with pytest.raises(guide.GuideError, match="other predictions than the chapter"):
        guide.with_slides(dataclasses.replace(chapters[0], predictions=made[:2]), slides)


ASKED = ":::{admonition} Predict first\n:class: predict\nHow many?\n:::\n"
HINT = "It is some words longer than a hint."


@pytest.mark.parametrize(
    "after, answer",
    [
        (["figure", f"At the picture. {HINT}", "check", f"Eight. {HINT}"], f"<p>Eight. {HINT}</p>"),
        (["check", "Switch.", f"(They err.) Eight. {HINT} All:"], f"<p>Eight. {HINT}</p>"),
        (["figure", f"One. {HINT}", f"Two. {HINT}", "check"], f"<p>One. {HINT}</p><p>Two. {HINT}</p>"),
        (
            ["figure", "```{prf:lemma} All\nEight.\n```", "check", HINT],
            "<p><strong>All.</strong></p>\n<p>Eight.</p>",
        ),
        (["figure", "## Another", "check", HINT], ""),
        (["figure", ASKED, "check", HINT], ""),
    ],
)
def test_the_answer_to_a_prediction_is_what_the_chapter_says_after_it(after, answer):
    cells = [nbformat.v4.new_markdown_cell(ASKED)]
    for step in after:
        if step in ("figure", "check"):
            cells.append(nbformat.v4.new_code_cell("", metadata={"tags": [step]}))
        else:
            cells.append(nbformat.v4.new_markdown_cell(step))
    assert agenda.predictions_of(nbformat.v4.new_notebook(cells=cells), {})[0].answer == answer


def test_nearly_all_predictions_have_an_answer_in_words(chapters):
    lacking = [p.text for chapter in chapters for p in chapter.predictions if not p.answer]
    assert len(lacking) <= 2, lacking


def test_the_guide_says_how_to_hand_out_and_to_grade(chapters):
    text = guide.page(chapters, [])
    assert 'href="student.zip"' in text and f"{package.file_name()}[live]" in text
    commands = set(re.findall(r"^(?:<pre.*<code>)?nbgrader (\w+)", text, re.MULTILINE))
    assert commands == {"generate_assignment", "autograde", "export"}
    nbgrader = pytest.importorskip("nbgrader.apps", reason="nbgrader is not installed")
    from nbgrader.preprocessors import Execute

    assert commands <= set(nbgrader.NbGraderApp.subcommands) and Execute.timeout.default_value == 30


@pytest.fixture(scope="module")
def guided(site, tmp_path_factory):
    """The guide, with the slides of chapter 9 beside it."""
    if not os.environ.get("REQUIRE_BROWSER"):
        pytest.importorskip("sphinx_revealjs", reason="sphinx-revealjs is not installed")
    target = tmp_path_factory.mktemp("class")
    nine = next(path for path in CHAPTERS if path.stem.startswith("09"))
    slides.build(target / "slides", [nine])
    guide.build(target, {path.stem: slides.arranged(path) for path in CHAPTERS}, {})
    return target / "guide.html", nine


# Formulas whose lowest line is cut, and the words that are read with all folds closed; what only screen
# readers get is left out.
CUT = """() => [...document.querySelectorAll('mjx-container[display="true"]')]
  .filter((e) => e.clientHeight && e.scrollHeight > e.clientHeight).map((e) => e.textContent.slice(0, 60))"""
WORDS = "() => [...document.querySelectorAll('.chapter')].map((e) => e.innerText.split(/\\s+/).length)"


def formulas_set(page):
    page.wait_for_function("window.MathJax && MathJax.startup && MathJax.startup.promise")
    page.evaluate("MathJax.startup.promise")


def media(page, kind, event=None):
    """Show the page as on paper or on screen, after the event that comes with it."""
    page.emulate_media(media=kind)
    if event:
        page.evaluate(f"dispatchEvent(new Event('{event}'))")


@pytest.mark.browser
def test_a_chapter_of_the_guide_is_read_in_five_minutes_and_prints_open(guided, browser):
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto(guided[0].as_uri())
    formulas_set(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.evaluate("document.querySelectorAll('mjx-assistive-mml').forEach((e) => e.remove())")
    words = page.evaluate(WORDS)
    assert len(words) == len(CHAPTERS) and 200 < min(words) and max(words) <= 1000, words  # 200 a minute
    media(page, "print", "beforeprint")
    assert page.locator("details:not([open])").count() == 0 and page.evaluate(CUT) == []
    breaks = "[...document.querySelectorAll('.chapter')].map((e) => getComputedStyle(e).breakBefore)"
    assert set(page.evaluate(breaks)) == {"page"}
    media(page, "screen", "afterprint")
    page.evaluate("window.print = () => 0")
    page.get_by_role("button", name="Print this chapter").nth(2).click()
    media(page, "print")
    assert page.locator(".chapter:visible").count() == 1 and page.locator("#chapter-03").is_visible()
    assert not page.locator("h1").is_visible()
    media(page, "screen", "afterprint")
    assert page.locator(".chapter:visible").count() == len(CHAPTERS)
    assert page.locator("details[open]").count() == 0
    page.close()


def test_the_guide_says_what_each_hand_out_is_for(guided):
    text = guided[0].read_text(encoding="utf-8")
    said = re.findall(r'<li><a href="handouts.html#[^"]+">[^<]+</a>(.*)</li>', text)
    assert len(said) > 11 and all(re.match(r": [A-Z].{15,}", words) for words in said)


@pytest.mark.browser
def test_the_slides_have_the_numbers_that_the_guide_gives_them(guided, browser):
    file, path = guided
    chapter = guide.with_slides(guide.chapter_of(path), slides.arranged(path))
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    for part, number in (("-talk", "talk"), ("", "place")):
        page.goto((file.parent / "slides" / f"{path.stem}{part}.html").as_uri())
        page.wait_for_selector("html[data-deck=open]", state="attached", timeout=60_000)
        sheets = page.locator(".slides .sheet")
        for prediction in chapter.predictions:
            if place := getattr(prediction, number):
                there = sheets.nth(place - 1).locator(".predict").all_text_contents()
                words = re.match(r"<p>([\w ,;]+)", prediction.text)[1]
                assert [text for text in there if words in text], (part, place, words)
    page.close()


def test_every_chapter_of_a_path_exists(tmp_path):
    ways = guide.paths()
    assert [way["name"] for way in ways] == ["One lecture", "A week", "A term"]
    for way in ways:
        numbers = [number for lesson in way["lessons"] for number in lesson["chapters"]]
        assert numbers == sorted(set(numbers)), "in reading order, none twice"
    file = tmp_path / "paths.yml"
    for lesson, said in (
        ('{title: a, chapters: ["01", "77"], minutes: 45}', "'One' names chapter 77, the book has 01 to"),
        (
            '{title: Here, and there, chapters: ["01"], minutes: 45}',
            "a lesson has title, chapters and minutes",
        ),
    ):
        file.write_text(f"- name: One\n  for: All.\n  lessons:\n    - {lesson}\n", encoding="utf-8")
        with pytest.raises(guide.GuideError, match=said):
            guide.paths(file)


def test_a_question_without_its_time_is_said():
    box = myst.Block("admonition", "**Why?**", "The question", options={"class": "question"})
    with pytest.raises(
        guide.GuideError, match="'The question' does not say 'You need: ... Time: ... minutes'"
    ):
        guide.opening([box])


# --- the doctor


def test_the_doctor_finds_this_environment_whole(capsys, monkeypatch):
    monkeypatch.delenv("GAN_TEACH_DATA", raising=False)
    assert doctor.main() == 0, capsys.readouterr().out
    said = capsys.readouterr().out
    assert said.count("\n✓") >= 3 and "✗" not in said and said.endswith("can be built and run here.\n")


def test_the_doctor_names_what_is_missing_and_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor.platform, "system", lambda: "Linux")
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    monkeypatch.setattr(doctor, "MAC_BROWSERS", ())
    assert str(doctor.browser()).startswith("– Browser: no Chromium") and doctor.browser().get == (
        "apt install chromium"
    )
    assert doctor.commands().said.startswith("no make and no git")
    monkeypatch.setattr(doctor, "installed", lambda name: None if name == "torch" else doctor.wanted()[name])
    assert doctor.packages().state == "lacking" and "missing: torch" in doctor.packages().said
    monkeypatch.setattr(doctor, "installed", lambda name: "0.1" if name == "pooch" else doctor.wanted()[name])
    assert doctor.packages().state == "optional" and "pooch 0.1 (not " in doctor.packages().said
    monkeypatch.setattr(doctor.sys, "prefix", str(tmp_path))
    monkeypatch.delenv("JUPYTER_PATH", raising=False)
    assert doctor.widgets().state == "lacking" and "pip install anywidget" in doctor.widgets().get
    monkeypatch.setenv("GAN_TEACH_DATA", str(tmp_path))
    assert doctor.digits().state == "lacking" and "train-images-idx3-ubyte.gz" in doctor.digits().get
    monkeypatch.setattr(doctor, "OLDEST", (4, 0))
    assert doctor.python().state == "lacking" and doctor.python().get == "apt install python3 python3-venv"


def test_the_doctor_counts_what_is_to_be_mended(monkeypatch, capsys):
    lacking = doctor.Finding("lacking", "Python", "none", "get one")
    monkeypatch.setattr(
        doctor, "CHECKS", (lambda: lacking, lambda: doctor.Finding("good", "Browser", "here"))
    )
    assert doctor.main() == 1
    assert capsys.readouterr().out == (
        "✗ Python: none\n    get one\n✓ Browser: here\n1 to mend (✗) before the book runs.\n"
    )


def test_the_doctor_needs_nothing_but_python_and_names_the_digits_of_the_book():
    from cache_key import DIGITS

    assert doctor.MNIST == DIGITS
    source = (ROOT / "tools" / "doctor.py").read_text(encoding="utf-8")
    imported = re.findall(r"^(?:import|from) (\w+)", source, re.MULTILINE)
    assert set(imported) <= {"__future__", *sys.stdlib_module_names}
