"""How a picture of runs is to look: views, size, light or dark. No Qt here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from ganstudio.errors import SpecError

SMALLEST, LARGEST = 48, 7680
"""Pixels of a side: less shows nothing, more is no picture any more."""
MOST_PIXELS = 7680 * 4320
_COMFORT = 800 * 450
"""Points in which one view is easily read from a chair away."""
_LEAST = 300
"""Points that the shorter side keeps, however large the text could be."""


@dataclass(frozen=True)
class Look:
    """What is drawn, and how.

    Args:
        views: their names, "board" for those that the window shows; none: those that matter most.
        size: width and height in pixels.
        dark: on a dark ground.
        caption: whether a line says the title, the step and the main metrics.
        layers: by a view's name the layers that are seen, where it is not all that are at first.
    """

    views: tuple[str, ...] = ()
    size: tuple[int, int] = (800, 450)
    dark: bool = False
    caption: bool = True
    layers: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_size(*self.size)

    def density(self, pictures: int) -> float:
        """Pixels a point: a large picture has larger text and thicker lines, and not only room.

        Args:
            pictures: how many views share it.
        """
        width, height = self.size
        room = math.sqrt(width * height / (_COMFORT * math.sqrt(pictures)))
        return max(1.0, math.floor(4 * min(room, min(width, height) / _LEAST)) / 4)


def check_size(width: int, height: int) -> None:
    """Refuse what can't be a picture.

    Raises:
        SpecError: it names the size.
    """
    if min(width, height) < SMALLEST:
        raise SpecError(f"{width}x{height} is too small: at least {SMALLEST}x{SMALLEST} pixels")
    if max(width, height) > LARGEST or width * height > MOST_PIXELS:
        raise SpecError(f"{width}x{height} is too large: at most 7680x4320 pixels")


def parse_size(text: str) -> tuple[int, int]:
    """`"800x450"` as (800, 450).

    Raises:
        SpecError: it is no size, or one that can't be a picture.
    """
    width, cross, height = text.lower().partition("x")
    if not (cross and width.isdecimal() and height.isdecimal() and len(text) < 20):
        raise SpecError(f"{text!r} is no size: it should be WIDTHxHEIGHT, such as 800x450")
    check_size(int(width), int(height))
    return int(width), int(height)
