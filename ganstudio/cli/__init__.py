"""The command line, and the start of the window; the only place that prints or exits.

What stands in this file decides between the two by looking at the arguments alone: on its way
to the screen the window must not wait for typer, rich or torch.
"""

from __future__ import annotations

import multiprocessing
import sys

from ganstudio.cli.signals import ending_at_once
from ganstudio.errors import GanStudioError

__all__ = ["main", "say", "window"]

OK, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
"""Exit codes: a run that failed, a command that can't be obeyed, Ctrl-C."""


OPENED = (".toml", ".ganrun", ".png")
"""What the window opens: experiments, runs, pictures that carry an experiment."""


def main(arguments: list[str] | None = None) -> int:
    """Obey one command line; the window is what `ganstudio` alone means.

    Returns:
        The exit code: 0; 1 for a run that failed; 2 for bad input; 128 + the signal's number.
    """
    # In a frozen program every child starts here.
    multiprocessing.freeze_support()
    arguments = sys.argv[1:] if arguments is None else arguments
    with ending_at_once():
        if not _is_for_window(arguments):
            from ganstudio.cli.commands import obey

            return obey(arguments)
    return _open_window(arguments)


def window() -> int:
    """The entry for desktops, which call it with a file to open or with nothing."""
    multiprocessing.freeze_support()
    return _open_window(sys.argv[1:])


def say(sentence: str) -> None:
    """One line on stderr, whatever a file's name or contents have put into the sentence."""
    shown = "".join(c if c.isprintable() else " " for c in sentence)
    # Started from a desktop on Windows there is no stderr.
    if sys.stderr is not None:
        sys.stderr.write(f"ganstudio: {' '.join(shown.split())}\n")


def _is_for_window(arguments: list[str]) -> bool:
    if len(arguments) != 1:
        return not arguments
    from ganstudio.data.presets import presets
    from ganstudio.data.share import is_shared

    what = arguments[0]
    return what in presets() or what.lower().endswith(OPENED) or is_shared(what)


def _open_window(arguments: list[str]) -> int:
    try:
        from ganstudio.app.main import run

        return run(arguments)
    except ImportError as error:
        say(f"the window can't be opened: {error}; `ganstudio doctor` says what to install")
    except GanStudioError as error:
        say(str(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    return BAD_INPUT
