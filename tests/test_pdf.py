"""The book on paper: some pages printed and bound, then read as a reader of PDF would; and the zip of the
pages."""

import io
import re
import zipfile

import archive
import numpy as np
import paper
import pdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from binding import Binder
from browsing import Visit
from pypdf import PdfReader, PdfWriter
from toc import pages, parts

NAMES = [
    "book/index",
    "book/04-training",
    "book/06-jensen-shannon",
    "book/appendix/bibliography",
]
SCALE = 1.5  # px for a point of the page images
MARGIN = 55  # points at both sides of the paper where nothing stands


def blank_sheet(name, links=()):
    """A sheet of two empty pages whose links are these addresses."""
    from pypdf.annotations import Link

    writer, file = PdfWriter(), io.BytesIO()
    for _ in range(2):
        writer.add_blank_page(width=595, height=842)
    for address in links:
        writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url=address))
    writer.add_named_destination("/a%20place", 1)
    writer.write(file)
    return paper.Sheet(name, file.getvalue(), [(1, name, ""), (2, "second", "a place")])


def links_of(page):
    return [reference.get_object() for reference in page.get("/Annots", [])]


class TestBinding:
    def test_links_lead_to_places_inside_and_those_to_elsewhere_stay(self):
        binder = Binder()
        binder.add(
            blank_sheet("one", ["page:two#a%20place", "page:two", "page:nowhere", "https://a.example/"])
        )
        binder.add(blank_sheet("two"))
        assert binder.lead_inside() == 2
        read = PdfReader(io.BytesIO(binder.bound("title", "author", 1)))
        place, begin, elsewhere = links_of(read.pages[0])  # what leads nowhere is no link
        assert [read.get_page_number(at["/Dest"][0].get_object()) for at in (place, begin)] == [3, 2]
        assert elsewhere["/A"]["/URI"] == "https://a.example/"
        assert read.page_labels == ["i", "1", "2", "3"]

    def test_the_outline_has_parts_chapters_and_sections(self):
        binder, sheet = Binder(), blank_sheet("one")
        binder.add(sheet)
        binder.outline([("", []), ("part", [sheet])])
        read = PdfReader(io.BytesIO(binder.bound("title", "author", 1)))
        (part, (chapter, (section,))) = read.outline
        assert [part.title, chapter.title, section.title] == ["part", "one", "second"]
        assert [read.get_destination_page_number(at) for at in (part, chapter, section)] == [0, 0, 1]


class TestAsking:
    def test_nothing_asked_is_all_and_a_short_name_is_enough(self):
        assert pdf.asked_pages([]) == pages() == [name for _, names in parts() for name in names]
        assert pdf.asked_pages(["book/index", "04-training"]) == NAMES[:2]

    def test_an_unknown_page_is_named_with_those_that_are_there(self, capsys):
        assert pdf.main(["04-training", "04-trianing"]) == 1
        said = capsys.readouterr().out
        assert "04-trianing" in said and "04-training" in said and "not made" in said

    def test_who_has_no_browser_learns_it_before_anything_is_built(self, monkeypatch, capsys):
        def nowhere():
            raise RuntimeError("no Chromium or Chrome found")

        monkeypatch.setenv("REQUIRE_BROWSER", "")  # main sets it: put back afterwards
        monkeypatch.setattr(pdf, "launched", nowhere)
        monkeypatch.setattr(pdf, "built", lambda: pytest.fail("the book was built"))
        assert pdf.main([]) == 1
        assert "no Chromium or Chrome found" in capsys.readouterr().out

    def test_a_page_that_is_not_built_loses_nothing(self, tmp_path):
        old = tmp_path / "book.pdf"
        old.write_bytes(b"old")

        class Browser:
            def new_context(self, **options):
                return self

            def __getattr__(self, name):
                return lambda *given: None

        with pytest.raises(paper.PaperError, match="index.html is not in"):
            pdf.build(Browser(), tmp_path, old, ["book/index"])
        assert [path.name for path in tmp_path.iterdir()] == ["book.pdf"] and old.read_bytes() == b"old"


class TestZip:
    def test_the_zip_has_the_pages_in_one_folder_and_is_the_same_each_time(self, tmp_path):
        home = tmp_path / "html"
        (home / "book").mkdir(parents=True)
        (home / "index.html").write_text("first")
        (home / "book" / "a.html").write_text("second")
        (home / ".buildinfo").write_text("of the build")
        target = tmp_path / "pages.zip"
        assert archive.build(home, target) == 2
        with zipfile.ZipFile(target) as packed:
            assert packed.testzip() is None
            assert packed.namelist() == ["police-and-thief/book/a.html", "police-and-thief/index.html"]
            assert packed.read("police-and-thief/book/a.html") == b"second"
        before = target.read_bytes()
        archive.build(home, target)
        assert target.read_bytes() == before

    def test_without_pages_the_old_zip_stays(self, tmp_path):
        target = tmp_path / "pages.zip"
        target.write_bytes(b"old")
        with pytest.raises(FileNotFoundError, match="build the book first"):
            archive.build(tmp_path, target)
        assert target.read_bytes() == b"old"


@pytest.mark.browser
@pytest.mark.slow
def test_the_zip_opens_by_a_double_click(browser, site, tmp_path):
    archive.build(site, tmp_path / "pages.zip")
    with zipfile.ZipFile(tmp_path / "pages.zip") as packed:
        packed.extractall(tmp_path)
    home = (tmp_path / archive.FOLDER).as_uri() + "/"
    with Visit(browser, home + "index.html", leads_to="**/book/index.html") as visit:
        assert not visit.off_site(home) and not visit.faults()


