"""Losses, penalties, rules and steps against formulas and against the loop that everybody knows."""

import math

import numpy as np
import pytest
import torch
from torch.utils._pytree import tree_map

from gan_teach import Batches, Game, losses, nets, optimisers, penalties, rules, targets
from gan_teach.exact.dirac import DiracGAN
from gan_teach.players import Batch
from gan_teach.starting import fresh
from gan_teach.step import make_step, mapped, traced

F64 = torch.float64


def small_game(loss="non_saturating", *penalty):
    return Game(
        nets.Generator(2, 2, (8, 8), "tanh"),
        nets.Discriminator(2, (8, 8), "tanh"),
        targets.normal(2),
        loss,
        penalty,
    )


def batches_of(game, seed):
    """t -> the batch of that step."""
    draws = Batches(game, targets.ring(), 16, seed=seed)
    return lambda t: Batch(draws(t))


def at_zero(moves):
    """A batch in which all data and latents are 0."""
    zeros = torch.zeros(moves, 4, 1, dtype=F64)
    return Batch({"x": zeros, "z": zeros, "u": zeros[..., 0]})


def start_of(game, dtype=F64, seed=0, lr=1e-2):
    return tree_map(lambda t: t.to(dtype), fresh(game, seed, lr_G=lr, lr_D=lr))


def log_sigmoid_forms(real, fake):
    s = torch.sigmoid
    return {
        "minimax": (-s(real).log() - (1 - s(fake)).log(), (1 - s(fake)).log()),
        "non_saturating": (-s(real).log() - (1 - s(fake)).log(), -s(fake).log()),
        "least_squares": ((real - 1) ** 2 + fake**2, (fake - 1) ** 2),
        "wasserstein": (fake - real, -fake),
        "hinge": ((1 - real).clamp(min=0) + (1 + fake).clamp(min=0), -fake),
        "relativistic": (-s(real - fake).log(), -s(fake - real).log()),
    }


@pytest.mark.parametrize("name", losses.LOSSES)
def test_each_loss_is_its_formula_and_pushes_the_right_way(name):
    real, fake = (
        torch.tensor([-0.5, 0.3, 2.0], dtype=F64, requires_grad=True),
        torch.tensor([0.4, -0.2, 0.1], dtype=F64, requires_grad=True),
    )
    loss, (d, g) = losses.get(name), log_sigmoid_forms(real, fake)[name]
    assert torch.allclose(loss.d(real, fake), d) and torch.allclose(loss.g(real, fake), g)
    d_real, d_fake = torch.autograd.grad(loss.d(real, fake).sum(), (real, fake), retain_graph=True)
    (g_fake,) = torch.autograd.grad(loss.g(real, fake).sum(), fake)
    assert (d_real <= 0)[:2].all() and (d_fake >= 0)[:1].all() and (g_fake < 0).all()


@pytest.mark.parametrize("name", losses.LOSSES)
def test_equilibrium_levels(name):
    loss = losses.get(name)
    at = torch.tensor([loss.neutral or 0.0])
    for level, value in ((loss.d_equilibrium, loss.d(at, at)), (loss.g_equilibrium, loss.g(at, at))):
        assert level is None or math.isclose(level, value.item(), rel_tol=1e-6)
    assert math.isclose(losses.minimax.d_equilibrium, math.log(4))


