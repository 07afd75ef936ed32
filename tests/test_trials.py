"""What users of such material run into: a small input each, and the right behaviour."""

import threading
import warnings
from dataclasses import replace

import numpy as np
import pytest
import torch
from games import KINDS
from torch import nn

from gan_teach import Game, losses, nets, penalties, rules, targets, train
from gan_teach.experiments.layers import spectral_value
from gan_teach.experiments.sweep import Member, sweep
from gan_teach.images import digit_models, digits
from gan_teach.live.frames import MOST_IMAGES, PICTURES
from gan_teach.live.pack import quantise
from gan_teach.live.scenes import make_scene
from gan_teach.live.session import Session
from gan_teach.starting import check_game, fresh

RING = targets.ring()
FEW = {"steps": 2, "batch_size": 8, "points": 6}


def with_layer(*layers, D=None):
    G = nn.Sequential(nn.Linear(2, 8), *layers, nn.ReLU(), nn.Linear(8, 2))
    return Game(G, D or nets.Discriminator(2, (8,)), targets.normal(2))


class OwnDice(nn.Module):
    def forward(self, x):
        return x + 0.1 * torch.randn_like(x)


class Counts(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x):
        self.calls += 1
        return x


IMPURE = {
    "a tracked batch norm": (
        lambda: nn.BatchNorm1d(8),
        "G has a BatchNorm1d at '1' .*track_running_stats=False",
    ),
    "dropout": (lambda: nn.Dropout(0.3), "G has a Dropout at '1' that draws random numbers of its own"),
    "dice in the code": (OwnDice, "draws random numbers of its own"),
    "a buffer that changes": (Counts, "G changes its buffer '1.calls'"),
}


@pytest.mark.parametrize("kind", IMPURE)
@pytest.mark.parametrize("how", ["train", "sweep", "stage"])
def test_networks_that_a_pure_step_can_not_play_are_refused_before_anything_is_touched(kind, how):
    make, says = IMPURE[kind]
    game = with_layer(make())
    before, dice = {k: v.clone() for k, v in game.generator.state_dict().items()}, torch.get_rng_state()
    with pytest.raises(ValueError, match=says):
        if how == "train":
            train(game, RING, **FEW)
        elif how == "sweep":
            sweep(game, RING, [Member()], **FEW)
        else:
            Session(game, RING, lr_g=1e-3, lr_d=1e-3, batch_size=8, points=6)
    after = game.generator.state_dict()
    assert all(torch.equal(after[k], v) for k, v in before.items()) and torch.equal(
        torch.get_rng_state(), dice
    )


@pytest.mark.parametrize(
    "layer", [nn.BatchNorm1d(8, track_running_stats=False), nn.BatchNorm1d(8).eval(), nn.Dropout(0.0)]
)
def test_their_pure_relatives_play(layer):
    last = train(with_layer(layer), RING, **FEW).run(progress=False)
    again = train(with_layer(layer), RING, **FEW).run(progress=False)
    assert last.step == 2 and np.array_equal(last.d_loss, again.d_loss)


def test_a_discriminator_that_ends_in_a_sigmoid_is_pointed_out():
    body = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
    with pytest.warns(UserWarning, match="D ends in a sigmoid"):
        train(with_layer(D=nn.Sequential(body, nn.Sigmoid(), nn.Flatten(0))), RING, **FEW)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train(
            with_layer(D=nn.Sequential(nn.Linear(2, 8), nn.Sigmoid(), nn.Linear(8, 1), nn.Flatten(0))),
            RING,
            **FEW,
        )


def test_a_step_0_that_is_not_finite_says_so():
    class Log(nn.Module):
        def forward(self, x):
            return -(x.abs() + 1).log().log() * torch.inf

    game = Game(nn.Sequential(nn.Linear(2, 2), Log()), nets.Discriminator(2, (8,)), targets.normal(2))
    for start in (
        lambda: train(game, RING, **FEW).run(progress=False),
        lambda: Session(game, RING, lr_g=1e-3, lr_d=1e-3),
    ):
        with pytest.raises(ValueError, match="step 0 is not finite.*x_fake"):
            start()


def test_numbers_of_any_type_are_taken():
    whole = {"steps": np.int64(2), "batch_size": np.int32(8), "points": np.uint8(6), "every": np.int64(1)}
    real = {"lr_g": np.float32(1e-3), "ema_halflife": np.float64(2.0)}
    run = train(with_layer(), RING, seed=np.int64(3), **whole, **real)
    assert [s.step for s in run] == [0, 1, 2]


