"""Paints tiles: pictures, frames in the verdicts' colours, signs and seeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from ganstudio.core.events import Condition, Fleet, Frame
from ganstudio.core.experiment import Experiment
from ganstudio.plots.fleet_grid import Grid
from ganstudio.plots.fleet_marks import MARKS, draw_mark
from ganstudio.plots.fleet_mosaic import GreyRaster
from ganstudio.plots.fleet_raster import Inks, Raster
from ganstudio.plots.palette import colour, font
from ganstudio.plots.style import Style

_RGB = QImage.Format.Format_RGB32
_NARROW = 52
"""A tile is narrow below this many pixels."""
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

Corners = list[tuple[int, int]]


@dataclass(frozen=True)
class Sight:
    """All that tiles show."""

    style: Style
    experiment: Experiment
    frame: Frame
    fleet: Fleet


class SheetPainter:
    """Makes images of tiles; keeps what the next image needs again."""

    def __init__(self) -> None:
        self._raster: tuple[tuple[object, ...], Raster | GreyRaster] | None = None

    def make(self, sight: Sight, grid: Grid, shown: NDArray[Any], ratio: float) -> QImage:
        """These replicas' tiles in the grid, in the screen's own pixels.

        Args:
            sight: what they show.
            grid: where they stand.
            shown: the replicas, in order.
            ratio: how many of the screen's pixels one pixel has.
        """
        wide, high = grid.columns * grid.width, max(1, grid.rows(len(shown)) * grid.height)
        sheet = QImage(round(wide * ratio), round(high * ratio), _RGB)
        sheet.setDevicePixelRatio(ratio)
        sheet.fill(colour(sight.style, "card"))
        if not len(shown):
            return sheet
        painter = QPainter(sheet)
        corners = [grid.corner(place) for place in range(len(shown))]
        conditions = [sight.frame.verdicts[replica].condition for replica in shown]
        self._draw_pictures(painter, sight, grid, shown, corners, ratio)
        for condition in set(conditions):
            own = [c for c, found in zip(corners, conditions, strict=True) if found is condition]
            _draw_frames(painter, sight.style, grid, condition, own)
        seeds = [str(sight.experiment.seed_of(replica)) for replica in shown.tolist()]
        _draw_heads(painter, sight.style, grid, ratio, seeds, conditions, corners)
        painter.end()
        return sheet

    def _draw_pictures(
        self,
        painter: QPainter,
        sight: Sight,
        grid: Grid,
        shown: NDArray[Any],
        corners: Corners,
        ratio: float,
    ) -> None:
        wide, high = grid.width - grid.gap, grid.picture
        size = round(wide * ratio), round(high * ratio)
        pixels = self._raster_for(sight, size, ratio).draw(sight.fleet.shapes[shown])
        # All pictures are one tall image, which Qt reads without a copy.
        tall = QImage(pixels.data, size[0], size[1] * len(shown), _RGB)
        for place, (x, y) in enumerate(corners):
            room = QRectF(x, y + grid.head, wide, high)
            painter.drawImage(room, tall, QRectF(0, place * size[1], *size))

    def _raster_for(self, sight: Sight, size: tuple[int, int], ratio: float) -> Raster | GreyRaster:
        style, target = sight.style, sight.fleet.target
        key = (size, ratio, style, target.tobytes())
        if self._raster is None or self._raster[0] != key:
            self._raster = key, _raster(sight, size, ratio)
        return self._raster[1]


def _raster(sight: Sight, size: tuple[int, int], ratio: float) -> Raster | GreyRaster:
    """What turns the shapes of a fleet into pixels."""
    style, target = sight.style, sight.fleet.target
    if sight.experiment.target.space == "pictures":
        rows, columns = target.shape
        return GreyRaster((rows, columns), size)
    inks = Inks(*(_rgb(one) for one in (style.card, style.real, style.generated)))
    return Raster(target, size, inks, ratio * style.line_scale)


def _draw_frames(
    painter: QPainter, style: Style, grid: Grid, condition: Condition, corners: Corners
) -> None:
    """The frames of all tiles with one verdict: few calls, whatever their number."""
    role, wide, high = MARKS[condition].role, grid.width - grid.gap, grid.height - grid.gap
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(style, role, 0.2))
    painter.drawRects([QRectF(x, y, wide, grid.head) for x, y in corners])
    painter.setPen(QPen(colour(style, role), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRects([QRectF(x + 0.5, y + 0.5, wide - 1, high - 1) for x, y in corners])


def _draw_heads(
    painter: QPainter,
    style: Style,
    grid: Grid,
    ratio: float,
    seeds: list[str],
    conditions: list[Condition],
    corners: Corners,
) -> None:
    """The sign at the left, the seed at the right; of a long seed its end."""
    side = grid.head - 6
    signs = {condition: _sign(condition, side, style, ratio) for condition in set(conditions)}
    # Four digits fit into the smallest tile.
    narrow = grid.width < _NARROW * style.text_scale
    painter.setFont(font(style, 10 if narrow else 11))
    painter.setPen(colour(style, "text"))
    metrics = painter.fontMetrics()
    air = 1 if narrow else 4
    room = grid.width - grid.gap - side - 3 * air
    for seed, condition, (x, y) in zip(seeds, conditions, corners, strict=True):
        painter.drawPixmap(QPointF(x + air, y + 3), signs[condition])
        fitting = metrics.elidedText(seed, Qt.TextElideMode.ElideLeft, room)
        painter.drawText(QRectF(x + side + 2 * air, y, room, grid.head), _RIGHT, fitting)


def _sign(condition: Condition, side: int, style: Style, ratio: float) -> QPixmap:
    made = QPixmap(QSize(side, side) * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    draw_mark(
        painter, condition, QRectF(1, 1, side - 2, side - 2), colour(style, MARKS[condition].role)
    )
    painter.end()
    return made


def _rgb(text: str) -> tuple[int, int, int]:
    found = QColor(text)
    return found.red(), found.green(), found.blue()
