"""Games on images: the networks, Adam in place, moves that share their fakes, and generators made fit for
use."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.func import grad
from torch.nn.functional import binary_cross_entropy
from torch.utils._pytree import tree_leaves, tree_map

from gan_teach import Batches, Game, losses, nets, optimisers, penalties, rules, targets, train
from gan_teach.experiments.sweep import Member, sweep
from gan_teach.images import digit_models, digits, image_nets
from gan_teach.looking import HEAVY
from gan_teach.players import Batch
from gan_teach.starting import fresh
from gan_teach.step import make_step, traced

DATA = digits.load("train")  # all of MNIST where it can be had, 5,000 of its digits elsewhere
F64 = torch.float64


def seeded(n=0):
    return torch.Generator().manual_seed(n)


def conv(**changes):
    return digit_models.conv(channels=4, **changes)


def dense():
    return Game(image_nets.ArticleGenerator(10), image_nets.ArticleDiscriminator(), targets.normal(10))


def vectors(state):
    """All parameters of a state."""
    return [*state.params.values(), *state.averages.values()]


def played(game, target=DATA, steps=3, batch_size=16, **options):
    training = train(
        game,
        target,
        steps=steps,
        batch_size=batch_size,
        every=steps,
        points=8,
        lr_g=2e-4,
        lr_d=2e-4,
        **options,
    )
    training.run(progress=False)
    return training


@pytest.mark.parametrize("name", digit_models.MODELS)
def test_each_model_trains_on_the_digits_and_gives_images(name):
    model = replace(digit_models.get(name), batch_size=16)
    training = digit_models.start(model, DATA, seed=1, steps=4, device="cpu")
    last = training.run(progress=False)
    assert training.stopped is None and last.step == 4 and np.isfinite(last.d_loss).all()
    assert last.x_fake.min() >= -1 and last.x_fake.max() <= 1 and last.x_fake.shape == (64, 784)
    assert ("labels" in last.arrays) == (model.name == "conditional")
    begun = digit_models.start(model, DATA, seed=1, steps=4, device="cpu").state
    assert not torch.equal(begun.theta, training.state.theta) and not torch.equal(
        begun.psi, training.state.psi
    )


def test_the_same_seed_gives_the_same_training_and_another_does_not():
    ends = [played(conv(), seed=seed, optimiser="fused adam").state.theta for seed in (3, 3, 4)]
    assert torch.equal(ends[0], ends[1]) and not torch.equal(ends[0], ends[2])


@pytest.mark.parametrize(
    "game",
    [dense, conv, lambda: conv(penalties=(penalties.r1(0.5),), d={"norm": False})],
    ids=["dense", "conv", "conv with R1"],
)
@pytest.mark.parametrize("backend", ["eager", "traced"])
def test_adam_in_place_is_adam(game, backend):
    plain, fused = (
        played(game(), optimiser=o, backend=b, dtype=F64, ema_halflife=5)
        for o, b in (("adam", "eager"), ("fused adam", backend))
    )
    for mine, theirs in zip(vectors(fused.state), vectors(plain.state)):
        assert torch.allclose(mine, theirs, atol=1e-9)


@pytest.mark.parametrize(
    "rule",
    [
        rules.Simultaneous(),
        rules.Simultaneous(shared=True),
        rules.Alternating(n_d=2, first="G"),
        rules.Alternating(clip=0.01),
        rules.Extragradient(),
    ],
    ids=["simultaneous", "shared", "two steps of D", "clipped", "extragradient"],
)
def test_adam_in_place_is_adam_under_every_rule(rule):
    """Where a rule looks back at the state that it came from, steps written over each other would change
    it."""
    plain, fused = (
        played(dense(), rule=rule, steps=3, optimiser=o, backend="eager", dtype=F64)
        for o in ("adam", "fused adam")
    )
    for mine, theirs in zip(vectors(fused.state), vectors(plain.state)):
        assert torch.allclose(mine, theirs, atol=1e-9)


def test_adam_in_place_keeps_what_was_given_to_it():
    game = conv()
    first = played(game, optimiser="fused adam")
    kept = tree_map(torch.clone, first.state)
    given = first.state
    played(game, optimiser="fused adam", start=given)
    assert all(torch.equal(a, b) for a, b in zip(vectors(given), vectors(kept)))
    history = played(game, steps=6, optimiser="fused adam").history
    assert len({s.theta.tobytes() for s in history}) == len(history)


def test_adam_in_place_after_a_divergence_is_back_at_the_last_good_snapshot():
    training = train(
        conv(loss=losses.wasserstein),
        DATA,
        steps=400,
        batch_size=8,
        every=2,
        points=8,
        lr_g=1e25,
        lr_d=1e25,
        optimiser="fused adam",
        warn=False,
    )
    with np.errstate(all="ignore"):
        for _ in training:
            pass
    assert training.stopped and np.array_equal(training.state.theta.numpy(), training.history[-1].theta)


def test_adam_in_one_pass_can_be_neither_differentiated_nor_mapped():
    with pytest.raises(ValueError, match="can't be differentiated through"):
        train(conv(), DATA, steps=1, rule=rules.Unrolled(2), optimiser="fused adam")
    with pytest.raises(ValueError, match="Consensus needs slopes as vectors"):
        train(conv(), DATA, steps=1, rule=rules.Consensus(0.1), optimiser="fused adam")
    with pytest.raises(ValueError, match="maps one step over many games"):
        sweep(conv(), DATA, [Member()], steps=1, optimiser="fused adam")


def test_an_interrupt_between_the_players_leaves_the_step_untaken():
    """D has moved, G has not: the state is that of before, and the training goes on as if nothing had
    been."""
    for optimiser in ("adam", "fused adam"):
        game, calls = conv(), []
        whole, parts = (
            train(game, DATA, steps=4, batch_size=8, points=8, every=4, optimiser=optimiser, backend="eager")
            for _ in range(2)
        )
        expected = whole.run(progress=False)
        wanted = game.players["G"].objective

        def interrupted(net, draw, knobs, wanted=wanted, calls=calls):
            calls.append(1)
            if len(calls) == 3:
                raise KeyboardInterrupt
            return wanted(net, draw, knobs)

        next(parts)
        game.players["G"] = replace(game.players["G"], objective=interrupted)
        before = parts.state
        with pytest.raises(KeyboardInterrupt):
            parts.run(progress=False)
        steps = {float(parts.state.memory[who][who].steps) for who in ("D", "G")}
        assert parts.done == 2 and steps == {2.0} and not torch.equal(before.psi, parts.state.psi)
        last = parts.run(progress=False)
        assert np.array_equal(last.theta, expected.theta) and np.array_equal(last.psi, expected.psi)
        assert len(last.d_loss) == 4


@pytest.mark.parametrize(
    "game",
    [
        dense,
        conv,
        lambda: conv(
            loss="relativistic", penalties=(penalties.r1(0.5), penalties.r2(0.1)), d={"norm": False}
        ),
    ],
    ids=["dense", "batch norm in D", "relativistic with R1 and R2"],
)
def test_shared_moves_have_each_players_own_slope(game):
    game = game()
    state = tree_map(lambda t: t.double(), fresh(game, 0))
    draw = rules.seat(Batches(game, DATA, 12, 1, 0, dtype=F64)(0), 1)
    together = grad(lambda params: game.joint(game.bound(params), draw, state.knobs), has_aux=True)
    both, shown = together(state.params)
    for who in ("G", "D"):
        slope, own = game.slope(who, state.params, draw, state.knobs)
        assert torch.allclose(both[who], slope[who], atol=1e-12) and torch.allclose(shown[who], own[who])


def test_a_trace_judges_shared_fakes_once_and_gives_the_same_bits():
    game, rule = dense(), rules.Simultaneous(shared=True)
    adam = optimisers.FusedAdam()
    step, batches = make_step(game, rule, adam), Batches(game, DATA, 8)
    state, knobs = fresh(game, 0, adam), {"lr_G": 1e-3}
    fast = traced(step, state, Batch(batches(0), knobs))
    forward = [node for node in fast.graph.nodes if node.target is torch.ops.aten.addmm.default]
    assert len(forward) == 5 + 2 * 3  # G's layers once, D's at the real images and at the fakes
    slow = state
    for t in range(3):
        kept, held = tree_map(torch.clone, state), state
        state, shown = fast(state, Batch(batches(t), knobs))
        slow, as_shown = step(slow, Batch(batches(t), knobs))
        assert all(
            torch.equal(a, b) for a, b in zip(tree_leaves((state, shown)), tree_leaves((slow, as_shown)))
        )
        assert all(torch.equal(a, b) for a, b in zip(tree_leaves(held), tree_leaves(kept)))


class HowFar(rules.Extragradient):
    """Keeps copies of both networks through the step, and shows how far they went."""

    def move(self, game, optimiser, state, draws):
        before = {name: w.clone() for name, w in state.params.items()}
        moved, shown = super().move(game, optimiser, state, draws)
        return moved, shown | {f"far {n}": (moved.params[n] - w).abs().max() for n, w in before.items()}


def test_a_copy_of_ones_own_is_not_the_one_that_adam_writes_on():
    eager, fast = (
        played(dense(), rule=HowFar(), optimiser="fused adam", backend=b).history for b in ("eager", "traced")
    )
    for who in ("G", "D"):
        assert np.array_equal(eager.loss(f"far {who}"), fast.loss(f"far {who}"))


def test_the_program_of_article_d_moves_at_once_though_it_looks_as_if_in_turn():
    """Its loop, with its sigmoid and its BCE loss, on the draws of ours: the same parameters after some
    steps."""
    game = dense()
    ours = played(game, steps=3, rule=rules.Simultaneous(shared=True), backend="eager", dtype=F64)
    state = tree_map(lambda t: t.double(), fresh(game, 0))
    G, D = (
        nets.load(game.generator, state.theta),
        nn.Sequential(copy.deepcopy(game.discriminator.body), nn.Sigmoid()).double(),
    )
    nn.utils.vector_to_parameters(state.psi, D.parameters())
    adam_g, adam_d = (torch.optim.Adam(net.parameters(), 2e-4, (0.5, 0.999)) for net in (G, D))
    batches = Batches(game, DATA, 16, dtype=F64)
    one, zero = torch.ones(16, 1, dtype=F64), torch.zeros(16, 1, dtype=F64)
    for t in range(3):
        draw = rules.seat(batches(t), 1)
        adam_g.zero_grad()
        fakes = G(draw["z"])
        binary_cross_entropy(D(fakes), one).backward()
        adam_g.step()
        adam_d.zero_grad()
        loss = binary_cross_entropy(D(draw["x"]), one) + binary_cross_entropy(D(fakes.detach()), zero)
        loss.backward()
        adam_d.step()
    theirs = nets.flatten(G)
    assert torch.allclose(ours.state.theta, theirs, atol=1e-9)
    in_turn = played(game, steps=3, rule=rules.Alternating(first="G"), backend="eager", dtype=F64).state.theta
    assert (in_turn - theirs).abs().max() > 1e-5


@pytest.mark.parametrize("g", [{}, {"norm": False}, {"up": "nearest"}, {"small_start": False}])
def test_generators_give_images_and_conditional_ones_mind_the_label(g):
    z = torch.randn(6, 64, generator=seeded())
    images = image_nets.ConvGenerator(channels=4, **g)(z)
    assert images.shape == (6, 784) and images.abs().max() <= 1
    G = nets.initialise(image_nets.ConvGenerator(channels=4, classes=10, **{**g, "small_start": False}), 0)
    ordered, otherwise = (G(z, digits.as_labels(y, 6)) for y in ([3, 1, 4, 1, 5, 9], [2, 7, 1, 8, 2, 8]))
    assert ordered.shape == (6, 784) and (ordered - otherwise).abs().max() > 1e-3


def test_dcgans_weights_start_small_and_the_same_seed_gives_the_same():
    first, again = (nets.initialise(image_nets.ConvGenerator(channels=16), 5) for _ in range(2))
    weights = [p.detach() for name, p in first.named_parameters() if name.endswith("weight") and p.ndim > 1]
    assert all(abs(float(w.std()) - 0.02) < 0.004 for w in weights)
    assert torch.equal(nets.flatten(first), nets.flatten(again))
    assert (
        nets.initialise(image_nets.ConvGenerator(small_start=False), 5).body[0].weight.detach().std() > 0.05
    )


def test_a_conditional_discriminator_minds_the_label():
    D = nets.initialise(image_nets.ConvDiscriminator(4, classes=10, norm=False, small_start=False), 1)
    x, y = DATA.first(5), digits.one_hot(DATA.labels[:5])
    assert (D(x, y) - D(x, y.roll(1, 1))).abs().min() > 1e-4
    assert penalties.slopes(lambda x: D(x, y), x).abs().max() > 0


def test_a_penalty_is_taken_per_sample_with_its_label():
    D = nets.initialise(image_nets.ConvDiscriminator(4, classes=10, norm=False, small_start=False), 1)
    x, y = DATA.first(5), digits.one_hot(DATA.labels[:5])

    def r1(some, labels):
        return penalties.r1().value(lambda x: D(x, labels), some, some, None)

    value = r1(x, y)
    assert torch.allclose(value, torch.cat([r1(x[i : i + 1], y[i : i + 1]) for i in range(5)]), rtol=1e-4)
    assert not torch.allclose(value, r1(x, y.roll(1, 1)), rtol=1e-2)


def test_standing_statistics_make_a_latent_mean_one_image():
    game = conv()
    theta = nets.flatten(nets.initialise(game.generator, 2))
    z = game.latent.sample(4000, seeded())
    G = image_nets.standing(game.generator, theta, z)
    together = G(z[:50])
    assert torch.allclose(G(z[7:8]), together[7:8], atol=1e-5)
    with torch.no_grad():
        by_its_batch = nets.load(game.generator, theta)(z)
    assert (G(z) - by_its_batch).abs().max() < 0.01 and (
        together - nets.load(game.generator, theta)(z[:50])
    ).abs().max() > 1e-4


def test_standing_leaves_a_generator_without_batch_norm_as_it_is():
    game = conv(g={"norm": False}, d={"norm": False})
    theta = nets.flatten(nets.initialise(game.generator, 2))
    z = game.latent.sample(40, seeded())
    assert torch.equal(image_nets.standing(game.generator, theta, z)(z), nets.load(game.generator, theta)(z))


def test_snapshots_of_heavy_networks_leave_the_parameters_out_and_can_be_shown():
    from gan_teach.live import player

    training = played(dense(), optimiser="fused adam")
    assert nets.count(dense().generator) > HEAVY and len(training.history[-1].theta) == 0
    assert "<player" in repr(player(training.history, dense(), DATA))


def test_too_little_gpu_memory_names_a_smaller_batch(monkeypatch):
    training = train(conv(), DATA, steps=3, batch_size=16, points=8)
    next(training)

    def full(state, batch):
        raise torch.OutOfMemoryError("CUDA out of memory")

    training._step = full
    with pytest.raises(MemoryError, match="batch_size=16: try batch_size=8"):
        next(training)


def test_a_stored_recording_comes_back_and_plays(tmp_path):
    from gan_teach.live import player

    training = played(conv(labelled=True), DATA, steps=4)
    (tmp_path / "one.npz").write_bytes(digit_models.packed(training.history, shown=6))
    back = digit_models.kept(tmp_path / "one.npz")
    assert [s.step for s in back] == [s.step for s in training.history] and back[-1].x_fake.shape == (6, 784)
    assert np.array_equal(back[-1].labels, training.history[-1].labels[:6])
    assert np.abs(back[-1].x_fake - training.history[-1].x_fake[:6]).max() <= 1 / 255 + 1e-6
    assert abs(back[-1].d_loss[0] - training.history[-1].d_loss.mean()) < 1e-6 and len(back[0].d_loss) == 0
    assert "step 4" in repr(player(back, conv(labelled=True), DATA))
    (tmp_path / "two.npz").write_bytes((tmp_path / "one.npz").read_bytes()[:300])
    with pytest.raises(ValueError, match="no stored recording of digits"):
        digit_models.kept(tmp_path / "two.npz")
    with pytest.raises(FileNotFoundError):
        digit_models.kept(tmp_path / "three.npz")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: image_nets.ConvGenerator(up="bilinear"), "up must be one of transposed, nearest"),
        (lambda: image_nets.ConvGenerator(classes=3), "classes must be one of 0, 10"),
        (lambda: image_nets.ArticleGenerator(eps=0), "eps must be"),
        (lambda: digit_models.get("vae"), "model must be one of as printed, put right"),
    ],
)
def test_bad_input_is_named(make, says):
    with pytest.raises(ValueError, match=says):
        make()
