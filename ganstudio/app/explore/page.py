"""The page that looks at pictures from every side, one tab each."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QStackedLayout, QTabWidget, QVBoxLayout, QWidget

from ganstudio.app.explore.adversarial import AdversarialPane
from ganstudio.app.explore.browser import BrowserPane
from ganstudio.app.explore.latent import LatentPane
from ganstudio.app.explore.pane import Pane
from ganstudio.app.explore.scores import ScoresPane
from ganstudio.app.explore.transfer import TransferPane
from ganstudio.core.events import Answered, Frame, Started
from ganstudio.plots.style import LIGHT, Style

NOTHING = (
    "Here you walk through the latent space, browse the real pictures, and see how good the "
    "generated ones are.\nOpen a preset that makes pictures, such as Digits, first."
)


class ExplorePage(QWidget):
    """Latent space, data, scores, adversarial examples and transfer of a run on pictures."""

    asks = Signal(object)
    """An `Asked` for the engine."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("explore_page")
        self.browser, self.scores, self.transfer = BrowserPane(), ScoresPane(), TransferPane()
        self.panes: tuple[Pane, ...] = (
            LatentPane(),
            self.browser,
            self.scores,
            AdversarialPane(),
            self.transfer,
        )
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for pane in self.panes:
            at = self.tabs.addTab(pane, pane.title)
            self.tabs.setTabToolTip(at, pane.tip)
            pane.asks.connect(self.asks)
        self._nothing = QLabel(NOTHING)
        self._nothing.setProperty("role", "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        room = QWidget()
        self._stack = QStackedLayout(room)
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(self.tabs)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 0)
        column.addWidget(room)
        self.set_style(LIGHT)

    def set_style(self, style: Style) -> None:
        """Other colours and sizes in all tabs."""
        for pane in self.panes:
            pane.set_style(style)

    def start(self, started: Started) -> None:
        """A run begins."""
        suits = started.experiment.target.space == "pictures"
        self._stack.setCurrentWidget(self.tabs if suits else self._nothing)
        for pane in self.panes:
            pane.start(started)

    def look_at(self, kind: str) -> None:
        """Show a set of pictures, or how to get it, also where no run learns any."""
        self._stack.setCurrentWidget(self.tabs)
        self.tabs.setCurrentWidget(self.browser)
        self.browser.look_at(kind)

    def show_frame(self, frame: Frame) -> None:
        """The run went on."""
        for pane in self.panes:
            pane.show_frame(frame)

    def hear(self, answered: Answered) -> None:
        """An answer to the question of one of the tabs."""
        for pane in self.panes:
            pane.hear(answered)
