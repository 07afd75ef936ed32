"""The small town can be counted; networks that repair keep what is known; games and scores say what they
should."""

import math

import pytest
import torch
from torch.nn import functional as F

from gan_teach import nets
from gan_teach.images import growing, repairing, repairing_models
from gan_teach.images.town import everyone as small_town
from gan_teach.starting import fresh

TOWN, BOTH = small_town.everyone(), small_town.everyone(old=True)
DICE = torch.Generator


def test_all_citizens_are_there_once_and_look_different():
    assert len(TOWN) == 1152 and len(BOTH) == 2304 and len(TOWN.values.unique(dim=0)) == 1152
    assert torch.pdist(TOWN.pictures.flatten(1)).min() > 0.1
    assert torch.equal(TOWN.citizens.glasses, TOWN.of("glasses"))
    assert torch.equal(BOTH.values[:1152], TOWN.values) and BOTH.of("age").sum() == 1152
    who = torch.tensor([3, 700])
    after = TOWN.changed(who, "hat", 2)
    assert TOWN.of("hat")[after].tolist() == [2, 2]
    assert ((TOWN.values[after] != TOWN.values[who]).sum(1) <= 1).all()
    assert torch.equal(TOWN.changed(after, "hat", TOWN.of("hat")[who]), who)


def test_the_list_reads_true_pictures_and_says_how_far_others_are():
    who, away = TOWN.nearest(TOWN.pictures[:50])
    assert who.tolist() == list(range(50)) and away.max() == 0
    who, away = TOWN.nearest((TOWN.pictures[:5] + 0.01).clamp(0, 1))
    assert who.tolist() == list(range(5)) and (away > 0).all() and (away <= 0.0101).all()


def test_bayes_is_sure_without_noise_and_unsure_with_much():
    clean = small_town.shrunken(TOWN.pictures[:6])
    assert torch.equal(clean[0, :, 0, 0], TOWN.pictures[0, :, :4, :4].mean((1, 2)))
    sure, unsure = TOWN.after(clean, 0.01), TOWN.after(clean, 100.0)
    assert sure.argmax(1).tolist() == list(range(6)) and torch.allclose(sure.sum(1), torch.ones(6))
    assert torch.allclose(unsure, torch.full_like(unsure, 1 / 1152), rtol=1e-2)


def test_holes_leave_open_what_they_cover():
    alike = TOWN.left_open(15)
    assert (alike.sum(1) == 3).all() and torch.equal(alike, alike.T)
    who = alike[5].nonzero()[:, 0]
    assert TOWN.of("hat")[who].sort().values.tolist() == [0, 1, 2]
    assert (TOWN.left_open(10).sum(1) == 1).all()


def test_a_filler_keeps_what_is_below_and_does_not_see_what_is_covered():
    G = nets.initialise(repairing.Filler(15), 0)
    x, z = 2 * TOWN.pictures[:4] - 1, torch.randn(4, 2, generator=DICE().manual_seed(0))
    made = G(x, z)
    assert made.shape == x.shape and torch.equal(made[:, :, 15:], x[:, :, 15:]) and made.abs().max() <= 1
    covered = x.clone()
    covered[:, :, :15] = 0.3
    assert torch.equal(G(covered, z), made)
    assert not torch.equal(G(x, -z), made)


def test_networks_give_pictures_of_the_right_size():
    x = 2 * TOWN.pictures[:3] - 1
    small = small_town.shrunken(x)
    assert nets.initialise(repairing.Upscaler(), 0)(small).shape == x.shape
    made = nets.initialise(repairing.Changer(3), 0)(x, torch.ones(3, 3))
    assert made.shape == x.shape and made.abs().max() <= 1
    assert nets.initialise(repairing.Judge(4), 0)(x).shape == (3, 4)


