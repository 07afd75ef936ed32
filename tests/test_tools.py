"""The commands: what the Makefile, the workflow, the hooks and the pages about them say is the same, and a
notebook finds the book's own kernel and is judged by the run that was kept."""

import json
import re
import subprocess
import sys

import execute
import executed
import executions
import nbformat
import pytest
import yaml
from jupyter_client.kernelspec import KernelSpecManager
from toc import ROOT, notebooks

GATES = {"check", "test", "breaks"}


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def commands_of(name):
    """The make commands that a text names."""
    return set(re.findall(r"\bmake ([a-z]+)", read(name)))


def targets():
    return set(re.search(r"^\.PHONY: (.*)$", read("Makefile"), re.MULTILINE)[1].split())


def test_the_makefile_explains_each_of_its_commands():
    assert commands_of("Makefile") - {"lists"} == targets() - {"help"}
    assert GATES <= targets()


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_pages_name_commands_that_exist_and_all_three_gates(name):
    named = set(re.findall(r"`make ([a-z]+)", read(name)))
    assert named <= targets() and GATES <= named


def test_the_workflow_runs_what_the_ci_runs():
    jobs = yaml.safe_load(read(".github/workflows/test.yml"))["jobs"]
    runs = set()
    for job in jobs.values():
        for step in job["steps"]:
            for command in job["strategy"]["matrix"].get("command", [""]):
                runs.add(step.get("run", "").replace("${{ matrix.command }}", command))
    assert runs - {""} == {f"make {gate}" for gate in GATES}
    assert set(re.findall(r"^make (\w+)", read(".ci/run"), re.MULTILINE)) == {"test", "breaks"}


def test_the_workflow_checks_every_python_from_the_oldest_on():
    asked = yaml.safe_load(read(".github/workflows/test.yml"))["jobs"]["check"]["strategy"]["matrix"][
        "python"
    ]
    oldest = re.search(r'requires-python = ">=(\S+)"', read("pyproject.toml"))[1]
    assert asked == [oldest, "3.12", "3.13"]


def test_the_hooks_use_the_environment_and_name_tools_that_exist():
    for repo in yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]:
        assert repo["repo"] == "local"
        for hook in repo["hooks"]:
            words = hook["entry"].split()
            assert hook["language"] == "system" and words[0] == "python"
            assert (words[1], words[2]) == ("-m", "ruff") or (ROOT / words[1]).is_file()


def test_what_the_tools_need_is_locked():
    locked = {line.split("==")[0] for line in read("requirements.txt").splitlines()}
    assert {"ruff", "mypy", "pytest", "pytest-xdist", "nbval"} <= locked


def test_chapters_that_begin_first_exist():
    assert set(execute.LONGEST) <= {path.stem for path in notebooks()}
    assert [p.stem for p in execute.longest_first(notebooks())][: len(execute.LONGEST)] == list(
        execute.LONGEST
    )


def test_python3_is_the_kernel_of_this_environment(tmp_path, monkeypatch):
    """Whatever the user has made of that name, in the user's folder or in one that JUPYTER_PATH names."""
    for folder in ("users", "shared"):
        spec = tmp_path / folder / "kernels" / "python3" / "kernel.json"
        spec.parent.mkdir(parents=True)
        spec.write_text(json.dumps({"argv": ["/nowhere/python"], "display_name": "x", "language": "python"}))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "users"))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "shared"))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    assert KernelSpecManager().get_kernel_spec("python3").argv == ["/nowhere/python"]
    execute.prefer_own_kernel()
    execute.prefer_own_kernel()  # a tool may be called by a tool
    assert KernelSpecManager().get_kernel_spec("python3").argv[0] != "/nowhere/python"
    assert KernelSpecManager().kernel_dirs.count(str(tmp_path / "shared" / "kernels")) == 1


# --- nbval and the run that was kept


CHECKED = {"metadata": {"tags": ["nbval-check-output"]}, "execution_count": 1}
SEVEN = [nbformat.v4.new_output("stream", name="stdout", text="7\n")]


