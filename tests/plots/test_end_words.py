"""Words at the ends of curves: whole, clear of curves, and steady."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from pytestqt.qtbot import QtBot

from ganstudio.plots.card import Card
from ganstudio.plots.end_words import Trail, stands_at_another
from ganstudio.plots.losses import LossesPlot
from ganstudio.plots.metrics import MetricPlot
from ganstudio.plots.over_time import OverTime
from ganstudio.plots.style import LIGHT
from tests.plots import frames
from tests.plots.makers import begin
from tests.plots.pictures import count, pixels

ROOM = QRectF(0, 0, 300, 200)


def shown(plot: OverTime, qtbot: QtBot, width: int, height: int = 300) -> Card:
    card = Card(plot)
    qtbot.addWidget(card)
    card.resize(width, height)
    with qtbot.waitExposed(card):
        card.show()
    return card


def room(plot: OverTime) -> QRectF:
    """The view's place, in pixels of the canvas."""
    return QRectF(plot.canvas.box.sceneBoundingRect())


@pytest.mark.parametrize("width", [210, 320, 700])
@pytest.mark.parametrize("steps", [100, 400, 500])
def test_words_are_whole_and_apart_in_any_width(qtbot: QtBot, width: int, steps: int) -> None:
    card = shown(LossesPlot(), qtbot, width)
    plot = card.plot
    assert isinstance(plot, OverTime)
    begun = begin(plot, steps=500)
    frames.run(begun, steps, then=plot.show_frame)
    pixels(card)
    places = plot._words.places
    assert len(places) >= 2
    for i, place in enumerate(places):
        assert room(plot).contains(place)
        assert not any(place.intersects(other) for other in places[:i])


def test_a_word_leaves_the_curve_free(qtbot: QtBot) -> None:
    card = shown(MetricPlot("w1"), qtbot, 420)
    plot = card.plot
    assert isinstance(plot, MetricPlot)
    begun = begin(plot, steps=400)
    for step in range(20, 401, 20):
        # Level, then straight up to the end at the right edge.
        w1 = 0.02 if step < 380 else 0.02 * 10 ** ((step - 360) / 20)
        plot.show_frame(frames.frame(begun, step, metrics={"w1": w1}))
    pixels(card)
    (place,) = plot._words.places
    line = plot._series.line
    to = plot.canvas.box.childTransform() * plot.canvas.box.sceneTransform()
    trail = Trail(to.m11() * line.x + to.dx(), to.m22() * line.y + to.dy(), place)
    assert trail.covered(place) <= 2


def test_columns_that_a_curve_covers() -> None:
    place = QRectF(10, 10, 20, 10)
    x = np.array([0.0, 100.0])
    assert Trail(x, np.array([15.0, 15.0]), ROOM).covered(place) == 21
    assert Trail(x, np.array([40.0, 40.0]), ROOM).covered(place) == 0
    assert Trail(x, np.array([np.nan, 15.0]), ROOM).covered(place) == 0
    # Through the upper left corner and out at the bottom: from y = 8 at x = 8 to 22 at 22.
    assert Trail(x, np.array([0.0, 100.0]), ROOM).covered(place) == pytest.approx(12, abs=1)


def test_a_curve_that_is_zoomed_far_into_costs_no_more() -> None:
    # A million times as wide as the room: only what is in it is looked at.
    x = np.linspace(-5e8, 5e8, 1001)
    trail = Trail(x, np.full(1001, 50.0), ROOM)
    assert len(trail._columns) < 400
    assert trail.covered(QRectF(10, 45, 20, 10)) == 21
    assert trail.height(30.0) == 50.0
    # And one that is all beyond it.
    assert Trail(x + 2e9, np.full(1001, 50.0), ROOM).covered(QRectF(10, 45, 20, 10)) == 0


