"""The parts of networks and the rules that chapter 10 takes as cures: each against its definition."""

import pytest
import torch
from torch import nn
from torch.utils._pytree import tree_map

from gan_teach import Batches, Game, losses, nets, optimisers, penalties, rules, targets, train
from gan_teach.experiments import layers
from gan_teach.experiments.clinic import PACGAN_GRID, PACGAN_RING, RING, UNROLLED_DEMO
from gan_teach.experiments.sweep import grid, sweep
from gan_teach.rules import step_of
from gan_teach.starting import fresh

F64 = torch.float64
RING_TARGET, LATENT = targets.ring(), targets.normal(2)


def seeded(n, *shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(n), dtype=F64)


def small(**changes):
    return Game(
        **{
            "generator": nets.Generator(2, 2, (8, 8), "tanh"),
            "discriminator": nets.Discriminator(2, (8, 8), "tanh"),
            "latent": LATENT,
            **changes,
        }
    )


def test_a_pack_gets_one_verdict_and_each_of_its_samples_has_it():
    body = nets.Discriminator(6).double()
    x = seeded(0, 12, 2)
    logits = layers.Packed(body, 3)(x)
    assert torch.equal(logits.view(4, 3), body(x.reshape(4, 6))[:, None].expand(4, 3))


@pytest.mark.parametrize("batch_size, points", [(128, 60), (126, 50)])
def test_a_pack_size_that_does_not_divide_is_refused(batch_size, points):
    game = small(discriminator=layers.Packed(nets.Discriminator(6), 3))
    with pytest.raises(ValueError, match="multiple of the pack size 3, but"):
        train(game, RING_TARGET, steps=2, batch_size=batch_size, points=points).run(progress=False)


def test_minibatch_discrimination_counts_the_company_as_its_equation_says():
    D, x = layers.MinibatchDiscriminator(2, (8, 8), kernels=3, size=2).double(), seeded(1, 7, 2)
    f = D.features(x)
    rows = (f @ D.rows.weight.T).view(7, 3, 2)
    company = torch.stack(
        [sum(torch.exp(-(rows[i] - rows[j]).abs().sum(1)) for j in range(7) if j != i) for i in range(7)]
    )
    assert torch.allclose(D(x), D.verdict(torch.cat([f, company], dim=1))[:, 0], atol=1e-12)


@pytest.mark.parametrize("shape", [(64, 64), (64, 2), (1, 64), (20, 64)])
def test_the_spectral_value_is_the_largest_singular_value_and_its_slope_u_v(shape):
    for seed in range(20):
        W = seeded(seed, *shape).requires_grad_()
        true = torch.linalg.matrix_norm(W, 2)
        found = layers.spectral_value(W)
        assert 0.99 * true <= found <= true * (1 + 1e-9)
    W = torch.diag(torch.tensor([3.0, 1.0, 0.5], dtype=F64)).requires_grad_()
    layers.spectral_value(W).backward()
    assert torch.allclose(W.grad, torch.diag(torch.tensor([1.0, 0, 0], dtype=F64)), atol=1e-6)


def test_with_spectral_norm_no_slope_is_above_one():
    D = layers.spectral(nets.initialise(nets.Discriminator(2), 3))
    with torch.no_grad():
        for p in D.parameters():
            p.mul_(20)
    x = torch.randn(500, 2, generator=torch.Generator().manual_seed(0)) * 4
    assert penalties.slopes(D, x).norm(dim=1).max() <= 1.02
    with pytest.raises(ValueError, match="Identity has none"):
        layers.spectral(nn.Identity())


def test_a_convolution_is_divided_by_the_largest_singular_value_of_its_matrix():
    plain = nn.Conv2d(2, 3, 4, stride=2, padding=1, bias=False, padding_mode="replicate").double()
    layer = layers.spectral(nn.Sequential(plain)).double()[0]
    layer.load_state_dict(plain.state_dict())
    x = seeded(0, 2, 2, 8, 8)
    largest = torch.linalg.matrix_norm(plain.weight.flatten(1), 2)
    assert torch.allclose(layer(x), plain(x) / largest, rtol=1e-2) and layer.bias is None
    assert not torch.allclose(layer(x), plain(x), rtol=0.05)


