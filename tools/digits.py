"""Make the bundled digits: `python tools/digits.py optdigits.tes`, the file that UCI gives away.

Each of its lines has 64 numbers from 0 to 16 and the digit, with commas between them.
"""

from __future__ import annotations

import gzip
import struct
import sys
from pathlib import Path

TARGET = Path(__file__).parents[1] / "ganstudio" / "resources" / "digits"


def main(source: Path) -> None:
    """Write pictures and labels as packed IDX files, the same bytes each time."""
    rows = [list(map(int, line.split(","))) for line in source.read_text().split()]
    if any(len(row) != 65 or max(row[:64]) > 16 or row[64] > 9 for row in rows):
        sys.exit(f"{source}: not the digits of UCI")
    pictures = bytes(value for row in rows for value in row[:64])
    labels = bytes(row[64] for row in rows)
    write("optdigits-images-idx3-ubyte.gz", (len(rows), 8, 8), pictures)
    write("optdigits-labels-idx1-ubyte.gz", (len(rows),), labels)


def write(name: str, shape: tuple[int, ...], numbers: bytes) -> None:
    """One IDX file."""
    head = struct.pack(f">BBBB{len(shape)}I", 0, 0, 8, len(shape), *shape)
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / name).write_bytes(gzip.compress(head + numbers, 9, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
