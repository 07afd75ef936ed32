"""Stages in a real browser: what the bytes become, that drawing changes nothing, and how stages on the built
pages behave."""

import base64
import contextlib
import functools
import io
import os
import re
import time
from pathlib import Path

import nbformat
import numpy as np
import pytest
from browsing import STAGES_STAND, Visit, served
from lesson import jupyterlab, menu, open_and_run
from PIL import Image
from playwright.sync_api import expect
from test_stage import RING, Stripes, line_game, plane_game
from toc import notebooks

from gan_teach import Game, Recording, nets, palette, targets, train
from gan_teach.live import frames, player, sources
from gan_teach.live.layers import LAYERS
from gan_teach.live.pack import VERSION, Channel, pack

pytestmark = pytest.mark.browser
WITH_STAGE = [
    "index",
    *(p.stem for p in notebooks() if re.search(r"\b(stage|player)\(", p.read_text(encoding="utf-8"))),
]
GOLDENS = Path(__file__).parent / "goldens"
PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Stage</title>'
    '<body style="font: 16px sans-serif; color: #222"><main>{}</main>'
)


@contextlib.contextmanager
def without_webassembly(browser, tmp_path, html):
    """The page's piece in a browser that lacks it."""
    file = tmp_path / "old.html"
    file.write_text(PAGE.format(html), encoding="utf-8")
    page = browser.new_page()
    page.add_init_script("delete window.WebAssembly")
    page.goto(file.as_uri())
    yield page
    page.close()


@pytest.fixture
def bare(browser):
    """An empty page that has the drawing module."""
    page = browser.new_page()
    page.set_content(PAGE.format(""))
    page.add_script_tag(content=sources.drawing())
    yield page
    page.close()


def recording(game, target, steps=20, **options):
    run = train(game, target, steps=steps, every=max(1, steps // 10), points=60, **options)
    run.run(progress=False)
    return run.history


@functools.cache
def lesson(kind):
    """A small training of each kind of picture: (game, target, recording, the page's piece). Trained once for
    all tests; none changes it."""
    stripes = Game(nets.Generator(3, 24, (8,)), nets.Discriminator(24, (8,)), targets.normal(3))
    game, target = {
        "line": (line_game(), targets.gaussian(1.0, 0.5)),
        "plane": (plane_game(), RING),
        "images": (stripes, Stripes()),
    }[kind]
    history = recording(game, target)
    return game, target, history, player(history, game, target).html()


def opened(browser, html, **options):
    page = browser.new_page(**options)
    page.said = []
    page.on("console", lambda m: page.said.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: page.said.append(str(e)))
    page.set_content(PAGE.format(html))
    page.wait_for_function(STAGES_STAND)
    return page


RESTORE = """async (text) => {
  const piece = await restore(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
  const arrays = (frame) => Object.entries(frame).filter(([, v]) => v instanceof Float32Array);
  return Array.from({ length: piece.count }, (_, i) =>
    Object.fromEntries(arrays(piece.frame(i)).map(([k, v]) => [k, [...v]])));
}"""


@pytest.mark.parametrize("compress", [True, False])
def test_restored_values_are_at_most_half_a_level_off(bare, compress):
    rng = np.random.default_rng(0)
    channels = [
        Channel("coarse", rng.uniform(-2, 3, (9, 50)), -2.0, 3.0, 256),
        Channel("fine", rng.uniform(0, 7, (9, 4, 2)), 0.0, 7.0, 4096),
        Channel("finest", rng.uniform(0, 1, (9, 3)), 0.0, 1.0, 65536),
        Channel("fixed", rng.uniform(0, 1, (1, 5)), 0.0, 1.0, 300),
    ]
    frames = bare.evaluate(RESTORE, base64.b64encode(pack({"frames": [{}] * 9}, channels, compress)).decode())
    for c in channels:
        for i, frame in enumerate(frames):
            off = np.abs(np.array(frame[c.name]) - c.values[min(i, len(c.values) - 1)].ravel()).max()
            assert off <= (c.high - c.low) / (c.levels - 1) / 2 + 1e-6, c.name


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda b: b[:-20], "cut short"),
        (lambda b: b[:30], "cut short"),
        (lambda b: b"", "cut short"),
        (
            lambda b: b.replace(b'"version":%d' % VERSION, b'"version":9'),
            "version 9; this page reads version 1",
        ),
        (lambda b: b[:4] + b"x" + b[5:], "no recording"),
    ],
)
def test_a_spoilt_recording_says_so_and_the_rest_of_the_page_works(browser, spoil, says):
    *_, good = lesson("line")
    text = re.search(r'data-recording="recording">([^<]*)', good)[1]
    bad = good.replace(text, base64.b64encode(spoil(base64.b64decode(text))).decode())
    page = opened(browser, bad + good)
    page.wait_for_selector(".gs-message:not([hidden])")
    assert says in page.locator(".gs-message").first.inner_text()
    page.locator(".gan-stage").nth(1).locator(".gs-bar input[type=range]").fill("3")
    assert page.locator(".gs-text").nth(1).inner_text().startswith("step 6:")
    page.locator(".gs-run").first.click()
    assert page.said == []
    page.close()


