"""What a reader sees of a stage and can reach: picture and settings together, nothing that runs away, the
step beside its bar, the losses as a way to a moment, the arrows of two losses."""

import re

import numpy as np
import pytest
from browsing import STAGES_STAND
from playwright.sync_api import expect
from test_page_trains import STAGE, begin, button, lesson, page, step_of  # noqa: F401
from test_stage_pages import PAGE

from gan_teach import palette

pytestmark = pytest.mark.browser
WIDE, LOW = {"width": 1280, "height": 800}, {"width": 1280, "height": 720}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PICTURE = ".gs-left > .gs-frame canvas"


@pytest.fixture
def phone(browser, tmp_path):
    """Open a stage on a telephone, with its settings open."""
    contexts = []

    def opened(kind, before="", after="", address=""):
        file = tmp_path / f"phone{len(contexts)}.html"
        html = PAGE.format(before + lesson(kind)[1] + after)
        view = '<meta name="viewport" content="width=device-width">'
        file.write_text(html.replace("<title>", f"{view}<title>"), encoding="utf-8")
        contexts.append(browser.new_context(**PHONE))
        held = contexts[-1].new_page()
        held.goto(file.as_uri() + address)
        held.wait_for_function(STAGES_STAND)
        return held

    yield opened
    for context in contexts:
        context.close()


def open_settings(page):  # noqa: F811
    begin(page)
    page.get_by_text("Settings", exact=True).tap()


def places(page, *which):  # noqa: F811
    """Where these stand on the page, in pixels."""
    return page.evaluate(
        """(which) => which.map((w) => { const { x, y } = document.querySelector(w).getBoundingClientRect();
          return [Math.round(x + scrollX), Math.round(y + scrollY)]; })""",
        list(which),
    )


def in_window(page, what):  # noqa: F811
    box, size = page.locator(what).bounding_box(), page.viewport_size
    return box["y"] >= -1 and box["y"] + box["height"] <= size["height"] + 1


# --- settings and picture


@pytest.mark.parametrize("name", ["lr_d", "error", "target"])
def test_settings_and_picture_are_in_sight_together(page, name):  # noqa: F811
    opened = page("plane", viewport=LOW)
    begin(opened)
    opened.locator(f"[name={name}]").evaluate("(e) => e.scrollIntoView({ block: 'end' })")
    assert in_window(opened, f"[name={name}]") and in_window(opened, PICTURE)
    left, right = opened.locator(PICTURE).bounding_box(), opened.locator(f"[name={name}]").bounding_box()
    assert left["x"] + left["width"] <= right["x"] and left["height"] > 400


@pytest.mark.parametrize("name", ["lr_d", "error", "target"])
def test_on_a_telephone_the_picture_stays_while_one_sets(phone, name):
    held = phone("plane")
    open_settings(held)
    held.locator(f"[name={name}]").evaluate("(e) => e.scrollIntoView({ block: 'end' })")
    held.locator("[name=error]").select_option("labels exchanged")
    assert in_window(held, f"[name={name}]") and in_window(held, PICTURE) and in_window(held, ".gs-message")
    box = held.locator(PICTURE).bounding_box()
    assert 300 < box["height"] <= 0.45 * 844 + 1
    field = held.locator(f"[name={name}]").bounding_box()
    assert box["y"] + box["height"] <= field["y"]


def test_the_whole_screen_is_given_to_a_stage(page):  # noqa: F811
    opened = page("plane", viewport=LOW)
    begin(opened)
    button(opened, "Full screen").click()
    opened.wait_for_function("document.fullscreenElement?.classList.contains('gan-stage')")
    opened.wait_for_function(f"document.querySelector('{PICTURE}').clientHeight > 0.9 * innerHeight - 40")
    picture, settings = (opened.locator(w).bounding_box() for w in (PICTURE, ".gs-extras"))
    assert picture["x"] + picture["width"] <= settings["x"]
    assert opened.evaluate("document.fullscreenElement.scrollHeight") <= opened.evaluate("innerHeight")
    button(opened, "Leave full screen").click()
    opened.wait_for_function("!document.fullscreenElement")
    expect(button(opened, "Full screen")).to_be_visible()


