"""Truncated latents, the labelled ring, and the blocks of games of chapter 16."""

import json
import math

import numpy as np
import pytest
import torch
from scipy.stats import kstest, truncnorm
from toc import ROOT
from torch import nn

from gan_teach import metrics, nets, targets
from gan_teach.experiments import scaling
from gan_teach.images import trained

SCORES = ROOT / "book" / "data" / "scaling" / "scores.json"


@pytest.mark.parametrize("t", [0.1, 0.5, 2.0])
def test_truncated_latents_follow_the_truncated_law(t):
    u = (torch.arange(2000, dtype=torch.float64) + 0.5) / 2000
    z = scaling.truncated(u, t)
    assert np.allclose(z.numpy(), truncnorm.ppf(u.numpy(), -t, t), atol=1e-9) and z.abs().max() <= t
    drawn = torch.randn(200_000, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    again = drawn[drawn.abs() <= t][:5000]  # what drawing again leaves
    assert kstest(again.numpy(), z.numpy()).pvalue > 0.01


def test_without_a_limit_they_are_normal_and_shapes_and_types_are_kept():
    u = torch.rand(50, 3, generator=torch.Generator().manual_seed(0)).clamp(1e-6)
    z = scaling.truncated(u, math.inf)
    assert z.shape == (50, 3) and z.dtype == torch.float32
    assert torch.allclose(z, torch.special.ndtri(u.double()).float(), atol=1e-5)
    for wrong in (0, -1.0, math.nan):
        with pytest.raises(ValueError, match="t must be above 0"):
            scaling.truncated(u, wrong)


def test_on_the_labelled_ring_neighbours_share_a_label():
    ring = scaling.labelled_ring()
    x, y = ring.sample_labelled(4000, torch.Generator().manual_seed(0))
    which = (x[:, None] - ring.means.float()).norm(dim=-1).argmin(1)
    assert torch.equal(which // 2, y.argmax(1)) and y.shape == (4000, 4)
    assert metrics.modes_covered(x, ring, 0.1) == 8 and metrics.high_quality_share(x, ring) > 0.98
    with pytest.raises(ValueError, match="must divide the number of modes, 8, but 3"):
        scaling.labelled_ring(3)


class Handy(nn.Module):
    """A thief in place of a trained one: each label's two modes by the sign of the first latent, or the one
    between them where it is small."""

    def __init__(self, turned=0, gap=0.0):
        super().__init__()
        self.ring, self.turned, self.gap = scaling.labelled_ring(), turned, gap

    def forward(self, z, y=None):
        which = 2 * y.argmax(1) + (z[:, 0] > 0).long() + self.turned
        made = self.ring.means.float()[which % scaling.MODES]
        return torch.where(z[:, :1].abs() < self.gap, 0.0, made)


def test_hits_are_counted_by_mode_and_by_the_label_asked_for():
    model = scaling.MODELS["no price"]
    perfect = scaling.hits(Handy(), model, math.inf)
    assert perfect.sum() == scaling.SAMPLES and (perfect > 400).all()
    other = scaling.hits(Handy(turned=1), model, math.inf)  # the next mode: every second has another label
    assert other[1::2].sum() == other.sum() and other.sum() < 0.6 * scaling.SAMPLES
    bridge = [int(scaling.hits(Handy(gap=0.3), model, t).sum()) for t in (0.25, 0.5, math.inf)]
    inside = math.erf(0.3 / 2**0.5)
    assert bridge[0] == 0 and abs(bridge[2] / scaling.SAMPLES - (1 - inside)) < 0.03
    assert abs(bridge[1] / scaling.SAMPLES - (1 - inside / math.erf(0.5 / 2**0.5))) < 0.03


def test_scores_say_how_good_each_game_is():
    found = scaling.score("no price", {"0": Handy(), "1": Handy(gap=0.3)}, None, 0)
    assert found["good"]["0.5"][0] == 1 and found["good"]["0.25"] == [1, 0]
    assert found["modes"] == [8, 8] and set(found["good"]) == {"0.25", "0.5", "1.0", "2.0", "inf"}


@pytest.mark.parametrize("name", ["orthogonal 1e-3", "batch 32"])
def test_a_block_plays_its_own_seeds_and_gives_its_generators(name):
    run = scaling.start(name, seed=1, steps=2, games=3)
    run.run(progress=False)
    assert [m.seed for m in run.members] == [3, 4, 5] and run.stopped is None
    found = scaling.finished(run)
    assert list(found) == ["0", "1", "2"]
    assert torch.equal(nets.flatten(found["2"]), run.member(2).theta)
    assert len(scaling.score(name, found, None, 1)["price"]) == 3
    with pytest.raises(ValueError, match="name must be one of"):
        scaling.start("batch 33")


def test_a_block_says_how_many_games_it_lost():
    run = scaling.start("batch 32", steps=2, games=2)
    next(run)
    run._state = run.state.with_params(G=run.state.theta * torch.tensor([[1.0], [math.nan]]))
    run.run(progress=False)
    assert run.stopped == "1 of 2 games diverged"


def test_the_stored_scores_are_of_all_models_and_of_the_shipped_networks():
    stored = json.loads(SCORES.read_text(encoding="utf-8"))
    assert set(stored) == {f"{name}, seed {seed}" for name in scaling.MODELS for seed in range(3)}
    for row in stored.values():
        assert row["stopped"] is None
    for shipped, (name, game) in scaling.SHIPPED.items():
        row, model = stored[f"{name}, seed 0"], scaling.MODELS[name]
        assert row["steps"] == model.steps and len(row["modes"]) == model.games
        limit = 0.5 if model.labels else math.inf
        good = scaling.hits(trained.load(shipped), model, limit).sum() / scaling.SAMPLES
        assert abs(float(good) - row["good"][str(limit)][int(game)]) < 0.02


def test_a_game_without_labels_is_on_the_plain_ring():
    model = scaling.MODELS["batch 32"]
    assert model.target.name == targets.ring().name and model.game().classes == 0
