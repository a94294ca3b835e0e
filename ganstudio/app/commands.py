"""What each command of the table does in the window."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QInputDialog,
    QMenu,
    QMessageBox,
)

from ganstudio.core.control import Order
from ganstudio.data.share import to_text

if TYPE_CHECKING:
    from ganstudio.app.library.player import Player
    from ganstudio.app.preferences import Theme
    from ganstudio.app.timeline.bar import Timeline
    from ganstudio.app.window import Window

FILTER = "Experiments (*.toml)"
RUNS = "Runs (*.ganrun)"
BOTH = f"Experiments and runs (*.toml *.ganrun *.png);;{FILTER};;{RUNS}"
THEMES = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))


class Commands:
    """One method for each id in `actions.COMMANDS`."""

    def __init__(self, window: Window) -> None:
        self._window = window

    def find(self, id: str) -> Callable[[], None]:
        """The method for a command."""
        return cast("Callable[[], None]", getattr(self, id))

    # --------------------------------------------------------------------------------- file

    def open(self) -> None:
        """Ask for a file and open it."""
        folder = str(self.folder())
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Open", folder, BOTH)
        if chosen and self.may_discard():
            self._window.open_file(Path(chosen))

    def save(self) -> None:
        """Save to the file the experiment came from, or ask for one."""
        path = self._window.session.document.path
        if path is None:
            self.save_as()
        else:
            self._save(path)

    def save_as(self) -> None:
        """Ask for a file and save to it."""
        document = self._window.session.document
        title = document.experiment.title
        plain = "".join(c if c.isalnum() or c in " -_" else "" for c in title).strip()
        name = document.path or self.folder() / f"{plain or 'experiment'}.toml"
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Save as", str(name), FILTER)
        if chosen and (path := self.with_suffix(Path(chosen), ".toml")):
            self._save(path)

    def _save(self, path: Path) -> None:
        window = self._window
        if window.attempt(partial(window.session.save, path)):
            window.preferences.add_recent(path)

    def with_suffix(self, path: Path, suffix: str) -> Path | None:
        """The path that is meant; None if another file stands there and is to stay.

        The dialog asked about the name as it was typed.
        """
        if path.suffix.lower() == suffix:
            return path
        path = path.with_name(path.name + suffix)
        if not path.exists():
            return path
        answer = QMessageBox.question(self._window, "Replace", f"Replace {path.name}?")
        return path if answer == QMessageBox.StandardButton.Yes else None

    def folder(self) -> Path:
        """Where file dialogs begin."""
        path = self._window.session.document.path
        return path.parent if path else Path.home()

    def fill_recent(self) -> None:
        """Make the menu of recent experiments anew."""
        menu = self._window.recent_menu
        menu.clear()
        for path in self._window.preferences.recent:
            action = menu.addAction(path.name)
            action.setToolTip(str(path))
            # PySide calls a partial without the state that `triggered` brings.
            action.triggered.connect(partial(self._open_recent, path))
        if menu.isEmpty():
            menu.addAction("None yet").setEnabled(False)

    def _open_recent(self, path: Path, _checked: bool = False) -> None:
        if self.may_discard():
            self._window.open_file(path)

    def may_discard(self) -> bool:
        """Whether edits may go that a file has not got: asked once, never for a preset.

        Edits of a preset are one undo or one reset away from anything; a file's are work.
        """
        window = self._window
        document = window.session.document
        if document.path is None or not document.changed:
            return True
        buttons = QMessageBox.StandardButton
        answer = QMessageBox.question(
            window,
            "Unsaved changes",
            f"Save the changes to {document.path.name}?",
            buttons.Save | buttons.Discard | buttons.Cancel,
        )
        if answer == buttons.Save:
            self.save()
            return not document.changed
        return answer == buttons.Discard

    def save_run(self) -> None:
        """Ask for a file and save a copy of the run to it."""
        window = self._window
        source = window.session.history.path
        if source is None:
            window.notice.say("There is no run to save yet: train some steps first", trouble=False)
            return
        self.save_copy_of(source)

    def save_copy_of(self, source: Path) -> None:
        """Ask for a file and save a copy of the run in another one to it."""
        window = self._window
        name = self.folder() / source.name
        chosen, _ = QFileDialog.getSaveFileName(window, "Save run as", str(name), RUNS)
        if chosen and (path := self.with_suffix(Path(chosen), ".ganrun")):
            self._save_run(source, path)

    def _save_run(self, source: Path, path: Path) -> None:
        from ganstudio.record.copies import save_copy

        window = self._window
        if window.attempt(partial(save_copy, source, path)):
            window.preferences.add_recent(path)
            window.statusBar().showMessage(f"Saved: {path.name}", 4000)

    def picture(self) -> None:
        """Save the current plot."""
        self._window.exporting.picture()

    def board(self) -> None:
        """Save a picture of all views together."""
        self._window.exporting.board()

    def film(self) -> None:
        """Make a film of the run."""
        self._window.exporting.film()

    def data(self) -> None:
        """Export numbers."""
        self._window.exporting.data()

    def script(self) -> None:
        """Export a PyTorch program."""
        self._window.exporting.script()

    def copy_picture(self) -> None:
        """Put the current plot on the clipboard."""
        from ganstudio.export.picture import picture

        card = self._window.views.current
        QApplication.clipboard().setImage(picture(card))
        self._window.statusBar().showMessage(f"Copied: {card.title}", 2000)

    def quit(self) -> None:
        """Close the window."""
        self._window.close()

    # ------------------------------------------------------------------------- edit and run

    def share(self) -> None:
        """Put the experiment on the clipboard as one line."""
        QApplication.clipboard().setText(to_text(self._window.session.document.experiment))
        self._window.statusBar().showMessage("Copied: paste it anywhere, and open it again", 4000)

    def paste(self) -> None:
        """Open what is on the clipboard."""
        if not self._window.open_data(QApplication.clipboard().mimeData()):
            self._window.notice.say(
                "There is no experiment on the clipboard; one begins with ganstudio:1:",
                trouble=False,
            )

    def undo(self) -> None:
        """Take the last edit back."""
        self._window.session.undo()

    def redo(self) -> None:
        """Do the edit again."""
        self._window.session.redo()

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

    # ----------------------------------------------------------------------------- timeline

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

    # --------------------------------------------------------------------------------- view

    def panel(self) -> None:
        """Show or hide the settings."""
        panel = self._window.panel
        panel.setVisible(not panel.isVisible())

    def fleet(self) -> None:
        """Show or hide the page of all seeds."""
        pages = self._window.pages
        pages.show_fleet(not pages.shows_fleet)

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

    # --------------------------------------------------------------------------------- help

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
