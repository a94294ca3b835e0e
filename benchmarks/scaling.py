"""Time per step of preset A against width, batch size and seeds, each varied alone.

A small step costs dispatch, whatever its size: its curve is flat. A large one costs arithmetic:
on logarithmic axes its curve has slope 1 in the batch size and in the seeds, and comes near 2 in
the width, whose hidden layers have width^2 weights. The knee between them is the size n* at which
a step takes twice the least time t0 of its axis, t(n*) = 2 t0: with t(n) = t0 + c n^p, arithmetic
costs there as much as dispatch.
"""

from __future__ import annotations

import itertools
import math
import platform
import statistics
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from benchmarks.loglog import draw
from benchmarks.pace import BLOCK, seconds_per_step
from ganstudio import load_preset
from ganstudio.data.files import replace_file

FOLDER = Path(__file__).parent
PICTURE = "scaling.svg"
BEGIN, END = "<!-- scaling: begin -->\n", "<!-- scaling: end -->\n"


@dataclass(frozen=True)
class Axis:
    """What is varied.

    Args:
        name: in words.
        fields: of the experiment; all of them get the size.
        sizes: ascending.
        power: p, how the arithmetic grows with the size.
    """

    name: str
    fields: tuple[str, ...]
    sizes: tuple[int, ...]
    power: int = 1


def powers_of_two(first: int, last: int) -> tuple[int, ...]:
    """From `first` to `last`, both powers of two."""
    return tuple(2**k for k in range(first.bit_length() - 1, last.bit_length()))


WIDTHS = ("generator.layers.0", *(f"discriminator.layers.{layer}" for layer in range(3)))
AXES = (
    Axis("width", tuple(f"{layer}.width" for layer in WIDTHS), powers_of_two(8, 512), power=2),
    Axis("batch size", ("batch_size",), powers_of_two(8, 4096)),
    Axis("seeds", ("replicas",), powers_of_two(1, 1024)),
)


@dataclass(frozen=True)
class Curve:
    """Seconds per step for each size of an axis."""

    axis: Axis
    seconds: tuple[float, ...]

    @property
    def floor(self) -> float:
        """t0, the least of them."""
        return min(self.seconds)

    @property
    def knee(self) -> float | None:
        """n*, between two sizes on the line through both in logarithms; None if beyond them."""
        points = list(zip(self.axis.sizes, self.seconds, strict=True))
        for (n, t), (m, u) in reversed(list(itertools.pairwise(points))):
            if t < 2 * self.floor <= u:
                share = math.log(2 * self.floor / t) / math.log(u / t)
                return float(n * (m / n) ** share)
        return None

    @property
    def slope(self) -> float:
        """Of the last piece, in logarithms."""
        (n, m), (t, u) = self.axis.sizes[-2:], self.seconds[-2:]
        return math.log(u / t) / math.log(m / n)


@dataclass(frozen=True)
class Effort:
    """How much is measured: rounds over all sizes, blocks in each, and each how many-th size."""

    rounds: int
    blocks: int
    stride: int

    def __str__(self) -> str:
        return (
            f"Medians of {self.rounds} x {self.blocks} x {BLOCK} steps, one torch thread, "
            f"torch {torch.__version__}, {platform.system()} {platform.machine()}."
        )


FULL, QUICK = Effort(3, 3, 1), Effort(1, 1, 3)


def measure(effort: Effort) -> list[Curve]:
    """Every size of every axis in turn, round after round; medians over the rounds."""
    axes = [replace(axis, sizes=axis.sizes[:: effort.stride]) for axis in AXES]
    seconds: dict[tuple[str, int], list[float]] = {}
    for _ in range(effort.rounds):
        for axis, size in [(a, size) for a in axes for size in a.sizes]:
            experiment = load_preset("aylien", **dict.fromkeys(axis.fields, size))
            taken = seconds_per_step(experiment, effort.blocks)
            seconds.setdefault((axis.name, size), []).append(taken)
            print(f"{axis.name} {size}: {1000 * taken:.3f} ms", file=sys.stderr, flush=True)
    return [
        Curve(axis, tuple(statistics.median(seconds[axis.name, size]) for size in axis.sizes))
        for axis in axes
    ]


def markdown(curves: list[Curve]) -> str:
    """The table: a row for each size, then the knees and the slopes."""
    times = [dict(zip(c.axis.sizes, c.seconds, strict=True)) for c in curves]
    rows = [["n", *(c.axis.name for c in curves)], ["---:"] * (1 + len(curves))]
    rows += [
        [f"{size:,}", *(f"{1000 * t[size]:.3f} ms" if size in t else "" for t in times)]
        for size in sorted(set().union(*times))
    ]
    knees = ["beyond" if c.knee is None else f"{c.knee:,.0f}" for c in curves]
    rows.append(["knee n*", *knees])
    rows.append(["slope at the end", *(f"{c.slope:.2f}" for c in curves)])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def rewritten(page: str, table: str) -> str:
    """A page with another table between its two markers."""
    before, _, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"the page lacks {BEGIN.strip()} or, behind it, {END.strip()}")
    return before + BEGIN + table + END + after


def main(options: list[str]) -> int:
    """Print the table; with --write put it and the picture into this folder."""
    unknown = set(options) - {"--write", "--quick"}
    if unknown:
        print(f"scaling takes --write and --quick, not {', '.join(unknown)}", file=sys.stderr)
        return 2
    effort = QUICK if "--quick" in options else FULL
    curves = measure(effort)
    table = markdown(curves)
    print(table)
    if "--write" in options:
        page = FOLDER / "README.md"
        text = rewritten(page.read_text(encoding="utf-8"), f"{effort}\n\n{table}")
        replace_file(page, text.encode())
        replace_file(FOLDER / PICTURE, draw(curves))
    return 0
