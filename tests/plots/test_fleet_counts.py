"""The bars that count verdicts, and filter."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ganstudio.core.events import Condition
from ganstudio.core.outcomes import Share
from ganstudio.plots.fleet_counts import Counts, figures
from ganstudio.plots.fleet_marks import MARKS
from ganstudio.plots.style import DARK, LIGHT, Style

FITS, OFF = Condition.FITS, Condition.OFF_TARGET
FOUND = {FITS: Share(14, 64), OFF: Share(50, 64)}


@pytest.fixture
def counts(qtbot: QtBot) -> Counts:
    made = Counts()
    qtbot.addWidget(made)
    made.set_style(LIGHT)
    made.resize(320, 400)
    with qtbot.waitExposed(made):
        made.show()
    return made


def shown(counts: Counts) -> list[Condition]:
    return [condition for condition, row in counts.rows.items() if row.isVisible()]


def test_only_verdicts_that_somebody_has_are_shown(counts: Counts) -> None:
    counts.show_counts(FOUND, None)
    assert shown(counts) == [FITS, OFF]
    name = counts.rows[FITS].accessibleName()
    assert name == "fits: 14 of 64 (22 %, 95 % interval 14–33 %)"
    assert figures(FOUND[FITS]) == "14 of 64 · 22 % (14–33 %)"


def test_a_small_share_is_not_nothing() -> None:
    assert figures(Share(0, 1024)) == "0 of 1,024 · 0 % (0–0.4 %)"
    assert figures(Share(2, 1024)) == "2 of 1,024 · 0.2 % (0.1–0.7 %)"


def test_those_of_a_are_shown_too(counts: Counts) -> None:
    counts.show_counts(FOUND, {Condition.COLLAPSED: Share(32, 32)})
    assert shown(counts) == [FITS, OFF, Condition.COLLAPSED]
    said = counts.rows[Condition.COLLAPSED].accessibleName()
    assert said.startswith("collapsed: 0 of 64 (0 %")
    assert said.endswith("A: 32 of 32 (100 %, 95 % interval 89–100 %)")
    higher = counts.rows[FITS].sizeHint().height()
    counts.show_counts(FOUND, None)
    assert counts.rows[FITS].sizeHint().height() < higher


def test_clicks_filter_and_a_filter_stays_when_nobody_is_left(counts: Counts, qtbot: QtBot) -> None:
    counts.show_counts(FOUND, None)
    with qtbot.waitSignal(counts.filter_changed) as told:
        QTest.mouseClick(counts.rows[FITS], Qt.MouseButton.LeftButton)
    assert told.args == [frozenset({FITS})]
    counts.show_counts({OFF: Share(64, 64)}, None)
    assert shown(counts) == [FITS, OFF]
    counts.rows[OFF].setFocus()
    with qtbot.waitSignal(counts.filter_changed) as told:
        QTest.keyClick(counts.rows[OFF], Qt.Key.Key_Space)
    assert told.args == [frozenset({FITS, OFF})]
    counts.clear()
    assert (counts.chosen, shown(counts)) == (frozenset(), [])


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
def test_a_bar_is_as_long_as_its_share(counts: Counts, style: Style) -> None:
    counts.set_style(style)
    lengths = []
    for count in (16, 48):
        counts.show_counts({OFF: Share(count, 64), FITS: Share(64 - count, 64)}, None)
        row = counts.rows[FITS]
        image = row.grab().toImage()
        line = [image.pixelColor(x, y) for y in (row.height() - 14,) for x in range(row.width())]
        role = QColor(getattr(style, MARKS[FITS].role))
        # Three quarters of the colour over the bar's ground.
        lengths.append(sum(abs(one.green() - role.green()) < 60 and _green(one) for one in line))
    assert lengths[0] == pytest.approx(3 * lengths[1], rel=0.2)


def _green(tint: QColor) -> bool:
    return tint.green() > tint.red() + 40


def test_all_bars_have_one_length(counts: Counts) -> None:
    """Else a longer bar would not be more."""
    found = {FITS: Share(4, 64), OFF: Share(50, 64), Condition.COLLAPSED: Share(10, 64)}
    counts.show_counts(found, {FITS: Share(32, 32)})
    ends = []
    for condition in found:
        row = counts.rows[condition]
        image, y = row.grab().toImage(), 26
        # The unfilled part of the bar of the first row, which is short.
        empty = counts.rows[FITS].grab().toImage().pixelColor(100, y)
        ends.append(max(x for x in range(row.width()) if image.pixelColor(x, y) == empty))
    assert len(set(ends)) == 1
    assert ends[0] > 100
