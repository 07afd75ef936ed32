"""A generator that works in the page: its convolutions, its digits, and the reader's drawing, against
PyTorch."""

import numpy as np
import pytest
import torch
from browsing import Visit
from playwright.sync_api import expect
from test_compiled import compare
from test_stage_pages import PAGE, without_webassembly
from torch import nn
from torch.nn import functional as F

from gan_teach.compiled.host import Host
from gan_teach.images import trained
from gan_teach.images.image_nets import ConvGenerator
from gan_teach.images.translation import Translator
from gan_teach.live import workshop
from gan_teach.live.workshop import _flat, compiled

CHANCE = torch.Generator().manual_seed(3)


def random(*shape):
    return torch.randn(shape, generator=CHANCE)


@pytest.mark.parametrize("stride, padding, kernel", [(1, 1, 3), (2, 1, 4), (2, 0, 2), (1, 0, 1), (2, 1, 3)])
@pytest.mark.parametrize("bias", [True, False])
def test_a_convolution(stride, padding, kernel, bias):
    example = {"x": random(3, 5, 8, 8), "w": random(6, 5, kernel, kernel)} | (
        {"b": random(6)} if bias else {}
    )

    def run(t):
        return {"out": F.conv2d(t["x"], t["w"], t.get("b"), stride=stride, padding=padding)}

    compare({"run": run}, example, tolerance=2e-5)


@pytest.mark.parametrize("stride, padding, kernel", [(2, 1, 4), (2, 0, 2), (1, 1, 3), (2, 0, 4), (3, 0, 3)])
def test_a_transposed_convolution(stride, padding, kernel):
    example = {"x": random(3, 5, 7, 7), "w": random(5, 6, kernel, kernel), "b": random(6)}

    def run(t):
        return {"out": F.conv_transpose2d(t["x"], t["w"], t["b"], stride=stride, padding=padding)}

    compare({"run": run}, example, tolerance=2e-5)


def test_the_largest_of_each_field():
    compare({"run": lambda t: {"out": F.max_pool2d(t["x"], 2)}}, {"x": random(2, 3, 8, 6)})


@pytest.mark.parametrize(
    "kernel, stride, padding", [(2, 2, 0), (4, 4, 0), (3, 1, 1), ((2, 3), (1, 2), (1, 0))]
)
def test_the_mean_of_each_field(kernel, stride, padding):
    run = {"run": lambda t: {"out": F.avg_pool2d(t["x"], kernel, stride, padding)}}
    compare(run, {"x": random(2, 3, 8, 12)})


@pytest.mark.parametrize("scale", [2.0, (1.0, 3.0)])
def test_pixels_repeated(scale):
    run = {"run": lambda t: {"out": F.interpolate(t["x"], scale_factor=scale)}}
    compare(run, {"x": random(2, 3, 4, 6)})


def test_a_translator_of_chapter_15():
    net = Translator(3, 1, 4, blocks=1).requires_grad_(False)
    compare({"run": lambda t: {"out": net(t["x"])}}, {"x": random(1, 3, 16, 16)}, tolerance=2e-5)


@pytest.mark.parametrize(
    "run, says",
    [
        (lambda t: F.interpolate(t["x"], scale_factor=1.5), "upsample_nearest2d from"),
        (lambda t: F.conv2d(t["x"], t["w"], groups=2), "groups 2"),
        (lambda t: F.conv2d(t["x"], t["v"], dilation=2), "dilation"),
        (lambda t: F.conv_transpose2d(t["x"], t["v"], stride=2), "transposed, from 8 to 17"),
        (lambda t: F.max_pool2d(t["x"], 3), "max_pool2d over fields of"),
        (lambda t: F.max_pool2d(t["x"], 2, stride=1), "max_pool2d over fields of"),
        (lambda t: F.avg_pool2d(t["x"], 3, ceil_mode=True), "avg_pool2d with an edge"),
        (lambda t: F.avg_pool2d(t["x"], 3, 1, 1, count_include_pad=False), "avg_pool2d with an edge"),
        (lambda t: torch.func.grad(lambda x: F.conv2d(x, t["v"]).sum())(t["x"]), "convolution_backward"),
    ],
    ids=[
        "half a pixel",
        "groups",
        "dilation",
        "rows left over",
        "a field that doesn't fit",
        "fields that overlap",
        "half a field",
        "an edge that isn't counted",
        "slopes",
    ],
)
def test_what_can_not_be_compiled_is_refused_by_name(run, says):
    example = {"x": random(1, 4, 8, 8), "w": random(4, 2, 3, 3), "v": random(4, 4, 3, 3)}
    with pytest.raises(NotImplementedError, match=says):
        compare({"run": lambda t: {"out": run(t)}}, example)


# --- the networks


@pytest.fixture(scope="module")
def networks():
    return trained.load("conditional"), trained.load("classifier")


