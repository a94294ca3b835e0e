"""One run on a board: its views with its caption, at any of its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget
from shiboken6 import Shiboken

from ganstudio.core.events import Condition, Frame
from ganstudio.core.experiment import Experiment
from ganstudio.core.targets import Distribution
from ganstudio.errors import SpecError
from ganstudio.export.caption import Caption, Piece, pieces
from ganstudio.export.drawings import MAKERS, views_of
from ganstudio.export.grid import GAP, Box, best
from ganstudio.export.look import Look
from ganstudio.plots.card import Card
from ganstudio.plots.past import Past
from ganstudio.plots.plot import Plot
from ganstudio.plots.style import DARK, LIGHT
from ganstudio.record.reader import RunReader, experiment_at

_LEAST_WIDTH, _AIR = 160, 24
"""What a drawing needs besides its axes' own least height, in points."""


@dataclass(frozen=True)
class Stage:
    """What of a pane is seen: where there is little room, less and less.

    Args:
        views: how many, the first ones.
        caption: whether the caption is.
        bare: whether drawings stand there alone, without titles and legends.
    """

    views: int
    caption: bool
    bare: bool


class Pane:
    """The cards of one run, inside a board.

    Args:
        reader: of the run's file.
        look: how it is to look.
        title: of the run.
        board: their parent.
        last: the last step that is ever shown.

    Raises:
        SpecError: a view can't be drawn of this run.
        RecordError: the file is damaged.
    """

    def __init__(
        self, reader: RunReader, look: Look, title: str, board: QWidget, last: int
    ) -> None:
        self._reader, self._title = reader, title
        self._edits = reader.edits
        self._experiment = self._known = reader.experiment
        self._steps = max([edit.experiment.steps for edit in self._edits], default=0)
        style = DARK if look.dark else LIGHT
        self.plots: dict[str, Plot] = {}
        """The drawings by the names of the views."""
        self._cards: dict[str, Card] = {}
        for name in views_of(reader.experiment, look.views):
            if name == "layers" and not reader.frame(reader.places[-1].number).layers:
                raise SpecError("the view layers has nothing to show: it was not open in training")
            plot = self.plots[name] = MAKERS[name]()
            card = self._cards[name] = Card(plot, board)
            card.legend.leave_out_hidden()
            card.set_style(style)
        self.caption = Caption(style, board)
        past = Past.of(reader, last)
        for name, plot in self.plots.items():
            plot.freedom.learn()
            plot.start(reader.started)
            plot.edit(self._lengthened(reader.experiment))
            plot.recall(past)
            if name in look.layers:
                for layer in plot.layers():
                    plot.set_layer(layer.id, layer.id in look.layers[name])

    @property
    def target(self) -> Distribution:
        """What the run imitates."""
        return self._reader.experiment.target

    # -------------------------------------------------------------------------------- time

    def frame(self, number: int) -> Frame:
        """One of the run's pictures."""
        return self._reader.frame(number)

    def show(self, number: int, step: int) -> None:
        """Draw a picture, and what is drawn over time up to a step.

        Raises:
            RecordError: the file is damaged.
        """
        frame = self._reader.frame(number)
        self._follow_edits(frame.step)
        for plot in self.plots.values():
            if plot.replica != frame.view.replica:
                plot.replica = frame.view.replica
            plot.look_back(max(step, frame.step), future=False)
            plot.show_frame(frame)
            plot.refresh()
        self.caption.say(self._pieces(frame))

    def learn(self, number: int) -> None:
        """Let axes and caption have room for a picture; curves over time know all of it."""
        frame = self._reader.frame(number)
        self._follow_edits(frame.step)
        self.caption.note(self._pieces(frame))
        self.glance(frame)

    def glance(self, frame: Frame) -> None:
        """Let the axes hold a picture, which may be another run's."""
        if frame.verdicts[frame.view.replica].condition is Condition.DIVERGED:
            return  # no axis can hold what was lost
        for plot in self.plots.values():
            if not plot.over_time:
                plot.show_frame(frame)
                plot.refresh()

    def _pieces(self, frame: Frame) -> dict[str, Piece]:
        return pieces(self._title, self._experiment, frame, frame.view.replica)

    def _follow_edits(self, step: int) -> None:
        """Have the experiment as it was when a picture was made."""
        known = experiment_at(self._reader.experiment, self._edits, step)
        if known is not self._known:
            self._known = known
            self._experiment = self._lengthened(known)
            for plot in self.plots.values():
                plot.edit(self._experiment)

    def _lengthened(self, experiment: Experiment) -> Experiment:
        """With the steps that the run has in the end, so that no axis of steps jumps."""
        steps = max(self._steps, experiment.steps)
        return experiment.model_copy(update={"steps": steps})

    # --------------------------------------------------------------------------------- room

    def fit(self, box: Box, stage: Stage, below: int) -> tuple[float, list[Box]] | None:
        """Where the views are best seen in a box, and how well; None if they can't be.

        Args:
            box: in points.
            stage: what is to be seen of them.
            below: the height that is kept for captions.
        """
        cards = list(self._cards.values())[: stage.views]

        def room(index: int, own: Box) -> tuple[int, int] | None:
            card, width, height = cards[index], own.width, own.height
            if not stage.bare:
                card.resize(max(width, 0), max(height, 0))
                least = card.minimumSizeHint()
                if width < least.width():
                    return None
                height -= least.height() - card.plot.least_height
            enough = width >= _LEAST_WIDTH and height >= card.plot.least_height + _AIR
            return (width, height) if enough else None

        above = Box(box.x, box.y, box.width, box.height - below)
        return best(above, len(cards), room)

    def place(self, box: Box, stage: Stage, below: int, boxes: Sequence[Box]) -> None:
        """Put the views into the boxes that `fit` found, and the caption below them."""
        for name in list(self.plots)[stage.views :]:
            del self.plots[name]
            Shiboken.delete(self._cards.pop(name))
        for plot, own in zip(self.plots.values(), boxes, strict=True):
            card = self._cards.pop(plot.name)
            place = QRect(own.x, own.y, own.width, own.height)
            card.setGeometry(place)
            if stage.bare:
                plot.setParent(card.parentWidget())
                # A card that is still there would go on to arrange what was in it.
                Shiboken.delete(card)
                plot.setGeometry(place)
                plot.show()
        self.caption.setVisible(stage.caption)
        top = box.y + box.height - below + GAP // 2
        self.caption.setGeometry(box.x + 4, top, box.width - 8, below - GAP // 2)
        self.caption.arrange()

    def caption_height(self, box: Box) -> int:
        """What the caption needs below the views."""
        return self.caption.height_for(box.width - 8) + GAP // 2
