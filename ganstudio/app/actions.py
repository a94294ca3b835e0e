"""Every command of the window in one table: id, text, icon, shortcut, what it does.

Menus, toolbar, shortcuts and the help overlay are all made from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow

from ganstudio.app.icons import icon

Keys = str | QKeySequence.StandardKey


@dataclass(frozen=True)
class Command:
    """One row of the table; `menu` says where it stands, "" for nowhere."""

    id: str
    menu: str
    text: str
    help: str
    icon: str = ""
    keys: tuple[Keys, ...] = ()
    repeats: bool = False
    """Whether holding the key goes on."""
    ticked: bool = False
    """Whether its menu entry shows if it is on."""
    separated: bool = False
    """Whether a line stands above it in its menu."""


_Standard = QKeySequence.StandardKey

COMMANDS = (
    Command("open", "File", "Open…", "Open an experiment file (TOML).", "open", (_Standard.Open,)),
    Command("save", "File", "Save", "Save the experiment to its file.", "save", (_Standard.Save,)),
    Command(
        "save_as", "File", "Save as…", "Save the experiment to another file.", "", ("Ctrl+Shift+S",)
    ),
    Command(
        "picture",
        "File",
        "Save picture…",
        "Save the current plot as a PNG.",
        "camera",
        ("Ctrl+P",),
        separated=True,
    ),
    Command(
        "copy_picture",
        "File",
        "Copy picture",
        "Copy the current plot to the clipboard.",
        "copy",
        ("Ctrl+Shift+C",),
    ),
    Command(
        "quit",
        "File",
        "Quit",
        "Stop the run and close the window.",
        "",
        (_Standard.Quit, "Ctrl+Q"),
        separated=True,
    ),
    Command("undo", "Edit", "Undo", "Take the last edit back.", "undo", (_Standard.Undo,)),
    Command("redo", "Edit", "Redo", "Do the edit again.", "redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Command("toggle", "Run", "Train or pause", "Start training, or pause it.", "play", ("Space",)),
    Command(
        "step",
        "Run",
        "One step",
        "One step: update D, then G, then wait.",
        "step",
        ("Right",),
        repeats=True,
    ),
    Command(
        "step_d",
        "Run",
        "One step of D",
        "Update the discriminator alone, once.",
        "",
        ("Shift+D",),
        repeats=True,
    ),
    Command(
        "step_g",
        "Run",
        "One step of G",
        "Update the generator alone, once.",
        "",
        ("Shift+G",),
        repeats=True,
    ),
    Command(
        "run_to",
        "Run",
        "Train to step…",
        "Train until a step that you name, then pause.",
        "",
        ("Ctrl+G",),
    ),
    Command(
        "reset",
        "Run",
        "Reset",
        "Back to the untrained networks, with the same seed.",
        "reset",
        ("R",),
        separated=True,
    ),
    Command(
        "new_seed",
        "Run",
        "New seed",
        "Start over with other first weights and samples.",
        "seed",
        ("N",),
    ),
    Command(
        "transfer",
        "Run",
        "Restart from these networks",
        "Start over with all edits, but from the networks as they are trained now (transfer); "
        "the panel can freeze layers.",
        "",
        ("Ctrl+T",),
    ),
    Command(
        "go_back",
        "Run",
        "Back to the last good step",
        "Take back the step in which a number stopped being finite.",
        "",
        ("B",),
    ),
    Command(
        "faster",
        "Run",
        "Faster",
        "The next higher speed.",
        "",
        ("+", "="),
        repeats=True,
        separated=True,
    ),
    Command("slower", "Run", "Slower", "The next lower speed.", "", ("-",), repeats=True),
    Command(
        "panel",
        "View",
        "Settings panel",
        "Show or hide the settings panel.",
        "settings",
        ("F9",),
        ticked=True,
    ),
    Command(
        "fleet",
        "View",
        "Many seeds",
        "Show or hide the page that compares the seeds of a fleet.",
        "",
        ("M",),
        ticked=True,
    ),
    Command("restore", "View", "Restore the layout", "Put all views back where they were.", "", ()),
    Command(
        "large_text",
        "View",
        "Large text",
        "Larger text and lines, for a projector.",
        "projector",
        ("Ctrl+L",),
        ticked=True,
        separated=True,
    ),
    Command(
        "full_screen",
        "View",
        "Full screen",
        "Give the window the whole screen.",
        "full-screen",
        ("F11",),
        ticked=True,
    ),
    Command(
        "full_plot",
        "View",
        "Enlarge the current plot",
        "Show one plot alone (or double-click it); Escape brings the others back.",
        "",
        ("F",),
    ),
    Command("shortcuts", "Help", "Keyboard shortcuts", "List all keys.", "help", ("F1", "?")),
    Command("about", "Help", "About GAN Studio", "Versions and licence.", "info"),
)

MENUS = ("File", "Edit", "Run", "View", "Help")


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
