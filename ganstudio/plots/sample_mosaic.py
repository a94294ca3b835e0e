"""Hundreds of small pictures, drawn as one."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPaintEngine, QPainter

from ganstudio.plots.items import Drawn, Values
from ganstudio.plots.palette import colour
from ganstudio.plots.sample_layout import Block
from ganstudio.plots.style import LIGHT, Style

_VECTORS = (QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf)
_OPAQUE = 0xFF000000
INK: NDArray[np.uint32] = (_OPAQUE | np.arange(256) * 0x010101).astype(np.uint32)
"""White ink on black ground in both themes: these are the numbers that both networks see, and
what people know of such pictures. On white, a shirt or a photograph would be a negative."""
_LARGE = 4
"""From so many pixels of the screen for each of a picture on, an uneven one is not seen."""
_STRIP_GAP = 1


def strip_for(height: int) -> int:
    """Rows below a picture of this height, that show a score."""
    return _STRIP_GAP + max(2, round(height / 12))


class Mosaic(Drawn):
    """Pictures of one block, each with a bar for its score if the block has strips.

    Enlarged ones keep their hard pixels, shrunk ones are averaged, so that thin strokes stay.
    """

    def __init__(self) -> None:
        super().__init__()
        self._style: Style = LIGHT
        self._block: Block | None = None
        self._pictures: NDArray[np.uint8] = np.zeros((0, 1, 1), np.uint8)
        self._scores: Values | None = None
        self.sheet: NDArray[np.uint32] = np.zeros((0, 0), np.uint32)
        """All pixels with the gaps, as 0xffrrggbb."""
        self._shrunk: tuple[QRect, QSize, QImage] | None = None

    def dress(self, style: Style) -> None:
        """Take the style's colours for what is between the pictures."""
        self._style = style
        self._fill()

    def draw(self, block: Block, pictures: NDArray[np.uint8], scores: Values | None = None) -> None:
        """Show pictures, (k, h, w), and scores from 0 to 1, (k,); one that is NaN has no bar."""
        self._block, self._pictures, self._scores = block, pictures, scores
        left, top, (wide, high) = block.left, block.top, block.size
        self._occupy(np.array([left, left + wide]), np.array([top, top + high]))
        self._fill()

    def erase(self) -> None:
        """Show nothing."""
        self._block, self._shrunk = None, None
        self._occupy(np.empty(0), np.empty(0))

    # ------------------------------------------------------------------------------ pixels

    def _fill(self) -> None:
        block = self._block
        if block is None:
            return
        across, down = block.pitch
        shape = block.rows * down, block.columns * across
        if self.sheet.shape != shape:
            self.sheet = np.empty(shape, np.uint32)
        self.sheet[:] = self._pixel("card")
        self._put(block, 0, INK[self._pictures])
        if block.strip and self._scores is not None:
            thick = block.strip - _STRIP_GAP
            bars = np.repeat(self._bars(block, self._scores)[:, None], thick, axis=1)
            self._put(block, block.height + _STRIP_GAP, bars)
        self._shrunk = None
        self.update()

    def _put(self, block: Block, top: int, parts: NDArray[np.uint32]) -> None:
        """Copy the same part of each cell, (k, h, w), from a row of the cell on."""
        across, down = block.pitch
        high, columns = parts.shape[1], block.columns
        cells = self.sheet.reshape(block.rows, down, columns, across).swapaxes(1, 2)
        places = cells[:, :, top : top + high, : block.width]
        rows, rest = divmod(block.count, columns)
        whole = rows * columns
        places[:rows] = parts[:whole].reshape(rows, columns, high, block.width)
        if rest:
            places[rows, :rest] = parts[whole:]

    def _bars(self, block: Block, scores: Values) -> NDArray[np.uint32]:
        """One row of pixels for each score, (k, width)."""
        lengths = np.rint(np.clip(np.nan_to_num(scores), 0, 1) * block.width)
        reached = np.arange(block.width) < lengths[:, None]
        bars = np.where(reached, self._pixel("discriminator"), self._pixel("border"))
        bars[np.isnan(scores)] = self._pixel("card")
        return bars.astype(np.uint32)

    def _pixel(self, role: str) -> int:
        return _OPAQUE | colour(self._style, role).rgb()

    # ---------------------------------------------------------------------------- painting

    def paint(self, painter: QPainter, *_: object) -> None:
        block, view = self._block, self.viewRect()
        if block is None or view is None:
            return
        seen = view.translated(-block.left, -block.top)
        wide, high = block.size
        # Whole pixels of the sheet, and no more than is in view, however far somebody zooms in.
        first = max(0, math.floor(seen.left())), max(0, math.floor(seen.top()))
        last = min(wide, math.ceil(seen.right())), min(high, math.ceil(seen.bottom()))
        crop = QRect(*first, last[0] - first[0], last[1] - first[1])
        if crop.isEmpty():
            return
        x, y = self._to_pixels(
            painter,
            np.array([first[0], last[0]]) + block.left,
            np.array([first[1], last[1]]) + block.top,
        )
        target = QRectF(QPointF(x[0], y[0]), QPointF(x[1], y[1]))
        self._paint_part(painter, crop, target)

    def _paint_part(self, painter: QPainter, crop: QRect, target: QRectF) -> None:
        rows, columns = self.sheet.shape
        image = QImage(self.sheet.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
        dense = painter.deviceTransform().m11()
        scale = dense * target.width() / crop.width()
        if painter.paintEngine().type() in _VECTORS:
            # Who reads the file would smooth them: pixels made of pixels stay hard.
            image = image.copy(crop)
            painter.drawImage(target, image.scaled(image.size() * _LARGE))
        elif scale < 1:
            painter.drawImage(target.topLeft(), self._shrink(image, crop, target, dense))
        elif scale >= _LARGE or abs(scale - round(scale)) * crop.width() < 1:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(target, image, QRectF(crop))
        else:
            # Every pixel as wide as all others, for instance 1.3: blown up, then drawn smoothly.
            whole = image.copy(crop)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(target, whole.scaled(whole.size() * math.ceil(scale)))

    def _shrink(self, image: QImage, crop: QRect, target: QRectF, dense: float) -> QImage:
        """Averaged over areas: what `drawImage` does leaves out every second line."""
        size = QSize(round(dense * target.width()), round(dense * target.height()))
        size = size.expandedTo(QSize(1, 1))
        if self._shrunk is None or self._shrunk[:2] != (crop, size):
            smooth = Qt.TransformationMode.SmoothTransformation
            small = image.copy(crop).scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
            small.setDevicePixelRatio(dense)
            self._shrunk = crop, size, small
        return self._shrunk[2]