def test_the_slope_of_a_normalised_convolution_is_at_most_the_root_of_its_overlaps():
    layer = layers.spectral(nn.Sequential(nn.Conv2d(1, 8, 4, stride=2, padding=1)))[0].double()
    with torch.no_grad():
        layer.weight.mul_(50)
    slope = torch.autograd.functional.jacobian(lambda x: layer(x).flatten(), seeded(1, 1, 1, 12, 12))
    steepest = torch.linalg.matrix_norm(slope.flatten(1), 2)
    assert 1 < steepest <= 2.02  # each pixel lies in 4 x 4 / 2 x 2 = 4 fields


def test_batch_norm_gives_every_inner_unit_mean_zero_and_variance_one():
    G = layers.batch_normalised(nets.Generator(2, 2, (8,)))
    seen = []
    G.body[1].register_forward_hook(lambda module, given, out: seen.append(out))
    G(torch.randn(200, 2, generator=torch.Generator().manual_seed(0)) * 5 + 3)
    assert torch.allclose(seen[0].mean(0), torch.zeros(8), atol=1e-5) and torch.allclose(
        seen[0].var(0, unbiased=False), torch.ones(8), atol=1e-2
    )
    assert isinstance(G.body[-1], nn.Linear)


def test_maxout_takes_the_largest_piece():
    layer, x = layers.Maxout(3, 4, 5).double(), seeded(2, 6, 3)
    pieces = layer.map(x).view(6, 4, 5)
    assert torch.equal(layer(x), pieces.max(dim=2).values)


@pytest.mark.parametrize("through", [True, False])
@pytest.mark.parametrize("optimiser", [optimisers.SGD(), optimisers.Adam()], ids=["sgd", "adam"])
def test_unrolled_moves_along_the_slope_of_its_definition(through, optimiser):
    game = small()
    state = tree_map(lambda t: t.double(), fresh(game, 0, lr_G=0.01, lr_D=0.05))
    draws = Batches(game, RING_TARGET, 16, 1, 0, dtype=F64)(0)
    of_d, of_g = rules.seat(draws, 0), rules.seat(draws, 1)
    for _ in range(3):  # so that Adam has a memory
        state, _ = rules.Alternating().move(game, optimiser, state, draws)
    after_d, _ = step_of(game, optimiser, state, "D", of_d)

    def ahead(theta):
        later = after_d.with_params(G=theta)
        for _ in range(3):
            later, _ = step_of(game, optimiser, later, "D", of_g)
        return later.psi

    fixed, direction, tiny = ahead(after_d.theta), seeded(5, *after_d.theta.shape), 1e-6

    def value(theta):
        return float(game.objective("G", {"G": theta, "D": ahead(theta) if through else fixed}, of_g)[0])

    by_differences = (value(after_d.theta + tiny * direction) - value(after_d.theta - tiny * direction)) / (
        2 * tiny
    )
    moved, _ = rules.Unrolled(3, through).move(
        game, optimisers.SGD() if optimiser == optimisers.SGD() else Straight(), state, draws
    )
    slope = (state.theta - moved.theta) / state.knobs["lr_G"]
    assert float(slope @ direction) == pytest.approx(by_differences, rel=2e-4, abs=1e-7)


class Straight(optimisers.Adam):
    """Adam for D and for the steps ahead, and plain descent for G, so that G's slope can be read off its
    step."""

    def step(self, w, slope, memory, lr):
        if w.shape == nets.flatten(small().generator).shape:
            return w - lr * slope, memory
        return super().step(w, slope, memory, lr)

    def differentiable(self):
        return self


