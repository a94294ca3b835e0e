"""The line below a picture: which run, which step, how it does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ganstudio.core.events import Condition, Frame, Metrics, PictureMetrics
from ganstudio.core.experiment import Experiment
from ganstudio.core.outcomes import counts
from ganstudio.core.words import in_percent
from ganstudio.plots.fleet_marks import MARKS
from ganstudio.plots.palette import Role, colour, font
from ganstudio.plots.style import Style

_GAP = 18
"""Points between two pieces."""
_LINES = 2
_LEAST_TITLE = 60
"""Points; a title that is cut shorter names nothing."""
_ORDER = ("title", "step", "seed", "distance", "second", "third", "fourth", "seeds", "verdict")
"""As they stand."""
_RANK = ("step", "title", "verdict", "distance", "second", "seed", "seeds", "third", "fourth")
"""What stays longest when there is little room."""


@dataclass(frozen=True)
class Piece:
    """A few words of the caption."""

    text: str
    role: Role = "muted"
    bold: bool = False


def pieces(title: str, experiment: Experiment, frame: Frame, replica: int) -> dict[str, Piece]:
    """All that a caption may say, by the names in `_ORDER`."""
    said = {"title": Piece(title, "text", bold=True), "step": Piece(_step(experiment, frame))}
    if experiment.replicas > 1:
        said["seed"] = Piece(f"seed {experiment.seed_of(replica)}")
        shares = counts(frame.verdicts)
        fits = shares[Condition.FITS].count if Condition.FITS in shares else 0
        said["seeds"] = Piece(f"{fits:,} of {experiment.replicas:,} seeds fit")
    names = ("distance", "second", "third", "fourth")
    figures = zip(names, _figures(frame, replica), strict=False)
    said |= {name: Piece(text) for name, text in figures}
    verdict = frame.verdicts[replica].condition
    untrained = frame.step == 0
    name = "untrained" if untrained else verdict.value
    role: Role = "trouble" if MARKS[verdict].role == "trouble" and not untrained else "text"
    said["verdict"] = Piece(name[0].upper() + name[1:], role, bold=True)
    return said


def _step(experiment: Experiment, frame: Frame) -> str:
    before = experiment.pretraining.steps
    if frame.step == 0 and frame.pretraining_step < before:
        return f"pretraining {frame.pretraining_step:,} of {before:,}"
    return f"step {frame.step:,}"


def _figures(frame: Frame, replica: int) -> list[str]:
    """The main metrics, in the window's words."""
    m = frame.metrics
    if isinstance(m, PictureMetrics):
        return _of_pictures(m, replica)
    w1, ratio = f"W1 {m.w1[replica]:.4f}", f"std/σ {m.std_ratio[replica]:.2f}"
    if isinstance(m, Metrics):
        return [w1, ratio, f"JS {m.js[replica]:.4f}"]
    if math.isnan(m.modes[replica]):
        return [w1, ratio]
    modes, divergence = m.modes[replica], m.reverse_kl[replica]
    return [
        w1,
        f"{modes:.0f} mode{'' if modes == 1 else 's'}",
        f"{in_percent(m.high_quality[replica])} high quality",
        # Without a sample near any mode there are no shares to compare.
        *([] if math.isnan(divergence) else [f"reverse KL {divergence:.3f}"]),
    ]


def _of_pictures(m: PictureMetrics, replica: int) -> list[str]:
    modes = m.modes[replica]
    return [
        f"classifier FID {m.fid[replica]:.3g}",
        f"{modes:.0f} class{'' if modes == 1 else 'es'}",
        f"precision {in_percent(m.precision[replica])}",
        f"recall {in_percent(m.recall[replica])}",
    ]


class Caption(QWidget):
    """Pieces in one line or two, each in a place of its own, so that nothing moves in a film.

    What has no room is left out, the least important first; only a long title is shortened.
    """

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._widest: dict[str, int] = {}
        self.said: dict[str, Piece] = {}
        """What is shown, by the names of the pieces."""
        self._lines: list[list[str]] = []

    def note(self, said: dict[str, Piece]) -> None:
        """Learn how wide the pieces become; before any is shown."""
        for name, piece in said.items():
            self._widest[name] = max(self._widest.get(name, 0), self._width(piece))

    def say(self, said: dict[str, Piece]) -> None:
        """Show these."""
        self.said = said
        self.update()

    def height_for(self, width: int) -> int:
        """The height that it takes in this width."""
        return len(self._arranged(width)) * self._line_height()

    def arrange(self) -> None:
        """Choose what has room in the width of now."""
        self._lines = self._arranged(self.width())

    @property
    def shown(self) -> list[str]:
        """The names of the pieces that have room."""
        return [name for line in self._lines for name in line]

    def _line_height(self) -> int:
        return QFontMetrics(font(self._style, 12)).height() + 3

    def _width(self, piece: Piece) -> int:
        return QFontMetrics(font(self._style, 12, piece.bold)).horizontalAdvance(piece.text) + 2

    def _arranged(self, width: int) -> list[list[str]]:
        names = [name for name in _ORDER if name in self._widest]
        if len(lines := self._wrapped(names, width)) == 1:
            return lines
        for name in reversed(_RANK):
            if self._fits(lines := self._wrapped(names, width), width):
                return lines
            if name in names:
                names.remove(name)
        return []

    def _fits(self, lines: Sequence[list[str]], width: int) -> bool:
        if len(lines) > _LINES:
            return False
        return all(sum(map(self._room, line)) + _GAP * (len(line) - 1) <= width for line in lines)

    def _room(self, name: str) -> int:
        wide = self._widest[name]
        return min(wide, _LEAST_TITLE) if name == "title" else wide

    def _wrapped(self, names: list[str], width: int) -> list[list[str]]:
        """One line if all have room, else which run it is above, and how it does below."""
        whole = sum(self._widest[name] for name in names) + _GAP * (len(names) - 1)
        if whole <= width:
            return [names]
        above = [name for name in names if name in ("title", "step", "seed")]
        below = [name for name in names if name not in above]
        return [line for line in (above, below) if line]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        high = self._line_height()
        for row, line in enumerate(self._lines):
            others = sum(self._widest[name] + _GAP for name in line if name != "title")
            x = 0
            for name in line:
                room = self._widest[name]
                if name == "title":
                    room = min(room, self.width() - others)
                elif name == "verdict":
                    room = self.width() - x
                if name in self.said:
                    # Not every picture was measured: one may need a digit more.
                    place = QRect(x, row * high, room + (0 if name == "title" else _GAP // 2), high)
                    self._paint(painter, self.said[name], place)
                x += room + _GAP

    def _paint(self, painter: QPainter, piece: Piece, place: QRect) -> None:
        made, text = font(self._style, 12, piece.bold), piece.text
        if piece is self.said["title"]:
            metrics = QFontMetrics(made)
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.setFont(made)
        painter.setPen(colour(self._style, piece.role))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(place, int(left | Qt.TextFlag.TextSingleLine), text)
