"""Every plot in its card, on a screen that nobody sees."""

from __future__ import annotations

import os

import pytest
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from ganstudio.plots.card import Card
from tests.plots.makers import MAKERS


@pytest.fixture(params=list(MAKERS))
def card(request: pytest.FixtureRequest, qtbot: QtBot) -> Card:
    """One plot after another."""
    made = Card(MAKERS[request.param]())
    qtbot.addWidget(made)
    made.resize(600, 400)
    with qtbot.waitExposed(made):
        made.show()
    return made