def chapter(tmp_path, *cells):
    """A notebook in a folder, as a chapter lies there."""
    path = tmp_path / "chapter.ipynb"
    kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells), metadata=kernel), path)
    return path


JUDGE = """
import sys, nbformat, pytest
sys.path[:0] = sys.argv[1:4]
import executed
ran = nbformat.read(sys.argv[4], as_version=4).cells
executed.run_or_find = lambda path: (ran, "ended early" if len(ran) < 2 else "")
sys.exit(pytest.main(["-q", "-p", "executed", "--executed", "-p", "no:cacheprovider", sys.argv[5]]))
"""


def judged(folder, *printed):
    """What nbval says of a notebook that stores 6 unchecked and 7 checked, where the run printed this."""
    plain = nbformat.v4.new_code_cell("print(6)", outputs=SEVEN, execution_count=1)
    stored = chapter(folder, plain, nbformat.v4.new_code_cell("print(7)", outputs=SEVEN, **CHECKED))
    cells = nbformat.read(stored, as_version=4).cells[: len(printed)]
    for cell, text in zip(cells, printed):
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=text)]
    ran = folder / "ran.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), ran)
    paths = [str(ROOT / name) for name in ("tools", "tests", "book/_ext")]
    command = [sys.executable, "-c", JUDGE, *paths, str(ran), str(stored)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


@pytest.mark.slow  # three processes of pytest
def test_nbval_compares_the_check_cells_with_the_run_that_was_kept(tmp_path):
    """And no others: the first cell stores 7 and printed 6."""
    assert judged(tmp_path, "6\n", "7\n").returncode == 0
    other = judged(tmp_path, "6\n", "8\n")
    assert other.returncode == 1 and "1 failed, 1 passed" in other.stdout
    assert "Cell outputs differ" in other.stdout and "'7" in other.stdout and "'8" in other.stdout


def test_a_progress_bar_is_no_output_and_a_warning_is_one():
    outputs = [nbformat.v4.new_output("stream", name="stderr", text=t) for t in ("\r 30%", "UserWarning: x")]
    assert [executed.is_said(output) for output in outputs] == [False, True]
    assert executed.is_said(nbformat.v4.new_output("stream", name="stdout", text="\r"))


@pytest.mark.slow
def test_a_cell_that_did_not_run_does_not_pass(tmp_path):
    ended = judged(tmp_path, "6\n")
    assert ended.returncode == 1 and "1 failed, 1 passed" in ended.stdout and "ended early" in ended.stdout


@pytest.fixture
def kept(monkeypatch):
    """Executions are kept here, and not among the book's."""
    found = {}
    monkeypatch.setattr(executions, "find", lambda path: found.get(path))
    monkeypatch.setattr(executions, "keep", lambda path, notebook, seconds: found.update({path: notebook}))
    return found


def test_a_notebook_runs_once_and_its_stages_record(tmp_path, kept):
    source = "import os\nos.environ['GAN_TEACH_STAGE']"
    path = chapter(tmp_path, nbformat.v4.new_code_cell(source))
    cells, why = executed.run_or_find(path)
    assert why == "" and cells[0].outputs[0].data["text/plain"] == "'record'"
    kept[path].cells[0].outputs[0].data["text/plain"] = "from the run that was kept"
    assert executed.run_or_find(path)[0][0].outputs[0].data["text/plain"] == "from the run that was kept"


def test_a_cell_that_fails_ends_the_run_and_nothing_is_kept(tmp_path, kept):
    cells = [nbformat.v4.new_code_cell(s) for s in ("1", "1 / 0")]
    path = chapter(tmp_path, *cells, nbformat.v4.new_code_cell("print(7)", outputs=SEVEN, **CHECKED))
    ran, why = executed.run_or_find(path)
    assert len(ran) == 2 and ran[1].outputs[0].ename == "ZeroDivisionError" and kept == {}
    assert "chapter.ipynb: cell 2 failed" in why and "ZeroDivisionError" in why
