"""Opening a chapter without installing: the links on pages and in notebooks, the branch they open, and the
cell for Colab."""

import os
import re
import shutil
import subprocess
import sys
import types
from html import unescape

import classroom
import editions
import launch
import nbformat
import package
import police_and_thief
import pytest
import wheels
import yaml
from notebooks import KERNEL
from toc import ROOT, notebooks

MADE_UP = "https://github.com/somebody/somewhere"
PAGE = "book/04-training"
COLAB = "https://colab.research.google.com/github/somebody/somewhere/blob/class/book/04-training.ipynb"


def config(folder, **changed):
    """The book's _config.yml with another repository, or other buttons, in a folder."""
    said = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    options = said["sphinx"]["config"]["html_theme_options"]
    for key, value in changed.items():
        place = options if key in options else options["launch_buttons"]
        assert key in place
        place[key] = value
    path = folder / "_config.yml"
    path.write_text(yaml.safe_dump(said), encoding="utf-8")
    return path


CASES = {
    "none": {},
    "github": dict(repository_url=MADE_UP, jupyterhub_url="https://hub.example.org/"),
    "gitlab": dict(
        repository_url="https://gitlab.com/somebody/somewhere",
        repository_branch="other",
        path_to_docs="deep/er/",
    ),
    "classic": dict(repository_url=MADE_UP, colab_url="", notebook_interface="classic"),
}


def page_links(folder, path):
    """{name: address} of the launch buttons that the theme puts on a page with this configuration."""
    from jupyter_book.config import get_final_config
    from sphinx.application import Sphinx

    (folder / "book").mkdir()
    nbformat.write(
        nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_markdown_cell("# A title")], metadata={"kernelspec": KERNEL}
        ),
        folder / f"{PAGE}.ipynb",
    )
    (folder / "index.md").write_text(f"# Start\n```{{toctree}}\n{PAGE}\n```\n", encoding="utf-8")
    found, _ = get_final_config(user_yaml=path, sourcedir=folder, cli_config={"latex_individualpages": False})
    ours = types.ModuleType("ours")
    ours.setup = lambda app: app.connect("config-inited", police_and_thief.no_buttons_without_a_repository)
    sys.modules["ours"] = ours
    app = Sphinx(
        folder,
        None,
        folder / "html",
        folder / "trees",
        "html",
        confoverrides={
            "extensions": ["myst_nb", "sphinx_book_theme", "ours"],
            "html_theme": "sphinx_book_theme",
            "html_theme_options": found["html_theme_options"],
            "nb_execution_mode": "off",
        },
        status=None,
        warning=None,
    )
    app.build()
    page = (folder / "html" / f"{PAGE}.html").read_text(encoding="utf-8")
    menu = re.search(r'<div class="dropdown dropdown-launch-buttons">.*?</ul>', page, re.DOTALL)
    pairs = re.findall(r'<a href="([^"]+)".*?btn__text-container">(\w+)', menu[0], re.DOTALL) if menu else ()
    return {name: unescape(address) for address, name in pairs}


@pytest.mark.parametrize("case", CASES)
def test_a_notebooks_links_are_those_of_its_page(case, tmp_path):
    path = config(tmp_path, **CASES[case])
    where = launch.settings(path)
    links = where.links(PAGE)
    assert page_links(tmp_path, path) == links
    assert (
        set(links)
        == {
            "none": set(),
            "github": {"Colab", "Binder", "JupyterHub"},
            "gitlab": {"Binder"},
            "classic": {"Binder"},
        }[case]
    )
    text = where.badges(PAGE)
    assert re.findall(r"\[(\w+)\]\(([^)]+)\)", text) == list(links.items()) and "![" not in text
    if case == "github":
        assert links["Colab"] == COLAB


def test_no_repository_is_named_yet():
    assert launch.settings().links(PAGE) == {} and launch.settings().badges(PAGE) == ""


@pytest.mark.parametrize(
    "changed, said",
    [
        (dict(repository_url="somewhere"), "'somewhere' is not like https://github.com/owner/name"),
        (dict(repository_url="https://git.example.org/a/b"), "'https://git.example.org/a/b' is not like"),
        (dict(repository_url=MADE_UP, notebook_interface="retro"), "must be one of classic, jupyterlab"),
    ],
)
def test_what_no_link_can_be_made_from_is_said(changed, said, tmp_path):
    with pytest.raises(launch.LaunchError, match=said):
        launch.settings(config(tmp_path, **changed)).links(PAGE)


# --- the student edition


def test_the_student_edition_opens_with_links_and_the_cell_for_colab(tmp_path):
    path = next(p for p in notebooks() if p.stem == "04-training")
    where = launch.settings(config(tmp_path, repository_url=MADE_UP))
    title, links, cell, *_ = editions.edition(path, "student", where).cells
    assert title.source.startswith("# ") and COLAB in links.source
    assert cell.source == where.first_cell() and cell.metadata.tags == ["colab"]
    assert [c.id for c in editions.edition(path, "student").cells[:3]] != ["launch"]
    for kind, committed in (("instructor", ()), ("student", editions.edition(path, "student").cells[1:2])):
        cells = editions.edition(path, kind).cells
        assert [c for c in cells if c.id in ("launch", "colab")] == list(committed)
    assert "google.colab" not in path.read_text(encoding="utf-8")


class Colab:
    """What Colab's kernel has that others have not; `shown` counts what was asked of it."""

    def __init__(self, monkeypatch):
        self.pip = []
        monkeypatch.setattr(subprocess, "run", lambda command, check: self.pip.append(command[1:]))
        monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))


