"""In what experiments differ, as a short list. No Qt here."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ganstudio.app.fleet.comparing import NO_DIFFERENCE
from ganstudio.app.forms.words import path_words, readable
from ganstudio.core.experiment import Experiment
from ganstudio.core.spec import Spec, changes

LETTERS = "ABCD"
"""What runs that are compared are called."""
MISSING = "–"
SAME = "The same experiment: what differs between them is chance, or nothing."


@dataclass(frozen=True)
class Contrast:
    """One setting that is not the same in all of the experiments."""

    name: str
    values: tuple[str, ...]
    """One for each experiment."""

    @property
    def grouped(self) -> list[str]:
        """Each value once, with the runs that have it: "A, C: 1", "B: 2"."""
        found: dict[str, list[str]] = {}
        for letter, value in zip(LETTERS, self.values, strict=False):
            found.setdefault(value, []).append(letter)
        return [f"{', '.join(letters)}: {value}" for value, letters in found.items()]


def contrasts(experiments: Sequence[Experiment]) -> list[Contrast]:
    """What several experiments differ in, in the order of the form."""
    first, *others = experiments
    found = {path: None for other in others for path in changes(first, other)}
    paths = [path for path in found if path not in NO_DIFFERENCE]
    # Where one has another kind, or other layers, its settings can't be told one by one.
    kept = _together([p for p in paths if not any(p.startswith(f"{above}.") for above in paths)])
    made = [
        Contrast(path_words(first, path), tuple(value_words(e.at(path)) for e in experiments))
        for path in kept
    ]
    sizes = tuple(f"{e.replicas:,}" for e in experiments)
    return [*made, *([Contrast("Seeds", sizes)] if len(set(sizes)) > 1 else [])]


def _together(paths: Sequence[str]) -> list[str]:
    """Where several things differ in a list, such as the layers, it is told as a whole."""
    lists = [_list_of(path) for path in paths]
    often = Counter(filter(None, lists))
    whole = [
        above if above is not None and often[above] > 1 else path
        for path, above in zip(paths, lists, strict=True)
    ]
    return list(dict.fromkeys(whole))


def _list_of(path: str) -> str | None:
    """The path of the list that this one goes through: "generator.layers" of its second's width."""
    parts = path.split(".")
    numbers = [place for place, part in enumerate(parts) if part.isdecimal()]
    return ".".join(parts[: numbers[0]]) if numbers else None


def value_words(value: Any) -> str:
    """A setting for people: "Adam", "2 × 32 leaky ReLU", "0.001", "yes"."""
    if isinstance(value, Spec):
        kind = readable(str(getattr(value, "kind", "changed")).replace(" ", "_"))
        width, activation = getattr(value, "width", None), getattr(value, "activation", None)
        if width is None or activation is None:
            return kind
        name = value_words(activation)
        # Only names such as ReLU keep their capitals behind a number.
        return f"{width} {name if name[1:].lower() != name[1:] else name.lower()}"
    if isinstance(value, tuple):
        words = list(map(value_words, value))
        if len(words) > 1 and len(set(words)) == 1:
            return f"{len(words)} × {words[0]}"
        return ", ".join(words) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return MISSING if value is None else str(value) or MISSING


def as_list(found: Sequence[Contrast]) -> str:
    """From one experiment to another, for a label: "Learning rate: 0.001 → 0.002"."""
    items = "".join(
        f"<li>{html.escape(one.name)}: {html.escape(' → '.join(one.values))}</li>" for one in found
    )
    return f"<ul style='margin: 0; -qt-list-indent: 0'>{items}</ul>"


def as_lines(found: Sequence[Contrast]) -> str:
    """Several experiments in a narrow label, which breaks the lines: nothing is cut off."""
    return "".join(
        f"<p style='margin: 0 0 5px 0'>{html.escape(one.name)}<br><b>{_values(one)}</b></p>"
        for one in found
    )


def in_short(found: Sequence[Contrast]) -> str:
    """What differs, in some lines of a label that is wide."""
    if not found:
        return SAME
    said = [f"{html.escape(one.name)}&nbsp; <b>{_values(one)}</b>" for one in found]
    return f"What differs: {'&nbsp;&nbsp;·&nbsp; '.join(said)}"


def _values(one: Contrast) -> str:
    # The letters stay together, and beside the value.
    parted = (words.partition(": ") for words in one.grouped)
    return "; ".join(
        letters.replace(" ", "&nbsp;") + ":&nbsp;" + html.escape(value)
        for letters, _colon, value in parted
    )


def as_table(found: Sequence[Contrast], heads: Sequence[str]) -> str:
    """Several experiments beside each other, for a label that is wide enough."""
    head = "".join(f"<th align='left'>{html.escape(text)}</th>" for text in ("", *heads))
    rows = "".join(
        f"<tr><td>{html.escape(one.name)}</td>"
        + "".join(f"<td>{html.escape(value)}</td>" for value in one.values)
        + "</tr>"
        for one in found
    )
    return f"<table cellpadding='3'><tr>{head}</tr>{rows}</table>"
