"""One line of a form: label, editor, and below them what is wrong."""

from __future__ import annotations

import html
from collections.abc import Set
from typing import Any, Protocol

from PySide6.QtCore import QEvent, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from ganstudio.app.forms.words import AT_RESTART, tooltip
from ganstudio.app.theme import set_look

PENDING = "↻"
"""Stands beside a field whose change waits for a restart."""

GUIDE_INDENT = 12
ROW_GAP = 4
_LONGEST_LABEL = "Generator average"


class Editor(Protocol):
    """What every editor of a single value can do."""

    valueChanged: SignalInstance

    def value(self) -> Any:
        """The value."""

    def setValue(self, value: Any) -> None:
        """Show another value, without a signal."""


class Part(Protocol):
    """A piece of a form: one field, or a group of them."""

    edited: SignalInstance
    """Dotted path, new value: the user changed something in it."""

    def setValue(self, value: Any) -> None:
        """Show another value, without a signal."""

    def set_pending(self, paths: Set[str]) -> None:
        """Mark the fields among `paths`, and unmark the others."""

    def set_problem(self, path: str, sentence: str) -> bool:
        """Show a refusal at a field; whether that field is here."""

    def clear_problems(self) -> None:
        """Forget all refusals."""


def tab_stops(inside: QWidget) -> list[QWidget]:
    """The widgets that Tab visits; not those in another window, as a combo box's list is."""
    window = inside.window()
    return [
        widget
        for widget in inside.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not widget.focusProxy()
        and widget.window() is window
    ]


def chain_focus(after: QWidget, inside: QWidget) -> None:
    """Let Tab visit the widgets in `inside`, which was made later, right after `after`."""
    if after.window() is not inside.window():
        return  # all is still being built, and the order of building is the order
    for widget in tab_stops(inside):
        QWidget.setTabOrder(after, widget)
        after = widget


def words_label(text: str = "", role: str = "", parent: QWidget | None = None) -> QLabel:
    """A label that breaks its text rather than cutting it."""
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setMinimumWidth(1)  # Qt would ask for the width of several words
    label.setProperty("role", role)
    return label


class FieldRow(QWidget):
    """A field that holds one value.

    Args:
        path: what `edited` names.
        label: what stands before the editor.
        editor: holds the value.
        help_text: the tooltip, and what a screen reader says.
        holder: another path that means this field as well (a union's, beside its kind's).
        indent: pixels that the form stands in; the label gives them, so editors align.
    """

    edited = Signal(str, object)

    def __init__(
        self,
        path: str,
        label: str,
        editor: QWidget,
        help_text: str,
        *,
        holder: str = "",
        indent: int = 0,
    ) -> None:
        super().__init__()
        self._paths = {path, holder} - {""}
        self._indent = indent
        self._name, self._help = label, help_text
        self.editor = editor
        self._label = QLabel(label)
        self._label.setProperty("role", "muted")
        self._label.setBuddy(editor)
        self._problem: QLabel | None = None
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(8)
        self._layout.setVerticalSpacing(2)
        self._layout.addWidget(self._label, 0, 0)
        self._layout.addWidget(editor, 0, 1)
        self._layout.setColumnStretch(1, 1)
        self._fit_label()
        self.setToolTip(tooltip(help_text))
        editor.setObjectName(path)
        editor.setAccessibleName(label)
        editor.setAccessibleDescription(help_text)
        editor.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        contract: Editor = editor  # type: ignore[assignment]
        self._editor = contract
        contract.valueChanged.connect(lambda value: self.edited.emit(path, value))
        if (refused := getattr(editor, "refused", None)) is not None:
            refused.connect(self._show_problem)

    def setValue(self, value: Any) -> None:
        """Show another value; a refusal of the old one is over."""
        if value != self._editor.value():
            self._show_problem("")
        self._editor.setValue(value)

    def set_pending(self, paths: Set[str]) -> None:
        """Say under the label that the change waits for a restart, or stop saying it."""
        pending = not self._paths.isdisjoint(paths)
        name = html.escape(self._name)
        self._label.setText(
            f"{name}<br><small>{PENDING}&nbsp;at restart</small>" if pending else self._name
        )
        self.editor.setAccessibleDescription(
            f"{self._help}\n{AT_RESTART} It waits." if pending else self._help
        )

    def set_problem(self, path: str, sentence: str) -> bool:
        """Show a refusal, with an outline."""
        if path not in self._paths:
            return False
        self._show_problem(sentence)
        set_look(self.editor, "refused", "true" if sentence else "false")
        return True

    def clear_problems(self) -> None:
        """Forget the refusal."""
        self._show_problem("")

    def changeEvent(self, event: QEvent) -> None:
        """Another text size needs another width for the label."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_label()

    def _fit_label(self) -> None:
        width = self.fontMetrics().horizontalAdvance(_LONGEST_LABEL) + 2
        self._label.setFixedWidth(width - self._indent)

    def _show_problem(self, sentence: str) -> None:
        if self._problem is None:
            if not sentence:
                return
            self._problem = words_label(role="trouble", parent=self)
            self._layout.addWidget(self._problem, 1, 0, 1, 2)
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        if not sentence:
            set_look(self.editor, "refused", "false")
