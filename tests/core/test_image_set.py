"""Pictures with labels: chosen, held out, refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ganstudio.core.image_set import ImageSet
from ganstudio.errors import SpecError

LABELS = np.array([0, 1, 2, 0, 1, 0, 0, 1, 0, 0, 1, 0], np.uint8)
PICTURES = np.arange(12 * 6, dtype=np.uint8).reshape(12, 2, 3)
MINE = ImageSet("Mine", PICTURES, LABELS, ("a", "b", "c"))


def numbers(found: ImageSet) -> list[int]:
    """Which pictures these are."""
    return [int(picture[0, 0]) // 6 for picture in found.images]


def test_the_pictures_of_some_classes_keep_their_labels() -> None:
    found = MINE.only([2, 1])
    assert numbers(found) == [1, 2, 4, 7, 10]
    assert found.labels.tolist() == [1, 2, 1, 1, 1]
    assert found.classes == MINE.classes
    assert numbers(MINE.first(3)) == [0, 1, 2]
    assert len(MINE.first(99)) == len(MINE)
    assert MINE.size == (2, 3)


@pytest.mark.parametrize("labels", [[3], [-1]])
def test_a_class_that_is_not_there(labels: list[int]) -> None:
    with pytest.raises(SpecError, match="choose from 0 to 2"):
        MINE.only(labels)


def test_a_class_without_pictures() -> None:
    with pytest.raises(SpecError, match="no picture"):
        MINE.only([0]).only([1])


def test_what_is_held_out_is_in_no_other_part_and_has_every_class() -> None:
    learnt, held_out = MINE.split(6, seed=3)
    assert sorted(numbers(learnt) + numbers(held_out)) == list(range(12))
    shares = np.bincount(held_out.labels, minlength=3)
    assert shares.sum() == 6
    assert shares[0] in (3, 4)
    assert shares[1] == 2
    assert numbers(MINE.split(6, seed=3)[1]) == numbers(held_out)
    assert numbers(MINE.split(6, seed=4)[1]) != numbers(held_out)
    assert len(MINE.split(0)[1]) == 0
    with pytest.raises(SpecError, match="none to learn from"):
        MINE.split(12)


def test_the_hash_is_of_the_pictures() -> None:
    assert MINE.sha256 == replace(MINE, name="Other", classes=("x", "y", "z")).sha256
    assert MINE.sha256 != MINE.first(11).sha256
    assert MINE.sha256 != replace(MINE, images=PICTURES.reshape(12, 3, 2)).sha256
    assert MINE.sha256 != replace(MINE, labels=LABELS[::-1].copy()).sha256


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"images": PICTURES[:, 0]}, "height, width"),
        ({"images": PICTURES.astype(np.float32)}, "bytes"),
        ({"labels": LABELS[:5]}, "12 pictures need as many labels"),
        ({"labels": LABELS.astype(np.int64)}, "one byte each"),
        ({"classes": ("a", "b")}, "a label is 2, and there are 2 classes"),
    ],
)
def test_arrays_that_do_not_belong_together(changed: dict[str, object], said: str) -> None:
    with pytest.raises(SpecError, match=said):
        replace(MINE, **changed)  # type: ignore[arg-type]  # wrong on purpose
