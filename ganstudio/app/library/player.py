"""One timeline for several runs: the slider, the step, and a replay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from ganstudio.app.icons import icon
from ganstudio.app.timeline.history import Reel
from ganstudio.app.timeline.track import Track
from ganstudio.export.timeline import Moment
from ganstudio.plots.style import Style
from ganstudio.record.reader import Mark, Place

TICK_MS = 33
FILM_TICKS = 300
"""A replay takes ten seconds at most, however long the runs are."""


class Player(QWidget):
    """Says which moment is to be shown; every run shows its last picture up to there."""

    moved = Signal(object)
    """The `Moment`."""

    def __init__(self) -> None:
        super().__init__()
        self._moments: Sequence[Moment] = ()
        self._reel = Reel()
        self.track = Track()
        self.track.setAccessibleName("Timeline of all runs")
        self._clock = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._clock.timeout.connect(self._tick)
        self.where = QLabel()
        self.where.setProperty("role", "muted")
        self.where.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.back = _tool("back", "Previous picture (,)")
        self.play = _tool("replay", "Replay all runs together, or stop (P)")
        self.on = _tool("on", "Next picture (.)")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for button in (self.back, self.play, self.on):
            row.addWidget(button)
        row.addWidget(self.track, 1)
        row.addWidget(self.where)
        self.back.clicked.connect(lambda _checked: self.step(-1))
        self.on.clicked.connect(lambda _checked: self.step(1))
        self.play.clicked.connect(lambda _checked: self.replay())
        self.track.chosen.connect(self._choose)

    def set_style(self, style: Style) -> None:
        """Take other colours and sizes."""
        self.track.set_style(style)
        self.where.setFixedWidth(self.fontMetrics().horizontalAdvance("step 000,000 of 000,000"))

    # ------------------------------------------------------------------------------ moments

    def set_moments(self, moments: Sequence[Moment], marks: Sequence[Mark], step: int) -> None:
        """Have other moments, and show the one nearest to a step."""
        places = tuple(Place(i, moment.step) for i, moment in enumerate(moments))
        self._moments = moments
        self._reel = Reel(places, tuple(sorted(marks, key=lambda mark: mark.step)))
        self._show(self._reel.nearest(step))

    @property
    def index(self) -> int:
        """Of the moment that is shown."""
        return min(self.track.value(), len(self._moments) - 1)

    @property
    def moment(self) -> Moment:
        """What is shown.

        Raises:
            IndexError: nothing is.
        """
        return self._moments[self.index]

    @property
    def replaying(self) -> bool:
        """Whether the film runs."""
        return self._clock.isActive()

    # ------------------------------------------------------------------- as the commands ask

    def replay(self) -> None:
        """Run through all moments from here on, from the first if here is the end; or stop."""
        if self.replaying:
            self.stop()
        elif len(self._moments) > 1:
            if self.index == len(self._moments) - 1:
                self._show(0)
            self._clock.start()
            self.play.setIcon(icon("pause"))

    def stop(self) -> None:
        """Stay at the moment that is shown."""
        self._clock.stop()
        self.play.setIcon(icon("replay"))

    def step(self, moments: int) -> None:
        """So many moments on, or back."""
        self.stop()
        self._show(self.index + moments)

    def jump(self, direction: int) -> None:
        """To where something happened next in one of the runs, or before; else to the end."""
        self.stop()
        here, last = self.index, len(self._moments) - 1
        marked = {self._reel.nearest(mark.step) for mark in self._reel.marks} | {0, last}
        ahead = sorted(i for i in marked if (i - here) * direction > 0)
        if ahead:
            self._show(ahead[0] if direction > 0 else ahead[-1])

    def follow(self) -> None:
        """To the end."""
        self.stop()
        self._show(len(self._moments) - 1)

    # ------------------------------------------------------------------------------ inside

    def _choose(self, index: int) -> None:
        self.stop()
        self._show(index)

    def _tick(self) -> None:
        last = len(self._moments) - 1
        if self.index >= last:
            self.stop()
            return
        self._show(min(last, self.index + max(1, round(len(self._moments) / FILM_TICKS))))

    def _show(self, index: int) -> None:
        index = max(0, min(index, len(self._moments) - 1))
        self.track.show_reel(self._reel, index)
        last = self._moments[-1].step
        self.where.setText(f"step {self._moments[index].step:,} of {last:,}")
        self.moved.emit(self._moments[index])


def lettered(mark: Mark, letter: str) -> Mark:
    """A mark that says in which run it was."""
    if mark.kind == "edit":
        return mark  # its words are paths
    name, colon, reason = mark.words.partition(":")
    words = f"{name}: {letter},{reason}" if colon else f"{letter}, {mark.words}"
    return replace(mark, words=words)


def _tool(name: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(name))
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
