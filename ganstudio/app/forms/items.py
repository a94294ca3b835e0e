"""One item of a list on one line; what does not fit there opens below it."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from pydantic.fields import FieldInfo
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from ganstudio.app.forms.choices import KindEdit
from ganstudio.app.forms.editors import plain_editor, spec_classes
from ganstudio.app.forms.rows import GUIDE_INDENT, PENDING, chain_focus
from ganstudio.app.forms.words import label_of, plain_help, tooltip
from ganstudio.app.icons import icon
from ganstudio.core.spec import Spec, hint_of


class Columns(QWidget):
    """A number, the fields, a menu: columns that stand under each other in every row."""

    def __init__(self) -> None:
        super().__init__()
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(3)
        self.grid.setVerticalSpacing(2)
        self._ends: list[QWidget] = []
        self._number_width = 1.5
        """In heights of the text."""

    def fill(
        self, number: QWidget, fields: list[QWidget], stretches: list[int], menu: QWidget
    ) -> None:
        """Put the first line in."""
        self._ends = [number, menu]
        if max(stretches) > min(stretches):
            self._number_width = 2.4  # a choice of kind has details, and so an arrow
        for column, widget in enumerate((number, *fields, menu)):
            self.grid.addWidget(widget, 0, column)
        for column, stretch in enumerate(stretches, start=1):
            self.grid.setColumnStretch(column, stretch)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Another text size needs other widths."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._ends:
            self._fit()

    def _fit(self) -> None:
        height = self.fontMetrics().height()
        self._ends[0].setFixedWidth(round(self._number_width * height))
        self._ends[1].setFixedWidth(round(1.7 * height))


class Captions(Columns):
    """The names of the columns."""

    def __init__(self, item_class: type[Spec]) -> None:
        super().__init__()
        fields = item_class.model_fields
        captions: list[QWidget] = []
        for name, field in fields.items():
            caption = QLabel(label_of(name, hint_of(field)))
            caption.setProperty("role", "small")
            captions.append(caption)
        self.fill(QWidget(), captions, stretches(item_class), QWidget())


class ItemRow(Columns):
    """One item.

    Args:
        path: of the item, such as `"generator.layers.0"`.
        index: its place in the list, from 0.
        item: its value.
    """

    edited = Signal(str, object)
    refused = Signal(str)

    def __init__(self, path: str, index: int, item: Spec) -> None:
        super().__init__()
        self._path, self._index = path, index
        self._item = item
        self._pending: Set[str] = frozenset()
        self._details: dict[str, Any] = {}
        self._editors: dict[str, Any] = {}
        self.number = self._number_button(index)
        self.menu = QMenu(self)
        self.menu_button = self._menu_button(index)
        for name, field in type(item).model_fields.items():
            self._editors[name] = self._editor(name, field, getattr(item, name))
        editors = list(self._editors.values())
        self.fill(self.number, editors, stretches(type(item)), self.menu_button)
        self.setValue(item)

    def setValue(self, item: Spec) -> None:
        """Show another item of the same class."""
        self._item = item
        for name, editor in self._editors.items():
            value = getattr(item, name)
            if isinstance(value, Spec):
                editor.setValue(value.kind)  # type: ignore[attr-defined]
                self._show_detail(name, value)
            else:
                editor.setValue(value)
        self._show_number()

    def set_pending(self, paths: Set[str]) -> None:
        """Mark the item if one of its fields waits for a restart."""
        self._pending = paths
        for guide in self._details.values():
            guide.form.set_pending(paths)
        self._show_number()

    def _number_button(self, index: int) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "row")
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAccessibleName(f"More of item {index + 1}")
        button.toggled.connect(self._open)
        return button

    def _menu_button(self, index: int) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "row")
        button.setIcon(icon("more"))
        button.setMenu(self.menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolTip("Move, duplicate, remove")
        button.setAccessibleName(f"Move, duplicate or remove item {index + 1}")
        # QToolButton takes focus by Tab only if told so.
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.number.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _editor(self, name: str, field: FieldInfo, value: Any) -> QWidget:
        hint = hint_of(field)
        path, help_text = f"{self._path}.{name}", plain_help(field, hint)
        if isinstance(value, Spec):
            path += ".kind"
            editor: Any = KindEdit(spec_classes(field.annotation))
        else:
            editor = plain_editor(field)
            editor.setProperty("compact", True)
        editor.valueChanged.connect(lambda value: self.edited.emit(path, value))
        if hasattr(editor, "refused"):
            editor.refused.connect(self.refused)
        editor.setObjectName(path)
        editor.setToolTip(tooltip(help_text))
        editor.setAccessibleName(f"{label_of(name, hint)} {self._index + 1}")
        editor.setAccessibleDescription(help_text)
        editor.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return editor  # type: ignore[no-any-return]

    def _show_detail(self, name: str, value: Spec) -> None:
        """Below the line, what belongs to the chosen kind (the slope of a leaky ReLU)."""
        # An item has forms, and a form has lists of items.
        from ganstudio.app.forms.form import Guide, SpecForm

        old = self._details.get(name)
        if old is not None and type(old.form.value()) is type(value):
            old.form.setValue(value)
            return
        if old is not None:
            self.grid.removeWidget(old)
            old.hide()
            old.deleteLater()
            del self._details[name]
        if set(type(value).model_fields) == {"kind"}:
            return
        form = SpecForm(value, f"{self._path}.{name}.", indent=GUIDE_INDENT)
        form.edited.connect(self.edited)
        form.set_pending(self._pending)
        guide = self._details[name] = Guide(form)
        self.grid.addWidget(guide, 1 + len(self._details), 0, 1, self.grid.columnCount())
        guide.setVisible(self.number.isChecked())
        chain_focus(self.menu_button, guide)

    def _show_number(self) -> None:
        waits = any(path.startswith(f"{self._path}.") for path in self._pending)
        openable = bool(self._details)
        self.number.setText(f"{self._index + 1}{PENDING if waits else ''}")
        self.number.setEnabled(openable)
        arrow = "chevron-down" if self.number.isChecked() else "chevron-right"
        self.number.setIcon(icon(arrow) if openable else QIcon())

    def _open(self, shown: bool) -> None:
        for guide in self._details.values():
            guide.setVisible(shown)
        self._show_number()


def stretches(item_class: type[Spec]) -> list[int]:
    """How the columns share the width: a choice in words needs more than a number."""
    numbers = (int, float)
    return [2 if f.annotation in numbers else 3 for f in item_class.model_fields.values()]
