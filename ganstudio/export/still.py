"""One picture into a file: PNG, SVG or PDF, as its name says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QPainter, QRegion
from PySide6.QtWidgets import QGraphicsView, QWidget

from ganstudio.core.experiment import Experiment
from ganstudio.data.files import replace_file
from ganstudio.errors import FileError, SpecError
from ganstudio.export.board import Board
from ganstudio.export.encoders.pixels import rgb
from ganstudio.export.look import Look, check_size
from ganstudio.export.picture import picture, save_png
from ganstudio.export.timeline import Timing, moments, nearest, thinned
from ganstudio.export.vector import frames_of, pdf, svg
from ganstudio.plots.card import Card
from ganstudio.plots.plot import Plot
from ganstudio.record.reader import RunReader

SUFFIXES = (".png", ".svg", ".pdf")
LEARNT = 20
"""Moments from which the axes of a series of pictures are learnt."""
SCALES = (1.0, 4.0)
"""The least and the largest."""


def save_drawing(
    drawing: Card | Plot, path: Path, scale: float = 2.0, experiment: Experiment | None = None
) -> None:
    """Write what a window shows of one view.

    Args:
        drawing: the whole card, or the plot alone.
        path: where; the suffix decides on the kind of file.
        scale: pixels per point of a PNG.
        experiment: is put into a PNG, see `save_png`.

    Raises:
        SpecError: there is no such scale.
        FileError: there is no such kind of file, or it can't be written.
    """
    suffix = _check(path, scale)
    if suffix == ".png":
        save_png(picture(drawing, scale), path, experiment)
        return
    plot = drawing.plot if isinstance(drawing, Card) else drawing
    # It brings what was never shown into its size.
    picture(drawing, 1.0)
    with plot.without_buttons():
        _save_lines(drawing, plot.title, [plot], plot.style_in_use.card, path)


def save_picture(
    runs: Sequence[Path], look: Look, path: Path, step: int | None = None, scale: float = 1.0
) -> None:
    """Write a picture of one run or several, see `Board`.

    Args:
        runs: their files.
        look: how it is to look.
        path: where; the suffix decides on the kind of file.
        step: up to which the last picture is shown; None for the newest.
        scale: how many times the size of the look a PNG has.

    Raises:
        RecordError: a run file can't be read.
        SpecError: there is no such picture, scale or size.
        FileError: there is no such kind of file, or it can't be written.
    """
    suffix = _check(path, scale)
    with ExitStack() as stack:
        readers = [stack.enter_context(RunReader(run)) for run in runs]
        _hold(readers, stack)
        moment = nearest([reader.places for reader in readers], step)
        board = stack.enter_context(Board(readers, look, [moment]))
        if suffix == ".png":
            check_size(*(round(side * scale) for side in look.size))
            alone = readers[0].begun if len(readers) == 1 else None
            save_png(board.draw(moment, scale), path, alone)
            return
        board.show_moment(moment)
        plots = [plot for pane in board.panes for plot in pane.plots.values()]
        _save_lines(board, readers[0].experiment.title, plots, board.ground.name(), path)


def nearest_step(runs: Sequence[Path], step: int | None = None) -> int:
    """The step of the picture that is nearest to a step, or of the newest one.

    Raises:
        RecordError: a run file can't be read.
        SpecError: the step is after the last picture.
    """
    with ExitStack() as stack:
        places = [stack.enter_context(RunReader(run)).places for run in runs]
    before = nearest(places, step).step
    if step is None:
        return before
    after = moments(places, Timing(first=step))[0].step
    return min(before, after, key=lambda there: abs(there - step))


@contextmanager
def drawn(reader: RunReader, look: Look) -> Iterator[Callable[[int], NDArray[np.uint8]]]:
    """Draws a run's pictures by their numbers, as pixels (height, width, 3), all on the same axes.

    Raises:
        RecordError, SpecError: as `save_picture`.
    """
    with ExitStack() as stack:
        _hold([reader], stack)
        known = {moment.numbers[0]: moment for moment in moments([reader.places], Timing())}
        board = stack.enter_context(Board([reader], look, thinned(list(known.values()), LEARNT)))

        yield lambda number: rgb(board.draw(known[number]))


def _hold(readers: Sequence[RunReader], stack: ExitStack) -> None:
    """Have the files stay as they are: what trains on thins its pictures out."""
    for reader in readers:
        stack.enter_context(reader.unchanging())


def _check(path: Path, scale: float) -> str:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise FileError(f"{path}: no picture is saved as {suffix}; there is {', '.join(SUFFIXES)}")
    if not SCALES[0] <= scale <= SCALES[1]:
        raise SpecError(f"a scale of {scale:g}: it should be from 1 to 4")
    return suffix


def _save_lines(
    drawing: QWidget, title: str, plots: Sequence[Plot], ground: str, path: Path
) -> None:
    """Write a widget as SVG or PDF."""

    def paint(painter: QPainter) -> None:
        painter.fillRect(QRect(QPoint(), drawing.size()), QColor(ground))
        flag = QWidget.RenderFlag.DrawChildren
        drawing.render(painter, QPoint(), QRegion(), flag)

    modes = [plot.canvas.cacheMode() for plot in plots]
    try:
        for plot in plots:
            # The ground that Qt keeps ready for each plot is a picture of pixels.
            plot.canvas.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        if path.suffix.lower() == ".svg":
            content = svg(drawing.size(), title, paint, frames_of(plots, drawing))
        else:
            content = pdf(drawing.size(), title, paint)
    finally:
        for plot, mode in zip(plots, modes, strict=True):
            plot.canvas.setCacheMode(mode)
    replace_file(path, content)
