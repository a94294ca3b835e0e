"""What the session reports, shown where the window has a place for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from ganstudio.app.spaces import space_of
from ganstudio.app.trouble import Trouble
from ganstudio.app.wording import chip, fitting, pause_words, preparing_words, status_line
from ganstudio.core.events import EarlyStop, Failed, Frame, NotFinite, Started
from ganstudio.core.experiment import Experiment
from ganstudio.runs.messages import Facts, Preparing, State

if TYPE_CHECKING:
    from ganstudio.app.window import Window
    from ganstudio.plots.past import Past

STATUS_MS = 200
TELL_MS = 60
"""After the first of several pictures that are looked at."""


class Reports(QObject):
    """Listens to the session, and tells pages, transport, panel, notice and status line.

    Args:
        window: all of its parts are made.
        trouble: where uncaught exceptions arrive.
    """

    def __init__(self, window: Window, trouble: Trouble) -> None:
        super().__init__(window)
        self._window, self._trouble = window, trouble
        self._session, self._pages = window.session, window.pages
        self._state = window.session.state
        self._preparing: Preparing | None = None
        """What the run is at before its first picture."""
        self._ticking = QTimer(self, interval=STATUS_MS)
        self._ticking.timeout.connect(self.tick)
        self._telling = QTimer(self, interval=TELL_MS, singleShot=True)
        self._telling.timeout.connect(self.tick)
        self._connect()

    def begin(self) -> None:
        """The window is shown: say from now on what changes too often to be said at once."""
        self._ticking.start()

    def end(self) -> None:
        """The window closes."""
        self._ticking.stop()
        self._telling.stop()

    def _connect(self) -> None:
        s, window = self._session, self._window
        s.edits.changed.connect(self.show_experiment)
        s.edits.waiting_changed.connect(window.panel.set_pending)
        s.edits.refused.connect(self.refuse)
        s.state_changed.connect(self._show_state)
        s.started.connect(self._start)
        s.frame.connect(self._show_frame)
        s.edited.connect(self._pages.edit)
        s.recalled.connect(self._recall)
        s.record_news.connect(window.notice.say)
        s.history.looked.connect(self._look)
        s.history.failed.connect(window.notice.say)
        s.failed.connect(self._fail)
        s.paused_by.connect(self._explain_pause)
        s.facts.connect(self._learn)
        s.preparing.connect(self._prepare)
        s.pace_changed.connect(window.transport.set_pace)

    # --------------------------------------------------------------------- the experiment

    def show_experiment(self, experiment: Experiment) -> None:
        """Show what the session edits."""
        window, document = self._window, self._session.document
        window.panel.setValue(experiment)
        window.transport.set_experiment(experiment)
        window.actions_table["undo"].setEnabled(document.can_undo)
        window.actions_table["redo"].setEnabled(document.can_redo)
        name = document.path.name if document.path else experiment.title
        window.setWindowTitle(f"{name}[*] - GAN Studio")
        window.setWindowModified(document.changed)

    def refuse(self, path: str, sentence: str) -> None:
        """Say why an edit was not taken, at its field if that can be seen."""
        panel = self._window.panel
        # The panel shows the refused value already; what stands there must be what is trained.
        panel.setValue(self._session.document.experiment)
        if not path or not panel.set_problem(path, sentence):
            self._window.notice.say(sentence)

    def _learn(self, facts: Facts) -> None:
        self._window.panel.set_devices(["auto", *facts.devices])

    # ---------------------------------------------------------------------------- the run

    def _prepare(self, preparing: Preparing) -> None:
        """Say it soon: the status line and the chip change five times a second at most."""
        window, coming = self._window, self._session.running
        self._preparing = preparing
        window.views.make_ready(space_of(coming), large=window.preferences.large_text)

    def _start(self, started: Started) -> None:
        window, experiment = self._window, started.experiment
        self._preparing = None
        window.notice.forget_run()
        window.seed_box.set_seeds(experiment.seed, experiment.replicas)
        window.views.enter(space_of(experiment), large=window.preferences.large_text)
        self._pages.start(started)
        self._look_on()
        self.tick()

    def _show_state(self, state: State) -> None:
        window, playing = self._window, self._session.playing
        window.transport.set_state(state, playing=playing)
        window.actions_table["go_back"].setEnabled(state is State.DIVERGED)
        if state is not State.PLAYING:
            self._pages.refresh()
        goes_on = state is State.PLAYING and playing
        if goes_on or (self._state is State.DIVERGED and state is not State.DIVERGED):
            # What made it pause is over.
            window.notice.forget_run()
        if goes_on:
            window.notice.forget_advice()
        self._state = state
        self.tick()

    def _show_frame(self, frame: Frame) -> None:
        self._preparing = None
        if self._session.history.frame is not None:
            self._pages.remember(frame)
            return
        self._pages.show_frame(frame)
        if self._session.state is not State.PLAYING:
            # No other frame will come for the curves that take turns.
            self._pages.refresh()

    def _recall(self, past: Past) -> None:
        self._pages.recall(past)
        self._look_on()

    def _look_on(self) -> None:
        """A run began on all pages: go on looking at the picture that was looked at."""
        looked = self._session.history.frame
        if looked is not None:
            self._pages.look_back(looked)

    def _look(self, frame: Frame | None) -> None:
        """An earlier picture is looked at, or the newest one again."""
        if frame is None:
            self._pages.follow(self._session.newest)
        else:
            self._pages.look_back(frame)
        # Words that change at 60 Hz can't be read, and each change lays out the window anew.
        if not self._telling.isActive():
            self._telling.start()

    def choose_replica(self, index: int) -> None:
        """Watch another seed, on all pages."""
        self._session.watch(replica=index)
        self._pages.set_replica(index)
        self.tick()

    # -------------------------------------------------------------------------- its words

    def _fail(self, failed: Failed) -> None:
        self._preparing = None
        self._window.notice.say(failed.message, failed.report, of_run=True)
        self.tick()

    def _explain_pause(self, reason: NotFinite | EarlyStop) -> None:
        broken = isinstance(reason, NotFinite)
        back = self._window.actions_table["go_back"] if broken else None
        self._window.notice.say(pause_words(reason), of_run=True, trouble=broken, action=back)

    def tick(self) -> None:
        """Say what changes too often to be read at every frame."""
        window, s = self._window, self._session
        # First, because the trouble may be below.
        if (found := self._trouble.take()) is not None:
            window.notice.say(*found)
        replica, looked = window.shown_replica, s.history.frame
        if self._preparing is not None and s.state is not State.LOST:
            window.transport.set_verdict("Getting ready", "plain")
            self._say_status(preparing_words(self._preparing))
            return
        window.transport.set_verdict(*chip(s.state, s.run_started, looked or s.newest, replica))
        rate = s.steps_per_second()
        self._say_status(status_line(s.state, s.run_started, s.newest, rate, replica, looked))

    def _say_status(self, line: str) -> None:
        """In large text not all of it has room; the rest is in the tooltip."""
        status = self._window.status
        width, metrics = status.contentsRect().width(), status.fontMetrics()
        status.setToolTip(line)
        status.setText(fitting(line, lambda text: metrics.horizontalAdvance(text) <= width))
