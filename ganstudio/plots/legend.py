"""A legend whose entries are the switches of what they name."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from ganstudio.plots.cloud import Marker, paint_marker
from ganstudio.plots.layer import Layer
from ganstudio.plots.palette import colour, font, pen
from ganstudio.plots.plot import Plot
from ganstudio.plots.style import Style

_SAMPLE = 20
_PAD = 6
_GAP = 2


class Chip(QAbstractButton):
    """One layer: a sample of how it is drawn, and its name; checked while it is shown."""

    def __init__(self, layer: Layer, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self.layer = layer
        self._style = style
        self.setCheckable(True)
        self.setChecked(layer.visible)
        self.setText(layer.label)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(layer.label)
        words = f"{layer.help} Click to hide or show it.".strip()
        self.setAccessibleDescription(words)
        self.setToolTip(words)

    def set_style(self, style: Style) -> None:
        """Take the style's colours and sizes."""
        self._style = style
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(font(self._style, 12))
        width = metrics.horizontalAdvance(self.text()) + self._sample() + 3 * _PAD
        return QSize(width, max(24, metrics.height() + 6))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        self._paint_sample(painter)
        role = "text" if self.isChecked() else "muted"
        strike = font(self._style, 12)
        strike.setStrikeOut(not self.isChecked())
        painter.setFont(strike)
        painter.setPen(colour(self._style, role))
        room = self.rect().adjusted(self._sample() + 2 * _PAD, 0, 0, 0)
        text = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width()
        )
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, int(flags), text)

    def _sample(self) -> int:
        return round(_SAMPLE * self._style.text_scale)

    def _paint_ground(self, painter: QPainter) -> None:
        around = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.underMouse():
            painter.setBrush(colour(self._style, "raised"))
            painter.drawRoundedRect(around, 5, 5)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour(self._style, "real"), 2))
            painter.drawRoundedRect(around, 5, 5)

    def _paint_sample(self, painter: QPainter) -> None:
        layer, style, on = self.layer, self._style, self.isChecked()
        painter.setOpacity(1.0 if on else 0.35)
        middle = QPointF(_PAD + self._sample() / 2, self.height() / 2)
        half = self._sample() / 2
        box = QRectF(middle.x() - half, middle.y() - half / 2, 2 * half, half)
        if layer.shape in ("fill", "band"):
            painter.fillRect(box, colour(style, layer.role, 0.35))
        if layer.shape == "fill":
            painter.setPen(pen(style, layer.role, 1.5))
            painter.drawLine(box.topLeft(), box.topRight())
        elif layer.shape in ("dots", "diamonds"):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(style, layer.role))
            marker: Marker = "disc" if layer.shape == "dots" else "diamond"
            for share in (-0.7, 0.0, 0.7):
                place = middle + QPointF(share * half, 0)
                paint_marker(painter, marker, place, 5 * style.text_scale)
        elif layer.shape == "arrow":
            painter.setPen(pen(style, layer.role, 1.6))
            tip, barb = middle + QPointF(half * 0.8, 0), half * 0.45
            painter.drawLine(middle - QPointF(half, 0), tip)
            painter.drawLine(tip - QPointF(barb, barb), tip)
            painter.drawLine(tip - QPointF(barb, -barb), tip)
        else:
            painter.setPen(pen(style, layer.role, 2.2, layer.dash))
            painter.drawLine(middle - QPointF(half, 0), middle + QPointF(half, 0))
        painter.setOpacity(1.0)


class Legend(QWidget):
    """The chips of a plot's layers, in as many lines as the width asks for."""

    changed = Signal()
    """Other chips: its sizes are to be asked again."""

    def __init__(self, plot: Plot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot = plot
        self._all, self._silent = True, False
        self.chips: list[Chip] = []
        self._update()
        plot.layers_changed.connect(self._update)

    def leave_out_hidden(self) -> None:
        """For a picture, where nobody can switch a layer on: name only what is seen."""
        self._all = False
        self._update()

    def say_nothing(self, silent: bool) -> None:
        """Whether to leave out all names: where pictures stand in rows, one has them for all."""
        if silent is not self._silent:
            self._silent = silent
            self._update()

    def one_line(self) -> int:
        """The width at which all chips stand in one line."""
        return sum(chip.sizeHint().width() + _GAP for chip in self.chips)

    def height_for(self, width: int) -> int:
        """The height that the chips take in this width."""
        places = self._places(width)
        return places[-1].bottom() + 1 if places else 0

    def arrange(self) -> None:
        """Put the chips where they belong in the width of now."""
        for chip, place in zip(self.chips, self._places(self.width()), strict=True):
            chip.setGeometry(place)

    def set_style(self, style: Style) -> None:
        """Take the style's colours and sizes."""
        for chip in self.chips:
            chip.set_style(style)
        self.arrange()
        self.changed.emit()

    def _places(self, width: int) -> list[QRect]:
        places: list[QRect] = []
        x = y = 0
        for chip in self.chips:
            size = chip.sizeHint().boundedTo(QSize(max(width, 40), 1000))
            if x and x + size.width() > width:
                x, y = 0, y + size.height() + _GAP
            places.append(QRect(x, y, size.width(), size.height()))
            x += size.width() + _GAP
        return places

    def _layers(self) -> list[Layer]:
        if self._silent:
            return []
        return [layer for layer in self._plot.layers() if layer.visible or self._all]

    def _update(self) -> None:
        layers = self._layers()
        if [chip.layer.id for chip in self.chips] != [layer.id for layer in layers]:
            self._rebuild()
            return
        for chip, layer in zip(self.chips, layers, strict=True):
            if replace(chip.layer, visible=layer.visible) != layer:
                self._rebuild()
                return
            chip.layer = layer
            chip.setChecked(layer.visible)

    def _rebuild(self) -> None:
        for chip in self.chips:
            chip.hide()
            chip.deleteLater()
        self.chips = [Chip(layer, self._plot.style_in_use, self) for layer in self._layers()]
        for chip in self.chips:
            chip.toggled.connect(lambda on, id=chip.layer.id: self._plot.set_layer(id, on))
            chip.show()
        self.arrange()
        self.changed.emit()
