"""Sample metrics: each against its definition, an independent implementation, and cases that can be worked
out on paper."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from prdc import compute_prdc
from scipy.linalg import sqrtm

from gan_teach.images import classifier, digit_models, digits, quality, scoring


def cloud(seed, n=200, k=4, shift=0.0, scale=1.0):
    return shift + scale * np.random.default_rng(seed).normal(size=(n, k))


@pytest.mark.parametrize("k", [1, 2, 7])
def test_frechet_is_its_formula(k):
    rng = np.random.default_rng(k)
    x, y = cloud(1, k=k) @ rng.normal(size=(k, k)), cloud(2, n=300, k=k, shift=0.3) @ rng.normal(size=(k, k))
    c, d = (np.atleast_2d(np.cov(v, rowvar=False)) for v in (x, y))
    wanted = ((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(c + d - 2 * np.real(sqrtm(c @ d)))
    assert quality.frechet(x, y) == pytest.approx(wanted, rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), shift=st.floats(-3, 3), scale=st.floats(0.1, 3))
def test_frechet_of_a_moved_and_stretched_line_is_known(seed, shift, scale):
    x = cloud(seed, k=1)
    wanted = (x.mean() * (1 - scale) - shift) ** 2 + (x.std(ddof=1) * (1 - scale)) ** 2
    assert quality.frechet(x, scale * x + shift) == pytest.approx(wanted, abs=1e-8)
    assert quality.frechet(x, x) == pytest.approx(0, abs=1e-8)


def test_frechet_bears_features_that_never_move():
    x = np.concatenate([cloud(0), np.ones((200, 2))], axis=1)
    assert quality.frechet(x, x) == pytest.approx(0, abs=1e-6) and np.isfinite(quality.frechet(x, 2 * x))


def test_the_kernel_distance_is_unbiased_and_frechet_is_not():
    pairs = [(cloud(2 * s, n=40), cloud(2 * s + 1, n=40)) for s in range(300)]
    kernel = np.array([quality.kernel_distance(x, y) for x, y in pairs])
    assert abs(kernel.mean()) < 4 * kernel.std() / 300**0.5 and (kernel < 0).any()
    assert np.mean([quality.frechet(x, y) for x, y in pairs]) > 0.1


def test_the_kernel_distance_is_its_formula():
    x, y = cloud(0, n=5), cloud(1, n=6)

    def k(a, b):
        return (a @ b / 4 + 1) ** 3

    wanted = (
        np.mean([k(a, b) for i, a in enumerate(x) for j, b in enumerate(x) if i != j])
        + np.mean([k(a, b) for i, a in enumerate(y) for j, b in enumerate(y) if i != j])
        - 2 * np.mean([k(a, b) for a in x for b in y])
    )
    assert quality.kernel_distance(x, y) == pytest.approx(wanted)


@pytest.mark.parametrize(("shift", "scale"), [(0, 1), (1, 1), (0, 0.3), (0, 3), (9, 1)])
def test_neighbour_counts_agree_with_the_authors_package(shift, scale):
    x, y = cloud(0, n=150), cloud(1, n=120, shift=shift, scale=scale)
    theirs = compute_prdc(x, y, nearest_k=5)
    mine = (*quality.precision_recall(x, y, k=5), *quality.density_coverage(x, y, k=5))
    assert mine == pytest.approx(
        tuple(theirs[name] for name in ("precision", "recall", "density", "coverage"))
    )


def test_what_the_neighbour_counts_are_for():
    two = np.concatenate([cloud(0, n=150, k=2), cloud(1, n=150, k=2, shift=20)])
    dropped = quality.precision_recall(two, cloud(2, n=150, k=2))
    assert dropped[0] > 0.9 and dropped[1] < 0.6
    assert quality.density_coverage(two, cloud(2, n=150, k=2))[1] < 0.6
    assert quality.precision_recall(two, cloud(3, n=150, k=2, shift=60)) == (0, 0)


def test_nearest_and_shares_and_entropy():
    which, far = quality.nearest([[0.0, 0.0], [3.0, 4.0]], [[0.0, 1.0], [3.0, 4.0], [9.0, 9.0]])
    assert which.tolist() == [0, 1] and far.tolist() == [1.0, 0.0]
    assert quality.shares([0, 0, 3, 9]).tolist() == [0.5, 0, 0, 0.25, 0, 0, 0, 0, 0, 0.25]
    assert (
        quality.entropy(quality.shares(range(10))) == pytest.approx(np.log(10))
        and quality.entropy([1, 0]) == 0
    )


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: quality.frechet(cloud(0), cloud(0, k=3)), r"same k, but \[200, 4\] and \[200, 3\]"),
        (
            lambda: quality.frechet(cloud(0), cloud(0, n=1)),
            "at least two samples on each side, but 200 and 1",
        ),
        (lambda: quality.kernel_distance(cloud(0), np.full((3, 4), np.nan)), "NaN"),
        (
            lambda: quality.precision_recall(cloud(0), cloud(0, n=3), k=3),
            "k must be below the number of samples, 3, but 3",
        ),
        (lambda: quality.frechet(np.zeros(5), np.zeros(5)), r"must be \[n, k\]"),
    ],
)
def test_bad_features_are_named(ask, says):
    with pytest.raises(ValueError, match=says):
        ask()


def test_a_classifier_learns_the_digits_and_says_how_sure_it_is():
    train, test = digits.load("train"), digits.load("test")
    before = torch.random.get_rng_state()
    net = classifier.fit(train, 120, progress=False)
    assert torch.equal(before, torch.random.get_rng_state())
    assert classifier.accuracy(net, test) > 0.75
    seen, sure = classifier.verdicts(net, test.first(200))
    assert seen.shape == sure.shape == (200,) and sure.min() > 0.1 and sure.max() <= 1
    assert net.features(test.first(200)).shape == (200, classifier.FEATURES)
    again = (
        classifier.fit(train, 3, progress=False),
        classifier.fit(train, 3, progress=False),
        classifier.fit(train, 3, seed=1, progress=False),
    )
    weights = [g.verdict.weight for g in again]
    assert torch.equal(weights[0], weights[1]) and not torch.equal(weights[0], weights[2])


def test_judging_counts_what_it_says():
    """Real digits are perfect samples; the same ones in one class, or asked for by another name, are not."""
    test = digits.some("test")
    eye = classifier.fit(digits.some("train"), 150, progress=False)
    images, asked = test.first(300), digits.one_hot(test.labels[:300])
    found = scoring.score_samples(images, test, eye, few=300, asked=asked)
    assert (
        found["classes"] == 10
        and found["frechet"] < 1e-3
        and found["precision"] == found["recall"] == found["coverage"] == 1
    )
    assert found["asked"] > 0.7 and found["entropy"] > 2.2
    ones = scoring.score_samples(test.only(1).first(28), test, eye, few=28)
    assert ones["classes"] < 5 and ones["recall"] < 0.5 and "asked" not in ones
    assert scoring.score_samples(images, test, eye, few=300, asked=asked.roll(1, 1))["asked"] < 0.3


def test_a_generator_is_judged_by_samples_of_its_own_latents():
    model = digit_models.get("conditional")
    eye = classifier.fit(digits.some("train"), 5, progress=False)

    class Blurred(torch.nn.Sequential):
        classes = 10

        def forward(self, z, y):
            return super().forward(torch.cat([z, y], dim=1))

    G = Blurred(torch.nn.Linear(74, 784), torch.nn.Tanh()).requires_grad_(False)
    found = scoring.score(model, G, digits.some("test"), n=200, few=100, eye=eye)
    assert set(found) == {
        "classes",
        "sure",
        "frechet",
        "kernel",
        "precision",
        "recall",
        "density",
        "coverage",
        "entropy",
        "asked",
    }
    assert found["precision"] < 0.2
