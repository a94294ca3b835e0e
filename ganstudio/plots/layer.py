"""What a plot lists in its legend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from ganstudio.plots.palette import Dash, Role
from ganstudio.plots.style import Style

Shape = Literal["line", "fill", "dots", "diamonds", "arrow", "band"]


@dataclass(frozen=True)
class Layer:
    """One thing that a plot draws and that its legend switches."""

    id: str
    label: str
    role: Role
    dash: Dash = "solid"
    shape: Shape = "line"
    help: str = ""
    """One sentence for someone who sees it for the first time."""
    visible: bool = True


class Dressed(Protocol):
    """Anything in a plot that takes its colours from a style."""

    def dress(self, style: Style) -> None:
        """Take the style's colours and sizes."""