DRAWN_TWICE = """async ([text, kind]) => {
  document.body.insertAdjacentHTML("beforeend", '<canvas style="width: 300px; height: 300px"></canvas>');
  const canvas = document.querySelector("canvas");
  const piece = await restore(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
  const frame = piece.frame(piece.count - 1);
  const copy = structuredClone(frame), header = structuredClone(piece.header);
  const pixels = () => canvas.toDataURL();
  const draw = () => PICTURES[kind].draw(canvas, piece.header, frame, new Set(LAYERS[kind]), HUES.light);
  PICTURES[kind].read(piece.header, frame, [0.5, 0.5]);
  draw();
  const first = pixels();
  draw();
  drawLosses(canvas, piece.header, piece.header.frames, 1, HUES.light);
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  draw();
  const colours = new Set(canvas.getContext("2d").getImageData(0, 0, 300, 300).data).size;
  const repeats = first === pixels();
  return { repeats, frame: same(frame, copy), header: same(piece.header, header), colours };
}"""


@pytest.mark.parametrize("kind", ["line", "plane", "images"])
def test_drawing_never_changes_its_input(bare, kind):
    *_, html = lesson(kind)
    found = bare.evaluate(DRAWN_TWICE, [re.search(r'data-recording="recording">([^<]*)', html)[1], kind])
    assert found.pop("colours") > 5
    assert found == {"repeats": True, "frame": True, "header": True}


def test_recordings_are_switched_at_the_same_step(browser):
    (one, _, first, _), other = lesson("plane"), plane_game("wasserstein")
    page = opened(
        browser,
        player(
            {"first": first, "second": recording(other, RING, steps=40)},
            {"first": one, "second": other},
            RING,
        ).html(),
    )
    page.locator(".gs-bar input[type=range]").fill("6")
    page.locator("select").first.select_option("second")
    page.wait_for_function("document.querySelector('.gs-text').textContent.startsWith('step 12:')")
    assert page.locator(".gs-bar input[type=range]").get_attribute("max") == "10" and page.said == []
    page.close()


def test_play_runs_to_the_end_and_speed_counts(browser):
    game, target, history, _ = lesson("line")
    page = opened(browser, player(history, game, target, speed=4).html())
    assert page.locator("select").input_value() == "4"
    page.locator(".gs-run").click()
    page.wait_for_function(
        "document.querySelector('.gs-text').textContent.startsWith('step 20:')", timeout=10_000
    )
    page.wait_for_function("document.querySelector('.gs-run').textContent === 'Run'")
    page.locator("select").select_option(
        "0.25"
    )  # so slowly that the pause comes before the end on any machine
    page.locator(".gs-run").click()  # once more, from the beginning
    page.wait_for_function(
        "document.querySelector('.gs-run').textContent === 'Pause'"
        " && +document.querySelector('input').value < 9"
    )
    page.locator(".gs-run").click()
    assert page.locator(".gs-run").inner_text() == "Run" and page.said == []
    page.close()


@pytest.mark.parametrize("layer", ["field", "data", "fakes", "arrows", "sheet"])
def test_each_layer_shows_and_hides(browser, layer):
    page = opened(browser, lesson("plane")[-1])
    before = page.evaluate("document.querySelector('canvas').toDataURL()")
    page.locator(f"[name={layer}]").click()
    assert page.evaluate("document.querySelector('canvas').toDataURL()") != before
    page.locator(f"[name={layer}]").click()
    assert page.evaluate("document.querySelector('canvas').toDataURL()") == before
    page.close()


