"""What a person's hands do in a form."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QPushButton, QToolButton, QWidget


def find(where: QWidget, path: str) -> Any:
    """The editor of the field at a path."""
    editor = where.findChild(QWidget, path)
    assert editor is not None, path
    return editor


def listen(signal: Any) -> list[Any]:
    """What a signal of several values says from now on."""
    heard: list[Any] = []
    signal.connect(lambda *values: heard.append(values))
    return heard


def open_all(form: QWidget) -> None:
    for button in form.findChildren(QPushButton) + form.findChildren(QToolButton):
        if button.isCheckable() and button.isEnabled():
            button.setChecked(True)


def enter(editor: QWidget, value: Any) -> None:
    """Choose a value with the keyboard, as a person would."""
    editor.setFocus()
    if isinstance(editor, QCheckBox):
        QTest.keyClick(editor, Qt.Key.Key_Space)
    elif isinstance(editor, QComboBox):
        while editor.currentData() != value:
            down = editor.currentIndex() < editor.findData(value)
            QTest.keyClick(editor, Qt.Key.Key_Down if down else Qt.Key.Key_Up)
    else:
        editor.selectAll()  # type: ignore[attr-defined]
        words = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
        QTest.keyClicks(editor, words)
        QTest.keyClick(editor, Qt.Key.Key_Return)
