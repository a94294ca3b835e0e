"""A window on a run that makes pictures, with a real engine and the digits that travel along."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ganstudio.app.exporting.commands import Exporting
from ganstudio.app.fleet.page import FLEETS, TILES, FleetPage
from ganstudio.app.library.compare import ComparePage
from ganstudio.app.library.sketch import Sketch
from ganstudio.app.spaces import PICTURES, SPACES, TITLES, space_of
from ganstudio.app.theme import apply_theme
from ganstudio.app.wording import preparing_words
from ganstudio.core.events import PictureView, Started
from ganstudio.core.experiment import Experiment
from ganstudio.plots.sample_grid import SampleGridPlot
from ganstudio.plots.style import DARK, LIGHT
from ganstudio.record.reader import RunReader
from ganstudio.runs.messages import Message, Preparing
from tests.app.laboratory import Lab, until
from tests.app.recorded import record

DIGITS = Experiment().replace(
    title="Digits",
    target="digits",
    standardise=False,
    steps=60,
    batch_size=16,
    frame_every=20,
    **{
        "noise.size": 8,
        "generator.layers": [{"width": 8}],
        "generator.output": "sigmoid",
        "discriminator.layers": [{"width": 8}],
    },
)


@pytest.fixture(scope="module")
def shared(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One window for all tests that do it no harm."""
    lab = Lab(tmp_path_factory.mktemp("pictures"), DIGITS).warm()
    yield lab
    lab.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A run, another one, and a fleet."""
    folder = tmp_path_factory.mktemp("runs")
    made = {name: folder / f"{name}.ganrun" for name in ("one", "two", "fleet")}
    record(DIGITS, made["one"])
    record(DIGITS.replace(title="Quick digits", **{"optimizer_g.lr": 0.01}), made["two"])
    record(DIGITS.replace(title="Many", replicas=3), made["fleet"])
    return made


def samples(lab: Lab) -> SampleGridPlot:
    return cast("SampleGridPlot", lab.window.views.dock("samples").card.plot)


def view(lab: Lab) -> PictureView:
    """The newest pictures."""
    assert lab.session.newest is not None
    return cast("PictureView", lab.session.newest.view)


# ---------------------------------------------------------------------------------- the views


def test_each_space_has_views_that_there_are() -> None:
    assert {space.name for space in SPACES} == {"line", "plane", "pictures"}
    for space in SPACES:
        assert set(space.views) <= set(TITLES)
        assert set(space.shown) | set(space.shown_to_a_room) <= set(space.views)
    assert space_of(DIGITS) is PICTURES


def test_the_window_shows_the_views_of_pictures(shared: Lab) -> None:
    docks = {name: shared.window.views.dock(name) for name in TITLES}
    shown = {name for name, dock in docks.items() if not dock.isHidden()}
    assert shown == set(PICTURES.shown)
    assert {n for n, d in docks.items() if d.toggleViewAction().isVisible()} == set(PICTURES.views)
    for name in PICTURES.views:
        plot = docks[name].card.plot
        assert plot.suits(DIGITS), name
        # The window's own word for a hidden plot, too.
        assert not plot.canvas.isHidden(), name


def test_its_words_are_those_of_pictures(shared: Lab) -> None:
    shared.session.open(DIGITS)
    shared.until_rest()
    shared.train_to(20)
    shared.window.reports.tick()
    said = shared.window.status.toolTip()
    for words in ("20 steps", "classifier FID", "floor", "class", "precision", "recall"):
        assert words in said
    assert "W1" not in said
    judge = cast("Started", shared.session.run_started).gallery["judge"]
    assert judge in shared.window.views.dock("fid").card.title
    assert judge in shared.window.views.dock("precision").card.plot.toolTip()


def test_more_cells_other_noise_and_the_first_again(shared: Lab) -> None:
    shared.session.open(DIGITS)
    shared.until_rest()
    plot = samples(shared)
    until(lambda: len(view(shared).shown) == 100)
    first = view(shared).shown.copy()
    plot.columns_wanted.emit(16)
    until(lambda: len(view(shared).shown) == 16)
    assert np.array_equal(view(shared).shown, first[:16])
    assert shared.preferences.cells(otherwise=64) == 16
    plot.fresh_noise_wanted.emit()
    until(lambda: view(shared).noise == 1)
    assert not np.array_equal(view(shared).shown, first[:16])
    plot.fresh_noise_wanted.emit()
    until(lambda: view(shared).noise == 2)
    plot.first_noise_wanted.emit()
    until(lambda: view(shared).noise == 0)
    assert np.array_equal(view(shared).shown, first[:16])
    plot.fresh_noise_wanted.emit()
    until(lambda: view(shared).noise == 1)
    shared.session.reset()
    shared.until_rest()
    assert view(shared).noise == 0
    plot.columns_wanted.emit(64)
    until(lambda: len(view(shared).shown) == 64)


def test_the_size_of_the_grid_is_remembered(make_lab: Callable[..., Lab]) -> None:
    first = make_lab(DIGITS).warm()
    samples(first).columns_wanted.emit(36)
    until(lambda: len(view(first).shown) == 36)
    first.close()
    second = make_lab(DIGITS).warm()
    assert len(view(second).shown) == 36
    for nonsense, cells in (("many", 64), ("-3", 64), ("0", 1), ("999999", 1024)):
        second.preferences._file.setValue("cells", nonsense)
        assert second.preferences.cells(otherwise=64) == cells


# --------------------------------------------------------------------------- what is prepared


def test_what_is_prepared_is_said_until_the_run_begins(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab().warm()
    s, window = lab.session, lab.window
    assert window.views.dock("samples").isHidden()
    heard: list[Preparing] = []
    s.preparing.connect(heard.append)
    # As the engine would say it: it may take seconds on the pictures of somebody's own.
    s.running = DIGITS
    s._hear(Message(s._engine.run.number, Preparing("Teaching the judge", 0.4)))
    window.reports.tick()
    assert window.status.toolTip() == "Teaching the judge… 40 %"
    assert window.transport.chip.text() == "Getting ready"
    assert not window.views.dock("samples").isHidden()
    assert "Press Train" in samples(lab)._hint.text
    assert not window.notice.isVisible()
    s.open(DIGITS)
    lab.until_rest()
    window.reports.tick()
    assert "classifier FID" in window.status.toolTip()
    assert heard
    assert preparing_words(Preparing("Reading the pictures", 0.0)) == "Reading the pictures…"


def test_a_set_that_is_not_there_is_said(make_lab: Callable[..., Lab], tmp_path: Path) -> None:
    lab = make_lab().warm()
    failed: list[object] = []
    lab.session.failed.connect(failed.append)
    nowhere = {"kind": "folder", "folder": str(tmp_path / "nowhere")}
    lab.session.open(DIGITS.replace(target=nowhere))
    until(lambda: failed)
    lab.window.reports.tick()
    assert lab.window.notice.isVisible()
    assert "nowhere" in lab.window.notice.words
    assert "Reading" not in lab.window.status.toolTip()
    lab.session.open(DIGITS)
    lab.until_rest()


# ------------------------------------------------------------------- fleet, library, compare


def test_the_fleet_page_shows_pictures(
    files: dict[str, Path], qtbot: QtBot, qapp: QApplication
) -> None:
    apply_theme(qapp, LIGHT)
    page = FleetPage()
    qtbot.addWidget(page)
    page.resize(900, 560)
    with qtbot.waitExposed(page):
        page.show()
    with RunReader(files["one"]) as reader:
        page.start(reader.started)
    assert page.train_fleet.text() == f"Train {FLEETS['pictures']} seeds"
    with RunReader(files["fleet"]) as reader:
        page.start(reader.started)
        for place in reader.places:
            page.show_frame(reader.frame(place.number))
        page.refresh()
        judge = reader.gallery["judge"]
    assert list(page.fans) == ["fid", "modes"]
    assert judge in page.fan_card._title.text()
    assert page._tiles_title.text() == TILES[True]
    assert len(page.fans["fid"].fan.steps) > 1
    assert page.fan_card.height() < page.tiles.height() * 2
    image = page.tiles.grab().toImage()
    box = page.tiles.box(1)
    assert box is not None
    # Inside of the frame and below the head: grey.
    colours = {
        image.pixelColor(x, y).name()
        for x in range(int(box.left()) + 4, int(box.right()) - 4)
        for y in range(int(box.top()) + page.tiles.grid.head + 3, int(box.bottom()) - 4)
    }
    assert len(colours) > 5
    assert all(name[1:3] == name[3:5] == name[5:7] for name in colours)
    page.keep_as_a()
    with RunReader(files["fleet"]) as reader:
        page.start(reader.started)
        for place in reader.places:
            page.show_frame(reader.frame(place.number))
        page.refresh()
    assert " by FID " in page.outcome.comparison.text()


def test_the_library_has_pictures_of_pictures(files: dict[str, Path], qapp: QApplication) -> None:
    for name in ("one", "fleet"):
        with RunReader(files[name]) as reader:
            sketch = Sketch.of(reader.frame(reader.places[-1].number))
        assert sketch.pictures is not None
        assert sketch.pictures.nbytes < 110_000
        for style in (LIGHT, DARK):
            image = sketch.image(QSize(124, 76), 2.0, style)
            greys = {image.pixelColor(x, 56).name() for x in range(40, 208)}
            assert len(greys) > 8


def test_runs_on_pictures_are_compared(
    files: dict[str, Path], qtbot: QtBot, qapp: QApplication
) -> None:
    apply_theme(qapp, LIGHT)
    page = ComparePage()
    qtbot.addWidget(page)
    page.set_style(LIGHT)
    page.resize(1256, 600)
    with qtbot.waitExposed(page):
        page.show()
    page.compare([files["one"], files["two"]])
    a, b = page.columns
    for column in (a, b):
        assert isinstance(column.hero, SampleGridPlot)
        assert column.curves[1].name == "fid"
        assert "FID" in column.head.figures.text()
    page.over.setChecked(True)
    distance = page.overlay.curves[0]
    assert distance.title.startswith("Distance to the target: FID (judge ")
    assert page.overlay.picture is None
    assert page.overlay.reason.text().startswith("Samples of pictures stay side by side")
    until(lambda: not page._resting.isActive())
    heads = [column.head.height() for column in (a, b)]
    cards = [column._cards[0].height() for column in (a, b)]
    assert all(card > 2 * head for head, card in zip(heads, cards, strict=True))
    for column in (a, b):
        column.close_file()


def test_the_views_of_a_picture_run_can_be_saved(files: dict[str, Path]) -> None:
    from ganstudio.export.drawings import MAKERS, views_of

    assert views_of(DIGITS, ()) == PICTURES.shown_to_a_room
    assert set(MAKERS) == set(TITLES)
    assert Exporting.__module__ == "ganstudio.app.exporting.commands"


def test_views_of_other_spaces_stay_away_when_the_window_grows(
    make_lab: Callable[..., Lab],
) -> None:
    lab = make_lab(DIGITS).warm()
    views = lab.window.views
    for name in ("ring-modern", "first-gan"):
        lab.window.resize(1280, 720)
        lab.session.open(DIGITS)
        lab.until_rest()
        lab.window.resize(960, 600)
        QTest.qWait(100)
        lab.fresh(name)
        assert lab.session.run_started is not None
        space = space_of(lab.session.run_started.experiment)
        for size in ((960, 600), (1440, 900)):
            lab.window.resize(*size)
            QTest.qWait(300)
            seen = {one for one in TITLES if not views.dock(one).isHidden()}
            assert seen == set(space.shown)
