"""The grid of samples: its pixels, its order, pointing and clicking, the game, its controls."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from ganstudio.core.experiment import Experiment
from ganstudio.export.picture import picture
from ganstudio.plots.card import Card
from ganstudio.plots.cell_pointer import Spot
from ganstudio.plots.guessing import Guessing
from ganstudio.plots.sample_cells import Mode, Order
from ganstudio.plots.sample_controls import SIDES, SampleControls
from ganstudio.plots.sample_grid import SampleGridPlot
from ganstudio.plots.sample_layout import Block, beyond, lay_out
from ganstudio.plots.single_picture import PictureLabel
from ganstudio.plots.style import DARK, LIGHT, Style
from tests.plots import frames, picture_frames
from tests.plots.picture_frames import REAL, frame, started, view
from tests.plots.pictures import count, pixels


@pytest.fixture
def card(qtbot: QtBot) -> Iterator[Card]:
    made = Card(SampleGridPlot(rng=np.random.default_rng(3)))
    qtbot.addWidget(made)
    made.resize(640, 560)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    # A timer that waits for a second click would be left behind.
    grid(made)._repoint(forget=True)


def grid(card: Card) -> SampleGridPlot:
    assert isinstance(card.plot, SampleGridPlot)
    return card.plot


def scene(card: Card, x: float, y: float) -> QPoint:
    """A point of the plot in the pixels of its viewport."""
    canvas = card.plot.canvas
    return QPoint(canvas.mapFromScene(canvas.box.mapViewToScene(QPointF(x, y))))


def middle(card: Card, spot: Spot) -> QPoint:
    """The middle of a cell in the viewport."""
    at = grid(card).rect_of(spot).center()
    return scene(card, at.x(), at.y())


def hover(card: Card, at: QPoint | None) -> None:
    """Move the mouse to a point of the viewport, or away."""
    view = card.plot.canvas.viewport()
    if at is None:
        QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
        return
    none = Qt.MouseButton.NoButton
    moved = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(at),
        QPointF(view.mapToGlobal(at)),
        none,
        none,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view, moved)


def click(card: Card, spot: Spot) -> None:
    viewport = card.plot.canvas.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=middle(card, spot))


def grey(card: Card, spot: Spot) -> NDArray[np.int16]:
    """The brightness in the middle of each pixel of a cell's picture, as painted; (h, w)."""
    plot = grid(card)
    scale, whole = 4.0, pixels(card, 4.0)
    rect, block = plot.rect_of(spot), plot.blocks[spot.panel]
    found = np.zeros((block.height, block.width), np.int16)
    canvas = plot.canvas
    corner = QPointF(canvas.viewport().mapTo(card, QPoint(0, 0)))
    for row in range(block.height):
        for column in range(block.width):
            at = QPointF(rect.left() + column + 0.5, rect.top() + row + 0.5)
            point = canvas.box.mapViewToScene(at) + corner
            found[row, column] = whole[int(scale * point.y()), int(scale * point.x()), 0]
    return found


def show(card: Card, cells: int = 16, step: int = 20, **changes: object) -> None:
    begun = started()
    card.plot.start(begun)
    card.plot.show_frame(frame(begun, step, view(cells, **changes)))  # type: ignore[arg-type]  # by name


# ----------------------------------------------------------------------------------- pixels


@pytest.mark.parametrize("style", [LIGHT, DARK])
@pytest.mark.parametrize("size", [(640, 560), (500, 470)])
def test_the_pictures_are_what_is_drawn(card: Card, style: Style, size: tuple[int, int]) -> None:
    card.resize(*size)
    card.set_style(style)
    show(card, 16)
    wanted = view(16)
    for place in (0, 5, 15):
        found = grey(card, Spot(0, place))
        assert np.abs(found - wanted.shown[place].astype(int)).max() <= 1
    # Between two cells there is the card.
    block = grid(card).blocks[0]
    gap = grid(card).rect_of(Spot(0, 0)).right() + block.gap / 2
    at = card.plot.canvas.viewport().mapTo(card, scene(card, gap, 10))
    ground = [int(style.card[i : i + 2], 16) for i in (1, 3, 5)]
    assert np.abs(pixels(card)[at.y(), at.x()] - ground).max() <= 60


