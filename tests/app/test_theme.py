"""The theme: everything can be read, in both."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from ganstudio.app.icons import ICONS, icon, svg
from ganstudio.app.theme import (
    GLYPHS,
    apply_theme,
    palette,
    style_sheet,
    system_prefers_dark,
    text_pairs,
)
from ganstudio.plots.style import DARK, LIGHT, Style, contrast

both = pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
READABLE = 4.5


@both
def test_text_can_be_read(style: Style) -> None:
    for what, text, background in text_pairs(style):
        assert contrast(text, background) >= READABLE, what


@both
def test_every_rule_of_the_style_sheet_can_be_read(style: Style) -> None:
    """A rule with its own background is checked on it, one without on every surface."""
    surfaces = (style.window, style.card, style.raised)
    sheet = re.sub(r"/\*.*?\*/", "", style_sheet(style), flags=re.S)
    checked = 0
    for selector, rule in re.findall(r"([^{}]+)\{([^}]*)\}", sheet):
        colours = dict(re.findall(r"(?<![-\w])(color|background): (#\w{6})", rule))
        for name, foreground in re.findall(r"(?<![-\w])(selection-color): (#\w{6})", rule):
            assert name
            assert contrast(foreground, style.real) >= READABLE
        if "color" not in colours:
            continue
        for surface in [colours["background"]] if "background" in colours else surfaces:
            assert contrast(colours["color"], surface) >= READABLE, selector
            checked += 1
    assert checked > 30


@both
def test_palette_pairs_can_be_read(style: Style) -> None:
    made, role = palette(style), QPalette.ColorRole
    pairs = [
        (role.WindowText, role.Window),
        (role.Text, role.Base),
        (role.Text, role.AlternateBase),
        (role.PlaceholderText, role.Base),
        (role.ButtonText, role.Button),
        (role.HighlightedText, role.Highlight),
        (role.Link, role.Base),
        (role.LinkVisited, role.Base),
        (role.ToolTipText, role.ToolTipBase),
        (role.BrightText, role.Window),
    ]
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Disabled):
        for text, background in pairs:
            colours = made.color(group, text).name(), made.color(group, background).name()
            assert contrast(*colours) >= READABLE, (group, text)


@both
def test_marks_and_focus_rings_can_be_seen(style: Style) -> None:
    """WCAG 2.2 asks for 3:1 where a shape carries the meaning."""
    for surface in (style.window, style.card, style.raised):
        assert contrast(style.real, surface) >= 3
        assert contrast(style.muted, surface) >= 3
    assert contrast(style.on_accent, style.real) >= 3


@both
def test_glyph_files_are_what_icons_make(style: Style) -> None:
    sheet = style_sheet(style)
    for name, colour in GLYPHS.items():
        path = re.search(rf'url\("([^"]*/{name}\.svg)"\)', sheet)
        assert path, name
        with open(path[1], encoding="utf-8") as file:
            assert file.read() == svg(name, getattr(style, colour))


def test_no_placeholder_is_left() -> None:
    sheet = re.sub(r"/\*.*?\*/", "", style_sheet(DARK), flags=re.S)
    assert "@" not in sheet
    assert not re.search(r"\ddp\b", sheet)


def test_everything_grows_for_the_projector(qapp: QApplication) -> None:
    apply_theme(qapp, LIGHT)
    assert qapp.font().pixelSize() == 13
    apply_theme(qapp, LIGHT.projector())
    assert qapp.font().pixelSize() == 20
    assert "border-radius: 12px" in style_sheet(LIGHT.projector())


@both
def test_a_theme_is_applied_at_once(qtbot: QtBot, qapp: QApplication, style: Style) -> None:
    apply_theme(qapp, style)
    button = QPushButton("Train")
    button.setProperty("role", "primary")
    qtbot.addWidget(button)
    button.show()
    middle = button.grab().toImage().pixelColor(8, button.height() // 2)
    assert middle.name() == style.real


def test_the_system_is_asked(qapp: QApplication) -> None:
    expected = qapp.styleHints().colorScheme() is Qt.ColorScheme.Dark
    assert system_prefers_dark(qapp) is expected


@both
def test_every_icon_is_drawn_in_the_theme(qapp: QApplication, style: Style) -> None:
    apply_theme(qapp, style)
    for name in ICONS:
        image = icon(name).pixmap(32, 32).toImage()
        solid = {
            image.pixelColor(x, y).name()
            for x in range(32)
            for y in range(32)
            if image.pixelColor(x, y).alpha() == 255
        }
        assert style.text in solid, name


def test_an_unknown_icon_is_named() -> None:
    with pytest.raises(KeyError, match="no-such"):
        icon("no-such")