@pytest.mark.slow
def test_the_compiled_networks_are_pytorchs(networks):
    generator, classifier = networks
    host = Host(compiled(generator, classifier, 64))
    z = random(10, 64)
    host["G"], host["C"], host["z"], host["y"] = _flat(generator), _flat(classifier), z, torch.eye(10)
    host.call("make"), host.call("read")
    with torch.no_grad():
        made = generator(z, torch.eye(10))
        seen = classifier(made)
    assert np.abs(host["images"] - made.numpy()).max() < 1e-5
    assert np.abs(host["seen"] - seen.numpy()).max() < 1e-3 * float(seen.abs().max())
    host["drawing"] = made[3:4]
    host.call("judge")
    assert np.allclose(host["verdict"], seen[3:4], atol=1e-3 * float(seen.abs().max()))


def test_half_precision_changes_next_to_nothing(networks):
    """The shipped numbers are of half precision already."""
    for net in networks:
        assert torch.equal(_flat(net), torch.cat([p.flatten() for p in net.parameters()]))


def test_networks_of_other_shapes_are_refused(networks):
    with pytest.raises(ValueError, match=r"must give images \[2, 784\]"):
        workshop(ConvGenerator(classes=10), nn.Linear(784, 9))
    assert repr(workshop(*networks)) == "<workshop: digits from 64 numbers and a label>"


# --- in the browser


@pytest.fixture
def page(browser, tmp_path, networks):
    file = tmp_path / "workshop.html"
    file.write_text(PAGE.format(workshop(*networks).html()), encoding="utf-8")
    with Visit(browser, file.as_uri()) as visit:
        visit.page.wait_for_selector(".gan-workshop[data-read]")
        yield visit.page
        assert [f for f in visit.faults() if "getImageData" not in f] == []  # tests alone read pixels back
        assert visit.off_site(file.as_uri()) == []


def pixels(page, which):
    return page.evaluate(
        """(which) => { const c = document.querySelectorAll('.gan-workshop canvas')[which];
          return [...c.getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0); }""",
        which,
    )


@pytest.mark.browser
def test_digits_are_made_in_the_page_as_in_python(page, networks):
    generator, classifier = networks
    host = Host(compiled(generator, classifier, 64))
    host.normal("z", 0, 0x5EED)
    z = torch.from_numpy(host["z"][:1]).expand(10, -1)
    with torch.no_grad():
        made = generator(z, torch.eye(10))
        right = int((classifier(made).argmax(1) == torch.arange(10)).sum())
    for k in (0, 4, 9):
        assert np.abs(np.array(pixels(page, k)) - 127.5 * (made[k].numpy() + 1)).max() <= 1
    assert page.locator(".gan-workshop").get_attribute("data-right") == str(right)


@pytest.mark.browser
def test_another_latent_changes_how_and_the_label_stays(page):
    before = pixels(page, 4)
    page.locator(".gan-workshop input[type=range]").fill("50")
    half = pixels(page, 4)
    page.get_by_role("button", name="Go on to another latent").click()
    after = pixels(page, 4)
    assert before != half != after and before != after
    assert int(page.locator(".gan-workshop").get_attribute("data-right")) >= 8


@pytest.mark.browser
def test_a_drawing_is_read(page):
    pad = page.locator(".gw-pad")
    assert "Nothing to read yet." in page.locator(".gan-workshop").text_content()
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()

    def at(x, y):
        return box["x"] + box["width"] * x, box["y"] + box["height"] * y

    page.mouse.move(*at(0.55, 0.2))
    page.mouse.down()
    page.mouse.move(*at(0.45, 0.8), steps=15)
    page.mouse.up()
    expect(page.get_by_text("Read as 1.")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    assert page.locator(".gan-workshop").get_attribute("data-read") == ""
    page.mouse.move(*at(0.25, 0.2))
    page.mouse.down()
    page.mouse.move(*at(0.75, 0.2), steps=12)
    page.mouse.move(*at(0.45, 0.85), steps=15)
    page.mouse.up()
    expect(page.get_by_text("Read as 7.")).to_be_visible()


@pytest.mark.browser
def test_a_made_digit_goes_to_the_board_and_is_read_as_there(page):
    for k in (0, 8):
        digit = page.get_by_role("button", name=f"asked for {k}")
        digit.click()
        read = digit.text_content().split(",")[0]
        assert page.locator(".gan-workshop").get_attribute("data-read") == read


@pytest.mark.browser
def test_the_board_by_keyboard(page):
    page.locator(".gw-pad").focus()
    for _ in range(5):
        page.keyboard.press("ArrowUp")
    for _ in range(12):
        page.keyboard.press(" ")
        page.keyboard.press("ArrowDown")
    assert page.locator(".gan-workshop").get_attribute("data-read") == "1"
    page.keyboard.press("Backspace")
    assert page.locator(".gan-workshop").get_attribute("data-read") == ""


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_it_fits(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_without_webassembly_it_says_so(browser, tmp_path, networks):
    with without_webassembly(browser, tmp_path, workshop(*networks).html()) as page:
        expect(page.get_by_text("The networks can't work here")).to_be_visible()
