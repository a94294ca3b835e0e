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
from ganstudio.app.library.compare import ComparePage
from ganstudio.app.library.contrast import as_lines, contrasts, in_short
from ganstudio.app.library.fitting import Fitting
from ganstudio.app.library.head import Line
from ganstudio.app.library.telling import Known, Telling, told_apart
from ganstudio.app.theme import apply_theme
from ganstudio.core.events import View
from ganstudio.core.experiment import Experiment
from ganstudio.errors import RecordError
from ganstudio.plots.overlaid import OverlaidPlot
from ganstudio.plots.overlaid_pictures import OverlaidDensities, OverlaidPoints
from ganstudio.plots.past import Past
from ganstudio.plots.plane import PlanePlot
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
            assert f"step {page.player.moment.step:,}" in column.head.figures.words or share == 1.0
    for one, other in ((0, 1), (1, 2), (0, 2)):
        for a, b in zip(seen[one], seen[other], strict=True):
            assert a != b
    assert page.columns[0].head.chip.words


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
    assert page.columns[1].head.chip.words.endswith("of 4 seeds fit")
    assert "seed 1" in page.columns[1].head.figures.words


def test_overlaid_curves_have_a_dash_and_a_letter(page: ComparePage, folder: Path) -> None:
    page.compare([folder / name for name in FOUR])
    QTest.mouseClick(page.over, Qt.MouseButton.LeftButton)
    settle(page)
    assert not any(plot.isVisible() for column in page.columns for plot in column.curves)
    assert all(column.hero.isVisible() for column in page.columns)
    for plot in page.overlay.curves:
        assert plot.isVisible()
        assert [layer.id for layer in plot.layers()] == list("ABCD")
        assert len({layer.dash for layer in plot.layers()}) == 4
        assert len({layer.role for layer in plot.layers()}) == 1
        assert {word.text for word in plot._words._words} == set("ABCD")
        # The shades differ, too, and the legend has them.
        pens = [curve.line._pen.color().name() for curve in plot._curves]
        assert len(set(pens)) == 4
    for card in page.overlay.cards:
        assert [chip.text() for chip in card.legend.chips] == list("ABCD")
        assert len({chip._style.generated for chip in card.legend.chips}) == 4
    with RunReader(folder / FASTER_NAME) as reader:
        w1 = [float(m.metrics.distance[0]) for m in reader.measured]
    drawn = page.overlay.curves[0]._curves[1]
    assert len(drawn.x) == len(w1)
    np.testing.assert_allclose(10**drawn.y, w1, rtol=1e-5)


def test_a_run_is_switched_off_in_all_of_them(page: ComparePage, folder: Path) -> None:
    page.compare([folder / FIRST_NAME, folder / FASTER_NAME])
    page.over.click()
    settle(page)
    # In whichever legend.
    for card, off in zip(page.overlay.cards, (True, False, True, False), strict=True):
        chip = next(chip for chip in card.legend.chips if chip.text() == "B")
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
        for plot in page.overlay.curves:
            assert [layer.visible for layer in plot.layers()] == [True, not off]
            assert plot._curves[1].line.isVisible() is not off
        picture = page.overlay.picture
        assert picture is not None
        assert picture._drawn["B"].isVisible() is not off


def test_fewer_runs_leave_no_curve_behind(page: ComparePage, folder: Path) -> None:
    page.compare([folder / name for name in FOUR])
    page.compare([folder / FIRST_NAME, folder / FASTER_NAME])
    page.over.click()
    settle(page)
    plot: OverlaidPlot = page.overlay.curves[0]
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
    for plot in page.overlay.curves:
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
    assert page.columns[0].head.chip.words == "Untrained"


def test_what_differs_is_said_in_short(page: ComparePage, folder: Path) -> None:
    page.compare([folder / FIRST_NAME, folder / FASTER_NAME])
    said = page.differences.text()
    assert "Generator, Learning rate" in said
    assert f"A:&nbsp;{FIRST.optimizer_g.lr:g}; B:&nbsp;0.05" in said
    assert "Steps" not in said
    assert not page.differences.all.isVisible()
    assert in_short([]).startswith("The same experiment")
    assert len(contrasts([Experiment(), Experiment()])) == 0