def test_a_word_keeps_its_side_while_the_curve_trembles(qtbot: QtBot) -> None:
    card = shown(MetricPlot("w1"), qtbot, 420)
    plot = card.plot
    assert isinstance(plot, MetricPlot)
    begun = begin(plot, steps=2000)
    rng = np.random.default_rng(0)
    sides = set()
    for step in range(20, 901, 20):
        plot.show_frame(frames.frame(begun, step, metrics={"w1": 0.1 * rng.uniform(0.9, 1.1)}))
        pixels(card)
        # The step axis ends at 1,000 by then: the word is beside the curve's end.
        sides |= {plot._words._sides[0]} if step > 500 else set()
    assert len(sides) == 1


def test_whose_word_it_looks_like() -> None:
    x = np.array([0.0, 100.0])
    lines = [Trail(x, np.array([high, high]), ROOM) for high in (50.0, 80.0)]
    upper = QPointF(100, 50)
    assert not stands_at_another(QRectF(105, 42, 12, 16), upper, lines)
    assert not stands_at_another(QRectF(105, 20, 12, 16), upper, lines)
    assert stands_at_another(QRectF(105, 66, 12, 16), upper, lines)
    assert not stands_at_another(QRectF(105, 66, 12, 16), upper, lines[:1])


@pytest.mark.parametrize("height", [185, 230, 300])
def test_each_loss_is_named_at_its_own_curve(qtbot: QtBot, height: int) -> None:
    card = shown(LossesPlot(), qtbot, 760, height)
    card.set_style(LIGHT.projector())
    plot = card.plot
    assert isinstance(plot, OverTime)
    begun = begin(plot, steps=5000)
    above = np.full((20, 1), 1.39)
    # Past ends of the step axis, where there is no room beside the curves.
    for step in range(20, 601, 20):
        plot.show_frame(frames.frame(begun, step, loss_d=above, loss_g=above / 2))
        pixels(card)
    d, g = plot._words.places
    assert d.top() < g.top()
    to = plot.canvas.box.childTransform() * plot.canvas.box.sceneTransform()
    ends = [to.map(QPointF(600, loss)).y() for loss in (1.39, 1.39 / 2)]
    assert abs(d.center().y() - ends[0]) < abs(d.center().y() - ends[1])
    assert abs(g.center().y() - ends[1]) < abs(g.center().y() - ends[0])


def test_one_single_point_can_be_seen(qtbot: QtBot) -> None:
    for plot in (MetricPlot("w1"), LossesPlot()):
        card = shown(plot, qtbot, 420)
        begun = begin(plot)
        plot._words.setVisible(False)
        before = count(card, LIGHT.generated)
        one = np.ones((1, 1))
        plot.show_frame(frames.frame(begun, 1, loss_d=one, loss_g=one, metrics={"w1": 0.1}))
        assert 8 <= count(card, LIGHT.generated) - before < 120


def test_a_first_spike_is_cut_and_marked(qtbot: QtBot) -> None:
    card = shown(MetricPlot("std_ratio"), qtbot, 420)
    plot = card.plot
    assert isinstance(plot, MetricPlot)
    begun = begin(plot, steps=4000)
    for step in range(20, 4001, 20):
        ratio = 60.0 if step <= 60 else 1.0
        plot.show_frame(frames.frame(begun, step, metrics={"std_ratio": ratio}))
    assert plot.canvas.span()[1][1] < 4
    signs = [word for word in plot._words._words if word.text.startswith("▲")]
    assert [sign.text for sign in signs] == ["▲ 60.0"]
    assert 20 <= signs[0].x <= 60
    pixels(card)
    assert all(room(plot).contains(place) for place in plot._words.places)
    # It is said of what is shown only.
    plot.set_layer("metric", False)
    assert plot._words._words == ()


def test_nothing_is_marked_where_nothing_is_cut(qtbot: QtBot) -> None:
    plot = LossesPlot()
    card = shown(plot, qtbot, 420)
    begun = begin(card.plot)
    level = np.ones((20, 1))
    for step in (20, 40):
        plot.show_frame(replace(frames.frame(begun, step, loss_d=level, loss_g=level)))
    assert [word.text for word in plot._words._words] == ["D", "G"]
