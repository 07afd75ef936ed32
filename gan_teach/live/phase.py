"""A phase diagram to play on a page: a table of coloured cells, each of which shows its run when it is
chosen. Chapter 10."""

import base64
from functools import cached_property
from html import escape

import matplotlib
import numpy as np

from gan_teach import plots
from gan_teach.experiments.phases import Map
from gan_teach.live import frames, sources
from gan_teach.live.pack import Channel, pack
from gan_teach.targets import Target

COLOURS = "viridis"


def colour_of(share: float) -> tuple[str, str]:
    """The cell's colour for a share of the modes, 0 to 1, and the colour of the figure on it, black or white,
    whichever stands out."""
    red, green, blue = matplotlib.colormaps[COLOURS](share)[:3]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return matplotlib.colors.to_hex((red, green, blue)), "#000" if light > 0.179 else "#fff"


def recording(found: Map, target: Target, row: int, column: int) -> bytes:
    """One cell's thin recording: a few frames of a few points, at most 10 kB in the page."""
    ends = " and ".join("diverged" if np.isnan(v) else f"{v:.0f}" for v in found.fair[row, column])
    facts = [["modes in the end, by seed", ends]]
    about = [
        {
            "step": int(step),
            "seconds": 0,
            "text": f"step {step:,} of {found.steps[-1]:,}; modes in the end, by seed: {ends}",
            "facts": facts,
            "d_loss": None,
            "g_loss": None,
            "middle": 0,
            "unit": 1,
            "longest": 0,
        }
        for step in found.steps
    ]
    wide = frames.around(target.window)
    header = {
        "kind": "plane",
        "run": 0,
        "shown": ["data", "fakes"],
        "probability": True,
        "levels": [None, None],
        "frames": about,
        "window": target.window,
        "offers": [],
        "thin": True,
    }
    return pack(
        header,
        [
            Channel("data", target.modes.numpy()[None], *wide),
            Channel("fakes", found.fakes[row, column], *wide),
        ],
    )


class PhaseMap:
    """What `phase_map` returns: the table and the stage beside it, as one piece of HTML; its still is the
    table as a picture."""

    def __init__(self, found: Map, target: Target, name: str):
        self.found, self.target, self.name = found, target, name

    def __repr__(self):
        return f"<phase map {self.name}: {len(self.found.rows[1])} x {len(self.found.columns[1])} runs>"

    def html(self) -> str:
        """The page's piece: table, recordings, styles, and the script that plays."""
        found, most = self.found, len(self.target.modes)
        recordings, lines = [], []
        heads = "".join(f'<th scope="col">{c:g}</th>' for c in found.columns[1])
        for i, value in enumerate(found.rows[1]):
            cells = []
            for j, column in enumerate(found.columns[1]):
                mean = np.nanmean(found.fair[i, j]) if np.isfinite(found.fair[i, j]).any() else None
                back, front = colour_of(mean / most) if mean is not None else ("#fff", "#000")
                said = "×" if mean is None else f"{mean:.1f}"
                label = escape(f"{found.rows[0]} {value:g}, {found.columns[0]} {column:g}: {said} modes")
                cells.append(
                    f'<td><button type="button" data-cell="{len(recordings)}" aria-pressed="false" '
                    f'title="{label}" aria-label="{label}" '
                    f'style="background:{back};color:{front}">{said}</button></td>'
                )
                data = base64.b64encode(recording(found, self.target, i, j)).decode()
                recordings.append(f'<script type="text/plain" data-recording="{label}">{data}</script>')
            lines.append(f'<tr><th scope="row">{value:g}</th>{"".join(cells)}</tr>')
        table = (
            f'<table class="gs-map"><caption>{escape(self.name)}</caption><thead><tr><td></td>'
            f'<th scope="colgroup" colspan="{len(found.columns[1])}">{escape(found.columns[0])}</th></tr>'
            f'<tr><th scope="col">{escape(found.rows[0])}</th>{heads}</tr>'
            f"</thead><tbody>{''.join(lines)}</tbody></table>"
        )
        return (
            f'<div class="gan-stage" data-kind="plane" data-start="{found.steps[-1]}" data-speed="0.5">'
            f"<style>{sources.style()}</style>"
            f'<div class="gs-scroll" tabindex="0" role="group" aria-label="{escape(self.name)}">{table}</div>'
            f"{''.join(recordings)}<script>{sources.script()}</script></div>"
        )

    def _repr_html_(self):
        return self.html()

    @cached_property
    def _still(self) -> bytes:
        fig, ax = plots.figure(size=(6, 4))
        still(ax, self.found, len(self.target.modes))
        return plots.png(fig, dpi=90)

    def _repr_png_(self):
        return self._still


def still(ax, found: Map, modes: int):
    """The map with matplotlib, for print."""
    mean = np.nanmean(found.fair, axis=2)
    ax.imshow(mean, cmap=COLOURS, vmin=0, vmax=modes, aspect="auto")
    for (i, j), value in np.ndenumerate(mean):
        ax.text(
            j,
            i,
            f"{value:.1f}",
            ha="center",
            va="center",
            color=colour_of(value / modes)[1] if np.isfinite(value) else "black",
            fontsize=8,
        )
    ax.set(
        xticks=range(len(found.columns[1])),
        xticklabels=[f"{v:g}" for v in found.columns[1]],
        xlabel=found.columns[0],
        yticks=range(len(found.rows[1])),
        yticklabels=[f"{v:g}" for v in found.rows[1]],
        ylabel=found.rows[0],
    )


def phase_map(found: Map, target: Target, name: str) -> PhaseMap:
    """The map as a table to click in, for the last line of a cell. name: what it shows, in words. Errors:
    `ValueError` for a map without rows, or a target without modes."""
    if not len(found.rows[1]):
        raise ValueError("the map has no rows yet: make it with `make results`")
    if target.modes is None:
        raise ValueError(f"{target} has no modes to count")
    return PhaseMap(found, target, name)
