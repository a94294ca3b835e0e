"""How many seeds have each verdict, as bars that are also the filter of the tiles."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QLineF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.core.events import Condition
from ganstudio.core.outcomes import Share, percent
from ganstudio.plots.fleet_marks import MARKS, draw_mark
from ganstudio.plots.palette import Role, colour, font
from ganstudio.plots.style import LIGHT, Style

_PAD = 6
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


def figures(share: Share) -> str:
    """A share with its interval in few words: "14 of 64 · 22 % (14–33 %)"."""
    value = percent(share.value)
    return f"{share.count:,} of {share.of:,} · {value} % ({share.interval_words})"


class CountRow(QAbstractButton):
    """One verdict: its sign, its name, a bar with the 95 % interval; checked while it filters."""

    def __init__(self, condition: Condition, parent: QWidget) -> None:
        super().__init__(parent)
        self._condition = condition
        self._style = LIGHT
        self.share = Share(0, 1)
        self.kept: Share | None = None
        self._longest = ""
        self.setAccessibleName(condition.value)
        self.setToolTip(MARKS[condition].help)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_style(self, style: Style) -> None:
        """Take the style's colours and sizes."""
        self._style = style
        self.updateGeometry()
        self.update()

    def show_shares(self, share: Share, kept: Share | None, longest: str) -> None:
        """Show how many seeds have the verdict, and how many of A had, if there is an A.

        `longest` are the longest figures of all rows: their bars are of one length, or they
        could not be compared.
        """
        if (kept is None) != (self.kept is None) or longest != self._longest:
            self.updateGeometry()
        self.share, self.kept, self._longest = share, kept, longest
        words = MARKS[self._condition].help
        name = self._condition.value
        said = [f"{name}: {share.words()}"] + ([f"A: {kept.words()}"] if kept else [])
        self.setAccessibleName(", ".join(said))
        self.setAccessibleDescription(words)
        lines = [words, *said, "Click to see these seeds only."]
        self.setToolTip("<p>" + "<br>".join(lines) + "</p>")
        self.update()

    def sizeHint(self) -> QSize:
        line = QFontMetrics(font(self._style, 12)).height() + 2
        small = QFontMetrics(font(self._style, 11))
        lines = 1 if self.kept is None else 2
        wide = small.horizontalAdvance(self._longest) + 100
        return QSize(wide, line + lines * (small.height() + 3) + 6)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        role = MARKS[self._condition].role
        name = font(style, 12, bold=self.isChecked())
        line = QFontMetrics(name).height() + 2
        side = line - 6
        draw_mark(painter, self._condition, QRectF(_PAD, 6, side, side), colour(style, role))
        painter.setFont(name)
        painter.setPen(colour(style, "text"))
        room = QRect(_PAD + side + 7, 3, self.width() - side - 2 * _PAD - 7, line)
        painter.drawText(room, _LEFT, self._condition.value)
        top = 3 + line
        top += self._paint_share(painter, self.share, role, top)
        if self.kept is not None:
            self._paint_share(painter, self.kept, "muted", top, "A")

    def _paint_ground(self, painter: QPainter) -> None:
        around = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.underMouse():
            painter.setBrush(colour(self._style, "raised"))
            painter.drawRoundedRect(around, 5, 5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.hasFocus() or self.isChecked():
            width = 2 if self.hasFocus() else 1
            painter.setPen(QPen(colour(self._style, "real"), width))
            painter.drawRoundedRect(around, 5, 5)

    def _paint_share(
        self, painter: QPainter, share: Share, role: Role, top: int, name: str = ""
    ) -> int:
        """One bar from 0 to 100 %, its interval as a whisker, its figures; the height of it."""
        style = self._style
        painter.setFont(font(style, 11))
        metrics = painter.fontMetrics()
        high = metrics.height() + 3
        words = figures(share)
        wide = metrics.horizontalAdvance(self._longest) + 2
        painter.setPen(colour(style, "muted" if name else "text"))
        painter.drawText(QRect(self.width() - _PAD - wide, top, wide, high), _RIGHT, words)
        painter.drawText(QRect(_PAD, top, 20, high), _LEFT, name)
        left = _PAD + metrics.horizontalAdvance("A") + 5
        full = self.width() - _PAD - wide - 8 - left
        middle, half = top + high / 2, high / 4
        painter.fillRect(QRectF(left, middle - half, full, 2 * half), colour(style, "border", 0.6))
        filled = QRectF(left, middle - half, full * share.value, 2 * half)
        painter.fillRect(filled, colour(style, role, 0.75))
        low, above = (left + full * end for end in share.interval)
        painter.setPen(QPen(colour(style, "text"), 1.4 * style.line_scale))
        painter.drawLine(QLineF(low, middle, above, middle))
        for end in (low, above):
            painter.drawLine(QLineF(end, middle - half, end, middle + half))
        return high


class Counts(QWidget):
    """A row for each verdict that a seed has."""

    filter_changed = Signal(object)
    """The set of conditions whose seeds are to be shown; empty for all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        self._longest = ""
        self.rows = {condition: CountRow(condition, self) for condition in MARKS}
        for condition, row in self.rows.items():
            row.setObjectName(condition.value)
            row.hide()
            row.toggled.connect(lambda _on: self.filter_changed.emit(self.chosen))
            column.addWidget(row)

    @property
    def chosen(self) -> frozenset[Condition]:
        """The verdicts that are clicked."""
        return frozenset(one for one, row in self.rows.items() if row.isChecked())

    def set_style(self, style: Style) -> None:
        """Take the style's colours and sizes."""
        for row in self.rows.values():
            row.set_style(style)

    def clear(self) -> None:
        """Another fleet: nothing is counted, nothing is filtered."""
        self._longest = ""
        for row in self.rows.values():
            row.setChecked(False)
            row.hide()

    def show_counts(
        self, found: Mapping[Condition, Share], kept: Mapping[Condition, Share] | None
    ) -> None:
        """Show how many have each verdict, beside those of A; verdicts of nobody are hidden."""
        of = next(iter(found.values())).of
        before = next(iter(kept.values())).of if kept else 0
        shares = [*found.values(), *(kept or {}).values()]
        # No shorter than before: the bars would change their length with every digit.
        self._longest = max([self._longest, *map(figures, shares)], key=len)
        for condition, row in self.rows.items():
            had = kept.get(condition, Share(0, before)) if kept else None
            row.show_shares(found.get(condition, Share(0, of)), had, self._longest)
            row.setVisible(condition in found or bool(had and had.count) or row.isChecked())