@pytest.mark.parametrize("style", [LIGHT, LIGHT.projector()], ids=["normal", "large"])
def test_all_differences_can_be_seen_in_a_small_window(
    page: ComparePage, folder: Path, qapp: QApplication, style: Style
) -> None:
    apply_theme(qapp, style)
    page.set_style(style)
    page.resize(960, 500)
    page.compare([folder / name for name in FOUR])
    QApplication.processEvents()
    # Two lines of words, and a button for the rest.
    words = page.differences.words
    assert words.heightForWidth(words.width()) <= 2.2 * words.fontMetrics().lineSpacing()
    QTest.mouseClick(page.differences.all, Qt.MouseButton.LeftButton)
    table = page.differences.table
    assert table.isVisible()
    assert page.window().rect().contains(page.mapFromGlobal(table.frameGeometry().bottomRight()))
    assert page.window().rect().contains(page.mapFromGlobal(table.frameGeometry().topLeft()))
    assert table.words.text().count("<tr>") == 1 + int(page.differences.all.text().split()[1])
    assert table.words.text().count("<th") == 5
    # Whole, or it scrolls down.
    assert table.area.horizontalScrollBar().maximum() == 0
    high = table.words.heightForWidth(table.words.width())
    assert high <= table.area.height() or table.area.verticalScrollBar().maximum() > 0
    QTest.keyClick(table, Qt.Key.Key_Escape)
    assert not table.isVisible()
    assert page.columns


def test_runs_with_one_value_share_it_and_layers_are_told_as_a_whole() -> None:
    a = Experiment(title="a", seed=1)
    b = a.replace(seed=2, generator=a.generator.replace(layers=[{"width": 8}, {"width": 9}]))
    c = b.replace(seed=1)
    layers, seed = contrasts([a, b, c])
    assert seed.grouped == ["A, C: 1", "B: 2"]
    assert layers.name == "Generator, Layers"
    # A letter stays beside its value, and values wrap: nothing is cut off in a narrow pane.
    assert "A,&nbsp;C:&nbsp;1; B:&nbsp;2" in as_lines([seed])
    assert "<td" not in as_lines([seed, layers])


def test_what_tells_runs_of_one_title() -> None:
    a = Experiment(title="First", seed=1)
    faster = a.replace(**{"optimizer_g.lr": 0.05})
    seeds = told_apart([Known(a), Known(a.replace(seed=2)), Known(a.replace(title="Other"))])
    assert [one.words for one in seeds] == [("seed 1",), ("seed 2",), ()]
    rate = f"generator, learning rate {a.optimizer_g.lr:g}"
    assert told_apart([Known(a), Known(faster)])[0].words == (rate,)
    # The branch before what was changed in it; what it came from has its title.
    branch = told_apart([Known(a), Known(faster, 260)])
    assert [one.words for one in branch] == [(), ("branch from step 260",)]
    # The fewest words where there is little room.
    three = told_apart([Known(a), Known(a.replace(seed=2)), Known(faster)])
    assert [len(one.words) for one in three] == [2, 2, 2]
    assert three[1].least == ("seed 2",)
    assert three[2].least == ("generator, learning rate 0.05",)
    # The same experiment, twice: when they began; the very same run: nothing.
    times = "2026-11-21T10:00:00+00:00", "2026-11-21T10:05:00+00:00"
    twice = told_apart([Known(a, created=time) for time in times])
    assert all(one.words[0].startswith("begun ") for one in twice)
    assert told_apart([Known(a), Known(a)]) == [Telling(), Telling()]


def test_the_head_of_a_column_says_what_tells_it(page: ComparePage, folder: Path) -> None:
    page.compare([folder / FIRST_NAME, folder / FASTER_NAME])
    wide = [column.head.title.text() for column in page.columns]
    assert wide[1] == "First GAN  ·  generator, learning rate 0.05"
    page.resize(560, 640)
    QApplication.processEvents()
    # The title goes first: all have it.
    assert page.columns[1].head.title.text() == "learning rate 0.05"
    assert page.columns[1].head.title.words == wide[1]


