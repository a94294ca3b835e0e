"""Colours and sizes, light and dark. One colour means one thing everywhere."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Style:
    """Colours as "#rrggbb", and factors for text and lines.

    `real`, `generated` and `discriminator` are colour-blind safe (Okabe and Ito 2008) and are
    used for nothing else; `trouble` only for what went wrong.
    """

    dark: bool
    window: str
    card: str
    raised: str
    border: str
    text: str
    muted: str
    real: str
    generated: str
    discriminator: str
    trouble: str
    on_accent: str
    """Text upon `real` (the accent), `discriminator` or `trouble`."""
    text_scale: float = 1.0
    line_scale: float = 1.0

    def projector(self) -> Style:
        """The same colours for the back row: text 1.5x, lines 2x."""
        return replace(self, text_scale=1.5, line_scale=2.0)


LIGHT = Style(
    dark=False,
    window="#f3f5f7",
    card="#ffffff",
    raised="#eef1f4",
    border="#d5dbe1",
    text="#1a1f24",
    muted="#5a6672",
    real="#0072b2",
    generated="#d55e00",
    discriminator="#00805d",
    trouble="#c0392b",
    on_accent="#ffffff",
)

DARK = Style(
    dark=True,
    window="#15181c",
    card="#1d2126",
    raised="#262b31",
    border="#323840",
    text="#e7eaee",
    muted="#98a2ad",
    real="#56b4e9",
    generated="#f0a030",
    discriminator="#35c29a",
    trouble="#ff6b5e",
    on_accent="#10151a",
)


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
