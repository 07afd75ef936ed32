"""Training on a page, in a real browser, from a file: as a person does it, and number for number as Python
does."""

import functools
import re

import numpy as np
import pytest
import torch
from browsing import STAGES_STAND
from mirror import PROBE, Mirror
from playwright.sync_api import expect
from test_stage_pages import PAGE, without_webassembly
from torch import nn

from gan_teach import Game, nets, penalties, targets, train
from gan_teach.game import grid_axes
from gan_teach.live import player, readout
from gan_teach.live.scenes import make_scene
from gan_teach.snapshot import Snapshot

pytestmark = pytest.mark.browser
STAGE = "document.querySelector('.gan-stage').ganStage"


@functools.cache
def trained(kind):
    """A small game, its target, and the player of its recording."""
    if kind == "plane":
        game = Game(
            nets.Generator(2, 2, (16, 16)),
            nets.Discriminator(2, (16, 16)),
            targets.normal(2),
            "non_saturating",
            (penalties.r1(0.1),),
        )
        target = targets.ring()
    elif kind == "still":  # fakes that nobody moves
        game = Game(nn.Identity(), nets.Discriminator(2, (16,), "tanh"), targets.normal(2), "minimax")
        target = targets.ring(std=0.2)
    else:
        game = Game(nets.Generator(1, 1, (16,)), nets.Discriminator(1, (16,)), targets.uniform())
        target = targets.gaussian(1.0, 0.5)
    rule = "police only" if kind == "still" else "alternating"
    options = {"rule": rule, "lr_g": 2e-3, "lr_d": 2e-3, "batch_size": 64}
    run = train(game, target, steps=20, every=10, points=500, **options)
    run.run(progress=False)
    made = player(run.history, game, target, trains=options)
    return game, target, made


def lesson(kind):
    """What a page trains with, and the page's piece."""
    made = trained(kind)[2]
    return made.lesson, made.html()


@pytest.fixture
def page(browser, tmp_path):
    """Open a stage from a file; what the page asks the network for, and what it complains about, is kept."""
    pages = []

    def open_file(kind, before="", **options):
        file = tmp_path / f"{kind}{len(pages)}.html"
        file.write_text(PAGE.format(lesson(kind)[1]), encoding="utf-8")
        page = browser.new_page(**options)
        page.add_init_script(before)
        page.said, page.asked = [], []
        page.on("console", lambda m: page.said.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: page.said.append(str(e)))
        page.on("request", lambda r: page.asked.append(r.url))
        page.goto(file.as_uri())
        page.wait_for_function(STAGES_STAND)
        pages.append(page)
        return page

    yield open_file
    for page in pages:
        assert page.said == []
        strangers = [u for u in page.asked if not u.startswith(("file:", "blob:", "data:"))]
        page.close()
        assert strangers == []


def begin(page):
    page.get_by_role("button", name="Train it yourself").click()
    page.wait_for_function(f"{STAGE}.now.frame.step === 0 && {STAGE}.now.movie.frames.length === 1")


SLOW_POST = """const Quick = Worker;
window.Worker = class { constructor(url) { this.quick = new Quick(url); }
  postMessage(what) { this.quick.postMessage(what); }
  set onerror(hear) { this.quick.onerror = hear; }
  set onmessage(hear) { this.quick.onmessage = (event) => setTimeout(hear, 60, event); } };"""


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def step_of(page):
    return page.evaluate(f"{STAGE}.now.frame.step")