@pytest.mark.parametrize("cells", [1, 10, 16, 64, 1024])
def test_any_count_is_nearly_square_and_whole(card: Card, cells: int) -> None:
    show(card, cells, side=28 if cells < 1000 else 8)
    (block,) = grid(card).blocks
    assert block.columns == int(np.ceil(np.sqrt(cells)))
    assert block.columns * block.rows >= cells
    (left, right), (top, bottom) = card.plot.canvas.span()
    assert left <= 0
    assert top <= 0
    assert right >= block.size[0]
    assert bottom >= block.size[1]
    item = grid(card)._mosaics[0]
    made = view(cells, side=28 if cells < 1000 else 8).shown
    for place in {0, cells // 2, cells - 1}:
        x, y = map(int, block.corner(place))
        cell = item.sheet[y : y + block.height, x : x + block.width]
        assert np.array_equal(cell & 0xFF, made[place])
    assert f"{cells:,} samples" in card.title


def test_shrunk_pictures_keep_thin_strokes(card: Card) -> None:
    card.resize(300, 300)
    lines = np.zeros((1024, 28, 28), np.uint8)
    lines[:, :, 13] = 255
    show(card, 1024, shown=lines)
    whole = pixels(card)
    at = card.plot.canvas.viewport().mapTo(card, scene(card, 0, 0))
    end = card.plot.canvas.viewport().mapTo(card, scene(card, *grid(card).blocks[0].size))
    part = whole[at.y() + 2 : end.y() - 2, at.x() : end.x()].mean(axis=(0, 2))
    pitch = len(part) / 32
    # The light of a stroke, 255 on one of 28 pixels, is there in each of the 32 columns.
    ground = part.min()
    for column in range(32):
        inside = part[round((column + 0.2) * pitch) : round((column + 0.75) * pitch)]
        assert (inside - ground).sum() > 30


def test_real_ones_stand_beside_them_or_below(card: Card) -> None:
    show(card, 16)
    grid(card).set_mode(Mode.BOTH)
    made, real = grid(card).blocks
    assert real.left > made.left + made.size[0]
    assert np.abs(grey(card, Spot(1, 3)) - view(16).real[3].astype(int)).max() <= 1
    assert grid(card)._headings.said == ["generated", "real"]
    assert count(card, LIGHT.generated) > 20
    card.resize(300, 700)
    pixels(card)
    made, real = grid(card).blocks
    assert real.top > made.top + made.size[1]
    assert real.left == made.left


def test_the_legend_switches_what_is_beside_what(card: Card) -> None:
    show(card, 16)
    assert grid(card).mode is Mode.GENERATED
    card.plot.set_layer("real", True)
    assert grid(card).mode is Mode.BOTH
    card.plot.set_layer("generated", False)
    assert np.abs(grey(card, Spot(0, 2)) - view(16).real[2].astype(int)).max() <= 1
    card.plot.set_layer("real", False)
    assert grid(card).blocks == []
    grid(card).set_mode(Mode.GENERATED)
    assert len(grid(card).blocks) == 1


def test_bars_below_the_pictures_are_as_long_as_d_is_sure(card: Card) -> None:
    scores = np.array([0, 0.25, 0.5, 1, np.nan, 7, -3, np.inf] * 2, dtype=np.float32)
    show(card, 16, d_shown=scores)
    grid(card).set_layer("d", True)
    (block,), sheet = grid(card).blocks, grid(card)._mosaics[0].sheet
    green = 0xFF000000 | int(LIGHT.discriminator[1:], 16)
    for place, wanted in enumerate([0, 7, 14, 28, 0, 28, 0, 28]):
        x, y = map(int, block.corner(place))
        below = sheet[y + block.height + block.strip - 1, x : x + block.width]
        assert (below == green).sum() == wanted
        assert (below[:wanted] == green).all()
        assert np.array_equal(sheet[y : y + 28, x : x + 28] & 0xFF, view(16).shown[place])


def test_sorted_the_most_real_come_first_and_no_numbers_last(card: Card) -> None:
    scores = np.array([0.1, np.nan, 0.9, 0.5], dtype=np.float32)
    show(card, 4, d_shown=scores)
    plot = grid(card)
    assert [plot.meaning(Spot(0, place))[0] for place in range(4)] == [0, 1, 2, 3]
    plot.set_order(Order.SCORE)
    assert [plot.meaning(Spot(0, place))[0] for place in range(4)] == [2, 3, 0, 1]
    assert np.abs(grey(card, Spot(0, 0)) - view(4).shown[2].astype(int)).max() <= 1
    plot.set_order(Order.NOISE)
    assert np.abs(grey(card, Spot(0, 0)) - view(4).shown[0].astype(int)).max() <= 1


def test_zoomed_in_the_pixels_stay_and_the_way_back_is_there(card: Card) -> None:
    show(card, 64)
    box = card.plot.canvas.box
    whole = card.plot.canvas.span()
    box.setRange(xRange=(0, 28), yRange=(0, 28), padding=0)
    box.sigRangeChangedManually.emit([True, True])
    card.plot.show_frame(frame(started(), 40, view(64)))
    assert card.plot.canvas.span()[0][1] < whole[0][1] / 2
    assert np.array_equal(grey(card, Spot(0, 0)), view(64).shown[0])
    # Other cells are another picture: it is shown whole.
    card.plot.show_frame(frame(started(), 60, view(256)))
    assert card.plot.canvas.span()[0][1] >= grid(card).blocks[0].size[0]
    assert card.plot._reset_button.isHidden()


# --------------------------------------------------------------------------------- pointing


def test_the_cell_under_the_mouse_says_what_it_is(card: Card) -> None:
    wanted = np.arange(16, dtype=np.float32) % 10
    show(card, 16, wanted=wanted)
    plot, label = grid(card), grid(card)._pointer
    assert label is not None
    hover(card, middle(card, Spot(0, 12)))
    assert label.hover == Spot(0, 12)
    assert label.label.text == "generated cell 13 · D = 0.50 · asked for: 2"
    assert label.label.isVisible()
    frame_role = plot._marks.marks[0]
    assert (frame_role.cell, frame_role.role) == (plot.rect_of(Spot(0, 12)), "generated")
    # A new frame has other scores.
    scores = np.full(16, np.nan, np.float32)
    plot.show_frame(frame(started(), 40, view(16, d_shown=scores)))
    assert label.label.text == "generated cell 13 · D = not a number"
    hover(card, None)
    assert label.label.isHidden()
    assert plot._marks.marks == ()


def test_every_point_of_the_mosaic_is_of_some_cell(card: Card) -> None:
    show(card, 10)
    (block,) = grid(card).blocks
    assert [block.at(*block.corner(place)) for place in range(10)] == list(range(10))
    gap = 28 + block.gap
    assert block.at(gap - 0.1, 0) == 1
    assert block.at(28.1, 0) == 0
    assert block.at(3 * gap, 2.5 * gap) is None  # 10 pictures in 3 rows of 4
    assert block.at(-5, 3) is None
    assert block.at(3, 500) is None


def test_the_label_stays_inside_and_no_tooltip_covers_it(card: Card) -> None:
    show(card, 16)
    pointer = grid(card)._pointer
    assert pointer is not None
    for place in (0, 3, 12, 15):
        hover(card, middle(card, Spot(0, place)))
        assert card.plot.rect().contains(pointer.label.geometry())
        assert not pointer.label.geometry().intersects(pointer._on_plot(Spot(0, place)))
    viewport = card.plot.canvas.viewport()
    asked = QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), viewport.mapToGlobal(QPoint(5, 5)))
    assert pointer.eventFilter(viewport, asked)


