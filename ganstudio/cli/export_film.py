"""`ganstudio export` of pictures and films: drawn without a display, with a bar for films."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ganstudio.errors import SpecError
from ganstudio.export.look import Look, parse_size
from ganstudio.export.timeline import Timing
from ganstudio.record.reader import RunReader

PICTURES = (".png", ".svg", ".pdf")
FILMS = (".gif", ".apng", ".webp", ".mp4", ".webm")
LOOKS = ("view", "size", "dark", "no-caption", "beside")
OF_PICTURES = (*LOOKS, "step", "scale")
OF_FILMS = (*LOOKS, "from", "until", "every", "seconds", "hold", "once")
"""The options that each of them heeds."""
Options = Mapping[str, Any]
"""By their names; those alone that were given."""


class Interrupted(Exception):  # noqa: N818 - somebody wanted it
    """Ctrl-C or SIGTERM; nothing was written."""

    def __init__(self, number: signal.Signals) -> None:
        super().__init__(number)
        self.code = 128 + number


def export_picture(reader: RunReader, to: Path, options: Options) -> str:
    """Write one picture; what is in it.

    Raises:
        RecordError: a run file is damaged.
        SpecError: an option that makes no picture.
        FileError: the picture can't be written.
        DisplayError: there is no font.
    """
    from ganstudio.export.application import without_display
    from ganstudio.export.still import nearest_step, save_picture

    look, runs = _look(options), _runs(reader, options)
    step = nearest_step(runs, options.get("step"))
    with without_display():
        save_picture(runs, look, to, step, options.get("scale", 1.0))
    return f"a picture of step {step:,}"


def export_film(reader: RunReader, to: Path, options: Options) -> str:
    """Write a film; what is in it.

    Raises:
        Interrupted: by a signal; an old file stands.
        RecordError: a run file is damaged.
        SpecError: an option that makes no film.
        FileError: the film can't be written.
        DisplayError: there is no font.
    """
    from ganstudio.export.application import without_display
    from ganstudio.export.film import Cancelled, Film, make

    film = Film(_runs(reader, options), _look(options), _timing(options))
    with without_display(), _until_signal() as heard, FilmProgress() as bar:

        def progress(done: int, total: int) -> bool:
            bar.show(done, total)
            return not heard

        try:
            count = make(film, to, progress)
        except Cancelled:
            raise Interrupted(heard[0]) from None
    return f"a film of {count:,} picture{'s' * (count != 1)}, {to.stat().st_size:,} bytes"


def export_tensorboard(reader: RunReader, to: Path) -> None:
    """Write a folder for TensorBoard, with some pictures of the run.

    Raises:
        RecordError: the run file is damaged.
        FileError: the folder can't be written.
        DisplayError: there is no font.
    """
    from ganstudio.export.application import without_display
    from ganstudio.export.still import drawn
    from ganstudio.export.tensorboard import write_tensorboard

    with without_display(), reader.unchanging(), ExitStack() as stack:
        # A run that was never shown has nothing to be drawn.
        draw = stack.enter_context(drawn(reader, Look())) if reader.places else None
        write_tensorboard(reader, to, draw)


def _runs(reader: RunReader, options: Options) -> tuple[Path, ...]:
    return (reader.path, *options.get("beside", ()))


def _look(options: Options) -> Look:
    return Look(
        views=tuple(options.get("view", ())),
        size=parse_size(options["size"]) if "size" in options else Look.size,
        dark="dark" in options,
        caption="no-caption" not in options,
    )


def _timing(options: Options) -> Timing:
    first, last = options.get("from"), options.get("until")
    if first is not None and last is not None and first > last:
        raise SpecError(f"--from {first:,} comes after --until {last:,}")
    return Timing(
        first=first,
        last=last,
        every=options.get("every"),
        seconds=options.get("seconds"),
        hold=options.get("hold"),
        loop="once" not in options,
    )


@contextmanager
def _until_signal() -> Iterator[list[signal.Signals]]:
    """What signals have come: an exception would be lost among Qt's callbacks."""
    heard: list[signal.Signals] = []

    def hear(number: int, _frame: object) -> None:
        heard.append(signal.Signals(number))

    before: dict[signal.Signals, Callable[..., Any] | int | None] = {
        number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield heard
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class FilmProgress:
    """Pictures done and time remaining, on stderr; silent in a pipe."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(file=sys.stderr),
            transient=True,
            auto_refresh=False,
        )
        self._visible = self._progress.console.is_terminal
        self._task = self._progress.add_task("Drawing", total=None)

    def __enter__(self) -> Self:
        if self._visible:
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._visible:
            self._progress.stop()

    def show(self, done: int, total: int) -> None:
        """Say how many pictures are done."""
        if self._visible:
            self._progress.update(self._task, completed=done, total=total)
            self._progress.refresh()
