"""Penalties come and go, each kind once at most."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from ganstudio.app.forms.kinds import KindItem, KindsEdit
from ganstudio.app.forms.refusal import Bubble
from ganstudio.core.experiment import Experiment
from ganstudio.core.penalties import L2, R1, FeatureMatching, GradientPenalty
from tests.app.forms.hands import enter, find, listen
from tests.app.laboratory import Lab

FIELD = Experiment.model_fields["penalties_d"]


@pytest.fixture
def penalties(qtbot: QtBot) -> KindsEdit:
    edit = KindsEdit("penalties_d", "Penalties on D", FIELD)
    qtbot.addWidget(edit)
    edit.resize(280, 300)
    edit.show()
    return edit


def add(edit: KindsEdit, words: str) -> None:
    action = next(a for a in edit.menu.actions() if a.text() == words)
    assert action.isEnabled(), words
    action.trigger()


def rows(edit: KindsEdit) -> list[KindItem]:
    QApplication.processEvents()  # a new row shows itself a little later
    return [row for row in edit.findChildren(KindItem) if row.isVisible()]


def test_a_kind_is_added_with_its_defaults_and_removed(penalties: KindsEdit) -> None:
    heard = listen(penalties.edited)
    assert penalties._empty.isVisible()
    add(penalties, "R1")
    add(penalties, "Gradient penalty")
    assert penalties.value() == (R1(), GradientPenalty())
    assert heard == [("penalties_d", (R1(),)), ("penalties_d", (R1(), GradientPenalty()))]
    assert not penalties._empty.isVisible()
    QTest.mouseClick(rows(penalties)[0].remove, Qt.MouseButton.LeftButton)
    assert heard[2:] == [("penalties_d", (GradientPenalty(),))]
    assert [row.path for row in rows(penalties)] == ["penalties_d.0"]


def test_what_is_there_is_not_offered_again(penalties: KindsEdit) -> None:
    add(penalties, "R1")
    offered = {a.text(): a.isEnabled() for a in penalties.menu.actions()}
    assert offered == {
        "Gradient penalty": True,
        "R1": False,
        "R2": True,
        "DRAGAN": True,
        "L1": True,
        "L2": True,
        "Historical averaging": True,
    }
    penalties.setValue(tuple(each() for each in penalties._classes))
    assert not penalties.add.isEnabled()
    assert penalties.add.toolTip() == "All are there already."


def test_a_field_of_an_item_is_one_edit(penalties: KindsEdit) -> None:
    penalties.setValue((R1(), L2()))
    heard = listen(penalties.edited)
    enter(find(penalties, "penalties_d.1.weight"), 0.5)
    assert heard == [("penalties_d.1.weight", 0.5)]
    assert penalties.value() == (R1(), L2(weight=0.5))


def test_the_same_kinds_are_shown_in_place(penalties: KindsEdit) -> None:
    penalties.setValue((R1(), L2()))
    before = rows(penalties)
    penalties.setValue((R1(weight=3.0), L2()))
    assert rows(penalties) == before
    assert find(penalties, "penalties_d.0.weight").value() == 3.0
    penalties.setValue((R1(weight=3.0), GradientPenalty()))
    after = rows(penalties)
    assert after[0] is before[0]
    assert after[1] is not before[1]


def test_refusals_and_pending_marks_find_their_field(penalties: KindsEdit) -> None:
    penalties.setValue((R1(), L2()))
    assert penalties.set_problem("penalties_d.1.weight", "Too much.")
    assert rows(penalties)[1].form.part("weight")._problem.text() == "Too much."
    assert penalties.set_problem("penalties_d", "Not these.")
    assert penalties._problem.is_visible()
    assert not penalties.set_problem("penalties_g", "Elsewhere.")
    penalties.clear_problems()
    assert not penalties._problem.is_visible()
    assert rows(penalties)[1].form.part("weight")._problem.text() == ""
    penalties.set_pending({"penalties_d"})
    assert "at restart" in penalties._head._title.text()


def test_an_item_may_have_several_fields(qtbot: QtBot) -> None:
    edit = KindsEdit("penalties_g", "Penalties on G", Experiment.model_fields["penalties_g"])
    qtbot.addWidget(edit)
    edit.show()
    add(edit, "Feature matching")
    heard = listen(edit.edited)
    enter(find(edit, "penalties_g.0.layer"), 2)
    assert heard == [("penalties_g.0.layer", 2)]
    assert edit.value() == (FeatureMatching(layer=2),)
    assert isinstance(edit.add, QToolButton)


def test_what_the_window_refuses_is_taken_back_and_said_beside_the_list(lab: Lab) -> None:
    panel = lab.window.panel
    panel.set_open_sections(["loss"])
    QApplication.processEvents()
    clipping = Experiment().replace(loss="wasserstein", penalties_d=["l2"])
    for before, there in (((), 0), (("l2",), 1)):
        lab.session.open(clipping.replace(penalties_d=before))
        edit = panel.findChild(KindsEdit, "penalties_d")
        assert isinstance(edit, KindsEdit)
        add(edit, "Gradient penalty")
        assert len(rows(edit)) == len(edit.value()) == there
        assert lab.trouble.take() is None
        assert lab.session.document.experiment.penalties_d == edit.value()
        (bubble,) = (b for b in panel.findChildren(Bubble) if b.isVisible())
        assert "set “Weight clipping” to 0 or take gradient penalty out" in bubble.text()
        assert not bubble.covers(find(panel, "loss.clip"))
