"""Exports that are under way, one small bar each in the status line."""

from __future__ import annotations

import contextlib
import shutil
import sys
from abc import abstractmethod
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from ganstudio.app.icons import icon
from ganstudio.app.work import Work
from ganstudio.core.experiment import Experiment
from ganstudio.data.files import part_of
from ganstudio.export.background import Export
from ganstudio.export.film import Film

END_MS = 1500


class Job(QObject):
    """Something that is made beside the window; it ends with one of `done` and `failed`.

    Args:
        path: where it goes.
    """

    progress = Signal(int, int)
    done = Signal()
    failed = Signal(str)
    """One sentence; empty if it was cancelled."""
    counted = "pictures"
    """What `progress` counts."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    @abstractmethod
    def start(self) -> None:
        """Begin."""

    @abstractmethod
    def cancel(self) -> None:
        """Ask it to stop, and leave nothing."""

    @abstractmethod
    def close(self) -> None:
        """Let go of it now."""


class FilmJob(Job):
    """A film that is being made."""

    def __init__(self, film: Film, path: Path) -> None:
        super().__init__(path)
        self._export = Export(film, path, parent=self)
        self._export.progress.connect(self.progress)
        self._export.finished.connect(lambda _bytes: self.done.emit())
        self._export.failed.connect(self.failed)
        self._export.cancelled.connect(lambda: self.failed.emit(""))

    def start(self) -> None:
        self._export.start()

    def cancel(self) -> None:
        self._export.cancel()

    def close(self) -> None:
        self._export.close()


class DataJob(Job):
    """Data that the command line writes: a large table takes a while, samples need torch.

    Args:
        run: the run file.
        path: where it goes; the suffix says what it is.
        options: of `ganstudio export`.
    """

    def __init__(self, run: Path, path: Path, options: tuple[str, ...] = ()) -> None:
        super().__init__(path)
        self._wanted = True
        self._process = QProcess(self)
        self._process.setProgram(sys.executable)
        # A frozen program is its own command line.
        module = [] if getattr(sys, "frozen", False) else ["-m", "ganstudio"]
        # The file dialog has asked whether a file that is there may go.
        arguments = [*module, "export", str(run), "--to", str(path), "--overwrite", *options]
        self._process.setArguments(arguments)
        self._process.finished.connect(self._end)
        self._process.errorOccurred.connect(self._fail)

    def start(self) -> None:
        self.progress.emit(0, 0)
        self._process.start()

    def cancel(self) -> None:
        self._wanted = False
        self._process.terminate()

    def close(self) -> None:
        self._process.finished.disconnect(self._end)
        self._process.errorOccurred.disconnect(self._fail)
        self._process.terminate()
        if not self._process.waitForFinished(END_MS):
            self._process.kill()
            self._process.waitForFinished(END_MS)
        self._tidy()

    def _end(self, code: int) -> None:
        if code == 0 and self._wanted:
            self.done.emit()
            return
        self._tidy()
        said = bytes(self._process.readAllStandardError().data()).decode(errors="replace").strip()
        last = said.splitlines()[-1] if said else f"the export ended by itself (code {code})"
        self.failed.emit(last.removeprefix("ganstudio: ") if self._wanted else "")

    def _fail(self, error: QProcess.ProcessError) -> None:
        # Any other error is followed by `finished`.
        if error is QProcess.ProcessError.FailedToStart:
            sentence = f"{self.path.name}: the export can't be started"
            self.failed.emit(f"{sentence}: {self._process.errorString()}" if self._wanted else "")

    def _tidy(self) -> None:
        """Take away what is left where the process was stopped."""
        part = part_of(self.path)
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
            return
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


class ScriptJob(Job):
    """A PyTorch program, and the pictures that it reads: many take a while.

    Args:
        experiment: what it trains.
        path: where it goes.
    """

    counted = "%"

    def __init__(self, experiment: Experiment, path: Path) -> None:
        super().__init__(path)
        self._experiment = experiment
        self._work = Work(self)
        self._work.told.connect(lambda _what, share: self.progress.emit(round(100 * share), 100))
        self._work.done.connect(lambda _paths: self.done.emit())
        self._work.failed.connect(self.failed)

    def start(self) -> None:
        from ganstudio.export.script import write_script

        experiment, path = self._experiment, self.path
        self._work.begin(lambda tell: write_script(experiment, path, tell))

    def cancel(self) -> None:
        self._work.give_up()
        self.failed.emit("")

    def close(self) -> None:
        self._work.close()


class Jobs(QWidget):
    """All that is under way; each can be stopped."""

    done = Signal(object)
    """The path of what is there now."""
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._all: dict[Job, QWidget] = {}
        self._last = QLabel()
        self._last.setProperty("role", "muted")
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._last)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)

    @property
    def running(self) -> list[Job]:
        """Those that are not over."""
        return list(self._all)

    def say(self, words: str, tip: str) -> None:
        """What has become of one, until the next begins."""
        self._last.setText(words)
        self._last.setToolTip(tip)

    def begin(self, job: Job) -> None:
        """Start one more."""
        self._last.clear()
        job.setParent(self)
        shown = self._made(job)
        self._all[job] = shown
        self._row.addWidget(shown)
        job.done.connect(lambda: self._end(job, ""))
        job.failed.connect(lambda sentence: self._end(job, sentence, whole=False))
        job.start()

    def close_all(self) -> None:
        """Stop everything now; nothing half made is left."""
        for job in self.running:
            self._forget(job)
            job.close()

    def _made(self, job: Job) -> QWidget:
        words, bar, stop = QLabel(job.path.name), QProgressBar(), QToolButton()
        words.setProperty("role", "muted")
        bar.setRange(0, 0)
        bar.setFixedWidth(90)
        bar.setTextVisible(False)
        bar.setAccessibleName(f"Progress of {job.path.name}")
        stop.setIcon(icon("close"))
        stop.setToolTip(f"Stop making {job.path.name}")
        stop.setAccessibleName(stop.toolTip())
        stop.clicked.connect(lambda _checked: job.cancel())
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (words, bar, stop):
            row.addWidget(widget)

        def show(done: int, total: int) -> None:
            bar.setRange(0, total)
            bar.setValue(done)
            bar.setToolTip(f"{done:,} of {total:,} {job.counted}" if total else "")

        job.progress.connect(show)
        return made

    def _end(self, job: Job, sentence: str, *, whole: bool = True) -> None:
        self._forget(job)
        job.deleteLater()
        if whole:
            self.done.emit(job.path)
        elif sentence:
            self.failed.emit(sentence)

    def _forget(self, job: Job) -> None:
        shown = self._all.pop(job)
        self._row.removeWidget(shown)
        shown.hide()
        shown.deleteLater()
