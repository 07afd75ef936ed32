"""Keep the committed notebooks in one form, and refresh the outputs that are stored in them.

    python tools/notebooks.py check     [NOTEBOOK ...]   say which are not in the normal form
    python tools/notebooks.py normalise [NOTEBOOK ...]   bring them into it
    python tools/notebooks.py format    [NOTEBOOK ...]   lay out their programs, and touch nothing else
    python tools/notebooks.py run       [NOTEBOOK ...]   execute for real, on the CPU, and store the checked
    outputs

Without names: all notebooks of _toc.yml. In the normal form programs are laid out by ruff in lines of 76
columns, as many as the book shows: code cells, and the solutions in markdown cells. A cell is folded if its
role (a tag: method, figure, check, setup) has it so. Only cells tagged `check` keep outputs, and of those
only text: what nbval compares is stored, what it can't compare is not. So a diff shows what changed and
nothing else.
"""

import argparse
import asyncio
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
from toc import ROOT, notebooks

CHECKED = "nbval-check-output"
ROLES = ("method", "figure", "check", "setup")  # what a code cell is for, by its tag
PROMPTS = {"figure": "The code of this figure", "setup": "Preparations"}  # these two are folded
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
STYLE = ROOT / "book" / "ruff.toml"  # how wide a line may be
PROGRAM = re.compile(r"^(~~~|```)python\n(.*?)\n\1[ \t]*$", re.MULTILINE | re.DOTALL)  # in a markdown cell


def is_checked(cell) -> bool:
    return cell.cell_type == "code" and CHECKED in cell.metadata.get("tags", [])


def text_outputs(outputs) -> list:
    """stdout, in one piece, and the plain text of results: what nbval compares and a diff can show."""
    kept = []
    for output in outputs:
        if output.output_type == "stream" and output.name == "stdout":
            if kept and kept[-1].output_type == "stream":
                kept[-1].text += output.text
            else:
                kept.append(nbformat.v4.new_output("stream", name="stdout", text=output.text))
        elif output.output_type in ("execute_result", "display_data") and set(output.data) == {"text/plain"}:
            kept.append(nbformat.v4.new_output(output.output_type, data=output.data))
    return kept


def fold(cell, shown: bool) -> None:
    """Folded in JupyterLab and on the page, as the cell's role has it. shown: leave it open all the same."""
    tags, mystnb = set(cell.metadata.get("tags", [])), dict(cell.metadata.get("mystnb", {}))
    prompt = next((text for role, text in PROMPTS.items() if role in tags and not shown), None)
    tags.discard("hide-input")
    for key in ("code_prompt_show", "code_prompt_hide"):
        mystnb.pop(key, None)
    if prompt:
        tags.add("hide-input")
        mystnb |= {"code_prompt_show": prompt, "code_prompt_hide": prompt}
    if "check" in tags:
        tags.add(CHECKED)
    if prompt or "check" in tags:  # on the page a check is folded by the strip that shows its claims
        cell.metadata["jupyter"] = {"source_hidden": True}
    for key, value in (("tags", sorted(tags)), ("mystnb", mystnb)):
        if value:
            cell.metadata[key] = value
        else:
            cell.metadata.pop(key, None)


def stable_ids(cells) -> None:
    """Keep good ids; make the missing and the doubled ones from the cell's place and source."""
    seen = set()
    for place, cell in enumerate(cells):
        if not cell.get("id") or cell["id"] in seen:
            cell["id"] = hashlib.sha256(f"{place} {cell.source}".encode()).hexdigest()[:8]
        seen.add(cell["id"])


def laid_out(programs: list[str], name: str) -> list[str]:
    """The same programs in the layout of `STYLE`. name: of their notebook, for the message.

    Ends the command where one is not Python, and says which.
    """
    if not programs:
        return []
    cells = [nbformat.v4.new_code_cell(program) for program in programs]
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--config", str(STYLE), "--stdin-filename", name, "-"],
        input=nbformat.writes(nbformat.v4.new_notebook(cells=cells)),
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode:
        for program in programs if len(programs) > 1 else []:  # together, ruff may name a neighbour
            laid_out([program], name)
        begins = programs[0].partition("\n")[0]
        sys.exit(f"{name} is left as it is: its program {begins!r} can't be laid out: {done.stderr.strip()}")
    return [cell.source for cell in nbformat.reads(done.stdout, as_version=4).cells]


