"""The numbers beside the picture, and the line of text that says what it shows."""

import numpy as np
import torch

from gan_teach import losses, metrics
from gan_teach.exact.theory import sigmoid
from gan_teach.live.scenes import Scene
from gan_teach.snapshot import Snapshot


def scale_of(loss: losses.Loss, snapshot: Snapshot) -> tuple[float, float]:
    """(middle, unit): D's output a is coloured as sigmoid((a - middle) / unit).

    For the log losses that is D's probability. Where the level is arbitrary, the middle lies between real and
    fake.
    """
    if loss.neutral is not None:
        return (0.0, 1.0) if loss.neutral == 0 else (loss.neutral, 0.25)
    real, fake = snapshot.real_logits.astype(np.float64), snapshot.fake_logits.astype(np.float64)
    return float(real.mean() + fake.mean()) / 2, max(float(np.concatenate([real, fake]).std()), 1e-6)


def facts(scene: Scene, snapshot: Snapshot) -> list[tuple[str, str]]:
    """The numbers beside the picture: (name, value) pairs of text."""
    found, modes = [], scene.target.modes
    if modes is not None and len(modes) > 1 and scene.target.std:
        # The fair count: one stray fake does not make a mode covered.
        fair = metrics.fair_modes(snapshot.x_fake, scene.target)
        share = metrics.high_quality_share(snapshot.x_fake, scene.target)
        found += [("modes", f"{fair} of {len(modes)}"), ("high-quality", f"{100 * share:.0f} %")]
    logits = snapshot.fake_logits.astype(np.float64)
    at_fakes = float((sigmoid(logits) if scene.game.loss.neutral == 0 else logits).mean())
    middle, _ = scale_of(scene.game.loss, snapshot)
    right = ((snapshot.real_logits > middle).mean() + (snapshot.fake_logits < middle).mean()) / 2
    return [*found, ("D at the fakes", two_decimals(at_fakes)), ("D is right", f"{100 * right:.0f} %")]


def two_decimals(value: float) -> str:
    """The number with two decimals, or as a power of ten where these would say nothing."""
    return f"{value:.1e}" if abs(value) >= 1e5 else f"{0.0 if abs(value) < 1e-9 else value:.2f}"


SENTENCE = {"modes": "{} modes", "high-quality": "{} high-quality", "D at the fakes": "D at the fakes {}"}


def sentence(snapshot: Snapshot, found: list[tuple[str, str]]) -> str:
    """The facts as one line, such as "step 1,200: 7 of 8 modes, 88 % high-quality, D at the fakes 0.41"."""
    return f"step {snapshot.step:,}: " + ", ".join(
        SENTENCE[name].format(value) for name, value in found if name in SENTENCE
    )


def describe(scene: Scene, snapshot: Snapshot) -> str:
    """One line that states the picture: for screen readers, for tests, and as the alt text of its still."""
    return sentence(snapshot, facts(scene, snapshot))


def _mean(values) -> float | None:
    return float(f"{np.mean(values):.5g}") if len(values) else None


def mean_losses(scene: Scene, snapshot: Snapshot) -> dict:
    """Both losses: the mean since the last snapshot, or, before the first step, at the samples shown."""
    found = {"d_loss": snapshot.d_loss, "g_loss": snapshot.g_loss}
    if not len(snapshot.d_loss) and len(snapshot.real_logits) == len(snapshot.fake_logits):
        real, fake = (
            torch.from_numpy(logits.copy()) for logits in (snapshot.real_logits, snapshot.fake_logits)
        )
        found = {
            "d_loss": scene.game.loss.d(real, fake).numpy(),
            "g_loss": scene.game.loss.g(real, fake).numpy(),
        }
    return {name: _mean(values) for name, values in found.items()}
