"""One z, drawn and as text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from ganstudio.plots.painted import Painted
from ganstudio.plots.palette import colour

_HEIGHT = 48
_WIDEST = 14
"""Pixels of a bar."""


def as_list(z: NDArray[np.float32]) -> str:
    """The numbers as TOML, Python and JSON write a list."""
    return "[" + ", ".join(f"{value:.4f}" for value in z) + "]"


class NoiseBars(Painted):
    """A bar for each number: upwards from the middle if it is positive."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(
            "The numbers that the generator makes this picture of, from the first to the last: "
            "a bar above the line is positive"
        )
        self._z: NDArray[np.float32] = np.zeros(0, np.float32)
        self._reach = 1.0

    def show_noise(self, z: NDArray[np.float32], reach: float) -> None:
        """Draw z, (dimensions,); the bars go as far as plus or minus `reach`."""
        self._z, self._reach = z, max(reach, float(np.abs(z).max(initial=0)))
        self.setAccessibleName(f"Noise of {len(z)} numbers")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, round(_HEIGHT * self._style.text_scale))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        middle, half = self.height() / 2, self.height() / 2 - 1
        pitch = min(self.width() / max(1, len(self._z)), _WIDEST * self._style.line_scale)
        # One or two pixels have no room for a gap.
        width = pitch - 1 if pitch >= 3 else pitch
        ink = colour(self._style, "text")
        for index, value in enumerate(self._z / self._reach):
            bar = QRectF(index * pitch, middle, width, -half * float(value))
            painter.fillRect(bar.normalized(), ink)
        line = QRectF(0, middle - 0.5, pitch * len(self._z), 1)
        painter.fillRect(line, colour(self._style, "muted"))