@pytest.mark.parametrize("kind", ["plane", "line"])
def test_it_trains_pauses_and_goes_on_from_the_moment_shown(page, kind):
    page = page(kind)
    begin(page)
    button(page, "Train").click()
    page.wait_for_function(f"{STAGE}.now.frame.step >= 200", timeout=20_000)
    button(page, "Pause").click()
    page.wait_for_timeout(200)
    stopped = step_of(page)
    page.wait_for_timeout(200)
    assert step_of(page) == stopped
    assert "D at the fakes" in page.locator(".gs-text").text_content()
    page.locator(".gs-bar input[type=range]").fill("3")
    assert step_of(page) == 30
    button(page, "One step").click()
    page.wait_for_function(f"{STAGE}.now.frame.step === 31")
    assert page.evaluate(f"{STAGE}.now.movie.frames.length") == 5  # what came after is forgotten
    button(page, "New start").click()
    page.wait_for_function(f"{STAGE}.now.frame.step === 0 && {STAGE}.now.movie.frames.length === 1")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"loss": "hinge", "penalty": "gradient penalty", "noise": 0.1, "n_d": "2"},
        {"rates": "fall to 0 over 3,000 steps"},
    ],
)
def test_it_is_pythons_game_to_the_last_bit(page, changes):
    page = page("plane")
    begin(page)
    mirror = Mirror(lesson("plane")[0])
    for name, value in changes.items():
        field = page.locator(f"[name={name}]")
        if name == "noise":
            field.fill(str(value))
            field.press("Enter")
        else:
            field.select_option(str(value))
    mirror.take(**changes)
    for step in range(1, 31):
        button(page, "One step").click()
        page.wait_for_function(f"{STAGE}.now.frame.step === {step}")
        mirror.step()
    last = page.evaluate(f"[{STAGE}.now.frame.d_loss, {STAGE}.now.frame.g_loss]")
    assert last == [float(mirror.host["loss_D"]), float(mirror.host["loss_G"])]
    fakes = page.evaluate(f"[...{STAGE}.now.frame.fakes]")
    mirror.draw_law(lesson("plane")[0]["latent"], "probe_z", PROBE + 2)
    mirror.host.call("look")
    assert np.array_equal(np.float32(fakes), mirror.host["x_fake"].ravel())


def test_fakes_that_nobody_moves_have_a_stage_too(page):
    """D learns alone, as in chapters 5 and 7; what would move G isn't offered, and D's loss has its curve."""
    page = page("still")
    begin(page)
    names = {f.get_attribute("name") for f in page.locator(".gs-own [name], .gs-extras [name]").all()}
    assert not names & {"mover", "lr_g", "n_d", "average"} and {"lr_d", "loss", "other"} <= names
    page.locator("[name=other]").select_option("non_saturating")
    button(page, "Train").click()
    page.wait_for_function(f"{STAGE}.now.frame.step >= 100", timeout=20_000)
    button(page, "Pause").click()
    page.wait_for_timeout(200)
    mirror = Mirror(lesson("still")[0])
    for _ in range(step_of(page)):
        mirror.step()
    frame = page.evaluate(f"(f => [f.d_loss, f.g_loss, f.longest, f.beside.longest])({STAGE}.now.frame)")
    mirror.draw_law(lesson("still")[0]["targets"][targets.ring(std=0.2).name], "probe_x", PROBE)
    mirror.draw_law(lesson("still")[0]["latent"], "probe_z", PROBE + 2)
    mirror.take(other="non_saturating")
    mirror.host.call("look")
    longest = [np.linalg.norm(mirror.host[n], axis=1).max() for n in ("asked_steps", "other_steps")]
    assert frame[1] is None and 0 < frame[0] < 1.5
    assert np.allclose(frame[2:], longest, rtol=0.005) and longest[0] < longest[1]


