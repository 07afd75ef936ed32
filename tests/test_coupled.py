"""CoGAN: what is shared is shared, what is not is not, and whether two pictures belong together is measured
against chance."""

import pytest
import torch

from gan_teach import nets, optimisers, rules, train
from gan_teach.batches import Batches
from gan_teach.images import coupled, coupled_models, digits
from gan_teach.players import Batch
from gan_teach.starting import fresh
from gan_teach.step import make_step, traced

SIDE = digits.SIDE


@pytest.fixture(scope="module")
def some():
    """Grey boxes in place of digits, which take no time to have."""
    place = torch.Generator().manual_seed(0)
    corner, size = torch.randint(3, 14, (2, 600, 2), generator=place)
    line = torch.arange(SIDE)
    inside = [(line >= corner[:, i, None]) & (line < (corner + size)[:, i, None]) for i in range(2)]
    box = inside[0][:, :, None] & inside[1][:, None, :]
    grey = torch.randint(150, 256, (600, 1), generator=place)
    images = (box.flatten(1) * grey).to(torch.uint8)
    return digits.Digits("boxes", images, torch.arange(600) % 10)


def picture(*ink):
    x = torch.full((SIDE, SIDE), -1.0)
    for row, column in ink:
        x[row, column] = 1.0
    return x.view(1, -1)


def small(data, task="edges", g=3, d=3, d_end="last"):
    """The game of `start`, with narrower networks."""
    G = coupled.coupled(lambda: coupled.generator_layers(8, channels=2), g)
    D = coupled.coupled(lambda: coupled.discriminator_layers(2), d, d_end)
    return coupled.cogan(G, D, coupled_models.unpaired(data, task, latent_dim=8))


def test_a_negative_undoes_itself_and_edges_are_what_touches_the_ink():
    x = picture((5, 5), (5, 6), (6, 5), (6, 6), (0, 27))
    assert torch.equal(coupled.negative(x), -x) and torch.equal(coupled.negative(-x), x)
    assert torch.equal(coupled.mirrored(x), picture((5, 22), (5, 21), (6, 22), (6, 21), (0, 0)))
    touching = {(r, c) for r in range(4, 8) for c in range(4, 8)} - {(5, 5), (5, 6), (6, 5), (6, 6)}
    corner = {(0, 26), (1, 26), (1, 27)}  # the other side of the picture is no neighbour
    assert torch.equal(coupled.edges(x), picture(*touching, *corner))
    assert torch.equal(coupled.edges(picture()), picture())
    grey = picture((5, 5)) * 0.5 - 0.5  # 0 at the dot, -1 around it
    assert grey.max() == 0 and coupled.edges(grey).max() == 0


def test_edges_leave_out_the_ink(some):
    x = some.first(200)
    e = coupled.edges(x)
    assert e.shape == x.shape and e.min() >= -1 and e.max() <= 1
    assert not bool(((x > 0) & (e > 0)).any()) and bool((e > 0).any(1).all())


def test_pairs_agree_wholly_and_others_by_chance(some):
    x = some.first(400)
    for transform in coupled.TASKS.values():
        black_or_white = torch.where(x > 0, 1.0, -1.0)
        made = transform(black_or_white)
        assert torch.equal(coupled.agreement(x, made, transform), torch.ones(400))
        assert coupled.agreement(x, -made, transform).max() == 0
        whole = coupled.agreements(x, made, transform)
        assert whole["agreement"] == whole["corrected"] == 1 and 0.6 < whole["floor"] < 0.95
        chance = coupled.agreements(x, made.roll(200, 0), transform)
        assert abs(chance["corrected"]) < 0.05 and abs(chance["agreement"] - chance["floor"]) < 0.02
    by_hand = torch.stack([(-x[0] > 0) == (-x[1] > 0), (-x[1] > 0) == (-x[2] > 0)]).float().mean(1)
    assert torch.equal(coupled.agreement(x[:2], -x[1:3], coupled.negative), by_hand)


def test_the_two_worlds_are_drawn_apart(some):
    draw = coupled_models.unpaired(some, "negatives", latent_dim=5)
    batch = draw(300, torch.Generator().manual_seed(0))
    assert {name: part.shape[1] for name, part in batch.items()} == {"a": 784, "b": 784, "z": 5}
    bytes_of = lambda x: {tuple(row) for row in ((x + 1) * 127.5).round().to(torch.uint8).tolist()}
    half = len(some) // 2
    first, second = ({tuple(r) for r in part.tolist()} for part in some.images.split(half))
    assert bytes_of(batch["a"]) <= first and bytes_of(-batch["b"]) <= second


