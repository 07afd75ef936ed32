"""Two lanterns and attention: the rule is read exactly, blind police are blind, attention is what its formula
says, and the trainings of chapter 17 are what they are called."""

import math

import pytest
import torch

from gan_teach import nets, optimisers, rules
from gan_teach.batches import Batches
from gan_teach.images import attending, attending_models, trained
from gan_teach.images.attending import LanternPolice, Lanterns, LanternThief
from gan_teach.players import Batch
from gan_teach.starting import fresh
from gan_teach.step import make_step, traced

H, W = attending.HEIGHT, attending.WIDTH
BLIND = [
    LanternPolice(),
    LanternPolice("residual"),
    LanternPolice("residual", 8),
    LanternPolice(head="linear"),
]
SEEING = [
    LanternPolice("attention"),
    LanternPolice("attention", 8),
    LanternPolice(head="dense"),
]


def seeded(n=0):
    return torch.Generator().manual_seed(n)


def awake(network, seed=0):
    """Fresh parameters, and attention that counts."""
    made = nets.initialise(network, seed)
    for layer in made.modules():
        if isinstance(layer, attending.Attention):
            torch.nn.init.ones_(layer.gamma)
    return made.requires_grad_(False)


@pytest.mark.parametrize("matched", [True, False])
def test_heights_are_read_as_they_were_drawn(matched):
    x = Lanterns(matched).sample(3000, seeded())
    down, across = attending.centres(x)
    assert x.shape == (3000, H * W) and x.min() == -1 and x.max() == 1
    assert 2.9 < down.min() < 3.1 and 12.9 < down.max() < 13.1
    assert 2.9 < across[:, 0].min() and across[:, 0].max() < 5.1
    assert 26.9 < across[:, 1].min() and across[:, 1].max() < 29.1
    assert (attending.centres(attending.lanterns(down, across))[0] - down).abs().max() < 0.05
    apart = (down[:, 0] - down[:, 1]).abs()
    assert (apart.max() < 0.1) == matched
    assert x.view(-1, H, W)[:, :, 8:24].max() == -1  # nothing hangs between the two


def test_the_rule_is_kept_by_matched_pictures_and_by_others_as_often_as_chance_has_it():
    share, n = attending.by_chance(), 20_000
    assert share == pytest.approx(0.19) and attending.by_chance(5) == 0.75 and attending.by_chance(20) == 1
    true = attending.judged(Lanterns().sample(n, seeded()))
    assert true["drawn"] == true["matched"] == 1 and true["correlation"] > 0.9999
    assert abs(true["floor"] - share) < 0.01
    assert true["spread"] == pytest.approx(10 / math.sqrt(12), abs=0.05)
    for x in (Lanterns(False).sample(n, seeded()), attending.exchanged(Lanterns().sample(n, seeded()))):
        found = attending.judged(x)
        assert found["drawn"] == 1 and abs(found["correlation"]) < 0.03
        assert abs(found["matched"] - found["floor"]) < 0.02
        assert abs(found["matched"] - share) < 4 * math.sqrt(share * (1 - share) / n)


def test_heights_that_hardly_vary_match_by_chance_and_the_floor_says_so():
    down = 8 + 0.4 * torch.rand(200, 2, generator=seeded())
    found = attending.judged(attending.lanterns(down, torch.tensor([[4.0, 28.0]]).expand(200, 2)))
    assert found["matched"] == found["floor"] == 1 and found["spread"] < 0.2


def test_exchanging_changes_neither_half():
    x = Lanterns().sample(50, seeded())
    mixed = attending.exchanged(x).view(-1, H, W)
    assert torch.equal(mixed[..., :16], x.view(-1, H, W)[..., :16])
    assert torch.equal(mixed[..., 16:], x.view(-1, H, W)[..., 16:].roll(-1, 0))


def test_what_is_no_lantern_is_not_taken_for_one():
    true = Lanterns().sample(40, seeded())
    assert attending.off(true).max() < 0.04
    assert torch.allclose(attending.off(torch.full((2, 512), -1.0)), torch.ones(2, 2))
    grey, two = (true - 1) / 2, torch.maximum(true, true.view(-1, H, W).flip(1).flatten(1))
    assert attending.judged(grey)["drawn"] == 0 and attending.judged(two)["drawn"] < 0.3
    assert attending.judged(-torch.ones(9, 512)) == attending.judged(-true) | {"matched": 0.0}
    half = true.clone().view(-1, H, W)
    half[:, :, 16:] = -1
    assert attending.judged(half.flatten(1))["drawn"] == 0