def test_the_cell_installs_in_colab(tmp_path, monkeypatch, capsys):
    where = launch.settings(config(tmp_path, repository_url=MADE_UP))
    monkeypatch.chdir(tmp_path)
    colab = Colab(monkeypatch)
    exec(where.first_cell(), {})
    address = f"gan_teach[live] @ {MADE_UP}/raw/class/{launch.WHEEL}"
    assert colab.pip == [["-m", "pip", "install", "--quiet", address]] and not capsys.readouterr().out
    (tmp_path / launch.WHEEL).touch()  # one that was uploaded comes first
    exec(where.first_cell(), {})
    assert colab.pip[1][-1] == f"./{launch.WHEEL}[live]"
    monkeypatch.setitem(sys.modules, "numpy", types.SimpleNamespace(__version__="1.0"))
    exec(where.first_cell(), {})
    assert "restart the session" in capsys.readouterr().out


def test_the_cell_does_nothing_elsewhere_and_says_what_it_lacks(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cell = launch.Launch().first_cell()
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: pytest.fail("nothing is to be installed"))
    exec(cell, {})
    Colab(monkeypatch)
    with pytest.raises(FileNotFoundError, match="first upload gan_teach-"):
        exec(cell, {})


# --- the branch, and Binder


def test_the_branch_has_what_the_links_open(tmp_path, monkeypatch, capsys):
    where = launch.settings(config(tmp_path, repository_url=MADE_UP, path_to_docs="deep"))
    monkeypatch.setattr(package, "build", lambda folder: (folder / launch.WHEEL).touch())
    monkeypatch.setattr(classroom, "TARGET", tmp_path / "class")
    monkeypatch.setattr(editions, "notebooks", lambda: notebooks()[:2])
    classroom.both_editions.cache_clear()
    assert "left out, _config.yml names no repository" in classroom.branch()
    monkeypatch.setattr(launch, "settings", lambda: where)
    assert f"pushed to {MADE_UP} as the branch class" in classroom.branch()
    folder = tmp_path / "class" / "branch"
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    chapters = {f"deep/book/{p.name}" for p in notebooks()[:2]}
    files -= {"deep/book/README.md", "deep/book/questions.html"}
    assert files == chapters | {launch.WHEEL} | {f"binder/{p.name}" for p in (ROOT / "binder").iterdir()}
    for link in where.links(f"book/{notebooks()[0].stem}").values():
        assert any(link.endswith(name) for name in chapters)
    classroom.both_editions.cache_clear()


@pytest.mark.skipif(os.name == "nt", reason="Binder runs Linux")
def test_binder_installs_the_wheel_or_the_repository(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / "bin" / "python").chmod(0o755)
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    for package_, wheel in ((".", None), (f"./{launch.WHEEL}", launch.WHEEL)):
        if wheel:
            (tmp_path / wheel).touch()
        command = ["bash", ROOT / "binder" / "postBuild"]
        said = subprocess.check_output(command, cwd=tmp_path, env={**os.environ, "PATH": path}, text=True)
        assert said == f"-m pip install --no-cache-dir {package_}[live]\n"


# --- a chapter in Colab, which is played by two modules

PLAYED = {
    "google/colab/__init__.py": "from google.colab import output\n",
    "google/colab/output.py": """
import types

_widgets = types.SimpleNamespace(_installed_url="https://example.org/manager.js")


def enable_custom_widget_manager():
    with open("enabled", "a") as file:
        file.write("once ")
""",
    "sitecustomize.py": """
import subprocess
import google.colab

true = subprocess.run


def run(command, *others, **more):
    if "pip" not in command:
        return true(command, *others, **more)
    with open("pip", "a") as file:
        print(*command[1:], file=file)


subprocess.run = run
""",
}
RUN = """
import sys
import nbformat
from nbclient import NotebookClient

notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[1])
"""


@pytest.mark.slow
def test_a_stage_shows_in_colab_with_the_wheel_alone(tmp_path):
    """The beginning of a chapter, up to its first stage: installed by its first cell, with Colab's manager
    of widgets switched on once and by itself."""
    python = wheels.installed(package.build(tmp_path), tmp_path / "environment")
    where = launch.settings(config(tmp_path, repository_url=MADE_UP))
    chapter = next(p for p in notebooks() if p.stem.startswith("02-"))
    notebook = editions.edition(chapter, "student", where)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    (last,) = (n for n, cell in enumerate(code) if "stage(" in cell.source)
    notebook.cells = code[: last + 1]
    folder = tmp_path / "empty"
    folder.mkdir()
    nbformat.write(notebook, folder / "chapter.ipynb")
    for name, text in PLAYED.items():
        (tmp_path / "played" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "played" / name).write_text(text, encoding="utf-8")
    wheels.run(python, "-c", RUN, "chapter.ipynb", cwd=folder, PYTHONPATH=str(tmp_path / "played"))
    address = f"gan_teach[live] @ {MADE_UP}/raw/class/{launch.WHEEL}"
    assert (folder / "pip").read_text() == f"-m pip install --quiet {address}\n"
    assert (folder / "enabled").read_text() == "once "
    last = nbformat.read(folder / "chapter.ipynb", as_version=4).cells[-1].outputs[-1]
    widget = last.metadata["application/vnd.jupyter.widget-view+json"]
    assert widget["colab"]["custom_widget_manager"]["url"] == "https://example.org/manager.js"
    shutil.rmtree(tmp_path / "environment")