def test_a_picture_has_nothing_of_the_mouse(card: Card) -> None:
    show(card, 16)
    before = picture(card)
    hover(card, middle(card, Spot(0, 5)))
    assert picture(card) == before
    assert grid(card)._marks.marks != ()


def test_a_click_opens_a_double_click_only_enlarges(card: Card, qtbot: QtBot) -> None:
    show(card, 16)
    plot = grid(card)
    plot.set_mode(Mode.BOTH)
    with qtbot.waitSignal(plot.cell_activated) as opened:
        click(card, Spot(1, 7))
    assert opened.args == [7, True]
    opens: list[object] = []
    plot.cell_activated.connect(lambda *args: opens.append(args))
    view, at = plot.canvas.viewport(), middle(card, Spot(0, 3))
    with qtbot.waitSignal(plot.doubleClicked):
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at)
    qtbot.wait(QApplication.doubleClickInterval() + 50)
    assert opens == []


def test_keys_go_from_cell_to_cell_and_open_one(card: Card, qtbot: QtBot) -> None:
    show(card, 16)
    plot = grid(card)
    plot.set_mode(Mode.BOTH)
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    pointer = plot._pointer
    assert pointer is not None
    assert pointer.cursor == Spot(0, 0)
    for key, wanted in (
        (Qt.Key.Key_Left, Spot(0, 0)),
        (Qt.Key.Key_Down, Spot(0, 4)),
        (Qt.Key.Key_Right, Spot(0, 5)),
        (Qt.Key.Key_Right, Spot(0, 6)),
        (Qt.Key.Key_Right, Spot(0, 7)),
        (Qt.Key.Key_Right, Spot(1, 4)),
        (Qt.Key.Key_Up, Spot(1, 0)),
        (Qt.Key.Key_Up, Spot(1, 0)),
    ):
        QTest.keyClick(plot, key)
        assert pointer.cursor == wanted
    assert plot.accessibleName().endswith("real cell 1 · D = 0.40")
    with qtbot.waitSignal(plot.cell_activated) as opened:
        QTest.keyClick(plot, Qt.Key.Key_Return)
    assert opened.args == [0, True]
    override = QKeyEvent(
        QEvent.Type.ShortcutOverride, Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier
    )
    override.ignore()
    QApplication.sendEvent(plot, override)
    assert override.isAccepted()
    plot.clearFocus()
    assert plot._marks.marks == ()
    assert plot.accessibleName() == plot.title


