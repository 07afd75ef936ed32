"""A walk among latents that needs no kernel: sliders over pictures that a generator has made beforehand.
Chapters 12 and 13."""

import base64
import math
from collections.abc import Callable, Mapping, Sequence
from html import escape

import numpy as np

from gan_teach import plots
from gan_teach.live import sources
from gan_teach.live.pack import Channel, pack
from gan_teach.live.pieces import Piece

LEVELS = 64  # shades of grey: on a screen no different from 256, and a third less to load
STYLE = """.gan-walk { margin: 0 0 1em; max-width: 560px; color: inherit; }
.gan-walk canvas { width: 100%; image-rendering: pixelated; display: block; }
.gan-walk canvas { border-radius: 4px; background: #000; }
.gan-walk label { display: grid; grid-template-columns: 9em 1fr; gap: 8px; }
.gan-walk label { align-items: center; margin: 4px 0; }
.gan-walk input { width: 100%; height: 24px; margin: 0; }
.gan-walk p { margin: 4px 0; font-size: .9em; font-variant-numeric: tabular-nums; }"""


class Walk(Piece):
    """Pictures over a grid of settings, with a slider for each axis: what `walk` returns. Its still is the
    middle of the grid.

    images: [places, n, height, width] in [-1, 1], the last axis of settings running fastest.
    """

    def __init__(
        self,
        name: str,
        axes: Mapping[str, Sequence[str]],
        images: np.ndarray,
        start: tuple[int, ...],
        marks: Sequence[str] | None,
    ):
        self.name, self.axes, self.images, self.start, self.marks = name, axes, images, start, marks

    def __repr__(self):
        return f"<walk {self.name}: {' x '.join(str(len(labels)) for labels in self.axes.values())} places>"

    @property
    def columns(self) -> int:
        """Pictures side by side: all of them up to five, and else five."""
        return min(self.images.shape[1], 5)

    def html(self) -> str:
        axes = [{"name": name, "labels": list(labels)} for name, labels in self.axes.items()]
        header = {
            "axes": axes,
            "image": list(self.images.shape[2:]),
            "columns": self.columns,
            "marks": self.marks,
            "frames": [{}] * len(self.images),
        }
        data = base64.b64encode(
            pack(header, [Channel("images", 127.5 * (self.images + 1), 0.0, 255.0, LEVELS)])
        ).decode()
        sliders = "".join(
            f'<label><span>{escape(axis["name"])}</span><input type="range" min="0" '
            f'max="{len(axis["labels"]) - 1}" step="1" value="{at}"></label>'
            for axis, at in zip(axes, self.start)
        )
        script = "".join(map(sources.read, ("bytes.js", "restore.js", "walk.js")))
        return (
            f'<div class="gan-walk"><style>{STYLE}</style>'
            f'<canvas role="img" aria-label="{escape(self.name)}"></canvas>{sliders}'
            f'<p role="status"></p><script type="text/plain" data-recording="walk">{data}</script>'
            f"{self.without_script(self.name)}"
            f"<script>(() => {{\n{sources.bare(script)}}})();</script></div>"
        )

    def _drawn(self) -> bytes:
        place = int(np.ravel_multi_index(self.start, [len(labels) for labels in self.axes.values()]))
        shown = self.images[place]
        rows = math.ceil(len(shown) / self.columns)
        fig, ax = plots.figure(size=(self.columns, rows))
        plots.sheet(ax, shown, self.columns)
        return plots.png(fig, dpi=70)


def walk(
    name: str,
    axes: Mapping[str, Sequence],
    make: Callable,
    *,
    start: Sequence[int] | None = None,
    marks: Callable | None = None,
) -> Walk:
    """A walk over a grid of settings, for the last line of a cell.

    axes: what each slider sets, {name: values}, two or three of them, a few hundred places in all. make:
    called with one value for each axis; gives the images of that place, [n, height * width] with square
    pictures, in [-1, 1]. start: the place shown first (the middle).
    marks: called as `make` is; a text for the place. Errors: `ValueError` for an axis without values, or
    images of another form.
    """
    if not axes or not all(len(values) for values in axes.values()):
        raise ValueError(f"each axis must have at least one value, but {dict(axes)!r} was given")
    places = [(values,) for values in next(iter(axes.values()))]
    for values in list(axes.values())[1:]:
        places = [(*place, value) for place in places for value in values]
    images = np.stack([np.asarray(make(*place), dtype=np.float32) for place in places])
    side = math.isqrt(images.shape[-1])
    if images.ndim != 3 or side * side != images.shape[-1]:
        raise ValueError(
            f"make must give square images [n, height * width], but gives {list(images.shape[1:])}"
        )
    shown = {
        name: [value if isinstance(value, str) else f"{value:g}".replace("-", "\u2212") for value in values]
        for name, values in axes.items()
    }
    middle = tuple(len(values) // 2 for values in axes.values()) if start is None else tuple(start)
    if len(middle) != len(axes) or any(
        not 0 <= at < len(values) for at, values in zip(middle, axes.values())
    ):
        raise ValueError(f"start must name a place on each of {len(axes)} axes, but {start!r} was given")
    return Walk(
        name,
        shown,
        images.reshape(len(images), -1, side, side),
        middle,
        [marks(*place) for place in places] if marks else None,
    )
