"""The controls of a grid of samples: a row of small buttons for the bar above its card."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QMenu, QSizePolicy, QToolButton, QWidget

from ganstudio.plots.sample_cells import Mode, Order
from ganstudio.plots.sample_grid import SampleGridPlot

Choice = TypeVar("Choice")

SIDES = (4, 6, 8, 10, 16, 24, 32)
_MODES = {
    Mode.GENERATED: ("Generated", "Only what the generator makes"),
    Mode.BOTH: ("Generated and real", "Real pictures beside the generated ones, to compare"),
    Mode.GUESS: (
        "Guess which is real",
        "A game against the discriminator: both kinds are mixed, and you say which is which",
    ),
}
_ORDERS = {
    Order.NOISE: ("By noise", "Each cell where it always is: follow one while it learns"),
    Order.SCORE: ("Most real first", "What the discriminator takes for real comes first"),
}
_SAYS = {
    False: ("I say: generated", "A click says that a cell is generated; so does the key G"),
    True: ("I say: real", "A click says that a cell is real; so does the key R"),
}
_SIZES = {
    side**2: (f"{side} × {side}", f"{side**2:,} pictures: more of them are smaller")
    for side in SIDES
}
_SPACE = 2


class SampleControls(QWidget):
    """What stands in the cells, how many, in which order, of which noise; or the game's buttons.

    Where there is little room it is one button with a menu of all, which the plot's own menu
    has, too.
    """

    def __init__(self, plot: SampleGridPlot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot = plot
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_SPACE)
        # It may be narrower than its buttons: then it shows another one.
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        row.addStretch(1)
        self._make_actions()
        self._make_buttons()
        plot.addAction(self.menu.menuAction())
        plot.state_changed.connect(self.show_state)
        self.show_state()

    # ------------------------------------------------------------------------- making them

    def _make_actions(self) -> None:
        plot = self._plot
        self.modes = self._choices(_MODES, plot.set_mode)
        self.sizes = self._choices(_SIZES, plot.columns_wanted.emit)
        self.orders = self._choices(_ORDERS, plot.set_order)
        self.says = self._choices(_SAYS, lambda real: setattr(plot, "says_real", real))
        self.fresh = self._action(
            "Fresh noise",
            "Make all pictures of other noise: does the generator know more than these?",
            plot.fresh_noise_wanted.emit,
        )
        self.first = self._action(
            "First noise",
            "Go back to the same noise as at first, to compare with what was",
            plot.first_noise_wanted.emit,
        )
        self.shuffle = self._action(
            "New shuffle",
            "Mix other pictures, the newest ones, and count from nothing",
            plot.shuffle,
        )

    def _action(self, text: str, tip: str, slot: Callable[[], object]) -> QAction:
        action = QAction(text, self)
        action.setToolTip(tip)
        action.triggered.connect(lambda _checked: slot())
        return action

    def _choices(
        self, texts: Mapping[Choice, tuple[str, str]], slot: Callable[[Choice], object]
    ) -> dict[Choice, QAction]:
        """One action each, of which one is chosen."""
        group = QActionGroup(self)
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        found = {}
        for choice, (text, tip) in texts.items():
            action = self._action(text, tip, lambda choice=choice: slot(choice))  # type: ignore[misc]  # of the loop
            action.setCheckable(True)
            group.addAction(action)
            found[choice] = action
        return found

    def _make_buttons(self) -> None:
        self.menu = self._menu("Samples", (*self.modes.values(), None, *self.orders.values(), None,
                               *self.sizes.values(), None, self.fresh, self.first, None,
                               *self.says.values(), self.shuffle))  # fmt: skip
        menu = self._menu
        self._mode = self._button("What stands in the cells", menu("Show", self.modes.values()))
        self._order = self._button("In which order", menu("Order", self.orders.values()))
        self._size = self._button("How many pictures", menu("Cells", self.sizes.values()))
        self._says = self._button("What a click says", menu("A click says", self.says.values()))
        self._fresh = self._button(self.fresh.toolTip(), self.fresh)
        self._first = self._button(self.first.toolTip(), self.first)
        self._shuffle = self._button(self.shuffle.toolTip(), self.shuffle)
        self._all = self._button("What stands in the cells, how many, which noise", self.menu)
        self._all.setText("Samples ▾")

    def _menu(self, title: str, actions: object) -> QMenu:
        made = QMenu(title, self)
        made.setToolTipsVisible(True)
        for action in actions:  # type: ignore[attr-defined]  # any row of actions
            if action is None:
                made.addSeparator()
            else:
                made.addAction(action)
        return made

    def _button(self, tip: str, does: QMenu | QAction) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("role", "row")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAutoRaise(True)
        if isinstance(does, QMenu):
            button.setMenu(does)
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        else:
            button.setDefaultAction(does)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(button)
        return button

    # --------------------------------------------------------------------------- its state

    def show_state(self) -> None:
        """Show what the plot does now."""
        plot, view = self._plot, self._plot.view
        cells = len(view.shown) if view is not None else 0
        for actions, chosen in (
            (self.modes, plot.mode),
            (self.orders, plot.order),
            (self.sizes, cells),
            (self.says, plot.says_real),
        ):
            for choice, action in actions.items():
                action.setChecked(choice == chosen)
        playing = plot.mode is Mode.GUESS
        for action in (*self.says.values(), self.shuffle):
            action.setEnabled(playing)
        for action in self.orders.values():
            action.setEnabled(not playing)
        self.first.setEnabled(view is not None and view.noise != 0)
        self._mode.setText(f"{_MODES[plot.mode][0]} ▾")
        self._order.setText(f"{_ORDERS[plot.order][0]} ▾")
        self._size.setText(f"{_SIZES[cells][0] if cells in _SIZES else f'{cells:,} cells'} ▾")
        self._says.setText(f"{_SAYS[plot.says_real][0]} ▾")
        self._fit()
        self.updateGeometry()

    def _wanted(self) -> list[QToolButton]:
        if self._plot.mode is Mode.GUESS:
            return [self._mode, self._says, self._shuffle, self._size]
        return [self._mode, self._order, self._size, self._fresh, self._first]

    def _full(self) -> QSize:
        sizes = [button.sizeHint() for button in self._wanted()]
        width = sum(size.width() for size in sizes) + _SPACE * (len(sizes) - 1)
        return QSize(width, max(size.height() for size in sizes))

    def _fit(self) -> None:
        """All buttons, or the one that has them all."""
        wanted = self._wanted() if self.width() >= self._full().width() else [self._all]
        for button in self.findChildren(QToolButton):
            button.setVisible(button in wanted)

    def sizeHint(self) -> QSize:
        return self._full()

    def minimumSizeHint(self) -> QSize:
        return self._all.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
