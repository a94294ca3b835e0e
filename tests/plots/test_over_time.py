"""Losses and metrics: guides, floors, ranges that neither spikes nor freezes spoil."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ganstudio.core.experiment import Experiment
from ganstudio.core.losses import Minimax
from ganstudio.plots.items import Band, Guide
from ganstudio.plots.losses import LossesPlot
from ganstudio.plots.measures import IN_THE_PLANE, NO_MODES, ON_THE_LINE
from ganstudio.plots.metrics import MetricPlot
from ganstudio.plots.over_time import robust_span
from tests.plots import frames


@pytest.fixture
def losses(qtbot: QtBot) -> LossesPlot:
    made = LossesPlot()
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    return made


def test_guides_stand_at_the_equilibrium(losses: LossesPlot) -> None:
    losses.start(frames.started())
    assert [guide.y for guide in losses._guides] == pytest.approx([2 * math.log(2), math.log(2)])
    right = losses.canvas.axes["right"]
    assert right.tickStrings(right.lines(300), 1, None) == ["ln 2", "2 ln 2"]
    losses.edit(frames.started(loss=Minimax()).experiment)
    assert losses._guides[1].y == pytest.approx(-math.log(2))
    assert losses.canvas.span()[1][0] < -math.log(2)


def test_a_spike_squashes_nothing_but_a_freeze_is_seen(losses: LossesPlot) -> None:
    begun = frames.started()
    losses.start(begun)
    calm = np.full((1000, 1), 1.4)
    calm[500] = 11.5
    losses.show_frame(frames.frame(begun, 1000, loss_d=calm, loss_g=calm / 2))
    assert losses.canvas.span()[1][1] < 4
    losses.show_frame(
        frames.frame(begun, 1400, loss_d=np.full((400, 1), 11.5), loss_g=np.full((400, 1), np.nan))
    )
    assert losses.canvas.span()[1][1] > 11.5


def test_the_step_axis_grows_in_steps_to_the_end_of_the_run(losses: LossesPlot) -> None:
    begun = frames.started(steps=3000)
    losses.start(begun)
    ends = []
    for step in range(20, 3001, 20):
        one = np.ones((20, 1))
        losses.show_frame(frames.frame(begun, step, loss_d=one, loss_g=one))
        ends.append(losses.canvas.span()[0][1])
    assert sorted(set(ends)) == [100, 200, 500, 1000, 2000, 3000]
    assert ends == sorted(ends)


def test_smoothing(losses: LossesPlot) -> None:
    begun = frames.started()
    losses.start(begun)
    noisy = 1 + 0.5 * (-1.0) ** np.arange(200)[:, None]
    losses.show_frame(frames.frame(begun, 200, loss_d=noisy, loss_g=noisy))
    losses.smoothing = 0.0
    rough = np.ptp(losses._d.y[100:])
    losses.smoothing = 0.98
    assert np.ptp(losses._d.y[100:]) < 0.05 * rough
    with pytest.raises(ValueError, match="from 0 to"):
        losses.smoothing = 1.0


def test_pretraining_is_told_not_drawn(losses: LossesPlot) -> None:
    begun = frames.started(Experiment().replace(**{"pretraining.steps": 1000}))
    losses.start(begun)
    loss = np.full((5, 1), 0.0123, dtype=np.float32)
    losses.show_frame(replace(frames.frame(begun, 0), pretraining_step=400, loss_pretraining=loss))
    assert "400 of 1,000" in losses._note.text
    assert "0.0123" in losses._note.text
    losses.show_frame(frames.frame(begun, 20, loss_d=np.ones((20, 1))))
    assert losses._note.isHidden()


def test_the_points_of_a_curve_are_bounded(losses: LossesPlot) -> None:
    begun = frames.started(steps=10**6)
    losses.start(begun)
    for step in range(10_000, 500_001, 10_000):
        one = np.random.default_rng(step).normal(1, 0.1, (10_000, 1))
        losses.show_frame(frames.frame(begun, step, loss_d=one, loss_g=one))
        assert len(losses._d.line.x) <= 800
        assert len(losses._d.raw.x) <= 800
    assert losses._d.raw.y.max() > losses._d.line.y.max()


@pytest.mark.parametrize("metric", ["w1", "js", "kl", "ks", "mean_error"])
def test_a_metric_stands_on_its_floor(qtbot: QtBot, metric: str) -> None:
    plot = MetricPlot(metric)
    qtbot.addWidget(plot)
    begun = frames.started()
    plot.start(begun)
    for step in range(20, 201, 20):
        plot.show_frame(frames.frame(begun, step, metrics={metric: 0.1}))
    plot.refresh()
    floor = begun.floors[metric]
    low, high = plot.canvas.span()[1]
    assert low < math.log10(floor.median)
    assert high > -1
    band, guide = plot._fixtures[:2]
    assert isinstance(band, Band)
    assert isinstance(guide, Guide)
    assert (band.low, band.high) == pytest.approx(
        (math.log10(floor.median), math.log10(floor.high))
    )
    assert guide.y == pytest.approx(math.log10(floor.median))
    assert plot._series.y == pytest.approx(np.full(10, -1.0))
    assert "floor" in [layer.id for layer in plot.layers()]


def test_width_has_its_band_of_collapse(qtbot: QtBot) -> None:
    plot = MetricPlot("std_ratio")
    qtbot.addWidget(plot)
    begun = frames.started()
    plot.start(begun)
    plot.show_frame(frames.frame(begun, 20, metrics={"std_ratio": 0.05}))
    low, high = plot.canvas.span()[1]
    assert low < 0
    assert high > 1.2
    regions = [(item.low, item.high) for item in plot._fixtures if isinstance(item, Band)]
    assert (0.0, 0.25) in regions
    assert any(region == pytest.approx((0.986, 1.014)) for region in regions)


def test_guides_cross_the_whole_view_when_the_axis_has_grown(qtbot: QtBot) -> None:
    plot = MetricPlot("std_ratio")
    qtbot.addWidget(plot)
    plot.show()
    begun = frames.started()
    plot.start(begun)
    for step in (20, 2000):
        plot.show_frame(frames.frame(begun, step))
        plot.grab()
    (left, right), _ = plot.canvas.span()
    across = [item.boundingRect() for item in plot._fixtures if isinstance(item, Band)]
    assert across
    assert all((r.left(), r.right()) == pytest.approx((left, right)) for r in across)


def test_nothing_to_take_a_logarithm_of(qtbot: QtBot) -> None:
    plot = MetricPlot("js")
    qtbot.addWidget(plot)
    begun = frames.started()
    plot.start(begun)
    plot.show_frame(frames.frame(begun, 20, metrics={"js": 0.0}))
    plot.show_frame(frames.frame(begun, 40, metrics={"js": 0.5}))
    plot.refresh()
    assert np.isnan(plot._series.y[0])
    assert plot._series.y[1] == pytest.approx(math.log10(0.5))


def test_robust_span() -> None:
    values = np.ones(1000)
    values[100] = 50
    assert robust_span(values) == (1, 1)
    values[-100:] = 50
    assert robust_span(values) == (1, 50)
    assert robust_span(np.full(3, np.nan)) is None


@pytest.mark.parametrize("metric", list(IN_THE_PLANE))
def test_a_metric_of_the_plane_stands_on_its_floor(qtbot: QtBot, metric: str) -> None:
    plot = MetricPlot(metric)
    qtbot.addWidget(plot)
    begun = frames.plane_started()
    plot.start(begun)
    value = 0.5 if metric == "high_quality" else 2.0
    for step in range(20, 201, 20):
        plot.show_frame(frames.plane_frame(begun, step, metrics={metric: value}))
    plot.refresh()
    measure, floor = IN_THE_PLANE[metric], begun.floors[metric]
    on_axis = math.log10 if measure.log else float
    assert plot.title == measure.title
    assert plot._series.y == pytest.approx(np.full(10, on_axis(value)))
    band, guide = plot._fixtures[:2]
    assert isinstance(band, Band)
    assert isinstance(guide, Guide)
    # Half of a perfect generator's unbiased estimates are below 0: its 95th percentile counts.
    at = floor.high if metric == "mmd" else floor.median
    assert guide.y == pytest.approx(on_axis(at))
    assert band.high == pytest.approx(on_axis(floor.high))
    low, high = plot.canvas.span()[1]
    assert low < min(band.low, on_axis(value))
    assert high > max(band.high, on_axis(value))


def test_no_discrepancy_at_all_is_at_the_bottom_not_missing(qtbot: QtBot) -> None:
    plot = MetricPlot("mmd")
    qtbot.addWidget(plot)
    begun = frames.plane_started()
    plot.start(begun)
    for step, value in ((20, 0.1), (40, -0.0002)):
        plot.show_frame(frames.plane_frame(begun, step, metrics={"mmd": value}))
    plot.refresh()
    least = begun.floors["mmd"].high / 10
    assert plot._series.y == pytest.approx([-1, math.log10(least)])
    assert plot._words._words[0].text == "−0.000200"
    assert plot._note.isHidden()


def test_it_says_why_there_is_no_number(qtbot: QtBot) -> None:
    plot = MetricPlot("high_quality")
    qtbot.addWidget(plot)
    begun = frames.plane_started()
    plot.start(begun)
    frame = frames.plane_frame(begun, 20, metrics={"high_quality": math.nan})
    plot.show_frame(frame)
    plot.refresh()
    assert plot._note.text == NO_MODES
    plot.show_frame(replace(frame, step=40, measured_at=40, lost_at=np.array([31.0])))
    plot.refresh()
    assert plot._note.text == "Not a finite number now"


def test_a_metric_has_its_words_of_the_line_and_of_the_plane(qtbot: QtBot) -> None:
    plot = MetricPlot("w1")
    qtbot.addWidget(plot)
    plot.start(frames.plane_started())
    assert plot.explanation == plot.toolTip() == IN_THE_PLANE["w1"].explanation
    assert plot.canvas.axes["left"].labelText == IN_THE_PLANE["w1"].unit
    plot.start(frames.started())
    assert plot.explanation == plot.toolTip() == ON_THE_LINE["w1"].explanation
    assert plot.title == ON_THE_LINE["w1"].title
    assert plot.layers()[0].label == "W1"


def test_one_axis_serves_both() -> None:
    for name in ON_THE_LINE.keys() & IN_THE_PLANE.keys():
        assert ON_THE_LINE[name].log == IN_THE_PLANE[name].log


def test_modes_found_and_modes_with_one_good_point(qtbot: QtBot) -> None:
    plot = MetricPlot("modes")
    qtbot.addWidget(plot)
    begun = frames.plane_started()
    plot.start(begun)
    plot.show_frame(frames.plane_frame(begun, 20, metrics={"modes": 3.0, "covered": 7.0}))
    plot.refresh()
    assert (plot._series.y.tolist(), plot._second.y.tolist()) == ([3.0], [7.0])
    assert [word.text for word in plot._words._words] == ["3"]
