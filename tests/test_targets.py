import math

import numpy as np
import pytest
import scipy.stats
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from gan_teach import targets
from gan_teach.targets import NoDensityError

ALL = [
    targets.gaussian(1, 0.5),
    targets.mixture([-1, 2], [0.3, 0.6], [1, 3]),
    targets.uniform(-1, 2),
    targets.bimodal(),
    targets.ring(),
    targets.grid(),
    targets.two_moons(),
    targets.spiral(),
    targets.line(),
    targets.points([[0.0, 1.0], [2.0, 3.0]]),
]


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("target", ALL, ids=str)
def test_samples_have_the_shape_and_follow_the_generator(target):
    x = target.sample(64, seeded())
    assert x.shape == (64, target.dim) and x.dtype == torch.float32
    assert torch.equal(x, target.sample(64, seeded())) and not torch.equal(x, target.sample(64, seeded(1)))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(0.2, 1.5), st.floats(0.1, 2)), min_size=1, max_size=4))
def test_a_mixture_has_the_density_of_its_parts(parts):
    means, stds, weights = map(list, zip(*parts))
    target = targets.mixture(means, stds, weights)
    x = np.linspace(-12, 12, 4001)
    expected = sum(w * scipy.stats.norm(np.float32(m), np.float32(s)).pdf(x) for m, s, w in parts) / sum(
        weights
    )
    assert np.allclose(target.density(x), expected, atol=1e-6)
    assert math.isclose(np.trapezoid(target.density(x), x), 1, abs_tol=1e-6)
    assert np.allclose(
        target.cdf(x[2000:2001]), np.trapezoid(target.density(x[:2001]), x[:2001]), atol=1e-4
    )  # the trapezoid rule ends where the slope is steep


def test_uniform_density_and_outside():
    assert np.allclose(targets.uniform(-1, 3).density([-2, 0, 2.9, 3.1]), [0, 0.25, 0.25, 0])


def test_line_has_its_closed_form():
    x, y = np.array([0.0, 1.9, 2.1, -3.0]), np.array([0.0, 0.05, 0.02, 0.0])
    norm = scipy.stats.norm
    expected = (norm.cdf((x + 2) / 0.05) - norm.cdf((x - 2) / 0.05)) / 4 * norm(0, 0.05).pdf(y)
    assert np.allclose(targets.line(4, 0.05).density(np.c_[x, y]), expected, rtol=1e-7, atol=1e-30)


@pytest.mark.parametrize("target", [targets.two_moons(), targets.spiral()], ids=str)
def test_a_noisy_curve_has_the_density_of_its_integral(target):
    for point in target.sample(3, seeded()).double().numpy():

        def at(t, point=point):
            centre = target.curve(torch.tensor([t], dtype=torch.float64)).numpy()[0]
            return np.exp(-((point - centre) ** 2).sum() / 2 / target.std**2) / (2 * np.pi * target.std**2)

        expected = sum(quad(at, a, b, limit=2000)[0] for a, b in zip(target.knots, target.knots[1:]))
        assert math.isclose(target.density(point[None])[0], expected, rel_tol=1e-5)


def test_sampling_follows_the_density():
    target = targets.mixture([-1, 2], [0.3, 0.6], [1, 3])
    x = np.sort(target.sample(20_000, seeded()).numpy()[:, 0])
    assert scipy.stats.kstest(x, target.cdf).pvalue > 1e-3


def test_the_ring_does_not_repeat_its_end_point():
    modes = targets.ring(8).modes
    assert torch.cdist(modes, modes).fill_diagonal_(9).min() > 1


def test_no_density_says_so():
    with pytest.raises(NoDensityError, match="finite set of 2 points"):
        ALL[-1].log_prob(torch.zeros(1, 2))
    with pytest.raises(NoDensityError, match="std=0"):
        targets.line(std=0.0).density([[0.0, 0.0]])


@pytest.mark.parametrize(
    "text, complaint",
    [
        ("x,y\n1,2\n3,\n", "line 3, column 2.*empty"),
        ("1,2\n3,four\n", "line 2, column 2.*'four'"),
        ("1,2\n3,nan\n", "line 2, column 2"),
        ("1,2\n3\n", "line 2: 1 cells"),
        ("", "no points"),
        ("x,y\n", "no points"),
        ("1,2,3\n", r"\[1, 3\]"),
    ],
)
def test_a_bad_csv_is_refused_by_line_and_column(tmp_path, text, complaint):
    (tmp_path / "mine.csv").write_text(text)
    with pytest.raises(ValueError, match=complaint):
        targets.points(tmp_path / "mine.csv")


