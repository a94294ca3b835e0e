"""IDX files: real ones, broken ones, hostile ones."""

from __future__ import annotations

import gzip
import random
import struct
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from ganstudio.data.images.idx import MOST_BYTES, pairs_in, read_idx, read_pair
from ganstudio.errors import FileError

MNIST = Path(__file__).parents[4] / "shared" / "data" / "mnist"
Pack = Callable[[bytes], bytes]
PACKS: list[Pack] = [bytes, gzip.compress]


def idx(*shape: int, numbers: bytes | None = None, kind: int = 8) -> bytes:
    """A file's bytes; its numbers count up unless they are given."""
    head = struct.pack(f">BBBB{len(shape)}I", 0, 0, kind, len(shape), *shape)
    counted = bytes(i % 251 for i in range(int(np.prod(shape)))) if numbers is None else numbers
    return head + counted


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("shape", [(5,), (3, 4, 2)])
def test_what_is_written_is_read(tmp_path: Path, pack: Pack, shape: tuple[int, ...]) -> None:
    # The name says nothing of how it is packed.
    found = read_idx(written(tmp_path / "a.gz", pack(idx(*shape))), len(shape))
    assert found.shape == shape
    assert found.dtype == np.uint8
    assert found.ravel().tolist() == [i % 251 for i in range(found.size)]
    assert not found.flags.writeable


@pytest.mark.skipif(not MNIST.is_dir(), reason="the 10,000 images of MNIST are not here")
def test_mnist_itself() -> None:
    [(part, (images, labels))] = pairs_in(MNIST).items()
    mnist = read_pair(images, labels, "MNIST")
    assert (part, len(mnist), mnist.size, len(mnist.classes)) == ("t10k", 10_000, (28, 28), 10)
    assert np.bincount(mnist.labels).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip
    assert mnist.images.mean() / 255 == pytest.approx(0.1325, abs=1e-4)


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "two zeros"),
        (b"\0\0\x08", "two zeros"),
        (b"PK\x03\x04rest", "two zeros"),
        (idx(2, 3, 3, kind=0x0D), "0x0d"),
        (idx(2, 3), "has 2 dimensions"),
        (idx(6), "has 1 dimensions"),
        (idx(2, 3, 3)[:9], "within its header"),
        (idx(2, 3, 3)[:-1], "18 bytes, and has 17"),
        (idx(2, 3, 3) + b"\0", "goes on after"),
        (idx(0, 3, 3), "is empty"),
        (idx(2**32 - 1, 2**32 - 1, 2**32 - 1, numbers=b""), "more than 600 MB"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, pack: Pack, content: bytes, said: str) -> None:
    path = written(tmp_path / "a", pack(content))
    with pytest.raises(FileError, match=said) as caught:
        read_idx(path, 3)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("cut", [3, 12, 30])
def test_a_torn_package(tmp_path: Path, cut: int) -> None:
    whole = gzip.compress(idx(2, 3, 3))
    with pytest.raises(FileError, match="unpacked"):
        read_idx(written(tmp_path / "a", whole[:-cut]), 3)
    wrong = bytearray(whole)
    wrong[-6] ^= 1
    with pytest.raises(FileError, match="unpacked"):
        read_idx(written(tmp_path / "a", bytes(wrong)), 3)


@pytest.mark.parametrize("name", ["none", "folder", "null\0"])
def test_what_is_no_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(FileError, match="can't be read"):
        read_idx(tmp_path / name, 3)


@pytest.mark.parametrize("promised", [10, MOST_BYTES // 784])
def test_four_gigabytes_in_four_megabytes_take_no_memory(tmp_path: Path, promised: int) -> None:
    # A package of packages unpacks as one.
    head = gzip.compress(struct.pack(">BBBBIII", 0, 0, 8, 3, promised, 28, 28))
    member = gzip.compress(bytes(1 << 26))
    bomb = written(tmp_path / "bomb.gz", head + member * (64 if promised == 10 else 0))
    tracemalloc.start()
    with pytest.raises(FileError, match=r"goes on|cut off"):
        read_idx(bomb, 3)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 8 << 20


@pytest.mark.parametrize("pack", PACKS)
def test_mutants_raise_one_kind_of_error(tmp_path: Path, pack: Pack) -> None:
    rng = random.Random(0)
    whole = pack(idx(7, 5, 5))
    path, refused = tmp_path / "a", 0
    for _ in range(15_000):
        mutant = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(max(1, len(mutant)))
            match rng.randrange(4):
                case 0:
                    mutant[at : at + 1] = rng.randbytes(1)
                case 1:
                    del mutant[at : at + rng.randint(1, 9)]
                case 2:
                    mutant[at:at] = rng.randbytes(rng.randint(1, 9))
                case _:
                    del mutant[max(1, at) :]
        path.write_bytes(mutant)
        refused += 1
        with suppress(FileError):
            assert read_idx(path, 3).ndim == 3
            refused -= 1
    assert refused > 5_000


def test_pictures_and_labels_belong_together(tmp_path: Path) -> None:
    images = written(tmp_path / "train-images-idx3-ubyte", idx(3, 2, 2))
    labels = written(tmp_path / "train-labels-idx1-ubyte.gz", gzip.compress(idx(3)))
    written(tmp_path / "t10k-images-idx3-ubyte.gz", b"")
    written(tmp_path / "notes.txt", b"")
    assert pairs_in(tmp_path) == {"train": (images, labels)}
    found = read_pair(images, labels, "Mine")
    assert (len(found), found.classes, found.labels.tolist()) == (3, ("0", "1", "2"), [0, 1, 2])
    with pytest.raises(FileError, match="label 2; Mine has 2 classes"):
        read_pair(images, labels, "Mine", ("shoe", "shirt"))
    written(labels, idx(4))
    with pytest.raises(FileError, match="4 labels for the 3 pictures of train-images"):
        read_pair(images, labels, "Mine")


def test_unpacked_files_come_first_and_dots_are_no_matter(tmp_path: Path) -> None:
    for end in ("", ".gz"):
        written(tmp_path / f"train-images.idx3-ubyte{end}", b"")
        written(tmp_path / f"train-labels.idx1-ubyte{end}", b"")
    [(images, labels)] = pairs_in(tmp_path).values()
    assert {images.suffix, labels.suffix} == {".idx3-ubyte", ".idx1-ubyte"}


def test_a_folder_without_pairs(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="train-images-idx3-ubyte"):
        pairs_in(tmp_path)
    with pytest.raises(FileError, match="can't be read"):
        pairs_in(tmp_path / "none")
