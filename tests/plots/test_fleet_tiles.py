"""The tiles of a fleet: what is painted, and what clicks and keys do."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from ganstudio.core.events import Condition
from ganstudio.plots.fleet_marks import MARKS
from ganstudio.plots.fleet_tiles import FleetTiles
from ganstudio.plots.style import DARK, LIGHT, Style
from tests.plots import fleet_frames

OFF, LOST, FITS = Condition.OFF_TARGET, Condition.DIVERGED, Condition.FITS


@pytest.fixture
def tiles(qtbot: QtBot) -> Iterator[FleetTiles]:
    made = FleetTiles()
    qtbot.addWidget(made)
    made.set_style(LIGHT)
    made.resize(560, 230)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    QToolTip.hideText()


def show(tiles: FleetTiles, found: tuple[Condition, ...], *, plane: bool = False) -> None:
    tiles.start(fleet_frames.started(len(found)).experiment)
    tiles.show_frame(fleet_frames.frame(40, found, plane=plane))


def middle(tiles: FleetTiles, replica: int) -> QPoint:
    box = tiles.box(replica)
    assert box is not None
    return box.center().toPoint()


def picture(tiles: FleetTiles) -> QImage:
    return tiles.viewport().grab().toImage()


def differs(image: QImage, box: tuple[int, int, int, int], ground: str) -> int:
    """How many pixels in a rectangle are not of the ground's colour."""
    left, top, right, bottom = box
    return sum(
        image.pixelColor(x, y) != QColor(ground)
        for x in range(left, right)
        for y in range(top, bottom)
    )


