"""Where on a time axis the picture beside it is from."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QPainter, QPen

from ganstudio.plots.items import Across
from ganstudio.plots.palette import Dash, Role, pen
from ganstudio.plots.style import Style


class Upright(Across):
    """A line from the bottom to the top of the view at one x, or none."""

    def __init__(self, role: Role, width: float, dash: Dash = "solid", strength: float = 1) -> None:
        super().__init__()
        self._look: tuple[Role, float, Dash, float] = role, width, dash, strength
        self.x: float | None = None
        self._pen = QPen()

    def dress(self, style: Style) -> None:
        """Take the style's colours and widths."""
        self._pen = pen(style, *self._look)
        self._pen.setCapStyle(Qt.PenCapStyle.FlatCap)
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


class Cursor(Upright):
    """Where on a time axis one looks."""

    def __init__(self) -> None:
        super().__init__("text", 1.2, strength=0.7)
