"""From a target to its pictures: each source, what may be missing, and what is chosen of it."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ganstudio.core.image_set import ImageSet
from ganstudio.core.targets import Digits, Mnist, PictureFolder
from ganstudio.data.images import gallery as galleries
from ganstudio.data.images.digits import digits
from ganstudio.data.images.gallery import gallery_for, parts_of, resized
from ganstudio.errors import FileError, SpecError

MNIST = Path(__file__).parents[4] / "shared" / "data" / "mnist"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    galleries._kept.clear()


def write_idx(path: Path, array: NDArray[np.uint8]) -> None:
    head = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    path.write_bytes(gzip.compress(head + array.tobytes()))


def write_pair(folder: Path, part: str, images: NDArray[np.uint8]) -> None:
    write_idx(folder / f"{part}-images-idx3-ubyte.gz", images)
    write_idx(folder / f"{part}-labels-idx1-ubyte.gz", np.arange(len(images), dtype=np.uint8) % 3)


def some_pictures(count: int, side: int = 28) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 255, (count, side, side), dtype=np.uint8)


def test_the_digits_are_always_there() -> None:
    found = gallery_for(Digits())
    assert (len(found.training), len(found.held_out)) == (1_297, 500)
    assert found.judge.accuracy > 0.97
    assert found.modes == 10
    assert gallery_for(Digits()) is found
    learnt = {image.tobytes() for image in found.training.images}
    assert not learnt & {image.tobytes() for image in found.held_out.images}


def test_classes_and_number_are_chosen_and_the_judge_stays_the_same() -> None:
    found = gallery_for(Digits(classes=(3, 8), count=50))
    assert len(found.training) == 50
    assert set(found.training.labels) == set(found.held_out.labels) == {3, 8}
    assert found.judge.sha256 == gallery_for(Digits()).judge.sha256


def test_what_is_told_goes_from_reading_to_teaching(tmp_path: Path) -> None:
    write_pair(tmp_path, "train", some_pictures(120))
    told: list[tuple[str, float]] = []
    target = PictureFolder(folder=str(tmp_path), held_out=30)
    gallery_for(target, lambda what, share: told.append((what, share)))
    assert told[0] == ("Reading the pictures", 0.0)
    assert told[-1][0] == "Teaching the judge"
    shares = [share for what, share in told if what == "Teaching the judge"]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1


def test_a_download_that_is_not_there_says_how_to_get_it() -> None:
    with pytest.raises(FileError, match=r"MNIST is not on this machine: .*data get mnist.*12 MB"):
        gallery_for(Mnist())


def test_a_folder_of_idx_files_is_split_unless_it_has_both_parts(tmp_path: Path) -> None:
    write_pair(tmp_path, "train", some_pictures(90))
    learnt, held_out = parts_of(PictureFolder(folder=str(tmp_path), held_out=30))
    assert (len(learnt), len(held_out)) == (60, 30)
    write_pair(tmp_path, "t10k", some_pictures(50))
    learnt, held_out = parts_of(PictureFolder(folder=str(tmp_path), held_out=30))
    assert (len(learnt), len(held_out)) == (90, 30)


def test_pictures_of_another_size_are_resized(tmp_path: Path) -> None:
    write_pair(tmp_path, "train", some_pictures(60, side=20))
    learnt, _ = parts_of(PictureFolder(folder=str(tmp_path), held_out=20, side=16))
    assert learnt.size == (16, 16)
    same = ImageSet("x", some_pictures(2), np.zeros(2, np.uint8), ("a",))
    assert resized(same, 28) is same


def test_more_pictures_than_fit_are_not_enlarged() -> None:
    dots = ImageSet(
        "Dots", np.zeros((200_000, 1, 1), np.uint8), np.zeros(200_000, np.uint8), ("a",)
    )
    with pytest.raises(FileError, match=r"^target.side: 200,000 pictures of 128 x 128 pixels"):
        resized(dots, 128)


def test_a_folder_of_pictures_has_its_folders_as_classes(tmp_path: Path) -> None:
    for i, name in enumerate(("cats", "dogs")):
        (tmp_path / name).mkdir()
        for j, picture in enumerate(some_pictures(20, side=40)):
            Image.fromarray(picture).save(tmp_path / name / f"{i}-{j}.png")
    learnt, held_out = parts_of(PictureFolder(folder=str(tmp_path), held_out=10, side=16))
    assert learnt.classes == ("cats", "dogs")
    assert (len(learnt), len(held_out)) == (30, 10)
    assert learnt.size == (16, 16)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"folder": ""}, "choose a folder"),
        ({"folder": "/nowhere/at/all"}, "can't be read"),
        ({"held_out": 200}, "target.held_out: .*200 held out"),
        ({"classes": (7,)}, "target.classes: .*no class 7"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    write_pair(tmp_path, "train", some_pictures(90))
    target = PictureFolder(folder=str(tmp_path), held_out=30)
    with pytest.raises((FileError, SpecError), match=words):
        gallery_for(target.replace(**change))


def test_real_mnist_is_read_from_a_folder() -> None:
    if not MNIST.is_dir():
        pytest.skip("the real MNIST pictures are not on this machine")
    learnt, held_out = parts_of(PictureFolder(folder=str(MNIST), held_out=2_000))
    assert (len(learnt), len(held_out)) == (8_000, 2_000)
    assert learnt.size == digits().size
    shares = np.bincount(held_out.labels, minlength=10) / 2_000
    np.testing.assert_allclose(shares, np.bincount(learnt.labels, minlength=10) / 8_000, atol=2e-3)
