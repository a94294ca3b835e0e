"""The runs as a list for Qt, searched and sorted."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)

from ganstudio.app.forms.words import tooltip
from ganstudio.app.library.runs import ORDERS, Run, when

Index = QModelIndex | QPersistentModelIndex
RUN_ROLE = Qt.ItemDataRole.UserRole


class Runs(QAbstractListModel):
    """All runs, in the order in which they were found."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._runs: list[Run] = []
        self._rows: dict[Path, int] = {}

    def put(self, runs: Iterable[Run]) -> None:
        """Take new runs, and other versions of known ones."""
        new = []
        for run in runs:
            row = self._rows.get(run.path)
            if row is None:
                new.append(run)
            else:
                self._runs[row] = run
                self.dataChanged.emit(self.index(row), self.index(row))
        if new:
            first = len(self._runs)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            for run in new:
                self._rows[run.path] = len(self._runs)
                self._runs.append(run)
            self.endInsertRows()

    def drop(self, paths: Iterable[Path]) -> None:
        """Forget runs that are gone."""
        for row in sorted((self._rows[p] for p in paths if p in self._rows), reverse=True):
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._runs[row]
            self.endRemoveRows()
        self._rows = {run.path: row for row, run in enumerate(self._runs)}

    def find(self, path: Path) -> Run | None:
        """The run in a file."""
        row = self._rows.get(path)
        return None if row is None else self._runs[row]

    def with_id(self, id: str) -> Run | None:
        """The run of that id, as its branches name it."""
        return next((run for run in self._runs if run.entry and run.entry.id == id), None)

    def index_of(self, path: Path) -> QModelIndex:
        """Where a run stands; not valid if it is not here."""
        row = self._rows.get(path)
        return QModelIndex() if row is None else self.index(row)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._runs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        run = self._runs[index.row()]
        if role == RUN_ROLE:
            return run
        if role == Qt.ItemDataRole.DisplayRole:
            return run.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            e = run.entry
            return f"{run.title}, {run.outcome}" + (
                f", {e.step:,} steps, {when(e.created)}" if e is not None else ""
            )
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(run.problem or run.verdict or run.outcome)
        return None


class Found(QSortFilterProxyModel):
    """The runs that a search finds, in one of the orders."""

    def __init__(self, runs: Runs) -> None:
        super().__init__(runs)
        self._search = ""
        self._order = next(iter(ORDERS))
        self.setSourceModel(runs)
        self.sort_by(self._order)

    def search(self, words: str) -> None:
        """Show what holds all of these words."""
        self._search = words
        self.invalidate()

    def sort_by(self, order: str) -> None:
        """Put the runs into the order of that id."""
        self._order = order
        self.invalidate()
        descending = Qt.SortOrder.DescendingOrder if ORDERS[order][2] else None
        self.sort(0, descending or Qt.SortOrder.AscendingOrder)

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        run: Run = self.sourceModel().index(row, 0).data(RUN_ROLE)
        return run.answers(self._search)

    def lessThan(self, left: Index, right: Index) -> bool:
        key = ORDERS[self._order][1]
        a, b = left.data(RUN_ROLE), right.data(RUN_ROLE)
        if (a.entry is None) != (b.entry is None):
            # What can't be read stands at the end of every order.
            return (a.entry is None) == ORDERS[self._order][2]
        return bool(key(a) < key(b))
