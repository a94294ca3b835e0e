"""Pictures are whole and sharp; files are there whole, or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

from ganstudio.errors import FileError, SpecError
from ganstudio.export.encoders.pixels import rgb
from ganstudio.export.look import Look
from ganstudio.export.picture import picture, save_png
from ganstudio.export.still import save_drawing, save_picture
from ganstudio.export.vector import frames_of
from ganstudio.plots.card import Card
from ganstudio.plots.distribution import DistributionPlot
from ganstudio.plots.plane import PlanePlot
from tests.export.runs import record, tiny
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


# ----------------------------------------------------------------------------- lines and text


def test_svg_is_lines_and_text(card: Card, tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    save_drawing(card, path)
    text = path.read_text(encoding="utf-8")
    found = " ".join(re.findall(r"<text[^>]*>([^<]*)", text))
    for words in ("Distribution at step 1,240", "generated samples", "density", "D = 1/2"):
        assert words in found
    assert "<image" not in text
    assert card.plot.style_in_use.generated in text
    assert f'viewBox="0 0 {card.width()} {card.height()}"' in text
    # Every clip is around the plot's curves; Qt's own would hide them.
    used = set(re.findall(r'clip-path="url\(#(\w+)\)"', text))
    [frame] = frames_of([card.plot], card)
    for name in used:
        [path_] = re.findall(rf'<clipPath id="{name}">\s*<path[^>]* d="M([\d.,]+) ', text)
        x, y = map(float, path_.split(","))
        assert abs(x - frame.left()) < 1
        assert abs(y - frame.top()) < 1
    assert used


def test_svg_is_what_the_screen_shows(card: Card, tmp_path: Path) -> None:
    save_drawing(card, tmp_path / "a.svg")
    drawn = QImage(card.size(), QImage.Format.Format_RGB32)
    drawn.fill(0xFFFFFFFF)
    painter = QPainter(drawn)
    QSvgRenderer(str(tmp_path / "a.svg")).render(painter)
    painter.end()
    off = np.abs(rgb(picture(card, 1.0)).astype(int) - rgb(drawn)).max(axis=2) > 60
    assert off.mean() < 0.02


def test_points_of_a_cloud_are_no_pictures(qtbot: QtBot, tmp_path: Path) -> None:
    made = Card(PlanePlot())
    qtbot.addWidget(made)
    begun = frames.plane_started()
    made.plot.start(begun)
    made.plot.show_frame(frames.plane_frame(begun, 50))
    save_drawing(made, tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    # One is the field of D.
    assert text.count("<image") == 1
    assert text.count("<circle") + text.count("<ellipse") + text.count("<path") > 2_000


def test_pdf_is_lines_and_text(card: Card, tmp_path: Path) -> None:
    save_drawing(card, tmp_path / "a.pdf")
    content = (tmp_path / "a.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/FontFile2" in content
    assert b"/Subtype /Image" not in content
    [box] = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", content)
    assert [round(float(side)) for side in box] == [card.width(), card.height()]


def test_the_suffix_decides(card: Card, tmp_path: Path) -> None:
    save_drawing(card.plot, tmp_path / "a.PNG", 3.0)
    assert QImage(str(tmp_path / "a.PNG")).width() == 3 * card.plot.width()
    with pytest.raises(FileError, match=r"a\.bmp: no picture is saved as \.bmp; there is \.png"):
        save_drawing(card, tmp_path / "a.bmp")
    for scale in (0.5, 4.1, float("nan")):
        with pytest.raises(SpecError, match="from 1 to 4"):
            save_drawing(card, tmp_path / "b.png", scale)
    with pytest.raises(FileError, match="can't be written: No such file"):
        save_drawing(card, tmp_path / "missing" / "a.svg")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.PNG"]


def test_a_board_as_any_kind(qtbot: QtBot, tmp_path: Path) -> None:
    run = tmp_path / "run.ganrun"
    record(run, tiny("plane"))
    look = Look(views=("board",), size=(900, 600), dark=True)
    for suffix in (".png", ".svg", ".pdf"):
        save_picture([run], look, tmp_path / f"a{suffix}", step=10, scale=2.0)
    image = QImage(str(tmp_path / "a.png"))
    assert (image.width(), image.height()) == (1800, 1200)
    assert "at step 10" in (tmp_path / "a.svg").read_text(encoding="utf-8")
