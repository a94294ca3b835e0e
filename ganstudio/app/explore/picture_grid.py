"""Pictures in a grid, of which some can be chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ganstudio.app.explore.picture_paint import FRAME, paint_focus, paint_frame, paint_mark
from ganstudio.app.explore.picture_sheet import Cells, fit, sheet
from ganstudio.plots.palette import colour, font
from ganstudio.plots.style import LIGHT, Style

SelectionMode = Literal["none", "single", "several"]
Bytes = NDArray[np.uint8]

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_CHOOSES = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select)
_GAPS = (FRAME + 1, 2 * FRAME + 4)
_CAPTION = 11
"""Pixels of its letters."""
_ROOM_FOR_WORDS = 34
"""Pictures that are less wide have no captions below: a tooltip says them."""


class PictureGrid(QWidget):
    """Pictures, white ink on black ground, as large as the room allows."""

    selection_changed = Signal()
    clicked = Signal(int)
    """A cell, by mouse or keyboard, whether cells can be chosen or not."""
    hovered = Signal(int)
    """The cell that mouse or keyboard points at now, -1 for none."""

    def __init__(self, name: str = "Pictures", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._style = LIGHT
        self._pictures: Bytes = np.zeros((0, 1, 1), np.uint8)
        self._captions: tuple[str, ...] = ()
        self._columns: int | None = None
        self._marks: dict[int, str] = {}
        self._mode: SelectionMode = "none"
        self._selection: tuple[int, ...] = ()
        self._cursor = 0
        self._pointed = -1
        self._cells: Cells | None = None
        self._image: tuple[float, QImage] | None = None
        """The whole in pixels of the screen, with how many of them are one of Qt's."""

    # ------------------------------------------------------------------------------ pictures

    def show_pictures(
        self, pictures: Bytes, captions: Sequence[str] = (), columns: int | None = None
    ) -> None:
        """Show other pictures, (n, h, w). What is chosen stays chosen as far as it is there.

        Args:
            pictures: 0 the ground, 255 the ink.
            captions: one for each, or none.
            columns: how many side by side; as the room allows if None.
        """
        before = self._pictures.shape, len(self._captions), self._columns
        self._pictures, self._captions, self._columns = pictures, tuple(captions), columns
        self._image = None
        if before != (pictures.shape, len(self._captions), columns):
            self._cells = None
            self._cursor = min(self._cursor, max(0, len(pictures) - 1))
            self.updateGeometry()
            self._point_at(-1 if self._pointed >= len(pictures) else self._pointed)
            self.select(self._selection)
        self._describe()
        self.update()

    @property
    def pictures(self) -> Bytes:
        """What is shown, (n, h, w)."""
        return self._pictures

    @property
    def captions(self) -> tuple[str, ...]:
        """What is said of each picture, or nothing."""
        return self._captions

    @property
    def marks(self) -> Mapping[int, str]:
        """Short words on some cells, such as "A"."""
        return self._marks

    @marks.setter
    def marks(self, marks: Mapping[int, str]) -> None:
        self._marks = dict(marks)
        self._describe()
        self.update()

    def set_style(self, style: Style) -> None:
        """Take the style's colours and sizes."""
        self._style, self._cells, self._image = style, None, None
        self.updateGeometry()
        self.update()

    # ------------------------------------------------------------------------------ choosing

    @property
    def selection_mode(self) -> SelectionMode:
        """How many cells can be chosen: "none", "single", "several"."""
        return self._mode

    @selection_mode.setter
    def selection_mode(self, mode: SelectionMode) -> None:
        self._mode = mode
        self.select(self._selection)

    @property
    def selection(self) -> tuple[int, ...]:
        """The chosen cells, in the order in which they were chosen."""
        return self._selection

    def select(self, indices: Iterable[int]) -> None:
        """Choose these cells, as far as they exist and as many as can be chosen."""
        there = [i for i in dict.fromkeys(indices) if 0 <= i < len(self._pictures)]
        most = {"none": 0, "single": 1, "several": len(there)}[self._mode]
        chosen = tuple(there[:most])
        if chosen != self._selection:
            self._selection = chosen
            self._describe()
            self.update()
            self.selection_changed.emit()

    def _choose(self, index: int) -> None:
        """As a click does."""
        self._cursor = index
        if self._mode == "single":
            self.select((index,))
        elif self._mode == "several":
            was = self._selection
            self.select([i for i in was if i != index] if index in was else [*was, index])
        self._describe()
        self.update()
        self.clicked.emit(index)

    # -------------------------------------------------------------------------------- places

    def cell_rect(self, index: int) -> QRect:
        """Where a picture is, in this widget."""
        cells, dense = self._layout(), self.devicePixelRatioF()
        x, y = cells.corner(index)
        size = QSize(round(cells.width / dense), round(cells.height / dense))
        return QRect(QPoint(round(x / dense), round(y / dense)), size)

    def index_at(self, at: QPointF) -> int:
        """The cell under a point of this widget, -1 for none."""
        dense = self.devicePixelRatioF()
        return self._layout().at(at.x() * dense, at.y() * dense)

    def _layout(self) -> Cells:
        if self._cells is None:
            dense = self.devicePixelRatioF()
            cells = self._fit(round(dense * self._foot()) if self._captions else 0)
            if cells.foot and cells.width < dense * self._style.text_scale * _ROOM_FOR_WORDS:
                cells = self._fit(0)
            self._cells = cells
        return self._cells

    def _fit(self, foot: int) -> Cells:
        dense = self.devicePixelRatioF()
        room = int(dense * self.width()), int(dense * self.height())
        least, most = (round(dense * self._style.line_scale * gap) for gap in _GAPS)
        n, high, wide = self._pictures.shape
        return fit(
            (max(1, n), high, wide),
            room,
            columns=self._columns,
            foot=foot,
            gaps=(least, most),
            margin=least,
        )

    def _foot(self) -> int:
        return QFontMetrics(font(self._style, _CAPTION)).height() + 1

    def sizeHint(self) -> QSize:
        n, high, wide = self._pictures.shape
        columns = self._columns or max(1, int(np.ceil(np.sqrt(n))))
        rows = max(1, -(-n // columns))
        # From a thumbnail each to a picture that fills a card.
        one = max(40.0, min(160.0, 320.0 / max(columns, rows)))
        foot = self._foot() if self._captions else 0
        return QSize(
            round(columns * (one + _GAPS[0])), round(rows * (one * high / wide + _GAPS[0] + foot))
        )

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint().boundedTo(QSize(72, 72))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cells = self._image = None

    # ------------------------------------------------------------------------------ painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not len(self._pictures):
            return
        painter = QPainter(self)
        dense = self.devicePixelRatioF()
        if self._image is None or self._image[0] != dense:
            self._cells = None
            self._image = dense, self._compose(dense)
        painter.drawImage(0, 0, self._image[1])
        if self._layout().foot:
            self._paint_captions(painter)
        for index in self._selection:
            paint_frame(painter, self.cell_rect(index), self._style, "real", FRAME)
        if self._pointed >= 0 and self._pointed not in self._selection:
            paint_frame(painter, self.cell_rect(self._pointed), self._style, "muted", FRAME / 2)
        if self.hasFocus():
            paint_focus(painter, self.cell_rect(self._cursor))
        for index, words in self._marks.items():
            if 0 <= index < len(self._pictures):
                paint_mark(painter, self.cell_rect(index), self._style, words)

    def _compose(self, dense: float) -> QImage:
        size = max(1, int(dense * self.width())), max(1, int(dense * self.height()))
        pixels = sheet(self._pictures, self._layout(), size)
        plain = QImage(pixels.data, *size, 4 * size[0], QImage.Format.Format_ARGB32_Premultiplied)
        # The array goes when this method ends.
        made = plain.copy()
        made.setDevicePixelRatio(dense)
        return made

    def _paint_captions(self, painter: QPainter) -> None:
        painter.setFont(font(self._style, _CAPTION))
        painter.setPen(colour(self._style, "muted"))
        metrics = painter.fontMetrics()
        for index, words in enumerate(self._captions[: len(self._pictures)]):
            cell = self.cell_rect(index)
            room = QRect(cell.left() - 1, cell.bottom() + 1, cell.width() + 2, self._foot())
            short = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, short)

    # ----------------------------------------------------------------------- mouse, keyboard

    def _point_at(self, index: int) -> None:
        if index != self._pointed:
            self._pointed = index
            self.update()
            self.hovered.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._existing(event.position()))

    def leaveEvent(self, _event: QEvent) -> None:
        self._point_at(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._existing(event.position())
        if event.button() is Qt.MouseButton.LeftButton and index >= 0:
            self._choose(index)

    def _existing(self, at: QPointF) -> int:
        return self.index_at(at) if len(self._pictures) else -1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not len(self._pictures) or (key not in _ARROWS and key not in _CHOOSES):
            super().keyPressEvent(event)
            return
        if key in _ARROWS:
            self._cursor = self._layout().beside(self._cursor, *_ARROWS[key])
            self._point_at(self._cursor)
        else:
            self._choose(self._cursor)
            return
        self._describe()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point_at(-1)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._existing(QPointF(event.pos()))
            words = self._words(index) or self.toolTip()
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def _words(self, index: int) -> str:
        return self._captions[index] if 0 <= index < len(self._captions) else ""

    def _describe(self) -> None:
        """For those who hear the screen: the cell of the keyboard."""
        if not len(self._pictures):
            self.setAccessibleDescription("")
            return
        said = [f"Cell {self._cursor + 1} of {len(self._pictures)}", self._words(self._cursor)]
        said.append(f"marked {self._marks[self._cursor]}" if self._cursor in self._marks else "")
        said.append("chosen" if self._cursor in self._selection else "")
        self.setAccessibleDescription(", ".join(filter(None, said)))
