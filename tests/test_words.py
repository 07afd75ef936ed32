"""A thief who is told in words: captions as counts, police who read, and a second stage that begins with the
first one's picture."""

import pytest
import torch
from torch.nn import functional as F

from gan_teach import nets
from gan_teach.images import codes, growing, trained, words, words_models
from gan_teach.images.domain_models import pictures
from gan_teach.images.growing import Design
from gan_teach.images.town.captions import WORDS, captions
from gan_teach.starting import fresh

SMALL = Design((8, 16), (6, 5), latent_dim=4)
SAYINGS = [
    "a citizen with short red hair and a red hat, before hills",
    "a citizen with short black hair, before trees",
]


def draw(n, generator):
    t = words.counts(SAYINGS)[torch.randint(2, (n,), generator=generator)]
    return {
        "x": torch.rand(n, 3, 16, 16, generator=generator) * 2 - 1,
        "z": torch.randn(n, 4, generator=generator),
        "t": t,
        "wrong": t.flip(0),
    }


def small_game(kind="matched", gamma=0.0):
    return words.game(words.CaptionGenerator(SMALL, 16), 16, SMALL, draw, kind, gamma)


def test_captions_are_counted_word_by_word():
    t = words.counts(SAYINGS)
    assert t.shape == (2, len(WORDS)) and t[0, WORDS.index("red")] == 2 and t[1, WORDS.index("red")] == 0
    assert t[0].sum() == 12
    with pytest.raises(ValueError, match="a word must be one of .* but 'purple'"):
        words.counts(["purple hair"])


def test_the_divergence_of_a_normal_law_is_the_sum_over_its_numbers():
    mean, log_var = torch.randn(2, 5, 7, generator=torch.Generator().manual_seed(0))
    law = torch.distributions.Normal(mean, (log_var / 2).exp())
    exact = torch.distributions.kl_divergence(law, torch.distributions.Normal(0.0, 1.0)).sum(1)
    assert torch.allclose(words.normal_kl(mean, log_var), exact, atol=1e-5)


@pytest.mark.parametrize("kind", words.KINDS)
def test_the_losses_are_those_of_the_kind(kind):
    game, one = small_game(kind), draw(6, torch.Generator().manual_seed(0))
    params = fresh(game, 0).params
    net = game.bound(params)
    t = 0 * one["t"] if kind == "blind" else one["t"]
    seen, fake = net.T(one["x"]), net.T(net.G(one["z"], one["t"]))
    right, painted = F.softplus(-net.D(seen, t)), F.softplus(net.D(fake, t))
    if kind == "matched":
        painted = (painted + F.softplus(net.D(seen, one["wrong"]))) / 2
    value = game.objective("D", params, one)[0]
    assert torch.allclose(value, (right + painted).mean(), atol=1e-5)
    assert torch.allclose(game.objective("G", params, one)[0], F.softplus(-net.D(fake, t)).mean(), atol=1e-5)
    other = one | {"t": one["t"].flip(0), "wrong": one["t"]}
    fixed = {"G": words.CaptionGenerator(SMALL, 16)}
    assert fixed["G"](one["z"], one["t"]).shape == one["x"].shape
    changed = net.D(seen, other["t"]) - net.D(seen, one["t"])
    assert changed.abs().max() > 1e-3  # D's own verdict depends on the words in any case
    with pytest.raises(ValueError, match="kind must be one of matched, plain, blind, but 'deaf'"):
        small_game("deaf")


def test_a_verdict_adds_one_for_each_word():
    D, h = nets.initialise(codes.FittingVerdict(len(WORDS), 9), 0), torch.randn(1, 9)
    one = torch.eye(len(WORDS))
    nothing = torch.zeros(1, len(WORDS))
    none = D(h, nothing)
    each = torch.cat([D(h, one[i : i + 1]) - none for i in range(len(WORDS))])
    t = words.counts(SAYINGS[:1])
    assert torch.allclose(D(h, t) - none, (t[0] * each).sum(), atol=1e-4)


def test_a_second_stage_that_adds_nothing_shows_each_pixel_four_times():
    stage = nets.initialise(words.SecondStage(), 0)
    low, t = torch.rand(2, 3, 16, 16) * 2 - 1, words.counts(SAYINGS)
    with torch.no_grad():
        stage.picture.weight.zero_(), stage.picture.bias.zero_()
        assert torch.allclose(stage(low, t), 0.98 * growing.doubled(low), atol=1e-5)


def test_a_second_stage_is_shown_what_the_first_one_makes():
    first = nets.initialise(words_models.blank("words first"), 0)
    one = words_models.told(32, first)(3, torch.Generator().manual_seed(1))
    again = words_models.told(16)(3, torch.Generator().manual_seed(1))
    assert one["x"].shape == (3, 3, 32, 32) and "z" not in one and torch.equal(one["t"], again["t"])
    assert torch.allclose(one["low"], first(again["z"], again["t"]), atol=1e-5)


def test_nobody_to_learn_from_has_a_pair_that_was_left_out():
    for odd in (False, True):
        there = words_models.crowd(200, 5, odd)
        pairs = torch.stack([words_models.has(there, pair) for pair in words_models.LEFT_OUT])
        assert len(there) == 200 and bool((pairs.any(0) == odd).all())


def test_the_reader_reads_the_words_of_true_portraits():
    there = words_models.crowd(200, 6, True)
    found = words_models.shares(trained.load("reader"), pictures(there, "day"), there)
    assert min(found.values()) > 0.97 and set(found) == {*words_models.FACTORS, "all", "pairs"}
    shuffled = words_models.shares(trained.load("reader"), pictures(there, "day").roll(1, 0), there)
    assert shuffled["all"] < 0.3


def test_the_shipped_thieves_keep_most_words():
    artists = {"G": trained.load("words first"), "G2": trained.load("words second")}
    there = words_models.crowd(200, 7)
    made = words_models.painted(artists, words.counts(captions(there)), 0)
    assert [x.shape for x in made] == [(200, 3, 32, 32)] * 2
    assert all(words_models.shares(trained.load("reader"), x, there)["all"] > 0.6 for x in made)


@pytest.mark.slow
def test_two_stages_follow_one_another():
    training = words_models.start("words two stages", 0, ((16, 2), (32, 2)))
    networks = training.run(progress=False)
    assert set(networks) == {"G", "G2"} and training.done == 4 and len(training.seconds) == 2
    assert training.stopped is None and words_models.finished(training) is networks


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="name must be one of words two stages"):
        words_models.start("nobody")
    with pytest.raises(ValueError, match="name must be one of words first, words second"):
        words_models.blank("nobody")
