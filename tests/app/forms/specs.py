"""Every spec class that an experiment can be made of, found by walking the annotations."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any

from pydantic.fields import FieldInfo

from ganstudio.app.forms.editors import lists_of, spec_classes
from ganstudio.app.forms.form import WIDE
from ganstudio.app.forms.numerals import Range, step_float, step_int
from ganstudio.core.experiment import Experiment
from ganstudio.core.spec import Spec, hint_of


def all_classes(start: type[Spec] = Experiment) -> Iterator[type[Spec]]:
    """`start` and all that stand below it, each once."""
    seen: list[type[Spec]] = []
    waiting = [start]
    while waiting:
        here = waiting.pop()
        if here not in seen:
            seen.append(here)
            for field in here.model_fields.values():
                waiting.extend(spec_classes(field.annotation))
    return iter(seen)


def plain_fields(spec_class: type[Spec]) -> list[tuple[str, FieldInfo]]:
    """The fields that hold no other spec, without `kind`."""
    fields = spec_class.model_fields.items()
    return [(n, f) for n, f in fields if n != "kind" and not spec_classes(f.annotation)]


def typed_fields(spec_class: type[Spec]) -> list[tuple[str, FieldInfo]]:
    """The plain fields whose value is typed or chosen, not drawn or pressed together.

    Only pictures can be told a class, so at first nothing can be.
    """
    fields, others = plain_fields(spec_class), {*WIDE, (Experiment, "conditional")}
    return [(name, field) for name, field in fields if (spec_class, name) not in others]


def other_value(field: FieldInfo, value: Any) -> Any:
    """A valid value that differs from `value`."""
    limits, log = Range.of(field), hint_of(field).log
    if typing.get_origin(field.annotation) is typing.Literal:
        return next(v for v in typing.get_args(field.annotation) if v != value)
    if isinstance(value, tuple):
        return (*value, *_others(field, value))
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        more = step_int(value, 1, limits, log)
        return more if more != value else step_int(value, -1, limits, log)
    if isinstance(value, float):
        up = step_float(value, 1, limits, log, 1.0)
        return up if up != value else step_float(value, -1, limits, log, 1.0)
    return "auto" if value == "cpu" else "other words"


def _others(field: FieldInfo, value: tuple[Any, ...]) -> tuple[Any, ...]:
    """What can be added to a list."""
    if classes := spec_classes(field.annotation):
        there = {type(item) for item in value}
        return (next((each for each in classes if each not in there), classes[0])(),)
    if value and isinstance(value[0], tuple):
        return ((0.25, -0.5),)
    highest = max([*value, 1])
    return tuple((int if lists_of(field).whole else float)(highest + k) for k in (1, 2))