def test_the_next_cell_below_is_in_the_lower_mosaic() -> None:
    upper, lower = Block(10, 28, 28), Block(10, 28, 28, top=200.0)
    both = [upper, lower]
    assert beyond(both, 0, 9, 0, 1) == (1, 1)
    assert beyond(both, 1, 1, 0, -1) == (0, 9)
    assert beyond(both, 0, 3, 1, 0) == (0, 3)
    assert beyond(both, 0, 7, 0, 1) == (0, 7)  # nothing is below: 10 pictures in rows of 4


# ------------------------------------------------------------------------------------ layout


@pytest.mark.parametrize("room", [(600.0, 400.0), (300.0, 700.0), (900.0, 300.0)])
def test_two_mosaics_fill_the_room_and_stay_in_it(room: tuple[float, float]) -> None:
    blocks, (x, y) = lay_out([Block(64, 28, 28), Block(64, 28, 28)], room, 20, 15)
    scale = room[0] / (x[1] - x[0])
    assert scale == pytest.approx(room[1] / (y[1] - y[0]))
    for block in blocks:
        assert scale * (block.left - x[0]) >= -1e-6
        assert scale * (x[1] - block.left - block.size[0]) >= -1e-6
        assert scale * (block.top - y[0]) >= 20 - 1e-6
        assert scale * (y[1] - block.top - block.size[1]) >= 15 - 1e-6
    aside = blocks[1].left > blocks[0].left
    assert aside is (room[0] > room[1])