@pytest.mark.parametrize("key", [None, "ArrowRight"], ids=["mouse", "keyboard"])
def test_values_are_read_off(browser, key):
    _, _, history, html = lesson("plane")
    page = opened(browser, html)
    page.locator(".gs-bar input[type=range]").fill("10")
    canvas = page.locator("canvas").first
    if key:
        canvas.focus()
        canvas.press(key)
    else:
        canvas.hover()
    x, y, d = map(
        float,
        re.match(
            r"x (\S+), y (\S+), D learned (\S+)$",
            page.locator(".gs-probe").inner_text().replace("\u2212", "-"),
        ).groups(),
    )
    last, j, i = (
        history[-1],
        *(int(np.abs(axis - v).argmin()) for axis, v in zip(history[-1].axes[::-1], (y, x))),
    )
    assert abs(d - 1 / (1 + np.exp(-last.grid_logits[j, i]))) < 0.03
    page.close()


# For each layer: the colours that are stroked and filled when it is shown alone (the axes have their own),
# and that of its swatch. For the losses: the same, the mark at the frame that is shown among them.
COLOURS_USED = """() => {
  const root = document.querySelector('.gan-stage'), view = root.ganStage, used = new Map();
  for (const name of ['stroke', 'fill']) {
    const plain = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function () {
      used.get(this.canvas)?.add(this[name + 'Style']);
      return plain.call(this);
    };
  }
  const [picture, losses] = root.querySelectorAll('canvas');
  const ticks = [...root.querySelectorAll('.gs-layers input')], style = getComputedStyle;
  const drawn = (canvas) => {
    used.clear(); used.set(canvas, new Set());
    view.go(view.now.index);
    return used.get(canvas);
  };
  const only = (names) => {
    view.now.shown.clear();
    for (const name of names) view.now.shown.add(name);
    return drawn(picture);
  };
  const before = [...view.now.shown], empty = [...only([])];
  const found = ticks.map((tick) => [tick.name, [...only([tick.name])].filter((hue) => !empty.includes(hue)),
    style(tick.parentElement).borderBottomColor, style(tick.parentElement).borderImageSource]);
  only(before);
  const shown = [...root.querySelectorAll('.gs-key span:not([hidden])')];
  const keys = shown.map((e) => style(e, '::before').borderTopColor);
  return { layers: found, losses: [...drawn(losses)], keys };
}"""


def rgb(hue):
    return "rgb({}, {}, {})".format(*(int(hue[k : k + 2], 16) for k in (1, 3, 5)))


@pytest.mark.parametrize("theme", palette.THEMES)
@pytest.mark.parametrize("kind", ["line", "plane"])
def test_the_legend_has_the_colours_of_what_is_drawn(browser, kind, theme):
    page = opened(browser, lesson(kind)[-1])
    if theme == "dark":
        page.evaluate("document.body.style.cssText += '; background: #111; color: #ddd'")
    hues = palette.THEMES[theme]
    page.wait_for_function(
        "hue => document.querySelector('.gan-stage').ganStage.now.hues.D === hue", arg=hues["D"]
    )
    found = page.evaluate(COLOURS_USED)
    assert [name for name, *_ in found["layers"]] == [n for n in LAYERS[kind] if n != "others"]
    for name, used, swatch, gradient in found["layers"]:
        if name == "field":  # coloured pixels, and the contour where D is undecided
            assert used == [hues["D"]]
            assert gradient == f"linear-gradient(90deg, {', '.join(map(rgb, hues['field']))})"
        elif name == "latents":  # as quiet as the axes
            assert used == [] and swatch == rgb(hues["quiet"])
        else:
            assert [rgb(hue) for hue in used] == [swatch], name
    assert [rgb(hue) for hue in found["losses"] if hue != hues["quiet"]] == found["keys"]
    page.close()


