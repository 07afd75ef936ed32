"""The stage's JavaScript and styles, put together: one drawing module, and a host for pages or one for
notebooks. The palette and the layers go with them, once for each stage, because Python has them too."""

import json
import re
from functools import cache
from pathlib import Path

from gan_teach import palette
from gan_teach.live import layers

HERE = Path(__file__).parent / "web"
TRAINING = ("controls.js", "moments.js", "own.js", "link.js", "trainer.js", "lesson.js")
BASIS = ("bytes.js", "elements.js")
DRAWING = ("restore.js", "surface.js", "plane.js", "line.js", "images.js", "losses.js", "view.js")
BESIDE = ("readout.js", "sight.js")


@cache
def read(name: str) -> str:
    """One of the files in `web/`."""
    return (HERE / name).read_text(encoding="utf-8")


def bare(script: str) -> str:
    """The script without the lines that are comments, and without indentation: a tenth less in each page. No
    string in it may go over several lines."""
    return re.sub(r"^\s*(//.*\n\s*)*", "", script, flags=re.MULTILINE)


def drawing() -> str:
    """The drawing module, which knows neither host: what Python says first, then the files."""
    given = {"HUES": palette.THEMES, "LAYERS": layers.LAYERS, "LOOKS": layers.LOOKS}
    lines = [f"const {name} = {json.dumps(value, separators=(',', ':'))};" for name, value in given.items()]
    return "\n".join([*lines, *map(read, (*BASIS, *DRAWING, *BESIDE))])


def module() -> str:
    """The ES module for the notebook: imports nothing, exports `render`."""
    return bare("\n".join([drawing(), read("controls.js"), read("widget.js")]))


def engine(serves: bool = True) -> str:
    """The script of the worker in which a page trains; serves: answers the page (else it only holds the
    functions)."""
    return bare(read("bytes.js") + read("train.js")) + ("serve(self);" if serves else "")


def as_json(given) -> str:
    """JSON that may stand in a script, which it doesn't end."""
    return json.dumps(given, separators=(",", ":")).replace("</", "<\\/")


def script(trains: bool = False) -> str:
    """The classic script for a page: modules can't be loaded from a folder, a script can. trains: with what a
    page needs to train by itself."""
    training = "const offerTraining = () => null;"
    if trains:
        # The worker gets its script as a text.
        training = "\n".join([f"const ENGINE = {as_json(engine())};", *map(read, TRAINING)])
    return bare("\n".join(["(() => {", drawing(), training, read("page.js"), "})();"]))


def alone(name: str) -> str:
    """The script of a page's piece that works by itself, of that name: elements, modules, and the surface to
    draw on."""
    hues = f"const HUES = {json.dumps(palette.THEMES, separators=(',', ':'))};"
    parts = map(read, (*BASIS, "surface.js", f"{name}.js"))
    return bare("\n".join(["(() => {", hues, *parts, "})();"]))


def style() -> str:
    """The styles of both, without comments."""
    return re.sub(r"/\*.*?\*/\s*", "", read("stage.css"), flags=re.DOTALL)
