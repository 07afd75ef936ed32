"""What takes too long for a chapter: the clinic's table and the phase diagrams of chapter 10, stored in
book/data/.

    python tools/results.py              makes what is missing or was made by other lines than the chapter has
    now
    python tools/results.py --list       says what that is, and makes nothing
    python tools/results.py ring R1      only what has all these words in its name

The chapter's cells tagged `clinic` define `cures` and `phases`; they are run as they stand. Interrupt it at
any time: every finished row is kept, and the next call goes on with the others.
"""

import argparse
import ast
import platform
import sys
import time
from pathlib import Path

import nbformat
import torch

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from gan_teach.experiments import clinic, phases  # noqa: E402
from gan_teach.experiments.stored import Stored  # noqa: E402

CHAPTER, FOLDER = ROOT / "book" / "10-cures.ipynb", ROOT / "book" / "data"
PROTOCOLS = (clinic.RING, clinic.GRID)


def chapter_space(chapter: Path = CHAPTER) -> tuple[dict, dict[str, str]]:
    """What the chapter's clinic cells define, and the lines that define each cure and each phase, {name:
    source}."""
    notebook = nbformat.read(chapter, 4)
    sources = [cell.source for cell in notebook.cells if "clinic" in cell.metadata.get("tags", [])]
    space, lines = {}, {}
    for source in sources:
        exec(compile(source, "clinic", "exec"), space)
        for statement in ast.parse(source).body:
            target = statement.targets[0] if isinstance(statement, ast.Assign) else None
            if isinstance(target, ast.Subscript) and target.value.id in ("cures", "phases"):
                lines[ast.literal_eval(target.slice)] = ast.get_source_segment(source, statement)
    return space, lines


def wanted(space: dict, lines: dict) -> list[tuple[str, str, object, object]]:
    """All that should be stored: (key, recipe, what, protocol)."""
    rows = [
        (f"{protocol.name}: {name}", clinic.recipe(lines[name], protocol), name, protocol)
        for protocol in PROTOCOLS
        for name in space["cures"]
    ]
    return rows + [
        (f"map: {name}", clinic.recipe(lines[name], clinic.RING), phase, clinic.RING)
        for name, phase in space["phases"].items()
    ]


def is_stored(key: str, recipe: str, what) -> bool:
    try:
        if isinstance(what, phases.Phase):
            return len(phases.Map.load(map_path(what), recipe).rows[1]) == len(what.rows[1])
        return bool(Stored.load(FOLDER / "clinic.json").get(key, recipe))
    except (KeyError, ValueError, FileNotFoundError):
        return False


def map_path(phase) -> Path:
    return FOLDER / f"{phase.name}.npz"


def made_on() -> dict[str, str]:
    """Versions and kind of machine, for the record."""
    return {
        "torch": torch.__version__.split("+")[0],
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, one thread, CPU",
    }


def make_row(key, recipe, name, protocol, space):
    made = clinic.row(name, space["cures"][name], space["cures"]["plain"], protocol)
    # Read again at the end: another call of this program may have stored a row meanwhile.
    Stored.load(FOLDER / "clinic.json", missing_ok=True).put(key, {"recipe": recipe, **made, **made_on()})
    fair = clinic.over_seeds(made["fair"])
    print(f"  fair modes {fair[0]:.1f} +- {fair[1]:.1f}, {made['seconds']:.0f} s", flush=True)


def make_map(recipe, phase, protocol):
    try:
        done = phases.Map.load(map_path(phase), recipe)
    except (ValueError, FileNotFoundError):
        done = phases.Map.begun(phase, recipe)
    for value in list(phase.rows[1])[len(done.rows[1]) :]:
        begun = time.perf_counter()
        row = phases.row_of(phase, protocol, value)
        done = done.with_row(value, row, time.perf_counter() - begun)
        done.save(map_path(phase))
        print(f"  {phase.rows[0]} {value}: {row[0].mean(1).round(1).tolist()}", flush=True)


def main():
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("words", nargs="*")
    options.add_argument("--list", action="store_true")
    given = options.parse_args()
    torch.set_num_threads(1)
    space, lines = chapter_space()
    missing = [
        job
        for job in wanted(space, lines)
        if not is_stored(*job[:3]) and all(word in job[0] for word in given.words)
    ]
    print(f"{len(missing)} results to make" + (":" if missing else "; nothing to do"))
    for number, (key, recipe, what, protocol) in enumerate(missing, 1):
        print(f"{number} of {len(missing)}  {key}", flush=True)
        if given.list:
            continue
        if isinstance(what, phases.Phase):
            make_map(recipe, what, protocol)
        else:
            make_row(key, recipe, what, protocol, space)


if __name__ == "__main__":
    main()
