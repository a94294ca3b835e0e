"""Drawings as lines, areas and text: SVG and PDF."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRect, QRectF, QSize, QSizeF
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from ganstudio.plots.plot import Plot

Paint = Callable[[QPainter], None]
_POINTS_PER_INCH, _PIXELS_PER_INCH = 72, 96
_CLIP = re.compile(r'<clipPath id="(\w+)">\s*<path[^>]* d="([^"]*)"')
_NEAR = 1.0
"""Pixels."""
_EXACTLY = QPageSize.SizeMatchPolicy.ExactMatch


def svg(size: QSize, title: str, paint: Paint, frames: Sequence[QRectF]) -> bytes:
    """A drawing as SVG.

    Args:
        size: in points, a pixel of a browser each.
        title: of the drawing.
        paint: draws it.
        frames: where curves are cut off.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # The smaller dialect of SVG, which Qt writes unless told, has no way to cut anything off.
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setResolution(_PIXELS_PER_INCH)
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setTitle(title)
    generator.setDescription("GAN Studio")
    _paint_on(generator, paint)
    return _without_lost_clips(bytes(buffer.data().data()).decode(), frames).encode()


def pdf(size: QSize, title: str, paint: Paint) -> bytes:
    """A drawing as a PDF of one page, which is as large as the drawing."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_POINTS_PER_INCH)
    writer.setPageSize(QPageSize(QSizeF(size), QPageSize.Unit.Point, "", _EXACTLY))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(title)
    writer.setCreator("GAN Studio")
    _paint_on(writer, paint)
    return bytes(buffer.data().data())


def frames_of(plots: Sequence[Plot], within: QWidget) -> list[QRectF]:
    """Where each plot's curves are cut off, in the points of a widget around them."""
    found = []
    for plot in plots:
        box, canvas = plot.canvas.box, plot.canvas
        place = canvas.viewportTransform().mapRect(box.mapRectToScene(box.rect()))
        found.append(place.translated(canvas.mapTo(within, canvas.rect().topLeft())))
    return found


def _paint_on(device: QSvgGenerator | QPdfWriter, paint: Paint) -> None:
    painter = QPainter(device)
    try:
        paint(painter)
    finally:
        painter.end()


def _without_lost_clips(text: str, frames: Sequence[QRectF]) -> str:
    """The SVG with the clips alone that are around a plot's curves.

    Qt writes a clip in the coordinates that were in use when it was set, outside of the group
    that says what these are: most would hide what they should show. `Drawn` sets its own right.
    """
    for name, path in _CLIP.findall(text):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+(?:e-?\d+)?", path)]
        xs, ys = numbers[0::2], numbers[1::2]
        clip = min(xs), min(ys), max(xs), max(ys)
        if not any(_same(clip, frame) for frame in frames):
            text = text.replace(f' clip-path="url(#{name})"', "")
    return text


def _same(clip: tuple[float, float, float, float], frame: QRectF) -> bool:
    ends = frame.left(), frame.top(), frame.right(), frame.bottom()
    return all(abs(a - b) < _NEAR for a, b in zip(clip, ends, strict=True))
