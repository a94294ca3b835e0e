"""Tables on stdout: results of a run, and the presets."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ganstudio.cli.progress import counted
from ganstudio.data.presets import load_preset, presets

if TYPE_CHECKING:
    from ganstudio.cli.training import Outcome

PIPE_WIDTH = 400
"""Columns where there is no terminal to fit: a line of a table stays one line."""


def stdout_console() -> Console:
    """A console on stdout that wraps nothing when its output goes into a file or a pipe."""
    console = Console()
    return console if console.is_terminal else Console(width=PIPE_WIDTH)


def show_presets() -> None:
    """Each preset's name, title and one line."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Name", no_wrap=True, style="bold")
    table.add_column("Title", no_wrap=True)
    table.add_column("What to see in it", overflow="fold")
    for name in presets():
        preset = load_preset(name)
        table.add_row(name, Text(preset.title), Text(preset.about))
    stdout_console().print(table)


def show_outcome(outcome: Outcome) -> None:
    """A row for each replica, then the values that a perfect generator would score."""
    frame, metrics, started = outcome.frame, outcome.frame.metrics, outcome.started
    target, floors = started.experiment.target, started.floors
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("Seed", justify="right")
    table.add_column("Verdict", no_wrap=True)
    for name in ("Mean", "Std", "JS bits", "W1", "Loss D", "Loss G"):
        table.add_column(name, justify="right", no_wrap=True)
    columns = (metrics.mean, metrics.std, metrics.js, metrics.w1)
    rows = np.stack([*columns, outcome.loss_d, outcome.loss_g], axis=1)
    for i, (verdict, row) in enumerate(zip(frame.verdicts, rows, strict=True)):
        seed = str(started.experiment.seed + i)
        table.add_row(seed, verdict.condition.value, *map(_number, row))
    table.add_section()
    perfect = [target.mean, target.std, *(floors[name].median for name in ("js", "w1"))]
    equilibrium = started.experiment.loss.equilibrium or (np.nan, np.nan)
    table.add_row("", "perfect generator", *map(_number, (*perfect, *equilibrium)), style="dim")
    console = stdout_console()
    console.print(table)
    console.print(Text(_summary(outcome)))


def _summary(outcome: Outcome) -> str:
    frame, experiment = outcome.frame, outcome.started.experiment
    ended = f"{frame.step:,} steps"
    if outcome.signal is not None:
        how = "Ctrl-C" if outcome.signal == signal.SIGINT else outcome.signal.name
        ended = f"stopped by {how} after {frame.step:,} of {experiment.steps:,} steps"
    speed = f"{outcome.seconds:.1f} s ({outcome.steps_per_second:,.0f} steps/s)"
    title = "".join(c for c in experiment.title if c.isprintable())
    return f"{title}: {counted(frame.verdicts)}; {ended} in {speed} on {outcome.started.device}"


def _number(value: float) -> str:
    return f"{value:.4g}" if np.isfinite(value) else "—"
