"""Which file a run is written to, and from where it goes on.

The run files bring numpy, which takes as long as the rest of the window: they are loaded when
the first of them is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.app.timeline.history import History
from ganstudio.core.events import Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.errors import RecordError
from ganstudio.runs.messages import Origin

if TYPE_CHECKING:
    from ganstudio.plots.past import Past
    from ganstudio.record.library import Library


@dataclass(frozen=True)
class Found:
    """A recorded run, ready to be gone on with."""

    experiment: Experiment
    """As it was at the step of `origin`."""
    source: Path
    """The file that tells its past."""
    record: Path
    """The file that is written from here on."""
    origin: Origin | None
    """The checkpoint; without one the run begins anew."""

    @property
    def step(self) -> int:
        """Where it goes on."""
        return (self.origin.step or 0) if self.origin is not None else 0


class Recordings:
    """Gives runs their files.

    Args:
        folder: of runs that nobody has saved elsewhere yet; None records nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self.history = History()

    @property
    def records(self) -> bool:
        """Whether runs are recorded here: else there is no library."""
        return self._folder is not None

    @property
    def library(self) -> Library:
        """The runs in the folder.

        Raises:
            LookupError: nothing is recorded.
        """
        from ganstudio.record.library import Library

        if self._folder is None:
            raise LookupError("nothing is recorded here")
        return Library(self._folder)

    def begin(self, experiment: Experiment, found: Found | None) -> Path | None:
        """The file for a run that begins or goes on, None if it is not recorded."""
        if found is not None:
            before = found.source if found.source != found.record else None
            self.history.use(found.record, before, found.step if found.origin else None)
            return found.record
        record = self.library.new_path(experiment) if self._folder is not None else None
        self.history.use(record)
        return record

    def open(self, path: Path) -> Found:
        """A run from its last checkpoint on.

        A file outside the folder, or one that another window writes, stays as it is: what comes
        now is a branch of it.

        Raises:
            RecordError: it is no run file, or damaged.
        """
        from ganstudio.record.reader import RunReader

        with RunReader(path) as reader:
            start, step = reader.goes_on
        origin = Origin(path, step) if step is not None else None
        if origin is not None and self.why_apart(path) is None:
            return Found(start, path, path, origin)
        return Found(start, path, self.library.new_path(start), origin)

    def why_apart(self, path: Path) -> str | None:
        """Why a run is not gone on with in its own file, if it is not."""
        from ganstudio.record.claim import is_claimed

        if is_claimed(path):
            return f"Another GAN Studio trains {path.name}"
        if self._folder is not None and path.parent != self._folder:
            return f"{path.name} is outside the library"
        return None

    def branch(self, step: int) -> Found:
        """The run that is shown, from an earlier checkpoint on, as a run of its own.

        Raises:
            RecordError: there is no checkpoint of that step.
            LookupError: no run is shown that has a file.
        """
        from ganstudio.record.reader import RunReader

        path = self.history.path
        if path is None:
            raise LookupError("the run that is shown has no file")
        with RunReader(path) as reader:
            experiment = reader.checkpoint(step).experiment
        return Found(experiment, path, self.library.new_path(experiment), Origin(path, step))

    def end(self) -> tuple[Started, Frame] | None:
        """What the run said when it began, and its last picture, if it can be read."""
        reader = self.history.reader
        if reader is None or not self.history.reel.places:
            return None
        try:
            return reader.started, reader.frame(self.history.reel.places[-1].number)
        except RecordError:
            # The engine will say what is wrong.
            return None

    def past(self, found: Found) -> Past | None:
        """What the curves over time have to know, None if the run begins anew.

        Raises:
            RecordError: the file is damaged.
        """
        from ganstudio.plots.past import Past
        from ganstudio.record.reader import RunReader

        if found.origin is None:
            return None
        with RunReader(found.source) as reader:
            return Past.of(reader, until=found.step)
