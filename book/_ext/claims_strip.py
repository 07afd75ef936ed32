"""The strip under a check: what was measured when the page was built, and behind a click the code and how the
claim could fail."""

import importlib
import sys
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

from gan_teach.claims import HOLDS, LINE, UNASKED


class strip(nodes.General, nodes.Element):
    """A check cell on the page: claims, and a fold with code and breaks. holds: whether all claims do."""


class fold(nodes.General, nodes.Element):
    """Something behind a click. summary: what is written on it."""


def visit_strip(self, node):
    self.body.append(self.starttag(node, "section", CLASS="claims" + ("" if node["holds"] else " failed")))


def depart_strip(self, node):
    self.body.append("</section>\n")


def visit_fold(self, node):
    self.body.append('<details class="claims-code"><summary>')
    self.body.append(f"<span>{self.encode(node['said'])}</span> {self.encode(node['summary'])}</summary>\n")


def depart_fold(self, node):
    self.body.append("</details>\n")


def breaks_of(app, docname: str, claim: str):
    """The ways in which the tests make this claim false, in order."""
    tests = Path(app.srcdir) / "tests"
    number = docname.rsplit("/", 1)[-1][:2]
    file = tests / "breaks" / f"chapter_{number}.py"
    if not file.exists():
        return []
    app.env.note_dependency(str(file))
    if str(tests) not in sys.path:
        sys.path.append(str(tests))
    module = importlib.import_module(f"breaks.chapter_{number}")
    return [broken for broken in module.BREAKS if broken.claim == claim]


def lines_of(text: str) -> nodes.bullet_list:
    """The claims as a list: verdict, sentence, value, bound."""
    found = nodes.bullet_list(classes=["claims-list"])
    for match in LINE.finditer(text):
        asked = not match["value"].startswith(UNASKED)
        parts = [
            ("verdict", match["verdict"] if asked else "\N{EN DASH}"),
            ("sentence", match["sentence"] + ":"),
            ("value", (match["about"] or "") * asked + match["value"]),
            ("bound", match["bound"]),
        ]
        line = nodes.paragraph()
        for name, said in parts:
            line += [nodes.inline("", said, classes=[f"claim-{name}"]), nodes.Text(" ")]
        failed = [] if match["verdict"] == HOLDS else ["failed"]
        found += nodes.list_item("", line, classes=failed)
    return found


def ways_to_fail(broken) -> list[nodes.Node]:
    if not broken:
        return []
    listing = nodes.definition_list(classes=["claims-breaks"])
    for one in broken:
        change = "\n".join(
            f"{sign} {line}" for sign, text in (("-", one.old), ("+", one.new)) for line in text.splitlines()
        )
        shown = nodes.literal_block(change, change, language="text")
        listing += nodes.definition_list_item("", nodes.term("", one.why), nodes.definition("", shown))
    title = nodes.paragraph(
        "", "How it could fail: each of these changes turns the verdict, and a test makes it."
    )
    return [title, listing]


def summary_of(broken: int) -> str:
    ways = {0: "", 1: ", and a way to make it fail"}.get(broken, f", and {broken} ways to make it fail")
    return f"The code{ways}"


def make_strips(app, doctree):
    """Each check cell becomes a strip. A claim that fails is a warning, so the book is not built."""
    for cell in list(doctree.findall(nodes.container)):
        if cell.get("nb_element") != "cell_code" or "check" not in cell["cell_metadata"].get("tags", []):
            continue
        source, outputs = (
            next((n for n in cell.children if n.get("nb_element") == f"cell_code_{part}"), None)
            for part in ("source", "output")
        )
        said = "\n".join(n.astext() for n in outputs.findall(nodes.literal_block)) if outputs else ""
        found = list(LINE.finditer(said))
        if not source or not found:
            continue
        broken = breaks_of(app, app.env.docname, cell["cell_metadata"].get("claim", ""))
        holds = all(match["verdict"] == HOLDS for match in found)
        if not holds:
            logging.getLogger(__name__).warning("a claim fails: %s", said.strip(), location=cell)
        keep_the_rest(outputs)
        rest = [outputs] if outputs.children else []
        checked = "Checked when this page was built." if holds else "Failed when this page was built."
        folded = fold("", source, *ways_to_fail(broken), said=checked, summary=summary_of(len(broken)))
        cell.children = []
        cell += [*rest, strip("", lines_of(said), folded, holds=holds)]


def keep_the_rest(outputs):
    """Tables and the like that a check prints beside its claims stay as they are."""
    for block in list(outputs.findall(nodes.literal_block)):
        kept = LINE.sub("", block.astext()).strip("\n")
        if kept.strip():
            block.replace_self(nodes.literal_block(kept, kept, **block.attributes))
        else:
            block.parent.remove(block)


def setup(app):
    app.add_node(strip, html=(visit_strip, depart_strip))
    app.add_node(fold, html=(visit_fold, depart_fold))
    app.connect("doctree-read", make_strips)
