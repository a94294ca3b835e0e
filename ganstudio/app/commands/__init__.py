"""What each command of the table does in the window: one method for each of its ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from ganstudio.app.commands.files import FileCommands
from ganstudio.app.commands.runs import RunCommands
from ganstudio.app.commands.views import ViewCommands


class Commands(FileCommands, RunCommands, ViewCommands):
    """All of them."""

    def find(self, id: str) -> Callable[[], None]:
        """The method for a command."""
        return cast("Callable[[], None]", getattr(self, id))
