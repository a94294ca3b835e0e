"""The program's icons: a few lines each, drawn in the palette's colours at any size.

An icon font (qtawesome) was tried first: importing it and drawing one icon took 0.2 s, half of
what the whole window may take.

    >>> button.setIcon(icon("play"))
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

_DOT = "a1 1 0 0 1 .01 0"

ICONS = {
    "add": "M12 5v14M5 12h14",
    "back": "M16 5.5L9 12l7 6.5z",
    "branch": "M6 4v16M6 14c0-4 3-5 6-5h6M14.5 5.5L18 9l-3.5 3.5",
    "camera": "M4 8h4l2-3h4l2 3h4v11H4zM12 16.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z",
    "check": "M5 12.5l4.5 4.5L19 7.5",
    "chevron-down": "M6 9.5l6 6 6-6",
    "chevron-right": "M9.5 6l6 6-6 6",
    "chevron-up": "M6 14.5l6-6 6 6",
    "close": "M6 6l12 12M18 6L6 18",
    "copy": "M9 9h11v11H9zM15 5.5V4H4v11h1.5",
    "down": "M12 5v14M6 13l6 6 6-6",
    "error": f"M12 3.5l9.5 16.5h-19zM12 10v4M12 17{_DOT}",
    "export": "M12 15V4M7.5 8L12 3.5 16.5 8M5 12v8h14v-8",
    "eye": "M2.5 12C5 7.5 8.3 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.8 6.5-9.5 6.5S5 16.5 2.5 12z"
    "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
    "film": "M3.5 5h17v14h-17zM8 5v14M16 5v14M3.5 9.7H8M3.5 14.3H8M16 9.7h4.5M16 14.3h4.5",
    "float": "M4 9h11v11H4zM9 5V4h11v11h-1",
    "full-screen": "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
    "help": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z"
    f"M9.3 9.5a2.8 2.8 0 1 1 4 2.5c-.9.4-1.3 1-1.3 1.9M12 17{_DOT}",
    "info": f"M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v6M12 7.5{_DOT}",
    "library": "M4 4.5h6.5v6H4zM13.5 4.5H20v6h-6.5zM4 13.5h6.5v6H4zM13.5 13.5H20v6h-6.5z",
    "loop": "M4 12a6 6 0 0 1 6-6h9M16 3l3 3-3 3M20 12a6 6 0 0 1-6 6H5M8 15l-3 3 3 3",
    "mark-back": "M18 5.5L11.5 12 18 18.5zM7 5v14",
    "mark-on": "M6 5.5l6.5 6.5L6 18.5zM17 5v14",
    "moon": "M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5z",
    "more": "M5 11.2a.8.8 0 1 0 .01 0zM12 11.2a.8.8 0 1 0 .01 0zM19 11.2a.8.8 0 1 0 .01 0z",
    "new": "M6 3.5h8l4 4v13H6zM14 3.5v4h4",
    "on": "M8 5.5l7 6.5-7 6.5z",
    "open": "M3.5 19V5.5h6l2 2.5h7v3M3.5 19l3-8H22l-3 8z",
    "pause": "M7 5.5h2.5v13H7zM14.5 5.5H17v13h-2.5z",
    "play": "M7.5 4.5v15l12-7.5z",
    "projector": "M3.5 4.5h17v11h-17zM12 15.5V18M8 20.5l4-3 4 3",
    "redo": "M20 9H9a5.5 5.5 0 0 0 0 11h4M16 5l4 4-4 4",
    "remove": "M5 12h14",
    "replay": "M7.5 4.5v15l12-7.5z",
    "reset": "M4.5 4v5h5M4.8 14a7.5 7.5 0 1 0 .7-6.5L4.5 9",
    "save": "M4.5 4.5h12l3 3v12h-15zM8 4.5v4h7v-4M8 19.5v-6h8v6",
    "seed": f"M4.5 4.5h15v15h-15zM8.5 8.5{_DOT}M15.5 8.5{_DOT}M12 12{_DOT}"
    f"M8.5 15.5{_DOT}M15.5 15.5{_DOT}",
    "settings": "M4 7h9M17 7h3M4 17h3M11 17h9M15 9.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z"
    "M9 19.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
    "step": "M6 4.5v15l9-7.5zM18.5 5v14",
    "stop": "M6 6h12v12H6z",
    "sun": "M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM12 2.5v1M12 20.5v1M2.5 12h1M20.5 12h1"
    "M5.3 5.3l.7.7M18 18l.7.7M5.3 18.7l.7-.7M18 6l.7-.7",
    "undo": "M4 9h11a5.5 5.5 0 0 1 0 11h-4M8 5L4 9l4 4",
    "up": "M12 19V5M6 11l6-6 6 6",
}
"""SVG path data on a grid of 24, drawn with a round pen of width 2."""

_SOLID = {"back", "mark-back", "mark-on", "on", "replay", "more", "pause", "play", "step", "stop"}


def svg(name: str, colour: str) -> str:
    """An icon as SVG text; `colour` is "#rrggbb"."""
    fill = colour if name in _SOLID else "none"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24">'
        f'<path d="{ICONS[name]}" fill="{fill}" stroke="{colour}" stroke-width="2"'
        ' stroke-linecap="round" stroke-linejoin="round"/></svg>\n'
    )


def icon(name: str, role: QPalette.ColorRole = QPalette.ColorRole.ButtonText) -> QIcon:
    """An icon that is drawn in the application's palette, also after the theme changed.

    Args:
        name: a key of `ICONS`.
        role: the colour; `HighlightedText` on a button in the accent's colour.

    Raises:
        KeyError: there is no icon of that name.
    """
    if name not in ICONS:
        raise KeyError(name)  # now, not while something is painted
    return QIcon(_PaletteIcon(name, role))


class _PaletteIcon(QIconEngine):
    def __init__(self, name: str, role: QPalette.ColorRole) -> None:
        super().__init__()
        self._name = name
        self._role = role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        disabled = mode is QIcon.Mode.Disabled
        group = QPalette.ColorGroup.Disabled if disabled else QPalette.ColorGroup.Active
        colour = QGuiApplication.palette().color(group, self._role)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _renderer(self._name, colour.name()).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        if size.isEmpty():
            return pixmap  # a button that has no place yet
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(svg(name, colour).encode()))
