"""The programs in the hidden solutions of a chapter's exercises."""

import re

SOLUTION = re.compile(r"\{solution\} (ex-\S+)(.*?)(?=\{exercise\}|\{solution\}|\Z)", re.DOTALL)
PROGRAM = re.compile(r"(?:~~~|```)python\n(.*?)(?:~~~|```)", re.DOTALL)


def solutions(notebook) -> dict[str, list[str]]:
    """{label of the exercise: the programs that its solution shows}."""
    text = "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    return {name: PROGRAM.findall(body) for name, body in SOLUTION.findall(text)}
