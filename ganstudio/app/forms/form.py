"""A form for any spec, made from its fields: a new loss or target needs no line here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from typing import Any

from pydantic.fields import FieldInfo
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ganstudio.app.forms.choices import KindEdit
from ganstudio.app.forms.drawings import DRAWINGS
from ganstudio.app.forms.editors import plain_editor, spec_classes
from ganstudio.app.forms.kinds import KindsEdit
from ganstudio.app.forms.more import MoreButton
from ganstudio.app.forms.pictures import OF_PICTURES
from ganstudio.app.forms.refusal import keep_clear
from ganstudio.app.forms.rows import (
    GUIDE_INDENT,
    ROW_GAP,
    FieldRow,
    Onlooker,
    Part,
    chain_focus,
    words_label,
)
from ganstudio.app.forms.sentences import fields_in, sentence_of
from ganstudio.app.forms.sequence import SequenceEdit
from ganstudio.app.forms.variation import VariationEdit
from ganstudio.app.forms.words import kind_of, label_of, plain_help
from ganstudio.core.remedies import Variation
from ganstudio.core.spec import Spec, hint_of
from ganstudio.errors import SpecError

WIDE: dict[tuple[type[Spec], str], Callable[[], QWidget]] = {**DRAWINGS, **OF_PICTURES}
"""Editors that need the whole width, by the field that they edit."""
Choices = Mapping[str, Sequence[str]]
"""Paths of text fields whose value is picked from a list, each with that list."""


class SpecForm(QWidget):
    """Rows for the fields of a spec, in their order; advanced ones behind "More".

    Where all are advanced, none is hidden.

    Args:
        spec: the value to show first; a class stands for its defaults.
        prefix: what comes before a field's name in a path, such as `"optimizer_d."`.
        names: the fields to show; all of them if not given.
        choices: which text fields are picked from a list.
        indent: how far it stands in, so that its editors align with those around it.
    """

    edited = Signal(str, object)
    """Full dotted path, new value: for `Experiment.replace(**{path: value})`."""
    valueChanged = Signal(object)
    """The whole spec, after an edit."""

    def __init__(
        self,
        spec: Spec | type[Spec],
        prefix: str = "",
        *,
        names: Collection[str] | None = None,
        choices: Choices | None = None,
        indent: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._value = spec() if isinstance(spec, type) else spec
        self._prefix = prefix
        self._parts: dict[str, Part] = {}
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(ROW_GAP)
        self._more: MoreButton | None = None
        fields = shown_fields(type(self._value), names)
        some_plain = not all(hint_of(field).advanced for _, field in fields)
        for name, field in fields:
            part = make_part(f"{prefix}{name}", name, field, self._value, choices or {}, indent)
            part.edited.connect(self._edit)
            self._parts[name] = part
            self._place(part, some_plain and hint_of(field).advanced)
        self._onlookers = [p for p in self._parts.values() if isinstance(p, Onlooker)]
        self._show_owner()

    def value(self) -> Any:
        """The spec as it is shown."""
        return self._value

    def setValue(self, spec: Spec) -> None:
        """Show another spec of the same class: in place, without a signal or a new focus."""
        self._value = spec
        for name, part in self._parts.items():
            part.setValue(getattr(spec, name))
        self._show_owner()

    def set_pending(self, paths: Set[str]) -> None:
        """Mark the fields that wait for a restart, and no others."""
        for part in self._parts.values():
            part.set_pending(paths)

    def set_idle(self, paths: Set[str]) -> None:
        """Grey the fields that mean nothing now, and no others."""
        for part in self._parts.values():
            part.set_idle(paths)

    def set_problem(self, path: str, sentence: str) -> bool:
        """Show a refusal at its field (after `setValue`, which ends older ones)."""
        for name, part in self._parts.items():
            if part.set_problem(path, sentence):
                if self._more is not None and self._more.holds(self._parts[name]):
                    self._more.setChecked(True)
                return True
        return False

    def clear_problems(self) -> None:
        """Forget all refusals."""
        for part in self._parts.values():
            part.clear_problems()

    def part(self, name: str) -> Any:
        """The piece of the form that holds a field of this spec."""
        return self._parts[name]

    def _place(self, part: QWidget, advanced: bool) -> None:
        if not advanced:
            self._rows.addWidget(part)
            return
        if self._more is None:
            self._more = MoreButton(self)
            self._rows.addWidget(self._more)
            self._rows.addWidget(self._more.body)
        self._more.add(part)

    def _show_owner(self) -> None:
        for part in self._onlookers:
            part.show_owner(self._value)

    def _edit(self, path: str, value: Any) -> None:
        try:
            changed = self._changed(path, value)
        except SpecError as error:
            self.setValue(self._value)
            at = path.removeprefix(self._prefix)
            self.set_problem(path, sentence_of(error, self._value, at))
            keep_clear(self, [f"{self._prefix}{other}" for other in fields_in(error, self._value)])
            return
        self.clear_problems()
        self.setValue(changed)
        self.edited.emit(path, value)
        self.valueChanged.emit(changed)

    def _changed(self, path: str, value: Any) -> Any:
        """The spec after an edit of one of its fields, or of all at once."""
        if path == self._prefix.rstrip("."):
            return value
        return self._value.replace(**{path[len(self._prefix) :]: value})


class Guide(QFrame):
    """A thin line on the left of what belongs to the row above."""

    def __init__(self, form: SpecForm) -> None:
        super().__init__()
        self.setProperty("role", "guide")
        self.form = form
        rows = QVBoxLayout(self)
        rows.setContentsMargins(GUIDE_INDENT - 2, 2, 0, 2)
        rows.addWidget(form)


class KindGroup(QWidget):
    """A choice between classes, and below it the fields of the chosen one."""

    edited = Signal(str, object)

    def __init__(self, row: FieldRow, path: str, choices: Choices, indent: int) -> None:
        super().__init__()
        self._path, self._choices, self._indent = path, choices, indent
        self._class: type[Spec] | None = None
        self._guide: Guide | None = None
        self._pending: Set[str] = frozenset()
        self._idle: Set[str] = frozenset()
        self.row = row
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(ROW_GAP)
        self._rows.addWidget(row)
        row.edited.connect(self.edited)

    def setValue(self, value: Spec) -> None:
        """In place while the kind is the same."""
        self.row.setValue(kind_of(type(value)))
        if type(value) is not self._class:
            self._class = type(value)
            self._rebuild(value)
        elif self._guide is not None:
            self._guide.form.setValue(value)

    def set_pending(self, paths: Set[str]) -> None:
        """The choice itself, or fields below it."""
        self._pending = paths
        self.row.set_pending(paths)
        if self._guide is not None:
            self._guide.form.set_pending(paths)

    def set_idle(self, paths: Set[str]) -> None:
        """The choice itself, or fields below it."""
        self._idle = paths
        self.row.set_idle(paths)
        if self._guide is not None:
            self._guide.form.set_idle(paths)

    def set_problem(self, path: str, sentence: str) -> bool:
        """At the choice or at a field below it."""
        if self.row.set_problem(path, sentence):
            return True
        return self._guide is not None and self._guide.form.set_problem(path, sentence)

    def clear_problems(self) -> None:
        """Here and below."""
        self.row.clear_problems()
        if self._guide is not None:
            self._guide.form.clear_problems()

    def _rebuild(self, value: Spec) -> None:
        if self._guide is not None:
            self._rows.removeWidget(self._guide)
            self._guide.hide()
            self._guide.deleteLater()
            self._guide = None
        if not shown_fields(type(value), None):
            return
        form = SpecForm(
            value, f"{self._path}.", choices=self._choices, indent=self._indent + GUIDE_INDENT
        )
        form.edited.connect(self.edited)
        form.set_pending(self._pending)
        form.set_idle(self._idle)
        self._guide = Guide(form)
        self._rows.addWidget(self._guide)
        chain_focus(self.row.editor, self._guide)


class SpecGroup(QWidget):
    """A spec inside another: its name, and below it its fields."""

    edited = Signal(str, object)

    def __init__(self, form: SpecForm, label: str) -> None:
        super().__init__()
        self._form = form
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 4, 0, 4)
        rows.setSpacing(ROW_GAP)
        rows.addWidget(words_label(label, "muted"))
        rows.addWidget(Guide(form))
        form.edited.connect(self.edited)
        self.setValue = form.setValue
        self.set_pending = form.set_pending
        self.set_idle = form.set_idle
        self.set_problem = form.set_problem
        self.clear_problems = form.clear_problems


def make_part(
    path: str, name: str, field: FieldInfo, owner: Spec, choices: Choices, indent: int
) -> Any:
    """The piece of a form that edits one field of `owner`: a `Part`."""
    hint, annotation, value = hint_of(field), field.annotation, getattr(owner, name)
    label = label_of(name, hint)
    classes = spec_classes(annotation)
    if annotation is Variation:
        part: Any = VariationEdit(path, label)
    elif isinstance(value, tuple) and classes:
        list_edit = KindsEdit if len(classes) > 1 else SequenceEdit
        part = list_edit(path, label, field)
    elif len(classes) > 1:
        editor = KindEdit(classes)
        help_text = plain_help(field, hint)
        row = FieldRow(f"{path}.kind", label, editor, help_text, holder=path, indent=indent)
        part = KindGroup(row, path, choices, indent)
    elif classes:
        form = SpecForm(value, f"{path}.", choices=choices, indent=indent + GUIDE_INDENT)
        return SpecGroup(form, label)
    else:
        own = WIDE.get((type(owner), name))
        value_editor = own() if own else plain_editor(field, choices.get(path))
        wide = own is not None
        part = FieldRow(
            path, label, value_editor, plain_help(field, hint), indent=indent, wide=wide
        )
    part.setValue(value)
    return part


def shown_fields(
    spec_class: type[Spec], names: Collection[str] | None
) -> list[tuple[str, FieldInfo]]:
    """The fields to show, advanced ones last; the kind is chosen a level above."""
    fields = spec_class.model_fields
    shown = [(n, fields[n]) for n in (fields if names is None else names) if n != "kind"]
    return sorted(shown, key=lambda item: hint_of(item[1]).advanced)
