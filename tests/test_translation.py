"""Pictures redrawn in another world: what the networks see, and what the players of chapter 15 want."""

import pytest
import torch
from torch import nn
from torch.nn.functional import cosine_similarity

from gan_teach import losses, nets, train
from gan_teach.images.translation import PatchDiscriminator, Translator, cyclegan, pix2pix, receptive_field

SIDE = 16


def worlds(n, generator):
    """Bright pictures, and the same ones turned to their negatives."""
    a = torch.rand(n, 3, SIDE, SIDE, generator=generator)
    return {"a": a, "b": -a}


def small():
    return Translator(3, 3, 4, blocks=1)


def police():
    return PatchDiscriminator(3, 4)


def paired(**options):
    return pix2pix(small(), PatchDiscriminator(6, 4), worlds, **options)


def unpaired(**options):
    return cyclegan(small(), small(), police(), police(), worlds, **options)


def start(game):
    """Parameters of the networks and one draw."""
    params = {name: nets.flatten(nets.initialise(net, i)) for i, (name, net) in enumerate(game.nets.items())}
    return params, worlds(3, torch.Generator().manual_seed(0))


@pytest.mark.parametrize("side", [8, 16, 20])
def test_a_translator_keeps_the_size_and_gives_other_channels(side):
    made = Translator(3, 1, 4)(torch.rand(2, 3, side, side))
    assert made.shape == (2, 1, side, side) and made.abs().max() < 1


@pytest.mark.parametrize("side", [18, 4])
def test_a_side_that_can_not_be_halved_twice_is_named(side):
    with pytest.raises(ValueError, match=rf"multiples of 4.*\[2, 3, {side}, {side}\]"):
        small()(torch.rand(2, 3, side, side))


def square_that_counts(layers, side):
    """The side of the square of pixels that one number in the middle depends on, by its slope."""
    for layer in layers.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.constant_(layer.weight, 1.0)
    x = torch.rand(1, 3, side, side).requires_grad_()
    out = layers(x)
    slope = torch.autograd.grad(out[0, 0, out.shape[2] // 2, out.shape[3] // 2], x)[0].abs().sum((0, 1))
    return [int((slope.sum(i) > 0).sum()) for i in (0, 1)]


def row(*layers):
    """Convolutions (kernel, stride) from three channels."""
    return nn.Sequential(
        *(nn.Conv2d(3 if i == 0 else 2, 2, k, s, padding=1) for i, (k, s) in enumerate(layers))
    )


@pytest.mark.parametrize(
    ("layers", "side"),
    [
        ([(4, 2), (4, 2), (4, 2), (4, 1), (4, 1)], 70),
        ([(4, 2), (4, 2), (4, 2), (4, 2), (4, 1)], 94),
        ([(3, 1)], 3),
        ([(1, 1), (5, 3)], 5),
    ],
)
def test_receptive_fields_are_those_that_slopes_show(layers, side):
    assert receptive_field(row(*layers)) == side
    assert square_that_counts(row(*layers), 192) == [side, side]


def test_a_patch_has_the_size_that_its_docstring_says():
    D = PatchDiscriminator()
    assert D(torch.rand(2, 3, 32, 32)).shape == (2, 64)
    assert receptive_field(D) == 26


def test_what_each_player_of_pairs_wants_written_out():
    game = paired(l1=7.0)
    params, draw = start(game)
    net = game.bound(params)
    a, b, made = draw["a"], draw["b"], net.G(draw["a"])
    real, fake = net.D(torch.cat([a, b], 1)), net.D(torch.cat([a, made], 1))
    wanted = ((real - 1) ** 2 + fake**2).mean()
    assert torch.allclose(game.objective("D", params, draw)[0], wanted)
    own = losses.least_squares.g(None, fake).mean() + 7 * (made - b).abs().mean()
    assert torch.allclose(game.objective("G", params, draw)[0], own)


def test_without_police_the_difference_alone_is_left():
    game = pix2pix(small(), None, worlds)
    assert list(game.players) == list(game.nets) == ["G"]
    params, draw = start(game)
    far = (game.bound(params).G(draw["a"]) - draw["b"]).abs().mean()
    number, shown = game.objective("G", params, draw)
    assert torch.allclose(number, 10 * far) and torch.equal(shown["L1"], far)


def test_there_and_back_written_out():
    game = unpaired(cycle=3.0, identity=2.0)
    params, draw = start(game)
    net, (a, b) = game.bound(params), (draw["a"], draw["b"])
    fool = sum(losses.least_squares.g(None, v).mean() for v in (net.DB(net.AB(a)), net.DA(net.BA(b))))
    back = (net.BA(net.AB(a)) - a).abs().mean() + (net.AB(net.BA(b)) - b).abs().mean()
    same = (net.BA(a) - a).abs().mean() + (net.AB(b) - b).abs().mean()
    number, shown = game.objective("G", params, draw)
    assert torch.allclose(number, fool + 3 * back + 2 * same)
    assert torch.equal(shown["cycle"], back) and torch.equal(shown["identity"], same)


def test_each_generator_also_hears_the_way_through_the_other():
    """The cycle that begins in a is a matter of both: AB's slope has a part in which BA's picture is judged.
    (In a program in circulation each gets its own cycle alone.)"""
    game = unpaired(cycle=1.0)
    params, draw = start(game)
    slope = game.slope("G", params, draw)[0]["AB"]

    def half(flat):
        net = game.bound({**params, "AB": flat})
        own = losses.least_squares.g(None, net.DB(net.AB(draw["a"]))).mean()
        return own + (net.BA(net.AB(draw["a"])) - draw["a"]).abs().mean()

    halved = torch.func.grad(half)(params["AB"])
    assert cosine_similarity(slope, halved, dim=0) < 0.999


@pytest.mark.parametrize("zero", ["cycle", "identity"])
def test_a_weight_of_nothing_costs_nothing(zero):
    game = unpaired(**{"cycle": 1.0, "identity": 1.0, zero: 0.0})
    params, draw = start(game)
    assert zero not in game.objective("G", params, draw)[1]


@pytest.mark.parametrize("game", [paired, unpaired, lambda: pix2pix(small(), None, worlds)])
def test_the_games_train_traced_as_they_do_eagerly(game):
    runs = [train(game(), steps=4, batch_size=2, every=4, backend=b) for b in ("eager", "traced")]
    for run in runs:
        run.run(progress=False)
    before = train(game(), steps=4, batch_size=2).state.params
    for name, vector in runs[0].state.params.items():
        assert torch.allclose(vector, runs[1].state.params[name], atol=1e-5)
        assert not torch.equal(vector, before[name])


def test_pictures_of_other_sizes_are_named_before_anything_is_trained():
    def unequal(n, generator):
        return {"a": torch.rand(n, 3, 16, 16), "b": torch.rand(n, 3, 8, 8)}

    with pytest.raises(ValueError, match="player 'D' fails"):
        train(pix2pix(small(), PatchDiscriminator(6, 4), unequal), steps=1)
