"""The distribution: where its axes stand, and what it says about what they cannot show."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ganstudio.core.targets import Gaussian
from ganstudio.plots.distribution import DistributionPlot, middle_mass
from tests.plots import frames


@pytest.fixture
def plot(qtbot: QtBot) -> DistributionPlot:
    made = DistributionPlot()
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    return made


def test_the_title_counts_the_steps(plot: DistributionPlot, qtbot: QtBot) -> None:
    begun = frames.started()
    plot.start(begun)
    with qtbot.waitSignal(plot.title_changed) as told:
        plot.show_frame(frames.frame(begun, 1240))
    assert told.args == ["Distribution at step 1,240"]


def test_x_starts_at_four_standard_deviations_and_grows_in_steps(plot: DistributionPlot) -> None:
    begun = frames.started()
    plot.start(begun)
    assert plot.canvas.span()[0] == (2.0, 6.0)
    seen = set()
    for i in range(200):
        plot.show_frame(frames.frame(begun, i, (4 - 4 * i / 200,), (0.3,)))
        seen.add(plot.canvas.span()[0])
    assert len(seen) <= 4
    assert min(seen)[0] <= -0.5
    assert {high for _, high in seen} == {6.0}


@pytest.mark.parametrize("sigma", [0.01, 0.5, 300.0])
def test_d_reads_right_on_its_axis_whatever_the_densities(
    plot: DistributionPlot, sigma: float
) -> None:
    begun = frames.started(target=Gaussian(mu=4, sigma=sigma))
    plot.start(begun)
    for std in (1.0, 0.1, 0.3):
        frame = frames.frame(begun, 1, (4.0,), (std * sigma,))
        plot.show_frame(frame)
        bottom, top = plot.canvas.span()[1]
        low, high = plot.canvas.axes["right"].range
        # The same height on the screen, read on the right-hand axis, is D itself.
        scene_y = plot._d.mapToParent(0.0, 0.5).y()
        assert low + (scene_y - bottom) / (top - bottom) * (high - low) == pytest.approx(0.5)
        assert high == pytest.approx(1.04)


def test_a_spike_is_cut_off_and_said_so(plot: DistributionPlot) -> None:
    begun = frames.started()
    plot.start(begun)
    plot.show_frame(frames.frame(begun, 1, (4.0,), (0.02,)))
    peak = 1 / (0.5 * np.sqrt(2 * np.pi))
    assert 2 * peak < plot.canvas.span()[1][1] < 3.2 * peak
    assert "peak is 19.9 high" in plot._note.text


def test_it_says_where_the_samples_went(plot: DistributionPlot) -> None:
    begun = frames.started()
    plot.start(begun)
    plot.show_frame(frames.frame(begun, 1, (-400.0,)))
    assert "further left" in plot._note.text
    plot.show_frame(frames.frame(begun, 2, (400.0,)))
    assert "further right" in plot._note.text
    plot.show_frame(frames.broken(frames.frame(begun, 3)))
    assert "no longer finite" in plot._note.text
    plot.show_frame(frames.frame(begun, 4))
    assert plot._note.isHidden()


def test_the_newest_generator_is_listed_only_beside_an_average(plot: DistributionPlot) -> None:
    begun = frames.started()
    plot.start(begun)
    assert "newest" not in [layer.id for layer in plot.layers()]
    plot.set_layer("d", False)
    plot.edit(begun.experiment.replace(ema=0.99))
    assert "newest" in [layer.id for layer in plot.layers()]
    assert not {layer.id: layer.visible for layer in plot.layers()}["d"]


def test_the_legend_says_which_batch_d_looks_at(plot: DistributionPlot) -> None:
    begun = frames.started()
    plot.start(begun)
    plot.show_frame(frames.frame(begun, 1, d_reference="beside 63 real samples"))
    assert "D(x), beside 63 real samples" in [layer.label for layer in plot.layers()]


def test_the_middle_of_a_histogram() -> None:
    edges = np.linspace(0, 10, 11)
    low, middle, high = middle_mass(edges, np.full(10, 0.1)) or (0, 0, 0)
    assert (low, middle, high) == pytest.approx((0.05, 5.0, 9.95))
    assert middle_mass(edges, np.full(10, np.nan)) is None
    assert middle_mass(edges, np.zeros(10)) is None


def test_no_such_layer(plot: DistributionPlot) -> None:
    with pytest.raises(KeyError):
        plot.set_layer("nothing", True)
