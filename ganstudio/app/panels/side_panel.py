"""The side panel: everything that an experiment is, in sections that open and close."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ganstudio.app.forms import SpecForm
from ganstudio.app.forms.refusal import keep_clear
from ganstudio.app.forms.rows import PENDING, words_label
from ganstudio.app.forms.sentences import fields_in, sentence_of
from ganstudio.app.icons import icon
from ganstudio.app.panels.contents import CONTENTS, Content, idle_paths
from ganstudio.app.panels.section import Section
from ganstudio.app.theme import TEXT_SIZE, set_look
from ganstudio.core.estimate import bytes_text, check_size, estimate
from ganstudio.core.experiment import Experiment
from ganstudio.errors import SpecError, TooLargeError

OPEN_AT_FIRST = ("target", "generator")
WIDTH = 320
LEAST_WIDTH = 300
"""Pixels at text scale 1."""


class SidePanel(QWidget):
    """Shows an experiment and lets people edit it; it never changes one by itself.

    Args:
        experiment: the one to show first.
    """

    edited = Signal(str, object)
    """Dotted path, new value: valid for the experiment that is shown."""
    restart_requested = Signal()

    def __init__(self, experiment: Experiment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._experiment = experiment
        self._pending: Set[str] = frozenset()
        self._devices: Sequence[str] = (experiment.device,)
        self._forms: dict[str, SpecForm] = {}
        self._sections = {c.name: self._section(c) for c in CONTENTS}
        self._notes: dict[str, Any] = {}
        self._footer = Footer()
        self._footer.restart.clicked.connect(self.restart_requested)
        self._arrange()
        self.setValue(experiment)
        self.set_open_sections(OPEN_AT_FIRST)

    def value(self) -> Experiment:
        """The experiment that is shown."""
        return self._experiment

    def setValue(self, experiment: Experiment) -> None:
        """Show another experiment: in place, without a signal, the focus stays.

        What was refused before is past, wherever it was said.
        """
        self._experiment = experiment
        idle = idle_paths(experiment)
        for content in CONTENTS:
            section = self._sections[content.name]
            section.head.set_summary(*content.summary(experiment))
            if (form := self._forms.get(content.name)) is not None:
                form.clear_problems()
                form.setValue(content.part_of(experiment))
                form.set_idle(idle)
            if content.note is not None and content.name in self._notes:
                self._notes[content.name].setText(content.note(experiment))
        self._footer.show_size(experiment)

    def set_devices(self, devices: Sequence[str]) -> None:
        """Which devices there are to choose from, such as `["auto", "cpu", "cuda:0"]`."""
        self._devices = tuple(devices)
        if (form := self._forms.get("training")) is not None:
            form.part("device").editor.set_choices(self._devices)

    def set_pending(self, paths: Set[str]) -> None:
        """Mark the fields whose change waits for a restart (keys of `core.spec.changes`)."""
        self._pending = frozenset(paths)
        for content in CONTENTS:
            inside = any(content.holds(path) for path in paths)
            self._sections[content.name].head.set_marked(inside)
            if (form := self._forms.get(content.name)) is not None:
                form.set_pending(self._pending)
        self._footer.show_pending(bool(paths))

    def set_problem(self, path: str, sentence: str) -> bool:
        """Show a refusal at its field, opened and in sight; empty takes it away.

        Call it after `setValue`, which ends older refusals. Paths in the sentence are said as
        the panel's labels.

        Returns:
            Whether the panel has that field.
        """
        for content in CONTENTS:
            if content.holds(path):
                section = self._sections[content.name]
                section.set_open(True)
                said = sentence_of(sentence, self._experiment, path)
                shown = self._forms[content.name].set_problem(path, said)
                if shown and sentence:
                    keep_clear(section, fields_in(sentence, self._experiment))
                    self._scroll_to(path, section)
                return shown
        return False

    def open_sections(self) -> list[str]:
        """Names of the open sections, for the preferences."""
        return [name for name, section in self._sections.items() if section.is_open()]

    def set_open_sections(self, names: Iterable[str]) -> None:
        """Open these sections and close the others; unknown names mean nothing."""
        names = set(names)
        for name, section in self._sections.items():
            section.set_open(name in names)

    def section(self, name: str) -> Section:
        """The section of that name (see `contents.CONTENTS`)."""
        return self._sections[name]

    def sizeHint(self) -> QSize:
        """Comfortable at any text size."""
        return QSize(round(WIDTH * self._scale()), 720)

    def minimumSizeHint(self) -> QSize:
        """Nothing is cut at this width."""
        return QSize(round(LEAST_WIDTH * self._scale()), 240)

    def changeEvent(self, event: QEvent) -> None:
        """Another text size asks for another width."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def _scale(self) -> float:
        return max(1.0, self.font().pixelSize() / TEXT_SIZE)

    def _section(self, content: Content) -> Section:
        return Section(content.name, content.title, lambda: self._body(content))

    def _body(self, content: Content) -> QWidget:
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(8, 2, 4, 10)
        rows.setSpacing(6)
        if content.note is not None:
            note = self._notes[content.name] = words_label(role="small")
            note.setText(content.note(self._experiment))
            rows.addWidget(note)
        form = SpecForm(
            content.part_of(self._experiment),
            f"{content.path}." if content.path else "",
            names=content.fields,
            choices={"device": self._devices},
        )
        form.set_pending(self._pending)
        form.set_idle(idle_paths(self._experiment))
        form.edited.connect(self._edit)
        self._forms[content.name] = form
        rows.addWidget(form)
        return body

    def _arrange(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "plain")
        sections = QVBoxLayout(inside)
        sections.setContentsMargins(6, 6, 2, 6)
        sections.setSpacing(2)
        for section in self._sections.values():
            sections.addWidget(section)
        sections.addStretch(1)
        area = self._area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # It has its place always, so that opening a section makes nothing narrower.
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        card = QFrame()
        card.setProperty("role", "card")
        rows = QVBoxLayout(card)
        rows.setContentsMargins(1, 1, 1, 1)
        rows.setSpacing(0)
        rows.addWidget(area, 1)
        rows.addWidget(self._footer)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(card)

    def _edit(self, path: str, value: Any) -> None:
        try:
            changed = self._experiment.replace(**{path: value})
        except SpecError as error:
            # A rule between sections, such as the minibatch layer's place among the layers.
            self.setValue(self._experiment)
            self.set_problem(path, str(error))
            return
        self.setValue(changed)
        self.edited.emit(path, value)

    def _scroll_to(self, path: str, section: Section) -> None:
        editor = section.findChild(QWidget, path)
        # The sentence beside it, of some lines, is to be seen too.
        self._area.ensureWidgetVisible(editor or section, 0, 6 * self.fontMetrics().height())