def test_where_there_is_no_full_screen_none_is_offered(page):  # noqa: F811
    opened = page("line", before="Object.defineProperty(document, 'fullscreenEnabled', { value: false });")
    assert opened.locator(".gs-full").count() == 0


# --- nothing runs away


@pytest.mark.parametrize("kind", ["line", "plane"])
def test_nothing_runs_away_from_the_mouse(page, kind):  # noqa: F811
    opened = page(kind, viewport=WIDE)
    begin(opened)
    fixed = (".gs-run", ".gs-step", "[name=loss]", "[name=error]", "[name=target]")
    at_first = places(opened, *fixed)
    button(opened, "One step").click()
    opened.wait_for_function(f"{STAGE}.now.frame.step === 1")
    assert places(opened, *fixed) == at_first
    opened.locator("[name=error]").select_option("labels exchanged")
    opened.locator("[name=mover]").select_option("police only")
    assert places(opened, *fixed) == at_first
    button(opened, "One step").click()
    opened.wait_for_function(f"{STAGE}.now.frame.step === 2")
    assert places(opened, *fixed) == at_first
    opened.locator("[name=loss]").select_option("wasserstein")  # a critic: D's verdict is no probability
    button(opened, "One step").click()
    opened.wait_for_function(f"!{STAGE}.now.header.probability")
    assert places(opened, *fixed) == at_first
    if kind == "plane":
        for loss in ("minimax", "non_saturating"):
            opened.locator("[name=other]").select_option(loss)
            button(opened, "One step").click()
            opened.wait_for_function(f"{STAGE}.now.header.second === '{loss}'")
            assert places(opened, *fixed) == at_first, loss
    opened.locator("[name=target]").select_option({"line": "uniform", "plane": "two moons"}[kind])
    opened.wait_for_function(f"{STAGE}.now.frame.step === 0")
    assert places(opened, "[name=target]") == at_first[-1:]
    opened.get_by_text("Your own target").click()
    button(opened, "Draw it in the picture").click()
    assert places(opened, "[name=target]") == at_first[-1:]


def test_a_notice_pushes_no_setting_on_a_telephone(phone):
    held = phone("plane")
    open_settings(held)
    held.locator("[name=error]").scroll_into_view_if_needed()
    before = places(held, "[name=error]", ".gs-run")
    held.locator("[name=error]").select_option("a second sigmoid")
    assert places(held, "[name=error]", ".gs-run") == before


def test_the_numbers_have_their_rows_from_the_beginning(page):  # noqa: F811
    opened = page("plane")
    begin(opened)
    rows = "[...document.querySelectorAll('.gs-side dt')].map((e) => e.textContent)"
    first = opened.evaluate(rows)
    assert {"loss of D", "loss of G", "longest arrow", "longest arrow, a second loss"} <= set(first)
    value = dict(zip(first, opened.locator(".gs-side dd").all_inner_texts()))
    assert value["loss of D"] == value["longest arrow, a second loss"] == "\u2013"
    assert value["random start"] == "0"
    button(opened, "One step").click()
    opened.wait_for_function(f"{STAGE}.now.frame.step === 1")
    assert opened.evaluate(rows) == first
    button(opened, "New start").click()
    seed = "document.querySelectorAll('.gs-side dd')[{}].textContent === '1'"
    opened.wait_for_function(seed.format(first.index("random start")))
    opened.locator("[name=target]").select_option("two moons")  # no modes are counted there
    opened.wait_for_function(f"{STAGE}.now.header.window[0][1] !== {STAGE}.now.header.window[1][1]")
    assert opened.evaluate(rows) == first


# --- the step, and what one points at


def test_the_step_stands_beside_its_bar(page):  # noqa: F811
    opened = page("line")
    begin(opened)
    step, bar = opened.locator(".gs-at"), opened.locator(".gs-bar > input[type=range]")
    assert step.inner_text() == "step 0"
    button(opened, "One step").click()
    expect(step).to_have_text("step 1")
    beside, its = step.bounding_box(), bar.bounding_box()
    assert abs(beside["y"] - its["y"]) < 10 and 0 < beside["x"] - its["x"] - its["width"] < 20


