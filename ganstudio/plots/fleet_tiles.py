"""One small picture for each seed, all of them in one widget."""

from __future__ import annotations

import html
import math
from collections.abc import Set

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from ganstudio.core.events import Condition, Fleet, Frame
from ganstudio.core.experiment import Experiment
from ganstudio.plots.fleet_grid import Grid, Sort, arranged, best_grid
from ganstudio.plots.fleet_sheet import SheetPainter, Sight
from ganstudio.plots.fleet_words import seed_in_words
from ganstudio.plots.palette import colour, font
from ganstudio.plots.style import LIGHT, Style

_LINE_ASPECTS = (0.48, 0.8)
"""Height over width of a picture of a density: the tiles fill the card by it."""
_LIMITS = (41, 480)
"""Least and largest width of a tile."""
_GAP = 3
_MOVES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
"""Tiles to the right, tiles down."""
_LEAPS = {
    Qt.Key.Key_Home: -math.inf,
    Qt.Key.Key_End: math.inf,
    Qt.Key.Key_PageUp: -1.0,
    Qt.Key.Key_PageDown: 1.0,
}
"""Pages down."""
_CLICKS = (
    "Click to watch it. A double click opens this seed as a run of its own from step 0; the "
    "fleet ends."
)
_OPENS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_OWN = {*_MOVES, *_LEAPS, *_OPENS}


