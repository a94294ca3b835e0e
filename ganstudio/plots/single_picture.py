"""One picture, large, with a caption."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganstudio.plots.painted import Painted
from ganstudio.plots.palette import Dash, Role, colour, font, pen
from ganstudio.plots.sample_mosaic import INK
from ganstudio.plots.style import LIGHT, Style

_FRAME, _GAP = 3, 4
"""Pixels around the picture, and between it and its caption."""
_USUAL, _LEAST = 112, 28


class PictureLabel(Painted):
    """A grey picture with hard pixels in its own aspect, in a frame that says what it is."""

    def __init__(self, parent: QWidget | None = None, style: Style = LIGHT) -> None:
        super().__init__(parent, style)
        self._pixels: NDArray[np.uint32] = np.zeros((0, 0), np.uint32)
        self._caption = ""
        self._role: Role | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def caption(self) -> str:
        """The words below it."""
        return self._caption

    def set_picture(
        self,
        picture: NDArray[np.uint8] | None,
        caption: str = "",
        role: Role | None = None,
        tip: str = "",
    ) -> None:
        """Show another picture.

        Args:
            picture: (h, w), 0 the ground, 255 the ink; None for none.
            caption: a line or more below it; is also its name for screen readers.
            role: the colour of its frame; dashed for "generated", so that it is not colour alone.
            tip: what the pointer is told; the caption unless given.
        """
        empty = np.zeros((0, 0), np.uint32)
        self._pixels = empty if picture is None else np.ascontiguousarray(INK[picture])
        self._caption, self._role = caption, role
        self.setToolTip(tip or caption)
        self.setAccessibleName(caption)
        self.updateGeometry()
        self.update()

    # ---------------------------------------------------------------------------- its sizes

    def sizeHint(self) -> QSize:
        return self._around(_USUAL)

    def minimumSizeHint(self) -> QSize:
        return self._around(_LEAST)

    def _around(self, side: int) -> QSize:
        side = round(side * self._style.text_scale) + 2 * _FRAME
        return QSize(side, side + self._caption_height(side))

    def _caption_height(self, width: int) -> int:
        if not self._caption:
            return 0
        metrics = QFontMetrics(font(self._style, 12))
        flags = int(Qt.AlignmentFlag.AlignHCenter) | int(Qt.TextFlag.TextWordWrap)
        high = metrics.boundingRect(0, 0, max(width, 1), 10_000, flags, self._caption).height()
        return high + _GAP

    @property
    def picture_rect(self) -> QRectF:
        """Where the picture is in the widget, in its own aspect."""
        rows, columns = self._pixels.shape
        wide = self.width() - 2 * _FRAME
        high = self.height() - 2 * _FRAME - self._caption_height(self.width())
        if not rows or wide <= 0 or high <= 0:
            return QRectF()
        scale = min(wide / columns, high / rows)
        if scale > 1:
            # Pixels of one size: an uneven one would be seen.
            dense = self.devicePixelRatioF()
            scale = math.floor(scale * dense) / dense
        size = scale * columns, scale * rows
        left, top = (wide - size[0]) // 2 + _FRAME, (high - size[1]) // 2 + _FRAME
        return QRectF(left, top, *size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        place = self.picture_rect
        if place.isEmpty():
            return
        rows, columns = self._pixels.shape
        image = QImage(self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
        smooth = place.width() < columns
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(place, image)
        if self._role is not None:
            dash: Dash = "dashed" if self._role == "generated" else "solid"
            line = pen(self._style, self._role, _FRAME - 1, dash)
            half = line.widthF() / 2
        else:
            line, half = QPen(colour(self._style, "border"), 1), 0.5
        painter.setPen(line)
        painter.drawRect(place.adjusted(-half, -half, half, half))
        painter.setFont(font(self._style, 12))
        painter.setPen(colour(self._style, "text"))
        top = round(place.bottom()) + _FRAME + _GAP
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        words = int(flags) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(0, top, self.width(), max(0, self.height() - top), words, self._caption)
