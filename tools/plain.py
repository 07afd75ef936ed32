"""The chapters' texts as Markdown that every notebook program shows, for the editions of a class.

Boxes have their names in words, references and citations are words, and what a chapter cites is listed at its
end. A formula in a box stands in one line: the `>` before a second one would become part of it.
"""

import re
import sys
from functools import cache

import myst
from pybtex.plugin import find_plugin
from toc import ROOT

sys.path.insert(0, str(ROOT / "book" / "_ext"))
import quiz_text

FORMULA = re.compile(r"\$\$.+?\$\$|\\begin\{(align\*?|equation\*?)\}.+?\\end\{\1\}", re.DOTALL)
UNNAMED = ("admonition",)  # their titles say what they are
SHEET = "questions.html"


class Plain:
    """Texts of one chapter. labels: what references stand for; answers: questions tell which answer is right,
    and why."""

    def __init__(self, labels: dict[str, str], answers: bool):
        self.labels, self.answers = labels, answers

    def text(self, source: str) -> str:
        """A text without directives and roles."""
        boxes = [myst.box_of(found) for found in myst.FENCE.finditer(source)]
        rest = iter(boxes)
        shown = myst.FENCE.sub(lambda _: self.box(next(rest)) + "\n", source)
        shown = myst.roles_in_words(shown, self.labels).strip()
        if not self.answers and any("quiz" in box.classes for box in boxes):
            shown += f"\n\n*Which answers are right, and why, says the sheet `{SHEET}`.*"
        return shown

    def box(self, block: myst.Block) -> str:
        """A box: its title, and what it holds."""
        if "quiz" in block.classes:
            return quoted(f"**Question.** {block.title}") + "\n" + self.choices(block)
        name = [] if block.kind in UNNAMED else [block.kind.removeprefix("prf:").capitalize()]
        title = ": ".join(name + [block.title] * bool(block.title))
        lead = f"**{title}**" if title.endswith(("?", "!", ".")) else f"**{title}.**"
        return quoted(f"{lead}\n\n{block.text}")

    def choices(self, block: myst.Block) -> str:
        """The answers to a question, a letter each."""
        found = quiz_text.read(block.title, block.text.splitlines())
        lines = []
        for letter, answer in zip(quiz_text.LETTERS, found.answers):
            lines += ["", f"{letter}. {one_line(answer.text.text)}"]
            if self.answers:
                lines[-1] += f" *{quiz_text.VERDICTS[answer.right]}* {one_line(answer.feedback.text)}"
        return quoted("\n".join(lines))


def quoted(text: str) -> str:
    """The text, set off."""
    lines = FORMULA.sub(lambda found: one_line(found[0]), text).splitlines()
    return "\n".join(f"> {line}".rstrip() for line in lines)


def one_line(text: str) -> str:
    return " ".join(text.split())


@cache
def entries() -> dict[str, str]:
    """{key: a line of words} of the book's references, by the authors' names."""
    style = find_plugin("pybtex.style.formatting", "plain")()
    words = find_plugin("pybtex.backends", "text")()
    found = style.format_entries(style.sort(myst.sources().values()))
    return {entry.key: entry.text.render(words) for entry in found}


def references(sources: list[str]) -> str:
    """A list of what the texts cite; "" where they cite nothing.

    Errors: `KeyError` for a key that book/references.bib lacks.
    """
    cited = [keys for text in sources for role, keys in myst.ROLE.findall(text) if role.startswith("cite")]
    keys = {key.strip() for group in cited for key in group.split(",")}
    if unknown := keys - entries().keys():
        raise KeyError(f"not in book/references.bib: {', '.join(sorted(unknown))}")
    return "\n".join(f"- {line}" for key, line in entries().items() if key in keys)
