"""What the file of a run holds so far, and which of its pictures is looked at."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.core.events import Frame
from ganstudio.errors import GanStudioError

if TYPE_CHECKING:
    # It brings numpy, which the window does without until it has been painted.
    from ganstudio.record.reader import Mark, Place, RunReader

REFRESH_MS = 500
"""The process that trains writes as often."""


@dataclass(frozen=True)
class Reel:
    """All pictures of a run so far, and what happened beside them."""

    places: tuple[Place, ...] = ()
    marks: tuple[Mark, ...] = ()
    checkpoints: tuple[int, ...] = ()
    """The steps from which the run can go on."""

    def nearest(self, step: float) -> int:
        """The index of the picture nearest to a step.

        Raises:
            ValueError: there is no picture.
        """
        steps = [place.step for place in self.places]
        after = min(bisect_left(steps, step), len(steps) - 1)
        return min((max(0, after - 1), after), key=lambda i: abs(steps[i] - step))

    def checkpoint_before(self, step: int) -> int | None:
        """The last step up to this one from which the run can go on."""
        found = bisect_right(self.checkpoints, step)
        return self.checkpoints[found - 1] if found else None


class History(QObject):
    """Follows the file that a run is written to, and shows any picture of it.

    A run that has not made a step yet has no file: until then another one may stand for it, as
    does the run that a branch goes on from.
    """

    changed = Signal(object)
    """There is another `Reel`."""
    looked = Signal(object)
    """The `Frame` that is looked at; None follows the end again."""
    failed = Signal(str)
    """The sentence that says what is wrong with the file."""

    def __init__(self) -> None:
        super().__init__()
        self.reel = Reel()
        self.frame: Frame | None = None
        """The picture that is looked at, None while the end is followed."""
        self._path: Path | None = None
        self._before: Path | None = None
        self._until: int | None = None
        self._number = -1
        self._reader: RunReader | None = None
        self._seen = self._uncut = -1
        self._timer = QTimer(self, interval=REFRESH_MS)
        self._timer.timeout.connect(self.refresh)

    @property
    def path(self) -> Path | None:
        """The file that is shown, if there is one yet."""
        return self._reader.path if self._reader is not None else None

    @property
    def record(self) -> Path | None:
        """The run's own file, if there is one yet: not one that stands for it."""
        return self.path if self.path == self._path else None

    @property
    def reader(self) -> RunReader | None:
        """Reads that file, if there is one yet."""
        return self._reader

    def use(self, path: Path | None, before: Path | None = None, until: int | None = None) -> None:
        """Follow another file.

        Args:
            path: it may not be there yet; None for a run that is not recorded.
            before: the file that stands for it until it is.
            until: where the run goes on; what the file holds beyond that is done again.
        """
        self._close()
        self._seen = self._uncut = -1
        self._path, self._before, self._until = path, before, until
        self.follow()
        self._timer.start()
        self.refresh()

    def close(self) -> None:
        """Let go of the file."""
        self._timer.stop()
        self._path = self._before = None
        self._close()

    def refresh(self) -> None:
        """See what has been written since."""
        try:
            self._open()
            self._set(self._read())
        except GanStudioError as error:
            self.close()
            self._set(Reel())
            self.follow()
            self.failed.emit(str(error))

    def look(self, index: int) -> None:
        """Show a picture; the last one too stays where it is while the run goes on."""
        if self._reader is None or not self.reel.places:
            return
        place = self.reel.places[max(0, min(index, len(self.reel.places) - 1))]
        try:
            self.frame, self._number = self._reader.frame(place.number), place.number
        except GanStudioError:
            # Thinned out a moment ago: its neighbour is still there.
            self.refresh()
            return
        self.looked.emit(self.frame)

    def follow(self) -> None:
        """Show what is newest, as it comes."""
        if self.frame is not None:
            self.frame = None
            self.looked.emit(None)

    @property
    def index(self) -> int:
        """Of the picture that is looked at, or of the last one; -1 where there is none."""
        if self.frame is None or not self.reel.places:
            return len(self.reel.places) - 1
        for index, place in enumerate(self.reel.places):
            # Not by its step: all pictures of a pretraining have the same.
            if place.number == self._number:
                return index
        return self.reel.nearest(self.frame.step)

    def _open(self) -> None:
        wanted = [path for path in (self._path, self._before) if path is not None]
        if self._reader is None and not any(path.exists() for path in wanted):
            return
        from ganstudio.record.reader import RunReader

        if self._path is not None and self._path.exists():
            if self._reader is None or self._reader.path != self._path:
                self._close()
                if self._before is not None:
                    # What stood for it is not needed any more, nor where it was cut.
                    self._before = self._until = None
                self._reader, self._seen = RunReader(self._path), -1
        elif self._before is not None and self._reader is None:
            self._reader = RunReader(self._before)

    def _read(self) -> Reel:
        if self._reader is None:
            return Reel()
        reader = self._reader
        if (version := reader.version) == self._seen:
            return self.reel
        self._seen = version
        reel = Reel(tuple(reader.places), tuple(reader.marks), tuple(reader.checkpoint_steps))
        if self._uncut < 0:
            self._uncut = version
        if self._before is None and version != self._uncut:
            # The first that is written when a run goes on is the cut.
            self._until = None
        if (until := self._until) is None:
            return reel
        return Reel(
            tuple(place for place in reel.places if place.step <= until),
            tuple(mark for mark in reel.marks if mark.step <= until),
            tuple(step for step in reel.checkpoints if step <= until),
        )

    def _set(self, reel: Reel) -> None:
        if reel != self.reel:
            self.reel = reel
            self.changed.emit(reel)

    def _close(self) -> None:
        if self._reader is None:
            return
        from ganstudio.record.claim import is_claimed
        from ganstudio.record.schema import READ_ERRORS, tidy

        path = self._reader.path
        self._reader.close()
        self._reader = None
        # A run that has ended meanwhile could not put its files together while we read.
        with suppress(GanStudioError, OSError, *READ_ERRORS):
            if not is_claimed(path):
                tidy(path)
