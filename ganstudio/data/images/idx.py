"""IDX files: how MNIST and its relatives are given away, packed with gzip or not.

The format is LeCun's: two zeros, a byte for the kind of number, one for the count of dimensions,
each dimension as four bytes, then the numbers, all big-endian. All image sets are bytes.
"""

from __future__ import annotations

import gzip
import math
import re
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.image_set import ImageSet
from ganstudio.errors import FileError

MOST_BYTES = 600_000_000
"""EMNIST, the largest set that is given away so, has 697,932 pictures of 28 x 28."""
GZIP = b"\x1f\x8b"
BYTES = 0x08
_CHUNK = 1 << 20
_NAME = re.compile(r"(?P<part>.+)[-._](?P<what>images|labels)[-._]idx[13][-._]ubyte(\.gz)?")


class Source(Protocol):
    """An open file, packed or not."""

    def read(self, size: int, /) -> bytes:
        """So many bytes, fewer at the end."""


def read_idx(path: Path, dimensions: int) -> NDArray[np.uint8]:
    """All numbers of a file.

    Nothing is allocated for what a header only promises: memory grows with what is really there,
    up to `MOST_BYTES`.

    Args:
        path: whether it is packed is seen in its first bytes, not in its name.
        dimensions: 3 for pictures (n, height, width), 1 for labels (n,).

    Raises:
        FileError: it can't be read, is no such file, is cut off, goes on after its end, or is too
            large.
    """
    try:
        with path.open("rb") as file:
            is_packed = file.read(2) == GZIP
            file.seek(0)
            if is_packed:
                with gzip.GzipFile(fileobj=file) as unpacked:
                    return _read(path, unpacked, dimensions)
            return _read(path, file, dimensions)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise FileError(f"{path}: damaged: it can't be unpacked ({error})") from error
    except (OSError, ValueError) as error:
        # A ValueError is what a name with a null character raises.
        reason = getattr(error, "strerror", None) or error
        raise FileError(f"{path}: can't be read: {reason}") from error


def read_pair(
    images: Path, labels: Path, name: str, classes: Sequence[str] = (), attribution: str = ""
) -> ImageSet:
    """The pictures of one file with the labels of another.

    Args:
        images: IDX with 3 dimensions.
        labels: IDX with 1, as many.
        name: of the set.
        classes: what each label means; none where they are just numbers.
        attribution: who made the pictures.

    Raises:
        FileError: one of them can't be read, or they do not belong together.
    """
    pictures, meanings = read_idx(images, 3), read_idx(labels, 1)
    if len(pictures) != len(meanings):
        raise FileError(
            f"{labels}: has {len(meanings):,} labels for the {len(pictures):,} pictures of "
            f"{images.name}"
        )
    most = int(meanings.max())
    if classes and most >= len(classes):
        raise FileError(f"{labels}: has the label {most}; {name} has {len(classes)} classes")
    known = tuple(classes) or tuple(map(str, range(most + 1)))
    return ImageSet(name, pictures, meanings, known, attribution)


def pairs_in(folder: Path) -> dict[str, tuple[Path, Path]]:
    """The files of pictures in a folder and those of their labels, by what their names begin with.

    Of a packed file and an unpacked one of the same name it is the unpacked one.

    Raises:
        FileError: the folder can't be read, or has no such pair.
    """
    found: dict[str, dict[str, Path]] = {}
    try:
        # Packed ones first: the others come after them, and count.
        for path in sorted(folder.iterdir(), key=lambda path: (path.suffix != ".gz", path.name)):
            # Whoever opens a pipe waits for somebody to write into it.
            if (match := _NAME.fullmatch(path.name)) and path.is_file():
                found.setdefault(match["part"], {})[match["what"]] = path
    except (OSError, ValueError) as error:
        # A ValueError is what a name with a null character raises.
        reason = getattr(error, "strerror", None) or error
        raise FileError(f"{folder}: can't be read: {reason}") from error
    pairs = {
        part: (files["images"], files["labels"])
        for part, files in sorted(found.items())
        if len(files) == 2
    }
    if not pairs:
        raise FileError(
            f"{folder}: has no pair of IDX files; they are called like "
            "train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz"
        )
    return pairs


def _read(path: Path, file: Source, dimensions: int) -> NDArray[np.uint8]:
    shape = _shape(path, file, dimensions)
    count = math.prod(shape)
    found = bytearray()
    while len(found) < count:
        chunk = file.read(min(_CHUNK, count - len(found)))
        if not chunk:
            raise FileError(
                f"{path}: cut off: it should hold {_in_words(shape)}, {count:,} bytes, and has "
                f"{len(found):,}"
            )
        found += chunk
    if file.read(1):
        raise FileError(f"{path}: goes on after its {_in_words(shape)}: it is damaged")
    numbers = np.frombuffer(found, np.uint8).reshape(shape)
    numbers.flags.writeable = False
    return numbers


def _shape(path: Path, file: Source, dimensions: int) -> tuple[int, ...]:
    what = {1: "labels", 3: "pictures"}.get(dimensions, f"{dimensions} dimensions")
    head = file.read(4)
    if len(head) < 4 or head[:2] != b"\0\0":
        raise FileError(f"{path}: not an IDX file: it does not begin with two zeros")
    if head[2] != BYTES:
        raise FileError(f"{path}: its numbers are of kind {head[2]:#04x}; {what} are bytes, 0x08")
    if head[3] != dimensions:
        raise FileError(
            f"{path}: has {head[3]} dimensions; {what} have {dimensions} "
            f"({'n' if dimensions == 1 else 'n, height, width'})"
        )
    given = file.read(4 * dimensions)
    if len(given) < 4 * dimensions:
        raise FileError(f"{path}: cut off within its header")
    shape = tuple(int(side) for side in np.frombuffer(given, ">u4"))
    if 0 in shape:
        raise FileError(f"{path}: is empty: {_in_words(shape)}")
    if math.prod(shape) > MOST_BYTES:
        raise FileError(f"{path}: claims {_in_words(shape)}, more than {MOST_BYTES // 10**6:,} MB")
    return shape


def _in_words(shape: tuple[int, ...]) -> str:
    return " x ".join(f"{side:,}" for side in shape)
