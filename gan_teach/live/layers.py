"""The layers that a picture of the stage is made of, which are shown and hidden one by one. The page's
scripts have them from here."""

from typing import NamedTuple

LAYERS = {
    "line": ("data", "fakes", "D", "exact D", "latents"),
    "plane": ("field", "data", "fakes", "arrows", "others", "sheet"),
    "images": ("fakes",),
}
HIDDEN_AT_FIRST = ("sheet",)


class Look(NamedTuple):
    """How the legend shows a layer: its words, its colour in the palette, and the array that it can't do
    without (None: it is always there)."""

    words: str
    hue: str
    needs: str | None = None


LOOKS = {
    "data": Look("data", "data", "data"),
    "fakes": Look("fakes", "fakes"),
    "D": Look("D learned", "D"),
    "exact D": Look("D* exact", "exact", "best"),
    "latents": Look("latents z", "quiet"),
    "field": Look("D's verdict (green: undecided)", "field", "verdict"),
    "arrows": Look("arrows: where G is asked to go", "exact", "arrows"),
    "others": Look("arrows: a second loss", "second", "others"),
    "sheet": Look("latent sheet", "quiet", "sheet"),
}
