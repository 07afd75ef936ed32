"""Few labels: who has names, whose fakes are shown, what each player wants, and what is stored of it."""

import math

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, softplus

from gan_teach import nets, train
from gan_teach.batches import Batches
from gan_teach.experiments import few_labels, told_apart
from gan_teach.experiments.together import together
from gan_teach.images import label_models, labels
from gan_teach.images.digits import Digits
from gan_teach.starting import fresh


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def some_digits(n=200, side=28, seed=0):
    images = torch.randint(0, 256, (n, 784), generator=dice(seed), dtype=torch.uint8)
    return Digits("noise", images, torch.arange(n) % 10)


def small():
    data = some_digits()
    return data, label_models.pictures(data)


def test_few_are_balanced_random_and_the_same_for_the_same_seed():
    data = some_digits()
    chosen = labels.few(data, 30, seed=1)
    assert torch.bincount(data.labels[chosen]).tolist() == [3] * 10 and len(chosen.unique()) == 30
    assert torch.equal(chosen, labels.few(data, 30, seed=1))
    assert not torch.equal(chosen, labels.few(data, 30, seed=2))
    # Fewer names of the same seed are among the more: 20 and 50 labels differ in nothing else.
    assert {*labels.few(data, 20, seed=1).tolist()} <= {*chosen.tolist()}


@pytest.mark.parametrize(
    "wrong, words", [(25, "equally many"), (210, "at most 20"), (0, "labels"), (-10, "labels")]
)
def test_numbers_of_labels_that_cannot_be_are_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        labels.few(some_digits(), wrong, 0)


@pytest.mark.parametrize("way", labels.WAYS)
def test_each_way_draws_names_of_the_known_alone_and_its_own_fakes(way):
    data, pictures = small()
    known = labels.few(data, 20, 0)
    game = labels.game(way, pictures, data.labels, known)
    drawn = game.draw(400, dice(3))
    rows = {tuple(row) for row in pictures[known].tolist()}
    shown = ((drawn["known"] + 1) * 127.5).round().long()
    assert {tuple(row) for row in shown.tolist()} == rows
    for row, name in zip(shown[:20].tolist(), drawn["y"]):
        at = (pictures.long() == torch.tensor(row)).all(1).nonzero()[0, 0]
        assert name.argmax() == data.labels[at] and name.sum() == 1
    assert ("fake" in drawn) == (way not in labels.PAINTERS) and ("G" in game.nets) == (
        way in labels.PAINTERS
    )
    if way == "perfect":
        everything = {tuple(row) for row in pictures.tolist()}
        assert {tuple(r) for r in ((drawn["fake"] + 1) * 127.5).round().long().tolist()} <= everything
    if way == "blends":
        assert drawn["fake"].std() < 0.8 * drawn["x"].std()
    for who in game.players:
        number, _ = game.objective(who, fresh(game, 0).params, {k: v[:8] for k, v in drawn.items()})
        assert number.isfinite()


def test_the_objectives_are_those_of_the_paper():
    data, pictures = small()
    game = labels.game("matching", pictures, data.labels, labels.few(data, 20, 0))
    state, draw = fresh(game, 0), game.draw(16, dice(1))
    net = game.bound(state.params)
    named = net.D(draw["known"], draw["noise known"])[0]
    fakes = net.G(draw["z"])
    (real, seen), (fake, seen_fake) = net.D(draw["x"], draw["noise x"]), net.D(fakes, draw["noise fake"])
    Z, Z_fake = real.double().exp().sum(1), fake.double().exp().sum(1)
    wanted = cross_entropy(named, draw["y"]) - ((Z / (Z + 1)).log() + (1 / (Z_fake + 1)).log()).mean() / 2
    assert torch.allclose(game.objective("D", state.params, draw)[0].double(), wanted, atol=1e-5)
    far = (seen.mean(0) - seen_fake.mean(0)).square().mean()
    assert torch.allclose(game.objective("G", state.params, draw)[0], far)
    plain = labels.game("log loss", pictures, data.labels, labels.few(data, 20, 0))
    assert torch.allclose(
        plain.objective("G", state.params, draw)[0], softplus(-fake.logsumexp(1)).mean(), atol=1e-5
    )
    lone = labels.game("alone", pictures, data.labels, labels.few(data, 20, 0))
    assert torch.allclose(lone.objective("D", state.params, draw)[0], cross_entropy(named, draw["y"]))
    with pytest.raises(ValueError, match="way"):
        labels.game("together", pictures, data.labels, labels.few(data, 20, 0))


