"""All tests run on the CPU and on one thread, whatever the machine has: set before anything imports torch."""

import os
import subprocess
import sys

import pytest

os.environ["GAN_TEACH_DEVICE"] = "cpu"
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")
os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")

import matplotlib

matplotlib.use("Agg")  # in this process only: the kernels of the notebooks draw inline

from browsing import launched
from toc import ROOT


@pytest.fixture(scope="session")
def build():
    """The book, built as `make book` builds it; nothing is done twice if it is there already."""
    environment = {**os.environ, "GAN_TEACH_DEVICE": "cpu"}
    command = [sys.executable, str(ROOT / "tools" / "book.py")]
    return subprocess.run(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture(scope="session")
def site(build):
    """The folder of the built pages."""
    if build.returncode:  # said in full once, by test_site
        pytest.fail("the book was not built: see test_the_book_is_built", pytrace=False)
    return ROOT / "_build" / "html"


@pytest.fixture(scope="module")
def browser():
    """A browser per module: two at once in one process don't get on."""
    with launched() as found:
        yield found
