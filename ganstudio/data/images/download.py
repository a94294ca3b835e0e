"""Image sets from the internet: asked for, checked before they count, gone on with if cut off.

pooch was tried: it neither goes on with a download that was cut off nor can be stopped, and has no
hash of what is unpacked, so that little of it would have been left.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Self
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from ganstudio.core.image_set import ImageSet
from ganstudio.data.files import replace_with
from ganstudio.data.images.idx import MOST_BYTES, read_pair
from ganstudio.data.images.known import PARTS, KnownSet, Remote
from ganstudio.errors import FileError

PATIENCE_SECONDS = 20
MOST_PACKED = 100_000_000
_CHUNK = 1 << 16
_TROUBLE = (OSError, HTTPException, ValueError)
"""What urllib raises over a network or a server that does not do what it should."""

Tell = Callable[[str, int, int], None]
"""Told the file's name, its bytes so far, and how many there will be, 0 if nobody knows."""


@dataclass(frozen=True)
class _MirrorError(Exception):
    """A mirror gave something else than it should."""

    why: str


def is_here(known: KnownSet, folder: Path) -> bool:
    """Whether all files of a set were downloaded."""
    return all(_place(folder, remote).is_file() for remote in known.files)


def load(known: KnownSet, folder: Path) -> tuple[ImageSet, ImageSet]:
    """A set that was downloaded: the pictures to learn from, and those held out.

    Raises:
        FileError: it is not there, or damaged.
    """
    learnt, held_out = (
        read_pair(
            folder / f"{part}-images-idx3-ubyte.gz",
            folder / f"{part}-labels-idx1-ubyte.gz",
            known.title,
            known.classes,
            known.attribution,
        )
        for part in PARTS
    )
    return learnt, held_out


def download(known: KnownSet, folder: Path, tell: Tell = lambda *_: None) -> None:
    """Bring all files of a set into a folder; those that are there already stay.

    Each counts only once its bytes were seen to be right. What was cut off stays beside it and is
    gone on with the next time.

    Args:
        known: which set.
        folder: is made.
        tell: told while it goes on; an exception from it ends the download.

    Raises:
        FileError: no mirror gave a file, or it can't be kept.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"{folder}: can't be made: {error.strerror or error}") from error
    for remote in known.files:
        if not _place(folder, remote).is_file():
            _download(known, remote, folder, tell)


def _download(known: KnownSet, remote: Remote, folder: Path, tell: Tell) -> None:
    whys = []
    for mirror in known.mirrors:
        try:
            _from(f"{mirror}{remote.name}.gz", remote, folder, tell)
        except _MirrorError as wrong:
            whys.append(f"{mirror}: {wrong.why}")
        else:
            return
    raise FileError(
        f"{known.title} can't be downloaded ({'; '.join(whys)}); without the internet, put its "
        f"files into {folder}, or choose the digits that came with GAN Studio"
    )


def _from(address: str, remote: Remote, folder: Path, tell: Tell) -> None:
    part = folder / f"{remote.name}.gz.part"
    with closing(_fetch(address, part, remote)) as progress:
        for have, total in progress:
            # Not where trouble with the network is caught: it may raise anything.
            tell(remote.name, have, total)
    try:
        found = _hash(part, is_packed=remote.is_packed)
    except (EOFError, OSError, zlib.error) as error:
        part.unlink(missing_ok=True)
        raise _MirrorError(f"{remote.name} arrived damaged") from error
    if found != remote.sha256:
        # Neither kept nor gone on with.
        part.unlink(missing_ok=True)
        raise _MirrorError(f"{remote.name} is another file there (SHA-256 {found[:12]}...)")
    replace_with(_place(folder, remote), part.replace)


def _fetch(address: str, part: Path, remote: Remote) -> Generator[tuple[int, int]]:
    """Have all bytes of an address in a file, going on after those that are there.

    Yields:
        The bytes so far, and how many there will be, 0 if nobody knows.
    """
    try:
        have = part.stat().st_size if part.exists() else 0
        asked = {"Range": f"bytes={have}-"} if have else {}
        with urlopen(Request(address, headers=asked), timeout=PATIENCE_SECONDS) as answer:
            goes_on = answer.status == HTTPStatus.PARTIAL_CONTENT
            have = have if goes_on else 0
            length = int(answer.headers.get("Content-Length") or 0)
            total = length + have if length else 0
            with _Part(part, goes_on=goes_on) as file:
                while chunk := answer.read(_CHUNK):
                    have += file.write(chunk)
                    if have > MOST_PACKED:
                        raise _MirrorError(f"{remote.name} does not end")
                    yield have, total
            if have < total:
                raise _MirrorError(f"{remote.name} was cut off after {have:,} of {total:,} bytes")
    except HTTPError as error:
        if error.code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise _MirrorError(f"answers {error.code} {error.reason}") from error
        # All of it is there.
    except _TROUBLE as error:
        why = getattr(error, "reason", None) or str(error) or type(error).__name__
        raise _MirrorError(f"can't be reached ({why})") from error


class _Part:
    """A file that grows; trouble with it is the disk's and not the network's."""

    def __init__(self, path: Path, *, goes_on: bool) -> None:
        self._path = path
        try:
            self._file = path.open("ab" if goes_on else "wb")
        except OSError as error:
            raise self._refused(error) from error

    def write(self, chunk: bytes) -> int:
        """How many bytes were written: all."""
        try:
            return self._file.write(chunk)
        except OSError as error:
            raise self._refused(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._file.close()
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> FileError:
        return FileError(f"{self._path}: can't be written: {error.strerror or error}")


def _hash(path: Path, *, is_packed: bool) -> str:
    found, size = hashlib.sha256(), 0
    with path.open("rb") if is_packed else gzip.open(path) as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            if size > MOST_BYTES:
                raise OSError("it does not end")
            found.update(chunk)
    return found.hexdigest()


def _place(folder: Path, remote: Remote) -> Path:
    return folder / f"{remote.name}.gz"
