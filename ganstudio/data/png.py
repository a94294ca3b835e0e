"""The little of PNG that we read and write ourselves: words beside a picture, plain pixels.

See the PNG specification, third edition (W3C 2025), sections 5 and 11.3.3.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from ganstudio.core.lazy import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_TEXT_BYTES = 6_000_000
MAX_CHUNKS = 100_000
"""A large picture has some thousands."""
TEXT_CHUNKS = (b"tEXt", b"zTXt", b"iTXt")
HEAD = struct.Struct(">I4s")
SIZE = struct.Struct(">I")


class PngError(ValueError):
    """Bytes that are no PNG, or whose text is damaged."""


def with_text(png: bytes, key: str, text: str) -> bytes:
    """A PNG with some words more; both in ASCII.

    Raises:
        PngError: it is none.
    """
    after = len(SIGNATURE) + len(_chunk(b"IHDR", bytes(13)))
    if not png.startswith(SIGNATURE) or png[len(SIGNATURE) + 4 : len(SIGNATURE) + 8] != b"IHDR":
        raise PngError("not a PNG")
    # Before the pixels, where it is found also in a picture that is cut off.
    words = _chunk(b"tEXt", key.encode("ascii") + b"\0" + text.encode("ascii"))
    return png[:after] + words + png[after:]


def text_in(file: BinaryIO, key: str) -> str | None:
    """The words that a PNG has under a key, as any program may have written them; None if none.

    Raises:
        PngError: it is no PNG, or these words are damaged or too long.
        OSError: it can't be read.
    """
    if file.read(len(SIGNATURE)) != SIGNATURE:
        raise PngError("not a PNG")
    wanted = key.encode("ascii") + b"\0"
    for kind, length in _chunks(file):
        if kind not in TEXT_CHUNKS:
            continue
        start = file.read(min(length, len(wanted)))
        if start != wanted:
            file.seek(length - len(start) + SIZE.size, 1)
            continue
        if length > MAX_TEXT_BYTES:
            raise PngError(f"its text has {length:,} bytes")
        body = start + file.read(length - len(start))
        if file.read(SIZE.size) != SIZE.pack(zlib.crc32(body, zlib.crc32(kind))):
            raise PngError("its text is damaged")
        return _text(kind, body[len(wanted) :])
    return None


def encoded(pixels: NDArray[np.uint8]) -> bytes:
    """Pixels (height, width, 3) as a PNG."""
    height, width, _ = pixels.shape
    # Each row begins with the number of its filter, 0 for none.
    rows = np.zeros((height, 1 + 3 * width), np.uint8)
    rows[:, 1:] = pixels.reshape(height, -1)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = {b"IHDR": head, b"IDAT": zlib.compress(rows.tobytes(), 6), b"IEND": b""}
    return SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks.items())


def _chunk(kind: bytes, body: bytes) -> bytes:
    checksum = SIZE.pack(zlib.crc32(body, zlib.crc32(kind)))
    return HEAD.pack(len(body), kind) + body + checksum


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Kinds and lengths up to the end.

    The file stands at the chunk's body; a text is read by the caller, all else is passed over.
    """
    for _ in range(MAX_CHUNKS):
        head = file.read(HEAD.size)
        if len(head) < HEAD.size:
            raise PngError("cut off")
        length, kind = HEAD.unpack(head)
        if kind == b"IEND":
            return
        yield kind, length
        if kind not in TEXT_CHUNKS:
            file.seek(length + SIZE.size, 1)
    raise PngError("more pieces than a picture has")


def _text(kind: bytes, body: bytes) -> str:
    """The words in what follows the key."""
    packed = kind == b"zTXt"
    if kind == b"iTXt":
        # A flag, a method, then a language and the key in that language.
        packed = body[:1] == b"\1"
        body = body[1:2] + body[2:].split(b"\0", 2)[-1]
    if packed:
        body = _inflated(body[1:])
    elif kind == b"iTXt":
        body = body[1:]
    try:
        return body.decode("utf-8" if kind == b"iTXt" else "latin-1")
    except UnicodeDecodeError as error:
        raise PngError("its text is damaged") from error


def _inflated(body: bytes) -> bytes:
    engine = zlib.decompressobj()
    try:
        text = engine.decompress(body, MAX_TEXT_BYTES)
    except zlib.error as error:
        raise PngError("its text is damaged") from error
    if not engine.eof:
        raise PngError("its text is damaged, or too long")
    return text
