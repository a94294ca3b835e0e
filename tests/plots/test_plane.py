"""The plane: both clouds, the field of D, the bent grid, the push on the generator."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from ganstudio.core.events import Frame, PlaneView
from ganstudio.plots.card import Card
from ganstudio.plots.plane import HEAT, PlanePlot, arrow_lines, mesh_lines
from ganstudio.plots.style import DARK, LIGHT, Style, contrast
from tests.plots import frames
from tests.plots.makers import begin
from tests.plots.pictures import count, near, pixels


@pytest.fixture
def card(qtbot: QtBot) -> Card:
    made = Card(PlanePlot())
    qtbot.addWidget(made)
    made.resize(700, 500)
    with qtbot.waitExposed(made):
        made.show()
    return made


def with_view(frame: Frame, **changes: object) -> Frame:
    """The same frame with another picture."""
    assert isinstance(frame.view, PlaneView)
    return replace(frame, view=replace(frame.view, **changes))  # type: ignore[arg-type]  # by name


def pixel_of(card: Card, x: float, y: float) -> tuple[int, int]:
    """Row and column of a point of the plane in the card's picture."""
    canvas = card.plot.canvas
    at = canvas.mapFromScene(canvas.box.mapViewToScene(QPointF(x, y)))
    at = canvas.viewport().mapTo(card, at)
    return at.y(), at.x()


def test_points_stand_where_they_are(card: Card) -> None:
    begun = begin(card.plot)
    corners = np.array([[1.0, 0.5], [-1.0, -0.5]], dtype=np.float32)
    frame = with_view(
        frames.plane_frame(begun, 1),
        real=np.repeat(corners[:1], 3, axis=0) * np.array([[1], [-1], [0.2]], dtype=np.float32),
        shown=corners * np.array([[1, -1]], dtype=np.float32),
    )
    card.plot.set_layer("d", False)
    card.plot.show_frame(frame)
    picture = pixels(card)
    for x, y, colour in (
        (1.0, 0.5, LIGHT.real),
        (-1.0, -0.5, LIGHT.real),
        (1.0, -0.5, LIGHT.generated),
        (-1.0, 0.5, LIGHT.generated),
    ):
        row, column = pixel_of(card, x, y)
        assert near(picture[row - 1 : row + 2, column - 1 : column + 2], colour).any()
    # Anywhere else there is none of that colour.
    assert 0 < count(card, LIGHT.generated) < 2 * 40


def test_shapes_differ_not_only_colours(card: Card) -> None:
    begun = begin(card.plot)
    spot = np.zeros((1, 2), dtype=np.float32)
    frame = with_view(
        frames.plane_frame(begun, 1), real=np.array([[-1, 0], [1, 0]], np.float32), shown=spot
    )
    card.plot.set_layer("d", False)
    card.plot.show_frame(frame)
    picture = pixels(card, 4.0)

    def fill(x: float, colour: str) -> float:
        """The share of a point's own box that it covers: pi / 4 of a disc, 1/2 of a diamond."""
        row, column = (4 * at for at in pixel_of(card, x, 0.0))
        here = near(picture[row - 30 : row + 31, column - 30 : column + 31], colour)
        rows, columns = np.flatnonzero(here.any(axis=1)), np.flatnonzero(here.any(axis=0))
        return float(here[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].mean())

    assert fill(-1.0, LIGHT.real) > 0.65
    assert fill(0.0, LIGHT.generated) < 0.6


def test_a_unit_is_as_long_upwards_as_sideways(card: Card) -> None:
    begun = begin(card.plot)
    card.plot.show_frame(frames.plane_frame(begun, 1))
    for size in ((700, 500), (400, 640), (1000, 360)):
        card.resize(*size)
        pixels(card)
        (left, right), (low, high) = card.plot.canvas.span()
        box = card.plot.canvas.box
        assert (right - left) / box.width() == pytest.approx((high - low) / box.height(), rel=0.01)
        assert left <= -1.15
        assert right >= 1.15
        assert low <= -1.15
        assert high >= 1.15


@pytest.mark.parametrize("style", [LIGHT, DARK])
def test_the_field_is_green_where_d_is_sure(card: Card, style: Style) -> None:
    card.set_style(style)
    begun = begin(card.plot)
    for layer in ("real", "generated"):
        card.plot.set_layer(layer, False)
    frame = frames.plane_frame(begun, 1)
    assert isinstance(frame.view, PlaneView)
    rows = np.repeat(np.linspace(0, 1, 48, dtype=np.float32)[:, None], 48, axis=1)
    card.plot.show_frame(with_view(frame, d=rows))
    picture = pixels(card)
    ends = [
        np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
        for colour in (style.card, style.discriminator)
    ]
    # Row i of d belongs to y[i], so it grows upwards.
    for y in (-1.2, -0.5, 0.4, 1.2):
        sure = float(np.interp(y, frame.view.y, rows[:, 0]))
        wanted = (1 - HEAT * sure) * ends[0] + HEAT * sure * ends[1]
        row, column = pixel_of(card, 0.3, y)
        assert np.abs(picture[row, column] - wanted).max() <= 6


