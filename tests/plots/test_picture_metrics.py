"""Curves and tiles of runs on pictures: who judges is said, pictures are grey."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from ganstudio.core.events import Condition, Fleet, Floor, Frame, Started, Verdict
from ganstudio.plots.card import Card
from ganstudio.plots.fleet_fan import FanPlot
from ganstudio.plots.fleet_mosaic import GreyRaster
from ganstudio.plots.fleet_tiles import FleetTiles
from ganstudio.plots.measures import OF_PICTURES, TABLES
from ganstudio.plots.metrics import MetricPlot
from ganstudio.plots.overlaid import DIFFERENT_JUDGES, OverlaidPlot, Runner
from ganstudio.plots.past import Past
from ganstudio.plots.style import LIGHT
from ganstudio.record.measures import Measure
from ganstudio.record.reader import LossCurves
from tests.plots import frames, picture_frames
from tests.plots.pictures import count

JUDGE = {"judge": "a1b2c3d4e5f6", "judge's accuracy": "98.4%"}
FLOORS = {
    "fid": Floor(0.6, 0.9),
    "kid": Floor(-0.002, 0.007),
    "precision": Floor(0.9, 0.95),
    "modes": Floor(10.0, 10.0),
    "reverse_kl": Floor(0.008, 0.013),
    "std_ratio": Floor(1.0, 1.01),
}


def started(**changes: object) -> Started:
    """The beginning of a run on pictures that a classifier judges."""
    return replace(picture_frames.started(**changes), floors=FLOORS, gallery=JUDGE)


def frame(begun: Started, step: int, **metrics: float) -> Frame:
    """A frame in which some metrics have a value of their own."""
    made = picture_frames.frame(begun, step)
    replicas = begun.experiment.replicas
    given: dict[str, Any] = {
        name: np.full(replicas, value, np.float32) for name, value in metrics.items()
    }
    return replace(made, metrics=replace(made.metrics, **given))


def shown(plot: MetricPlot | OverlaidPlot, qtbot: QtBot) -> Card:
    """In its card; who drops that drops the plot."""
    card = Card(plot)
    qtbot.addWidget(card)
    card.resize(600, 400)
    with qtbot.waitExposed(card):
        card.show()
    return card


@pytest.mark.parametrize("metric", OF_PICTURES)
def test_each_measure_is_drawn_and_explained(metric: str, qtbot: QtBot) -> None:
    plot = MetricPlot(metric)
    card = shown(plot, qtbot)
    begun = started()
    plot.start(begun)
    for step in range(0, 300, 50):
        plot.show_frame(frame(begun, step, loss_real=0.2))
    measure = OF_PICTURES[metric]
    assert plot.title.startswith(measure.title)
    assert plot.canvas.axes["left"].labelText == measure.unit
    assert count(card, getattr(LIGHT, measure.role)) > 100
    assert ("perfect generator" in [layer.label for layer in plot.layers()]) is (metric in FLOORS)
    assert ("a1b2c3d4e5f6" in plot.toolTip()) is measure.judged
    assert ("98.4%" in plot.toolTip()) is measure.judged


def test_a_distance_names_its_judge_in_the_title(qtbot: QtBot) -> None:
    plot = MetricPlot("fid")
    card = shown(plot, qtbot)
    plot.start(started())
    assert card.title == "Distance: classifier FID (judge a1b2c3d4e5f6)"
    assert "only with other runs judged by the same classifier" in plot.explanation
    plot.start(replace(started(), gallery={}))
    assert card.title == "Distance: classifier FID"


def test_a_measure_of_several_spaces_says_where_it_is_measured(qtbot: QtBot) -> None:
    for metric, where in (
        ("modes", "in the plane and of pictures"),
        ("w1", "on the line and in the plane"),
        ("fid", "of pictures"),
    ):
        plot = MetricPlot(metric)
        qtbot.addWidget(plot)
        assert plot.unsuited.endswith(f" is measured {where} only")
    plot = MetricPlot("reverse_kl")
    qtbot.addWidget(plot)
    for begun, space in (
        (started(), "pictures"),
        (frames.plane_started(), "plane"),
        (started(), "pictures"),
    ):
        plot.start(begun)
        assert plot.title == TABLES[space]["reverse_kl"].title
        assert plot.explanation.startswith(TABLES[space]["reverse_kl"].explanation)


def test_axes_of_one_plot_suit_all_its_spaces() -> None:
    for name in {name for table in TABLES.values() for name in table}:
        found = [table[name] for table in TABLES.values() if name in table]
        for measure in found:
            assert measure.log == found[0].log
            assert (measure.role, measure.second_role) == (found[0].role, found[0].second_role)


def test_both_parts_of_the_loss_end_in_a_number(qtbot: QtBot) -> None:
    plot = MetricPlot("loss_real")
    card = shown(plot, qtbot)
    begun = started()
    plot.start(begun)
    nan = float("nan")
    plot.show_frame(frame(begun, 0, loss_real=nan, loss_fake=nan))
    assert "first step" in plot._note.text
    for step in (50, 100, 150):
        plot.show_frame(frame(begun, step, loss_real=0.31, loss_fake=0.52))
    assert not plot._note.text
    assert {word.text for word in plot._words._words} == {"0.310", "0.520"}
    assert count(card, LIGHT.real) > 100
    assert count(card, LIGHT.generated) > 100


def test_who_asks_for_no_class_is_told_why_there_is_no_number(qtbot: QtBot) -> None:
    plot = MetricPlot("right")
    card = shown(plot, qtbot)
    begun = started()
    plot.start(begun)
    plot.show_frame(frame(begun, 50, right=float("nan")))
    assert plot._note.text == OF_PICTURES["right"].missing
    assert count(card, LIGHT.generated) == 0


def runner(letter: str, begun: Started) -> Runner:
    """A run with a falling FID."""
    steps = range(0, 500, 100)
    measured = [
        Measure(step, frame(begun, step, fid=60 / (1 + step)).metrics, (Condition.FITS,))
        for step in steps
    ]
    nothing = np.empty((0, 1), dtype=np.float32)
    losses = LossCurves(np.empty(0, dtype=np.int64), nothing, nothing)
    return Runner(letter, f"run {letter}", begun, Past(losses, tuple(measured)))


def test_fids_of_different_judges_do_not_compare(qtbot: QtBot) -> None:
    plot = OverlaidPlot("distance")
    card = shown(plot, qtbot)
    begun = started()
    plot.show_runs([runner("A", begun), runner("B", begun)])
    plot.show_frame(frame(begun, 400))
    assert plot.title == "Distance to the target: FID (judge a1b2c3d4e5f6)"
    assert plot.canvas.axes["left"].labelText == "FID"
    assert not plot._note.text
    other = replace(begun, gallery={**JUDGE, "judge": "000000000000"})
    plot.show_runs([runner("A", begun), runner("B", other)])
    plot.show_frame(frame(begun, 400))
    assert plot.title == "Distance to the target: FID"
    assert plot._note.text == DIFFERENT_JUDGES
    assert count(card, LIGHT.trouble) > 20


def test_a_fan_of_classes_ends_in_a_count(qtbot: QtBot) -> None:
    plot = FanPlot("modes")
    card = shown(plot, qtbot)
    begun = started(replicas=3)
    plot.start(begun)
    for step in (0, 100, 200):
        plot.show_frame(frame(begun, step, modes=7.0))
    assert {word.text for word in plot._words._words} == {"7"}
    assert count(card, LIGHT.text) > 100  # the seed that is chosen lies on the median


def mosaics(replicas: int) -> Fleet:
    """Each replica's mosaic is as bright as its number, its lowest row is white."""
    shapes = np.empty((replicas, 56, 56), dtype=np.float32)
    shapes[:] = np.linspace(0.2, 0.8, replicas)[:, None, None]
    shapes[:, 0] = 1.0
    return Fleet(shapes, shapes[0], (0.0, 56.0, 0.0, 56.0))


