"""Which cell of the notebook runs now, so that what it made the last time can make way."""

import sys
import weakref
from typing import NamedTuple


class Run(NamedTuple):
    """One run of a cell: the cell's name, which stays the same, and that of the run, which doesn't."""

    cell: str
    run: str


_MADE: dict[str, tuple[str, weakref.WeakSet]] = {}  # cell -> its last run, and what that made


def running() -> Run | None:
    """The run of a cell that is going on; None outside a notebook, and where the notebook doesn't name its
    cells."""
    if "IPython" not in sys.modules:
        return None
    shell = sys.modules["IPython"].get_ipython()
    request = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell = request.get("metadata", {}).get("cellId")
    return Run(cell, request["header"]["msg_id"]) if cell else None


def replace(made, now: Run | None):
    """Remember that this was made in this run, and close what earlier runs of the same cell have made.

    made: anything with `close()`. What other cells have made, and this cell in this run, stays. Without a run
    nothing is closed.
    """
    if now is None:
        return
    run, old = _MADE.get(now.cell, (now.run, weakref.WeakSet()))
    if run != now.run:
        for former in list(old):
            former.close()
        old = weakref.WeakSet()
    old.add(made)
    _MADE[now.cell] = (now.run, old)
