"""Networks that grow: nothing is forgotten when a size comes in, and each of the four ideas does what its
lines say."""

import dataclasses
import math

import pytest
import torch
from torch.func import grad

from gan_teach import nets
from gan_teach.batches import Batches
from gan_teach.images import growing, growing_models, stages
from gan_teach.images.digits import Digits
from gan_teach.images.growing import Design, GrowingDiscriminator, GrowingGenerator
from gan_teach.images.stages import Growth, Stage
from gan_teach.players import Batch
from gan_teach.starting import fresh
from gan_teach.step import make_step, traced

SMALL = Design((4, 8, 16), (6, 5, 4), latent_dim=7)
BARE = dataclasses.replace(SMALL, equalised=False, norm=False, deviation=False)


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def draw_of(size):
    def draw(n, generator):
        x = torch.rand(n, 3, size, size, generator=generator) * 2 - 1
        return {"x": x, "z": torch.randn(n, 7, generator=generator)}

    return draw


def game_of(design, size, fade_steps=0, **settings):
    G, D = GrowingGenerator(design, size), GrowingDiscriminator(design, size)
    return growing.game(G, D, draw_of(size), fade_steps, **settings)


@pytest.mark.parametrize("design", [SMALL, BARE], ids=["all", "bare"])
@pytest.mark.parametrize("sizes", [(4, 8), (8, 16)])
def test_at_weight_0_both_do_what_the_smaller_ones_did_and_at_1_something_else(design, sizes):
    old, new = (game_of(design, size, 5) for size in sizes)
    had = fresh(old, 1)
    begun = stages.grown_state(old, had, new, 2)
    z, x = noise(6, 7), noise(6, 3, sizes[1], sizes[1], seed=1)
    small, large = old.bound(had.params), new.bound(begun.params)
    assert torch.equal(large.G(z, 0.0), growing.doubled(small.G(z)))
    assert torch.allclose(large.D(x, 0.0), small.D(growing.halved(x)), atol=1e-6)
    assert not torch.allclose(large.G(z, 1.0), growing.doubled(small.G(z)), atol=1e-2)
    assert not torch.allclose(large.D(x, 1.0), small.D(growing.halved(x)), atol=1e-3)
    half = (large.G(z, 0.0) + large.G(z, 1.0)) / 2
    assert torch.allclose(large.G(z, torch.tensor(0.5, dtype=torch.float64)), half, atol=1e-6)
    # Both players' losses, and the slopes of what they had, begin where the smaller game ended.
    draw, zero = {"x": x, "z": z}, {"gamma": torch.tensor(0.0), "fade": torch.tensor(0.0)}
    less, one = {"x": growing.halved(x), "z": z}, zero | {"fade": torch.tensor(1.0)}
    for who in "GD":
        now, before = new.slope(who, begun.params, draw, zero), old.slope(who, had.params, less, one)
        assert torch.allclose(now[1][who], before[1][who], atol=1e-6)
        rest = torch.zeros(nets.count(new.nets[who]))
        kept = nets.grown(old.nets[who], before[0][who], new.nets[who], rest)
        known = nets.grown(old.nets[who], torch.ones_like(before[0][who]), new.nets[who], rest) > 0
        assert torch.allclose(now[0][who][known], kept[known], atol=1e-5) and known.sum() > 100


def test_averages_grow_too_and_the_optimiser_forgets():
    old, new = game_of(SMALL, 4), game_of(SMALL, 8, 5)
    had = fresh(old, 1)
    had = had._replace(averages={"G": had.averages["G"] + 1})
    begun = stages.grown_state(old, had, new, 2)
    z = noise(3, 7)
    shown = nets.apply(new.nets["G"], begun.averages["G"], z, 0.0)
    assert torch.equal(shown, growing.doubled(nets.apply(old.nets["G"], had.averages["G"], z)))
    assert all(not m.mean.any() and m.steps == 0 for part in begun.memory.values() for m in part.values())


@torch.no_grad()
def test_an_equalised_layer_keeps_the_size_and_stores_weights_of_one():
    for n_in, n_out in ((16, 4000), (900, 4000)):
        layer = nets.initialise(growing.ScaledLinear(n_in, n_out), 0)
        plain = nets.initialise(growing.ScaledLinear(n_in, n_out, equalised=False), 0)
        x = noise(200, n_in, seed=9)
        assert torch.allclose(layer(x), plain(x), atol=1e-5)
        assert layer(x).square().mean() == pytest.approx(2 * float(x.square().mean()), rel=0.1)
        assert layer.weight.std() == pytest.approx(1, rel=0.05)
        assert plain.weight.std() == pytest.approx(math.sqrt(2 / n_in), rel=0.05)
    conv = nets.initialise(growing.ScaledConv(12, 300), 0)
    assert conv(noise(4, 12, 9, 9, seed=9))[:, :, 1:-1, 1:-1].square().mean() == pytest.approx(2, rel=0.15)
    assert growing.ScaledConv(2, 3, 4)(noise(1, 2, 8, 8)).shape == (1, 3, 4, 4)
    with pytest.raises(ValueError, match="kernel must be one of 1, 3, 4, but 5"):
        growing.ScaledConv(2, 3, 5)