def test_on_a_telephone_the_step_is_in_sight_with_the_picture(phone):
    held = phone("plane")
    held.evaluate("document.querySelector('.gan-stage').scrollIntoView()")
    assert in_window(held, PICTURE) and in_window(held, ".gs-at")


@pytest.mark.parametrize("height", [0.2, 0.8])
def test_what_one_points_at_is_said_in_the_picture(page, height):  # noqa: F811
    opened = page("plane", viewport=WIDE)
    box = opened.locator(PICTURE).bounding_box()
    x, y = box["x"] + 0.25 * box["width"], box["y"] + height * box["height"]
    opened.mouse.move(x, y)
    said = opened.locator(".gs-probe")
    assert re.match(r"x \S+, y \S+, D learned \S+$", said.inner_text())
    place = said.bounding_box()
    assert box["y"] <= place["y"] and place["y"] + place["height"] <= box["y"] + box["height"]
    assert not place["y"] - 20 < y < place["y"] + place["height"] + 20


# --- the losses


def test_a_click_in_the_losses_goes_to_the_nearest_moment(page):  # noqa: F811
    opened = page("line", viewport=WIDE)
    begin(opened)
    button(opened, "Train").click()
    opened.wait_for_function(f"{STAGE}.now.frame.step >= 200", timeout=20_000)
    opened.locator(".gs-losses canvas").click(position={"x": 100, "y": 60})
    assert button(opened, "Train").is_visible()  # it has stopped, as by the bar
    opened.wait_for_timeout(200)
    box = opened.locator(".gs-losses canvas").bounding_box()
    for step, by_drag in ((70, False), (150, True)):
        x = box["x"] + opened.evaluate(f"{STAGE}.now.losses.x({step + 2})")
        if by_drag:
            opened.mouse.move(box["x"] + 60, box["y"] + 40)
            opened.mouse.down()
            opened.mouse.move(x, box["y"] + 60, steps=5)
            opened.mouse.up()
        else:
            opened.mouse.click(x, box["y"] + 60)
        assert step_of(opened) == step
        shown = opened.evaluate(f"{STAGE}.now.index")
        assert opened.locator(".gs-bar > input[type=range]").input_value() == str(shown)


def test_the_first_moments_are_kept(page):  # noqa: F811
    opened = page("line")
    begin(opened)
    opened.locator("[name=pace]").select_option("each step")
    button(opened, "Train").click()
    opened.wait_for_function(f"{STAGE}.now.frame.step >= 320", timeout=60_000)
    steps = opened.evaluate(f"{STAGE}.now.movie.frames.map((f) => f.step)")
    assert steps[:50] == list(range(50)) and len(steps) < 260


def test_the_mark_of_a_change_is_told(page):  # noqa: F811
    opened = page("line", viewport=WIDE)
    begin(opened)
    mark = opened.get_by_text("a setting changed")
    assert not mark.is_visible()
    button(opened, "One step").click()
    opened.wait_for_function(f"{STAGE}.now.frame.step === 1")
    opened.locator("[name=loss]").select_option("minimax")
    button(opened, "One step").click()
    opened.wait_for_function(f"{STAGE}.now.frame.step === 2")
    assert mark.is_visible()
    canvas = opened.locator(".gs-losses canvas")
    x = opened.evaluate(f"{STAGE}.now.losses.x(2)")
    canvas.hover(position={"x": x - 1, "y": 40})
    assert canvas.get_attribute("title") == "step 2: loss minimax"
    canvas.hover(position={"x": x - 60, "y": 40})
    assert canvas.get_attribute("title") == ""


def test_the_recording_s_losses_are_there_to_compare_with(page):  # noqa: F811
    opened = page("plane")
    recorded = opened.evaluate(f"{STAGE}.now.movie.frames.map((f) => f.d_loss)")
    begin(opened)
    assert opened.evaluate(f"{STAGE}.now.movie.before.map((f) => f.d_loss)") == recorded
    assert opened.get_by_text("faint: before").is_visible()
    expect(opened.locator(".gs-message")).to_contain_text("another random start than the recording's")
    button(opened, "Recording").click()
    opened.get_by_role("button", name="Train it yourself").click()
    assert opened.locator(".gs-message").is_hidden()  # once is enough


