"""The commands of the menus Run and Timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QInputDialog

from ganstudio.app.commands.of_window import OfWindow
from ganstudio.core.control import Order

if TYPE_CHECKING:
    from ganstudio.app.library.player import Player
    from ganstudio.app.timeline.bar import Timeline


class RunCommands(OfWindow):
    """Train, step, start over; look back and go on from there."""

    def toggle(self) -> None:
        """Train or pause."""
        self._window.session.toggle()

    def step(self) -> None:
        """One step of both."""
        self._window.session.step_once()

    def step_d(self) -> None:
        """One update of D."""
        self._window.session.step_once(Order.DISCRIMINATOR)

    def step_g(self) -> None:
        """One update of G."""
        self._window.session.step_once(Order.GENERATOR)

    def run_to(self) -> None:
        """Ask for a step and train until it."""
        session = self._window.session
        first = session.step + 1
        target = max(first, session.document.experiment.steps)
        step, wanted = QInputDialog.getInt(
            self._window, "Train to step", "Train until step:", target, first, 10**9
        )
        if wanted:
            session.train(until=step)

    def reset(self) -> None:
        """Back to the start with the same seed."""
        self._window.session.reset()

    def new_seed(self) -> None:
        """Start over with another seed."""
        self._window.session.new_seed()

    def transfer(self) -> None:
        """Start over from the trained networks."""
        self._window.session.transfer()

    def go_back(self) -> None:
        """Back to the state before the step that was not finite."""
        self._window.session.go_back()

    def faster(self) -> None:
        """The next higher speed."""
        self._window.transport.change_pace(1)

    def slower(self) -> None:
        """The next lower speed."""
        self._window.transport.change_pace(-1)

    def replay(self) -> None:
        """Run through the past, or stop."""
        self._timeline.replay()

    def picture_back(self) -> None:
        """The picture before."""
        self._timeline.step(-1)

    def picture_on(self) -> None:
        """The picture after."""
        self._timeline.step(1)

    def mark_back(self) -> None:
        """To what happened before."""
        self._timeline.jump(-1)

    def mark_on(self) -> None:
        """To what happened next."""
        self._timeline.jump(1)

    @property
    def _timeline(self) -> Timeline | Player:
        """That of the runs that are compared, while they are."""
        return self._window.library.player or self._window.timeline

    def loop(self) -> None:
        """The action keeps its own tick."""

    def live(self) -> None:
        """Follow the end."""
        self._timeline.follow()

    def branch(self) -> None:
        """Go on from the picture that is shown."""
        self._window.timeline.go_on()
