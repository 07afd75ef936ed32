"""Hand-outs: what is refused, what the sheet has, where its links lead, and how it prints."""

import base64
import html
import os
import re
import sys
from types import SimpleNamespace

import guide
import handouts
import numpy as np
import pytest
import recordings
import stage_text
import stages
from browsing import Visit
from sphinx.application import Sphinx
from test_site import barriers
from toc import ROOT, notebooks

from gan_teach.live.pack import Channel, pack

ADDRESS = "https://lecture.example.org/gans"
LINE = stages.PLAYGROUND.read_text(encoding="utf-8")
CONTROLS = [
    {"name": "lr_g", "label": "learning rate of G", "choices": None},
    {"name": "gamma", "label": "weight of the penalty", "choices": None},
    {"name": "loss", "label": "loss", "choices": ["minimax", "hinge"]},
    {"name": "error", "label": "an error to try", "choices": ["none", "no noise", "a second sigmoid"]},
]
LESSON = {
    "controls": CONTROLS,
    "values": {"lr_g": 0.002, "gamma": 0.1, "loss": "non_saturating", "mover": "both", "target": "ring of 8"},
    "errors": {"no noise": "Every z is 0.", "a second sigmoid": "Once more."},
    "seed": 0,
}
# Links that no stage can follow, and what is said.
BAD = {
    "train=1&lr_q=0.1": "there is no setting lr_q",
    "train=1&loss=hing": "loss must be one of minimax, hinge, and not hing",
    "train=1&lr_g=0": "learning rate of G must be a number above 0 and at most 1,000,000",
    "train=1&lr_g=fast": "learning rate of G must be a number above 0",
    "train=1&gamma=-1": "weight of the penalty must be a number of at least 0",
    "train=1&seed=1.5": "the seed must be a whole number and not 1.5",
    "train=3": "the page has the stages train=1 to train=2, and not train=3",
    "run=1": "and not train= ",
    "train=1&loss=hinge&loss=minimax": "loss is named twice",
    "": "a link is like train=1&run=1&lr_g=0.02, not ''",
    "train": "a link is like",
}
GOOD = ("train=2", "train=1&run=1&gamma=0&lr_g=1e-3", "train=1&seed=12&pasted=0,1;2,3")


# --- what is refused


@pytest.mark.parametrize("play", BAD)
def test_a_link_that_no_stage_can_follow_is_refused_and_told_why(play):
    with pytest.raises(stage_text.LinkError) as refused:
        stage_text.stage_asked(play, [LESSON, LESSON])
    assert BAD[play] in str(refused.value) + " "


@pytest.mark.parametrize("play", GOOD)
def test_a_link_that_a_stage_can_follow_is_its_lesson(play):
    lessons = [LESSON, LESSON | {"seed": 7}]
    assert stage_text.stage_asked(play, lessons) is lessons[int(play[6]) - 1]


def experiment(play="train=1&run=1&lr_g=0.02", look="Look ([chapter 4](04-training.ipynb)).", name="Quick"):
    return stages.Experiment(1, name, play, look, "Why *so*?", "It *is*.")


def stage(html="", **changed):
    return stages.Stage("book/playground", 1, "In the plane", html, LESSON | changed)


def test_an_experiment_becomes_a_card_or_an_error_of_the_build_that_names_it():
    made = handouts.card(experiment(), [stage()], handouts.Book())
    assert made.settings == [("learning rate of G", "0.02", "0.002")] and made.chapters == ["04"]
    assert made.look == 'Look (<a href="../html/book/04-training.html">chapter 4</a>).'
    assert made.link.href == "../html/book/playground.html#train=1&run=1&lr_g=0.02" and not made.link.code
    assert made.answer == "It <em>is</em>."
    for wrong, said in (
        (experiment("train=1&n_g=2"), "playground.md: '1. Quick': there is no setting n_g"),
        (experiment(look="See [chapter 77](77-nothing.ipynb)."), "'1. Quick': there is no page 77-nothing"),
    ):
        with pytest.raises(handouts.HandoutsError, match=said):
            handouts.card(wrong, [stage()], handouts.Book())


