"""The number editors: one signal for one number, and never a wrong one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.app.forms import FloatEdit, IntEdit
from ganstudio.app.forms.numerals import Range


@pytest.fixture
def edit(qtbot: QtBot) -> FloatEdit:
    """A number from 0 to 10 that has the focus, beside a line to go to."""
    window = QWidget()
    layout = QVBoxLayout(window)
    edit = FloatEdit(Range(0, 10), unit="units")
    edit.setValue(4.0)
    layout.addWidget(edit)
    layout.addWidget(QLineEdit())
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    edit.setFocus()
    edit.selectAll()
    window.setProperty("kept", edit)
    qtbot.waitUntil(edit.hasFocus)
    edit._window = window  # type: ignore[attr-defined]  # or Python deletes it
    return edit


def _leave(edit: QWidget) -> None:
    edit.window().findChildren(QLineEdit)[-1].setFocus()


def test_typing_counts_once_when_entered(qtbot: QtBot, edit: FloatEdit) -> None:
    heard: list[object] = []
    edit.valueChanged.connect(heard.append)
    QTest.keyClicks(edit, "2,5")
    assert heard == []
    QTest.keyClick(edit, Qt.Key.Key_Return)
    _leave(edit)
    assert heard == [2.5]
    assert edit.lineEdit().text() == "2.5"


def test_leaving_counts_too(qtbot: QtBot, edit: FloatEdit) -> None:
    heard: list[object] = []
    edit.valueChanged.connect(heard.append)
    QTest.keyClicks(edit, "1e-3")
    _leave(edit)
    assert heard == [0.001]


@pytest.mark.parametrize("text", ["11", "-1", "abc", "", "1e999"])
def test_a_wrong_number_is_refused_and_the_last_comes_back(
    qtbot: QtBot, edit: FloatEdit, text: str
) -> None:
    heard: list[object] = []
    said: list[str] = []
    edit.valueChanged.connect(heard.append)
    edit.refused.connect(said.append)
    QTest.keyClick(edit, Qt.Key.Key_Delete)
    QTest.keyClicks(edit, text)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert said[-1].endswith(".")
    assert edit.lineEdit().text() == text
    assert edit.value() == 4.0
    _leave(edit)
    assert heard == []
    assert edit.lineEdit().text() == "4"
    assert edit.property("refused") == "false"


def test_a_wrong_number_is_outlined_while_typed(qtbot: QtBot, edit: FloatEdit) -> None:
    QTest.keyClicks(edit, "11")
    assert edit.property("refused") == "true"
    QTest.keyClick(edit, Qt.Key.Key_Backspace)
    assert edit.property("refused") == "false"


def test_escape_brings_the_last_number_back(qtbot: QtBot, edit: FloatEdit) -> None:
    QTest.keyClicks(edit, "99")
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert edit.lineEdit().text() == "4"


def test_arrows_step_from_what_is_typed(qtbot: QtBot, edit: FloatEdit) -> None:
    heard: list[object] = []
    edit.valueChanged.connect(heard.append)
    QTest.keyClicks(edit, "7")
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert heard == [7.1]


def test_setting_is_silent_and_keeps_what_is_being_typed(qtbot: QtBot, edit: FloatEdit) -> None:
    heard: list[object] = []
    edit.valueChanged.connect(heard.append)
    QTest.keyClicks(edit, "3")
    edit.setValue(4.0)
    assert edit.lineEdit().text() == "3"
    edit.setValue(5.0)
    assert edit.lineEdit().text() == "5"
    assert heard == []


def _turn_wheel(widget: QWidget) -> None:
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        widget.mapToGlobal(middle),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_the_wheel_turns_only_a_chosen_field(edit: FloatEdit) -> None:
    _turn_wheel(edit)
    assert edit.value() == 4.1
    _leave(edit)
    _turn_wheel(edit)
    assert edit.value() == 4.1


def test_integers_take_no_fraction(qtbot: QtBot) -> None:
    edit = IntEdit(Range(1, 100))
    qtbot.addWidget(edit)
    edit.setValue(5)
    said: list[str] = []
    edit.refused.connect(said.append)
    edit.selectAll()
    QTest.keyClicks(edit, "2.5")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert "whole" in said[-1]
    assert edit.value() == 5


def test_the_unit_leaves_room_for_the_number(edit: FloatEdit) -> None:
    edit.resize(edit.minimumSizeHint())
    margins = edit.lineEdit().textMargins()
    room = edit.lineEdit().width() - margins.left() - margins.right()
    assert room >= edit.fontMetrics().horizontalAdvance("0.001")


def test_a_zero_that_means_something_else_says_so(qtbot: QtBot) -> None:
    edit = IntEdit(Range(0, 100), unit="pictures", zero="all pictures")
    qtbot.addWidget(edit)
    edit.resize(400, 30)
    shown = []
    for value in (5, 0, 7):
        edit.setValue(value)
        shown.append([label.text() for label in edit.findChildren(QLabel)])
    assert shown == [["pictures"], ["all pictures"], ["pictures"]]
