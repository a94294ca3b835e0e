"""The generator map: z and x on their own scales, a line between each pair."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ganstudio.core.events import View
from ganstudio.core.noise import NormalNoise, StratifiedNoise
from ganstudio.plots.generator_map import GeneratorMapPlot
from tests.plots import frames


@pytest.fixture
def plot(qtbot: QtBot) -> GeneratorMapPlot:
    made = GeneratorMapPlot()
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    return made


@pytest.mark.parametrize("noise", [NormalNoise(), StratifiedNoise()])
def test_lines_lead_from_z_to_its_x(
    plot: GeneratorMapPlot, noise: NormalNoise | StratifiedNoise
) -> None:
    begun = frames.started(noise=noise)
    plot.start(begun)
    frame = frames.frame(begun, 1)
    assert isinstance(frame.view, View)
    plot.show_frame(frame)
    assert plot._lines.x[1::2] == pytest.approx(frame.view.map)
    assert plot._lines.y.tolist() == [1.0, 0.0] * len(frame.view.z)
    # Where a line begins, the upper axis must read its z.
    left, right = plot.canvas.span()[0]
    low, high = plot.canvas.axes["top"].range
    read = low + (plot._lines.x[0::2] - left) / (right - left) * (high - low)
    assert read == pytest.approx(frame.view.z, abs=1e-4)


def test_the_upper_axis_follows_a_zoom(plot: GeneratorMapPlot) -> None:
    begun = frames.started()
    plot.start(begun)
    plot.show_frame(frames.frame(begun, 1))
    before = plot.canvas.axes["top"].range
    plot.canvas.box.setRange(xRange=(3.0, 5.0), padding=0)
    after = plot.canvas.axes["top"].range
    assert after[1] - after[0] == pytest.approx((before[1] - before[0]) / 2)


def test_noise_of_several_numbers_says_so(plot: GeneratorMapPlot) -> None:
    plot.start(frames.started(noise=NormalNoise(size=8)))
    assert "first of 8" in plot.canvas.axes["top"].labelText


def test_lines_without_an_end_are_left_out(plot: GeneratorMapPlot) -> None:
    begun = frames.started()
    plot.start(begun)
    plot.show_frame(frames.broken(frames.frame(begun, 1)))
    assert len(plot._lines.x) == 0
    assert "no longer finite" in plot._note.text


def test_x_axis_has_hysteresis(plot: GeneratorMapPlot) -> None:
    begun = frames.started()
    plot.start(begun)
    seen = set()
    for i in range(100):
        plot.show_frame(frames.frame(begun, i, (4.0,), (0.5 + 0.005 * i,)))
        seen.add(plot.canvas.span()[0])
    assert len(seen) <= 2
    assert np.isfinite(list(seen)).all()
