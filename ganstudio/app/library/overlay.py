"""The runs that are compared over each other: what they generate, and their curves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLayout, QWidget

from ganstudio.app.library.column import Column
from ganstudio.app.library.contrast import Contrast, value_words
from ganstudio.app.library.fitting import Fitting
from ganstudio.core.events import Frame
from ganstudio.core.targets import Distribution
from ganstudio.plots.overlaid import OverlaidCard, OverlaidPlot
from ganstudio.plots.overlaid_pictures import OverlaidDensities, OverlaidPicture, OverlaidPoints
from ganstudio.plots.style import Style

ROOM_FOR_LOSSES = 300
"""Pixels of normal text: beside the picture, in a lower place, there is one curve only."""


class Overlay(QWidget):
    """One picture of all runs if they have one target, their distances and both losses."""

    def __init__(self) -> None:
        super().__init__()
        self.curves = [OverlaidPlot("distance"), OverlaidPlot("loss_g"), OverlaidPlot("loss_d")]
        self.pictures: dict[str, OverlaidPicture] = {
            "line": OverlaidDensities(),
            "plane": OverlaidPoints(),
        }
        """By the space of a target; grids of pictures can't be drawn over each other."""
        self.picture: OverlaidPicture | None = None
        """That of the runs, if their targets are the same."""
        self._plots = [*self.pictures.values(), *self.curves]
        self._cards = [OverlaidCard(plot, self) for plot in self._plots]
        self.reason = Fitting("muted")
        self._scale, self._tight = 1.0, False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        # Where there is little room it gives way, and not the window.
        self._grid.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._grid.setSpacing(8)
        for column in range(12):
            self._grid.setColumnStretch(column, 1)
        self._arrange()
        for plot in self._plots:
            plot.layers_changed.connect(lambda plot=plot: self._switch(plot))

    @property
    def cards(self) -> list[OverlaidCard]:
        """Those that are of use for these runs."""
        unused = [picture for picture in self.pictures.values() if picture is not self.picture]
        return [card for card in self._cards if card.plot not in unused]

    def set_style(self, style: Style) -> None:
        """Take other colours and sizes."""
        self._scale = style.text_scale
        for card in self._cards:
            card.set_style(style)
        self._arrange()

    def stand_alone(self, tight: bool) -> None:
        """Whether there is no room for pictures above it: then only what says most is shown."""
        self._tight = tight
        self._arrange()

    # ------------------------------------------------------------------------------ showing

    def show_runs(self, columns: Sequence[Column]) -> None:
        """Draw the runs of these columns, whose pictures have their axes by now."""
        runners = [column.runner for column in columns]
        for plot in self.curves:
            plot.show_runs(runners)
        targets = [column.started.experiment.target for column in columns]
        alike = all(target == targets[0] for target in targets)
        self.picture = self.pictures.get(targets[0].space) if alike else None
        if self.picture is not None:
            self.picture.show_runs(runners)
            samples = [frame for column in columns for frame in column.samples()]
            self.picture.hold(columns[0].hero.canvas.span(), samples)
        self._give_reason(targets, alike=alike)
        self._arrange()

    def _give_reason(self, targets: Sequence[Distribution], *, alike: bool) -> None:
        """Say why the pictures are not drawn over each other, where they are not."""
        kinds = Contrast("Target", tuple(map(value_words, targets)))
        named = f" ({'; '.join(kinds.grouped)})" if len(kinds.grouped) > 1 else ""
        why = "The pictures stay side by side because the targets are not the same"
        short = "Side by side: the targets differ."
        if alike:
            why, short = "Samples of pictures stay side by side", "Side by side."
        self.reason.say(f"{why}{named}.", f"{why}.", short)

    def show_frames(self, frames: Sequence[Frame], step: int) -> None:
        """Pictures of all runs, drawn at once; their curves are drawn when it is their turn."""
        if self.picture is not None:
            self.picture.show_frames(frames)
        for plot in self.curves:
            plot.show_frame(frames[0], draw=False)
            plot.look_back(step, draw=False)

    def _switch(self, switched: OverlaidPicture | OverlaidPlot) -> None:
        """A run that is switched off is so in all of them."""
        for plot in self._plots:
            known = {layer.id for layer in plot.layers()}
            for layer in switched.layers():
                if layer.id in known and plot is not switched:
                    plot.set_layer(layer.id, layer.visible)

    # ------------------------------------------------------------------------------ its place

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(400, 120)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """The picture has half of the place, or the curves stand in a row below those of others."""
        *pictures, distance, loss_g, loss_d = self._cards
        one = self.picture is not None
        low = one and self.height() < ROOM_FOR_LOSSES * self._scale
        for card in pictures:
            card.setVisible(card.plot is self.picture)
        for card in (loss_g, loss_d):
            card.setVisible(not low)
        self.reason.setVisible(not one and not self._tight)
        places: dict[QWidget, tuple[int, int, int, int]] = {self.reason: (0, 0, 1, 12)}
        if one:
            places |= dict.fromkeys(pictures, (1, 0, 2, 6))
            places |= {distance: (1, 6, 1, 6), loss_g: (2, 6, 1, 3), loss_d: (2, 9, 1, 3)}
        else:
            places |= {distance: (1, 0, 1, 4), loss_g: (1, 4, 1, 4), loss_d: (1, 8, 1, 4)}
        for widget, place in places.items():
            self._grid.removeWidget(widget)
            self._grid.addWidget(widget, *place)
        self._grid.setRowStretch(1, 1)
        self._grid.setRowStretch(2, int(one and not low))