# --- the arrows of two losses

ORDER = """() => {
  const seen = [], plain = CanvasRenderingContext2D.prototype.stroke;
  const canvas = document.querySelector('.gs-left canvas');
  const view = document.querySelector('.gan-stage').ganStage;
  CanvasRenderingContext2D.prototype.stroke = function () {
    if (this.canvas === canvas) seen.push([this.strokeStyle, this.lineWidth]);
    return plain.call(this);
  };
  view.go(view.now.index);
  CanvasRenderingContext2D.prototype.stroke = plain;
  return seen;
}"""


@pytest.mark.parametrize("theme", palette.THEMES)
def test_the_arrows_of_a_second_loss_are_seen(page, theme):  # noqa: F811
    opened, hues = page("plane", viewport=WIDE), palette.THEMES[theme]
    if theme == "dark":
        opened.evaluate("document.body.style.cssText += '; background: #111; color: #ddd'")
    begin(opened)
    opened.locator("[name=other]").select_option("minimax")
    button(opened, "One step").click()
    opened.wait_for_function(f"{STAGE}.now.frame.step === 1")
    drawn = opened.evaluate(ORDER)
    (first, broad), (second, narrow) = drawn[-2:]
    assert (first, second) == (hues["exact"], hues["second"]) and narrow < broad
    rgb = [int(hues["second"][k : k + 2], 16) for k in (1, 3, 5)]
    near = """([r, g, b]) => { const c = document.querySelector('.gs-left canvas'); let n = 0;
      const copy = new OffscreenCanvas(c.width, c.height).getContext('2d', { willReadFrequently: true });
      copy.drawImage(c, 0, 0);
      const { data } = copy.getImageData(0, 0, c.width, c.height);
      for (let i = 0; i < data.length; i += 4)
        n += Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) < 90;
      return n; }"""
    assert opened.evaluate(near, rgb) > 100
    box = opened.get_by_label("arrows: minimax")
    swatch = box.evaluate("(e) => getComputedStyle(e.parentElement).borderBottomColor")
    assert swatch == f"rgb({rgb[0]}, {rgb[1]}, {rgb[2]})"
    box.uncheck()
    assert opened.evaluate(near, rgb) == 0


# Machado, Oliveira and Fernandes (2009): what linear RGB becomes without one kind of cone.
BLINDNESS = {
    "none": np.eye(3),
    "protan": [[0.1522, 1.0525, -0.2048], [0.1145, 0.7862, 0.0992], [-0.0038, -0.0481, 1.0519]],
    "deutan": [[0.3673, 0.8606, -0.2279], [0.2800, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9688]],
    "tritan": [[1.2555, -0.0767, -0.1787], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6913, 0.3039]],
}  # fmt: skip
XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]


