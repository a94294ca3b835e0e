"""Why something does not count, in the form's own words instead of dotted paths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ganstudio.app.forms.editors import spec_classes
from ganstudio.app.forms.words import in_a_sentence, kind_of, label_of
from ganstudio.core.spec import Spec, hint_of

_WORD = re.compile(r"\b[a-z][a-z0-9]*(?:[._][a-z0-9]+)*\b")


def sentence_of(error: object, spec: Spec, at: str) -> str:
    """What an error says, to be shown beside a field: without that field's own path.

    Args:
        error: its text may begin with a path and a colon, and name other fields by their paths.
        spec: the one whose edit was refused, as it still is.
        at: path of the field.
    """
    holder, text = _split(str(error))
    name = named(spec, holder) if holder else ""
    if name and text.startswith("there is no "):
        # A form has no misspelt fields: only what a sweep differs in can be taken away.
        text = f"“{name}” is what differs between the seeds, and this takes it away"
    elif name and not _is_about(holder, at):
        text = f"“{name}”: {text}"
    text = _WORD.sub(lambda found: _said(spec, holder, found[0]), text)
    return text[:1].upper() + text[1:]


def fields_in(error: object, spec: Spec) -> list[str]:
    """The paths of the fields that an error is about."""
    holder, text = _split(str(error))
    found = (_path(spec, holder, word[0]) for word in _WORD.finditer(text))
    return [path for path in (holder, *found) if path]


def named(spec: Spec, path: str) -> str:
    """What a form calls the field at a path: "Packing", "Penalties on D: gradient penalty".

    With the names above it where several fields have the same one; empty if there is no such
    field. It may be about to come, with an item that is not there yet or with another kind.
    """
    labels: list[str] = []
    here: Any = spec
    classes: list[type[Spec]] = [type(spec)]
    for part in path.split("."):
        if part.isdecimal():
            items = here if isinstance(here, tuple) else ()
            here = items[int(part)] if int(part) < len(items) else None
            if labels and len(classes) == 1:
                labels[-1] += f" {int(part) + 1}"
            elif labels and here is not None:
                labels[-1] += f": {in_a_sentence(kind_of(type(here)))}"
            continue
        field = next((c.model_fields[part] for c in classes if part in c.model_fields), None)
        if field is None:
            return ""
        labels.append(label_of(part, hint_of(field)))
        here, classes = getattr(here, part, None), spec_classes(field.annotation)
    alone = list(_labels(spec)).count(labels[-1]) <= 1
    return labels[-1] if alone else ", ".join(labels)


def _split(text: str) -> tuple[str, str]:
    """The path that a sentence begins with, and the rest of it."""
    holder = ""
    while True:
        path, colon, rest = text.partition(": ")
        if not colon or " " in path:
            return holder, text
        # What is wrong with a sweep is said with the path of what differs.
        holder = path if path.startswith(holder) or holder == "vary" else f"{holder}.{path}"
        text = rest


def _is_about(holder: str, at: str) -> bool:
    return f"{at}.".startswith(f"{holder}.") or holder.startswith(f"{at}.")


def _path(spec: Spec, holder: str, word: str) -> str:
    """Which field is meant, if one is: of the spec, or of what the sentence is about."""
    if "." not in word and "_" not in word:
        # "The loss" is a word like others.
        return ""
    return next((path for path in (f"{holder}.{word}", word) if named(spec, path)), "")


def _said(spec: Spec, holder: str, word: str) -> str:
    path = _path(spec, holder, word)
    if path:
        return f"“{named(spec, path)}”"
    return word if "." in word else in_a_sentence(word)


def _labels(spec: Spec) -> Iterator[str]:
    """The names of all fields, as often as each is there."""
    for name, field in type(spec).model_fields.items():
        yield label_of(name, hint_of(field))
        value = getattr(spec, name)
        for inner in value if isinstance(value, tuple) else (value,):
            if isinstance(inner, Spec):
                yield from _labels(inner)
