"""Phase diagrams: one short training for each combination of two settings, a row at a time with one step
mapped over all its games.

A map keeps how many modes every seed covered in the end, and of one seed a thin recording of its fakes, to be
played. Chapter 10.
"""

import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gan_teach.experiments.clinic import SAMPLES, Cure, Protocol, count_modes
from gan_teach.experiments.sweep import Member, sweep
from gan_teach.files import written_whole

FRAMES, POINTS = 10, 80  # of a cell's recording
VERSION = 1


@dataclass(frozen=True)
class Phase:
    """What is varied: rows and columns, each a label and its values, and how a cell is played.

    cure: row value -> Cure (what differs in the program: rule or game). member: (row value, column value,
    seed) -> Member (what differs in numbers). Errors: `ValueError` for an axis without values or with a value
    twice.
    """

    name: str
    rows: tuple[str, Sequence]
    columns: tuple[str, Sequence]
    cure: Callable[[object], Cure]
    member: Callable[[object, object, int], Member]
    steps: int = 2000
    seeds: tuple[int, ...] = (0, 1)

    def __post_init__(self):
        for label, values in (self.rows, self.columns):
            if not len(values) or len(set(values)) < len(values):
                raise ValueError(
                    f"the axis {label!r} must hold values, each once, but {list(values)!r} was given"
                )


@dataclass(frozen=True)
class Map:
    """A finished phase diagram. fair [rows, columns, seeds]: modes with at least a third of their fair share
    (NaN: diverged). fakes [rows, columns, frames, points, 2] of the first seed; steps [frames]; recipe: what
    it was made from; seconds."""

    rows: tuple[str, list]
    columns: tuple[str, list]
    fair: np.ndarray
    fakes: np.ndarray
    steps: np.ndarray
    recipe: str
    seconds: float

    def save(self, path) -> Path:
        """Write the map to `path` (.npz, no pickle), whole or not at all."""
        about = json.dumps(
            {
                "version": VERSION,
                "rows": self.rows,
                "columns": self.columns,
                "recipe": self.recipe,
                "seconds": self.seconds,
            }
        )
        with written_whole(path) as file:
            np.savez_compressed(
                file,
                about=np.array(about),
                fair=self.fair,
                fakes=self.fakes.astype(np.float16),
                steps=self.steps,
            )
        return Path(path)

    def with_row(self, value, row, seconds: float) -> "Map":
        """The map with one row more; row: what `row_of` returned."""
        fair, fakes, _ = row
        return replace(
            self,
            rows=(self.rows[0], [*self.rows[1], value]),
            fair=np.concatenate([self.fair, fair[None]]),
            fakes=np.concatenate([self.fakes, fakes[None]]),
            seconds=round(self.seconds + seconds, 1),
        )

    def ordered(self, values: Sequence) -> "Map":
        """The same rows in the order of these values, of which each row has one."""
        places = sorted(range(len(self.rows[1])), key=lambda i: list(values).index(self.rows[1][i]))
        return replace(
            self,
            rows=(self.rows[0], [self.rows[1][i] for i in places]),
            fair=self.fair[places],
            fakes=self.fakes[places],
        )

    @classmethod
    def begun(cls, phase: Phase, recipe: str) -> "Map":
        """A map without any row."""
        columns, seeds = len(phase.columns[1]), len(phase.seeds)
        steps = np.array([*range(0, phase.steps, phase.steps // (FRAMES - 1)), phase.steps])
        return cls(
            (phase.rows[0], []),
            (phase.columns[0], list(phase.columns[1])),
            np.zeros((0, columns, seeds)),
            np.zeros((0, columns, len(steps), POINTS, 2)),
            steps,
            recipe,
            0.0,
        )

    @classmethod
    def load(cls, path, recipe: str | None = None) -> "Map":
        """Read a map. Errors: `ValueError` for a file that is none, is cut short, or was made by another
        recipe."""
        try:
            with np.load(path, allow_pickle=False) as file:
                data = dict(file)
            about = json.loads(str(data["about"]))
            if about["version"] != VERSION:
                raise ValueError(
                    f"{Path(path).name} is a map of version {about['version']}; this package reads {VERSION}"
                )
            found = cls(
                tuple(about["rows"]),
                tuple(about["columns"]),
                data["fair"],
                data["fakes"].astype(np.float32),
                data["steps"],
                about["recipe"],
                about["seconds"],
            )
        except (zipfile.BadZipFile, KeyError, EOFError, json.JSONDecodeError) as error:
            raise ValueError(
                f"{Path(path).name} is no phase diagram of gan_teach, or it is cut short ({error})"
            ) from None
        if recipe is not None and found.recipe != recipe:
            raise ValueError(
                f"{Path(path).name} was made by another recipe than the chapter has now: `make results`"
            )
        return found


def row_of(phase: Phase, protocol: Protocol, value, columns: Sequence | None = None, progress: bool = True):
    """One row of the map, all columns and seeds at once: (fair [columns, seeds], fakes [columns, frames,
    points, 2], steps [frames])."""
    columns = list(phase.columns[1] if columns is None else columns)
    cure = phase.cure(value)
    members = [phase.member(value, column, seed) for seed in phase.seeds for column in columns]
    run = sweep(
        cure.game,
        protocol.target,
        members,
        rule=cure.rule,
        steps=phase.steps,
        decay=protocol.decay,
        optimiser=protocol.optimiser,
        batch_size=protocol.batch_size,
        points=POINTS,
        every=phase.steps // (FRAMES - 1),
    )
    last = run.run(progress=progress)
    fair = np.array(count_modes(run.samples(SAMPLES, seed=999), protocol.target)["fair"])
    fair[~last.alive] = np.nan
    fakes = np.stack([moment.x_fake[: len(columns)] for moment in run.history], axis=1)
    return (
        fair.reshape(len(phase.seeds), len(columns)).T,
        np.nan_to_num(fakes, nan=0.0, posinf=0.0, neginf=0.0),
        np.array([moment.step for moment in run.history]),
    )
