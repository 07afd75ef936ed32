"""Chapter 22: the exact diffusion model, students of it, pairs with two penalties, a pen with a reward, and
the table of Part V."""

import json
import math
from itertools import permutations

import numpy as np
import pytest
import torch
from toc import ROOT
from torch import nn

from gan_teach import losses, nets, targets
from gan_teach.exact import diffusion
from gan_teach.experiments import distilling, pairing, strokes, verdicts
from gan_teach.images import trained

SCORES = ROOT / "book" / "data" / "today" / "scores.json"
LISTS = (pairing, distilling, strokes)


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


# The diffusion model


def test_the_mean_behind_the_noise_is_that_of_samples():
    two = targets.ring(3, radius=1.0, std=0.3, weights=[1.0, 2.0, 5.0])
    luck = torch.Generator().manual_seed(0)
    clean = two.sample(400_000, luck)
    noisy = clean + 0.7 * torch.randn(clean.shape, generator=luck)
    for place in ([0.2, 0.1], [1.0, -0.5]):
        near = (noisy - torch.tensor(place)).norm(dim=1) < 0.08
        found = diffusion.denoised(torch.tensor([place]), 0.7, two)[0]
        assert near.sum() > 400 and (clean[near].mean(0) - found).abs().max() < 0.08


def test_it_is_the_score_in_other_words():
    law, sigma = targets.grid(3, std=0.2), 0.5
    wide = targets.Mixture("wide", law.means, (law.stds**2 + sigma**2).sqrt(), law.weights)
    x = noise(20, 2).double()
    score = torch.func.grad(lambda x: wide.log_prob(x).sum())(x)
    assert torch.allclose(diffusion.denoised(x, sigma, law), x + sigma**2 * score, atol=1e-6)


def test_steps_fall_to_nothing_and_bad_ones_are_refused():
    levels = diffusion.schedule(5, 10.0, 0.1)
    assert levels[0] == pytest.approx(10) and levels[-2] == pytest.approx(0.1) and levels[-1] == 0
    assert (levels.diff() < 0).all() and len(diffusion.schedule(1)) == 2
    for wrong in ({"steps": 0}, {"steps": 2.5}, {"steps": 3, "high": 0.01}, {"steps": 3, "low": -1}):
        with pytest.raises((ValueError, TypeError)):
            diffusion.schedule(**wrong)


def test_of_one_cloud_the_way_is_known():
    """dx / dsigma = x sigma / (std^2 + sigma^2) for a cloud around 0: x shrinks as its deviation does."""
    cloud = targets.mixture([0.0], 0.5)
    z = noise(50, 1).double()
    found = diffusion.flow(z, 2000, cloud, high=4.0)
    assert torch.allclose(found, 4 * z * 0.5 / math.sqrt(0.25 + 16), atol=5e-3)


def test_both_ways_end_in_the_data_and_only_one_throws_dice():
    z, luck = noise(2000, 2), torch.Generator().manual_seed(1)
    straight = [diffusion.flow(z, 64, distilling.TARGET, 10.0) for _ in range(2)]
    diced = [diffusion.ancestral(z, 64, distilling.TARGET, luck, 10.0) for _ in range(2)]
    assert torch.equal(*straight) and (diced[0] - diced[1]).norm(dim=1).mean() > 1
    for x in (straight[0], diced[0]):
        found = distilling.judged(x)
        assert found["good"] > 0.97 and found["fair"] == 25 and found["kl"] < 0.02


# Students


def test_the_assignment_is_the_cheapest():
    a, b = np.random.default_rng(0).normal(size=(2, 6, 2))
    best = min(((a - b[list(p)]) ** 2).sum(1).mean() for p in permutations(range(6)))
    assert distilling.assigned(a, b) == pytest.approx(math.sqrt(best))
    assert distilling.assigned(a, a[::-1]) == 0
    with pytest.raises(ValueError, match="must both be"):
        distilling.assigned(a, b[:5])


def test_a_student_is_shown_pairs_that_belong_together():
    game = distilling.MODELS["copies, with police"].game()
    drawn = game.block((3, 2, 5), distilling.TARGET, torch.Generator().manual_seed(0))
    assert drawn["z"].shape == drawn["goal"].shape == (3, 2, 5, 2)
    z, goal = drawn["z"].reshape(-1, 2), drawn["goal"].reshape(-1, 2)
    assert torch.allclose(
        diffusion.flow(z, distilling.FINE, distilling.TARGET, distilling.HIGH), goal, atol=1e-4
    )


