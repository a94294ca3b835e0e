"""Grids of pictures, with the mouse and the keyboard, pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ganstudio.app.explore.picture_grid import PictureGrid
from ganstudio.app.explore.picture_sheet import fit, resized
from ganstudio.app.theme import apply_theme
from ganstudio.plots.style import DARK, LIGHT, Style


def shades(count: int, high: int = 4, wide: int = 4) -> NDArray[np.uint8]:
    """Even pictures, each of another grey."""
    grey = np.linspace(0, 255, count).astype(np.uint8)
    return np.broadcast_to(grey[:, None, None], (count, high, wide)).copy()


@pytest.fixture
def grid(qtbot: QtBot, qapp: QApplication) -> PictureGrid:
    apply_theme(qapp, LIGHT)
    made = PictureGrid("Nine greys")
    qtbot.addWidget(made)
    made.resize(300, 300)
    with qtbot.waitExposed(made):
        made.show()
    made.show_pictures(shades(9))
    return made


def click(grid: PictureGrid, index: int) -> None:
    QTest.mouseClick(
        grid, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle(grid, index)
    )


def middle(grid: PictureGrid, index: int) -> QPoint:
    return grid.cell_rect(index).center()


def pixel(grid: PictureGrid, at: QPoint) -> QColor:
    image = grid.grab().toImage()
    return image.pixelColor(at * image.devicePixelRatio())


# ------------------------------------------------------------------------------- pixels


def test_an_enlarged_picture_keeps_hard_pixels_of_one_size() -> None:
    picture = np.array([[[0, 255], [255, 0]]], np.uint8)
    large = resized(picture, 6, 6)
    assert np.array_equal(large[0], np.kron(picture[0], np.ones((3, 3), np.uint8)))


def test_a_shrunk_picture_keeps_thin_strokes() -> None:
    picture = np.zeros((1, 8, 8), np.uint8)
    picture[0, :, 3] = 200
    small = resized(picture, 2, 2)
    assert small.tolist() == [[[50, 0], [50, 0]]]


@given(old=st.integers(1, 40), new=st.integers(1, 90), ink=st.integers(0, 255))
def test_an_even_picture_stays_even_at_any_size(old: int, new: int, ink: int) -> None:
    assert (resized(np.full((1, old, old), ink, np.uint8), new, new) == ink).all()


@given(
    count=st.integers(1, 300),
    columns=st.none() | st.integers(1, 20),
    wide=st.integers(60, 1500),
    high=st.integers(60, 1500),
)
def test_cells_are_in_the_room_and_found_again(
    count: int, columns: int | None, wide: int, high: int
) -> None:
    cells = fit((count, 28, 28), (wide, high), columns=columns, foot=0, gaps=(4, 10), margin=4)
    for index in {0, count // 2, count - 1}:
        x, y = cells.corner(index)
        assert cells.at(x + cells.width / 2, y + cells.height / 2) == index
        if cells.width > 1:  # less than that no room is too small for
            assert x >= 0
            assert y >= 0
            assert x + cells.width <= wide
            assert y + cells.height <= high
    assert cells.at(-100, -100) == -1


def test_as_many_side_by_side_as_the_room_allows(grid: PictureGrid) -> None:
    assert grid.cell_rect(3).top() > grid.cell_rect(2).top()
    grid.resize(900, 100)
    assert grid.cell_rect(8).top() == grid.cell_rect(0).top()
    grid.show_pictures(shades(9), columns=1)
    assert grid.cell_rect(1).left() == grid.cell_rect(0).left()


@pytest.mark.parametrize("style", [LIGHT, DARK])
def test_ink_is_white_and_ground_is_black_in_both_themes(
    grid: PictureGrid, qapp: QApplication, style: Style
) -> None:
    apply_theme(qapp, style)
    grid.set_style(style)
    assert pixel(grid, middle(grid, 0)) == QColor("black")
    assert pixel(grid, middle(grid, 8)) == QColor("white")
    assert pixel(grid, QPoint(0, 0)) == QColor(style.window)


def test_chosen_cells_have_a_frame_outside_of_the_picture(grid: PictureGrid) -> None:
    grid.selection_mode = "single"
    grid.select((4,))
    corner = grid.cell_rect(4).topLeft()
    assert pixel(grid, corner - QPoint(2, 2)) == QColor(LIGHT.real)
    assert pixel(grid, corner + QPoint(1, 1)).red() == 127


def test_marks_are_drawn_where_there_are_cells(grid: PictureGrid) -> None:
    before = grid.grab().toImage()
    grid.marks = {99: "A"}
    assert grid.grab().toImage() == before
    grid.marks = {0: "A"}
    assert pixel(grid, grid.cell_rect(0).topLeft() + QPoint(2, 6)) == QColor(LIGHT.real)


def test_captions_have_room_below_or_are_left_to_the_tooltip(grid: PictureGrid) -> None:
    tall = grid.cell_rect(0).height()
    grid.show_pictures(shades(9), [f"number {i}" for i in range(9)])
    assert grid.cell_rect(0).height() < tall
    grid.resize(90, 90)
    small = grid.cell_rect(0).height()
    grid.show_pictures(shades(9))
    assert grid.cell_rect(0).height() == small


def test_nothing_to_show_is_no_trouble(grid: PictureGrid) -> None:
    grid.show_pictures(np.zeros((0, 28, 28), np.uint8))
    assert pixel(grid, QPoint(150, 150)) == QColor(LIGHT.window)
    QTest.keyClick(grid, Qt.Key.Key_Space)
    QTest.mouseClick(
        grid, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(150, 150)
    )
    assert grid.selection == ()
    assert grid.sizeHint().isValid()


# -------------------------------------------------------------------------------- choosing


def test_one_cell_is_chosen_by_a_click(grid: PictureGrid, qtbot: QtBot) -> None:
    grid.selection_mode = "single"
    with qtbot.waitSignal(grid.selection_changed), qtbot.waitSignal(grid.clicked) as clicked:
        click(grid, 5)
    assert clicked.args == [5]
    click(grid, 2)
    assert grid.selection == (2,)


def test_several_keep_the_order_in_which_they_were_chosen(grid: PictureGrid) -> None:
    grid.selection_mode = "several"
    for index in (7, 1, 4, 1):
        click(grid, index)
    assert grid.selection == (7, 4)


def test_where_nothing_can_be_chosen_clicks_are_heard(grid: PictureGrid, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(grid.selection_changed), qtbot.waitSignal(grid.clicked):
        click(grid, 3)
    assert grid.selection == ()


def test_what_is_chosen_stays_as_far_as_it_is_there(grid: PictureGrid, qtbot: QtBot) -> None:
    grid.selection_mode = "several"
    grid.select((8, 1, 1, 40, -1))
    assert list(grid.selection) == [8, 1]
    with qtbot.assertNotEmitted(grid.selection_changed):
        grid.show_pictures(shades(9)[::-1])
    with qtbot.waitSignal(grid.selection_changed):
        grid.show_pictures(shades(4))
    assert list(grid.selection) == [1]
    grid.selection_mode = "none"
    assert not grid.selection


def test_the_keyboard_goes_from_cell_to_cell(grid: PictureGrid) -> None:
    grid.selection_mode = "several"
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Space):
        QTest.keyClick(grid, key)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Return, Qt.Key.Key_Up):
        QTest.keyClick(grid, key)
    assert grid.selection == (4, 3)
    assert "Cell 1 of 9" in grid.accessibleDescription()


def test_the_keyboards_cell_is_seen(grid: PictureGrid) -> None:
    grid.clearFocus()
    without = grid.grab().toImage()
    grid.activateWindow()
    grid.setFocus()
    assert grid.hasFocus()
    assert grid.grab().toImage() != without


def test_pointing_at_a_cell_is_told_once(grid: PictureGrid) -> None:
    pointed: list[int] = []
    grid.hovered.connect(pointed.append)
    for index in (0, 0, 4):
        QTest.mouseMove(grid, middle(grid, index))
        QTest.mouseMove(grid, middle(grid, index) + QPoint(1, 0))
    QApplication.sendEvent(grid, QEvent(QEvent.Type.Leave))
    assert pointed == [0, 4, -1]


def test_it_says_what_it_shows_to_those_who_hear_the_screen(grid: PictureGrid) -> None:
    grid.show_pictures(shades(2), ["a zero", "a one"])
    grid.marks = {1: "B"}
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert grid.accessibleName() == "Nine greys"
    assert grid.accessibleDescription() == "Cell 2 of 2, a one, marked B"