@pytest.mark.parametrize("plane", [False, True])
@pytest.mark.parametrize("count", [2, 64, 1024])
def test_every_seed_has_a_tile_with_a_picture(tiles: FleetTiles, count: int, plane: bool) -> None:
    show(tiles, (OFF,) * count, plane=plane)
    seen = 0
    for replica in (0, 1, count // 2, count - 1):
        tiles.select(replica)
        box = tiles.box(replica)
        assert box is not None
        assert tiles.viewport().rect().contains(box.toRect())
        low = (
            round(box.left()) + 3,
            round(box.top()) + tiles.grid.head + 3,
            round(box.right()) - 3,
            round(box.bottom()) - 3,
        )
        assert differs(picture(tiles), low, LIGHT.card) > 5
        seen += 1
    assert seen == 4


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
def test_a_frame_has_its_verdicts_colour(tiles: FleetTiles, style: Style) -> None:
    tiles.set_style(style)
    show(tiles, fleet_frames.conditions(18))
    image = picture(tiles)
    for replica, condition in enumerate(fleet_frames.conditions(18)):
        box = tiles.box(replica)
        if replica == tiles.selected or box is None:
            continue
        found = image.pixelColor(round(box.left()), round(box.center().y()))
        assert found == QColor(getattr(style, MARKS[condition].role)), condition


def test_verdicts_of_one_colour_have_different_signs(tiles: FleetTiles) -> None:
    red = [condition for condition, mark in MARKS.items() if mark.role == "trouble"]
    show(tiles, (OFF, *red))
    image, heads = picture(tiles), set()
    for replica in range(1, len(red) + 1):
        box = tiles.box(replica)
        assert box is not None
        side = tiles.grid.head - 2
        sign = image.copy(round(box.left()) + 2, round(box.top()) + 2, side, side)
        heads.add(bytes(sign.constBits()))
    assert len(heads) == len(red)


def test_a_click_watches_and_a_double_click_opens(tiles: FleetTiles, qtbot: QtBot) -> None:
    show(tiles, (OFF,) * 64)
    with qtbot.waitSignal(tiles.watched) as watched:
        QTest.mouseClick(tiles.viewport(), Qt.MouseButton.LeftButton, pos=middle(tiles, 17))
    assert (watched.args, tiles.selected) == ([17], 17)
    with qtbot.waitSignal(tiles.activated) as opened:
        QTest.mouseDClick(tiles.viewport(), Qt.MouseButton.LeftButton, pos=middle(tiles, 5))
    assert opened.args == [5]


def test_a_click_beside_the_tiles_does_nothing(tiles: FleetTiles, qtbot: QtBot) -> None:
    show(tiles, (OFF,) * 3)
    beside = QPoint(tiles.viewport().width() - 1, tiles.viewport().height() - 1)
    with qtbot.assertNotEmitted(tiles.watched):
        QTest.mouseClick(tiles.viewport(), Qt.MouseButton.LeftButton, pos=beside)


def test_keys_walk_and_open(tiles: FleetTiles, qtbot: QtBot) -> None:
    show(tiles, (OFF,) * 64)
    watched: list[int] = []
    tiles.watched.connect(watched.append)
    columns = tiles.grid.columns
    keys = ("Right", "Down", "Left", "Up", "Up", "End", "Right", "Home")
    for key in keys:
        QTest.keyClick(tiles, getattr(Qt.Key, f"Key_{key}"))
    assert watched == [1, 1 + columns, columns, 0, 0, 63, 63, 0]
    with qtbot.waitSignal(tiles.activated) as opened:
        QTest.keyClick(tiles, Qt.Key.Key_Return)
    assert opened.args == [0]


def test_arrows_are_no_shortcuts_while_it_has_the_focus(tiles: FleetTiles) -> None:
    for key, wanted in ((Qt.Key.Key_Right, True), (Qt.Key.Key_Space, False), (Qt.Key.Key_R, False)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(tiles, event)
        assert event.isAccepted() is wanted, key


def test_pages_scroll_through_a_thousand(tiles: FleetTiles, qtbot: QtBot) -> None:
    show(tiles, (OFF,) * 1024)
    assert tiles.verticalScrollBar().maximum() > 0
    for _ in range(200):
        QTest.keyClick(tiles, Qt.Key.Key_PageDown)
    box = tiles.box(1023)
    assert tiles.selected == 1023
    assert box is not None
    assert tiles.viewport().rect().contains(box.toRect())
    assert tiles.replica_at(QPointF(box.center())) == 1023


def test_sorting_moves_tiles_and_keeps_the_choice(tiles: FleetTiles) -> None:
    found = (LOST, OFF, FITS, OFF)
    tiles.start(fleet_frames.started(4).experiment)
    w1 = np.array([9.0, 0.4, 0.02, 0.3])
    tiles.show_frame(fleet_frames.frame(40, found, w1))
    tiles.select(1)
    tiles.sort_by("distance")
    assert tiles.order.tolist() == [2, 3, 1, 0]
    assert tiles.selected == 1
    assert tiles.replica_at(QPointF(middle(tiles, 2))) == 2


def test_sorting_and_filtering_begin_at_the_top(tiles: FleetTiles) -> None:
    show(tiles, (OFF, FITS) * 512)
    bar = tiles.verticalScrollBar()
    tiles.select(1023)
    assert bar.value() > 0
    tiles.sort_by("distance")
    assert bar.value() == 0
    tiles.select(int(tiles.order[-1]))
    assert bar.value() > 0
    tiles.show_only({FITS})
    assert bar.value() == 0
    box = tiles.box(int(tiles.order[0]))
    assert box is not None
    assert tiles.viewport().rect().contains(box.toRect())
    # A new size brings a choice back into view only where it was.
    tiles.show_only(frozenset())
    tiles.select(int(tiles.order[-1]))
    bar.setValue(0)
    tiles.resize(tiles.width() + 90, tiles.height())
    assert bar.value() == 0


def test_few_tiles_fill_a_large_page(tiles: FleetTiles) -> None:
    tiles.resize(1860, 800)
    show(tiles, (OFF,) * 16)
    grid, room = tiles.grid, tiles.viewport().size()
    assert 16 * grid.width * grid.height > 0.8 * room.width() * room.height()
    assert -16 % grid.columns <= 2


def test_a_filter_shows_some_and_keeps_their_size(tiles: FleetTiles, qtbot: QtBot) -> None:
    show(tiles, (OFF, FITS) * 32)
    grid = tiles.grid
    tiles.show_only({FITS})
    assert tiles.order.tolist() == list(range(1, 64, 2))
    assert tiles.grid == grid
    # The chosen one is hidden: walking begins at the first that is shown.
    QTest.keyClick(tiles, Qt.Key.Key_Right)
    assert tiles.selected == 1
    tiles.show_only({Condition.FROZEN})
    assert len(tiles.order) == 0
    assert differs(picture(tiles), (200, 90, 360, 140), LIGHT.card) > 20  # it says so
    tiles.show_only(frozenset())
    assert len(tiles.order) == 64


def test_hovering_says_all_about_a_seed(tiles: FleetTiles) -> None:
    tiles.start(fleet_frames.started(3, seed=7).experiment)
    w1, ratio = np.array([0.5, 0.25, 9]), np.array([0.9, 1.5, 9])
    tiles.show_frame(fleet_frames.frame(40, (OFF, FITS, LOST), w1, ratio))
    tiles.select(2)
    assert tiles.accessibleDescription().endswith("W1 not finite, std / σ not finite")
    at = middle(tiles, 1)
    event = QHelpEvent(QEvent.Type.ToolTip, at, tiles.viewport().mapToGlobal(at))
    QApplication.sendEvent(tiles.viewport(), event)
    QTest.qWait(1)
    words = "Seed 8: fits (as figure 1 says). W1 0.250, std / σ 1.50"
    assert words in QToolTip.text()
    assert "opens this seed as a run of its own from step 0; the fleet ends." in QToolTip.text()
    tiles.select(1)
    assert tiles.accessibleDescription() == words


def test_a_sweep_names_its_value_and_repeats_its_seeds(tiles: FleetTiles) -> None:
    vary = {"path": "optimizer_g.lr", "values": (0.001, 0.02)}
    tiles.start(fleet_frames.started(4, seed=7, vary=vary).experiment)
    tiles.show_frame(fleet_frames.frame(40, (OFF,) * 4))
    tiles.select(3)
    assert tiles.accessibleDescription().startswith("Seed 8:")
    assert tiles.accessibleDescription().endswith("optimizer_g.lr 0.02")


def test_all_lost_leaves_the_targets(tiles: FleetTiles) -> None:
    show(tiles, (LOST,) * 64)
    image = picture(tiles)
    box = tiles.box(9)
    assert box is not None
    middle_of_picture = round(box.center().x()), round(box.bottom()) - 4
    seen = image.pixelColor(*middle_of_picture)
    assert seen.blue() > seen.red()
