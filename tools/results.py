"""What takes too long for a chapter: the clinic's table and the phase diagrams of chapter 10, stored in
book/data/.

    python tools/results.py              makes what is missing or was made by other lines than the chapter has
    now
    python tools/results.py --list       says what that is, and makes nothing
    python tools/results.py ring R1      only what has all these words in its name
    python tools/results.py --scheduler tcp://host:8786   on a Dask cluster (tools/spread.py)

The chapter's cells tagged `clinic` define `cures` and `phases`; they are run as they stand, two rows at a
time, on a cluster one on each worker. Interrupt it at any time: every finished row is kept, and the next call
goes on with the others.
"""

import argparse
import ast
import contextlib
import sys
from pathlib import Path

import nbformat
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

import spread  # noqa: E402

from gan_teach.experiments import clinic, jobs, phases  # noqa: E402
from gan_teach.experiments.stored import Stored  # noqa: E402

CHAPTER, FOLDER = ROOT / "book" / "10-cures.ipynb", ROOT / "book" / "data"
PROTOCOLS = (clinic.RING, clinic.GRID)


def cells_of(chapter: Path = CHAPTER) -> tuple[str, ...]:
    """The text of the chapter's clinic cells."""
    notebook = nbformat.read(chapter, 4)
    return tuple(cell.source for cell in notebook.cells if "clinic" in cell.metadata.get("tags", []))


def chapter_space(chapter: Path = CHAPTER) -> tuple[dict, dict[str, str]]:
    """What the chapter's clinic cells define, and the lines that define each cure and each phase, {name:
    source}."""
    sources, lines = cells_of(chapter), {}
    for source in sources:
        for statement in ast.parse(source).body:
            target = statement.targets[0] if isinstance(statement, ast.Assign) else None
            if isinstance(target, ast.Subscript) and target.value.id in ("cures", "phases"):
                lines[ast.literal_eval(target.slice)] = ast.get_source_segment(source, statement)
    return jobs.space_of(sources), lines


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


def map_so_far(phase, recipe: str) -> phases.Map:
    """The rows that are stored, or none."""
    try:
        return phases.Map.load(map_path(phase), recipe)
    except (ValueError, FileNotFoundError):
        return phases.Map.begun(phase, recipe)


def jobs_for(missing: list, sources: tuple[str, ...]) -> dict[spread.Job, tuple]:
    """What there is to run for what is missing: each job, and what `keep` needs to know of it."""
    found = {}
    for key, recipe, what, protocol in missing:
        if not isinstance(what, phases.Phase):
            found[spread.Job(key, jobs.cured, (sources, what, protocol))] = key, recipe
            continue
        for value in [v for v in what.rows[1] if v not in map_so_far(what, recipe).rows[1]]:
            job = spread.Job(f"{key}, {value}", jobs.mapped, (sources, what.name, protocol, value))
            found[job] = what, recipe, value
    return found


def keep_cured(key: str, recipe: str, made: dict):
    """Store a row of the table."""
    # Read again at the end: another call of this program may have stored a row meanwhile.
    Stored.load(FOLDER / "clinic.json", missing_ok=True).put(key, {"recipe": recipe, **made})
    fair = clinic.over_seeds(made["fair"])
    print(f"  fair modes {fair[0]:.1f} +- {fair[1]:.1f}", flush=True)


def keep_mapped(phase, recipe: str, value, row: tuple, seconds: float):
    """Store a row of a map, at its place; rows come in any order, each is kept once."""
    done = map_so_far(phase, recipe)
    if value not in done.rows[1]:
        done.with_row(value, row, seconds).ordered(phase.rows[1]).save(map_path(phase))
    print(f"  {phase.rows[0]} {value}: {np.round(row[0].mean(1), 1).tolist()}", flush=True)


def make(missing: list, sources: tuple[str, ...], scheduler: str | None = None):
    """Make what is missing, and store each row as it comes. Errors: `spread.SpreadError`."""
    todo = jobs_for(missing, sources)
    with contextlib.closing(spread.run_all(todo, scheduler)) as results:
        for job, result in results:
            if job.function is jobs.cured:
                keep_cured(*todo[job], result)
            else:
                keep_mapped(*todo[job], *result)


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("words", nargs="*")
    options.add_argument("--list", action="store_true")
    spread.add_option(options)
    given = options.parse_args()
    missing = [
        job
        for job in wanted(*chapter_space())
        if not is_stored(*job[:3]) and all(word in job[0] for word in given.words)
    ]
    print(f"{len(missing)} results to make" + (":" if missing else "; nothing to do"))
    if given.list:
        print("\n".join(f"  {job[0]}" for job in missing))
        return 0
    try:
        make(missing, cells_of(), given.scheduler)
    except spread.SpreadError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
