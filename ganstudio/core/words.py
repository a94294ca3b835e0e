"""Numbers as they are written everywhere."""

from __future__ import annotations


def in_percent(share: float, digits: int = 0) -> str:
    """A share of 1 with its sign: "50 %"."""
    return f"{100 * share:.{digits}f} %"
