"""The stage without a page: frames as bytes, the numbers beside the picture, and a training that is changed
while it goes on."""

import gc
import re
import threading
import time
import weakref

import numpy as np
import pytest
import torch
from recordings import header_of, unpacked

from gan_teach import Game, nets, penalties, rules, targets, train
from gan_teach.compiled import program
from gan_teach.live import cells, flow, frames, player, readout, scenes, sources, stage, widget
from gan_teach.live.errors import ERRORS, with_error
from gan_teach.live.lesson import lesson
from gan_teach.live.pack import Channel, pack, quantise
from gan_teach.live.session import KEPT, Session, halved
from gan_teach.live.settings import fall
from gan_teach.live.worker import Worker
from gan_teach.losses import LOSSES
from gan_teach.targets import Target

RING = targets.ring()
HUMP = targets.gaussian(1.0, 0.5)


def plane_game(loss="non_saturating", width=16):
    return Game(
        nets.Generator(2, 2, (width, width)),
        nets.Discriminator(2, (width, width)),
        targets.normal(2),
        loss,
        (penalties.r1(0.02),),
    )


def line_game():
    return Game(
        nets.Generator(1, 1, (16,), "softplus"), nets.Discriminator(1, (16,), "tanh"), targets.normal(1)
    )


def session(game=None, target=RING, **changes):
    return Session(
        game or plane_game(),
        target,
        **{"lr_g": 1e-3, "lr_d": 1e-3, "batch_size": 32, "points": 50, **changes},
    )


class Stripes(Target):
    """Images of 4 x 6 with one bright row."""

    name, dim, image, window = "stripes", 24, (4, 6), ((0.0, 1.0),) * 24

    def _draw(self, n, generator):
        return torch.eye(4)[torch.randint(4, (n,), generator=generator)].repeat_interleave(6, dim=1)

    def _log_prob(self, x):
        raise NotImplementedError


def test_the_drawing_module_is_small_and_alone():
    drawing = [sources.read(name) for name in sources.DRAWING]
    others = [path.name for path in sources.HERE.glob("*.js") if path.name not in sources.DRAWING]
    assert len(others) > 5
    assert sum(len(text.splitlines()) for text in drawing) <= 600
    for text in [
        *drawing,
        *map(sources.read, others),
    ]:
        assert not re.search(
            r"\bimport\b|https?:|fetch\(|XMLHttpRequest|WebSocket|sendBeacon|localStorage", text
        )
    assert not re.search(
        r"\bmodel\b|currentScript|kernel|anywidget", "".join(drawing)
    )  # it knows neither host


# --- packages


@pytest.mark.parametrize("levels", [2, 256, 257, 4096, 65536])
def test_quantised_values_are_at_most_half_a_level_off(levels):
    values = np.random.default_rng(0).uniform(-3, 5, (7, 40))
    off = quantise(Channel("v", values, -3.0, 5.0, levels)) * 8.0 / (levels - 1) - 3 - values
    assert np.abs(off).max() <= 4.0 / (levels - 1) + 1e-12


def test_what_lies_outside_goes_to_the_edge():
    assert quantise(Channel("v", np.array([[-9.0, 9.0, np.inf]]), 0.0, 1.0, 256)).tolist() == [[0, 255, 255]]


@pytest.mark.parametrize(
    ("channel", "says"),
    [
        (Channel("v", np.array([[np.nan]]), 0.0, 1.0, 256), "v holds NaN"),
        (Channel("v", np.zeros((1, 1)), 1.0, 1.0, 256), "low of v"),
        (Channel("v", np.zeros((1, 1)), 0.0, 1.0, 70000), "levels of v"),
    ],
)
def test_bad_channels_are_refused(channel, says):
    with pytest.raises(ValueError, match=says):
        pack({}, [channel])


def test_a_cloud_of_sigma_0_02_still_looks_like_one():
    snapshot = next(train(plane_game(), RING, steps=1, points=500))
    cloud = np.random.default_rng(1).normal([2, 0], 0.02, (500, 2)).astype(np.float32)
    _, kept = unpacked(
        frames.package(scenes.make_scene(plane_game(), RING), [snapshot.changed(x_fake=cloud)], False)
    )
    assert len(np.unique(kept["fakes"][0, :, 0])) > 30
    assert abs(kept["fakes"][0].std(0).mean() / 0.02 - 1) < 0.05


# --- frames