def test_what_a_student_minimises():
    pairs = noise(40, 2), noise(40, 2, seed=1)
    with nets.seeded(0):
        G, D = nets.Generator(2, 2, (8,)), nets.Discriminator(2, (8,))
    draw = {"z": pairs[0], "goal": pairs[1], "x": noise(40, 2, seed=2)}
    params = {"G": nets.flatten(G), "D": nets.flatten(D)}
    made = G(draw["z"])
    copied = (made - draw["goal"]).square().sum(1).mean()
    fooled = losses.relativistic.g(D(draw["x"]), D(made)).mean()
    for copying, fooling in ((1.0, 0.0), (0.0, 1.0), (0.3, 2.0)):
        game = distilling.StudentGame(
            G, D, targets.normal(2), losses.relativistic, pairs=pairs, copying=copying, fooling=fooling
        )
        found = game.objective("G", params, draw)[0]
        assert torch.allclose(found, copying * copied + fooling * fooled, atol=1e-5)
    for wrong, words in (
        ({"copying": -1.0}, "copying"),
        ({"copying": 1.0}, "needs pairs"),
        ({"fooling": 0.0}, "nothing to learn"),
    ):
        with pytest.raises(ValueError, match=words):
            distilling.StudentGame(G, D, targets.normal(2), **wrong)


def test_judged_knows_data_from_their_mean():
    data = distilling.TARGET.sample(2500, torch.Generator().manual_seed(3))
    good = distilling.judged(data)
    poor = distilling.judged(torch.zeros(2500, 2))
    assert good["good"] > 0.97 and good["fair"] == 25 and good["w2"] < 0.6
    assert poor["good"] == 1 and poor["fair"] == 1 and poor["w2"] > 1.5 and poor["kl"] > 3


@pytest.mark.parametrize("name", ["police alone", "copies", "copies, then with police"])
def test_a_block_plays_its_own_seeds(name):
    run = distilling.start(name, seed=2, steps=2, games=2)
    run.run(progress=False)
    assert [m.seed for m in run.members] == [4, 5] and run.stopped is None
    assert run.done == (4 if "then" in name else 2)
    found = distilling.finished(run)
    assert list(found) == ["0", "1"] and torch.equal(nets.flatten(found["1"]), run.member(1).theta)
    with pytest.raises(ValueError, match="name must be one of"):
        distilling.start("police of all")


def test_police_take_over_the_student_who_copied():
    run = distilling.start("copies, then with police", seed=9, steps=2, games=2)
    run.copying.run(progress=False)
    left = run.copying.state.theta
    run.run(progress=False)
    apart = (run.playing.state.theta - left).abs().max()
    assert 0 < apart < 0.02  # two steps of the second game, not a beginning


# Pairs and penalties


def test_the_four_corners_are_what_they_say():
    for name, model in pairing.MODELS.items():
        game = model.game()
        assert (game.loss.name == "relativistic") == name.startswith("pairs")
        assert [p.name for p in game.penalties] == (["r1", "r2"] if "R2" in name else ["r1"])
    with pytest.raises(ValueError, match="no network is shipped"):
        pairing.blank("pairs")


def test_a_corner_is_scored_game_by_game():
    run = pairing.start("no pairs, R1 alone", seed=1, steps=1, games=2)
    run.run(progress=False)
    found = pairing.finished(run)
    assert set(found) == {"G0", "D0", "G1", "D1"} and [m.seed for m in run.members] == [2, 3]
    assert {len(values) for values in pairing.score("no pairs, R1 alone", found, None, 1).values()} == {2}
    with pytest.raises(ValueError, match="name must be one of"):
        pairing.start("no such corner")


def test_steepness_is_the_root_of_the_mean_square():
    class Ramp(nn.Module):
        def forward(self, x):
            return 3 * x[:, 0] + 4 * x[:, 1]

    assert pairing.steepness(Ramp(), noise(7, 2)) == pytest.approx(5)


# A pen


def test_a_pen_gives_each_drawing_the_product_of_its_strokes():
    with nets.seeded(0):
        pen = strokes.Pen((8,))
    law = pen()
    assert law.shape == (4096,) and float(law.exp().sum().detach()) == pytest.approx(1, abs=1e-4)
    for number in (0, 1234, 4095):
        total = 0.0
        for t in range(strokes.LENGTH):
            row = torch.zeros(1, 30)
            for s in range(t):
                row[0, strokes.KINDS * s + strokes.DRAWINGS[number, s]] = 1
            row[0, strokes.KINDS * strokes.LENGTH + t] = 1
            total += pen.body(row).log_softmax(1)[0, strokes.DRAWINGS[number, t]]
        assert float(law[number]) == pytest.approx(float(total), abs=1e-4)