@pytest.mark.parametrize("name", ["lr_g", "lr_d"])
def test_a_rate_that_is_nothing_in_single_precision_is_refused(name):
    with pytest.raises(ValueError, match=f"{name} must be .*single precision"):
        train(with_layer(), RING, **FEW, **{name: 1e-50})


def test_what_does_not_change_is_kept_once_and_of_images_no_more_than_is_drawn():
    run = train(with_layer(), RING, **FEW, every=1)
    run.run(progress=False)
    assert run.history[0].x_real is run.history[-1].x_real and run.history[0].z is run.history[-1].z
    its = Session(
        digit_models.conv(channels=4), digits.some(), lr_g=1e-3, lr_d=1e-3, batch_size=8, points=100
    )
    its.advance(1)
    assert all(len(s.x_fake) == MOST_IMAGES and s.x_fake.base is None for s in its.history)


def test_a_matrix_of_zeros_has_no_spectrum_and_no_nan():
    zero = torch.zeros(3, 4, requires_grad=True)
    value = spectral_value(zero)
    value.backward()
    assert value == 0 and zero.grad.isfinite().all()


def two_clusters(scale=1.0, shift=0.0):
    dice = np.random.default_rng(0)
    centres = np.array([[0.25, 0.75], [0.75, 0.25]])[dice.integers(2, size=2000)]
    return shift + scale * (centres + 0.06 * dice.standard_normal((2000, 2)))