@pytest.mark.parametrize("name", repairing_models.MODELS)
def test_objectives_are_finite_and_move_what_they_should(name):
    game = repairing_models.MODELS[name].game()
    draw = game.draw(4, DICE().manual_seed(0))
    params = fresh(game, 0).params
    for who, player in game.players.items():
        slopes, _ = game.slope(who, params, draw)
        assert set(slopes) == set(player.moves) == {who}
        assert all(s.isfinite().all() and s.abs().max() > 0 for s in slopes.values())


def test_the_thief_of_large_pictures_minds_error_and_police():
    game = repairing_models.MODELS["super police"].game()
    draw, params = game.draw(4, DICE().manual_seed(0)), fresh(game, 0).params
    net = game.bound(params)
    made = net.G(draw["small"])
    error, praise = (made - draw["true"]).square().mean(), F.softplus(-net.D(made)).mean()
    for police in (0.0, 0.7):
        value = game.objective("G", params, draw, {"police": police, "gamma": 0.0})[0]
        assert torch.allclose(value, error + police * praise, atol=1e-5)


def test_a_penalty_is_the_mean_squared_slope():
    x = torch.rand(8, 3, 32, 32, generator=DICE().manual_seed(0))
    assert torch.allclose(growing.steepness(lambda x: 2 * x.sum((1, 2, 3)), x), torch.tensor(4.0 * 3072))


def test_who_is_asked_for_what():
    task = repairing_models.about(torch.arange(6), torch.tensor([0, 1, 2, 0, 1, 2]))
    changed = task["has"] != task["asked"]
    assert changed.sum(1).tolist() == [1] * 6 and changed.long().argmax(1).tolist() == [0, 1, 2] * 2
    who, away = BOTH.nearest(repairing_models.seen(task["true"]))
    assert away.max() < 1e-6 and torch.equal(repairing_models.traits(who), task["asked"])
    assert not set(repairing_models.judged().tolist()) & set(repairing_models.order(False)[240:].tolist())


def test_perfect_and_idle_answers_score_as_they_should():
    best = repairing_models.enlarged(TOWN.pictures + 1e-4)
    assert best["law"] < 1e-6 and best["invented"] == {"glasses": 0, "beard": 0} and best["dB"] > 70
    idle = repairing_models.edited(lambda x, asked: x)
    assert all(row["got"] == row["all"] == 0 and min(row["kept"].values()) == 1 for row in idle.values())
    kept = repairing_models.filled(lambda x: x)
    assert kept["entropy"] == 0 and kept["off"] == 0 and kept["torn"] == 0
    assert math.isclose(sum(kept["hats"]), 1, abs_tol=1e-3)


def test_police_go_on_from_the_error_alone(monkeypatch):
    begin = torch.arange(float(nets.count(repairing.Upscaler())))
    monkeypatch.setattr(repairing_models, "_first", lambda seed: begin)
    training = repairing_models.start("super police", steps=2, device="cpu")
    assert torch.equal(training.state.params["G"], begin)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="a hole must cover 1 to 31 rows, but 32 was given"):
        TOWN.left_open(32)
    with pytest.raises(ValueError, match="a hole must cover 1 to 31 rows, but 40 was given"):
        repairing.Filler(40)
    with pytest.raises(ValueError, match="side must divide 32, but 5 was given"):
        small_town.shrunken(TOWN.pictures[:1], 5)
    with pytest.raises(ValueError, match=r"shape \[n, 3, 32, 32\], but \[1, 3, 8, 8\]"):
        TOWN.nearest(torch.zeros(1, 3, 8, 8))
    with pytest.raises(ValueError, match="sigma"):
        TOWN.after(torch.zeros(1, 3, 8, 8), 0.0)
    with pytest.raises(ValueError, match="a factor must be one of age, skin"):
        TOWN.of("nose")
    for call in (
        repairing_models.start,
        repairing_models.blank,
        lambda name: repairing_models.score(name, {"G": None}),
    ):
        with pytest.raises(ValueError, match="name must be one of"):
            call("nobody")
