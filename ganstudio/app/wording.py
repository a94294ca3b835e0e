"""Sentences for states, verdicts and speeds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ganstudio.app.forms.words import path_words, readable
from ganstudio.core.events import (
    Condition,
    EarlyStop,
    Floor,
    Frame,
    Metrics,
    NotFinite,
    PictureMetrics,
    Started,
    Verdict,
)
from ganstudio.core.experiment import Experiment
from ganstudio.core.words import in_percent
from ganstudio.runs.messages import Preparing, State

if TYPE_CHECKING:
    from ganstudio.record.reader import Mark

CHIP_LOOK = {
    Condition.OFF_TARGET: "plain",
    Condition.CONVERGING: "busy",
    Condition.MOVING_AWAY: "trouble",
    Condition.FITS: "good",
    Condition.COLLAPSED: "trouble",
    Condition.OSCILLATING: "trouble",
    Condition.DISCRIMINATOR_WON: "trouble",
    Condition.FROZEN: "trouble",
    Condition.DIVERGED: "trouble",
}
"""The `state` property of the chip, see `theme`."""

BETWEEN = "  ·  "

STATE_WORDS = {
    State.STARTING: "The engine is getting ready",
    State.READY: "Ready",
    State.PLAYING: "Training",
    State.PAUSED: "Paused",
    State.ENDED: "Done",
    State.DIVERGED: "Paused: not finite",
    State.LOST: "The engine is gone",
}


def chip(
    state: State, started: Started | None, frame: Frame | None, replica: int
) -> tuple[str, str]:
    """The chip's words and look; of a fleet it judges one seed, and says which."""
    if state is State.STARTING:
        return "Getting ready", "plain"
    if state is State.LOST:
        return "Engine lost: press Train", "trouble"
    if state is State.DIVERGED and started is not None and started.experiment.replicas == 1:
        return "Not finite: press Back", "trouble"
    if started is None or frame is None or frame.step == 0:
        trained = started is not None and started.transferred
        return "Transferred" if trained else "Untrained", "plain"
    verdict = frame.verdicts[replica]
    words, look = sentence(verdict), CHIP_LOOK[verdict.condition]
    if started.experiment.replicas > 1:
        words = f"Seed {started.experiment.seed_of(replica)}: {words[0].lower()}{words[1:]}"
    return words, look


def sentence(verdict: Verdict) -> str:
    """A verdict as one short sentence: what, and why."""
    name = verdict.condition.value
    return f"{name[0].upper()}{name[1:]}: {verdict.reason}"


def pace_words(steps_per_second: float | None) -> str:
    """The speed limit in words."""
    return "max" if steps_per_second is None else f"{steps_per_second:,.0f}/s"


def status_line(
    state: State,
    started: Started | None,
    frame: Frame | None,
    rate: float,
    replica: int,
    looked: Frame | None = None,
) -> str:
    """Steps, speed, device and the main metrics with their floors.

    Args:
        state: of the run.
        started: of the run.
        frame: the newest.
        rate: steps a second.
        replica: which one the metrics are of.
        looked: an earlier frame, if that is looked at.
    """
    parts = [STATE_WORDS[state]]
    if looked is not None:
        parts.insert(0, f"Looking back at step {looked.step:,}")
    if started is not None:
        threads = started.threads
        if frame is not None:
            pretraining = started.experiment.pretraining.steps
            if frame.pretraining_step < pretraining:
                parts.append(f"pretraining D: {frame.pretraining_step:,} of {pretraining:,}")
            parts.append(f"{frame.step:,} steps")
        parts.append(f"{rate:,.0f} steps/s")
        parts.append(f"{started.device.upper()}, {threads} thread{'s' * (threads != 1)}")
        if (shown := looked or frame) is not None:
            parts += _metrics(shown, replica)
    return BETWEEN.join(parts)


def preparing_words(preparing: Preparing) -> str:
    """What a run is at before its first picture: "Teaching the judge… 40 %"."""
    share = f" {in_percent(preparing.share)}" if preparing.share > 0 else ""
    return f"{preparing.what}…{share}"


def fitting(line: str, fits: Callable[[str], bool]) -> str:
    """As many parts of a status line, from its beginning, as there is room for."""
    while not fits(line) and BETWEEN in line:
        line = line.rpartition(BETWEEN)[0]
    return line


def _metrics(frame: Frame, replica: int) -> list[str]:
    m, floors = frame.metrics, frame.floors
    if isinstance(m, PictureMetrics):
        return _of_pictures(m, floors, replica)
    w1 = f"W1 {m.w1[replica]:.4f} (floor {floors['w1'].median:.4f})"
    ratio = f"std/σ {m.std_ratio[replica]:.2f}"
    if isinstance(m, Metrics):
        return [f"JS {m.js[replica]:.4f} (floor {floors['js'].median:.4f})", w1, ratio]
    if math.isnan(m.modes[replica]):
        return [w1, ratio]
    modes, divergence = m.modes[replica], m.reverse_kl[replica]
    return [
        w1,
        f"{modes:.0f} mode{'' if modes == 1 else 's'}",
        # Without a sample near any mode there are no shares to compare.
        *([] if math.isnan(divergence) else [f"reverse KL {divergence:.3f}"]),
        f"{in_percent(m.high_quality[replica])} high quality",
    ]


def _of_pictures(m: PictureMetrics, floors: Mapping[str, Floor], replica: int) -> list[str]:
    modes = m.modes[replica]
    return [
        f"classifier FID {m.fid[replica]:.3g} (floor {floors['fid'].median:.3g})",
        f"{modes:.0f} class{'' if modes == 1 else 'es'}",
        f"precision {in_percent(m.precision[replica])}",
        f"recall {in_percent(m.recall[replica])}",
    ]


def mark_words(mark: Mark) -> str:
    """What a mark on the timeline stands for."""
    if mark.kind == "edit":
        return f"Edited: {'; '.join(map(_field_words, mark.words.split(', ')))}"
    if mark.kind == "verdict":
        return mark.words[:1].upper() + mark.words[1:]
    return f"{readable(mark.kind.replace(' ', '_'))}: {mark.words}"


def _field_words(path: str) -> str:
    """The labels on the way to a field, as far as they are the same in every experiment."""
    try:
        return path_words(Experiment(), path)
    except (AttributeError, LookupError, TypeError, ValueError):
        return readable(path.replace(".", "_"))


def pause_words(reason: NotFinite | EarlyStop) -> str:
    """Why a run paused by itself."""
    if isinstance(reason, NotFinite):
        return (
            f"{reason.sentence}. The state of step {reason.step - 1:,} is kept: Back shows it, "
            "Train goes on from it."
        )
    return (
        f"Early stop in step {reason.step:,}: {readable(reason.metric)} is {reason.value:.4g}. "
        "Train goes on from here."
    )


def size_words(size: int) -> str:
    """Bytes for people: "3.4 MB"."""
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{max(1, round(size / 1e3))} kB"