@pytest.mark.parametrize("name", LOSSES)
def test_arrows_are_minus_the_gradient_of_the_loss_in_use(name):
    game = plane_game(name)
    run = train(game, RING, steps=30, points=120, every=30)
    run.run(progress=False)
    s = run.history[-1]
    header, kept = unpacked(frames.package(scenes.make_scene(game, RING), [s], False))
    arrows = kept["arrows"][0] * header["frames"][0]["longest"]
    psi, x, real = (torch.from_numpy(a.astype(np.float64)) for a in (s.psi, s.x_fake, s.x_real))
    for axis in (0, 1):
        h = torch.zeros(2, dtype=torch.float64)
        h[axis] = 1e-6
        up, down = (game.loss.g(game.judge(psi, real), game.judge(psi, x + sign * h)) for sign in (1, -1))
        slope = ((up - down) / 2e-6).numpy()[: frames.ARROWS]
        assert np.allclose(arrows[:, axis], -slope, atol=0.01 * header["frames"][0]["longest"])


def test_the_line_of_text_states_the_picture():
    snapshot = next(train(plane_game(), RING, steps=1, points=100))
    places = np.append(np.arange(87) % 7, 7)  # one stray fake at the eighth mode does not cover it
    fakes = np.concatenate([RING.modes.numpy()[places], np.zeros((12, 2))]).astype(np.float32)
    logits = np.full(100, np.log(0.41 / 0.59), np.float32)
    shown = snapshot.changed(step=1200, x_fake=fakes, fake_logits=logits)
    assert (
        readout.describe(scenes.make_scene(plane_game(), RING), shown)
        == "step 1,200: 7 of 8 modes, 88 % high-quality, D at the fakes 0.41"
    )


def test_images_are_drawn_from_fixed_latents():
    game = Game(nets.Generator(3, 24, (8,)), nets.Discriminator(24, (8,)), targets.normal(3))
    run = train(game, Stripes(), steps=4, every=2, points=70)
    run.run(progress=False)
    header, kept = unpacked(frames.package(scenes.make_scene(game, Stripes()), run.history, False))
    assert header["kind"] == "images" and kept["images"].shape == (3, frames.MOST_IMAGES, 4, 6)
    assert np.allclose(
        kept["images"][-1].reshape(-1, 24), np.clip(run.history[-1].x_fake[:64], 0, 1), atol=0.002
    )
    assert "<html" not in player(run.history, game, Stripes())._repr_html_()


def test_images_open_at_the_last_step_and_points_in_the_first_quarter():
    game = Game(nets.Generator(3, 24, (8,)), nets.Discriminator(24, (8,)), targets.normal(3))
    for played, target, opens in ((game, Stripes(), 4), (plane_game(), RING, 1)):
        run = train(played, target, steps=4, every=1, points=90)
        run.run(progress=False)
        assert f'data-start="{opens}"' in player(run.history, played, target).html()
        assert 'data-start="2"' in player(run.history, played, target, start=2).html()


def test_a_recording_shown_with_another_game_has_its_arrows():
    run = train(plane_game(), RING, steps=5, every=5, points=90)
    run.run(progress=False)
    own, other = (
        player(run.history, plane_game(loss), RING).scenes["recording"][1][-1].asked_steps
        for loss in ("non_saturating", "minimax")
    )
    assert np.allclose(own, run.history[-1].asked_steps, atol=1e-6)
    logits = run.history[-1].fake_logits[:, None]
    assert (
        np.allclose(other, own * np.exp(logits), atol=1e-6) and np.abs(logits).min() > 1e-6
    )  # volumes s(a) and s(-a): chapter 7


def test_thinned_keeps_both_ends_and_even_distances():
    run = train(line_game(), HUMP, steps=200, every=2, points=10)
    run.run(progress=False)
    steps = [s.step for s in frames.thinned(run.history, 11)]
    assert steps == list(range(0, 201, 20)) and frames.thinned(run.history[:3], 11) == run.history[:3]


def test_thinning_loses_no_loss():
    run = train(line_game(), HUMP, steps=90, every=3, points=10)
    run.run(progress=False)
    thin = frames.thinned(run.history, 7)
    assert len(thin) == 7 and np.array_equal(np.concatenate([s.d_loss for s in thin]), run.history.d_loss)


def test_d_is_right_where_its_level_is_arbitrary():
    game = plane_game("wasserstein")
    s = next(train(game, RING, steps=1, points=20))
    s = s.changed(real_logits=np.full(20, 9.0), fake_logits=np.full(20, 5.0))
    assert dict(readout.facts(scenes.make_scene(game, RING), s))["D is right"] == "100 %"


