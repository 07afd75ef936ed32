"""Curves that move with a slider: the compiled function is PyTorch's, and a page moves them."""

import nbformat
import numpy as np
import pytest
import torch
from browsing import Visit
from playwright.sync_api import expect
from slicing import slice_for
from test_stage_pages import PAGE, without_webassembly
from toc import notebooks

from gan_teach.compiled.host import Host
from gan_teach.live import Curve, Panel, Pictures, Way, explorer


def waves(knobs):
    x = torch.linspace(0, 6, 61)
    y = knobs["height"] * torch.sin(x + knobs["phase"])
    return {"x": x, "y": y, "top": y.max(), "zero": torch.zeros(61)}


def turned(state, knobs):
    return torch.stack([state[1], -state[0]]) * knobs["height"]


PANEL = Panel(
    [Curve("x", "y", "data", "wave"), Curve("x", "zero", "exact", "zero", "dashed")], (0, 6), (-2, 2)
)
TURNS = Panel([Curve("turn x", "turn y", "fakes", "turns", "way")], (-2, 2), (-2, 2), equal=True)
KNOBS = {"height": (-1, 2, 1), "phase": (0, 3, 0)}


def made(**changes):
    given = {
        "function": waves,
        "knobs": KNOBS,
        "panels": [PANEL, TURNS],
        "says": "top {top:.3f} at {height:.2f}",
    }
    return explorer(**given | changes, ways={"turn": Way((1.0, 0.0), turned, 3)})


def coloured(knobs):
    """A picture with its top left pixel in a colour, and its grey one."""
    red = torch.stack([knobs["which"] / 3, torch.zeros(()), torch.ones(())])
    picture = torch.cat([red[:, None, None], torch.ones(3, 1, 3)], 2)
    return {"colours": torch.cat([picture, 0 * picture], 1), "grey": picture.mean(0, keepdim=True)}


def shown(**changes):
    given = {"names": ["colours", "grey"], "words": ["in colours", "in grey"]}
    return explorer(coloured, {"which": (0, 3, 1, 1)}, [Pictures(**given | changes)], "number {which:.0f}")


def agrees(explored, host, **values):
    wanted = explored.at(**values)
    for name, ends in explored.knobs.items():
        host[name] = values.get(name, ends[2])
    host.call("draw")
    for name in set(wanted) & set(host.module.layout):
        assert np.allclose(host[name], wanted[name], atol=2e-5, rtol=2e-5), name
    for i, (name, way) in enumerate(explored.ways.items()):
        host[f"state{i}"] = way.start
        for x, y in zip(wanted[f"{name} x"], wanted[f"{name} y"]):
            assert (
                np.allclose(host[f"state{i}"], [x, y], atol=1e-4, rtol=1e-3) or not np.isfinite([x, y]).all()
            )
            host.call(f"move{i}")


def test_the_compiled_function_is_pytorchs():
    explored = made()
    host = Host(explored.module)
    for values in ({}, {"height": -1.0}, {"height": 1.5, "phase": 2.0}):
        agrees(explored, host, **values)
    assert explored.at()["turn x"].tolist() == [1, 0, -1, 0]
    assert repr(explored) == "<explorer at top 1.000 at 1.00>"


def explorers(path):
    """The explorers of a chapter, made by the cells that they stand on, but for figures and checks."""
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    found = []
    for last, cell in enumerate(cells):
        if not cell.source.startswith("explorer("):
            continue
        makers = [c.source for c in cells[:last] if not {"figure", "check"} & set(c.metadata["tags"])]
        sources, space = [*makers, cell.source], {}
        for place in slice_for(sources, len(makers))[:-1]:
            exec(sources[place], space)
        found.append(eval(cell.source, space))
    return found


@pytest.mark.parametrize(
    "path", [p for p in notebooks() if '"explorer(' in p.read_text("utf-8")], ids=lambda p: p.stem
)
@pytest.mark.slow  # compiles them all
def test_the_explorers_of_the_book_are_pytorchs_at_all_ends(path, monkeypatch):
    monkeypatch.chdir(path.parent)  # as the chapters' cells run
    found = explorers(path)
    assert found
    for explored in found:
        host = Host(explored.module)
        for which in (0, 1, 2):
            agrees(explored, host, **{name: ends[which] for name, ends in explored.knobs.items()})
        pictures = any(isinstance(panel, Pictures) for panel in explored.panels)
        assert len(explored.html()) < (1_600_000 if pictures else 100_000)


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"knobs": {"height": (0, 1, 2), "phase": (0, 1, 0)}}, "must start between its ends"),
        ({"knobs": {"height": (1, 1, 1), "phase": (0, 1, 0)}}, "must start between its ends"),
        (
            {"panels": [Panel([Curve("x", "nothing", "data")], (0, 1), (0, 1))]},
            "what is drawn must be one of",
        ),
        ({"panels": [Panel([Curve("x", "y", "pink")], (0, 1), (0, 1))]}, "hue must be one of"),
        ({"panels": [Panel([Curve("x", "y", "data", look="wavy")], (0, 1), (0, 1))]}, "look must be one of"),
        ({"says": "{y:.2f}"}, "what is said must be one of"),
    ],
)
def test_what_can_not_be_drawn_is_refused(changes, says):
    with pytest.raises(ValueError, match=says):
        made(**changes)


