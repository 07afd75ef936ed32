"""The parts of a chapter's contract that a machine can hold an author to: each function returns
complaints."""

import re

from notebooks import PROGRAM, ROLES, is_checked
from prose import untied_numbers

from gan_teach.claims import HOLDS, LINE, comparable

MOST_COLUMNS = 76  # the page shows as many on a screen of 1280 pixels, and cuts off the rest
MOST_LINES, MOST_METHOD_LINES, MOST_POINTS = 53, 15, 6
EXERCISES, CHECKS = range(3, 6), 4


def markdown(notebook) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def code_cells(notebook) -> list:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def stored_text(notebook) -> str:
    """What the check cells printed when they were last run for real, without what differs by machine."""
    return "\n".join(comparable(printed(cell)) for cell in code_cells(notebook) if is_checked(cell))


def printed(cell) -> str:
    return "\n".join(
        o.text if o.output_type == "stream" else o.data.get("text/plain", "") for o in cell.outputs
    )


def section(text: str, title: str) -> str | None:
    """The text under `## title`, up to the next heading of its rank or above."""
    match = re.search(rf"^## {title}[ \t]*$(.*?)(?=^##? |\Z)", text, re.MULTILINE | re.DOTALL)
    return match[1] if match else None


def admonitions(text: str, css_class: str) -> int:
    """How many boxes carry a class (alone or among others)."""
    opened = re.findall(r"^[`:]{3,}\{admonition\}[^\n]*\n((?::[\w-]+:[^\n]*\n)+)", text, re.MULTILINE)
    return sum(
        bool(re.search(rf"^:class:.*(?<![\w-]){css_class}(?![\w-])", options, re.MULTILINE))
        for options in opened
    )


def opening(notebook) -> list[str]:
    first = notebook.cells[0].source if notebook.cells else ""
    start = "\n\n".join(cell.source for cell in notebook.cells[:2] if cell.cell_type == "markdown")
    complaints = [] if re.match(r"# \S", first) else ["the first cell does not open with '# Title'"]
    titles = len(re.findall(r"^# \S", PROGRAM.sub("", markdown(notebook)), re.MULTILINE))
    complaints += [f"there are {titles} titles, each of which would be a chapter"] if titles > 1 else []
    return complaints + (
        [] if admonitions(start, "question") else ["no box of class `question` in the first two cells"]
    )


def predictions(notebook) -> list[str]:
    return (
        []
        if admonitions(markdown(notebook), "predict")
        else ["no box of class `predict`: ask before an experiment"]
    )


def exercises(notebook) -> list[str]:
    text, complaints = markdown(notebook), []
    fence = r"^[`:]{3,}\{%s(?:-start)?\}[ \t]*([^\n]*)\n((?::[\w-]+:[^\n]*\n)*)"
    found = re.findall(fence % "exercise", text, re.MULTILINE)
    labels = [
        match[1]
        for _, options in found
        if (match := re.search(r"^:label:[ \t]*(\S+)", options, re.MULTILINE))
    ]
    solutions = {
        name.strip(): options for name, options in re.findall(fence % "solution", text, re.MULTILINE)
    }
    if len(found) not in EXERCISES:
        complaints.append(f"{len(found)} exercises, not three to five")
    if len(labels) < len(found):
        complaints.append(f"{len(found) - len(labels)} exercises without a label")
    complaints += [f"exercise {label} has no solution" for label in labels if label not in solutions]
    return complaints + [
        f"the solution of {name} is not hidden (`:class: dropdown`)"
        for name, options in solutions.items()
        if "dropdown" not in options
    ]


def summary(notebook) -> list[str]:
    text = section(markdown(notebook), "Summary")
    if text is None:
        return ["no section '## Summary'"]
    points = len(re.findall(r"^[-*] ", text, re.MULTILINE))
    return (
        [] if 1 <= points <= MOST_POINTS else [f"the summary has {points} points, not one to {MOST_POINTS}"]
    )


def references(notebook) -> list[str]:
    text = section(markdown(notebook), "References")
    if text is None:
        return ["no section '## References'"]
    cites = "{bibliography}" in text or re.search(r"\{(foot)?cite", text)
    return [] if cites else ["the references cite nothing"]


def short_cells(notebook) -> list[str]:
    lengths = [
        (place, len(cell.source.splitlines()))
        for place, cell in enumerate(notebook.cells, 1)
        if cell.cell_type == "code"
    ]
    return [
        f"cell {place} has {length} lines, at most {MOST_LINES} are allowed"
        for place, length in lengths
        if length > MOST_LINES
    ]