@pytest.mark.parametrize("style", [LIGHT, DARK])
@pytest.mark.parametrize("role", ["real", "generated", "text"])
def test_points_can_be_seen_on_the_greenest_ground(style: Style, role: str) -> None:
    parts = [
        round(
            (1 - HEAT) * int(style.card[i : i + 2], 16)
            + HEAT * int(style.discriminator[i : i + 2], 16)
        )
        for i in (1, 3, 5)
    ]
    ground = "#" + "".join(f"{part:02x}" for part in parts)
    # WCAG 2.2, 1.4.11, asks 3 of what must be seen; a rim in the card's colour adds the rest.
    assert contrast(getattr(style, role), ground) > (2.0 if role == "generated" else 2.5)


def test_the_grid_is_bent_as_the_generator_bends_it() -> None:
    mesh = np.stack(np.meshgrid(np.arange(3.0), 10 * np.arange(2.0)), axis=-1)
    x, y = mesh_lines(mesh)
    segments = {
        frozenset(zip(x[i : i + 2], y[i : i + 2], strict=True)) for i in range(0, len(x), 2)
    }
    wanted = [((0, 0), (1, 0)), ((1, 0), (2, 0)), ((0, 10), (1, 10)), ((1, 10), (2, 10))]
    wanted += [((i, 0), (i, 10)) for i in range(3)]
    assert segments == {frozenset(pair) for pair in wanted}
    assert len(x) == 2 * len(wanted)


def test_arrows_lead_from_the_points_along_the_slope() -> None:
    tails, shafts = np.array([[1.0, 2.0], [0.0, 0.0]]), np.array([[3.0, 0.0], [0.0, -1.0]])
    x, y = arrow_lines(tails, shafts)
    lines = np.stack([x, y], axis=1).reshape(2, 3, 2, 2)
    assert lines[:, 0, 0] == pytest.approx(tails)
    assert lines[:, :, 1] == pytest.approx(np.repeat((tails + shafts)[:, None], 3, axis=1))
    barbs = lines[:, 1:, 0] - (tails + shafts)[:, None]
    along = -(barbs * shafts[:, None]).sum(axis=2) / (shafts**2).sum(axis=1)[:, None]
    # Both barbs lie behind the tip, on either side.
    assert along == pytest.approx(np.full((2, 2), 0.31))
    assert barbs.sum(axis=1) == pytest.approx(-0.62 * shafts)
    assert np.abs(barbs[:, 0] - barbs[:, 1]).max() > 0.2


def test_a_gradient_that_fades_has_shorter_arrows(card: Card) -> None:
    plot = card.plot
    assert isinstance(plot, PlanePlot)
    begun = begin(plot)
    plot.set_layer("push", True)
    frame = frames.plane_frame(begun, 1)
    assert isinstance(frame.view, PlaneView)
    lengths = []
    for strength in (1.0, 0.25):
        plot.show_frame(with_view(frame, slope=strength * frame.view.slope))
        shafts = np.hypot(np.diff(plot._arrows.x)[::6], np.diff(plot._arrows.y)[::6])
        lengths.append(float(shafts.max()))
    assert lengths[1] == pytest.approx(lengths[0] / 4, rel=1e-4)
    assert "longest arrow" in plot._note.text


def test_the_axes_grow_at_once_and_shrink_after_calm(card: Card) -> None:
    begun = begin(card.plot)
    near, far = (frames.plane_frame(begun, 1, 0.0, (x, 0.0), count=200) for x in (-1.0, -4.0))
    card.plot.show_frame(near)
    home = card.plot.canvas.span()[0]
    card.plot.show_frame(far)
    wide = card.plot.canvas.span()[0]
    assert wide[0] < -4.2 < home[0]
    spans = []
    for _ in range(100):
        card.plot.show_frame(near)
        spans.append(card.plot.canvas.span()[0])
    moves = [i for i in range(1, 100) if spans[i] != spans[i - 1]]
    assert spans[0] == wide
    assert spans[-1] == home
    assert len(moves) == 1
    assert moves[0] > 20


def test_a_fit_fills_the_frame_after_an_early_excursion(card: Card) -> None:
    begun = begin(card.plot)
    card.plot.show_frame(frames.plane_frame(begun, 1, 0.0, (-7.0, 0.0), count=200))
    for step in range(2, 80):
        card.plot.show_frame(frames.plane_frame(begun, step, 1.0))
    left, right = card.plot.canvas.span()[1]
    assert right - left < 3.0  # of a ring of radius 1


def test_it_says_what_the_axes_leave_out(card: Card) -> None:
    begun = begin(card.plot)
    card.plot.show_frame(frames.plane_frame(begun, 60, 0.0, (-3.0, 0.0), count=200))
    assert card.plot._note.text == ""
    card.plot.show_frame(frames.plane_frame(begun, 61, 0.0, (-900.0, 0.0), count=200))
    assert "100 % of the generated points lie farther out" in card.plot._note.text


def test_it_says_beside_which_batch_d_looks_at_a_point(card: Card) -> None:
    begun = begin(card.plot)
    card.plot.show_frame(frames.plane_frame(begun, 1, d_reference="beside 63 real samples"))
    assert card.plot._note.text.endswith("beside 63 real samples")
