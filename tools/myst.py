"""The chapters' texts as blocks: headings, paragraphs, boxes, formulas, lists, and how they look in HTML.

Only what the chapters use is known here: admonitions, the boxes of sphinx-proof and sphinx-exercise,
citations and references. For the book's own pages Sphinx does all of this.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from html import escape

import nbformat
from markdown_it import MarkdownIt
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pybtex.database import parse_file
from toc import ROOT, notebooks

FENCE = re.compile(r"^(`{3,}|:{3,})\{([\w:-]+)\}[ \t]*([^\n]*)\n(.*?)^\1[ \t]*$\n?", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r":([\w-]+):[ \t]*([^\n]*)\n")
ROLE = re.compile(r"\{([\w:]+)\}`([^`]+)`")
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\([^)]*\)")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
SENTENCE = re.compile(r"(?<!\bal\.)(?:(?<=[.!?])|(?<=[.!?][\")*]))\s+(?=[\"(*]*(?:[A-Z\d]|\x00))")
KEPT = re.compile(r"\$\$?[^$]+\$\$?|`[^`]+`")
LEVELS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4}


@dataclass
class Block:
    """A piece of a text. kind: heading, paragraph, list, table, math, code, or the name of a box.

    text: its Markdown. title, options, label: of a box. level: of a heading.
    """

    kind: str
    text: str
    title: str = ""
    level: int = 0
    options: dict = field(default_factory=dict)

    @property
    def label(self) -> str:
        return self.options.get("label", self.options.get("name", ""))

    @property
    def classes(self) -> list[str]:
        return self.options.get("class", "").split()


@cache
def parser() -> MarkdownIt:
    """Markdown with the formulas that MathJax sets."""

    def formula(content, options):
        left, right = (r"\[", r"\]") if options["display_mode"] else (r"\(", r"\)")
        return left + escape(content) + right

    found = MarkdownIt("commonmark", {"html": False}).enable("table")
    found.use(dollarmath_plugin, renderer=formula, double_inline=True)
    return found.use(amsmath_plugin, renderer=lambda content: escape(content)).use(deflist_plugin)


@cache
def sources():
    """The entries of the book's references, by key."""
    return parse_file(str(ROOT / "book" / "references.bib")).entries


@cache
def bibliography() -> dict[str, tuple[str, str]]:
    """{key: (authors, year)} of the book's references."""
    found = {}
    for key, entry in sources().items():
        names = [" ".join(p.prelast_names + p.last_names) for p in entry.persons.get("author", [])]
        names = [re.sub(r"[{}]|\\.", "", name) for name in names] or [key]
        authors = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
        found[key] = authors, entry.fields.get("year", "")
    return found


def cited(keys: str, textual: bool) -> str:
    """A citation in words: `Goodfellow et al. (2014)` or `(Goodfellow et al., 2014)`."""
    found = [bibliography().get(key.strip(), (key.strip(), "")) for key in keys.split(",")]
    if textual:
        return ", ".join(f"{authors} ({year})" for authors, year in found)
    return "(" + "; ".join(f"{authors}, {year}" for authors, year in found) + ")"


def roles_in_words(text: str, labels: dict[str, str]) -> str:
    """Roles as words, comments left out. labels: what a reference's label stands for."""

    def said(match):
        role, content = match.groups()
        if role.startswith("cite"):
            words = cited(content, role == "cite:t")
            before = match.string[: match.start()].rpartition("\n\n")[2]
            return words.strip("()") if role == "cite" and before.count("(") > before.count(")") else words
        shown = re.fullmatch(r"(.*?)\s*<[^>]+>", content)
        return shown[1] if shown else labels.get(content, "above" if role != "doc" else content)

    return ROLE.sub(said, COMMENT.sub("", text))


def in_words(text: str, labels: dict[str, str]) -> str:
    """Roles as words, and links as their text."""
    return LINK.sub(r"\1", roles_in_words(text, labels))


def box_of(match) -> Block:
    """A directive: its options stand at its beginning."""
    _, kind, title, body = match.groups()
    options = {}
    while found := OPTION.match(body):
        options[found[1]] = found[2].strip()
        body = body[found.end() :]
    return Block(kind, body.strip(), title.strip(), options=options)


def plain_blocks(text: str) -> list[Block]:
    """The blocks of a text without directives."""
    lines, found = text.split("\n"), []
    for token in parser().parse(text):
        if token.level or not token.map or token.nesting < 0:
            continue
        raw = "\n".join(lines[token.map[0] : token.map[1]]).strip()
        if token.type == "heading_open":
            found.append(Block("heading", raw.lstrip("# "), level=LEVELS.get(token.tag, 4)))
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            found.append(Block("list", raw))
        elif token.type.startswith(("math_block", "amsmath")):
            found.append(Block("math", raw))
        elif token.type == "table_open":
            found.append(Block("table", raw))
        elif token.type == "fence":
            found.append(Block("code", token.content.rstrip(), title=token.info))
        else:
            found.append(Block("paragraph", raw))
    return found


def blocks(text: str) -> list[Block]:
    """The blocks of a markdown cell, in order."""
    found, last = [], 0
    for match in FENCE.finditer(text):
        found += plain_blocks(text[last : match.start()])
        found.append(box_of(match))
        last = match.end()
    return found + plain_blocks(text[last:])


@cache
def everywhere() -> dict[str, str]:
    """What references to boxes of other chapters say: `Theorem "The best police" (chapter 5)`."""
    found = {}
    for path in notebooks():
        chapter = int(path.stem[:2])
        boxes = boxes_of(nbformat.read(path, as_version=4))
        found |= {label: f"{name} (chapter {chapter})" for label, name in boxes.items()}
    return found


def labels_of(notebook) -> dict[str, str]:
    """What references in a chapter say."""
    return everywhere() | boxes_of(notebook)


def boxes_of(notebook) -> dict[str, str]:
    """What references to a chapter's own boxes say: `Proposition "One crowd"`."""
    found = {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for block in map(box_of, FENCE.finditer(cell.source)):
                if block.label:
                    found[block.label] = name_of(block)
    return found


def name_of(block: Block) -> str:
    """`Theorem "Change of variables"`: a box by its kind and its title."""
    kind = block.kind.removeprefix("prf:").capitalize()
    if block.kind == "admonition":
        return f'"{block.title}"'
    return f'{kind} "{block.title}"' if block.title else kind


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph; formulas and code in them are not taken apart."""
    kept = []

    def keep(match):
        kept.append(match[0])
        return f"\x00{len(kept) - 1}\x01"

    masked = KEPT.sub(keep, " ".join(text.split()))
    parts = SENTENCE.split(masked)
    return [re.sub("\x00(\\d+)\x01", lambda m: kept[int(m[1])], part) for part in parts if part.strip()]


def points(text: str) -> list[str]:
    """The points of a list."""
    return list(filter(str.strip, re.split(r"^(?=[-*] |\d+\. )", text, flags=re.MULTILINE)))


def html(text: str) -> str:
    """Markdown, in which roles are words already, as HTML."""
    return parser().render(text).strip()


def inline(text: str) -> str:
    """Markdown within a line as HTML."""
    return parser().renderInline(text)
