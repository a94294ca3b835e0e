"""Small pictures in a form, and sheets to draw on with the mouse or the keyboard."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

MARGIN = 6
"""Pixels between the frame and what is drawn."""
KEY_STEP = 1 / 32
"""How far an arrow key goes, as a share of the sheet."""

Place = tuple[float, float]
"""(x, y) from (0, 0), bottom left, to (1, 1), top right."""

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class Picture(QWidget):
    """A framed picture as wide as there is room.

    Args:
        lines: its height in lines of text.
    """

    def __init__(self, lines: float) -> None:
        super().__init__()
        self._lines = lines
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @abstractmethod
    def paint(self, painter: QPainter) -> None:
        """Draw what is on it."""

    def sizeHint(self) -> QSize:
        """As high as some lines of text."""
        return QSize(120, round(self._lines * self.fontMetrics().height()))

    def minimumSizeHint(self) -> QSize:
        """It may be narrower than the hint, never lower."""
        return QSize(60, self.sizeHint().height())

    def sheet(self) -> QRectF:
        """Where it is drawn on, in pixels."""
        return QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)

    def pixel(self, place: Place) -> QPointF:
        """The pixel of a place."""
        (x, y), sheet = place, self.sheet()
        return QPointF(sheet.left() + x * sheet.width(), sheet.bottom() - y * sheet.height())

    def data_colour(self, opacity: float = 1.0) -> QColor:
        """The colour of real data, which is the accent as well."""
        colour = self.palette().color(QPalette.ColorRole.Highlight)
        colour.setAlphaF(opacity)
        return colour

    def paintEvent(self, event: QPaintEvent) -> None:
        """A frame in the palette's colours, and what is drawn in it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = self.hasFocus()
        role = QPalette.ColorRole.Highlight if focus else QPalette.ColorRole.Mid
        painter.setPen(QPen(self.palette().color(role), 2 if focus else 1))
        painter.setBrush(self.palette().color(QPalette.ColorRole.Window))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        self.paint(painter)


class Canvas(Picture):
    """A picture that is drawn by hand.

    Args:
        lines: its height in lines of text.
        keys: what the mouse and the keys do, in words.
    """

    finished = Signal()
    """A stroke has ended: what is drawn counts."""

    def __init__(self, lines: float, keys: str) -> None:
        super().__init__(lines)
        self.keys = keys
        self._last: Place | None = None
        self.cursor_at: Place = (0.5, 0.5)
        """Where the keyboard is."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)

    @abstractmethod
    def clear(self) -> None:
        """Empty the sheet."""

    @abstractmethod
    def stroke(self, start: Place, end: Place, erase: bool) -> None:
        """Draw from one place to another, which are the same for a click."""

    @abstractmethod
    def press(self, key: int) -> bool:
        """Do what a key means where the keyboard is; whether it means anything."""

    def place(self, pixel: QPointF) -> Place:
        """The place of a pixel; beside the sheet, the nearest on it."""
        sheet = self.sheet()
        x = (pixel.x() - sheet.left()) / max(sheet.width(), 1)
        y = (sheet.bottom() - pixel.y()) / max(sheet.height(), 1)
        return _on_sheet(x, y)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A stroke begins."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """It goes on."""
        if self._last is not None:
            self._go(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """It ends, and counts."""
        if self._last is not None and not event.buttons():
            self._last = None
            self.finished.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that mean something here; the others are the window's."""
        moved = _ARROWS.get(Qt.Key(event.key()))
        if self.press(event.key()):
            self.finished.emit()
        elif moved is not None:
            (x, y), (right, up) = self.cursor_at, moved
            self.cursor_at = _on_sheet(x + KEY_STEP * right, y + KEY_STEP * up)
        else:
            super().keyPressEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows where the keyboard is."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Shows it no more."""
        super().focusOutEvent(event)
        self.update()

    def _go(self, event: QMouseEvent) -> None:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        erase = shift or bool(event.buttons() & Qt.MouseButton.RightButton)
        to = self.place(event.position())
        self.stroke(self._last or to, to, erase)
        self._last = to
        self.update()


def _on_sheet(x: float, y: float) -> Place:
    return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)
