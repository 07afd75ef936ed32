"""Build the book: run the notebooks that changed, then write the HTML.

    python tools/book.py

Ends with status 0 and the address to open, or with status 1 and what to mend.
"""

import asyncio
import contextlib
import subprocess
import sys
import time

import executions
from execute import execute_all, longest_first, prepare_environment
from filelock import FileLock
from toc import ROOT, notebooks

INDEX = ROOT / "_build" / "html" / "index.html"


def run_what_changed() -> bool:
    """Execute the notebooks that have not run as they are now; False if one of them failed."""
    paths = notebooks()
    if not paths:
        sys.exit("_toc.yml names no notebook that exists")

    def label(path):
        return f"[{paths.index(path) + 1}/{len(paths)}] {path.stem}"

    stale = [path for path in longest_first(paths) if executions.find(path) is None]
    if len(stale) < len(paths):
        print(f"{len(paths) - len(stale)} of {len(paths)} chapters unchanged, not run again")
    return not asyncio.run(execute_all(stale, executions.keep, label, recording=True))


def write_pages() -> bool:
    """Let Sphinx write the HTML; a warning counts as an error."""
    print("Writing the pages ...", flush=True)
    command = [
        sys.executable,
        "-c",
        "from jupyter_book.cli.main import main; main()",
        "build",
        "--quiet",
        "-n",
        "-W",
        "--keep-going",
        str(ROOT),
    ]
    said = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if said.returncode:
        print(said.stdout)
    return said.returncode == 0 and INDEX.exists()


class NotBuiltError(Exception):
    """The book can't be built; what is to be mended has been printed."""


@contextlib.contextmanager
def built():
    """The book's pages as they have to be now; nobody else builds while the block runs. Errors:
    `NotBuiltError`."""
    prepare_environment()
    (ROOT / "_build").mkdir(exist_ok=True)
    with FileLock(ROOT / "_build" / ".lock"):  # a second build waits, then finds everything done
        if not run_what_changed():
            raise NotBuiltError("a cell failed (see above)")
        if not write_pages():
            raise NotBuiltError("Sphinx found something to mend (see above)")
        yield


def main() -> int:
    began = time.perf_counter()
    try:
        with built():
            pass
    except NotBuiltError as error:
        print(f"The book was not built: {error}.")
        return 1
    print(f"The book is ready ({time.perf_counter() - began:.0f} s). Open {INDEX.as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
