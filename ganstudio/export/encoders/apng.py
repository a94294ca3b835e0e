"""Animated PNG: every colour as it was drawn, and of each picture only what has changed.

See the PNG specification, third edition (W3C 2025), section 11.3.6. Pillow's own way to save one
keeps all pictures in memory.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ganstudio.export.encoders.pixels import Bytes, changed, rgb
from ganstudio.export.encoders.reel import Reel

_LONGEST = 65_535
"""Milliseconds that one picture can stay, where a fraction has 16 bits."""


def write(reel: Reel, path: Path) -> None:
    """Write the film."""
    with path.open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        _chunk(file, b"IHDR", struct.pack(">IIBBBBB", *reel.size, 8, 6, 0, 0, 0))
        _chunk(file, b"acTL", struct.pack(">II", len(reel.times), 0 if reel.loop else 1))
        before: Bytes | None = None
        order = 0
        for image, milliseconds in reel:
            now = rgb(image)
            order = _picture(file, now, before, milliseconds, order)
            before = now
        _chunk(file, b"IEND", b"")


def _picture(
    file: BinaryIO, now: Bytes, before: Bytes | None, milliseconds: int, order: int
) -> int:
    """Write what is new; the number that the next piece has."""
    new = np.ones(now.shape[:2], bool) if before is None else (now != before).any(axis=2)
    rows, columns = changed(new)
    new = new[rows, columns]
    # What is as before is transparent: long stretches of zeros.
    part = np.zeros((*new.shape, 4), np.uint8)
    part[new, :3], part[new, 3] = now[rows, columns][new], 255
    # Longer than a minute: in tenths of a second.
    time = (milliseconds, 1000) if milliseconds <= _LONGEST else (milliseconds // 100, 10)
    place = new.shape[1], new.shape[0], columns.start, rows.start
    # It stays when the next one comes, and lies over what was there.
    _chunk(file, b"fcTL", struct.pack(">IIIIIHHBB", order, *place, *time, 0, 1))
    # Each row begins with the number of its filter, 0 for none.
    lines = np.zeros((len(part), 1 + part[0].size), np.uint8)
    lines[:, 1:] = part.reshape(len(part), -1)
    packed = zlib.compress(lines.tobytes(), 6)
    if before is None:
        _chunk(file, b"IDAT", packed)
        return order + 1
    _chunk(file, b"fdAT", struct.pack(">I", order + 1) + packed)
    return order + 2


def _chunk(file: BinaryIO, kind: bytes, body: bytes) -> None:
    file.write(struct.pack(">I", len(body)) + kind + body)
    file.write(struct.pack(">I", zlib.crc32(body, zlib.crc32(kind))))
