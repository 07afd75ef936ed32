"""Data that are made: the game of a thief who is told a class, lessons for small classifiers, towns with
gaps, and what is read off emojis."""

import pytest
import torch
from torch.nn import functional as F

from gan_teach import nets
from gan_teach.images import making, trained
from gan_teach.images import making_models as models
from gan_teach.images.growing import Design
from gan_teach.images.town.portraits import emoji
from gan_teach.starting import fresh

SMALL = Design((4, 8), (6, 5), latent_dim=7)


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def few(n=12, side=8):
    return torch.rand(n, 3, side, side, generator=dice()) * 2 - 1


def test_a_draw_has_pictures_with_their_own_classes():
    x, labels = few(), torch.arange(12) % 3
    batch = making.labelled(x, labels, 3, 7)(50, dice())
    for picture, c in zip(batch["x"], batch["c"]):
        which = int((x - picture).abs().sum((1, 2, 3)).argmin())
        assert c.tolist() == F.one_hot(labels[which], 3).tolist()
    assert batch["z"].shape == (50, 7)


def test_bad_labels_are_refused():
    with pytest.raises(ValueError, match="12 pictures, but 11"):
        making.labelled(few(), torch.zeros(11, dtype=torch.long), 3, 7)
    with pytest.raises(ValueError, match="from 0 to 2"):
        making.labelled(few(), torch.full((12,), 3), 3, 7)
    with pytest.raises(ValueError, match="classes"):
        making.game(SMALL, 8, 0, None)


def test_the_losses_know_the_class_and_the_penalty_is_r1():
    draw = making.labelled(few(), torch.arange(12) % 3, 3, 7)
    game, batch = making.game(SMALL, 8, 3, draw), draw(8, dice())
    params = fresh(game, 0).params
    net = game.bound(params)

    def judged(x, c):
        return net.D(net.T(x), c)

    fake = judged(net.G(batch["z"], batch["c"]), batch["c"])
    D = F.softplus(-judged(batch["x"], batch["c"])).mean() + F.softplus(fake).mean()
    assert torch.allclose(game.objective("D", params, batch, {"gamma": 0.0})[0], D, atol=1e-5)
    assert torch.allclose(game.objective("G", params, batch, {})[0], F.softplus(-fake).mean(), atol=1e-5)
    some = batch["x"][:2].clone().requires_grad_()
    (slope,) = torch.autograd.grad(judged(some, batch["c"][:2]).sum(), some)
    penalised = game.objective("D", params, batch, {"gamma": 2.0})[0]
    assert torch.allclose(penalised - D, slope.square().sum((1, 2, 3)).mean(), atol=1e-4)
    other = judged(batch["x"], batch["c"].roll(1, 1))
    assert (other - judged(batch["x"], batch["c"])).abs().max() > 1e-3


def test_changes_are_the_ones_asked_for():
    x = few(200)
    assert making.changed(x, (), dice()) is x
    mirrored = making.changed(x, ("flip",), dice())
    turned = (mirrored - x.flip(3)).abs().amax((1, 2, 3)) == 0
    assert 60 < int(turned.sum()) < 140 and torch.equal(mirrored[~turned], x[~turned])
    moved = making.changed(x, ("shift",), dice())
    inner = [x.roll((a, b), (2, 3))[:, :, 1:-1, 1:-1] for a in (-1, 0, 1) for b in (-1, 0, 1)]
    off = torch.stack([(moved[:, :, 1:-1, 1:-1] - one).abs().amax((1, 2, 3)) for one in inner])
    assert off.amin(0).max() == 0 and len(off.argmin(0).unique()) == 9
    lit = ((making.changed(x, ("light",), dice()) + 1) / (x + 1))[x > -0.9]
    assert 0.84 < lit.amin() < 0.9 and 1.1 < lit.amax() < 1.16
    with pytest.raises(ValueError, match="turn"):
        making.changed(x, ("turn",), dice())


def test_a_classifier_learns_what_it_is_shown_and_always_the_same():
    def draw(n, generator):
        labels = torch.randint(2, (n,), generator=generator)
        return (labels * 2.0 - 1).view(-1, 1, 1, 1).expand(-1, 3, 8, 8) * 0.5, labels

    eye = making.taught(draw, 2, 8, seed=1, steps=40)
    x, labels = draw(50, dice())
    assert models.right(eye, x, labels) == 1
    assert models.right(eye, -x, labels) == 0
    again = making.taught(draw, 2, 8, seed=1, steps=40)
    assert torch.equal(eye(x), again(x))


