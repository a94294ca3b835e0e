"""WebP: as small as a GIF or smaller, and slower to make."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from ganstudio.export.encoders.reel import Reel


class _Strip(Image.Image):
    """A film as Pillow sees one: an image that shows another picture after each `seek`.

    Given a list of pictures Pillow would want all of them at once.
    """

    def __init__(self, reel: Reel) -> None:
        super().__init__()
        self._reel, self._palette = reel, reel.palette()
        self._index = -1
        self._size = reel.size
        self._mode = "RGB"
        self.n_frames = len(reel.times)
        self.seek(0)

    def seek(self, frame: int) -> None:
        """Draw a picture, unless it is drawn."""
        # When all are written, Pillow goes back to where it began.
        if frame > self._index:
            # 255 colours without loss take a third of what all colours with loss do, and text
            # stays sharp.
            indices = self._palette.indices(self._reel.draw(frame))
            self.im = Image.fromarray(self._palette.colours[indices]).im
            self._index = frame

    def tell(self) -> int:
        """Which picture it shows."""
        return self._index


def write(reel: Reel, path: Path) -> None:
    """Write the film."""
    with path.open("wb") as file:
        # Where nothing is lost the quality is the effort; more takes several times as long.
        _Strip(reel).save(
            file,
            "WEBP",
            save_all=True,
            duration=list(reel.times),
            loop=0 if reel.loop else 1,
            lossless=True,
            quality=30,
            method=1,
        )