def test_unrolled_through_adam_stays_finite_where_a_unit_is_switched_off():
    game = small(discriminator=nets.Discriminator(2, (8, 8)), generator=nets.Generator(2, 2, (8, 8)))
    last = train(game, RING_TARGET, rule=rules.Unrolled(5), steps=30, batch_size=16, points=20).run(
        progress=False
    )
    assert last.step == 30


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: rules.Unrolled(0), "ahead must be a whole number above zero"),
        (lambda: layers.Packed(nets.Discriminator(2), 0), "pack must be"),
        (lambda: losses.smoothed(1.2), "at most 1"),
        (lambda: small(noise=-1.0), "noise must be"),
        (lambda: small(noise_until=0), "noise_until must be"),
        (lambda: layers.batch_normalised(nets.Discriminator(2, ())), "batch norm goes between"),
    ],
)
def test_bad_input_is_refused(call, says):
    with pytest.raises((ValueError, TypeError), match=says):
        call()


def test_instance_noise_falls_to_nothing_and_only_D_sees_it():
    game = small(noise=0.5, noise_until=100)
    batches = Batches(game, RING_TARGET, 256, 2, 0)
    stds = [game.noise * game.factors(t)["noise"] for t in (0, 50, 99, 100, 150)]
    assert stds == pytest.approx([0.5, 0.25, 0.005, 0.0, 0.0], rel=1e-3)
    draws, plain = batches(0), Batches(small(), RING_TARGET, 256, 2, 0)(0)
    for name in ("blur_real", "blur_fake"):
        assert (
            draws[name].shape == (3, 256, 2)
            and abs(float(draws[name].std()) - 1) < 0.05
            and name not in plain
        )
    assert not torch.equal(draws["blur_real"], draws["blur_fake"])
    assert torch.equal(plain["x"], draws["x"])  # the other draws are the same
    state, draw, loss = fresh(game, 0), rules.seat(draws, 2), losses.non_saturating
    noisy, _ = game.objective("G", state.params, draw, {"noise": 0.5})
    clean, _ = game.objective("G", state.params, draw, {"noise": 0.0})
    made = game.generate(state.theta, draw["z"])
    assert torch.allclose(clean, loss.g(None, game.judge(state.psi, made)).mean())
    assert torch.allclose(noisy, loss.g(None, game.judge(state.psi, made + 0.5 * draw["blur_fake"])).mean())
    assert noisy != clean


MAPPED = {
    "packs": dict(discriminator=layers.Packed(nets.Discriminator(4, (8, 8)), 2)),
    # Few kernels: each look at the field compares its 2,304 places with one another.
    "minibatch": dict(discriminator=layers.MinibatchDiscriminator(2, (8, 8), kernels=2, size=2)),
    "spectral": dict(discriminator=layers.spectral(nets.Discriminator(2, (8, 8)))),
    "batch norm": dict(generator=layers.batch_normalised(nets.Generator(2, 2, (8, 8)))),
    "noise": dict(noise=0.3, noise_until=20),
    "smoothed": dict(loss=losses.smoothed(0.9)),
    "unrolled": {},
}


@pytest.mark.parametrize("name", MAPPED)
def test_every_cure_gives_in_a_sweep_what_it_gives_alone(name):
    game, options = (
        small(**MAPPED[name]),
        dict(
            steps=12,
            every=12,
            batch_size=16,
            points=10,
            dtype=F64,
            rule=rules.Unrolled(2) if name == "unrolled" else "alternating",
        ),
    )
    many = sweep(game, RING_TARGET, grid(seed=range(3)), **options)
    many.run(progress=False)
    for seed in range(3):
        alone = train(game, RING_TARGET, seed=seed, backend="eager", **options).run(progress=False)
        assert torch.allclose(many.member(seed).theta, torch.from_numpy(alone.theta.copy()), atol=1e-9)


@pytest.mark.parametrize("protocol", [RING, PACGAN_RING, PACGAN_GRID, UNROLLED_DEMO], ids=lambda p: p.name)
def test_a_protocol_plays_a_few_steps(protocol):
    batch = 20
    last = train(
        protocol.game(),
        protocol.target,
        steps=2,
        batch_size=batch,
        points=20,
        optimiser=protocol.optimiser,
        lr_g=protocol.lr,
        lr_d=protocol.lr,
    ).run(progress=False)
    assert last.step == 2
