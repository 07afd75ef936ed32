"""Divergences against closed forms, against each other over random mixtures, and against their own
refusals."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import xlogy
from scipy.stats import laplace, norm, wasserstein_distance

from gan_teach import targets
from gan_teach.exact import divergences, theory

N = targets.gaussian


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


numbers = st.floats(-3, 3, allow_nan=False).map(lambda v: round(v, 3))
spreads = st.floats(0.2, 2).map(lambda v: round(v, 3))
mixtures = st.lists(st.tuples(numbers, spreads, st.floats(0.1, 1)), min_size=1, max_size=3).map(
    lambda parts: targets.Mixture(
        "mixture",
        *(
            torch.tensor(v, dtype=torch.float64)
            for v in ([[m] for m, _, _ in parts], [s for _, s, _ in parts], [w for _, _, w in parts])
        ),
    )
)


def halfway(p, q):
    """The law (p + q)/2, as a mixture of its own."""
    weights = [t.weights / t.weights.sum() / 2 for t in (p, q)]
    return targets.Mixture(
        "halfway", torch.cat([p.means, q.means]), torch.cat([p.stds, q.stds]), torch.cat(weights)
    )


@settings(max_examples=25, deadline=None)
@given(mixtures, mixtures)
def test_identities_hold_for_random_mixtures(p, q):
    jsd, m = divergences.jsd(p, q), halfway(p, q)
    assert divergences.value_at_best_d(p, q) == pytest.approx(-np.log(4) + 2 * jsd, abs=1e-8)
    assert (divergences.kl(p, m) + divergences.kl(q, m)) / 2 == pytest.approx(jsd, abs=1e-8)
    assert divergences.jsd(q, p) == pytest.approx(jsd, abs=1e-10) and -1e-12 <= jsd <= np.log(2)
    assert divergences.kl(p, q) >= -1e-12
    tv = divergences.total_variation(p, q)
    assert tv**2 / 2 <= jsd + 1e-10 and jsd <= tv * np.log(2) + 1e-10  # Pinsker on each half; Lin 1991
    triangle = divergences.f_divergence(lambda u: (u - 1) ** 2 / (u + 1), p, m)
    assert triangle == pytest.approx(2 - 4 * divergences.harmonic(p, m), abs=1e-8)
    assert 1 - tv <= 2 * divergences.harmonic(p, q) + 1e-10 <= 1 + 2e-10
    assert divergences.f_divergence(lambda u: xlogy(u, u), p, m) == pytest.approx(
        divergences.kl(p, m), abs=1e-8
    )


@settings(max_examples=20, deadline=None)
@given(numbers, spreads, numbers, spreads)
def test_gaussians_have_their_closed_forms(m, s, n, t):
    kl = np.log(t / s) + (s**2 + (m - n) ** 2) / (2 * t**2) - 0.5
    assert divergences.kl(N(m, s), N(n, t)) == pytest.approx(kl, abs=1e-8, rel=1e-8)
    assert divergences.wasserstein_1(N(m, s), N(n, s)) == pytest.approx(abs(m - n), abs=1e-6)
    assert divergences.total_variation(N(m, s), N(n, s)) == pytest.approx(
        2 * norm.cdf(abs(m - n) / (2 * s)) - 1, abs=1e-6
    )


class Laplace(targets.Target):
    """The law exp(-|x - centre|) / 2 as a reader would write it: a density, and breaks; the kink is one."""

    name, dim, window = "Laplace", 1, ((-5.0, 5.0),)

    def __init__(self, centre=0.0):
        self.centre, self.breaks = centre, (centre - 50.0, centre, centre + 50.0)

    def _draw(self, n, generator):
        u = torch.rand(n, 2, generator=generator, dtype=torch.float64).log()
        return (self.centre + u[:, :1] - u[:, 1:]).float()

    def _log_prob(self, x):
        return -(x[:, 0] - self.centre).abs() - math.log(2)


def test_a_law_of_ones_own_needs_a_density_and_breaks_and_nothing_else():
    p, q = Laplace(), Laplace(1.5)
    assert divergences.kl(p, q) == pytest.approx(np.exp(-1.5) + 0.5, abs=1e-9)
    assert divergences.total_variation(p, q) == pytest.approx(1 - np.exp(-0.75), abs=1e-9)
    assert divergences.wasserstein_1(p, q) == pytest.approx(1.5, abs=1e-9)
    x = np.linspace(-60, 60, 2401)
    assert theory.distribution(p)(x) == pytest.approx(laplace.cdf(x), abs=1e-13)


def test_its_density_is_carried_through_a_generator():
    x = np.array([-4.0, -0.3, 0.4, 2.0, 7.0])
    straight = theory.pushforward_density(lambda z: 1 + 2 * z, Laplace(), x)
    assert straight == pytest.approx(laplace(1, 2).pdf(x), rel=2e-3)
    folded = theory.pushforward_density(np.abs, Laplace(), x)
    assert folded == pytest.approx(np.where(x > 0, np.exp(-x), 0), rel=2e-3)


def test_the_mesh_of_a_latent_ends_where_hardly_any_mass_is_left():
    gauss, box = theory.latent_edges(N(1.0, 2.0)), theory.latent_edges(targets.uniform(2, 5), 10)
    assert (gauss[0], gauss[-1]) == pytest.approx((-11, 13), abs=1e-7) and len(gauss) == 20_001
    assert box.tolist() == np.linspace(2, 5, 11).tolist()
    ends = theory.latent_edges(Laplace())[[0, -1]]
    assert laplace.sf(np.abs(ends)) == pytest.approx(theory.TAIL, rel=1e-3)


@pytest.mark.parametrize("law", [targets.points([1.0, 2.0]), targets.ring()], ids=str)
def test_a_target_that_declares_no_breaks_is_named(law):
    for call in (
        lambda: divergences.kl(law, law),
        lambda: theory.latent_edges(law),
        lambda: theory.distribution(law),
    ):
        with pytest.raises(ValueError, match=r"breaks|on the line"):
            call()


def test_equal_and_disjoint_laws():
    u, v = targets.uniform(0.0, 1.0), targets.uniform(3.0, 4.0)
    assert (
        divergences.jsd(u, u) == 0
        and divergences.kl(u, u) == 0
        and divergences.harmonic(u, u) == pytest.approx(0.5, abs=1e-12)
    )
    assert divergences.jsd(u, v) == pytest.approx(np.log(2), abs=1e-12) and divergences.harmonic(u, v) == 0
    assert divergences.value_at_best_d(u, v) == pytest.approx(0, abs=1e-12)
    assert divergences.kl(u, v) == np.inf == divergences.kl(N(0.0, 1.0), u)
    assert divergences.total_variation(u, v) == pytest.approx(1) and divergences.wasserstein_1(
        u, v
    ) == pytest.approx(3)
    assert divergences.jsd(u, targets.uniform(0.5, 1.5)) == pytest.approx(np.log(2) / 2, abs=1e-12)


def test_components_that_lie_on_each_other_but_for_rounding():
    """Break points of the parts coincide up to rounding: 0.1 + 2 * 0.4 and 0.9 (once a quadrature over an
    empty piece)."""
    p = targets.mixture([0.1, 0.9], 0.4)
    assert divergences.kl(p, targets.mixture([0.1 + 1e-15, 0.9], 0.4)) == pytest.approx(0, abs=1e-12)


def test_w1_of_laws_is_the_limit_of_w1_of_samples():
    p, q = targets.bimodal(), N(0.5, 1.5)
    x, y = (t.sample(50_000, seeded(s)).numpy().ravel() for s, t in enumerate((p, q)))
    assert wasserstein_distance(x, y) == pytest.approx(divergences.wasserstein_1(p, q), abs=0.03)


@pytest.mark.parametrize("p, q", [(N(0.0, 1.0), N(1.0, 2.0)), (targets.bimodal(), N(0.0, 1.0))])
def test_monte_carlo_agrees_within_its_error_bar(p, q):
    estimates = [divergences.value_monte_carlo(p, q, 4000, seeded(seed)) for seed in range(40)]
    off = [(e.mean - divergences.value_at_best_d(p, q)) / e.error for e in estimates]
    assert max(map(abs, off)) < 4.5
    assert 0.6 < np.std(off) < 1.5  # the error bar is neither too short nor too long


def test_for_equal_laws_the_best_d_is_a_half_and_nothing_scatters():
    estimate = divergences.value_monte_carlo(N(0.0, 1.0), N(0.0, 1.0), 100, seeded())
    assert estimate == pytest.approx((-np.log(4), 0.0), abs=1e-12)


def test_log_ratio_is_the_logit_of_d_star_and_nan_where_nothing_is():
    x = np.array([-1.0, 0.0, 3.0])
    assert divergences.log_ratio(N(1.0, 1.0), N(0.0, 1.0), x) == pytest.approx(x - 0.5)
    assert np.isnan(divergences.log_ratio(targets.uniform(0.0, 1.0), targets.uniform(2.0, 3.0), [1.5])).all()


@pytest.mark.parametrize(
    "call, complaint",
    [
        (lambda: divergences.Law(lambda x: -(x**2) / 2, (-9.0, 9.0)), "mass is 2.50663"),
        (
            lambda: divergences.Law(lambda x: -(x**2) / 2 - np.log(2 * np.pi) / 2, (-1.0, 1.0)),
            "mass is 0.682689",
        ),
        (lambda: divergences.Law(lambda x: np.log(np.sin(x + 1e-9) / 2), (0.0, 6.0)), "not negative"),
        (lambda: divergences.Law(lambda x: 0 * x, (1.0, 0.0)), "rise"),
        (lambda: divergences.jsd(targets.ring(), N(0.0, 1.0)), "on the line"),
        (lambda: divergences.f_divergence(np.abs, N(0.0, 1.0), targets.uniform(0.0, 1.0)), "leaves empty"),
        (lambda: divergences.value_monte_carlo(N(0.0, 1.0), N(0.0, 1.0), 0, seeded()), "n must be"),
    ],
)
def test_bad_input_is_named(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call()


def test_a_quadrature_that_fails_says_so():
    with pytest.raises(divergences.QuadratureError, match="did not converge between"):
        divergences.f_divergence(lambda u: np.sin(1 / (u - 0.7)), N(0.0, 1.0), N(1.0, 1.0))
