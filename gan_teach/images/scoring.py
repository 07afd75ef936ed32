"""A generator of digits judged from all sides: one row of chapter 14's table."""

import torch

from gan_teach.checks import positive
from gan_teach.images import classifier, quality, trained
from gan_teach.images.digit_models import Model
from gan_teach.images.digits import Digits

SAMPLES, FEW = 5000, 2000  # for the distances; for what counts neighbours
SURE, PRESENT = 0.9, 0.03


def score(
    model: Model,
    generator: torch.nn.Module,
    real: Digits,
    n: int = SAMPLES,
    few: int = FEW,
    seed: int = 5,
    eye: classifier.Classifier | None = None,
) -> dict:
    """All metrics of n samples against the first n real digits (or all there are), in the features of the
    book's classifier (or of another `eye`).

    classes: how many of the ten have at least 3 % of the samples; sure: the share of samples of which the
    classifier is more than 90 % sure; frechet, kernel, precision, recall, density, coverage, entropy as in
    `quality`; asked (conditional models): the share recognised as the digit asked for. Errors: `ValueError`
    for more samples than there are real digits.
    """
    eye = trained.load(trained.CLASSIFIER) if eye is None else eye
    drawn = model.game().latents(positive("n", n, whole=True), torch.Generator().manual_seed(seed))
    made = classifier.in_parts(lambda *part: trained.generate(generator, *part), *drawn.values())
    return score_samples(made, real, eye, few, drawn.get("y_fake"))


def score_samples(
    images: torch.Tensor,
    real: Digits,
    eye: classifier.Classifier,
    few: int = FEW,
    asked: torch.Tensor | None = None,
) -> dict:
    """The metrics of `score` for images [n, 784]; asked: the labels that were asked for, one-hot [n, 10]."""
    seen, sure = classifier.verdicts(eye, images)
    fake = classifier.in_parts(eye.features, images).numpy()
    data = classifier.in_parts(eye.features, real.first(min(len(images), len(real)))).numpy()
    share = quality.shares(seen)
    precision, recall = quality.precision_recall(data[:few], fake[:few])
    density, coverage = quality.density_coverage(data[:few], fake[:few])
    found = {
        "classes": int((share >= PRESENT).sum()),
        "sure": float((sure > SURE).float().mean()),
        "frechet": quality.frechet(data, fake),
        "kernel": quality.kernel_distance(data, fake),
        "precision": precision,
        "recall": recall,
        "density": density,
        "coverage": coverage,
        "entropy": quality.entropy(share),
    }
    if asked is not None:
        found["asked"] = float((seen == asked.argmax(1)).float().mean())
    return {name: round(value, 4) for name, value in found.items()}
