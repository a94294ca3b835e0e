"""The overlay that lists every key."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ganstudio.app.icons import icon

MOUSE = (
    ("Mouse", "Enlarge a plot, and bring the others back.", "Double-click"),
    ("Mouse", "Zoom a plot.", "Wheel"),
    ("Mouse", "Move inside a plot.", "Drag"),
    ("Mouse", "Show or hide one layer of a plot.", "Click its legend"),
)

MOST = QSize(1240, 660)
"""It fits on a small screen, with a desktop's own frame around it."""
LETTERS = 36
"""Descriptions wider than so many letters n are wrapped."""
GAP = 28
"""Between the two columns."""


class Shortcuts(QDialog):
    """All keys in two columns, made from the table of commands."""

    def __init__(self, rows: Iterable[tuple[str, str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.setObjectName("shortcuts_overlay")
        body = QWidget()
        body.setProperty("role", "plain")
        self._fill(QHBoxLayout(body), rows)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        # Otherwise the view's own base colour would stand behind the words.
        body.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        # The style's own icon is nearly black in both themes.
        buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(icon("close"))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.addWidget(scroll)
        column.addWidget(buttons)
        bar = scroll.verticalScrollBar().sizeHint().width()
        width = min(body.sizeHint().width() + bar, MOST.width() - 40)
        height = body.heightForWidth(width - bar)
        around = buttons.sizeHint().height() + column.spacing() + 32
        self.resize(width + 40, min(height + around, MOST.height()))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def _fill(self, columns: QHBoxLayout, rows: Iterable[tuple[str, str, str]]) -> None:
        """Two columns of keys and what they do, with a head over each group."""
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(GAP)
        groups = [(name, list(group)) for name, group in groupby(rows, key=lambda row: row[0])]
        groups.append(("Mouse", list(MOUSE)))
        metrics = self.fontMetrics()
        keys = max(metrics.horizontalAdvance(row[2]) for _, group in groups for row in group)
        most = min(metrics.horizontalAdvance("n" * LETTERS), MOST.width() // 2 - keys - 2 * GAP)
        grids = [QGridLayout(), QGridLayout()]
        for grid in grids:
            grid.setHorizontalSpacing(18)
            grid.setVerticalSpacing(5)
            columns.addLayout(grid)
        lines = [0, 0]
        for name, group in groups:
            shorter = lines.index(min(lines))
            _add_group(grids[shorter], lines[shorter], name, group, most)
            lines[shorter] += len(group) + 1
        for grid, line in zip(grids, lines, strict=True):
            grid.setRowStretch(line, 1)


def _add_group(
    grid: QGridLayout, line: int, name: str, group: list[tuple[str, str, str]], most: int
) -> None:
    heading = QLabel(name)
    heading.setProperty("role", "title")
    grid.addWidget(heading, line, 0, 1, 2)
    for row, (_, what, keys) in enumerate(group, line + 1):
        pressed, words = QLabel(keys), QLabel(what)
        pressed.setProperty("role", "muted")
        words.ensurePolished()
        words.setMinimumWidth(min(words.sizeHint().width(), most))
        words.setWordWrap(True)
        for column, label in enumerate((pressed, words)):
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label, row, column)