def test_penalties_are_per_sample_and_have_their_closed_forms():
    w, real, fake = (
        torch.tensor([3.0, 4.0], dtype=F64),
        torch.randn(5, 2, dtype=F64),
        torch.randn(5, 2, dtype=F64),
    )
    u = torch.rand(5, dtype=F64)

    def value(name, critic):
        return penalties.get(name, 1.0).value(critic, real, fake, u)

    def quadratic(x):
        return (x**2).sum(1) / 2

    assert torch.allclose(value("r1", lambda x: x @ w), torch.full((5,), 12.5, dtype=F64))
    assert torch.allclose(value("gradient_penalty", lambda x: x @ w), torch.full((5,), 16.0, dtype=F64))
    assert torch.allclose(value("r1", quadratic), (real**2).sum(1) / 2) and torch.allclose(
        value("r2", quadratic), (fake**2).sum(1) / 2
    )
    between = u[:, None] * real + (1 - u[:, None]) * fake
    assert torch.allclose(value("gradient_penalty", quadratic), (between.norm(dim=1) - 1) ** 2)
    flat = torch.zeros(2, dtype=F64, requires_grad=True)
    assert torch.autograd.grad(value("gradient_penalty", lambda x: x @ flat).sum(), flat)[0].isfinite().all()


@pytest.mark.parametrize("shape", [(2,), (1, 4, 4), (3, 2, 2)], ids=str)
@pytest.mark.parametrize("n", [1, 16, 256])
def test_every_penalty_is_per_sample_whatever_the_batch_and_the_shape(n, shape):
    def drawn(seed, *size):
        return torch.randn(*size, generator=torch.Generator().manual_seed(seed), dtype=F64)

    weight = drawn(0, *shape)
    weight = 5 * weight / weight.norm()  # a linear critic of slope 5
    real, fake, u = (
        drawn(1, n, *shape),
        drawn(2, n, *shape),
        torch.rand(n, generator=torch.Generator().manual_seed(3), dtype=F64),
    )
    known = {"r1": 12.5, "r2": 12.5, "gradient_penalty": 16.0}
    for name, value in known.items():
        found = penalties.get(name, 1.0).value(lambda x: (x * weight).flatten(1).sum(1), real, fake, u)
        assert torch.allclose(found, torch.full((n,), value, dtype=F64), atol=1e-6)


@pytest.mark.parametrize(
    "ours, theirs",
    [
        (optimisers.Adam(0.5, 0.99), lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.5, 0.99))),
        (optimisers.SGD(), lambda p: torch.optim.SGD(p, lr=0.01)),
    ],
)
def test_optimisers_are_those_of_pytorch(ours, theirs):
    w = torch.nn.Parameter(torch.randn(7, dtype=F64))
    mine, memory = (
        w.detach().clone(),
        optimisers.Memory(torch.zeros(7, dtype=F64), torch.zeros(7, dtype=F64), torch.zeros((), dtype=F64)),
    )
    opt = theirs([w])
    for _ in range(50):
        opt.zero_grad()
        (w**4).sum().backward()
        mine, memory = ours.step(mine, w.grad.clone(), memory, torch.tensor(0.01, dtype=F64))
        opt.step()
        assert torch.allclose(mine, w, atol=1e-12)


def plain(game, state, batches, steps, n_d, order, gamma=0.0, simultaneous=False):
    """The loop of nn.Module and torch.optim, for any loss."""
    G, D = nets.load(game.generator, state.theta), nets.load(game.discriminator, state.psi)
    opt_g, opt_d = (torch.optim.Adam(net.parameters(), lr=1e-2, betas=(0.5, 0.999)) for net in (G, D))

    def d_grads(draw):
        x = draw["x"].clone().requires_grad_()
        real = D(x)
        (slope,) = torch.autograd.grad(real.sum(), x, create_graph=True)
        loss = game.loss.d(real, D(G(draw["z"]).detach())).mean() + gamma / 2 * (slope**2).sum(1).mean()
        return torch.autograd.grad(loss, list(D.parameters()))

    def g_grads(draw):
        return torch.autograd.grad(game.loss.g(D(draw["x"]), D(G(draw["z"]))).mean(), list(G.parameters()))

    def move(opt, grads):
        for p, g in zip(opt.param_groups[0]["params"], grads):
            p.grad = g
        opt.step()

    for t in range(steps):
        draws = [rules.seat(batches(t), i) for i in range(n_d + 1)]
        if simultaneous:
            both = d_grads(draws[0]), g_grads(draws[-1])
            move(opt_d, both[0]), move(opt_g, both[1])
            continue
        for player in order:
            if player == "G":
                move(opt_g, g_grads(draws[-1]))
            else:
                for i in range(n_d):
                    move(opt_d, d_grads(draws[i]))
    return nets.flatten(G), nets.flatten(D)


