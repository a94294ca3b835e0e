"""How far the seeds spread: a fan for each metric, under one legend."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from ganstudio.plots.fleet_fan import FanPlot
from ganstudio.plots.legend import Legend
from ganstudio.plots.style import LIGHT, Style

_TITLE = "Spread of the seeds"
_MARGIN = 12
_LEAST_PLOT = (220, 110)
"""Less shows nothing: where there is no room for all fans only the first is shown."""


class FanCard(QFrame):
    """Fans side by side. Their one legend stands beside the title, or below it.

    Args:
        metrics: their names, see `FanPlot`.
    """

    def __init__(self, metrics: Iterable[str]) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.plots = {name: FanPlot(name) for name in metrics}
        self._first, *self._others = self.plots.values()
        self._style = LIGHT
        self._title = QLabel(_TITLE, self)
        self._title.setProperty("role", "title")
        self.legend = Legend(self._first, self)
        self.legend.changed.connect(self._arrange)
        self._first.layers_changed.connect(self._follow)
        self._body = QWidget(self)
        self._body.setProperty("role", "plain")
        row = QHBoxLayout(self._body)
        row.setContentsMargins(0, 0, 0, 0)
        for plot in self.plots.values():
            row.addWidget(plot, 1)

    def set_style(self, style: Style) -> None:
        """Take other colours and sizes."""
        self._style = style
        for plot in self.plots.values():
            plot.set_style(style)
        self.legend.set_style(style)
        self._arrange()

    def name_judge(self, judge: str) -> None:
        """Say which classifier measures, if one does: fleets of different ones do not compare."""
        self._title.setText(f"{_TITLE} (judge {judge})" if judge else _TITLE)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        wide, high = (round(side * self._style.text_scale) for side in _LEAST_PLOT)
        return QSize(wide + 2 * _MARGIN, self._head() + high + _MARGIN)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self.updateGeometry()

    def _follow(self) -> None:
        """A layer that was switched in the legend is switched in all fans."""
        for plot in self._others:
            listed = {layer.id for layer in plot.layers()}
            for layer in self._first.layers():
                if layer.id in listed:
                    plot.set_layer(layer.id, layer.visible)

    def _beside(self) -> bool:
        room = self.width() - 2 * _MARGIN
        return self._title.sizeHint().width() + _MARGIN + self.legend.one_line() <= room

    def _head(self) -> int:
        chips = self.legend.height_for(self.width() - 2 * _MARGIN)
        title = self._title.sizeHint().height() + 6
        return 4 + (max(title, chips) if self._beside() else title + chips)

    def _arrange(self) -> None:
        title, wide = self._title.sizeHint(), self.width() - 2 * _MARGIN
        chips = self.legend.height_for(wide)
        if self._beside():
            row, one = self._head() - 4, self.legend.one_line()
            self._title.setGeometry(_MARGIN, 4, title.width(), row)
            self.legend.setGeometry(_MARGIN + wide - one, 4 + (row - chips) // 2, one, chips)
        else:
            self._title.setGeometry(_MARGIN, 4, wide, title.height() + 6)
            self.legend.setGeometry(_MARGIN - 6, title.height() + 10, wide + 6, chips)
        self.legend.arrange()
        least = _LEAST_PLOT[0] * self._style.text_scale
        for plot in self._others:
            plot.setVisible(wide >= least * len(self.plots))
        top = self._head()
        self._body.setGeometry(
            _MARGIN - 4, top, wide + 8, max(0, self.height() - top - _MARGIN + 6)
        )
