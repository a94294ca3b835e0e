"""A saved picture carries its experiment, and looks as it did."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from ganstudio.data.presets import load_preset
from ganstudio.data.share import PICTURE_KEY, experiment_in, to_text
from ganstudio.errors import FileError
from ganstudio.export.picture import save_png

MINE = load_preset("moons-modern", seed=3, title="Größe 中文")


@pytest.fixture
def image() -> QImage:
    made = QImage(50, 40, QImage.Format.Format_RGB32)
    for x in range(50):
        for y in range(40):
            made.setPixel(x, y, 0xFF000000 | x * 5 << 16 | y * 6 << 8 | x * y % 256)
    return made


def test_it_is_in_there(image: QImage, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    save_png(image, path, MINE)
    assert experiment_in(path) == MINE
    again = QImage(str(path))
    assert again.text(PICTURE_KEY) == to_text(MINE)
    assert again.convertToFormat(image.format()).constBits() == image.constBits()


def test_as_qt_itself_would_write_it(image: QImage, tmp_path: Path) -> None:
    """Another program that saves the picture anew keeps the words in its own way."""
    path = tmp_path / "a.png"
    image.setText(PICTURE_KEY, to_text(MINE))
    assert image.save(str(path))
    assert experiment_in(path) == MINE


def test_only_where_it_was_given(image: QImage, tmp_path: Path) -> None:
    save_png(image, tmp_path / "a.png")
    with pytest.raises(FileError, match="carries no experiment"):
        experiment_in(tmp_path / "a.png")
