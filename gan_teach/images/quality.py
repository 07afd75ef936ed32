"""How near samples are to data, in numbers: pure NumPy on features [n, k] of real and generated samples.
Chapter 14.

Each metric answers another question, so chapter 14 prints them side by side. None of them is the FID: that
name belongs to the features of one network trained on photographs, and to its tables.
"""

import numpy as np
from scipy.linalg import eigh
from scipy.spatial.distance import cdist

from gan_teach.checks import positive


def _checked(*features) -> list[np.ndarray]:
    found = [np.asarray(f, dtype=np.float64) for f in features]
    if any(f.ndim != 2 or f.shape[1] != found[0].shape[1] for f in found):
        raise ValueError(
            "features must be [n, k] with the same k, but "
            f"{' and '.join(str(list(f.shape)) for f in found)} were given"
        )
    if any(len(f) < 2 for f in found):
        raise ValueError(
            "there must be at least two samples on each side, but "
            f"{' and '.join(str(len(f)) for f in found)} were given"
        )
    if not all(np.isfinite(f).all() for f in found):
        raise ValueError("features must be finite, but there is NaN or infinity among them")
    return found


def frechet(real, fake) -> float:
    """The squared Frechet distance between two Gaussians with the samples' means and covariances (Dowson and
    Landau 1982): |m - m'|^2 + tr(C + C' - 2 (C C')^(1/2)). Biased upwards, the more the fewer the samples.
    Heusel et al. 2017, arXiv:1706.08500, use it on features."""
    real, fake = _checked(real, fake)
    c, d = (np.atleast_2d(np.cov(f, rowvar=False)) for f in (real, fake))
    values, vectors = eigh(c)
    root = vectors * np.sqrt(values.clip(min=0)) @ vectors.T
    crossed = np.sqrt(eigh(root @ d @ root, eigvals_only=True).clip(min=0)).sum()
    return float(((real.mean(0) - fake.mean(0)) ** 2).sum() + np.trace(c) + np.trace(d) - 2 * crossed)


def kernel_distance(real, fake) -> float:
    """The squared maximum mean discrepancy with the kernel (x.y / k + 1)^3, its unbiased estimate, which may
    fall below 0 (Binkowski et al. 2018, arXiv:1801.01401)."""
    real, fake = _checked(real, fake)

    def kernel(x, y):
        return (x @ y.T / x.shape[1] + 1) ** 3

    def among(x):
        k = kernel(x, x)
        return (k.sum() - np.trace(k)) / (len(x) * (len(x) - 1))

    return float(among(real) + among(fake) - 2 * kernel(real, fake).mean())


def radii(x, k: int) -> np.ndarray:
    """The distance of each of x [n, ...] to its k-th nearest other, [n]. Errors: `ValueError` for k not below
    n."""
    if positive("k", k, whole=True) >= len(x):
        raise ValueError(f"k must be below the number of samples, {len(x)}, but {k} was given")
    return np.partition(cdist(x, x), k, axis=1)[:, k]


def precision_recall(real, fake, k: int = 3) -> tuple[float, float]:
    """Precision: the share of fakes within reach of a real sample, where each reaches as far as its k-th
    nearest neighbour of its own kind. Recall: the share of real samples within reach of a fake (Kynkaanniemi
    et al. 2019, arXiv:1904.06991)."""
    real, fake = _checked(real, fake)
    apart = cdist(real, fake)
    return (
        float((apart <= radii(real, k)[:, None]).any(0).mean()),
        float((apart <= radii(fake, k)[None]).any(1).mean()),
    )


def density_coverage(real, fake, k: int = 5) -> tuple[float, float]:
    """Density: how many real samples reach a fake, on average over the fakes, divided by k; may pass 1.
    Coverage: the share of real samples that reach at least one fake (Naeem et al. 2020, arXiv:2002.09797)."""
    real, fake = _checked(real, fake)
    reached = cdist(real, fake) <= radii(real, k)[:, None]
    return float(reached.sum(0).mean() / k), float(reached.any(1).mean())


def nearest(fake, real) -> tuple[np.ndarray, np.ndarray]:
    """For each fake the index of the nearest real sample [n], and its distance [n]."""
    real, fake = _checked(real, fake)
    apart = cdist(fake, real)
    which = apart.argmin(1)
    return which, apart[np.arange(len(fake)), which]


def shares(labels, classes: int = 10) -> np.ndarray:
    """The share of each class among the labels [n], [classes]."""
    counts = np.bincount(np.asarray(labels), minlength=classes)
    return counts / counts.sum()


def entropy(share) -> float:
    """The entropy of shares [classes] that add up to 1, in nats: log 10 where ten classes are equally
    frequent."""
    share = np.asarray(share, dtype=np.float64)
    return float(-(share[share > 0] * np.log(share[share > 0])).sum())
