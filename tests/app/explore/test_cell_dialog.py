"""One cell from close by, with a real generator and real neighbours."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ganstudio.app.explore import pulse
from ganstudio.app.explore.cell_dialog import NEIGHBOURS, CellDialog
from ganstudio.app.theme import apply_theme
from ganstudio.core.draws import evaluation_inputs
from ganstudio.core.questions import Generate, Nearest, Neighbours
from ganstudio.plots.style import DARK, LIGHT
from tests.app.explore.latent_engine import Engine

Make = Callable[..., tuple[CellDialog, Engine]]


@pytest.fixture
def make(qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Opens a cell of a run."""
    apply_theme(qapp, LIGHT)
    monkeypatch.setattr(pulse, "_LEAST_SECONDS", 0.0)

    def one(
        index: int = 4, *, is_real: bool = False, noise: int = 0, **changes: Any
    ) -> tuple[CellDialog, Engine]:
        engine = Engine(**changes)
        view = engine.view(noise)
        dialog = CellDialog(engine.started, view, index, is_real=is_real)
        engine.asker = dialog
        dialog.asks.connect(engine.ask)
        qtbot.addWidget(dialog)
        with qtbot.waitExposed(dialog):
            dialog.show()
        return dialog, engine

    return one


def test_a_generated_cell_with_all_that_is_known_of_it(make: Make) -> None:
    dialog, engine = make(noise=2)
    view = engine.view(2)
    assert dialog.windowTitle() == "Generated cell 5 of 64"
    assert not dialog.isModal()
    assert np.array_equal(dialog.big.grid.pictures[0], view.shown[4])
    z = evaluation_inputs(engine.experiment, 64, 2)[4]
    assert json.loads(dialog.numbers.toPlainText()) == pytest.approx(z.tolist(), abs=1e-4)
    judged = engine.made(Generate(z[None], judged=True))
    words = dialog.big.words.text()
    assert f"D = {view.d_shown[4]:.2f}" in words
    assert f"“{judged.taken_for[0]:.0f}”" in words


def test_its_neighbours_are_the_nearest_real_pictures(make: Make) -> None:
    dialog, engine = make()
    view = engine.view()
    found = Nearest(view.shown[4:5], NEIGHBOURS).answer(engine.studio)
    assert np.array_equal(dialog.training.pictures, found.training[0])
    assert np.array_equal(dialog.held_out.pictures, found.held_out[0])
    said = [float(words) for words in dialog.held_out.captions]
    assert said == pytest.approx(found.held_out_distances[0].tolist(), abs=0.005)


@pytest.mark.parametrize(
    ("seen", "unseen", "words"),
    [
        (1.0, 5.0, "may have learnt it by heart"),
        (4.9, 5.0, "no sign"),
        (5.0, 4.0, "no sign"),
        (0.0, 0.0, "no sign"),
    ],
)
def test_it_says_what_the_distances_mean(
    make: Make, seen: float, unseen: float, words: str
) -> None:
    dialog, _ = make()
    pictures = np.zeros((1, 1, 8, 8), np.uint8)
    far = [np.array([[one]], np.float32) for one in (seen, unseen)]
    dialog._nearest.answered.emit(Neighbours(pictures, far[0], pictures, far[1]))
    assert words in dialog.meaning.text()
    assert f"{seen:.2f} against {unseen:.2f}" in dialog.meaning.text()


def test_a_real_cell_has_no_noise(make: Make) -> None:
    dialog, engine = make(3, is_real=True)
    assert dialog.windowTitle() == "Real cell 4 of 64"
    assert not dialog.bars.isVisible()
    assert not engine.generated
    assert dialog.training.captions[0] == "0.00"
    assert "is itself" in dialog.meaning.text()
    view = engine.view()
    d = view.d_real.copy()
    d[3] = 0.123
    frame = replace(engine.frame(1), view=replace(view, d_real=d))
    dialog.show_frame(frame)
    assert "0.12" not in dialog.big.words.text()
    dialog.follow.click()
    dialog.show_frame(frame)
    assert dialog.big.words.text() == "D = 0.12"


def test_it_stays_as_it_was_unless_it_follows(make: Make) -> None:
    dialog, engine = make()
    first = dialog.big.grid.pictures.copy()
    engine.train(20)
    dialog.show_frame(engine.frame(20, noise=9))
    assert np.array_equal(dialog.big.grid.pictures, first)
    dialog.follow.click()
    # Of its own noise, whatever the grid shows now.
    now = engine.view().shown[4]
    assert not np.array_equal(now, first[0])
    assert np.array_equal(dialog.big.grid.pictures[0], now)
    assert np.array_equal(engine.compared[-1].pictures[0], now)


def test_it_waits_for_an_answer_and_shows_the_last_frame(make: Make) -> None:
    dialog, engine = make()
    dialog.follow.click()
    engine.busy = True
    for step in range(1, 9):
        engine.train(1)
        dialog.show_frame(engine.frame(step))
    assert len(engine.waiting) == 1
    engine.busy = False
    engine.catch_up()
    assert np.array_equal(dialog.big.grid.pictures[0], engine.view().shown[4])


def test_z_is_copied_as_a_list(make: Make) -> None:
    dialog, _ = make()
    dialog.copy.click()
    assert len(json.loads(QGuiApplication.clipboard().text())) == 10


def test_a_class_is_named(make: Make) -> None:
    dialog, _ = make(conditional=True)
    assert dialog._told_class == ", told to draw “4”"
    assert len(json.loads(dialog.numbers.toPlainText())) == 10


def test_a_refusal_is_said(make: Make) -> None:
    dialog, engine = make()
    engine.refuses = True
    dialog.follow.click()
    assert dialog.refusal.isVisible()
    assert dialog.refusal.text() == "the engine refuses"


def test_two_cells_do_not_hear_each_other(make: Make) -> None:
    first, second = make()[0], make(7)[0]
    assert first._generate.topic != second._generate.topic
    first.set_style(DARK)


def test_bars_are_drawn_upwards_if_positive(make: Make) -> None:
    dialog, _ = make()
    dialog.bars.show_noise(np.array([2.0, -2.0], np.float32), 3)
    image = dialog.bars.grab().toImage()
    high = image.height()
    upper = [image.pixelColor(x, high // 3).name() for x in (3, 17)]
    lower = [image.pixelColor(x, 2 * high // 3).name() for x in (3, 17)]
    assert upper == [LIGHT.text, LIGHT.window]
    assert lower == [LIGHT.window, LIGHT.text]
