"""MP4 and WebM, with the extra `ganstudio[video]`: its wheels carry x264, which is GPL."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PySide6.QtGui import QImage

from ganstudio.errors import FileError
from ganstudio.export.encoders.pixels import rgb
from ganstudio.export.encoders.reel import Reel

_MILLISECOND = Fraction(1, 1000)
_RATE = 50
"""Pictures a second that players are told; each picture has its own time all the same."""


def check() -> None:
    """Refuse before anything is drawn.

    Raises:
        FileError: PyAV is not installed.
    """
    if find_spec("av") is None:
        raise FileError(
            "MP4 and WebM need PyAV, which is not installed: pip install 'ganstudio[video]'"
        )


def write_mp4(reel: Reel, path: Path) -> None:
    """Write H.264, which everything plays."""
    _write(reel, path, "mp4", "libx264", {"crf": "18", "preset": "medium", "tune": "animation"})


def write_webm(reel: Reel, path: Path) -> None:
    """Write VP9."""
    _write(reel, path, "webm", "libvpx-vp9", {"crf": "24", "b:v": "0", "cpu-used": "5"})


def _write(reel: Reel, path: Path, form: str, codec: str, options: dict[str, str]) -> None:
    import av

    try:
        with av.open(str(path), "w", format=form) as container:
            stream: Any = container.add_stream(codec, rate=_RATE, options=options)
            stream.width, stream.height = reel.size
            stream.pix_fmt = "yuv420p"
            stream.codec_context.time_base = _MILLISECOND
            # MP4 takes its length from the order of decoding, which these pictures would change.
            stream.codec_context.max_b_frames = 0
            for image, begin in _with_end(reel):
                container.mux(stream.encode(_frame(image, begin)))
            container.mux(stream.encode(None))
    except av.FFmpegError as error:
        raise OSError(error.errno, error.strerror) from error


def _with_end(reel: Reel) -> Iterator[tuple[QImage, int]]:
    """Each picture with the millisecond at which it comes; the last one once more at the end.

    A picture is seen until the next one comes.
    """
    begin = 0
    for image, milliseconds in reel:
        yield image, begin
        begin += milliseconds
    if milliseconds > 1000 // _RATE:
        yield image, begin - 1000 // _RATE


def _frame(image: QImage, milliseconds: int) -> Any:
    import av

    frame = av.VideoFrame.from_ndarray(rgb(image), format="rgb24")
    frame.pts, frame.time_base = milliseconds, _MILLISECOND
    return frame
