"""A class in a real JupyterLab: open a chapter, run it, and use its stage."""

import contextlib
import re
import time

import pytest
from lesson import jupyterlab, menu, open_and_run

pytestmark = pytest.mark.browser
CHAPTER = "01-police-and-thief.ipynb"
OTHER_CELL = "import time\nprint('the other cell', 'runs')\ntime.sleep(600)"
RUNNING = """import gc
stages = [o for o in gc.get_objects() if type(o).__name__ == 'Stage']
print('stages that', 'train:', sum(o.running for o in stages))"""
# What JupyterLab itself says when its kernel goes away.
OF_A_RESTART = ("Connection lost", "Could not restore the debugger state")


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """The chapter in JupyterLab with all its cells run; the page remembers what the console said."""
    with jupyterlab(tmp_path_factory.mktemp("lab")) as address:
        page = browser.new_page(viewport={"width": 1300, "height": 1000})
        page.said, page.asked = [], []
        page.on("console", lambda m: page.said.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: page.said.append(str(e)))
        page.on("request", lambda r: page.asked.append(r.url))
        open_and_run(page, address, CHAPTER)
        yield page


def in_new_cell(page, code):
    """Run this in a new cell at the end."""
    page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt").last.click()
    for key in ("Escape", "b", "Enter"):
        page.keyboard.press(key)
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")


def stages_that_train(lab, count):
    """Ask the kernel how many train, until it says so: on a busy machine a new cell can miss its keys."""
    from playwright import sync_api  # only where there is a browser

    for _ in range(4):
        in_new_cell(lab, RUNNING)
        with contextlib.suppress(sync_api.TimeoutError):
            return lab.get_by_text(f"stages that train: {count}").first.wait_for(timeout=30_000)
    raise AssertionError(f"the kernel never says that {count} train")


def step(page):
    return int(
        re.match(r"step ([\d,]+)", page.locator(".gan-stage .gs-text").first.inner_text())[1].replace(",", "")
    )


def until(page, condition, seconds=40):
    end = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < end:
        page.wait_for_timeout(50)
    assert met


def settled(page):
    """The step, once no frame is under way any more."""
    page.wait_for_timeout(400)
    return step(page)


def message(page):
    return page.locator(".gan-stage .gs-message").inner_text()


