"""The scaling benchmark's own arithmetic; what it measures is no test's business."""

from __future__ import annotations

import pytest

from benchmarks.scaling import Axis, Curve, markdown, powers_of_two, rewritten

SIZES = powers_of_two(1, 1024)


def curve(floor: float, knee: float, power: int = 1) -> Curve:
    """t(n) = t0 (1 + (n / n*)^p) exactly."""
    axis = Axis("seeds", ("replicas",), SIZES, power)
    return Curve(axis, tuple(floor * (1 + (n / knee) ** power) for n in SIZES))


def test_powers_of_two_end_with_the_last() -> None:
    assert powers_of_two(8, 64) == (8, 16, 32, 64)
    assert SIZES[0] == 1
    assert len(SIZES) == 11


@pytest.mark.parametrize("knee", [40.0, 64.0, 300.0])
@pytest.mark.parametrize("power", [1, 2])
def test_the_knee_is_where_arithmetic_costs_as_much_as_dispatch(knee: float, power: int) -> None:
    # The least measured time holds a little arithmetic, and the pieces between sizes are straight.
    assert curve(1e-4, knee, power).knee == pytest.approx(knee, rel=0.06)


def test_one_slow_measurement_is_no_knee() -> None:
    exact = curve(1e-4, 300.0)
    spoiled = (*exact.seconds[:2], 1.0, *exact.seconds[3:])
    assert Curve(exact.axis, spoiled).knee == exact.knee


def test_a_flat_curve_has_no_knee() -> None:
    flat = curve(1e-4, 1e6)
    assert flat.knee is None
    assert flat.slope == pytest.approx(0, abs=0.01)
    assert "| knee n* | beyond |" in markdown([flat])


@pytest.mark.parametrize("power", [1, 2])
def test_far_behind_the_knee_the_slope_is_the_power(power: int) -> None:
    assert curve(1e-4, 1.0, power).slope == pytest.approx(power, abs=0.01)


def test_the_table_has_a_row_for_every_size_and_gaps_where_an_axis_has_none() -> None:
    wide = Curve(Axis("width", (), (512, 2048)), (0.001, 0.004))
    lines = markdown([curve(1e-4, 64.0), wide]).splitlines()
    assert lines[0] == "| n | seeds | width |"
    assert "| 64 | 0.200 ms |  |" in lines
    assert "| 512 | 0.900 ms | 1.000 ms |" in lines
    assert "| 2,048 |  | 4.000 ms |" in lines
    assert lines[-1].endswith("| 1.00 |")


def test_only_what_is_between_the_markers_is_rewritten() -> None:
    page = "before\n<!-- scaling: begin -->\nold\n<!-- scaling: end -->\nafter\n"
    once = rewritten(page, "new\n")
    assert once == page.replace("old", "new")
    assert rewritten(once, "new\n") == once
    with pytest.raises(ValueError, match="scaling: end"):
        rewritten("<!-- scaling: begin -->\n", "new\n")
