"""The town from above, what is read off redrawn pictures, and the trainings of chapter 24."""

import pytest
import torch
from torch import nn

from gan_teach import nets
from gan_teach.images import redrawn, redrawn_models
from gan_teach.images.town import above
from gan_teach.images.town.citizens import sample
from gan_teach.images.town.figures import figure, sample_poses
from gan_teach.images.town.portraits import emoji, label_map, photo

PLACES = above.sample_views(12, torch.Generator().manual_seed(1))


def rolled(**ranges):
    return sample(6, torch.Generator().manual_seed(2), **redrawn_models.PORTRAIT | ranges)


def test_a_map_says_its_classes_and_all_of_them_occur():
    kinds = above.classes(PLACES)
    assert torch.equal(above.read_plan(above.plan(PLACES)), kinds)
    assert set(kinds.unique().tolist()) == set(range(len(above.CLASSES)))
    assert above.plan(PLACES, 48).shape == (12, 3, 48, 48)


@pytest.mark.parametrize("hidden", above.HIDDEN)
def test_what_is_hidden_changes_the_view_and_not_the_map(hidden):
    most = above.KINDS[hidden]
    other = PLACES.but(**{hidden: (getattr(PLACES, hidden) + 1) % most})
    assert torch.equal(above.plan(other), above.plan(PLACES))
    assert (above.aerial(other) - above.aerial(PLACES)).abs().amax((1, 2, 3)).min() > 0.1


@pytest.mark.parametrize("told", ["stands", "down", "across", "river"])
def test_what_is_told_changes_the_map(told):
    other = PLACES.but(**{told: (getattr(PLACES, told) + 1) % above.KINDS[told]})
    assert (above.classes(other) != above.classes(PLACES)).flatten(1).any(1).all()


def test_a_true_view_is_read_without_errors():
    seen = above.inventory(above.aerial(PLACES), PLACES)
    assert torch.equal(seen.sun, PLACES.sun)
    assert torch.equal(seen.roofs[seen.houses], PLACES.roofs[seen.houses])
    assert torch.equal(seen.trees[seen.lawns], PLACES.trees[seen.lawns])
    assert seen.away[seen.houses | seen.lawns].max() < 1e-6
    assert seen.houses.any() and seen.lawns.any() and not (seen.houses & seen.lawns).any()


def test_other_roofs_and_trees_are_read_as_what_they_are_and_a_mixture_is_away():
    other = PLACES.but(roofs=(PLACES.roofs + 1) % 3, trees=1 - PLACES.trees)
    seen = above.inventory(above.aerial(other), PLACES)
    assert torch.equal(seen.roofs[seen.houses], other.roofs[seen.houses])
    assert torch.equal(seen.trees[seen.lawns], other.trees[seen.lawns])
    mixed = sum(above.aerial(PLACES.but(roofs=k)) for k in range(3)) / 3
    assert above.inventory(mixed, PLACES).away[seen.houses].mean() > 0.01


