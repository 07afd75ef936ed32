"""The counts of chapters 9 and 10: fair modes, the reverse KL over the modes, and rings with unequal
weights."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gan_teach import metrics, targets

RING = targets.ring(8)
UNEQUAL = targets.ring(4, weights=[8, 4, 2, 2])


def placed(target, counts, away=0.0):
    """So many samples at each mode, all of them `away` std to the right of its centre."""
    return np.repeat(target.modes.numpy(), counts, axis=0) + np.array([away * target.std, 0.0])


def drawn(target, n=2500, seed=0):
    return target.sample(n, torch.Generator().manual_seed(seed)).numpy()


@pytest.mark.parametrize("target", [RING, UNEQUAL, targets.grid()], ids=str)
def test_a_perfect_sampler_has_all_modes_and_hardly_any_divergence(target):
    x = drawn(target)
    assert metrics.fair_modes(x, target) == metrics.modes_covered(x, target) == len(target.modes)
    assert 0 <= metrics.reverse_kl(x, target) < 0.02
    ceiling = 1 - math.exp(-4.5)
    assert abs(metrics.high_quality_share(x, target) - ceiling) < 4 * math.sqrt(
        ceiling * (1 - ceiling) / 2500
    )


@pytest.mark.parametrize("mode", range(8))
def test_a_single_mode_of_eight_has_log_8(mode):
    x = placed(RING, [2500 if i == mode else 0 for i in range(8)])
    assert metrics.reverse_kl(x, RING) == pytest.approx(math.log(8))
    assert metrics.fair_modes(x, RING) == metrics.modes_covered(x, RING) == 1


@pytest.mark.parametrize("m", range(1, 9))
def test_m_equal_modes_of_eight_have_log_of_the_quotient(m):
    x = placed(RING, [10] * m + [0] * (8 - m))
    assert metrics.reverse_kl(x, RING) == pytest.approx(math.log(8 / m), abs=1e-12)
    assert metrics.fair_modes(x, RING) == m


def test_one_sample_a_mode_covers_and_is_not_fair():
    x = placed(RING, [2493] + [1] * 7)
    assert metrics.modes_covered(x, RING) == 8
    assert metrics.fair_modes(x, RING) == 1
    assert math.log(8) - 0.05 < metrics.reverse_kl(x, RING) < math.log(8)


def test_a_third_of_the_fair_share_is_the_limit():
    counts = [0, 29, 31, 108, 108, 108, 108, 108]  # of 600: a fair share is 75, a third of it 25
    x = placed(RING, counts)
    assert sum(counts) == 600 and metrics.fair_modes(x, RING) == 7
    assert metrics.fair_modes(x, RING, share=0.4) == 6  # 30 and above
    assert metrics.fair_modes(x, RING, share=0.42) == 5  # 31.5 and above
    assert metrics.fair_modes(x, RING, share=1.5) == 0  # 112.5 and above


def test_fair_means_the_weight_in_the_target():
    equal = placed(UNEQUAL, [25, 25, 25, 25])
    assert metrics.fair_modes(equal, UNEQUAL) == 4
    assert metrics.reverse_kl(equal, UNEQUAL) == pytest.approx(
        sum(0.25 * math.log(0.25 / w) for w in (0.5, 0.25, 0.125, 0.125))
    )
    like_the_data = placed(UNEQUAL, [80, 40, 20, 20])
    assert metrics.reverse_kl(like_the_data, UNEQUAL) == pytest.approx(0, abs=1e-12)
    little_of_the_largest = placed(
        UNEQUAL, [15, 45, 20, 20]
    )  # 0.15 is below a third of 0.5; 0.2 is above a third of 0.125
    assert metrics.fair_modes(little_of_the_largest, UNEQUAL) == 3


def test_a_lost_mode_costs_what_the_others_take_over():
    assert metrics.reverse_kl(placed(UNEQUAL, [0, 20, 10, 10]), UNEQUAL) == pytest.approx(math.log(2))
    assert metrics.reverse_kl(placed(UNEQUAL, [80, 40, 20, 0]), UNEQUAL) == pytest.approx(math.log(8 / 7))


def test_the_reverse_kl_is_blind_to_distance_and_the_fair_count_is_not():
    far = placed(RING, [100] * 8, away=5.0)
    assert metrics.reverse_kl(far, RING) == pytest.approx(0, abs=1e-12)
    assert (
        metrics.high_quality_share(far, RING) == 0
        and metrics.fair_modes(far, RING) == metrics.modes_covered(far, RING) == 0
    )
    assert metrics.fair_modes(far, RING, sigmas=6.0) == 8


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=4, max_size=4).filter(lambda counts: sum(counts) > 0))
def test_neither_leaves_its_bounds(counts):
    x = placed(UNEQUAL, counts)
    assert -1e-12 <= metrics.reverse_kl(x, UNEQUAL) <= math.log(8) + 1e-12  # all at one of the rarest
    assert (
        1 <= metrics.fair_modes(x, UNEQUAL) <= metrics.modes_covered(x, UNEQUAL) == sum(c > 0 for c in counts)
    )


def test_the_order_of_the_samples_does_not_matter():
    x = drawn(UNEQUAL, 500)
    other = np.random.default_rng(0).permutation(x)
    assert metrics.reverse_kl(x, UNEQUAL) == pytest.approx(metrics.reverse_kl(other, UNEQUAL))
    assert metrics.fair_modes(x, UNEQUAL) == metrics.fair_modes(other, UNEQUAL)


@pytest.mark.parametrize("count", [metrics.fair_modes, metrics.reverse_kl])
@pytest.mark.parametrize(
    "x, complaint",
    [
        (np.zeros((0, 2)), r"n > 0.*\[0, 2\]"),
        (np.zeros((5, 3)), r"\[n, 2\].*\[5, 3\]"),
        (np.zeros(5), r"\[n, 2\]"),
    ],
)
def test_bad_samples_are_named(count, x, complaint):
    with pytest.raises(ValueError, match=complaint):
        count(x, RING)


@pytest.mark.parametrize("count", [metrics.fair_modes, metrics.reverse_kl])
@pytest.mark.parametrize("target", [targets.two_moons(), targets.points([[0.0, 1.0], [2.0, 3.0]])], ids=str)
def test_a_target_without_modes_is_named(count, target):
    with pytest.raises(ValueError, match="no modes to count"):
        count(np.zeros((5, 2)), target)


@pytest.mark.parametrize("bad", [0, -1, float("nan"), float("inf")])
def test_a_bad_share_is_named(bad):
    with pytest.raises(ValueError, match="share must"):
        metrics.fair_modes(drawn(RING, 50), RING, share=bad)


@pytest.mark.parametrize("bad", [0, -3])
def test_a_bad_radius_is_named(bad):
    with pytest.raises(ValueError, match="sigmas must"):
        metrics.fair_modes(drawn(RING, 50), RING, sigmas=bad)


@pytest.mark.parametrize("weights", [[1] * 8, [4, 1] * 4, [0.1, 0.2, 0.3, 0.4, 1, 2, 3, 4]], ids=str)
def test_a_ring_samples_its_modes_by_their_weights(weights):
    ring, n = targets.ring(8, weights=weights), 20_000
    nearest = np.linalg.norm(drawn(ring, n)[:, None] - ring.modes.numpy(), axis=-1).argmin(1)
    expected = np.array(weights) / sum(weights)
    error = np.sqrt(expected * (1 - expected) / n)
    assert (abs(np.bincount(nearest, minlength=8) / n - expected) < 5 * error).all()


def test_weights_change_neither_the_places_nor_what_none_means():
    assert torch.equal(targets.ring(8, weights=[3] * 8).modes, RING.modes)
    assert np.array_equal(drawn(targets.ring(8, weights=[1] * 8), 100), drawn(RING, 100))
    assert torch.equal(RING.weights / RING.weights.sum(), torch.full((8,), 1 / 8))


class Places(targets.Target):
    """A law of one's own with modes and no weights: its modes are equally frequent."""

    name, dim, window, std = "places", 2, ((-2.0, 2.0),) * 2, 0.1
    modes = torch.tensor([[-1.0, 0.0], [1.0, 0.0]])

    def _draw(self, n, generator):
        return self.modes[torch.randint(2, (n,), generator=generator)]

    def _log_prob(self, x):
        raise targets.NoDensityError("places have none")


def test_modes_without_weights_are_equally_frequent():
    x = np.repeat(Places.modes.numpy(), [30, 10], axis=0)
    assert metrics.fair_modes(x, Places()) == 2 and metrics.fair_modes(x, Places(), share=0.6) == 1
    assert metrics.reverse_kl(x, Places()) == pytest.approx(0.75 * math.log(1.5) + 0.25 * math.log(0.5))


def test_the_density_has_the_weights():
    density = UNEQUAL.density(UNEQUAL.modes.numpy())
    assert np.allclose(density / density.sum(), [0.5, 0.25, 0.125, 0.125])


@pytest.mark.parametrize(
    "weights, complaint",
    [
        ([1] * 7, "equally many.*8, 8 and 7"),
        ([1] * 9, "equally many"),
        ([], "equally many"),
        ([1] * 7 + [0], "weights must be a number above zero"),
        ([1] * 7 + [-1], "weights must be a number above zero"),
        ([1] * 7 + [float("nan")], "weights must be a number above zero"),
    ],
)
def test_bad_weights_are_named(weights, complaint):
    with pytest.raises(ValueError, match=complaint):
        targets.ring(8, weights=weights)
