"""The list of runs: click, Ctrl and Shift choose, a double click or Enter opens, Delete deletes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from ganstudio.app.library.model import RUN_ROLE, Found, Runs
from ganstudio.app.library.row import Rows
from ganstudio.app.library.runs import Run
from ganstudio.plots.style import Style

_OPENS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class Shelf(QListView):
    """Shows what a search has found.

    Args:
        runs: all runs.
        found: those to show.
        is_open: whether a file is the one that the window shows.
    """

    chosen_changed = Signal()
    open_wanted = Signal()
    delete_wanted = Signal()

    def __init__(self, runs: Runs, found: Found, is_open: Callable[[Path], bool]) -> None:
        super().__init__()
        self._runs, self._found = runs, found
        self.setModel(found)
        self._rows = Rows(self, is_open)
        self.setItemDelegate(self._rows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName("Runs")
        self.setWhatsThis(
            "All runs that were recorded. Ctrl or Shift chooses several, a double click or Enter "
            "opens one, Delete deletes what is chosen."
        )
        self.doubleClicked.connect(lambda _index: self.open_wanted.emit())
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen_changed.emit())

    def set_style(self, style: Style) -> None:
        """Take other colours and sizes."""
        self._rows.set_style(style)
        self.doItemsLayout()
        self.viewport().update()

    @property
    def chosen(self) -> list[Run]:
        """The runs that are selected, from the oldest to the newest."""
        runs = [index.data(RUN_ROLE) for index in self.selectedIndexes()]
        return sorted(runs, key=lambda run: (run.entry.created if run.entry else "", run.path.name))

    def choose(self, paths: Sequence[Path]) -> None:
        """Select these runs, as far as they are shown, and no others."""
        model, flag = self.selectionModel(), QItemSelectionModel.SelectionFlag
        model.clearSelection()
        for path in paths:
            index = self._found.mapFromSource(self._runs.index_of(path))
            if index.isValid():
                model.select(index, flag.Select)
                model.setCurrentIndex(index, flag.NoUpdate)
                self.scrollTo(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _OPENS:
            self.open_wanted.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)
