"""Runs on one timeline, with real run files."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.app.library.column import Column
from ganstudio.app.library.compare import ComparePage, in_short
from ganstudio.app.library.contrast import contrasts
from ganstudio.app.library.head import Line
from ganstudio.app.theme import apply_theme
from ganstudio.core.experiment import Experiment
from ganstudio.errors import RecordError
from ganstudio.plots.overlaid import OverlaidPlot
from ganstudio.plots.past import Past
from ganstudio.plots.style import DARK, LIGHT, Style
from ganstudio.record.library import Library
from ganstudio.record.notes import keep
from ganstudio.record.reader import RunReader
from tests.app.laboratory import until
from tests.app.recorded import FASTER_NAME, FIRST, FIRST_NAME, RING_NAME, SEEDS_NAME, fill

FOUR = (FIRST_NAME, FASTER_NAME, SEEDS_NAME, RING_NAME)


@pytest.fixture
def folder(tmp_path: Path, recorded_runs: Path) -> Path:
    return fill(tmp_path / "runs", recorded_runs)


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication) -> ComparePage:
    apply_theme(qapp, LIGHT)
    made = ComparePage()
    qtbot.addWidget(made)
    made.set_style(LIGHT)
    made.resize(1200, 640)
    with qtbot.waitExposed(made):
        made.show()
    return made


def settle(page: ComparePage) -> None:
    """All curves are drawn."""
    until(lambda: not page._resting.isActive())


def pixels(widget: QWidget) -> bytes:
    return bytes(widget.grab().toImage().constBits())


def drag(page: ComparePage, share: float) -> None:
    """The mouse goes to a place on the timeline."""
    track = page.player.track
    at = track.rect().center()
    at.setX(round(9 + share * (track.width() - 18)))
    QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseRelease(track, Qt.MouseButton.LeftButton, pos=at)


def test_pictures_change_while_one_scrubs(page: ComparePage, folder: Path) -> None:
    page.compare([folder / FIRST_NAME, folder / FASTER_NAME])
    settle(page)
    # At first where all of them are; beyond it the shorter run stays at its end.
    assert page.player.moment.step == 260
    page.player.follow()
    assert page.player.moment.step == 300
    shown = [column.hero._frame for column in page.columns]
    assert [frame.step for frame in shown if frame is not None] == [260, 300]
    seen = []
    for share in (0.0, 0.5, 1.0):
        drag(page, share)
        settle(page)
        seen.append([pixels(column.hero) for column in page.columns])
        steps = {frame.step for c in page.columns if (frame := c.hero._frame) is not None}
        assert max(steps) == page.player.moment.step
        for column in page.columns:
            assert f"step {page.player.moment.step:,}" in column._figures.words or share == 1.0
    for one, other in ((0, 1), (1, 2), (0, 2)):
        for a, b in zip(seen[one], seen[other], strict=True):
            assert a != b
    assert page.columns[0].chip.words


def test_same_target_same_axes(page: ComparePage, folder: Path) -> None:
    page.compare([folder / name for name in FOUR])
    settle(page)
    first, second, _seeds, ring = page.columns
    assert first.hero.canvas.span() == second.hero.canvas.span()
    for a, b in zip(first.curves, second.curves, strict=True):
        assert a.canvas.span() == b.canvas.span()
    # The longest run decides where the axes of steps end.
    [(_, end), _y] = first.curves[0].canvas.span()
    assert end == 300
    assert ring.hero.name == "plane"
    before = first.hero.canvas.span()
    drag(page, 0.2)
    settle(page)
    assert first.hero.canvas.span() == before


def test_a_fleet_says_how_many_fit(page: ComparePage, folder: Path) -> None:
    page.compare([folder / FIRST_NAME, folder / SEEDS_NAME])
    settle(page)
    assert page.columns[1].chip.words.endswith("of 4 seeds fit")
    assert "seed 1" in page.columns[1]._figures.words


def test_overlaid_curves_have_a_dash_and_a_letter(page: ComparePage, folder: Path) -> None:
    page.compare([folder / name for name in FOUR])
    QTest.mouseClick(page.over, Qt.MouseButton.LeftButton)
    settle(page)
    assert not any(plot.isVisible() for column in page.columns for plot in column.curves)
    assert all(column.hero.isVisible() for column in page.columns)
    for plot in page.overlaid:
        assert plot.isVisible()
        assert [layer.id for layer in plot.layers()] == list("ABCD")
        assert len({layer.dash for layer in plot.layers()}) == 4
        assert len({layer.role for layer in plot.layers()}) == 1
        assert {word.text for word in plot._words._words} == set("ABCD")
    with RunReader(folder / FASTER_NAME) as reader:
        w1 = [float(m.metrics.w1[0]) for m in reader.measured]
    drawn = page.overlaid[0]._curves[1]
    assert len(drawn.x) == len(w1)
    np.testing.assert_allclose(10**drawn.y, w1, rtol=1e-5)


def test_a_run_is_switched_off_in_all_three(page: ComparePage, folder: Path) -> None:
    page.compare([folder / FIRST_NAME, folder / FASTER_NAME])
    page.over.click()
    settle(page)
    chip = page._cards[0].legend.chips[1]
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    for plot in page.overlaid:
        assert [layer.visible for layer in plot.layers()] == [True, False]
        assert not plot._curves[1].line.isVisible()


def test_fewer_runs_leave_no_curve_behind(page: ComparePage, folder: Path) -> None:
    page.compare([folder / name for name in FOUR])
    page.compare([folder / FIRST_NAME, folder / FASTER_NAME])
    page.over.click()
    settle(page)
    plot: OverlaidPlot = page.overlaid[0]
    assert len(plot._curves[0].line.x)
    assert not len(plot._curves[2].line.x)
    assert not len(plot._curves[3].raw.x)
    assert len(page.columns) == 2


def test_the_past_is_strong_and_the_rest_is_faint(page: ComparePage, folder: Path) -> None:
    page.compare([folder / FIRST_NAME, folder / FASTER_NAME])
    page.over.click()
    drag(page, 0.5)
    settle(page)
    step = page.player.moment.step
    for plot in page.overlaid:
        for curve in plot._curves[:2]:
            assert curve.line.x[-1] <= step
            assert curve.raw.x[-1] > step


def test_replay_and_steps(page: ComparePage, folder: Path) -> None:
    page.compare([folder / FIRST_NAME, folder / FASTER_NAME])
    player = page.player
    count = len(player._moments)
    player.follow()
    QTest.mouseClick(player.back, Qt.MouseButton.LeftButton)
    assert player.index == count - 2
    QTest.mouseClick(player.on, Qt.MouseButton.LeftButton)
    assert player.index == count - 1
    # At the end a replay begins again, and goes to the end.
    QTest.mouseClick(player.play, Qt.MouseButton.LeftButton)
    assert player.replaying
    assert player.index < count - 1
    until(lambda: not player.replaying)
    assert player.index == count - 1
    player.jump(-1)
    assert player.index < count - 1
    player.follow()
    assert player.index == count - 1
    assert player.where.text() == "step 300 of 300"
    QTest.keyClick(player.track, Qt.Key.Key_Home)
    assert player.index == 0
    assert page.columns[0].chip.words == "Untrained"


def test_what_differs_is_said_in_short(page: ComparePage, folder: Path) -> None:
    page.compare([folder / FIRST_NAME, folder / FASTER_NAME])
    said = page.differences.text()
    assert "Generator, Learning rate" in said
    assert f"A&nbsp;{FIRST.optimizer_g.lr:g}, B&nbsp;0.05" in said
    assert "Steps" not in said
    page.compare([folder / FIRST_NAME, folder / RING_NAME])
    assert "more" in page.differences.text()
    assert page.differences.toolTip().count("<tr>") > 5
    assert in_short([]).startswith("The same experiment")
    assert len(contrasts([Experiment(), Experiment()])) == 0


def test_a_run_that_trains_on_is_followed(page: ComparePage, folder: Path) -> None:
    """Here another file takes its place, as SQLite would tell of another version."""
    page.compare([folder / FIRST_NAME, folder / SEEDS_NAME])
    page.player.follow()
    Library(folder).annotate(folder / FIRST_NAME, notes="news")
    column = page.columns[0]
    assert column.reader.version != column.version
    page._follow()
    assert column.reader.version == column.version
    assert page.player.index == len(page.player._moments) - 1
    # Where the runs meet one goes on with them.
    page._common = page.player.moment.step
    Library(folder).annotate(folder / FIRST_NAME, notes="more news")
    page._follow()
    assert page.player.moment.step == 60


def test_only_what_changed_is_read_again_and_not_too_often(
    page: ComparePage, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.compare([folder / FIRST_NAME, folder / FASTER_NAME])
    read: list[str] = []
    of = Past.of

    def slow(reader: RunReader) -> Past:
        read.append(reader.path.name)
        time.sleep(0.3)
        return of(reader)

    monkeypatch.setattr(Past, "of", slow)
    before = [[plot.canvas.span() for plot in column.curves] for column in page.columns]
    Library(folder).annotate(folder / FASTER_NAME, notes="news")
    page._follow()
    assert read == [FASTER_NAME]
    assert page._following.interval() >= 3_000
    assert page._following.isActive()
    settle(page)
    assert before == [[plot.canvas.span() for plot in column.curves] for column in page.columns]
    page._follow()
    assert read == [FASTER_NAME]


def test_a_column_that_can_t_be_made_lets_go_of_its_file(
    page: ComparePage, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[Path] = []
    close = RunReader.close

    def note(own: RunReader) -> None:
        closed.append(own.path)
        close(own)

    monkeypatch.setattr(RunReader, "close", note)
    keep(folder / FIRST_NAME, {"floors": "nonsense"})
    closed.clear()
    with pytest.raises(RecordError):
        Column("A", 0, folder / FIRST_NAME)
    assert closed == [folder / FIRST_NAME]


def test_a_title_is_no_markup(qtbot: QtBot) -> None:
    line = Line("title")
    qtbot.addWidget(line)
    line.resize(60, 20)
    line.setText("<img src='x'> " + "long " * 20)
    assert line.textFormat() is Qt.TextFormat.PlainText
    assert "&lt;img" in line.toolTip()
    assert "<img" not in line.toolTip()


def test_hidden_it_holds_no_file(page: ComparePage, folder: Path) -> None:
    page.compare([folder / FIRST_NAME, folder / FASTER_NAME])
    drag(page, 0.3)
    step = page.player.moment.step
    page.hide()
    assert page.columns == []
    shutil.move(folder / FIRST_NAME, folder / "other.ganrun")
    shutil.move(folder / "other.ganrun", folder / FIRST_NAME)
    page.show()
    assert len(page.columns) == 2
    assert page.player.moment.step == step


def test_what_can_t_be_read_is_said(page: ComparePage, folder: Path, qtbot: QtBot) -> None:
    (folder / FASTER_NAME).write_bytes(b"broken")
    with qtbot.waitSignal(page.failed) as failed:
        page.compare([folder / FIRST_NAME, folder / FASTER_NAME])
    assert FASTER_NAME in failed.args[0]
    assert page.columns == []


def test_escape_and_the_button_lead_back(page: ComparePage, folder: Path, qtbot: QtBot) -> None:
    page.compare([folder / FIRST_NAME, folder / FASTER_NAME])
    with qtbot.waitSignal(page.left):
        QTest.keyClick(page, Qt.Key.Key_Escape)
    with qtbot.waitSignal(page.left):
        QTest.mouseClick(page.back, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("style", [LIGHT, DARK, LIGHT.projector()], ids=["light", "dark", "large"])
@pytest.mark.parametrize("over", [False, True], ids=["side", "over"])
def test_four_runs_fit_into_a_small_window(
    page: ComparePage, folder: Path, qapp: QApplication, style: Style, over: bool
) -> None:
    apply_theme(qapp, style)
    page.set_style(style)
    page.compare([folder / name for name in FOUR])
    (page.over if over else page.side).click()
    page.resize(960, 430 if style.text_scale == 1 else 400)
    settle(page)
    QApplication.processEvents()
    assert page.size().width() == 960
    parts = [*page.columns, page.player, page.differences]
    parts += [card for column in page.columns for card in column._cards] + page._cards
    for widget in (*parts, *page.findChildren(QPushButton), *page.findChildren(QToolButton)):
        if widget.isVisible():
            corner = widget.mapTo(page, widget.rect().bottomRight())
            assert page.rect().contains(corner), widget
    seen = page.overlaid if over else [column.hero for column in page.columns]
    for plot in seen:
        assert plot.isVisible()
        assert plot.canvas.box.height() > 25, plot.name
