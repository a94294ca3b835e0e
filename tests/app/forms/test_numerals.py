"""Numbers as text: what is shown reads back, what is typed is understood or refused."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganstudio.app.forms.numerals import (
    NumberError,
    Range,
    format_float,
    parse_float,
    parse_int,
    step_float,
    step_int,
)

UNIT = Range(0, 1, high_open=True)
POSITIVE = Range(0, 1e9, low_open=True)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_shown_float_reads_back_exactly(value: float) -> None:
    assert parse_float(format_float(value)) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_comma_reads_as_a_point(value: float) -> None:
    assert parse_float(format_float(value).replace(".", ",")) == value


@given(st.integers(-(10**30), 10**30))
def test_a_shown_integer_reads_back_exactly(value: int) -> None:
    assert parse_int(str(value)) == value
    assert parse_int(f"{value:,}") == value


@given(st.text(max_size=20))
def test_no_text_does_anything_but_read_or_be_refused(text: str) -> None:
    for parse in (parse_float, parse_int):
        try:
            value = parse(text)
        except NumberError as error:
            value = len(str(error))
        assert math.isfinite(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [(4.0, "4"), (0.001, "0.001"), (1e-8, "1e-8"), (-0.5, "-0.5"), (1e16, "1e16"), (0.0, "0")],
)
def test_floats_are_written_short(value: float, text: str) -> None:
    assert format_float(value) == text


@pytest.mark.parametrize(
    ("text", "value"), [("2,000", 2000), ("2e3", 2000), (" 64 ", 64), ("−3", -3), ("1e1", 10)]
)
def test_integers_as_people_write_them(text: str, value: int) -> None:
    assert parse_int(text) == value


@pytest.mark.parametrize("text", ["", "abc", "1_0", "inf", "nan", "0x10", "1e999", "1,000.5"])
def test_garbage_is_no_float(text: str) -> None:
    with pytest.raises(NumberError):
        parse_float(text)


@pytest.mark.parametrize("text", ["", "1.5", "1,5", "1e-3", "1e999999999", "1,50", "inf"])
def test_garbage_is_no_integer(text: str) -> None:
    with pytest.raises(NumberError):
        parse_int(text)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Range(), ""),
        (UNIT, "from 0, below 1"),
        (POSITIVE, "above 0, up to 1,000,000,000"),
        (Range(low=1), "from 1"),
    ],
)
def test_ranges_in_words(limits: Range, words: str) -> None:
    assert limits.text() == words


@pytest.mark.parametrize(
    ("value", "limits", "log", "scale", "up", "down"),
    [
        (0.001, POSITIVE, True, 1e-3, 0.002, 0.0005),
        (0.0, UNIT, True, 0.0, 1e-8, 0.0),
        (1e-8, UNIT, True, 0.0, 2e-8, 0.0),
        (0.9, UNIT, False, 0.9, 0.95, 0.85),
        (0.999, UNIT, False, 0.9, 0.9995, 0.998),
        (0.5, UNIT, False, 0.9, 0.55, 0.45),
        (4.0, Range(-1e6, 1e6), False, 4.0, 4.1, 3.9),
        (4.03, Range(-1e6, 1e6), False, 4.0, 4.1, 4.0),
        (0.0, Range(-1e6, 1e6), False, 0.0, 0.1, -0.1),
        (120.0, Range(-1e6, 1e6), False, 1.0, 130.0, 110.0),
    ],
)
def test_steps_of_floats(
    value: float, limits: Range, log: bool, scale: float, up: float, down: float
) -> None:
    assert step_float(value, 1, limits, log, scale) == up
    assert step_float(value, -1, limits, log, scale) == down


@given(st.floats(0, 1, exclude_max=True), st.integers(-20, 20), st.booleans())
def test_steps_stay_inside(value: float, steps: int, log: bool) -> None:
    assert step_float(value, steps, UNIT, log, 0.5) in UNIT


@pytest.mark.parametrize(
    ("value", "steps", "log", "expected"),
    [
        (64, 1, True, 128),
        (64, -1, True, 32),
        (1, -1, True, 1),
        (5, 1, False, 6),
        (999, 1, True, 1000),
    ],
)
def test_steps_of_integers(value: int, steps: int, log: bool, expected: int) -> None:
    assert step_int(value, steps, Range(1, 1000), log) == expected
