"""The system packages that no wheel holds, and how they come onto a machine.

Standard library only: dev.py loads this at every start of the program.
"""

from __future__ import annotations

import os
import sys

from tools.console import DevError, call, say

# What Qt loads and no wheel brings: the library, and the Debian package that has it.
# Where a package has several names, the first is the one to install and any of them will do.
LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0 | libglib2.0-0t64",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    # A real window under X, the list that `ldd libqxcb.so` gives:
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
FONT = "fonts-wqy-microhei | fonts-wqy-zenhei | fonts-noto-cjk"  # Chinese text
SCREEN = ["xvfb", "xauth"]  # a screen in memory, for tests and pictures


def system_packages(tools: bool, venv_module: bool) -> None:
    """See to the libraries that pip cannot bring; only Linux lacks any."""
    from shutil import which

    if sys.platform != "linux":
        return
    if not which("dpkg-query"):
        missing = [name for name in LIBRARIES if not loads(name)]
        missing += ["xvfb-run"] if tools and not which("xvfb-run") else []
        missing += ["Python's ensurepip"] if venv_module else []
        if missing:
            raise DevError(f"this machine lacks {', '.join(missing)}: please install them.", 2)
        return
    names = [*LIBRARIES.values(), FONT, *(SCREEN if tools else [])]
    names += [f"python3.{sys.version_info[1]}-venv"] if venv_module else []
    alternatives = [word for name in names for word in name.split(" | ")]
    # It exits 1 where it does not know a name, which is one of the answers we came for.
    _, output = call(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *alternatives])
    missing = missing_packages(names, output)
    try:
        if missing:
            apt_install(missing)
    except DevError as error:
        if tools or missing != [FONT.partition(" | ")[0]]:
            raise
        say(f"going on without a font for Chinese text, though {error}")


def loads(library: str) -> bool:
    """Ask the loader itself; it alone knows where this system keeps its libraries."""
    import ctypes

    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_packages(names: list[str], dpkg_output: str) -> list[str]:
    """Return the packages to install, given dpkg-query's lines "name status"."""
    lines = [line.split() for line in dpkg_output.splitlines()]
    installed = {line[0] for line in lines if line[1:] == ["installed"]}
    return [name.partition(" | ")[0] for name in names if installed.isdisjoint(name.split(" | "))]


def apt_install(packages: list[str]) -> None:
    """Install Debian packages where that needs no password; else name them and stop."""
    words = " ".join(packages)
    root = root_prefix()
    if root is None:
        sentence = f"this machine lacks system packages. Install them with: {by_hand(words)}"
        raise DevError(sentence, 2)
    say(f"installing the system packages {words}")
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    call([*apt, "update"])  # an old list may do; what cannot be had, the next line names
    lock = ["-o", "DPkg::Lock::Timeout=120"]
    code, output = call([*apt, *lock, "install", "-y", "--no-install-recommends", *packages])
    if code:
        raise DevError(f"apt-get failed, see above. Once it can, run: {by_hand(words)}", 2, output)


def by_hand(words: str) -> str:
    """Spell the command that a person with the password types."""
    return f"sudo apt-get install --no-install-recommends {words}"


def root_prefix() -> list[str] | None:
    """Return what to put before a command that needs root, None where a password is needed."""
    from shutil import which

    if os.geteuid() == 0:
        return []
    if which("sudo") and call(["sudo", "-n", "true"])[0] == 0:
        return ["sudo", "-n"]
    return None
