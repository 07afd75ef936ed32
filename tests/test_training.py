"""Training as an iterator, its snapshots, recordings, metrics and theory."""

import numpy as np
import pytest
import scipy.stats
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import gan_teach
from gan_teach import (
    DivergenceWarning,
    Game,
    Recording,
    metrics,
    nets,
    plots,
    targets,
    train,
)
from gan_teach.exact import theory

RING = targets.ring()


def game(loss="non_saturating", *penalty):
    return Game(nets.Generator(2, 2, (8,)), nets.Discriminator(2, (8,)), targets.normal(2), loss, penalty)


def short(**kw):
    return train(
        game(),
        RING,
        **{"steps": 60, "batch_size": 8, "every": 20, "points": 16, "lr_g": 1e-2, "lr_d": 1e-2, **kw},
    )


def test_snapshots_come_at_the_start_at_each_interval_and_at_the_end():
    run = short(steps=50)
    assert [s.step for s in run] == [0, 20, 40, 50] == [s.step for s in run.history]
    assert [len(s.d_loss) for s in run.history] == [0, 20, 20, 10] and len(run.history.d_loss) == 50


def test_the_same_seed_gives_the_same_bits_whatever_the_interval_and_the_backend():
    theta = short().run(False).theta
    assert np.array_equal(theta, short(every=7).run(False).theta) and np.array_equal(
        theta, short(backend="traced").run(False).theta
    )
    assert not np.array_equal(theta, short(seed=1).run(False).theta)


def test_an_interrupted_training_goes_on_as_if_nothing_had_happened():
    run, expected = short(), short().run(False)
    step, calls = run._step, iter(range(1000))

    def interrupted(*args):
        if next(calls) == 33:
            raise KeyboardInterrupt
        return step(*args)

    run._step = interrupted
    with pytest.raises(KeyboardInterrupt):
        run.run(False)
    assert run.done == 33 and [s.step for s in run.history] == [0, 20]
    after = run.run(False)
    assert np.array_equal(after.theta, expected.theta) and len(run.history.d_loss) == 60


def test_start_and_extend_go_on_from_where_a_training_was():
    first = short()
    first.run(False)
    assert np.array_equal(short(start=first.state, steps=1).__next__().theta, first.history[-1].theta)
    assert first.extend(10).run(False).step == 70


def test_the_averaged_generator_is_the_average():
    run, ema, keep = short(every=1, steps=20, ema_halflife=5), None, 0.5 ** (1 / 5)
    for s in run:
        ema = s.theta.astype(float) if ema is None else keep * ema + (1 - keep) * s.theta
        assert np.allclose(s.theta_ema, ema, atol=1e-5)


def test_a_diverging_training_stops_keeps_its_history_and_says_why():
    wild = train(
        game("wasserstein"), RING, steps=400, every=10, batch_size=8, optimiser="sgd", lr_g=1e3, lr_d=1e3
    )
    with pytest.warns(DivergenceWarning, match=r"diverged at step \d+"):
        last = wild.run(False)
    assert (
        wild.stopped
        and wild.done == last.step < 400
        and np.isfinite(last.theta).all()
        and bool(wild.state.theta.isfinite().all())
    )
    assert list(wild) == []


@pytest.mark.parametrize(
    "kw, complaint",
    [
        ({"steps": 0}, "steps must.*0"),
        ({"steps": 1.5}, "steps must"),
        ({"batch_size": -1}, "batch_size must"),
        ({"lr_g": 0}, "lr_g must.*0"),
        ({"lr_d": float("nan")}, "lr_d must"),
        ({"rule": "chess"}, "rule must.*chess"),
        ({"backend": "jit"}, "backend must"),
        ({"decay": "step"}, "decay must"),
        ({"device": "gpu"}, "device"),
        ({"every": 0}, "every must"),
        ({"points": 0}, "points must"),
        ({"ema_halflife": 0}, "ema_halflife must"),
        ({"seed": -1}, "seed must"),
        ({"optimiser": "x"}, "optimiser must"),
        ({"target": "ring"}, "target"),
    ],
)
def test_bad_settings_are_named_before_anything_is_trained(kw, complaint):
    target = kw.pop("target", RING)
    with pytest.raises((ValueError, TypeError), match=complaint):
        train(game(), target, **{"steps": 5, **kw})


@pytest.mark.parametrize(
    "G, D, complaint",
    [
        (nets.Generator(3, 2), nets.Discriminator(2), "generator can't take"),
        (nets.Generator(2, 1), nets.Discriminator(2), r"generator must give.*\[2, 1\]"),
        (nets.Generator(2, 2), nets.Discriminator(1), "discriminator can't take"),
        (nets.Generator(2, 2), nets.mlp(2, 1), r"one logit a sample.*\[2, 1\]"),
    ],
)
def test_shapes_that_do_not_fit_are_named(G, D, complaint):
    with pytest.raises(ValueError, match=complaint):
        train(Game(G, D, targets.normal(2)), RING, steps=1)
    other = train(Game(nets.Generator(2, 2, (5,)), nets.Discriminator(2), targets.normal(2)), RING, steps=1)
    with pytest.raises(ValueError, match="start does not fit"):
        short(start=other.state)


