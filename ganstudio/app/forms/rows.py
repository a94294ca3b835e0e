"""One line of a form: label and editor, and what is wrong."""

from __future__ import annotations

import html
from collections.abc import Set
from typing import Any, Protocol, cast, runtime_checkable

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from ganstudio.app.forms.refusal import Refusal
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

    def set_idle(self, paths: Set[str]) -> None:
        """Grey the fields at `paths`, which mean nothing now, and no others."""

    def set_problem(self, path: str, sentence: str) -> bool:
        """Show a refusal at a field; whether that field is here."""

    def clear_problems(self) -> None:
        """Forget all refusals."""


@runtime_checkable
class Onlooker(Protocol):
    """A piece of a form that shows more than its own value."""

    def show_owner(self, owner: Any) -> None:
        """Show the spec that it is in, without a signal."""


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


class RowLabel(QLabel):
    """The name before an editor: as wide as others, unless the editor needs that room.

    Args:
        text: the name.
        indent: pixels that the form stands in, which are taken off.
    """

    def __init__(self, text: str, indent: int) -> None:
        super().__init__(text)
        self._indent = indent
        self.setProperty("role", "muted")

    def sizeHint(self) -> QSize:
        """So wide that editors stand under each other."""
        hint = super().sizeHint()
        usual = self.fontMetrics().horizontalAdvance(_LONGEST_LABEL) + 2 - self._indent
        return QSize(max(usual, hint.width()), hint.height())

    def minimumSizeHint(self) -> QSize:
        """Its text is never cut."""
        return super().sizeHint()


class FieldRow(QWidget):
    """A field that holds one value.

    Args:
        path: what `edited` names.
        label: what stands before the editor.
        editor: holds the value.
        help_text: the tooltip, and what a screen reader says.
        holder: another path that means this field as well (a union's, beside its kind's).
        indent: pixels that the form stands in; the label gives them, so editors align.
        wide: the editor stands below the label and has the whole width.
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
        wide: bool = False,
    ) -> None:
        super().__init__()
        self._paths = {path, holder} - {""}
        self._name, self._help = label, help_text
        self.editor = editor
        self._label = RowLabel(label, indent)
        self._label.setBuddy(editor)
        self._problem = Refusal(self)
        self._problem.replaced.connect(self.clear_problems)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(8)
        layout.setVerticalSpacing(2)
        layout.addWidget(self._label, 0, 0)
        if wide:
            layout.addWidget(editor, 1, 0, 1, 2)
        else:
            layout.addWidget(editor, 0, 1)
        layout.setColumnStretch(1, 1)
        self.setToolTip(tooltip(help_text))
        editor.setObjectName(path)
        editor.setAccessibleName(label)
        editor.setAccessibleDescription(help_text)
        editor.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # A widget that is an editor too: Python has no type for both.
        contract = cast("Editor", editor)
        self._editor = contract
        contract.valueChanged.connect(lambda value: self.edited.emit(path, value))
        if (refused := getattr(editor, "refused", None)) is not None:
            refused.connect(self._show_problem)
        if (replaced := getattr(editor, "replaced", None)) is not None:
            owner = path.rpartition(".")[0]
            replaced.connect(lambda spec: self.edited.emit(owner, spec))

    def setValue(self, value: Any) -> None:
        """Show another value; a refusal of the old one is over."""
        if value != self._editor.value():
            self._show_problem("")
        self._editor.setValue(value)

    def show_owner(self, owner: Any) -> None:
        """Tell an editor that shows more than its own value what spec it is in."""
        if (show := getattr(self.editor, "show_owner", None)) is not None:
            show(owner)

    def set_pending(self, paths: Set[str]) -> None:
        """Say under the label that the change waits for a restart, or stop saying it."""
        pending = not self._paths.isdisjoint(paths) or self._waits_in_part(paths)
        name = html.escape(self._name)
        self._label.setText(
            f"{name}<br><small>{PENDING}&nbsp;at restart</small>" if pending else self._name
        )
        self.editor.setAccessibleDescription(
            f"{self._help}\n{AT_RESTART} It waits." if pending else self._help
        )

    def set_idle(self, paths: Set[str]) -> None:
        """Grey the field, or not."""
        self.setEnabled(self._paths.isdisjoint(paths))

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

    def _waits_in_part(self, paths: Set[str]) -> bool:
        """Whether single numbers of a list wait."""
        if not isinstance(self._editor.value(), tuple):
            return False
        return any(path.startswith(f"{own}.") for own in self._paths for path in paths)

    def _show_problem(self, sentence: str) -> None:
        self._problem.say(sentence)
        said = f"{self._help}\n{sentence}" if sentence else self._help
        self.editor.setAccessibleDescription(said)
        if not sentence:
            set_look(self.editor, "refused", "false")
