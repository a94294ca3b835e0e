"""The overlay that lists every key."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

MOUSE = (
    ("Mouse", "Enlarge a plot, and bring the others back.", "Double-click"),
    ("Mouse", "Zoom a plot.", "Wheel"),
    ("Mouse", "Move inside a plot.", "Drag"),
    ("Mouse", "Show or hide one layer of a plot.", "Click its legend"),
)


class Shortcuts(QDialog):
    """All keys in two columns, made from the table of commands."""

    def __init__(self, rows: Iterable[tuple[str, str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.setObjectName("shortcuts_overlay")
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(5)
        groups = [(name, list(group)) for name, group in groupby(rows, key=lambda row: row[0])]
        groups.append(("Mouse", list(MOUSE)))
        half = (sum(len(group) + 1 for _, group in groups) + 1) // 2
        line = 0
        for name, group in groups:
            column = 0 if line < half else 3
            heading = QLabel(name)
            heading.setProperty("role", "title")
            grid.addWidget(heading, line % half, column, 1, 2)
            line += 1
            for _, what, keys in group:
                column = 0 if line < half else 3
                pressed = QLabel(keys)
                pressed.setProperty("role", "muted")
                grid.addWidget(pressed, line % half, column)
                grid.addWidget(QLabel(what), line % half, column + 1)
                line += 1
        grid.setColumnMinimumWidth(2, 24)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(20, 16, 20, 16)
        column_layout.addLayout(grid)
        column_layout.addWidget(buttons)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
