"""The stage's JavaScript and styles, put together: one drawing module, and a host for pages or one for
notebooks."""

from functools import cache
from pathlib import Path

HERE = Path(__file__).parent / "web"
DRAWING = ("restore.js", "surface.js", "plane.js", "line.js", "images.js", "losses.js", "view.js")


@cache
def read(name: str) -> str:
    """One of the files in `web/`."""
    return (HERE / name).read_text(encoding="utf-8")


def module() -> str:
    """The ES module for the notebook: imports nothing, exports `render`."""
    return "\n".join(read(name) for name in (*DRAWING, "widget.js"))


def script() -> str:
    """The classic script for a page: modules can't be loaded from a folder, a script can."""
    return "(() => {\n" + "\n".join(read(name) for name in (*DRAWING, "page.js")) + "\n})();"


def style() -> str:
    """The styles of both."""
    return read("stage.css")
