"""Several numbers on one line."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ganstudio.app.forms import SpecForm
from ganstudio.app.forms.editors import lists_of
from ganstudio.app.forms.number_lists import Lists, NumbersEdit
from ganstudio.app.forms.numerals import NumberError, Range
from ganstudio.core.remedies import Variation
from ganstudio.core.schedules import Step
from ganstudio.core.targets import Drawn
from tests.app.forms.hands import enter, listen


def test_fields_say_which_lists_they_take() -> None:
    assert lists_of(Step.model_fields["milestones"]) == Lists(Range(1, 1e9), True, 0, 100)
    assert lists_of(Drawn.model_fields["heights"]) == Lists(Range(0, 1e6), False, 2, 256)
    assert lists_of(Variation.model_fields["values"]) == Lists(Range(), False, 0, 4096)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1", "At least 2 numbers belong here, such as 0.1, 0.3."),
        ("1,2,3,4", "4 numbers are too many: at most 3."),
        ("1, -2", "-2 is out of range: from 0, up to 10."),
        ("1, two", "“two” is not a number; write them like 0.1, 0.3, 1."),
    ],
)
def test_what_is_wrong_is_said(text: str, sentence: str) -> None:
    with pytest.raises(NumberError) as error:
        Lists(Range(0, 10), False, 2, 3).parse(text)
    assert str(error.value) == sentence


def test_escape_brings_the_numbers_back(qtbot: QtBot) -> None:
    edit = NumbersEdit(Lists(Range(), False, 0, None))
    qtbot.addWidget(edit)
    edit.setValue((0.1, 1e-8))
    edit.show()
    heard = listen(edit.valueChanged)
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, "5, x")
    assert edit.property("refused") == "true"
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert edit.text() == "0.1, 1e-8"
    assert edit.property("refused") == "false"
    assert heard == []


def test_several_numbers_are_refused_with_a_sentence(qtbot: QtBot) -> None:
    form = SpecForm(Step, "schedule.")
    qtbot.addWidget(form)
    form.show()
    form.activateWindow()
    QApplication.processEvents()
    heard = listen(form.edited)
    row = form.part("milestones")
    enter(row.editor, "10; 20 1e3")
    assert heard == [("schedule.milestones", (10, 20, 1000))]
    assert row.editor.text() == "10, 20, 1000"
    for typed, sentence in {
        "10, x": "“x” is not a whole number; write them like 1000, 2000.",
        "10, 0.5": "“0.5” is not a whole number; write them like 1000, 2000.",
        "0": "0 is out of range: from 1, up to 1,000,000,000.",
        "20, 10": "The milestones must rise, but 10 comes after 20",
    }.items():
        enter(row.editor, typed)
        assert row._problem.text() == sentence
        row.editor.clearFocus()
        assert row.editor.text() == "10, 20, 1000"
    assert len(heard) == 1
    row.editor.selectAll()
    QTest.keyClick(row.editor, Qt.Key.Key_Delete)
    QTest.keyClick(row.editor, Qt.Key.Key_Return)
    assert heard[1:] == [("schedule.milestones", ())]
    form.set_pending({"schedule.milestones.0"})
    assert "at restart" in row._label.text()
