"""Reading a reader's own points from a file, with errors that name the cell."""

import csv
import math
from pathlib import Path

import numpy as np


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def read_csv(path: Path) -> np.ndarray:
    """Read the points of a CSV file, float64 [n, columns]; a first row without any number is a heading.

    Errors: `ValueError` names the line and column of a cell that is missing or no finite number, or a ragged
    line.
    """
    with open(path, newline="", encoding="utf-8-sig") as file:
        lines = [
            (number, row)
            for number, row in enumerate(csv.reader(file), start=1)
            if any(c.strip() for c in row)
        ]
    if lines and not any(_is_number(cell) for cell in lines[0][1]):
        lines = lines[1:]  # a heading
    if not lines:
        raise ValueError(f"{path.name} holds no points; give one point a row, numbers separated by commas")
    width = len(lines[0][1])
    for number, row in lines:
        if len(row) != width:
            raise ValueError(
                f"{path.name}, line {number}: {len(row)} cells were found where line {lines[0][0]} has {width}"
            )
        for column, cell in enumerate(row, start=1):
            if not _is_number(cell):
                found = "an empty cell" if not cell.strip() else repr(cell)
                raise ValueError(
                    f"{path.name}, line {number}, column {column}: a finite number is needed, not {found}"
                )
    return np.array([[float(cell) for cell in row] for _, row in lines])
