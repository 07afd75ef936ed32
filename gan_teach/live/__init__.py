"""The stage: the game in motion, live in a notebook (`stage`) and recorded on a page (`player`)."""

from gan_teach.live.explorer import Curve, Panel, Pictures, Way, explorer
from gan_teach.live.page import player
from gan_teach.live.phase import phase_map
from gan_teach.live.walk import walk
from gan_teach.live.widget import stage
from gan_teach.live.workshop import workshop

__all__ = [
    "Curve",
    "Panel",
    "Pictures",
    "Way",
    "explorer",
    "phase_map",
    "player",
    "stage",
    "walk",
    "workshop",
]
