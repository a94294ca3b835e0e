"""`ganstudio doctor`: what this machine has, what is missing and how to get it."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import platformdirs
from rich.table import Table
from rich.text import Text

from ganstudio.cli import machine
from ganstudio.cli.tables import stdout_console

PACKAGES = {  # and what can't be done without it
    "torch": "nothing can be trained",
    "PySide6-Essentials": "the window can't be opened",
    "pyqtgraph": "the window can't draw",
    "numpy": "nothing can be trained",
    "scipy": "nothing can be trained",
    "pydantic": "nothing can be trained",
}
BROKEN_PYSIDE = "6.12.0"
MEND_PYSIDE = "it aborts after minutes; python3 -m pip install 'PySide6-Essentials<6.12'"


@dataclass(frozen=True)
class Fact:
    """One line of the report; `trouble` says what is wrong and what to do about it."""

    name: str
    found: str
    trouble: str = ""


def examine() -> None:
    """Print the report. Missing things are its subject, not a failure of the command."""
    facts = list(_facts())
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for fact in facts:
        mark = Text("missing" if fact.trouble else "ok", style="red" if fact.trouble else "green")
        table.add_row(Text(fact.name, style="bold"), mark, Text(fact.found))
    console = stdout_console()
    console.print(table)
    console.print()
    troubles = [fact for fact in facts if fact.trouble]
    for fact in troubles:
        console.print(Text(f"{fact.name}: {fact.trouble}"))
    if not troubles:
        console.print("Nothing is missing.")


def _facts() -> Iterator[Fact]:
    yield Fact("GAN Studio", machine.program_version())
    yield Fact("Python", f"{platform.python_version()}, {sys.executable}")
    yield Fact("System", f"{platform.platform()}, {os.cpu_count()} CPU cores")
    yield from _packages()
    yield from _torch()
    yield _display()
    yield from _qt()
    folder = platformdirs.user_data_path("ganstudio", appauthor=False)
    refused = "" if machine.writable(folder) else "nothing can be kept there; allow writing to it"
    yield Fact("Data folder", str(folder), refused)


def _packages() -> Iterator[Fact]:
    for name, consequence in PACKAGES.items():
        found = machine.package_version(name)
        trouble = "" if found else f"{consequence}; python3 -m pip install {name}"
        if name.startswith("PySide6") and found == BROKEN_PYSIDE:
            trouble = MEND_PYSIDE
        yield Fact(name, found or "not installed", trouble)


def _torch() -> Iterator[Fact]:
    torch = machine.look_at_torch()
    if torch.error:
        yield Fact("Devices", "unknown", f"torch can't be loaded ({torch.error}); install it anew")
        return
    named = [f"{name} ({what})" if what else name for name, what in torch.devices.items()]
    yield Fact("Devices", ", ".join(named))
    yield Fact(
        "Threads", f"torch would use {torch.threads} on the CPU; an experiment says how many"
    )


def _display() -> Fact:
    found = machine.display()
    if found is None:
        return Fact(
            "Display",
            "none",
            "for the window log in to a desktop, use ssh -X, or xvfb-run -a ganstudio; "
            "`ganstudio train` needs none",
        )
    qt = machine.look_at_qt()
    if qt.error:
        return Fact("Display", found, f"no window can be opened on it: {qt.error}")
    return Fact("Display", f"{found}, Qt platform {qt.platform}")


def _qt() -> Iterator[Fact]:
    missing = machine.missing_libraries()
    if missing:
        packages = " ".join(package.partition(" | ")[0] for package in missing.values())
        advice = f"the window needs them; on Debian or Ubuntu: sudo apt install {packages}"
        yield Fact("Libraries", f"not found: {', '.join(missing)}", advice)
    elif sys.platform == "linux":
        yield Fact("Libraries", f"all {len(machine.LIBRARIES)} that Qt needs")
    qt = machine.look_at_qt("offscreen")
    if qt.error:
        yield Fact("Qt", "can't be started", qt.error)
        return
    yield Fact("Qt", "starts")
    no_font = "no text can be drawn; on Debian or Ubuntu: sudo apt install fonts-dejavu-core"
    yield Fact("Fonts", f"{qt.fonts} families", "" if qt.fonts else no_font)
    no_chinese = "Chinese text shows as boxes; on Debian or Ubuntu: sudo apt install "
    yield Fact(
        "Chinese text",
        "can be drawn" if qt.chinese else "no font has it",
        "" if qt.chinese else f"{no_chinese}fonts-wqy-microhei",
    )
