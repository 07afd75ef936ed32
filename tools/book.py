"""Build the book: run the notebooks that changed, then write the HTML.

    python tools/book.py

Ends with status 0 and the address to open, or with status 1 and what to mend.
"""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from execute import execute_all, prepare_environment
from filelock import FileLock
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from toc import ROOT, notebooks

sys.path.insert(0, str(ROOT / "book" / "_ext"))
from cache_key import cache_folder

INDEX = ROOT / "_build" / "html" / "index.html"


def is_cached(cache, path: Path) -> bool:
    try:
        cache.match_cache_notebook(nbformat.read(path, as_version=4))
    except KeyError:
        return False
    return True


def run_what_changed() -> bool:
    """Execute the notebooks that the cache doesn't know; False if one of them failed."""
    cache = get_cache(str(cache_folder(ROOT)))
    paths = notebooks()
    if not paths:
        sys.exit("_toc.yml names no notebook that exists")

    def label(path):
        return f"[{paths.index(path) + 1}/{len(paths)}] {path.stem}"

    def keep(path, notebook, seconds):
        bundle = CacheBundleIn(notebook, str(path), data={"execution_seconds": seconds})
        cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)

    stale = [path for path in paths if not is_cached(cache, path)]
    if len(stale) < len(paths):
        print(f"{len(paths) - len(stale)} of {len(paths)} chapters unchanged, not run again")
    return not asyncio.run(execute_all(stale, keep, label))


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


def main() -> int:
    began = time.perf_counter()
    prepare_environment()
    os.environ["GAN_TEACH_STAGE"] = "record"  # on the page a stage plays what was recorded now
    (ROOT / "_build").mkdir(exist_ok=True)
    with FileLock(ROOT / "_build" / ".lock"):  # a second build waits, then finds everything done
        if not run_what_changed():
            print("The book was not built: a cell failed (see above).")
            return 1
        if not write_pages():
            print("The book was not built: Sphinx found something to mend (see above).")
            return 1
    print(f"The book is ready ({time.perf_counter() - began:.0f} s). Open {INDEX.as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
