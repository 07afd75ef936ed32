"""Pieces of a page that work by themselves: what a recording, a walk, an explorer and a workshop have in
common."""

import base64
from functools import cached_property
from html import escape

from gan_teach.live import sources


class Piece:
    """HTML that moves by itself, with a still for where only a picture is shown. A subclass has `html` and
    `_drawn`, the still as a PNG."""

    def html(self) -> str:
        """The page's piece: styles, data, a still for those without JavaScript, and the script."""
        raise NotImplementedError

    def _drawn(self) -> bytes:
        raise NotImplementedError

    @cached_property
    def _still(self) -> bytes:  # asked for twice: by the page's HTML, and where only a picture is shown
        return self._drawn()

    def _repr_html_(self):
        return self.html()

    def _repr_png_(self) -> bytes:
        return self._still

    def without_script(self, alt: str) -> str:
        """The still, for those without JavaScript."""
        png = base64.b64encode(self._still).decode()
        return f'<noscript><img alt="{escape(alt)}" src="data:image/png;base64,{png}"></noscript>'


def data(name: str, given: dict) -> str:
    """What the script of a page finds as `script[data-name]`, as JSON."""
    return f'<script type="application/json" data-{name}>{sources.as_json(given)}</script>'


def alone(name: str, lesson: dict, still: str) -> str:
    """The HTML of an explorer or a workshop: all that it needs, and nothing of a stage."""
    return (
        f'<div class="gan-{name}"><style>{sources.read(f"{name}.css")}</style>'
        f"{data(name, lesson)}{still}<script>{sources.alone(name)}</script></div>"
    )
