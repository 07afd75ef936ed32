"""Transport against POT, an independent library: W1 on the line, plans and costs in the plane; and weight
clipping."""

import numpy as np
import ot
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist, pdist

from gan_teach import Batches, Game, nets, optimisers, rules, targets, train
from gan_teach.exact import divergences, theory, transport
from gan_teach.players import Batch
from gan_teach.starting import fresh
from gan_teach.step import make_step, traced

values = st.floats(-10, 10, allow_nan=False).map(lambda v: round(v, 4))


def points(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


def shares(seed, n):
    weights = np.random.default_rng(seed).uniform(0.1, 1, n)
    return weights / weights.sum()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(values, values), min_size=1, max_size=60))
def test_w1_by_sorting_is_what_pot_finds(pairs):
    x, y = np.array(pairs).T
    assert theory.sample_wasserstein_1(x, y) == pytest.approx(ot.wasserstein_1d(x, y, p=1), abs=1e-9)
    assert theory.sample_wasserstein_1(x, y) == pytest.approx(ot.emd2_1d(x, y, metric="euclidean"), abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(values, min_size=1, max_size=12), st.lists(values, min_size=1, max_size=12), st.integers(0, 99)
)
def test_plans_on_the_line_with_unequal_weights_cost_what_pot_finds(x, y, seed):
    p, q = shares(seed, len(x)), shares(seed + 1, len(y))
    expected = ot.emd2_1d(np.array(x), np.array(y), p, q, metric="euclidean")
    assert transport.plan(x, y, p, q).cost == pytest.approx(expected, abs=1e-8)


def test_w1_of_laws_is_near_w1_of_large_samples():
    p, q = targets.bimodal(4.0, 0.5), targets.gaussian(0.5, 1.0)
    x, y = (
        t.sample(200_000, torch.Generator().manual_seed(i)).double().numpy().ravel()
        for i, t in enumerate((p, q))
    )
    assert ot.wasserstein_1d(x, y, p=1) == pytest.approx(divergences.wasserstein_1(p, q), abs=0.02)


@pytest.mark.parametrize("n, m, dim", [(1, 1, 1), (1, 7, 2), (6, 4, 1), (12, 9, 2), (10, 15, 3)])
@pytest.mark.parametrize("seed", range(3))
def test_plans_in_space_are_as_cheap_as_pots(n, m, dim, seed):
    a, b, p, q = points(seed, n, dim), points(seed + 10, m, dim) + 1, shares(seed, n), shares(seed + 5, m)
    found, distance = transport.plan(a, b, p, q), cdist(a, b)
    assert found.cost == pytest.approx(ot.emd2(p, q, distance), abs=1e-9)
    assert (
        (found.mass >= -1e-12).all()
        and np.allclose(found.mass.sum(1), p)
        and np.allclose(found.mass.sum(0), q)
    )
    assert (found.mass * distance).sum() == pytest.approx(found.cost)
    if dim > 1:  # points in general position: the best plan is the only one (on the line there are many)
        assert np.allclose(found.mass, ot.emd(p, q, distance), atol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_the_prices_prove_the_plan(seed):
    a, b, p, q = points(seed, 9, 2), points(seed + 10, 11, 2), shares(seed, 9), shares(seed + 5, 11)
    found, distance = transport.plan(a, b, p, q), cdist(a, b)
    slack = distance - found.u[:, None] - found.v
    assert slack.min() > -1e-9 and np.abs(slack[found.mass > 1e-9]).max() < 1e-9
    assert p @ found.u + q @ found.v == pytest.approx(found.cost)
    _, log = ot.emd(p, q, distance, log=True)
    assert p @ log["u"] + q @ log["v"] == pytest.approx(found.cost)
    f = found.potential
    assert p @ f(a) - q @ f(b) == pytest.approx(found.cost)
    anywhere = 5 * points(seed + 20, 200, 2)
    assert (pdist(f(anywhere)[:, None]) <= pdist(anywhere) + 1e-9).all()


def test_equal_weights_are_an_assignment():
    a, b = points(0, 30, 2), points(1, 30, 2)
    found, distance = transport.plan(a, b), cdist(a, b)
    rows, columns = linear_sum_assignment(distance)
    assert found.cost == pytest.approx(distance[rows, columns].mean())
    assert np.allclose(found.mass[rows, columns], 1 / 30)


def test_a_plan_from_points_to_themselves_is_free():
    a = points(0, 8, 2)
    assert transport.plan(a, a[::-1]).cost == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    "arguments, named",
    [
        ((np.zeros((2, 2, 2)), np.zeros((2, 2))), "a must have the shape"),
        ((np.zeros((0, 2)), np.zeros((2, 2))), "a must have the shape"),
        ((np.zeros((2, 2)), np.zeros((2, 3))), "same dimension"),
        ((np.array([[0.0], [np.nan]]), np.zeros(2)), "a must hold finite.*row 1"),
        ((np.zeros(2), np.zeros(2), [1.0]), "a_weights must hold one weight per point, 2"),
        ((np.zeros(2), np.zeros(2), None, [[0.5, 0.5]]), "b_weights must hold one weight per point"),
        ((np.zeros(2), np.zeros(2), [1.5, -0.5]), "a_weights must not be negative"),
        ((np.zeros(2), np.zeros(2), None, [np.nan, 1.0]), "b_weights must not be negative"),
        ((np.zeros(2), np.zeros(2), None, [0.5, 0.6]), "b_weights must sum to 1, but the sum is 1.1"),
    ],
)
def test_bad_input_is_named(arguments, named):
    with pytest.raises(ValueError, match=named):
        transport.plan(*arguments)


