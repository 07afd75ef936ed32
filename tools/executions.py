"""The notebooks as they were run: kept under their code and the state of the package, so that none runs
twice.

The book's pages are written from what lies here, and the tests compare it with what the notebooks store.
"""

import sys
from pathlib import Path

import nbformat
from filelock import FileLock
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from toc import ROOT

sys.path.insert(0, str(ROOT / "book" / "_ext"))
from cache_key import cache_folder


def lock() -> FileLock:
    """Held while the store is read or written: its database knows nothing of two processes."""
    (ROOT / "_build").mkdir(exist_ok=True)
    return FileLock(ROOT / "_build" / ".executions.lock")


def find(path: Path):
    """The code cells of this notebook with what they gave when they ran (a notebook), or None."""
    with lock():
        cache = get_cache(str(cache_folder(ROOT)))
        try:
            record = cache.match_cache_notebook(nbformat.read(path, as_version=4))
        except KeyError:
            return None
        return cache.get_cache_bundle(record.pk).nb


def seconds(path: Path) -> float:
    """How long this notebook ran, 0 if it didn't."""
    with lock():
        try:
            record = get_cache(str(cache_folder(ROOT))).match_cache_notebook(
                nbformat.read(path, as_version=4)
            )
        except KeyError:
            return 0.0
        return float((record.data or {}).get("execution_seconds", 0))


def keep(path: Path, notebook, seconds: float) -> None:
    """Store an executed notebook; an older one with the same code gives way."""
    bundle = CacheBundleIn(notebook, str(path), data={"execution_seconds": seconds})
    with lock():
        get_cache(str(cache_folder(ROOT))).cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