def test_own_points_are_played_in_standard_coordinates_and_shown_in_their_own():
    own = two_clusters(scale=1000.0, shift=1.7e9)
    target = targets.points(own)
    run = train(with_layer(), target, **FEW)
    last = run.run(progress=False)
    plain = train(with_layer(), targets.points(two_clusters()), **FEW).run(progress=False)
    for shown in (last.x_real, last.x_fake, run.sample(50)):
        assert np.abs(shown - own.mean(0)).max() < 20_000  # in their own units, near their own mean
    assert set(map(tuple, last.x_real.round(3))) <= set(map(tuple, own.round(3)))
    assert last.axes[0].min() < own[:, 0].min() and last.axes[0].max() > own[:, 0].max()
    assert np.allclose(
        last.real_logits, plain.real_logits, atol=1e-3
    )  # the game is that of the same points elsewhere
    assert np.allclose(
        last.asked_steps, 1000 * plain.asked_steps, rtol=1e-2, atol=1e-6 * np.abs(last.asked_steps).max()
    )
    made = sweep(with_layer(), target, [Member(0)], **FEW)
    assert np.allclose(made.run(progress=False).x_fake[0], last.x_fake, rtol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_two_clusters_in_the_unit_square_are_both_found(seed):
    """The same points collapsed in two of three seeds while the networks saw raw coordinates."""
    game = Game(
        nets.Generator(2, 2), nets.Discriminator(2), targets.normal(2), penalties=(penalties.r1(0.02),)
    )
    run = train(game, targets.points(two_clusters()), steps=3000, seed=seed)
    run.run(progress=False)
    share = (run.sample(2000)[:, 0] < 0.5).mean()
    assert 0.25 < share < 0.75


def relative(real, fake):
    return nn.functional.softplus(real - fake)


OWN = {
    "d": losses.non_saturating.d,
    "d_equilibrium": None,
    "g_equilibrium": None,
    "neutral": None,
    "paper": "own",
}


@pytest.mark.parametrize(
    ("g", "says"),
    [
        (relative, "make it with g_sees_real=True"),
        (lambda real, fake: fake.mean(), r"G's loss must give one number a sample"),
    ],
)
def test_a_loss_that_would_stand_still_or_mean_something_else_is_refused(g, says):
    game = replace(with_layer(), loss=losses.Loss("own", g=g, **OWN))
    with pytest.raises(ValueError, match=says):
        train(game, RING, **FEW)
    seeing = replace(with_layer(), loss=losses.Loss("own", g=relative, g_sees_real=True, **OWN))
    run = train(seeing, RING, **FEW)
    assert not np.array_equal(next(run).theta, run.run(progress=False).theta)


class Own(targets.Target):
    """A law of one's own with something wrong in it."""

    name, dim, window = "own", 1, ((-5.0, 5.0),)

    def __init__(self, drawn, log_prob):
        self.drawn, self.found = drawn, log_prob

    def _draw(self, n, generator):
        return self.drawn(torch.randn(n, 1, generator=generator))

    def _log_prob(self, x):
        return self.found(x)


def test_a_law_of_ones_own_is_told_what_its_parts_must_give():
    dice = torch.Generator()
    for slip in (lambda x: x[:, 0], lambda x: x.double()):
        with pytest.raises(ValueError, match=r"_draw of <own, 1-D> must give float32 \[3, 1\]"):
            Own(slip, None).sample(3, dice)
    with pytest.raises(ValueError, match=r"_log_prob of <own, 1-D> must give \[2\]"):
        Own(None, lambda x: x).log_prob(torch.zeros(2, 1))
    fine = Own(lambda x: x, lambda x: -(x[:, 0] ** 2))
    assert fine.sample(3, dice).shape == (3, 1) and fine.density([0.0]).shape == (1,)


def test_rules_that_leave_a_player_out_and_sweeps_of_other_games_say_so():
    game = KINDS["InfoGAN"]()
    with pytest.warns(UserWarning, match="the rule never moves Q"):
        train(game, rule=rules.Alternating(), **FEW)
    with pytest.raises(ValueError, match="a sweep plays games of two, D and G, but the players are D, G, Q"):
        sweep(game, None, [Member()], **FEW)
    its = Session(with_layer(), RING, lr_g=1e-3, lr_d=1e-3, rule=rules.Together(), batch_size=8, points=6)
    assert its.advance(2).step == 2


def labelled_game(**changes):
    """A conditional game in the plane whose networks mind the label."""

    class Beside(nn.Module):
        def __init__(self, body):
            super().__init__()
            self.body = body

        def forward(self, x, y):
            return self.body(torch.cat([x, y], dim=1))

    G, D = Beside(nets.Generator(2 + 3, 2, (8,), "tanh")), Beside(nets.Discriminator(2 + 3, (8,), "tanh"))
    return Game(G, D, targets.normal(2), classes=3, **changes)


def test_each_objective_of_a_conditional_game_pairs_samples_with_their_own_labels():
    """Against the losses written out, with labels asked that differ from those of the data."""
    game = labelled_game(penalties=(penalties.r1(0.5), penalties.r2(0.25)))
    state, dice = fresh(game), torch.Generator().manual_seed(1)
    y, asked = torch.eye(3)[[0, 1, 2, 0]], torch.eye(3)[[1, 2, 0, 2]]
    draw = {
        "x": torch.randn(4, 2, generator=dice), "z": torch.randn(4, 2, generator=dice),
        "y": y, "y_fake": asked, "u": torch.rand(4, generator=dice),
    }  # fmt: skip
    G, D = nets.load(game.generator, state.theta), nets.load(game.discriminator, state.psi)
    fake = G(draw["z"], asked)
    real_logit, fake_logit = D(draw["x"], y), D(fake, asked)
    softplus = nn.functional.softplus
    d_loss = softplus(-real_logit).mean() + softplus(fake_logit).mean()

    def slope(x, labels):
        x = x.detach().requires_grad_()
        (found,) = torch.autograd.grad(D(x, labels).sum(), x)
        return found.square().sum(1).mean() / 2

    of_d, shown = game.objective("D", state.params, draw)
    of_g, _ = game.objective("G", state.params, draw)
    assert torch.allclose(shown["D"], d_loss) and torch.allclose(of_g, softplus(-fake_logit).mean())
    assert torch.allclose(of_d, d_loss + 0.5 * slope(draw["x"], y) + 0.25 * slope(fake, asked))
    seen = game.view(game.bound(state.params), draw)
    assert torch.equal(seen["real_logits"], real_logit) and torch.equal(seen["fake_logits"], fake_logit)
    with pytest.raises(ValueError, match="conditional games of images only"):
        make_scene(game, RING)


def test_an_interrupt_at_any_line_loses_no_loss_and_no_step():
    """In the middle of a look or of a step: a training and a sweep end as if nothing had been."""
    whole, parts = (train(with_layer(), RING, steps=6, every=2, batch_size=8, points=6) for _ in range(2))
    many, broken = (
        sweep(with_layer(), RING, [Member(0), Member(1)], steps=6, every=2, batch_size=8, points=6)
        for _ in range(2)
    )
    for run in (parts, broken):
        for name, at in (("_step", 3), ("history", 2)):
            once = InterruptedOnce(getattr(run, name), at)
            setattr(run, name, once)
            with pytest.raises(KeyboardInterrupt):
                run.run(progress=False)
            setattr(run, name, once.inner)
    expected, found = whole.run(progress=False), parts.run(progress=False)
    assert np.array_equal(expected.theta, found.theta) and [s.step for s in parts.history] == [0, 2, 4, 6]
    assert np.array_equal(whole.history.d_loss, parts.history.d_loss) and len(parts.history.g_loss) == 6
    many.run(progress=False), broken.run(progress=False)
    for a, b in zip(many.history, broken.history):
        assert np.array_equal(a.d_loss, b.d_loss, equal_nan=True) and np.array_equal(a.x_fake, b.x_fake)
    assert len(many.history) == len(broken.history) == 4


class InterruptedOnce:
    """Stands for a history or a step, and is interrupted at one use: before anything is appended, or done."""

    def __init__(self, inner, at):
        self.inner, self.at, self.uses = inner, at, 0

    def _use(self):
        self.uses += 1
        if self.uses == self.at:
            raise KeyboardInterrupt

    def __call__(self, *given):
        self._use()
        return self.inner(*given)

    def append(self, moment):
        self._use()
        self.inner.append(moment)

    def __getitem__(self, i):
        return self.inner[i]

    def __len__(self):
        return len(self.inner)


def test_a_start_in_one_thread_leaves_the_dice_of_another_alone():
    """Trainings start in a worker's thread; a cell that draws meanwhile keeps its sequence."""
    torch.manual_seed(0)
    wanted = torch.stack([torch.rand(()) for _ in range(4000)])
    torch.manual_seed(0)
    errors, game = [], with_layer()

    def start():
        for _ in range(30):
            try:
                check_game(game, RING, state)
            except ValueError as error:
                errors.append(error)

    state = fresh(game)
    torch.manual_seed(0)
    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    drawn = torch.stack([torch.rand(()) for _ in range(4000)])
    for thread in threads:
        thread.join()
    assert torch.equal(drawn, wanted) and errors == []


def test_a_buffer_of_nan_is_no_change():
    class Holds(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("unset", torch.tensor(float("nan")))

        def forward(self, x):
            return x

    assert train(with_layer(Holds()), RING, **FEW).run(progress=False).step == 2


def test_a_setting_that_is_refused_changes_nothing():
    its = Session(with_layer(), RING, lr_g=1e-3, lr_d=1e-3, batch_size=8, points=6)
    before = dict(its.values)
    with pytest.raises(ValueError, match="single precision"):
        its.set("lr_d", 1e-50)
    its.losses["spoilt"] = losses.Loss("spoilt", g=lambda real, fake: fake.mean(), **OWN)
    with pytest.raises(ValueError, match="one number a sample"):
        its.set("loss", "spoilt")
    assert its.values == before and its.game.loss is losses.non_saturating and its.advance(1).step == 1


def test_two_penalties_of_one_kind_have_a_setting_each():
    game = replace(with_layer(), penalties=(penalties.r1(0.1), penalties.r1(0.2)))
    its = Session(game, RING, lr_g=1e-3, lr_d=1e-3, batch_size=8, points=6)
    its.set("gamma_r1_2", 5.0)
    assert [p.gamma for p in its.game.penalties] == [0.1, 5.0] and float(
        its.training.state.knobs["r1_2"]
    ) == 5.0
    assert float(its.training.state.knobs["r1"]) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("name", "value"), [("lr_G", -1.0), ("lr_G", float("nan")), ("average", 3.0), ("chess", 1.0)]
)
def test_knobs_that_can_not_be_are_refused(name, value):
    run = train(with_layer(), RING, **FEW)
    for call in (
        lambda: run.set_knobs(**{name: value}),
        lambda: train(with_layer(), RING, **FEW, knobs={name: value}),
    ):
        with pytest.raises(ValueError, match=name):
            call()


def test_columns_of_very_different_scales_keep_their_points_apart_on_the_stage():
    own = two_clusters() * [1000.0, 0.001]
    target = targets.points(own)
    run = train(with_layer(), target, steps=2, every=1, batch_size=8, points=60)
    run.run(progress=False)
    header, channels = PICTURES["plane"](make_scene(with_layer(), target), run.history)
    data = next(c for c in channels if c.name == "data")
    levels = quantise(data)[0]
    assert len(np.unique(levels[:, 0])) > 50 and len(np.unique(levels[:, 1])) > 50
    assert np.allclose(header["own"], [[a[0], a[-1]] for a in run.history[0].axes])
    plain = train(
        with_layer(), targets.points(two_clusters(), standardise=False), steps=1, batch_size=8, points=6
    )
    assert "own" not in PICTURES["plane"](make_scene(with_layer(), plain.target), [next(plain)])[0]


def test_a_window_without_pairs_is_named():
    class Flat(targets.Uniform):
        window = (-5, 5)

    with pytest.raises(ValueError, match=r"a \(low, high\) pair for each of its 1 axes"):
        train(
            Game(nets.Generator(1, 1), nets.Discriminator(1), targets.normal(1)), Flat(-1.0, 1.0), steps=1
        ).run()