def test_the_device_can_be_chosen_and_a_wrong_one_is_refused(monkeypatch, capsys):
    monkeypatch.setenv("GAN_TEACH_DEVICE", "cpu")
    assert gan_teach.device().type == "cpu" and "training on cpu" in capsys.readouterr().out
    monkeypatch.setenv("GAN_TEACH_DEVICE", "tpu")
    with pytest.raises(ValueError, match="GAN_TEACH_DEVICE must be one of cpu, cuda, mps.*'tpu'"):
        gan_teach.device()
    if not torch.cuda.is_available():
        with pytest.raises(ValueError, match="not there; found here"):
            gan_teach.device("cuda")


def test_a_recording_comes_back_as_it_was_and_a_broken_file_is_refused(tmp_path):
    run = short()
    run.run(False)
    path = run.history.save(tmp_path / "run.npz")
    back = Recording.load(path)
    for a, b in zip(run.history, back):
        assert a.step == b.step and np.array_equal(a.x_fake, b.x_fake) and np.array_equal(a.d_loss, b.d_loss)
        assert all(np.array_equal(u, v) for u, v in zip(a.axes, b.axes)) and np.array_equal(
            a.x_real, b.x_real
        )
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="cut short"):
        Recording.load(path)
    with pytest.raises(ValueError, match="empty"):
        Recording().save(path)
    assert [f.name for f in tmp_path.iterdir()] == ["run.npz"]


def test_a_snapshot_is_read_only_and_pictures_leave_it_alone():
    run = short()
    last = run.run(False)
    with pytest.raises(ValueError):
        last.x_fake[0, 0] = 1
    fig, (a, b) = plots.figure(2)
    assert plots.game_2d(a, last, RING, arrows=5) is a and plots.losses_over_time(b, run.history) is b
    book = plots.Flipbook(
        run.history, lambda ax, s: plots.game_2d(ax, s, RING), [f"<step {s.step}>" for s in run.history]
    )
    assert "http" not in book._repr_html_() and 'alt="&lt;step 0&gt;"' in book._repr_html_()
    with pytest.raises(ValueError, match="equally many"):
        plots.Flipbook(run.history, print, [])


def test_metrics_know_a_perfect_sampler_and_a_collapsed_one():
    perfect = RING.sample(100_000, torch.Generator().manual_seed(0)).numpy()
    assert abs(metrics.high_quality_share(perfect, RING) - (1 - np.exp(-4.5))) < 4 * np.sqrt(
        0.0111 * 0.9889 / 100_000
    )
    assert (
        metrics.modes_covered(perfect, RING, at_least=0.11) == 8
        and metrics.modes_covered(perfect[:1] * 0 + [2, 0], RING) == 1
    )
    assert metrics.modes_covered(np.zeros((9, 2)), RING) == 0
    with pytest.raises(ValueError, match="no modes"):
        metrics.modes_covered(np.zeros((9, 1)), targets.uniform())


def test_histogram_jsd_has_its_ends():
    x = np.linspace(0, 1, 1000)
    assert metrics.histogram_jsd(x, x) == 0 and np.isclose(
        metrics.histogram_jsd(x, x + 5, window=(0, 2)), np.log(2)
    )


@settings(max_examples=25, deadline=None)
@given(st.floats(-2, 2), st.floats(0.4, 2), st.floats(-2, 2), st.floats(0.4, 2))
def test_the_value_at_d_star_is_minus_log_4_plus_2_jsd(m1, s1, m2, s2):
    x = np.linspace(-12, 12, 8001)  # no density underflows here
    p, q = targets.gaussian(m1, s1).density(x), targets.gaussian(m2, s2).density(x)
    # Far out D* rounds to 1 while q is not yet 0, and log(1 - D) would be infinite: keep it a rounding away
    # from 0 and 1.
    best = np.clip(np.nan_to_num(theory.optimal_discriminator(p, q), nan=0.5), 1e-15, 1 - 1e-15)
    assert np.isclose(theory.value(best, x, p, q), -np.log(4) + 2 * theory.jsd_on_grid(x, p, q), atol=1e-8)
    closed = np.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - 0.5
    assert np.isclose(theory.kl_on_grid(x, p, q), closed, rtol=1e-3, atol=1e-4)


def test_jsd_survives_densities_that_nearly_underflow():
    x = np.linspace(-40, 40, 8001)
    assert theory.jsd_on_grid(
        x, targets.gaussian(0, 1).density(x), targets.gaussian(0, 0.5).density(x)
    ) < np.log(2)


@pytest.mark.parametrize(
    "g, density",
    [
        (lambda z: 2 * z + 1, lambda x: scipy.stats.norm(1, 2).pdf(x)),
        (np.exp, lambda x: scipy.stats.lognorm(1).pdf(x)),
        (lambda z: -z, scipy.stats.norm.pdf),
        (lambda z: z**2, lambda x: scipy.stats.chi2(1).pdf(x)),
    ],
)
def test_the_pushforward_has_the_density_of_the_change_of_variables(g, density):
    x = np.array([2.0, 0.3, 0.9, 1.7])
    assert np.allclose(theory.pushforward_density(g, targets.normal(1), x), density(x), rtol=2e-3)


def test_theory_refuses_what_is_no_density():
    x = np.linspace(-8, 8, 801)
    p = targets.gaussian().density(x)
    for q, complaint in ((2 * p, "mass there is 2.0"), (-p, "negative"), (p[:5], "one value per grid point")):
        with pytest.raises(ValueError, match=complaint):
            theory.jsd_on_grid(x, p, q)
    assert theory.sample_wasserstein_1([0.0, 1.0], [2.0, 3.0]) == 2.0
    with pytest.raises(ValueError, match="at least 2"):
        theory.mean_and_error([1.0])
