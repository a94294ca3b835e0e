"""The real window with a real child, and how tests wait for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtTest import QTest

from ganstudio.app.preferences import Preferences
from ganstudio.app.session import Session
from ganstudio.app.trouble import Trouble
from ganstudio.app.window import Window
from ganstudio.core.events import Frame
from ganstudio.core.experiment import Experiment
from ganstudio.data.images.download import is_here
from ganstudio.data.images.gallery import cache
from ganstudio.data.images.known import KNOWN
from ganstudio.data.presets import load_preset
from ganstudio.runs.messages import State

PATIENCE_SECONDS = 60.0
WIDTH, HEIGHT = 1280, 720


def is_at_hand(preset: str) -> bool:
    """Whether a preset can be trained without downloading anything."""
    known = KNOWN.get(load_preset(preset).target.kind)
    return known is None or is_here(known, cache() / known.name)


def until(done: Callable[[], object]) -> None:
    """Let Qt work until something is so; a failure after a long time."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < end, "it never came"
        QTest.qWait(2)


class Lab:
    """A window with all that tests ask of it.

    Args:
        folder: where its preferences are.
        experiment: what it begins with; the first preset if not given.
        records: whether its runs are written to files, in the folder `runs` beside.
    """

    def __init__(
        self, folder: Path, experiment: Experiment | None = None, *, records: bool = False
    ) -> None:
        self.preferences = Preferences(folder / "window.ini")
        self.trouble = Trouble()
        runs = folder / "runs" if records else None
        self.session = Session(experiment or load_preset("first-gan"), runs=runs)
        self.window = Window(self.session, self.preferences, self.trouble)
        self.frames: list[Frame] = []
        self.session.frame.connect(self.frames.append)
        self._closed = False

    def show(self) -> Lab:
        """On the screen, with the engine starting."""
        self.window.resize(WIDTH, HEIGHT)
        self.window.show()
        until(lambda: self.session.engine_pid is not None)
        return self

    def warm(self) -> Lab:
        """On the screen, with the untrained networks shown."""
        self.show()
        self.until_rest()
        return self

    def fresh(self, name: str = "first-gan") -> None:
        """As after a start: a preset at step 0, as fast as possible, nothing to say."""
        self.session.set_pace(None)
        self.window.notice.hide()
        # The seed, which a preset does not touch, too.
        self.session.open(load_preset(name))
        self.until_rest()
        self.window.resize(WIDTH, HEIGHT)
        self.window.activateWindow()
        self.frames.clear()

    def until_rest(self) -> None:
        """A run is there, paused before its first step."""
        s = self.session
        until(lambda: s.state is State.LOST or self._rests())
        assert s.state is not State.LOST, self.window.notice.words

    def _rests(self) -> bool:
        s = self.session
        return s.newest is not None and s.state is State.PAUSED and not s.step

    def until_state(self, state: State) -> None:
        """The window knows that state."""
        until(lambda: self.session.state is state)

    def until_step(self, step: int) -> None:
        """That step, or a later one, is shown."""
        until(lambda: self.session.step >= step)

    def until_settled(self) -> None:
        """No edit is on its way to the run."""
        until(lambda: not self.session.edits.settling)

    def trigger(self, command: str) -> None:
        """As a menu would."""
        self.window.actions_table[command].trigger()

    def train_to(self, step: int) -> None:
        """Train until exactly that step, and rest there."""
        self.session.train(until=step)
        until(lambda: self.session.step == step and self.session.state is not State.PLAYING)

    def losses(self) -> list[tuple[float, float]]:
        """Both losses of every step since `fresh`."""
        pairs = (zip(f.loss_d[:, 0], f.loss_g[:, 0], strict=True) for f in self.frames)
        return [(float(d), float(g)) for pair in pairs for d, g in pair]

    def close(self) -> None:
        """Close and delete; closing twice is no matter."""
        if not self._closed:
            self._closed = True
            self.window.close_unasked()
            self.window.deleteLater()
            self.session.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
