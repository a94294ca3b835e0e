"""A sign and a colour for every verdict, so that many small pictures can be told apart."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ganstudio.core.events import Condition
from ganstudio.plots.palette import Role

Stroke = tuple[tuple[float, float], ...]

_SWING: Stroke = tuple((i / 12, 0.5 - 0.36 * math.sin(math.pi * i / 4.5)) for i in range(13))
_RING: Stroke = tuple(
    (0.5 + 0.36 * math.cos(math.pi * i / 8), 0.5 + 0.36 * math.sin(math.pi * i / 8))
    for i in range(17)
)


@dataclass(frozen=True)
class Mark:
    """A verdict's colour and its sign: lines in a unit square, y down."""

    role: Role
    strokes: tuple[Stroke, ...]
    help: str
    """What the verdict means, for someone who meets it for the first time."""


MARKS = {
    Condition.FITS: Mark(
        "discriminator",
        (((0.08, 0.55), (0.38, 0.85), (0.95, 0.15)),),
        "The generated distribution is as near the target as can be told.",
    ),
    Condition.CONVERGING: Mark(
        "real",
        (((0.1, 0.1), (0.85, 0.85)), ((0.85, 0.3), (0.85, 0.85), (0.3, 0.85))),
        "Its distance to the target falls.",
    ),
    Condition.OFF_TARGET: Mark("muted", (_RING,), "Not near the target, and not moving much."),
    Condition.MOVING_AWAY: Mark(
        "trouble",
        (((0.1, 0.9), (0.85, 0.15)), ((0.3, 0.15), (0.85, 0.15), (0.85, 0.7))),
        "Its distance to the target grows.",
    ),
    Condition.OSCILLATING: Mark("trouble", (_SWING,), "It swings from one side to the other."),
    Condition.COLLAPSED: Mark(
        "trouble",
        (((0.05, 0.9), (0.4, 0.9), (0.5, 0.05), (0.6, 0.9), (0.95, 0.9)),),
        "It makes almost one value only, or less than half of the modes.",
    ),
    Condition.DISCRIMINATOR_WON: Mark(
        "trouble",
        (
            (
                (0.2, 0.08),
                (0.5, 0.08),
                (0.82, 0.3),
                (0.82, 0.7),
                (0.5, 0.92),
                (0.2, 0.92),
                (0.2, 0.08),
            ),
        ),
        "The discriminator is sure of everything, and the generator gets no gradient.",
    ),
    Condition.FROZEN: Mark(
        "trouble",
        (((0.5, 0.05), (0.5, 0.95)), ((0.1, 0.28), (0.9, 0.72)), ((0.1, 0.72), (0.9, 0.28))),
        "Neither network gets a gradient any more.",
    ),
    Condition.DIVERGED: Mark(
        "trouble",
        (((0.12, 0.12), (0.88, 0.88)), ((0.12, 0.88), (0.88, 0.12))),
        "A number is not finite: this seed trains no further.",
    ),
}
"""From the best to the worst, which is the order of every list of verdicts."""


def draw_mark(painter: QPainter, condition: Condition, box: QRectF, tint: QColor) -> None:
    """Draw a verdict's sign into a square."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    made = QPen(tint, max(1.4, box.width() / 6))
    made.setCapStyle(Qt.PenCapStyle.RoundCap)
    made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(made)
    for stroke in MARKS[condition].strokes:
        corners = [
            QPointF(box.left() + x * box.width(), box.top() + y * box.height()) for x, y in stroke
        ]
        painter.drawPolyline(corners)
    painter.restore()