def test_attention_is_what_its_formula_says():
    layer = awake(attending.Attention(3, depth=2), 1)
    layer.gamma.fill_(0.7)
    x = torch.randn(2, 3, 2, 4, generator=seeded())
    flat, by_hand = x.flatten(2), x.clone().flatten(2)
    q, k, v = (part(x).flatten(2) for part in (layer.query, layer.key, layer.value))
    for n in range(2):
        for i in range(8):
            scores = torch.stack([(q[n, :, i] * k[n, :, j]).sum() for j in range(8)]).exp()
            found = sum(scores[j] / scores.sum() * v[n, :, j] for j in range(8))
            by_hand[n, :, i] = flat[n, :, i] + 0.7 * found
            assert torch.allclose(layer.weights(x)[n, i], scores / scores.sum(), atol=1e-6)
    assert torch.allclose(layer(x).flatten(2), by_hand, atol=1e-5)
    assert torch.allclose(layer.weights(x).sum(2), torch.ones(2, 8))
    order = torch.randperm(8, generator=seeded())
    moved = flat[..., order].view(x.shape)
    assert torch.allclose(layer(moved).flatten(2), layer(x).flatten(2)[..., order], atol=1e-5)


def test_attention_begins_by_changing_nothing():
    layer = attending.Attention(4)
    torch.nn.init.ones_(layer.gamma)
    x = torch.randn(3, 4, 4, 8, generator=seeded())
    assert torch.equal(nets.initialise(layer, 0)(x), x) and not torch.equal(layer(x), x)


def test_what_is_compared_is_equally_large():
    for size in attending.SIZES:
        count = {k: nets.count(LanternPolice(k, size)) for k in attending.LAYERS}
        assert count["none"] < count["residual"] and abs(count["residual"] / count["attention"] - 1) < 0.02
        dense = nets.count(LanternPolice(head="dense"))
        assert abs(dense / count["attention"] - 1) < 0.02
    assert nets.count(LanternThief("attention")) == nets.count(LanternThief()) + 545


def crossed(police, seed=0):
    """D(a's left, a's right) + D(b, b) - D(a, b) - D(b, a), in double precision, with weights large enough to
    bend: 0 for a sum of verdicts on either half."""
    network = awake(police, seed).double()
    for weight in network.parameters():
        weight.mul_(2)
    a, b = Lanterns(False).sample(2, seeded(3)).double().view(2, H, W)
    mixed = [torch.cat([p[:, :16], q[:, 16:]], 1).flatten() for p, q in ((a, b), (b, a))]
    verdicts = network(torch.stack([a.flatten(), b.flatten(), *mixed]))
    return float((verdicts[:2].sum() - verdicts[2:].sum()).abs())


@pytest.mark.parametrize("police", BLIND)
def test_blind_police_add_up_what_they_see_in_either_half(police):
    assert max(crossed(police, seed) for seed in range(3)) < 1e-13


@pytest.mark.parametrize("police", BLIND[:3])
def test_no_patch_of_blind_police_reaches_from_lantern_to_lantern(police):
    x = torch.zeros(1, H * W, requires_grad=True)
    network = awake(police)
    for verdict in network.head(network.body(x)).flatten():
        slope = torch.autograd.grad(verdict, x, retain_graph=True)[0].view(H, W).abs().sum(0)
        assert slope.sum() > 0 and (slope[:8].sum() == 0 or slope[24:].sum() == 0)


@pytest.mark.parametrize("police", SEEING)
def test_police_who_see_both_halves_do_not_add_up(police):
    assert min(crossed(police, seed) for seed in range(3)) > 1e-7


def test_where_attention_looks_is_found_in_both_players():
    x = Lanterns().sample(3, seeded())
    for network, given, shape in (
        (LanternPolice("attention"), x, (3, 4, 8, 4, 8)),
        (LanternPolice("attention", 8), x, (3, 8, 16, 8, 16)),
        (LanternThief("attention"), torch.randn(3, 8), (3, 4, 8, 4, 8)),
    ):
        found = attending.looks(network, given)
        assert found.shape == shape and torch.allclose(found.sum((3, 4)), torch.ones(shape[:3]))
    police = LanternPolice("attention")
    layers = list(police.body)
    place = next(i for i, layer in enumerate(layers) if isinstance(layer, attending.Attention))
    h = torch.nn.Sequential(*layers[:place])(x)
    assert torch.equal(attending.looks(police, x).flatten(3).flatten(1, 2), layers[place].weights(h))


