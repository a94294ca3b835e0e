"""Up to four runs on one timeline: side by side, or over each other."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio.app.icons import icon
from ganstudio.app.library.column import Column
from ganstudio.app.library.contrast import LETTERS, contrasts
from ganstudio.app.library.differences import Differences
from ganstudio.app.library.overlay import Overlay
from ganstudio.app.library.player import Player, lettered
from ganstudio.app.library.telling import Known, told_apart
from ganstudio.errors import GanStudioError
from ganstudio.export.timeline import Moment, Timing, moments
from ganstudio.plots.over_time import OverTime
from ganstudio.plots.style import LIGHT, Style

FOLLOW_MS = 1_000
"""How often a run that still trains is read again, at most."""
REST = 10
"""So many times as long as reading took it waits: a long run must not hold up the window."""
ROOM_FOR_BOTH = 460
"""Pixels of normal text: in a lower page there are no pictures above the overlaid curves."""
REST_MS = 60
"""Without another moment all curves are drawn up to the one that is shown."""


class ComparePage(QWidget):
    """Shows runs beside each other. Its files are open while it is seen, and only then."""

    left = Signal()
    failed = Signal(str)
    """The sentence that says why the runs can't be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare_page")
        self._style = LIGHT
        self._paths: tuple[Path, ...] = ()
        self._common: int | None = None
        """The last step that all runs have made."""
        self.columns: list[Column] = []
        self.overlay = Overlay()
        self.player = Player()
        self._turn = 0
        self._resting = QTimer(self, interval=REST_MS, singleShot=True)
        self._resting.timeout.connect(self._draw_all)
        self._following = QTimer(self, interval=FOLLOW_MS)
        self._following.timeout.connect(self._follow)
        self._make_head()
        self._build()
        self.player.moved.connect(self._look)

    # ------------------------------------------------------------------------------ making

    def _make_head(self) -> None:
        self.back = QPushButton(icon("back"), "Library")
        self.back.setToolTip("Back to the list of all runs (Escape)")
        self.back.clicked.connect(lambda _checked: self.left.emit())
        self.differences = Differences()
        self.side, self.over = QPushButton("Side by side"), QPushButton("Overlaid")
        self.side.setToolTip("Each run has a picture and curves of its own")
        self.over.setToolTip("All runs in one plot: letters, dashes and shades tell which is which")
        group = QButtonGroup(self)
        for button in (self.side, self.over):
            button.setCheckable(True)
            group.addButton(button)
        self.side.setChecked(True)
        self.over.toggled.connect(self._arrange)
        for button in (self.back, self.side, self.over):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.back)
        head.addWidget(self.differences, 1)
        head.addWidget(self.side)
        head.addWidget(self.over)
        self._row = QHBoxLayout()
        self._row.setSpacing(12)
        column = self._body = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 8)
        column.setSpacing(6)
        column.addLayout(head)
        column.addLayout(self._row, 6)
        column.addWidget(self.overlay, 5)
        column.addWidget(self.player)
        self.overlay.hide()

    # ------------------------------------------------------------------ what a window uses

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files of the runs, from A on."""
        return self._paths

    def compare(self, paths: Sequence[Path]) -> None:
        """Show these runs, at the last step that all of them have made."""
        self._paths, self._common = tuple(paths[: len(LETTERS)]), None
        if self.isVisible():
            self._open()

    def set_style(self, style: Style) -> None:
        """Take other colours and sizes."""
        self._style = style
        for column in self.columns:
            column.set_style(style)
        self.overlay.set_style(style)
        self.player.set_style(style)
        self._arrange()

    # ------------------------------------------------------------------------------ opening

    def _open(self) -> None:
        self._close()
        try:
            for place, path in enumerate(self._paths):
                column = Column(LETTERS[place], place, path)
                self.columns.append(column)
                self._row.addWidget(column, 1)
                column.set_style(self._style)
            known = [Known.of(column.reader) for column in self.columns]
            for column, apart in zip(self.columns, told_apart(known), strict=True):
                column.name_it(apart)
            self._read()
        except GanStudioError as error:
            self._close()
            self.failed.emit(str(error))
            return
        self._say_differences(self.player.moment.step)
        self._arrange()
        self._following.start()

    def _close(self) -> None:
        self._following.stop()
        self._resting.stop()
        self.player.stop()
        for column in self.columns:
            column.close_file()
            self._row.removeWidget(column)
            column.hide()
            column.deleteLater()
        self.columns = []

    def _read(self) -> None:
        """Everything that the files hold by now.

        Raises:
            RecordError: one is damaged, or has no picture.
        """
        begun = time.perf_counter()
        steps = max(column.steps for column in self.columns)
        for column in self.columns:
            column.begin(steps)
        self._share_pictures()
        self.overlay.show_runs(self.columns)
        marks = [
            lettered(mark, column.letter) for column in self.columns for mark in column.reader.marks
        ]
        places = [column.reader.places for column in self.columns]
        before, self._common = self._common, min(run[-1].step for run in places)
        # Who was where the runs meet stays there, also when one of them trains on.
        meet = before is None or self.player.moment.step == before
        step = self._common if meet else self.player.moment.step
        self.player.set_moments(moments(places, Timing()), marks, step)
        took = 1_000 * (time.perf_counter() - begun)
        self._following.setInterval(max(FOLLOW_MS, round(REST * took)))

    def _share_axes(self) -> None:
        """One scale for curves of the same kind, once all of them are in it."""
        for column in self.columns[1:]:
            column.share_axes(self.columns[0])
        plots = [plot for column in self.columns for plot in column.curves]
        for plot in plots:
            plot.refresh()
        for plot in plots:
            plot.reset_view()

    def _share_pictures(self) -> None:
        """One scale for the pictures of runs that imitate the same target."""
        for column in self.columns:
            for other in self.columns:
                alike = other.started.experiment.target == column.started.experiment.target
                if other is not column and alike:
                    for frame in other.samples():
                        column.learn(frame)
        for column in self.columns:
            column.look(column.reader.places[-1].number, column.reader.places[-1].step)
            column.stand()
        self._share_axes()

    def _follow(self) -> None:
        """One of the runs may be trained on."""
        try:
            if any(column.reader.version != column.version for column in self.columns):
                self._read()
        except GanStudioError as error:
            self._close()
            self.failed.emit(str(error))

    # ------------------------------------------------------------------------------ looking

    def _look(self, moment: Moment) -> None:
        """Pictures at once; curves take turns, and all follow once nothing moves any more."""
        try:
            looks = zip(self.columns, moment.numbers, strict=True)
            edited = [column.look(number, moment.step) for column, number in looks]
            if any(edited):
                self._share_axes()
                self._say_differences(moment.step)
        except GanStudioError:
            # Thinned out a moment ago by the process that trains.
            self._follow()
            return
        self.overlay.show_frames([column.frame for column in self.columns], moment.step)
        seen = [plot for plot in self._curves() if plot.isVisible()]
        if seen:
            self._turn += 1
            seen[self._turn % len(seen)].refresh()
        self._resting.start()

    def _curves(self) -> list[OverTime]:
        own = (plot for column in self.columns for plot in column.curves)
        return [*self.overlay.curves, *own]

    def _draw_all(self) -> None:
        for column in self.columns:
            column.draw_again()
        for plot in self._curves():
            if plot.isVisible():
                plot.refresh()

    def _arrange(self, _over: bool = False) -> None:
        over = self.over.isChecked()
        one = over and self.overlay.picture is not None
        # Where there is no room for both, overlaid curves are what was asked for.
        tight = over and self.height() < ROOM_FOR_BOTH * self._style.text_scale
        self.overlay.setVisible(over)
        self.overlay.stand_alone(tight)
        self._body.setStretchFactor(self._row, 0 if tight or one else 6)
        for column in self.columns:
            column.show_parts(picture=not tight and not one, curves=not over)
        if self.columns:
            self._resting.start()

    def _say_differences(self, step: int) -> None:
        """In what the experiments differ there: an edit on the way may have made it so."""
        found = contrasts([column.experiment_at(step) for column in self.columns])
        self.differences.say(found)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._paths and not self.columns:
            self._open()
        self.player.track.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        self._close()
        super().hideEvent(event)