def test_noise_is_where_it_is_asked_for_and_rows_have_one_length():
    D = nets.initialise(labels.NoisyPolice(196, (32, 16)), 0)
    x = torch.rand(5, 196, generator=dice()) * 2 - 1
    assert D.noise == 196 + 32
    still, moved = D(x, torch.zeros(5, D.noise)), D(x, torch.randn(5, D.noise, generator=dice(1)))
    assert torch.equal(D(x)[0], still[0]) and not torch.allclose(still[0], moved[0], atol=1e-2)
    assert D(x)[1].shape == (5, 16) and torch.equal(D.names(D(x)[1]), D(x)[0])
    layer = D.layers[0]
    with torch.no_grad():
        before = layer(x)
        layer.weight *= 7
        assert torch.allclose(layer(x), before, atol=1e-5)
        layer.bias.zero_()
        e = torch.eye(196)
        assert torch.allclose(layer(e).square().sum(0), torch.full((32,), 2.0), atol=1e-4)


def test_a_thief_paints_within_the_range_and_by_the_batch():
    G = labels.DigitThief()
    x = G(torch.randn(6, 32, generator=dice()))
    assert x.shape == (6, 196) and x.abs().max() < 1
    nets.check_pure("G", G)
    with pytest.raises(ValueError, match="latent_dim"):
        labels.DigitThief(latent_dim=0)
    with pytest.raises(ValueError, match="pixels"):
        labels.NoisyPolice(0)


def test_moons_have_their_names_and_gaps_are_empty():
    x, y = few_labels.moons(4000, dice())
    assert x.shape == (4000, 2) and abs(float(y.float().mean()) - 0.5) < 0.05
    assert x[y == 0, 1].mean() > 0.2 > -0.2 > x[y == 1, 1].mean()
    chosen, names = few_labels.few(3, 5)
    assert torch.bincount(names).tolist() == [3, 3] and torch.equal(chosen, few_labels.few(3, 5)[0])
    empty = few_labels.gaps(500, dice(1))
    assert empty.shape == (500, 2) and few_labels.MOONS.log_prob(empty.double()).max() < math.log(0.03)
    near = few_labels.MOONS.log_prob(x[:50].double())
    assert (few_labels._log_density(x[:50]).double() - near).abs().max() < 0.05
    with pytest.raises(ValueError, match="per_moon"):
        few_labels.few(0, 1)
    with pytest.raises(ValueError, match="way"):
        few_labels.game("nowhere")


@pytest.mark.parametrize("way", few_labels.WAYS)
def test_the_games_in_the_plane_are_those_of_their_names(way):
    game = few_labels.game(way, 3, 0)
    draw, state = game.draw(32, dice()), fresh(game, 0)
    net = game.bound(state.params)
    assert len({tuple(p) for p in draw["known"].tolist()}) == 6
    named = cross_entropy(net.D(draw["known"])[0], draw["y"])
    value = game.objective("D", state.params, draw)[0]
    if way == "alone":
        assert torch.equal(value, named)
        return
    fakes = net.G(draw["z"]) if way in few_labels.THIEVES else draw["fake"]
    real, fake = net.D(draw["x"])[0].logsumexp(1), net.D(fakes)[0].logsumexp(1)
    assert torch.allclose(value, named + (softplus(-real) + softplus(fake)).mean())
    no_names = game.objective("D", state.params, draw, {"unnamed": 0.0})[0]
    assert torch.allclose(no_names, named)


def test_police_who_are_sure_of_the_moons_are_right():
    class Wise(nn.Module):
        def forward(self, x):
            distances = [
                torch.cdist(x, few_labels.MOONS.curve(torch.linspace(a, a + 0.499, 200))).min(1).values
                for a in (0.0, 0.5)
            ]
            return -torch.stack(distances, 1), None

    assert few_labels.wrong(Wise()) < 0.01
    assert few_labels.wrong(lambda x: (torch.zeros(len(x), 2), None)) > 0.4


