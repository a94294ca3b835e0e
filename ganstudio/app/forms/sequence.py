"""An editor of a list of specs: the layers of a network, the bells of a mixture."""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import Any

from pydantic.fields import FieldInfo
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ganstudio.app.forms.editors import limit_of, spec_classes
from ganstudio.app.forms.items import Captions, ItemRow
from ganstudio.app.forms.list_head import ListHead
from ganstudio.app.forms.refusal import Refusal
from ganstudio.app.forms.rows import chain_focus, tab_stops, words_label
from ganstudio.app.forms.words import plain_help, tooltip
from ganstudio.core.spec import Spec, hint_of
from ganstudio.core.targets import Component, PlaneComponent
from ganstudio.core.targets.distribution import LARGEST


class SequenceEdit(QWidget):
    """Compact rows, one an item, with a menu to move, copy and remove it.

    Args:
        path: of the list.
        label: its name.
        field: says what the items are and how many there may be, and helps.
    """

    edited = Signal(str, object)
    """The path of the list with all its items, or of one field in one item."""
    valueChanged = Signal(object)
    """All items, after the user changed something."""

    def __init__(self, path: str, label: str, field: FieldInfo) -> None:
        super().__init__()
        self._path = path
        (self._class,) = spec_classes(field.annotation)
        self._at_least = limit_of(field, "min_length") or 0
        self._at_most = limit_of(field, "max_length")
        self._items: tuple[Spec, ...] = ()
        self._rows: list[ItemRow] = []
        self._pending: Set[str] = frozenset()
        self._head = ListHead(label)
        self.add = self._head.add
        self.add.clicked.connect(lambda: self._insert(len(self._items)))
        self._empty = words_label(f"No {label.lower()}", "muted")
        self._problem = Refusal(self)
        self.setToolTip(tooltip(plain_help(field, hint_of(field))))
        self._arrange()

    def value(self) -> tuple[Spec, ...]:
        """The items."""
        return self._items

    def setValue(self, items: tuple[Spec, ...]) -> None:
        """Show other items; rows are made or removed only at the end."""
        if items != self._items:
            self._problem.say("")
        self._items = items
        while len(self._rows) > len(items):
            row = self._rows.pop()
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        for row, item in zip(self._rows, items, strict=False):
            row.setValue(item)
        for index in range(len(self._rows), len(items)):
            self._append(index, items[index])
        self._enable()

    def set_pending(self, paths: Set[str]) -> None:
        """Mark the list if items came or went, and each item that has a waiting field."""
        self._pending = paths
        self._head.set_waiting(self._path in paths)
        for row in self._rows:
            row.set_pending(paths)

    def set_idle(self, paths: Set[str]) -> None:
        """Grey the whole list, or not."""
        self.setEnabled(self._path not in paths)

    def set_problem(self, path: str, sentence: str) -> bool:
        """At the item, or at the list."""
        if path != self._path and not path.startswith(f"{self._path}."):
            return False
        if any(row.set_problem(path, sentence) for row in self._rows):
            return True
        number = path[len(self._path) + 1 :].partition(".")[0]
        shown = number.isdecimal() and int(number) < len(self._rows)
        self._problem.say(sentence, self._rows[int(number)] if shown else self._head)
        return True

    def clear_problems(self) -> None:
        """Forget all refusals."""
        self._problem.say("")
        for row in self._rows:
            row.clear_problems()

    def _arrange(self) -> None:
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2)
        rows.addWidget(self._head)
        rows.addWidget(Captions(self._class))
        rows.addWidget(self._empty)
        rows.addLayout(self._list)

    def _append(self, index: int, item: Spec) -> None:
        row = ItemRow(f"{self._path}.{index}", index, item)
        row.edited.connect(self._edit_item)
        row.refused.connect(lambda sentence: self._problem.say(sentence, row))
        row.set_pending(self._pending)
        actions: dict[str, Callable[[], None]] = {
            "Move up": lambda: self._move(index, index - 1),
            "Move down": lambda: self._move(index, index + 1),
            "Duplicate": lambda: self._insert(index + 1),
            "Remove": lambda: self._remove(index),
        }
        for text, action in actions.items():
            row.menu.addAction(text).triggered.connect(action)
        before = tab_stops(self._rows[-1])[-1] if self._rows else self.add
        self._rows.append(row)
        self._list.addWidget(row)
        chain_focus(before, row)

    def _enable(self) -> None:
        count = len(self._items)
        full = self._at_most is not None and count >= self._at_most
        self._head.set_room(f"At most {self._at_most}." if full else "")
        self._empty.setVisible(count == 0)
        for index, row in enumerate(self._rows):
            up, down, duplicate, remove = row.menu.actions()
            up.setEnabled(index > 0)
            down.setEnabled(index < count - 1)
            duplicate.setEnabled(not full)
            remove.setEnabled(count > self._at_least)

    def _insert(self, index: int) -> None:
        """Like the item before, for people change one thing of it; a bell stands beside it."""
        new = beside(self._items[index - 1]) if index > 0 else self._class()
        self._change((*self._items[:index], new, *self._items[index:]), index)

    def _remove(self, index: int) -> None:
        self._change((*self._items[:index], *self._items[index + 1 :]), index)

    def _move(self, index: int, to: int) -> None:
        items = list(self._items)
        items.insert(to, items.pop(index))
        self._change(tuple(items), to)

    def _change(self, items: tuple[Spec, ...], focus: int) -> None:
        self.setValue(items)
        if self._rows:
            self._rows[min(focus, len(self._rows) - 1)].menu_button.setFocus()
        self.edited.emit(self._path, items)
        self.valueChanged.emit(items)

    def _edit_item(self, path: str, value: Any) -> None:
        index, _, inner = path[len(self._path) + 1 :].partition(".")
        changed = self._items[int(index)].replace(**{inner: value})
        self.setValue((*self._items[: int(index)], changed, *self._items[int(index) + 1 :]))
        self.edited.emit(path, value)
        self.valueChanged.emit(self._items)


def beside(item: Spec) -> Spec:
    """The next item after this one: a bell 2 sigma to the right, anything else the same again.

    Two bells in one place would look like one.
    """
    axis = {Component: "mu", PlaneComponent: "x"}.get(type(item))
    if axis is None:
        return item
    place, gap = item.at(axis), 2 * item.at("sigma")
    there = place + gap if place + gap <= LARGEST else place - gap
    return item.replace(**{axis: float(f"{there:.9g}")})
