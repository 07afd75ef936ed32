"""One job of many, in a process of its own, here or on another machine: the same numbers as alone.

`make results` and `make weights` hand such jobs out (`tools/spread.py`). A job is a function of the package
with plain arguments, and what it returns is plain data: it writes no file. Those of chapter 10 are defined by
the chapter's cells, so they get the cells' text. Chapter 10.
"""

import functools
import hashlib
import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import torch

import gan_teach
from gan_teach.devices import VARIABLE
from gan_teach.experiments import clinic, phases
from gan_teach.experiments.clinic import Protocol

PACKAGE = Path(gan_teach.__file__).parent


class Differs(RuntimeError):
    """This process has other versions than the one that asked for the job; the text names both."""


def _mark(paths) -> str:
    """A short mark of what these files hold; line ends don't count."""
    state = hashlib.sha256()
    for path in sorted(paths):
        content = path.read_bytes().replace(b"\r\n", b"\n") if path.exists() else b"missing"
        state.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + hashlib.sha256(content).digest())
    return state.hexdigest()[:12]


# Of the files as they were when this process began: what changes later on the disk, it does not run.
_SOURCES = _mark(PACKAGE.rglob("*.py"))


def versions() -> dict[str, str]:
    """What a result depends on, besides its job: Python, PyTorch, the package with a mark of its sources, and
    a mark of the trained networks, by which some trainings are judged."""
    return {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "PyTorch": torch.__version__.split("+")[0],
        "gan_teach": f"{gan_teach.__version__} (sources {_SOURCES})",
        "trained networks": _mark([PACKAGE / "images" / "weights" / "index.json"]),
    }


def differences(wanted: Mapping[str, str], found: Mapping[str, str]) -> str:
    """What of `wanted` is otherwise in `found`, in words; "" where nothing is."""
    return ", ".join(
        f"{name} is {found.get(name, 'missing')} and not {version}"
        for name, version in wanted.items()
        if found.get(name) != version
    )


def run(function: Callable, args: Sequence = (), wanted: Mapping[str, str] | None = None):
    """What function(*args) returns, on the CPU and on one thread, as always.

    wanted: the versions that this process must have, as `versions` gives them. Errors: `Differs` where it has
    others; what the function raises.
    """
    otherwise = differences(wanted or {}, versions() if wanted else {})
    if otherwise:
        raise Differs(f"on {platform.node() or 'this machine'} {otherwise}")
    torch.set_num_threads(1)
    os.environ[VARIABLE] = "cpu"
    return function(*args)


@functools.lru_cache(maxsize=1)
def space_of(sources: tuple[str, ...]) -> dict:
    """What these cells define, run one after the other. Errors: what they raise."""
    space: dict = {}
    for source in sources:
        exec(compile(source, "clinic", "exec"), space)
    return space


def made_on() -> dict[str, str]:
    """Versions and kind of machine, for the record."""
    return {
        "torch": torch.__version__.split("+")[0],
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, one thread, CPU",
    }


def cured(sources: tuple[str, ...], name: str, protocol: Protocol) -> dict:
    """A row of chapter 10's table (`clinic.row`), for the cure of that name in `cures` of the cells."""
    cures = space_of(sources)["cures"]
    return clinic.row(name, cures[name], cures["plain"], protocol, progress=False) | made_on()


def mapped(sources: tuple[str, ...], name: str, protocol: Protocol, value) -> tuple[tuple, float]:
    """A row of a map (`phases.row_of`), for the phase of that name in `phases` of the cells; and seconds."""
    begun = time.perf_counter()
    row = phases.row_of(space_of(sources)["phases"][name], protocol, value, progress=False)
    return row, time.perf_counter() - begun