def test_settings_own_targets_and_the_random_start_are_said():
    asked = stage_text.asked("train=1&seed=4&loss=hinge&drawn=1,2")
    assert handouts.changes(LESSON, asked) == [
        ("loss", "hinge", "non saturating"),
        ("random start", "4", "0"),
        ("target", "the one in the link", "ring of 8"),
    ]


def test_only_errors_that_show_are_tried():
    values = LESSON["values"]
    assert handouts.errors_of(LESSON) == ["no noise", "a second sigmoid"]
    assert handouts.errors_of(LESSON | {"values": values | {"loss": "hinge"}}) == ["no noise"]
    assert handouts.errors_of(LESSON | {"values": values | {"mover": "police only"}}) == ["a second sigmoid"]


def packed_games(**last):
    """What a stage holds of recordings in the plane, {name: the last text of each}."""
    found = []
    for name, text in last.items():
        header = {
            "kind": "plane",
            "window": [[-3, 3], [-3, 3]],
            "frames": [{"step": 6, "text": text, "longest": 0.5}],
        }
        dot = Channel("fakes", np.full((1, 1, 2), len(found)), -4, 4, 4096)
        others = [Channel("data", dot.values, -4, 4, 4096), Channel("arrows", dot.values, -4, 4, 256)]
        field = Channel("verdict", np.linspace(0, 1, 16).reshape(1, 4, 4), 0, 1, 129)
        text = base64.b64encode(pack(header, [dot, *others, field])).decode()
        found.append(f'<script type="text/plain" data-recording="{name}">{text}</script>')
    return "".join(found) + '<noscript><img alt="step 6: quick" src="data:image/png;base64,AAAA"></noscript>'


def test_games_of_one_stage_are_compared_and_the_sound_one_is_drawn():
    html = packed_games(quick="step 6: 1 of 8 modes", matched="step 6: 8 of 8 modes")
    variants = {"quick": {"lr_g": 0.0003, "gamma": 0.1, "other": 1}, "matched": {"lr_g": 0.002, "gamma": 0.1}}
    made = handouts.compared(stage(html, variants=variants), handouts.Book(), "Collapse")
    assert [(name, link.shown) for name, _, link in made.games] == [
        ("quick", "book/playground.html#train=1&run=1&lr_g=0.0003"),
        ("matched", "book/playground.html#train=1&run=1"),
    ]
    assert [apart for _, apart, _ in made.games] == [
        [("learning rate of G", "0.0003")],
        [("learning rate of G", "0.002")],
    ]
    assert made.ends == [
        ("quick", "step 6: 1 of 8 modes, longest arrow 0.5"),
        ("matched", "step 6: 8 of 8 modes, longest arrow 0.5"),
    ]
    assert made.stop == 6
    drawn = recordings.picture(
        stage(html, variants=variants), recordings.sound(stage(html, variants=variants))
    )
    assert drawn[0].startswith("step 6: 8 of 8 modes") and drawn[1].startswith("data:image/png;base64,iVBOR")
    first = stage(html, variants={"quick": {"lr_g": 0.002}, "matched": {"lr_g": 0.1}})
    assert recordings.picture(first, recordings.sound(first)) == (
        "step 6: quick",
        "data:image/png;base64,AAAA",
    )


