"""Keep the committed notebooks in one form, and refresh the outputs that are stored in them.

    python tools/notebooks.py check     [NOTEBOOK ...]   say which are not in the normal form
    python tools/notebooks.py normalise [NOTEBOOK ...]   bring them into it
    python tools/notebooks.py run       [NOTEBOOK ...]   execute for real, on the CPU, and store the checked
    outputs

Without names: all notebooks of _toc.yml. In the normal form only cells tagged `nbval-check-output` keep
outputs, and of
those only text: what nbval compares is stored, what it can't compare is not. So a diff shows what changed and
nothing else.
"""

import argparse
import asyncio
import hashlib
import os
import sys
from pathlib import Path

import nbformat
from toc import notebooks

CHECKED = "nbval-check-output"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


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


def stable_ids(cells) -> None:
    """Keep good ids; make the missing and the doubled ones from the cell's place and source."""
    seen = set()
    for place, cell in enumerate(cells):
        if not cell.get("id") or cell["id"] in seen:
            cell["id"] = hashlib.sha256(f"{place} {cell.source}".encode()).hexdigest()[:8]
        seen.add(cell["id"])


def normal(notebook):
    """A copy of the notebook in the normal form."""
    result = nbformat.from_dict(notebook)
    result.nbformat, result.nbformat_minor = 4, 5
    result.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": {"name": "python"}})
    stable_ids(result.cells)
    code = [cell for cell in result.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, start=1):
        cell.source = cell.source.rstrip()
        for editor_state in ("execution", "collapsed", "scrolled", "trusted", "jupyter"):
            cell.metadata.pop(editor_state, None)
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
    return path.read_text(encoding="utf-8") != text_of(normal(read(path)))


def write(path: Path, notebook) -> bool:
    """Write the normal form; True if that changed the file."""
    new = text_of(normal(notebook))
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
    commands = {"check": check, "normalise": normalise, "run": run}
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=commands)
    parser.add_argument("notebook", nargs="*", help="a path, or the name of a notebook of the book")
    given = parser.parse_args()
    return commands[given.command]([find(name) for name in given.notebook] or notebooks())


if __name__ == "__main__":
    sys.exit(main())
