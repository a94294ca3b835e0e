"""The frame around a plot: a title line, the legend, the picture."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from ganstudio.plots.legend import Legend
from ganstudio.plots.palette import colour
from ganstudio.plots.plot import Plot
from ganstudio.plots.style import Style
from ganstudio.plots.words import Words

_MARGIN = 12
_RADIUS = 8
_LEAST_WIDTH = 194
"""Pixels; less shows nothing."""


class Card(QFrame):
    """One plot with its title and its legend, the same in the window and in a picture.

    The legend stands beside the title where both fit, else below it in as many lines as it
    needs: nothing is cut off.
    """

    def __init__(self, plot: Plot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = plot
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        self._title = Words(plot.style_in_use, "text", 13, bold=True, align=left)
        self._title.setParent(self)
        self._title_width = 0
        self.legend = Legend(plot, self)
        plot.setParent(self)
        self._retitle(plot.title)
        plot.title_changed.connect(self._retitle)
        self.legend.changed.connect(self._arrange)
        self.setToolTip(plot.explanation)

    @property
    def title(self) -> str:
        """The title line."""
        return self._title.text

    def set_style(self, style: Style) -> None:
        """Draw frame, title, legend and plot in other colours and sizes."""
        self.plot.set_style(style)
        self._title.set_style(style)
        self.legend.set_style(style)
        self._title_width = 0
        self._retitle(self.plot.title)
        self._arrange()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, 320)

    def minimumSizeHint(self) -> QSize:
        # The head is as high as it is in the width that the card has, not in the least one.
        head = self._head_height(max(_LEAST_WIDTH, self.width()) - 2 * _MARGIN)
        return QSize(_LEAST_WIDTH, head + self.plot.least_height + 2 * _MARGIN)

    def paintEvent(self, event: QPaintEvent) -> None:
        style = self.plot.style_in_use
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(style, "border"), 1))
        painter.setBrush(colour(style, "card"))
        edge = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(edge, _RADIUS, _RADIUS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self.updateGeometry()

    def _retitle(self, title: str) -> None:
        self._title.say(title)
        # The widest title so far decides, or the legend would jump as digits are added.
        width = self._title.wanted(10_000).width()
        if width > self._title_width:
            self._title_width = width
            self._arrange()

    def _beside(self, width: int) -> bool:
        return self._title_width + 2 * _MARGIN + self.legend.one_line() <= width

    def _head_height(self, width: int) -> int:
        chips = self.legend.height_for(width)
        title = self._title.wanted(width).height() + 4
        return max(title, chips) if self._beside(width) else title + chips

    def _arrange(self) -> None:
        width = self.width() - 2 * _MARGIN
        top = _MARGIN - 4
        title = self._title.wanted(width).height() + 4
        chips = self.legend.height_for(width)
        if self._beside(width):
            one = self.legend.one_line()
            row = max(title, chips)
            self._title.setGeometry(_MARGIN, top, self._title_width, row)
            self.legend.setGeometry(_MARGIN + width - one, top + (row - chips) // 2, one, chips)
        else:
            self._title.setGeometry(_MARGIN, top, width, title)
            self.legend.setGeometry(_MARGIN - 6, top + title, width + 6, chips)
        self.legend.arrange()
        head = top + self._head_height(width) + 2
        self.plot.setGeometry(
            _MARGIN - 4, head, width + 8, max(0, self.height() - head - _MARGIN + 4)
        )