def _miss(w, layer, x):
    return (nets.apply(layer, w, x) - noise(len(x), 8, seed=1)).square().mean()


@pytest.mark.parametrize("equalised", [True, False])
def test_adam_moves_every_equalised_layer_by_the_same_share(equalised):
    shares = []
    for n_in in (16, 900):
        layer = nets.initialise(growing.ScaledLinear(n_in, 8, equalised=equalised), 0)
        w = nets.flatten(layer)
        slope = grad(_miss)(w, layer, noise(50, n_in))
        moved = stages.ADAM.step(w, slope, stages.ADAM.start(w), torch.tensor(1e-3))[0] - w
        shares.append(float(moved[: 8 * n_in].norm() / w[: 8 * n_in].norm()))
    apart = math.sqrt(900 / 16)
    assert shares[1] / shares[0] == pytest.approx(1 if equalised else apart, rel=0.15)


@torch.no_grad()
def test_pixel_norm_keeps_directions_and_forgets_sizes():
    x = noise(3, 5, 4, 4)
    normed = growing.pixel_norm(x)
    assert torch.allclose(normed.square().mean(1), torch.ones(3, 4, 4), atol=1e-4)
    assert torch.allclose(growing.pixel_norm(7 * x), normed, atol=1e-5)
    assert torch.allclose(torch.cosine_similarity(normed, x, dim=1), torch.ones(3, 4, 4), atol=1e-5)
    assert not growing.pixel_norm(torch.zeros(1, 5, 2, 2)).isnan().any()


@torch.no_grad()
def test_the_deviation_sees_the_batch_and_has_a_slope_where_all_are_the_same():
    x = noise(6, 5, 4, 4)
    assert growing.deviation(x) == pytest.approx(float(x.var(0, correction=0).sqrt().mean()), rel=1e-5)
    assert growing.deviation(3 * x) == pytest.approx(3 * float(growing.deviation(x)), rel=1e-5)
    same = x[:1].expand(6, -1, -1, -1)
    assert growing.deviation(same) < 2e-4 and grad(growing.deviation)(same).isfinite().all()
    beside = growing.with_deviation(x)
    assert (
        beside.shape == (6, 6, 4, 4) and torch.equal(beside[:, :5], x) and beside[:, 5].unique().numel() == 1
    )
    for design, sees in ((SMALL, True), (BARE, False)):
        D = nets.initialise(GrowingDiscriminator(design, 8), 0)
        x = noise(4, 3, 8, 8)
        alone, together = D(torch.cat([x[:1]] * 4))[0], D(x)[0]
        assert (abs(float(alone - together)) > 1e-4) == sees


def test_halving_undoes_doubling_and_real_pictures_fade_in():
    x = noise(2, 3, 4, 4)
    assert torch.equal(growing.halved(growing.doubled(x)), x)
    assert growing.shrunk(x, 2).shape[-1] == 2 and growing.enlarged(x, 16).shape[-1] == 16
    assert torch.equal(growing.shrunk(growing.enlarged(x, 16), 4), x)
    assert torch.equal(growing.faded(x, 0.0), growing.doubled(growing.halved(x)))
    assert torch.equal(growing.faded(x, 1.0), x)


def test_pictures_that_cannot_be_halved_or_doubled_are_refused():
    with pytest.raises(ValueError, match=r"even sides to be halved, not \[1, 3, 7, 7\]"):
        growing.halved(torch.zeros(1, 3, 7, 7))
    with pytest.raises(ValueError, match="never leads to the side 6: it stops at 7"):
        growing.shrunk(torch.zeros(1, 3, 28, 28), 6)
    with pytest.raises(ValueError, match="doubling 7 never leads to the side 20"):
        growing.enlarged(torch.zeros(1, 3, 7, 7), 20)
    with pytest.raises(ValueError, match=r"side 8, but \[1, 3, 4, 4\] was given"):
        GrowingDiscriminator(SMALL, 8)(torch.zeros(1, 3, 4, 4))


