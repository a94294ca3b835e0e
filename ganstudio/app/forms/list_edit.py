"""What all editors of lists of specs share: a head, one row an item, and refusals."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Set
from typing import Any, Generic, Protocol, TypeVar

from pydantic.fields import FieldInfo
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ganstudio.app.forms.editors import limit_of
from ganstudio.app.forms.list_head import ListHead
from ganstudio.app.forms.refusal import Refusal
from ganstudio.app.forms.rows import ROW_GAP, Part, chain_focus, tab_stops
from ganstudio.app.forms.words import plain_help, tooltip
from ganstudio.core.spec import Spec, hint_of


class ListRow(Part, Protocol):
    """One item of a list."""

    path: str

    def shows(self, item: Spec) -> bool:
        """Whether it can show another item in place."""


Row = TypeVar("Row", bound=ListRow)


class ListEdit(QWidget, Generic[Row]):
    """A list of specs, which come and go.

    Args:
        path: of the list.
        label: its name.
        field: says what the items are and how many there may be, and helps.
        empty: stands there while there is no item.
    """

    edited = Signal(str, object)
    """The path of the list with all its items, or of one field in one item."""
    valueChanged = Signal(object)
    """All items, after the user changed something."""

    def __init__(self, path: str, label: str, field: FieldInfo, empty: QWidget) -> None:
        super().__init__()
        self._path = path
        self._at_most = limit_of(field, "max_length")
        self._items: tuple[Spec, ...] = ()
        self._rows: list[Row] = []
        self._pending: Set[str] = frozenset()
        self._head = ListHead(label)
        self.add = self._head.add
        self._empty = empty
        self._problem = Refusal(self)
        self.setObjectName(path)
        self.setToolTip(tooltip(plain_help(field, hint_of(field))))
        self._list = QVBoxLayout()
        self._list.setSpacing(ROW_GAP)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addWidget(self._head)
        self._column.addWidget(empty)
        self._column.addLayout(self._list)

    @abstractmethod
    def _make_row(self, index: int, item: Spec) -> Row:
        """A row for the item at a place."""

    @abstractmethod
    def _enable(self) -> None:
        """Offer what can be done to these items, and nothing else."""

    def value(self) -> tuple[Spec, ...]:
        """The items."""
        return self._items

    def setValue(self, items: tuple[Spec, ...]) -> None:
        """Show other items: in place as far as they are of the same kinds."""
        if items != self._items:
            self._problem.say("")
        self._items = items
        same = 0
        while same < min(len(items), len(self._rows)) and self._rows[same].shows(items[same]):
            self._rows[same].setValue(items[same])
            same += 1
        for row in self._rows[same:]:
            self._drop(row)
        del self._rows[same:]
        for index in range(same, len(items)):
            self._append(self._make_row(index, items[index]))
        self._empty.setVisible(not items)
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
        """At the field, or at the item, or at the list."""
        if path != self._path and not path.startswith(f"{self._path}."):
            return False
        if any(row.set_problem(path, sentence) for row in self._rows):
            return True
        at: list[Any] = [row for row in self._rows if f"{path}.".startswith(f"{row.path}.")]
        self._problem.say(sentence, at[0] if at else self._head)
        return True

    def clear_problems(self) -> None:
        """Forget all refusals."""
        self._problem.say("")
        for row in self._rows:
            row.clear_problems()

    def _drop(self, row: Any) -> None:
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _append(self, row: Any) -> None:
        row.edited.connect(self._edit_item)
        row.set_pending(self._pending)
        last: Any = self._rows[-1] if self._rows else None
        self._rows.append(row)
        self._list.addWidget(row)
        chain_focus(tab_stops(last)[-1] if last is not None else self.add, row)

    def _change(self, items: tuple[Spec, ...]) -> bool:
        """Show other items and tell them; whether they were taken, or refused and taken back."""
        self.setValue(items)
        self.edited.emit(self._path, items)
        if self._items != items:
            return False
        self.valueChanged.emit(items)
        return True

    def _edit_item(self, path: str, value: Any) -> None:
        number, _, inner = path[len(self._path) + 1 :].partition(".")
        index = int(number)
        changed = self._items[index].replace(**{inner: value})
        self.setValue((*self._items[:index], changed, *self._items[index + 1 :]))
        self.edited.emit(path, value)
        self.valueChanged.emit(self._items)
