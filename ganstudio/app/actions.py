"""The window's commands as Qt actions: menus, toolbar, shortcuts and help are made from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow

from ganstudio.app.command_table import COMMANDS, MENUS
from ganstudio.app.icons import icon


class Actions:
    """The table as Qt actions, each connected to the method of that name.

    Args:
        window: shows the menus and owns the shortcuts.
        find: the function for a command's id.
    """

    def __init__(self, window: QMainWindow, find: Callable[[str], Callable[[], None]]) -> None:
        self._window = window
        self._all: dict[str, QAction] = {}
        for command in COMMANDS:
            action = QAction(command.text, window)
            action.setObjectName(command.id)
            # The same key twice, as Ctrl+Q is on some desktops, would be ambiguous and do nothing.
            keys = dict.fromkeys(QKeySequence(keys).toString() for keys in command.keys)
            action.setShortcuts([QKeySequence(key) for key in keys if key])
            action.setAutoRepeat(command.repeats)
            action.setCheckable(command.ticked)
            action.setToolTip(f"{command.help}{keys_in_words(action)}")
            action.setStatusTip(command.help)
            if command.icon:
                action.setIcon(icon(command.icon))
            action.triggered.connect(_without_argument(find(command.id)))
            self._all[command.id] = action
            # Shortcuts must work while the menu bar is hidden, too.
            window.addAction(action)

    def __getitem__(self, id: str) -> QAction:
        return self._all[id]

    def fill_menus(self) -> None:
        """Make the menu bar."""
        bar = self._window.menuBar()
        for name in MENUS:
            menu = bar.addMenu(f"&{name}")
            menu.setObjectName(f"menu_{name.lower()}")
            menu.setToolTipsVisible(True)
            for command in COMMANDS:
                if command.menu == name:
                    if command.separated:
                        menu.addSeparator()
                    menu.addAction(self._all[command.id])

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """(menu, what it does, keys) of every command with a key, for the help overlay."""
        for command in COMMANDS:
            named = (
                key.toString(QKeySequence.SequenceFormat.NativeText)
                for key in self._all[command.id].shortcuts()
            )
            # Some desktops have no standard key for a command, and two names may be one key.
            if keys := dict.fromkeys(name for name in named if name):
                yield command.menu, command.help, "  or  ".join(keys)


def keys_in_words(action: QAction) -> str:
    """The first key of an action in brackets, for its tooltip."""
    first = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return f" ({first})" if first else ""


def _without_argument(slot: Callable[[], None]) -> Callable[[bool], None]:
    """`triggered` brings a state that no command wants."""
    return lambda _checked: slot()