def test_pictures_are_pytorchs_and_their_still_has_them():
    explored = shown()
    for which in (0.0, 1.0, 3.0):
        agrees(explored, Host(explored.module), which=which)
    assert explored._repr_png_()[:4] == b"\x89PNG" and repr(explored) == "<explorer at number 1>"


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"names": ["colours", "green"]}, "what is drawn must be one of .*green"),
        ({"words": ["in colours"]}, "words for each of"),
        ({"names": ["colours", "which"]}, r"'which' must be \[1 or 3, height, width\], but is \[\]"),
    ],
)
def test_what_is_no_picture_is_refused(changes, says):
    with pytest.raises(ValueError, match=says):
        shown(**changes)


def test_what_depends_on_no_knob_is_computed_beforehand():
    """By PyTorch, with whatever operation; what depends on one has to be compiled."""

    def summed(knobs):
        x = torch.arange(6.0).cumsum(0)
        return {"x": x, "y": x * knobs["height"], "top": knobs["height"], "zero": 0 * x}

    agrees(made(function=summed), Host(made(function=summed).module), height=0.3)
    with pytest.raises(NotImplementedError, match="cumsum"):
        made(function=lambda knobs: summed(knobs) | {"y": (torch.ones(6) * knobs["height"]).cumsum(0)}).html()


# --- in the browser


@pytest.fixture
def page(browser, tmp_path):
    file = tmp_path / "explorer.html"
    file.write_text(PAGE.format(made().html() + made().html()), encoding="utf-8")
    with Visit(browser, file.as_uri()) as visit:
        visit.page.wait_for_function("document.querySelectorAll('[data-drawn]').length === 2")
        yield visit.page
        assert visit.faults() == [] and visit.off_site(file.as_uri()) == []


@pytest.mark.browser
def test_a_slider_moves_its_own_curves(page):
    first, second = page.locator(".gan-explorer").all()
    picture = "(e) => e.querySelector('canvas').toDataURL()"
    before = [e.evaluate(picture) for e in (first, second)]
    first.get_by_role("slider", name="height").fill("-0.5")
    expect(first.locator("p[role=status]")).to_have_text(
        made().text(made().at(height=-0.5)).replace("-", "\u2212")
    )
    assert first.evaluate(picture) != before[0] and second.evaluate(picture) == before[1]
    assert first.locator("output").all_inner_texts() == ["\u22120.50", "0.00"]


@pytest.mark.browser
def test_it_plays_through_and_stops_at_the_end(page):
    first = page.locator(".gan-explorer").first
    first.get_by_role("slider", name="height").fill("1.8")
    first.get_by_role("button", name="Play").click()
    expect(first.get_by_role("slider", name="height")).to_have_value("2")
    expect(first.get_by_role("button", name="Play")).to_be_visible()
    first.get_by_role("button", name="Play").click()
    expect(first.get_by_role("button", name="Pause")).to_be_visible()
    first.get_by_role("button", name="Pause").click()


PIXELS = """(e) => [...e.querySelectorAll('canvas')].map(
  (c) => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data.slice(0, 8)])"""


@pytest.mark.browser
def test_pictures_change_in_whole_steps(browser, tmp_path):
    file = tmp_path / "pictures.html"
    file.write_text(PAGE.format(shown().html()), encoding="utf-8")
    with Visit(browser, file.as_uri()) as visit:
        piece = visit.page.locator(".gan-explorer[data-drawn]")
        assert piece.evaluate(PIXELS) == [[85, 0, 255, 255] + 4 * [255], [113, 113, 113, 255] + 4 * [255]]
        piece.get_by_role("slider", name="which").press("ArrowRight")
        assert piece.evaluate(PIXELS)[0][:4] == [170, 0, 255, 255]
        assert piece.locator("output").inner_text() == "2"
        assert piece.locator("canvas").first.get_attribute("aria-label") == "in colours: number 2"
        piece.get_by_role("button", name="Play").click()
        expect(piece.get_by_role("slider", name="which")).to_have_value("3")
        expect(piece.get_by_role("button", name="Play")).to_be_visible()
        assert [fault for fault in visit.faults() if "readback" not in fault] == []  # of this test's own


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_it_fits(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_without_webassembly_it_says_so(browser, tmp_path):
    with without_webassembly(browser, tmp_path, made().html()) as page:
        expect(page.get_by_text("These curves can't move here")).to_be_visible()
