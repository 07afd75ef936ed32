"""What a slide shows of code cells: programs, pictures, stages, tables and claims, with their heights."""

import base64
import math
import re
import struct
from dataclasses import dataclass, field
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from gan_teach.claims import LINE, UNASKED

PICTURE = (1160, 400)  # leaves room for a sentence; the style lets it grow into what is free
STAGE, LIVE = 468, 520  # a stage leaves room for two lines, for it fills what is left
BEGIN, MAP = '<div class="gan-stage"', 'class="gs-map"'  # a map's table needs its height
MOST_ROWS = 22  # of a table
CODE = HtmlFormatter(nowrap=False, cssclass="code", style="default")


@dataclass
class Item:
    """What stands on a slide. kind says what it is for; height in pixels; fragment: comes with a click;
    in_talk: part of the 45 minutes; notes: what the speaker says of it, as HTML; of: the titles of the
    sections that a point of the summary sums up."""

    kind: str
    html: str
    height: float
    fragment: bool = False
    in_talk: bool = False
    notes: list[str] = field(default_factory=list)
    of: tuple[str, ...] = ()


def program(source: str) -> Item:
    """A program in colours."""
    lines = source.count("\n") + 1
    return Item("code", highlight(source, PythonLexer(), CODE), 25 * lines + 30)


def size_of(png: str) -> tuple[int, int]:
    """Width and height of a PNG in base64."""
    return struct.unpack(">II", base64.b64decode(png[:64])[16:24])


def picture(data: str, alt: str) -> Item:
    """A picture, as large as there is room."""
    width, height = size_of(data)
    scale = min(PICTURE[0] / width, PICTURE[1] / height)
    html = (
        f'<img class="picture" alt="{escape(alt)}" width="{width * scale:.0f}" height="{height * scale:.0f}" '
        f'src="data:image/png;base64,{data.replace(chr(10), "")}">'
    )
    notes = [f"<p>In the picture: {escape(alt)}</p>"] if alt else []
    return Item("picture", html, height * scale + 20, notes=notes)


def before_a_class(html: str) -> str:
    """A stage for a slide: it opens at the first step, so that it tells no answer before it is run, and plays
    half as fast as on the page, so that one can speak meanwhile."""
    begin = re.match(rf"{BEGIN}[^>]*>", html)
    if not begin:
        return html
    tag = re.sub(r'data-start="\d+"', 'data-start="0"', begin[0])
    tag = re.sub(r'data-speed="([\d.]+)"', lambda m: f'data-speed="{max(float(m[1]) / 2, 0.25):g}"', tag)
    return tag + html[begin.end() :]


def shown_by(cell, check: bool) -> list[Item]:
    """What a cell gave when it ran: claims and tables, pictures, stages."""
    alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
    found, said = [], ""
    for output in cell.outputs:
        data = output.get("data", {})
        if "text/html" in data:
            html = before_a_class("".join(data["text/html"]))
            height = STAGE if html.startswith(BEGIN) and MAP not in html else LIVE
            found.append(Item("live", f'<div class="live">{html}</div>', height))
        elif "image/png" in data:
            found.append(picture("".join(data["image/png"]), alt))
        elif output.output_type == "stream" and output.name == "stdout":
            said += output.text
    return found + printed(said if check or "\r" not in said else "")


def printed(said: str) -> list[Item]:
    """Tables and claims among what was printed."""
    rest, found = LINE.sub("", said).strip("\n"), []
    for part in filter(str.strip, re.split(r"\n\s*\n", rest)):
        head, *rows = part.splitlines()
        for begin in range(0, max(len(rows), 1), MOST_ROWS):
            lines = [head, *rows[begin : begin + MOST_ROWS]]
            found.append(Item("table", f"<pre>{escape(chr(10).join(lines))}</pre>", 22 * len(lines) + 20))
    claims = [claim(match) for match in LINE.finditer(said)]
    for begin in range(0, len(claims), 6):
        some = claims[begin : begin + 6]
        html = "".join(html for html, _ in some)
        found.append(Item("claims", f'<ul class="claims">{html}</ul>', sum(h for _, h in some) + 24))
    return found


def claim(match) -> tuple[str, float]:
    """A line of a check: verdict, sentence and value, and its height. The bound is for those who check."""
    asked = not match["value"].startswith(UNASKED)
    verdict = match["verdict"] if asked else "\N{EN DASH}"
    value = (match["about"] or "") * asked + match["value"]
    words = f"{match['sentence']}: {value}"
    html = (
        f'<li><b class="verdict">{escape(verdict)}</b> {escape(match["sentence"])}: '
        f"<b>{escape(value)}</b></li>"
    )
    return html, 30.0 * math.ceil(len(words) / 102)
