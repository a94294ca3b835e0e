"""One of the runs that are compared: its head, its picture, its curves."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLayout, QVBoxLayout, QWidget

from ganstudio.app.library.column_head import ColumnHead
from ganstudio.app.library.small import SmallLosses, small_hero
from ganstudio.app.library.telling import Telling
from ganstudio.core.events import Condition, Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.errors import RecordError
from ganstudio.plots.card import Card
from ganstudio.plots.measures import main_metric
from ganstudio.plots.metrics import MetricPlot
from ganstudio.plots.over_time import OverTime
from ganstudio.plots.overlaid import Runner
from ganstudio.plots.past import Past
from ganstudio.plots.plot import Plot
from ganstudio.plots.style import LIGHT, Style
from ganstudio.record.reader import RunReader, experiment_at

LEARNT = 8
"""Pictures of each run by which the axes find their lengths."""
ROOM_FOR_NAMES = 470
"""Pixels of normal text: in a narrower column legends would take the room of the pictures."""
ROOM_BESIDE = 560
"""In a column this wide the verdict stands beside the figures, and plots beside each other."""
TALL = 800
"""In a column of this height all plots have room below each other."""
ROOM_FOR_CURVES = 320
"""The height of a column in which curves have room below the picture."""
ROOM_FOR_BOTH = 580
"""The same where the losses and W1 stand below each other: less would be too flat to read."""
ROOM_BESIDE_POINTS = 400
"""The same where they stand beside the picture."""
_ALONG, _DOWN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom


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
        self.frame: Frame
        """The picture that is shown."""
        self.version = -1
        """That of the file when its curves were read; no file has this one."""
        self.hero = small_hero(self._experiment.target.space)
        self._is_square = self._experiment.target.space != "line"
        self.curves: tuple[OverTime, OverTime] = (
            SmallLosses(),
            MetricPlot(main_metric(self._experiment)),
        )
        self.plots: tuple[Plot, ...] = (self.hero, *self.curves)
        self._cards = [Card(plot) for plot in self.plots]
        self.head = ColumnHead(letter, place)
        self._build()

    def _build(self) -> None:
        self.name_it(Telling())
        self._below = QBoxLayout(_DOWN)
        self._below.setSpacing(4)
        for card in self._cards[1:]:
            self._below.addWidget(card, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        # Where there is little room curves give way, and not the window.
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.addWidget(self.head)
        self._parts = QBoxLayout(_DOWN)
        self._parts.setSpacing(4)
        self._parts.addWidget(self._cards[0], 1)
        self._parts.addLayout(self._below)
        column.addLayout(self._parts, 1)
        for card in self._cards:
            card.legend.leave_out_hidden()

    def name_it(self, apart: Telling) -> None:
        """Say what tells it from other runs of its title."""
        self.head.name_it(self._experiment.title, apart)

    def close_file(self) -> None:
        """Let go of the file."""
        self.reader.close()

    # ------------------------------------------------------------------------------ the run

    @property
    def runner(self) -> Runner:
        """What is drawn of it over other runs."""
        replica = self.hero.replica
        return Runner(self.letter, self.head.title.words, self.started, self.past, replica)

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
        self.frame = self.reader.frame(last.number)
        replica = self.frame.view.replica
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
        # They know where to stand with the next picture, also where it is not seen.
        self.hero.show_frame(self.frame, draw=False)
        self.hero.refresh()
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
        self.frame = frame = self.reader.frame(number)
        edited = self._follow_edits(frame.step)
        self.hero.show_frame(frame)
        for plot in self.curves:
            plot.show_frame(frame, draw=False)
            plot.look_back(step, draw=False)
        self.head.say(frame, self.started)
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
        self.head.set_style(style)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Few pictures that can be read rather than many."""
        scale, width, height = self._style.text_scale, self.width(), self.height()
        wide = width >= ROOM_BESIDE * scale
        curves = self._own_curves and height >= ROOM_FOR_CURVES * scale
        # Points and grids have equal scales: in a place that is wide and flat they are small.
        # Without curves nothing stands beside them, and a row as high as nothing would be flat.
        square = curves and wide and width >= height and self._is_square
        row = wide and not square and height < TALL * scale
        self.head.spread(wide)
        self._parts.setDirection(_ALONG if square else _DOWN)
        self._below.setDirection(_ALONG if row else _DOWN)
        both = curves and (
            row or height >= (ROOM_BESIDE_POINTS if square else ROOM_FOR_BOTH) * scale
        )
        for card, seen in zip(self._cards[1:], (curves, both), strict=True):
            card.setVisible(seen)
            card.legend.say_nothing(width < (2 if row or square else 1) * ROOM_FOR_NAMES * scale)
        self._cards[0].legend.say_nothing(width < (2 if square else 1) * ROOM_FOR_NAMES * scale)
        self._parts.setStretch(0, 4)
        self._parts.setStretch(1, 3 * curves if square or row or not both else 6)

    def draw_again(self) -> None:
        """Once it has its size: words in the picture stand where they have room."""
        self.hero.show_frame(self.frame)

    def sizeHint(self) -> QSize:
        # Pictures wish for more than there is; they get their share of it.
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        assert layout is not None  # it was built
        head = layout.minimumSize().height() if self._cards[0].isHidden() else 170
        return QSize(round(140 * self._style.text_scale), head)