@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_before_the_first_step_the_losses_are_those_of_the_samples_shown(loss):
    game = plane_game(loss)
    first, second = list(train(game, RING, steps=1, points=40))
    scene = scenes.make_scene(game, RING)
    given = header_of(frames.package(scene, [first]))
    real, fake = (torch.from_numpy(a.copy()) for a in (first.real_logits, first.fake_logits))
    shown = given["frames"][0]
    assert shown["d_loss"] == pytest.approx(float(game.loss.d(real, fake).mean()), rel=1e-4)
    assert shown["g_loss"] == pytest.approx(float(game.loss.g(real, fake).mean()), rel=1e-4)
    assert readout.mean_losses(scene, second)["d_loss"] == pytest.approx(float(second.d_loss[0]), rel=1e-4)


def test_points_without_a_density_have_a_still_too():
    own = targets.points(np.linspace(-1, 1, 50))
    run = train(line_game(), own, steps=2, every=1, points=30)
    run.run(progress=False)
    assert "gan-stage" in player(run.history, line_game(), own).html()


# --- bad input


class Cube(Stripes):
    name, dim, image = "cube", 3, None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"layers": ["clouds"]},
            "layers must be one of field, data, fakes, arrows, others, sheet, but 'clouds'",
        ),
        ({"speed": "warp"}, "speed must be one of"),
        ({"target": Cube()}, "samples of .* have 3 dimensions"),
        ({"target": HUMP}, "samples of shape"),
        ({"steps": 0}, "steps must be"),
        ({"frames_kept": 0}, "frames_kept must be"),
        ({"targets": {"one hump": HUMP}}, "targets must hold targets in 2-D"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_drawn(change, says):
    with pytest.raises(ValueError, match=says):
        stage(**{"game": plane_game(), "target": RING, **change})


def test_a_player_refuses_what_it_cannot_play():
    run = train(plane_game(), RING, steps=2, every=1, points=10)
    run.run(progress=False)
    for change, says in (
        ({"speed": 3}, "speed must be one of 0.25"),
        ({"recordings": []}, "train first"),
        (
            {"recordings": {"a": run.history}, "game": {"b": plane_game()}},
            "names of the recordings, a, but has b",
        ),
        ({"game": plane_game(width=8)}, "of another game: its G has 354 parameters"),
        ({"target": HUMP}, "holds samples in 2-D"),
    ):
        with pytest.raises(ValueError, match=says):
            player(**{"recordings": run.history, "game": plane_game(), "target": RING, **change})


# --- the session


def test_run_gives_the_numbers_of_train():
    shown = stage(plane_game(), RING, batch_size=32, points=50).run(120, progress=False)
    plain = train(plane_game(), RING, steps=120, every=120, batch_size=32, points=50).run(progress=False)
    assert (
        shown.step == 120
        and np.array_equal(shown.theta, plain.theta)
        and np.array_equal(shown.psi, plain.psi)
    )


def test_rates_change_at_once_and_keep_the_networks():
    s = session()
    s.advance(5)
    before = s.history[-1]
    assert s.set("lr_g", 1e-9) == "learning rate of G: 1e-09, at once, from step 5"
    after = s.advance(5)
    assert (
        after.step == 10
        and np.abs(after.theta - before.theta).max() < 1e-6
        and np.abs(after.psi - before.psi).max() > 1e-4
    )


def test_rates_that_fall_are_those_of_a_cosine():
    """The session's step is `train`'s with decay="cosine", though it never knows how long it will be asked
    to go on; after a change it goes on falling, and at the end nothing moves."""
    s = session()
    s.set("rates", "fall to 0 over 3,000 steps")
    plain = train(plane_game(), RING, steps=3000, decay="cosine", every=5, backend="traced",
                  lr_g=1e-3, lr_d=1e-3, batch_size=32, points=50)  # fmt: skip
    moved, wanted = s.advance(5), [next(plain) for _ in range(2)][-1]
    assert moved.step == wanted.step == 5 and np.array_equal(moved.theta, wanted.theta)
    assert not np.array_equal(moved.theta, session().advance(5).theta)
    assert [fall(3000, t) for t in (0, 1500, 3000, 9000)] == pytest.approx([1, 0.5, 0, 0])
    s._offset, s.history[-1] = 2999, s.history[-1].changed(step=2999)
    s.set("loss", "hinge")  # a new trace, from step 2,999
    s.advance(1)
    still = s.advance(3)
    assert still.step == 3003 and np.abs(still.theta - s.history[-2].theta).max() < 1e-9
    s.set("rates", "constant")
    assert np.abs(s.advance(1).theta - still.theta).max() > 1e-5


def test_a_penalty_s_weight_changes_at_once():
    weak, strong = session(), session()
    strong.set("gamma", 100.0)
    assert (
        not np.array_equal(weak.advance(5).psi, strong.advance(5).psi)
        and strong.game.penalties[0].gamma == 100.0
    )


@pytest.mark.parametrize(("mover", "still"), [("police only", "theta"), ("thief only", "psi")])
def test_one_player_alone(mover, still):
    s = session()
    before = s.advance(3)
    s.set("mover", mover)
    after = s.advance(3)
    moved = {"theta": "psi", "psi": "theta"}[still]
    assert after.step == 6 and np.array_equal(getattr(before, still), getattr(after, still))
    assert not np.array_equal(getattr(before, moved), getattr(after, moved))


@pytest.mark.parametrize(("name", "value"), [("n_d", "5"), ("loss", "hinge")])
def test_a_new_trace_goes_on_with_the_same_networks(name, value):
    s = session()
    s.advance(4)
    before = s.history[-1]
    assert "at once, from step 4" in s.set(name, value)
    after = s.advance(1)
    assert after.step == 5 and 0 < np.abs(after.theta - before.theta).max() < 0.01
    assert (
        s.game.loss.name == ("hinge" if name == "loss" else "non_saturating")
        and s.training.game.loss is s.game.loss
    )


@pytest.mark.parametrize(("name", "value"), [("target", "two moons"), ("width", "64")])
def test_another_target_or_width_starts_anew(name, value):
    s = session()
    s.advance(4)
    assert "with a new start" in s.set(name, value) and [h.step for h in s.history] == [0] and s.run == 2
    assert s.advance(2).step == 2
    assert len(s.history[-1].theta) == (4482 if name == "width" else 354)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("lr_g", -1, "learning rate of G must be"),
        ("lr_d", float("nan"), "learning rate of D must be"),
        ("lr_d", "fast", "learning rate of D"),
        ("n_d", 7, "D steps per G step must be one of 1, 2, 3, 5, 10"),
        ("colour", 1, "setting must be one of mover"),
        ("target", "cat", "target must"),
    ],
)
def test_a_bad_setting_changes_nothing(name, value, says):
    s = session()
    s.advance(3)
    values = dict(s.values)
    with pytest.raises((ValueError, TypeError), match=says):
        s.set(name, value)
    assert s.values == values and s.advance(1).step == 4


