"""The built pages, as a reader meets them: over http and from a folder, light and dark, on a screen and on a
telephone."""

import functools
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag

import pytest
from browsing import Visit, served
from toc import notebooks, pages

pytestmark = pytest.mark.browser
PAGES = [f"{name}.html" for name in pages()]
CHAPTERS = [f"book/{path.stem}.html" for path in notebooks()]
MOST_BYTES = 3_000_000

# Faults that axe finds in the theme itself and that no setting mends: (rule, beginning of the selector, why).
KNOWN: list[tuple[str, str, str]] = []


@pytest.fixture(scope="module")
def home(site):
    with served(site) as address:
        yield address


def test_the_book_is_built(build):
    assert build["status"] == 0, build["said"]


@pytest.mark.parametrize("way", ["http, light", "folder, dark"])
@pytest.mark.parametrize("name", PAGES)
def test_page(browser, home, site, name, way):
    """One visit over http in light colours, one from a folder in dark ones: nothing is asked of others,
    nothing is missing, all can read it, and on a telephone nothing sticks out."""
    over_http, dark = way.startswith("http"), way.endswith("dark")
    start = home if over_http else site.as_uri() + "/"
    with Visit(browser, start + name, dark=dark) as visit:
        assert visit.page.evaluate("document.documentElement.dataset.theme") == ("dark" if dark else "light")
        found = {
            "asked of others": visit.off_site(start),
            "faults": visit.faults(),
            "hard to read": barriers(visit.page),
            "too wide": [at for width in (1280, 390, 360) for at in visit.overflow(width)]
            if over_http
            else [],
            "cut off": visit.cut_off(1280) if over_http else [],
            "printed by chance": visit.page.locator(".cell_output .text_plain").all_inner_texts(),
            "moves, but is not named at the top": visit.page.evaluate(UNNAMED) if over_http else [],
            "stops of Tab": visit.page.evaluate(FORMULAS_TO_STOP_AT) if over_http else [],
            "on a light sheet": visit.page.evaluate(LIGHT_SHEETS) if dark else [],
        }
        assert not any(found.values()), found


# Sections of a chapter with a piece that moves, to which no link in the box with the question leads.
UNNAMED = """() => {
  const section = (e) => e.closest('section');
  const named = [...document.querySelectorAll('.question .to-play a')]
    .map((a) => section(document.querySelector(a.hash)));
  return document.querySelector('.question') === null ? [] :
    [...document.querySelectorAll('.gan-stage, .gan-explorer, .gan-walk, .gan-workshop, .flipbook')]
      .filter((e) => !named.includes(section(e))).map((e) => section(e).id);
}"""

FORMULAS_TO_STOP_AT = """() => [...document.querySelectorAll('mjx-container:not([display])')]
  .filter((e) => e.tabIndex >= 0)
  .map((e) => e.textContent.slice(0, 60))"""

# The theme lays HTML outputs on light sheets in the dark theme, unless custom.css says otherwise.
LIGHT_SHEETS = """() => [...document.querySelectorAll('.cell_output .text_html')]
  .filter(e => getComputedStyle(e).backgroundColor.match(/[0-9.]+/g).slice(0, 3).every(c => c > 128))
  .map(e => e.innerText.slice(0, 60))"""


def barriers(page):
    """What axe finds serious or critical, apart from what is known."""
    from axe_playwright_python.sync_playwright import Axe

    return [
        f"{violation['id']} {node['target'][0]}: {violation['help']}"
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
        if not is_known(violation["id"], str(node["target"][0]))
    ]


def is_known(rule, selector):
    return any(rule == known and selector.startswith(start) for known, start, _ in KNOWN)


def test_first_page_opens_from_a_folder(browser, site):
    first = (site / "book" / "index.html").as_uri()
    with Visit(browser, (site / "index.html").as_uri(), leads_to=first) as visit:
        assert visit.page.locator("article h1").count() == 1


@pytest.mark.parametrize("from_folder", [False, True], ids=["http", "folder"])
def test_search_finds(browser, home, site, from_folder):
    title = re.search(r"<h1>(?:<span.*?</span>)?([^<]*)", (site / CHAPTERS[0]).read_text(encoding="utf-8"))[1]
    word = max(re.findall(r"[A-Za-z]{4,}", title), key=len)
    start = site.as_uri() + "/" if from_folder else home
    with Visit(browser, f"{start}search.html?q={word}") as visit:
        visit.page.wait_for_selector("#search-results ul.search li a", timeout=15_000)
        links = visit.page.locator("#search-results ul.search li a").evaluate_all(
            "links => links.map(a => a.href)"
        )
        assert any(CHAPTERS[0].split("/")[-1] in link for link in links)
        assert visit.off_site(start) == []