@pytest.mark.parametrize(
    "variants", [{}, {"one": {"lr_g": 1}}, {"one": {"lr_g": 1}, "two": {"lr_g": 1, "rule": "unheard of"}}]
)
def test_what_the_page_cannot_set_apart_is_not_compared(variants):
    assert handouts.compared(stage(variants=variants), handouts.Book(), "Collapse") is None
    assert recordings.picture(stage(variants=variants), None) == ("", "")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("} 3. The", "} The", "'The thieves learn alone' does not begin with 3 and a point"),
        ("} 3. The", "} 4. The", "'4. The thieves learn alone' does not begin with 3"),
        (":ask: Count", ":tell: Count", "'11. Two humps, one thief' has no :ask:"),
        (":answer: Of a hundred", ":tell: Of", "'11. Two humps, one thief' has no :answer:"),
        (":play: train=1&run=1\n", "", "'1. As it should go' has no :play:"),
    ],
)
def test_a_playground_that_lacks_something_is_said(tmp_path, old, new, said):
    assert LINE.count(old) == 1
    page = tmp_path / "playground.md"
    page.write_text(LINE.replace(old, new), encoding="utf-8")
    with pytest.raises(stages.StagesError, match=re.escape(said)):
        stages.experiments(page)


def test_a_stage_of_no_chapter_of_no_run_and_of_no_such_number_is_said(tmp_path, monkeypatch):
    page = tmp_path / "playground.md"
    page.write_text("```{stage-from} 77-nothing\n```\n", encoding="utf-8")
    with pytest.raises(stages.StagesError, match="77-nothing.ipynb is none of 01-police-and-thief, 02-"):
        stages.stages_to_play(page)
    page = SimpleNamespace(name="playground.md", parent=ROOT / "book", read_text=lambda **_: text, stem="x")
    text = "```{stage-from} 04-training\n:number: 9\n```\n"
    monkeypatch.setattr(stages.executions, "find", lambda path: None)
    with pytest.raises(stages.StagesError, match="04-training.ipynb has not run as it is now: make book"):
        stages.stages_to_play(page)
    monkeypatch.setattr(stages.executions, "find", lambda path: SimpleNamespace(cells=[]))
    with pytest.raises(stages.StagesError, match="playground.md: 04-training has no stage 9"):
        stages.stages_to_play(page)


def test_the_address_is_the_one_of_the_settings(tmp_path):
    assert handouts.settings() == handouts.Book("")
    config = tmp_path / "_config.yml"
    for said, address in (
        (f"{ADDRESS}/", ADDRESS),
        ("", ""),
        ("http://10.0.0.7:8000", "http://10.0.0.7:8000"),
    ):
        config.write_text(f'html:\n  baseurl: "{said}"\n', encoding="utf-8")
        assert handouts.settings(config).address == address
    config.write_text("html:\n  baseurl: example.org\n", encoding="utf-8")
    with pytest.raises(handouts.HandoutsError, match="baseurl is like https.*, not 'example.org'"):
        handouts.settings(config)


def test_a_code_holds_the_link_and_its_package_is_named_where_it_lacks(monkeypatch):
    segno = pytest.importorskip("segno")
    link = handouts.Book(ADDRESS).link("book/04-training", "train=2&run=1")
    assert link.href == f"{ADDRESS}/book/04-training.html#train=2&run=1"
    assert link.shown == "lecture.example.org/gans/book/04-training.html#train=2&run=1"
    size = segno.make(link.href, micro=False, error="m").symbol_size(border=2)[0]
    assert f'viewBox="0 0 {size} {size}"' in link.code and "http" not in link.code.replace("www.w3.org", "")
    monkeypatch.setitem(sys.modules, "segno", None)
    with pytest.raises(handouts.HandoutsError, match="need the package segno"):
        handouts.Book(ADDRESS).link("book/04-training", "train=2")


