"""What a judge says of a picture, in bars; and by how much each pixel was changed, in colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganstudio.core.words import in_percent
from ganstudio.plots.painted import Painted
from ganstudio.plots.palette import Role, colour, font
from ganstudio.plots.single_picture import PictureLabel

MOST_ROWS = 10
"""Classes that are listed; of more, those that are guessed most."""
_ROW, _LEAST_ROW = 28, 13
"""Pixels of a class: at most, and at least."""
_MOST_NAME = 0.42
"""Share of the width that names may take."""
_SMALLEST = 8
"""Pixels of letters."""

_TAKEN, _SAME, _ADDED = ((0x6A, 0x2C, 0x91), (0x80, 0x80, 0x80), (0xF5, 0xE6, 0x3C))
"""Purple for ink that is taken away, yellow for ink that is added: neither means anything else
here, and the one is dark and the other light, as the change itself is."""


class ChangeLabel(PictureLabel):
    """A signed change of a picture: light and yellow where ink is added, dark and purple where it
    is taken away, grey where nothing changes."""

    def set_change(
        self, change: NDArray[np.floating] | None, times: float, caption: str, tip: str
    ) -> None:
        """Show another change.

        Args:
            change: (h, w), from -1 to 1; None for none.
            times: by how much it is amplified; what is then beyond 1 is cut off.
            caption: a line or more below it.
            tip: what the pointer is told.
        """
        self.set_picture(None, caption, tip=tip)
        if change is not None:
            self._pixels = coloured(np.clip(np.nan_to_num(change) * times, -1, 1))


def coloured(change: NDArray[np.floating]) -> NDArray[np.uint32]:
    """From -1 to 1 as 0xffrrggbb."""
    size = np.abs(change)[..., None]
    end = np.where(change[..., None] > 0, _ADDED, _TAKEN)
    parts = np.rint(_SAME + (end - np.array(_SAME)) * size).astype(np.uint32)
    return np.ascontiguousarray(
        0xFF000000 | parts[..., 0] << 16 | parts[..., 1] << 8 | parts[..., 2], dtype=np.uint32
    )


@dataclass(frozen=True)
class Prediction:
    """What is said of one picture."""

    names: tuple[str, ...]
    """What each number is of."""
    values: NDArray[np.floating]
    """From 0 to 1, one for each name."""
    true: int = -1
    """Which one is right; -1 if that is none of them."""
    role: Role = "text"

    @property
    def best(self) -> int:
        """The first guess; -1 where there is no finite number."""
        return int(np.nanargmax(self.values)) if np.isfinite(self.values).any() else -1


class PredictionBars(Painted):
    """A bar for each class, its name before it and its share behind it; the first guess is bold.

    Args:
        what: of which picture, such as "before".
    """

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what = what
        self._prediction: Prediction | None = None
        self._shown: tuple[int, ...] = ()
        self._head = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(what)

    @property
    def head(self) -> str:
        """The line over the bars."""
        return self._head

    @property
    def rows(self) -> tuple[int, ...]:
        """Which names are listed."""
        return self._shown

    def show_prediction(
        self, prediction: Prediction | None, head: str = "", rows: Sequence[int] = ()
    ) -> None:
        """Show another one.

        Args:
            prediction: None for none.
            head: the line over the bars.
            rows: which names to list, in this order.
        """
        self._prediction, self._head, self._shown = prediction, head, tuple(rows)
        said = []
        if prediction is not None:
            said = [f"{prediction.names[i]} {share(prediction.values[i])}" for i in rows]
        self.setAccessibleName(f"{self._what}: {head}")
        self.setAccessibleDescription(", ".join(said))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        # As high for two words as for ten classes: nothing moves when another network is asked.
        scale = self._style.text_scale
        return QSize(round(100 * scale), round(scale * _LEAST_ROW * (1 + MOST_ROWS)) + 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colour(self._style, "text"))
        painter.setFont(self._head_font())
        high = painter.fontMetrics().height() + 4
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if self._prediction is None or not self._shown:
            return
        row = min((self.height() - high) / len(self._shown), _ROW * self._style.text_scale)
        top = (self.height() - high - row * len(self._shown)) / 2
        painter.drawText(QRectF(0, top, self.width(), high), int(flags), self._head)
        pixels = max(_SMALLEST, min(12, round((row - 3) / self._style.text_scale)))
        for place, index in enumerate(self._shown):
            room = QRectF(0, top + high + place * row, self.width(), row)
            self._paint_row(painter, self._prediction, index, room, pixels)

    def _head_font(self) -> QFont:
        """As large as the line over the bars has room for."""
        fonts = [font(self._style, pixels, bold=True) for pixels in range(13, _SMALLEST, -1)]
        fitting = (
            one for one in fonts if QFontMetrics(one).horizontalAdvance(self._head) <= self.width()
        )
        return next(fitting, fonts[-1])

    def _paint_row(
        self, painter: QPainter, said: Prediction, index: int, room: QRectF, pixels: int
    ) -> None:
        style, best = self._style, index == said.best
        painter.setFont(font(style, pixels, bold=best))
        metrics = QFontMetrics(font(style, pixels, bold=True))
        names = [said.names[i] + (" ✓" if i == said.true else "") for i in self._shown]
        wide = min(max(map(metrics.horizontalAdvance, names)), _MOST_NAME * room.width())
        number = metrics.horizontalAdvance("100 %")
        name = said.names[index] + (" ✓" if index == said.true else "")
        short = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, round(wide) + 1)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(colour(style, "text" if best else "muted"))
        painter.drawText(room, middle | int(Qt.AlignmentFlag.AlignRight), share(said.values[index]))
        left = QRectF(room.left(), room.top(), wide, room.height())
        painter.drawText(left, middle | int(Qt.AlignmentFlag.AlignRight), short)
        whole = QRectF(
            room.left() + wide + 6,
            room.top() + 0.2 * room.height(),
            max(0.0, room.width() - wide - number - 12),
            0.6 * room.height(),
        )
        painter.fillRect(whole, colour(style, "raised"))
        value = float(np.nan_to_num(said.values[index]))
        role = said.role if best else "muted"
        filled = QRectF(whole.left(), whole.top(), value * whole.width(), whole.height())
        painter.fillRect(filled, colour(style, role))


def share(value: float) -> str:
    """A probability in a few letters."""
    return in_percent(value) if np.isfinite(value) else "?"


def rows_of(*predictions: Prediction) -> tuple[int, ...]:
    """The names to list for several pictures alike: all, or those that are guessed most."""
    first = predictions[0]
    count = len(first.names)
    if count <= MOST_ROWS:
        return tuple(range(count))
    most = np.nan_to_num(np.max([one.values for one in predictions], axis=0))
    chosen = {first.true} & set(range(count))
    for index in np.argsort(-most):
        if len(chosen) < MOST_ROWS:
            chosen.add(int(index))
    return tuple(sorted(chosen))