def test_reset_gives_the_same_beginning():
    s = session()
    first, moved = s.history[0], s.advance(5)
    s.reset()
    assert np.array_equal(s.history[0].theta, first.theta) and len(s.history) == 1
    assert np.array_equal(s.advance(5).theta, moved.theta)


def test_after_a_change_the_old_random_numbers_do_not_come_again():
    s = session()
    s.advance(3)
    s.set("loss", "hinge")
    again, first = (some.training._batches(0)["z"] for some in (s, session()))
    assert not torch.equal(again, first)


def test_divergence_stops_keeps_the_history_and_can_be_mended():
    s = session(game=plane_game("wasserstein"), optimiser="sgd", lr_g=1e9, lr_d=1e9)
    for _ in range(50):
        if s.advance(1) is None:
            break
    assert "diverged at step" in s.diverged and len(s.history) >= 1 and np.isfinite(s.history[-1].theta).all()
    s.reset()
    s.set("lr_g", 1e-4), s.set("lr_d", 1e-4)
    assert s.advance(3).step == 3 and s.diverged is None


def test_a_long_history_gets_sparser_and_loses_no_loss():
    run = train(line_game(), HUMP, steps=21, every=1, points=5)
    run.run(progress=False)
    thin = halved(run.history)
    assert (
        [h.step for h in thin] == [*range(0, 21, 2), 21]
        and np.array_equal(thin.d_loss, run.history.d_loss)
        and KEPT > 100
    )


def test_the_target_given_is_the_target_played():
    mine = targets.ring(radius=1.0, std=0.3)
    s = session(target=targets.two_moons(0.3), choices={"two moons": targets.two_moons(), "ring": mine})
    assert s.target.std == 0.3 and session(target=mine).target is mine


def test_after_divergence_another_rate_lets_it_go_on():
    s = session(game=plane_game("wasserstein"), optimiser="sgd", lr_g=1e9, lr_d=1e9)
    while s.advance(1) is not None:
        pass
    reached = s.history[-1].step
    s.set("lr_g", 1e-6), s.set("lr_d", 1e-6)
    assert s.diverged is None and s.advance(2).step == reached + 2


@pytest.mark.parametrize(("loss", "rate"), [("hinge", 3.0), ("least_squares", 30.0)])
def test_what_diverges_is_said_to_diverge_and_can_still_be_shown(loss, rate):
    s = session(game=plane_game(loss), optimiser="sgd", lr_g=rate, lr_d=rate)
    for _ in range(30):
        if s.advance(1) is None:
            break
    assert "diverged" in s.diverged
    assert frames.package(scenes.make_scene(s.game, s.target), s.history)


