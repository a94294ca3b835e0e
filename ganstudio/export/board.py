"""A board that nobody sees: the window's own drawings of one or several runs, as a picture."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from types import TracebackType
from typing import Self, cast

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QColor, QImage, QPaintDevice, QRegion
from PySide6.QtWidgets import QWidget

from ganstudio.errors import SpecError
from ganstudio.export.drawings import BOARD
from ganstudio.export.grid import GAP, Box, even
from ganstudio.export.look import Look
from ganstudio.export.pane import Pane, Stage
from ganstudio.export.timeline import Moment
from ganstudio.plots.over_time import OverTime
from ganstudio.plots.style import DARK, LIGHT
from ganstudio.record.reader import RunReader

MOST_RUNS = 4


class Board(QWidget):
    """Views of runs in a picture of a given size, the same in a film from its first to its last.

    It lives outside the screen and needs the thread of Qt's widgets. As a context it lets go of
    its drawings in the end; the readers stay open.

    Args:
        readers: one run, or up to four that are compared.
        look: how it is to look.
        film: moments that will be drawn, or a sample of them with the last one: the axes learn
            what these need, then stand still.

    Raises:
        SpecError: the size has no room for that, or a view can't be drawn of a run.
        RecordError: a file is damaged.
    """

    def __init__(self, readers: Sequence[RunReader], look: Look, film: Sequence[Moment]) -> None:
        super().__init__()
        if not 1 <= len(readers) <= MOST_RUNS:
            raise SpecError(f"{len(readers)} runs can't stand side by side: up to {MOST_RUNS} can")
        self._look = look
        # Views that were asked for by name are there, or it is refused.
        self._named = bool(look.views) and BOARD not in look.views
        self.ground = QColor((DARK if look.dark else LIGHT).window)
        last = film[-1].step
        self.panes = [
            Pane(reader, look, title, self, last)
            for reader, title in zip(readers, titles(readers), strict=True)
        ]
        self._hold(film)
        self._density = self._lay_out()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self.deleteLater()

    def show_moment(self, moment: Moment) -> None:
        """Put the pictures of a moment into the drawings.

        Raises:
            RecordError: a file is damaged.
        """
        for pane, number in zip(self.panes, moment.numbers, strict=True):
            pane.show(number, moment.step)

    def draw(self, moment: Moment, scale: float = 1.0) -> QImage:
        """A moment as a picture, `scale` times as large as the look says.

        Raises:
            RecordError: a file is damaged.
        """
        self.show_moment(moment)
        width, height = self._look.size
        image = QImage(QSize(width, height) * scale, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(self._density * scale)
        image.fill(self.ground)
        self.paint_on(image)
        return image

    def paint_on(self, device: QPaintDevice) -> None:
        """Paint what was drawn last, a point of the device for each of its own."""
        self.render(device, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)

    # -------------------------------------------------------------------------------- axes

    def _hold(self, film: Sequence[Moment]) -> None:
        """Let the axes hold every moment, then never move again."""
        first = self.panes[0]
        for other in self.panes[1:]:
            for name in first.plots.keys() & other.plots.keys():
                if isinstance(plot := other.plots[name], OverTime):
                    plot.share_axes(cast("OverTime", first.plots[name]))
        for index, pane in enumerate(self.panes):
            for number in sorted({moment.numbers[index] for moment in film}):
                pane.learn(number)
        self._share_pictures(film)
        self.show_moment(film[-1])
        for pane in self.panes:
            for plot in pane.plots.values():
                plot.freedom.stand()
                plot.reset_view()

    def _share_pictures(self, film: Sequence[Moment]) -> None:
        """The same axes for runs that imitate the same target."""
        for pane, (index, other) in product(self.panes, enumerate(self.panes)):
            if other is not pane and other.target == pane.target:
                for number in sorted({moment.numbers[index] for moment in film}):
                    pane.glance(other.frame(number))

    # --------------------------------------------------------------------------------- room

    def _lay_out(self) -> float:
        """Place everything; the pixels of a point."""
        views = max(len(pane.plots) for pane in self.panes)
        most = self._look.density(len(self.panes) * views)
        densities = [most - 0.25 * i for i in range(round(4 * (most - 1)) + 1)]
        for stage in self._stages(views):
            for density in densities:
                if self._place(density, stage):
                    # Only now, and not when they are painted, do the drawings learn their sizes.
                    self.grab(QRect(0, 0, 1, 1))
                    return density
        width, height = self._look.size
        asked = sum(len(pane.plots) if self._named else 1 for pane in self.panes)
        raise SpecError(
            f"{width}x{height} is too small for {asked} view{'s' * (asked > 1)}: choose a larger "
            "size or fewer views"
        )

    def _stages(self, views: int) -> Iterator[Stage]:
        """What is given up, one thing after the other, where there is little room."""
        fewest = views if self._named else 1
        for bare, caption in ((False, True), (False, False), (True, True), (True, False)):
            if caption <= self._look.caption:
                for count in range(views, fewest - 1, -1):
                    yield Stage(count, caption, bare)

    def _place(self, density: float, stage: Stage) -> bool:
        """Whether all have room at so many pixels a point, and if so, put them there."""
        width, height = (round(side / density) for side in self._look.size)
        around = Box(GAP, GAP, width - 2 * GAP, height - 2 * GAP)
        chosen: list[tuple[Pane, Box, int, list[Box]]] = []
        score = -math.inf
        for boxes in even(around, len(self.panes)):
            pairs = list(zip(self.panes, boxes, strict=True))
            # Runs that are compared have drawings of one size.
            below = max(pane.caption_height(box) for pane, box in pairs) if stage.caption else 0
            fits = [fit for pane, box in pairs if (fit := pane.fit(box, stage, below)) is not None]
            if len(fits) == len(pairs) and (least := min(fit[0] for fit in fits)) > score:
                score = least
                chosen = [(*pair, below, fit[1]) for pair, fit in zip(pairs, fits, strict=True)]
        if chosen:
            self.resize(width, height)
            for pane, box, below, own in chosen:
                pane.place(box, stage, below, own)
        return bool(chosen)


def titles(readers: Sequence[RunReader]) -> list[str]:
    """What each run is called; runs of one title by their seeds, too, or by their files' names."""
    own = [reader.experiment.title or reader.path.stem for reader in readers]
    begun = [reader.experiment for reader in readers]
    seeds = [
        f"{title}, {'from ' * (e.replicas > 1)}seed {e.seed}"
        for title, e in zip(own, begun, strict=True)
    ]
    often, seeded = Counter(own), Counter(seeds)
    found = []
    for title, with_seed, reader in zip(own, seeds, readers, strict=True):
        alone = f"{title} ({reader.path.stem})" if seeded[with_seed] > 1 else with_seed
        found.append(title if often[title] == 1 else alone)
    return found
