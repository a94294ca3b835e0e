"""Long rows of Python, folded as a formatter would: numbers may have 17 digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ganstudio.export.script.text import INDENT, WIDTH

OPEN, CLOSED = "([{", ")]}"
VALUE = re.compile(r"(?P<head> *(?:return|\w+ =)) (?P<value>.*)")


def folded(code: str) -> str:
    """Code with no row longer than a script's, if brackets or sums allow it."""
    return "\n".join(part for row in code.split("\n") for part in _folded(row))


def _folded(row: str) -> list[str]:
    if len(row) <= WIDTH or row.lstrip().startswith("#"):
        return [row]
    ways = sorted((_at_value(row), _at_brackets(row)), key=_is_hard_to_read)
    return next((way for way in ways if way and max(map(len, way)) <= WIDTH), [row])


def _is_hard_to_read(way: list[str]) -> bool:
    """A lone value in brackets is, a sum in brackets is not."""
    return len(way) == 3 and way[0].endswith("= (")


def _at_brackets(row: str) -> list[str]:
    """What stands in the last brackets on rows of its own: all on one, or each item on one."""
    if row[-1] != ")":
        return []
    margin = row[: len(row) - len(row.lstrip())]
    start = _partner(row)
    inner, head, tail = row[start + 1 : -1], row[: start + 1], margin + row[-1]
    one = f"{margin}{INDENT}{inner}"
    if len(one) <= WIDTH:
        return [head, one, tail]
    return [head, *(f"{margin}{INDENT}{item}," for item in _parted(inner, ", ")), tail]


def _at_value(row: str) -> list[str]:
    """A value in brackets of its own, a summand on each row."""
    if not (found := VALUE.fullmatch(row)):
        return []
    margin = row[: len(row) - len(row.lstrip())]
    first, *others = _parted(found["value"], " + ")
    rows = [first, *(f"+ {other}" for other in others)]
    return [f"{found['head']} (", *(f"{margin}{INDENT}{one}" for one in rows), f"{margin})"]


def _partner(row: str) -> int:
    """Where the bracket opens that closes at the end."""
    depth = 0
    for at in range(len(row) - 1, -1, -1):
        depth += (row[at] in CLOSED) - (row[at] in OPEN)
        if not depth:
            return at
    raise ValueError(f"a bracket is closed that never opened: {row}")


def _parted(text: str, sign: str) -> Iterator[str]:
    """The pieces between the signs that stand in no brackets."""
    depth, start = 0, 0
    for at, letter in enumerate(text):
        depth += (letter in OPEN) - (letter in CLOSED)
        if not depth and text.startswith(sign, at):
            yield text[start:at]
            start = at + len(sign)
    yield text[start:]
