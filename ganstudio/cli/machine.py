"""What this machine has: gathered for `ganstudio doctor`, nothing printed here.

Everything that could be broken is tried apart from the rest: Qt in a process of its own, because
it aborts where it finds no display or no library.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import sys
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

QT_SECONDS = 20.0

# What Qt loads and no wheel brings: the library, and the Debian packages that may have it.
LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0 | libglib2.0-0t64",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    # for a real window under X
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libX11-xcb.so.1": "libx11-xcb1",
}


def program_version() -> str:
    """This program's version; a checkout that is not installed has it in pyproject.toml."""
    with suppress(PackageNotFoundError):
        return version("ganstudio")
    project = Path(__file__).parents[2] / "pyproject.toml"
    with suppress(OSError, ValueError, KeyError):
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
    return "of unknown version"


def package_version(name: str) -> str | None:
    """A package's version without importing it, or None where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def missing_libraries() -> dict[str, str]:
    """The libraries that Qt would look for in vain, with the Debian packages that have them."""
    if sys.platform != "linux":
        return {}
    return {library: package for library, package in LIBRARIES.items() if not _loads(library)}


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


@dataclass(frozen=True)
class Torch:
    """What torch finds: device names with what they are, and its CPU threads; or an error."""

    devices: dict[str, str]
    threads: int
    error: str = ""


def look_at_torch() -> Torch:
    """Import torch and ask it."""
    try:
        from ganstudio.core.device import available
        from ganstudio.core.lazy import torch

        named = {
            name: torch.cuda.get_device_name(name) if name.startswith("cuda") else ""
            for name in available()
        }
        return Torch(named, torch.get_num_threads())
    except Exception as error:  # a broken installation fails in many ways
        return Torch({}, 0, f"{type(error).__name__}: {error}".partition("\n")[0])


@dataclass(frozen=True)
class Qt:
    """What Qt can do on one of its platforms; `error` says why it can do nothing."""

    platform: str = ""
    fonts: int = 0
    chinese: bool = False
    error: str = ""


def look_at_qt(platform: str | None = None) -> Qt:
    """Start Qt in a child process, on the platform of this environment or on the given one."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_try_qt, args=(theirs, platform), daemon=True)
    child.start()
    theirs.close()
    found = Qt(error="Qt ended the process without a word")
    try:
        if ours.poll(QT_SECONDS):
            found = ours.recv()
        else:
            found = Qt(error="Qt does not answer")
    except EOFError:
        pass
    finally:
        child.kill()
        child.join()
        ours.close()
    return found


def _try_qt(connection: Connection, platform: str | None) -> None:
    # What Qt itself has to say would stand in the middle of the report.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    if platform is not None:
        os.environ["QT_QPA_PLATFORM"] = platform
    try:
        # Asked for by name, like everything that this file examines and may not find.
        gui: Any = import_module("PySide6.QtGui")
        app = gui.QGuiApplication([])
        database = gui.QFontDatabase
        chinese = database.families(database.WritingSystem.SimplifiedChinese)
        found = Qt(app.platformName(), len(database.families()), bool(chinese))
    except Exception as error:  # whatever it is, it is what the user needs to know
        found = Qt(error=f"{type(error).__name__}: {error}")
    connection.send(found)


def display() -> str | None:
    """Where a window would appear, or None."""
    asked = os.environ.get("QT_QPA_PLATFORM")
    if asked:
        return f"QT_QPA_PLATFORM={asked}"
    for name in ("WAYLAND_DISPLAY", "DISPLAY"):
        if os.environ.get(name):
            return f"{name}={os.environ[name]}"
    return "the desktop" if sys.platform in ("win32", "darwin") else None


def writable(folder: Path) -> bool:
    """Whether files can be made in a folder, or the folder itself where it does not exist yet."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    return existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