def test_closed_drawings_end_where_they_began():
    assert strokes.CLOSED.sum() == math.comb(6, 3) ** 2 == 400
    steps = np.array(strokes.STROKES)[strokes.DRAWINGS.numpy()]
    assert np.array_equal((steps.sum(1) == 0).all(1), strokes.CLOSED.numpy())


def test_distances_of_laws():
    flat = torch.full((4096,), 1 / 4096)
    assert strokes.off(strokes.TRUTH) == 0 and strokes.off(flat) == pytest.approx(1 - 400 / 4096)
    found = strokes.measured(flat)
    assert found["as many as"] == 4096 and found["closed"] == pytest.approx(400 / 4096, abs=1e-4)
    for wrong in (flat[:5], flat * 2, flat - 1):
        with pytest.raises(ValueError, match="a law must be"):
            strokes.off(wrong)


def test_a_course_begins_with_the_same_beginner_and_goes_its_own_way():
    frozen = strokes.start("frozen police", seed=3, steps=40)
    priced = strokes.start("frozen police, with a price", seed=3, steps=40)
    assert torch.equal(frozen.before, priced.before) and frozen.look()["off"] < 0.6
    police = nets.flatten(frozen.D).clone()
    frozen.run(), priced.run()
    assert torch.equal(nets.flatten(frozen.D), police)
    assert frozen.history[-1]["reward"] > priced.history[-1]["reward"]
    assert frozen.history[-1]["off"] > priced.history[-1]["off"]
    learning = strokes.start("police who learn", seed=3, steps=2)
    police = nets.flatten(learning.D).clone()
    learning.run()
    assert not torch.equal(nets.flatten(learning.D), police)
    for wrong in ({"police": "asleep"}, {"police": "along", "price": -1.0}, {"police": "along", "steps": 0}):
        with pytest.raises(ValueError):
            strokes.Way("wrong", **wrong)
    with pytest.raises(ValueError, match="name must be one of"):
        strokes.start("no police")


# What is stored


def test_the_stored_scores_are_of_all_models_and_of_the_shipped_networks():
    stored = json.loads(SCORES.read_text(encoding="utf-8"))
    names = {name for models in LISTS for name in models.MODELS}
    assert set(stored) == {f"{name}, seed {seed}" for name in names for seed in range(3)}
    assert all(row["stopped"] is None for row in stored.values())
    for shipped, (name, game) in distilling.SHIPPED.items():
        again = distilling.score(name, {game: trained.load(shipped)}, None, 0)
        assert abs(again["good"][0] - stored[f"{name}, seed 0"]["good"][int(game)]) < 0.03


# The table


def test_values_come_in_the_order_of_seeds():
    found = verdicts.of("growing", "digits growing", "kinds")
    stored = verdicts.scores("growing")
    assert found.tolist() == [stored[f"digits growing, seed {s}"]["kinds"] for s in range(3)]
    assert len(verdicts.of("scaling", "no price", "good", "inf")) == 72
    with pytest.raises(ValueError, match="name must be one of"):
        verdicts.of("growing", "digits shrinking", "kinds")
    with pytest.raises(FileNotFoundError):
        verdicts.scores("nowhere")


def test_a_line_says_how_far_apart_ours_and_the_control_are():
    def row(ours, control, **more):
        return verdicts.Row(
            15, "m", "c", "p", "zhu2017", lambda: ours, lambda: control, "partly", lambda: [2.0, 4.0], **more
        )

    up = row([3.0, 4.0, 5.0], [1.0, 2.0, 3.0])
    assert up.apart() == pytest.approx(2 / math.sqrt(2 / 3))
    assert row([3.0, 4.0, 5.0], [1.0, 2.0, 3.0], more=False).apart() == -up.apart()
    shown = up.shown()
    assert shown["ours"] == "4.00 ± 0.58" and shown["s"] == "3"
    with pytest.raises(ValueError, match="verdict must be one of"):
        verdicts.Row(15, "m", "c", "p", "k", lambda: [1], lambda: [1], "maybe", lambda: [1])


def test_the_table_has_a_line_for_each_row_in_the_order_of_chapters():
    lines = verdicts.table()
    assert len(lines) == len(verdicts.ROWS)
    chapters = [int(line["ch."]) for line in lines]
    assert chapters == sorted(chapters) and {15, 16, 17, 18, 22} <= set(chapters)
    html = verdicts.as_html(lines)
    assert html.count("<tr>") == len(lines) + 1 and "nan" not in html
    with pytest.raises(ValueError, match="a line at least"):
        verdicts.as_html([])
    cited = (ROOT / "book" / "references.bib").read_text(encoding="utf-8")
    assert all(f"{{{row.cite}," in cited for row in verdicts.ROWS)
