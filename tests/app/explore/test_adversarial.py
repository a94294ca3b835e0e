"""Deceiving the judge and D by hand: pictures, words, curves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ganstudio.app.explore.adversarial import AdversarialPane
from ganstudio.app.explore.deceiving import HALVINGS, PROBES, Search
from ganstudio.app.explore.held_out import read_held_out, taking_turns
from ganstudio.app.explore.robustness_panel import COUNT, EPSILONS
from ganstudio.core.questions import Attack, Withstand
from ganstudio.core.targets import Digits, PictureFolder
from ganstudio.data.images.digits import digits as all_digits
from ganstudio.plots.predictions import Prediction, coloured, rows_of
from ganstudio.plots.style import DARK, LIGHT, Style
from tests.app.explore.engine import WAIT_MS, Engine, digits, shown, trained


class AskingPane(AdversarialPane):
    """With an engine that answers it."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = Engine(self)


@pytest.fixture
def pane(qtbot: QtBot) -> Iterator[AskingPane]:
    """Of a run on digits, with pictures to choose from."""
    made = AskingPane()
    shown(qtbot, made)
    started, frames, _ = trained(digits())
    made.start(started)
    made.show_frame(frames[-1])
    qtbot.waitUntil(lambda: bool(made.attack.after.rows), timeout=WAIT_MS)
    yield made
    made.hide()


def newest(pane: AskingPane) -> Attack:
    question = pane.engine.asked[-1].question
    assert isinstance(question, Attack)
    return question


def settle(qtbot: QtBot, pane: AskingPane) -> None:
    """Until all that was asked is answered."""
    qtbot.waitUntil(lambda: not pane._attacks.waits and pane._search is None, timeout=WAIT_MS)


def test_held_out_pictures_of_all_classes_come_with_their_names(pane: AskingPane) -> None:
    assert set(pane.grid.captions) == set("0123456789")
    assert pane.grid.captions[:10] == tuple("0123456789")
    _, held_out = all_digits().split(500)
    pairs = zip(held_out.images, held_out.labels, strict=True)
    known = {one.tobytes(): label for one, label in pairs}
    for picture, name in zip(pane.grid.pictures, pane.grid.captions, strict=True):
        assert str(known[picture.tobytes()]) == name


def test_a_picked_picture_is_attacked_with_its_own_class(qtbot: QtBot, pane: AskingPane) -> None:
    pane.grid.setFocus()
    QTest.keyClick(pane.grid, Qt.Key.Key_Right)
    QTest.keyClick(pane.grid, Qt.Key.Key_Space)
    settle(qtbot, pane)
    asked = newest(pane)
    assert asked.label == 1
    np.testing.assert_array_equal(asked.picture, pane.grid.pictures[1])
    assert pane.attack.picture.caption == "real: 1"
    assert pane.attack.before.head.startswith("Before: 1 (")


def test_a_large_change_flips_the_label_and_none_does_not(qtbot: QtBot, pane: AskingPane) -> None:
    controls = pane.attack.controls
    controls.slider.setValue(0)
    settle(qtbot, pane)
    assert controls.epsilon == 0
    assert pane.attack.verdict.text().startswith("Not deceived: The classifier still says “0”")
    controls.slider.setValue(40)
    settle(qtbot, pane)
    assert controls.number.value() == pytest.approx(0.2)
    words = pane.attack.verdict.text()
    assert words.startswith("Deceived! The classifier said “0” and now says “")
    assert "no pixel moved by more than 0.2" in words
    assert pane.attack.verdict.property("role") == "title"
    assert pane.attack.change.caption == "change × 5.00"
    assert "yellow adds ink" in pane.attack.change.toolTip()


def test_only_the_newest_answer_counts(qtbot: QtBot, pane: AskingPane) -> None:
    settle(qtbot, pane)
    pane.engine.held = True
    controls = pane.attack.controls
    before = pane.attack.verdict.text()
    asked = len(pane.engine.asked)
    for place in (5, 0):
        controls.slider.setValue(place)
    old, new = pane.engine.asked[asked:]
    pane.engine._waiting = {"a": old}
    pane.engine.answer()
    assert pane.attack.verdict.text() == before
    pane.engine._waiting = {"b": new}
    pane.engine.answer()
    assert "Not deceived" in pane.attack.verdict.text()


def test_steps_count_for_the_iterated_method_only(qtbot: QtBot, pane: AskingPane) -> None:
    controls = pane.attack.controls
    assert newest(pane).steps == 1
    assert not controls.steps.isEnabled()
    controls.how.button(1).click()
    controls.steps.setValue(40)
    controls.steps.valueChanged.emit(40)
    settle(qtbot, pane)
    assert controls.steps.isEnabled()
    assert newest(pane).steps == 40


def test_d_is_deceived_in_its_own_words(qtbot: QtBot, pane: AskingPane) -> None:
    pane.attack.controls.whom.button(1).click()
    settle(qtbot, pane)
    assert newest(pane).of_discriminator
    assert pane.attack.before.head.startswith("Before: D(x) = ")
    assert len(pane.attack.before.rows) == 2
    assert "iscriminator" in pane.attack.verdict.text()


