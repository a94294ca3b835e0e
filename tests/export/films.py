"""Films read back with Pillow, and pictures as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageSequence
from PySide6.QtGui import QImage

from ganstudio.export.encoders.pixels import rgb

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Read:
    """What a film has, as another program sees it."""

    size: tuple[int, int]
    times: list[float]
    loop: int | None
    first: Pixels
    last: Pixels


def read(path: Path) -> Read:
    """All of a GIF, APNG or WebP."""
    with Image.open(path) as film:
        times, pictures = [], []
        for picture in ImageSequence.Iterator(film):
            picture.load()
            times.append(float(film.info["duration"]))
            pictures.append(np.asarray(picture.convert("RGB")))
        loop = film.info.get("loop")
        return Read(film.size, times, loop, pictures[0], pictures[-1])


def has(image: QImage | Pixels, colour: str, near: int = 3) -> int:
    """How many pixels have a colour, nearly."""
    pixels = rgb(image) if isinstance(image, QImage) else image
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return int((np.abs(pixels.astype(int) - wanted).max(axis=2) <= near).sum())
