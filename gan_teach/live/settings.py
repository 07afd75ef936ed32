"""What a reader may change: one list of words for the stage in a notebook and for a page that trains."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

MOVERS = ("both", "police only", "thief only")
AT_ONCE, NEXT, NEW_START = "at once", "from the next picture", "new start"
# What each is called, when a change of it counts, and the value of another with which it is of no use.
TOLD: dict[str, tuple] = {
    "speed": ("Speed", AT_ONCE),
    "pace": ("picture after", AT_ONCE),
    "mover": ("Who moves", AT_ONCE),
    "lr_d": ("learning rate of D", AT_ONCE),
    "lr_g": ("learning rate of G", AT_ONCE),
    "rates": ("both rates", AT_ONCE),
    "n_d": ("D steps per G step", AT_ONCE),
    "loss": ("loss", AT_ONCE),
    "penalty": ("penalty on D's slope", AT_ONCE),
    "gamma": ("weight of the penalty", AT_ONCE, ("penalty", "none")),
    "noise": ("noise on all that D sees (instance noise)", AT_ONCE),
    "average": ("average G's weights", NEXT),
    "other": ("arrows of a second loss", NEXT),
    "error": ("an error to try", AT_ONCE),
    "target": ("target", NEW_START),
    "width": ("width", NEW_START),
}
# Over how many steps both rates fall to 0; 0: they don't.
FALLS = {"constant": 0, "fall to 0 over 3,000 steps": 3000, "fall to 0 over 10,000 steps": 10_000}
RATE = {"low": 1e-5, "high": 1.0, "log": True}
RANGES = {  # of the sliders; the fields beside them know no ends
    "lr_d": RATE,
    "lr_g": RATE,
    "gamma": {"low": 1e-3, "high": 100.0, "log": True},
    "noise": {"low": 0.0, "high": 1.0},
}


def fall(over: int, step: int) -> float:
    """What the rates are multiplied with at that step: a cosine from 1 to 0 over so many steps, as
    `train(decay="cosine")` has it; 1 for over=0."""
    return 0.5 * (1 + math.cos(math.pi * min(step, over) / over)) if over else 1.0


@dataclass(frozen=True)
class Setting:
    """One thing the reader may change: name, label, choices (or None for a number), and when a change takes
    effect. without: of no use where another setting has this value."""

    name: str
    label: str
    choices: tuple[str, ...] | None
    effect: str
    without: tuple[str, str] | None = None

    def control(self, value) -> dict:
        """What the field for it is made of, as JSON, with the value that it has at first."""
        found = {"range": RANGES.get(self.name), "without": self.without and list(self.without)}
        return {
            "name": self.name,
            "label": self.label,
            "choices": self.choices and list(self.choices),
            "effect": self.effect,
            "value": value,
            **{key: told for key, told in found.items() if told},
        }


def setting(name: str, choices: Sequence[str] | None = None) -> Setting:
    """The setting of that name, one of TOLD; choices: None for a number."""
    label, effect, *without = TOLD[name]
    return Setting(name, label, None if choices is None else tuple(choices), effect, *without)


def counts(own: int, offered: Sequence[int]) -> list[str]:
    """Numbers to choose from, the game's own among them, in order."""
    return [str(count) for count in sorted({own, *offered})]