# ---------------------------------------------------------------------------------- the game


def play(card: Card, cells: int = 16) -> Guessing:
    show(card, cells)
    grid(card).set_mode(Mode.GUESS)
    # A chip of the legend may have had the keyboard, and it went away.
    grid(card).clearFocus()
    game = grid(card).game
    assert game is not None
    return game


def test_the_game_mixes_half_and_half(card: Card) -> None:
    game = play(card)
    assert game.is_real.sum() == 8
    assert len(set(zip(game.is_real.tolist(), game.index.tolist(), strict=True))) == 16
    for place in range(16):
        bright = int(game.pictures[place].min()) >= REAL
        assert bright == game.is_real[place]
    assert np.abs(grey(card, Spot(0, 6)) - game.pictures[6].astype(int)).max() <= 1
    assert card.plot.layers() == ()


def test_nothing_gives_a_cell_away_before_it_is_guessed(card: Card) -> None:
    play(card)
    hover(card, middle(card, Spot(0, 4)))
    pointer = grid(card)._pointer
    assert pointer is not None
    assert pointer.label.text == "cell 5 · real or generated?"
    assert [mark.role for mark in grid(card)._marks.marks] == ["text"]


def test_clicks_are_counted_against_d(card: Card) -> None:
    game, plot = play(card), grid(card)
    opens: list[object] = []
    plot.cell_activated.connect(lambda *args: opens.append(args))
    for place in (0, 3, 7, 9):
        click(card, Spot(0, place))
    said = [0, 3, 7, 9]
    you = sum(not game.is_real[place] for place in said)
    d = sum((game.d[place] > 0.5) == game.is_real[place] for place in said)
    tally = plot.tally
    assert tally is not None
    assert (tally.said, tally.you, tally.d, tally.of) == (4, you, d, 16)
    pixels(card)
    assert plot._headings.said == [f"You: {you} of 4 right · D: {d} of 4"]
    marks = plot._marks.marks
    assert [mark.right for mark in marks] == [not game.is_real[place] for place in said]
    assert {mark.dash for mark in marks if mark.role == "real"} <= {"solid"}
    assert {mark.dash for mark in marks if mark.role == "generated"} <= {"dashed"}
    # Once it is known, nobody can say it better; and nothing is opened in the game.
    plot.says_real = True
    click(card, Spot(0, 0))
    assert plot.tally == tally
    assert opens == []


def test_right_and_wrong_differ_in_shape(card: Card) -> None:
    game, plot = play(card), grid(card)
    real = int(np.flatnonzero(game.is_real)[0])
    plot.act(Spot(0, real), Qt.Key.Key_R)
    right = count(card, LIGHT.discriminator)
    assert right > 30
    assert count(card, LIGHT.trouble) == 0
    other = int(np.flatnonzero(game.is_real)[1])
    plot.act(Spot(0, other), Qt.Key.Key_G)
    # A square has more ink than a disc of its width.
    assert count(card, LIGHT.trouble) > right * 1.1


def test_keys_say_real_and_generated(card: Card) -> None:
    game, plot = play(card), grid(card)
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(plot, Qt.Key.Key_R)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    QTest.keyClick(plot, Qt.Key.Key_G)
    QTest.keyClick(plot, Qt.Key.Key_Down)
    QTest.keyClick(plot, Qt.Key.Key_Space)
    assert game.said == [0, 1, 5]
    assert game.right(0) == game.is_real[0]
    assert game.right(1) == (not game.is_real[1])
    assert game.right(5) == (not game.is_real[5])
    assert "it is " in plot.accessibleName()


