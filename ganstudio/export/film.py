"""Films of runs: which pictures, how long each, and into which file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from PySide6.QtGui import QImage

from ganstudio.data.files import replace_with
from ganstudio.export.board import Board
from ganstudio.export.encoders import SHORTEST, Format, format_of
from ganstudio.export.encoders.palette import Palette
from ganstudio.export.encoders.reel import Reel
from ganstudio.export.look import Look
from ganstudio.export.timeline import Timing, moments, plan, thinned
from ganstudio.record.reader import RunReader

Progress = Callable[[int, int], bool]
"""Told how many pictures are done, and of how many; False ends it."""
_TRIED = 3
"""Places of a film that an estimate looks at."""
_TRIED_LENGTH = 6
_SAMPLED = 8
"""Pictures whose colours stand for those of all."""
_LEARNT, GLANCES = 50, 24
"""Moments from which a film learns its axes, and from which a preview does, which is waited for."""


class Cancelled(Exception):  # noqa: N818 - it is no error
    """Somebody said that a film is not wanted any more."""


@dataclass(frozen=True)
class Film:
    """What a film shows.

    Args:
        runs: one run file, or up to four that are compared side by side.
        look: how each picture looks.
        timing: how it goes through them.
    """

    runs: tuple[Path, ...]
    look: Look = field(default_factory=Look)
    timing: Timing = field(default_factory=Timing)


class Showing:
    """A film whose files are open and whose drawings are made.

    Args:
        film: what it shows.
        form: the format that decides on sizes and times.
        learnt: from how many moments it learns its axes.
        unchanging: whether the files are held as they are, for a run that still trains.

    Raises:
        RecordError: a run file can't be read.
        SpecError: the film can't be made of these runs, or in this size.
    """

    def __init__(
        self, film: Film, form: Format, learnt: int = _LEARNT, *, unchanging: bool = True
    ) -> None:
        look = replace(film.look, size=form.sized(film.look.size))
        with ExitStack() as stack:
            readers = [stack.enter_context(RunReader(path)) for path in film.runs]
            if unchanging:
                for reader in readers:
                    stack.enter_context(reader.unchanging())
            found = moments([reader.places for reader in readers], film.timing)
            self.moments, self.times = plan(found, film.timing, form.tick, SHORTEST)
            known = thinned(self.moments, learnt)
            self.board = stack.enter_context(Board(readers, look, known))
            self._open = stack.pop_all()
        self.size, self._loop = look.size, film.timing.loop
        self._palette: Palette | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def draw(self, index: int) -> QImage:
        """A picture of the film."""
        return self.board.draw(self.moments[index])

    def reel(self, draw: Callable[[int], QImage] | None = None) -> Reel:
        """All of it, for an encoder; `draw` may watch what is drawn."""
        return Reel(self.size, self.times, draw or self.draw, self.palette, self._loop)

    def part(self, first: int, count: int) -> Reel:
        """Some of it."""
        times = self.times[first : first + count]
        return Reel(self.size, times, lambda i: self.draw(first + i), self.palette, self._loop)

    def palette(self) -> Palette:
        """The colours that stand for all of it."""
        if self._palette is None:
            indices = thinned(list(range(len(self.times))), _SAMPLED)
            self._palette = Palette(map(self.draw, indices))
        return self._palette


def make(film: Film, path: Path, progress: Progress = lambda _done, _total: True) -> int:
    """Make a film; how many pictures it has. Needs a QApplication, and its thread.

    At any moment the old file or the new one is at `path`, whole.

    Args:
        film: what it shows.
        path: where; the suffix decides on the format.
        progress: told after each picture.

    Raises:
        Cancelled: `progress` returned False; nothing is left.
        RecordError: a run file can't be read.
        SpecError: the film can't be made of these runs, or in this size.
        FileError: the file can't be written; an old one stands.
    """
    form = format_of(path)
    with Showing(film, form) as showing:
        total = len(showing.times)

        def draw(index: int) -> QImage:
            if not progress(index, total):
                raise Cancelled
            return showing.draw(index)

        replace_with(path, lambda part: form.write(showing.reel(draw), part))
        progress(total, total)
        return total


def estimate(film: Film, suffix: str, room: Path | None = None) -> int:
    """About how many bytes a film will have, from some of its pictures.

    Args:
        film: what it would show.
        suffix: its format, such as ".gif".
        room: a folder for what is tried, beneath which nothing is left; None for the usual one.

    Raises:
        RecordError, SpecError, FileError: as in `make`.
    """
    form = format_of(Path(f"film{suffix}"))
    with (
        Showing(film, form, GLANCES) as showing,
        tempfile.TemporaryDirectory(dir=room) as folder,
    ):
        path = Path(folder) / "part"

        def size(first: int, count: int) -> int:
            form.write(showing.part(first, count), path)
            return path.stat().st_size

        total = len(showing.times)
        count = min(_TRIED_LENGTH, total)
        alone = size(0, 1)
        if count == 1:
            return alone
        firsts = sorted({round(i * (total - count) / (_TRIED - 1)) for i in range(_TRIED)})
        each = [(size(first, count) - size(first, 1)) / (count - 1) for first in firsts]
        return round(alone + (total - 1) * max(0.0, sum(each) / len(each)))
