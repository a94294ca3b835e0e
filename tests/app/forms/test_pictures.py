"""Editors of what only pictures have, and what the panel says of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from ganstudio.app.forms.form import SpecForm
from ganstudio.app.forms.pictures import ClassesEdit, FolderEdit
from ganstudio.app.panels import summaries
from ganstudio.app.panels.contents import idle_paths
from ganstudio.app.theme import apply_theme
from ganstudio.core.experiment import Experiment
from ganstudio.core.targets import FashionMnist, Kmnist, Mnist, PictureFolder
from ganstudio.data.images.known import FASHION, KMNIST, MNIST
from ganstudio.plots.style import LIGHT
from tests.app.forms.hands import enter, find, listen


@pytest.fixture
def digits(qtbot: QtBot, qapp: QApplication) -> ClassesEdit:
    apply_theme(qapp, LIGHT)
    made = ClassesEdit(MNIST.classes)
    qtbot.addWidget(made)
    made.resize(270, 60)
    made.show()
    return made


def press(editor: ClassesEdit, *numbers: int) -> None:
    for number in numbers:
        QTest.mouseClick(editor.buttons[number], Qt.MouseButton.LeftButton)


def test_pressed_classes_are_the_only_ones(digits: ClassesEdit) -> None:
    heard = listen(digits.valueChanged)
    assert (digits.value(), digits.words.text()) == ((), "All of them")
    press(digits, 8, 3)
    assert heard == [((8,),), ((3, 8),)]
    assert digits.words.text() == "Only 3, 8"
    press(digits, 3, 8)
    assert heard[-1] == ((),)
    assert digits.words.text() == "All of them"


def test_all_of_them_pressed_is_none_of_them(digits: ClassesEdit) -> None:
    digits.setValue(range(9))
    heard = listen(digits.valueChanged)
    press(digits, 9)
    assert heard == [((),)]
    assert not any(button.isChecked() for button in digits.buttons)


def test_what_is_shown_is_not_said(digits: ClassesEdit) -> None:
    heard = listen(digits.valueChanged)
    digits.setValue((1, 7))
    assert digits.value() == (1, 7)
    assert not heard


def test_classes_have_their_names(qtbot: QtBot, qapp: QApplication) -> None:
    apply_theme(qapp, LIGHT)
    for target, known in ((Mnist, MNIST), (FashionMnist, FASHION), (Kmnist, KMNIST)):
        form = SpecForm(target, "target.")
        qtbot.addWidget(form)
        form.resize(300, 400)
        form.show()
        editor = find(form, "target.classes")
        assert [button.text() for button in editor.buttons] == list(known.classes)
        for button in editor.buttons:
            assert button.accessibleName()
            assert button.text() in button.toolTip()
            assert button.width() >= button.fontMetrics().horizontalAdvance(button.text())


def test_the_form_says_which_classes(qtbot: QtBot) -> None:
    form = SpecForm(Mnist, "target.")
    qtbot.addWidget(form)
    form.show()
    heard = listen(form.edited)
    press(find(form, "target.classes"), 4)
    assert heard == [("target.classes", (4,))]
    assert form.value() == Mnist(classes=(4,))


def test_a_folder_is_written_or_chosen(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = SpecForm(PictureFolder, "target.")
    qtbot.addWidget(form)
    form.show()
    heard = listen(form.edited)
    editor = find(form, "target.folder")
    assert isinstance(editor, FolderEdit)
    enter(editor.path, "/somewhere")
    asked: list[str] = []

    def choose(_parent: object, _title: str, here: str) -> str:
        asked.append(here)
        return str(tmp_path)

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", choose)
    editor.choose.click()
    editor.choose.click()
    assert heard == [("target.folder", "/somewhere"), ("target.folder", str(tmp_path))]
    # Where there is no such folder, the dialog begins where it likes.
    assert asked == ["", str(tmp_path)]
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    editor.choose.click()
    assert editor.value() == str(tmp_path)


PICTURES = Experiment().replace(target="digits", noise={"kind": "uniform", "size": 100})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Digits, 100-D uniform z"),
        ({"target": "mnist"}, "MNIST, 100-D uniform z"),
        ({"target.classes": (3, 8)}, "Digits 3, 8, 100-D uniform z"),
        ({"target.count": 200}, "200 Digits, 100-D uniform z"),
        ({"conditional": True}, "Digits, told the class, 100-D uniform z"),
        ({"target": {"kind": "folder"}}, "No folder chosen, 100-D uniform z"),
        ({"target": {"kind": "folder", "folder": "/home/me/cats"}}, "cats, 100-D uniform z"),
    ],
)
def test_the_head_of_the_target(changes: dict[str, object], words: str) -> None:
    assert summaries.target(PICTURES.replace(**changes))[0] == words


def test_networks_that_are_told_the_class_are_wider() -> None:
    told = PICTURES.replace(conditional=True)
    assert summaries.generator_note(PICTURES).startswith("z  100 → ")
    assert summaries.generator_note(PICTURES).endswith("784  x")
    assert summaries.generator_note(told).startswith("z  110 → ")
    assert summaries.discriminator_note(told).startswith("x  794 → ")


def test_convolutions_are_told() -> None:
    deep = PICTURES.replace(**{"discriminator.convolutions": [{"channels": 16}, {"channels": 32}]})
    assert "2 convolutions" in summaries.discriminator(deep)[0]
    assert "784 → 16 pictures → 32 pictures → " in summaries.discriminator_note(deep)


def test_only_pictures_have_classes_to_tell() -> None:
    assert "conditional" in idle_paths(Experiment())
    assert "conditional" not in idle_paths(PICTURES)