def test_games_together_end_where_each_would_end_alone():
    games = [few_labels.game("matching", 3, seed) for seed in (4, 5)]
    knobs = [{"lr_D": 1e-3, "lr_G": 2e-3}, {"lr_D": 3e-3, "lr_G": 1e-3}]
    ends = together(games, steps=5, batch_size=8, seeds=[4, 5], knobs=knobs, decay="linear")
    for game, seed, rates, end in zip(games, (4, 5), knobs, ends):
        run = train(
            game, steps=5, batch_size=8, seed=seed, knobs=rates, decay="linear", points=8, backend="eager"
        )
        run.run(progress=False)
        for name, flat in run.state.params.items():
            assert torch.allclose(flat, end.params[name], atol=2e-5)
    assert not torch.allclose(ends[0].params["D"], ends[1].params["D"], atol=1e-2)


@pytest.mark.parametrize(
    "given, words",
    [
        ({"games": []}, "empty"),
        ({"seeds": [1]}, "one for each of 2"),
        ({"knobs": [{}]}, "one for each of 2"),
        ({"steps": 0}, "steps"),
        ({"decay": "slowly"}, "decay"),
        ({"seeds": [0, -1]}, "seeds"),
        ({"knobs": [{}, {"lr_X": 1.0}]}, "lr_X"),
    ],
)
def test_what_cannot_be_played_together_is_refused(given, words):
    settings = {"games": [few_labels.game("alone"), few_labels.game("alone", 3, 1)], "steps": 2} | given
    with pytest.raises(ValueError, match=words):
        together(settings.pop("games"), **settings)


def test_games_of_different_players_are_not_played_together():
    with pytest.raises(ValueError, match="same players"):
        together([few_labels.game("alone"), few_labels.game("matching")], steps=1)


def test_ac_gan_and_the_conditional_game_want_what_their_papers_say():
    game = told_apart.game("names it")
    state, draw = fresh(game, 0), game.draw(64, dice())
    net, knobs = game.bound(state.params), {"weight": 2.0}
    (real, of_real), (fake, of_fake) = net.D(draw["x"]), net.D(net.G(draw["z"], draw["asked"]))
    names = cross_entropy(of_real, draw["y"]) + cross_entropy(of_fake, draw["asked"])
    told = (softplus(-real) + softplus(fake)).mean()
    assert torch.allclose(game.objective("D", state.params, draw, knobs)[0], told + 2 * names, atol=1e-5)
    fooled = softplus(-fake).mean() + 2 * cross_entropy(of_fake, draw["asked"])
    assert torch.allclose(game.objective("G", state.params, draw, knobs)[0], fooled, atol=1e-5)
    told_game = told_apart.game("is told")
    state = fresh(told_game, 0)
    net = told_game.bound(state.params)
    fake = net.D(net.G(draw["z"], draw["asked"]), draw["asked"])[:, 0]
    value = (softplus(-net.D(draw["x"], draw["y"])[:, 0]) + softplus(fake)).mean()
    assert torch.allclose(told_game.objective("D", state.params, draw)[0], value, atol=1e-5)
    assert torch.allclose(told_game.objective("G", state.params, draw)[0], softplus(-fake).mean(), atol=1e-5)
    with pytest.raises(ValueError, match="police"):
        told_apart.game("sleeps")


def test_the_classes_on_the_line_are_what_they_are_said_to_be():
    x, y = told_apart.sides(20_000, dice())
    of_1 = x[y[:, 1] == 1, 0]
    assert abs(float(of_1.mean()) - 1) < 0.05 and abs(float(of_1.std()) - 1) < 0.03
    assert abs(told_apart.variety(of_1)["across"] - 0.159) < 0.01
    at = torch.tensor([0.3, -2.0])
    by_hand = torch.exp(-0.5 * (at - 1) ** 2) / (
        torch.exp(-0.5 * (at - 1) ** 2) + torch.exp(-0.5 * (at + 1) ** 2)
    )
    assert torch.allclose(told_apart.log_class(at)[:, 1].exp(), by_hand)
    assert torch.allclose(told_apart.log_class(at).exp().sum(1), torch.ones(2))

    class Faithful(nn.Module):
        def forward(self, z, y):
            return 2 * y[:, 1:] - 1 + z[:, :1]

    found = told_apart.variety(told_apart.made(Faithful()))
    assert abs(found["deviation"] - 1) < 0.03 and abs(found["across"] - 0.159) < 0.02


