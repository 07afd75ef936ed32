"""Reading a reader's own points from a file, with errors that name the cell."""

import codecs
import csv
import io
import math
import re
from pathlib import Path

import numpy as np

MISSING = {"na", "n/a", "nan", "null", "none", "missing"}
BEGINS_A_NUMBER = re.compile(r"\s*[-+]?\.?\d")


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _is_word(cell: str) -> bool:
    """Whether a cell is text, and no number, nor what stands for a missing one, nor a number misspelt."""
    text = cell.strip()
    return (
        any(c.isalpha() for c in text)
        and _number(text) is None
        and text.lower() not in MISSING
        and not BEGINS_A_NUMBER.match(text)
    )


def _is_heading(row: list[str]) -> bool:
    named = [cell for cell in row if cell.strip()]
    return bool(named) and all(map(_is_word, named))


def _text(path: Path, encoding: str) -> str:
    """The file as text; a mark at its beginning (UTF-8, UTF-16) says more than `encoding`. Errors:
    `ValueError` names the file, the encoding and the first byte that is none of it."""
    content = path.read_bytes()
    for mark, marked in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            encoding = marked
    try:
        return content.decode(encoding)
    except LookupError:
        raise ValueError(
            f"encoding must be one that Python knows, such as 'cp1252', but {encoding!r} was given"
        ) from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"{path.name}, line {line}: byte 0x{content[error.start]:02x} is not text in the encoding "
            f"{encoding}. Save the file as UTF-8, or name its encoding: encoding='cp1252' is that of many "
            "programs on Windows"
        ) from None


def _rows(path: Path, text: str) -> list[tuple[int, list[str]]]:
    """The rows that aren't empty, each with the number of its first line. Errors: `ValueError` for a
    quote that is never closed, or not closed where the cell ends."""
    reader, rows, begin = csv.reader(io.StringIO(text, newline=""), strict=True), [], 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((begin, row))
            begin = reader.line_num + 1
    except csv.Error as error:
        raise ValueError(
            f"{path.name}, line {begin}: a quote is not closed, or stands in a wrong place ({error})"
        ) from None
    return rows


def read_csv(path: Path, encoding: str = "utf-8") -> tuple[np.ndarray, str]:
    """The points of a CSV file, float64 [n, columns], and the heading that was left out ("" if there was
    none).

    A first row is a heading if all its cells are words: "nan", "NA" or "1.2.3" is none. Errors:
    `ValueError` names the line and column of a cell that is missing or no finite number, a ragged line, a
    quote that is not closed, or an encoding that isn't the file's.
    """
    lines, heading = _rows(path, _text(path, encoding)), ""
    if lines and _is_heading(lines[0][1]):
        heading = ", ".join(cell.strip() for cell in lines[0][1])
        lines = lines[1:]
    if not lines:
        raise ValueError(f"{path.name} holds no points; give one point a row, numbers separated by commas")
    width = len(lines[0][1])
    for number, row in lines:
        if len(row) != width:
            raise ValueError(
                f"{path.name}, line {number}: {len(row)} cells were found "
                f"where line {lines[0][0]} has {width}"
            )
        for column, cell in enumerate(row, start=1):
            value = _number(cell)
            if value is None or not math.isfinite(value):
                found = "an empty cell" if not cell.strip() else repr(cell[:50])
                raise ValueError(
                    f"{path.name}, line {number}, column {column}: a finite number is needed, not {found}"
                )
    return np.array([[float(cell) for cell in row] for _, row in lines]), heading
