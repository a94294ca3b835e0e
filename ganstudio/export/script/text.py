"""Pieces of Python text, which a script is put together from."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from string import Template
from typing import Any

WIDTH = 100
"""No line of a script is longer."""
INDENT = "    "
ALONE = re.compile(r"(?P<margin> *)\$(?P<name>\w+)")


def block(text: str, **values: object) -> str:
    """A piece of a script: `text` without its margin, each `$name` replaced by its value.

    A `$name` alone on its line stands for any number of lines, all moved to where it stands;
    for none at all if its value is empty.

    Raises:
        KeyError: a name has no value.
    """
    rows = []
    for row in textwrap.dedent(text).strip("\n").split("\n"):
        if alone := ALONE.fullmatch(row):
            rows.append(textwrap.indent(str(values[alone["name"]]), alone["margin"]))
            if not rows[-1]:
                rows.pop()
        else:
            rows.append(Template(row).substitute(values))
    return "\n".join(rows)


def lines(*blocks: str) -> str:
    """Blocks one below the other; the empty ones leave no trace."""
    return "\n".join(filter(None, blocks))


def stacked(blocks: Iterable[str]) -> str:
    """Blocks of a module's top level, as far apart as PEP 8 wants them; each stands once."""
    text = ""
    before = ""
    for one in dict.fromkeys(filter(None, blocks)):
        apart = 2 if _is_definition(before) or _is_definition(one) else 1
        text += "\n" * (apart + 1) + one if text else one
        before = one
    return text


def comment(text: str) -> str:
    """A paragraph as a comment of the script, whatever the text is."""
    return _folded(harmless(text), "# ")


def harmless(text: str) -> str:
    """On one line, and only what can be seen: a title must not become a statement."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def array(name: str, rows: Iterable[Any]) -> str:
    """`name = np.array([...])` of numbers, or of rows of them, folded to a script's width."""
    items = [_literal(row) for row in rows]
    short = f"{name} = np.array([{', '.join(items)}])"
    if len(short) <= WIDTH:
        return short
    # Folding must not part the numbers of one row.
    words = " ".join(item.replace(" ", "\0") + "," for item in items)
    folded = _folded(words, INDENT * 2).replace("\0", " ")
    return f"{name} = np.array(\n{INDENT}[\n{folded}\n{INDENT}]\n)"


def _literal(row: Any) -> str:
    if isinstance(row, Iterable):
        return f"[{', '.join(map(_literal, row))}]"
    return repr(float(row))


def _folded(text: str, margin: str) -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False
    )


def _is_definition(text: str) -> bool:
    return text.startswith(("def ", "class ", "@"))
