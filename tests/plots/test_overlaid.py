"""Several runs over each other: curves and pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ganstudio.core.events import Condition, Frame, Started
from ganstudio.plots.history import History
from ganstudio.plots.overlaid import LETTERS, OverlaidPlot, Quantity, Runner, shaded
from ganstudio.plots.overlaid_pictures import OverlaidDensities, OverlaidPicture, OverlaidPoints
from ganstudio.plots.past import Past
from ganstudio.plots.style import DARK, LIGHT, Style, contrast
from ganstudio.record.measures import Measure
from ganstudio.record.reader import LossCurves
from tests.plots import frames


def past(begun: Started, steps: int) -> tuple[Past, Frame]:
    """A run as its file would tell it, and its last frame."""
    seen: list[Frame] = []
    last = frames.run(begun, steps, then=seen.append)
    losses = LossCurves(
        np.arange(1, steps + 1),
        np.concatenate([frame.loss_d for frame in seen]),
        np.concatenate([frame.loss_g for frame in seen]),
    )
    measures = [Measure(frame.step, frame.metrics, (Condition.CONVERGING,)) for frame in seen]
    return Past(losses, measures), last


@pytest.fixture
def runners() -> list[Runner]:
    """Two runs of 200 and 300 steps."""
    begun = frames.started(steps=300)
    other = frames.started(steps=300, seed=2)
    return [
        Runner("A", "First", begun, past(begun, 200)[0]),
        Runner("B", "First, seed 2", other, past(other, 300)[0]),
    ]


@pytest.mark.parametrize("quantity", ["distance", "loss_g", "loss_d"])
def test_a_run_that_grows_is_all_that_is_made_anew(
    qtbot: QtBot, runners: list[Runner], quantity: Quantity, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[History] = []
    begin = History.__init__

    def note(own: History, *args: int) -> None:
        made.append(own)
        begin(own, *args)

    monkeypatch.setattr(History, "__init__", note)
    plot = OverlaidPlot(quantity)
    qtbot.addWidget(plot)
    plot.show_runs(runners)
    assert len(made) == 2
    plot.show_frame(past(runners[0].started, 200)[1])
    plot.refresh()
    plot.set_layer("B", False)
    said: list[None] = []
    plot.layers_changed.connect(lambda: said.append(None))
    span, drawn = plot._span, plot._curves[1].x
    plot.canvas.box.setRange(xRange=(10, 20), padding=0)
    plot._zoomed_by_hand()
    # Nothing is new.
    plot.show_runs(runners)
    assert len(made) == 2
    # One has trained on: its curve is longer, and nothing else happens to the plot.
    grown = replace(runners[0], past=past(runners[0].started, 260)[0])
    plot.show_runs([grown, runners[1]])
    assert len(made) == 3
    assert plot._curves[0].x[-1] > 240
    assert plot._curves[1].x is drawn
    assert plot._span is span
    assert not said
    assert [layer.visible for layer in plot.layers()] == [True, False]
    assert plot.canvas.span()[0] == pytest.approx((10, 20))
    # Other runs are begun anew.
    third = replace(runners[1], letter="C")
    plot.show_runs([grown, runners[1], third])
    assert len(made) == 6
    assert said
    assert plot.canvas.span()[0] != pytest.approx((10, 20))


def test_the_axis_of_steps_ends_with_the_longest_run(qtbot: QtBot, runners: list[Runner]) -> None:
    plot = OverlaidPlot("distance")
    qtbot.addWidget(plot)
    plot.show_runs(runners)
    plot.show_frame(past(runners[0].started, 200)[1])
    plot.refresh()
    assert plot.canvas.span()[0] == (0, 300)
    fewer = replace(runners[1], past=past(runners[1].started, 100)[0])
    plot.show_runs([runners[0], fewer])
    assert plot._curves[1].x[-1] == 100


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
def test_runs_differ_in_lightness_and_can_all_be_seen(style: Style) -> None:
    for role in ("generated", "discriminator"):
        shades = [getattr(shaded(style, letter), role) for letter in LETTERS]
        assert shades[0] == getattr(style, role)
        assert min(contrast(shade, style.card) for shade in shades) > 1.8
        apart = [contrast(a, b) for a in shades for b in shades if a != b]
        assert min(apart) > 1.2
    assert shaded(style, "B").real == style.real


def picture_of(
    qtbot: QtBot, make: Callable[[], OverlaidPicture], begun: Started, count: int
) -> OverlaidPicture:
    """A picture of so many runs, whose axes hold the target."""
    plot = make()
    qtbot.addWidget(plot)
    nothing = np.zeros((0, 1), dtype=np.float32)
    empty = Past(LossCurves(np.arange(0), nothing, nothing), [])
    plot.show_runs([Runner(letter, "First", begun, empty) for letter in LETTERS[:count]])
    plot.resize(400, 300)
    with qtbot.waitExposed(plot):
        plot.show()
    return plot


def test_densities_lie_over_each_other(qtbot: QtBot) -> None:
    begun = frames.started()
    plot = picture_of(qtbot, OverlaidDensities, begun, 3)
    shown = [frames.frame(begun, 40, (mean,)) for mean in (3.0, 4.0, 40.0)]
    plot.hold(((2.0, 6.0), (0.0, 9.0)), shown)
    plot.show_frames(shown)
    assert isinstance(plot, OverlaidDensities)
    plot.grab()
    assert plot.title == "Generated distributions at step 40"
    # As high as these curves are, and not as what stands beside them elsewhere.
    assert plot.canvas.span()[0] == (2.0, 6.0)
    assert 0.9 < plot.canvas.span()[1][1] < 1.1
    for letter, at in (("A", 3.0), ("B", 4.0)):
        line = plot._lines[letter]
        assert line.x[np.argmax(line.y)] == pytest.approx(at, abs=0.05)
    # A letter stands at each that can be seen; of the others it is said.
    assert [(word.text, round(word.x)) for word in plot._words._words] == [("A", 3), ("B", 4)]
    assert plot._note.text == "C lies outside of this picture"
    plot.set_layer("A", False)
    assert [word.text for word in plot._words._words] == ["B"]
    # Fewer runs leave nothing behind.
    plot.show_runs(plot._runners[:1])
    assert not len(plot._lines["B"].x)


def test_one_spike_makes_no_other_picture_flat(qtbot: QtBot) -> None:
    begun = frames.started()
    plot = picture_of(qtbot, OverlaidDensities, begun, 2)
    usual = [frames.frame(begun, step) for step in range(9)]
    spike = frames.frame(begun, 9, stds=(0.01,))
    plot.hold(((2.0, 6.0), (0.0, 9.0)), [*usual, spike])
    assert plot.canvas.span()[1][1] < 1.1
    plot.show_frames([usual[0], spike])
    plot.grab()
    # Its letter stands where it leaves the picture, which stays as it is.
    assert isinstance(plot, OverlaidDensities)
    assert plot._words._words[1].y == plot.canvas.span()[1][1] < 1.1
    # Where many are high, they all have room.
    plot.hold(((2.0, 6.0), (0.0, 9.0)), [frames.frame(begun, 1, stds=(0.3,))] * 9)
    assert plot.canvas.span()[1][1] > 1.2


@pytest.mark.parametrize("make", [OverlaidDensities, OverlaidPoints])
def test_what_is_broken_is_said(qtbot: QtBot, make: Callable[[], OverlaidPicture]) -> None:
    begun = frames.started() if make is OverlaidDensities else frames.plane_started()
    plot = picture_of(qtbot, make, begun, 3)
    assert plot.suits(begun.experiment)
    whole = frames.any_frame(begun, 20)
    plot.hold(((-9.0, 9.0), (-9.0, 9.0)), [whole, frames.broken(whole)])
    plot.show_frames([whole, frames.broken(whole), frames.broken(whole)])
    plot.grab()
    assert plot._note.text == "B and C lie outside of this picture"
    plot.show_frames([whole] * 3)
    assert not plot._note.text


def test_points_lie_over_each_other_on_equal_scales(qtbot: QtBot) -> None:
    begun = frames.plane_started()
    plot = picture_of(qtbot, OverlaidPoints, begun, 2)
    assert isinstance(plot, OverlaidPoints)
    plot.hold(((-8.0, 8.0), (-3.0, 3.0)), ())
    plot.show_frames([frames.plane_frame(begun, 20, fit) for fit in (0.2, 1.0)])
    plot.grab()
    (left, right), (low, high) = plot.canvas.span()
    box = plot.canvas.box
    assert (right - left) / box.width() == pytest.approx((high - low) / box.height(), rel=0.02)
    # The shorter way of what is to be held.
    assert min(right - left, high - low) == pytest.approx(6, rel=0.02)
    counts = [len(plot._clouds[letter].x) for letter in LETTERS]
    assert counts[0] == counts[1] > 300
    assert counts[2:] == [0, 0]
    assert plot._clouds["A"]._colours[0] != plot._clouds["B"]._colours[0]
