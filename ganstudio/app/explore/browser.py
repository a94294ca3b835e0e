"""The real pictures, class by class, and where they come from."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from ganstudio.app.explore.class_chips import ClassChips
from ganstudio.app.explore.flow import Flow
from ganstudio.app.explore.pane import Pane
from ganstudio.app.explore.picture_pages import PicturePages
from ganstudio.app.explore.real_set import (
    HELD_OUT,
    LEARNT,
    TRAINING,
    RealSet,
    read_folder,
    read_real_set,
)
from ganstudio.app.explore.set_facts import SetFacts
from ganstudio.app.explore.sources import SOURCES, SourceBar, get
from ganstudio.app.theme import set_look
from ganstudio.app.work import Work
from ganstudio.core.targets import PictureFolder, Pictures
from ganstudio.plots.style import LIGHT, Style

PARTS = {
    LEARNT: ("Learnt from", "The pictures that the run learns from: the target takes only some"),
    TRAINING: ("All to learn from", "The whole part of the set that can be learnt from"),
    HELD_OUT: ("Held out", "Pictures that no network sees: the generated ones are compared with"),
}
"""The parts of a set in words, with what they are for."""
NO_FOLDER = (
    "Pictures of your own: choose a folder of PNG or JPEG files, with a folder inside for each "
    "class, or a folder of IDX files."
)


class BrowserPane(Pane):
    """Looks at a set in this process; what is learnt changes only where somebody asks for it."""

    title: ClassVar[str] = "Data"
    tip: ClassVar[str] = "The real pictures, class by class, and other sets to learn from"

    use_wanted = Signal(object)
    """Learn from this target instead."""
    folder_chosen = Signal(str)
    """A folder with pictures, worth remembering."""

    def __init__(self) -> None:
        super().__init__()
        self._kind = ""
        """What is looked at; empty follows the run."""
        self._folder = ""
        self._learnt: Pictures | None = None
        """What the run learns, if it is pictures."""
        self.shown: RealSet | None = None
        self._reads: Pictures | None = None
        """The target whose pictures are being read, or were."""
        self.work = Work(self)
        self.sources = SourceBar()
        self.chips, self.pages, self.facts = ClassChips(), PicturePages(), SetFacts()
        self._parts: dict[str, QPushButton] = {}
        self._part = TRAINING
        self._make_body()
        self._connect()
        self.set_style(LIGHT)

    # -------------------------------------------------------------------------------- making

    def _make_body(self) -> None:
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.message = QLabel()
        self.message.setProperty("role", "muted")
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setWordWrap(True)
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(self._part_buttons())
        left.addWidget(self.summary)
        left.addWidget(self.chips)
        left.addWidget(self.pages, 1)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addLayout(left, 1)
        row.addWidget(self.facts)
        self._body, room = body, QWidget()
        self._stack = QStackedLayout(room)
        self._stack.addWidget(self.message)
        self._stack.addWidget(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 8, 4, 6)
        column.setSpacing(6)
        column.addWidget(self.sources)
        column.addWidget(room, 1)

    def _part_buttons(self) -> QWidget:
        made = QWidget()
        flow, group = Flow(made, 4), QButtonGroup(self)
        for name, (words, tip) in PARTS.items():
            button = QPushButton(words)
            button.setCheckable(True)
            button.setToolTip(tip)
            button.clicked.connect(partial(self._choose_part, name))
            group.addButton(button)
            flow.addWidget(button)
            self._parts[name] = button
        return made

    def _connect(self) -> None:
        sources = self.sources
        self.work.told.connect(lambda what, share: sources.show_progress(share, what))
        self.work.done.connect(self._take)
        self.work.failed.connect(self._refuse)
        sources.chosen.connect(self.look_at)
        sources.get_wanted.connect(self.get)
        sources.learn_wanted.connect(self._learn)
        sources.cancel_wanted.connect(self._cancel)
        sources.folder_wanted.connect(self.look_into)
        self.chips.chosen.connect(lambda _label: self._show_class())

    # ------------------------------------------------------------------ what a window uses

    def set_folder(self, folder: str) -> None:
        """The folder that was chosen in another session."""
        self._folder = folder
        self._name_sources()

    def set_style(self, style: Style) -> None:
        super().set_style(style)
        self.pages.set_style(style)
        self.facts.set_style(style)

    def begin(self) -> None:
        target = self.target
        if isinstance(target, PictureFolder) and target.folder:
            self._folder = target.folder
        if target == self._learnt:
            return
        # Another set is learnt: look at that one.
        self._learnt = target
        self._kind, self.shown, self._reads = "", None, None
        self.work.give_up()
        self.sources.show_progress(None)

    def refresh(self) -> None:
        if self.target is not None and not self.work.is_busy:
            self.look_at(self._kind or self.target.kind)

    # ---------------------------------------------------------------------------- looking

    def look_at(self, kind: str) -> None:
        """Look at a set, if it is here; nothing is downloaded for that."""
        self._kind = kind
        target = self._target_of(kind)
        if self.work.is_busy and target == self._reads:
            return
        self._name_sources()
        if self.shown is not None and target == self._reads:
            self._tell_set(self.shown)
            return
        self.work.give_up()
        self.sources.show_progress(None)
        self.shown, self._reads = None, None
        source = SOURCES[kind]
        if isinstance(target, PictureFolder) and not target.folder:
            self._say_instead(NO_FOLDER, "Choose a folder first")
        elif not source.is_here and source.known is not None:
            self._say_instead(
                f"{source.title} is not on this machine. The button “{self.sources.get.text()}” "
                "downloads it once;\nwithout it nothing is ever downloaded.",
                f"{source.title} has to be downloaded first",
            )
        else:
            self._read(target)

    def look_into(self, folder: str) -> None:
        """See what is in a folder; it is offered once that is known to be pictures."""
        self._kind = "folder"
        self._name_sources()
        self._begin_work("Reading the pictures")
        self._reads = PictureFolder(folder=folder)
        self.work.begin(partial(read_folder, folder))

    def get(self) -> None:
        """Download the set that is looked at, in pieces that are kept."""
        known = SOURCES[self.sources.kind].known
        if known is not None:
            self._begin_work(f"Asking for {known.title}")
            self.work.begin(partial(get, known))

    def _read(self, target: Pictures) -> None:
        self._begin_work("Reading the pictures")
        self._reads = target
        if isinstance(target, PictureFolder) and target != self.target:
            self.work.begin(partial(read_folder, target.folder))
        else:
            self.work.begin(partial(read_real_set, target))

    def _begin_work(self, words: str) -> None:
        self.shown = None
        self._say_instead("One moment…", "Not yet: it is being read")
        self.sources.show_progress(0.0, words)

    def _target_of(self, kind: str) -> Pictures:
        """What the run learns, if it learns that set, else all of it."""
        target = self.target
        own = target is not None and target.kind == kind
        if target is not None and own and getattr(target, "folder", "") in ("", self._folder):
            return target
        return PictureFolder(folder=self._folder) if kind == "folder" else SOURCES[kind].target()

    # --------------------------------------------------------------------- what work came to

    def _take(self, found: RealSet | None) -> None:
        self.sources.show_progress(None)
        if found is None:
            # A download is over: now there is something to read.
            self.look_at(self._kind)
            return
        self.shown = found
        if isinstance(found.target, PictureFolder):
            self._folder = found.target.folder
            self.folder_chosen.emit(self._folder)
        self._name_sources()
        self._tell_set(found)
        self._part = LEARNT if LEARNT in found.parts else TRAINING
        self._show_part()
        self._stack.setCurrentWidget(self._body)

    def _refuse(self, sentence: str) -> None:
        self.sources.show_progress(None)
        self._name_sources()
        self._reads = None
        self._say_instead(sentence, sentence, trouble=True)

    def _cancel(self) -> None:
        self.work.give_up()
        self.sources.show_progress(None)
        self._name_sources()
        self._reads = None
        self._say_instead("Cancelled. What was downloaded is kept for the next time.", "Cancelled")

    # --------------------------------------------------------------------------- showing

    def _name_sources(self) -> None:
        kind = self._kind or (self.target.kind if self.target else "digits")
        learnt = self.target.kind if self.target else ""
        self.sources.show_source(kind, learnt, self._folder)

    def _say_instead(self, words: str, why_not: str, *, trouble: bool = False) -> None:
        """Nothing to be browsed: why, and what now."""
        self.message.setText(words)
        set_look(self.message, "role", "trouble" if trouble else "muted")
        self._stack.setCurrentWidget(self.message)
        self.sources.offer(learn=False, why_not=why_not)

    def _tell_set(self, found: RealSet) -> None:
        learnt = found.target == self.target
        self.sources.offer(learn=not learnt, why_not="The run learns from this set already")
        self.summary.setText(f"{found.images.name}: {found.learning(_who(learnt=learnt))}")
        if found.target.kind == "folder":
            self.sources.say(found.figures)

    def _choose_part(self, name: str, _checked: bool = True) -> None:
        self._part = name
        self._show_part()

    def _show_part(self) -> None:
        found = self.shown
        if found is None:
            return
        for name, button in self._parts.items():
            button.setVisible(name in found.parts)
            button.setChecked(name == self._part)
            if name in found.parts:
                button.setText(f"{PARTS[name][0]}  {len(found.parts[name]):,}")
        part = found.parts[self._part]
        self.chips.show_classes(part.images.classes, part.counts.tolist())
        self._show_class()

    def _show_class(self) -> None:
        if self.shown is None:
            return
        part, label = self.shown.parts[self._part], self.chips.label
        self.pages.show_images(part.images, part.indices(label))
        self.facts.show_part(part, label, self.shown.figures)

    def _learn(self) -> None:
        if self.shown is not None:
            self.use_wanted.emit(self.shown.target)


def _who(*, learnt: bool) -> str:
    return "the run" if learnt else "a run"
