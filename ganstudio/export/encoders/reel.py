"""What an encoder is given: pictures one after the other, never all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QImage

from ganstudio.export.encoders.palette import Palette


@dataclass(frozen=True)
class Reel:
    """A film that is not drawn yet.

    Args:
        size: width and height in pixels.
        times: milliseconds of each picture.
        draw: makes a picture by its index, in any order.
        palette: finds the colours that stand for all of the film's.
        loop: whether it begins again when it is over.
    """

    size: tuple[int, int]
    times: Sequence[int]
    draw: Callable[[int], QImage]
    palette: Callable[[], Palette]
    loop: bool = True

    def __iter__(self) -> Iterator[tuple[QImage, int]]:
        """Each picture with its milliseconds."""
        return ((self.draw(index), time) for index, time in enumerate(self.times))
