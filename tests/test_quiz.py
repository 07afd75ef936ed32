"""Questions with answers to choose from: what is refused, what each chapter has, and how a page answers."""

import re
from collections import Counter

import guide
import nbformat
import pytest
import questions
import quiz_text
import slides
from browsing import Visit
from sphinx.application import Sphinx
from test_site import barriers
from toc import notebooks

CHAPTERS = notebooks()
GOOD = """
- [ ] First.

  No, since $1 < 2$.
- [x] Second.

  Yes.
- [ ] Third, which
  goes on.

  No, and this
  goes on as well.
"""
# What is wrong: (the text below the title, the line of the page that is named, what is said)
BAD = {
    "none right": (GOOD.replace("[x]", "[ ]"), 3, "no answer is right"),
    "two right": (GOOD.replace("- [ ] Third", "- [x] Third"), 12, "a second right answer, after line 4"),
    "no feedback": (GOOD.replace("\n  Yes.\n", ""), 9, "an answer without feedback"),
    "two answers": (GOOD.partition("- [ ] Third")[0], 3, "3 or 4 answers are wanted, here are 2"),
    "five answers": (GOOD + "- [ ] A.\n\n  No.\n- [ ] B.\n\n  No.\n", 3, "here are 5"),
    "the same twice": (GOOD.replace("Second.", "first"), 9, "the same answer as in line 1"),
    "no box": (GOOD.replace("- [ ] First", "- First"), 6, "an answer begins with"),
    "not indented": (GOOD.replace("  Yes", "Yes"), 11, "is indented by two spaces"),
    "words before": (GOOD.replace("\n", "\nLook:\n\n", 1), 6, "nothing else stands before"),
    "two paragraphs": (GOOD.replace("  Yes.", "  Yes.\n\n  And."), 13, "feedback has one paragraph"),
    "a list in it": (GOOD.replace("  Yes.", "  1. Yes."), 11, "only words and formulas"),
}


