"""Files and texts that are dropped on the window or pasted into it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

from ganstudio.data.share import is_shared

SUFFIXES = (".toml", ".ganrun", ".png")


def file_in(data: QMimeData) -> Path | None:
    """The first file that the window can open."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return next((path for path in paths if path.suffix.lower() in SUFFIXES), None)


def text_in(data: QMimeData) -> str | None:
    """A text that holds an experiment."""
    return data.text() if data.hasText() and is_shared(data.text()) else None