def test_towns_have_the_gaps_that_they_say():
    for town, hats, glasses in (("fair", 0.5, 0.5), ("gaps", 0, 0), ("tenth", 0.1, 0.5)):
        there = models.emoji_town(4000, 3, town)
        long, red = there.hair_length == 1, there.hair == 3
        assert float(there.hat[long].float().mean()) == pytest.approx(hats, abs=0.03)
        assert float(there.glasses[red].float().mean()) == pytest.approx(glasses, abs=0.04)
        assert float(there.hat[~long].float().mean()) == pytest.approx(0.5, abs=0.04)
    with pytest.raises(ValueError, match="rich"):
        models.emoji_town(10, 3, "rich")


def test_emojis_are_read_without_errors_and_rubbish_is_far():
    there = models.emoji_town(500, 4)
    x = models.pictured(there, emoji)
    kinds, far = models.read_emojis(x)
    assert torch.equal(kinds, models.combination(there)) and far.max() < 0.02
    assert len(models.combination(models.emoji_town(3000, 5)).unique()) == 64
    assert models.read_emojis(torch.rand(5, 3, 16, 16, generator=dice()))[1].min() > 0.2


def test_the_nearest_of_others_and_how_far():
    x = few(10, 16)
    far, which = models.nearest(x[[3, 7]] + 0.1, x)
    assert which.tolist() == [3, 7] and torch.allclose(far, torch.tensor(0.05), atol=1e-4)


def test_models_are_known_by_name_and_made_pictures_by_what_was_told():
    with pytest.raises(ValueError, match="made of 31"):
        models.start("made of 31")
    for name in models.SHIPPED:
        assert isinstance(nets.initialise(models.blank(name), 0), torch.nn.Module)
    G = nets.initialise(models.blank("made of 30"), 0)
    x, told = models.made(G, 6, 0, torch.arange(6) % 4)
    assert x.shape == (6, 3, 16, 16) and told.tolist() == [0, 1, 2, 3, 0, 1]
    assert not torch.equal(x, models.made(G, 6, 0, (torch.arange(6) + 1) % 4)[0])
    x, told = models.made(nets.initialise(models.blank("emojis gaps"), 0), 6, 0)
    assert x.shape == (6, 3, 16, 16) and set(told.tolist()) == {-1}


def test_lessons_show_what_they_say():
    x, hair = models.known(20, 5)
    G = nets.initialise(models.blank("made of 30"), 0)
    lessons = models.lessons(x, hair, G)
    shown, colours = lessons["real"](30, dice())
    far, which = models.nearest(shown, x)
    assert far.max() < 1e-3 and torch.equal(hair[which], colours)
    half = lessons["both"](30, dice())[0]
    assert int((models.nearest(half, x)[0] < 1e-3).sum()) == 15
    assert int((models.nearest(lessons["made"](30, dice())[0], x)[0] < 1e-3).sum()) == 0
    assert lessons["lit"](30, dice())[0].shape == lessons["changed"](30, dice())[0].shape == shown.shape


@pytest.mark.parametrize("name", ["emojis gaps", "made of 30"])
def test_a_training_runs_and_its_generator_paints(name):
    training = models.start(name, 1, steps=2, device="cpu")
    training.run(progress=False)
    G = models.finished(training)["G"]
    assert training.done == 2 and models.made(G, 3, 0)[0].abs().max() <= 1
    if name == "emojis gaps":
        found = models.score(name, {"G": G})
        assert sum(found["counts"]) == models.READ and sum(found["clear"]) >= models.READ // 2


def test_shipped_generators_paint_what_they_are_told():
    G = trained.load("made of 1000")
    hair = torch.arange(200) % models.COLOURS
    x = models.made(G, 200, 3, hair)[0]
    crown = x[:, :, 4:7, 5:11].mean((2, 3))
    black, blond = crown[hair == 0].mean(), crown[hair == 2].mean()
    assert blond > black + 0.2
    far = models.read_emojis(models.made(trained.load("emojis gaps"), 200, 3)[0])[1]
    assert far.mean() < 0.12


def test_a_copier_is_nearer_to_what_it_knows_and_fresh_pictures_are_not():
    class Copier(torch.nn.Module):
        def forward(self, z):
            return models.known(40, 2)[0][torch.arange(len(z)) % 40]

    found = models.near(40, Copier(), 2)
    assert found["nearer"]["made"] == 1 and abs(found["nearer"]["fresh"] - 0.5) < 0.15
    assert max(found["copies"]["made"]) < 1e-3 < found["copies"]["fresh"][5]


@pytest.mark.slow
def test_the_score_of_photographs_asks_all_lessons():
    found = models.of_photos(30, trained.load("made of 30"), 0)
    assert set(found["right"]) == {"real", "made", "both", "changed", "lit", "many"}
    assert found["right"]["many"] > 0.9 > found["right"]["made"]
    assert found["copies"]["made"] == sorted(found["copies"]["made"])
