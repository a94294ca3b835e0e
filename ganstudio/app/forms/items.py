"""One item of a list on one line; what does not fit there opens below it."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from pydantic.fields import FieldInfo
from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QIcon, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

from ganstudio.app.forms.choices import KindEdit
from ganstudio.app.forms.editors import plain_editor, spec_classes
from ganstudio.app.forms.rows import GUIDE_INDENT, PENDING, chain_focus
from ganstudio.app.forms.words import kind_of, label_of, plain_help, tooltip
from ganstudio.app.icons import icon
from ganstudio.core.spec import Spec, hint_of


class Columns(QWidget):
    """A number, the fields, a menu: columns that stand under each other in every row."""

    def __init__(self) -> None:
        super().__init__()
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(2)
        self.grid.setVerticalSpacing(2)
        self._ends: list[QWidget] = []
        self._number_width = 1.5
        """In heights of the text."""

    def fill(
        self, number: QWidget, fields: list[QWidget], item_class: type[Spec], menu: QWidget
    ) -> None:
        """Put the first line in."""
        self._ends = [number, menu]
        shares = stretches(item_class)
        if max(shares) > min(shares) or advanced_names(item_class):
            self._number_width = 3.1  # there are details, and so an arrow
        for column, widget in enumerate((number, *fields, menu)):
            self.grid.addWidget(widget, 0, column)
        for column, share in enumerate(shares, start=1):
            self.grid.setColumnStretch(column, share)
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
        captions: list[QWidget] = []
        for name, field in line_fields(item_class).items():
            caption = QLabel(label_of(name, hint_of(field)))
            caption.setProperty("role", "small")
            captions.append(caption)
        self.fill(QWidget(), captions, item_class, QWidget())


class NumberButton(QToolButton):
    """An arrow and a number with its mark, nearer together than Qt would draw them."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground as always, then the arrow and the text from the left."""
        painter, option = QStylePainter(self), QStyleOptionToolButton()
        self.initStyleOption(option)
        option.icon, option.text = QIcon(), ""
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        unit = self.fontMetrics().height()
        self.icon().paint(painter, 2, (self.height() - unit) // 2, unit, unit)
        painter.setPen(self.palette().color(QPalette.ColorRole.ButtonText))
        painter.drawText(self.text_place(), Qt.AlignmentFlag.AlignVCenter, self.text())

    def text_place(self) -> QRect:
        """Where the text is."""
        return self.rect().adjusted(self.fontMetrics().height() + 3, 0, 0, 0)


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
        self.path, self._index = path, index
        self.setObjectName(path)
        self._item = item
        self._pending: Set[str] = frozenset()
        self._details: dict[str, Any] = {}
        self._editors: dict[str, Any] = {}
        self.number = self._number_button(index)
        self.menu = QMenu(self)
        self.menu_button = self._menu_button(index)
        for name, field in line_fields(type(item)).items():
            self._editors[name] = self._editor(name, field, getattr(item, name))
        editors = list(self._editors.values())
        self.fill(self.number, editors, type(item), self.menu_button)
        self.setValue(item)

    def shows(self, item: Spec) -> bool:
        """All items of such a list are of one class."""
        return True

    def setValue(self, item: Spec) -> None:
        """Show another item of the same class."""
        self._item = item
        for row, (name, editor) in enumerate(self._editors.items(), start=1):
            value = getattr(item, name)
            if isinstance(value, Spec):
                editor.setValue(kind_of(type(value)))
                names = [n for n in type(value).model_fields if n != "kind"]
                self._show_detail(row, f"{self.path}.{name}.", value, names)
            else:
                editor.setValue(value)
        last = len(self._editors) + 1
        self._show_detail(last, f"{self.path}.", item, advanced_names(type(item)))
        self._show_number()

    def set_pending(self, paths: Set[str]) -> None:
        """Mark the item if one of its fields waits for a restart."""
        self._pending = paths
        for guide in self._details.values():
            guide.form.set_pending(paths)
        self._show_number()

    def set_idle(self, paths: Set[str]) -> None:
        """An item is grey only with its whole list."""

    def _number_button(self, index: int) -> NumberButton:
        button = NumberButton()
        button.setProperty("role", "row")
        button.setCheckable(True)
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

    def _editor(self, name: str, field: FieldInfo, value: Any) -> Any:
        hint = hint_of(field)
        path, help_text = f"{self.path}.{name}", plain_help(field, hint)
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
        return editor

    def set_problem(self, path: str, sentence: str) -> bool:
        """Show a refusal at a field below the line, opened; whether it is there."""
        for guide in self._details.values():
            if guide.form.set_problem(path, sentence):
                self.number.setChecked(True)
                return True
        return False

    def clear_problems(self) -> None:
        """Forget the refusals below the line."""
        for guide in self._details.values():
            guide.form.clear_problems()

    def _show_detail(self, row: int, prefix: str, value: Spec, names: list[str]) -> None:
        """Below the line, what does not fit there (dropout) or a kind has (a ReLU's slope)."""
        # An item has forms, and a form has lists of items.
        from ganstudio.app.forms.form import Guide, SpecForm

        old = self._details.get(prefix)
        if old is not None and type(old.form.value()) is type(value):
            old.form.setValue(value)
            return
        if old is not None:
            self.grid.removeWidget(old)
            old.hide()
            old.deleteLater()
            del self._details[prefix]
        if not names:
            return
        form = SpecForm(value, prefix, names=names, indent=GUIDE_INDENT)
        form.edited.connect(self.edited)
        form.set_pending(self._pending)
        guide = self._details[prefix] = Guide(form)
        self.grid.addWidget(guide, row, 0, 1, self.grid.columnCount())
        guide.setVisible(self.number.isChecked())
        chain_focus(self.menu_button, guide)

    def _show_number(self) -> None:
        waits = any(path.startswith(f"{self.path}.") for path in self._pending)
        openable = bool(self._details)
        unusual = self._unusual()
        # A closed row tells that there is more to it than its line.
        mark = PENDING if waits else "+" if unusual else ""
        self.number.setText(f"{self._index + 1}{mark}")
        self.number.setToolTip("; ".join(unusual) or "More of this item")
        self.number.setEnabled(openable)
        arrow = "chevron-down" if self.number.isChecked() else "chevron-right"
        self.number.setIcon(icon(arrow) if openable else QIcon())

    def _unusual(self) -> list[str]:
        """The fields below the line that are not as at first, in words."""
        fields = type(self._item).model_fields
        values = {name: getattr(self._item, name) for name in advanced_names(type(self._item))}
        return [
            f"{label_of(name, hint_of(fields[name]))}: {value}"
            for name, value in values.items()
            if value != fields[name].default
        ]

    def _open(self, shown: bool) -> None:
        for guide in self._details.values():
            guide.setVisible(shown)
        self._show_number()


def line_fields(item_class: type[Spec]) -> dict[str, FieldInfo]:
    """The fields that stand on an item's line."""
    fields = item_class.model_fields.items()
    return {name: field for name, field in fields if not hint_of(field).advanced}


def advanced_names(item_class: type[Spec]) -> list[str]:
    """The fields that stand below an item's line."""
    return [name for name, f in item_class.model_fields.items() if hint_of(f).advanced]


def stretches(item_class: type[Spec]) -> list[int]:
    """How the columns share the width: a choice in words needs more than a number."""
    fields = line_fields(item_class).values()
    return [3 if field.annotation in (int, float) else 5 for field in fields]