def lab(hue, seen):
    """The colour in CIELAB, as such an eye sees it."""
    share = np.array([int(hue[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    x, y, z = np.array(XYZ) @ np.clip(np.array(seen) @ linear, 0, 1) / [0.9505, 1, 1.089]
    fx, fy, fz = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


@pytest.mark.parametrize("eye", BLINDNESS)
@pytest.mark.parametrize("theme", palette.THEMES)
def test_the_hues_of_curves_and_arrows_differ_for_every_eye(theme, eye):
    """The least distance is that of data and D for a deuteranope: about 11, where 2 can just be seen."""
    hues = [palette.THEMES[theme][name] for name in ("data", "fakes", "D", "exact", "second")]
    seen = [lab(hue, BLINDNESS[eye]) for hue in hues]
    for i, one in enumerate(seen):
        for other in seen[:i]:
            assert np.linalg.norm(one - other) > 10
    assert abs(seen[3][0] - seen[4][0]) > 20  # both kinds of arrows, by lightness alone


# --- links, targets, fingers

GROWS = """<div id="above"></div><script>setTimeout(() => {
  document.getElementById('above').style.height = '900px';
  document.body.dataset.grown = 1; }, 400);</script>"""


def test_a_link_brings_the_stage_to_the_top_though_the_page_grows_later(phone):
    held = phone("plane", before='<div style="height: 1500px"></div>' + GROWS,
                 after='<div style="height: 2000px"></div>', address="#train=1")  # fmt: skip
    held.wait_for_function("document.body.dataset.grown")
    top = "document.querySelector('.gan-stage').getBoundingClientRect().top"
    held.wait_for_function(f"Math.abs({top}) < 20")
    assert in_window(held, PICTURE)
    held.evaluate("dispatchEvent(new Event('touchstart'))")  # the reader goes elsewhere, and is left alone
    held.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    held.evaluate("document.getElementById('above').style.height = '1200px'")
    held.wait_for_timeout(200)
    assert held.evaluate("scrollY") == 0


def test_a_link_promises_what_it_holds_and_the_controls_say_what_they_do(page):  # noqa: F811
    opened = page("plane")
    begin(opened)
    button(opened, "Link to this").click()
    expect(opened.locator(".gs-message")).to_contain_text("the training begins at step 0 there")
    for name, label in {
        "noise": "noise on all that D sees (instance noise)",
        "average": "average G's weights",
        "other": "arrows of a second loss",
        "rates": "both rates",
    }.items():
        assert opened.locator(f"label:has([name={name}]) > span").first.inner_text() == label
    assert opened.get_by_label("arrows: where G is asked to go").is_checked()
    assert "step 0" in button(opened, "Reset all").get_attribute("title")


def test_one_s_own_target_is_the_last_of_the_list(page):  # noqa: F811
    opened = page("plane", viewport=WIDE)
    begin(opened)
    target = opened.locator("[name=target]")
    assert target.locator("option").all_inner_texts()[-1] == "your own \u2026"
    target.select_option("your own")
    assert button(opened, "Draw it in the picture").is_visible()
    assert button(opened, "Draw it in the picture").evaluate("(e) => e === document.activeElement")
    assert target.input_value() == "ring of 8" and step_of(opened) == 0
    opened.get_by_label("or paste points").fill("10, 20\n30, 25\n20, 21")
    button(opened, "Take these points").click()
    assert target.input_value() == "your own"
    target.select_option("spiral")
    target.select_option("your own")
    opened.wait_for_function(f"{STAGE}.now.header.own && {STAGE}.now.frame.step === 0")


def test_what_is_of_no_use_can_not_be_moved(page):  # noqa: F811
    opened = page("plane")
    begin(opened)
    slider, field = opened.get_by_label("weight of the penalty, slider"), opened.locator("[name=gamma]")
    assert slider.is_enabled() and field.is_enabled()
    opened.locator("[name=penalty]").select_option("none")
    assert slider.is_disabled() and field.is_disabled()
    button(opened, "Reset all").click()
    expect(slider).to_be_enabled()


def test_a_finger_meets_what_it_aims_at(phone):
    held = phone("plane")
    open_settings(held)
    held.get_by_text("Your own target").tap()
    small = held.evaluate(
        """() => [...document.querySelectorAll('.gan-stage :is(button, select, input, summary)')]
          .filter((e) => e.checkVisibility()).map((e) => (e.type === 'checkbox' ? e.parentElement : e))
          .filter((e) => e.getBoundingClientRect().height < 35.5).map((e) => e.outerHTML.slice(0, 60))"""
    )
    assert small == []


def test_one_draws_with_picture_and_buttons_in_sight(phone):
    held = phone("plane", after='<div style="height: 1500px"></div>')
    open_settings(held)
    held.get_by_text("Your own target").tap()
    button(held, "Draw it in the picture").tap()
    assert in_window(held, PICTURE) and held.locator(PICTURE).bounding_box()["height"] > 340
    assert in_window(held, ".gs-message")
    for name in ("Take the drawing", "Undo", "Clear", "Cancel"):
        place = button(held, name).bounding_box()
        assert place["y"] + place["height"] <= 844
