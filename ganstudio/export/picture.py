"""A plot as a picture, in the window's own drawing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRect
from PySide6.QtGui import QColor, QImage, QImageWriter
from PySide6.QtWidgets import QWidget

from ganstudio.core.experiment import Experiment
from ganstudio.data.files import replace_file
from ganstudio.data.share import into_picture
from ganstudio.errors import FileError
from ganstudio.plots.card import Card
from ganstudio.plots.plot import Plot


def picture(drawing: Card | Plot, scale: float = 2.0) -> QImage:
    """The whole card (title, legend, plot) or the plot alone, with `scale` pixels per point.

    One that was never shown is drawn in its preferred size.
    """
    plot = drawing.plot if isinstance(drawing, Card) else drawing
    if not drawing.isVisible():
        # What is not on the screen gets its size and its layout only when something renders it.
        drawing.window().grab(QRect(0, 0, 1, 1))
    plot.refresh()
    size = drawing.size()
    image = QImage(size * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    # Programs that paste pictures turn transparent corners black.
    image.fill(QColor(plot.style_in_use.card))
    with plot.without_buttons():
        drawing.render(image, renderFlags=QWidget.RenderFlag.DrawChildren)
    return image


def save_png(image: QImage, path: Path, experiment: Experiment | None = None) -> None:
    """Write an image, so that at any moment the old file or the new one is there, whole.

    Args:
        image: to be written.
        path: where.
        experiment: is put into the file, from which `experiment_in` reads it.

    Raises:
        FileError: the file cannot be written; says which and why.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, b"png").write(image):
        raise FileError(f"{path}: can't be written: the picture is empty")
    content = bytes(buffer.data().data())
    replace_file(path, content if experiment is None else into_picture(content, experiment))
