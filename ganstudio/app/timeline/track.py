"""The slider through all pictures of a run, with what happened marked on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QAbstractSlider, QToolTip, QWidget

from ganstudio.app.timeline.history import Reel
from ganstudio.app.wording import CHIP_LOOK, mark_words
from ganstudio.plots.style import LIGHT, Style

if TYPE_CHECKING:
    from ganstudio.record.reader import Mark

NEAR = 6
"""Pixels from the mouse within which a mark is meant."""
GROOVE = 5
NOTHING_YET = "Train, and every step that was shown can be looked at again here."


class Track(QAbstractSlider):
    """Its value is the index of a picture; it goes where the mouse is pressed and drags on."""

    chosen = Signal(int)
    """Somebody moved to the picture of this index."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._given = self._reel = Reel()
        """The second is without what is no event."""
        self._marked = QPixmap()
        """All that is marked, painted once: it may be much, and the handle moves at 60 Hz."""
        self._style: Style = LIGHT
        self._telling = False
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setAccessibleName("Timeline")
        self.setToolTip(NOTHING_YET)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setRange(0, 0)
        self.actionTriggered.connect(lambda _action: self._tell_soon())
        self.valueChanged.connect(self._tell)

    def set_style(self, style: Style) -> None:
        """Take other colours and sizes."""
        self._style = style
        self._marked = QPixmap()
        self.updateGeometry()
        self.update()

    def show_reel(self, reel: Reel, index: int) -> None:
        """Show other pictures and marks, and where one is, without telling anyone."""
        if reel is not self._given:
            # That a run was trained on beyond its end is no event.
            marks = (mark for mark in reel.marks if (mark.kind, mark.words) != ("edit", "steps"))
            self._given, self._reel = reel, replace(reel, marks=tuple(marks))
            self._marked = QPixmap()
        self.blockSignals(True)
        self.setRange(0, max(0, len(reel.places) - 1))
        self.setPageStep(max(1, len(reel.places) // 20))
        self.setValue(max(0, index))
        self.blockSignals(False)
        self.setEnabled(len(reel.places) > 1)
        self.update()

    def marks_at(self, x: float) -> list[Mark]:
        """What happened near a place on the track."""
        return [mark for mark in self._reel.marks if abs(self._x_of(mark.step) - x) <= NEAR]

    def sizeHint(self) -> QSize:
        return QSize(240, round(28 * self._style.text_scale))

    def minimumSizeHint(self) -> QSize:
        return QSize(90, self.sizeHint().height())

    # ------------------------------------------------------------------------------- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._reel.places:
            self.setSliderDown(True)
            self._move_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._move_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def _move_to(self, x: float) -> None:
        near = [mark.step for mark in self.marks_at(x)]
        # What is marked is what one wants to see.
        step = min(near, key=lambda s: abs(self._x_of(s) - x)) if near else self._step_at(x)
        index = self._reel.nearest(step)
        self._telling = True
        if index == self.value():
            self._tell(index)
        else:
            self.setValue(index)

    def _tell_soon(self) -> None:
        # A key's or the wheel's: the value follows.
        self._telling = True

    def _tell(self, index: int) -> None:
        if self._telling:
            self._telling = False
            self.chosen.emit(index)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._tip(event.pos().x()), self)
            return True
        return super().event(event)

    def _tip(self, x: float) -> str:
        if not self._reel.places:
            return NOTHING_YET
        step = self._reel.places[self._reel.nearest(self._step_at(x))].step
        lines = [f"Step {step:,}", *(mark_words(mark) for mark in self.marks_at(x)[:4])]
        return "\n".join(lines)

    # ---------------------------------------------------------------------------- geometry

    @property
    def _room(self) -> QRectF:
        margin = 9 * self._style.line_scale**0.5
        return QRectF(self.rect()).adjusted(margin, 0, -margin, 0)

    def _x_of(self, step: float) -> float:
        places, room = self._reel.places, self._room
        if len(places) < 2:
            return room.right()
        first, last = places[0].step, places[-1].step
        share = (step - first) / (last - first) if last > first else 1.0
        return room.left() + min(max(share, 0.0), 1.0) * room.width()

    def _step_at(self, x: float) -> float:
        places, room = self._reel.places, self._room
        first, last = places[0].step, places[-1].step
        return first + (last - first) * min(max((x - room.left()) / room.width(), 0.0), 1.0)

    # ------------------------------------------------------------------------------- paint

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        room, style = self._room, self._style
        thick, middle = GROOVE * style.line_scale**0.5, room.center().y()
        groove = QRectF(room.left(), middle - thick / 2, room.width(), thick)
        painter.setBrush(QColor(style.border))
        painter.drawRoundedRect(groove, thick / 2, thick / 2)
        if not self._reel.places:
            return
        here = self._x_of(self._reel.places[min(self.value(), len(self._reel.places) - 1)].step)
        painter.setBrush(QColor(style.real if self.isEnabled() else style.border))
        painter.drawRoundedRect(
            QRectF(room.left(), groove.top(), here - room.left(), thick), thick / 2, thick / 2
        )
        ratio = self.devicePixelRatioF()
        size = (QSizeF(self.size()) * ratio).toSize()
        if self._marked.size() != size:
            self._marked = QPixmap(size)
            self._marked.setDevicePixelRatio(ratio)
            self._paint_marked(groove)
        painter.drawPixmap(0, 0, self._marked)
        self._paint_handle(painter, QPointF(here, middle))

    def _paint_marked(self, groove: QRectF) -> None:
        self._marked.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._marked)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_checkpoints(painter, groove)
        for mark in self._reel.marks:
            self._paint_mark(painter, mark, groove)
        painter.end()

    def _paint_checkpoints(self, painter: QPainter, groove: QRectF) -> None:
        painter.setPen(QPen(QColor(self._style.muted), 1.2))
        # One a pixel is enough for the eye.
        for x in sorted({round(self._x_of(step)) for step in self._reel.checkpoints}):
            painter.drawLine(QPointF(x, groove.bottom() + 2), QPointF(x, groove.bottom() + 5))

    def _paint_mark(self, painter: QPainter, mark: Mark, groove: QRectF) -> None:
        x, y, size = self._x_of(mark.step), groove.top() - 2, 3.6 * self._style.line_scale**0.5
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._style.trouble if is_trouble(mark) else self._style.text))
        if mark.kind == "edit":
            corners = [(0, -2 * size), (size, -size), (0, 0), (-size, -size)]
        elif is_trouble(mark):
            corners = [(-size, -2 * size), (size, -2 * size), (0, 0)]
        else:
            painter.drawEllipse(QPointF(x, y - size), 0.8 * size, 0.8 * size)
            return
        painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in corners]))

    def _paint_handle(self, painter: QPainter, at: QPointF) -> None:
        style = self._style
        size = 6.5 * style.line_scale**0.5
        ring = style.text if self.hasFocus() else style.card
        painter.setPen(QPen(QColor(ring), 2))
        painter.setBrush(QColor(style.real if self.isEnabled() else style.muted))
        painter.drawEllipse(at, size, size)


def is_trouble(mark: Mark) -> bool:
    """Whether what happened is bad."""
    if mark.kind == "not finite":
        return True
    condition = mark.words.partition(":")[0]
    troubles = {one.value for one, look in CHIP_LOOK.items() if look == "trouble"}
    return mark.kind == "verdict" and condition in troubles
