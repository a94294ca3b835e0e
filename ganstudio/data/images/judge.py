"""The classifier that judges pictures like those of a set: shipped, kept, or trained now."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path
from safetensors import SafetensorError
from safetensors.numpy import load, save

from ganstudio.core.image_set import ImageSet
from ganstudio.core.pictures.classifier import Classifier
from ganstudio.core.pictures.training import judge_of, train_classifier
from ganstudio.data.files import replace_file
from ganstudio.errors import FileError, WeightsError

VERSION = 1
"""Of how judges are built and trained: what an earlier one left is not taken."""
MOST_BYTES = 4_000_000
DIGEST = "sha256"
"""The name under which a file keeps the hash of its weights, as 32 bytes."""

Tell = Callable[[float], object]


def judge_for(
    training: ImageSet,
    held_out: ImageSet,
    tell: Tell = lambda share: None,
    *,
    folder: Path | None = None,
) -> Classifier:
    """The judge of an image set, always the same one for the same training part.

    That of the bundled digits came with the program. Any other is trained once, in 5 to 20
    seconds, and kept; where it can't be kept, or what was kept is damaged, it is trained anew.

    Args:
        training: all classes of the set, so that generators of some of them are judged alike.
        held_out: for its accuracy; it was not trained on these.
        tell: told the share of the training that is done; an exception from it ends it.
        folder: where judges are kept; the user's cache unless told.

    Raises:
        SpecError: the pictures are not square, or too small, too large or none.
    """
    name = file_name(training)
    for content in (_shipped(name), _kept(folder or cache(), name)):
        judge = unpacked(content, training, held_out) if content else None
        if judge is not None:
            return judge
    judge = train_classifier(training, held_out, tell=tell)
    with contextlib.suppress(OSError, FileError):
        _keep(folder or cache(), name, packed(judge))
    return judge


def cache() -> Path:
    """The folder in which judges are kept."""
    return user_cache_path("ganstudio", appauthor=False) / "judges"


def file_name(training: ImageSet) -> str:
    """Of the judge that is trained on these pictures."""
    words = f"{VERSION} {len(training.classes)} {training.sha256}"
    return f"{hashlib.sha256(words.encode()).hexdigest()[:32]}.safetensors"


def packed(judge: Classifier) -> bytes:
    """A judge's file. Its weights were rounded to 16 bits when it was trained: nothing is lost."""
    arrays = {name: array.astype(np.float16) for name, array in judge.arrays.items()}
    return save({**arrays, DIGEST: np.frombuffer(bytes.fromhex(judge.sha256), np.uint8)})


def unpacked(content: bytes, training: ImageSet, held_out: ImageSet) -> Classifier | None:
    """The judge in a file, or None if the file is damaged or does not fit these pictures."""
    try:
        arrays = load(content)
        digest = arrays.pop(DIGEST).tobytes().hex()
        weights = {name: array.astype(np.float32) for name, array in arrays.items()}
        judge = judge_of(weights, training, held_out)
    except (SafetensorError, WeightsError, ValueError, KeyError, TypeError, OverflowError):
        return None
    return judge if judge.sha256 == digest else None


def _shipped(name: str) -> bytes | None:
    place = files("ganstudio") / "resources" / "judges" / name
    return place.read_bytes() if place.is_file() else None


def _kept(folder: Path, name: str) -> bytes | None:
    try:
        with (folder / name).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError:
        return None
    return content if len(content) <= MOST_BYTES else None


def _keep(folder: Path, name: str, content: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / name, content)
