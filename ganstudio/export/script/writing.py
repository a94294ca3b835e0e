"""A script and the pictures it reads, as files beside each other."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ganstudio.core.experiment import Experiment
from ganstudio.core.targets import Pictures
from ganstudio.data.files import replace_file
from ganstudio.errors import FileError
from ganstudio.export.script.compose import pytorch_script


def write_script(
    experiment: Experiment, path: Path, tell: Callable[[str, float], None] = lambda _w, _s: None
) -> tuple[Path, ...]:
    """Write an experiment as a PyTorch program, and what it reads.

    A program that learns pictures reads those of the experiment's training part from a file
    of its own name that ends in .npz.

    Args:
        experiment: see `pytorch_script`.
        path: where the program goes; what is there is replaced.
        tell: told what is being read; an exception from it ends the work.

    Returns:
        All files that were written.

    Raises:
        SpecError: a field that can't be written as a script.
        FileError: pictures are missing, other pictures are there, or a file can't be written.
    """
    text = pytorch_script(experiment)
    target = experiment.target
    if not isinstance(target, Pictures):
        replace_file(path, text.encode("utf-8"))
        return (path,)
    beside = path.with_suffix(".npz")
    _write_pictures(target, beside, tell)
    replace_file(path, text.encode("utf-8"))
    return path, beside


def _write_pictures(target: Pictures, path: Path, tell: Callable[[str, float], None]) -> None:
    # It brings Pillow, which nobody else needs.
    from ganstudio.data.images.gallery import training_of

    found = training_of(target, tell)
    content = io.BytesIO()
    # Not compressed: 60,000 pictures would take seconds for a file that is soon read again.
    np.savez(content, images=found.images, labels=found.labels.astype(np.int64))
    written = content.getvalue()
    # Who has given up in the meantime wants no file.
    tell("Writing", 1.0)
    # Nobody was asked whether a file of that name may go.
    if path.exists() and not _holds(path, written):
        raise FileError(
            f"{path.name}: the script's pictures would go there, but there are others; "
            "delete it, or choose another name for the script"
        )
    replace_file(path, written)


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False
