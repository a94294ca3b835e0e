"""The fan of a metric over all seeds."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ganstudio.core.events import Condition
from ganstudio.core.outcomes import QUANTILES
from ganstudio.plots.fleet_fan import FanPlot
from ganstudio.plots.fleet_history import FanHistory
from ganstudio.plots.style import DARK
from tests.plots import fleet_frames

SEEDS = 12
OFF, LOST = Condition.OFF_TARGET, Condition.DIVERGED


@pytest.fixture(params=["w1", "std_ratio"])
def plot(request: pytest.FixtureRequest, qtbot: QtBot) -> FanPlot:
    made = FanPlot(request.param)
    qtbot.addWidget(made)
    made.resize(500, 300)
    with qtbot.waitExposed(made):
        made.show()
    return made


def trained(plot: FanPlot, frames: int = 5, lost: int = 0) -> np.ndarray:
    """Shows some frames; what each seed measured, (frames, SEEDS)."""
    rng = np.random.default_rng(4)
    values = rng.lognormal(0, 0.5, (frames, SEEDS))
    found = (LOST,) * lost + (OFF,) * (SEEDS - lost)
    plot.start(fleet_frames.started(SEEDS))
    for i, row in enumerate(values):
        plot.show_frame(fleet_frames.frame(20 * i, found, row, row))
    values[:, :lost] = np.nan
    return values


@pytest.mark.parametrize("lost", [0, 3])
def test_bands_are_quantiles_over_the_seeds(plot: FanPlot, lost: int) -> None:
    values = trained(plot, lost=lost).astype(np.float32)
    expected = np.nanquantile(values, QUANTILES, axis=1)
    assert plot.fan.quantiles == pytest.approx(expected, rel=1e-5)
    assert plot.fan.steps.tolist() == [0, 20, 40, 60, 80]
    as_drawn = np.log10(expected) if plot.measure.log else expected
    drawn = [plot._wide.low, plot._narrow.low, plot._series.y, plot._narrow.high, plot._wide.high]
    assert np.array(drawn) == pytest.approx(as_drawn, rel=1e-4, abs=1e-6)


def test_lost_seeds_are_counted_in_words(plot: FanPlot) -> None:
    trained(plot, lost=3)
    assert plot.canvas.axes["bottom"].labelText == "step (3 diverged)"
    trained(plot)
    assert plot.canvas.axes["bottom"].labelText == "step"


def test_one_seed_is_drawn_on_top(plot: FanPlot) -> None:
    values = trained(plot)
    plot.replica = 7
    seed = values[:, 7]
    assert plot._seed.y == pytest.approx(
        np.log10(seed) if plot.measure.log else seed, rel=1e-4, abs=1e-6
    )
    labels = {layer.id: layer.label for layer in plot.layers()}
    assert labels["seed"] == "seed 49"


def test_a_kept_fan_stays_behind_the_next(plot: FanPlot) -> None:
    trained(plot, frames=9)
    kept = plot.fan
    plot.start(fleet_frames.started(4))
    plot.keep(kept)
    assert [layer.label for layer in plot.layers()][:4] == [
        "median",
        "50 %, 90 %",
        "seed 42",
        "A",
    ]
    plot.show_frame(fleet_frames.frame(20, (OFF,) * 4))
    middle = kept.quantiles[2]
    assert plot._kept_median.y == pytest.approx(np.log10(middle) if plot.measure.log else middle)
    # All of A is in view, though this run is shorter so far.
    (left, right), _ = plot.canvas.span()
    assert left <= kept.steps[0] < kept.steps[-1] <= right
    plot.keep(None)
    assert "kept" not in {layer.id for layer in plot.layers()}


def test_all_lost_draws_nothing_and_survives(plot: FanPlot) -> None:
    trained(plot, lost=SEEDS)
    assert len(plot._wide.x) == 0
    plot.set_style(DARK)
    assert not plot.grab().isNull()


def test_memory_is_bounded_however_long_the_run_is() -> None:
    history = FanHistory("w1", 64)
    for step in range(0, 200_000, 50):
        history.extend(np.array([step]), np.full((1, 64), 1.0 + step, dtype=np.float32))
    fan = history.fan()
    assert len(fan.steps) <= history.capacity == 600
    assert fan.quantiles.shape == (5, len(fan.steps))
    # A bucket's mean is the value at its middle.
    assert fan.quantiles[2, :-1] == pytest.approx(1 + fan.steps[:-1], abs=history.stride)
