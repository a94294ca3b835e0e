"""Values that nobody can change by accident."""

from __future__ import annotations

from dataclasses import fields

from ganstudio.core.lazy import np


def freeze(value: object) -> None:
    """Make every array in a dataclass read-only."""
    for one in fields(value):  # type: ignore[arg-type]  # any dataclass instance will do
        item = getattr(value, one.name)
        if isinstance(item, np.ndarray):
            item.flags.writeable = False
