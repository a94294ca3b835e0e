"""Schedules of the learning rate, each a function of the number of the update."""

from __future__ import annotations

import textwrap

from ganstudio.core.optimizers import GradientOptimizer
from ganstudio.core.schedules import (
    Constant,
    Cosine,
    Exponential,
    Linear,
    RateSchedule,
    Staircase,
    Step,
)
from ganstudio.export.script.plan import Plan
from ganstudio.export.script.table import Table, written
from ganstudio.export.script.text import INDENT, WIDTH, block, lines


def _step(s: Step) -> tuple[str, str]:
    head = "milestones = ["
    listed = textwrap.fill(
        f"{head}{', '.join(map(str, s.milestones))}]",
        WIDTH - len(INDENT),
        subsequent_indent=" " * len(head),
    )
    return listed, f"{s.multiplier!r} ** sum(update >= milestone for milestone in milestones)"


def _cosine(s: Cosine) -> tuple[str, str]:
    setup = lines(
        "# Half a cosine, without restarts (Loshchilov and Hutter 2017, eq. 5)",
        f"final = {s.final!r}",
        f"done = min(update / {s.length}, 1.0)",
    )
    return setup, "final + (1 - final) * (1 + math.cos(math.pi * done)) / 2"


SCHEDULES: Table[tuple[str, str]] = {
    Constant: lambda s: ("", "1.0"),
    Staircase: lambda s: ("", f"{s.decay!r} ** (update // {s.every})"),
    Exponential: lambda s: ("", f"{s.decay!r} ** (update / {s.every})"),
    Step: _step,
    Cosine: _cosine,
    Linear: lambda s: (f"done = min(update / {s.length}, 1.0)", f"1 + ({s.final!r} - 1) * done"),
}
"""Some lines, then the share of the rate that is left in an `update`, without a warm-up."""


def rate(plan: Plan, letter: str) -> str:
    """The function that a player's learning rate follows; both may share it."""
    schedule = _optimizer(plan, letter).schedule
    if not changes(schedule):
        return ""
    setup, course = written(SCHEDULES, schedule, f"optimizer_{letter}.schedule")
    result = course
    if schedule.warmup:
        # Goyal et al. 2017
        setup = lines(setup, f"warmup = min(1.0, (update + 1) / {schedule.warmup})")
        result = "warmup"
        if not isinstance(schedule, Constant):
            setup = lines(setup, f"course = {course}")
            result = "warmup * course"
    return block(
        '''
        def $name(update):
            """The share of the learning rate in an update; the first one is update 0."""
            $setup
            return $result
        ''',
        name=_name(plan, letter),
        setup=setup,
        result=result,
    )


def scheduled(plan: Plan, letter: str, optimizer: str) -> str:
    """The call that makes a player's schedule for an optimizer; empty if its rate stays."""
    if not changes(_optimizer(plan, letter).schedule):
        return ""
    return f"torch.optim.lr_scheduler.LambdaLR({optimizer}, {_name(plan, letter)})"


def changes(schedule: RateSchedule) -> bool:
    """Whether the rate changes at all."""
    return not isinstance(schedule, Constant) or schedule.warmup > 0


def _name(plan: Plan, letter: str) -> str:
    same = plan.e.optimizer_d.schedule == plan.e.optimizer_g.schedule
    return "rate" if same else f"rate_{letter}"


def _optimizer(plan: Plan, letter: str) -> GradientOptimizer:
    return plan.e.optimizer_d if letter == "d" else plan.e.optimizer_g
