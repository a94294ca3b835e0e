"""Ways through the latent space, with real widgets and a real generator."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QApplication, QComboBox, QLabel
from pytestqt.qtbot import QtBot

from ganstudio.app.explore import pulse
from ganstudio.app.explore.latent import MOST, LatentPane
from ganstudio.app.explore.latent_slice import SliceWay
from ganstudio.app.explore.latent_sliders import BEST, SlidersWay
from ganstudio.app.explore.latent_sums import SumsWay
from ganstudio.app.explore.latent_walk import FRAMES, STOPS, WalkWay
from ganstudio.app.explore.latent_way import Way
from ganstudio.app.explore.picture_grid import PictureGrid
from ganstudio.app.theme import apply_theme
from ganstudio.core.draws import evaluation_inputs
from ganstudio.core.pictures.latent import arithmetic, linear, plane, spherical
from ganstudio.core.questions import Generate
from ganstudio.plots.style import DARK, LIGHT
from tests.app.explore.latent_engine import Engine

Make = Callable[..., tuple[LatentPane, Engine]]


@pytest.fixture
def make(qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Makes a visible pane with an engine and a first frame; every frame is looked at."""
    apply_theme(qapp, LIGHT)
    monkeypatch.setattr(pulse, "_LEAST_SECONDS", 0.0)

    def one(way: type[Way] = WalkWay, **changes: object) -> tuple[LatentPane, Engine]:
        pane = LatentPane()
        qtbot.addWidget(pane)
        pane.resize(900, 600)
        engine = Engine(**changes)
        engine.asker = pane
        pane.asks.connect(engine.ask)
        with qtbot.waitExposed(pane):
            pane.show()
        turn_to(pane, way)
        for each in pane.ways:
            if isinstance(each, WalkWay):
                each.play.setChecked(False)
        pane.start(engine.started)
        pane.show_frame(engine.frame())
        return pane, engine

    return one


def turn_to(pane: LatentPane, way: type[Way]) -> None:
    number = [type(each) for each in pane.ways].index(way)
    pane.switch.button(number).click()


def walk_of(pane: LatentPane) -> WalkWay:
    assert isinstance(pane.way, WalkWay)
    return pane.way


def sums_of(pane: LatentPane) -> SumsWay:
    assert isinstance(pane.way, SumsWay)
    return pane.way


def sliders_of(pane: LatentPane) -> SlidersWay:
    assert isinstance(pane.way, SlidersWay)
    return pane.way


def slice_of(pane: LatentPane) -> SliceWay:
    assert isinstance(pane.way, SliceWay)
    return pane.way


def middle(grid: PictureGrid, index: int) -> QPoint:
    """Of a cell, once everything is where it belongs."""
    QApplication.processEvents()
    return grid.cell_rect(index).center()


def click(grid: PictureGrid, index: int) -> None:
    none = Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, none, middle(grid, index))


def click_cell(pane: LatentPane, index: int) -> None:
    click(pane.picker.grid, index)


def same(shown: np.ndarray, engine: Engine, z: np.ndarray) -> bool:
    """Whether these are the pictures that the networks of now make of that noise."""
    return np.array_equal(shown, engine.made(Generate(z.astype(np.float32))).pictures)


# ------------------------------------------------------------------------------- the pane


def test_before_a_run_it_asks_nothing(qtbot: QtBot) -> None:
    pane = LatentPane()
    qtbot.addWidget(pane)
    with qtbot.assertNotEmitted(pane.asks), qtbot.waitExposed(pane):
        pane.show()


def test_nobody_looks_and_nothing_is_asked(make: Make) -> None:
    pane, engine = make()
    pane.hide()
    asked = len(engine.questions)
    pane.start(engine.started)
    pane.show_frame(engine.frame(1))
    assert len(engine.questions) == asked
    pane.show()
    assert len(engine.questions) > asked


def test_its_cells_are_those_of_the_sample_grid(
    make: Make,
) -> None:
    pane, engine = make()
    assert len(pane.picker.grid.pictures) == MOST
    assert np.array_equal(pane.picker.grid.pictures, engine.view().shown[:MOST])
    pane.show_frame(engine.frame(2, noise=3, cells=16))
    assert np.array_equal(pane.picker.grid.pictures, engine.view(3).shown[:16])


