"""What stands behind a pane in its tests: a real game, asked as the engine would be."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from ganstudio.app.explore.pane import Pane
from ganstudio.core.control import Order
from ganstudio.core.events import Answered, Finished, Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.core.questions import Asked
from ganstudio.core.studio import Studio
from ganstudio.core.trainer import train
from ganstudio.errors import GanStudioError
from tests.core.helpers import gallery_of, new_game

WAIT_MS = 20_000


def digits(**changes: Any) -> Experiment:
    """Small networks that make digits."""
    layers = [{"width": 12}, {"width": 10}]
    small = {
        "target": "digits",
        "generator": {"layers": layers, "output": "tanh"},
        "discriminator": {"layers": layers},
        "noise": {"kind": "normal", "size": 4},
    }
    made = Experiment(batch_size=16, steps=20, frame_every=10).replace(**small)
    return made.replace(**changes)


@cache
def trained(experiment: Experiment) -> tuple[Started, tuple[Frame, ...], Finished]:
    """A whole run."""
    return run(experiment)


def run(
    experiment: Experiment, weights: Mapping[str, Any] | None = None
) -> tuple[Started, tuple[Frame, ...], Finished]:
    """The same from given weights."""
    gallery = gallery_of(experiment)
    told = list(train(experiment, weights=dict(weights) if weights else None, gallery=gallery))
    started, finished = told[0], told[-1]
    assert isinstance(started, Started)
    assert isinstance(finished, Finished)
    return started, tuple(e for e in told if isinstance(e, Frame)), finished


@cache
def studio() -> Studio:
    """Of a game whose D has learnt a little."""
    game = new_game(digits())
    for _ in range(60):
        game.step(Order.BOTH)
        game.follow()
    return Studio(game)


class Engine:
    """Answers a pane, a moment later; of a topic only the newest question, as the engine does.

    Args:
        pane: who asks.
    """

    def __init__(self, pane: Pane) -> None:
        self.asked: list[Asked] = []
        self.held = False
        """Whether answers wait for `answer`."""
        self._pane = pane
        self._waiting: dict[str, Asked] = {}
        pane.asks.connect(self._take)

    def _take(self, asked: Asked) -> None:
        self.asked.append(asked)
        self._waiting[asked.topic] = asked
        if not self.held:
            QTimer.singleShot(0, self._pane, self.answer)

    def answer(self) -> None:
        """All that waits."""
        waiting, self._waiting = self._waiting, {}
        for asked in waiting.values():
            found, problem = None, ""
            try:
                found = asked.question.answer(studio())
            except GanStudioError as error:
                problem = str(error)
            self._pane.hear(Answered(asked.topic, asked.number, 1, found, problem, 0.01))


def shown(qtbot: QtBot, pane: Pane) -> None:
    """Bring it to the front."""
    qtbot.addWidget(pane)
    pane.resize(900, 600)
    pane.show()
    qtbot.waitExposed(pane)