def test_designs_and_stages_that_do_not_fit_are_refused():
    for settings, words in (
        ({"sizes": (4, 8, 12), "widths": (1, 1, 1)}, "each size must be twice the one before"),
        ({"sizes": (), "widths": ()}, "each size must be twice"),
        ({"sizes": (4, 8), "widths": (1,)}, "a width for each"),
        ({"sizes": (4,), "widths": (0,)}, "width must be a whole number above zero"),
    ):
        with pytest.raises(ValueError, match=words):
            Design(**settings)
    for network in (GrowingGenerator, GrowingDiscriminator):
        with pytest.raises(ValueError, match="size must be one of 4, 8, 16, but 32"):
            network(SMALL, 32)
    for wrong, words in (
        ((), "a stage at least"),
        ((Stage(4, 2), Stage(16, 2)), "twice as large as the one before"),
        ((Stage(32, 2),), "one of 4, 8, 16, but 32"),
        ((Stage(8, 2, 1),), "nothing to be faded in from"),
    ):
        with pytest.raises(ValueError, match=words):
            Growth(SMALL, draw_of, wrong)
    with pytest.raises(ValueError, match="at most the stage's 2 steps, but is 3"):
        Stage(4, 2, 3)


def test_the_fade_rises_in_a_straight_line_and_the_step_is_the_same_traced():
    game = game_of(SMALL, 8, 4)
    assert [game.factors(t)["fade"] for t in (0, 1, 4, 9)] == [0, 0.25, 1, 1]
    assert game_of(SMALL, 4).factors(3) == {}
    state, batches = fresh(game, 0, stages.ADAM), Batches(game, None, 8, seed=0, moves=2)
    from gan_teach import rules

    step = make_step(game, rules.get("alternating"), stages.ADAM)
    batch = Batch(batches(0), {"fade": torch.tensor(0.25, dtype=torch.float64)})
    with torch.no_grad():
        fast = traced(step, state, batch)
        for fade in (0.0, 0.7):
            batch = Batch(batches(1), {"fade": torch.tensor(fade, dtype=torch.float64)})
            one, other = step(state, batch)[0], fast(state, batch)[0]
            assert all(torch.allclose(one.params[n], other.params[n], atol=1e-5) for n in "GD")


def test_the_penalty_is_that_of_a_share_of_the_real_pictures():
    game = game_of(BARE, 8, gamma=3.0, share=4)
    params, draw = fresh(game, 0).params, draw_of(8)(8, torch.Generator().manual_seed(0))
    D = nets.load(game.nets["D"], params["D"])
    x = draw["x"][:2].requires_grad_()
    slope = torch.autograd.grad(D(x).sum(), x)[0]
    value, shown = game.objective("D", params, draw)
    assert float(value - shown["D"]) == pytest.approx(
        1.5 * float(slope.square().sum((1, 2, 3)).mean()), rel=1e-4
    )


def test_stages_follow_one_another_and_go_on_where_the_last_one_ended():
    plan = (Stage(4, 4), Stage(8, 3, 2), Stage(16, 2, 1))
    training = Growth(SMALL, draw_of, plan, seed=1, batch_size=4, marks=2)
    ends = {}
    for moment in training:
        ends[moment.size] = training.training.state
        assert moment.theta.numel() == nets.count(training.generator(moment))
        if moment.size == 8 and moment.fade == 0:  # the first moment of the second stage
            z = noise(3, 7)
            before = nets.apply(GrowingGenerator(SMALL, 4), ends[4].averages["G"], z)
            assert torch.equal(
                nets.apply(GrowingGenerator(SMALL, 8), moment.theta, z, 0.0), growing.doubled(before)
            )
    assert training.done == training.steps == 9 and training.stopped is None
    assert [(m.steps, m.size, m.fade) for m in training.history] == [
        (0, 4, 1), (3, 4, 1), (4, 4, 1), (4, 8, 0), (6, 8, 1), (7, 8, 1), (7, 16, 0), (9, 16, 1),
    ]  # fmt: skip
    seconds = [m.seconds for m in training.history]
    assert seconds == sorted(seconds) and training.generator()(noise(2, 7)).shape == (2, 3, 16, 16)
    again = Growth(SMALL, draw_of, plan, seed=1, batch_size=4, marks=2)
    assert torch.equal(again.run().theta, training.history[-1].theta)
    other = Growth(SMALL, draw_of, plan, seed=2, batch_size=4, marks=2)
    assert not torch.equal(other.run().theta, training.history[-1].theta)


def boxes(n=40):
    """Grey boxes in place of digits."""
    images = torch.zeros(n, 28, 28, dtype=torch.uint8)
    for i in range(n):
        images[i, 4 + i % 8 : 20, 6 : 12 + i % 11] = 150 + i % 100
    return Digits("boxes", images.flatten(1), torch.arange(n) % 10)


