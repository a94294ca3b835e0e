"""What stands above the pictures of a run: what it is called, its verdict, its figures."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from ganstudio.app.library.fitting import Fitting
from ganstudio.app.library.head import Badge, Line
from ganstudio.app.library.runs import look_of_many
from ganstudio.app.library.telling import Telling
from ganstudio.app.theme import set_look
from ganstudio.app.wording import CHIP_LOOK, sentence
from ganstudio.core.events import Condition, Frame, PictureMetrics, PlaneMetrics, Started
from ganstudio.core.measurements import SHORT
from ganstudio.plots.palette import number
from ganstudio.plots.style import Style

CHIP_HEIGHT = 26
"""Twice the radius of its corners."""
_PART = "  ·  "


class ColumnHead(QWidget):
    """Says less where it has less room.

    Args:
        letter: what the run is called.
        place: its number among the runs, from 0.
    """

    def __init__(self, letter: str, place: int) -> None:
        super().__init__()
        self.setProperty("role", "plain")
        self.badge, self.chip = Badge(letter, place), Line("chip")
        self.title, self.figures = Fitting("title"), Fitting("muted")
        self._verdict: Sequence[str] = ("",)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.badge)
        line.addWidget(self.title, 1)
        self._said = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._said.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignLeft)
        self._said.addWidget(self.figures)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addLayout(self._said)

    def name_it(self, title: str, apart: Telling) -> None:
        """Say the run's title, and what tells it from other runs of that title."""
        # In a narrow column what tells it is more than what all are called.
        words, least = ([one.rpartition(", ")[2] for one in x] for x in (apart.words, apart.least))
        ways = ([title, *apart.words], [title, *words], words, least)
        self.title.say(*(_PART.join(way) for way in ways if way))

    def say(self, frame: Frame, started: Started) -> None:
        """Say how the run is in a picture of it."""
        self._verdict, look = _chip_words(frame)
        self._fit_chip()
        set_look(self.chip, "state", look)
        self.figures.say(*_figures(frame, started))

    def set_style(self, style: Style) -> None:
        """Take other colours and sizes."""
        self.badge.set_style(style)
        self.chip.setMinimumHeight(round(CHIP_HEIGHT * style.text_scale))

    def spread(self, wide: bool) -> None:
        """Whether the verdict stands beside the figures."""
        direction = QBoxLayout.Direction
        self._said.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        self._said.setStretch(1, int(wide))
        self._said.setSpacing(10 if wide else 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_chip()

    def _fit_chip(self) -> None:
        """The verdict, with its reason if that has room: the chip is as wide as its words."""
        for words in self._verdict:
            self.chip.setText(words)
            if self.chip.sizeHint().width() <= self.width():
                break


def _chip_words(frame: Frame) -> tuple[tuple[str, ...], str]:
    """The verdict with its reason, then without, and how the chip looks, see `theme`."""
    verdicts = frame.verdicts
    if frame.step == 0:
        return ("Untrained",), "plain"
    if len(verdicts) == 1:
        [verdict] = verdicts
        said = sentence(verdict)
        return (said, said.partition(":")[0]), CHIP_LOOK[verdict.condition]
    fits = sum(verdict.condition is Condition.FITS for verdict in verdicts)
    words = f"{fits:,} of {len(verdicts):,}"
    return (f"{words} seeds fit", f"{words} fit"), look_of_many(fits, len(verdicts))


def _figures(frame: Frame, started: Started) -> list[str]:
    """The step and the main metrics of the seed that is shown, then ever fewer of them."""
    m, replica = frame.metrics, frame.view.replica
    parts = []
    if isinstance(m, PlaneMetrics):
        counted = {"modes": m.modes}
    elif isinstance(m, PictureMetrics):
        counted = {"classes": m.modes}
    else:
        counted = {}
    measured = {SHORT[m.main]: m.distance} | ({} if counted else {"std / σ": m.std_ratio})
    for name, values in (measured | counted).items():
        value = float(values[replica])
        if math.isfinite(value):
            parts.append(f"{name} {f'{value:.0f}' if name in counted else number(value)}")
    if started.experiment.replicas > 1:
        parts.append(f"seed {started.experiment.seed_of(replica)}")
    # The timeline says the step, too, and most runs are there.
    parts.append(f"step {frame.step:,}")
    return [_PART.join(parts[:count]) for count in range(len(parts), 0, -1)]
