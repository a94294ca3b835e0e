"""In what the runs that are compared differ: some words, and a table of all where it is more."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ganstudio.app.labels import wrapping
from ganstudio.app.library.contrast import LETTERS, Contrast, as_table, in_short

AIR = 16
LINES = 2
"""Of words; the table has the rest."""


class Differences(QWidget):
    """A label, and a button that shows the table."""

    def __init__(self) -> None:
        super().__init__()
        self._found: list[Contrast] = []
        self.words = wrapping()
        self.words.setAccessibleName("What differs between the runs")
        self.all = QPushButton()
        self.all.setToolTip("Show everything in which the experiments differ")
        self.all.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.all.clicked.connect(lambda _checked: self._show_table())
        self.table = DifferencesTable(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.all)

    def say(self, found: Sequence[Contrast]) -> None:
        """Say in what the runs differ."""
        self._found = list(found)
        self.all.setText(f"All {len(found)}")
        self.table.say(as_table(found, LETTERS[: len(found[0].values)]) if found else "")
        self._fit()

    def text(self) -> str:
        """What the label says."""
        return self.words.text()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As many as have room: more lines would take that of the pictures."""
        beside = self.all.sizeHint().width() + AIR
        most = LINES * self.words.fontMetrics().lineSpacing() + 2
        for count in range(len(self._found), 0, -1):
            whole = count == len(self._found)
            self.words.setText(in_short(self._found[:count]))
            if self.words.heightForWidth(self.width() - (0 if whole else beside)) <= most:
                break
        else:
            whole = True
            self.words.setText(in_short(()))
        self.all.setVisible(not whole)

    def _show_table(self) -> None:
        self.table.open_below(self.all, self.window())


class DifferencesTable(QFrame):
    """All of it, in a frame that goes away at the next click beside it, or with Escape."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "card")
        self.words = QLabel()
        self.words.setProperty("role", "plain")
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setWidget(self.words)
        column = QVBoxLayout(self)
        column.setContentsMargins(AIR, AIR, AIR, AIR)
        column.addWidget(self.area)

    def say(self, table: str) -> None:
        """Have another table."""
        self.words.setText(table)

    def open_below(self, button: QWidget, window: QWidget) -> None:
        """Show it inside of the window, as large as it needs to be; if it must, it scrolls."""
        bar = self.area.verticalScrollBar().sizeHint().width()
        beside = 2 * AIR + bar + 2
        self.words.setWordWrap(False)
        size = self.words.sizeHint()
        room = window.width() - 2 * AIR - beside
        if size.width() > room:
            self.words.setWordWrap(True)
            size = QSize(room, self.words.heightForWidth(room))
        top = button.mapTo(window, QPoint(0, button.height() + 4)).y()
        high = min(size.height() + 2 * AIR + 2, window.height() - AIR - top)
        wide = size.width() + beside
        right = button.mapTo(window, QPoint(button.width(), 0)).x()
        self.resize(wide, high)
        self.move(window.mapToGlobal(QPoint(max(AIR, right - wide), top)))
        self.show()
        self.area.setFocus()
