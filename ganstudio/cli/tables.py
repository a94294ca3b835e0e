"""Tables on stdout: results of a run, and the presets."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ganstudio.cli.progress import counted
from ganstudio.core.measurements import SHORT
from ganstudio.core.outcomes import by_value, counts
from ganstudio.data.presets import load_preset, presets

if TYPE_CHECKING:
    from ganstudio.cli.outcome import Outcome

HEADS = {
    "mean": "Mean",
    "std": "Std",
    "std_ratio": "Std / σ",
    "js": "JS bits",
    "w1": "W1",
    "modes": "Modes",
    "high_quality": "High quality",
    "reverse_kl": "Reverse KL",
    "fid": "Classifier FID",
    "precision": "Precision",
    "recall": "Recall",
    "right": "Right class",
    "loss_d": "Loss D",
    "loss_g": "Loss G",
}
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
    """A row for each replica, what a perfect generator would score, and the sum of it all."""
    experiment, verdicts = outcome.started.experiment, outcome.frame.verdicts
    varied = (experiment.vary.path,) if experiment.vary else ()
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in ("Seed", *varied):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Verdict", no_wrap=True)
    measured = outcome.measured
    for name in (*measured, "loss_d", "loss_g"):
        table.add_column(HEADS.get(name, name), justify="right", no_wrap=True)
    rows = np.stack([*measured.values(), outcome.loss_d, outcome.loss_g], axis=1)
    for i, (verdict, row) in enumerate(zip(verdicts, rows, strict=True)):
        value = [f"{experiment.vary.values[experiment.group(i)]:g}" for _ in varied]
        seed = str(experiment.seed_of(i))
        table.add_row(seed, *value, verdict.condition.value, *map(_number, row))
    table.add_section()
    perfect = [_perfect(outcome, name) for name in measured]
    numbers = map(_number, (*perfect, *experiment.loss.equilibrium))
    table.add_row("", *("" for _ in varied), "perfect generator", *numbers, style="dim")
    console = stdout_console()
    console.print(table)
    if experiment.vary:
        console.print(_by_value(outcome))
    if experiment.replicas > 1:
        for condition, share in counts(verdicts).items():
            console.print(Text(f"{condition.value}: {share.words()}"))
    if outcome.not_finite is not None:
        console.print(Text(outcome.not_finite.sentence))
    for line in gallery_lines(outcome.started.gallery):
        console.print(Text(f"{line[0]}: {line[1]}"))
    console.print(Text(_summary(outcome)))


def gallery_lines(facts: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a run on pictures learns from and who judges it; nothing of other runs."""
    if not facts:
        return []
    known = {name: facts.get(name, "?") for name in ("set", "learnt", "held out", "judge")}
    sure = facts.get("judge's accuracy", "?")
    return [
        (
            "Learnt from",
            f"{known['set']}, {known['learnt']} pictures, {known['held out']} held out",
        ),
        ("By", facts.get("attribution") or "unknown"),
        ("Judge", f"{known['judge']}, {sure} right on held-out pictures"),
    ]


def _perfect(outcome: Outcome, name: str) -> float:
    """What a perfect generator would score with as many samples."""
    target, floors = outcome.started.experiment.target, outcome.frame.floors
    if name in ("mean", "std"):
        return target.centre[0] if name == "mean" else target.spread
    return floors[name].median if name in floors else float("nan")


def _by_value(outcome: Outcome) -> Table:
    """One row for each value of the varied field."""
    vary, frame = outcome.started.experiment.vary, outcome.frame
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in (vary.path, "Fits", f"Median {SHORT[frame.metrics.main]}", "Diverged"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in by_value(frame.verdicts, frame.metrics, vary.values):
        table.add_row(f"{row.value:g}", row.fits.words(), _number(row.distance), str(row.diverged))
    return table


def _summary(outcome: Outcome) -> str:
    frame, experiment = outcome.frame, outcome.started.experiment
    ended = f"{frame.step:,} steps"
    if outcome.signal is not None:
        how = "Ctrl-C" if outcome.signal == signal.SIGINT else outcome.signal.name
        ended = f"stopped by {how} after {frame.step:,} of {experiment.steps:,} steps"
    elif outcome.stopped_early:
        metric = experiment.early_stopping.metric
        ended = f"stopped early by {metric} after {frame.step:,} of {experiment.steps:,} steps"
    speed = f"{outcome.seconds:.1f} s ({outcome.steps_per_second:,.0f} steps/s)"
    title = "".join(c for c in experiment.title if c.isprintable())
    return f"{title}: {counted(frame.verdicts)}; {ended} in {speed} on {outcome.started.device}"


def _number(value: float) -> str:
    return f"{value:.4g}" if np.isfinite(value) else "—"
