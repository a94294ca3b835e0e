"""Sections open and close and say what they hold."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.app.panels import Section


@pytest.fixture
def section(qtbot: QtBot) -> Section:
    section = Section("name", "A title", lambda: QLabel("inside"))
    qtbot.addWidget(section)
    section.resize(300, 40)
    section.show()
    return section


def test_the_body_is_made_once_when_first_opened(section: Section) -> None:
    assert section.body is None
    section.set_open(True)
    body = section.body
    assert body is not None
    assert body.isVisible()
    section.set_open(False)
    section.set_open(True)
    assert section.body is body


def test_space_opens_it(qtbot: QtBot, section: Section) -> None:
    heard: list[bool] = []
    section.toggled.connect(heard.append)
    section.head.setFocus()
    QTest.keyClick(section.head, Qt.Key.Key_Space)
    QTest.keyClick(section.head, Qt.Key.Key_Space)
    assert heard == [True, False]


def test_the_longest_summary_that_fits_is_shown(section: Section) -> None:
    section.head.set_summary("a very long summary that has no room here at all", "short")
    assert section.head.shown_summary() == "short"
    section.head.resize(800, 30)
    assert section.head.shown_summary().startswith("a very long")
    section.head.set_marked(True)
    assert section.head.shown_summary().startswith("↻ a very long")
    section.head.resize(section.head.minimumSizeHint())
    assert section.head.shown_summary() == "↻"


def test_a_screen_reader_hears_the_whole(section: Section) -> None:
    section.head.set_summary("321 parameters")
    section.head.set_marked(True)
    assert section.head.accessibleName() == (
        "A title: 321 parameters; some fields wait for a restart"
    )


def test_opening_moves_only_what_is_below(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    layout = QVBoxLayout(holder)
    sections = [Section(str(i), f"Title {i}", lambda: QLabel("inside")) for i in range(3)]
    for each in sections:
        layout.addWidget(each)
    layout.addStretch(1)
    holder.resize(300, 500)
    holder.show()
    before = [each.geometry() for each in sections]
    sections[1].set_open(True)
    qtbot.waitUntil(lambda: sections[2].y() > before[2].y())
    assert sections[0].geometry() == before[0]
    assert sections[1].pos() == before[1].topLeft()
    assert sections[1].width() == before[1].width()
