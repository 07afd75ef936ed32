"""gan_teach: trains the book's generative adversarial networks, and lets one look inside while it does."""

from gan_teach import losses, nets, penalties, rules, targets
from gan_teach.devices import device
from gan_teach.game import Game
from gan_teach.snapshot import Recording, Snapshot
from gan_teach.training import Batches, DivergenceWarning, Training, train

__all__ = [
    "Batches",
    "DivergenceWarning",
    "Game",
    "Recording",
    "Snapshot",
    "Training",
    "device",
    "losses",
    "nets",
    "penalties",
    "rules",
    "targets",
    "train",
]