@pytest.fixture(scope="module")
def whole(browser, site, tmp_path_factory):
    """The file with NAMES."""
    target = tmp_path_factory.mktemp("paper") / "book.pdf"
    count = pdf.build(browser, site, target, NAMES, say=lambda *words, **how: None)
    read = PdfReader(target)
    assert len(read.pages) == count
    return target, read, [re.sub(r"\s+", " ", page.extract_text()) for page in read.pages]


@pytest.fixture(scope="module")
def pictures(whole):
    """The images of the pages, grey [height, width] from 0 to 255."""
    with pypdfium2.PdfDocument(whole[0]) as document:
        return [np.asarray(page.render(scale=SCALE).to_pil().convert("L")) for page in document]


def entries(outline, depth=0):
    """(depth, entry) of an outline, in its order."""
    for item in outline:
        if isinstance(item, list):
            yield from entries(item, depth + 1)
        else:
            yield depth, item


@pytest.mark.browser
@pytest.mark.slow
class TestPrinted:
    """In one class, so that the pages are printed once."""

    def test_words_values_and_programs_are_there(self, whole):
        _, _, texts = whole
        text = " ".join(texts)
        for words in (
            "Contents",
            "asks for the impossible: before every small step",
            "def algorithm_1(G, D, batches, steps, k, lr_g, lr_d, loss_g=minimax):",
            "largest move of any parameter of G: ≈ 0.0368 (above 0.01)",
            "Theorem 6.2",
            "Generative adversarial nets",
        ):
            assert words in text, words
        for words in ("The code of this figure", "Preparations", "Toggle", "Pause"):
            assert words not in text, words

    def test_solutions_and_answers_end_the_chapter(self, whole):
        _, _, texts = whole
        text = " ".join(texts)
        text = text[text.index("4.1. The algorithm") : text.index("6.1. ")]
        questions = re.search(r"4\.\d+\. Questions", text)[0]
        order = ["Exercise 4.1", questions, "Solutions of the exercises", "Solution to Exercise 4.1"]
        places = [text.index(words) for words in [*order, "Answers to the questions"]]
        assert places == sorted(places)
        assert text.count("Solution to Exercise 4.1") == 1 and "Not so." not in text[: places[-1]]

    def test_the_outline_leads_to_parts_chapters_and_sections(self, whole):
        _, read, texts = whole
        found = list(entries(read.outline))
        assert [at.title for depth, at in found if depth == 0] == [
            "Police and Thief",
            "The game",
            "The theory",
            "Appendix",
        ]
        assert {at.title for depth, at in found if depth == 1} >= {"4. Training", "Bibliography"}
        sections = [at for depth, at in found if depth == 2]
        titles = " ".join(at.title for at in sections)
        assert re.search(r"4\.\d\. Figure 1 of the paper", titles) and len(sections) > 20
        for at in sections:
            words = " ".join(at.title.split()[:2])  # further on there may be a formula
            assert words in texts[read.get_destination_page_number(at)], at.title

    def test_links_lead_inside_the_file(self, whole):
        _, read, texts = whole
        led = {}
        for number, page in enumerate(read.pages):
            for link in links_of(page):
                address = link.get("/A", {}).get("/URI")
                assert address is None or re.match("https?://|mailto:", address), address
                if address is None:
                    led.setdefault(number, []).append(read.get_page_number(link["/Dest"][0].get_object()))
        first = {
            title: next(i for i, t in enumerate(texts) if i > 1 and title in t and "The question" in t)
            for title in ("4. Training", "6. The Jensen-Shannon divergence")
        }
        contents = next(i for i, t in enumerate(texts) if "Contents" in t)
        assert {*first.values()} <= {*led[contents]}
        index = range(contents + 1, first["4. Training"])
        assert {*first.values()} <= {to for number in index for to in led.get(number, [])}
        theory = range(first["6. The Jensen-Shannon divergence"], len(texts))
        sources = {to for number in theory for to in led.get(number, [])}
        assert any("Bibliography" in texts[to] or "arXiv" in texts[to] for to in sources)

    def test_no_page_is_blank_or_dark_and_nothing_stands_in_the_margins(self, pictures):
        edge = int(MARGIN * SCALE)
        for number, picture in enumerate(pictures):
            dark = (picture < 100).mean()
            assert 0.0004 < (picture < 200).mean() and dark < 0.3, f"page {number}: {dark:.2f} dark"
            assert (picture[:, :edge] > 250).all() and (picture[:, -edge:] > 250).all(), f"page {number}"

    def test_a_stage_shows_three_moments_that_differ(self, whole):
        _, read, texts = whole
        number = next(i for i, t in enumerate(texts) if "step 0" in t and "step 750" in t)
        assert "step 3,000" in texts[number]
        with pypdfium2.PdfDocument(whole[0]) as document:
            page = document[number]
            sheets = [
                (*item.get_bounds(), item.get_bitmap(render=False).to_numpy().astype(float))
                for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=15)
            ]
            rows = {}
            for left, bottom, right, top, numbers in sheets:
                rows.setdefault((round(bottom), round(top)), []).append((left, right, numbers))
            (row,) = [sorted(row, key=lambda at: at[0]) for row in rows.values() if len(row) == 3]
        shown = [numbers for _, _, numbers in row]
        assert all(a[1] <= b[0] + 1 for a, b in zip(row, row[1:]))  # side by side
        for one, other in ((0, 1), (1, 2), (0, 2)):
            assert np.abs(shown[one] - shown[other]).mean() > 1
