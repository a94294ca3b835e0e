"""255 colours that stand for all colours of a film, and the quick way from one to the other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from ganstudio.export.encoders.pixels import Bytes, keys, packed

COLOURS = 255
"""One of a GIF's 256 is kept for "as before"."""
_LARGE = 1_000_000
"""Pixels of a picture of which every fifth, across and down, is looked at; else every third."""
_MOST = 16_384
"""Different colours that are looked at; the rarest beyond are left out."""


class Palette:
    """The colours, and for each of 65,536 colours of 16 bits the nearest one's index.

    To map a whole picture of 800x450 takes 0.8 ms, and a film's are hardly ever wholly new.
    """

    def __init__(self, pictures: Iterable[QImage]) -> None:
        colours, counts = _seen(pictures)
        self.colours: Bytes = colours[_choose(colours.astype(np.float32), counts)]
        """(n, 3), the most frequent first."""
        self._nearest = self._table(colours, counts)

    def indices(self, image: QImage) -> Bytes:
        """A picture's colours by their numbers here, (height, width)."""
        return np.take(self._nearest, keys(image))

    def indices_of(self, colours: NDArray[np.uint32]) -> Bytes:
        """The same for some colours, 0xRRGGBB each."""
        some = colours >> 8 & 0xF800 | colours >> 5 & 0x7E0 | colours >> 3 & 0x1F
        return np.take(self._nearest, some)

    def _table(self, colours: Bytes, counts: NDArray[np.intp]) -> Bytes:
        """By what 16 bits leave of a colour: the nearest to what was seen there most."""
        cells = np.arange(2**16)
        # What was not seen is seldom met: its neighbourhood of 12 bits will do.
        neighbourhood = (cells >> 12) << 8 | (cells >> 7 & 15) << 4 | cells >> 1 & 15
        cells = np.arange(2**12)
        middles = np.stack([cells >> 8, cells >> 4 & 15, cells & 15], axis=1) * 17.0
        table: Bytes = self._closest(middles)[neighbourhood]
        rare_first = np.argsort(counts, kind="stable")
        table[_key(colours[rare_first])] = self._closest(colours[rare_first])
        return table

    def _closest(self, colours: NDArray[Any]) -> Bytes:
        """The index of the nearest colour here to each of others, (n, 3)."""
        chosen = self.colours.astype(np.float32)
        # |a - b|^2 = |a|^2 - 2ab + |b|^2, and |a|^2 is the same for all b.
        far = (chosen**2).sum(axis=1) - 2 * colours.astype(np.float32) @ chosen.T
        return np.asarray(far.argmin(axis=1), dtype=np.uint8)


def _seen(pictures: Iterable[QImage]) -> tuple[Bytes, NDArray[np.intp]]:
    """The colours in some pictures, (n, 3), and how many pixels have each; the commonest first."""
    found = []
    for image in pictures:
        every = 5 if image.width() * image.height() > _LARGE else 3
        found.append(packed(image)[::every, ::every].ravel())
    colours, counts = np.unique(np.concatenate(found), return_counts=True)
    kept = np.argsort(counts)[::-1][:_MOST]
    colours, counts = colours[kept], counts[kept]
    parts = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1)
    return parts.astype(np.uint8), counts


def _choose(colours: NDArray[np.float32], counts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Which colours to keep: again and again the one that is worst stood for.

    That is Gonzalez' farthest-point rule (1985), in which a colour of many pixels counts more:
    grounds and lines get exactly their own colour, and no part of the colour space none at all.
    """
    weight = np.sqrt(counts.astype(np.float32))
    chosen = [0]
    distance = ((colours - colours[0]) ** 2).sum(axis=1)
    while len(chosen) < min(COLOURS, len(colours)):
        worst = int((weight * distance).argmax())
        chosen.append(worst)
        np.minimum(distance, ((colours - colours[worst]) ** 2).sum(axis=1), out=distance)
    return np.array(chosen)


def _key(colours: Bytes) -> NDArray[np.intp]:
    """5, 6 and 5 bits of red, green and blue, as Qt packs them."""
    red, green, blue = (colours[:, i].astype(np.intp) for i in range(3))
    return (red >> 3) << 11 | (green >> 2) << 5 | blue >> 3
