"""Curves and pictures that change with a slider, computed in the page by the function that the cell holds.
Chapters 5, 6, 8, 11 and 15.

The function is PyTorch code of the numbers that the sliders set; compiled to WebAssembly, it goes with the
page, so that every position of a slider has its exact picture.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from gan_teach import palette, plots
from gan_teach.checks import finite, one_of
from gan_teach.compiled.compiler import Module, compile
from gan_teach.live import pieces
from gan_teach.live.pieces import Piece

LOOKS = {
    "line": "-",
    "dashed": "--",
    "dotted": ":",
    "filled": "-",
    "points": "o",
    "dots": ".",
    "way": ".-",
    "upright": "-",
}
Knobs = dict[str, Tensor]


@dataclass(frozen=True)
class Curve:
    """y over x: names of what the function gives, in a colour of the palette. words: for the legend. look:
    one of LOOKS, or "arrows" from (x, y), as long as `to` says, a pair of names; of "upright", a line from
    bottom to top, y is not drawn."""

    x: str
    y: str
    hue: str
    words: str = ""
    look: str = "line"
    to: tuple[str, str] | None = None


@dataclass(frozen=True)
class Panel:
    """Axes with their curves; x and y: the window's (low, high). equal: the same unit both ways."""

    curves: Sequence[Curve]
    x: tuple[float, float]
    y: tuple[float, float]
    xlabel: str = ""
    ylabel: str = ""
    equal: bool = False


@dataclass(frozen=True)
class Pictures:
    """Pictures in a row, in a panel's place: the names of what the function gives, [1 or 3, height, width] in
    [0, 1], and the words under each."""

    names: Sequence[str]
    words: Sequence[str]


@dataclass(frozen=True)
class Way:
    """A way from place to place: `move` leads a state [2] to the next, with the knobs; so many steps. It
    gives "name x" and "name y" [steps + 1]."""

    start: tuple[float, float]
    move: Callable[[Tensor, Knobs], Tensor]
    steps: int


class Explorer(Piece):
    """What `explorer` returns. Its still is the picture with the sliders as they stand at first."""

    def __init__(self, function, knobs, panels, says, ways):
        self.function, self.knobs, self.panels, self.says, self.ways = function, knobs, panels, says, ways

    def __repr__(self):
        return f"<explorer at {self.text(self.at())}>"

    def at(self, **changes: float) -> dict[str, np.ndarray]:
        """All that is drawn and said with the knobs so, computed by PyTorch."""
        knobs = {n: torch.tensor(float(changes.get(n, ends[2]))) for n, ends in self.knobs.items()}
        with torch.no_grad():
            given = self.function(knobs)
        found = {name: value.detach().numpy() for name, value in given.items()}
        for name, way in self.ways.items():
            states = [torch.tensor(way.start)]
            for _ in range(way.steps):
                states.append(way.move(states[-1], knobs))
            found[f"{name} x"], found[f"{name} y"] = torch.stack(states).numpy().T
        return found | {name: value.numpy() for name, value in knobs.items()}

    def text(self, found: Mapping[str, np.ndarray]) -> str:
        """The line below the picture."""
        said = self.says.format(**{name: float(v) for name, v in found.items() if np.ndim(v) == 0})
        return re.sub(r"-(0\.?0*)(?![.\d])", r"\1", said)  # a zero has no sign

    @cached_property
    def module(self) -> Module:
        """The functions `draw`, which finds what the function gives, and `move0`, ... of the ways."""
        places = {name: torch.zeros(()) for name in self.knobs}
        places |= {f"state{i}": torch.zeros(2) for i in range(len(self.ways))}

        def moving(i: int, way: Way):
            return lambda t: {f"state{i}": way.move(t[f"state{i}"], {n: t[n] for n in self.knobs})}

        functions = {"draw": lambda t: self.function({n: t[n] for n in self.knobs})}
        functions |= {f"move{i}": moving(i, way) for i, way in enumerate(self.ways.values())}
        return compile(functions, places)

    def lesson(self) -> dict:
        """All that the page draws from, as JSON."""
        return {
            **self.module.packed(),
            "knobs": {name: list(ends) for name, ends in self.knobs.items()},
            "ways": {name: {"start": way.start, "steps": way.steps} for name, way in self.ways.items()},
            "panels": [
                vars(panel)
                | ({"curves": [vars(c) for c in panel.curves]} if isinstance(panel, Panel) else {})
                for panel in self.panels
            ],
            "says": self.says,
        }

    def html(self) -> str:
        return pieces.alone("explorer", self.lesson(), self.without_script(self.text(self.at())))

    def _drawn(self) -> bytes:
        found, hues = self.at(), palette.THEMES["light"]
        fig, axes = plots.figure(len(self.panels), size=(4.2 * len(self.panels) + 1, 3.6))
        for ax, panel in zip(np.atleast_1d(axes), self.panels):
            if isinstance(panel, Pictures):
                plots.rows(ax, {words: found[name][None] for name, words in zip(panel.names, panel.words)})
                continue
            for curve in panel.curves:
                x, y, hue = found[curve.x], found[curve.y], hues[curve.hue]
                if curve.look == "arrows":
                    ax.quiver(x, y, *(found[name] for name in curve.to), color=hue)
                elif curve.look == "upright":
                    ax.axvline(x.item(), color=hue)
                else:
                    ax.plot(x, y, LOOKS[curve.look], color=hue, label=curve.words or None)
            ax.set(xlim=panel.x, ylim=panel.y, xlabel=panel.xlabel, ylabel=panel.ylabel)
            ax.set_aspect("equal" if panel.equal else "auto")
        return plots.png(fig, dpi=70)