class FleetTiles(QAbstractScrollArea):
    """The seeds' pictures: a click watches one, a double click or Enter opens it.

    What is in view is painted into one image when a frame, the order or the size changes.
    """

    watched = Signal(int)
    """The replica that was chosen."""
    activated = Signal(int)
    """The replica that is to be opened as a run of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = LIGHT
        self._experiment: Experiment | None = None
        self._frame: Frame | None = None
        self._fleet: Fleet | None = None
        self._sort: Sort = "seed"
        self._only: frozenset[Condition] = frozenset()
        self.order = np.arange(0)
        self.selected = 0
        self._sheet: QImage | None = None
        self._sheets = SheetPainter()
        self.grid = Grid(1, _LIMITS[0], 30, 14, _GAP)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumSize(160, 100)
        self.setAccessibleName("Seeds")
        self.setWhatsThis(
            "One picture for each seed: what its generator makes, over the target if that is no "
            "set of pictures. The frame's colour and the sign say its verdict."
        )

    # -------------------------------------------------------------------- what a page uses

    def set_style(self, style: Style) -> None:
        """Take other colours and sizes."""
        self._style = style
        self._lay_out()

    def start(self, experiment: Experiment) -> None:
        """Another fleet: forget the one before."""
        self._experiment, self._frame, self._fleet = experiment, None, None
        self.selected = min(self.selected, experiment.replicas - 1)
        self.order = np.arange(experiment.replicas)
        self.verticalScrollBar().setValue(0)
        self._lay_out()

    def show_frame(self, frame: Frame) -> None:
        """Show the newest pictures."""
        self._frame = frame
        first = self._fleet is None
        self._fleet = frame.fleet or self._fleet
        if first:
            # Only now it is known whether tiles are wide, as on the line, or square.
            self._lay_out()
        else:
            self._arrange()
        self._describe()

    def sort_by(self, sort: Sort) -> None:
        """Put the tiles into another order."""
        self._sort = sort
        self._arrange()
        # The best are on top, and to see them is why people sort.
        self.verticalScrollBar().setValue(0)

    def show_only(self, conditions: Set[Condition]) -> None:
        """Show the seeds with one of these verdicts; all of them if there is none."""
        self._only = frozenset(conditions)
        self._arrange()
        self.verticalScrollBar().setValue(0)

    def select(self, replica: int) -> None:
        """Mark one seed and bring it into view; says nothing."""
        self.selected = replica
        self._reveal()
        self._describe()
        self.viewport().update()

    # ------------------------------------------------------------------------------ places

    def _count(self) -> int:
        return self._experiment.replicas if self._experiment else 0

    def _lay_out(self) -> None:
        """The size of the tiles, from the number of all seeds: a filter makes none jump."""
        scale = self._style.text_scale
        head = QFontMetrics(font(self._style, 11)).height() + 2
        room = self.viewport().size()
        limits = round(_LIMITS[0] * scale), round(_LIMITS[1] * scale)
        fitted = (room.width(), room.height()), self._aspects(), head, _GAP, limits
        self.grid = best_grid(max(1, self._count()), *fitted)
        self._arrange()

    def _aspects(self) -> tuple[float, float]:
        if self._fleet is None or len(self._fleet.extent) == 2:
            return _LINE_ASPECTS
        left, right, low, high = self._fleet.extent
        aspect = float(np.clip((high - low) / (right - left), 0.5, 2.0))
        return aspect, aspect

    def _arrange(self) -> None:
        """Who is shown, in which order; all is painted anew."""
        if self._frame is not None:
            self.order = arranged(self._frame, self._sort, self._only)
        high = self.grid.rows(len(self.order)) * self.grid.height
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(self.grid.height)
        bar.setRange(0, max(0, high - self.viewport().height()))
        self._sheet = None
        self.viewport().update()

    def _place(self, replica: int) -> int | None:
        found = np.flatnonzero(self.order == replica)
        return int(found[0]) if len(found) else None

    def replica_at(self, point: QPointF) -> int | None:
        """The replica whose tile is under a point of the viewport."""
        place = self.grid.at(point.x(), point.y() + self.verticalScrollBar().value())
        return int(self.order[place]) if place is not None and place < len(self.order) else None

    def box(self, replica: int) -> QRectF | None:
        """Where a replica's tile is in the viewport; None if a filter hides it."""
        place = self._place(replica)
        if place is None:
            return None
        x, y = self.grid.corner(place)
        size = self.grid.width - _GAP, self.grid.height - _GAP
        return QRectF(x, y - self.verticalScrollBar().value(), *size)

    def _reveal(self) -> None:
        box, bar = self.box(self.selected), self.verticalScrollBar()
        if box is not None and box.top() < 0:
            bar.setValue(bar.value() + round(box.top()))
        elif box is not None and box.bottom() > self.viewport().height():
            bar.setValue(bar.value() + round(box.bottom() - self.viewport().height()))

    # ---------------------------------------------------------------------------- painting

    def paint(self, painter: QPainter) -> None:
        """Paint the whole view; pictures that have not changed are not made again."""
        sheet = self._sheet = self._sheet or self._make_sheet()
        painter.fillRect(self.viewport().rect(), colour(self._style, "card"))
        first = self.verticalScrollBar().value() // self.grid.height
        top = first * self.grid.height - self.verticalScrollBar().value()
        if sheet is not None:
            painter.drawImage(QPointF(0, top), sheet)
        box = self.box(self.selected)
        if box is not None:
            role = "real" if self.hasFocus() else "text"
            painter.setPen(QPen(colour(self._style, role), 2.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        if self._only and not len(self.order):
            painter.setPen(colour(self._style, "muted"))
            painter.setFont(font(self._style, 13))
            words = "No seed has this verdict now"
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, words)

    def _make_sheet(self) -> QImage | None:
        """The rows in view, as one image; None while there is nothing to show."""
        if self._frame is None or self._fleet is None or self._experiment is None:
            return None
        sight = Sight(self._style, self._experiment, self._frame, self._fleet)
        grid = self.grid
        first = self.verticalScrollBar().value() // grid.height
        rows = self.viewport().height() // grid.height + 2
        shown = self.order[first * grid.columns : (first + rows) * grid.columns]
        return self._sheets.make(sight, grid, shown, self.devicePixelRatioF())

    # -------------------------------------------------------------------- Qt calls these

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        self.paint(painter)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        box = self.box(self.selected)
        seen = box is not None and 0 <= box.top() < event.oldSize().height()
        self._lay_out()
        if seen:
            self._reveal()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._sheet = None
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def event(self, event: QEvent) -> bool:
        # The window has a command on the right arrow; here it goes to the next seed.
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() in _OWN
            and not _modified(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            replica = self.replica_at(QPointF(event.pos()))
            words = self._words_of(replica) if replica is not None else ""
            if words:
                words += f"\n{_CLICKS}"
            text = f"<p>{html.escape(words).replace(chr(10), '<br>')}</p>" if words else ""
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        replica = self.replica_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and replica is not None:
            self._watch(replica)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # a scroll area would pass it on to what lies below

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        replica = self.replica_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and replica is not None:
            self.activated.emit(replica)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _OWN or _modified(event) or not len(self.order):
            super().keyPressEvent(event)
        elif event.key() not in _OPENS:
            self._watch(int(self.order[self._next(Qt.Key(event.key()))]))
        elif self._place(self.selected) is not None:
            self.activated.emit(self.selected)

    def _next(self, key: Qt.Key) -> int:
        """The place that a key leads to; a seed that a filter hides leads to the first."""
        place, last = self._place(self.selected), len(self.order) - 1
        if place is None:
            return 0
        if key in _MOVES:
            across, down = _MOVES[key]
            wanted = place + across + down * self.grid.columns
            return wanted if 0 <= wanted <= last else place
        page = self.grid.columns * max(1, self.viewport().height() // self.grid.height)
        return int(min(max(place + _LEAPS[key] * page, 0), last))

    def _watch(self, replica: int) -> None:
        self.select(replica)
        self.watched.emit(replica)

    def _describe(self) -> None:
        self.setAccessibleDescription(self._words_of(self.selected))

    def _words_of(self, replica: int) -> str:
        if self._frame is None or self._experiment is None:
            return ""
        return seed_in_words(self._experiment, self._frame, replica)


def _modified(event: QKeyEvent) -> bool:
    keypad = Qt.KeyboardModifier.KeypadModifier
    return event.modifiers() & ~keypad != Qt.KeyboardModifier.NoModifier
