"""A multiple-choice question as it is written in a chapter, and as it stands on a page.

    :::{admonition} Why does the thief not copy the data?
    :class: quiz

    - [ ] Because copying is forbidden.

      No rule forbids it. What a wrong answer confuses, and where the book answers it.
    - [x] Because it never sees the data.

      Why this is right.
    - [ ] ...
    :::

The title asks; three or four answers follow, one of them right (x), each with a paragraph of feedback. It is
an admonition so that JupyterLab, which knows no directives of this book, shows a box with a list of tasks.
"""

import re
from dataclasses import dataclass, field
from html import escape

FEWEST, MOST = 3, 4
ANSWER = re.compile(r"- \[([ x])\] (\S.*)")
LETTERS = "ABCD"
VERDICTS = {True: "\N{CHECK MARK} Right.", False: "\N{BALLOT X} Not so."}


class QuizError(ValueError):
    """A question that can't stand like that. line: the line of the text to mend, from 1; 0 is the title."""

    def __init__(self, line: int, said: str):
        super().__init__(said)
        self.line = line


@dataclass
class Part:
    """A paragraph. line: of the text, where it begins."""

    lines: list[str] = field(default_factory=list)
    line: int = 0

    def add(self, line: str, number: int):
        self.line = self.line or number
        self.lines.append(line.strip())

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def plain(self) -> str:
        """To compare: without the differences that a reader overlooks."""
        return " ".join(self.text.lower().split()).rstrip(".")


@dataclass
class Answer:
    """An answer, whether it is right, and what is said to those who choose it."""

    right: bool
    text: Part = field(default_factory=Part)
    feedback: Part = field(default_factory=Part)


@dataclass
class Question:
    """What is asked, and the answers."""

    text: str
    answers: list[Answer] = field(default_factory=list)

    @property
    def right(self) -> int:
        """The place of the right answer, from 0."""
        return [answer.right for answer in self.answers].index(True)


def read(title: str, lines: list[str]) -> Question:
    """The question that title and lines hold; a `QuizError` names the line that doesn't fit."""
    found, after_gap = Question(title.strip()), False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            after_gap = True
            continue
        if begins := ANSWER.fullmatch(line.rstrip()):
            found.answers.append(Answer(begins[1] == "x"))
            found.answers[-1].text.add(begins[2], number)
        else:
            paragraph(found, line, number, after_gap).add(line, number)
        after_gap = False
    checked(found)
    return found


def paragraph(found: Question, line: str, number: int, after_gap: bool) -> Part:
    """Where a line belongs that begins no answer."""
    if re.match(r"[-*+] ", line):
        raise QuizError(number, "an answer begins with '- [ ] ', or with '- [x] ' if it is right")
    if not found.answers:
        raise QuizError(number, "the title asks: nothing else stands before the first answer")
    if not line.startswith("  "):
        raise QuizError(number, "what belongs to an answer is indented by two spaces")
    last = found.answers[-1]
    if after_gap and last.feedback.lines:
        raise QuizError(number, "feedback has one paragraph")
    return last.feedback if after_gap or last.feedback.lines else last.text


def checked(found: Question) -> None:
    """Raise a `QuizError` where something is missing or stands twice."""
    if not found.text:
        raise QuizError(0, "nothing is asked: the question is the title of the box")
    if not FEWEST <= len(found.answers) <= MOST:
        count = len(found.answers)
        raise QuizError(0, f"{FEWEST} or {MOST} answers are wanted, here are {count}")
    right = [answer for answer in found.answers if answer.right]
    if not right:
        raise QuizError(0, "no answer is right: mark one with '- [x] '")
    if len(right) > 1:
        raise QuizError(right[1].text.line, f"a second right answer, after line {right[0].text.line}")
    seen: dict[str, int] = {}
    for answer in found.answers:
        if not answer.feedback.lines:
            raise QuizError(answer.text.line, "an answer without feedback: a paragraph, indented, below it")
        if answer.text.plain in seen:
            raise QuizError(answer.text.line, f"the same answer as in line {seen[answer.text.plain]}")
        seen[answer.text.plain] = answer.text.line


def markup(name: str, asked: str, answers: list[tuple[bool, str, str]]) -> str:
    """A question as HTML. name: its own on the page; answers: right?, answer and feedback, as HTML.

    Without JavaScript, and in print, the answers stand in a fold. quiz.js brings the buttons to life.
    """
    rows, said = [], []
    for letter, (right, text, feedback) in zip(LETTERS, answers):
        at = f"{name}-{letter.lower()}"
        rows.append(
            f'<div class="quiz-answer"><input type="radio" name="{name}" id="{at}" autocomplete="off" '
            f'hidden disabled><label for="{at}"><span class="quiz-letter">{letter}</span> '
            f"<span>{text}</span></label></div>"
        )
        verdict = escape(VERDICTS[right])
        said.append(f'<li class="{"right" if right else "wrong"}"><strong>{verdict}</strong> {feedback}</li>')
    return "\n".join(
        [
            f'<fieldset class="quiz"><legend>{asked}</legend>',
            *rows,
            '<div class="quiz-said" aria-live="polite"></div>',
            '<details class="quiz-feedback"><summary>The answers</summary>',
            f'<ol type="A">{"".join(said)}</ol></details>',
            "</fieldset>\n",
        ]
    )
