"""Run notebooks for real, two side by side, and say what happens."""

import asyncio
import os
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

SIDE_BY_SIDE = 2
SECONDS_PER_CELL = 300

# Networks as small as the book's are fastest on one thread, and the digits don't depend on the machine's
# cores.
KERNEL_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # or each kernel prints a warning about frozen modules
}


# On a page a stage plays what was recorded while the chapter ran.
RECORDING = {"GAN_TEACH_STAGE": "record"}

# Begun before the others, so that no worker runs one of them alone at the end. Only the time depends on it.
LONGEST = (
    "12-digits",
    "15-two-domains",
    "11-wasserstein",
    "14-measuring",
    "10-cures",
    "09-mode-collapse",
    "13-convolution-and-labels",
    "08-convergence",
)


class Failure(Exception):
    """A notebook that didn't run to its end; the message is for the reader of the terminal, `notebook` ends
    with the cell that failed."""

    def __init__(self, message: str, notebook=None):
        super().__init__(message)
        self.notebook = notebook


def longest_first(paths: list[Path]) -> list[Path]:
    return sorted(paths, key=lambda p: LONGEST.index(p.stem) if p.stem in LONGEST else len(LONGEST))


def prefer_own_kernel() -> None:
    """`python3` means this environment's kernel, whatever kernel of that name the user or the machine has."""
    own, others = str(Path(sys.prefix) / "share" / "jupyter"), os.environ.get("JUPYTER_PATH", "")
    folders = [own, *(folder for folder in others.split(os.pathsep) if folder not in ("", own))]
    os.environ["JUPYTER_PATH"] = os.pathsep.join(folders)


def prepare_environment() -> None:
    prefer_own_kernel()
    for name, value in KERNEL_ENVIRONMENT.items():
        os.environ.setdefault(name, value)


def plain(text: str) -> str:
    """Without colours, unless somebody is looking at a terminal."""
    return text if sys.stdout.isatty() else re.sub(r"\x1b\[[0-9;]*m", "", text)


def explain(path: Path, number: int, cell, error: Exception) -> str:
    """The chapter, the cell and the traceback, as a terminal shows them best."""
    lines = [
        f"{path.name}: cell {number} failed",
        "-" * 70,
        cell.source if cell else "(before the first cell)",
        "-" * 70,
    ]
    if isinstance(error, CellTimeoutError):
        return "\n".join([*lines, f"still running after {SECONDS_PER_CELL} s"])
    outputs = [o for o in (cell.get("outputs", []) if cell else []) if o.output_type == "error"]
    trace = "\n".join(outputs[-1].traceback) if outputs else f"{type(error).__name__}: {error}"
    return "\n".join([*lines, plain(trace)])


async def execute(path: Path, recording: bool = False):
    """The executed notebook and the seconds it took; a `Failure` if a cell failed. recording: as for the
    book's pages."""
    notebook = nbformat.read(path, as_version=4)
    reached = [0, None]

    def remember(cell, cell_index):
        reached[:] = [cell_index + 1, cell]

    client = NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        kernel_name="python3",
        on_cell_start=remember,
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,  # times in the cells' metadata would make each run a stranger to the cache
        extra_arguments=["--IPKernelApp.log_level=ERROR"],  # no advice about sockets between the lines
    )
    began = time.perf_counter()
    try:
        await client.async_execute(env={**os.environ, **(RECORDING if recording else {})})
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        message = explain(path, *reached, error)
        del notebook.cells[reached[0] :]  # they still hold what they printed another time
        raise Failure(message, notebook) from error
    return notebook, time.perf_counter() - began


async def execute_all(paths, done, label=lambda path: path.stem, recording: bool = False) -> list[Failure]:
    """Run each notebook, call `done(path, notebook, seconds)` as each one ends; the failures come back."""
    prepare_environment()
    places, failures = asyncio.Semaphore(SIDE_BY_SIDE), []

    async def one(path):
        async with places:
            print(f"{label(path)} ...", flush=True)
            try:
                notebook, seconds = await execute(path, recording)
            except Failure as failure:
                failures.append(failure)
                print(f"{label(path)} ... failed\n\n{failure}\n", flush=True)
                return
            done(path, notebook, seconds)
            print(f"{label(path)} ... {seconds:.0f} s", flush=True)

    await asyncio.gather(*(one(path) for path in paths))
    return failures
