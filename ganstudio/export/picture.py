"""A plot as a picture, in the window's own drawing."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRect
from PySide6.QtGui import QColor, QImage, QImageWriter
from PySide6.QtWidgets import QWidget

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
    drawing.render(image, renderFlags=QWidget.RenderFlag.DrawChildren)
    return image


def save_png(image: QImage, path: Path | str) -> None:
    """Write an image, so that at any moment the old file or the new one is there, whole.

    Raises:
        FileError: the file cannot be written; says which and why.
    """
    path = Path(path)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, b"png").write(image):
        raise FileError(f"{path} was not written: the picture is empty")
    try:
        _replace(path, bytes(buffer.data().data()))
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError(f"{path} was not written: {reason}") from error


def _replace(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
