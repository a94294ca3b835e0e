"""Choices, switches and texts."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ganstudio.app.forms import ChoiceEdit, KindEdit, Switch, TextEdit
from ganstudio.app.forms.words import readable
from ganstudio.core.activations import LeakyRelu, Linear
from ganstudio.core.losses import Minimax, NonSaturating


def test_kinds_are_readable_and_explained(qtbot: QtBot) -> None:
    edit = KindEdit([NonSaturating, Minimax])
    qtbot.addWidget(edit)
    assert [edit.itemText(i) for i in range(2)] == ["Non-saturating", "Minimax"]
    assert "The generator minimises" in edit.itemData(0, Qt.ItemDataRole.ToolTipRole)


def test_names_for_people() -> None:
    assert readable("leaky_relu") == "Leaky ReLU"
    assert readable("xavier_uniform") == "Xavier uniform"
    assert readable("sgd") == "SGD"


def test_choosing_is_heard_once_and_setting_not_at_all(qtbot: QtBot) -> None:
    edit = KindEdit([Linear, LeakyRelu])
    qtbot.addWidget(edit)
    heard: list[object] = []
    edit.valueChanged.connect(heard.append)
    edit.setValue("leaky_relu")
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_Up)
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert heard == ["linear"]
    assert edit.value() == "linear"


def test_the_wheel_scrolls_the_form_not_the_choice(qtbot: QtBot) -> None:
    edit = ChoiceEdit(["a", "b"])
    qtbot.addWidget(edit)
    edit.setValue("b")
    at = QPointF(5, 5)
    event = QWheelEvent(
        at,
        at,
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(edit, event)
    assert not event.isAccepted()
    assert edit.currentData() == "b"


def test_a_switch_is_heard_when_clicked(qtbot: QtBot) -> None:
    switch = Switch()
    qtbot.addWidget(switch)
    heard: list[object] = []
    switch.valueChanged.connect(heard.append)
    switch.setValue(True)
    assert (heard, switch.value()) == ([], True)
    QTest.keyClick(switch, Qt.Key.Key_Space)
    assert heard == [False]


def test_a_text_counts_when_entered(qtbot: QtBot) -> None:
    edit = TextEdit(5)
    qtbot.addWidget(edit)
    edit.setValue("ab")
    heard: list[object] = []
    edit.valueChanged.connect(heard.append)
    QTest.keyClicks(edit, "x")
    assert heard == []
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert heard == [edit.text()]
    assert edit.maxLength() == 5
