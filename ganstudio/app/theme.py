"""How everything looks: one palette and one style sheet, both made from a `Style`.

What a widget is, it says with the property `role`, and the style sheet does the rest:

| widget | role |
| --- | --- |
| QFrame | `card`; `guide` is a thin line on the left of what belongs together |
| QPushButton | none; `primary` for the one main button of a row; `quiet` without a frame |
| QToolButton | none, or `row` for small buttons in a list |
| QLabel | `title` bold; `muted`; `small` muted and small; `trouble`; `chip` with the property |
|        | `state`: `good`, `busy`, `trouble` or `plain` |
"""

from __future__ import annotations

from importlib.resources import files

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from ganstudio.plots.style import Style

TEXT_SIZE = 13
"""Pixels of normal text at scale 1."""

GLYPHS = {
    "check": "on_accent",
    "chevron-down": "muted",
    "chevron-right": "muted",
    "chevron-up": "muted",
    "close": "muted",
    "float": "muted",
}
"""Icons that the style sheet shows, each with its colour in `Style`.

A style sheet can only name files, so these lie in `resources/icons/light` and `dark`, as
`icons.svg` makes them.
"""

_Role = QPalette.ColorRole


def apply_theme(app: QApplication, style: Style) -> None:
    """Give the whole application this style; calling it again changes everything at once."""
    # Each of the three makes Qt visit every widget: leave out what is the same.
    if not app.styleSheet():
        app.setStyle("Fusion")
    font = app.font()
    font.setPixelSize(round(TEXT_SIZE * style.text_scale))
    if font != app.font():
        app.setFont(font)
    if (colours := palette(style)) != app.palette():
        app.setPalette(colours)
    if (sheet := style_sheet(style)) != app.styleSheet():
        app.setStyleSheet(sheet)


def system_prefers_dark(app: QApplication) -> bool:
    """Whether the desktop asks for dark windows; light where it does not say (bare X11)."""
    scheme = app.styleHints().colorScheme()
    if scheme is Qt.ColorScheme.Unknown:
        # What the style would do of itself: the application's own palette may be ours already.
        return app.style().standardPalette().color(_Role.Window).lightness() < 128
    return scheme is Qt.ColorScheme.Dark


def set_look(widget: QWidget, name: str, value: str) -> None:
    """Set `role`, `state` or another property of the style sheet on a widget that is shown."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def text_pairs(style: Style) -> list[tuple[str, str, str]]:
    """Every (what, text colour, background) that palette and style sheet put together."""
    surfaces = {"window": style.window, "card": style.card, "raised": style.raised}
    pairs = [
        (f"{kind} on {name}", colour, surface)
        for name, surface in surfaces.items()
        for kind, colour in (
            ("text", style.text),
            ("muted", style.muted),
            ("link", style.real),
            ("trouble", style.trouble),
        )
    ]
    accents = {"real": style.real, "good": style.discriminator, "trouble": style.trouble}
    pairs += [(f"text on {name}", style.on_accent, colour) for name, colour in accents.items()]
    pairs.append(("tooltip", style.window, style.text))
    return pairs


def palette(style: Style) -> QPalette:
    """All of Qt's colour roles, so that widgets without a rule fit in too."""
    made = QPalette()
    roles = {
        _Role.Window: style.window,
        _Role.WindowText: style.text,
        _Role.Base: style.card,
        _Role.AlternateBase: style.raised,
        _Role.Text: style.text,
        _Role.Button: style.raised,
        _Role.ButtonText: style.text,
        _Role.BrightText: style.trouble,
        _Role.Light: style.raised,
        _Role.Midlight: style.raised,
        _Role.Mid: style.border,
        _Role.Dark: style.border,
        _Role.Shadow: style.border,
        _Role.Highlight: style.real,
        _Role.HighlightedText: style.on_accent,
        _Role.Accent: style.real,
        _Role.Link: style.real,
        _Role.LinkVisited: style.real,
        _Role.ToolTipBase: style.text,
        _Role.ToolTipText: style.window,
        _Role.PlaceholderText: style.muted,
    }
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(style.muted))
    made.setColor(QPalette.ColorGroup.Disabled, _Role.Base, QColor(style.window))
    return made


def style_sheet(style: Style) -> str:
    """The style sheet: `@name` is a colour of the style, `12dp` a length that scales."""
    folder = files("ganstudio") / "resources" / "icons" / ("dark" if style.dark else "light")
    text = _SHEET.replace("@icons", str(folder).replace("\\", "/"))
    # On a dark card a field is a hollow; a grey one on a white card would look disabled.
    text = text.replace("@field", style.window if style.dark else style.card)
    for name in sorted(_COLOURS, key=len, reverse=True):
        text = text.replace(f"@{name}", getattr(style, name))
    return _scaled(text, style.text_scale)


def _scaled(text: str, scale: float) -> str:
    parts = text.split("dp")
    done = []
    for part in parts[:-1]:
        digits = part[len(part.rstrip("0123456789")) :]
        done.append(f"{part[: len(part) - len(digits)]}{round(int(digits) * scale)}px")
    return "".join(done) + parts[-1]


_COLOURS = (
    "window", "card", "raised", "border", "text", "muted", "real", "discriminator", "trouble",
    "on_accent",
)  # fmt: skip
_SHEET = (files("ganstudio") / "resources" / "style.qss").read_text(encoding="utf-8")