def test_while_d_learns_it_is_asked_again_and_the_judge_is_not(
    qtbot: QtBot, pane: AskingPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ganstudio.app.explore.adversarial.AGAIN_MS", -1)
    _, frames, _ = trained(digits())
    count = len(pane.engine.asked)
    pane.show_frame(frames[-1])
    assert len(pane.engine.asked) == count
    pane.attack.controls.whom.button(1).click()
    settle(qtbot, pane)
    count = len(pane.engine.asked)
    pane.show_frame(frames[-1])
    assert len(pane.engine.asked) == count + 1
    settle(qtbot, pane)


def test_the_smallest_change_is_found_and_shown(qtbot: QtBot, pane: AskingPane) -> None:
    pane.attack.search.click()
    assert not pane.attack.search.isEnabled()
    settle(qtbot, pane)
    found = pane.attack.controls.epsilon
    assert 0 < found < 0.2
    assert pane.attack.verdict.text().startswith("Deceived!")
    pane.attack.controls.number.valueChanged.emit(found * 0.9)
    settle(qtbot, pane)
    assert pane.attack.verdict.text().startswith("Not deceived")


@pytest.mark.parametrize("edge", [0.004, 0.13, 0.31, 0.499])
def test_halving_comes_near_to_the_edge(edge: float) -> None:
    search, asked = Search(), 0
    while (epsilon := search.next()) is not None:
        search.take(epsilon >= edge)
        asked += 1
    assert search.found is not None
    assert edge <= search.found <= edge + 0.5 / 2**HALVINGS
    assert asked == HALVINGS + 1


def test_a_search_knows_changes_that_flip_back_and_gives_up_in_the_end() -> None:
    search = Search()
    while (epsilon := search.next()) is not None:
        search.take(0.08 <= epsilon <= 0.2)
    assert search.found == pytest.approx(0.08, abs=0.01)
    search = Search()
    asked = []
    while (epsilon := search.next()) is not None:
        asked.append(epsilon)
        search.take(False)
    assert search.found is None
    assert asked == list(PROBES)


def test_the_curves_are_asked_for_in_pieces(qtbot: QtBot, pane: AskingPane) -> None:
    curves = pane.curves
    assert not curves.plot.points
    curves.measure.click()
    assert not curves.measure.isEnabled()
    qtbot.waitUntil(curves.measure.isEnabled, timeout=WAIT_MS)
    asked = [a.question for a in pane.engine.asked if isinstance(a.question, Withstand)]
    assert [question.epsilons for question in asked] == [(epsilon,) for epsilon in EPSILONS]
    assert len(curves.plot.points) == len(EPSILONS)
    noise, iterated = (curves.plot._curves[name].y for name in ("noise", "iterated"))
    assert noise[0] == iterated[0] > 0.9
    assert noise[-1] > iterated[-1]
    count = curves.plot.points[0].count
    assert 0 < count <= COUNT
    assert curves.progress.text().startswith(f"{count} held-out pictures against the classifier")
    words = [word.text for word in curves.plot._words._words]
    assert [word.rsplit(" ", 2)[0] for word in words] == ["random noise", "FGSM", "iterated"]
    curves.plot.set_layer("fast", False)
    assert len(curves.plot._words._words) == 2
    assert curves.plot._now.x == pane.attack.controls.epsilon
    # Of another network nothing is known.
    pane.attack.controls.whom.button(1).click()
    assert not curves.plot.points
    settle(qtbot, pane)


def test_another_run_forgets_all(qtbot: QtBot, pane: AskingPane) -> None:
    pane.curves.measure.click()
    started, _, _ = trained(digits(**{"target.classes": [3, 8]}))
    pane.start(started)
    assert not len(pane.grid.pictures)
    assert not pane.attack.controls.isEnabled()
    qtbot.waitUntil(lambda: bool(len(pane.grid.pictures)), timeout=WAIT_MS)
    assert set(pane.grid.captions) == {"3", "8"}
    assert not pane.curves.plot.points
    settle(qtbot, pane)


def test_pictures_that_are_not_there_are_a_sentence(qtbot: QtBot) -> None:
    pane = AdversarialPane()
    shown(qtbot, pane)
    started, _, _ = trained(digits())
    gone = started.experiment.replace(target=PictureFolder(folder="/nowhere", side=28))
    pane.start(type(started)(gone, "cpu", 1, 1, 1, {}))
    qtbot.waitUntil(lambda: "/nowhere" in pane.attack.verdict.text(), timeout=WAIT_MS)
    assert not pane.curves.measure.isEnabled()


def test_the_answer_for_the_class_is_hidden_at_first(pane: AskingPane) -> None:
    assert not pane.answer.isVisible()
    pane.show_answer.click()
    assert pane.answer.isVisible()
    assert pane.answer.text().count(". ") == 1


def test_bars_and_colours_say_what_they_should() -> None:
    change = np.array([[0.0, 1.0, -1.0]])
    grey, more, less = (int(c) for c in coloured(change)[0])
    assert grey == 0xFF808080
    assert sum(more.to_bytes(4)[1:]) > 3 * 0x80 > sum(less.to_bytes(4)[1:])
    many = Prediction(tuple(map(str, range(40))), np.linspace(0, 1, 40), true=2)
    assert rows_of(many) == (2, *range(31, 40))
    assert Prediction(("a", "b"), np.array([np.nan, np.nan])).best == -1


def test_classes_take_turns() -> None:
    labels = np.array([5, 5, 5, 2, 2, 9], np.uint8)
    assert labels[taking_turns(labels)].tolist() == [2, 5, 9, 2, 5, 5]
    found = read_held_out(Digits(classes=(4,)), lambda *_: None)
    assert found.truth(0) == 4


@pytest.mark.parametrize("style", [LIGHT, DARK, LIGHT.projector()])
def test_nothing_is_wider_than_the_pane(pane: AskingPane, style: Style) -> None:
    pane.set_style(style)
    for widget in (pane.attack, pane.curves, pane.grid):
        assert widget.mapTo(pane, widget.rect().bottomRight()).x() <= pane.width()
