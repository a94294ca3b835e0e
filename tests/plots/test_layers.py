"""Saturation by layer: bars on a logarithmic scale, words where a layer is in trouble."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from ganstudio.core.events import Frame, Started
from ganstudio.plots.card import Card
from ganstudio.plots.layers import LayersPlot
from ganstudio.plots.palette import font
from ganstudio.plots.style import LIGHT
from tests.plots import frames
from tests.plots.makers import begin
from tests.plots.pictures import count, near, pixels


@pytest.fixture
def card(qtbot: QtBot) -> Card:
    made = Card(LayersPlot())
    qtbot.addWidget(made)
    made.resize(500, 300)
    with qtbot.waitExposed(made):
        made.show()
    return made


def frame_with(begun: Started, saturated: float = 0.3, gradient: float = 0.02) -> Frame:
    """A frame in which one layer is so saturated and has such a gradient."""
    return replace(frames.any_frame(begun, 20), layers=frames.layers(20, saturated, gradient))


def only(card: Card, column: str) -> None:
    """Hide all columns but one."""
    for layer in card.plot.layers():
        card.plot.set_layer(layer.id, layer.id == column)


def test_every_layer_has_its_row_generator_first(card: Card) -> None:
    begun = begin(card.plot)
    frame = frame_with(begun)
    card.plot.show_frame(replace(frame, layers=frame.layers[::-1]))
    pixels(card)
    plot = card.plot
    assert isinstance(plot, LayersPlot)
    order = [(meter.network, meter.layer) for meter in plot._table.table.meters]
    assert order == [(network, i) for network in ("generator", "discriminator") for i in range(3)]
    assert plot._table.rows == 6


def test_bars_are_logarithms(card: Card) -> None:
    card.resize(900, 400)
    begun = begin(card.plot)
    only(card, "gradient")
    widths = []
    for gradient in (1e-3, 1e-2, 1e-1):
        card.plot.show_frame(frame_with(begun, gradient=gradient))
        picture = pixels(card)[card.plot.y() :]
        orange = near(picture[:, 450:], LIGHT.generated)
        # The second row of the generator is the second group of lines.
        lines = orange.sum(axis=1)
        starts = np.flatnonzero((lines > 0) & (np.append(0, lines[:-1]) == 0))
        widths.append(int(lines[starts[1] + 3]))
    assert widths[1] - widths[0] == pytest.approx(widths[2] - widths[1], abs=2)
    assert widths[1] - widths[0] > 20


def test_saturated_units_are_in_red_above_nine_tenths(card: Card) -> None:
    begun = begin(card.plot)
    only(card, "outputs")
    card.plot.set_layer("saturated", True)
    for saturated, alarm in ((0.3, False), (0.9, False), (0.91, True), (1.0, True)):
        card.plot.show_frame(frame_with(begun, saturated))
        assert (count(card, LIGHT.trouble) > 10) is alarm


def test_no_gradient_is_in_red_and_none_yet_is_not(card: Card) -> None:
    begun = begin(card.plot)
    only(card, "gradient")
    for gradient, alarm in ((0.02, False), (math.nan, False), (0.0, True), (math.inf, True)):
        card.plot.show_frame(frame_with(begun, gradient=gradient))
        assert (count(card, LIGHT.trouble) > 0) is alarm


def test_too_many_layers_are_counted_not_squeezed(card: Card) -> None:
    begun = begin(card.plot)
    frame = frame_with(begun)
    one = frame.layers[0]
    many = tuple(replace(one, layer=i) for i in range(30))
    card.plot.show_frame(replace(frame, layers=many))
    pixels(card)
    plot = card.plot
    assert isinstance(plot, LayersPlot)
    assert 5 <= plot._table.rows < 20
    card.resize(500, 900)
    pixels(card)
    assert plot._table.rows == 30


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("width", [204, 290, 330, 420, 700])
def test_heads_and_numbers_are_whole_in_any_width(card: Card, width: int, scale: float) -> None:
    style = LIGHT if scale == 1 else LIGHT.projector()
    card.set_style(style)
    card.resize(round(width * scale), 300)
    begun = begin(card.plot)
    card.plot.show_frame(frame_with(begun, gradient=0.000123))
    pixels(card)
    plot = card.plot
    assert isinstance(plot, LayersPlot)
    table = plot._table
    cells = {column.id: cell for column, cell in table._cells(table_room(plot))}
    small = QFontMetricsF(font(style, 11))
    widths = [cell.width() for cell in cells.values()]
    for head, wide in zip(table.heads, widths, strict=True):
        assert small.horizontalAdvance(head) <= wide
    numbers = QFontMetricsF(font(style, table._pixels))
    assert numbers.horizontalAdvance("0.000123") <= cells["gradient"].width()
    assert numbers.horizontalAdvance("100 %") <= cells["saturated"].width()
    # What is there does not reach beyond the picture.
    assert sum(widths) <= table_room(plot).width() + 1


def table_room(plot: LayersPlot) -> QRectF:
    """The table's place, in pixels."""
    return QRectF(plot.canvas.box.sceneBoundingRect()).adjusted(4, 0, -4, -1)


def test_a_narrow_table_leaves_out_histograms(card: Card) -> None:
    begun = begin(card.plot)
    counts = []
    for width in (700, 330, 210):
        card.resize(width, 300)
        card.plot.show_frame(frame_with(begun))
        pixels(card)
        plot = card.plot
        assert isinstance(plot, LayersPlot)
        counts.append(len(plot._table.heads))
    assert counts[0] == 5
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 3


def test_layers_that_are_not_measured_yet(card: Card) -> None:
    begun = begin(card.plot)
    card.plot.show_frame(replace(frames.any_frame(begun, 1), layers=()))
    assert "next frame" in card.plot._note.text
    card.plot.show_frame(frame_with(begun))
    assert card.plot._note.isHidden()
    # One frame without them takes nothing away.
    before = pixels(card)
    card.plot.show_frame(replace(frames.any_frame(begun, 40), layers=()))
    assert np.array_equal(pixels(card), before)
