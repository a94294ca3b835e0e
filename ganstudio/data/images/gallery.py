"""From a target of pictures to the pictures themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from platformdirs import user_cache_path

from ganstudio.core.image_set import ImageSet
from ganstudio.core.pictures.gallery import Gallery
from ganstudio.core.targets import PictureFolder, Pictures
from ganstudio.data.images.digits import digits
from ganstudio.data.images.download import is_here, load
from ganstudio.data.images.folder import read_pictures
from ganstudio.data.images.idx import MOST_BYTES, pairs_in, read_pair
from ganstudio.data.images.judge import judge_for
from ganstudio.data.images.known import KNOWN, PARTS
from ganstudio.errors import FileError, SpecError

Tell = Callable[[str, float], None]
"""Told what is being done, and how much of it is, from 0 to 1."""
Parts = tuple[ImageSet, ImageSet]
MOST_KEPT = 2
TOLD_EVERY = 500
_kept: dict[Pictures, Gallery] = {}
"""Of the last targets: a run that starts over reads nothing."""


def cache() -> Path:
    """The folder that downloads go into."""
    return user_cache_path("ganstudio", appauthor=False) / "pictures"


def gallery_for(target: Pictures, tell: Tell = lambda _what, _share: None) -> Gallery:
    """The pictures that a target stands for, and who judges those like them.

    The judge knows all classes of the set and its whole training part, whatever the target picks
    of them, so that scores of one set compare. It is taught once, which takes some seconds.

    Args:
        target: nothing is downloaded for it.
        tell: an exception from it ends the work.

    Raises:
        FileError: the pictures are not there, or damaged.
        SpecError: they are not what the target says.
    """
    if target in _kept:
        return _kept[target]
    tell("Reading the pictures", 0.0)
    learnt, held_out = parts_of(target, tell)
    judge = judge_for(learnt, held_out, lambda share: tell("Teaching the judge", share))
    found = Gallery(*_chosen(target, learnt, held_out), judge)
    if isinstance(target, PictureFolder):
        # Its files may be others the next time.
        return found
    while len(_kept) >= MOST_KEPT:
        _kept.pop(next(iter(_kept)))
    return _kept.setdefault(target, found)


def training_of(target: Pictures, tell: Tell = lambda _what, _share: None) -> ImageSet:
    """The pictures that a run with such a target learns from.

    Raises:
        FileError, SpecError: see `gallery_for`.
    """
    return _chosen(target, *parts_of(target, tell))[0]


def parts_of(target: Pictures, tell: Tell = lambda _what, _share: None) -> Parts:
    """All pictures of a target's set: to learn from, and held out.

    Raises:
        FileError, SpecError: see `gallery_for`.
    """
    if isinstance(target, PictureFolder):
        return _of_folder(target, tell)
    if target.kind == "digits":
        return digits().split(target.held_out)
    known = KNOWN[target.kind]
    folder = cache() / known.name
    if not is_here(known, folder):
        raise FileError(
            f"{known.title} is not on this machine: get it on the page Explore, under Data, or "
            f"with “ganstudio data get {known.name}” ({known.size} MB)"
        )
    learnt, held_out = load(known, folder)
    return learnt, held_out.first(target.held_out)


def _chosen(target: Pictures, learnt: ImageSet, held_out: ImageSet) -> Parts:
    """What a target picks of its set."""
    try:
        if target.classes:
            learnt, held_out = (part.only(target.classes) for part in (learnt, held_out))
    except SpecError as error:
        raise SpecError(f"target.classes: {error}") from error
    return (learnt.first(target.count) if target.count else learnt), held_out


def _of_folder(target: PictureFolder, tell: Tell) -> Parts:
    if not target.folder:
        raise FileError("target.folder: choose a folder of pictures, or of IDX files")
    try:
        folder = Path(target.folder).expanduser()
    except RuntimeError as error:
        raise FileError(f"target.folder: {target.folder}: {error}") from error
    try:
        pairs = pairs_in(folder)
    except FileError:
        found = read_pictures(folder, target.side, lambda done, of: tell("Reading", done / of))
        return _split(found, target)
    parts = [
        resized(read_pair(*pairs[name], folder.name), target.side, tell)
        for name in (PARTS if set(PARTS) <= set(pairs) else list(pairs)[:1])
    ]
    if len(parts) > 1:
        return parts[0], parts[1].first(target.held_out)
    return _split(parts[0], target)


def _split(found: ImageSet, target: Pictures) -> Parts:
    try:
        return found.split(target.held_out)
    except SpecError as error:
        raise SpecError(f"target.held_out: {error}") from error


def resized(images: ImageSet, side: int, tell: Tell = lambda _what, _share: None) -> ImageSet:
    """The same pictures as squares of another size.

    Raises:
        FileError: they would be too many bytes.
    """
    if images.size == (side, side):
        return images
    if len(images) * side**2 > MOST_BYTES:
        raise FileError(
            f"target.side: {len(images):,} pictures of {side} x {side} pixels would be more than "
            f"{MOST_BYTES // 10**6:,} MB; make it smaller"
        )
    found = np.empty((len(images), side, side), np.uint8)
    for i, one in enumerate(images.images):
        if i % TOLD_EVERY == 0:
            tell("Resizing", i / len(images))
        found[i] = np.asarray(Image.fromarray(one).resize((side, side)))
    return replace(images, images=found)