def test_the_cells_stand_still_while_frames_arrive(card: Card) -> None:
    game, plot = play(card), grid(card)
    held = pixels(card)
    plot.says_real = True
    begun = started()
    for step in (40, 60):
        other = view(16, shown=picture_frames.pictures(16, 0, 100))
        plot.show_frame(frame(begun, step, other))
    assert plot.game is game
    assert card.title == "Real or generated? Held still at step 20"
    plot.says_real = False
    assert np.array_equal(pixels(card), held)
    plot.shuffle()
    assert plot.game is not game
    assert "60" in card.title
    tally = plot.tally
    assert tally is not None
    assert tally.said == 0
    plot.set_mode(Mode.GENERATED)
    assert plot.game is None
    assert [layer.id for layer in plot.layers()] == ["generated", "real", "d"]
    assert np.abs(grey(card, Spot(0, 3)) - other.shown[3].astype(int)).max() <= 1


@pytest.mark.parametrize("change", ["cells", "noise"])
def test_other_cells_begin_another_game(card: Card, change: str) -> None:
    game, plot = play(card), grid(card)
    other = view(36) if change == "cells" else view(16, noise=2)
    plot.show_frame(frame(started(), 40, other))
    assert plot.game is not game
    assert plot.game is not None
    assert len(plot.game.pictures) == len(other.shown)


def test_a_double_click_enlarges_and_guesses_nothing(card: Card, qtbot: QtBot) -> None:
    game, plot = play(card), grid(card)
    view, at = plot.canvas.viewport(), middle(card, Spot(0, 3))
    with qtbot.waitSignal(plot.doubleClicked):
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
        assert game.said == [3]
        QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at)
    assert game.said == []


def test_d_is_never_right_with_what_is_no_number() -> None:
    nothing = np.full(16, np.nan, np.float32)
    game = Guessing(view(16, d_real=nothing, d_shown=nothing), 1, np.random.default_rng(0))
    for cell in range(16):
        game.say(cell, bool(game.is_real[cell]))
    tally = game.tally
    assert (tally.you, tally.d, tally.said) == (16, 0, 16)


def test_with_few_real_pictures_there_are_more_generated_ones() -> None:
    game = Guessing(view(16, real=3), 1, np.random.default_rng(0))
    assert game.is_real.sum() == 3
    assert len(game.pictures) == 16


# -------------------------------------------------------------------------- what plots have


def test_only_pictures_suit_it(card: Card) -> None:
    assert card.plot.canvas.isHidden()
    assert "Train" in card.plot._hint.text
    card.plot.start(frames.started(Experiment()))
    assert card.plot._hint.text == card.plot.unsuited
    assert card.plot.canvas.isHidden()
    show(card, 16)
    assert not card.plot.canvas.isHidden()
    card.plot.clear()
    assert card.plot.canvas.isHidden()
    assert grid(card).blocks == []
    card.plot.show_frame(frame(started(), 99))
    assert card.plot.canvas.isHidden()


def test_before_the_first_frame_nothing_is_left_of_the_last_run(card: Card) -> None:
    show(card, 16)
    grid(card).set_mode(Mode.GUESS)
    card.plot.start(started())
    assert grid(card).game is None
    assert grid(card).blocks == []
    pixels(card)
    card.plot.show_frame(frame(started(), 5, view(16)))
    assert grid(card).game is not None


def test_it_says_beside_which_batch_d_looks(card: Card) -> None:
    show(card, 16, d_reference="beside 63 real samples")
    pixels(card)
    assert grid(card)._headings.said == ["D looks at each picture beside 63 real samples"]
    (_left, _right), (_top, bottom) = card.plot.canvas.span()
    assert bottom > grid(card).blocks[0].size[1] + 1


def test_a_hidden_one_draws_when_it_is_shown(card: Card) -> None:
    card.hide()
    show(card, 16)
    card.show()
    assert np.abs(grey(card, Spot(0, 1)) - view(16).shown[1].astype(int)).max() <= 1


