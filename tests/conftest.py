"""All tests run on the CPU and on one thread, whatever the machine has: set before anything imports torch."""

import json
import os
import subprocess
import sys

import pytest
from filelock import FileLock

os.environ["GAN_TEACH_DEVICE"] = "cpu"
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")

import matplotlib

matplotlib.use("Agg")  # in this process only: the kernels of the notebooks draw inline

from browsing import launched
from toc import ROOT


def built():
    """Build the book as `make book` builds it: its status, and all that it said."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "book.py")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    return {"status": done.returncode, "said": done.stdout}


@pytest.fixture(scope="session")
def build(tmp_path_factory, worker_id):
    """The book, built once for all workers: the first that wants it builds it, the others wait."""
    folder = tmp_path_factory.getbasetemp()
    said = (folder if worker_id == "master" else folder.parent) / "build.json"
    with FileLock(said.with_suffix(".lock")):
        if not said.exists():
            said.write_text(json.dumps(built()), encoding="utf-8")
    return json.loads(said.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def site(build):
    """The folder of the built pages."""
    if build["status"]:  # said in full by test_the_book_is_built
        lines = build["said"].splitlines()
        first = next((line for line in lines if "WARNING" in line or "ERROR" in line), lines[-1:])
        pytest.fail(f"see test_the_book_is_built: {first}", pytrace=False)
    return ROOT / "_build" / "html"


@pytest.fixture(scope="session")
def browser():
    """One browser for all tests of a process: two at once in one don't get on."""
    with launched() as found:
        yield found