def box(text: str, title: str = "Which of $x$?") -> str:
    return f"# Page\n\n:::{{admonition}} {title}\n:class: quiz\n{text}\n:::\n"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small book of a good question, a plain box and the bad ones: its folder, and what the build said."""
    home = tmp_path_factory.mktemp("quiz")
    pages = {"index": box(GOOD) + "\n:::{admonition} Plain\nWords.\n:::\n", "no-title": box(GOOD, " ")}
    pages |= {name.replace(" ", "-"): box(text) for name, (text, *_) in BAD.items()}
    for name, text in pages.items():
        (home / f"{name}.md").write_text(text, encoding="utf-8")
    settings = (
        "extensions = ['myst_parser', 'quiz']\nmyst_enable_extensions = ['colon_fence', 'dollarmath']\n"
        "source_suffix = {'.md': 'markdown'}\n"  # else another book built by this process decides
    )
    (home / "conf.py").write_text(settings, encoding="utf-8")
    said = home / "said.txt"
    with said.open("w", encoding="utf-8") as stream:
        Sphinx(home, home, home / "html", home / "trees", "html", status=None, warning=stream).build()
    return home, said.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", BAD)
def test_a_bad_question_is_an_error_of_the_build_that_names_the_line(small, name):
    _, said = small
    _, line, words = BAD[name]
    errors = [e for e in said.splitlines() if f"{name.replace(' ', '-')}.md:" in e and "ERROR" in e]
    assert len(errors) == 1 and f".md:{line}: " in errors[0] and words in errors[0], errors


def test_a_good_question_becomes_a_group_of_buttons_and_other_boxes_stay(small):
    home, said = small
    assert "index.md:" not in said.replace("index.md: WARNING: document isn't included", "")
    page = (home / "html" / "index.html").read_text(encoding="utf-8")
    assert page.count("<fieldset") == page.count("<legend>Which of") == 1 and page.count('type="radio"') == 3
    assert re.findall(r'<li class="(\w+)">', page) == ["wrong", "right", "wrong"]
    assert "Third, which\ngoes on." in page and "No, and this\ngoes on as well." in page and "[x]" not in page
    assert page.count('class="math notranslate nohighlight"') == 2 and "admonition-title" in page


def test_what_a_question_without_words_is_told():
    for title in ("", "  "):
        with pytest.raises(quiz_text.QuizError, match="nothing is asked"):
            quiz_text.read(title, GOOD.splitlines())


# --- the chapters


@pytest.fixture(scope="module")
def asked():
    """{chapter's name: its questions}."""
    return {path.stem: questions.of_chapter(path) for path in CHAPTERS}


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_each_chapter_asks_three_questions_or_more_and_no_slide_shows_them(asked, path):
    assert len(asked[path.stem]) >= 3
    holders = [
        c for c in nbformat.read(path, as_version=4).cells if re.search("^:class: quiz$", c.source, re.M)
    ]
    assert [cell.metadata.slideshow.slide_type for cell in holders] == ["skip"]
    assert holders[0].source.startswith("## Questions\n") and holders[0].source.count("\n## ") == 0


def length(part) -> int:
    """What a reader sees of it, about: formulas count as half of what they are written with."""
    return len(re.sub(r"\$[^$]+\$", lambda m: "x" * (len(m[0]) // 2), part.text))


def test_neither_place_nor_length_gives_the_right_answer_away(asked):
    every = [question for found in asked.values() for question in found]
    for answers in (3, 4):
        places = Counter(q.right for q in every if len(q.answers) == answers)
        assert set(places) == set(range(answers)) and max(places.values()) <= places.total() / 2
    for name, found in asked.items():
        assert len({question.right for question in found}) > 1, name
    lengths = [[length(answer.text) for answer in question.answers] for question in every]
    assert sum(max(of) == of[q.right] for of, q in zip(lengths, every)) <= len(every) / 2
    assert sum(min(of) == of[q.right] for of, q in zip(lengths, every)) <= len(every) / 2
    assert [q.text for of, q in zip(lengths, every) if max(of) > 2 * min(of)] == []


# --- the sheet


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    return folder / "questions.html", questions.build(folder)


def test_the_sheet_has_all_questions_and_the_guide_leads_to_them(asked, sheet):
    file, count = sheet
    text = file.read_text(encoding="utf-8")
    assert count == text.count('<fieldset class="quiz"') == sum(map(len, asked.values()))
    assert not re.findall(r'(?:src|href)="https?:', text) and not re.findall(r"\{[\w:]+\}`", text)
    assert "(above)" not in text and "See above" not in text, (
        "a reference to another chapter's box: say where"
    )
    template = guide.TEMPLATE.read_text(encoding="utf-8")
    assert 'href="questions.html#chapter-{{ c.number }}"' in template
    assert all(f'id="chapter-{path.stem[:2]}"' in text for path in CHAPTERS)


def test_a_bad_question_stops_the_sheet_and_is_named(tmp_path):
    cell = nbformat.v4.new_markdown_cell(box(BAD["no feedback"][0]))
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "01-x.ipynb")
    with pytest.raises(
        questions.QuestionsError, match="01-x.ipynb: 'Which of .*': an answer without feedback"
    ):
        questions.of_chapter(tmp_path / "01-x.ipynb")


# --- in the browser


STORED = "JSON.stringify([localStorage, sessionStorage, document.cookie])"


def choose(page, answer: int):
    """Choose an answer of the first question by keyboard; what is said, and how it is marked."""
    for _ in range(4):  # as long as an arrow has to go
        if page.evaluate("document.activeElement.id").endswith("-" + "abcd"[answer]):
            break
        page.keyboard.press("ArrowDown")
    else:
        raise AssertionError("the arrows don't lead to this answer")
    said = page.locator("fieldset.quiz").first.locator(".quiz-said")
    return said.inner_text(), said.get_attribute("class")


def answered(page, question):
    """One wrong answer and the right one of the first question, by keyboard."""
    first = page.locator("fieldset.quiz").first
    assert not first.locator("details").is_visible() and first.locator(".quiz-said").inner_text() == ""
    stored = page.evaluate(STORED)  # by the theme
    first.locator("input").first.focus()
    page.keyboard.press("Space")
    wrong = 1 if question.right == 0 else 0
    for place, mark, word in ((wrong, "wrong", "Not so."), (question.right, "right", "Right.")):
        said, classes = choose(page, place)
        assert word in said and classes == f"quiz-said {mark}" and len(said) > len(word) + 20
    assert first.locator(".quiz-said").get_attribute("aria-live") == "polite"
    assert page.evaluate(STORED) == stored
    page.reload()
    assert first.locator("input:checked").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_page_answers_what_is_chosen(browser, site, asked, dark):
    path = CHAPTERS[0]
    with Visit(browser, (site / "book" / f"{path.stem}.html").as_uri(), width=390, dark=dark) as visit:
        assert visit.page.locator("fieldset.quiz").count() == len(asked[path.stem])
        visit.page.locator("fieldset.quiz label").first.click()
        assert barriers(visit.page) == [] and visit.overflow(390) == []
        visit.page.reload()
        answered(visit.page, asked[path.stem][0])


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_so_does_the_sheet_and_on_paper_it_has_the_answers(browser, sheet, asked, dark):
    page = browser.new_page(
        viewport={"width": 390, "height": 900},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    page.goto(sheet[0].as_uri())
    answered(page, asked[CHAPTERS[0].stem][0])
    page.locator("fieldset.quiz label").first.click()
    assert barriers(page) == []
    page.emulate_media(media="print")
    feedback = page.locator("fieldset.quiz details li").first
    assert feedback.is_visible() and not page.locator(".quiz-said").first.is_visible()
    page.close()


@pytest.mark.browser
def test_it_prints_without_answers_and_with_a_key(browser, sheet, asked):
    page = browser.new_page(viewport={"width": 800, "height": 900})
    page.goto(sheet[0].as_uri())
    assert not page.locator(".key").is_visible() and page.locator("fieldset.paper").is_visible()
    for choice, key in (("no answers, and a key on the last page", True), ("no answers", False)):
        page.emulate_media(media="screen")
        page.get_by_label(choice, exact=True).check()
        page.emulate_media(media="print")
        assert page.locator(".quiz-feedback:visible").count() == 0 and not page.locator(".paper").is_visible()
        assert page.locator(".key").is_visible() == key
    keys = page.locator(".key td").all_text_contents()
    for path, given in zip(CHAPTERS, keys, strict=True):
        right = [f"{n} {'ABCD'[q.right]}" for n, q in enumerate(asked[path.stem], 1)]
        assert given == ", ".join(right)
    page.emulate_media(media="screen")
    page.evaluate("window.print = () => 0")
    page.get_by_label("no answers, and a key on the last page").check()
    page.get_by_role("button", name="Print chapter 3").first.click()
    page.emulate_media(media="print")
    assert page.locator(".chapter:visible").count() == page.locator(".key tr:visible").count() == 1
    page.close()


@pytest.mark.browser
def test_formulas_stand_on_their_line(browser, site, tmp_path):
    """The sheet with MathJax beside it: a letter stands as low as the letters around it."""
    questions.build(tmp_path)
    (tmp_path / "slides").mkdir()
    (tmp_path / "slides" / "_static").mkdir()
    (tmp_path / "slides" / "_static" / "mathjax").symlink_to(slides.mathjax_home(), target_is_directory=True)
    page = browser.new_page(viewport={"width": 800, "height": 900})
    page.goto((tmp_path / "questions.html").as_uri())
    page.wait_for_selector("mjx-container", state="attached", timeout=60_000)
    page.evaluate("MathJax.startup.promise")
    off = page.evaluate(
        """() => [...document.querySelectorAll('label mjx-container')].map((e) => {
          const mark = document.createElement('span');
          mark.style.cssText = 'display: inline-block; width: 1px; height: 1px';
          e.before(mark);
          const base = mark.getBoundingClientRect().bottom, letter = e.querySelector('mjx-mi mjx-c');
          return [e.textContent, letter && letter.getBoundingClientRect().bottom - base];
        }).filter(([text]) => /^[A-Z]$/.test(text[0]) && text.length < 3)"""
    )
    assert off and all(abs(distance) < 6 for _, distance in off), off
    page.close()


@pytest.mark.browser
def test_without_scripts_the_answers_stand_in_a_fold(browser, sheet):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(sheet[0].as_uri())
    first = page.locator("fieldset.quiz").first
    assert not first.locator("input").first.is_visible() and not first.locator("li").first.is_visible()
    first.locator("summary").click()
    assert first.locator("li").first.is_visible() and first.locator("li.right").count() == 1
    context.close()
