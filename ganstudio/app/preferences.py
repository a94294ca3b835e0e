"""What the window remembers from one start to the next."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Literal, cast

from platformdirs import user_config_path
from PySide6.QtCore import QByteArray, QSettings

RECENT_LIMIT = 8
MOST_CELLS = 1024
"""Pictures that the view of samples may show, whatever the file says."""

Theme = Literal["system", "light", "dark"]


class Preferences:
    """Settings in an INI file. Whatever it holds, each question gets a sensible answer."""

    def __init__(self, path: Path | None = None) -> None:
        path = path or user_config_path("ganstudio", appauthor=False) / "window.ini"
        self._file = QSettings(str(path), QSettings.Format.IniFormat)
        self.kept_edits = path.with_name("last-session.toml")
        """Where edits that no file has are kept when the window closes."""

    @property
    def theme(self) -> Theme:
        """Light, dark, or what the system prefers."""
        found = self._file.value("theme")
        return cast("Theme", found) if found in ("light", "dark") else "system"

    @theme.setter
    def theme(self, theme: Theme) -> None:
        self._file.setValue("theme", theme)

    @property
    def large_text(self) -> bool:
        """Whether text and lines are larger, for a projector."""
        return str(self._file.value("large_text")) == "true"

    @large_text.setter
    def large_text(self, on: bool) -> None:
        self._file.setValue("large_text", "true" if on else "false")

    @property
    def open_sections(self) -> list[str] | None:
        """Names of the open sections of the side panel; None if never stored."""
        return self._strings("open_sections")

    @open_sections.setter
    def open_sections(self, names: list[str]) -> None:
        self._file.setValue("open_sections", "|".join(names))

    @property
    def recent(self) -> list[Path]:
        """Files opened or saved last, the newest first, those that still exist."""
        found = self._file.value("recent")
        try:
            names = json.loads(found) if isinstance(found, str) else []
        except (ValueError, RecursionError):
            return []
        if not isinstance(names, list):
            return []
        texts = [name for name in names if isinstance(name, str)]
        return [Path(text) for text in texts if os.path.isfile(text)]

    def add_recent(self, path: Path) -> None:
        """Remember a file as the newest."""
        path = path.absolute()
        paths = [path, *(other for other in self.recent if other != path)]
        # JSON: a file's name can hold any separator, and bytes that are no text.
        self._file.setValue("recent", json.dumps([str(p) for p in paths[:RECENT_LIMIT]]))

    @property
    def folder(self) -> Path | None:
        """Where a file was opened or saved last, if that is still a folder."""
        found = self._file.value("folder")
        return Path(found) if isinstance(found, str) and os.path.isdir(found) else None

    @folder.setter
    def folder(self, folder: Path) -> None:
        self._file.setValue("folder", str(folder.absolute()))

    @property
    def pictures(self) -> str:
        """The folder of pictures to learn from that was chosen last, or nothing."""
        found = self._file.value("pictures")
        return found if isinstance(found, str) and os.path.isdir(found) else ""

    def set_pictures(self, folder: str) -> None:
        """Remember it."""
        self._file.setValue("pictures", folder)

    def bytes(self, name: str) -> QByteArray:
        """A stored geometry or layout, empty if there is none."""
        found = self._file.value(name)
        return found if isinstance(found, QByteArray) else QByteArray()

    def set_bytes(self, name: str, value: QByteArray) -> None:
        """Store a geometry or layout."""
        self._file.setValue(name, value)

    def pace(self, otherwise: float | None) -> float | None:
        """The speed limit in steps a second; None is no limit."""
        found = self._file.value("pace")
        if found == "max":
            return None
        try:
            pace = float(str(found))
        except ValueError:
            return otherwise
        return min(max(pace, 1.0), 1e6) if math.isfinite(pace) else otherwise

    def set_pace(self, pace: float | None) -> None:
        """Store the speed limit."""
        self._file.setValue("pace", "max" if pace is None else str(pace))

    def cells(self, otherwise: int) -> int:
        """How many pictures the view of samples shows."""
        found = str(self._file.value("cells"))
        return min(max(int(found), 1), MOST_CELLS) if found.isdecimal() else otherwise

    def set_cells(self, cells: int) -> None:
        """Store it."""
        self._file.setValue("cells", str(cells))

    def save(self) -> None:
        """Write the file now."""
        self._file.sync()

    def _strings(self, name: str) -> list[str] | None:
        found = self._file.value(name)
        return [s for s in found.split("|") if s] if isinstance(found, str) else None
