"""A card's picture as numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from ganstudio.export.picture import picture
from ganstudio.plots.card import Card


def pixels(drawing: Card, scale: float = 1.0) -> NDArray[np.int16]:
    """The colours of its picture, (height, width, 3)."""
    image = picture(drawing, scale).convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), -1, 3).astype(np.int16)


def near(picture: NDArray[np.int16], colour: str) -> NDArray[np.bool_]:
    """Which pixels are nearly of a colour, (height, width)."""
    wanted = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    return np.asarray(np.abs(picture - wanted).max(axis=2) <= 12)


def count(drawing: Card, colour: str) -> int:
    """Pixels of the plot itself that are nearly of a colour."""
    return int(near(pixels(drawing)[drawing.plot.y() :], colour).sum())