def test_nothing_stands_in_a_river():
    wet = PLACES.but(river=2, across=0)
    bare = wet.but(stands=torch.where(torch.arange(25) // 5 == 2, 0, wet.stands))
    assert torch.equal(above.classes(wet), above.classes(bare))
    assert torch.equal(above.aerial(wet), above.aerial(bare))


@pytest.mark.parametrize(
    "wrong, says",
    [
        (lambda: above.sample_views(0, torch.Generator()), "n must be"),
        (lambda: PLACES.but(sun=2), "sun must be 0 to 1, but 2"),
        (lambda: PLACES.but(cloud=1), "a factor must be .*cloud"),
        (lambda: PLACES.but(sun=PLACES.stands), r"sun must be \[12\], but \[12, 25\]"),
        (lambda: above.read_plan(torch.zeros(2, 1, 8, 8)), r"maps must be .*\[2, 1, 8, 8\]"),
        (lambda: above.inventory(torch.zeros(3, 3, 32, 32), PLACES), "12 pictures.*but 3"),
        (lambda: redrawn_models.cases("moon", 3, 0), "task must be .*moon"),
        (lambda: redrawn_models.start("moon"), "model must be .*moon"),
        (lambda: redrawn_models.blank("moon"), "name must be .*moon"),
        (lambda: redrawn.layout({"wings": torch.zeros(())}), "a factor must be .*wings"),
    ],
)
def test_bad_input_is_refused_by_name(wrong, says):
    with pytest.raises(ValueError, match=says):
        wrong()


def test_views_are_whole_numbers_and_dice_are_dice():
    with pytest.raises(TypeError, match="sun must be a tensor of whole numbers"):
        PLACES.but(sun=torch.zeros(12))
    with pytest.raises(TypeError, match="generator must be"):
        above.sample_views(3, 0)


def test_a_layout_from_numbers_is_the_label_map():
    people = rolled()
    for i in range(len(people)):
        values = {name: value[i].float() for name, value in people.factors.items()}
        assert torch.equal(redrawn.layout(values), label_map(people[i]))


def test_spots_lie_at_the_joints():
    poses = sample_poses(3, torch.Generator().manual_seed(0))
    spots = redrawn.heat(poses)
    assert spots.shape == (3, 11, 32, 32) and -1 <= spots.min() and 0.8 < spots.amax((2, 3)).min() <= 1


def test_true_figures_keep_pose_and_person_and_others_do_not():
    people = sample(6, torch.Generator().manual_seed(2), **redrawn_models.POSED)
    poses, other = (sample_poses(6, torch.Generator().manual_seed(k)) for k in (3, 4))
    found = redrawn.posed(figure(people, poses), people, poses)
    assert set(found["kept"].values()) == {1.0} and found["hands"] < 0.7
    assert redrawn.posed(figure(people, other), people, poses)["hands"] > 2
    dyed = people.but(clothes=(people.clothes + 1) % 4)
    assert redrawn.posed(figure(dyed, poses), people, poses)["kept"]["clothes"] == 0


def test_renamed_hair_is_seen_as_renamed():
    people = sample(40, torch.Generator().manual_seed(2), **redrawn_models.FACE)
    renamed = people.but(hair=(people.hair + 1) % 4)
    found = redrawn.as_emoji(emoji(renamed), people)
    assert found["kept"]["hair"] == 0 and found["renamed"]["hair"] == 1
    assert set(redrawn.as_emoji(emoji(people), people)["kept"].values()) == {1.0}


def test_renaming_finds_little_among_shuffled_people_and_never_less_than_luck():
    people = sample(80, torch.Generator().manual_seed(2), **redrawn_models.FACE)
    found = redrawn.shuffled(emoji(people), people, times=20)
    assert 0.25 < found["hair"] < 0.5 and 0.5 <= found["glasses"] < 0.7
    assert found == redrawn.shuffled(emoji(people), people, times=20)
    with pytest.raises(ValueError, match="times"):
        redrawn.shuffled(emoji(people), people, times=0)


def test_true_portraits_are_laid_as_asked_and_in_their_own_colours():
    from gan_teach.images import trained

    people = rolled(x=0.0)
    found = redrawn.laid_out(photo(people), people, trained.load("reader"))
    assert set(found["kept"].values()) == {1.0} and found["away"] < 1e-6 and found["laid"]["x"] < 0.15


@pytest.mark.parametrize("name", redrawn_models.MODELS)
def test_a_model_starts_and_is_judged(name, monkeypatch):
    monkeypatch.setattr(redrawn_models, "SEEN", 12)
    monkeypatch.setattr(redrawn_models, "JUDGED", 8)
    model = redrawn_models.get(name)
    draw = redrawn_models.drawing(model)(6, torch.Generator().manual_seed(0))
    given, wanted = redrawn_models.TASKS[model.task]
    assert draw["a"].shape == (6, given, 32, 32) and draw["b"].shape == (6, wanted, 32, 32)
    assert all(-1 <= part.min() < part.max() <= 1 for part in draw.values())
    networks = {who: nets.initialise(net, 0) for who, net in model.game(draw).nets.items()}
    eye = nn.Identity()
    if redrawn_models.eye_of(name) == "reader":
        from gan_teach.images import trained

        eye = trained.load("reader")
    found = redrawn_models.score(name, networks, eye)
    assert 0 < found["off"] < 1


@pytest.mark.parametrize("task", redrawn_models.TASKS)
def test_the_most_alike_pair_of_a_case_that_was_seen_is_itself(task, monkeypatch):
    monkeypatch.setattr(redrawn_models, "SEEN", 12)
    seen = redrawn_models.cases(task, 12, 100)
    assert torch.equal(redrawn_models.nearest_pair(task, seen), seen.b)


def test_pairs_belong_together_and_others_do_not(monkeypatch):
    monkeypatch.setattr(redrawn_models, "SEEN", 30)
    for name, together in (("emoji pairs", True), ("emoji", False)):
        draw = redrawn_models.drawing(redrawn_models.get(name))(30, torch.Generator().manual_seed(0))
        mine = {x.sum().item() for x in redrawn_models.cases("emoji", 30, 100).b}
        assert all((x.sum().item() in mine) == together for x in draw["b"])