def test_the_page_refuses_an_experiment_that_its_stages_cannot_play(tmp_path, monkeypatch):
    """In a small book whose stage is LESSON."""
    good = (
        "```{experiment} 1. Quick\n:play: train=1&lr_g=0.02\n:ask: Why *so*?\n:answer: It is.\nLook.\n```\n"
    )
    pages = {"index": good, "bad": good.replace("lr_g", "lr_q"), "mute": good.replace(":ask:", "Ask")}
    conf = (
        "extensions = ['myst_parser', 'small']\nsource_suffix = {'.md': 'markdown'}\n"
        "suppress_warnings = ['toc.not_included']\n"
    )
    for name, text in pages.items():
        (tmp_path / f"{name}.md").write_text(f"# Page\n\n```{{lesson-here}}\n```\n\n{text}", encoding="utf-8")
    (tmp_path / "conf.py").write_text(conf, encoding="utf-8")
    monkeypatch.setitem(sys.modules, "small", SimpleNamespace(setup=small_book))
    said = tmp_path / "said.txt"
    with said.open("w", encoding="utf-8") as stream:
        Sphinx(tmp_path, tmp_path, tmp_path / "html", tmp_path / "trees", "html", None, None, stream).build()
    text = said.read_text(encoding="utf-8")
    assert re.search(r"bad\.md.*\n?.*'1. Quick': there is no setting lr_q", text), text
    assert re.search(r"mute\.md.*\n?.*'1. Quick' has no :ask:", text) and "index.md" not in text, text
    page = (tmp_path / "html" / "index.html").read_text(encoding="utf-8")
    assert "It is." not in page  # the answer is for the key of the hand-outs
    assert 'href="#train=1&amp;lr_g=0.02" data-look="Look."' in page and "Why <em>so</em>?" in page


def small_book(app):
    """An extension with the directive, and one that stands for a stage of LESSON."""
    from stage_from import Experiment, SphinxDirective

    class LessonHere(SphinxDirective):
        def run(self):
            self.env.temp_data.setdefault("lessons", []).append(LESSON)
            return []

    app.add_directive("experiment", Experiment)
    app.add_directive("lesson-here", LessonHere)


# --- the sheet


@pytest.fixture(scope="module")
def sheet(site):
    """The sheet beside the built book, as `make class` writes it, under a name of its own; its cards."""
    folder = site.parent / f"class-of-test-{os.getpid()}"  # each worker its own
    handouts.build(folder, handouts.Book())
    yield folder / "handouts.html", handouts.all_cards(handouts.Book())
    (folder / "handouts.html").unlink()
    folder.rmdir()


@pytest.mark.browser
def test_the_sheet_has_every_experiment_and_every_stage_that_breaks(sheet):
    file, made = sheet
    text, faulty = file.read_text(encoding="utf-8"), made.faulty
    assert [c.number for c in made.cards] == list(range(1, 13)) and text.count("<article") == len(made)
    assert [c.chapter for c in made.compared] == ["07", "08", "09", "10", "11"]
    taught = {f"{path.stem[:2]}": len(stages.stages_of(path)) for path in notebooks()}
    assert {b.chapter for b in faulty} == {number for number, count in taught.items() if count}
    assert len(faulty) == sum(taught.values()) == 11 and all(2 <= len(b.errors) <= 4 for b in faulty)
    assert "\\(" not in text and "$" not in "".join(made.where for made in faulty)  # no formulas here
    assert not re.findall(r'(?:src|href)="https?:', text) and all(b.picture[1] for b in faulty)
    assert len(text) < 800_000
    anchors = [
        anchor
        for found in handouts.by_chapter(handouts.all_cards(handouts.Book())).values()
        for anchor, _ in found
    ]
    assert len(anchors) > 11 and all(text.count(f'id="{anchor}"') == 1 for anchor in anchors)


@pytest.mark.browser
def test_chapter_nine_compares_its_thieves_and_its_sound_stage_is_the_matched_one(sheet):
    nine = next(c for c in sheet[1].compared if c.chapter == "09")
    assert [(name, link.shown.partition("&run=1")[2]) for name, _, link in nine.games] == [
        ("quick police", "&lr_g=0.0003&lr_d=0.005"),
        ("slow police", "&lr_g=0.001&lr_d=0.0005"),
        ("well matched", ""),
    ]
    held = {name: int(re.search(r": (\d) of 8 modes", how)[1]) for name, how in nine.ends}
    assert held["well matched"] >= 4 and held["quick police"] <= 1 >= held["slow police"], nine.ends
    broken = next(b for b in sheet[1].faulty if b.chapter == "09")
    assert broken.picture[0] == dict(nine.ends)["well matched"]


