"""The commands of the menus View and Help."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QMessageBox

from ganstudio.app.commands.of_window import OfWindow

if TYPE_CHECKING:
    from ganstudio.app.preferences import Theme

THEMES = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))


class ViewCommands(OfWindow):
    """What is seen, and how; help."""

    def panel(self) -> None:
        """Show or hide the settings."""
        panel = self._window.panel
        panel.setVisible(not panel.isVisible())

    def fleet(self) -> None:
        """Show or hide the page of all seeds."""
        pages = self._window.pages
        pages.show_fleet(not pages.shows_fleet)

    def explore(self) -> None:
        """Show or hide the page that looks at pictures from every side."""
        self._window.explore.toggle()

    def library(self) -> None:
        """Show or hide the list of all runs."""
        self._window.library.toggle()

    def compare(self) -> None:
        """This run beside the one before it."""
        self._window.library.compare_with_before()

    def tick(self) -> None:
        """Let the menus show what is on."""
        window = self._window
        states = {
            "panel": window.panel.isVisible(),
            "fleet": window.pages.shows_fleet,
            "explore": window.explore.in_front,
            "library": window.library.in_front,
            "large_text": window.preferences.large_text,
            "full_screen": window.isFullScreen(),
        }
        for id, on in states.items():
            window.actions_table[id].setChecked(on)

    def restore(self) -> None:
        """The first layout again."""
        self._window.panel.show()
        self._window.arrange_for_text()

    def large_text(self) -> None:
        """Switch the projector mode."""
        preferences = self._window.preferences
        preferences.large_text = not preferences.large_text
        self._window.restyle()
        self._window.arrange_for_text()

    def full_screen(self) -> None:
        """Switch the window to the whole screen and back."""
        window = self._window
        if window.isFullScreen():
            window.showNormal()
        else:
            window.showFullScreen()

    def full_plot(self) -> None:
        """Show the current plot alone."""
        self._window.views.enlarge_current()

    def theme_actions(self, menu: QMenu) -> list[QAction]:
        """Light, dark, as the system: one is checked."""
        group = QActionGroup(menu)
        for id, text in THEMES:
            action = QAction(text, group, checkable=True)
            action.setObjectName(f"theme_{id}")
            action.setChecked(self._window.preferences.theme == id)
            action.triggered.connect(partial(self._choose_theme, cast("Theme", id)))
        return group.actions()

    def _choose_theme(self, theme: Theme, _checked: bool = False) -> None:
        self._window.preferences.theme = theme
        self._window.restyle()

    def shortcuts(self) -> None:
        """List all keys."""
        # Made when asked for: the list is not part of a fast start.
        from ganstudio.app.help import Shortcuts

        Shortcuts(self._window.actions_table.rows(), self._window).show()

    def about(self) -> None:
        """Versions and licence."""
        from importlib.metadata import PackageNotFoundError, version

        lines = ""
        for name in ("ganstudio", "torch", "PySide6_Essentials", "pyqtgraph", "numpy"):
            # A checkout that is not installed has no version of its own.
            with suppress(PackageNotFoundError):
                lines += f"<br>{name} {version(name)}"
        QMessageBox.about(
            self._window,
            "About GAN Studio",
            f"<b>GAN Studio</b><p>See a GAN learn.</p><p>MIT licence{lines}</p>",
        )
