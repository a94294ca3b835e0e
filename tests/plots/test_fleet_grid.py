"""Which tiles are shown, in which order, and where."""

from __future__ import annotations

import numpy as np
import pytest

from ganstudio.core.events import Condition
from ganstudio.plots.fleet_grid import arranged, best_grid
from ganstudio.plots.fleet_marks import MARKS
from tests.plots import fleet_frames

FITS, OFF, LOST = Condition.FITS, Condition.OFF_TARGET, Condition.DIVERGED
CONDITIONS = (LOST, OFF, FITS, OFF, FITS)
W1 = np.array([9.0, 0.4, 0.02, 0.3, 0.01])
STD = np.array([9.0, 0.1, 1.1, 2.0, 0.9])


def test_every_condition_has_its_own_sign() -> None:
    assert set(MARKS) == set(Condition)
    assert len({mark.strokes for mark in MARKS.values()}) == len(Condition)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("seed", [0, 1, 2, 3, 4]),
        ("verdict", [2, 4, 1, 3, 0]),
        ("distance", [4, 2, 3, 1, 0]),
        ("std_ratio", [1, 4, 2, 3, 0]),
    ],
)
def test_the_best_come_first_and_the_lost_last(sort: str, expected: list[int]) -> None:
    frame = fleet_frames.frame(1, CONDITIONS, W1, STD)
    assert arranged(frame, sort, frozenset()).tolist() == expected  # type: ignore[arg-type]  # a parameter is a str


def test_a_filter_keeps_the_order() -> None:
    frame = fleet_frames.frame(1, CONDITIONS, W1, STD)
    assert arranged(frame, "distance", {OFF, FITS}).tolist() == [4, 2, 3, 1]
    assert arranged(frame, "distance", {Condition.FROZEN}).tolist() == []


@pytest.mark.parametrize("count", [2, 3, 64, 100, 1024])
@pytest.mark.parametrize("room", [(550, 220), (300, 900), (2000, 1100)])
def test_tiles_are_as_large_as_they_can_be(count: int, room: tuple[int, int]) -> None:
    head, gap, limits, aspect = 16, 4, (42, 260), 0.62
    grid = best_grid(count, room, (aspect, aspect), head, gap, limits)
    assert grid.columns * grid.width <= room[0]

    def fits(width: int) -> bool:
        columns = room[0] // width
        rows = -(-count // columns)
        return rows * (head + gap + (width - gap) * aspect) <= room[1]

    possible = [width for width in range(limits[0], limits[1] + 1) if fits(width)]
    if possible:
        assert grid.width == max(possible)
        assert grid.rows(count) * grid.height <= room[1]
    else:
        assert grid.width == room[0] // (room[0] // limits[0])


@pytest.mark.parametrize(("count", "columns"), [(16, 8), (15, 5), (12, 6), (9, 9), (18, 9)])
def test_rows_are_full_where_the_largest_tiles_leave_a_choice(count: int, columns: int) -> None:
    grid = best_grid(count, (2400, 900), (0.62, 0.62), 16, 4, (42, 260))
    assert (grid.width, grid.columns) == (260, columns)
    few = [c for c in range(1, 10) if grid.height * -(-count // c) <= 900]
    assert -count % grid.columns == min(-count % c for c in few)


@pytest.mark.parametrize("count", [8, 16, 32, 64])
@pytest.mark.parametrize("room", [(1100, 520), (1860, 800), (2000, 560)])
def test_pictures_that_may_be_flat_or_tall_fill_the_room(count: int, room: tuple[int, int]) -> None:
    grid = best_grid(count, room, (0.48, 0.8), 16, 4, (42, 640))
    assert grid.columns * grid.width <= room[0]
    assert grid.rows(count) * grid.height <= room[1]
    assert count * grid.width * grid.height > 0.8 * room[0] * room[1]
    assert 0.47 < grid.picture / (grid.width - grid.gap) < 0.81


def test_points_find_the_tiles_that_stand_there() -> None:
    grid = best_grid(64, (550, 220), (0.62, 0.62), 16, 4, (42, 260))
    for place in range(64):
        x, y = grid.corner(place)
        assert grid.at(x + 1, y + 1) == place
    assert grid.at(grid.columns * grid.width + 1, 5) is None
