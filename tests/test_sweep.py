"""Many games at once end where each would have ended alone."""

import numpy as np
import pytest
import torch

from gan_teach import Game, batches, nets, penalties, rules, targets, train
from gan_teach.experiments.sweep import Member, grid, sweep

RING = targets.ring()
GAME = Game(
    nets.Generator(2, 2, (16, 16)),
    nets.Discriminator(2, (16, 16), "tanh"),
    targets.normal(2),
    "non_saturating",
    (penalties.r1(0.1),),
)
MEMBERS = [
    Member(0),
    Member(1, lr_g=5e-3),
    Member(2, lr_d=3e-4),
    Member(3, gammas=(0.0,)),
    Member(4, gammas=(2.0,)),
]
SHARED = dict(steps=70, every=35, decay="cosine", batch_size=32, points=40)


@pytest.mark.parametrize(
    "rule",
    [rules.Alternating(n_d=1), rules.Alternating(n_d=3), rules.Simultaneous(), rules.Extragradient()],
    ids=repr,
)
def test_each_member_ends_where_it_would_have_ended_alone(rule, monkeypatch):
    """Twenty steps, which cross two boundaries between blocks of random numbers."""
    monkeypatch.setattr(batches, "BLOCK", 8)
    few = SHARED | dict(steps=20, every=10)
    many = sweep(GAME, RING, MEMBERS, rule=rule, dtype=torch.float64, **few)
    last = many.run(progress=False)
    for i, m in enumerate(MEMBERS):
        game = Game(
            GAME.generator,
            GAME.discriminator,
            GAME.latent,
            GAME.loss,
            (penalties.r1(0.1 if m.gammas is None else m.gammas[0]),),
        )
        alone = train(
            game,
            RING,
            rule=rule,
            seed=m.seed,
            lr_g=m.lr_g,
            lr_d=m.lr_d,
            dtype=torch.float64,
            backend="eager",
            **few,
        )
        end = alone.run(progress=False)
        assert np.allclose(last.x_fake[i], end.x_fake, atol=1e-9) and np.allclose(
            many.member(i).psi.numpy(), end.psi, atol=1e-9
        )
        assert np.isclose(last.d_loss[i], end.d_loss.mean(), atol=1e-9) and np.isclose(
            last.g_loss[i], end.g_loss.mean(), atol=1e-9
        )
    assert last.alive.all() and [m.step for m in many.history] == [0, 10, 20]


def test_members_differ_from_one_another():
    last = sweep(GAME, RING, MEMBERS, **SHARED).run(progress=False)
    apart = np.abs(last.x_fake[:, None] - last.x_fake[None]).mean((2, 3))
    assert (apart + np.eye(len(MEMBERS)) > 1e-3).all()


def test_a_member_that_diverges_is_marked_and_the_others_go_on():
    members = [Member(0), Member(0, lr_g=1e9, lr_d=1e9), Member(1)]
    game = Game(GAME.generator, nets.Discriminator(2, (16, 16)), GAME.latent, "wasserstein")
    options = dict(optimiser="sgd", **SHARED)
    with_it, without = (
        sweep(game, RING, ms, **options).run(progress=False) for ms in (members, members[::2])
    )
    assert with_it.alive.tolist() == [True, False, True]
    assert np.allclose(with_it.x_fake[[0, 2]], without.x_fake, atol=1e-5)


def test_an_interrupted_sweep_goes_on_as_if_nothing_had_been():
    whole, parts = sweep(GAME, RING, MEMBERS[:2], **SHARED), sweep(GAME, RING, MEMBERS[:2], **SHARED)
    step, calls = parts._step, []

    def interrupted_once(state, batch):
        calls.append(1)
        if len(calls) == 20:
            raise KeyboardInterrupt
        return step(state, batch)

    parts._step = interrupted_once
    with pytest.raises(KeyboardInterrupt):
        parts.run(progress=False)
    assert parts.done == 19
    end = parts.run(progress=False)
    wanted = whole.run(progress=False)
    assert np.array_equal(end.x_fake, wanted.x_fake) and np.array_equal(end.d_loss, wanted.d_loss)


def test_grid_has_every_combination():
    assert grid(lr_g=(1e-3, 2e-3), seed=range(2)) == [
        Member(0, 1e-3),
        Member(1, 1e-3),
        Member(0, 2e-3),
        Member(1, 2e-3),
    ]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: grid(seed=[]), "the axis seed is empty"),
        (lambda: grid(width=[1]), "an axis must be one of gammas, lr_d, lr_g, seed"),
        (lambda: Member(lr_g=0.0), "lr_g must be"),
        (lambda: Member(gammas=(-1.0,)), "gammas must be"),
        (lambda: sweep(GAME, RING, [], steps=3), "at least one member"),
        (lambda: sweep(GAME, RING, MEMBERS, steps=0), "steps must be"),
        (
            lambda: sweep(GAME, RING, [Member(gammas=(1.0, 2.0))], steps=3),
            "one weight per penalty of the game, 1, but",
        ),
        (lambda: sweep(GAME, targets.gaussian(), MEMBERS, steps=3), "samples of shape"),
    ],
)
def test_bad_input_is_refused(call, says):
    with pytest.raises((ValueError, TypeError), match=says):
        call()