def test_a_potential_wants_points_of_the_same_dimension():
    with pytest.raises(ValueError, match=r"x must have the shape \[n, 2\]"):
        transport.plan(points(0, 3, 2), points(1, 3, 2)).potential(np.zeros((4, 3)))


def critic_game():
    return Game(nets.Generator(2, 2, (8,)), nets.Discriminator(2, (8, 8)), targets.normal(2), "wasserstein")


@pytest.mark.parametrize("clip", [0.01, 0.3])
@pytest.mark.parametrize("n_d, run", [(1, lambda step, *_: step), (3, traced)])
def test_clipping_bounds_every_parameter_after_each_step(clip, n_d, run):
    game, rule = critic_game(), rules.Alternating(n_d=n_d, clip=clip)
    state, batches = fresh(game, 0, lr_G=1e-2, lr_D=1e-2), Batches(game, targets.ring(), 16, n_d)
    bound = torch.tensor(clip)  # as it is in single precision
    if clip < 0.1:
        assert (state.psi.abs() > bound).any()  # the fresh critic is not within it
    step = run(make_step(game, rule, optimisers.Adam()), state, Batch(batches(0)))
    for t in range(5):
        state, _ = step(state, Batch(batches(t)))
        assert (state.psi.abs() <= bound).all() and (state.psi.abs() == bound).any()


def test_clipping_is_a_step_of_d_cut_to_the_bound():
    game, batches = critic_game(), Batches(critic_game(), targets.ring(), 16)
    state = fresh(game, 0, lr_G=1e-2, lr_D=1e-2)
    free, clipped = (
        make_step(game, rules.Alternating(clip=clip), optimisers.Adam())(state, Batch(batches(0)))[0]
        for clip in (None, 0.05)
    )
    assert torch.equal(clipped.psi, free.psi.clamp(-0.05, 0.05)) and not torch.equal(
        clipped.theta, free.theta
    )


def test_a_training_ends_within_the_bound():
    end = train(critic_game(), targets.ring(), steps=20, rule=rules.Alternating(n_d=2, clip=0.02)).run(
        progress=False
    )
    assert np.abs(end.psi).max() <= np.float32(0.02)


@pytest.mark.parametrize("clip", [0, 0.0, -0.01, float("nan"), float("inf")])
def test_a_bound_that_leaves_nothing_is_refused(clip):
    with pytest.raises(ValueError, match="clip must be a number above zero"):
        rules.Alternating(clip=clip)


def test_a_bound_that_is_no_number_is_refused():
    with pytest.raises(TypeError, match="clip"):
        rules.Alternating(clip="0.01")