class Footer(QFrame):
    """The memory that the experiment needs, and what waits for a restart."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "line")
        self._size = words_label(role="small")
        self._size.setToolTip(
            "Weights, gradients, the optimizers' memory, activations and the evaluation."
        )
        self._waiting = words_label(f"Fields marked {PENDING} apply at restart", "muted")
        self.restart = QPushButton("Restart now")
        self.restart.setIcon(icon("reset"))
        self.restart.setToolTip("Start again from step 0 with the changed fields.")
        self.restart.setAccessibleName("Restart now with the changed fields")
        waiting = self._row = QWidget()
        line = QHBoxLayout(waiting)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._waiting, 1)
        line.addWidget(self.restart)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 8, 10, 8)
        rows.setSpacing(6)
        rows.addWidget(self._size)
        rows.addWidget(waiting)
        self.show_pending(False)

    def show_pending(self, pending: bool) -> None:
        """Offer a restart, or not."""
        self._row.setVisible(pending)

    def show_size(self, experiment: Experiment) -> None:
        """The estimate, or the refusal where it is too much."""
        size = estimate(experiment)
        count = (size.parameters_g + size.parameters_d) * experiment.replicas
        try:
            check_size(experiment)
        except TooLargeError as error:
            self._size.setText(f"{error}.")
            set_look(self._size, "role", "trouble")
        else:
            self._size.setText(f"{count:,} parameters, about {bytes_text(size.bytes)} of memory")
            set_look(self._size, "role", "small")
