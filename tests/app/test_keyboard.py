"""Everything by keyboard, every control with a name and a tooltip."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QScrollBar,
    QWidget,
)

from ganstudio.app.command_table import COMMANDS
from ganstudio.app.commands import Commands
from ganstudio.app.panels.contents import CONTENTS
from ganstudio.runs.messages import State
from tests.app.laboratory import Lab, until

CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)


def test_every_command_has_words(lab: Lab) -> None:
    for command in COMMANDS:
        action = lab.window.actions_table[command.id]
        assert len(command.help) > 8
        assert command.help in action.toolTip()
        assert action.text()
        assert callable(getattr(Commands, command.id))


def test_every_command_is_in_a_menu(lab: Lab) -> None:
    menus = lab.window.menuBar().findChildren(QMenu)
    shown = {action.objectName() for menu in menus for action in menu.actions()}
    assert {command.id for command in COMMANDS} <= shown


def test_no_two_commands_share_a_key(lab: Lab) -> None:
    keys = Counter(k.toString() for a in lab.window.findChildren(QAction) for k in a.shortcuts())
    assert [key for key, count in keys.items() if count > 1] == []
    assert {"Space", "Right", "R", "Ctrl+Q", "F1"} <= set(keys)


def test_every_key_does_what_it_says(
    make_lab: Callable[..., Lab], monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(Commands, "find", lambda _, id: lambda: done.append(id))
    lab = make_lab()
    lab.show()
    lab.window.activateWindow()
    for command in COMMANDS:
        lab.window.actions_table[command.id].setEnabled(True)
        for key in lab.window.actions_table[command.id].shortcuts():
            done.clear()
            QTest.keySequence(QApplication.focusWidget() or lab.window, key)
            assert done == [command.id], key.toString()


def test_the_help_lists_every_key(lab: Lab) -> None:
    lab.trigger("shortcuts")
    overlay = lab.window.findChild(QDialog, "shortcuts_overlay")
    assert overlay is not None
    words = " ".join(label.text() for label in overlay.findChildren(QLabel))
    for command in COMMANDS:
        keys = lab.window.actions_table[command.id].shortcuts()
        if keys:
            assert command.help in words
        for key in keys:
            assert key.toString(QKeySequence.SequenceFormat.NativeText) in words
    QTest.keyClick(overlay, Qt.Key.Key_Escape)
    until(lambda: lab.window.findChild(QDialog, "shortcuts_overlay") is None)


# ------------------------------------------------------------------------ names and tooltips


def everything_open(lab: Lab) -> None:
    lab.window.panel.set_open_sections([content.name for content in CONTENTS])
    for _ in range(2):  # groups inside groups
        for button in lab.window.panel.findChildren(QAbstractButton):
            if button.isCheckable() and not button.isChecked() and not button.isHidden():
                button.setChecked(True)
    for dock in ("js", "ks", "mean_error"):
        lab.window.views.dock(dock).show()


def controls(lab: Lab) -> list[QWidget]:
    """All that can be pressed, moved or typed into; not the parts of which Qt makes others."""
    return [
        widget
        for widget in lab.window.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and not isinstance(widget, QScrollBar)
        and not widget.objectName().startswith("qt_")
        and not isinstance(widget.parent(), QAbstractSpinBox | QComboBox)
    ]


def has_tooltip(widget: QWidget) -> bool:
    """Its own, or that of the row it stands in."""
    place: QWidget | None = widget
    while place is not None and not place.toolTip():
        place = place.parentWidget()
    return place is not None


def test_every_control_has_a_name_and_a_tooltip(lab: Lab) -> None:
    everything_open(lab)
    found = controls(lab)
    assert len(found) > 100
    nameless = [
        w for w in found if not (w.accessibleName() or getattr(w, "text", lambda: "")().strip())
    ]
    assert [(type(w).__name__, w.objectName(), w.parent()) for w in nameless] == []
    silent = [w for w in found if not has_tooltip(w)]
    assert [(type(w).__name__, w.objectName(), w.accessibleName()) for w in silent] == []
    lab.window.panel.set_open_sections([])
    lab.trigger("restore")


def test_every_control_is_reached_with_tab(lab: Lab) -> None:
    for widget in controls(lab):
        if widget.isVisibleTo(lab.window) and widget.isEnabled():
            assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus, widget


def test_tab_goes_round(lab: Lab) -> None:
    """Through transport, panel and views, and back to where it began."""
    lab.window.transport.train.setFocus()
    seen: list[QWidget] = []
    while (focused := QApplication.focusWidget()) not in seen:
        assert focused is not None
        seen.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        assert len(seen) < 500
    assert focused is seen[0]
    homes = (lab.window.transport, lab.window.panel, lab.window.views)
    assert all(any(home.isAncestorOf(w) for w in seen) for home in homes)


# ------------------------------------------------------------------------------- focus


def key(widget: QWidget, pressed: Qt.Key) -> None:
    """As typed while `widget` has the focus."""
    widget.setFocus()
    until(widget.hasFocus)
    QTest.keyClick(widget, pressed)


def test_space_presses_the_button_that_has_the_focus(lab: Lab) -> None:
    head = lab.window.panel.section("loss").head
    was_open = head.isChecked()
    key(head, Qt.Key.Key_Space)
    assert head.isChecked() is not was_open
    assert not lab.session.playing
    lab.window.panel.set_open_sections([])


def test_space_on_the_train_button_trains(lab: Lab) -> None:
    key(lab.window.transport.train, Qt.Key.Key_Space)
    lab.until_state(State.PLAYING)
    key(lab.window.transport.train, Qt.Key.Key_Space)
    lab.until_state(State.PAUSED)


def test_a_click_on_train_presses_nothing_else(lab: Lab) -> None:
    """A button elsewhere may have the focus; a click on the transport does not take it away."""
    lab.window.transport.seed.setFocus()
    seed = lab.session.document.experiment.seed
    QTest.mouseClick(lab.window.transport.train, Qt.MouseButton.LeftButton)
    lab.until_state(State.PLAYING)
    assert lab.session.document.experiment.seed == seed
    assert lab.window.transport.seed.hasFocus()


def test_right_moves_the_slider_that_has_the_focus(lab: Lab) -> None:
    speed = lab.window.transport.speed
    speed.setValue(3)
    key(speed, Qt.Key.Key_Right)
    assert speed.value() == 4
    key(lab.window.transport.train, Qt.Key.Key_Right)
    lab.until_step(1)
    assert speed.value() == 4


def test_a_click_on_step_moves_no_slider(lab: Lab) -> None:
    speed = lab.window.transport.speed
    speed.setValue(3)
    speed.setFocus()
    QTest.mouseClick(lab.window.transport.step, Qt.MouseButton.LeftButton)
    lab.until_step(1)
    assert speed.value() == 3


def test_letters_in_an_editor_are_no_shortcuts(lab: Lab) -> None:
    lab.window.panel.set_open_sections(["optimizers"])
    editor: Any = lab.window.panel.findChild(QWidget, "optimizer_g.lr")
    before = lab.session.document.experiment
    editor.setFocus()
    until(editor.hasFocus)
    editor.selectAll()
    QTest.keyClicks(editor, "1e-3RN")
    QTest.keyClick(editor, Qt.Key.Key_Left)
    QTest.keyClick(editor, Qt.Key.Key_Right)
    assert lab.session.document.experiment.seed == before.seed
    assert not lab.session.playing
    assert lab.session.step == 0
    lab.window.transport.train.setFocus()
    lab.window.panel.set_open_sections([])