def test_the_theme_button_changes_the_theme(browser, home):
    with Visit(browser, home + CHAPTERS[0]) as visit:

        def state():
            return visit.page.evaluate(
                "[document.documentElement.dataset.theme, getComputedStyle(document.body).backgroundColor]"
            )

        seen = {tuple(state())}
        for _ in range(3):  # auto, light, dark, in the theme's order
            visit.page.locator(".theme-switch-button:visible").first.click()
            seen.add(tuple(state()))
        assert {theme for theme, _ in seen} == {"light", "dark"} and len({colour for _, colour in seen}) == 2


class Links(HTMLParser):
    """The addresses that a page uses, the names it gives, and the pictures it shows."""

    def __init__(self, text):
        super().__init__()
        self.links, self.names, self.files = [], set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.names |= {attributes[key] for key in ("id", "name") if attributes.get(key)}
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        if tag in ("img", "source", "video", "audio", "object") and (
            address := attributes.get("src") or attributes.get("data")
        ):
            self.files.add(address)


@functools.cache
def links_of(page):
    return Links(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(site, name):
    page = site / name
    broken = []
    for link in links_of(page).links:
        address, anchor = map(unquote, urldefrag(link))
        if re.match(r"[a-z]+:", link):
            continue
        target = (page.parent / address).resolve() if address else page.resolve()
        if not target.exists():
            broken.append(link)
        elif anchor.startswith("train="):  # an experiment: tests/test_playground.py clicks on them
            broken += [link] if "data-lesson" not in target.read_text("utf-8") else []
        elif anchor and target.suffix == ".html":
            broken += [link] if anchor not in links_of(target).names else []
    assert broken == []


# By how many pixels the letters of short formulas hang below the line that they stand in.
HANGING = """() => [...document.querySelectorAll('p > span.math mjx-container')]
  .filter((e) => e.querySelectorAll('mjx-c').length === 1 && /^[A-PR-Zahxz]/.test(e.textContent))
  .map((e) => {
    const mark = Object.assign(document.createElement('span'), { style: 'display: inline-block' });
    e.parentElement.after(mark);
    const base = mark.getBoundingClientRect().bottom;
    mark.remove();
    return e.querySelector('mjx-c').getBoundingClientRect().bottom - base;
  })"""


@pytest.mark.parametrize("width", [390, 1280])
def test_formulas_stand_on_their_line(browser, home, width):
    with Visit(browser, home + "book/10-cures.html", width=width) as visit:
        hanging = visit.page.evaluate(HANGING)
        assert len(hanging) > 10 and max(map(abs, hanging)) < 2, hanging


@pytest.mark.browser
def test_from_the_top_of_a_chapter_it_is_not_far_to_the_stage(browser, home):
    with Visit(browser, home + "book/04-training.html") as visit:
        page = visit.page
        line = page.locator(".question .to-play a")
        assert line.all_inner_texts() == ["Figure 1 of the paper", "The same loop in the plane"]
        line.nth(1).click()
        top = page.locator(".gan-stage").nth(1).bounding_box()["y"]
        assert 0 < top < 400, top  # under the header; its code is folded


@pytest.mark.parametrize("name", CHAPTERS)
def test_weight(site, name):
    page = site / name
    text = page.read_text(encoding="utf-8")
    files = {(page.parent / unquote(f)).resolve() for f in Links(text).files if not re.match(r"[a-z]+:", f)}
    weight = len(text.encode()) + sum(f.stat().st_size for f in files)
    assert weight <= MOST_BYTES, f"{weight / 1e6:.1f} MB with its pictures"


def test_mathjax_is_lean(site):
    files = [f for f in (site / "_static" / "mathjax").rglob("*") if f.is_file()]
    assert (site / "_static" / "mathjax" / "tex-chtml.js") in files
    assert sum(f.stat().st_size for f in files) < 6_000_000


def test_what_goes_on_to_the_right_fades_there_until_it_is_reached(browser, home):
    ends = """e => new Promise(done => { e.scrollLeft = 1e6;
      setTimeout(() => done([e.hasAttribute('data-more'), getComputedStyle(e).maskImage]), 300); })"""
    with Visit(browser, home + CHAPTERS[0], width=390) as visit:
        wide = visit.page.evaluate(
            """() => [...document.querySelectorAll('.cell_output, pre')]
              .filter(e => e.checkVisibility() && getComputedStyle(e).overflowX === 'auto')
              .map(e => [e.scrollWidth > e.clientWidth + 4, e.hasAttribute('data-more')])"""
        )
        assert any(more for more, _ in wide) and all(more == marked for more, marked in wide)
        some = visit.page.locator(".cell_output[data-more], pre[data-more]").first
        assert "gradient" in some.evaluate("e => getComputedStyle(e).maskImage")
        handle = some.element_handle()
        assert handle.evaluate(ends) == [False, "none"]
        assert visit.page.locator("mjx-container[data-more]").count() == 0
