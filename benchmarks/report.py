"""One line for each measured figure, with its bar."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """A figure against its bar.

    Args:
        what: what was measured, in words.
        value: the figure.
        bar: what it should reach.
        at_least: whether more is better.
        unit: behind the numbers.
        detail: the raw figures that it was made from.
    """

    what: str
    value: float
    bar: float
    at_least: bool = False
    unit: str = ""
    detail: str = ""

    @property
    def reached(self) -> bool:
        """Whether the bar is met."""
        return self.value >= self.bar if self.at_least else self.value <= self.bar

    def __str__(self) -> str:
        sign = ">=" if self.at_least else "<="
        verdict = "reached" if self.reached else "NOT REACHED"
        figure = f"{self.value:.3g}{self.unit} (bar {sign} {self.bar:g}{self.unit})"
        return f"{verdict:<12}{self.what}: {figure}   {self.detail}"
