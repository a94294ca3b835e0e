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
            before = None if found.source == found.record else (found.source, found.step or None)
            self.history.use(found.record, before)
            return found.record
        record = self.library.new_path(experiment) if self._folder is not None else None
        self.history.use(record)
        return record

    def open(self, path: Path) -> Found:
        """A run from its last checkpoint on.

        A file outside the folder stays as it is: what comes now is written to a copy.

        Raises:
            RecordError: it is no run file, or damaged.
            FileError: it can't be copied.
        """
        from ganstudio.record.claim import is_claimed
        from ganstudio.record.copies import save_copy
        from ganstudio.record.reader import RunReader

        with RunReader(path) as reader:
            steps, edits = reader.checkpoint_steps, reader.edits
            start = reader.checkpoint().experiment if steps else reader.experiment
            if edits and edits[-1].step >= (steps[-1] if steps else 0):
                # Made while the run rested, after its state was kept.
                start = edits[-1].experiment
        ours = self._folder is None or path.parent == self._folder
        if steps and ours and not is_claimed(path):
            return Found(start, path, path, Origin(path, steps[-1]))
        record = self.library.new_path(start)
        if not steps:
            return Found(start, path, record, None)
        save_copy(path, record)
        return Found(start, record, record, Origin(record, steps[-1]))

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
