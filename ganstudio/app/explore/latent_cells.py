"""The generator's own cells, of which some are chosen, and the classes that it can draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio.app.explore.picture_grid import PictureGrid
from ganstudio.app.labels import wrapping
from ganstudio.plots.style import LIGHT, Style

_WIDTHS = (216, 330)
"""Least and most: in a wide window cells are larger."""


def _take_away(button: QToolButton, group: QButtonGroup, row: QHBoxLayout) -> None:
    """At once: it may be the button's own click that makes it needless."""
    group.removeButton(button)
    row.removeWidget(button)
    button.hide()
    button.deleteLater()


class CellPicker(QFrame):
    """A grid of cells, with what the next click chooses one for."""

    picked = Signal(str, int)
    """What for, which cell."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._several = False
        self.grid = PictureGrid("Cells of the generator")
        self.grid.clicked.connect(self._clicked)
        self.hint = wrapping("small")
        self.slots: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        title = QLabel("The generator's cells")
        title.setProperty("role", "title")
        self._row = QHBoxLayout()
        self._row.addWidget(QLabel("Next:"))
        self._row.addStretch(1)
        self._bar = QWidget()
        self._bar.setProperty("role", "plain")
        self._bar.setLayout(self._row)
        self._row.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(6)
        for one in (title, self.hint, self._bar):
            column.addWidget(one)
        column.addWidget(self.grid, 1)
        self.set_style(LIGHT)

    def set_style(self, style: Style) -> None:
        """Take the style's colours and sizes."""
        self.grid.set_style(style)
        least, most = (round(width * style.text_scale) for width in _WIDTHS)
        self.setMinimumWidth(least)
        self.setMaximumWidth(most)

    def offer(self, slots: Sequence[str], hint: str, *, several: bool) -> None:
        """Choose cells for these from now on; of several in turn, or for one until another is
        chosen.
        """
        self._several = several
        self.hint.setText(hint)
        for button in self.slots.values():
            _take_away(button, self._group, self._row)
        self.slots = {slot: self._button(slot) for slot in slots}
        self.slots[slots[0]].setChecked(True)
        self._bar.setVisible(len(slots) > 1)

    def _button(self, slot: str) -> QToolButton:
        made = QToolButton()
        made.setText(slot)
        made.setCheckable(True)
        made.setToolTip(f"The next cell that is clicked is {slot}")
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._group.addButton(made)
        self._row.insertWidget(self._row.count() - 1, made)
        return made

    def mark(self, picks: Mapping[str, Sequence[int]]) -> None:
        """Show which cells were chosen for what."""
        marks: dict[int, str] = {}
        for slot, chosen in picks.items():
            word = slot if len(picks) > 1 else "●"
            for index in chosen:
                marks[index] = f"{marks[index]} {word}" if index in marks else word
        self.grid.marks = marks

    def _clicked(self, index: int) -> None:
        slots = list(self.slots)
        now = next(slot for slot in slots if self.slots[slot].isChecked())
        if not self._several:
            self.slots[slots[(slots.index(now) + 1) % len(slots)]].setChecked(True)
        self.picked.emit(now, index)


class ClassRow(QWidget):
    """A button for every class that a conditional generator can draw."""

    chosen = Signal(object)
    """The number of a class, or None: each cell draws its own."""

    def __init__(self) -> None:
        super().__init__()
        self.buttons: dict[int | None, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        label = QLabel("Draw")
        label.setProperty("role", "muted")
        self._row.addWidget(label)
        self._row.addStretch(1)
        self.hide()

    def offer(self, classes: Mapping[int, str]) -> None:
        """These classes, numbers and names; with none there is nothing to choose."""
        for button in self.buttons.values():
            _take_away(button, self._group, self._row)
        self.buttons = {}
        if classes:
            self._add(None, "own", "Every cell draws the class that it always draws")
            for number, name in classes.items():
                self._add(number, name, f"The generator is told to draw “{name}” everywhere")
            self.buttons[None].setChecked(True)
        self.setVisible(bool(classes))

    def _add(self, number: int | None, name: str, tip: str) -> None:
        made = QToolButton()
        made.setText(name)
        made.setToolTip(tip)
        made.setAccessibleName(f"Draw {name}")
        made.setCheckable(True)
        # Of both buttons that a choice concerns only the new one speaks.
        made.toggled.connect(lambda on: self.chosen.emit(number) if on else None)
        self._group.addButton(made)
        self._row.insertWidget(self._row.count() - 1, made)
        self.buttons[number] = made
