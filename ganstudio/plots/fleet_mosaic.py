"""Many grey pictures at once, as one array of pixels. No Qt here."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.plots.fleet_raster import Pixels, overlap


class GreyRaster:
    """Draws grey pictures of one size in another, white ink on black as in the view of samples.

    Args:
        shape: rows and columns of a picture.
        size: width and height in pixels.
    """

    def __init__(self, shape: tuple[int, int], size: tuple[int, int]) -> None:
        width, height = size
        self._across = overlap(shape[1], width)
        # The first row is the lowest, and pixels are counted from above.
        self._down = overlap(shape[0], height)[:, ::-1].T.copy()

    def draw(self, pictures: NDArray[Any]) -> Pixels:
        """Pictures (k, rows, columns), 0 to 1, rows are y, as (k, height, width) of 0xffrrggbb.

        What is not finite is black.
        """
        whole = np.nan_to_num(pictures.astype(np.float32), posinf=0.0, neginf=0.0)
        seen = self._down @ np.clip(whole, 0, 1) @ self._across
        # Rounding may leave a hair more than 1.
        shades = np.rint(255 * np.clip(seen, 0, 1)).astype(np.uint32)
        return np.asarray(0xFF000000 | shades * 0x010101, dtype=np.uint32)
