"""A small picture of how a run ended: what it generates over its target, with few numbers kept."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from ganstudio.core.events import Fleet, Frame, PictureView, PlaneView, View
from ganstudio.plots.fleet_raster import Inks, Raster
from ganstudio.plots.palette import colour
from ganstudio.plots.style import Style

Floats = NDArray[np.float32]

MOST_SEEDS = 64
"""Seeds of a fleet that are drawn: more would be specks."""
MOST_PICTURES = 32
MOST_POINTS = 400
BINS = 120
GAP = 2
"""Pixels between the seeds of a fleet."""
_POINT = 2.6


@dataclass(frozen=True)
class Sketch:
    """What is drawn of one picture, some kilobytes.

    Either `shapes` (k, n) or (k, m, n) over `target` (n,) or (m, n), or two clouds of points
    `real` and `shown`, (count, 2), scaled so that the target fills -1 to 1, or grey `pictures`
    (k, h, w), those of a fleet with several in one.
    """

    target: Floats | None = None
    shapes: Floats | None = None
    real: Floats | None = None
    shown: Floats | None = None
    pictures: NDArray[np.uint8] | None = None

    @classmethod
    def of(cls, frame: Frame) -> Sketch:
        """Of a run's newest picture."""
        view, pictures = frame.view, isinstance(frame.view, PictureView)
        if frame.fleet is not None and len(frame.fleet.shapes) > 1:
            return Sketch(pictures=_mosaics(frame.fleet)) if pictures else _of_fleet(frame.fleet)
        if isinstance(view, PictureView):
            return Sketch(pictures=view.shown[:MOST_PICTURES].copy())
        return _of_plane(view) if isinstance(view, PlaneView) else _of_line(view)

    def image(self, size: QSize, ratio: float, style: Style) -> QImage:
        """Drawn in so many points; `ratio` is how many of the screen's pixels one has."""
        image = QImage(size * ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(colour(style, "card"))
        painter = QPainter(image)
        room = QRectF(0, 0, size.width(), size.height())
        if self.shapes is not None and self.target is not None:
            _paint_shapes(painter, self.target, self.shapes, room, ratio, style)
        elif self.real is not None and self.shown is not None:
            _paint_clouds(painter, self.real, self.shown, room, style)
        elif self.pictures is not None:
            _paint_pictures(painter, self.pictures, room)
        painter.end()
        return image


def _of_fleet(fleet: Fleet) -> Sketch:
    return Sketch(target=fleet.target, shapes=fleet.shapes[:MOST_SEEDS].copy())


def _mosaics(fleet: Fleet) -> NDArray[np.uint8]:
    """Those of some seeds, upright."""
    shades = np.nan_to_num(fleet.shapes[:MOST_PICTURES, ::-1])
    return np.rint(255 * np.clip(shades, 0, 1)).astype(np.uint8)


def _of_line(view: View) -> Sketch:
    """Both densities where there is any mass, on an even grid."""
    target, shown = np.nan_to_num(view.target_density), np.nan_to_num(view.shown_density)
    seen = np.flatnonzero((target > 0.004 * target.max()) | (shown > 0.02 * max(shown.max(), 1e-9)))
    if not len(seen):
        return Sketch()
    low, high = float(view.x[seen[0]]), float(view.x[seen[-1]])
    air = 0.06 * (high - low)
    x = np.linspace(low - air, high + air, BINS)
    drawn = [np.interp(x, view.x, y).astype(np.float32) for y in (target, shown)]
    return Sketch(target=drawn[0], shapes=drawn[1][None])


def _of_plane(view: PlaneView) -> Sketch:
    """Some points of both clouds; what is far out stays out of the picture."""
    real = view.real[np.isfinite(view.real).all(axis=1)]
    if not len(real):
        return Sketch()
    middle = (real.min(axis=0) + real.max(axis=0)) / 2
    reach = max(float(np.abs(real - middle).max()), 1e-9)
    clouds = [((points[:MOST_POINTS] - middle) / reach).copy() for points in (real, view.shown)]
    return Sketch(real=clouds[0], shown=clouds[1])


def _paint_shapes(
    painter: QPainter, target: Floats, shapes: Floats, room: QRectF, ratio: float, style: Style
) -> None:
    """One shape in the whole room, or the seeds of a fleet in rows."""
    count = len(shapes)
    columns = math.ceil(math.sqrt(count)) if count > 1 else 1
    rows = math.ceil(count / columns)
    gap = GAP if count > 1 else 0
    wide = (room.width() - gap * (columns - 1)) / columns
    high = (room.height() - gap * (rows - 1)) / rows
    size = max(1, round(wide * ratio)), max(1, round(high * ratio))
    inks = Inks(*(_rgb(one) for one in (style.card, style.real, style.generated)))
    pixels: NDArray[Any] = Raster(target, size, inks, ratio).draw(shapes)
    tall = QImage(pixels.data, size[0], size[1] * count, QImage.Format.Format_RGB32)
    for index in range(count):
        place = QRectF(index % columns * (wide + gap), index // columns * (high + gap), wide, high)
        painter.drawImage(place, tall, QRectF(0, index * size[1], *size))
        if count > 1:
            painter.fillRect(
                QRectF(place.left(), place.bottom() - 1, wide, 1), QColor(style.border)
            )


def _paint_clouds(
    painter: QPainter, real: Floats, shown: Floats, room: QRectF, style: Style
) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    half = 0.46 * min(room.width(), room.height())
    for points, role, size in ((real, "real", _POINT + 0.8), (shown, "generated", _POINT)):
        pen = QPen(colour(style, role, 0.85), size)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        kept = points[np.isfinite(points).all(axis=1) & (np.abs(points) < 4).all(axis=1)]
        x = room.center().x() + half * kept[:, 0]
        y = room.center().y() - half * kept[:, 1]
        painter.drawPoints(QPolygonF(list(map(QPointF, x.tolist(), y.tolist()))))


def _paint_pictures(painter: QPainter, pictures: NDArray[np.uint8], room: QRectF) -> None:
    """As large as they can be seen in so many rows and columns that the room is filled."""
    count, high, wide = pictures.shape
    # Larger ones can be told apart, and more of them say more: at least two rows.
    rows = max(2, round(math.sqrt(count * room.height() / room.width())))
    side = (room.height() - GAP * (rows - 1)) / rows
    columns = max(1, min(math.floor((room.width() + GAP) / (side + GAP)), -(-count // rows)))
    left = room.left() + (room.width() - columns * side - GAP * (columns - 1)) / 2
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for index in range(min(count, rows * columns)):
        row, column = divmod(index, columns)
        place = QRectF(left + column * (side + GAP), row * (side + GAP), side, side)
        own = np.ascontiguousarray(pictures[index])
        painter.drawImage(
            place, QImage(own.data, wide, high, wide, QImage.Format.Format_Grayscale8)
        )


def _rgb(text: str) -> tuple[int, int, int]:
    found = QColor(text)
    return found.red(), found.green(), found.blue()
