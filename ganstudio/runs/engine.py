"""Runs experiments one after another as commands come in, wherever it is put."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator

from ganstudio.core.control import Watch
from ganstudio.core.events import Condition, Event, Failed, Finished, Frame
from ganstudio.core.weights import Arrays
from ganstudio.errors import GanStudioError
from ganstudio.runs.keeping import Keeping
from ganstudio.runs.messages import (
    Close,
    Command,
    Look,
    Message,
    Pace,
    Preparing,
    RecordNews,
    Start,
    State,
    Status,
)
from ganstudio.runs.recording import checkpoint_of, recorded
from ganstudio.runs.steering import FRAME_SECONDS, PICTURE_SECONDS, Inbox, Steering
from ganstudio.runs.training import train

SEND_SECONDS = 1 / 120
"""Twice as often as a screen looks, so that each look finds a new frame if there is one."""


TELL_SECONDS = 0.1


class _UnwantedError(Exception):
    """Another run is wanted, or none, before this one has begun."""


class Engine:
    """Waits for `Start`, trains, and goes back to waiting, until `Close`.

    Args:
        inbox: where commands arrive.
        send: takes each message; frames come no faster than a screen can show them.
    """

    def __init__(self, inbox: Inbox, send: Callable[[Message], None]) -> None:
        self._inbox = inbox
        self._send = send
        self._run = 0
        self._pace: float | None = None
        self._watch = Watch()
        self._last: Arrays = {}
        self._told = 0.0

    def serve(self) -> None:
        """Work until told to close."""
        command: Command = self._inbox.get()
        while not isinstance(command, Close):
            if isinstance(command, Pace):
                self._pace = command.steps_per_second
            if isinstance(command, Look):
                self._watch = command.watch
            if isinstance(command, Start):
                command = self._play(command) or self._inbox.get()
            else:
                # What else arrives between two runs was meant for one that is over.
                command = self._inbox.get()

    def _say(self, state: State) -> None:
        self._send(Message(self._run, Status(state)))

    def _play(self, start: Start) -> Command | None:
        """Train; the command that ended the run, if one did that the engine must obey."""
        self._run = start.run
        keeping, space = Keeping(start.record is not None), start.experiment.target.space
        steering = Steering(
            self._inbox,
            self._say,
            playing=start.playing,
            pace=self._pace,
            watch=self._watch,
            keeping=keeping,
            frame_seconds=PICTURE_SECONDS if space == "pictures" else FRAME_SECONDS,
        )
        try:
            origin = checkpoint_of(start.origin) if start.origin is not None else None
            events = train(
                start.experiment,
                weights=self._last if start.from_last else start.weights,
                control=steering,
                start=origin,
                tell=lambda what, share: self._prepare(steering, what, share),
            )
            written = recorded(
                keeping.watched(events),
                start,
                self._tell_of_record,
                cut_off=lambda: steering.leave == Close(unasked=True),
            )
            for event in _thinned(written, steering):
                if isinstance(event, Finished):
                    self._last = event.weights
                self._send(Message(self._run, event))
        except _UnwantedError:
            pass
        except GanStudioError as error:
            self._send(Message(self._run, Failed(str(error), traceback.format_exc())))
        except Exception as error:
            sentence = f"{type(error).__name__}: {error}"
            self._send(Message(self._run, Failed(sentence, traceback.format_exc())))
        self._pace, self._watch = steering.pace, steering.watch()
        self._say(State.READY)
        return steering.leave if isinstance(steering.leave, Start | Close) else None

    def _prepare(self, steering: Steering, what: str, share: float) -> None:
        """Tell how far it is; nobody waits for what nobody wants any more."""
        steering.listen()
        if steering.leave is not None:
            raise _UnwantedError
        now = time.monotonic()
        if now - self._told >= TELL_SECONDS:
            self._told = now
            self._send(Message(self._run, Preparing(what, share)))

    def _tell_of_record(self, sentence: str) -> None:
        self._send(Message(self._run, RecordNews(sentence)))


def _thinned(events: Iterator[Event], steering: Steering) -> Iterator[Event]:
    """The events, with frames that come faster than a screen shows folded into later ones."""
    held: Frame | None = None
    sent = 0.0
    lost = False
    for event in events:
        if not isinstance(event, Frame):
            if held is not None:
                yield held
                held = None
            yield event
            continue
        held = event.after(held) if held is not None else event
        now_lost = all(v.condition is Condition.DIVERGED for v in event.verdicts)
        if now_lost and not lost:
            steering.diverge()
        lost = now_lost
        is_due = steering.resting or time.monotonic() - sent >= SEND_SECONDS
        steering.saw_frame(sent=is_due)
        if is_due:
            yield held
            held, sent = None, time.monotonic()
    if held is not None:
        yield held
