"""Numbers in the prose, tied to the check cells that print them.

Every decimal number and every percentage in a chapter's text has to stand in a stored output of one of the
chapter's check cells, or its paragraph has to cite a source. An integer is tied when the author asks for it,
with the comment `<!-- checked -->` right behind it. Code, mathematics, addresses and options of directives
are no prose.
"""

import re

FENCE = re.compile(r"^[ \t>]*(?:[-*] |\d+\. )?[ \t]*(?P<mark>`{3,}|:{3,}|~{3,})(?P<info>.*)$")
DIRECTIVE = re.compile(r"^\s*\{(?P<name>[^}]+)\}\s*(?P<argument>.*)$")
OPTION = re.compile(r"^\s*:[\w-]+:(\s|$)")
LITERAL = {
    "math",
    "code",
    "code-block",
    "code-cell",
    "literalinclude",
    "eval-rst",
    "raw",
    "bibliography",
    "mermaid",
}
PATH_ARGUMENT = {"figure", "image", "include", "solution", "solution-start", "exercise-start"}

MATH = re.compile(r"\$\$.*?\$\$|(?<!\\)\$(?:\\.|[^$\\])+\$|\\begin\{(\w+\*?)\}.*?\\end\{\1\}", re.DOTALL)
ROLE = re.compile(r"\{(?P<name>[\w:+-]+)\}(?P<ticks>`+)[^`]*(?P=ticks)")
CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
ADDRESS = re.compile(r"\]\([^)]*\)|<?https?://[^\s>]+>?|^\([^)]*\)=[ \t]*$", re.MULTILINE)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
CHECKED = re.compile(r"<!--\s*checked\s*-->")
CITATION, TIE = (
    "\ue000",
    "\ue001",
)  # private-use characters that stand for a citation and for `<!-- checked -->`

DECIMAL = r"\d[\d,]*\.\d+"
NUMBER = re.compile(
    rf"(?<![\w.])(?:(?P<percent>{DECIMAL}|\d[\d,]*)(?=\s?%)|(?P<decimal>{DECIMAL})(?![\w]|\.\d))"
)
TIED = re.compile(rf"(?P<number>\d[\d,]*)?[*_]*{TIE}")


def without_fences(markdown: str) -> str:
    """The text without literal blocks, without fences and without directives' options; what stands in boxes
    stays."""
    kept, opened, at_options = [], [], False  # opened: (the fence, is its content literal?)
    for line in markdown.splitlines():
        fence = FENCE.match(line)
        if opened and fence and closes(opened[-1][0], fence):
            opened.pop()
            at_options = False
            kept.append("")
        elif opened and opened[-1][1]:
            continue
        elif fence:
            directive = DIRECTIVE.match(fence["info"])
            name = directive["name"] if directive else None
            # A colon fence without a directive is a plain box; a backtick fence without one is code.
            literal = name in LITERAL or (name is None and fence["mark"][0] != ":")
            opened.append((fence["mark"], literal))
            shown = directive and not literal and name not in PATH_ARGUMENT
            kept.append(directive["argument"] if shown else "")
            at_options = True
        elif at_options and (OPTION.match(line) or not line.strip()):
            continue
        else:
            at_options = False
            kept.append(line)
    return "\n".join(kept)


def closes(mark: str, fence) -> bool:
    return not fence["info"].strip() and fence["mark"][0] == mark[0] and len(fence["mark"]) >= len(mark)


def prose(markdown: str) -> str:
    """What a reader reads as words, with marks where a source is cited and where an integer is tied."""
    text = without_fences(markdown)
    text = CHECKED.sub(TIE, text)
    text = COMMENT.sub(" ", text)
    text = ROLE.sub(lambda m: CITATION if m["name"].startswith(("cite", "footcite")) else " ", text)
    text = CODE.sub(" ", text)
    text = MATH.sub(" ", text)
    return ADDRESS.sub(" ", text)


def numbers_in(text: str) -> set[str]:
    """The numbers of an output as they are written, without the commas between thousands."""
    return {token.replace(",", "").replace("_", "") for token in re.findall(r"\d[\d,_]*(?:\.\d+)?", text)}


def untied_numbers(markdown: str, outputs: str) -> list[str]:
    """Complaints about the numbers in a piece of prose that no stored output holds; an empty list if all is
    well."""
    known, complaints = numbers_in(outputs), []
    for paragraph in re.split(r"\n\s*\n", prose(markdown)):
        where = " ".join(paragraph.replace(TIE, "").replace(CITATION, "[source]").split())[:90]
        for match in NUMBER.finditer(paragraph):
            number = match["percent"] or match["decimal"]
            if CITATION not in paragraph and number.replace(",", "") not in known:
                complaints.append(f"{number} is printed by no check cell: {where}")
        for match in TIED.finditer(paragraph):
            if not match["number"]:
                complaints.append(f"a <!-- checked --> that follows no integer: {where}")
            elif match["number"].replace(",", "") not in known:
                complaints.append(f"{match['number']} (checked) is printed by no check cell: {where}")
    return complaints