def wish(page, name, value):
    field = page.locator(f".gan-stage [name={name}]")
    if field.evaluate("e => e.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)
        field.press("Tab")


# The tests below are one lesson: they run in order on the same page.


def test_the_stage_is_there_and_waits(lab):
    assert step(lab) == 0 and lab.locator(".gan-stage .gs-run").inner_text() == "Run"
    assert lab.locator(".gan-stage canvas").first.bounding_box()["width"] > 250


def test_run_and_pause(lab):
    lab.locator(".gan-stage .gs-run").click()
    until(lab, lambda: step(lab) > 50)
    lab.locator(".gan-stage .gs-run").click()
    until(lab, lambda: lab.locator(".gan-stage .gs-run").inner_text() == "Run")
    reached = settled(lab)
    lab.wait_for_timeout(500)
    assert step(lab) == reached


def test_one_step(lab):
    before = step(lab)
    lab.locator(".gan-stage .gs-step").click()
    until(lab, lambda: step(lab) == before + 1)


def test_scrub_back_and_go_on_from_the_end(lab):
    last, bar = step(lab), lab.locator(".gs-bar input[type=range]")
    bar.focus()
    bar.press("Home")
    assert step(lab) == 0
    lab.locator(".gan-stage .gs-run").click()
    until(lab, lambda: step(lab) > last)
    lab.locator(".gan-stage .gs-run").click()


def test_settings_say_when_they_count(lab):
    before = settled(lab)
    wish(lab, "lr_g", "0.0005")
    until(lab, lambda: "learning rate of G: 0.0005, at once" in message(lab))
    assert step(lab) == before
    wish(lab, "lr_d", "-1")
    until(lab, lambda: "learning rate of D must be a number above zero" in message(lab))
    assert lab.locator(".gan-stage [name=lr_d]").input_value() == "0.002"
    wish(lab, "mover", "police only")
    until(lab, lambda: "police only, at once" in message(lab))
    wish(lab, "target", "two humps")
    until(lab, lambda: "with a new start" in message(lab))
    until(lab, lambda: step(lab) == 0)


def test_reset(lab):
    lab.locator(".gan-stage .gs-run").click()
    until(lab, lambda: step(lab) > 5)
    lab.locator(".gan-stage .gs-run").click()
    lab.wait_for_timeout(500)
    lab.locator(".gan-stage .gs-reset").click()
    until(lab, lambda: step(lab) == 0)


def test_other_cells_run_and_can_be_interrupted_meanwhile(lab):
    wish(lab, "mover", "both")
    lab.locator(".gan-stage .gs-run").click()
    until(lab, lambda: step(lab) > 5)
    in_new_cell(lab, OTHER_CELL)
    lab.get_by_text("the other cell runs").wait_for(timeout=30_000)
    lab.wait_for_timeout(3000)  # longer than the frames last that may be under way unanswered
    begun = step(lab)
    until(lab, lambda: step(lab) > begun + 50)
    menu(lab, "Kernel", "Interrupt Kernel")
    lab.get_by_text("KeyboardInterrupt").first.wait_for(timeout=30_000)
    begun = step(lab)
    until(lab, lambda: step(lab) > begun + 50)
    lab.locator(".gan-stage .gs-run").click()
    until(lab, lambda: lab.locator(".gan-stage .gs-run").inner_text() == "Run")


def test_two_views_of_one_stage_show_the_same(lab):
    lab.locator(".gan-stage").first.scroll_into_view_if_needed()
    lab.locator(".gan-stage canvas").first.click(button="right", modifiers=[])
    lab.get_by_text("Create New View for Cell Output", exact=True).click()
    until(lab, lambda: lab.locator(".gan-stage").count() == 2)
    texts = lab.locator(".gan-stage .gs-text")
    until(lab, lambda: texts.nth(0).inner_text() == texts.nth(1).inner_text() != "")
    lab.locator(".gan-stage .gs-step").first.click()
    until(lab, lambda: texts.nth(0).inner_text() == texts.nth(1).inner_text())


def test_closing_the_views_stops_the_training(lab):
    lab.locator(".gan-stage .gs-run").first.click()
    until(lab, lambda: step(lab) > 5)
    stages_that_train(lab, 1)
    lab.locator(".lm-TabBar-tab", has_text="Output View").locator(".lm-TabBar-tabCloseIcon").click()
    cell = lab.locator(".jp-CodeCell", has=lab.locator(".gan-stage"))
    cell.locator(".jp-InputPrompt").click()
    menu(lab, "Edit", "Clear Cell Output")
    until(lab, lambda: lab.locator(".gan-stage").count() == 0)
    stages_that_train(lab, 0)


def test_nothing_was_asked_of_others_and_nothing_complained(lab):
    home = re.match(r"http://[^/]+", lab.url)[0]
    assert [
        url for url in lab.asked if not url.startswith((home, home.replace("http", "ws"), "data:", "blob:"))
    ] == []
    assert lab.said == []


def test_restarting_the_kernel_leaves_a_message_and_the_history(lab):
    lab.locator(".jp-CodeCell", has_text="stage(").first.locator(".jp-InputPrompt").click()
    lab.keyboard.press("Control+Enter")
    lab.locator(".gan-stage .gs-run").click()
    until(lab, lambda: step(lab) > 5)
    menu(lab, "Kernel", "Restart Kernel…")
    lab.locator(".jp-Dialog .jp-mod-accept").click()
    first = lab.locator(".gan-stage").first
    until(lab, lambda: "The kernel does not answer" in first.locator(".gs-message").inner_text(), seconds=30)
    first.locator(".gs-bar input[type=range]").focus()
    first.locator(".gs-bar input[type=range]").press("Home")
    assert first.locator(".gs-text").inner_text().startswith("step 0:")
    first.locator(".gs-run").click()
    lab.wait_for_timeout(500)
    assert [words for words in lab.said if not words.startswith(OF_A_RESTART)] == []
