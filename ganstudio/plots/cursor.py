"""Where on a time axis the picture beside it is from."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF
from PySide6.QtGui import QPainter, QPen

from ganstudio.plots.items import Across
from ganstudio.plots.palette import pen
from ganstudio.plots.style import Style


class Cursor(Across):
    """An upright line at one x, or none."""

    def __init__(self) -> None:
        super().__init__()
        self.x: float | None = None
        self._pen = QPen()

    def dress(self, style: Style) -> None:
        """Take the style's colours."""
        self._pen = pen(style, "text", 1.2, strength=0.7)
        self.update()

    def move(self, x: float | None) -> None:
        """Stand at another x; None for nowhere."""
        if x != self.x:
            self.x = x
            self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        if self.x is None:
            return
        view = self.boundingRect()
        (x, _x), (top, bottom) = self._to_pixels(
            painter, np.array([self.x, self.x]), np.array([view.top(), view.bottom()])
        )
        painter.setPen(self._pen)
        painter.drawLine(QLineF(x, top, x, bottom))