def _check_pictures(row: Pictures, given: Mapping[str, np.ndarray]):
    """Errors: `ValueError` for what isn't given, or is no picture, or has no words."""
    if len(row.names) != len(row.words):
        raise ValueError(
            f"there must be words for each of {list(row.names)}, but {list(row.words)} were given"
        )
    for name in row.names:
        shape = given[one_of("what is drawn", name, given)].shape
        if len(shape) != 3 or shape[0] not in (1, 3):
            raise ValueError(f"the picture {name!r} must be [1 or 3, height, width], but is {list(shape)}")


def explorer(
    function: Callable[[Knobs], Mapping[str, Tensor]],
    knobs: Mapping[str, tuple[float, ...]],
    panels: Sequence[Panel | Pictures],
    says: str,
    ways: Mapping[str, Way] | None = None,
) -> Explorer:
    """Curves that move with sliders, for the last line of a cell.

    function: the knobs, numbers [] by name -> what is drawn [n] and said [], by name, in float32. knobs:
    {name: (low, high, start)}, or (low, high, start, step). says: the line below, with "{name:.2f}" for
    numbers. Errors: `ValueError` for a knob outside its ends, or a curve, a picture or a word of `says` that
    nobody gives; `NotImplementedError` for an operation that can't be compiled.
    """
    for name, ends in knobs.items():
        low, high, start, *_ = (finite(name, end) for end in ends)
        if not low <= start <= high or low == high:
            raise ValueError(f"the knob {name!r} must start between its ends, but {ends} were given")
    made = Explorer(function, dict(knobs), list(panels), says, dict(ways or {}))
    given = made.at()
    for panel in panels:
        if isinstance(panel, Pictures):
            _check_pictures(panel, given)
            continue
        for curve in panel.curves:
            one_of("look", curve.look, [*LOOKS, "arrows"])
            one_of("hue", curve.hue, [n for n, h in palette.THEMES["light"].items() if isinstance(h, str)])
            for name in (curve.x, curve.y, *(curve.to or ())):
                one_of("what is drawn", name, given)
    for name in re.findall(r"\{(\w+)", says):
        one_of("what is said", name, [n for n, v in given.items() if np.ndim(v) == 0])
    return made
