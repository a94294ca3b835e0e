"""The bar below the views: replay, step and jump through the past, follow the present."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QWidget

from ganstudio.app.actions import Actions, keys_in_words
from ganstudio.app.icons import icon
from ganstudio.app.timeline.history import History, Reel
from ganstudio.app.timeline.track import Track
from ganstudio.core.events import Frame
from ganstudio.plots.style import Style

SPEEDS = (2, 5, 10, 20, 30, 60, 120, 240)
"""Pictures a second; faster than a screen, some are left out."""
USUAL = 30
SCREEN = 60


class Timeline(QWidget):
    """Shows where in its past a run is looked at, and moves there."""

    branch_wanted = Signal(int)
    """Go on from this step, as another run."""

    def __init__(self, history: History, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("timeline")
        self._history = history
        self.track = Track()
        self.speed = QComboBox()
        self.where = QLabel()
        self._clock = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self._clock.timeout.connect(self._tick)
        self._buttons = {
            id: _tool(actions, id)
            for id in ("mark_back", "picture_back", "replay", "picture_on", "mark_on", "loop")
        }
        self.library = _tool(actions, "library")
        self.live = _tool(actions, "live", words="Live")
        self.branch = _tool(actions, "branch", words="Go on from here")
        self._actions = actions
        self._lent = False
        self._build()
        history.changed.connect(self._show)
        history.looked.connect(self._look)
        self.track.chosen.connect(self._choose)
        self._show(history.reel)

    # ------------------------------------------------------------------ what a window uses

    def set_style(self, style: Style) -> None:
        """Take other colours and sizes."""
        self.track.set_style(style)
        widest = self.fontMetrics().horizontalAdvance("step 000,000 of 000,000")
        # Both, or each step that is said would lay out the whole window anew.
        self.where.setFixedSize(widest, self.fontMetrics().height())
        self._fit()

    def lend_keys(self, lent: bool) -> None:
        """Whether replay and steps belong to another timeline, which is there instead of this."""
        self._lent = lent
        self.stop()
        self._show(self._history.reel)

    @property
    def replaying(self) -> bool:
        """Whether the past is running like a film."""
        return self._clock.isActive()

    def replay(self) -> None:
        """Run through the pictures from here on, from the first one if here is the end; or stop."""
        if self.replaying:
            self.stop()
            return
        reel = self._history.reel
        if len(reel.places) < 2:
            return
        if self._history.index >= len(reel.places) - 1:
            self._history.look(0)
        self._clock.start(round(1000 / min(self.speed.currentData(), SCREEN)))
        self._show(reel)

    def stop(self) -> None:
        """Stay at the picture that is shown."""
        if self.replaying:
            self._clock.stop()
            self._show(self._history.reel)

    def step(self, pictures: int) -> None:
        """So many pictures on, or back."""
        self.stop()
        self._history.look(max(0, self._history.index + pictures))

    def jump(self, direction: int) -> None:
        """To the next mark, or the one before; to an end if there is none."""
        self.stop()
        reel, here = self._history.reel, self._history.index
        marked = {reel.nearest(mark.step) for mark in reel.marks} if reel.places else set()
        ahead = [
            i for i in sorted(marked | {0, len(reel.places) - 1}) if (i - here) * direction > 0
        ]
        if ahead:
            self._history.look(ahead[0] if direction > 0 else ahead[-1])

    def follow(self) -> None:
        """Show what is newest, as it comes."""
        self.stop()
        self._history.follow()
        # A click has changed the button's tick.
        self._show(self._history.reel)

    def go_on(self) -> None:
        """Ask for a branch at the last checkpoint before the picture that is shown."""
        self.stop()
        step = self._branch_step()
        if step is not None:
            self.branch_wanted.emit(step)

    # ------------------------------------------------------------------------------ inside

    def _build(self) -> None:
        for speed in SPEEDS:
            self.speed.addItem(f"{speed}/s", speed)
        self.speed.setCurrentIndex(SPEEDS.index(USUAL))
        self.speed.setToolTip("Pictures a second while the past is replayed")
        self.speed.setAccessibleName("Replay speed")
        self.speed.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.speed.currentIndexChanged.connect(self._set_speed)
        self.where.setProperty("role", "muted")
        self.where.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 2, 10, 4)
        row.setSpacing(4)
        row.addWidget(self.library)
        for button in self._buttons.values():
            row.addWidget(button)
        row.addWidget(self.speed)
        row.addWidget(self.track, 1)
        row.addWidget(self.where)
        row.addWidget(self.live)
        row.addWidget(self.branch)

    def _set_speed(self, _index: int) -> None:
        if self.replaying:
            self._clock.start(round(1000 / min(self.speed.currentData(), SCREEN)))

    def _choose(self, index: int) -> None:
        self.stop()
        self._history.look(index)

    def _look(self, frame: Frame | None) -> None:
        if frame is None:
            # Somebody trains, or another run began: the past is over.
            self._clock.stop()
        self._show(self._history.reel)

    def _tick(self) -> None:
        last = len(self._history.reel.places) - 1
        next_one = self._history.index + max(1, self.speed.currentData() // SCREEN)
        if self._history.index < last:
            self._history.look(min(next_one, last))
        elif self._actions["loop"].isChecked():
            self._history.look(0)
        else:
            self.stop()

    def _branch_step(self) -> int | None:
        frame = self._history.frame
        return None if frame is None else self._history.reel.checkpoint_before(frame.step)

    def _show(self, reel: Reel) -> None:
        history = self._history
        frame, known = history.frame, len(reel.places) > 1
        self.track.show_reel(reel, history.index)
        self._show_replaying()
        for id in (*self._buttons, "live"):
            self._actions[id].setEnabled(known or self._lent)
        self._actions["live"].setChecked(frame is None)
        step = self._branch_step()
        branch = self._actions["branch"]
        branch.setEnabled(step is not None)
        if step is not None:
            more = f"From its checkpoint at step {step:,}; this run stays."
        elif frame is not None and reel.checkpoints:
            more = (
                f"The first checkpoint is at step {reel.checkpoints[0]:,}: choose a later picture."
            )
        else:
            more = "Choose a picture first."
        # Not the action's, see `_show_replaying`.
        self.branch.setToolTip(f"{branch.statusTip()} {more}{keys_in_words(branch)}")
        last = reel.places[-1].step if reel.places else 0
        shown = frame.step if frame is not None else last
        self.where.setText(f"step {shown:,} of {last:,}" if known else "")

    def _show_replaying(self) -> None:
        replay = self._actions["replay"]
        words = "Stop the replay" if self.replaying else "Replay"
        if replay.text() != words:
            # Only then: with each change of an action the whole window is laid out anew.
            replay.setText(words)
            replay.setIcon(icon("pause" if self.replaying else "replay"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out what is said elsewhere where the track would become too short."""
        spared = (
            (self._buttons["loop"], self.speed),
            (self._buttons["mark_back"], self._buttons["mark_on"]),
            (self.where,),
        )
        need = 10 * 12 + self.fontMetrics().horizontalAdvance("n" * 24)
        room = self.width() - need
        ends = [self.library, self.where, self.live, self.branch]
        widgets = [*self._buttons.values(), self.speed, *ends]
        _say_words(self.branch, True)
        room -= sum(widget.sizeHint().width() for widget in widgets)
        for group in spared:
            is_hidden = room < 0
            for widget in group:
                widget.setVisible(not is_hidden)
                room += widget.sizeHint().width() if is_hidden else 0
        _say_words(self.branch, room >= 0)


def _tool(actions: Actions, id: str, words: str = "") -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(actions[id])
    _say_words(button, bool(words))
    button.setAccessibleName(words or actions[id].text())
    # A click must not take the keyboard away from Space and the arrow keys.
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _say_words(button: QToolButton, words: bool) -> None:
    style = Qt.ToolButtonStyle
    button.setToolButtonStyle(style.ToolButtonTextOnly if words else style.ToolButtonIconOnly)
