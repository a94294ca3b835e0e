"""Qt's pictures as arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

Bytes = NDArray[np.uint8]
Colours = NDArray[np.uint32]


def rgb(image: QImage) -> Bytes:
    """A picture's colours, (height, width, 3)."""
    turned = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(turned.constBits(), np.uint8).reshape(image.height(), -1)
    # Qt fills rows up to whole words, and its memory goes with the image, whoever looks at it.
    return rows[:, : 3 * image.width()].reshape(image.height(), -1, 3).copy()


def packed(image: QImage) -> Colours:
    """The same as one number a pixel, 0xRRGGBB, (height, width)."""
    turned = image.convertToFormat(QImage.Format.Format_RGB32)
    words = np.frombuffer(turned.constBits(), np.uint32).reshape(image.height(), -1)
    return words & np.uint32(0xFFFFFF)


def keys(image: QImage) -> NDArray[np.uint16]:
    """5 bits of red, 6 of green, 5 of blue in one number a pixel, (height, width)."""
    turned = image.convertToFormat(QImage.Format.Format_RGB16)
    rows = np.frombuffer(turned.constBits(), np.uint16).reshape(image.height(), -1)
    return rows[:, : image.width()].copy()


def changed(new: NDArray[np.bool_]) -> tuple[slice, slice]:
    """The smallest rectangle, rows and columns, that holds all that is True; one pixel for none."""
    rows, columns = np.flatnonzero(new.any(axis=1)), np.flatnonzero(new.any(axis=0))
    if not len(rows):
        return slice(0, 1), slice(0, 1)
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
