"""Tables of numbers that people bring along, one or two columns, as targets.

Values are separated by commas, semicolons or spaces; a first line of names is skipped, and so are
empty lines. Of more than 20,000 rows an even subset is kept, from the first to the last.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

from ganstudio.core.targets.distribution import (
    FEWEST_POINTS,
    FEWEST_SAMPLES,
    LARGEST,
    MOST_POINTS,
    MOST_SAMPLES,
)
from ganstudio.data.files import read_text
from ganstudio.errors import FileError

MAX_TABLE_BYTES = 5 * 2**20
LONGEST_NUMBER = 64
"""No number needs more characters, and the longer it is, the longer reading it takes."""

Row = tuple[float, ...]


def read_line(path: Path) -> tuple[float, ...]:
    """The numbers in a file with one column, for a target on the line.

    Raises:
        FileError: it can't be read, or a line in it is no number; the sentence names the line.
    """
    return tuple(x for (x,) in _read(path, 1, FEWEST_SAMPLES, MOST_SAMPLES))


def read_plane(path: Path) -> tuple[tuple[float, float], ...]:
    """The points in a file with two columns, for a target in the plane.

    Raises:
        FileError: it can't be read, or a line in it is no point; the sentence names the line.
    """
    return tuple((x, y) for x, y in _read(path, 2, FEWEST_POINTS, MOST_POINTS))


def _read(path: Path, columns: int, fewest: int, most: int) -> list[Row]:
    rows: list[Row] = []
    first = True
    for number, line in enumerate(read_text(path, MAX_TABLE_BYTES).splitlines(), start=1):
        cells = _cells(line)
        if not cells:
            continue
        if first and not any(_is_number(cell) for cell in cells):
            first = False
            continue
        first = False
        try:
            rows.append(_row(cells, columns))
        except ValueError as error:
            raise FileError(f"{path}, line {number}: {error}") from error
    if len(rows) < fewest:
        raise FileError(f"{path}: it has {len(rows)} rows of numbers; at least {fewest} are needed")
    if len(rows) <= most:
        return rows
    return [rows[i * len(rows) // most] for i in range(most)]


def _cells(line: str) -> list[str]:
    """What stands between the separators: semicolons, else commas, else spaces."""
    line = line.strip()
    if not line:
        return []
    separator = next((mark for mark in ";," if mark in line), None)
    return [cell.strip().strip('"').strip() for cell in line.split(separator)]


def _is_number(cell: str) -> bool:
    try:
        float(cell[:LONGEST_NUMBER])
    except ValueError:
        return False
    return True


def _row(cells: list[str], columns: int) -> Row:
    """The numbers in one line.

    Raises:
        ValueError: what is wrong with it, without the file and the line.
    """
    if len(cells) != columns:
        wanted = "one number" if columns == 1 else "two numbers, x and y"
        there = f"{len(cells)} column{'' if len(cells) == 1 else 's'}"
        raise ValueError(f"it has {there}; each line should have {wanted}")
    return tuple(_number(cell) for cell in cells)


def _number(cell: str) -> float:
    shown = repr(cell if len(cell) <= 20 else f"{cell[:17]}...")
    if re.fullmatch(r"[+-]?\d+,\d+", cell):
        raise ValueError(f"{shown} has a comma; write a point before the decimals")
    if len(cell) > LONGEST_NUMBER or not _is_number(cell):
        raise ValueError(f"{shown} is no number")
    value = float(cell)
    if not math.isfinite(value):
        raise ValueError(f"{shown} is not finite; leave such rows out")
    if abs(value) > LARGEST:
        raise ValueError(f"{shown} is beyond ±{LARGEST:,.0f}; use a larger unit")
    return value
