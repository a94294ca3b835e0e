"""Numbers as people write them: text to value and back, ranges in words, sensible steps.

The decimal separator is a point in every language, so that an experiment reads the same on any
machine; a typed comma is understood.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic.fields import FieldInfo

_FLOAT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?")
_INT = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)")

SMALLEST_RUNG = 1e-8
"""Where stepping up from 0 by factors starts."""


class NumberError(ValueError):
    """What was typed is not a number for this field; `str` is one sentence."""


@dataclass(frozen=True)
class Range:
    """Which numbers a field takes. An open end does not belong to it."""

    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False

    @classmethod
    def of(cls, field: FieldInfo) -> Range:
        """The range in a field's `Field(gt=..., le=...)`."""
        return cls.in_metadata(field.metadata)

    @classmethod
    def in_metadata(cls, metadata: Iterable[Any]) -> Range:
        """The range that such bounds mean, wherever they stand."""
        found: dict[str, float] = {}
        for item in metadata:
            for name in ("ge", "gt", "le", "lt"):
                if (bound := getattr(item, name, None)) is not None:
                    found[name] = float(bound)
        return cls(
            low=found.get("gt", found.get("ge", -math.inf)),
            high=found.get("lt", found.get("le", math.inf)),
            low_open="gt" in found,
            high_open="lt" in found,
        )

    def __contains__(self, value: float) -> bool:
        above = value > self.low if self.low_open else value >= self.low
        below = value < self.high if self.high_open else value <= self.high
        return above and below

    def text(self) -> str:
        """The range in words: "from 0, below 1"; empty when any number will do."""
        ends = []
        if math.isfinite(self.low):
            ends.append(f"{'above' if self.low_open else 'from'} {format_bound(self.low)}")
        if math.isfinite(self.high):
            ends.append(f"{'below' if self.high_open else 'up to'} {format_bound(self.high)}")
        return ", ".join(ends)


def format_bound(value: float) -> str:
    """A limit for reading, with commas between thousands."""
    return f"{int(value):,}" if float(value).is_integer() else format_float(value)


def format_float(value: float) -> str:
    """The shortest text that reads back as exactly this number: 4, 0.001, 1e-8."""
    text = repr(float(value))
    mantissa, mark, exponent = text.partition("e")
    mantissa = mantissa.removesuffix(".0")
    return f"{mantissa}e{int(exponent)}" if mark else mantissa


def parse_float(text: str) -> float:
    """A finite number; `,` and `.` both separate decimals.

    Raises:
        NumberError: it is none.
    """
    plain = _plain(text).replace(",", ".")
    if not _FLOAT.fullmatch(plain):
        raise NumberError(_not_a_number(text, "0.5 or 1e-3"))
    value = float(plain)
    if math.isinf(value):
        raise NumberError(f"{text.strip()} is too large for any computer number.")
    return value


def parse_int(text: str) -> int:
    """A whole number; 2,000 and 2e3 are understood.

    Raises:
        NumberError: it is none.
    """
    plain = _plain(text)
    if _INT.fullmatch(plain):
        return int(plain.replace(",", ""))
    if not _FLOAT.fullmatch(plain.replace(",", ".")):
        raise NumberError(_not_a_number(text, "64"))
    exact = Decimal(plain.replace(",", "."))
    # The size is looked at first: 1e999999999 is no number to write out.
    if exact.adjusted() > 30 or exact != exact.to_integral_value():
        raise NumberError(f"{text.strip()} is not a whole number of this size.")
    return int(exact)


def _plain(text: str) -> str:
    """Without spaces, and with a typed or pasted minus sign as Python's."""
    return re.sub(r"\s", "", text).replace("−", "-").lower()


def _not_a_number(text: str, example: str) -> str:
    shown = text.strip()
    if not shown:
        return f"A number belongs here, such as {example}."
    return f"“{shown[:20]}” is not a number; write it like {example}."


def step_float(value: float, steps: int, limits: Range, log: bool, scale: float) -> float:
    """The number some steps above (or below, if negative) `value`, inside the range.

    Args:
        value: where it stands.
        steps: how many, with their direction.
        limits: the range; a step that would leave it stays at the last number inside.
        log: step through 1, 2, 5, 10, ... instead of equal differences.
        scale: a typical size (the field's default), which decides how fine the steps are.
    """
    for _ in range(abs(steps)):
        nearest = _beyond(value, 1 if steps > 0 else -1, limits, log, scale)
        nearest = min(max(nearest, limits.low), limits.high)
        if nearest not in limits:
            break
        value = nearest
    return value


def step_int(value: int, steps: int, limits: Range, log: bool) -> int:
    """The whole number some steps away: +-1, or doubled and halved if `log`."""
    if log:
        # Whole sizes go by doubling (16, 32, 64), which 1-2-5 would spoil.
        value = max(value, 1) << steps if steps > 0 else value >> -steps
    else:
        value += steps
    return int(min(max(value, limits.low), limits.high))


def _beyond(value: float, sign: int, limits: Range, log: bool, scale: float) -> float:
    if log:
        if sign < 0 and value <= SMALLEST_RUNG and 0.0 in limits:
            return 0.0
        return _next_125(value, sign)
    if limits.low == 0 and limits.high == 1:
        # β and averages count their nines: 0.9, 0.95, 0.98, 0.99, 0.995, ...
        if value >= 0.9 and (sign > 0 or value > 0.9):
            return _complement(_next_125(_complement(value), -sign))
        size = Decimal("0.05")
    else:
        largest = max(abs(value), abs(scale)) or 1.0
        size = Decimal(10) ** (math.floor(math.log10(largest) + 1e-12) - 1)
    # In decimals, so that 0.1 + 0.2 is 0.3; onto the grid of the step, so that 4.03 gives 4.1.
    count = Decimal(repr(value)) / size
    nearest = count.to_integral_value("ROUND_FLOOR" if sign > 0 else "ROUND_CEILING") + sign
    return float(nearest * size)


def _complement(value: float) -> float:
    """1 - value as people calculate it: 1 - 0.9 is 0.1."""
    return float(1 - Decimal(repr(value)))


def _next_125(value: float, sign: int) -> float:
    """The nearest of 1, 2, 5 x 10^n that is larger (smaller) than a value >= 0."""
    if value <= 0:
        return SMALLEST_RUNG if sign > 0 else 0.0
    power = math.floor(math.log10(value))
    rungs = [float(f"{m}e{power + d}") for d in (-1, 0, 1) for m in (1, 2, 5)]
    if sign > 0:
        return next(rung for rung in rungs if rung > value * (1 + 1e-12))
    return next(rung for rung in reversed(rungs) if rung < value * (1 - 1e-12))