@pytest.mark.browser
def test_the_answers_stand_in_the_key_alone_and_it_is_folded(browser, sheet):
    file, made = sheet
    cards, _, key = file.read_text(encoding="utf-8").partition('<details class="key" id="key">')
    told = [html.escape(does, quote=False).replace("'", "&#39;") for does in made.errors.values()]
    for answer in [c.answer for c in made.cards] + told + [how for c in made.compared for _, how in c.ends]:
        assert answer in key
    assert not any(answer in cards for answer in [c.answer for c in made.cards] + told)
    with Visit(browser, file.as_uri()) as visit:
        key = visit.page.locator("#key dl").first
        assert not key.is_visible()
        visit.page.locator("nav a[href='#key']").click()
        key.wait_for(state="visible")
        visit.page.emulate_media(media="print")
        assert not key.is_visible()  # where the cards are printed
        visit.page.emulate_media(media="screen")
        visit.page.evaluate("() => { window.print = () => {}; }")
        visit.page.get_by_role("button", name="Print the key").click()
        visit.page.emulate_media(media="print")
        assert key.is_visible() and visit.page.locator(".card:visible").count() == 0


def test_the_guide_leads_to_the_hand_outs_of_a_chapter():
    chapter = guide.chapter_of(notebooks()[0])
    chapter.handouts = (("experiment-4", "4. Thieves & co", "To see."),)
    text = guide.page([chapter], [])
    assert '<a href="handouts.html#experiment-4">4. Thieves &amp; co</a>' in text


# Which settings of which stage the page has, for a link of the sheet.
STANDS = """(number) => {
  const stage = document.querySelectorAll('script[data-lesson]')[number - 1].closest('.gan-stage');
  const fields = [...stage.querySelectorAll('[name]')].map((f) => [f.name, f.value]);
  const said = stage.querySelector('.gs-message').textContent;
  const trains = String(!stage.querySelector('.gs-own').hidden);
  return { ...Object.fromEntries(fields), said, trains, steps: stage.ganStage.now.frame?.step ?? -1 };
}"""
STARTED = f"(number) => ({STANDS})(number).steps > 0"
SET = f"""([number, asked]) => {{
  const now = ({STANDS})(number);
  return Object.entries(asked).every(([name, value]) => now[name] === value);
}}"""


@pytest.mark.browser
def test_every_link_of_the_sheet_opens_its_stage_in_that_state(browser, sheet):
    file, whole = sheet
    ways = [card.link for card in whole.cards]
    ways += [link for made in whole.compared for *_, link in made.games]
    for made in whole.faulty:
        ways += [made.sound, *(link for *_, link in made.errors)]
    ways.sort(key=lambda way: way.href.partition("#")[0])  # a page is opened once
    with Visit(browser, file.as_uri()) as visit:
        page = visit.page
        hrefs = page.eval_on_selector_all("article a:not([href*='ipynb'])", "all => all.map((a) => a.href)")
        assert {h for h in hrefs if "#" in h} == {
            page.evaluate("(h) => new URL(h, location).href", w.href) for w in ways
        }
        # The chapters' formulas take longer than all the rest, and nothing here looks at them.
        page.route("**/mathjax/**", lambda route: route.fulfill(body="", content_type="text/javascript"))
        here = ""
        for way in ways:
            asked = stage_text.asked(way.href.partition("#")[2])
            number, runs = int(asked.pop("train")), asked.pop("run")
            asked = {"error": "none", "trains": "true"} | asked  # nothing of the link before
            address = page.evaluate("([h, base]) => new URL(h, base).href", [way.href, file.as_uri()])
            there, _, play = address.partition("#")
            if there == here:  # as if clicked: within a page nothing is loaded anew
                page.evaluate("(play) => { location.hash = play; }", play)
            else:
                page.goto(address, wait_until="domcontentloaded")
                page.wait_for_function(STARTED, arg=number, timeout=20_000)
            here = there
            page.wait_for_function(SET, arg=[number, asked], timeout=20_000)
            assert "left out" not in page.evaluate(STANDS, number)["said"] and runs == "1"
        # A page that is left at once gives its icon up, and the browser says that this failed.
        said = [line for line in visit.said if "favicon.svg" not in line]
        assert said == [] and visit.off_site("file:") == []


