"""How one run looks in the list: its picture, its title, how it ended, what was said of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ganstudio.app.library.model import RUN_ROLE
from ganstudio.app.library.runs import Run, when
from ganstudio.app.library.sketch import Sketch
from ganstudio.plots.fleet_marks import draw_mark
from ganstudio.plots.palette import colour, font
from ganstudio.plots.style import LIGHT, Style

PICTURE = QSize(128, 78)
_PAD, _GAP = 8, 6
_KEPT = 400
"""Pictures that are remembered, each some 40 kB."""
CHIP_ROLES = {"good": "discriminator", "busy": "real", "trouble": "trouble", "plain": ""}


class Rows(QStyledItemDelegate):
    """Paints runs.

    Args:
        parent: the list.
        is_open: whether a file is the one that the window shows.
    """

    def __init__(self, parent: QObject, is_open: Callable[[Path], bool]) -> None:
        super().__init__(parent)
        self._style: Style = LIGHT
        self._is_open = is_open
        self._image = lru_cache(_KEPT)(_drawn)

    def set_style(self, style: Style) -> None:
        """Take other colours and sizes."""
        self._style = style

    @property
    def picture(self) -> QSize:
        """How large a run's picture is, in points."""
        return PICTURE * min(self._style.text_scale, 1.3)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(260, self.picture.height() + 2 * _PAD + _GAP)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        run: Run = index.data(RUN_ROLE)
        state = option.state
        room = QRectF(option.rect).adjusted(1, 1, -1, 1 - _GAP)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        self._paint_card(painter, room, chosen, bool(state & QStyle.StateFlag.State_HasFocus))
        size = self.picture
        place = QRectF(room.left() + _PAD, room.top() + _PAD, size.width(), size.height())
        self._paint_picture(painter, run, place)
        left = place.right() + 12
        words = QRectF(left, place.top(), room.right() - 10 - left, place.height())
        self._paint_words(painter, run, words)
        painter.restore()

    def _paint_card(self, painter: QPainter, room: QRectF, chosen: bool, focus: bool) -> None:
        style = self._style
        edge = "real" if chosen else "muted" if focus else "border"
        painter.setPen(QPen(colour(style, edge), 2 if chosen or focus else 1))
        painter.setBrush(colour(style, "raised" if chosen else "card"))
        painter.drawRoundedRect(room.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)

    def _paint_picture(self, painter: QPainter, run: Run, place: QRectF) -> None:
        painter.setPen(QPen(colour(self._style, "border"), 1))
        painter.setBrush(colour(self._style, "card"))
        painter.drawRect(place)
        if run.sketch is not None:
            ratio = painter.device().devicePixelRatioF()
            inside = QSize(int(place.width()) - 2, int(place.height()) - 2)
            image = self._image(_Key(run.sketch), inside, ratio, self._style)
            painter.drawImage(place.topLeft() + _ONE, image)

    def _paint_words(self, painter: QPainter, run: Run, room: QRectF) -> None:
        """Title; outcome; figures; what was said: as many lines as there is room for."""
        style = self._style
        entry = run.entry
        title, small = font(style, 13, bold=True), font(style, 12)
        line = QFontMetricsF(small).height()
        y = room.top() - 1
        painter.setFont(title)
        painter.setPen(colour(style, "text"))
        high = QFontMetricsF(title).height()
        self._say(painter, run.title, QRectF(room.left(), y, room.width(), high))
        y += high + 4
        self._paint_chips(painter, run, QRectF(room.left(), y, room.width(), line + 4))
        y += line + 9
        painter.setFont(small)
        painter.setPen(colour(style, "muted"))
        if entry is None:
            self._say(painter, run.problem, QRectF(room.left(), y, room.width(), line))
            return
        parts = [f"{entry.step:,} steps", when(entry.created)]
        if entry.replicas > 1:
            parts.insert(1, f"{entry.replicas:,} seeds")
        else:
            parts.insert(1, f"seed {entry.experiment.seed}")
        if entry.parent is not None:
            parts.append(f"branch from step {entry.parent.step:,}")
        self._say(painter, "  ·  ".join(parts), QRectF(room.left(), y, room.width(), line))
        y += line + 1
        said = "  ".join(
            [*(f"#{tag}" for tag in entry.tags), " ".join(entry.notes.split())[:200]]
        ).strip()
        if said and y + line <= room.bottom() + 4:
            painter.setPen(colour(style, "text"))
            self._say(painter, said, QRectF(room.left(), y, room.width(), line))

    def _paint_chips(self, painter: QPainter, run: Run, room: QRectF) -> None:
        """The outcome with its sign, then whether the run is open somewhere, or was cut off."""
        right = self._paint_chip(painter, run, room)
        status = ""
        if self._is_open(run.path):
            status = "open"
        elif run.entry is not None and run.entry.is_written:
            status = "trains elsewhere"
        elif run.entry is not None and not run.entry.is_whole:
            status = "cut off"
        if status and right + 60 < room.right():
            painter.setPen(colour(self._style, "muted"))
            painter.setFont(font(self._style, 12))
            free = QRectF(room)
            free.setLeft(right + 10)
            self._say(painter, status, free)

    def _paint_chip(self, painter: QPainter, run: Run, room: QRectF) -> float:
        style, high = self._style, room.height()
        made = font(style, 12, bold=True)
        sign = high - 8 if run.condition is not None else 0.0
        width = QFontMetricsF(made).horizontalAdvance(run.outcome) + 20 + (sign + 5 if sign else 0)
        chip = QRectF(room.left(), room.top(), min(width, room.width()), high)
        role = CHIP_ROLES[run.look]
        painter.setPen(QPen(colour(style, role or "border"), 1))
        painter.setBrush(colour(style, role or "raised"))
        painter.drawRoundedRect(chip.adjusted(0.5, 0.5, -0.5, -0.5), high / 2, high / 2)
        ink = QColor(style.on_accent if role else style.text)
        at = chip.left() + 10
        if run.condition is not None:
            draw_mark(painter, run.condition, QRectF(at, chip.top() + 4, sign, sign), ink)
            at += sign + 5
        painter.setFont(made)
        painter.setPen(ink)
        self._say(painter, run.outcome, QRectF(at, chip.top(), chip.right() - at - 4, high))
        return chip.right()

    @staticmethod
    def _say(painter: QPainter, text: str, room: QRectF) -> None:
        fitting = QFontMetricsF(painter.font()).elidedText(
            text, Qt.TextElideMode.ElideRight, room.width()
        )
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, int(flags), fitting)


class _Key:
    """A sketch by its identity: arrays have no hash."""

    def __init__(self, sketch: Sketch) -> None:
        self.sketch = sketch

    def __hash__(self) -> int:
        return id(self.sketch)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.sketch is self.sketch


def _drawn(key: _Key, size: QSize, ratio: float, style: Style) -> QImage:
    return key.sketch.image(size, ratio, style)


_ONE = QRectF(0, 0, 1, 1).bottomRight()