def golden_frames(kind):
    """Moments made by formula, so that no training stands between them and the picture."""
    game, target = {"line": (line_game(), targets.gaussian(1.0, 0.5)), "plane": (plane_game(), RING)}[kind]
    angle, x = np.arange(500) * 2.399963, np.linspace(-1, 1, 500)
    first = next(train(game, target, steps=1, points=500))
    X, Y = np.meshgrid(*first.axes) if kind == "plane" else (first.axes[0], 0)
    if kind == "plane":
        places = np.stack([(1.5 + 0.5 * x) * np.cos(angle), (1.5 + 0.5 * x) * np.sin(angle)], 1)
        real = target.modes.numpy()[np.arange(500) % 8] + 0.05 * np.stack([np.cos(angle), np.sin(angle)], 1)
    else:
        places, real = (1 + x)[:, None], (1 + 0.5 * x)[:, None]
    field = 2 * np.cos(2 * X) + Y
    first = first.changed(
        x_fake=places.astype(np.float32),
        x_real=real.astype(np.float32),
        grid_logits=field.astype(np.float32),
    )
    return (
        game,
        target,
        Recording([first, first.changed(step=1, losses={"D": np.array([1.2]), "G": np.array([0.8])})]),
    )


def asked_nothing(scene, snapshot):
    """In place of the arrows of untrained networks, whose first parameters are no business of a picture:
    those of a whirl."""
    x, y = snapshot.x_fake.T if snapshot.dim == 2 else (snapshot.x_fake[:, 0], 0 * snapshot.x_fake[:, 0])
    return snapshot.changed(asked_steps=np.stack([-y, x], 1)[:, : snapshot.dim])


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("kind", ["line", "plane"])
def test_the_picture_looks_as_it_did(browser, kind, dark, monkeypatch):
    """Compared after a reduction to 40 x 40 fields, so that another machine's fonts and edges don't count and
    a wrong colour does.

    UPDATE_GOLDENS=1 writes the pictures anew.
    """
    monkeypatch.setattr(frames, "asked_again", asked_nothing)
    monkeypatch.setattr(
        frames, "pushforward_density", lambda g, latent, x, pieces: np.exp(-(((x - 0.6) / 0.3) ** 2))
    )
    game, target, made = golden_frames(kind)
    page = opened(browser, player(made, game, target).html(), viewport={"width": 700, "height": 700})
    page.evaluate(
        "dark => { if (dark) document.body.style.cssText += '; background: #111; color: #ddd'; }", dark
    )
    hue = palette.THEMES["dark" if dark else "light"]["D"]
    page.wait_for_function("hue => document.querySelector('.gan-stage').ganStage.now.hues.D === hue", arg=hue)
    page.locator(".gs-bar input[type=range]").fill(
        "1"
    )  # draws at once, in the colours of the page as it is now
    png = base64.b64decode(page.evaluate("document.querySelector('canvas').toDataURL()").split(",")[1])
    path = GOLDENS / f"{kind}-{'dark' if dark else 'light'}.png"
    if os.environ.get("UPDATE_GOLDENS"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(png)
    seen, wanted = (
        np.asarray(
            Image.open(io.BytesIO(data)).convert("RGB").resize((40, 40), Image.Resampling.BOX), dtype=float
        )
        for data in (png, path.read_bytes())
    )
    off = np.abs(seen - wanted).max(-1)
    assert off.mean() < 1.0 and np.quantile(off, 0.99) < 12
    page.close()


# --- in a notebook

GAME = """from gan_teach import Game, nets, targets
from gan_teach.live import stage
game = Game(nets.Generator(1, 1, (8,)), nets.Discriminator(1, (8,)), targets.normal(1))
shown = stage(game, targets.gaussian(1.0, 0.5), batch_size=8, points=60)
shown"""
OTHER_CELLS = ("shown", "stage(game, targets.uniform(), batch_size=8, points=60)")
NOTE = "Run this cell to have it again."
PATIENCE = 30_000  # milliseconds: JupyterLab on a busy machine


def write_notebook(path):
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(source) for source in (GAME, *OTHER_CELLS)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


def test_a_stage_in_a_notebook_makes_way_and_leaves_a_note(browser, tmp_path):
    """One lesson: a cell that runs again, and a notebook that is opened again after its kernel has ended."""
    with jupyterlab(tmp_path) as address:
        write_notebook(tmp_path / "book" / "stages.ipynb")
        page = browser.new_page(viewport={"width": 1300, "height": 2400})
        open_and_run(page, address, "stages.ipynb")
        cells = page.locator(".jp-Notebook .jp-CodeCell")
        notes, stages = ([c.locator(f) for c in cells.all()] for f in (f"text={NOTE}", ".gan-stage"))
        for note, shown in zip(notes, stages):
            expect(shown).to_be_visible(timeout=PATIENCE)
            expect(note).to_be_hidden(timeout=PATIENCE)
        cells.first.locator(".jp-InputPrompt").click()
        page.keyboard.press("Control+Enter")
        expect(notes[1]).to_be_visible(timeout=PATIENCE)  # the stage that it shows was the first cell's
        expect(stages[1]).to_be_hidden(timeout=PATIENCE)
        for i in (0, 2):
            expect(stages[i]).to_be_visible(timeout=PATIENCE)
            expect(notes[i]).to_be_hidden(timeout=PATIENCE)
        page.keyboard.press("Control+s")
        saved = time.monotonic() + PATIENCE / 1000
        while NOTE not in (tmp_path / "book" / "stages.ipynb").read_text() and time.monotonic() < saved:
            page.wait_for_timeout(50)
        menu(page, "Kernel", "Shut Down Kernel")
        page.get_by_text("Python 3 (ipykernel) | No Kernel").or_(
            page.get_by_text("| Unknown")
        ).first.wait_for()
        page.goto(f"{address}/tree/stages.ipynb?reset")
        for note in notes:
            expect(note).to_be_visible(timeout=PATIENCE)
        lost = page.get_by_text("model not found")  # JupyterLab's own words
        expect(lost).to_have_count(3, timeout=PATIENCE)
        for words in lost.all():
            expect(words).to_be_hidden(timeout=PATIENCE)
        page.close()


# --- the built pages


@pytest.fixture(scope="module", params=["http", "folder"])
def home(request, site):
    if request.param == "folder":
        yield site.as_uri() + "/"
    else:
        with served(site) as address:
            yield address


def text_of(stage):
    return stage.locator(".gs-text").inner_text()


@pytest.mark.parametrize("name", WITH_STAGE)
def test_each_stage_plays_and_scrubs_by_mouse_and_keyboard(browser, home, name):
    with Visit(browser, f"{home}book/{name}.html") as visit:
        page = visit.page
        players = page.locator(".gan-stage:not(:has(.gs-map))")  # a map has a test of its own
        assert players.count() >= 1
        for stage in players.all():
            stage.scroll_into_view_if_needed()
            bar, opened_at = stage.locator(".gs-bar input[type=range]"), text_of(stage)
            assert re.match(r"step [\d,]+: .*D at the fakes", opened_at)
            bar.focus()
            bar.press("End")
            last = text_of(stage)
            bar.press("Home")
            first = text_of(stage)
            assert first != last and opened_at.startswith(f"step {int(stage.get_attribute('data-start')):,}:")
            box = bar.bounding_box()
            page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + box["height"] / 2)
            assert text_of(stage) not in (first, last)
            bar.press("Home")
            stage.locator(".gs-run").focus()
            page.keyboard.press("Enter")
            page.wait_for_function(
                "([s, t]) => s.querySelector('.gs-text').textContent !== t",
                arg=[stage.element_handle(), first],
                timeout=5000,
            )
            page.keyboard.press("Enter")
            assert stage.locator(".gs-run").inner_text() == "Run" and stage.locator(".gs-message").is_hidden()
        assert visit.said == [] and visit.off_site(home) == []


