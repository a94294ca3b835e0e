"""The export commands of the window."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QMessageBox

from ganstudio.app.commands.files import plain
from ganstudio.errors import GanStudioError

if TYPE_CHECKING:
    from ganstudio.app.exporting.film_dialog import FilmDialog
    from ganstudio.app.exporting.jobs import Job, Jobs
    from ganstudio.app.window import Window
    from ganstudio.export.film import Film

DATA: dict[str, tuple[str, tuple[str, ...]]] = {
    "Metrics, a table (*.csv)": (".csv", ()),
    "Losses, a table (*.csv)": (".csv", ("--what", "losses")),
    "Metrics, JSON lines (*.jsonl)": (".jsonl", ()),
    "Losses, JSON lines (*.jsonl)": (".jsonl", ("--what", "losses")),
    "Samples of the generator (*.npy)": (".npy", ()),
    "Weights (*.safetensors)": (".safetensors", ()),
    "TensorBoard log, a folder (*)": ("", ()),
}
"""What can be exported as data: its suffix, and what the command line is told."""
PICTURES: dict[str, tuple[str, float]] = {
    "PNG, 2 pixels a point (*.png)": (".png", 2.0),
    "PNG, 1 pixel a point (*.png)": (".png", 1.0),
    "PNG, 3 pixels a point (*.png)": (".png", 3.0),
    "PNG, 4 pixels a point (*.png)": (".png", 4.0),
    "SVG, drawn with lines (*.svg)": (".svg", 1.0),
    "PDF, drawn with lines (*.pdf)": (".pdf", 1.0),
}
SUFFIXES = {suffix for suffix, _scale in PICTURES.values()}
BOARD_SIZE = (1280, 800)


class Exporting:
    """Asks what to export, and keeps what is under way.

    Args:
        window: whose run it is.
    """

    def __init__(self, window: Window) -> None:
        self._window = window
        self._jobs: Jobs | None = None
        self.dialog: FilmDialog | None = None
        self._last_film: tuple[Film, str] | None = None

    @property
    def jobs(self) -> Jobs:
        """All that is under way."""
        if self._jobs is None:
            # It brings the drawings, which are loaded once the window is on the screen.
            from ganstudio.app.exporting.jobs import Jobs

            self._jobs = Jobs()
            self._jobs.done.connect(self._say_done)
            self._jobs.failed.connect(self._window.notice.say)
            self._window.statusBar().addPermanentWidget(self._jobs)
        return self._jobs

    def picture(self) -> None:
        """Ask for a file and save the current plot to it."""
        from ganstudio.export.still import save_drawing

        window = self._window
        card = window.views.current
        # Which one that is can't be seen any more once the mouse has gone to a menu.
        found = self._ask_for_picture(
            plain(card.plot.title), f"Save a picture of {card.plot.title}"
        )
        if found is not None:
            path, scale = found
            experiment = window.session.running
            window.attempt(lambda: save_drawing(card, path, scale, experiment))

    def board(self) -> None:
        """Ask for a file and save all views together, at the step that is looked at."""
        from ganstudio.export.drawings import BOARD
        from ganstudio.export.look import Look
        from ganstudio.export.still import save_picture

        window, run = self._window, self._run()
        what = "Save a picture of all views"
        found = self._ask_for_picture(run.stem, what) if run is not None else None
        if found is None or run is None:
            return
        path, scale = found
        looked = window.session.history.frame
        look = Look((BOARD,), BOARD_SIZE, window.style_in_use.dark)
        step = looked.step if looked is not None else None
        window.attempt(lambda: save_picture((run,), look, path, step, scale))

    def _ask_for_picture(self, name: str, what: str) -> tuple[Path, float] | None:
        """Where a picture goes, and its scale."""
        chosen, kind = QFileDialog.getSaveFileName(
            self._window, what, str(self._folder() / name), ";;".join(PICTURES)
        )
        if not chosen:
            return None
        suffix, scale = PICTURES.get(kind, (".png", 2.0))
        if Path(chosen).suffix.lower() in SUFFIXES:
            # What is typed says more than what stands in a list.
            suffix = Path(chosen).suffix.lower()
        path = self._window.commands.with_suffix(Path(chosen), suffix)
        return None if path is None else (path, scale)

    def film(self) -> None:
        """Ask what a film of this run is to show, and make it."""
        if self.dialog is not None:
            self.dialog.raise_()
            self.dialog.activateWindow()
            return
        runs = self._window.library.compared
        if not runs and (run := self._run()) is not None:
            runs = (run,)
        if runs:
            self._window.attempt(lambda: self._ask_for_film(runs))

    def _ask_for_film(self, runs: tuple[Path, ...]) -> None:
        """Ask what a film of some runs is to show, and make it.

        Raises:
            RecordError: a run file is damaged.
        """
        from ganstudio.app.exporting.film_dialog import FilmDialog
        from ganstudio.app.exporting.film_form import FilmForm
        from ganstudio.app.spaces import TITLES
        from ganstudio.record.reader import RunReader

        window = self._window
        steps: list[int] = []
        suiting = [plot.name for plot in window.views.plots]
        for run in runs:
            with RunReader(run) as reader:
                steps += [place.step for place in reader.places]
                suiting = [
                    plot.name
                    for plot in window.views.plots
                    if plot.name in suiting and plot.suits(reader.experiment)
                ]
        current = window.views.current.plot.name
        chosen = current if current in suiting else suiting[0]
        views = [(name, TITLES[name]) for name in suiting]
        ends = (min(steps), max(steps))
        dark = window.style_in_use.dark
        form = FilmForm(runs, views, (chosen,), ends, dark, self._last_film)
        self.dialog = dialog = FilmDialog(form, window)
        dialog.accepted.connect(partial(self._make_film, dialog, runs[0]))
        dialog.destroyed.connect(self._forget_dialog)
        dialog.show()

    def data(self) -> None:
        """Ask where the run's data go, and as what, and write them."""
        from ganstudio.app.exporting.jobs import DataJob

        run = self._run()
        if run is None:
            return
        name = str(self._folder() / run.stem)
        chosen, kind = QFileDialog.getSaveFileName(
            self._window, "Export data", name, ";;".join(DATA)
        )
        if chosen and kind in DATA:
            suffix, options = DATA[kind]
            typed = Path(chosen).suffix
            if typed and not suffix:
                # The command line would take it for another kind.
                self._window.notice.say(
                    f"{Path(chosen).name}: a TensorBoard log is a folder; choose a name without "
                    f"{typed}"
                )
                return
            path = self._window.commands.with_suffix(Path(chosen), suffix)
            if path is not None:
                self.begin(DataJob(run, path, options))

    def script(self) -> None:
        """Ask for a file and write a PyTorch program that trains the same experiment."""
        from ganstudio.app.exporting.jobs import ScriptJob

        window = self._window
        experiment = window.session.document.experiment
        name = str(self._folder() / "train.py")
        chosen, _ = QFileDialog.getSaveFileName(window, "Export as PyTorch", name, "Python (*.py)")
        path = window.commands.with_suffix(Path(chosen), ".py") if chosen else None
        if path is not None:
            self.begin(ScriptJob(experiment, path))

    def begin(self, job: Job) -> None:
        """Make something in the background."""
        self.jobs.begin(job)

    def may_close(self) -> bool:
        """Whether exports may be broken off: asked once."""
        if self._jobs is None or not self._jobs.running:
            return True
        names = ", ".join(job.path.name for job in self._jobs.running)
        answer = QMessageBox.question(
            self._window, "Exports", f"{names}: not finished yet. Stop and close?"
        )
        return answer == QMessageBox.StandardButton.Yes

    def close(self) -> None:
        """Break off what is under way; nothing half made is left."""
        if self.dialog is not None:
            self.dialog.close()
        if self._jobs is not None:
            self._jobs.close_all()

    def _make_film(self, dialog: FilmDialog, run: Path) -> None:
        from ganstudio.app.exporting.jobs import FilmJob

        try:
            film, suffix = dialog.film(), dialog.form.suffix
        except GanStudioError as error:
            self._window.notice.say(str(error))
            return
        self._last_film = film, suffix
        name = str(self._folder() / f"{run.stem}{suffix}")
        kinds = f"Film (*{suffix})"
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Export film", name, kinds)
        path = self._window.commands.with_suffix(Path(chosen), suffix) if chosen else None
        if path is not None:
            self.begin(FilmJob(film, path))

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _run(self) -> Path | None:
        history = self._window.session.history
        if history.path is None or not history.reel.places:
            sentence = "There is no run to export yet: train some steps first"
            self._window.notice.say(sentence, trouble=False)
            return None
        return history.path

    def _folder(self) -> Path:
        return self._window.commands.folder()

    def _say_done(self, path: Path) -> None:
        self.jobs.say(f"Saved: {path.name}", str(path))
