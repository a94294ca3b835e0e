"""A style's colours, pens and fonts, and numbers as text."""

from __future__ import annotations

import math
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPen
from PySide6.QtWidgets import QApplication

from ganstudio.plots.style import Style

Role = Literal["real", "generated", "discriminator", "trouble", "muted", "text", "border"]
Dash = Literal["solid", "dashed", "dotted", "dash-dotted"]

_DASHES: dict[Dash, list[float]] = {
    "solid": [],
    "dashed": [5, 3],
    "dotted": [1, 2.5],
    "dash-dotted": [6, 2.5, 1, 2.5],
}


def colour(style: Style, role: str, alpha: float = 1.0) -> QColor:
    """The colour of a role, more or less opaque."""
    found = QColor(getattr(style, role))
    found.setAlphaF(alpha)
    return found


def pen(style: Style, role: str, width: float, dash: Dash = "solid", strength: float = 1) -> QPen:
    """A pen for painting in pixels.

    A weaker one is mixed with the card's colour: wide translucent lines take 100 times as long.
    """
    full, card = colour(style, role), colour(style, "card")
    mixed = QColor(
        round(strength * full.red() + (1 - strength) * card.red()),
        round(strength * full.green() + (1 - strength) * card.green()),
        round(strength * full.blue() + (1 - strength) * card.blue()),
    )
    made = QPen(mixed, width * style.line_scale)
    if dash == "solid":
        made.setCapStyle(Qt.PenCapStyle.SquareCap)
    else:
        made.setCapStyle(Qt.PenCapStyle.FlatCap)
        made.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
        made.setDashPattern(_DASHES[dash])
    return made


def font(style: Style, pixels: int = 12, bold: bool = False) -> QFont:
    """The application's family in the style's size, with digits of one width."""
    made = QFont(QApplication.font())
    made.setPixelSize(round(pixels * style.text_scale))
    made.setBold(bold)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def number(value: float) -> str:
    """Three significant digits of a finite number, a real minus sign, commas for thousands."""
    if value != 0 and not 1e-4 <= abs(value) < 1e7:
        text = f"{value:.1e}"
    else:
        places = 2 if value == 0 else max(0, 2 - math.floor(math.log10(abs(value))))
        text = f"{value:,.{places}f}"
    return text.replace("-", "−")