def narrow_lines(notebook) -> list[str]:
    """Code, comments too, in cells and in the programs of markdown cells."""
    programs = [
        (place, program)
        for place, cell in enumerate(notebook.cells, 1)
        for program in (
            [cell.source]
            if cell.cell_type == "code"
            else [match[2] for match in PROGRAM.finditer(cell.source)]
        )
    ]
    return [
        f"cell {place} has a line of {len(line)} columns, at most {MOST_COLUMNS} are shown: {line.strip()}"
        for place, program in programs
        for line in program.splitlines()
        if len(line) > MOST_COLUMNS
    ]


def roles(notebook) -> list[str]:
    """Every code cell has one role; a check is what nbval compares; what is taught fits a glance."""
    complaints = []
    for place, cell in enumerate(notebook.cells, 1):
        if cell.cell_type != "code":
            continue
        has, lines = (
            [role for role in ROLES if role in cell.metadata.get("tags", [])],
            cell.source.splitlines(),
        )
        if len(has) != 1:
            complaints.append(
                f"cell {place} must have one role of {', '.join(ROLES)}, but has {has or 'none'}"
            )
        if ("check" in has) != is_checked(cell):
            complaints.append(f"cell {place}: the tags `check` and `nbval-check-output` go together")
        if has == ["method"] and len(lines) > MOST_METHOD_LINES:
            complaints.append(
                f"method cell {place} has {len(lines)} lines, at most {MOST_METHOD_LINES} teach"
            )
    return complaints


def values_and_bounds(notebook) -> list[str]:
    """Each check prints claims with a value and a bound, all hold, and nothing is a bare True or False."""
    complaints = []
    for place, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "code" and is_checked(cell):
            found = [match["verdict"] for match in LINE.finditer(printed(cell))]
            if not found:
                complaints.append(f"check cell {place} prints no claim with a value and a bound")
            if set(found) - {HOLDS}:
                complaints.append(f"check cell {place} stores a claim that fails")
            if re.search(r"\b(True|False)\b", printed(cell)):
                complaints.append(f"check cell {place} prints a bare True or False")
    return complaints


def figures(notebook) -> list[str]:
    """A figure has alt text from the cell's metadata, unless its code writes its own."""

    def described(cell):
        alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
        return alt.strip() or re.search(r"\balt\s*=", cell.source)

    return [
        f"cell {place} is tagged `figure` and has no alt text"
        for place, cell in enumerate(notebook.cells, 1)
        if "figure" in cell.metadata.get("tags", []) and not described(cell)
    ]


def check_cells(notebook) -> list[str]:
    checked = [(place, cell) for place, cell in enumerate(notebook.cells, 1) if is_checked(cell)]
    complaints = (
        [] if len(checked) >= CHECKS else [f"{len(checked)} check cells, at least {CHECKS} are wanted"]
    )
    complaints += [
        f"check cell {place} has no stored output: python tools/notebooks.py run"
        for place, cell in checked
        if not cell.outputs
    ]
    return complaints + [
        f"check cell {place} has no execution count" for place, cell in checked if not cell.execution_count
    ]


def proofs(notebook) -> list[str]:
    """Each theorem, proposition, lemma and corollary is run by a check cell whose metadata `proves` names its
    label."""
    stated = re.findall(
        r"^[`:]{3,}\{prf:(theorem|proposition|lemma|corollary)\}[^\n]*\n:label: (\S+)",
        markdown(notebook),
        re.MULTILINE,
    )
    proved = {
        label
        for cell in code_cells(notebook)
        if is_checked(cell)
        for label in cell.metadata.get("proves", [])
    }
    labels = [label for _, label in stated]
    return [f"{label} has no check cell that proves it" for label in labels if label not in proved] + [
        f"a check cell proves {label}, which is not stated here" for label in sorted(proved - set(labels))
    ]


def slideshow(notebook) -> list[str]:
    kinds = {"slide", "subslide", "fragment", "skip", "notes", "-"}
    return [
        f"cell {place} has no slideshow metadata"
        for place, cell in enumerate(notebook.cells, 1)
        if cell.metadata.get("slideshow", {}).get("slide_type") not in kinds
    ]


def absolute_paths(notebook) -> list[str]:
    pattern = re.compile(
        r"(?<![\w.:/])/(?:home|Users|work|tmp|root|usr|opt|var|mnt)/|\b[A-Z]:\\\\?\w|file://"
    )
    texts = [(place, cell.source) for place, cell in enumerate(notebook.cells, 1)] + [
        ("outputs", stored_text(notebook))
    ]
    return [
        f"cell {place} holds an absolute path: {match[0]}"
        for place, text in texts
        if (match := pattern.search(text))
    ]


def numbers(notebook) -> list[str]:
    outputs = stored_text(notebook)
    return [
        complaint
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for complaint in untied_numbers(cell.source, outputs)
    ]


CLAUSES = [
    opening,
    predictions,
    exercises,
    summary,
    references,
    short_cells,
    narrow_lines,
    roles,
    values_and_bounds,
    figures,
    check_cells,
    proofs,
    slideshow,
    absolute_paths,
    numbers,
]
