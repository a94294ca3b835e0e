"""Which sets of pictures there are, which of them are here, and how the others are got."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio.app.explore.flow import Flow
from ganstudio.app.icons import icon
from ganstudio.app.work import Tell
from ganstudio.core.targets import Digits, FashionMnist, Kmnist, Mnist, PictureFolder, Pictures
from ganstudio.data.images import gallery
from ganstudio.data.images.digits import ATTRIBUTION
from ganstudio.data.images.download import download, is_here
from ganstudio.data.images.known import KNOWN, KnownSet

MEGABYTE = 1_000_000
_PARTS = 1_000
"""Of a progress bar."""


@dataclass(frozen=True)
class Source:
    """One set that can be browsed and learnt from."""

    kind: str
    """Of its target."""
    title: str
    target: Callable[[], Pictures]
    """All of it, as a target."""

    @property
    def known(self) -> KnownSet | None:
        """Where it can be had, if it is to be downloaded."""
        return KNOWN.get(self.kind)

    @property
    def is_here(self) -> bool:
        """Whether nothing is to be downloaded."""
        return self.known is None or is_here(self.known, gallery.cache() / self.known.name)

    @property
    def attribution(self) -> str:
        """Who made it, and what may be done with it."""
        if self.known is not None:
            return self.known.attribution
        return ATTRIBUTION if self.kind == "digits" else ""

    @property
    def where(self) -> str:
        """Whether it is here, in few words."""
        if self.kind == "folder":
            return "your pictures"
        if self.kind == "digits":
            return "came with GAN Studio"
        size = self.known.size if self.known else 0
        return "on this machine" if self.is_here else f"to be got: {size} MB"


SOURCES = {
    source.kind: source
    for source in (
        Source("digits", "Digits", Digits),
        Source("mnist", "MNIST", Mnist),
        Source("fashion", "Fashion-MNIST", FashionMnist),
        Source("kmnist", "KMNIST", Kmnist),
        Source("folder", "Folder", PictureFolder),
    )
}


def get(known: KnownSet, tell: Tell) -> None:
    """Download a set, telling how much of all its files is here.

    Raises:
        FileError: see `download`.
    """
    have: dict[str, int] = {}
    folder = gallery.cache() / known.name
    kept = sum(path.stat().st_size for path in folder.glob("*.gz")) if folder.is_dir() else 0

    def count(name: str, bytes_so_far: int, _total: int) -> None:
        have[name] = bytes_so_far
        so_far = (kept + sum(have.values())) / MEGABYTE
        words = f"Getting {known.title}: {so_far:.1f} of {known.size} MB"
        tell(words, min(1.0, so_far / known.size))

    tell(f"Asking for {known.title}", 0.0)
    download(known, folder, count)


class SourceBar(QWidget):
    """A button for each set; below them what the chosen one is, and what can be done with it."""

    chosen = Signal(str)
    """The kind of another set to look at."""
    get_wanted = Signal()
    """Download the chosen set."""
    learn_wanted = Signal()
    """Learn from the chosen set."""
    cancel_wanted = Signal()
    """Give up what is being done."""
    folder_wanted = Signal(str)
    """Look into this folder."""

    def __init__(self) -> None:
        super().__init__()
        self.kind = ""
        self._learnt_kind = ""
        self.buttons: dict[str, QPushButton] = {}
        tiles = QWidget()
        flow = Flow(tiles, 4)
        self._group = QButtonGroup(self)
        for source in SOURCES.values():
            flow.addWidget(self._tile(source))
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setProperty("role", "small")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(160)
        self.bar.setAccessibleName("Progress")
        self._make_actions()
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.words, 1)
        for one in (self.bar, self.cancel, self.folder, self.get, self.learn):
            row.addWidget(one)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(tiles)
        column.addLayout(row)
        self.show_progress(None)

    def _tile(self, source: Source) -> QPushButton:
        made = QPushButton()
        made.setCheckable(True)
        made.setAccessibleName(source.title)
        made.clicked.connect(lambda _checked: self.chosen.emit(source.kind))
        self._group.addButton(made)
        self.buttons[source.kind] = made
        return made

    def _make_actions(self) -> None:
        self.cancel = QPushButton("Cancel")
        self.cancel.setToolTip("Stop. What has been downloaded is kept, and gone on with next time")
        self.cancel.clicked.connect(lambda _checked: self.cancel_wanted.emit())
        self.folder = QPushButton("Choose a folder…")
        self.folder.setToolTip(
            "Pictures of your own: PNG and JPEG files, in a folder for each class, or IDX files"
        )
        self.folder.clicked.connect(lambda _checked: self.ask_for_folder())
        self.get = QPushButton()
        self.get.setProperty("role", "primary")
        self.get.clicked.connect(lambda _checked: self.get_wanted.emit())
        self.learn = QPushButton("Learn from this set")
        self.learn.setProperty("role", "primary")
        self.learn.clicked.connect(lambda _checked: self.learn_wanted.emit())

    # ------------------------------------------------------------------------- what is shown

    def show_source(self, kind: str, learnt_kind: str, folder: str) -> None:
        """Show which set is looked at, which is learnt from, and what is here by now."""
        self.kind, self._learnt_kind = kind, learnt_kind
        for source in SOURCES.values():
            self._name_tile(source, folder)
        source = SOURCES[kind]
        self.buttons[kind].setChecked(True)
        known = source.known
        missing = known is not None and not source.is_here
        self.get.setVisible(missing)
        if known is not None:
            self.get.setText(f"Get {known.title} ({known.size} MB)")
            self.get.setToolTip(
                f"Download {known.size} MB once, from {known.mirrors[0].split('/')[2]}. Without "
                "this button nothing is ever downloaded"
            )
        self.folder.setVisible(kind == "folder")
        self.learn.setVisible(not missing)
        self.say(source.attribution)

    def _name_tile(self, source: Source, folder: str) -> None:
        tile = self.buttons[source.kind]
        title = source.title
        if source.kind == "folder" and folder:
            title = f"Folder: {_short(Path(folder).name)}"
        learnt = source.kind == self._learnt_kind
        where = "the run learns from it" if learnt else source.where
        tile.setText(f"{title}\n{where}")
        tile.setIcon(icon("check") if learnt else icon("eye"))
        tile.setToolTip(f"Look at {source.title}. {source.attribution}".strip())
        tile.setAccessibleDescription(where)

    def offer(self, *, learn: bool, why_not: str = "") -> None:
        """Whether the chosen set can be learnt from."""
        self.learn.setEnabled(learn)
        self.learn.setToolTip(
            "Open this experiment again with these pictures: it starts over" if learn else why_not
        )

    def say(self, words: str) -> None:
        """Something about the chosen set."""
        self.words.setText(words)

    def show_progress(self, share: float | None, words: str = "") -> None:
        """How much of what is being done is; None when nothing is. 0 is not known."""
        busy = share is not None
        self.bar.setVisible(busy)
        self.cancel.setVisible(busy)
        for action in (self.get, self.folder):
            action.setEnabled(not busy)
        if share is not None:
            self.bar.setRange(0, _PARTS if share else 0)
            self.bar.setValue(round(share * _PARTS))
            self.say(words)

    def ask_for_folder(self) -> None:
        """Let a folder be chosen."""
        found = QFileDialog.getExistingDirectory(self, "Choose a folder of pictures")
        if found:
            self.folder_wanted.emit(found)


def _short(name: str, most: int = 16) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
