"""GIF: one palette for the whole film, and of each picture only what has changed.

See the GIF89a specification (CompuServe 1990). Pillow makes the LZW codes; its own way to save
an animation keeps all pictures in memory, and finds 256 colours for each of them.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import GifImagePlugin, Image

from ganstudio.export.encoders.palette import Palette
from ganstudio.export.encoders.pixels import Colours, changed, packed
from ganstudio.export.encoders.reel import Reel

AS_BEFORE = 255
"""The colour that lets the previous picture through."""
_LONGEST = 65_535
"""Hundredths of a second that one picture can stay."""


def write(reel: Reel, path: Path) -> None:
    """Write the film."""
    palette = reel.palette()
    with path.open("wb") as file:
        _begin(file, reel, palette)
        before: Colours | None = None
        for image, milliseconds in reel:
            now = packed(image)
            _picture(file, palette, now, before, milliseconds // 10)
            before = now
        file.write(b";")


def _begin(file: BinaryIO, reel: Reel, palette: Palette) -> None:
    # A table of 256 colours for all pictures follows.
    file.write(b"GIF89a" + struct.pack("<HHBBB", *reel.size, 0xF7, 0, 0))
    table = np.zeros((256, 3), np.uint8)
    table[: len(palette.colours)] = palette.colours
    file.write(table.tobytes())
    if reel.loop:
        file.write(b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")


def _picture(
    file: BinaryIO, palette: Palette, now: Colours, before: Colours | None, hundredths: int
) -> None:
    """Write what is new, and for how long it is seen."""
    new = np.ones(now.shape, bool) if before is None else now != before
    rows, columns = changed(new)
    new = new[rows, columns]
    # Long stretches of one colour are what LZW is good at.
    part = np.full(new.shape, AS_BEFORE, np.uint8)
    part[new] = palette.indices_of(now[rows, columns][new])
    file.write(b"!\xf9\x04" + struct.pack("<BHBB", 0b101, min(hundredths, _LONGEST), AS_BEFORE, 0))
    image = Image.fromarray(part)
    for piece in GifImagePlugin.getdata(image, (columns.start, rows.start)):
        file.write(piece)
