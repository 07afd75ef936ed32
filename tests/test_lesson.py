"""What a page trains with: laws as plain numbers, starts by PyTorch's rule, and games that play as in
Python."""

import json

import numpy as np
import pytest
import torch
from mirror import Mirror, numbers
from torch import nn

from gan_teach import Game, metrics, nets, penalties, rules, targets, train
from gan_teach.live import lesson as lessons
from gan_teach.starting import fresh

RING = targets.ring()


def plane(*penalty, **networks):
    G = networks.get("G") or nets.Generator(2, 2, (32, 32))
    D = networks.get("D") or nets.Discriminator(2, (32, 32), "leaky_relu")
    return Game(G, D, targets.normal(2), "non_saturating", penalty)


def lesson(game=None, target=RING, **changes):
    options = {"rule": "alternating", "lr_g": 2e-3, "lr_d": 2e-3, "batch_size": 64} | changes
    return lessons.lesson(game or plane(penalties.r1(0.1)), target, **{"choices": {"own": target}} | options)


@pytest.fixture(scope="module")
def ring():
    return lesson()


@pytest.mark.parametrize(
    "target",
    [
        RING,
        targets.ring(weights=[3, 1, 1, 1, 1, 1, 1, 1]),
        targets.grid(),
        targets.spiral(),
        targets.two_moons(),
        targets.gaussian(1.0, 0.5),
        targets.mixture([-1, 2], [0.3, 0.6], [1, 3]),
        targets.uniform(-1, 3),
        targets.points(np.random.default_rng(0).normal(size=(300, 2)), standardise=False),
    ],
    ids=str,
)
def test_a_page_draws_from_the_same_law(target, ring):
    """Means, covariances and single coordinates agree with those of the target's own samples."""
    law = lessons.law(target)
    mirror = Mirror(ring)
    if target.dim == 1:  # two coordinates, of which the second stays
        law = law | {"dim": 2}
        rows = numbers(law["rows"])
        law["rows"] = lessons.encoded(np.stack([rows, 0 * rows], 1))
    drawn = []
    for t in range(80):
        mirror.draw_law(law, "x", 8 * t)
        drawn.append(mirror.host["x"])
    ours = np.concatenate(drawn)[:, : target.dim]
    theirs = target.sample(len(ours), torch.Generator().manual_seed(0)).numpy()
    scale = theirs.std(0)
    assert np.all(np.abs(ours.mean(0) - theirs.mean(0)) < 0.08 * scale)
    assert np.all(np.abs(np.cov(ours.T) - np.cov(theirs.T)) < 0.12 * np.outer(scale, scale).squeeze())
    for share in (0.1, 0.5, 0.9):
        assert np.all(np.abs((ours <= np.quantile(theirs, share, axis=0)).mean(0) - share) < 0.04)


def test_a_start_has_the_spread_of_pytorchs(ring):
    mirror, own = Mirror(ring), fresh(plane())
    for who in ("G", "D"):
        ours, theirs = mirror.host[who], own.params[who].numpy()
        assert len(ours) == len(theirs)
        begin = 0
        for count, bound in ring["starts"][who]:
            part, like = ours[begin : begin + count], theirs[begin : begin + count]
            assert np.abs(part).max() <= bound and np.abs(like).max() <= bound
            if count > 100:
                assert abs(part.std() / like.std() - 1) < 0.12
            begin += count


@pytest.mark.slow
def test_games_end_as_pytorchs_do(ring):
    """Modes and quality after 1,500 steps, over seeds: the same game, other random numbers."""
    found = {"page": [], "torch": []}
    for seed in range(5):
        mirror = Mirror(ring | {"seed": seed})
        for _ in range(1500):
            mirror.step()
        mirror.host["probe_z"] = np.random.default_rng(seed).normal(size=(500, 2))
        mirror.host.call("look")
        game = plane(penalties.r1(0.1))
        run = train(game, RING, steps=1500, batch_size=64, lr_g=2e-3, lr_d=2e-3, seed=seed, every=1500)
        last = run.run(progress=False)
        for name, x in (("page", mirror.host["x_fake"]), ("torch", last.x_fake)):
            found[name].append((metrics.fair_modes(x, RING), metrics.high_quality_share(x, RING)))
    ours, theirs = (np.array(found[name]) for name in ("page", "torch"))
    spread = np.sqrt((ours.var(0, ddof=1) + theirs.var(0, ddof=1)) / 5)
    assert np.all(np.abs(ours.mean(0) - theirs.mean(0)) < 3.5 * spread + [0.5, 0.05])


class Normed(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(2, 8), nn.LayerNorm(8), nn.ReLU(), nn.Linear(8, 2))

    def forward(self, z):
        return self.body(z)


@pytest.mark.parametrize(
    "changes",
    [
        {"rule": rules.Simultaneous()},
        {"game": plane(penalties.r1(1.0), penalties.r2(1.0))},
        {"game": plane(G=Normed())},
        {"optimiser": "fused adam"},
    ],
    ids=["another rule", "two penalties", "other layers", "another optimiser"],
)
def test_what_a_page_can_not_train_has_no_lesson(changes):
    assert lesson(**changes) is None


def test_a_lesson_is_small_and_says_what_can_be_changed(ring):
    assert len(json.dumps(ring)) < 40_000
    names = [control["name"] for control in ring["controls"]]
    assert {"mover", "lr_d", "lr_g", "n_d", "loss", "penalty", "gamma", "noise", "error", "target"} <= set(
        names
    )
    assert ring["values"]["penalty"] == "R1" and ring["values"]["gamma"] == 0.1
    assert all(c["value"] in (c["choices"] or [c["value"]]) for c in ring["controls"])


def test_the_game_s_own_target_is_offered_first_and_chosen():
    for target in (RING, targets.spiral(), targets.ring(6)):
        found = lesson(target=target, choices=None)
        assert found["values"]["target"] == next(iter(found["targets"])) == target.name


def test_the_line_has_its_density_and_a_mesh():
    game = Game(nets.Generator(1, 1, (16,)), nets.Discriminator(1, (16,)), targets.uniform())
    target = targets.gaussian(1.0, 0.5)
    found = lesson(game, target)
    assert np.allclose(numbers(found["targets"]["own"]["density"]).max(), target.density([1.0])[0], atol=0.01)
    assert found["layout"]["mesh"][1] == [lessons.MESH, 1]
