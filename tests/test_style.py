"""Generators whose latent tells every layer how to paint, and what is measured of latents and factors."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from gan_teach import nets, rules
from gan_teach.batches import Batches
from gan_teach.images import growing, growing_models, style, style_models
from gan_teach.images import style_measures as measures
from gan_teach.images.growing import Design, GrowingDiscriminator
from gan_teach.images.stages import ADAM
from gan_teach.images.style import ModulatedConv2d, StyleGenerator, StyleLayer
from gan_teach.images.style_measures import Space
from gan_teach.images.town.reader import OUTPUTS, PLACES, VALUES
from gan_teach.players import Batch
from gan_teach.starting import fresh
from gan_teach.step import make_step, traced
from gan_teach.training import train


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def same(one, other):
    return torch.allclose(one, other, atol=1e-5)


def small():
    return StyleGenerator((4, 8), (6, 5), latent_dim=7, hidden=9, depth=2)


def game(G=None, **settings):
    G = small() if G is None else G
    D = GrowingDiscriminator(Design((4, 8), (6, 5), 7), 8)
    return style.game(G, D, style.drawn(torch.rand(20, 3, 8, 8) * 2 - 1, G), **settings)


def own_weights(conv, x, s):
    """The paper's way: weights for each sample, and one sample after the other."""
    made = []
    for picture, by in zip(x, s):
        w = conv.weight * conv.scale * by[:, None, None]
        if conv.demodulate:
            w = w / (w.square().sum((1, 2, 3), keepdim=True) + 1e-8).sqrt()
        made.append(F.conv2d(picture[None], w, conv.bias, padding=w.shape[-1] // 2))
    return torch.cat(made)


@torch.no_grad()
@pytest.mark.parametrize("kernel, demodulate", [(3, True), (3, False), (1, True), (1, False)])
def test_scaling_what_comes_in_and_out_is_the_same_as_weights_for_each_sample(kernel, demodulate):
    conv = nets.initialise(ModulatedConv2d(5, 4, kernel, demodulate), 0)
    conv.bias.normal_(generator=torch.Generator().manual_seed(1))
    x, s = noise(3, 5, 6, 6), noise(3, 5, seed=2)
    assert torch.allclose(conv(x, s), own_weights(conv, x, s), atol=1e-5)
    # All styles twice as large change nothing behind the demodulation, and everything without it.
    assert torch.allclose(conv(x, 2 * s), conv(x, s), atol=1e-4) == demodulate
    assert not torch.allclose(conv(x, -s), conv(x, s), atol=1e-2)


@torch.no_grad()
def test_demodulated_layers_give_one_in_expectation_and_only_there():
    conv = nets.initialise(ModulatedConv2d(5, 4), 0)
    s = noise(1, 5, seed=3) * 7
    out = conv(noise(20_000, 5, 5, 5), s.expand(20_000, -1))[:, :, 1:-1, 1:-1]
    assert torch.allclose(out.square().mean((0, 2, 3)), torch.ones(4), atol=0.05)
    alike = conv(noise(20_000, 1, 1, 1).expand(-1, 5, 5, 5), s.expand(20_000, -1))[:, :, 1:-1, 1:-1]
    assert (alike.square().mean((0, 2, 3)) - 1).abs().max() > 0.2


@torch.no_grad()
def test_a_layer_begins_without_noise_and_with_styles_around_one():
    layer = nets.initialise(StyleLayer(7, 5, 4), 0)
    x, w, e = noise(3, 5, 4, 4), noise(3, 7, seed=1), noise(3, 1, 4, 4, seed=2)
    assert torch.equal(layer(x, w, e), layer(x, w))
    expected = growing.pixel_norm(F.leaky_relu(layer.conv(x, torch.ones(3, 5)), 0.2))
    assert torch.allclose(layer(x, torch.zeros(3, 7)), expected)
    layer.strength.fill_(0.5)
    inside = layer.conv(x, 1 + layer.style(w)) + 0.5 * e
    assert torch.allclose(layer(x, w, e), growing.pixel_norm(F.leaky_relu(inside, 0.2)), atol=1e-5)


@torch.no_grad()
def test_slow_layers_start_the_same_and_move_with_a_tenth_of_the_rate():
    fast = nets.initialise(growing.ScaledLinear(8, 5), 0)
    slow = nets.initialise(style.SlowLinear(8, 5), 0)
    x = noise(4, 8)
    assert torch.allclose(slow(x), fast(x), atol=1e-5)
    for layer in (fast, slow):
        layer.weight += 0.01
        layer.bias += 0.01
    start = nets.initialise(growing.ScaledLinear(8, 5), 0)(x)
    assert torch.allclose((fast(x) - start) / 10, slow(x) - start, atol=1e-5)


@torch.no_grad()
def test_each_layer_gets_its_own_style_and_its_own_noise():
    G = nets.initialise(small(), 0)
    assert (G.count, G.places) == (3, 16 + 64)
    z, other = noise(4, 7), noise(4, 7, seed=1)
    assert G(z).shape == (4, 3, 8, 8) and G(z).abs().max() < 1
    assert same(G(z, other, torch.zeros(4, 3)), G(z))
    assert same(G(z, other, torch.ones(4, 3)), G(other))
    assert same(G(3 * z), G(z))
    for layer in range(3):
        which = torch.zeros(4, 3)
        which[:, layer] = 1
        mixed = G(z, other, which)
        styles = G.styles(z).clone()
        styles[:, layer] = G.mapping(other)
        assert same(mixed, G.paint(styles))
        assert not torch.allclose(mixed, G(z), atol=1e-3) and not torch.allclose(mixed, G(other), atol=1e-3)
    e = noise(4, 80, seed=2)
    assert same(G(z, noise=e), G(z))
    for i, part in enumerate((slice(0, 16), slice(16, 80))):
        G.painters[i].strength.fill_(1.0)
        only = torch.zeros(4, 80)
        only[:, part] = e[:, part]
        assert same(G(z, noise=e), G(z, noise=only)) and not same(G(z, noise=e), G(z))
        G.painters[i].strength.fill_(0.0)


def test_a_second_style_begins_at_a_random_layer_in_a_share_of_the_samples():
    layers = style.crossed(4000, 5, 0.9, torch.Generator().manual_seed(0))
    mixed = layers.any(1)
    assert mixed.float().mean() == pytest.approx(0.9, abs=0.02)
    assert not layers[:, 0].any() and (layers.diff(dim=1) >= 0).all()
    begin = 5 - layers[mixed].sum(1)
    assert torch.bincount(begin.long(), minlength=5)[1:].float().div(len(begin)).sub(0.25).abs().max() < 0.03
    assert not style.crossed(50, 5, 0.0, torch.Generator()).any()


def test_what_does_not_fit_is_refused():
    for make, words in (
        (lambda: StyleGenerator((4, 12), (1, 1)), "each side must be twice the one before"),
        (lambda: StyleGenerator((4, 8), (1,)), "a width for each"),
        (lambda: StyleGenerator((4,), (1,), latent_dim=0), "latent_dim must be a whole number above zero"),
        (lambda: ModulatedConv2d(2, 2, 4), "kernel must be odd, so that pictures keep their side, but 4"),
        (lambda: style.SlowLinear(2, 2, rate=0), "rate"),
        (lambda: style.crossed(3, 5, 1.5, torch.Generator()), r"share must be from 0 to 1, but 1.5"),
        (lambda: style.drawn(torch.zeros(1, 3, 8, 8), small(), -1), "share must be from 0 to 1"),
        (lambda: game(share=0), "share"),
        (lambda: style_models.start("styles"), "style unmixed"),
        (lambda: style_models.blank("style D"), "style G"),
        (lambda: style_models.eye_of("styles"), "style unmixed"),
    ):
        with pytest.raises(ValueError, match=words):
            make()


def test_the_step_is_pure_and_the_same_traced():
    playing = game()
    state, batches = fresh(playing, 0, ADAM), Batches(playing, None, 8, seed=0, moves=2)
    step = make_step(playing, rules.get("alternating"), ADAM)
    with torch.no_grad():
        fast = traced(step, state, Batch(batches(0)))
        for t in (0, 1):
            one, other = step(state, Batch(batches(t)))[0], fast(state, Batch(batches(t)))[0]
            assert all(torch.allclose(one.params[n], other.params[n], atol=1e-5) for n in "GD")
    last = train(playing, steps=3, batch_size=4, optimiser=ADAM, points=2).run(progress=False)
    assert last.step == 3


def test_the_penalty_is_that_of_a_share_of_the_real_pictures():
    playing = game(gamma=3.0, share=4)
    params, draw = fresh(playing, 0).params, playing.draw(8, torch.Generator().manual_seed(0))
    D = nets.load(playing.nets["D"], params["D"])
    x = draw["x"][:2].requires_grad_()
    slope = torch.autograd.grad(D(x).sum(), x)[0]
    value, shown = playing.objective("D", params, draw)
    wanted = 1.5 * float(slope.square().sum((1, 2, 3)).mean())
    assert float(value - shown["D"]) == pytest.approx(wanted, rel=1e-4)


class Eye(nn.Module):
    """Reads glasses and beard off the first two pixels, and x off the third; the rest is always the same."""

    def features(self, x):
        return x.flatten(1)[:, :5]

    def forward(self, x):
        v, out = 2 * self.features(x) - 1, torch.zeros(len(x), OUTPUTS)
        out[:, VALUES:] = 1.0
        for i, name in enumerate(("glasses", "beard")):
            out[:, PLACES[name].stop - 1] = 20 * v[:, i]
        out[:, PLACES["x"]] = v[:, 2:3]
        return out


def plain(points):
    """Points [n, 3] as pictures: three pixels."""
    x = torch.zeros(len(points), 3 * 32 * 32)
    x[:, :3] = points
    return x.view(-1, 3, 32, 32)


FLAT = Space(measures.line, plain)


def test_ways_begin_and_end_where_they_should():
    a, b = F.normalize(noise(5, 3)), F.normalize(noise(5, 3, seed=1))
    for way in (measures.arc, measures.line):
        assert torch.allclose(way(a, b, torch.zeros(5)), a, atol=1e-5)
        assert torch.allclose(way(a, b, torch.ones(5)), b, atol=1e-5)
    half = measures.arc(a, b, torch.full((5,), 0.5))
    assert torch.allclose(half.norm(dim=1), torch.ones(5), atol=1e-5)
    assert torch.allclose((half * a).sum(1), (half * b).sum(1), atol=1e-5)


@torch.no_grad()
def test_a_straight_way_has_the_length_of_the_difference_and_no_detour():
    a, b, t = noise(50, 3) / 4, noise(50, 3, seed=1) / 4, torch.linspace(0, 0.9, 50)
    apart = ((b - a) / 2).square().sum(1).mean()  # the eye sees pictures in [0, 1]
    assert measures.path_length(FLAT, Eye(), a, b, t) == pytest.approx(float(apart), rel=1e-2)
    straight = measures.detours(FLAT, Eye(), a, b)
    assert straight["x"] == pytest.approx(1, abs=0.01) and straight["glasses"] == pytest.approx(1, abs=0.01)

    def bent(a, b, t):  # twice there and once back
        return measures.line(a, b, 1.5 * (t < 2 / 3) * t + (t >= 2 / 3) * (2 - 1.5 * t) + 0 * t)

    there = measures.detours(Space(lambda a, b, t: bent(a, b, t), plain), Eye(), a, b, points=4)
    assert there["x"] > 1.5


def test_what_is_seen_is_named():
    what = measures.seen(Eye(), plain(torch.tensor([[0.9, -0.9, 0.5], [-0.9, 0.9, -0.5]])))
    assert what.value("glasses").tolist() == [1, 0] and what.value("beard").tolist() == [0, 1]
    assert torch.allclose(what.value("x"), torch.tensor([0.75, 0.25]))
    assert all(bool(shown.all()) for shown in what.shown.values())
    with pytest.raises(ValueError, match="a factor must be one of"):
        what.value("nose")


def test_a_straight_cut_parts_what_can_be_parted():
    x = torch.rand(800, 3, generator=torch.Generator().manual_seed(0)) * 2 - 1
    what = measures.seen(Eye(), plain(x))
    found = measures.separability(x, what)["glasses"]
    assert found["right"] > 0.97 and found["left"] < 0.12 < found["entropy"] <= math.log(2) + 1e-3
    dice = noise(800, 3, seed=5)
    blind = measures.separability(dice, what)["glasses"]
    assert blind["right"] < 0.6 and blind["left"] > 0.98 * blind["entropy"]
    assert measures.score_of({"a": {"left": 0.5}, "b": {"left": 0.25}}) == pytest.approx(math.exp(0.75))


def test_a_push_across_the_cut_changes_that_factor_and_no_other():
    x = torch.rand(300, 3, generator=torch.Generator().manual_seed(0)) * 1.2 - 0.6
    alone = measures.pushes(FLAT, Eye(), x, "glasses")
    assert alone["flipped"] > 0.95 and alone["others"] < 0.1
    mixing = torch.tensor([[1.0, 1.0, 0], [0, 0.1, 0], [0, 0, 1.0]])
    tied = measures.pushes(Space(measures.line, lambda p: plain(p @ mixing)), Eye(), x, "glasses")
    assert tied["others"] > alone["others"] + 0.2
    with pytest.raises(ValueError, match="must have two values, but skin has 3"):
        measures.pushes(FLAT, Eye(), x, "skin")


class ThreeLayers(nn.Module):
    """Each layer's style is one pixel."""

    count = 3

    def styles(self, z):
        return z[:, None].expand(-1, 3, -1)

    def paint(self, styles):
        return plain(torch.stack([styles[:, i, i] for i in range(3)], 1).tanh())


def test_swaps_say_which_layer_carries_which_factor():
    found = measures.swaps(ThreeLayers(), Eye(), noise(300, 3), noise(300, 3, seed=1))
    assert found["glasses"] == [1, 0, 0] and found["beard"] == [0, 1, 0]
    assert found["x"] == pytest.approx([0, 0, 1], abs=1e-3)


@pytest.mark.parametrize("name", style_models.MODELS)
def test_each_trains_and_is_judged(name, monkeypatch):
    for constant, value in (("JUDGED", 24), ("PAIRS", 6), ("SHORT", 4), ("PROBED", 120), ("PUSHED", 60)):
        monkeypatch.setattr(style_models, constant, value)
    monkeypatch.setattr(style_models, "SWAPPED", 12)
    monkeypatch.setattr(growing_models, "SEEN", 20)
    training = style_models.start(name, 0, steps=1)
    training.run(progress=False)
    networks = style_models.finished(training)
    assert set(networks) == {"G"}
    found = style_models.score(name, networks, Eye(), 0)
    styled = style_models.MODELS[name].kind == "style"
    assert ("w" in found) == (name != "bottom") and "z" in found and ("swaps" in found) == styled
    assert set(found["z"]) == {"path", "detours", "separability", "cuts", "pushes"}


def test_all_generators_are_of_about_the_same_size():
    sizes = {name: nets.count(style_models.MODELS[name].generator()) for name in style_models.COMPARED}
    assert max(sizes.values()) / min(sizes.values()) < 1.25
    one, other = (style_models.MODELS[name] for name in ("style", "style unmixed"))
    assert (one.steps, one.lr, one.batch_size) == (other.steps, other.lr, other.batch_size)


@torch.no_grad()
def test_truncation_ends_at_the_mean_style():
    G = nets.initialise(StyleGenerator(), 0)
    mean = style_models.mean_style(G)
    assert mean.shape == (32,) and torch.allclose(mean, G.mapping(noise(4000, 32, seed=1)).mean(0), atol=0.1)
    assert style_models.made(G, 3, 0).shape == style_models.made(G, 3, 0, mixed=True).shape == (3, 3, 32, 32)


@pytest.mark.parametrize("name", style_models.SHIPPED)
def test_what_is_shipped_can_be_made(name):
    from gan_teach.images import trained

    module = style_models.blank(name)
    assert trained.architecture(trained.blank(name)) == trained.architecture(module)
    if name in trained.index():
        assert trained.architecture(trained.load(name)) == trained.architecture(module)
    assert {style_models.eye_of(name) for name in style_models.MODELS} == {trained.READER}
