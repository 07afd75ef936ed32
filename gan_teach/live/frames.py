"""What the stage shows: a Snapshot becomes arrays to draw, numbers to read and one line of text. Pure
functions, no drawing."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch

from gan_teach.checks import positive
from gan_teach.exact.theory import optimal_discriminator, pushforward_density, sigmoid
from gan_teach.live.pack import Channel, pack
from gan_teach.live.readout import facts, mean_losses, scale_of, sentence
from gan_teach.live.scenes import Scene
from gan_teach.looking import own_units
from gan_teach.snapshot import NOTHING, Snapshot
from gan_teach.targets import NoDensityError

ARROWS, LATENT_LINES, SHEET, MOST_IMAGES = 80, 30, 11, 64
# Levels over the window and a quarter more on each side: half a level is 0.0011 where the window is 6 wide.
POSITIONS = 4096
COLOURS = 129  # levels of D's verdict in the plane, an odd number, so that one half is among them
PIECES = 4000  # of the mesh behind the exact density of the fakes, which a live frame has to afford


def _longest(snapshot: Snapshot) -> float:
    asked = snapshot.asked_steps
    return float(np.linalg.norm(asked.astype(np.float64), axis=1).max()) if len(asked) else 0.0


def _about(scene: Scene, snapshot: Snapshot) -> dict:
    middle, unit = scale_of(scene.game.loss, snapshot)
    found = facts(scene, snapshot)
    return {
        "step": snapshot.step,
        "seconds": round(snapshot.seconds, 2),
        "text": sentence(snapshot, found),
        "facts": found,
        **mean_losses(scene, snapshot),
        "middle": middle,
        "unit": unit,
        "longest": float(f"{_longest(snapshot):.3g}"),
    }


def _verdict(scene, snapshot):
    middle, unit = scale_of(scene.game.loss, snapshot)
    return sigmoid((snapshot.grid_logits.astype(np.float64) - middle) / unit)


def _carry(scene, snapshot, z):
    """G's samples for the latents z [n, latent_dim], with the snapshot's parameters, in float64 and the
    target's own units."""
    theta = torch.from_numpy(snapshot.theta.astype(np.float64))
    z = torch.from_numpy(np.reshape(z, (-1, scene.game.latent.dim)))
    with torch.no_grad():
        return np.asarray(scene.target.to_own(scene.game.generate(theta, z).numpy()))


def asked_again(scene: Scene, snapshot: Snapshot) -> Snapshot:
    """The snapshot with the steps that the loss of the scene's game asks of its fakes: minus the gradient of
    each fake's loss."""
    if scene.kind == "images":  # no arrows are drawn there
        return snapshot
    psi = torch.from_numpy(snapshot.psi.copy())
    places = (np.asarray(scene.target.to_standard(x), np.float32) for x in (snapshot.x_fake, snapshot.x_real))
    asked = scene.game.asked_steps(psi, *(torch.from_numpy(x.copy()) for x in places)).numpy()
    return snapshot.changed(asked_steps=own_units(scene.target, "asked_steps", asked))


def _line(scene, snapshots):
    x = snapshots[0].axes[0]
    span = float(x[0]), float(x[-1])
    try:
        p = scene.target.density(x)
    except NoDensityError:
        p = None
    if scene.exact:
        q = np.stack(
            [pushforward_density(partial(_carry, scene, s), scene.game.latent, x, PIECES) for s in snapshots]
        )
    else:
        q = np.stack([_histogram(s.x_fake[:, 0], x) for s in snapshots])
    top = max(1.05, 1.25 * float(p.max() if p is not None else q[-1].max()))
    z = snapshots[0].z[:, 0]
    chosen = np.argsort(z)[np.linspace(0, len(z) - 1, LATENT_LINES).astype(int)]
    place = (z[chosen] - z[chosen].min()) / max(float(np.ptp(z[chosen])), 1e-9)
    verdict = np.stack([_verdict(scene, s) for s in snapshots])
    channels = [
        Channel("fakes", q, 0.0, 1.3 * top, POSITIONS),
        Channel("verdict", verdict, 0.0, 1.0, POSITIONS),
        Channel("places", place[None], 0.0, 1.0, 256),
        Channel("landings", np.stack([s.x_fake[chosen, 0] for s in snapshots]), *span, POSITIONS),
    ]
    if p is not None:
        channels.append(Channel("data", p[None], 0.0, top, POSITIONS))
    if p is not None and scene.exact and scene.game.loss.neutral == 0:
        best = np.stack([optimal_discriminator(p, row) for row in q])
        # Where neither law has density, D* is anything: such places are marked with -1 and left out of the
        # curve.
        channels.append(Channel("best", np.where(np.isfinite(best), best, -1.0), -1.0, 1.0, POSITIONS))
    return {"window": [span], "top": top}, channels


