"""Where a command may write: found out before any long work begins."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ganstudio.errors import FileError
from ganstudio.record.schema import SUFFIX

WEIGHTS_SUFFIX = ".safetensors"


def check_run_file(path: Path) -> None:
    """A place for the file of a new run.

    Raises:
        FileError: its name does not end like one, or it can't be made there.
    """
    _check_suffix(path, SUFFIX, "a run file")
    check_new(path, "`ganstudio resume` goes on in it, or choose another name")


def check_weights_file(path: Path) -> None:
    """A place for the weights of a run.

    Raises:
        FileError: its name does not end like one, or it can't be made there.
    """
    _check_suffix(path, WEIGHTS_SUFFIX, "a file of weights")
    check_new(path)


def check_new(path: Path, advice: str = "choose another name") -> None:
    """A place where nothing is yet.

    Args:
        path: of the file, or of the folder.
        advice: for somebody who named a file that is there.

    Raises:
        FileError: something is there, or nothing can be made there.
    """
    check_place(path)
    if path.exists():
        raise FileError(f"{path}: there is such a file already; {advice}")


def check_place(path: Path) -> None:
    """A place where a file can be made, or replaced.

    Raises:
        FileError: its folder is not there or can't be written, or it is a folder itself.
    """
    folder = path.parent
    try:
        if path.is_dir():
            raise FileError(f"{path}: there is such a folder already; choose another name")
        if not folder.is_dir():
            raise FileError(f"{path}: there is no folder {folder}; make it first")
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise FileError(f"{path}: can't be written: {error.strerror or error}") from error


def check_writable(path: Path) -> None:
    """A run file that can be gone on with, which nobody in this process reads.

    Raises:
        FileError: it can't be written, or nothing can be made beside it.
    """
    try:
        with path.open("rb+"), tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise FileError(f"{path}: can't be written: {error.strerror or error}") from error


def _check_suffix(path: Path, suffix: str, what: str) -> None:
    if path.suffix.lower() != suffix:
        raise FileError(f"{path}: the name of {what} ends in {suffix}, such as first{suffix}")
