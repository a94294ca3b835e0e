"""Moving pictures as files: one module a format, each takes a reel and writes a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ganstudio.errors import FileError
from ganstudio.export.encoders import apng, gif, video, webp
from ganstudio.export.encoders.reel import Reel


@dataclass(frozen=True)
class Format:
    """One kind of film.

    Args:
        write: makes the file.
        tick: milliseconds that its times are counted in.
        even: whether its sides are even numbers of pixels.
        check: raises what keeps this machine from making one.
    """

    write: Callable[[Reel, Path], None]
    tick: int = 1
    even: bool = False
    check: Callable[[], object] = lambda: None

    def sized(self, size: tuple[int, int]) -> tuple[int, int]:
        """The size that it can have, a pixel larger if need be."""
        return (size[0] + size[0] % 2, size[1] + size[1] % 2) if self.even else size


SHORTEST = 20
"""Milliseconds: browsers show a picture that wants less for a tenth of a second."""
FORMATS = {
    ".gif": Format(gif.write, tick=10),
    ".apng": Format(apng.write),
    ".webp": Format(webp.write),
    ".mp4": Format(video.write_mp4, even=True, check=video.check),
    ".webm": Format(video.write_webm, even=True, check=video.check),
}
"""By suffix."""


def format_of(path: Path) -> Format:
    """The kind of film that a file name asks for.

    Raises:
        FileError: there is none, or this machine can't make it.
    """
    found = FORMATS.get(path.suffix.lower())
    if found is None:
        raise FileError(f"{path}: no film is made as {path.suffix}; there is {', '.join(FORMATS)}")
    found.check()
    return found
