"""The stage's JavaScript and styles, put together: one drawing module, and a host for pages or one for
notebooks. The palette and the layers go with them, once for each stage, because Python has them too."""

import json
import re
from base64 import b64encode
from functools import cache
from html import escape
from pathlib import Path

from gan_teach import palette
from gan_teach.live import layers

HERE = Path(__file__).parent / "web"
TRAINING = ("controls.js", "moments.js", "own.js", "link.js", "trainer.js", "lesson.js")
DRAWING = ("bytes.js", "restore.js", "surface.js", "plane.js", "line.js", "images.js", "losses.js", "view.js")


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
    return "\n".join([*lines, *map(read, DRAWING)])


def module() -> str:
    """The ES module for the notebook: imports nothing, exports `render`."""
    return bare("\n".join([drawing(), read("controls.js"), read("widget.js")]))


def engine(serves: bool = True) -> str:
    """The script of the worker in which a page trains; serves: answers the page (else it only holds the
    functions)."""
    return bare(read("bytes.js") + read("train.js")) + ("serve(self);" if serves else "")


def script(trains: bool = False) -> str:
    """The classic script for a page: modules can't be loaded from a folder, a script can. trains: with what a
    page needs to train by itself."""
    training = "const offerTraining = () => null;"
    if trains:
        # The worker gets its script as a text, which must not end the script that holds it.
        text = json.dumps(engine()).replace("</", "<\\/")
        training = "\n".join([f"const ENGINE = {text};", *map(read, TRAINING)])
    return bare("\n".join(["(() => {", drawing(), training, read("page.js"), "})();"]))


def piece(kind: str, lesson: dict, still: bytes, alt: str) -> str:
    """The HTML of a page's piece that works by itself, "explorer" or "workshop": styles, what it works with,
    a still for those without JavaScript, and the script."""
    text = json.dumps(lesson, separators=(",", ":")).replace("</", "<\\/")
    hues = f"const HUES = {json.dumps(palette.THEMES, separators=(',', ':'))};"
    script = "\n".join(["(() => {", hues, *map(read, ("bytes.js", "surface.js", f"{kind}.js")), "})();"])
    picture = f"data:image/png;base64,{b64encode(still).decode()}"
    return (
        f'<div class="gan-{kind}"><style>{read(f"{kind}.css")}</style>'
        f'<script type="application/json" data-{kind}>{text}</script>'
        f'<noscript><img alt="{escape(alt)}" src="{picture}"></noscript>'
        f"<script>{bare(script)}</script></div>"
    )


def style() -> str:
    """The styles of both."""
    return read("stage.css")
