"""Networks for solids, movements and sounds: shapes, what each looks at, the trainings of chapter 26."""

import pytest
import torch
from torch.nn import functional as F

from gan_teach.images import beyond, beyond_models, trained
from gan_teach.images.town import moving


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_a_builder_looks_at_the_picture_and_throws_dice():
    G, z, x = beyond.Builder(), noise(3, 16), torch.rand(3, 1, 24, 24)
    v = G(z, x)
    assert v.shape == (3, 16, 16, 16) and 0 < v.min() and v.max() < 1
    assert not torch.allclose(v, G(z, x.flip(0))) and not torch.allclose(v, G(z.flip(0), x))
    blind = beyond.Builder(looks=False)
    assert blind(z).shape == v.shape


def test_an_inspector_sees_solid_and_picture():
    v, x = torch.rand(4, 16, 16, 16), torch.rand(4, 1, 24, 24)
    D = beyond.Inspector()
    assert D(v, x).shape == (4,) and not torch.allclose(D(v, x), D(v, x.flip(0)))
    alone = beyond.Inspector(looks=False, deviation=True)
    assert not torch.allclose(alone(v)[:2], alone(v[:2]))  # it sees the batch


@pytest.mark.parametrize("window", [1, 2, 16])
def test_a_watcher_judges_each_run_and_only_its_frames(window):
    D, x = beyond.Watcher(moving.REST, moving.SPAN, window), noise(3, 16, 22)
    said = D(x)
    assert said.shape == (3, 17 - window)
    other = x.clone()
    other[:, -1] += 1
    assert torch.allclose(D(other)[:, :-1], said[:, :-1], atol=1e-5)
    assert not torch.allclose(D(other)[:, -1], said[:, -1])


def test_a_dancer_stands_at_rest_when_its_last_layer_is_silent():
    G = beyond.Dancer(moving.REST, moving.SPAN)
    with torch.no_grad():
        G.last.weight.zero_()
    assert torch.equal(G(noise(2, 8)), moving.REST.expand(2, 16, 22))


def test_bells_hear_the_note():
    z, c = noise(3, 16), F.one_hot(torch.arange(3), 5).float()
    for G in (beyond.Bell(), beyond.Bell("repeated"), beyond.DenseBell()):
        x = G(z, c)
        assert x.shape == (3, 512) and x.abs().max() < 1 and not torch.allclose(x, G(z, c.roll(1, 0)))
    D = beyond.Listener()
    assert D(x, c).shape == (3,) and not torch.allclose(D(x, c), D(x, c.roll(1, 0)))
    with pytest.raises(ValueError, match="way must be one of transposed, repeated, but 'spliced'"):
        beyond.Bell("spliced")


def test_a_kernel_of_a_constant_is_a_comb_or_a_constant():
    layer, same = beyond.Kernel(1, 1), torch.ones(1, 1, 64)
    for way, level in (("transposed", False), ("repeated", True)):
        x = layer(same, way)[0, 0, 40:-40]
        assert layer(same, way).shape == (1, 1, 256)
        assert torch.allclose(x[4:], x[:-4], atol=1e-5) and bool(x.std() < 1e-5) == level


@pytest.mark.parametrize("name", beyond_models.MODELS)
def test_each_trains_and_is_judged(name, monkeypatch):
    for constant, value in (("SEEN", 40), ("JUDGED", 20)):
        monkeypatch.setattr(beyond_models, constant, value)
    training = beyond_models.start(name, 0, 2)
    training.run(progress=False)
    networks = beyond_models.finished(training)
    kind = beyond_models.MODELS[name].kind
    wanted = {
        "solids": {"whole", "hanging", "nearest", "among themselves"}
        if name == "solids made"
        else {"overlap", "changes", "kinds", "undecided", "whole", "hanging"},
        "dances": {"limbs", "uneven", "forward", "size"},
        "tones": {"cents", "in tune", "beside", "above", "timbre"},
    }
    assert set(beyond_models.score(name, networks, None, 0)) == wanted[kind]


def test_true_houses_are_judged_as_what_they_are():
    there, v, x = beyond_models.built(30, 1)
    found = beyond_models.sheds(there, v)
    counts = torch.bincount(there.shed, minlength=3) / 30
    assert found["kinds"] == pytest.approx([*counts.tolist(), 0], abs=1e-3) and found["undecided"] == 0
    assert beyond_models.standing(v) == {"whole": 1, "hanging": 0}
    assert torch.equal(beyond_models.nearest(v, v), torch.ones(30)) and x.shape == (30, 1, 24, 24)


def test_rows_of_a_table_differ_by_one_idea_each():
    them = beyond_models.MODELS
    rows = [them[f"dances {way}"] for way in ("by frame", "by pair", "whole")]
    assert [row.way for row in rows] == ["1", "2", "16"]
    assert len({(m.steps, m.batch_size, m.lr, m.ema_halflife) for m in rows}) == 1
    rows = [them[f"bells {way}"] for way in ("alike", "any phase", "transposed")]
    assert len({(m.steps, m.batch_size, m.lr, m.ema_halflife) for m in rows}) == 1


@pytest.mark.parametrize("name", beyond_models.SHIPPED)
def test_what_is_shipped_can_be_made(name):
    module = beyond_models.blank(name)
    assert trained.architecture(trained.blank(name)) == trained.architecture(module)
    if name in trained.index():
        assert trained.architecture(trained.load(name)) == trained.architecture(module)


def test_unknown_names_are_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="solids watched"):
        beyond_models.start("solids seen")
