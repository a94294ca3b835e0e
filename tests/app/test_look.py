"""Themes, text sizes and layouts: everything is seen whole, and is where it was left."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QTextDocumentFragment
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QToolButton, QWidget

from ganstudio.app.theme import TEXT_SIZE
from ganstudio.app.views import SHOWN_FIRST, SHOWN_TO_A_ROOM, TITLES
from ganstudio.app.wording import status_line
from ganstudio.data.presets import load_preset
from ganstudio.plots.style import DARK, LIGHT, PROJECTOR_SCALE, Style
from ganstudio.runs.messages import State
from tests.app.laboratory import HEIGHT, WIDTH, Lab, until

MakeLab = Callable[..., Lab]


def shown(lab: Lab) -> list[str]:
    """Names of the views that are on the screen."""
    return [name for name in TITLES if lab.window.views.dock(name).isVisible()]


def theme(lab: Lab, name: str) -> None:
    """Choose it in the menu."""
    lab.window.menuBar().findChild(QWidget, "menu_view")
    action = next(a for a in lab.window.findChildren(object) if a.objectName() == f"theme_{name}")  # type: ignore[attr-defined,type-var]
    action.trigger()  # type: ignore[attr-defined]


def ground(lab: Lab) -> QColor:
    """The pixel in the corner of the bar, where nothing stands."""
    QApplication.processEvents()
    return lab.window.transport.grab().toImage().pixelColor(1, 1)


def most_common(lab: Lab) -> QColor:
    """The colour of most pixels of the distribution's plot."""
    image = lab.window.views.dock("distribution").card.plot.grab().toImage()
    pixels = [image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)]
    return QColor(max(set(pixels), key=pixels.count))


@pytest.mark.parametrize("name", ["light", "dark", "system"])
def test_a_theme_changes_every_pixel(lab: Lab, name: str) -> None:
    styles: dict[str, Style] = {"light": LIGHT, "dark": DARK, "system": LIGHT}
    theme(lab, "dark" if name == "light" else "light")
    theme(lab, name)
    assert ground(lab) == QColor(styles[name].window)
    assert most_common(lab) == QColor(styles[name].card)
    assert lab.preferences.theme == name
    theme(lab, "system")
