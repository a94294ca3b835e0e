"""Which editor a field gets: read off its annotation."""

from __future__ import annotations

import types
import typing
from collections.abc import Sequence
from typing import Any, Literal

from pydantic.fields import FieldInfo
from PySide6.QtWidgets import QWidget

from ganstudio.app.forms.choices import ChoiceEdit, Switch, TextEdit
from ganstudio.app.forms.number_lists import Lists, NumbersEdit
from ganstudio.app.forms.numbers import FloatEdit, IntEdit
from ganstudio.app.forms.numerals import Range
from ganstudio.core.spec import Spec, hint_of


def plain_editor(field: FieldInfo, choices: Sequence[str] | None = None) -> QWidget:
    """The editor of a field that holds no other spec.

    Raises:
        TypeError: no editor is known for such a value.
    """
    hint, annotation = hint_of(field), field.annotation
    if typing.get_origin(annotation) is Literal:
        return ChoiceEdit(typing.get_args(annotation))
    if choices is not None:
        return ChoiceEdit(choices, verbatim=True)
    if annotation is bool:
        return Switch()
    if annotation is str:
        return TextEdit(limit_of(field, "max_length"))
    if typing.get_origin(annotation) is tuple:
        return NumbersEdit(lists_of(field))
    if annotation is int:
        return IntEdit(Range.of(field), unit=hint.unit, zero=hint.zero, log=hint.log)
    if annotation is float:
        scale = abs(field.default) if isinstance(field.default, float) else 1.0
        return FloatEdit(Range.of(field), unit=hint.unit, log=hint.log, scale=scale or 1.0)
    raise TypeError(f"no editor for {annotation}")


def lists_of(field: FieldInfo) -> Lists:
    """What a field takes whose annotation is `tuple[Annotated[float, Ge(0)], ...]`."""
    each, *_ = typing.get_args(field.annotation)
    number, *metadata = typing.get_args(each) or (each,)
    bounds = [bound for item in metadata for bound in (item, *getattr(item, "metadata", ()))]
    return Lists(
        Range.in_metadata(bounds),
        number is int,
        limit_of(field, "min_length") or 0,
        limit_of(field, "max_length"),
    )


def spec_classes(annotation: Any) -> list[type[Spec]]:
    """The spec classes in an annotation: of a union, of a tuple, or the one that it is."""
    if isinstance(annotation, type) and issubclass(annotation, Spec):
        return [annotation]
    if typing.get_origin(annotation) in (typing.Union, types.UnionType, tuple, typing.Annotated):
        return [each for part in typing.get_args(annotation) for each in spec_classes(part)]
    return []


def limit_of(field: FieldInfo, name: str) -> int | None:
    """A field's `min_length` or `max_length`, if it has one."""
    found = (getattr(item, name, None) for item in field.metadata)
    return next((limit for limit in found if limit is not None), None)
