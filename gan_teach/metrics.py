"""How good are the samples? Functions of samples or of a Snapshot; no training, no drawing.

The protocol for mixtures is VEEGAN's (Srivastava et al. 2017, arXiv:1705.07761): 2,500 samples; a sample is
high-quality within 3 std of its nearest mode; a mode counts as covered with at least one such sample.
Chapters 4, 9 and 10.
"""

import numpy as np
import torch

from gan_teach.checks import positive
from gan_teach.targets import Target


def _nearest(x, target: Target):
    if target.modes is None or target.std is None:
        raise ValueError(f"{target} has no modes to count; use a mixture, a ring or a grid")
    x, modes = np.asarray(x, dtype=np.float64), target.modes.numpy().astype(np.float64)
    if x.ndim != 2 or x.shape[1] != target.dim or len(x) == 0:
        raise ValueError(f"x must have the shape [n, {target.dim}] with n > 0, but {list(x.shape)} was given")
    distance = np.linalg.norm(x[:, None] - modes, axis=-1)
    return distance.argmin(1), distance.min(1)


def _count(target: Target) -> int:
    """How many modes it has."""
    return 0 if target.modes is None else len(target.modes)


def _weights(target: Target) -> np.ndarray:
    """How the samples divide among the modes, float64 [k], summing to 1."""
    given = torch.ones(_count(target)) if target.weights is None else target.weights
    return (given / given.sum()).double().numpy()


def high_quality(x, target: Target, sigmas: float = 3.0) -> np.ndarray:
    """Which samples [n, dim] lie within `sigmas` std of their nearest mode: bool [n]."""
    return _nearest(x, target)[1] <= positive("sigmas", sigmas) * target.std


def mode_counts(x, target: Target, sigmas: float = 3.0) -> np.ndarray:
    """How many high-quality samples each mode has: whole numbers [k]."""
    nearest, distance = _nearest(x, target)
    return np.bincount(nearest[distance <= positive("sigmas", sigmas) * target.std], minlength=_count(target))


def high_quality_share(x, target: Target, sigmas: float = 3.0) -> float:
    """The share of high-quality samples. A perfect 2-D sampler has 1 - exp(-4.5) = 0.9889 at 3 sigmas, not
    1."""
    return float(high_quality(x, target, sigmas).mean())


def mode_shares(x, target: Target, sigmas: float = 3.0) -> np.ndarray:
    """How the high-quality samples divide among the modes: [k], summing to 1 (all 0 where there are none)."""
    counts = mode_counts(x, target, sigmas)
    return counts / max(counts.sum(), 1)


def modes_covered(x, target: Target, at_least: float = 0.0, sigmas: float = 3.0) -> int:
    """How many modes have a high-quality sample; with `at_least`, how many hold that share of the
    high-quality ones."""
    shares = mode_shares(x, target, sigmas)
    return int(((shares > 0) & (shares >= at_least)).sum())


def fair_modes(x, target: Target, share: float = 1 / 3, sigmas: float = 3.0) -> int:
    """How many modes hold at least `share` of their fair share of the high-quality samples (their weight in
    the target).

    The book's own count: one sample is not coverage. Chapters 9 and 10.
    """
    shares = mode_shares(x, target, sigmas)  # first: it names a target that has no modes
    return int(((shares > 0) & (shares >= positive("share", share) * _weights(target))).sum())


def reverse_kl(x, target: Target) -> float:
    """KL(q || p) in nats over the modes: q the shares of the samples whose nearest mode it is, p the modes'
    weights.

    The third column of PacGAN's table (Lin et al. 2018, arXiv:1712.04086). It sees how the samples divide
    among the modes, and not how far from them they lie. Chapters 9 and 10.
    """
    q = np.bincount(_nearest(x, target)[0], minlength=_count(target)) / len(x)
    p = _weights(target)
    return float(np.sum(q[q > 0] * np.log(q[q > 0] / p[q > 0])))


def histogram_jsd(x, y, bins: int = 50, window: tuple[float, float] | None = None) -> float:
    """The Jensen-Shannon divergence in nats between the histograms of two 1-D samples.

    Two samples of the same law do not give 0: show that floor (`histogram_jsd(sample, other_sample)`) beside
    it.
    """
    x, y = np.ravel(x).astype(np.float64), np.ravel(y).astype(np.float64)
    bins = positive("bins", bins, whole=True)
    low, high = window or (min(x.min(), y.min()), max(x.max(), y.max()))
    # Samples beyond the window count in the outermost bins: none is dropped.
    p, q = (np.histogram(np.clip(v, low, high), bins=bins, range=(low, high))[0] / len(v) for v in (x, y))
    middle = (p + q) / 2

    def against_middle(a):
        return float(np.sum(a[a > 0] * np.log(a[a > 0] / middle[a > 0])))

    return (against_middle(p) + against_middle(q)) / 2
