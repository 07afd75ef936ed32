"""The house: imports go one way, modules stay small, and the engine needs no notebook."""

import ast
import re
import subprocess
import sys

import pytest
from toc import ROOT

PACKAGE = ROOT / "gan_teach"
# Each module may import those before it, and no others.
ORDER = """
torch_private checks claims files readers devices laws own_points targets nets losses penalties
exact/__init__ exact/theory exact/divergences exact/dirac exact/transport exact/diffusion
players game optimisers rules step batches snapshot looking starting training loop
__init__ metrics palette plots
compiled/__init__ compiled/text compiled/mathematics compiled/philox compiled/values compiled/loops
compiled/products compiled/memory compiled/work compiled/convolutions compiled/operations
compiled/compiler compiled/host compiled/program
experiments/__init__ experiments/sweep experiments/layers experiments/stored experiments/clinic
experiments/phases experiments/jobs experiments/orthogonal experiments/scaling
experiments/distilling experiments/pairing experiments/strokes experiments/scored
experiments/verdicts experiments/uses
experiments/together experiments/few_labels experiments/told_apart
images/__init__ images/town/__init__ images/town/distances images/town/citizens images/town/captions
images/town/layers images/town/portraits images/town/figures images/town/above images/town/readings
images/town/everyone
images/translation images/growing images/stages images/listed
images/domain_models images/digits images/image_nets images/digit_models images/classifier images/town/rubbish
images/town/reader images/quality images/coupled images/coupled_models
images/attending images/attending_models images/growing_models
images/style images/style_measures images/style_models
images/labels images/label_models
images/codes images/words images/words_models images/codes_models
images/town/solids images/town/moving images/town/tones images/beyond images/beyond_models
images/repairing images/repairing_models
images/making images/making_models
images/redrawn images/redrawn_models
images/town/scans images/alarms images/anomaly images/scan_models images/member_models images/forgery
images/trained images/scoring images/forgery_models images/trainings
live/layers live/scenes live/readout live/pack live/frames live/sources live/pieces live/errors
live/settings live/lesson live/page live/phase live/walk live/workshop live/explorer live/session
live/worker live/flow live/cells live/note live/widget live/__init__
""".split()
MOST_LINES, LONGEST_FUNCTION = 320, 40


def module_named(dotted: str) -> str | None:
    """The place in ORDER of `gan_teach.a.b`, or None for something that is no module."""
    name = dotted.removeprefix("gan_teach").strip(".").replace(".", "/")
    return next((n for n in (name, f"{name}/__init__".strip("/")) if n in ORDER), None)


def imported(tree) -> set[str]:
    """The modules of the package that a module's imports name."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "gan_teach":
            for alias in node.names:
                found.add(module_named(f"{node.module}.{alias.name}") or module_named(node.module))
        elif isinstance(node, ast.Import):
            found |= {module_named(a.name) for a in node.names if a.name.split(".")[0] == "gan_teach"}
    return found


def body_lines(function: ast.FunctionDef) -> int:
    """How long a function is, without its signature and docstring."""
    first = function.body[1 if ast.get_docstring(function) and len(function.body) > 1 else 0]
    return function.end_lineno - first.lineno + 1


@pytest.mark.parametrize("name", ORDER)
def test_imports_go_one_way_and_modules_stay_small(name):
    source = (PACKAGE / f"{name}.py").read_text(encoding="utf-8")
    tree = ast.parse(source)
    assert imported(tree) <= set(ORDER[: ORDER.index(name)])
    long = [
        n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and body_lines(n) > LONGEST_FUNCTION
    ]
    assert len(source.splitlines()) <= MOST_LINES and not long
    public = [
        n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef)) and not n.name.startswith("_")
    ]
    assert all(ast.get_docstring(n) for n in public)
    listed = [
        n.value for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "__all__"
    ]
    for value in listed:  # what is left out has no place in the reference, and the book's build fails
        assert {n.name for n in public} <= set(ast.literal_eval(value))


def test_every_module_is_in_the_order_and_none_hides_behind_a_function_of_its_name():
    assert {p.relative_to(PACKAGE).with_suffix("").as_posix() for p in PACKAGE.rglob("*.py")} == set(ORDER)
    import gan_teach

    for name in ORDER:
        if "/" not in name and name != "__init__":
            __import__(f"gan_teach.{name}")
            assert getattr(gan_teach, name).__name__ == f"gan_teach.{name}"


def test_the_reference_has_every_module():
    pages = sorted((ROOT / "book" / "appendix").glob("reference*.md"))
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    named = re.findall(r"automodule:: gan_teach(?:\.(\S+))?\n", text)
    assert len(named) == len(set(named)) and {module_named(name) for name in named} == set(ORDER)


def test_the_package_needs_no_jupyter():
    code = (
        "import sys, gan_teach; print({'matplotlib', 'ipywidgets', 'anywidget', 'IPython'} & {*sys.modules})"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT).stdout.strip()
        == "set()"
    )
