"""Turns commands into orders for the trainer: playing, pausing, stepping, pacing."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from queue import Empty, SimpleQueue

from ganstudio.core.control import Order, Watch
from ganstudio.core.events import EarlyStop, NotFinite
from ganstudio.core.experiment import Experiment
from ganstudio.core.questions import Asked
from ganstudio.runs.keeping import Keeping
from ganstudio.runs.messages import (
    Ask,
    Back,
    Close,
    Command,
    Edit,
    Look,
    Pace,
    Pause,
    Play,
    Start,
    State,
    Step,
    Stop,
)

FRAME_SECONDS = 1 / 60
"""How often a screen can show a new frame."""
PICTURE_SECONDS = 1 / 30
"""The same where a frame is hundreds of pictures: nobody sees more of them."""

CATCH_UP_SECONDS = 0.05
FRAME_SHARE = 0.15
"""Live frames may take this share of the time; those of a large fleet are costly."""

FRAME_MEMORY = 20
"""Frames over which their cost is averaged."""

Inbox = SimpleQueue[Command]


class Steering:
    """A `Control` that obeys the commands in an inbox; it blocks while there is nothing to do.

    Args:
        inbox: filled by another thread, or between two events of the trainer.
        say: told about every change of state.
        playing: begin at once instead of paused.
        pace: steps a second, or None.
        watch: what the pictures show.
        keeping: when to order checkpoints: also wherever the run rests or ends.
        frame_seconds: between two frames of a run that plays, at least.
    """

    def __init__(
        self,
        inbox: Inbox,
        say: Callable[[State], None],
        *,
        playing: bool,
        pace: float | None,
        watch: Watch,
        keeping: Keeping | None = None,
        frame_seconds: float = FRAME_SECONDS,
    ) -> None:
        self._inbox = inbox
        self._say = say
        self._playing = playing
        self._until: int | None = None
        self._single: deque[Order] = deque()
        self._edits: deque[Experiment] = deque()
        self._asked: dict[str, Asked] = {}
        self._stepped = False
        self._said: State | None = None
        self._shown = False
        self._diverged = False
        self._next_step_at = 0.0
        self._begun = self._next_frame = self._cost = 0.0
        self._keeping = keeping or Keeping(False)
        self._frame_seconds = frame_seconds
        self._watch = watch
        self.pace = pace
        self.leave: Start | Stop | Close | None = None
        """The command that ended the run, if one did."""

    def next(self, step: int, experiment: Experiment) -> Order | Experiment | Asked:
        """The next order; waits while paused, at the last step, and for the pace."""
        while True:
            self.listen()
            if self.leave is not None:
                return self._keeping.at_end(step) or Order.STOP
            if self._edits:
                return self._edits.popleft()
            if self._asked:
                return self._asked.pop(next(iter(self._asked)))
            if self._single:
                self._stepped = True
                return self._single.popleft()
            if self._may_play(step, experiment):
                wait = self._next_step_at - time.monotonic() if self.pace else 0.0
                if wait <= 0:
                    return self._keeping.now_and_then(step) or self._go()
                self._wait(wait)
            elif (order := self._come_to_rest(step, experiment)) is not None:
                return order
            else:
                self._wait(None)

    def listen(self) -> None:
        """Take what has arrived; what comes after the command that ends it is for the next run."""
        while self.leave is None and not self._inbox.empty():
            self._take(self._inbox.get())

    def wants_frame(self) -> bool:
        """After a single step or a slow one, and as often as a screen can show."""
        single, self._stepped = self._stepped, False
        return single or self._is_slow or time.monotonic() >= self._next_frame

    def saw_frame(self, *, sent: bool) -> None:
        """A frame was made; if it was sent, the next is wanted a screen refresh later, or more."""
        now = time.monotonic()
        cost = now - self._begun
        if self._playing:
            # The usual cost, so that one frame that is measured leaves no gap behind.
            self._cost = cost if not self._cost else self._cost + (cost - self._cost) / FRAME_MEMORY
        if sent:
            self._next_frame = now + max(
                self._frame_seconds - cost, self._cost * (1 / FRAME_SHARE - 1)
            )

    def watch(self) -> Watch:
        """What the frame that is made now is to show."""
        self._begun = time.monotonic()
        return self._watch

    def hear(self, event: NotFinite | EarlyStop) -> None:
        """Pause: somebody has to decide how to go on."""
        self._playing = False
        self._diverged = isinstance(event, NotFinite)

    def diverge(self) -> None:
        """Pause because nothing is finite any more."""
        self._playing, self._diverged = False, True

    @property
    def resting(self) -> bool:
        """Whether the newest frame is to be seen for a while, rather than soon another one."""
        return not self._playing or self._is_slow

    @property
    def _is_slow(self) -> bool:
        return self.pace is not None and self.pace * self._frame_seconds <= 1

    def _may_play(self, step: int, experiment: Experiment) -> bool:
        if step >= experiment.steps or (self._until is not None and step >= self._until):
            # More steps, added by an edit, wait until they are asked for.
            self._playing, self._until = False, None
        return self._playing

    def _come_to_rest(self, step: int, experiment: Experiment) -> Order | None:
        """What to do first: once a pause is said, all is shown and kept, and nothing moves."""
        state = self._resting(step, experiment)
        if state is self._said:
            return None
        if not self._shown:
            self._shown = True
            return Order.SHOW
        if (order := self._keeping.here(step)) is not None:
            return order
        self._enter(state)
        return None

    def _enter(self, state: State) -> None:
        self._shown = False
        if state is not self._said:
            self._said = state
            self._say(state)

    def _resting(self, step: int, experiment: Experiment) -> State:
        if self._diverged:
            return State.DIVERGED
        return State.ENDED if step >= experiment.steps else State.PAUSED

    def _go(self) -> Order:
        if self.pace:
            # What a frame delayed is caught up; a pace that can't be kept is not, in a burst.
            now = time.monotonic()
            due = self._next_step_at or now
            self._next_step_at = max(due, now - CATCH_UP_SECONDS) + 1 / self.pace
        self._enter(State.PLAYING)
        return Order.BOTH

    def _wait(self, seconds: float | None) -> None:
        try:
            self._take(self._inbox.get(timeout=seconds))
        except Empty:
            return

    def _leave_what_is_broken(self) -> None:
        """Whoever goes on means the good state: from a broken one there is no way on or back."""
        if self._diverged:
            self._single.append(Order.BACK)
            self._diverged = False

    def _take(self, command: Command) -> None:
        match command:
            case Start() | Stop() | Close():
                self.leave = command
            case Play(until):
                self._leave_what_is_broken()
                self._playing, self._until = True, until
            case Pause():
                self._playing = False
            case Step(order):
                self._leave_what_is_broken()
                self._playing = False
                self._single.append(order)
            case Back():
                self._single.append(Order.BACK)
                self._diverged = False
            case Look(watch):
                self._watch = watch
                # A run that rests shows what is looked at now.
                self._said, self._shown = None, False
            case Ask(asked):
                self._asked[asked.topic] = asked
            case Edit(experiment):
                self._edits.append(experiment)
            case Pace(pace):
                self.pace = pace
                self._next_step_at = 0.0
