"""Lets what a run says go by, and writes it into the run's file."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ganstudio.core.checkpoint import Checkpoint
from ganstudio.core.events import (
    Answered,
    EarlyStop,
    Edited,
    Event,
    Finished,
    Frame,
    NotFinite,
    Started,
)
from ganstudio.errors import RecordError
from ganstudio.record.copies import branch
from ganstudio.record.reader import RunReader
from ganstudio.record.writer import RunWriter
from ganstudio.runs.messages import Origin, Start

PACKAGES = ("ganstudio", "torch", "numpy", "scipy")


def checkpoint_of(origin: Origin) -> Checkpoint:
    """The state that a run is to go on from.

    Raises:
        RecordError: there is none.
    """
    with RunReader(origin.path) as reader:
        return reader.checkpoint(origin.step)


def recorded(
    events: Iterator[Event],
    start: Start,
    say: Callable[[str], None],
    cut_off: Callable[[], bool] = lambda: False,
) -> Iterator[Event]:
    """The same events, written to `start.record` on their way; checkpoints end here.

    Args:
        events: of the run.
        start: says into which file, if any, and from where the run goes on.
        say: told, from another thread, when writing fails and when it works again.
        cut_off: whether the run ends although nobody meant it to: its file says so.

    Raises:
        RecordError: the file can't be made.
    """
    recorder = _Recorder(start.record, start.origin, say) if start.record is not None else None
    try:
        for event in events:
            if recorder is not None and not (isinstance(event, Finished) and cut_off()):
                recorder.take(event)
            if not isinstance(event, Checkpoint):
                yield event
    finally:
        if recorder is not None:
            recorder.close()


class _Recorder:
    """Writes events; the file is made when the first step was, for nobody needs one before."""

    def __init__(self, path: Path, origin: Origin | None, say: Callable[[str], None]) -> None:
        self._path, self._origin, self._say = path, origin, say
        self._before: list[Event] = []
        self._writer: RunWriter | None = None
        self._first: tuple[int, int] | None = None
        self._newest: Frame | None = None

    def take(self, event: Event) -> None:
        """One event more; answers concern nobody but who asked."""
        if isinstance(event, Answered):
            return
        if isinstance(event, Started) and self._origin is not None:
            _check_gallery(event, self._origin)
        if self._writer is None:
            if not self._has_moved(event):
                self._wait_with(event)
                return
            self._writer = self._open()
            for earlier in self._before[1:]:
                self._write(earlier, self._writer)
        self._write(event, self._writer)

    def close(self) -> None:
        """Write all to the end."""
        if self._writer is not None:
            self._writer.close()

    def _wait_with(self, event: Event) -> None:
        """Keep what comes before the first step; of all looks at it the last one."""
        if isinstance(event, Frame):
            for i, earlier in enumerate(self._before):
                if isinstance(earlier, Frame):
                    number = earlier.number if event.number is None else event.number
                    self._before[i] = replace(event, number=number)
                    return
        self._before.append(event)

    def _has_moved(self, event: Event) -> bool:
        """Whether a step was made since the first frame."""
        if not isinstance(event, Frame):
            return isinstance(event, NotFinite)
        here = event.step, event.pretraining_step
        self._first = self._first or here
        return here != self._first

    def _write(self, event: Event, writer: RunWriter) -> None:
        match event:
            case Frame():
                self._newest = event
                writer.frame(event)
            case Edited():
                writer.edited(event)
            case Checkpoint():
                # A run that rests is kept where it is shown.
                if self._newest is not None and self._newest.step == event.step:
                    writer.rest(self._newest)
                writer.checkpoint(event)
            case NotFinite():
                writer.event(event.step, "not finite", event.sentence)
            case EarlyStop():
                writer.event(event.step, "early stop", f"{event.metric} is {event.value:.4g}")
            case Finished():
                writer.put("ended", {"step": event.step, "stopped": event.stopped})

    def _open(self) -> RunWriter:
        started = self._before[0]
        assert isinstance(started, Started)  # it is what a run says first
        if self._origin is None:
            return RunWriter.create(self._path, started, versions(), self._say)
        assert self._first is not None  # a frame comes before the first step
        step, _ = self._first
        if self._origin.path != self._path:
            branch(self._origin.path, step, self._path)
        return RunWriter.resume(self._path, started, versions(), step, self._say)


def _check_gallery(started: Started, origin: Origin) -> None:
    """Refuse to go on with other pictures than a run has begun with.

    Raises:
        RecordError: they have changed.
    """
    with RunReader(origin.path) as reader:
        before = reader.gallery
    if before.get("sha256") != started.gallery.get("sha256"):
        raise RecordError(
            f"{origin.path}: this run learnt from other pictures ({before.get('learnt', 'no')} of "
            f"{before.get('set', 'none')}); those of {started.gallery.get('set', 'none')} have "
            "changed since, so it can't go on with them"
        )


def versions() -> dict[str, str]:
    """Of what decides the numbers."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            # A checkout that is not installed has no version.
            found[name] = "unknown"
    return found
