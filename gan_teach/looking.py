"""From a state on the device to a Snapshot on the host: where a training is looked at, and what is copied."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gan_teach.batches import placed
from gan_teach.game import grid_axes
from gan_teach.players import AnyGame, Draw, State
from gan_teach.snapshot import Snapshot

HEAVY = (
    200_000  # parameters; snapshots of networks with more leave them out, or a history would fill the memory
)
PROBE_SEED = 12345
POSITIONS, STEPS = (
    ("x_real", "x_fake"),
    ("asked_steps",),
)  # arrays in the space of the data: places, and differences


@dataclass(frozen=True)
class Probe:
    """Where every snapshot of a run looks, drawn once: the draw on the device; on the host what of it is
    shown, and the axes of the grid in the target's own units."""

    draw: Draw
    shown: dict[str, np.ndarray]
    axes: tuple[np.ndarray, ...]
    target: Any


def host(tensor: Tensor) -> np.ndarray:
    """A copy in host memory."""
    return tensor.detach().cpu().numpy().copy()


def make_probe(game: AnyGame, target, points: int, device, dtype) -> Probe:
    """The game's fixed draw, apart from those of the training."""
    drawn = game.probe(points, target, torch.Generator().manual_seed(PROBE_SEED))
    draw = {name: placed(part, device, dtype) for name, part in drawn.items()}
    shown = {name: own_units(target, name, host(part)) for name, part in game.shown_of_probe(draw).items()}
    axes = grid_axes(target) if "grid" in draw else ()
    if axes:
        corners = np.stack([np.resize(axis, max(map(len, axes))) for axis in axes], axis=1)
        own = np.asarray(target.to_own(corners))
        axes = tuple(own[: len(axis), i].copy() for i, axis in enumerate(axes))
    return Probe(draw, shown, axes, target)


def own_units(target, name: str, array: np.ndarray) -> np.ndarray:
    """What lies in the space of the data, in the units of a reader's own data."""
    if target is None:
        return array
    if name in POSITIONS:
        return np.asarray(target.to_own(array))
    return array * target.own_scale if name in STEPS and (target.own_scale != 1).any() else array


def look(game: AnyGame, state: State, probe: Probe, step: int, seconds: float, losses: dict) -> Snapshot:
    """A Snapshot of the state."""
    with torch.no_grad():
        seen = game.view(net_of(game, state), {**probe.draw, **state.carried})
    arrays = {name: own_units(probe.target, name, host(part)) for name, part in seen.items()}
    if "grid_logits" in arrays:
        arrays["grid_logits"] = arrays["grid_logits"].reshape([len(a) for a in reversed(probe.axes)])

    def light(flat):
        return {name: host(w if w.numel() <= HEAVY else w[:0]) for name, w in flat.items()}

    return Snapshot(
        step,
        seconds,
        {**probe.shown, **arrays},
        probe.axes,
        losses,
        light(state.params),
        light(state.averages),
    )


def net_of(game: AnyGame, state: State) -> SimpleNamespace:
    """The networks with the parameters of the state."""
    return game.bound(state.params)
