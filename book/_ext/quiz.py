"""Questions with answers to choose from, and feedback: admonitions with the class quiz (quiz_text.py has the
form)."""

from docutils import nodes
from docutils.parsers.rst.directives.admonitions import Admonition
from docutils.statemachine import StringList

from quiz_text import QuizError, markup, read


class quiz(nodes.General, nodes.Element):
    """A question: its first part asks, then an answer and its feedback take turns. right: by answer."""


class quiz_part(nodes.General, nodes.Inline, nodes.TextElement):
    """A paragraph of a question, as what stands in a line."""


class AdmonitionOrQuiz(Admonition):
    """An admonition; with the class quiz a question, in which what does not fit is an error of the build."""

    def run(self):
        if "quiz" not in self.options.get("class", []):
            return super().run()
        try:
            found = read(self.arguments[0], list(self.content))
            parts = [part for answer in found.answers for part in (answer.text, answer.feedback)]
            asked = quiz_part("", "", *self.state.inline_text(found.text, self.lineno)[0])
            inner = [asked, *map(self.parsed, parts)]
        except QuizError as error:
            line = self.content[error.line - 1] if error.line else self.arguments[0]
            at = f"line {error.line} under its title" if error.line else "its title"
            said = f"question with answers, {at}, {line.strip()!r}: {error}"
            lineno = self.lineno + (self.content_offset + error.line - 1 if error.line else 0)
            return [self.state.document.reporter.error(said, line=lineno)]
        serial = self.state.document.settings.env.new_serialno("quiz")
        right = [answer.right for answer in found.answers]
        return [quiz("", *inner, name=f"quiz-{serial}", right=right)]

    def parsed(self, part) -> quiz_part:
        """A part of the question with its formulas and references."""
        around = nodes.Element()
        lines = StringList(part.lines, source=self.state.document.current_source)
        self.state.nested_parse(lines, self.content_offset + part.line - 1, around)
        if len(around.children) != 1 or not isinstance(around[0], nodes.paragraph):
            raise QuizError(part.line, "only words and formulas in lines can stand here")
        return quiz_part("", "", *around[0].children)


def visit_quiz(self, node):
    """Each part is written as Sphinx writes it, then taken to its place."""
    written = []
    for part in node.children:
        begin = len(self.body)
        part.walkabout(self)
        written.append("".join(self.body[begin:]))
        del self.body[begin:]
    asked, *rest = written
    self.body.append(markup(node["name"], asked, list(zip(node["right"], rest[::2], rest[1::2]))))
    raise nodes.SkipNode


def nothing(self, node):
    """A part adds no tag of its own."""


def setup(app):
    app.add_node(quiz, html=(visit_quiz, nothing))
    app.add_node(quiz_part, html=(nothing, nothing))
    app.add_directive("admonition", AdmonitionOrQuiz, override=True)