def test_the_arrows_change_with_the_loss_at_once():
    s = session(game=plane_game("wasserstein"))
    before = s.advance(5)
    s.set("loss", "minimax")
    assert s.history[-1].step == 5 and np.abs(s.history[-1].asked_steps - before.asked_steps).max() > 1e-4


def test_a_width_that_one_network_lacks_is_not_offered():
    game = plane_game()
    game = Game(game.generator, torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.Flatten(0)), game.latent)
    assert "width" not in {x.name for x in session(game).settings()}
    assert "4" in {x.name: x for x in session(rule=rules.Alternating(n_d=4)).settings()}["n_d"].choices


# --- the thread


def wait(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    assert condition()


def test_the_session_has_modules_of_its_own():
    game = plane_game()
    own = session(game).game
    assert own.generator is not game.generator and own.discriminator is not game.discriminator


def test_two_stages_of_one_game_do_not_disturb_each_other():
    game, reached = plane_game(), {}
    workers = []
    for seed in (1, 2):
        s = session(game, seed=seed)
        workers.append(
            Worker(s, lambda snapshot, seed=seed: reached.setdefault(seed, []).append(snapshot), print)
        )
    for w in workers:
        w.run()
    wait(lambda: all(len(reached.get(seed, [])) > 5 and reached[seed][-1].step > 60 for seed in (1, 2)))
    for _ in range(200):
        game.generate(
            nets.flatten(game.generator), torch.zeros(4, 2)
        )  # somebody else uses the same game meanwhile
    for w in workers:
        w.pause()
        w._thread.join(5)
    for seed in (1, 2):
        last = reached[seed][-1]
        alone = train(
            game,
            RING,
            steps=last.step,
            every=last.step,
            batch_size=32,
            points=50,
            seed=seed,
            backend="traced",
        ).run(progress=False)
        assert np.array_equal(last.theta, alone.theta) and np.array_equal(last.psi, alone.psi)


def test_an_error_in_the_thread_is_said_and_stops_it():
    said = []
    worker = Worker(session(), lambda snapshot: 1 / 0, said.append)
    worker.run()
    wait(lambda: said)
    assert "ZeroDivisionError" in said[0] and not worker.running


def test_speed_sets_the_pace():
    worker = Worker(session(), lambda snapshot: None, print, speed="10 steps a second")
    worker.slice(1)  # the trace
    begun, first = time.monotonic(), worker.session.history[-1].step
    worker.run()
    time.sleep(0.5)
    worker.pause()
    steps, seconds = worker.session.history[-1].step - first, time.monotonic() - begun
    assert 1 <= steps <= 10 * seconds + 2


# --- how much is sent


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def send_while_free(pages, most=100):
    """How many frames go out before the flow stops them."""
    for n in range(most):
        if not pages.free:
            return n
        pages.sent()
    return most


def test_a_page_that_answers_gets_every_frame(clock):
    pages = flow.Flow(clock)
    for _ in range(20):
        assert send_while_free(pages, 4) == 4
        pages.heard("drawn")


def test_a_slow_page_is_waited_for_but_not_for_ever(clock):
    pages = flow.Flow(clock)
    assert send_while_free(pages) == flow.MOST_UNDER_WAY and not pages.free
    clock.now += flow.UNHEARD + 0.01  # as while another cell runs: no answer can be heard
    assert send_while_free(pages) == 1
    pages.heard("ping")  # a sign, but no picture was drawn
    assert not pages.free
    pages.heard("drawn")
    assert send_while_free(pages) == flow.MOST_UNDER_WAY


def test_each_single_step_is_shown(clock):
    pages = flow.Flow(clock)
    for _ in range(3 * flow.MOST_UNDER_WAY):
        pages.heard("step")
        assert pages.free
        pages.sent()


def test_silence_is_noticed_and_any_word_ends_it(clock):
    pages = flow.Flow(clock)
    for what in ("open", "ping", "drawn", "set"):
        clock.now += flow.UNWATCHED - 0.01
        assert not pages.unwatched
        clock.now += 0.02
        assert pages.unwatched
        pages.heard(what)
        assert not pages.unwatched


def test_open_views_are_counted_and_never_fewer_than_none(clock):
    pages = flow.Flow(clock)
    seen = []
    for what in ("open", "open", "ping", "closed", "closed", "closed", "open"):
        pages.heard(what)
        seen.append(pages.views)
    assert seen == [1, 2, 2, 1, 0, 0, 1]


# --- the widget's side, without a page


def say(shown, what, value=None):
    shown._hear(None, {"do": what, "value": value}, [])


@pytest.fixture
def shown():
    made = stage(plane_game(), RING, batch_size=32, points=50)
    sent = []
    made.observe(lambda change: sent.append(header_of(change["new"])["frames"][0]["step"]), "frame")
    made.sent = sent
    yield made
    made._worker.pause()


def test_a_slow_page_gets_fewer_frames_and_the_newest(shown, monkeypatch):
    monkeypatch.setattr(flow, "UNHEARD", 60)
    say(shown, "open"), say(shown, "run")
    most = flow.MOST_UNDER_WAY
    wait(lambda: len(shown.history) > most + 4)
    assert len(shown.sent) == most - 1  # with the first frame, as many as may be under way: so no other came
    say(shown, "drawn")
    wait(lambda: len(shown.sent) > most - 1)
    assert shown.sent[most - 1] > shown.history[most + 3].step


def test_while_another_cell_runs_and_no_answer_is_heard_frames_still_come(shown):
    say(shown, "open"), say(shown, "run")
    wait(lambda: len(shown.sent) > 2 * flow.MOST_UNDER_WAY)
    seen = (len(shown.history) - 1) / len(shown.sent)
    assert seen > 1.3  # fewer than when the page answers: then each slice is sent


def test_after_a_pause_the_last_step_is_shown(shown, monkeypatch):
    monkeypatch.setattr(flow, "UNHEARD", 60)
    say(shown, "open"), say(shown, "run")
    wait(lambda: len(shown.history) > flow.MOST_UNDER_WAY + 3)
    say(shown, "pause")
    shown._worker._thread.join(5)
    assert shown.sent[-1] < shown.history[-1].step
    say(shown, "drawn")
    assert shown.sent[-1] == shown.history[-1].step


def test_showing_the_same_moment_again_waits_for_no_answer(shown):
    say(shown, "drawn"), say(shown, "set", {"name": "n_d", "value": "2"}), say(shown, "run")
    wait(lambda: shown.sent)


def test_closing_the_last_view_stops_the_training(shown):
    say(shown, "open"), say(shown, "open"), say(shown, "run")
    wait(lambda: len(shown.history) > 2)
    say(shown, "closed")
    assert shown.running
    say(shown, "closed")
    assert not shown.running and shown.status["running"] is False


def test_nobody_watching_stops_the_training(shown, monkeypatch):
    monkeypatch.setattr(flow, "UNWATCHED", 0.3)
    say(shown, "open"), say(shown, "run")
    wait(lambda: not shown.running)
    assert "nothing was heard of any page" in shown.status["message"]


def test_a_page_that_asks_for_something_else_is_told_what_there_is(shown):
    say(shown, "dance")
    assert "run, pause, step, reset, layers or set, but asked to 'dance'" in shown.status["message"]
    assert not shown.status["calm"]


def test_one_step_is_one_step(shown):
    say(shown, "step"), say(shown, "step")
    assert shown.history[-1].step == 2 and shown.sent == [1, 2] and not shown.running


def test_the_sheet_comes_when_it_is_asked_for(shown):
    assert "sheet" not in unpacked(shown.frame)[1]
    say(shown, "layers", ["data", "sheet"])
    assert unpacked(shown.frame)[1]["sheet"].shape == (1, 11, 11, 2)
    say(shown, "layers", ["clouds"])
    assert "layers must be one of" in shown.status["message"]


def test_a_wish_that_cannot_be_granted_is_answered_on_the_stage(shown):
    say(shown, "set", {"name": "lr_g", "value": -1})
    assert "learning rate of G must be" in shown.status["message"] and shown.status["values"]["lr_g"] == 1e-3


def test_a_new_view_gets_the_history(shown):
    messages = []
    shown.send = lambda content, buffers=None: messages.append((content, buffers))
    shown.run(60, progress=False)
    say(shown, "open", "me")
    content, [package] = messages[-1]
    assert (
        content == {"kind": "history", "to": "me"}
        and [f["step"] for f in header_of(package)["frames"]][-1] == 60
    )


def test_divergence_is_said_on_the_stage():
    made = stage(
        plane_game("wasserstein"), RING, optimiser="sgd", lr_g=1e9, lr_d=1e9, batch_size=32, points=50
    )
    say(made, "run")
    wait(lambda: not made.running)
    assert "diverged at step" in made.status["message"] and made.history
    with pytest.raises(RuntimeError, match="diverged"):
        made.run(5, progress=False)


def test_the_book_gets_a_recording_and_the_notebook_a_widget(shown, monkeypatch):
    data, _ = shown._repr_mimebundle_()
    assert (
        "application/vnd.jupyter.widget-view+json" in data
        and "text/html" not in data
        and len(shown.history) == 1
    )
    monkeypatch.setenv("GAN_TEACH_STAGE", "record")
    recorded, _ = stage(plane_game(), RING, batch_size=32, points=50, steps=12)._repr_mimebundle_()
    assert set(recorded) == {"text/plain", "text/html", "image/png"} and "step 12" in recorded["text/plain"]


def test_a_notebook_gets_a_note_before_the_view(shown, monkeypatch):
    sent = []
    monkeypatch.setattr(widget, "display", lambda data, **options: sent.append(data))
    shown._ipython_display_()
    note, view = sent
    assert f'data-stage="{shown.name}"' in note["text/html"] and "Run this cell" in note["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in view
    monkeypatch.setenv("GAN_TEACH_STAGE", "record")
    with pytest.raises(NotImplementedError):  # IPython's sign that there is a bundle to take
        shown._ipython_display_()
    monkeypatch.delenv("GAN_TEACH_STAGE")
    shown.unobserve_all("frame"), shown.close()
    with pytest.raises(NotImplementedError):
        shown._ipython_display_()
    assert len(sent) == 2


def test_a_recorded_divergence_is_shown_as_far_as_it_went(monkeypatch):
    monkeypatch.setenv("GAN_TEACH_STAGE", "record")
    made = stage(
        plane_game("wasserstein"), RING, optimiser="sgd", lr_g=1e9, lr_d=1e9, batch_size=32, points=50
    )
    assert "gan-stage" in made._repr_mimebundle_()[0]["text/html"] and "diverged" in made.status["message"]


def test_the_same_refusal_twice_is_sent_twice(shown):
    say(shown, "set", {"name": "lr_g", "value": -1})
    first = shown.status
    say(shown, "set", {"name": "lr_g", "value": None})
    say(shown, "set", {"name": "lr_g", "value": -1})
    assert shown.status != first and shown.status["message"] == first["message"]


def test_threads_end_with_the_kernel(shown):
    say(shown, "run")
    assert all(t.daemon for t in threading.enumerate() if t.name == "gan_teach stage")


def test_simultaneous_play_offers_no_n_d():
    s = session(rule=rules.Simultaneous())
    assert "n_d" not in {x.name for x in s.settings()}


# --- closed, by hand or because its cell runs again


@pytest.mark.filterwarnings("error")  # of a thread that ends with an error
def test_a_closed_stage_stops_at_once_and_keeps_nothing(shown):
    say(shown, "open"), say(shown, "run")
    wait(lambda: len(shown.history) > 2)
    shown.unobserve_all("frame")
    kept, thread = weakref.ref(shown._session), shown._worker._thread
    begun = time.monotonic()
    shown.close()
    thread.join(5)
    assert time.monotonic() - begun < 2 and not thread.is_alive() and not shown.running
    gc.collect()
    assert kept() is None and shown.history == [] and shown.frame == b"" and repr(shown) == "<stage, closed>"
    shown.close(), say(shown, "run"), say(shown, "drawn"), say(shown, "open", "me")  # nothing more happens
    assert not shown.running
    with pytest.raises(RuntimeError, match="this stage is closed: make another"):
        shown.run(5, progress=False)


def test_a_cell_run_twenty_times_leaves_one_stage(monkeypatch):
    sessions, made = [], []
    for run in range(20):
        monkeypatch.setattr(cells, "running", lambda run=run: cells.Run("twenty", str(run)))
        made.append(stage(line_game(), HUMP, batch_size=8, points=5))
        sessions.append(weakref.ref(made[-1]._session))
    gc.collect()
    assert [m.closed for m in made] == [True] * 19 + [False]
    assert [s() is None for s in sessions] == [True] * 19 + [False]
    assert [m.comm is None for m in made] == [True] * 19 + [False]  # else Jupyter keeps them
    made[-1].close()


def test_stages_of_one_run_and_of_other_cells_live_side_by_side(monkeypatch):
    def made_in(cell, run):
        monkeypatch.setattr(cells, "running", lambda: cell and cells.Run(cell, run))
        return stage(line_game(), HUMP, batch_size=8, points=5)

    first, second, other = made_in("a", "1"), made_in("a", "1"), made_in("b", "2")
    outside = made_in(None, None), made_in(None, None)
    assert not any(m.closed for m in (first, second, other, *outside))
    again = made_in("a", "3")
    assert first.closed and second.closed
    assert not any(m.closed for m in (again, other, *outside))
    for m in (again, other, *outside):
        m.close()


def test_a_stage_that_cannot_be_made_closes_none(monkeypatch):
    monkeypatch.setattr(cells, "running", lambda: cells.Run("c", "1"))
    first = stage(line_game(), HUMP, batch_size=8, points=5)
    monkeypatch.setattr(cells, "running", lambda: cells.Run("c", "2"))
    with pytest.raises(ValueError, match="steps must be"):
        stage(line_game(), HUMP, steps=0)
    assert not first.closed
    first.close()


class Shell:
    """IPython's, as far as the stage asks it."""

    def __init__(self, request):
        self.get_parent = lambda: request


@pytest.mark.parametrize(
    ("shell", "found"),
    [
        (None, None),
        (object(), None),  # in a terminal
        (Shell({}), None),
        (Shell({"header": {"msg_id": "m"}, "metadata": {}}), None),  # from who doesn't name its cells
        (Shell({"header": {"msg_id": "m"}, "metadata": {"cellId": "c"}}), cells.Run("c", "m")),
    ],
)
def test_the_cell_that_runs_is_known_where_the_notebook_says_it(monkeypatch, shell, found):
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    assert cells.running() == found


# --- the settings that a page has, too


@pytest.mark.parametrize(
    "name, value", [("penalty", "gradient penalty"), ("noise", 0.2), *(("error", e) for e in ERRORS)]
)
def test_the_game_changes_and_goes_on_with_the_same_networks(name, value):
    its = session()
    its.advance(3)
    before = its.history[-1]
    its.set(name, value)
    assert its.history[-1].step == 3 and np.array_equal(its.history[-1].theta, before.theta)
    assert its.advance(3).step == 6 and its.diverged is None
    assert not np.array_equal(its.history[-1].theta, before.theta)


def test_what_was_changed_comes_together_and_can_be_taken_back():
    its, plain = session(), session()
    for name, value in (("penalty", "R1"), ("gamma", 3.0), ("noise", 0.1), ("loss", "hinge")):
        its.set(name, value)
    assert its.game.loss.name == "hinge" and its.game.noise == 0.1
    assert [(p.name, p.gamma) for p in its.game.penalties] == [("r1", 3.0)]
    its.set("error", "labels exchanged")
    its.set("error", "none")
    for name in ("penalty", "gamma", "noise", "loss"):
        its.set(name, plain.values[name])
    assert its.game.loss is its.losses[plain.values["loss"]] and its.game.noise == 0
    assert [p.name for p in its.game.penalties] == [p.name for p in plain.game.penalties]


def test_an_error_is_told_in_words():
    its = session()
    assert its.set("error", "no noise") == ERRORS["no noise"]
    assert np.ptp(its.advance(2).x_fake, axis=0).max() == 0
    with pytest.raises(ValueError, match="an error to try must be one of"):
        its.set("error", "forgotten")


def test_a_notebook_and_a_page_have_one_list_of_settings():
    """Same names, labels, choices and order; only a page has what its pictures need, a notebook the width."""
    its = session()
    made = lesson(its.game, its.target, **its.lesson_options())
    theirs = {c["name"]: (c["label"], c["choices"], c["effect"]) for c in made["controls"]}
    ours = {s.name: (s.label, s.choices and list(s.choices), s.effect) for s in its.settings()}
    shared = [name for name in theirs if name in ours]
    assert {n: theirs[n] for n in shared} == {n: ours[n] for n in shared}
    assert [name for name in ours if name in theirs] == shared
    assert set(ours) - set(theirs) == {"width"} and set(theirs) - set(ours) <= {"pace", "average", "other"}


@pytest.mark.parametrize("error", [e for e in ERRORS if e != "none"])
def test_the_error_of_a_kernel_is_the_compiled_one(error):
    """One look at the same networks: what is asked of the fakes, and D's loss, agree."""
    its = session()
    its.advance(5)
    last, game = its.history[-1], with_error(its.game, error)
    names, places = ("swapped", "sigmoid", "leaked"), program.places(its.game, its.target, 64, 60)
    chosen = ("labels exchanged", "a second sigmoid", "gradients not cleared")
    tensors = places | {n: torch.tensor(float(error == e)) for n, e in zip(names, chosen)}
    tensors["loss"] = torch.eye(len(tensors["loss"]))[0]
    loss = program._chosen(its.game, tensors)
    real, fake = (torch.from_numpy(a.copy()) for a in (last.real_logits, last.fake_logits))
    assert torch.allclose(loss.d(real, fake), game.loss.d(real, fake), atol=1e-6)
    assert torch.allclose(loss.g(real, fake), game.loss.g(real, fake), atol=1e-6)
