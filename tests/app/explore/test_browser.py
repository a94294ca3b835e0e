"""The browser of real pictures, with real widgets, real files and a real server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from ganstudio.app.explore.browser import BrowserPane
from ganstudio.app.explore.picture_pages import PAGE
from ganstudio.app.explore.real_set import HELD_OUT, LEARNT, TRAINING
from ganstudio.app.theme import apply_theme
from ganstudio.core.events import Started
from ganstudio.core.experiment import Experiment
from ganstudio.core.targets import Digits, Mnist, PictureFolder
from ganstudio.data.images import gallery
from ganstudio.data.images.digits import digits
from ganstudio.data.images.download import is_here
from ganstudio.data.images.known import KNOWN, MNIST
from ganstudio.plots.style import LIGHT
from tests.app.explore.picture_server import CHUNK, SIZES, Server, serving

PATIENCE_MS = 20_000
BIG = "train-images-idx3-ubyte"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where downloads go."""
    monkeypatch.setattr(gallery, "cache", lambda: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """One that has what is taken for MNIST."""
    with serving() as here:
        monkeypatch.setitem(KNOWN, "mnist", here.known)
        yield here


@pytest.fixture
def pane(qtbot: QtBot, qapp: QApplication, cache: Path) -> BrowserPane:
    apply_theme(qapp, LIGHT)
    made = BrowserPane()
    qtbot.addWidget(made)
    made.resize(900, 600)
    with qtbot.waitExposed(made):
        made.show()
    return made


def run(target: Digits | Mnist) -> Started:
    """A run that learns it begins."""
    return Started(Experiment(target=target), "cpu", 1, 1, 1, {})


def rest(qtbot: QtBot, pane: BrowserPane) -> None:
    """Nothing is read any more."""
    qtbot.waitUntil(lambda: not pane.work.is_busy, timeout=PATIENCE_MS)


def begin(qtbot: QtBot, pane: BrowserPane, target: Digits | Mnist) -> None:
    """A run whose set is on the screen."""
    pane.start(run(target))
    rest(qtbot, pane)
    assert pane.shown is not None


def told(pane: BrowserPane) -> bool:
    """Whether a sentence stands where the pictures would."""
    return pane.message.isVisible()


# ---------------------------------------------------------------------------------- looking


def test_the_set_of_the_run_is_shown_by_class(qtbot: QtBot, pane: BrowserPane) -> None:
    begin(qtbot, pane, Digits())
    training, held_out = digits().split(500)
    assert pane.summary.text() == "Digits: 1,297 pictures; the run learns from all of them"
    assert "UCI" in pane.sources.words.text()
    assert "CC BY 4.0" in pane.sources.words.text()
    counts = np.bincount(training.labels)
    for label, count in enumerate(counts):
        assert pane.chips.chips[label].text() == f"{label}  {count}"
        assert pane.facts.bars.rows[label].bars[0].value == count
    assert pane.chips.chips[None].text() == "All  1,297"
    pane.chips.chips[7].click()
    assert np.array_equal(pane.pages.grid.pictures, training.images[training.labels == 7])
    assert pane.pages.words.text() == f"1 to {counts[7]} of {counts[7]}"
    part = pane.shown.parts[TRAINING] if pane.shown else None
    assert part is not None
    own = training.images[training.labels == 7] / 255
    np.testing.assert_allclose(part.mean(7), own.mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(part.spread(7), own.std(axis=0), atol=1e-7)
    np.testing.assert_allclose(part.spread(None), (training.images / 255).std(axis=0), atol=1e-7)
    assert pane.facts.mean.caption == f"mean: {100 * own.mean():.0f} % ink"
    pane._parts[HELD_OUT].click()
    assert pane.chips.label == 7
    assert np.array_equal(pane.pages.grid.pictures, held_out.images[held_out.labels == 7])


def test_what_the_target_leaves_out_is_said(qtbot: QtBot, pane: BrowserPane) -> None:
    begin(qtbot, pane, Digits(classes=(3, 8), count=200))
    assert (
        pane.summary.text() == "Digits: 1,297 pictures; the run learns from 200 of them: 3s and 8s"
    )
    assert pane._parts[LEARNT].isChecked()
    assert pane._parts[LEARNT].text() == "Learnt from  200"
    learnt = digits().split(500)[0].only((3, 8)).first(200)
    assert np.array_equal(pane.pages.grid.pictures, learnt.images)
    assert [label for label, chip in pane.chips.chips.items() if chip.isEnabled()] == [None, 3, 8]
    assert pane.facts.figures.text().startswith("1,797 pictures of 28 × 28 pixels")
    pane._parts[TRAINING].click()
    assert pane.chips.chips[None].text() == "All  1,297"
    pane.chips.chips[5].click()
    pane._parts[LEARNT].click()
    assert pane.chips.label is None, "there is no 5 to be shown"


def test_pages_are_turned_by_keys_and_buttons(qtbot: QtBot, pane: BrowserPane) -> None:
    begin(qtbot, pane, Digits())
    pages, training = pane.pages, digits().split(500)[0]
    assert pages.count == 6
    assert not pages.back.isEnabled()
    for key, page in (
        (Qt.Key.Key_PageDown, 1),
        (Qt.Key.Key_End, 5),
        (Qt.Key.Key_PageDown, 5),
        (Qt.Key.Key_PageUp, 4),
        (Qt.Key.Key_Home, 0),
    ):
        QTest.keyClick(pages.grid, key)
        assert pages.page == page
        shown = training.images[page * PAGE : (page + 1) * PAGE]
        assert np.array_equal(pages.grid.pictures, shown)
    pages.on.click()
    assert pages.words.text() == "241 to 480 of 1,297"
    QTest.keyClick(pages.grid, Qt.Key.Key_Right)
    name = training.classes[training.labels[PAGE + 1]]
    assert pages.words.text() == f"Picture 242 of the part, of class “{name}”"


def test_a_run_that_starts_over_leaves_the_page_alone(qtbot: QtBot, pane: BrowserPane) -> None:
    begin(qtbot, pane, Digits())
    pane.chips.chips[2].click()
    shown = pane.shown
    pane.start(run(Digits()))
    assert not pane.work.is_busy
    assert pane.shown is shown
    assert pane.chips.label == 2
    begin(qtbot, pane, Digits(count=50))
    assert pane.summary.text().endswith("the run learns from 50 of them")


def test_nothing_is_read_before_somebody_looks(qtbot: QtBot, cache: Path) -> None:
    hidden = BrowserPane()
    qtbot.addWidget(hidden)
    hidden.start(run(Digits()))
    assert not hidden.work.is_busy
    assert hidden.shown is None


# -------------------------------------------------------------------------------- downloads


def test_nothing_is_downloaded_unasked(qtbot: QtBot, pane: BrowserPane, server: Server) -> None:
    begin(qtbot, pane, Digits())
    pane.sources.buttons["mnist"].click()
    assert not pane.work.is_busy
    assert not server.asked
    assert told(pane)
    assert pane.message.text().startswith("MNIST is not on this machine.")
    assert pane.sources.get.text() == "Get MNIST (12 MB)"
    assert "CC BY-SA" in pane.sources.words.text()
    assert not pane.sources.learn.isVisible()
    assert pane.sources.buttons["mnist"].text() == "MNIST\nto be got: 12 MB"


def test_a_set_is_got_browsed_and_learnt(
    qtbot: QtBot, pane: BrowserPane, server: Server, cache: Path
) -> None:
    begin(qtbot, pane, Digits())
    pane.sources.buttons["mnist"].click()
    told_of: list[tuple[str, float]] = []
    pane.work.told.connect(lambda what, share: told_of.append((what, share)))
    pane.sources.get.click()
    assert pane.sources.cancel.isVisible()
    assert pane.sources.bar.isVisible()
    assert not pane.sources.get.isEnabled()
    qtbot.waitUntil(lambda: pane.shown is not None, timeout=PATIENCE_MS)
    assert is_here(server.known, cache / "mnist")
    got = [share for what, share in told_of if what.startswith("Getting MNIST: ")]
    size = sum(path.stat().st_size for path in (cache / "mnist").glob("*.gz"))
    assert got == sorted(got)
    assert got[-1] == pytest.approx(size / 12_000_000)
    assert not pane.sources.cancel.isVisible()
    total = SIZES["train"]
    assert pane.summary.text() == f"MNIST: {total} pictures; a run learns from all of them"
    assert pane.sources.buttons["mnist"].text() == "MNIST\non this machine"
    with qtbot.waitSignal(pane.use_wanted) as wanted:
        pane.sources.learn.click()
    assert wanted.args == [Mnist()]
    # The run learns from it now: nothing to be offered.
    begin(qtbot, pane, Mnist())
    assert not pane.sources.learn.isEnabled()
    assert pane.sources.buttons["mnist"].text() == "MNIST\nthe run learns from it"


def test_a_download_that_was_cancelled_goes_on_later(
    qtbot: QtBot, pane: BrowserPane, server: Server, cache: Path
) -> None:
    begin(qtbot, pane, Digits())
    pane.sources.buttons["mnist"].click()
    server.may_go_on.clear()
    pane.sources.get.click()
    part = cache / "mnist" / f"{BIG}.gz.part"
    qtbot.waitUntil(lambda: "of 12 MB" in pane.sources.words.text(), timeout=PATIENCE_MS)
    pane.sources.cancel.click()
    assert not pane.work.is_busy
    assert pane.message.text().startswith("Cancelled")
    assert pane.sources.get.isEnabled()
    server.may_go_on.set()
    qtbot.waitUntil(lambda: not any(t.is_alive() for t in pane.work._threads), timeout=PATIENCE_MS)
    assert part.stat().st_size >= CHUNK
    assert pane.shown is None, "nobody hears of what was given up"
    have = part.stat().st_size
    pane.sources.get.click()
    qtbot.waitUntil(lambda: pane.shown is not None, timeout=PATIENCE_MS)
    assert (BIG, f"bytes={have}-") in server.asked


def test_without_the_internet_a_sentence_says_so(
    qtbot: QtBot, pane: BrowserPane, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setitem(KNOWN, "mnist", replace(MNIST, mirrors=(f"http://127.0.0.1:{port}/",)))
    begin(qtbot, pane, Digits())
    pane.sources.buttons["mnist"].click()
    pane.sources.get.click()
    rest(qtbot, pane)
    assert told(pane)
    assert "MNIST can't be downloaded" in pane.message.text()
    assert "can't be reached" in pane.message.text()
    assert pane.message.property("role") == "trouble"
    assert pane.sources.get.isEnabled()
    # The digits came with the program.
    pane.sources.buttons["digits"].click()
    rest(qtbot, pane)
    assert not told(pane)


def test_what_arrives_damaged_does_not_count(
    qtbot: QtBot, pane: BrowserPane, server: Server, cache: Path
) -> None:
    begin(qtbot, pane, Digits())
    server.given[BIG] = server.given[BIG][:-40] + bytes(40)
    pane.sources.buttons["mnist"].click()
    pane.sources.get.click()
    rest(qtbot, pane)
    assert f"{BIG} arrived damaged" in pane.message.text()
    assert pane.shown is None
    assert not is_here(server.known, cache / "mnist")


def test_what_was_damaged_here_is_said(
    qtbot: QtBot, pane: BrowserPane, server: Server, cache: Path
) -> None:
    (cache / "mnist").mkdir(parents=True)
    for name, data in server.given.items():
        (cache / "mnist" / f"{name}.gz").write_bytes(data[: len(data) // 2])
    begin(qtbot, pane, Digits())
    pane.sources.buttons["mnist"].click()
    rest(qtbot, pane)
    assert "can't be unpacked" in pane.message.text()
    assert not pane.sources.learn.isEnabled()
    assert pane.sources.learn.toolTip() == pane.message.text()


def test_a_pane_that_goes_takes_its_download_with_it(
    qtbot: QtBot, qapp: QApplication, server: Server, cache: Path
) -> None:
    made = BrowserPane()
    made.start(run(Digits()))
    made.show()
    rest(qtbot, made)
    made.sources.buttons["mnist"].click()
    server.may_go_on.clear()
    made.sources.get.click()
    qtbot.waitUntil(lambda: len(server.asked) > 0, timeout=PATIENCE_MS)
    threads = list(made.work._threads)
    server.may_go_on.set()
    made.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not any(thread.is_alive() for thread in threads)


# ------------------------------------------------------------------------------------ folders


def pictures(folder: Path, **counts: int) -> Path:
    """A folder of PNG files, a folder in it for each class."""
    rng = np.random.default_rng(0)
    for name, count in counts.items():
        (folder / name).mkdir(parents=True)
        for number in range(count):
            pixels = rng.integers(0, 256, (20, 20), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{number}.png")
    return folder


def test_a_folder_is_looked_into_before_it_is_offered(
    qtbot: QtBot, pane: BrowserPane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = pictures(tmp_path / "pets", cats=80, dogs=60)
    begin(qtbot, pane, Digits())
    pane.sources.buttons["folder"].click()
    assert told(pane)
    assert not pane.sources.learn.isEnabled()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(mine))
    with qtbot.waitSignal(pane.folder_chosen, timeout=PATIENCE_MS) as chosen:
        pane.sources.folder.click()
        assert not pane.sources.learn.isEnabled()
    assert chosen.args == [str(mine)]
    expected = "140 pictures of 28 × 28 pixels: 40 to learn from, 100 held out; 2 classes"
    assert pane.sources.words.text() == expected
    assert pane.chips.chips[1].text().startswith("dogs")
    assert pane.sources.buttons["folder"].text().startswith("Folder: pets")
    with qtbot.waitSignal(pane.use_wanted) as wanted:
        pane.sources.learn.click()
    assert wanted.args == [PictureFolder(folder=str(mine))]


def test_of_few_pictures_few_are_held_out(qtbot: QtBot, pane: BrowserPane, tmp_path: Path) -> None:
    mine = pictures(tmp_path / "few", one=30)
    begin(qtbot, pane, Digits())
    pane.look_into(str(mine))
    rest(qtbot, pane)
    assert pane.shown is not None
    assert pane.shown.target == PictureFolder(folder=str(mine), held_out=10)
    assert len(pane.shown.parts[TRAINING]) == 20
    # To look elsewhere and back changes nothing.
    pane.look_at("digits")
    rest(qtbot, pane)
    pane.look_at("folder")
    rest(qtbot, pane)
    assert len(pane.shown.parts[TRAINING]) == 20


@pytest.mark.parametrize(
    ("count", "sentence"), [(0, "has no pictures"), (8, "few: too few pictures: 10 are held out")]
)
def test_a_folder_that_will_not_do_is_refused(
    qtbot: QtBot, pane: BrowserPane, tmp_path: Path, count: int, sentence: str
) -> None:
    mine = pictures(tmp_path / "few", one=count)
    begin(qtbot, pane, Digits())
    pane.look_into(str(mine))
    rest(qtbot, pane)
    assert sentence in pane.message.text()
    assert not pane.sources.learn.isEnabled()


def test_a_folder_is_remembered_without_being_read(
    qtbot: QtBot, pane: BrowserPane, tmp_path: Path
) -> None:
    mine = pictures(tmp_path / "pets", cats=120)
    pane.set_folder(str(mine))
    begin(qtbot, pane, Digits())
    assert pane.sources.buttons["folder"].text() == "Folder: pets\nyour pictures"
    pane.sources.buttons["folder"].click()
    rest(qtbot, pane)
    assert pane.shown is not None
    assert len(pane.shown.parts[TRAINING]) == 20


def test_every_control_says_what_it_is(qtbot: QtBot, pane: BrowserPane) -> None:
    begin(qtbot, pane, Digits())
    buttons = [one for one in pane.findChildren(QAbstractButton) if one.isVisible()]
    assert len(buttons) > 15
    for one in buttons:
        assert one.toolTip(), one.text()
        # Of buttons of which one is pressed, Tab finds that one; arrows go on from there.
        reached = one.focusPolicy() & Qt.FocusPolicy.TabFocus or one.group() is not None
        assert reached, one.text()
    chips = pane.chips.chips
    chips[None].setFocus()
    QTest.keyClick(chips[None], Qt.Key.Key_Right)
    if not chips[0].isChecked():
        QTest.keyClick(chips[0], Qt.Key.Key_Space)
    assert pane.chips.label == 0
