"""What a fleet came to: its verdicts counted, a sweep's table, the comparison with A."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from ganstudio.app.fleet.comparing import Kept, differences, findings, value_rows
from ganstudio.app.forms.words import path_words
from ganstudio.app.labels import wrapping
from ganstudio.core.events import Frame
from ganstudio.core.experiment import Experiment
from ganstudio.core.outcomes import Outcome, by_value, counts
from ganstudio.plots.fleet_counts import Counts
from ganstudio.plots.style import LIGHT, Style

_CAPTION = "Whiskers: 95 % interval (Wilson). Click to filter."
_WIDTHS = (250, 400)
"""Least and most; what is wider belongs to the pictures."""


class OutcomeCard(QFrame):
    """Bars, table and comparison in one column that scrolls if it must."""

    filter_changed = Signal(object)
    """The set of conditions whose seeds are to be shown; empty for all."""

    def __init__(self) -> None:
        super().__init__()
        self._style = LIGHT
        self.setProperty("role", "card")
        self.counts = Counts()
        self.counts.filter_changed.connect(self.filter_changed)
        self._caption = wrapping("small")
        self._caption.setText(_CAPTION)
        self.table, self.comparison = wrapping(), wrapping()
        self.table.setAccessibleName("Outcome by value")
        self.comparison.setAccessibleName("Comparison with A")
        inside = QWidget()
        inside.setProperty("role", "plain")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(8)
        for part in (self.counts, self._caption, self.table, self.comparison):
            column.addWidget(part)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 8, 6, 8)
        outer.setSpacing(4)
        title = QLabel("How the seeds ended up")
        title.setProperty("role", "title")
        outer.addWidget(title)
        outer.addWidget(scroll, 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(round(_WIDTHS[0] * self._style.text_scale), 100)

    def set_style(self, style: Style) -> None:
        """Take the style's colours and sizes."""
        self._style = style
        self.counts.set_style(style)
        self.setMaximumWidth(round(_WIDTHS[1] * style.text_scale))
        self.updateGeometry()

    def clear(self) -> None:
        """Another fleet begins."""
        self.counts.clear()
        self.table.hide()
        self.comparison.hide()

    def show_outcome(
        self,
        experiment: Experiment,
        frame: Frame,
        kept: Kept | None = None,
        pair: tuple[Outcome, Outcome] | None = None,
    ) -> None:
        """Show how a fleet stands, beside A if there is one.

        Args:
            experiment: the fleet's.
            frame: its newest.
            kept: A.
            pair: A and this fleet at the same step, once there is one.
        """
        before = counts(kept.outcome.verdicts) if kept else None
        self.counts.show_counts(counts(frame.verdicts), before)
        # Its bars stay as they were, while this fleet trains on.
        stood = f" A: as it stood at step {kept.outcome.step:,}." if kept else ""
        self._caption.setText(f"{_CAPTION}{stood}")
        varied = experiment.vary
        self.table.setVisible(bool(varied))
        if varied:
            rows = value_rows(by_value(frame.verdicts, frame.metrics, varied.values))
            self.table.setText(_table(path_words(experiment, varied.path), rows))
        self.comparison.setVisible(kept is not None)
        if kept:
            changed = differences(kept.outcome.experiment, experiment)
            said = findings(*pair) if pair is not None else []
            self.comparison.setText(_compared(said, changed))


def _compared(said: Sequence[str], changed: Sequence[str]) -> str:
    lines = "<br>".join(map(html.escape, said))
    items = "".join(f"<li>{html.escape(line)}</li>" for line in changed)
    what = f"From A to B:<ul style='margin: 0'>{items}</ul>" if changed else _SAME
    return f"<p>{lines}</p><p>{what}</p>"


_SAME = "A and B are the same experiment: what differs between them is chance, or nothing."


def _table(title: str, rows: Sequence[tuple[str, ...]]) -> str:
    head, *body = rows
    lines = "".join(f"<th align='right'>{html.escape(cell)}</th>" for cell in head)
    for row in body:
        cells = "".join(f"<td align='right'>{html.escape(cell)}</td>" for cell in row)
        lines += f"</tr><tr>{cells}"
    title = f"<p><b>{html.escape(title)}</b></p>"
    style = "white-space: nowrap"
    return f"{title}<table style='{style}' cellpadding='2' width='100%'><tr>{lines}</tr></table>"
