"""What a training looks like at one moment, as plain data in host memory; and a recording of many such
moments.

A Snapshot knows nothing of PyTorch, so whatever draws or measures it can't disturb the training. Recordings
are saved as an .npz file without pickle.
"""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from gan_teach.files import written_whole

VERSION = 2
NOTHING = np.zeros(0, np.float32)
NOTHING.setflags(write=False)


@dataclass(frozen=True)
class Snapshot:
    """One moment of a training, at `step`, after `seconds` of training. All arrays are read-only NumPy.

    arrays: what the game shows, by name, and readable as attributes too. In a game of two: x_real [n, dim]
    and z [n, latent_dim], the same in all snapshots of a run; x_fake [n, dim] = G(z); real_logits,
    fake_logits [n]: D there; asked_steps [n, dim]: the step that G's loss asks of each fake; grid_logits: D
    on the grid, [len(axes[0])] or [len(axes[1]), len(axes[0])], rows along the second axis. axes: the
    coordinates of the grid, one array per dimension (none above 2-D). What lies in the space of the data is
    in the target's own units.
    losses: by player (or what else the players show), every step's number since the last snapshot. params,
    averages: the networks' parameters by name, empty for networks of more than 200,000.
    """

    step: int
    seconds: float
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)
    axes: tuple[np.ndarray, ...] = ()
    losses: Mapping[str, np.ndarray] = field(default_factory=dict)
    params: Mapping[str, np.ndarray] = field(default_factory=dict)
    averages: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self):
        for name in GROUPS:
            values = dict(getattr(self, name))
            for array in values.values():
                array.setflags(write=False)
            object.__setattr__(self, name, MappingProxyType(values))
        for axis in self.axes:
            axis.setflags(write=False)

    def __getattr__(self, name: str):
        arrays = self.__dict__.get("arrays", {})
        if name in arrays:
            return arrays[name]
        if name in ALWAYS:  # what not every game shows is empty in the others
            return NOTHING
        raise AttributeError(f"this snapshot has no {name!r}; it has {', '.join(arrays) or 'no arrays'}")

    def __getstate__(self):
        return {**self.__dict__, **{name: dict(getattr(self, name)) for name in GROUPS}}

    def __setstate__(self, state):
        self.__dict__.update(state)
        self.__post_init__()

    @property
    def d_loss(self) -> np.ndarray:
        """D's loss at every step since the last snapshot."""
        return self.losses.get("D", NOTHING)

    @property
    def g_loss(self) -> np.ndarray:
        """G's loss at every step since the last snapshot."""
        return self.losses.get("G", NOTHING)

    @property
    def theta(self) -> np.ndarray:
        """The parameters of G."""
        return self.params.get("G", NOTHING)

    @property
    def theta_ema(self) -> np.ndarray:
        """The parameters of the averaged G."""
        return self.averages.get("G", NOTHING)

    @property
    def psi(self) -> np.ndarray:
        """The parameters of D."""
        return self.params.get("D", NOTHING)

    @property
    def dim(self) -> int:
        """Dimension of the samples."""
        return self.x_fake.shape[1]

    @property
    def accuracy(self) -> float:
        """Share of right verdicts (real where the logit is above 0), half real, half fake: 0.5 is
        guessing."""
        return float(((self.real_logits > 0).mean() + (self.fake_logits < 0).mean()) / 2)

    def changed(self, **new) -> "Snapshot":
        """A copy with other fields (`step=`, `losses=`, ...) or other arrays (`x_fake=`, ...)."""
        own: dict[str, Any] = {name: new.pop(name) for name in list(new) if name in self.__dataclass_fields__}
        if new:
            own["arrays"] = {**own.get("arrays", self.arrays), **new}
        return replace(self, **own)

    def __repr__(self):
        shown = (
            f"{len(self.x_fake)} fakes in {self.dim}-D"
            if len(self.x_fake)
            else ", ".join(self.arrays) or "losses"
        )
        return f"<snapshot at step {self.step:,}: {shown}>"


GROUPS = ("arrays", "losses", "params", "averages")
ALWAYS = ("x_real", "x_fake", "z", "real_logits", "fake_logits", "asked_steps", "grid_logits")


class Recording(list):
    """The snapshots of a training in order: a list that can be saved and loaded, with all the losses in one
    piece."""

    def loss(self, who: str) -> np.ndarray:
        """The loss of that player at every step [steps]."""
        return np.concatenate([s.losses.get(who, NOTHING) for s in self]) if self else np.zeros(0)

    @property
    def d_loss(self) -> np.ndarray:
        """D's loss at every step [steps]."""
        return self.loss("D")

    @property
    def g_loss(self) -> np.ndarray:
        """G's loss at every step [steps]."""
        return self.loss("G")

    def save(self, path) -> Path:
        """Write the recording to `path` (.npz), whole or not at all. Errors: `ValueError` when there is
        nothing in it."""
        if not self:
            raise ValueError("the recording is empty: there is nothing to save")
        data = {
            "version": np.array(VERSION),
            "step": np.array([s.step for s in self]),
            "seconds": np.array([s.seconds for s in self]),
            "axes": np.array(len(self[0].axes)),
            **{f"axis{i}": axis for i, axis in enumerate(self[0].axes)},
        }
        for group in GROUPS:
            for name in getattr(self[-1], group):
                key, columns = f"{group}/{name}", [getattr(s, group).get(name, NOTHING) for s in self]
                if group == "losses":  # a different number of steps may lie between two snapshots
                    data[f"count/{name}"] = np.array([len(c) for c in columns])
                    data[key] = np.concatenate(columns)
                elif all(
                    column is columns[0] for column in columns
                ):  # the same array in every snapshot: kept once
                    data[f"shared/{key}"] = columns[0]
                else:
                    data[key] = np.stack(columns)
        with written_whole(Path(path)) as file:
            np.savez_compressed(file, **data)
        return Path(path)

    @classmethod
    def load(cls, path) -> "Recording":
        """Read a recording that `save` wrote. Errors: `ValueError` for a file that is none, is cut short or
        is of another version; `FileNotFoundError`."""
        try:
            with np.load(path, allow_pickle=False) as file:
                data = dict(file)
            if int(data["version"]) != VERSION:
                raise ValueError(
                    f"{path} is a recording of version {int(data['version'])}; this package reads {VERSION}"
                )
            return cls(_restored(data))
        except (zipfile.BadZipFile, KeyError, EOFError) as error:
            raise ValueError(f"{path} is no recording of gan_teach, or it is cut short ({error})") from None


def _restored(data: dict):
    axes = tuple(data[f"axis{i}"] for i in range(int(data["axes"])))
    ends = {key.removeprefix("count/"): np.cumsum(data[key]) for key in data if key.startswith("count/")}
    for i, (step, seconds) in enumerate(zip(data["step"], data["seconds"])):
        groups: dict[str, dict] = {group: {} for group in GROUPS}
        for key, values in data.items():
            shared = key.startswith("shared/")
            group, _, name = key.removeprefix("shared/").partition("/")
            if group == "losses":
                end = ends[name][i]
                groups[group][name] = values[end - data[f"count/{name}"][i] : end]
            elif group in groups:
                groups[group][name] = values if shared else values[i]
        yield Snapshot(int(step), float(seconds), axes=axes, **groups)
