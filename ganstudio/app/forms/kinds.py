"""An editor of a list of different things, each kind once at most: the penalties on a network."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from pydantic.fields import FieldInfo
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from ganstudio.app.forms.editors import limit_of, spec_classes
from ganstudio.app.forms.list_head import ListHead
from ganstudio.app.forms.refusal import Refusal
from ganstudio.app.forms.rows import GUIDE_INDENT, chain_focus, tab_stops, words_label
from ganstudio.app.forms.words import first_sentence, kind_of, plain_help, readable, tooltip
from ganstudio.app.icons import icon
from ganstudio.core.spec import Spec, hint_of


class KindsEdit(QWidget):
    """Each item with its name and its own fields; what is added is chosen from a menu.

    Args:
        path: of the list.
        label: its name.
        field: says which kinds there are and how many may stand there, and helps.
    """

    edited = Signal(str, object)
    """The path of the list with all its items, or of one field in one item."""
    valueChanged = Signal(object)
    """All items, after the user changed something."""

    def __init__(self, path: str, label: str, field: FieldInfo) -> None:
        super().__init__()
        self._path = path
        self._at_most = limit_of(field, "max_length")
        self._classes = spec_classes(field.annotation)
        self._items: tuple[Spec, ...] = ()
        self._rows: list[KindItem] = []
        self._pending: Set[str] = frozenset()
        self._head = ListHead(label)
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self._fill_menu()
        self.add = self._head.add
        self.add.setMenu(self.menu)
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._empty = words_label("None", "small")
        self._problem = Refusal(self)
        self.setToolTip(tooltip(plain_help(field, hint_of(field))))
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for widget in (self._head, self._empty):
            rows.addWidget(widget)
        rows.addLayout(self._list)
        self._enable()

    def value(self) -> tuple[Spec, ...]:
        """The items."""
        return self._items

    def setValue(self, items: tuple[Spec, ...]) -> None:
        """Show other items: in place while the kinds are the same."""
        if items != self._items:
            self._problem.say("")
        self._items = items
        same = 0
        while same < min(len(items), len(self._rows)) and self._rows[same].shows(items[same]):
            self._rows[same].form.setValue(items[same])
            same += 1
        for row in self._rows[same:]:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        del self._rows[same:]
        for index in range(same, len(items)):
            self._append(index, items[index])
        self._enable()

    def set_pending(self, paths: Set[str]) -> None:
        """Mark the list if items came or went, and each field that waits."""
        self._pending = paths
        self._head.set_waiting(self._path in paths)
        for row in self._rows:
            row.form.set_pending(paths)

    def set_idle(self, paths: Set[str]) -> None:
        """Grey the whole list, or not."""
        self.setEnabled(self._path not in paths)

    def set_problem(self, path: str, sentence: str) -> bool:
        """At the field, or at the item, or at the list."""
        if path != self._path and not path.startswith(f"{self._path}."):
            return False
        if any(row.form.set_problem(path, sentence) for row in self._rows):
            return True
        at = [row for row in self._rows if path == row.path]
        self._problem.say(sentence, at[0] if at else self._head)
        return True

    def clear_problems(self) -> None:
        """Forget all refusals."""
        self._problem.say("")
        for row in self._rows:
            row.form.clear_problems()

    def _fill_menu(self) -> None:
        for each in self._classes:
            action = self.menu.addAction(readable(kind_of(each)))
            action.setToolTip(tooltip(first_sentence(each)))
            action.triggered.connect(lambda _=False, kind=each: self._insert(kind))

    def _append(self, index: int, item: Spec) -> None:
        row = KindItem(f"{self._path}.{index}", item)
        row.form.edited.connect(self._edit_item)
        row.form.set_pending(self._pending)
        row.remove.clicked.connect(lambda: self._remove(index))
        before = tab_stops(self._rows[-1])[-1] if self._rows else self.add
        self._rows.append(row)
        self._list.addWidget(row)
        chain_focus(before, row)

    def _enable(self) -> None:
        self._empty.setVisible(not self._items)
        there = {type(item) for item in self._items}
        for each, action in zip(self._classes, self.menu.actions(), strict=True):
            action.setEnabled(each not in there)
        if self._at_most is not None and len(self._items) >= self._at_most:
            self._head.set_room(f"At most {self._at_most}.")
        else:
            self._head.set_room("" if len(there) < len(self._classes) else "All are there already.")

    def _insert(self, kind: type[Spec]) -> None:
        self._change((*self._items, kind()))
        self._rows[-1].remove.setFocus()

    def _remove(self, index: int) -> None:
        self._change((*self._items[:index], *self._items[index + 1 :]))
        self.add.setFocus()

    def _change(self, items: tuple[Spec, ...]) -> None:
        self.setValue(items)
        self.edited.emit(self._path, items)
        self.valueChanged.emit(items)

    def _edit_item(self, path: str, value: Any) -> None:
        self._items = tuple(row.form.value() for row in self._rows)
        self.edited.emit(path, value)
        self.valueChanged.emit(self._items)


class KindItem(QWidget):
    """One item: its name, a button that removes it, its fields.

    Args:
        path: of the item, such as `"penalties_d.0"`.
        item: its value.
    """

    def __init__(self, path: str, item: Spec) -> None:
        # An item has a form, and a form has lists of items.
        from ganstudio.app.forms.form import Guide, SpecForm

        super().__init__()
        self.path = path
        words = readable(kind_of(type(item)))
        name = QLabel(words)
        name.setToolTip(tooltip(first_sentence(type(item))))
        self.remove = QToolButton()
        self.remove.setIcon(icon("close"))
        self.remove.setProperty("role", "row")
        self.remove.setToolTip(f"Remove {words}")
        self.remove.setAccessibleName(f"Remove {words}")
        self.remove.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.form = SpecForm(item, f"{path}.", indent=GUIDE_INDENT)
        line = QHBoxLayout()
        line.addWidget(name, 1)
        line.addWidget(self.remove)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(line)
        rows.addWidget(Guide(self.form))

    def shows(self, item: Spec) -> bool:
        """Whether it can show another item in place."""
        return type(self.form.value()) is type(item)
