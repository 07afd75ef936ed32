"""What a training looks like at one moment, as plain data in host memory; and a recording of many such
moments.

A Snapshot knows nothing of PyTorch, so whatever draws or measures it can't disturb the training. Recordings
are saved as an .npz file without pickle.
"""

import zipfile
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from gan_teach.files import written_whole

VERSION = 1


@dataclass(frozen=True)
class Snapshot:
    """One moment of a training, at `step`, after `seconds` of training. All arrays are read-only NumPy.

    x_real [n, dim] and z [n, latent_dim] are the same in all snapshots of a run; x_fake [n, dim] = G(z).
    real_logits, fake_logits [n]: D there. asked_steps [n, dim]: the step that G's loss asks of each fake.
    axes: the coordinates of the grid, one array per dimension (none above 2-D); grid_logits: D on the grid,
    [len(axes[0])] or [len(axes[1]), len(axes[0])], rows along the second axis. d_loss, g_loss: every step's
    loss since the last snapshot.
    theta, theta_ema, psi: the parameters of G, of its average, and of D; empty for networks of more than
    200,000.
    """

    step: int
    seconds: float
    x_real: np.ndarray
    x_fake: np.ndarray
    z: np.ndarray
    real_logits: np.ndarray
    fake_logits: np.ndarray
    asked_steps: np.ndarray
    axes: tuple[np.ndarray, ...]
    grid_logits: np.ndarray
    d_loss: np.ndarray
    g_loss: np.ndarray
    theta: np.ndarray
    theta_ema: np.ndarray
    psi: np.ndarray

    def __post_init__(self):
        for field in fields(self):
            value = getattr(self, field.name)
            for array in value if isinstance(value, tuple) else (value,):
                if isinstance(array, np.ndarray):
                    array.setflags(write=False)

    @property
    def dim(self) -> int:
        """Dimension of the samples."""
        return self.x_fake.shape[1]

    @property
    def accuracy(self) -> float:
        """Share of right verdicts (real where the logit is above 0), half real, half fake: 0.5 is
        guessing."""
        return float(((self.real_logits > 0).mean() + (self.fake_logits < 0).mean()) / 2)

    def __repr__(self):
        return f"<snapshot at step {self.step:,}: {len(self.x_fake)} fakes in {self.dim}-D>"


ARRAYS = [f.name for f in fields(Snapshot) if f.name not in ("step", "seconds", "axes")]
UNEVEN = ("d_loss", "g_loss")  # a different number of steps may lie between two snapshots
SHARED = ("x_real", "z")


class Recording(list):
    """The snapshots of a training in order: a list that can be saved and loaded, with all the losses in one
    piece."""

    @property
    def d_loss(self) -> np.ndarray:
        """D's loss at every step [steps]."""
        return np.concatenate([s.d_loss for s in self]) if self else np.zeros(0)

    @property
    def g_loss(self) -> np.ndarray:
        """G's loss at every step [steps]."""
        return np.concatenate([s.g_loss for s in self]) if self else np.zeros(0)

    def save(self, path) -> Path:
        """Write the recording to `path` (.npz), whole or not at all. Errors: `ValueError` when there is
        nothing in it."""
        if not self:
            raise ValueError("the recording is empty: there is nothing to save")
        path = Path(path)
        data = {
            "version": np.array(VERSION),
            "step": np.array([s.step for s in self]),
            "seconds": np.array([s.seconds for s in self]),
            "axes": np.array(len(self[0].axes)),
        }
        data |= {f"axis{i}": axis for i, axis in enumerate(self[0].axes)}
        for name in ARRAYS:
            columns = [getattr(s, name) for s in self]
            if name in UNEVEN:
                data[name + "_count"] = np.array([len(c) for c in columns])
            data[name] = (
                columns[0] if name in SHARED else (np.concatenate if name in UNEVEN else np.stack)(columns)
            )
        with written_whole(path) as file:
            np.savez_compressed(file, **data)
        return path

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
    ends = {name: np.cumsum(data[name + "_count"]) for name in UNEVEN}
    for i, (step, seconds) in enumerate(zip(data["step"], data["seconds"])):
        values = {
            name: data[name] if name in SHARED else data[name][i] for name in ARRAYS if name not in UNEVEN
        }
        for name in UNEVEN:
            values[name] = data[name][ends[name][i] - data[name + "_count"][i] : ends[name][i]]
        yield Snapshot(step=int(step), seconds=float(seconds), axes=axes, **values)
