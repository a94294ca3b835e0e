"""Pictures are whole and sharp; files are there whole, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from ganstudio.errors import FileError
from ganstudio.export.picture import picture, save_png
from ganstudio.plots.card import Card
from ganstudio.plots.distribution import DistributionPlot
from tests.plots import frames


@pytest.fixture
def card(qtbot: QtBot) -> Card:
    made = Card(DistributionPlot())
    qtbot.addWidget(made)
    begun = frames.started()
    made.plot.start(begun)
    made.plot.show_frame(frames.frame(begun, 1240))
    return made


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o500)
    yield folder
    folder.chmod(0o700)


def test_a_card_that_was_never_shown_is_drawn_whole(card: Card) -> None:
    image = picture(card)
    assert (image.width(), image.height()) == (2 * card.width(), 2 * card.height())
    assert image.devicePixelRatio() == 2
    assert card.width() >= card.minimumSizeHint().width()
    orange = image.pixelColor(0, 0)
    assert orange.name() == card.plot.style_in_use.card


def test_lines_are_twice_as_many_pixels_wide(card: Card) -> None:
    def thickness(scale: float) -> float:
        image = picture(card, scale).convertToFormat(QImage.Format.Format_RGB888)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
        colours = rows[:, : 3 * image.width()].reshape(image.height(), -1, 3).astype(int)
        orange = np.abs(colours - [0xD5, 0x5E, 0x00]).max(axis=2) < 40
        return float(orange[round(card.plot.y() * scale) :].sum())

    assert 3.2 < thickness(2.0) / thickness(1.0) < 5.2


def test_a_plot_alone(card: Card) -> None:
    image = picture(card.plot, 1.0)
    assert image.width() == card.plot.width()


def test_round_trip(card: Card, tmp_path: Path) -> None:
    image = picture(card)
    save_png(image, tmp_path / "a.png")
    again = QImage(str(tmp_path / "a.png"))
    assert again.convertToFormat(image.format()).constBits() == image.constBits()
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_a_missing_folder_is_one_sentence(card: Card, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"a\.png: can't be written: No such file") as caught:
        save_png(picture(card), tmp_path / "missing" / "a.png")
    assert "\n" not in str(caught.value)


def test_an_empty_picture(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="empty"):
        save_png(QImage(), tmp_path / "a.png")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_read_only_folder(card: Card, read_only: Path) -> None:
    with pytest.raises(FileError, match="Permission denied"):
        save_png(picture(card), read_only / "a.png")


def test_the_old_file_survives_a_failure(
    card: Card, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="No space left"):
        save_png(picture(card), path)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]
