"""A real game on digits that answers what panes and dialogs ask, at once or when it is told to."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from ganstudio.core.control import Order, Watch
from ganstudio.core.events import Answered, Frame, PictureView, Started
from ganstudio.core.experiment import Experiment
from ganstudio.core.picture_artist import PictureArtist
from ganstudio.core.questions import Asked, Generate, Made, Nearest
from ganstudio.core.studio import Studio
from ganstudio.core.trainer import train
from ganstudio.errors import GanStudioError
from tests.core.helpers import gallery_of, new_game

PICTURES: dict[str, Any] = {
    "target": "digits",
    "batch_size": 8,
    "noise.kind": "normal",
    "noise.size": 10,
    "generator.layers": [{"width": 16, "activation": "relu"}],
    "discriminator.layers": [{"width": 16, "activation": "relu"}],
}
"""Small networks, whose untrained pictures differ from each other already."""


@lru_cache
def _begin(experiment: Experiment) -> tuple[Started, Frame]:
    """What a run says first."""
    events = train(experiment, gallery=gallery_of(experiment))
    started, frame = next(events), next(events)
    assert isinstance(started, Started)
    assert isinstance(frame, Frame)
    return started, frame


class Engine:
    """Stands in for the process that trains; connect `ask` to the `asks` of whoever asks.

    Args:
        changes: of the experiment.
    """

    def __init__(self, **changes: Any) -> None:
        self.experiment = Experiment().replace(**PICTURES).replace(**changes)
        self.game = new_game(self.experiment)
        self.studio = Studio(self.game)
        self._artist = PictureArtist(self.game)
        self.asker: Any = None
        """What has a method `hear`."""
        self.questions: list[Any] = []
        """All that was asked."""
        self.waiting: list[Asked] = []
        self.busy = False
        """Whether questions wait until `catch_up`."""
        self.refuses = False
        self.seconds = 0.0
        """What every answer costs."""
        self.started, self._first = _begin(self.experiment)

    def frame(self, step: int = 0, *, noise: int = 0, cells: int = 64) -> Frame:
        """The state as it is, as a frame of that step."""
        view = self._artist.view(Watch(cells=cells, noise=noise), None)
        return replace(self._first, step=step, view=view)

    def view(self, noise: int = 0) -> PictureView:
        """The pictures of now."""
        view = self.frame(noise=noise).view
        assert isinstance(view, PictureView)
        return view

    def train(self, steps: int = 5) -> None:
        """So many steps."""
        for _ in range(steps):
            self.game.step(Order.BOTH)

    def made(self, question: Generate) -> Made:
        """What the networks of now make of it."""
        return question.answer(self.studio)

    @property
    def generated(self) -> list[Generate]:
        """The questions to the generator."""
        return [one for one in self.questions if isinstance(one, Generate)]

    @property
    def compared(self) -> list[Nearest]:
        """The questions for neighbours."""
        return [one for one in self.questions if isinstance(one, Nearest)]

    def ask(self, asked: Asked) -> None:
        """Take a question."""
        self.questions.append(asked.question)
        # Of one who asks again before an answer only the newest question counts.
        self.waiting = [*(one for one in self.waiting if one.topic != asked.topic), asked]
        if not self.busy:
            self.catch_up()

    def catch_up(self) -> None:
        """Answer all that waits."""
        waiting, self.waiting = self.waiting, []
        for asked in waiting:
            self.asker.hear(self._answer(asked))

    def _answer(self, asked: Asked) -> Answered:
        answer, problem = None, "the engine refuses" if self.refuses else ""
        try:
            answer = None if problem else asked.question.answer(self.studio)
        except GanStudioError as error:
            problem = str(error)
        return Answered(asked.topic, asked.number, 0, answer, problem, self.seconds)
