"""Folders of pictures."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio.data.images.folder import read_pictures
from ganstudio.errors import FileError


def draw(path: Path, size: tuple[int, int] = (40, 40), ink: int = 200, mode: str = "L") -> Path:
    """A bright square in the middle of a dark picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("L", size, 20)
    wide, high = size
    picture.paste(ink, (wide // 4, high // 4, 3 * wide // 4, 3 * high // 4))
    picture.convert(mode).save(path)
    return path


def test_each_folder_is_a_class(tmp_path: Path) -> None:
    draw(tmp_path / "dogs" / "b.png")
    draw(tmp_path / "cats" / "a.JPG", mode="RGB")
    draw(tmp_path / "cats" / "c.jpeg")
    (tmp_path / "cats" / "notes.txt").write_text("no picture")
    (tmp_path / "empty").mkdir()
    told: list[tuple[int, int]] = []
    found = read_pictures(tmp_path, 16, lambda done, of: told.append((done, of)))
    assert found.classes == ("cats", "dogs")
    assert found.labels.tolist() == [0, 0, 1]
    assert found.size == (16, 16)
    assert told == [(1, 3), (2, 3), (3, 3)]
    for picture in found.images:
        assert abs(int(picture[8, 8]) - 200) < 8
        assert abs(int(picture[1, 1]) - 20) < 8


def test_pictures_without_folders_are_one_class(tmp_path: Path) -> None:
    folder = tmp_path / "faces"
    draw(folder / "a.png", mode="RGBA")
    draw(folder / "b.png", mode="P")
    found = read_pictures(folder)
    assert (found.name, found.classes, len(found)) == ("faces", ("faces",), 2)
    assert found.size == (28, 28)


def test_a_wide_picture_is_not_squeezed(tmp_path: Path) -> None:
    draw(tmp_path / "a.png", (80, 40))
    [picture] = read_pictures(tmp_path, 20).images
    # Above and below it stands the grey of its edge; the square in it stays twice as wide as high.
    assert (np.abs(picture[:5].astype(int) - 20) < 4).all()
    bright = picture > 110
    assert bright.any(axis=0).sum() == pytest.approx(2 * bright.any(axis=1).sum(), abs=2)


def test_a_picture_from_a_camera_stands_upright(tmp_path: Path) -> None:
    picture = Image.new("L", (20, 20), 0)
    picture.paste(255, (0, 0, 10, 20))
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(tmp_path / "a.png", exif=exif)
    [seen] = read_pictures(tmp_path, 20).images
    assert seen[2].min() > 200
    assert seen[-3].max() < 50


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\nrest"])
def test_a_broken_picture_is_named(tmp_path: Path, content: bytes) -> None:
    draw(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(content)
    with pytest.raises(FileError, match=r"b\.png: not a picture"):
        read_pictures(tmp_path)


def test_mutants_raise_one_kind_of_error(tmp_path: Path) -> None:
    rng, refused = random.Random(0), 0
    for name in ("a.png", "a.jpg"):
        path = draw(tmp_path / name.removeprefix("a.") / name)
        whole = path.read_bytes()
        for _ in range(500):
            mutant = bytearray(whole)
            for _ in range(rng.randint(1, 6)):
                mutant[rng.randrange(len(mutant))] = rng.randrange(256)
            path.write_bytes(mutant[: rng.randint(1, len(mutant))])
            refused += 1
            with suppress(FileError):
                read_pictures(path.parent)
                refused -= 1
    assert refused > 400


def test_too_many_pixels_are_refused_before_they_are_read(tmp_path: Path) -> None:
    # One grey: it packs to little.
    Image.new("L", (10_000, 6_000)).save(tmp_path / "a.png")
    with pytest.raises(FileError, match="10,000 x 6,000"):
        read_pictures(tmp_path)


def test_what_has_no_pictures(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"\.png, \.jpg"):
        read_pictures(tmp_path)
    with pytest.raises(FileError, match="can't be read"):
        read_pictures(tmp_path / "none")


def test_somebody_may_end_it(tmp_path: Path) -> None:
    draw(tmp_path / "a.png")

    def tell(_done: int, _all: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        read_pictures(tmp_path, tell=tell)