def formatted(notebook, name: str):
    """A copy of the notebook whose programs are laid out: code cells, and ```python in markdown cells."""
    result = nbformat.from_dict(notebook)
    code = [cell for cell in result.cells if cell.cell_type == "code"]
    texts = [cell for cell in result.cells if cell.cell_type == "markdown"]
    shown = [match[2] for cell in texts for match in PROGRAM.finditer(cell.source)]
    programs = iter(laid_out([cell.source for cell in code] + shown, name))
    for cell in code:
        cell.source = next(programs)
    for cell in texts:
        cell.source = PROGRAM.sub(
            lambda match: f"{match[1]}python\n{next(programs)}\n{match[1]}", cell.source
        )
    return result


def normal(notebook, name: str = "notebook.ipynb"):
    """A copy of the notebook in the normal form."""
    result = formatted(notebook, name)
    result.nbformat, result.nbformat_minor = 4, 5
    result.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": {"name": "python"}})
    stable_ids(result.cells)
    code = [cell for cell in result.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, start=1):
        cell.source = cell.source.rstrip()
        for editor_state in ("execution", "collapsed", "scrolled", "trusted", "jupyter"):
            cell.metadata.pop(editor_state, None)
        fold(cell, shown=count == 1 and name.startswith("01-"))
        cell.outputs = text_outputs(cell.outputs) if is_checked(cell) else []
        # The place among the code cells: what a run from top to bottom gives.
        cell.execution_count = count if cell.outputs else None
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    return result


def read(path: Path):
    """The notebook as it is; ids that an old file lacks are added by `normal`, not by nbformat at random."""
    try:
        notebook = nbformat.from_dict(nbformat.reader.reads(path.read_text(encoding="utf-8")))
    except (nbformat.reader.NotJSONError, UnicodeDecodeError):
        sys.exit(f"{path} is not a notebook: it is not JSON")
    if notebook.get("nbformat") != 4 or "cells" not in notebook:
        sys.exit(f"{path} is not a notebook of format 4")
    return nbformat.v4.rwbase.rejoin_lines(notebook)


def text_of(notebook) -> str:
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"


def differs(path: Path) -> bool:
    return path.read_text(encoding="utf-8") != text_of(normal(read(path), path.name))


def write(path: Path, notebook, form=normal) -> bool:
    """Write the normal form (or another one); True if that changed the file."""
    new = text_of(form(notebook, path.name))
    changed = not path.exists() or path.read_text(encoding="utf-8") != new
    if changed:
        path.write_text(new, encoding="utf-8", newline="\n")
    return changed


def check(paths) -> int:
    odd = [path for path in paths if differs(path)]
    for path in odd:
        print(f"{path.name} is not in the normal form: python tools/notebooks.py normalise {path.name}")
    return 1 if odd else 0


def normalise(paths) -> int:
    for path in paths:
        print(f"{path.name}: {'normalised' if write(path, read(path)) else 'already in the normal form'}")
    return 0


def lay_out(paths) -> int:
    for path in paths:
        print(f"{path.name}: {'laid out' if write(path, read(path), formatted) else 'already laid out'}")
    return 0


def run(paths) -> int:
    from execute import execute_all

    os.environ["GAN_TEACH_DEVICE"] = "cpu"  # the stored digits are the CPU's, whatever this machine has

    def store(path, notebook, seconds):
        write(path, notebook)

    return 1 if asyncio.run(execute_all(paths, store)) else 0


def find(name: str) -> Path:
    """A notebook by path, or by its name alone."""
    known = {p.name: p for p in notebooks()} | {p.stem: p for p in notebooks()}
    if Path(name).is_file():
        return Path(name).resolve()
    return known.get(name) or sys.exit(
        f"no notebook {name}; the book has {', '.join(p.stem for p in notebooks())}"
    )


def main() -> int:
    commands = {"check": check, "normalise": normalise, "format": lay_out, "run": run}
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=commands)
    parser.add_argument("notebook", nargs="*", help="a path, or the name of a notebook of the book")
    given = parser.parse_args()
    return commands[given.command]([find(name) for name in given.notebook] or notebooks())


if __name__ == "__main__":
    sys.exit(main())