@pytest.mark.parametrize("loss", losses.LOSSES)
@pytest.mark.parametrize(
    "rule, kw",
    [
        (rules.Alternating(2), {"n_d": 2, "order": "DG"}),
        (rules.Alternating(1, first="G"), {"n_d": 1, "order": "GD"}),
        (rules.Simultaneous(), {"n_d": 1, "order": "", "simultaneous": True}),
    ],
    ids=["alternating", "G first", "simultaneous"],
)
def test_the_pure_step_is_the_plain_loop(loss, rule, kw):
    game = small_game(loss, penalties.r1(0.3))
    start, batches = start_of(game), Batches(game, targets.ring(), 16, rule.n_d, dtype=F64)
    state, step = start, make_step(game, rule, optimisers.Adam())
    for t in range(40):
        state, _ = step(state, Batch(batches(t)))
    theta, psi = plain(game, start, batches, 40, gamma=0.3, **kw)
    assert torch.allclose(state.theta, theta, atol=1e-9) and torch.allclose(state.psi, psi, atol=1e-9)
    assert (state.theta - start.theta).abs().max() > 1e-2 and (state.psi - start.psi).abs().max() > 1e-2


@pytest.mark.parametrize(
    "penalty", [(), (penalties.r1(0.3), penalties.gradient_penalty(0.1))], ids=["plain", "penalties"]
)
def test_eager_traced_and_mapped_agree(penalty):
    game = small_game("non_saturating", *penalty)
    starts, draws = (
        [start_of(game, torch.float32, s) for s in range(3)],
        [batches_of(game, s) for s in range(3)],
    )
    step = make_step(game, rules.Alternating(), optimisers.Adam())
    fast = traced(step, starts[0], draws[0](0))
    together = tree_map(lambda *t: torch.stack(t), *starts)
    many = traced(mapped(step), together, tree_map(lambda *t: torch.stack(t), *(d(0) for d in draws)))
    alone, eager = list(starts), starts[0]
    for t in range(60):
        eager, stats = step(eager, draws[0](t))
        alone = [fast(s, d(t))[0] for s, d in zip(alone, draws)]
        together, _ = many(together, tree_map(lambda *x: torch.stack(x), *(d(t) for d in draws)))
    assert torch.equal(eager.theta, alone[0].theta) and torch.equal(eager.psi, alone[0].psi)
    for i in range(3):
        assert torch.allclose(together.theta[i], alone[i].theta, atol=2e-5)
    assert stats["D"].isfinite()


@pytest.mark.parametrize(
    "rule, still, moves", [("police only", "theta", "psi"), ("thief only", "psi", "theta")]
)
def test_a_frozen_player_keeps_its_bits(rule, still, moves):
    game = small_game()
    start, rule = start_of(game), rules.get(rule)
    after, _ = make_step(game, rule, optimisers.Adam())(
        start, Batch(Batches(game, targets.ring(), 8, rule.n_d, dtype=F64)(0))
    )
    assert torch.equal(getattr(start, still), getattr(after, still)) and not torch.equal(
        getattr(start, moves), getattr(after, moves)
    )


class Scalar(torch.nn.Module):
    """The Dirac-GAN's players: G gives theta whatever the latent, D gives psi x."""

    def __init__(self, value, multiplies):
        super().__init__()
        self.w, self.multiplies = torch.nn.Parameter(torch.tensor(float(value), dtype=F64)), multiplies

    def forward(self, x):
        return (self.w * x).squeeze(-1) if self.multiplies else self.w + 0 * x


