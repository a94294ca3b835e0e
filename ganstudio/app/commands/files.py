"""The commands of the menus File and Edit."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from ganstudio.app.commands.of_window import OfWindow
from ganstudio.data.share import to_text

FILTER = "Experiments (*.toml)"
RUNS = "Runs (*.ganrun)"
BOTH = f"Experiments and runs (*.toml *.ganrun *.png);;{FILTER};;{RUNS}"


class FileCommands(OfWindow):
    """Open, save, export, copy and paste."""

    def open(self) -> None:
        """Ask for a file and open it."""
        folder = str(self.folder())
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Open", folder, BOTH)
        if chosen and self.may_discard():
            self._window.preferences.folder = Path(chosen).parent
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
        title = plain(document.experiment.title)
        name = document.path or self.folder() / f"{title or 'experiment'}.toml"
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Save as", str(name), FILTER)
        if chosen and (path := self.with_suffix(Path(chosen), ".toml")):
            self._save(path)

    def _save(self, path: Path) -> None:
        window = self._window
        if window.attempt(partial(window.session.edits.save, path)):
            window.preferences.add_recent(path)

    def with_suffix(self, path: Path, suffix: str) -> Path | None:
        """The path that is meant; None if another file stands there and is to stay.

        The dialog asked about the name as it was typed.
        """
        self._window.preferences.folder = path.parent
        if path.suffix.lower() == suffix:
            return path
        path = path.with_name(path.name + suffix)
        if not path.exists():
            return path
        answer = QMessageBox.question(self._window, "Replace", f"Replace {path.name}?")
        return path if answer == QMessageBox.StandardButton.Yes else None

    def folder(self) -> Path:
        """Where file dialogs begin: where the last one ended."""
        if (last := self._window.preferences.folder) is not None:
            return last
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

    def share(self) -> None:
        """Put the experiment on the clipboard as one line."""
        QApplication.clipboard().setText(to_text(self._window.session.document.experiment))
        self._window.statusBar().showMessage("Copied: paste it anywhere, and open it again", 4000)

    def paste(self) -> None:
        """Open what is on the clipboard."""
        if not self._window.drops.open(QApplication.clipboard().mimeData()):
            self._window.notice.say(
                "There is no experiment on the clipboard; one begins with ganstudio:1:",
                trouble=False,
            )

    def undo(self) -> None:
        """Take the last edit back, or in the library what was deleted last."""
        if not self._window.library.undo():
            self._window.session.edits.undo()

    def redo(self) -> None:
        """Do the edit again."""
        self._window.session.edits.redo()


def plain(title: str) -> str:
    """A title as the name of a file, without what some system does not allow there."""
    return " ".join("".join(c for c in title if c.isalnum() or c in " -_").split())
