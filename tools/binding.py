"""Printed pages bound to one PDF: links that lead inside it, an outline, page labels."""

import io
from urllib.parse import unquote

from paper import Sheet
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    Fit,
    FloatObject,
    NameObject,
    NullObject,
    TextStringObject,
)

INSIDE = "page:"


class Binder:
    """Takes sheets one after another and becomes one file.

    `places` has {(name, id): (number of the page in the file, height in it)}; (name, "") is where a sheet
    begins.
    """

    def __init__(self):
        self.writer = PdfWriter()
        self.places: dict[tuple[str, str], tuple[int, float]] = {}

    def __len__(self) -> int:
        return len(self.writer.pages)

    def add(self, sheet: Sheet):
        """Put the sheet behind all others."""
        reader, begin = PdfReader(io.BytesIO(sheet.pdf)), len(self)
        self.places[sheet.name, ""] = (begin, float(reader.pages[0].mediabox.height))
        for name, place in reader.named_destinations.items():
            number = reader.get_destination_page_number(place)
            self.places[sheet.name, unquote(name.lstrip("/"))] = (begin + number, float(place["/Top"]))
        for page in reader.pages:
            self.writer.add_page(page)

    def _place(self, name: str, spot: str) -> ArrayObject | None:
        found = self.places.get((name, spot)) or self.places.get((name, ""))
        if found is None:
            return None
        number, top = found
        page = self.writer.pages[number].indirect_reference
        return ArrayObject([page, NameObject("/XYZ"), FloatObject(0), FloatObject(top), NullObject()])

    def lead_inside(self) -> int:
        """Let each `page:NAME#ID` lead to its place; how many there were."""
        count = 0
        for page in self.writer.pages:
            kept = ArrayObject()
            for reference in page.get("/Annots", ArrayObject()):
                link = reference.get_object()
                address = str(link.get("/A", {}).get("/URI", ""))
                if address.startswith(INSIDE):
                    name, _, spot = unquote(address.removeprefix(INSIDE)).partition("#")
                    place = self._place(name, spot)
                    if place is None:
                        continue
                    del link["/A"]
                    link[NameObject("/Dest")] = place
                    count += 1
                kept.append(reference)
            if "/Annots" in page:
                page[NameObject("/Annots")] = kept
        return count

    def outline(self, parts: list[tuple[str, list[Sheet]]]):
        """Parts, chapters and their sections; what has no part's caption stands at the top."""
        for caption, sheets in parts:
            if not sheets:
                continue
            above = self._entry(caption, sheets[0].name, "", None) if caption else None
            for sheet in sheets:
                chapter = self._entry(sheet.title, sheet.name, "", above)
                for level, words, spot in sheet.headings[1:]:
                    if level == 2:
                        self._entry(words, sheet.name, spot, chapter)

    def _entry(self, words: str, name: str, spot: str, parent):
        number, top = self.places.get((name, spot)) or self.places[name, ""]
        return self.writer.add_outline_item(
            title=words, page_number=number, parent=parent, fit=Fit.xyz(left=0, top=top), is_open=False
        )

    def bound(self, title: str, author: str, front: int) -> bytes:
        """The whole file. The first `front` pages have Roman numbers, the others begin with 1."""
        self.writer.set_page_label(0, front - 1, style="/r")
        self.writer.set_page_label(front, len(self) - 1, style="/D", start=1)
        self.writer.add_metadata({"/Title": title, "/Author": author})
        root = self.writer.root_object
        root[NameObject("/Lang")] = TextStringObject("en")
        root[NameObject("/ViewerPreferences")] = DictionaryObject(
            {NameObject("/DisplayDocTitle"): BooleanObject(True)}
        )
        self.writer.compress_identical_objects()
        file = io.BytesIO()
        self.writer.write(file)
        return file.getvalue()
