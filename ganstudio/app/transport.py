"""The bar above everything: preset, train, step, reset, seed, speed, verdict."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSlider,
    QToolButton,
    QWidget,
)

from ganstudio.app.actions import Actions
from ganstudio.app.icons import icon
from ganstudio.app.theme import set_look
from ganstudio.app.wording import pace_words
from ganstudio.core.experiment import Experiment
from ganstudio.data.presets import load_preset, presets
from ganstudio.runs.messages import State

PACES: tuple[float | None, ...] = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, None)
"""Steps a second at each mark of the speed slider."""


class Transport(QWidget):
    """Shows the state of the run and steers it; knows nothing of the run itself."""

    preset_chosen = Signal(str)
    pace_chosen = Signal(object)

    def __init__(self, actions: Actions, recent_menu: QMenu) -> None:
        super().__init__()
        self.setObjectName("transport")
        self.preset = self._make_preset(recent_menu)
        self.train = QPushButton("Train")
        self.train.setProperty("role", "primary")
        self.train.clicked.connect(actions["toggle"].trigger)
        self.step = self._make_step(actions)
        self.reset = _button(actions["reset"], "Reset")
        self.seed = _button(actions["new_seed"], "Seed")
        self.speed = QSlider(Qt.Orientation.Horizontal)
        self.speed_words = QLabel()
        self.chip = QLabel()
        self.picture = self._make_picture(actions)
        self.help = _tool(actions["shortcuts"])
        self._lay_out()
        self._make_speed()
        self.set_state(State.STARTING)

    # ------------------------------------------------------------------------ what it shows

    def set_experiment(self, experiment: Experiment) -> None:
        """Name the experiment and its seed."""
        self.preset.setText(f"{experiment.title}  ▾")
        self.preset.setToolTip(f"{experiment.title}. {experiment.about} Click for all presets.")
        self.seed.setText(f"Seed {experiment.seed}")

    def set_state(self, state: State, *, playing: bool = False) -> None:
        """The main button says what pressing it would do."""
        self.train.setText("Pause" if playing else "Train")
        tips = {
            State.ENDED: "Train as many steps again (Space)",
            State.LOST: "Start a new engine and train from the first step (Space)",
        }
        pause = "Pause at the next step (Space)"
        self.train.setToolTip(pause if playing else tips.get(state, "Start training (Space)"))
        role = QPalette.ColorRole.HighlightedText
        self.train.setIcon(icon("pause" if playing else "play", role))

    def set_pace(self, pace: float | None) -> None:
        """Move the slider to the nearest mark without telling anyone."""
        limits = [float("inf") if p is None else p for p in PACES]
        wanted = float("inf") if pace is None else pace
        mark = next(i for i, limit in enumerate(limits) if wanted <= limit)
        self.speed.blockSignals(True)
        self.speed.setValue(mark)
        self.speed.blockSignals(False)
        self.speed_words.setText(pace_words(PACES[mark]))

    def set_verdict(self, words: str, look: str) -> None:
        """The one sentence that the back row reads."""
        if self.chip.toolTip() != words:
            self.chip.setToolTip(words)
            self.chip.setAccessibleName(f"Verdict: {words}")
            self._elide()
        set_look(self.chip, "state", look)

    def change_pace(self, marks: int) -> None:
        """Faster or slower by some marks."""
        self.speed.setValue(self.speed.value() + marks)

    # ------------------------------------------------------------------------------- making

    def _make_preset(self, recent_menu: QMenu) -> QToolButton:
        button = QToolButton()
        button.setObjectName("preset")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setAccessibleName("Experiment")
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        for name in presets():
            experiment = load_preset(name)
            # What stands behind a tab is drawn in a column of its own, as keys are.
            action = menu.addAction(f"{experiment.title}\t{_first_sentence(experiment.about)}")
            action.setObjectName(name)
            action.setToolTip(experiment.about)
            action.triggered.connect(_say(self.preset_chosen.emit, name))
        menu.addSeparator()
        menu.addMenu(recent_menu)
        button.setMenu(menu)
        return button

    def _make_step(self, actions: Actions) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(actions["step"])
        button.setText("Step")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        menu = QMenu(button)
        for id in ("step", "step_d", "step_g", "run_to"):
            menu.addAction(actions[id])
        button.setMenu(menu)
        return button

    def _make_picture(self, actions: Actions) -> QToolButton:
        button = _tool(actions["picture"])
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolTip("Save or copy the current plot as a picture")
        button.setAccessibleName("Picture")
        menu = QMenu(button)
        menu.addAction(actions["picture"])
        menu.addAction(actions["copy_picture"])
        button.setMenu(menu)
        return button

    def _make_speed(self) -> None:
        self.speed.setObjectName("speed")
        self.speed.setRange(0, len(PACES) - 1)
        self.speed.setPageStep(1)
        self.speed.setToolTip("Steps a second, from one to as many as the machine can")
        self.speed.setAccessibleName("Speed")
        self.speed.valueChanged.connect(self._paced)
        self.speed_words.setToolTip(self.speed.toolTip())
        self.set_pace(None)

    def _paced(self, mark: int) -> None:
        self.speed_words.setText(pace_words(PACES[mark]))
        self.pace_chosen.emit(PACES[mark])

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        speed_label = QLabel("Speed")
        speed_label.setProperty("role", "muted")
        speed_label.setBuddy(self.speed)
        self.chip.setProperty("role", "chip")
        self.chip.setProperty("state", "plain")
        self.chip.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.chip.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for widget in (self.preset, self.train, self.step, self.reset, self.seed):
            row.addWidget(widget)
        row.addSpacing(8)
        row.addWidget(speed_label)
        row.addWidget(self.speed)
        row.addWidget(self.speed_words)
        row.addStretch()
        row.addWidget(self.chip, 1)
        row.addWidget(self.picture)
        row.addWidget(self.help)
        for control in self.findChildren(QWidget):
            # A click must not take the keyboard away from Space and the arrow keys.
            if control.focusPolicy() & Qt.FocusPolicy.ClickFocus:
                control.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def adapt(self) -> None:
        """Fix the widths of changing words for the font in use, so that nothing jumps."""
        metrics = QFontMetrics(self.font())
        self.train.setMinimumWidth(metrics.horizontalAdvance("Pause") + 64)
        self.seed.setMinimumWidth(metrics.horizontalAdvance("Seed 0000") + 52)
        titles = [load_preset(name).title for name in presets()]
        # The widest preset decides, or the whole bar would jump with the name.
        self.preset.setFixedWidth(max(map(metrics.horizontalAdvance, titles)) + 48)
        widest = max(metrics.horizontalAdvance(pace_words(p)) for p in PACES)
        self.speed_words.setMinimumWidth(widest + 4)
        self.speed.setMinimumWidth(metrics.horizontalAdvance("n" * 9))
        self.speed.setMaximumWidth(metrics.horizontalAdvance("n" * 18))
        self.chip.setMinimumWidth(metrics.horizontalAdvance("n" * 10))
        self.chip.setMaximumWidth(metrics.horizontalAdvance("n" * 60))
        self._elide()

    def resizeEvent(self, event: object) -> None:
        self._elide()

    def _elide(self) -> None:
        self.chip.ensurePolished()
        room = self.chip.width() - 2 * self.chip.fontMetrics().horizontalAdvance("nn")
        metrics, words = self.chip.fontMetrics(), self.chip.toolTip()
        if metrics.horizontalAdvance(words) > room:
            # The condition alone is better than half a reason.
            words, _, _ = words.partition(":")
        self.chip.setText(metrics.elidedText(words, Qt.TextElideMode.ElideRight, room))


def _first_sentence(text: str) -> str:
    first, _, _ = text.partition(". ")
    return first.removesuffix(".")


def _button(action: QAction, text: str) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setText(text)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return button


def _tool(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setIconSize(QSize(18, 18))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setAccessibleName(action.text())
    return button


def _say(emit: Callable[[str], None], name: str) -> Callable[[bool], None]:
    return lambda _checked: emit(name)