@pytest.mark.parametrize("shared", range(4))
def test_what_is_shared_is_shared_and_what_is_not_is_not(shared):
    layers = lambda: coupled.dense_layers(3, 16, 16, 16, 2)
    whole = nets.count(torch.nn.Sequential(*layers()))
    for end, place in (("first", slice(0, shared)), ("last", slice(4 - shared, None))):
        couple = coupled.coupled(layers, shared, end)
        common = nets.count(torch.nn.Sequential(*layers()[place]))
        assert nets.count(couple.a) == nets.count(couple.b) == whole - common
        assert (0 if couple.shared is None else nets.count(couple.shared)) == common
        x = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
        a, b = couple.both(couple.a, couple.b, couple.shared, x, x)
        parts = [couple.a, *([] if couple.shared is None else [couple.shared])]
        again = torch.nn.Sequential(*(parts[::-1] if end == "first" else parts))
        assert a.shape == b.shape == (5, 2) and torch.equal(again(x), a) and not torch.equal(a, b)
        other = couple.both(couple.a, couple.b, couple.shared, x, 2 * x)[1]
        assert not torch.equal(other, b) and torch.equal(
            other, couple.both(couple.a, couple.b, couple.shared, 2 * x, 2 * x)[1]
        )


def test_the_shared_layers_feel_both_worlds_and_the_others_one(some):
    """The slope of each part, with one of the two worlds' D answering nothing that depends on G."""
    for end in coupled.ENDS:
        game = small(some, d_end=end)
        params = fresh(game).params
        drawn = game.draw(6, torch.Generator().manual_seed(0))
        of_g = game.slope("G", params, drawn)[0]
        of_d = game.slope("D", params, drawn)[0]
        assert {*of_g} == {"S", "GA", "GB"} and {*of_d} == {"DA", "DB", "H"}
        assert all(bool(slope.any()) for slope in (*of_g.values(), *of_d.values()))
        other = {**drawn, "b": drawn["b"].flip(1)}
        changed = game.slope("D", params, other)[0]
        assert torch.equal(changed["DA"], of_d["DA"])
        assert not torch.equal(changed["DB"], of_d["DB"]) and not torch.equal(changed["H"], of_d["H"])
        elsewhere = {**params, "GB": params["GB"] + 0.1}
        moved = game.slope("G", elsewhere, drawn)[0]
        assert torch.allclose(moved["GA"], of_g["GA"], atol=1e-6)
        assert not torch.allclose(moved["S"], of_g["S"], atol=1e-6)


def test_with_nothing_shared_there_are_two_games_side_by_side(some):
    game = small(some, g=0, d=0)
    assert {*game.nets} == {"GA", "GB", "DA", "DB"} and game.averaged == ("GA", "GB")
    params = fresh(game).params
    drawn = game.draw(6, torch.Generator().manual_seed(0))
    for who, a, b in (("G", "GA", "GB"), ("D", "DA", "DB")):
        slope = game.slope(who, params, drawn)[0]
        for name in ("GB", "DB"):  # a change in world b is not felt in world a
            there = game.slope(who, {**params, name: params[name] + 0.1}, drawn)[0]
            assert torch.allclose(there[a], slope[a], atol=1e-7)
            assert not torch.allclose(there[b], slope[b], atol=1e-7)


def test_both_worlds_can_start_from_the_same_numbers(some):
    game = small(some, g=2)
    plain, state = fresh(game, 3), coupled.alike(game, 3)
    for own, other in (("GA", "GB"), ("DA", "DB")):
        assert torch.equal(state.params[own], plain.params[own])
        assert torch.equal(state.params[other], state.params[own])
        assert not torch.equal(plain.params[other], plain.params[own])
    assert torch.equal(state.params["S"], plain.params["S"])
    a, b = game.view(game.bound(state.params), game.draw(5, torch.Generator().manual_seed(0))).values()
    assert torch.equal(a, b)
    assert train(game, steps=1, batch_size=8, start=state).run(progress=False).step == 1


