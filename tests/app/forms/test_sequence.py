"""Lists: layers and bells come, go and move."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.app.forms import SequenceEdit
from ganstudio.app.forms.items import ItemRow
from ganstudio.core.networks import Dense, Network
from ganstudio.core.spec import Spec
from ganstudio.core.targets import Component, GaussianMixture, Gaussians, PlaneComponent
from tests.app.forms.hands import find, listen

LAYERS = (Dense(width=1), Dense(width=2, activation="tanh"), Dense(width=3))  # type: ignore[arg-type]


@pytest.fixture
def layers(qtbot: QtBot) -> SequenceEdit:
    edit = SequenceEdit("g.layers", "Layers", Network.model_fields["layers"])
    qtbot.addWidget(edit)
    edit.setValue(LAYERS)
    edit.show()
    return edit


def choose(edit: SequenceEdit, row: int, text: str) -> None:
    action = next(a for a in rows(edit)[row].menu.actions() if a.text() == text)
    assert action.isEnabled()
    action.trigger()


def rows(edit: SequenceEdit) -> list[ItemRow]:
    QApplication.processEvents()  # a new row shows itself a little later
    return [row for row in edit.findChildren(ItemRow) if row.isVisible()]


@pytest.mark.parametrize(
    ("row", "what", "order"),
    [
        (0, "Move down", [2, 1, 3]),
        (2, "Move up", [1, 3, 2]),
        (1, "Remove", [1, 3]),
        (1, "Duplicate", [1, 2, 2, 3]),
    ],
)
def test_the_menu_of_a_layer(layers: SequenceEdit, row: int, what: str, order: list[int]) -> None:
    heard = listen(layers.edited)
    choose(layers, row, what)
    assert [layer.at("width") for layer in layers.value()] == order
    assert heard == [("g.layers", layers.value())]
    assert len(rows(layers)) == len(order)
    assert [r._editors["width"].value() for r in rows(layers)] == order


def test_a_new_layer_is_like_the_last(qtbot: QtBot, layers: SequenceEdit) -> None:
    QTest.mouseClick(layers.add, Qt.MouseButton.LeftButton)
    assert layers.value() == (*LAYERS, LAYERS[-1])


def test_a_list_may_be_emptied_and_filled_again(qtbot: QtBot, layers: SequenceEdit) -> None:
    layers.setValue(())
    assert layers._empty.isVisible()
    QTest.mouseClick(layers.add, Qt.MouseButton.LeftButton)
    assert layers.value() == (Dense(),)


def test_editing_one_field_names_it(qtbot: QtBot, layers: SequenceEdit) -> None:
    heard = listen(layers.edited)
    width = find(layers, "g.layers.1.width")
    width.selectAll()
    QTest.keyClicks(width, "64")
    QTest.keyClick(width, Qt.Key.Key_Return)
    kind = find(layers, "g.layers.0.activation.kind")
    QTest.keyClick(kind, Qt.Key.Key_Up)
    assert heard == [("g.layers.1.width", 64), ("g.layers.0.activation.kind", "relu")]
    assert layers.value()[0] == Dense(width=1, activation="relu")  # type: ignore[arg-type]


def test_what_an_activation_has_opens_below_it(qtbot: QtBot, layers: SequenceEdit) -> None:
    heard = listen(layers.edited)
    first, second, _ = rows(layers)
    first.number.click()
    second.number.click()
    assert layers.findChild(QWidget, "g.layers.1.activation.slope") is None
    slope = find(layers, "g.layers.0.activation.slope")
    assert slope.isVisible()
    slope.selectAll()
    QTest.keyClicks(slope, "0.5")
    QTest.keyClick(slope, Qt.Key.Key_Return)
    assert heard == [("g.layers.0.activation.slope", 0.5)]


def test_what_few_people_need_is_below_the_line(qtbot: QtBot, layers: SequenceEdit) -> None:
    heard = listen(layers.edited)
    first, second, _ = rows(layers)
    assert set(first._editors) == {"width", "activation"}
    second.number.click()
    dropout = find(layers, "g.layers.1.dropout")
    assert dropout.isVisible()
    dropout.selectAll()
    QTest.keyClicks(dropout, "0.25")
    QTest.keyClick(dropout, Qt.Key.Key_Return)
    assert heard == [("g.layers.1.dropout", 0.25)]
    assert layers.value()[1].at("dropout") == 0.25
    second.number.click()
    assert not dropout.isVisible()
    assert (second.number.text(), second.number.toolTip()) == ("2+", "Dropout: 0.25")
    assert first.number.text() == "1"
    room = second.number.text_place().width()
    assert second.number.fontMetrics().horizontalAdvance("12+") <= room


@pytest.mark.parametrize(
    ("target", "item", "new"),
    [
        (GaussianMixture, Component(mu=-1.0, sigma=0.3), Component(mu=-0.4, sigma=0.3)),
        (GaussianMixture, Component(mu=1e6, sigma=2.0), Component(mu=1e6 - 4, sigma=2.0)),
        (Gaussians, PlaneComponent(x=1.0, y=2.0), PlaneComponent(x=1.4, y=2.0)),
    ],
)
def test_a_new_bell_stands_beside_the_last(
    qtbot: QtBot, target: type[Spec], item: Spec, new: Spec
) -> None:
    edit = SequenceEdit("c", "Bells", target.model_fields["components"])
    qtbot.addWidget(edit)
    edit.setValue((item,))
    edit.show()
    QTest.mouseClick(edit.add, Qt.MouseButton.LeftButton)
    assert edit.value() == (item, new)


def test_limits_are_kept(qtbot: QtBot) -> None:
    field = GaussianMixture.model_fields["components"]
    edit = SequenceEdit("c", "Bells", field)
    qtbot.addWidget(edit)
    edit.setValue((Component(),))
    edit.show()
    assert not rows(edit)[0].menu.actions()[3].isEnabled()
    edit.setValue((Component(),) * 64)
    assert not edit.add.isEnabled()
    assert "64" in edit.add.toolTip()


def test_a_refused_width_is_said_at_its_row(qtbot: QtBot, layers: SequenceEdit) -> None:
    width = find(layers, "g.layers.1.width")
    width.selectAll()
    QTest.keyClicks(width, "0")
    QTest.keyClick(width, Qt.Key.Key_Return)
    assert "out of range" in layers._problem.text()
    assert layers.value() == LAYERS
    assert isinstance(layers.add, QToolButton)
