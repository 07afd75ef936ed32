"""The package by itself: its wheel has all that chapters read, and they run with it without the book."""

import os
import re
import shutil
import tomllib
import zipfile
from email import message_from_string

import nbformat
import package
import pytest
import wheels
from toc import ROOT, notebooks

import gan_teach
from gan_teach import files

DATA = ROOT / "book" / "data"
# A chapter to its third check, and one with a shipped network and stored scores to its fourth.
RUN = {"02-generator-and-discriminator": 3, "22-gans-today": 4}
# WHEEL_VERSIONS=lowest, or newest: with all packages in such versions, fetched anew, and two whole chapters.
VERSIONS = os.environ.get("WHEEL_VERSIONS", "")
WHOLE = {"01-police-and-thief": 0, "12-digits": 0}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return package.build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def about(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return message_from_string(archive.read(name).decode())


def below(folder):
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix() for path in found}


def test_the_wheel_has_the_package_and_the_stored_results_and_nothing_else(names):
    package = {f"gan_teach/{name}" for name in below(ROOT / "gan_teach")} - {"gan_teach/README.md"}
    data = {f"gan_teach/data/{name}" for name in below(DATA)}
    rest = names - package - data
    assert package | data <= names and all(".dist-info/" in name for name in rest)
    assert not (ROOT / "gan_teach" / "data").exists(), "stored results are kept once, in book/data"


def test_the_wheel_is_small_enough_to_fetch_in_a_lesson(wheel):
    assert wheel.stat().st_size < 40e6


def test_the_version_stands_in_one_place(wheel, about):
    assert about["Version"] == gan_teach.__version__ and f"-{gan_teach.__version__}-" in wheel.name
    for name in ("pyproject.toml", "CITATION.cff"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r'^version\s*[=:]\s*"?\d', text, re.MULTILINE), name


def test_the_wheel_says_what_it_is_and_what_its_extras_are_for(about):
    extras = set(about.get_all("Provides-Extra"))
    assert extras == {"live", "book", "test", "cluster"}
    assert about["License-Expression"] == "MIT" and about["Requires-Python"] == ">=3.11"
    readme = (ROOT / "gan_teach" / "README.md").read_text(encoding="utf-8")
    assert about.get_payload().strip() == readme.strip()
    assert extras == set(re.findall(r"`gan_teach\[(\w+)\]`", readme))


def bounds(text):
    """{package: lowest version} of requirements with bounds, exact ones among them."""
    found = re.findall(r"^([\w.-]+?)(?:\[[\w,]*\])?(?:>=|==)([\w.]+)", text, re.MULTILINE)
    return {name.lower(): tuple(map(int, re.findall(r"\d+", version))) for name, version in found}


def test_every_bound_is_stated_and_the_lock_keeps_it():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *sum(project["optional-dependencies"].values(), [])]
    lowest = bounds("\n".join(asked))
    locked = bounds((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    assert len(lowest) == len(asked), "each has a lowest version"
    assert [name for name in lowest if locked[name] < lowest[name]] == []


def test_stored_results_are_found_in_both_places(tmp_path, monkeypatch):
    assert files.data_folder() == DATA
    shutil.copytree(DATA / "today", tmp_path / "gan_teach" / "data" / "today")
    monkeypatch.setattr(files, "__file__", str(tmp_path / "gan_teach" / "files.py"))
    assert files.book_data("today/scores.json").parents[1] == tmp_path / "gan_teach" / "data"
    with pytest.raises(FileNotFoundError, match="no stored result clinic.json in .* has today/scores.json"):
        files.book_data("clinic.json")


@pytest.mark.parametrize("path", notebooks(), ids=lambda p: p.stem)
def test_no_chapter_reads_a_file_beside_itself(path):
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r'\\"(?:\./|\.\./)*(?:book/)?data/', text), "files.book_data finds it everywhere"


def test_the_readmes_program_runs(capsys):
    readme = (ROOT / "gan_teach" / "README.md").read_text(encoding="utf-8")
    exec(re.search(r"```python\n(.*?)```", readme, re.DOTALL)[1], {})
    assert capsys.readouterr().out.startswith("200 ")


TRIED = """
import sys
from importlib.metadata import version
from pathlib import Path

import gan_teach
from gan_teach import Game, losses, nets, targets, train
from gan_teach.experiments.stored import Stored
from gan_teach.files import book_data
from gan_teach.images import digit_models, trained

home = Path(sys.prefix).resolve()
assert home in Path(gan_teach.__file__).resolve().parents and not Path("book").exists()
assert gan_teach.__version__ == version("gan_teach")
game = Game(nets.Generator(2, 2), nets.Discriminator(2), targets.normal(2), losses.non_saturating)
assert train(game, targets.ring(), steps=20).run().step == 20
assert trained.load("dcgan") and len(digit_models.kept(book_data("digits/dcgan.npz"))) > 5
assert Stored.load(book_data("clinic.json")).entries and home in book_data("rates.npz").parents
print("all found in the wheel")
"""


def shortened(path, checks):
    """The chapter to the end of so many of its checks; 0: all of it."""
    notebook = nbformat.read(path, as_version=4)
    ends = [n for n, cell in enumerate(notebook.cells, 1) if "check" in cell.metadata.get("tags", ())]
    notebook.cells = notebook.cells[: ends[checks - 1]] if checks else notebook.cells
    return notebook


@pytest.mark.slow
def test_the_wheel_alone_trains_loads_and_runs_chapters(wheel, tmp_path):
    run = WHOLE if VERSIONS else RUN
    python = wheels.installed(wheel, tmp_path / "environment", VERSIONS)
    folder = tmp_path / "empty"
    folder.mkdir()
    assert "all found in the wheel" in wheels.run(python, "-c", TRIED, cwd=folder)
    for name, checks in run.items():
        nbformat.write(shortened(ROOT / "book" / f"{name}.ipynb", checks), folder / f"{name}.ipynb")
    judge = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval-lax", "--nbval-current-env"]
    judge += ["--nbval-sanitize-with", ROOT / "tests" / "sanitize.cfg", "--rootdir", folder]
    said = wheels.run(python, *judge, *(f"{name}.ipynb" for name in run), cwd=folder)
    assert re.search(r"\d+ passed", said) and sorted(p.suffix for p in folder.iterdir()) == [".ipynb"] * 2
