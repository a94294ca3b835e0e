"""Densities and points are drawn with the mouse and the keyboard, or come from files."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.app.forms import SpecForm
from ganstudio.app.forms.drawings import DensityEdit, Drawing, PointsEdit, SamplesEdit, histogram
from ganstudio.app.forms.sheets import PLACES
from ganstudio.core.experiment import Experiment
from ganstudio.core.spec import Spec
from ganstudio.core.targets import Drawn, Points, Samples
from tests.app.forms.hands import find, listen

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NO_KEY, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


def shown(qtbot: QtBot, target: str | dict[str, Any]) -> SpecForm:
    form = SpecForm(Experiment().replace(target=target), names=["target"])
    qtbot.addWidget(form)
    form.resize(280, 500)
    form.show()
    QApplication.processEvents()
    return form


def drag(
    editor: Any,
    places: Sequence[tuple[float, float]],
    button: Qt.MouseButton = LEFT,
    key: Qt.KeyboardModifier = NO_KEY,
) -> None:
    """Press, move through all places, release."""
    canvas = editor.canvas
    at = [canvas.pixel(place).toPoint() for place in places]
    QTest.mousePress(canvas, button, key, at[0])
    for pixel in at[1:]:
        _move(canvas, pixel, button, key)
    QTest.mouseRelease(canvas, button, key, at[-1])


def _move(canvas: QWidget, pixel: QPoint, button: Qt.MouseButton, key: Qt.KeyboardModifier) -> None:
    # QTest.mouseMove holds no button down.
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent

    at = QPointF(pixel)
    kind = QEvent.Type.MouseMove
    event = QMouseEvent(kind, at, canvas.mapToGlobal(at), Qt.MouseButton.NoButton, button, key)
    QApplication.sendEvent(canvas, event)


# ------------------------------------------------------------------------------ a density


def test_a_drawn_ramp_is_a_ramp(qtbot: QtBot) -> None:
    form = shown(qtbot, "drawn")
    editor: DensityEdit = find(form, "target.heights")
    heard = listen(form.edited)
    editor.clear_button.click()
    assert heard == []
    drag(editor, [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)])
    ((path, heights),) = heard
    assert path == "target.heights"
    assert len(heights) == PLACES
    # A pixel is a hundredth of the sheet's height.
    np.testing.assert_allclose(heights, np.linspace(0, 1, PLACES), atol=0.02)
    assert form.value().target == Drawn(heights=heights)
    # The density of a ramp from 0 at -1 to its top at 1 has the mean 1/3.
    assert form.value().target.mean == pytest.approx(1 / 3, abs=0.01)


def test_a_stroke_keeps_what_it_does_not_pass(qtbot: QtBot) -> None:
    form = shown(qtbot, {"kind": "drawn", "heights": [0.0, 9.0, 0.0]})
    editor: DensityEdit = find(form, "target.heights")
    heard = listen(form.edited)
    drag(editor, [(0.75, 0.5), (1.0, 0.5)])
    ((_, heights),) = heard
    places = np.linspace(0, 1, PLACES)
    left = places < 0.74
    np.testing.assert_allclose(
        np.array(heights)[left], np.interp(places[left], [0, 0.5, 1], [0, 9, 0]), rtol=1e-3
    )
    # 9 stands at nine tenths of the sheet, so its half is 5.
    np.testing.assert_allclose(np.array(heights)[~left], 5.0, atol=0.15)


@pytest.mark.parametrize(("button", "key"), [(RIGHT, NO_KEY), (LEFT, SHIFT)])
def test_erasing_a_density_makes_it_0(
    qtbot: QtBot, button: Qt.MouseButton, key: Qt.KeyboardModifier
) -> None:
    form = shown(qtbot, {"kind": "drawn", "heights": [1.0] * PLACES})
    editor: DensityEdit = find(form, "target.heights")
    heard = listen(form.edited)
    drag(editor, [(0.0, 0.5), (0.5, 0.9)], button, key)
    ((_, heights),) = heard
    assert set(heights[: PLACES // 2]) == {0.0}
    assert set(heights[PLACES // 2 + 1 :]) == {1.0}
    # All of it is not a density: nothing is told, and the old one counts.
    drag(editor, [(0.0, 0.5), (1.0, 0.5)], button, key)
    assert len(heard) == 1
    assert editor.words.text() == "Draw a density"
    assert editor.value() == heights


def test_a_density_is_drawn_with_keys(qtbot: QtBot) -> None:
    form = shown(qtbot, {"kind": "drawn", "heights": [9.0, 9.0, 9.0]})
    editor: DensityEdit = find(form, "target.heights")
    heard = listen(form.edited)
    editor.canvas.setFocus()
    QTest.keyClick(editor.canvas, Qt.Key.Key_Up)
    # The sheet goes to 10, and a step is 1/32 of it.
    assert heard == [("target.heights", (9.0, pytest.approx(9.3125, rel=1e-3), 9.0))]
    QTest.keyClick(editor.canvas, Qt.Key.Key_Delete)
    assert heard[-1] == ("target.heights", (9.0, 0.0, 9.0))
    for _ in range(20):
        QTest.keyClick(editor.canvas, Qt.Key.Key_Right)
    QTest.keyClick(editor.canvas, Qt.Key.Key_Delete)
    assert heard[-1] == ("target.heights", (9.0, 0.0, 0.0))


def test_nothing_jumps_after_a_stroke(qtbot: QtBot) -> None:
    form = shown(qtbot, {"kind": "drawn", "heights": [2.0] * PLACES})
    editor: DensityEdit = find(form, "target.heights")
    before = editor.sheet._top
    drag(editor, [(0.2, 0.1), (0.4, 0.1)])
    form.setValue(form.value())
    assert editor.sheet._top == before


def test_a_file_of_samples_becomes_a_density(qtbot: QtBot, tmp_path: Path) -> None:
    values = np.random.default_rng(1).normal(50, 4, 4000)
    file = tmp_path / "one.csv"
    file.write_text("height\n" + "\n".join(map(str, values)))
    form = shown(qtbot, "drawn")
    heard = listen(form.edited)
    find(form, "target.heights").load(file)
    ((path, target),) = heard
    assert path == "target"
    assert form.value().target == target
    assert target.mean == pytest.approx(values.mean(), abs=0.2)
    assert target.std == pytest.approx(values.std(), rel=0.03)
    assert find(form, "target.low").value() == target.low
    assert Experiment().replace(**{path: target}) == form.value()


def test_a_histogram_keeps_the_mean() -> None:
    # Every bar's triangles are symmetric about its middle.
    low, high, heights = histogram((0.0, 0.9, 1.1, 2.0) * 3)
    drawn = Drawn(low=low, high=high, heights=heights)
    assert drawn.mean == pytest.approx(1.0, abs=1e-5)
    assert (low, high) == pytest.approx((-1 / 6, 2 + 1 / 6), rel=1e-5)


# ------------------------------------------------------------------------------ points


def test_a_click_adds_a_point_where_it_is(qtbot: QtBot) -> None:
    form = shown(qtbot, "points")
    editor: PointsEdit = find(form, "target.positions")
    heard = listen(form.edited)
    view = editor.sheet.view()
    # One unit is as long to the right as upwards.
    sheet = editor.sheet.sheet()
    assert view.width() / sheet.width() == pytest.approx(view.height() / sheet.height())
    drag(editor, [(0.25, 0.75)])
    ((path, positions),) = heard
    assert path == "target.positions"
    assert positions[:-1] == Points().positions
    wanted = (view.left() + 0.25 * view.width(), view.top() + 0.75 * view.height())
    assert math.dist(positions[-1], wanted) < 1.5 * view.height() / sheet.height()
    assert editor.sheet.view() == view
    assert editor.words.text() == "4 points"


def test_a_drag_sprays_points_along_it(qtbot: QtBot) -> None:
    random.seed(3)
    form = shown(qtbot, "points")
    editor: PointsEdit = find(form, "target.positions")
    editor.clear_button.click()
    assert editor.words.text() == "At least 3 points"
    heard = listen(form.edited)
    drag(editor, [(k / 20, 0.5) for k in range(2, 19)])
    ((_, positions),) = heard
    view = editor.sheet.view()
    x, y = np.array(positions).T
    assert 20 < len(x) < 60
    assert np.abs(y - view.center().y()).max() < 0.12 * view.height()
    assert x.max() - x.min() > 0.75 * view.width()


@pytest.mark.parametrize(("button", "key"), [(RIGHT, NO_KEY), (LEFT, SHIFT)])
def test_near_points_are_erased(
    qtbot: QtBot, button: Qt.MouseButton, key: Qt.KeyboardModifier
) -> None:
    grid = [(float(i), float(j)) for i in range(5) for j in range(5)]
    form = shown(qtbot, {"kind": "points", "positions": grid})
    editor: PointsEdit = find(form, "target.positions")
    heard = listen(form.edited)
    drag(editor, [(0.5, 0.5)], button, key)
    assert heard == [("target.positions", tuple(p for p in grid if p != (2.0, 2.0)))]


def test_too_few_points_are_not_told(qtbot: QtBot) -> None:
    form = shown(qtbot, "points")
    editor: PointsEdit = find(form, "target.positions")
    heard = listen(form.edited)
    editor.clear_button.click()
    drag(editor, [(0.5, 0.5)])
    drag(editor, [(0.2, 0.5)])
    assert heard == []
    assert form.value().target == Points()
    drag(editor, [(0.2, 0.9)])
    assert len(heard[0][1]) == 3


def test_points_are_set_with_keys(qtbot: QtBot) -> None:
    form = shown(qtbot, "points")
    editor: PointsEdit = find(form, "target.positions")
    heard = listen(form.edited)
    editor.canvas.setFocus()
    QTest.keyClick(editor.canvas, Qt.Key.Key_Right)
    QTest.keyClick(editor.canvas, Qt.Key.Key_Return)
    view = editor.sheet.view()
    (x, y) = heard[0][1][-1]
    assert x == pytest.approx(view.center().x() + view.width() / 32, abs=1e-3)
    assert y == pytest.approx(view.center().y(), abs=1e-3)
    QTest.keyClick(editor.canvas, Qt.Key.Key_Delete)
    assert heard[1][1] == Points().positions


def test_many_points_need_few_widgets(qtbot: QtBot) -> None:
    rng = np.random.default_rng(0)
    many = [tuple(map(float, xy)) for xy in rng.normal(size=(20_000, 2)).round(3)]
    form = shown(qtbot, {"kind": "points", "positions": many})
    editor: PointsEdit = find(form, "target.positions")
    assert len(editor.findChildren(QWidget)) < 10
    assert editor.words.text() == "20,000 points"
    heard = listen(form.edited)
    drag(editor, [(0.5, 0.95)])
    assert heard == []  # there is no room for one more


# ------------------------------------------------------------------------------ files


def test_samples_come_from_a_file(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "one.csv"
    file.write_text("\n".join(str(k / 4) for k in range(20)))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    form = shown(qtbot, "samples")
    editor: SamplesEdit = find(form, "target.values")
    heard = listen(form.edited)
    editor.load_button.click()
    assert heard == [("target.values", tuple(k / 4 for k in range(20)))]
    assert editor.words.text() == "20 samples\n0 … 4.75"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    editor.load_button.click()
    assert len(heard) == 1


def test_points_come_from_a_file(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "two.csv"
    file.write_text("x,y\n1,2\n3,4\n5,6.5\n")
    form = shown(qtbot, "points")
    heard = listen(form.edited)
    find(form, "target.positions").load(file)
    assert heard == [("target.positions", ((1.0, 2.0), (3.0, 4.0), (5.0, 6.5)))]


@pytest.mark.parametrize(
    ("target", "name", "content", "words"),
    [
        ("samples", "values", "1\n2\nthree\n", "line 3: 'three' is no number"),
        ("samples", "values", "1\n2\n", "it has 2 rows of numbers; at least 10 are needed"),
        ("samples", "values", "1\n" * 12, "all are nearly the same"),
        ("drawn", "heights", "1\n" * 12, "all numbers are the same"),
        ("points", "positions", "1,2\n3\n", "line 2: it has 1 column"),
    ],
)
def test_a_bad_file_is_one_sentence_and_nothing_is_lost(
    qtbot: QtBot, tmp_path: Path, target: str, name: str, content: str, words: str
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(content)
    form = shown(qtbot, target)
    before = form.value()
    heard = listen(form.edited)
    editor: Drawing = find(form, f"target.{name}")
    editor.load(file)
    said = form.part("target")._guide.form.part(name)._problem.text()
    assert words.lower() in said.lower()
    assert str(tmp_path) not in said
    assert (heard, form.value(), editor.value()) == ([], before, getattr(before.target, name))


@pytest.mark.parametrize("spec", [Drawn, Points, Samples])
def test_a_drawing_says_what_it_is(qtbot: QtBot, spec: type[Spec]) -> None:
    form = SpecForm(spec)
    qtbot.addWidget(form)
    form.show()
    (drawing,) = (w for w in form.findChildren(QWidget) if isinstance(w, Drawing))
    assert drawing.accessibleName()
    canvas = getattr(drawing, "canvas", None)
    if canvas is not None:
        assert canvas.accessibleName() == drawing.accessibleName()
        assert "Arrow keys" in canvas.accessibleDescription()