def test_scrubs_by_touch(browser, site):
    context = browser.new_context(viewport={"width": 360, "height": 780}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto((site / "book" / "index.html").as_uri())
    page.wait_for_function(STAGES_STAND)
    bar = page.locator(".gs-bar input[type=range]")
    bar.scroll_into_view_if_needed()
    first, box = text_of(page), bar.bounding_box()
    page.touchscreen.tap(box["x"] + 0.6 * box["width"], box["y"] + box["height"] / 2)
    assert text_of(page) != first and int(bar.input_value()) > 20
    page.locator("canvas").first.tap()
    assert "fakes" in page.locator(".gs-probe").inner_text()
    context.close()


SEEN = """() => { const c = document.querySelector('.gan-stage canvas'), w = c.width, h = c.height;
  const d = c.getContext('2d').getImageData(0, 0, w, h).data, seen = new Set(); let sum = 0;
  for (let i = 0; i < d.length; i += 4) {
    seen.add((d[i] << 16) + (d[i + 1] << 8) + d[i + 2]);
    sum += d[i] + d[i + 1] + d[i + 2];
  }
  return [seen.size, sum / (w * h * 3)]; }"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1920])
@pytest.mark.parametrize("name", ["index", "04-training"])
def test_right_in_both_themes_and_all_widths(browser, site, name, width, dark):
    with Visit(browser, (site / "book" / f"{name}.html").as_uri(), width=width, dark=dark) as visit:
        colours, brightness = visit.page.evaluate(SEEN)
        assert colours > 20 and (brightness < 110) == dark
        assert visit.overflow(width) == []
        box = visit.page.locator(".gan-stage canvas").first.bounding_box()
        assert 250 < box["width"] < 700


def test_the_theme_button_repaints_the_stage(browser, site):
    with Visit(browser, (site / "book" / "index.html").as_uri()) as visit:
        light = visit.page.evaluate(SEEN)[1]
        visit.page.evaluate("document.documentElement.dataset.theme = 'dark'")
        visit.page.wait_for_function(f"(light) => ({SEEN})()[1] < 0.5 * light", arg=light)


MOVED = "before => document.querySelector('.gan-stage canvas').toDataURL() !== before"


@pytest.mark.parametrize(
    ("name", "motion", "moves"),
    [
        ("index", "no-preference", True),
        ("index", "reduce", False),
        ("01-police-and-thief", "no-preference", False),
    ],
)
def test_only_the_first_page_moves_by_itself(browser, site, name, motion, moves):
    page = browser.new_page(reduced_motion=motion)
    page.goto((site / "book" / f"{name}.html").as_uri())
    page.wait_for_function(STAGES_STAND)
    page.locator(".gan-stage").first.scroll_into_view_if_needed()
    before = page.evaluate("document.querySelector('.gan-stage canvas').toDataURL()")
    if moves:
        page.wait_for_function(MOVED, arg=before, timeout=5000)
        page.locator(".gs-run").first.click()
        assert page.locator(".gs-run").first.inner_text() == "Run"  # it can be stopped
    else:
        page.wait_for_timeout(400)  # four frames of a recording that plays
        assert not page.evaluate(MOVED, before)
    page.close()


def test_the_first_run_begins_at_the_beginning(browser, site):
    with Visit(browser, (site / "book" / "01-police-and-thief.html").as_uri()) as visit:
        stage = visit.page.locator(".gan-stage").first
        assert int(stage.get_attribute("data-index")) > 0  # it opens where the game is under way
        stage.locator(".gs-run").click()
        assert int(stage.get_attribute("data-index")) <= 1


def test_without_javascript_there_is_a_still(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "book" / "04-training.html").as_uri())
    stills = page.locator(".gan-stage img")
    assert stills.count() >= 2 and "D at the fakes" in stills.first.get_attribute("alt")
    context.close()


def test_a_phase_diagram_plays_the_run_of_the_field_that_is_chosen(browser, home):
    with Visit(browser, f"{home}book/10-cures.html") as visit:
        maps = visit.page.locator(".gan-stage:has(.gs-map)")
        assert maps.count() == 2
        for shown in maps.all():
            shown.scroll_into_view_if_needed()
            cells, text = shown.locator("[data-cell]"), shown.locator(".gs-text")
            assert re.match(r"step 2,000 of 2,000; modes in the end, by seed: \d and \d", text.inner_text())
            for cell, by_key in ((cells.nth(9), False), (cells.last, True)):
                if by_key:
                    cell.focus()
                    visit.page.keyboard.press("Enter")
                else:
                    cell.click()
                expect(cell).to_have_attribute("aria-pressed", "true")
                assert shown.locator("[aria-pressed=true]").count() == 1
                ends = re.search(r"seed: (\d) and (\d)", text.inner_text())
                assert cell.inner_text() == f"{(int(ends[1]) + int(ends[2])) / 2:.1f}"
            assert shown.locator(".gs-losses").is_hidden() and shown.locator(".gs-key").is_hidden()
        assert visit.said == [] and visit.off_site(home) == []
