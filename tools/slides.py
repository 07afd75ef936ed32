"""The slides of each chapter, offline: nbconvert's export of the marked cells, as `deck` has arranged them.

They are written from the chapters as they ran, with stages as on the page. reveal.js comes from the package
sphinx-revealjs and MathJax from sphinx-mathjax-offline; both are copied beside the slides.
"""

import importlib.util
import shutil
import sys
from importlib.metadata import distribution
from pathlib import Path

import agenda
import executions
import myst
import nbformat
import talk
from deck import slides_of
from layout import Slide
from nbconvert.exporters import SlidesExporter
from outputs import CODE
from toc import ROOT, notebooks

sys.path.insert(0, str(ROOT / "book" / "_ext"))
from police_and_thief import MATHJAX_KEPT

from gan_teach.palette import THEMES

HOME = Path(__file__).parent / "deck"
REVEAL_KEPT = ("dist/reveal.css", "dist/reveal.js", "dist/reset.css", "plugin/notes/notes.js")
LACKING = "the slides need the package {}: pip install -r requirements.txt"


class SlidesError(Exception):
    """Slides that can't be written; the message says what to do."""


def reveal_home() -> Path:
    """Where reveal.js lies in the package that carries it."""
    found = importlib.util.find_spec("sphinx_revealjs")
    home = Path(found.origin).parent / "_static" / "revealjs" if found and found.origin else None
    if not home or not (home / REVEAL_KEPT[1]).is_file():
        raise SlidesError(LACKING.format("sphinx-revealjs"))
    return home


def mathjax_home() -> Path:
    """Where MathJax lies in the package that carries it."""
    files = distribution("sphinx-mathjax-offline").files or []
    found = next((file.locate() for file in files if file.name == "tex-chtml.js"), None)
    if not found:
        raise SlidesError(LACKING.format("sphinx-mathjax-offline"))
    return Path(found).parent


def copy_scripts(target: Path) -> None:
    """What the slides load, from the packages that carry it."""
    reveal, mathjax, to = reveal_home(), mathjax_home(), target / "_static"
    for name in REVEAL_KEPT:
        (to / "reveal" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(reveal / name, to / "reveal" / name)
    for name in MATHJAX_KEPT:
        source, copy = mathjax / name, to / "mathjax" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, dirs_exist_ok=True)
        else:
            shutil.copy(source, copy)
    colours = "".join(f"--{name}: {value}; " for name, value in THEMES["light"].items() if name != "field")
    style = f":root {{ {colours}}}\n{(HOME / 'deck.css').read_text(encoding='utf-8')}"
    code = CODE.get_style_defs(".code")
    (to / "deck.css").write_text(f"{style}\n{code}\n", encoding="utf-8")
    shutil.copy(HOME / "deck.js", to / "deck.js")


def cell_of(html: str, kind: str, **metadata):
    """A cell with nbconvert's mark."""
    cell = nbformat.v4.new_markdown_cell(html)
    cell.metadata = nbformat.from_dict({"slideshow": {"slide_type": kind}, **metadata})
    return cell


def marked(slides: list[Slide], part: bool = True):
    """The slides as a notebook whose cells have nbconvert's marks. part: those of the talk are marked."""
    cells = []
    for number, slide in enumerate(slides):
        rank = "h1" if not number else "h2"
        title = f"<{rank}>{slide.title}</{rank}>" if slide.title else ""
        kind = "slide" if slide.first or not number else "subslide"
        cells.append(cell_of(title, kind, seconds=round(60 * slide.minutes), talk=part and slide.in_talk))
        if slide.notes:  # before the first click, or they would come with it
            cells.append(cell_of("\n".join(slide.notes), "notes"))
        for item, click in zip(slide.items, slide.clicks):
            cells.append(cell_of(item.html, "fragment" if click else "-"))
    return nbformat.v4.new_notebook(cells=cells)


def exported(name: str, slides: list[Slide], part: bool = True) -> str:
    """A page of slides. part: those of the talk are marked."""
    exporter = SlidesExporter(template_name="deck", extra_template_basedirs=[str(HOME.parent)])
    exporter.exclude_input_prompt = True
    return exporter.from_notebook_node(marked(slides, part), resources={"metadata": {"name": name}})[0]


def arranged(path: Path) -> list[Slide]:
    """The slides of a chapter, which has to have run."""
    ran = executions.find(path)
    if ran is None:
        raise SlidesError(f"{path.name} has not run as it is now: make book")
    notebook = nbformat.read(path, as_version=4)
    found = slides_of(notebook, ran)
    agenda.prompt(found, agenda.predictions_of(notebook, myst.labels_of(notebook)))
    return found


def build(target: Path, paths: list[Path] | None = None) -> dict[str, list[Slide]]:
    """Write the slides of these chapters (all, if none are named), and those of their talks beside them:
    {name: all its slides}."""
    reveal_home(), mathjax_home()  # nothing is removed before what is needed is there
    found = {path.stem: arranged(path) for path in paths or notebooks()}
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    copy_scripts(target)
    for name, slides in found.items():
        (target / f"{name}.html").write_text(exported(name, slides), encoding="utf-8")
        told = exported(name, talk.laid_out(slides), part=False)
        (target / f"{name}-talk.html").write_text(told, encoding="utf-8")
    return found