def test_hurried_clicks_leave_moments_that_can_be_gone_on_from(page):
    """One step and Train in quick turns: frames are on their way (here for 60 ms) while the page already asks
    for others."""
    page = page("line", before=SLOW_POST)
    begin(page)
    page.locator("[name=pace]").select_option("each step")
    page.evaluate(
        """async () => {
          const press = (c) => document.querySelector(c).click();
          for (let i = 0; i < 40; i++) {
            press(i % 2 ? '.gs-step' : '.gs-run');
            await new Promise((r) => setTimeout(r, 5 + 7 * (i % 5)));
          }
          press('.gs-step');
        }"""
    )
    page.wait_for_timeout(500)
    steps = page.evaluate(f"{STAGE}.now.movie.frames.map((f) => f.step)")
    assert steps == sorted(set(steps)) and len(steps) > 10
    for place in (len(steps) // 2, len(steps) // 4):
        page.locator(".gs-bar input[type=range]").fill(str(place))
        button(page, "One step").click()
        page.wait_for_function(f"{STAGE}.now.frame.step === {steps[place] + 1}")


def trained_in_the_page(page, kind):
    """Some hundred steps in the page, and the same in Python, looked at: (its frame, the mirror)."""
    opened, found = page(kind), lesson(kind)[0]
    begin(opened)
    button(opened, "Train").click()
    opened.wait_for_function(f"{STAGE}.now.frame.step >= 100", timeout=20_000)
    button(opened, "Pause").click()
    opened.wait_for_timeout(300)
    read = "(({ step, facts, text, fakes }) => ({ step, facts, text, fakes: [...fakes] }))"
    frame, mirror = opened.evaluate(f"{read}({STAGE}.now.frame)"), Mirror(found)
    for _ in range(frame["step"]):
        mirror.step()
    mirror.draw_law(found["targets"][found["values"]["target"]], "probe_x", PROBE)
    mirror.draw_law(found["latent"], "probe_z", PROBE + 2)
    mirror.host.call("look")
    return frame, mirror


@pytest.mark.parametrize("kind", ["plane", "line"])
def test_the_numbers_beside_the_picture_are_pythons(page, kind):
    frame, mirror = trained_in_the_page(page, kind)
    arrays = {name: mirror.host[name] for name in ("x_fake", "real_logits", "fake_logits")}
    snapshot, scene = Snapshot(frame["step"], 0.0, arrays), make_scene(*trained(kind)[:2])
    assert [tuple(fact) for fact in frame["facts"]] == readout.facts(scene, snapshot)
    assert frame["text"] == readout.describe(scene, snapshot)


def test_the_density_of_the_fakes_has_their_mass_where_they_are(page):
    """Added up from the left it is the share of the fakes up to there, found from 200,000 latents."""
    frame, mirror = trained_in_the_page(page, "line")
    game, target, _ = trained("line")
    x = grid_axes(target)[0]
    width, edges = x[1] - x[0], (x[1:] + x[:-1]) / 2
    latents = torch.linspace(*game.latent.bounds, 200_000)[:, None]
    fakes = np.sort(game.generate(torch.from_numpy(mirror.host["G"]), latents).numpy().ravel())
    share = np.searchsorted(fakes, edges) / len(fakes)
    below = np.searchsorted(fakes, x[0] - width / 2) / len(fakes)
    assert np.abs(np.cumsum(frame["fakes"])[:-1] * width + below - share).max() < 0.002


def test_the_game_changes_while_it_is_played(page):
    page = page("plane")
    begin(page)
    page.locator("[name=pace]").select_option("many steps")
    button(page, "Train").click()
    for name, value in (("loss", "wasserstein"), ("penalty", "gradient penalty"), ("mover", "police only")):
        page.locator(f"[name={name}]").select_option(value)
        before = step_of(page)
        page.wait_for_function(f"{STAGE}.now.frame.step > {before + 20}", timeout=20_000)
    assert page.evaluate(f"{STAGE}.now.header.probability") is False
    page.locator("[name=target]").select_option("spiral")
    page.wait_for_function(f"{STAGE}.now.frame.step === 0")
    assert page.evaluate(f"{STAGE}.now.header.window[0][1]") == 2.5


def test_a_wrong_number_is_answered_and_changes_nothing(page):
    page = page("line")
    begin(page)
    for wrong in ("-1", "0", "1e9", "1.2.3", "fast"):
        page.locator("[name=lr_d]").fill(wrong)
        page.locator("[name=lr_d]").press("Enter")
        expect(page.locator(".gs-message")).to_have_text(
            "learning rate of D must be a number above 0 and at most 1,000,000, so it stays 0.002."
        )
        assert page.locator("[name=lr_d]").input_value() == "0.002"


def test_a_game_that_runs_away_says_so(page):
    page = page("plane")
    begin(page)
    page.locator("[name=loss]").select_option("least_squares")
    for name in ("lr_d", "lr_g"):
        page.locator(f"[name={name}]").fill("100000")
        page.locator(f"[name={name}]").press("Enter")
    button(page, "Train").click()
    expect(page.locator(".gs-message")).to_contain_text(
        "the training diverged at step", ignore_case=True, timeout=20_000
    )
    assert button(page, "Train").is_visible()


def test_the_settings_go_back_to_the_first_ones(page):
    page = page("line")
    begin(page)
    page.locator("[name=lr_d]").press("ArrowUp")
    assert page.locator("[name=lr_d]").input_value() == "0.003"
    page.locator("[name=error]").select_option("labels exchanged")
    button(page, "Reset all").click()
    page.wait_for_function(f"{STAGE}.now.frame.step === 0")
    assert page.locator("[name=lr_d]").input_value() == "0.002"
    assert page.locator("[name=error]").input_value() == "none"
    button(page, "One step").click()
    page.wait_for_function(f"{STAGE}.now.frame.step === 1")
    mirror = Mirror(lesson("line")[0])
    mirror.step()
    assert page.evaluate(f"{STAGE}.now.frame.d_loss") == float(mirror.host["loss_D"])


def test_the_recording_comes_back(page):
    page = page("plane")
    left = step_of(page)
    begin(page)
    button(page, "Train").click()
    page.wait_for_function(f"{STAGE}.now.frame.step >= 20", timeout=20_000)
    button(page, "Recording").click()
    page.wait_for_function(f"{STAGE}.now.movie.frames.length === 3")
    assert step_of(page) == left
    assert button(page, "Run").is_visible() and not page.locator("[name=loss]").is_visible()
    page.get_by_role("button", name="Train it yourself").click()
    page.wait_for_function(f"{STAGE}.now.movie.frames.length > 2 && {STAGE}.now.frame.step >= 20")


def test_what_belongs_to_recordings_is_hidden_while_one_trains(browser, tmp_path):
    found, html = lesson("plane")
    twice = html.replace('data-recording="recording"', 'data-recording="first"', 1)
    script = re.search(r'<script type="text/plain" data-recording="first">.*?</script>', twice).group()
    file = tmp_path / "twice.html"
    other = script.replace('"first"', '"second"')
    file.write_text(PAGE.format(twice.replace(script, script + other)), encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    page.wait_for_function(STAGES_STAND)
    fields = page.locator(".gs-bar select:visible")
    assert fields.count() == 2  # which recording, and how fast
    page.get_by_role("button", name="Train it yourself").click()
    assert {f.get_attribute("name") for f in fields.all()} == {"pace", "mover"}
    page.close()


def test_a_hidden_page_stops_training(page):
    page = page("plane")
    begin(page)
    button(page, "Train").click()
    page.wait_for_function(f"{STAGE}.now.frame.step >= 20", timeout=20_000)
    page.evaluate(
        "Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    expect(button(page, "Train")).to_be_visible()


def test_without_webassembly_the_recording_stays(browser, tmp_path):
    with without_webassembly(browser, tmp_path, lesson("plane")[1]) as page:
        page.wait_for_function(STAGES_STAND)
        assert button(page, "Train it yourself").is_disabled()
        assert "can't train here" in button(page, "Train it yourself").get_attribute("title")
        button(page, "Run").click()
        page.wait_for_function(f"{STAGE}.now.frame.step === 20")


def test_two_stages_train_at_once(browser, tmp_path):
    page = browser.new_page()
    file = tmp_path / "two.html"
    file.write_text(PAGE.format(lesson("plane")[1] + lesson("line")[1]), encoding="utf-8")
    page.goto(file.as_uri())
    page.wait_for_function(STAGES_STAND)
    for stage in page.locator(".gan-stage").all():
        stage.get_by_role("button", name="Train it yourself").click()
        stage.get_by_role("button", name="Train", exact=True).click()
    steps = "[...document.querySelectorAll('.gan-stage')].map((e) => e.ganStage.now.frame.step)"
    page.wait_for_function(f"{steps}.every((step) => step >= 50)", timeout=20_000)
    page.close()


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_the_controls_fit_and_have_names(page, width):
    page = page("plane", viewport={"width": width, "height": 900})
    begin(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(
        "[...document.querySelectorAll('.gan-stage select, .gan-stage input, .gan-stage textarea')]"
        ".every((e) => e.ariaLabel || (e.labels.length && e.labels[0].textContent.trim()))"
    )