DIRAC_RULES = [
    (rules.Simultaneous(), DiracGAN(), "simultaneous"),
    (rules.Alternating(), DiracGAN(), "alternating"),
    (rules.Extragradient(), DiracGAN(), "extragradient"),
    (rules.Consensus(0.3), DiracGAN(consensus=0.3), "simultaneous"),
    (rules.Simultaneous(), DiracGAN(r1=0.3), "simultaneous"),
    (rules.Alternating(), DiracGAN("non_saturating", r1=0.3), "alternating"),
]


@pytest.mark.parametrize("rule, dirac, moves", DIRAC_RULES)
def test_each_rule_turns_the_dirac_gan_with_its_closed_form_modulus(rule, dirac, moves):
    players = (penalties.r1(dirac.r1),) if dirac.r1 else ()
    game = Game(Scalar(1e-4, False), Scalar(0.0, True), targets.normal(1), dirac.loss, players)
    state = start_of(game, lr=0.2)
    batch = at_zero(len(rule.seats))
    step, radii = make_step(game, rule, optimisers.SGD()), []
    for _ in range(630):
        state, _ = step(state, batch)
        radii.append(float(state.theta.norm().hypot(state.psi.norm())))
    growth = (max(radii[-70:]) / max(radii[:70])) ** (1 / 560)
    assert math.isclose(growth, dirac.modulus(0.2, moves), abs_tol=3e-4)


@pytest.mark.parametrize("rule, dirac, moves", [row for row in DIRAC_RULES if not row[1].r1])
def test_each_rule_moves_the_dirac_gan_as_numpy_does(rule, dirac, moves):
    game = Game(Scalar(1.0, False), Scalar(-1.0, True), targets.normal(1), dirac.loss)
    state = start_of(game, lr=0.2)
    batch = at_zero(len(rule.seats))
    if moves == "alternating":
        rule = rules.Alternating(first="G")
    for expected in dirac.trajectory((1.0, -1.0), 0.2, 20, moves)[1:]:
        state, _ = make_step(game, rule, optimisers.SGD())(state, batch)
        assert (float(state.theta), float(state.psi)) == pytest.approx(tuple(expected), abs=1e-12)


def test_asked_steps_are_minus_the_gradient_of_gs_loss():
    game = small_game("relativistic")
    state = start_of(game)
    real, fake = torch.randn(5, 2, dtype=F64), torch.randn(5, 2, dtype=F64)
    asked = game.asked_steps(state.psi, fake, real)

    def loss(x):
        return game.loss.g(game.judge(state.psi, real), game.judge(state.psi, x))

    for axis in range(2):
        nudge = torch.zeros(2, dtype=F64)
        nudge[axis] = 1e-5
        assert torch.allclose(asked[:, axis], -(loss(fake + nudge) - loss(fake - nudge)) / 2e-5, atol=1e-7)


@pytest.mark.parametrize(
    "call, complaint",
    [
        (lambda: losses.get("kl"), "loss must be one of minimax.*'kl'"),
        (lambda: rules.get("random"), "rule must be one of alternating.*'random'"),
        (lambda: optimisers.get("rms"), "optimiser must"),
        (lambda: penalties.get("r3", 1.0), "penalty must"),
        (lambda: penalties.r1(-1.0), "gamma must"),
        (lambda: rules.Alternating(n_d=-1), "n_d must"),
        (lambda: rules.Alternating(n_d=0, generator_moves=False), "somebody has to move"),
        (lambda: optimisers.Adam(beta1=1.0), "beta1 must"),
        (lambda: nets.mlp(1, 1, (0,)), "hidden must"),
        (lambda: nets.mlp(1, 1, (4,), "gelu"), "activation must"),
        (lambda: nets.load(nets.Generator(1, 1), np.zeros(3)), "flat must"),
    ],
)
def test_bad_arguments_are_named(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call()
