"""The line "To play with" in the box with a page's question: links to the pieces of the page that move.

Stages, explorers and the like stand far below the first screen, and their headings do not name them.
"""

import re

from docutils import nodes

PIECE = re.compile(r'\s*<div class="(gan-\w+|flipbook)\b')


def around(node, kind, name: str = ""):
    """The nearest node of a kind, and with a class of this name, around a node; None if there is none."""
    while node is not None and not (isinstance(node, kind) and (not name or name in node["classes"])):
        node = node.parent
    return node


def to_play(app, doctree):
    """Add the line: one link for each section that has such pieces, to the first of them."""
    box = next((b for b in doctree.findall(nodes.admonition) if "question" in b["classes"]), None)
    found = {}
    for raw in doctree.findall(nodes.raw):
        cell, section = around(raw, nodes.container, "cell"), around(raw, nodes.section)
        if PIECE.match(raw.astext()) and cell is not None and section is not None:
            found.setdefault(id(section), (section, cell))
    if not box or not found:
        return
    line = nodes.paragraph("", "To play with: ", classes=["to-play"])
    for number, (section, cell) in enumerate(found.values(), 1):
        anchor = f"to-play-{number}"
        cell["ids"].append(anchor)
        title = section.next_node(nodes.title).deepcopy().children
        line += [nodes.reference("", "", *title, internal=True, refuri=f"#{anchor}"), nodes.Text(", ")]
    line.children[-1] = nodes.Text(".")
    box += line


def setup(app):
    app.connect("doctree-read", to_play)
