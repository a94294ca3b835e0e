"""Experiments and runs that come by the clipboard or are dropped on the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication

from ganstudio.data.files import write_experiment
from ganstudio.data.presets import load_preset
from ganstudio.data.share import to_text
from ganstudio.export.picture import picture, save_png
from tests.app.laboratory import Lab

RING = load_preset("ring", seed=5)


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def words(text: str) -> QMimeData:
    data = QMimeData()
    data.setText(text)
    return data


def drop(lab: Lab, data: QMimeData) -> bool:
    """Drag something over the window and let go; whether the window wants it."""
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), copy, data, left, none)
    enter.ignore()
    QApplication.sendEvent(lab.window, enter)
    if enter.isAccepted():
        QApplication.sendEvent(lab.window, QDropEvent(QPointF(50, 50), copy, data, left, none))
    return enter.isAccepted()


def test_what_is_copied_can_be_pasted(lab: Lab) -> None:
    lab.session.open(RING)
    lab.trigger("share")
    line = QApplication.clipboard().text()
    assert line == to_text(RING)
    lab.fresh()
    QApplication.clipboard().setText(f"Look at this:\n<{line[:30]}\n{line[30:]}>")
    lab.trigger("paste")
    assert lab.session.document.experiment == RING
    assert lab.session.document.path is None


def test_nothing_to_paste_is_one_sentence(lab: Lab) -> None:
    before = lab.session.document.experiment
    QApplication.clipboard().setText("hello")
    lab.trigger("paste")
    assert "clipboard" in lab.window.notice.words
    QApplication.clipboard().setText(to_text(RING)[:40])
    lab.trigger("paste")
    assert "not whole" in lab.window.notice.words
    assert lab.session.document.experiment == before


def test_a_picture_of_a_plot_brings_its_experiment_back(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "plot.png"
    save_png(picture(lab.window.views.current), path, RING)
    assert not QImage(str(path)).isNull()
    assert drop(lab, files(path))
    assert lab.session.document.experiment == RING
    # The next save must not write over the picture.
    assert lab.session.document.path is None


def test_files_and_texts_are_dropped(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "ring.toml"
    write_experiment(RING, path)
    assert drop(lab, files(tmp_path / "holiday.jpg", path))
    assert lab.session.document.experiment == RING
    assert lab.session.document.path == path
    lab.fresh()
    assert drop(lab, words(to_text(RING)))
    assert lab.session.document.experiment == RING


def test_what_is_none_of_ours_is_left_alone(lab: Lab, tmp_path: Path) -> None:
    before = lab.session.document.experiment
    assert not drop(lab, files(tmp_path / "holiday.jpg"))
    assert not drop(lab, words("hello"))
    assert lab.session.document.experiment == before


@pytest.mark.parametrize("name", ["empty.png", "plain.png", "gone.ganrun"])
def test_a_file_that_holds_nothing_is_one_sentence(lab: Lab, tmp_path: Path, name: str) -> None:
    before = lab.session.document.experiment
    path = tmp_path / name
    if name == "empty.png":
        path.write_bytes(b"")
    if name == "plain.png":
        QImage(4, 4, QImage.Format.Format_RGB32).save(str(path))
    assert drop(lab, files(path))
    assert name in lab.window.notice.words
    assert lab.session.document.experiment == before
