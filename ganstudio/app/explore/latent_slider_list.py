"""A slider for every dimension of z."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSlider, QVBoxLayout, QWidget

_STEPS = 100
"""Of a slider on either side of 0."""
_AT_ONCE = 24
"""Rows that are made together, about what is in view: hundreds would take a second."""


class _Row(QWidget):
    """One dimension."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(-_STEPS, _STEPS)
        self.slider.setPageStep(_STEPS // 10)
        self.slider.setAccessibleName(f"Dimension {index + 1} of z")
        self.slider.setToolTip(f"Dimension {index + 1} of z; 0 is in the middle")
        name = QLabel(str(index + 1))
        name.setProperty("role", "small")
        name.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.value = QLabel()
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        digit = self.fontMetrics().horizontalAdvance("0")
        name.setFixedWidth(3 * digit)
        self.value.setMinimumWidth(6 * digit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(6)
        row.addWidget(name)
        row.addWidget(self.slider, 1)
        row.addWidget(self.value)


class SliderList(QScrollArea):
    """Sliders from minus to plus `reach`, in the order of the dimensions."""

    value_changed = Signal()
    """By hand: `set_values` says nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Dimensions of z")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._reach = 1.0
        self._values: NDArray[np.float32] = np.zeros(0, np.float32)
        self._rows: list[_Row] = []
        self._only: Collection[int] | None = None
        self._growing = QTimer(self, interval=0)
        self._growing.timeout.connect(self._grow)
        inside = QWidget()
        inside.setProperty("role", "plain")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.setWidget(inside)

    @property
    def values(self) -> NDArray[np.float32]:
        """z, (dimensions,)."""
        return self._values

    @property
    def sliders(self) -> list[QSlider]:
        """One for each dimension, seen or not; those out of view come a little later."""
        return [row.slider for row in self._rows]

    def set_values(self, values: NDArray[np.float32], reach: float) -> None:
        """Show another z, which may lie beyond what a slider reaches."""
        self._values, self._reach = values.astype(np.float32), reach
        while len(self._rows) > len(values):
            self._rows.pop().deleteLater()
        for index in range(len(self._rows)):
            self._say(index)
        self._grow()

    def show_only(self, dimensions: Collection[int] | None) -> None:
        """Hide all but these; None shows all."""
        self._only = dimensions
        for index, row in enumerate(self._rows):
            row.setVisible(dimensions is None or index in dimensions)

    def shown(self) -> list[int]:
        """The dimensions that are not hidden."""
        return [index for index, row in enumerate(self._rows) if not row.isHidden()]

    def _grow(self) -> None:
        """Make some of the rows that are still missing."""
        missing = len(self._values) - len(self._rows)
        for _ in range(min(_AT_ONCE, missing)):
            self._add()
        if missing <= _AT_ONCE:
            self._growing.stop()
        else:
            self._growing.start()

    def _add(self) -> None:
        index = len(self._rows)
        row = _Row(index)
        row.slider.valueChanged.connect(lambda value: self._turned(index, value))
        self._column.insertWidget(index, row)
        self._rows.append(row)
        row.setVisible(self._only is None or index in self._only)
        self._say(index)

    def _turned(self, index: int, value: int) -> None:
        self._values[index] = self._reach * value / _STEPS
        self._write(index)
        self.value_changed.emit()

    def _say(self, index: int) -> None:
        """Put a slider where its value is, as far as it reaches."""
        slider = self._rows[index].slider
        slider.blockSignals(True)
        slider.setValue(round(_STEPS * float(self._values[index]) / self._reach))
        slider.blockSignals(False)
        self._write(index)

    def _write(self, index: int) -> None:
        # Adding 0 makes of "−0.00" a plain zero.
        value = round(float(self._values[index]), 2) + 0.0
        self._rows[index].value.setText(f"{value:+.2f}".replace("-", "−"))
