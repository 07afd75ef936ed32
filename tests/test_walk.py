"""The walk among latents: its pictures, its sliders in a real browser, and what it refuses."""

import base64
import json
import re

import numpy as np
import pytest

from gan_teach.live import walk

pytestmark = pytest.mark.browser
PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Walk</title>'
    '<body style="color: #222"><main>{}</main>'
)


def picture(a, b):
    """Three 4 x 4 images whose brightness tells the place: a / 10 + b / 100 + k / 5, from -1 on."""
    return np.stack([np.full(16, a / 10 + b / 100 + k / 5 - 1, np.float32) for k in range(3)])


def small(**options):
    return walk(
        "a small walk",
        {"first latent": [0, 1, 2], "label": ["zero", "one"]},
        lambda a, b: picture(a, len(b)),
        **options,
    )


@pytest.fixture
def page(browser):
    page = browser.new_page()
    page.said = []
    page.on(
        "console",
        lambda m: (
            page.said.append(m.text)
            if m.type in ("error", "warning") and "getImageData" not in m.text
            else None
        ),
    )
    page.on("pageerror", lambda e: page.said.append(str(e)))
    yield page
    assert page.said == []
    page.close()


GREY = """() => { const c = document.querySelector('.gan-walk canvas');
  const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
  return [c.width, c.height, d[0], d[4 * 4], d[4 * 8]]; }"""


def shown(page):
    page.wait_for_function("document.querySelector('.gan-walk').dataset.place !== undefined")
    return page.evaluate(GREY), page.locator("[role=status]").inner_text()


def grey(a, b, k):
    return 127.5 * (a / 10 + b / 100 + k / 5)


def test_the_sliders_choose_the_pictures_by_mouse_and_keyboard(page):
    page.set_content(PAGE.format(small().html()))
    found, text = shown(page)
    assert text == "first latent 1, label one" and found[:2] == [12, 4]
    assert np.allclose(found[2:], [grey(1, 3, k) for k in range(3)], atol=2.5)
    first = page.locator("input").first
    first.focus()
    first.press("ArrowRight")
    found, text = shown(page)
    assert text == "first latent 2, label one" and np.allclose(
        found[2:], [grey(2, 3, k) for k in range(3)], atol=2.5
    )
    box = page.locator("input").nth(1).bounding_box()
    page.mouse.click(box["x"] + 3, box["y"] + box["height"] / 2)
    found, text = shown(page)
    assert text == "first latent 2, label zero" and np.allclose(
        found[2:], [grey(2, 4, k) for k in range(3)], atol=2.5
    )
    assert (
        page.locator("canvas").get_attribute("aria-label") == text
        and first.get_attribute("aria-valuetext") == "2"
    )


def test_a_place_may_have_a_text(page):
    page.set_content(PAGE.format(small(start=(0, 0), marks=lambda a, b: f"{a} and {b}").html()))
    assert shown(page)[1] == "first latent 0, label zero: 0 and zero"


def test_without_javascript_there_is_a_still(browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_content(PAGE.format(small().html()))
    assert page.locator("img").get_attribute("alt") == "a small walk"
    context.close()


def test_a_spoilt_walk_says_so(page):
    html = small().html()
    text = re.search(r'data-recording="walk">([^<]*)', html)[1]
    page.set_content(PAGE.format(html.replace(text, base64.b64encode(base64.b64decode(text)[:-20]).decode())))
    page.wait_for_function("document.querySelector('[role=status]').textContent.includes('cut short')")


def test_minus_signs_are_minus_signs_and_names_are_escaped():
    made = walk("a < b", {"x": [-0.5, 0.25]}, lambda x: picture(x, 0))
    assert (
        made.axes == {"x": ["\u22120.5", "0.25"]}
        and 'aria-label="a &lt; b"' in made.html()
        and "a < b" in repr(made)
    )
    assert made._repr_png_()[:4] == b"\x89PNG" and json.dumps(made.axes)


@pytest.mark.parametrize(
    ("axes", "make", "options", "says"),
    [
        ({"x": []}, picture, {}, "at least one value"),
        ({}, picture, {}, "at least one value"),
        (
            {"x": [0]},
            lambda x: np.zeros((2, 10)),
            {},
            r"square images \[n, height \* width\], but gives \[2, 10\]",
        ),
        (
            {"x": [0, 1]},
            lambda x: np.zeros((2, 16)),
            {"start": (2,)},
            r"start must name a place on each of 1 axes, but \(2,\)",
        ),
        ({"x": [0, 1]}, lambda x: np.zeros((2, 16)), {"start": (0, 0)}, "on each of 1 axes"),
    ],
)
def test_bad_input_is_named(axes, make, options, says):
    with pytest.raises(ValueError, match=says):
        walk("w", axes, make, **options)
