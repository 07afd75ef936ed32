"""The trainings of chapter 15: which pictures they get, and that their judges tell right from wrong."""

import pytest
import torch

from gan_teach import nets
from gan_teach.images import domain_models
from gan_teach.images.town.citizens import DISCRETE, sample, visible
from gan_teach.images.town.portraits import photo, sketch
from gan_teach.images.town.readings import all_with, nearest, share_kept

PEOPLE = domain_models.crowd(40, 3)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(domain_models, "SEEN", 12)
    monkeypatch.setattr(domain_models, "JUDGED", 6)


@pytest.mark.parametrize("night", [0, 1])
@pytest.mark.parametrize("factor", domain_models.FACTORS)
def test_a_true_picture_is_read_without_errors(factor, night):
    there = PEOPLE.but(night=night)
    shown = visible(there)[factor]
    assert shown.any()
    assert torch.equal(nearest(photo(there), there, factor)[shown], getattr(there, factor)[shown])
    assert share_kept(photo(there), there, factor) == 1


@pytest.mark.parametrize("factor", ["skin", "glasses"])
def test_a_picture_of_somebody_else_is_read_as_what_it_shows(factor):
    other = (getattr(PEOPLE, factor) + 1) % len(DISCRETE[factor])
    assert torch.equal(nearest(photo(PEOPLE.but(**{factor: other})), PEOPLE, factor), other)
    assert share_kept(photo(PEOPLE.but(**{factor: other})), PEOPLE, factor) == 0


def test_what_a_style_does_not_show_is_not_counted():
    both = sample(2, torch.Generator().manual_seed(0), role=["police", "citizen"], night=0, age=0.3)
    wrong = photo(both.but(hat=(both.hat + 1) % 3))
    assert share_kept(photo(both), both, "hat") == 1 and share_kept(wrong, both, "hat") == 0
    assert share_kept(sketch(both), both, "beard", sketch) == 1


def test_a_reader_without_a_citizen_for_each_picture_says_so():
    with pytest.raises(ValueError, match="each of the 40 citizens, but 3 were given"):
        nearest(photo(PEOPLE[:3]), PEOPLE, "skin")
    with pytest.raises(ValueError, match="a factor must be .*wings"):
        nearest(photo(PEOPLE), PEOPLE, "wings")


def test_all_that_a_sketch_leaves_open_is_drawn_and_nothing_else():
    every = all_with(PEOPLE[2], domain_models.COLOURS)
    assert every.shape == (144, 3, 32, 32)
    same = (every - photo(PEOPLE[2])).abs().amax((1, 2, 3)) == 0
    assert same.sum() == (4 if PEOPLE.names("role")[2] == "police" else 1)
    lines = all_with(PEOPLE[2], domain_models.COLOURS, sketch)
    assert (lines - sketch(PEOPLE[2])).abs().max() == 0
    with pytest.raises(ValueError, match="one citizen, but 2"):
        all_with(PEOPLE[:2], ("skin",))


def test_a_possible_picture_is_not_away_and_a_mixture_is():
    few = PEOPLE[:3]
    other = photo(few.but(skin=(few.skin + 1) % 3, background=0)) * 2 - 1
    assert domain_models.from_possible(other, few).max() < 1e-6
    assert domain_models.from_possible(other / 2, few).min() > 0.05


@pytest.mark.parametrize("name", domain_models.MODELS)
def test_a_draw_has_pairs_where_there_are_pairs_and_no_others(small, name):
    model = domain_models.get(name)
    draw = domain_models.collection(model)(200, torch.Generator().manual_seed(0))
    assert [draw[w].shape[1:] for w in "ab"] == [(domain_models.CHANNELS[w], 32, 32) for w in model.worlds]
    assert all(-1 <= part.min() < -0.8 and 0.6 < part.max() <= 1 for part in draw.values())
    rows = {tuple(pair) for pair in zip(*(part.flatten(1).sum(1).tolist() for part in draw.values()))}
    assert len(rows) == 12 if model.pairs else len(rows) > 50


@pytest.mark.parametrize("name", domain_models.MODELS)
def test_each_trains_and_is_judged_and_the_judge_knows_the_truth(small, name):
    training = domain_models.start(name, steps=1)
    training.run(progress=False)
    players = domain_models.finished(training)
    assert torch.equal(nets.flatten(next(iter(players.values()))), next(iter(training.state.params.values())))
    found = domain_models.score(name, players)
    assert 0.05 < found["off"] < 0.6
    model = domain_models.get(name)
    people = domain_models.crowd(domain_models.JUDGED, 51)
    true = [domain_models.pictures(people, world) for world in model.worlds]

    def perfect(x):  # whoever is shown one world answers with the other
        own = (
            0
            if x.shape == true[0].shape and domain_models.off(x, true[0]) < domain_models.off(x, true[1])
            else 1
        )
        return true[1 - own]

    if model.worlds[1] == "night":
        best = domain_models.score(name, {"AB": perfect, "BA": perfect})
        assert best["off"] == best["back off"] == 0
        assert set(best["kept"].values()) == set(best["kept back"].values()) == {1.0}


@pytest.mark.parametrize("name", domain_models.SHIPPED)
def test_what_is_shipped_can_be_made_and_is_loaded(name):
    from gan_teach.images import trained

    if name in trained.index():
        module, made = trained.load(name), domain_models.blank(name)
        assert trained.architecture(module) == trained.architecture(made)
        assert not torch.equal(nets.flatten(module), nets.flatten(made))


def test_unknown_names_are_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="night identity"):
        domain_models.start("dusk")
    with pytest.raises(ValueError, match="sketch"):
        domain_models.pictures(PEOPLE, "dusk")