def test_the_best_thief_on_the_grid_cannot_be_improved():
    x = torch.linspace(-6, 6, 121).double()
    right = torch.softmax(-0.5 * (x - 1) ** 2, 0)
    both = (right + right.flip(0)) / 2

    def cost(q, weight):
        fakes = (q + q.flip(0)) / 2
        middle = (fakes + both) / 2
        jsd = (torch.xlogy(fakes, fakes / middle) + torch.xlogy(both, both / middle)).sum() / 2
        return 2 * jsd - weight * (q * told_apart.log_class(x)[:, 1]).sum()

    for weight in (0.05, 1.0):
        q = told_apart.best_thief(x, weight)
        assert abs(float(q.sum()) - 1) < 1e-9
        for seed in range(20):
            other = torch.softmax(
                q.clamp(min=1e-12).log() + torch.randn(121, generator=dice(seed)).double() / 3, 0
            )
            assert cost(other, weight) > cost(q, weight)
        assert cost(right, weight) > cost(q, weight)
        # Where he puts fakes, no place is better than another: the slope is the same at all of them.
        fakes = (q + q.flip(0)) / 2
        slope = (fakes / (fakes + both)).log() - weight * told_apart.log_class(x)[:, 1]
        assert slope[q > 1e-3].std() < 1e-3
    weak = told_apart.best_thief(x, 0.02)
    assert abs(float((weak * (x - (weak * x).sum()) ** 2).sum()) ** 0.5 - 0.8) < 0.01
    assert float(told_apart.best_thief(torch.linspace(-4, 4, 160), 0.001, rounds=800)[:80].sum()) < 1e-5
    with pytest.raises(ValueError, match="weight"):
        told_apart.best_thief(x, -1.0)
    with pytest.raises(ValueError, match="pays"):
        told_apart.best_thief(x, 1.0, pays="D")


def test_the_best_thief_of_the_other_loss_stands_still():
    x = torch.linspace(-6, 6, 120).double()
    right = torch.softmax(-0.5 * (x - 1) ** 2, 0)
    both = (right + right.flip(0)) / 2
    q = told_apart.best_thief(x, 1.0, pays="-log D")
    D = both / (both + (q + q.flip(0)) / 2)
    slope = -D.log() - told_apart.log_class(x)[:, 1]
    assert slope[q > 1e-3].std() < 1e-3 and abs(float(q.sum()) - 1) < 1e-9


@pytest.mark.parametrize("name", ["20 labels matching", "100 labels perfect", "moons gaps", "line names it"])
def test_each_kind_of_training_runs_ends_and_is_scored(name):
    data = some_digits(), some_digits(seed=1)
    training = label_models.start(name, 0, steps=3, data=data[0])
    training.run(progress=False)
    assert training.done == 3 and not training.stopped
    networks = label_models.finished(training)
    found = label_models.score(name, networks, None, 0, data=data)
    if "labels" in name:
        assert 0 <= found["wrong"] <= 200 and 0 <= found["known wrong"] <= label_models.MODELS[name].known
    else:
        assert all(len(values) == label_models.MODELS[name].games for values in found.values())


def test_names_that_are_none_are_refused():
    for function in (label_models.start, label_models.blank):
        with pytest.raises(ValueError, match="seven labels"):
            function("seven labels")
    with pytest.raises(ValueError, match="seven labels"):
        label_models.score("seven labels", {})


def test_errors_are_counted():
    data = some_digits(50)

    class Same(nn.Module):
        def forward(self, x):
            return torch.eye(10)[torch.full((len(x),), 3)], None

    assert label_models.errors(Same(), data) == 45


def test_each_seed_has_its_own_names_and_blocks_have_their_own_games():
    data = some_digits()
    drawn = [
        Batches(label_models.start("20 labels alone", seed, 2, data=data).game, None, 4, seed=0)(0)["known"]
        for seed in (0, 1)
    ]
    assert not torch.equal(*drawn)
    first, second = (label_models.start("moons alone", seed, 1) for seed in (0, 1))
    assert [*first.seeds] == [*range(8)] and [*second.seeds] == [*range(8, 16)]