@pytest.mark.parametrize("kind", ["stratified", "uniform", "normal"])
def test_every_noise_is_walked_through(make: Make, kind: str) -> None:
    # Evenly spread noise of few cells is not the first of that of many.
    pane, engine = make(noise={"kind": kind})
    ends = walk_of(pane).rows["straight"].pictures[[0, -1]]
    assert np.array_equal(ends, engine.view().shown[:2])


def test_it_follows_a_run_and_waits_for_answers(
    make: Make,
) -> None:
    pane, engine = make()
    engine.train()
    engine.busy = True
    for step in range(1, 20):
        pane.show_frame(engine.frame(step))
    assert len(engine.waiting) == 1
    engine.train()
    pane.show_frame(engine.frame(20))
    engine.busy = False
    engine.catch_up()
    # The answer was older than the last frame: it looked again.
    z = walk_of(pane).wanted()
    assert z is not None
    assert same(walk_of(pane).rows["circle"].pictures, engine, z[:FRAMES:6])


def test_training_goes_on_for_longer_than_it_waits(
    make: Make,
) -> None:
    pane, engine = make()
    engine.seconds = 30.0
    pane.show_frame(engine.frame(1))
    asked = len(engine.questions)
    for step in range(2, 9):
        pane.show_frame(engine.frame(step))
    assert len(engine.questions) == asked


def test_another_run_starts_over(make: Make) -> None:
    pane, _ = make()
    click_cell(pane, 7)
    other = Engine(**{"noise.size": 3})
    pane.start(other.started)
    assert not len(pane.picker.grid.pictures)
    assert not len(walk_of(pane).rows["straight"].pictures)
    assert walk_of(pane).picks == {"A": (), "B": ()}


def test_a_refusal_is_said_until_there_is_an_answer(
    make: Make,
) -> None:
    pane, engine = make()
    assert not pane.refusal.isVisible()
    engine.refuses = True
    click_cell(pane, 5)
    assert pane.refusal.text() == "the engine refuses"
    engine.refuses = False
    click_cell(pane, 6)
    assert not pane.refusal.isVisible()


def test_the_judge_is_asked_if_wanted(make: Make) -> None:
    pane, engine = make()
    assert "judge" not in walk_of(pane).big.words.text()
    pane.judge.click()
    assert engine.generated[-1].judged
    assert "the judge takes it for “" in walk_of(pane).big.words.text()
    assert "D = 0." in walk_of(pane).big.words.text()


def test_every_control_says_what_it_does(make: Make) -> None:
    pane, _ = make(conditional=True)
    pane.set_style(DARK.projector())
    for way in pane.ways:
        turn_to(pane, type(way))
        assert pane.sentence.text() == way.sentence
        for kind in (QAbstractButton, QComboBox, QAbstractSlider):
            for control in pane.findChildren(kind):
                if control.isVisible() and "qt_" not in control.objectName():
                    named = control.toolTip() or type(control).__name__ == "QScrollBar"
                    assert named, control


# ---------------------------------------------------------------------------------- walk


def test_a_walk_shows_both_paths(make: Make) -> None:
    pane, engine = make()
    way, t = walk_of(pane), np.linspace(0, 1, STOPS, dtype=np.float32)
    for index in (4, 9):
        click_cell(pane, index)
    assert way.picks == {"A": (4,), "B": (9,)}
    a, b = evaluation_inputs(engine.experiment, 64)[[4, 9]]
    assert same(way.rows["straight"].pictures, engine, linear(a, b, t))
    assert same(way.rows["circle"].pictures, engine, spherical(a, b, t))
    assert pane.picker.grid.marks == {4: "A", 9: "B"}
    half = np.linalg.norm((a + b) / 2)
    assert f"{half:.1f} half way" in way.lengths["straight"].text()


