"""The bar above everything: preset, train, step, reset, seed, speed, verdict."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QPalette, QResizeEvent
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
from ganstudio.core.events import Condition
from ganstudio.core.experiment import Experiment
from ganstudio.data.presets import load_preset, presets
from ganstudio.runs.messages import State

PACES: tuple[float | None, ...] = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, None)
"""Steps a second at each mark of the speed slider."""

TIGHTEST = 5
"""How many things the bar leaves out, one after the other, where it has too little room."""
MENU_LETTERS = 60
"""The width of a preset's description in the menu, in letters n; its tooltip says all."""


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
        self._speed_label = QLabel("Speed")
        self._title = ""
        self._tightness = 0
        self._needs = [0] * (TIGHTEST + 1)
        self._row = QHBoxLayout(self)
        self._lay_out()
        self._make_speed()
        self.set_state(State.STARTING)

    # ------------------------------------------------------------------------ what it shows

    def set_experiment(self, experiment: Experiment) -> None:
        """Name the experiment and its seed."""
        self._title = experiment.title
        self._elide_title()
        self.preset.setToolTip(f"{experiment.title}. {experiment.about} Click for all presets.")
        self.seed.setText(f"Seed {experiment.seed}")
        self.seed.setAccessibleName(self.seed.text())

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
        # All of them in one list would be higher than a small screen.
        of_pictures = QMenu("Pictures: digits, MNIST", menu)
        for name in presets():
            experiment = load_preset(name)
            place = of_pictures if experiment.target.space == "pictures" else menu
            action = place.addAction(experiment.title)
            action.setObjectName(name)
            action.setToolTip(experiment.about)
            action.triggered.connect(_say(self.preset_chosen.emit, name))
        for each in (menu, of_pictures):
            each.setToolTipsVisible(True)
        menu.addSeparator()
        menu.addMenu(of_pictures)
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
        button.setToolTip("Pictures, films and data of this run")
        button.setAccessibleName("Export")
        menu = QMenu(button)
        for id in ("picture", "copy_picture", "board", "film", "data", "script"):
            menu.addAction(actions[id])
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
        row = self._row
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        self._speed_label.setProperty("role", "muted")
        self._speed_label.setBuddy(self.speed)
        self.chip.setProperty("role", "chip")
        self.chip.setProperty("state", "plain")
        self.chip.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.chip.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for widget in (self.preset, self.train, self.step, self.reset, self.seed):
            row.addWidget(widget)
        row.addSpacing(8)
        row.addWidget(self._speed_label)
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

    # ------------------------------------------------------------------------------- room

    def adapt(self) -> None:
        """Fix the widths of changing words for the font in use, so that nothing jumps."""
        metrics = QFontMetrics(self.font())
        self.train.setMinimumWidth(metrics.horizontalAdvance("Pause") + 64)
        widest = max(metrics.horizontalAdvance(pace_words(p)) for p in PACES)
        self.speed_words.setMinimumWidth(widest + 4)
        self.speed.setMaximumWidth(metrics.horizontalAdvance("n" * 18))
        self.chip.setMaximumWidth(metrics.horizontalAdvance("n" * 60))
        self._describe_presets(metrics)
        for tightness in range(TIGHTEST + 1):
            self._tighten(tightness)
            self._needs[tightness] = self._row.totalMinimumSize().width()
        self._fit()

    def minimumSizeHint(self) -> QSize:
        # The bar can do without what it leaves out when it is narrow.
        return QSize(self._needs[-1], super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out no more than the width asks for."""
        room = self.width()
        fitting = (i for i, need in enumerate(self._needs) if need <= room)
        wanted = next(fitting, TIGHTEST)
        if wanted != self._tightness:
            self._tighten(wanted)
        # Now and not some time later: nothing may be painted upon its neighbour.
        self._row.activate()
        self._elide()

    def _tighten(self, tightness: int) -> None:
        """Leave out so many things.

        First the word beside the slider, then words beside icons, half a name, the speed's number,
        and only where a window is small for large text a part of the verdict.
        """
        self._tightness = tightness
        metrics = QFontMetrics(self.font())
        beside, alone = (
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon,
            Qt.ToolButtonStyle.ToolButtonIconOnly,
        )
        self._speed_label.setVisible(tightness < 1)
        for button in (self.step, self.reset, self.seed):
            button.setToolButtonStyle(beside if tightness < 2 else alone)
        seed = metrics.horizontalAdvance("Seed 0000") + 52 if tightness < 2 else 0
        self.seed.setMinimumWidth(seed)
        titles = [load_preset(name).title for name in presets()]
        # The widest preset decides, or the whole bar would jump with the name.
        widest = max(map(metrics.horizontalAdvance, titles))
        if tightness >= 3:
            widest = min(widest, metrics.horizontalAdvance("n" * 9))
        self.preset.setFixedWidth(widest + 48)
        self.speed.setMinimumWidth(metrics.horizontalAdvance("n" * (9 if tightness < 4 else 6)))
        self.speed_words.setVisible(tightness < 4)
        # The longest condition decides, or the whole bar would jump with the verdict.
        conditions = [f"{condition.value.capitalize()}…" for condition in Condition]
        words = conditions if tightness < 5 else ["n" * 10]
        widest = max(map(self._chip_metrics().horizontalAdvance, words))
        self.chip.setMinimumWidth(widest + self._around_chip())
        self._elide_title()

    def _elide_title(self) -> None:
        """As much of the experiment's name as its button has room for; the tooltip has it all."""
        metrics, right = QFontMetrics(self.font()), Qt.TextElideMode.ElideRight
        mark = "  ▾"
        room = self.preset.maximumWidth() - 14 - metrics.horizontalAdvance(mark)
        self.preset.setText(metrics.elidedText(self._title, right, room) + mark)

    def _elide(self) -> None:
        """The verdict with its reason, else the condition alone, which the tooltip explains."""
        metrics, words = self._chip_metrics(), self.chip.toolTip()
        room = self.chip.width() - self._around_chip()
        if metrics.horizontalAdvance(words) > room:
            # The condition alone is better than half a reason.
            condition, colon, _ = words.partition(":")
            words = f"{condition}…" if colon else words
        self.chip.setText(metrics.elidedText(words, Qt.TextElideMode.ElideRight, room))

    def _chip_metrics(self) -> QFontMetrics:
        self.chip.ensurePolished()
        return self.chip.fontMetrics()

    def _around_chip(self) -> int:
        """What frame and padding take of its width."""
        return 2 * self._chip_metrics().horizontalAdvance("nn")

    def _describe_presets(self, metrics: QFontMetrics) -> None:
        """What each preset is, in one line of the menu, no longer than a small screen is wide."""
        room = metrics.horizontalAdvance("n" * MENU_LETTERS)
        for name in presets():
            experiment = load_preset(name)
            about = _first_sentence(experiment.about)
            about = metrics.elidedText(about, Qt.TextElideMode.ElideRight, room)
            action = self.preset.menu().findChild(QAction, name)
            if isinstance(action, QAction):
                # What stands behind a tab is drawn in a column of its own, as keys are.
                action.setText(f"{experiment.title}\t{about}")


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
