"""`ganstudio data`: which pictures there are to learn from, and how to get more."""

from __future__ import annotations

import sys

from rich import box
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from ganstudio.cli.tables import stdout_console
from ganstudio.data.images.digits import digits
from ganstudio.data.images.download import download, is_here
from ganstudio.data.images.gallery import cache
from ganstudio.data.images.known import KNOWN, KnownSet
from ganstudio.errors import SpecError


def show() -> None:
    """Each set: its name in experiments, what it is, whether it is here, who made it."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for head in ("Name", "Pictures of", "Here", "By"):
        table.add_column(head, overflow="fold")
    bundled = digits()
    table.add_row("digits", f"{len(bundled):,} handwritten digits", "yes", bundled.attribution)
    for known in KNOWN.values():
        here = "yes" if is_here(known, cache() / known.name) else f"no ({known.size} MB to get)"
        table.add_row(known.name, Text(known.title), here, Text(known.attribution))
    stdout_console().print(table)


def get(name: str) -> None:
    """Download a set, with a progress bar where a person looks at it; what is here stays.

    Raises:
        SpecError: there is no such set.
        FileError: no mirror gives it, or it can't be kept.
    """
    if name not in KNOWN:
        raise SpecError(f"there is no set {name!r} to download; there is {', '.join(KNOWN)}")
    known = KNOWN[name]
    folder = cache() / known.name
    if not is_here(known, folder):
        _download(known)
    sys.stdout.write(f"{known.title} is in {folder}\n{known.attribution}\n")


def _download(known: KnownSet) -> None:
    console = Console(file=sys.stderr)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as p:
        task = p.add_task(known.title, total=None)
        download(
            known,
            cache() / known.name,
            lambda file, done, of: p.update(
                task, description=file, completed=done, total=of or None
            ),
        )