def test_looks_across_are_counted_where_the_other_lantern_is():
    x = Lanterns().sample(50, seeded())
    for h in attending.SIZES:
        even = torch.full((50, h, 2 * h, h, 2 * h), 1 / (2 * h * h))
        assert torch.allclose(attending.across(even, x), torch.full((2, h // 2), 1 / (4 * h)))
    down = (attending.centres(x)[0] / 4).long()
    sharp, n = torch.zeros(50, 4, 8, 4, 8), torch.arange(50)
    sharp[n, down[:, 1], 7, down[:, 0], 1] = 0.75  # the lantern on the right looks at the one on the left
    assert torch.equal(attending.across(sharp, x), torch.tensor([[0.0, 0.0], [0.0, 0.75]]))


def test_the_same_game_eager_and_traced():
    game = attending_models.MODELS["lanterns attention"].game()
    draws = Batches(game, Lanterns(), 8, moves=2)
    step, state = make_step(game, rules.InTurn(("D", "G")), optimisers.Adam()), fresh(game)
    fast = traced(step, state, Batch(draws(0)))
    eager = replayed = state
    for t in range(3):
        eager, replayed = step(eager, Batch(draws(t)))[0], fast(replayed, Batch(draws(t)))[0]
    for name in game.nets:
        assert torch.equal(eager.params[name], replayed.params[name])
        assert not torch.equal(eager.params[name], state.params[name])


@pytest.mark.parametrize("name", attending_models.MODELS)
def test_each_trains_and_is_judged(name):
    training = attending_models.start(name, steps=2)
    training.run(progress=False)
    players = attending_models.finished(training)
    assert torch.equal(nets.flatten(players["G"]), training.state.theta_ema)
    found = attending_models.score(name, players, n=100)
    model = attending_models.MODELS[name]
    looked = {"across", "across most"} if model.layer == "attention" else set()
    read = {"drawn", "matched", "floor", "correlation", "spread"}
    assert {*found} == read | {"gap", "ranked"} | looked
    has = [any(isinstance(m, attending.Attention) for m in players[p].modules()) for p in "DG"]
    assert has == [model.layer == "attention"] * 2


def test_the_judge_of_the_police_knows_who_can_tell():
    x = Lanterns().sample(300, seeded())

    def perfect(pictures):
        return -(attending.centres(pictures)[0] @ torch.tensor([1.0, -1.0])).abs()

    best = attending_models.tells(perfect, x)
    assert best["gap"] > 2 and best["ranked"] > 0.97
    for police in BLIND:  # each right half comes up once in either heap, so the means agree to rounding
        blind = attending_models.tells(awake(police), x)
        assert abs(blind["gap"]) < 1e-6 and abs(blind["ranked"] - 0.5) < 0.05


@pytest.mark.parametrize("name", attending_models.SHIPPED)
def test_what_is_shipped_can_be_made_and_is_loaded(name):
    if name in trained.index():
        module, made = trained.load(name), attending_models.blank(name)
        assert trained.architecture(module) == trained.architecture(made)
        assert not torch.equal(nets.flatten(module), nets.flatten(made))


BAD = [
    (lambda: LanternPolice("attention", 16), r"size must be one of 8, 4, but 16 was given"),
    (lambda: LanternThief("attention", 3), r"4 x 8 places: size must be one of 8, 4, but 3"),
    (lambda: LanternPolice("transformer"), "layer must be one of none, residual, attention, but 'transf"),
    (lambda: LanternPolice(head="mean"), "head must be one of patches, linear, dense, but 'mean'"),
    (lambda: LanternThief(channels=0), "channels must be"),
    (lambda: LanternPolice()(torch.zeros(2, 784)), r"x must be pictures \[n, 512\], 16 x 32 .* \[2, 784\]"),
    (lambda: attending.judged(torch.zeros(2, 16, 32)), r"x must be pictures \[n, 512\].* \[2, 16, 32\]"),
    (lambda: attending.exchanged(torch.zeros(3, 256)), r"x must be pictures .* \[3, 256\]"),
    (lambda: attending.lanterns(torch.zeros(3, 2), torch.zeros(3)), r"heights and across .* \[3\] were"),
    (lambda: attending.by_chance(0), "within must be"),
    (lambda: attending.judged(torch.zeros(2, 512), others=0), "others must be"),
    (lambda: attending.Attention(0), "channels must be"),
    (lambda: attending.Attention(8, depth=0), "depth must be"),
    (lambda: attending.looks(LanternPolice(), torch.zeros(1, 512)), "no attention in this LanternPolice"),
    (lambda: attending.looks(LanternPolice("attention"), torch.zeros(1, 8)), "x must be pictures"),
    (lambda: LanternThief()(torch.zeros(2, 64)), r"z must be latents \[n, 8\], but \[2, 64\]"),
    (lambda: attending_models.start("lanterns"), "name must be one of lanterns none, "),
    (lambda: attending_models.start("lanterns none", steps=0), "steps must be"),
    (lambda: attending_models.score("moons", {}), "name must be one of lanterns none, "),
]


@pytest.mark.parametrize(("call", "says"), BAD)
def test_what_does_not_fit_is_refused_by_name(call, says):
    with pytest.raises(ValueError, match=says):
        call()