@pytest.mark.parametrize("sharing", [(3, 3, "last"), (0, 2, "first")])
def test_a_few_steps_are_the_same_eager_and_traced(some, sharing):
    game = small(some, "negatives", *sharing)
    rule = rules.InTurn(("D", "G"))
    draws = Batches(game, None, 8, moves=2)
    step, state = make_step(game, rule, optimisers.Adam()), fresh(game)
    fast = traced(step, state, Batch(draws(0)))
    eager = replayed = state
    for t in range(3):
        eager, _ = step(eager, Batch(draws(t)))
        replayed, _ = fast(replayed, Batch(draws(t)))
    for name in game.nets:
        assert torch.equal(eager.params[name], replayed.params[name])
        assert not torch.equal(eager.params[name], state.params[name])


def test_a_trained_couple_comes_out_as_two_modules(some):
    game = small(some)
    run = train(game, steps=2, batch_size=8, points=6, ema_halflife=1, optimiser="fused adam")
    last = run.run(progress=False)
    assert last.a_fake.shape == last.b_fake.shape == (6, 784)
    A, B = coupled_models.finished(run, latents=300).values()
    z = torch.randn(9, 8, generator=torch.Generator().manual_seed(1))
    a, b = A(z), B(z)
    assert a.shape == b.shape == (9, 784) and not torch.equal(a, b)
    assert torch.allclose(A(z[:2]), a[:2], atol=1e-5)  # one latent, one picture
    weights = torch.cat([run.state.averages["S"], run.state.averages["GA"]])
    assert torch.equal(nets.flatten(A), weights) and not torch.equal(run.state.params["GA"], weights[-76:])


def test_every_named_model_is_another_game(some):
    games = {
        name: model.game(coupled_models.unpaired(some, model.task))
        for name, model in coupled_models.MODELS.items()
    }
    assert len(
        {(m.task, m.g_shared, m.d_shared, m.d_end, m.steps) for m in coupled_models.MODELS.values()}
    ) == len(games)
    assert all(nets.count(game.nets["GA"]) == nets.count(game.nets["GB"]) for game in games.values())
    assert next(coupled_models.start("cogan edges", steps=1, data=some)).a_fake.shape == (64, 784)


BAD = [
    (lambda d: coupled.negative(torch.zeros(3, 28, 28)), r"x must be pictures \[n, 784\], but \[3, 28, 28\]"),
    (lambda d: coupled.edges(torch.zeros(784)), r"x must be pictures \[n, 784\], but \[784\]"),
    (lambda d: coupled.agreement(torch.zeros(2, 784), torch.zeros(2, 10), coupled.edges), "second must be"),
    (lambda d: coupled.agreement(torch.zeros(2, 784), torch.zeros(3, 784), coupled.edges), "2 and 3 were"),
    (lambda d: coupled.agreements(d.first(5), d.first(5), coupled.edges, 5), "more pairs than others, 5"),
    (
        lambda d: coupled_models.unpaired(d, "colours"),
        "task must be one of negatives, edges, mirrored, but 'colours'",
    ),
    (lambda d: coupled_models.unpaired(d.only(3), "edges", 0), "latent_dim must be"),
    (
        lambda d: coupled_models.unpaired(digits.Digits("one", d.images[:1], d.labels[:1]), "edges"),
        "two digits or more",
    ),
    (
        lambda d: coupled.coupled(coupled.generator_layers, 4),
        "shared must be from 0 to 3 of 4 layers, but is 4",
    ),
    (lambda d: coupled.coupled(coupled.generator_layers, -1), "shared must be"),
    (lambda d: coupled.coupled(coupled.generator_layers, 1, "middle"), "end must be one of first, last, but"),
    (lambda d: coupled.Couple(None, None, None, "both"), "end must be one of first, last"),
    (lambda d: coupled.dense_layers(3), "sizes must be two or more"),
    (lambda d: coupled.dense_layers(3, 2, logit=True), "with a 1 at the end"),
    (lambda d: coupled.dense_layers(3, 0, 1), "size must be"),
    (lambda d: coupled.generator_layers(channels=0), "channels must be"),
    (lambda d: coupled.discriminator_layers(0), "channels must be"),
    (lambda d: coupled_models.generator(small(d), "c"), "world must be one of a, b, but 'c'"),
    (lambda d: coupled_models.start("cogan", data=d), "name must be one of cogan negatives, "),
    (lambda d: coupled_models.start("cogan edges", steps=0, data=d), "steps must be"),
]


@pytest.mark.parametrize(("call", "says"), BAD)
def test_what_does_not_fit_is_refused_by_name(call, says, some):
    with pytest.raises(ValueError, match=says):
        call(some)
