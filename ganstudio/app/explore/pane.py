"""What every side from which pictures are explored has in common."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from ganstudio.core.events import Answered, Frame, Started
from ganstudio.core.questions import Asked, Question
from ganstudio.core.targets import Pictures
from ganstudio.plots.style import LIGHT, Style


class Asker(QObject):
    """Asks the run's networks about one topic: an answer to an older question is nobody's.

    Args:
        topic: no two askers have the same.
    """

    asks = Signal(object)
    """An `Asked` for the engine."""
    answered = Signal(object)
    """The answer's own value, such as `Made`."""
    refused = Signal(str)
    """Why there is no answer, in one sentence."""

    def __init__(self, topic: str, parent: QObject) -> None:
        super().__init__(parent)
        self.topic = topic
        self._number = 0
        self.waits = False
        """Whether an answer is still to come."""
        self.seconds = 0.0
        """How long training waited for the newest answer."""

    def ask(self, question: Question) -> None:
        """Ask; an answer that is still to come is not wanted any more."""
        self._number += 1
        self.waits = True
        self.asks.emit(Asked(self.topic, self._number, question))

    def forget(self) -> None:
        """No answer is wanted any more: the run is another one."""
        self._number += 1
        self.waits = False

    def give_up(self, why: str) -> None:
        """The run that was asked is no more: no answer will come."""
        if self.waits:
            self.forget()
            self.refused.emit(why)

    def hear(self, answered: Answered) -> None:
        """Take an answer of this topic."""
        if answered.number != self._number:
            return
        self.waits, self.seconds = False, answered.seconds
        if answered.problem:
            self.refused.emit(answered.problem)
        else:
            self.answered.emit(answered.answer)


class Pane(QWidget):
    """One side. It is told what the run says, asks its networks, and changes nothing.

    What costs something waits until the pane is seen: subclasses fill in `refresh`.
    """

    title: ClassVar[str]
    """On its tab."""
    tip: ClassVar[str]
    """What one can see there, in a sentence."""

    asks = Signal(object)
    """An `Asked` for the engine."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.title)
        self._askers: dict[str, Asker] = {}
        self._style = LIGHT
        self._started: Started | None = None
        self._frame: Frame | None = None

    def make_asker(self, what: str) -> Asker:
        """One for questions of a kind; those of different kinds do not replace each other."""
        asker = Asker(f"{type(self).__name__}.{what}", self)
        asker.asks.connect(self.asks)
        self._askers[asker.topic] = asker
        return asker

    @property
    def target(self) -> Pictures | None:
        """What the run learns, if it is pictures."""
        target = self._started.experiment.target if self._started else None
        return target if isinstance(target, Pictures) else None

    # ------------------------------------------------------------------ what the page tells

    def start(self, started: Started) -> None:
        """Another run, of pictures or not: what is known of the one before is over."""
        for asker in self._askers.values():
            asker.forget()
        self._started, self._frame = started, None
        self.begin()
        if self.isVisible():
            self.refresh()

    def show_frame(self, frame: Frame) -> None:
        """The run went on."""
        self._frame = frame
        if self.isVisible():
            self.follow(frame)

    def hear(self, answered: Answered) -> None:
        """An answer to somebody's question."""
        if (asker := self._askers.get(answered.topic)) is not None:
            asker.hear(answered)

    def set_style(self, style: Style) -> None:
        """Other colours and sizes."""
        self._style = style

    # ------------------------------------------------------------- what a subclass fills in

    def begin(self) -> None:
        """A run begins, seen or not: forget what was shown."""

    def refresh(self) -> None:
        """The pane came to the front, or a run began in front of it."""

    def follow(self, frame: Frame) -> None:
        """The run went on while the pane is seen, many times a second."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
