"""One of the runs that are compared: its head, its picture, its curves."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLayout,
    QVBoxLayout,
    QWidget,
)

from ganstudio.app.forms.words import tooltip
from ganstudio.app.library.head import Badge, Line
from ganstudio.app.library.runs import look_of_many
from ganstudio.app.theme import set_look
from ganstudio.app.wording import CHIP_LOOK, sentence
from ganstudio.core.events import Condition, Frame, PlaneMetrics, Started
from ganstudio.core.experiment import Experiment
from ganstudio.core.targets import Density
from ganstudio.errors import RecordError
from ganstudio.plots.card import Card
from ganstudio.plots.distribution import DistributionPlot
from ganstudio.plots.losses import LossesPlot
from ganstudio.plots.metrics import MetricPlot
from ganstudio.plots.over_time import OverTime
from ganstudio.plots.overlaid import Runner
from ganstudio.plots.palette import number
from ganstudio.plots.past import Past
from ganstudio.plots.plane import PlanePlot
from ganstudio.plots.plot import Plot
from ganstudio.plots.style import LIGHT, Style
from ganstudio.record.reader import RunReader, experiment_at

LEARNT = 8
"""Pictures of each run by which the axes find their lengths."""
ROOM_FOR_NAMES = 470
"""Pixels of normal text: in a narrower column legends would take the room of the pictures."""
CHIP_HEIGHT = 26
"""Twice the radius of its corners."""
ROOM_FOR_CURVES = (300, 430)
"""The height of a column in which the losses have room below the picture, and W1 below them."""


class Column(QWidget):
    """Shows any picture of one run.

    Args:
        letter: what it is called.
        place: its number among the runs, from 0.
        path: of its file.

    Raises:
        RecordError: the file can't be read, or holds no picture.
    """

    def __init__(self, letter: str, place: int, path: Path) -> None:
        super().__init__()
        self.letter = letter
        self._style = LIGHT
        self._own_curves = True
        self.reader = RunReader(path)
        try:
            if self.reader.last_place is None:
                raise RecordError(f"{path.name}: its first picture is not written yet; try again")
            self.started: Started = self.reader.started
            self._edits = self.reader.edits
        except BaseException:
            # Whatever it is, nobody else knows of the open file.
            self.reader.close()
            raise
        self._experiment = self.started.experiment
        self.version = -1
        """That of the file when its curves were read; no file has this one."""
        on_line = isinstance(self._experiment.target, Density)
        self.hero: Plot = DistributionPlot() if on_line else PlanePlot()
        self.curves: tuple[OverTime, OverTime] = (LossesPlot(), MetricPlot("w1"))
        self.plots: tuple[Plot, ...] = (self.hero, *self.curves)
        self._cards = [Card(plot) for plot in self.plots]
        self.badge = Badge(letter, place)
        self._title, self._figures = Line("title"), Line("muted")
        self.chip = Line("chip")
        self._build()

    def _build(self) -> None:
        self._title.setText(self._experiment.title)
        self._title.setToolTip(tooltip(f"{self._experiment.title}: {self.reader.path.name}"))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.badge)
        head.addWidget(self._title, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        # Where there is little room curves give way, and not the window.
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.addLayout(head)
        column.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._figures)
        for card, share in zip(self._cards, (5, 3, 3), strict=True):
            column.addWidget(card, share)
            card.legend.leave_out_hidden()
        if isinstance(self.hero, DistributionPlot):
            # In many small pictures less is more.
            for layer in ("real_samples", "d_best"):
                self.hero.set_layer(layer, False)

    def close_file(self) -> None:
        """Let go of the file."""
        self.reader.close()

    # ------------------------------------------------------------------------------ the run

    @property
    def runner(self) -> Runner:
        """What is drawn of it over other runs."""
        replica = self.hero.replica
        title = self._experiment.title
        return Runner(self.letter, title, self.started, self.past, replica)

    @property
    def steps(self) -> int:
        """How many it has, or is to have."""
        return max(self.started.experiment.steps, self.reader.places[-1].step)

    def begin(self, steps: int) -> None:
        """Read the curves, and let the axes learn what the run's own pictures need.

        Curves of a file in which nothing was written since are not read again: it takes long.

        Args:
            steps: those of the longest run, where the axes of steps end.

        Raises:
            RecordError: the file is damaged.
        """
        # First the version: what is written while the rest is read comes next time.
        version = self.reader.version
        changed = version != self.version
        if changed:
            self._edits, self.past = self.reader.edits, Past.of(self.reader)
        last = self.reader.places[-1]
        self._steps, self._seen = steps, self.started.experiment
        replica = self.reader.frame(last.number).view.replica
        for plot in self.plots:
            anew = changed or plot is self.hero
            if anew:
                plot.start(self.started)
            plot.edit(self._lengthened(self._seen))
            plot.replica = replica
            if anew:
                plot.recall(self.past)
        self.version = version
        self.hero.freedom.learn()
        for frame in self.samples():
            self.learn(frame)

    def samples(self) -> list[Frame]:
        """Some pictures from the first to the last."""
        places = self.reader.places
        count = min(LEARNT, len(places))
        at = {round(i * (len(places) - 1) / max(1, count - 1)) for i in range(count)}
        return [self.reader.frame(places[i].number) for i in sorted(at)]

    def learn(self, frame: Frame) -> None:
        """Let the picture's axes hold a frame, its own or that of a run with the same target."""
        if frame.verdicts[frame.view.replica].condition is not Condition.DIVERGED:
            self.hero.show_frame(frame, draw=False)
            self.hero.refresh()

    def stand(self) -> None:
        """From now on the picture's axes stay: runs are compared on one scale."""
        self.hero.freedom.stand()
        self.hero.reset_view()

    def experiment_at(self, step: int) -> Experiment:
        """What the run was trained with there; what was edited before the first step counts."""
        return experiment_at(self.started.experiment, self._edits, step)

    def share_axes(self, first: Column) -> None:
        """Have the axes of another run, where the curves measure the same."""
        for own, plot in zip(self.curves, first.curves, strict=True):
            if own is not plot and own.title == plot.title:
                own.share_axes(plot)

    def look(self, number: int, step: int) -> bool:
        """Show a picture at once; the curves know of it, and are drawn when it is their turn.

        Returns:
            Whether the axes of the curves are to be shared anew.

        Raises:
            RecordError: the file is damaged.
        """
        frame = self.reader.frame(number)
        edited = self._follow_edits(frame.step)
        self.hero.show_frame(frame)
        for plot in self.curves:
            plot.show_frame(frame, draw=False)
            plot.look_back(step, draw=False)
        self._say(frame)
        return edited

    def _follow_edits(self, step: int) -> bool:
        """Guides and layers are those of the experiment as it was then."""
        seen = self.experiment_at(step)
        if seen == self._seen:
            return False
        self._seen = seen
        for plot in self.plots:
            plot.edit(self._lengthened(seen))
        return True

    def _lengthened(self, experiment: Experiment) -> Experiment:
        return experiment.model_copy(update={"steps": self._steps})

    def _say(self, frame: Frame) -> None:
        verdicts = frame.verdicts
        if frame.step == 0:
            words, look = "Untrained", "plain"
        elif len(verdicts) == 1:
            words, look = sentence(verdicts[0]), CHIP_LOOK[verdicts[0].condition]
        else:
            fits = sum(verdict.condition is Condition.FITS for verdict in verdicts)
            words = f"{fits:,} of {len(verdicts):,} seeds fit"
            look = look_of_many(fits, len(verdicts))
        self.chip.setText(words)
        set_look(self.chip, "state", look)
        self._figures.setText(_figures(frame, self.started))

    # --------------------------------------------------------------------------------- look

    def show_parts(self, *, picture: bool, curves: bool) -> None:
        """Whether its picture is seen, and its own curves, which may be drawn over others'."""
        self._cards[0].setVisible(picture)
        self._own_curves = curves
        self._fit()

    def set_style(self, style: Style) -> None:
        """Take other colours and sizes."""
        self._style = style
        for card in self._cards:
            card.set_style(style)
        self.badge.set_style(style)
        self.chip.setMinimumHeight(round(CHIP_HEIGHT * style.text_scale))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        scale = self._style.text_scale
        for card in self._cards:
            card.legend.say_nothing(self.width() < ROOM_FOR_NAMES * scale)
        for card, room in zip(self._cards[1:], ROOM_FOR_CURVES, strict=True):
            card.setVisible(self._own_curves and self.height() >= room * scale)

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        assert layout is not None  # it was built
        head = layout.minimumSize().height() if self._cards[0].isHidden() else 170
        return QSize(round(140 * self._style.text_scale), head)


def _figures(frame: Frame, started: Started) -> str:
    """The step and the main metrics of the seed that is shown."""
    m, replica = frame.metrics, frame.view.replica
    parts = [f"step {frame.step:,}"]
    if started.experiment.replicas > 1:
        parts.append(f"seed {started.experiment.seed_of(replica)}")
    named = {"W1": m.w1, "std / σ": m.std_ratio}
    if isinstance(m, PlaneMetrics):
        named = {"W1": m.w1, "modes": m.modes}
    for name, values in named.items():
        value = float(values[replica])
        if math.isfinite(value):
            parts.append(f"{name} {value:.0f}" if name == "modes" else f"{name} {number(value)}")
    return "  ·  ".join(parts)
