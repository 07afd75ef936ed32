"""gan_teach: trains the book's generative adversarial networks, and lets one look inside while it does.

To read it in an evening, begin with `loop` (Algorithm 1 on one screen). Then follow the data:

    targets, nets       what is imitated, and with what
    losses, penalties   what each player wants
    players, game       a game: named networks, players, draws; and the game of two
    optimisers, rules   how far a player steps, and who steps when
    step, batches       one pure step, and the random numbers that go in
    training            steps in a row, as an iterator of ...
    snapshot, looking   ... moments as plain data
    metrics, plots      numbers and pictures of them
    claims              what a chapter's checks print

Beside the engine: `exact` (theory in NumPy), `experiments` (many games at once), `images` (digits), `live`
(the stage).
"""

from gan_teach import losses, nets, penalties, rules, targets
from gan_teach.batches import Batches
from gan_teach.claims import claim
from gan_teach.devices import device
from gan_teach.game import Game
from gan_teach.players import GeneralGame, Player
from gan_teach.snapshot import Recording, Snapshot
from gan_teach.training import DivergenceWarning, Training, train

__version__ = "0.1.0"  # of the wheel too

__all__ = [
    "Batches",
    "DivergenceWarning",
    "Game",
    "GeneralGame",
    "Player",
    "Recording",
    "Snapshot",
    "Training",
    "claim",
    "device",
    "losses",
    "nets",
    "penalties",
    "rules",
    "targets",
    "train",
]
