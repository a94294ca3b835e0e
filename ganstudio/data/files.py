"""Reading and writing files that people exchange: bounded, old-or-new, one clear sentence."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from ganstudio.core.experiment import Experiment
from ganstudio.errors import FileError, SpecError

MAX_EXPERIMENT_BYTES = 4_000_000


def read_experiment(path: Path) -> Experiment:
    """The experiment in a TOML file.

    Raises:
        FileError: it can't be read.
        SpecError: it is no experiment; the sentence begins with the file's name.
    """
    try:
        return Experiment.from_toml(read_text(path, MAX_EXPERIMENT_BYTES))
    except SpecError as error:
        raise SpecError(f"{path}: {error}") from error


def read_text(path: Path, most: int) -> str:
    """A whole text file, bounded before it is read.

    Raises:
        FileError: it can't be read, has more than `most` bytes, or is not UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except (OSError, ValueError) as error:
        # A ValueError is what a name with a null character raises.
        reason = getattr(error, "strerror", None) or error
        raise FileError(f"{path}: can't be read: {reason}") from error
    if len(content) > most:
        raise FileError(f"{path}: larger than {most:,} bytes")
    try:
        # Editors on Windows begin a file with a mark that is no part of its text.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(f"{path}: not a text file in UTF-8") from error


def write_experiment(experiment: Experiment, path: Path) -> None:
    """Write an experiment as TOML.

    Raises:
        FileError: it can't be written; the old file stands.
    """
    replace_file(path, experiment.to_toml().encode("utf-8"))


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` at `path`, so that at any moment the old file or the new one is there.

    Raises:
        FileError: it can't be written; the old file stands.
    """
    replace_with(path, lambda part: part.write_bytes(content))


def replace_with(path: Path, write: Callable[[Path], object]) -> None:
    """The same for a file that somebody else writes.

    The temporary file has a fixed name beside it: what a kill leaves behind, the next write
    takes over.

    Args:
        path: where the file is to be.
        write: makes a new file at the path that it is given.

    Raises:
        FileError: it can't be written; the old file stands.
    """
    # Through a link the file it points to is written, and the link stays.
    path = path.resolve()
    part = part_of(path)
    try:
        try:
            part.unlink(missing_ok=True)
            write(part)
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as error:
        raise FileError(f"{path}: can't be written: {error.strerror or error}") from error


def part_of(path: Path) -> Path:
    """The temporary file of what is written to `path`."""
    path = path.resolve()
    return path.with_name(f".{path.name}.part")


def make_folder(path: Path, fill: Callable[[Path], object]) -> None:
    """Make a folder, so that at any moment the whole of it is there or nothing.

    Args:
        path: where the folder is to be.
        fill: puts files into the new folder that it is given.

    Raises:
        FileError: it can't be written, or there is something of that name, which stays.
    """
    try:
        if path.exists():
            raise FileError(f"{path}: there is something of that name; choose another one")
        part = path.with_name(f".{path.name}.part")
        try:
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            fill(part)
            for file in part.iterdir():
                with file.open("rb+") as handle:
                    os.fsync(handle.fileno())
            _sync_folder(part)
            part.rename(path)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        _sync_folder(path.parent)
    except OSError as error:
        raise FileError(f"{path}: can't be written: {error.strerror or error}") from error


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut, where the file system can do that.

    Windows has no such call for folders, and some shares refuse it; the file is written all the
    same.
    """
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