def test_a_line_says_less_where_it_has_less_room(qtbot: QtBot) -> None:
    line = Fitting("title")
    qtbot.addWidget(line)
    line.show()
    line.say("a long way to say it", "a short way")
    line.resize(line.sizeHint())
    assert line.text() == "a long way to say it"
    assert not line.toolTip()
    line.resize(line.fontMetrics().horizontalAdvance("a short way") + 6, 20)
    assert line.text() == "a short way"
    assert "a long way" in line.toolTip()
    line.resize(30, 20)
    assert line.text().endswith("…")


def test_runs_with_one_target_are_one_picture(page: ComparePage, folder: Path) -> None:
    page.compare([folder / FIRST_NAME, folder / FASTER_NAME, folder / SEEDS_NAME])
    page.over.click()
    settle(page)
    picture = page.overlay.picture
    assert isinstance(picture, OverlaidDensities)
    assert picture.isVisible()
    assert not page.overlay.reason.isVisible()
    assert not any(column.hero.isVisible() for column in page.columns)
    assert picture.canvas.span()[0] == page.columns[0].hero.canvas.span()[0]
    for column in page.columns:
        view = column.frame.view
        assert isinstance(view, View)
        np.testing.assert_array_equal(picture._drawn[column.letter].y, view.shown_density)
    before = pixels(picture)
    drag(page, 0.9)
    assert pixels(picture) != before
    # Side by side again.
    page.side.click()
    assert all(column.hero.isVisible() for column in page.columns)
    assert not picture.isVisible()


def test_runs_in_the_plane_are_one_picture_too(page: ComparePage, folder: Path) -> None:
    shutil.copy(folder / RING_NAME, folder / "again.ganrun")
    page.compare([folder / RING_NAME, folder / "again.ganrun"])
    page.over.click()
    settle(page)
    picture = page.overlay.picture
    assert isinstance(picture, OverlaidPoints)
    assert picture.isVisible()
    assert len(picture._drawn["B"].x)
    assert not len(picture._drawn["C"].x)
    # As far as each of them is seen alone, though nobody has looked.
    hero = page.columns[0].hero
    assert isinstance(hero, PlanePlot)
    assert hero._ends is not None
    [low, high] = hero._ends[1]
    spans = [right - left for left, right in picture.canvas.span()]
    assert min(spans) == pytest.approx(high - low, rel=0.02)
    # Side by side, too, the points get the larger part of a place that is wide and flat.
    page.side.click()
    page.resize(1400, 500)
    settle(page)
    QApplication.processEvents()
    assert page.columns[0].curves[0].canvas.isVisible()
    assert hero.height() > 1.5 * page.columns[0].curves[0].height()


def test_why_pictures_stay_side_by_side_is_said(page: ComparePage, folder: Path) -> None:
    page.compare([folder / name for name in FOUR])
    page.over.click()
    settle(page)
    assert page.overlay.picture is None
    assert page.overlay.reason.isVisible()
    assert "(A, B, C: Gaussian; D: Ring)" in page.overlay.reason.words
    assert all(column.hero.isVisible() for column in page.columns)


def test_losses_say_whose_they_are(page: ComparePage, folder: Path) -> None:
    page.compare([folder / FIRST_NAME, folder / FASTER_NAME])
    settle(page)
    for column in page.columns:
        words = {word.text for word in column.curves[0]._words._words}
        assert {"discriminator", "generator"} <= words


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
    parts: list[QWidget] = [*page.columns, page.player, page.differences, *page.overlay.cards]
    parts += [card for column in page.columns for card in column._cards]
    for widget in (*parts, *page.findChildren(QPushButton), *page.findChildren(QToolButton)):
        if widget.isVisible():
            corner = widget.mapTo(page, widget.rect().bottomRight())
            assert page.rect().contains(corner), widget
    seen = page.overlay.curves if over else [column.hero for column in page.columns]
    for plot in seen:
        assert plot.isVisible()
        assert plot.canvas.box.height() > 25, plot.name