@pytest.mark.browser
def test_what_the_build_refuses_the_page_leaves_out_in_the_same_words(browser, site):
    lessons = [made.lesson for made in stages.stages_to_play()]
    with Visit(browser, (site / "book" / "playground.html").as_uri()) as visit:
        for play in (
            "train=1&loss=hing",
            "train=1&lr_g=0",
            "train=1&gamma=-1",
            "train=1&seed=x",
            "train=1&q=1",
        ):
            visit.page.evaluate("(hash) => { location.hash = hash; }", play)
            visit.page.wait_for_function(f"({STANDS})(1).said.includes('left out')")
            with pytest.raises(stage_text.LinkError) as refused:
                stage_text.stage_asked(play, lessons)
            problem = str(refused.value).removesuffix(f" ({play!r})")
            said = visit.page.evaluate(STANDS, 1)["said"]
            assert said == f"{problem[0].upper()}{problem[1:]}, so this part of the link was left out."
            visit.page.evaluate("() => { location.hash = 'train=1'; }")
            visit.page.wait_for_function(f"!({STANDS})(1).said.includes('left out')")


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_sheet_asks_nobody_fits_a_telephone_and_can_be_read_by_all(browser, sheet, dark):
    with Visit(browser, sheet[0].as_uri(), width=390, dark=dark) as visit:
        assert barriers(visit.page) == [] and visit.overflow(390) == [] and visit.faults() == []
        assert visit.off_site(sheet[0].as_uri()) == []
        visit.page.evaluate("() => { window.print = () => { window.printed = document.body.className; }; }")
        visit.page.locator("#experiment-4 button").click()
        assert visit.page.evaluate("window.printed") == "one"
        visit.page.emulate_media(media="print")
        assert visit.page.locator(".card:visible").count() == 1
        visit.page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert visit.page.locator(".card:visible").count() == visit.page.locator(".card").count()


# The cards' heights on paper, and what sticks out of them. A4 less twelve millimetres on each side.
WIDE, HIGH = (round((side - 24) / 25.4 * 96) for side in (210, 297))
ON_PAPER = """() => [...document.querySelectorAll('.card')].map((card) => {
  const box = card.getBoundingClientRect();
  const out = [...card.querySelectorAll('*')].filter((e) => {
    const b = e.getBoundingClientRect();
    return b.width && (b.right > box.right + 1 || b.bottom > box.bottom + 1);
  });
  return [box.height, getComputedStyle(card).breakInside, out.length, box.right];
})"""


@pytest.mark.browser
@pytest.mark.parametrize("address", ["", ADDRESS], ids=["beside", "address"])
def test_no_card_is_cut_on_a4(browser, sheet, tmp_path, address):
    if address:
        pytest.importorskip("segno")
    handouts.build(tmp_path, handouts.Book(address))
    page = browser.new_page(viewport={"width": WIDE, "height": HIGH})
    page.goto((tmp_path / "handouts.html").as_uri())
    page.emulate_media(media="print")
    cards = page.evaluate(ON_PAPER)
    assert all(high <= HIGH and rule == "avoid" and not out for high, rule, out, _ in cards)
    assert max(right for *_, right in cards) <= WIDE
    pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))
    page.close()
    assert packed(high for high, *_ in cards[:12]) + packed(high for high, *_ in cards[12:]) == pages


def packed(heights) -> int:
    """How many pages cards take that are never cut, with four millimetres between them."""
    pages, free = 0, 0.0
    for high in heights:
        if high > free:
            pages, free = pages + 1, float(HIGH)
        free -= high + 4 / 25.4 * 96
    return pages