def test_every_size_and_style_is_drawn(card: Card) -> None:
    show(card, 64, d_reference="beside 63 real samples")
    for style in (LIGHT, DARK.projector()):
        card.set_style(style)
        for mode in Mode:
            grid(card).set_mode(mode)
            for size in ((200, 180), (900, 300), (300, 900)):
                card.resize(*size)
                picture(card)


# -------------------------------------------------------------------------------- controls


@pytest.fixture
def controls(card: Card, qtbot: QtBot) -> SampleControls:
    made = SampleControls(grid(card))
    qtbot.addWidget(made)
    made.resize(made.sizeHint())
    made.show()
    return made


def shown(controls: SampleControls) -> list[str]:
    return [button.text() for button in controls.findChildren(QToolButton) if button.isVisible()]


def test_controls_show_and_change_what_is_drawn(card: Card, controls: SampleControls) -> None:
    show(card, 64)
    assert shown(controls)[:3] == ["Generated ▾", "By noise ▾", "8 × 8 ▾"]
    controls.modes[Mode.BOTH].trigger()
    controls.orders[Order.SCORE].trigger()
    assert (grid(card).mode, grid(card).order) == (Mode.BOTH, Order.SCORE)
    card.plot.set_layer("real", False)
    assert controls.modes[Mode.GENERATED].isChecked()
    controls.modes[Mode.GUESS].trigger()
    controls.resize(controls.sizeHint())
    assert "New shuffle" in shown(controls)
    controls.says[True].trigger()
    assert grid(card).says_real
    assert all(button.toolTip() and button.accessibleName()
               for button in controls.findChildren(QToolButton))  # fmt: skip


def test_controls_ask_for_cells_and_noise(
    card: Card, controls: SampleControls, qtbot: QtBot
) -> None:
    show(card, 64)
    assert list(controls.sizes) == [side**2 for side in SIDES]
    with qtbot.waitSignal(grid(card).columns_wanted) as asked:
        controls.sizes[256].trigger()
    assert asked.args == [256]
    # What is there is said, not what was wished for.
    controls.show_state()
    assert controls.sizes[64].isChecked()
    assert not controls.first.isEnabled()
    with qtbot.waitSignal(grid(card).fresh_noise_wanted):
        controls.fresh.trigger()
    card.plot.show_frame(frame(started(), 40, view(256, noise=1)))
    assert controls.sizes[256].isChecked()
    assert controls.first.isEnabled()
    with qtbot.waitSignal(grid(card).first_noise_wanted):
        controls.first.trigger()


def test_where_there_is_little_room_one_button_has_them_all(
    card: Card, controls: SampleControls
) -> None:
    show(card, 16)
    controls.resize(120, 24)
    assert shown(controls) == ["Samples ▾"]
    assert controls.minimumSizeHint().width() <= 120
    texts = [action.text() for action in controls.menu.actions()]
    assert {"Generated", "Most real first", "16 × 16", "Fresh noise", "New shuffle"} <= set(texts)
    assert controls.menu.menuAction() in card.plot.actions()


# --------------------------------------------------------------------------- a single picture


@pytest.mark.parametrize("style", [LIGHT, DARK])
def test_one_picture_is_large_and_true(qtbot: QtBot, style: Style) -> None:
    label = PictureLabel(style=style)
    qtbot.addWidget(label)
    label.resize(200, 240)
    pixel = picture_frames.pictures(1, 0, 256)[0]
    label.set_picture(pixel, "cell 3 · D = 0.43", "generated")
    label.show()
    image = label.grab().toImage()
    place = label.picture_rect
    assert place.width() == place.height() == 28 * 6
    for row, column in ((0, 0), (5, 20), (27, 27)):
        at = (place.left() + 6 * column + 3, place.top() + 6 * row + 3)
        assert image.pixelColor(int(at[0]), int(at[1])).red() == pixel[row, column]
    assert label.toolTip() == label.accessibleName() == "cell 3 · D = 0.43"
    label.set_picture(None)
    assert label.picture_rect.isEmpty()
    label.grab()
