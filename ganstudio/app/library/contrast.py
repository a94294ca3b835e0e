"""In what experiments differ, as a short list. No Qt here."""

from __future__ import annotations

import html
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


@dataclass(frozen=True)
class Contrast:
    """One setting that is not the same in all of the experiments."""

    name: str
    values: tuple[str, ...]
    """One for each experiment."""


def contrasts(experiments: Sequence[Experiment]) -> list[Contrast]:
    """What several experiments differ in, in the order of the form."""
    first, *others = experiments
    found = {path: None for other in others for path in changes(first, other)}
    paths = [path for path in found if path not in NO_DIFFERENCE]
    # Where one has another kind, or other layers, its settings can't be told one by one.
    kept = [p for p in paths if not any(p.startswith(f"{above}.") for above in paths)]
    made = [
        Contrast(path_words(first, path), tuple(value_words(e.at(path)) for e in experiments))
        for path in kept
    ]
    sizes = tuple(f"{e.replicas:,}" for e in experiments)
    return [*made, *([Contrast("Seeds", sizes)] if len(set(sizes)) > 1 else [])]


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


def as_table(found: Sequence[Contrast], heads: Sequence[str]) -> str:
    """Several experiments beside each other, for a label."""
    head = "".join(f"<th align='left'>{html.escape(text)}</th>" for text in ("", *heads))
    rows = "".join(
        f"<tr><td>{html.escape(one.name)}</td>"
        + "".join(f"<td>{html.escape(value)}</td>" for value in one.values)
        + "</tr>"
        for one in found
    )
    return f"<table cellpadding='3'><tr>{head}</tr>{rows}</table>"
