"""A thief with a code: the three players heed it as the weight says, and what a code says is counted."""

import math

import pytest
import torch
from torch.nn import functional as F

from gan_teach import nets
from gan_teach.images import codes, codes_models
from gan_teach.images.growing import Design
from gan_teach.starting import fresh

SMALL = Design((4, 8), (6, 5), latent_dim=7, channels=1)


def draw(n, generator):
    return {
        "x": torch.rand(n, 1, 8, 8, generator=generator) * 2 - 1,
        "z": torch.randn(n, 7, generator=generator),
    }


def small_game(**settings):
    return codes.game(SMALL, 8, 3, codes.coded(draw, 3), **settings)


def drawn(n=8):
    return codes.coded(draw, 3)(n, torch.Generator().manual_seed(0))


def test_the_code_is_one_hot_and_all_categories_alike():
    c = drawn(3000)["c"]
    assert c.shape == (3000, 3) and torch.equal(c.sum(1), torch.ones(3000))
    assert (c.mean(0) - 1 / 3).abs().max() < 0.05


def test_pictures_depend_on_the_code_and_features_on_the_picture():
    G = nets.initialise(codes.CodedGenerator(SMALL, 8, 3), 0)
    z, c = torch.randn(3, 7), torch.eye(3)
    x = G(z[:1].expand(3, -1), c)
    assert x.shape == (3, 1, 8, 8) and x.abs().max() < 1 and (x[0] - x[1]).abs().max() > 0.01
    T = nets.initialise(codes.Trunk(SMALL, 8, 9), 1)
    assert T(x).shape == (3, 9) and (T(x)[0] - T(x)[1]).abs().max() > 1e-3
    assert codes.Head(9)(T(x)).shape == (3,) and codes.Head(9, 4)(T(x)).shape == (3, 4)


def test_the_losses_are_those_of_the_paper_and_weight_0_heeds_nobody():
    game, one = small_game(gamma=0.0), drawn()
    params = fresh(game, 0).params
    net = game.bound(params)
    seen = net.T(net.G(one["z"], one["c"]))
    unsure = F.cross_entropy(net.Q(seen), one["c"])
    D = F.softplus(-net.D(net.T(one["x"]))).mean() + F.softplus(net.D(seen)).mean()
    G = F.softplus(-net.D(seen)).mean()
    for info in (0.0, 0.7):
        knobs = {"info": info, "gamma": 0.0}
        assert torch.allclose(game.objective("D", params, one, knobs)[0], D + info * unsure, atol=1e-5)
        assert torch.allclose(game.objective("G", params, one, knobs)[0], G + info * unsure, atol=1e-5)
        assert torch.allclose(game.objective("Q", params, one, knobs)[0], unsure, atol=1e-6)
    with_penalty = game.objective("D", params, one, {"info": 0.0, "gamma": 2.0})[0]
    assert with_penalty > D


def test_only_the_witness_moves_the_witness():
    assert small_game().players["Q"].moves == ("Q",)
    assert all("Q" not in small_game().players[who].moves for who in "DG")


def test_tables_their_information_and_the_best_matching():
    joint = codes.table(torch.tensor([0, 0, 1, 1]), torch.tensor([1, 1, 0, 0]), (2, 2))
    assert joint.tolist() == [[0, 0.5], [0.5, 0]]
    assert codes.information(joint) == pytest.approx(math.log(2))
    assert codes.information(torch.full((3, 4), 1 / 12).double()) == pytest.approx(0, abs=1e-6)
    names, agreed = codes.matching(joint)
    assert names.tolist() == [1, 0] and agreed == 1
    # Greedy would take 0.4 first and end at 0.4 + 0.0.
    assert codes.matching(torch.tensor([[0.4, 0.3], [0.3, 0.0]]))[1] == pytest.approx(0.6)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="as many rows as columns, but 2 and 1"):
        codes.table(torch.zeros(2).long(), torch.zeros(1).long(), (2, 2))
    with pytest.raises(ValueError, match=r"columns must be from 0 to 1, but \[2\]"):
        codes.table(torch.tensor([0]), torch.tensor([2]), (2, 2))
    with pytest.raises(ValueError, match=r"needs a square table, but \[2, 3\]"):
        codes.matching(torch.zeros(2, 3))
    with pytest.raises(ValueError, match="codes must be a whole number above zero"):
        codes.coded(draw, 0)
    with pytest.raises(ValueError, match=r"side 8, but \[1, 1, 4, 4\] was given"):
        codes.Trunk(SMALL, 8)(torch.zeros(1, 1, 4, 4))
    with pytest.raises(ValueError, match="name must be one of coded digits"):
        codes_models.start("nobody")
    with pytest.raises(ValueError, match="name must be one of coded digits"):
        codes_models.blank("nobody")


def test_asked_pictures_come_in_turn_and_are_the_same_again():
    G = nets.initialise(codes_models.blank("coded digits"), 0)
    c, x = codes_models.asked(G, 3)
    assert x.shape == (codes_models.JUDGED, 1, 14, 14) and c[8:12].tolist() == [8, 9, 0, 1]
    assert torch.equal(codes.made(G, c[:4], 3), codes.made(G, c[:4], 3))
