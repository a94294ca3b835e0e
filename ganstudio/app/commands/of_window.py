"""What all commands have."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ganstudio.app.window import Window


class OfWindow:
    """Something that a window can be told to do.

    Args:
        window: which.
    """

    def __init__(self, window: Window) -> None:
        self._window = window