def test_a_click_in_a_row_lets_the_large_picture_stand_there(
    make: Make,
) -> None:
    pane, _engine = make()
    way = walk_of(pane)
    way.play.click()
    row = way.rows["straight"]
    click(row, STOPS // 2)
    assert not way.play.isChecked()
    assert way.path == "straight"
    assert np.array_equal(way.big.grid.pictures[0], row.pictures[STOPS // 2])


def test_the_picture_walks_to_and_fro_while_it_is_seen(
    make: Make,
) -> None:
    pane, _ = make()
    way = walk_of(pane)
    assert not way._clock.isActive()
    way.play.click()
    assert way._clock.isActive()
    seen = []
    for _ in range(2 * FRAMES):
        way._step()
        seen.append(way.place.value())
    assert {0, FRAMES - 1} <= set(seen)
    assert set(np.abs(np.diff(seen))) == {1}
    turn_to(pane, SliceWay)
    assert not way._clock.isActive()
    turn_to(pane, WalkWay)
    assert way._clock.isActive()


# --------------------------------------------------------------------------------- slice


@pytest.mark.parametrize("side", [7, 11, 15])
def test_a_slice_is_the_plane_through_three_cells(make: Make, side: int) -> None:
    pane, engine = make(SliceWay)
    way = slice_of(pane)
    way.side.setCurrentIndex(way.side.findData(side))
    for index in (3, 8, 20):
        click_cell(pane, index)
    corners = evaluation_inputs(engine.experiment, 64)[[3, 8, 20]]
    assert same(way.map.pictures, engine, plane(corners, side))
    assert "50 % of the way from A to B, 50 % from A to C" in way.where.text()


def test_pointing_at_the_map_shows_the_place(
    make: Make,
) -> None:
    pane, _engine = make(SliceWay)
    way = slice_of(pane)
    QTest.mouseMove(way.map, middle(way.map, 10))
    assert way.where.text().startswith("100 % of the way from A to B, 0 %")
    assert np.array_equal(way.big.grid.pictures[0], way.map.pictures[10])
    QApplication.sendEvent(way.map, QEvent(QEvent.Type.Leave))
    assert np.array_equal(way.big.grid.pictures[0], way.map.pictures[10])


# ---------------------------------------------------------------------------------- sums


def fill(pane: LatentPane, **groups: tuple[int, ...]) -> None:
    for slot, cells in groups.items():
        pane.picker.slots[slot].click()
        for index in cells:
            click_cell(pane, index)


def test_a_sum_of_means(make: Make) -> None:
    pane, engine = make(SumsWay)
    way = sums_of(pane)
    assert "choose some cells for A" in way.said.text()
    fill(pane, A=(0, 1, 2), B=(3, 4), C=(5,))
    z = evaluation_inputs(engine.experiment, 64)
    total = arithmetic(z[[0, 1, 2]], z[[3, 4]], z[[5]])
    assert same(way.result.pictures[4:5], engine, total[None])
    assert same(way.means["A"].pictures, engine, z[[0, 1, 2]].mean(axis=0)[None])
    assert way.counts["B"].text() == "mean of B: 2 cells"
    assert pane.picker.grid.marks == {0: "A", 1: "A", 2: "A", 3: "B", 4: "B", 5: "C"}


def test_a_cell_is_taken_out_or_moved(make: Make) -> None:
    pane, _ = make(SumsWay)
    fill(pane, A=(0, 1, 0), B=(1, 2))
    assert sums_of(pane).picks == {"A": (), "B": (1, 2), "C": ()}
    assert not len(sums_of(pane).result.pictures)


def test_a_sum_is_moved_to_a_neighbour_and_back(
    make: Make,
) -> None:
    pane, engine = make(SumsWay)
    way = sums_of(pane)
    fill(pane, A=(0,), B=(1,), C=(2,))
    first = way.result.pictures.copy()
    assert not way.back.isEnabled()
    click(way.result, 8)
    assert np.array_equal(way.result.pictures[4], first[8])
    way.back.click()
    assert np.array_equal(way.result.pictures[4], first[4])
    way.others.click()
    assert not np.array_equal(way.result.pictures[0], first[0])
    engine.train()
    pane.show_frame(engine.frame(9))
    z = way.wanted()
    assert z is not None
    assert same(way.result.pictures, engine, z[3:])


# ------------------------------------------------------------------------------- sliders


def test_the_picture_follows_a_slider(make: Make) -> None:
    pane, engine = make(SlidersWay)
    way = sliders_of(pane)
    click_cell(pane, 6)
    z = evaluation_inputs(engine.experiment, 64)[6].copy()
    assert np.array_equal(way.list.values, z)
    way.list.sliders[2].setValue(50)
    z[2] = 1.5
    assert same(way.big.grid.pictures, engine, z[None])
    way.reset.click()
    assert same(way.big.grid.pictures, engine, evaluation_inputs(engine.experiment, 64)[6:7])
    way.random.click()
    assert not np.array_equal(way.list.values, z)
    assert same(way.big.grid.pictures, engine, way.list.values[None])


def test_only_the_newest_answer_counts(make: Make) -> None:
    pane, engine = make(SlidersWay)
    engine.busy = True
    for value in range(10):
        sliders_of(pane).list.sliders[0].setValue(10 * value)
    assert len(engine.waiting) == 1
    engine.busy = False
    engine.catch_up()
    assert same(
        sliders_of(pane).big.grid.pictures, engine, sliders_of(pane).list.values[None].copy()
    )


def test_the_strongest_dimensions(make: Make, qtbot: QtBot) -> None:
    pane, engine = make(SlidersWay, **{"noise.size": 150})
    way = sliders_of(pane)
    way.strongest.click()
    base = way.list.values
    change = []
    for index in range(150):
        both = np.stack([base, base])
        both[:, index] += (-2, 2)
        less, more = engine.made(Generate(both)).pictures.astype(float)
        change.append(np.abs(more - less).mean())
    best = sorted(range(150), key=lambda i: -change[i])[:BEST]
    assert way.note.text().startswith(f"Strongest first: {best[0] + 1}, {best[1] + 1}, ")
    qtbot.waitUntil(lambda: len(way.list.sliders) == 150)
    assert set(way.list.shown()) == set(best)
    way.all.click()
    assert len(way.list.shown()) == 150


def test_a_search_ends_with_a_refusal(make: Make) -> None:
    pane, engine = make(SlidersWay)
    engine.refuses = True
    sliders_of(pane).strongest.click()
    assert pane.refusal.isVisible()
    assert sliders_of(pane).strongest.isEnabled()


# ------------------------------------------------------------------------------- classes


def test_a_plain_generator_has_no_classes(
    make: Make,
) -> None:
    assert not make()[0].classes.isVisible()


def test_only_classes_that_are_learnt_can_be_drawn(
    make: Make,
) -> None:
    pane, _ = make(conditional=True, **{"target.classes": (3, 8)})
    assert list(pane.classes.buttons) == [None, 3, 8]


@pytest.mark.parametrize("way", [WalkWay, SliceWay, SumsWay, SlidersWay])
def test_a_fixed_class_is_drawn_everywhere(make: Make, way: type[Way]) -> None:
    pane, engine = make(way, conditional=True)
    if way is SumsWay:
        fill(pane, A=(0, 1), B=(2,), C=(3,))
    told = engine.generated[-1].z[:, 10:]
    assert np.allclose(told.sum(axis=1), 1)
    pane.classes.buttons[7].click()
    seven = np.eye(10)[7]
    for question in engine.generated[-2:]:
        assert (question.z[:, 10:] == seven).all()
    whole = evaluation_inputs(engine.experiment, 64)[:MOST].copy()
    whole[:, 10:] = seven
    assert same(pane.picker.grid.pictures, engine, whole)
    pane.classes.buttons[None].click()
    assert np.array_equal(pane.picker.grid.pictures, engine.view().shown[:MOST])


def test_a_walk_keeps_the_classes_of_its_ends(
    make: Make,
) -> None:
    _, engine = make(conditional=True)
    told = engine.generated[-1].z[:, 10:]
    assert told[0].argmax() == 0
    assert told[FRAMES - 1].argmax() == 1
    assert np.allclose(told[FRAMES // 2, :2], 0.5)


def test_it_fits_into_a_small_window(make: Make) -> None:
    pane, _ = make(conditional=True)
    assert pane.minimumSizeHint().width() <= 900
    assert pane.minimumSizeHint().height() <= 560
    for label in pane.findChildren(QLabel):
        if label.isVisible() and not label.wordWrap():
            assert label.width() >= label.sizeHint().width(), label.text()
    assert pane.rect().contains(pane.judge.mapTo(pane, QPoint(0, 0)))
