"""The figures that the package promises, over seeds that were not chosen: learned D against D*, p_G against
the data, the ring."""

import numpy as np
import pytest
import torch
from torch.utils._pytree import tree_map

from gan_teach import Batches, Game, metrics, nets, optimisers, penalties, plots, rules, targets, train
from gan_teach.exact import theory
from gan_teach.players import Batch
from gan_teach.starting import DECAYS, fresh
from gan_teach.step import make_step, mapped, traced

pytestmark = pytest.mark.slow  # whole trainings
PUBLIC = targets.gaussian(1.0, 0.5)
GAME = Game(
    nets.Generator(1, 1, (32, 32), "softplus"),
    nets.Discriminator(1, (64, 64), "tanh"),
    targets.normal(1),
    "minimax",
)
FINE = np.linspace(*PUBLIC.window[0], 5001)


def mean_gap(verdicts, snapshot):
    """The mean of |D - D*| over real and fake samples in equal parts."""
    p, p_g = PUBLIC.density(FINE), plots.generator_density(GAME, snapshot, FINE)
    d_star = np.nan_to_num(theory.optimal_discriminator(p, p_g))
    return np.trapezoid((p + p_g) * np.abs(verdicts - d_star), FINE) / np.trapezoid(p + p_g, FINE)


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_trained_d_lies_on_d_star_early_and_p_g_on_the_data_at_the_end(seed):
    run = train(
        GAME,
        PUBLIC,
        steps=800,
        rule=rules.Alternating(n_d=5),
        lr_g=1e-3,
        lr_d=2e-3,
        decay="linear",
        every=20,
        seed=seed,
    )
    early = {s.step: (run.state, s) for s in run if s.step in (20, 40)}
    for state, snapshot in early.values():
        school = train(
            GAME,
            PUBLIC,
            rule="police only",
            start=state,
            steps=1000,
            batch_size=512,
            lr_d=1e-2,
            decay="cosine",
            seed=50 + seed,
        )
        D = nets.load(GAME.discriminator, school.run(progress=False).psi.astype(np.float64))
        learned = mean_gap(plots.sigmoid(D(torch.from_numpy(FINE)[:, None]).detach().numpy()), snapshot)
        assert learned <= 0.03
        assert learned <= mean_gap(0.5, snapshot) / 5
    end = run.history[-1]
    assert theory.jsd_on_grid(FINE, PUBLIC.density(FINE), plots.generator_density(GAME, end, FINE)) < 0.005
    real, again = (PUBLIC.sample(5000, torch.Generator().manual_seed(s)).numpy() for s in (1, 2))
    floor = metrics.histogram_jsd(real, again, bins=40, window=PUBLIC.window[0])
    assert (
        0.0005
        < floor
        < metrics.histogram_jsd(run.sample(5000), real, bins=40, window=PUBLIC.window[0]) + floor
        < 0.015
    )


def test_ring_of_eight_is_covered_over_five_seeds():
    """Ten thousand steps of batch 128; the five games run side by side under vmap, which gives each its own
    numbers.

    All eight modes were there in 28 of 30 trainings: 20 other seeds, and these five under two sets of the
    processor's instructions, which round differently. Seeds 6 and, under one of them, 0 had lost a mode. So
    one mode may be missing, in two of the five.
    """
    ring, seeds, steps = targets.ring(n=8, radius=2.0, std=0.02), range(5), 10_000
    game = Game(
        nets.Generator(2, 2),
        nets.Discriminator(2),
        targets.normal(2),
        "non_saturating",
        (penalties.r1(0.02),),
    )
    draws = [Batches(game, ring, 128, seed=seed) for seed in seeds]
    starts = [tree_map(torch.Tensor.float, fresh(game, seed, lr_G=2e-3, lr_D=2e-3)) for seed in seeds]
    state = tree_map(lambda *parts: torch.stack(parts), *starts)

    def batch(t):
        turned = torch.full((len(seeds),), DECAYS["cosine"](t / steps))
        drawn = tree_map(lambda *parts: torch.stack(parts), *(draw(t) for draw in draws))
        return Batch(drawn, {"lr_G": turned, "lr_D": turned})

    step = traced(mapped(make_step(game, rules.Alternating(), optimisers.Adam())), state, batch(0))
    with torch.inference_mode():
        for t in range(steps):
            state, _ = step(state, batch(t))
        z = game.latent.sample(2500, torch.Generator().manual_seed(2014))
        samples = [game.generate(theta, z).numpy() for theta in state.theta]
    covered = [metrics.modes_covered(x, ring, at_least=0.05) for x in samples]
    assert min(covered) >= 7 and sum(covered) >= 38, covered
    shares = [metrics.high_quality_share(x, ring) for x in samples]
    print("high-quality shares", [round(s, 3) for s in shares])
    assert min(shares) >= 0.65
