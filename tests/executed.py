"""`pytest --executed book/04-training.ipynb`: nbval judges a notebook by the run of which the book's page is
made.

nbval by itself runs a notebook in a kernel of its own. Here its kernel is one that only repeats: what the
cells gave when `tools/execute.py` ran them, which is kept and becomes the page. So each chapter runs once,
and what is compared is what the reader sees. All else is nbval's: which cells are compared, how, and what it
says. (`pytest --nbval-lax` still does all of it in a kernel of its own.)
"""

import asyncio
from collections import deque

import executions
from execute import Failure, execute
from nbval.plugin import IPyNbFile


def pytest_addoption(parser):
    parser.addoption(
        "--executed", action="store_true", help="let nbval judge the run of which the book is made"
    )


def pytest_collect_file(file_path, parent):
    option = parent.config.option
    by_itself = option.nbval or option.nbval_lax
    if option.executed and not by_itself and file_path.suffix == ".ipynb":
        return ExecutedNotebook.from_parent(parent, path=file_path)


def run_or_find(path):
    """The code cells as they ran and why no more did (or "")."""
    cells, why = executions.find(path), ""
    if cells is None:
        try:
            cells, seconds = asyncio.run(execute(path, recording=True))
            executions.keep(path, cells, seconds)
        except Failure as failure:
            cells, why = failure.notebook, str(failure)
    return [cell for cell in cells.cells if cell.cell_type == "code"], why


def is_said(output) -> bool:
    """A progress bar is no part of what a cell says: it shows on slow machines only."""
    return not (output.output_type == "stream" and output.name == "stderr" and "\r" in output.text)


class Repeater:
    """A kernel for nbval that has run all cells already, and says what they gave."""

    def __init__(self, path):
        cells, self.why = run_or_find(path)
        self.cells, self.messages = deque(cells), deque()

    def execute_cell_input(self, source, allow_stdin=None):
        if not self.cells:
            raise RuntimeError(self.why)
        cell = self.cells.popleft()
        assert cell.source == source, "the notebook has changed since it was read"
        self.say("execute_input", {})
        for output in filter(is_said, cell.outputs):
            self.say(output.output_type, {k: v for k, v in output.items() if k != "output_type"})
        self.say("status", {"execution_state": "idle"})
        return "cell"

    def say(self, kind, content):
        self.messages.append({"msg_type": kind, "content": content, "parent_header": {"msg_id": "cell"}})

    def get_message(self, stream, timeout=None):
        return self.messages.popleft()

    def await_reply(self, message, timeout=None):
        pass

    def await_idle(self, message, timeout):
        self.messages.clear()

    def is_alive(self):
        return True

    def stop(self):
        pass


class ExecutedNotebook(IPyNbFile):
    """A notebook whose cells are nbval's items."""

    def collect(self):
        self.compare_outputs = False  # only the cells tagged nbval-check-output, as under --nbval-lax
        return super().collect()

    def setup(self):
        self.kernel = Repeater(self.path)
        self.setup_sanitize_files()