def test_grey_pictures_stand_upright_and_keep_their_greys() -> None:
    drawn = GreyRaster((56, 56), (56, 56)).draw(mosaics(4).shapes)
    assert drawn.dtype == np.uint32
    assert (drawn >> 24 == 0xFF).all()
    grey = (drawn & 0xFF).astype(int)
    assert (drawn & 0xFFFFFF == grey * 0x010101).all()
    assert (grey[:, -1] == 255).all()
    assert grey[:, 0, 0].tolist() == [51, 102, 153, 204]
    small = GreyRaster((56, 56), (20, 20)).draw(np.full((1, 56, 56), np.nan, np.float32))
    assert (small == 0xFF000000).all()


def test_tiles_of_a_fleet_are_grey_pictures(qtbot: QtBot) -> None:
    tiles = FleetTiles()
    qtbot.addWidget(tiles)
    tiles.resize(420, 300)
    with qtbot.waitExposed(tiles):
        tiles.show()
    begun = started(replicas=4)
    made = frame(begun, 100)
    verdicts = tuple(Verdict(Condition.CONVERGING, "under way") for _ in range(4))
    tiles.start(begun.experiment)
    tiles.show_frame(replace(made, fleet=mosaics(4), verdicts=verdicts))
    image = tiles.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    for replica, grey in enumerate((51, 102, 153, 204)):
        box = tiles.box(replica)
        assert box is not None
        found = image.pixelColor(box.center().toPoint())
        assert found.red() == found.green() == found.blue()
        assert abs(found.red() - grey) <= 1
    assert tiles.grid.width - tiles.grid.gap == tiles.grid.picture
    assert "FID" in tiles.accessibleDescription()
    assert "W1" not in tiles.accessibleDescription()