def test_stacked_digits_are_three_at_random_and_the_same_at_both_sizes():
    data = boxes()
    large, small = (growing_models.stacked(data, s)(50, torch.Generator().manual_seed(0)) for s in (14, 7))
    assert large["x"].shape == (50, 3, 14, 14) and small["x"].shape == (50, 3, 7, 7)
    assert -1 <= large["x"].min() and large["x"].max() <= 1
    assert torch.allclose(growing.halved(large["x"]), small["x"], atol=0.01)
    one = large["x"][0]
    assert not torch.equal(one[0], one[1])
    whole = data.images[:, None].view(-1, 1, 28, 28).float() / 127.5 - 1
    ours = growing_models.small_digits(data).float() / 127.5 - 1
    assert torch.allclose(ours, growing.halved(whole), atol=0.01)


def test_kinds_are_counted_and_compared_with_equal_shares():
    seen = torch.tensor([[0, 0, 0], [0, 0, 1], [9, 9, 9], [9, 9, 9]])
    found = growing_models.kinds(seen)
    assert found["kinds"] == 3
    assert found["from equal"] == pytest.approx(math.log(1000) - 1.5 * math.log(2), abs=1e-3)
    every = torch.cartesian_prod(*[torch.arange(10)] * 3)
    assert growing_models.kinds(every) == {"kinds": 1000, "from equal": 0}
    with pytest.raises(ValueError, match=r"triples of digits, \[n, 3\], but \[4\]"):
        growing_models.kinds(seen[:, 0])


class Eye(torch.nn.Module):
    """Reads how bright a picture is, in ten steps."""

    def forward(self, x):
        return -(x.mean(1, keepdim=True) - torch.linspace(-0.9, 0.9, 10)).square() * 100

    def features(self, x):
        return x.flatten(1)[:, ::50]


def test_each_channel_is_read_on_its_own():
    levels = torch.linspace(-0.9, 0.9, 10)
    digits = torch.randint(10, (20, 3), generator=torch.Generator().manual_seed(0))
    pictures = levels[digits][:, :, None, None].expand(-1, -1, 14, 14)
    assert torch.equal(growing_models.read(Eye(), pictures), digits)


def test_portraits_have_no_distance_from_themselves_and_some_from_others():
    x = growing_models.portraits(300, 0)[1]
    other = growing_models.portraits(300, 1)[1]
    assert x.shape == (300, 3, 32, 32) and -1 <= x.min() < -0.8 and 0.8 < x.max() <= 1
    same, near, wrong = (growing_models.distances(x, y, Eye()) for y in (x, other, x.flip(1)))
    for scale in ("at 8", "read"):
        assert same[scale] < 0.01 < near[scale] < wrong[scale] / 3


@pytest.mark.parametrize("name", growing_models.MODELS)
def test_each_trains_and_is_judged(name, monkeypatch):
    for constant, value in (("SEEN", 20), ("JUDGED", 30), ("STACKED", 60)):
        monkeypatch.setattr(growing_models, constant, value)
    model = growing_models.MODELS[name]
    short = tuple(Stage(stage.size, 1, min(1, stage.fade)) for stage in model.stages)
    training = growing_models.start(name, 0, short, data=boxes())
    training.run(progress=False)
    networks = growing_models.finished(training)
    assert set(networks) == {"G"} and training.done == len(short)
    assert set(growing_models.score(name, networks, Eye(), 0, boxes())) == (
        {"kinds", "from equal", "digits"} if model.data == "digits" else {"at 8", "read"}
    )
    found = growing_models.curve(name, training, Eye(), 0)
    assert [point["size"] for point in found] == (
        [] if model.data == "digits" else [m.size for m in training.history]
    )


def test_rows_of_a_table_differ_by_one_idea_each():
    rows = [growing_models.MODELS[f"digits {row}"] for row in growing_models.LADDER]
    switches = [(m.design.equalised, m.design.norm, m.design.deviation, len(m.stages)) for m in rows]
    assert switches == [
        (False, False, False, 1),
        (True, True, False, 1),
        (True, True, True, 1),
        (True, True, True, 2),
    ]
    assert (
        len({(m.design.sizes, m.design.widths, m.stages[-1].size, m.batch_size, m.gamma) for m in rows}) == 1
    )
    town = [growing_models.MODELS[f"town {row}"] for row in ("at once", "growing")]
    assert len({(m.design, m.stages[-1].size, m.lr, m.batch_size, m.gamma) for m in town}) == 1


@pytest.mark.parametrize("name", growing_models.SHIPPED)
def test_what_is_shipped_can_be_made(name):
    from gan_teach.images import trained

    module = growing_models.blank(name)
    assert trained.architecture(trained.blank(name)) == trained.architecture(module)
    if name in trained.index():
        assert trained.architecture(trained.load(name)) == trained.architecture(module)


def test_each_is_judged_by_a_network_that_is_shipped():
    from gan_teach.images import trained

    assert {growing_models.eye_of(name) for name in growing_models.MODELS} == {
        trained.READER,
        trained.CLASSIFIER,
    }


def test_unknown_names_are_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="digits growing"):
        growing_models.start("digits shrinking")