def _histogram(values, x, bins: int = 50):
    edges = np.linspace(x[0], x[-1], bins + 1)
    heights = np.histogram(values, bins=edges)[0] / len(values) / (edges[1] - edges[0])
    return heights[np.clip(np.searchsorted(edges, x, side="right") - 1, 0, bins - 1)]


def around(window) -> tuple[float, float, int]:
    """(low, high, levels) for points in the plane: the window, of (low, high) pairs, and a quarter more on
    each side."""
    low, high = min(a for a, _ in window), max(b for _, b in window)
    margin = (high - low) / 4
    return low - margin, high + margin, POSITIONS


def _plane(scene, snapshots):
    """Packed in the coordinates in which the game is played; the page writes the data's own units beside
    it."""
    target = scene.target
    own = np.array([(float(a[0]), float(a[-1])) for a in snapshots[0].axes])  # where D was asked
    window = np.asarray(target.to_standard(own.T), np.float64).T.tolist()
    wide = around(window)
    steps = [s.asked_steps[:ARROWS] / target.own_scale for s in snapshots]
    longest = [
        max(float(np.linalg.norm(s.asked_steps / target.own_scale, axis=1).max()), 1e-30) for s in snapshots
    ]
    channels = [
        Channel("data", target.to_standard(snapshots[0].x_real)[None], *wide),
        Channel("fakes", np.stack([target.to_standard(s.x_fake) for s in snapshots]), *wide),
        Channel("verdict", np.stack([_verdict(scene, s) for s in snapshots]), 0.0, 1.0, COLOURS),
        Channel("arrows", np.stack([a / most for a, most in zip(steps, longest)]), -1.0, 1.0, 256),
    ]
    # A live frame has the sheet only where it is shown.
    if scene.game.latent.dim == 2 and (len(snapshots) > 1 or "sheet" in scene.layers):
        side = np.linspace(*(scene.game.latent.bounds or (-2.0, 2.0)), SHEET)
        corners = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
        sheet = np.stack([target.to_standard(_carry(scene, s, corners)) for s in snapshots])
        channels.append(Channel("sheet", sheet.reshape(-1, SHEET, SHEET, 2), wide[0], wide[1], 1024))
    header = {"window": window, "offers": ["sheet"] if scene.game.latent.dim == 2 else []}
    return header | ({"own": own.tolist()} if (target.own_scale != 1).any() else {}), channels


def _images(scene, snapshots):
    height, width = scene.target.image
    low, high = scene.target.window[0]
    images = np.stack([s.x_fake[:MOST_IMAGES] for s in snapshots]).reshape(len(snapshots), -1, height, width)
    return {"image": [height, width]}, [Channel("images", images, float(low), float(high), 256)]


PICTURES = {"line": _line, "plane": _plane, "images": _images}


def package(scene: Scene, snapshots: Sequence[Snapshot], compress: bool = True, run: int = 0) -> bytes:
    """The snapshots as one package for the page or the widget; run: counts the fresh starts of a live
    training.

    Errors: `ValueError` where there are none, or NaN in them.
    """
    if not len(snapshots):
        raise ValueError("there are no snapshots to show: train first")
    static, channels = PICTURES[scene.kind](scene, snapshots)
    loss = scene.game.loss
    header = {
        "kind": scene.kind,
        "run": run,
        "shown": scene.layers,
        "probability": loss.neutral == 0,
        "levels": [loss.d_equilibrium, loss.g_equilibrium],
        "frames": [_about(scene, s) for s in snapshots],
        **static,
    }
    return pack(header, channels, compress)


def thinned(snapshots: Sequence[Snapshot], most: int) -> list[Snapshot]:
    """At most `most` snapshots, evenly spread over the steps trained, the first and the last among them, with
    all the losses."""
    positive("frames", most, whole=True)
    if len(snapshots) <= most:
        return list(snapshots)
    steps = np.array([s.step for s in snapshots])
    wanted = np.linspace(steps[0], steps[-1], most)
    return merged(snapshots, sorted({int(np.abs(steps - w).argmin()) for w in wanted}))


def merged(snapshots: Sequence[Snapshot], places: Sequence[int]) -> list[Snapshot]:
    """The snapshots at these places; the losses of those between go to the next that is kept, so that none is
    lost."""
    kept, begin = [], 0
    for i in places:
        part = snapshots[begin : i + 1]
        losses = {
            who: np.concatenate([s.losses.get(who, NOTHING) for s in part]) for who in snapshots[i].losses
        }
        kept.append(snapshots[i].changed(losses=losses))
        begin = i + 1
    return kept