def test_a_good_csv_with_a_heading_is_read(tmp_path):
    (tmp_path / "mine.csv").write_text("x, y\n1, 2\n\n3.5, -4\n")
    assert targets.points(tmp_path / "mine.csv", standardise=False).rows.tolist() == [[1, 2], [3.5, -4]]


@pytest.mark.parametrize(
    "call, complaint",
    [
        (lambda: targets.ring(0), "n must be.*0"),
        (lambda: targets.ring(std=-1), "std must.*-1"),
        (lambda: targets.gaussian(0, 0), "std must"),
        (lambda: targets.uniform(2, 1), "low must"),
        (lambda: targets.mixture([], 1.0), "means"),
        (lambda: targets.points([np.inf]), "finite"),
        (lambda: targets.ring().sample(0, seeded()), "n must"),
        (lambda: targets.ring().log_prob(torch.zeros(3)), r"\[n, 2\]"),
        (lambda: targets.mixture([0, 1], [1.0]), "equally many"),
        (lambda: targets.points(np.zeros((2, 3))), "shape"),
    ],
)
def test_bad_arguments_are_named(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call()


BAD = [float("nan"), float("inf"), -float("inf"), 1e39, "1", None, True]


@pytest.mark.parametrize("bad", BAD, ids=repr)
@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda v: targets.gaussian(v), "mean"),
        (lambda v: targets.gaussian(0, v), "std"),
        (lambda v: targets.normal(v), "dim"),
        (lambda v: targets.uniform(v, 5), "low"),
        (lambda v: targets.uniform(-5, v), "high"),
        (lambda v: targets.uniform(dim=v), "dim"),
        (lambda v: targets.mixture([0, v], 1.0), "means"),
        (lambda v: targets.mixture([0, 1], v), "stds"),
        (lambda v: targets.mixture([0, 1], [1.0, v]), "stds"),
        (lambda v: targets.mixture([0, 1], 1.0, [1, v]), "weights"),
        (lambda v: targets.bimodal(v), "distance"),
        (lambda v: targets.bimodal(std=v), "std"),
        (lambda v: targets.ring(v), "n"),
        (lambda v: targets.ring(radius=v), "radius"),
        (lambda v: targets.ring(std=v), "std"),
        (lambda v: targets.ring(2, weights=[1, v]), "weights"),
        (lambda v: targets.grid(v), "n"),
        (lambda v: targets.grid(spacing=v), "spacing"),
        (lambda v: targets.grid(std=v), "std"),
        (lambda v: targets.two_moons(v), "std"),
        (lambda v: targets.spiral(turns=v), "turns"),
        (lambda v: targets.spiral(radius=v), "radius"),
        (lambda v: targets.spiral(std=v), "std"),
        (lambda v: targets.line(length=v), "length"),
        (lambda v: targets.line(std=v), "std"),
    ],
)
def test_every_parameter_that_is_no_finite_number_is_refused_by_name(make, name, bad):
    with pytest.raises((ValueError, TypeError), match=f"{name} must be .*, but .* given"):
        make(bad)


def test_numbers_of_numpy_make_the_same_targets():
    x = targets.ring(np.int64(3), np.float32(2), np.float64(0.5), np.ones(3)).sample(9, seeded())
    assert torch.equal(x, targets.ring(3, 2, 0.5).sample(9, seeded()))
    assert targets.mixture(np.array([0, 1]), np.int64(1)).density([0.5]) == targets.mixture(
        [0, 1], 1
    ).density([0.5])


def test_a_density_of_another_precision_is_refused():
    """Else `density`, which promises double precision, would come in single, and nobody would notice."""

    class Flat(targets.Target):
        name, dim, window = "flat", 1, ((0.0, 1.0),)

        def _draw(self, n, generator):
            return torch.rand(n, 1, generator=generator)

        def _log_prob(self, x):
            return torch.where(x[:, 0] > 0, torch.tensor(0.0), torch.tensor(-torch.inf))

    with pytest.raises(ValueError, match="must give torch.float64 for points of torch.float64"):
        Flat().density([0.5])
