"""What the side panel's sections hold and how their heads sum it up: one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ganstudio.app.forms.numerals import format_float
from ganstudio.app.forms.words import readable
from ganstudio.core.estimate import estimate
from ganstudio.core.experiment import Experiment
from ganstudio.core.networks import Network

Summaries = tuple[str, ...]
"""The same in words from long to short; the head shows the first that fits."""


@dataclass(frozen=True)
class Content:
    """One section.

    Args:
        name: its name in the preferences.
        title: on its head.
        path: of the spec whose fields it shows; empty for the experiment itself.
        fields: which of them, in this order.
        summary: what the closed head says.
        note: a line at the top of the open section.
    """

    name: str
    title: str
    path: str
    fields: tuple[str, ...]
    summary: Callable[[Experiment], Summaries]
    note: Callable[[Experiment], str] | None = None

    def part_of(self, experiment: Experiment) -> Any:
        """The spec that the section's form edits."""
        return experiment.at(self.path) if self.path else experiment

    def holds(self, path: str) -> bool:
        """Whether the field at a path is in this section."""
        if self.path and not path.startswith(f"{self.path}."):
            return path == self.path
        inner = path[len(self.path) + 1 :] if self.path else path
        return inner.split(".")[0] in self.fields


def _target(e: Experiment) -> Summaries:
    target, noise = _kind(e.target), _kind(e.noise).lower()
    return f"{target}, {noise} z", target


def _parameters(network: str) -> Callable[[Experiment], Summaries]:
    def summary(e: Experiment) -> Summaries:
        size = estimate(e)
        count = size.parameters_g if network == "generator" else size.parameters_d
        words = "parameter" if count == 1 else "parameters"
        return f"{count:,} {words}", f"{count:,}", f"{count:.2e}"

    return summary


def _widths(network: Network, inputs: int) -> str:
    widths = [inputs, *(layer.width for layer in network.layers), 1]
    return " → ".join(f"{width:,}" for width in widths)


def _generator_note(e: Experiment) -> str:
    return f"z  {_widths(e.generator, e.noise.dimensions)}  x"


def _discriminator_note(e: Experiment) -> str:
    return f"x  {_widths(e.discriminator, 1)}  D(x)"


def _minibatch(e: Experiment) -> Summaries:
    layer = e.discriminator.minibatch
    if not layer.enabled:
        return ("off",)
    return f"{layer.kernels} kernels × {layer.dimensions}", f"{layer.kernels} × {layer.dimensions}"


def _loss(e: Experiment) -> Summaries:
    return (_kind(e.loss).lower(),)


def _optimizers(e: Experiment) -> Summaries:
    g, d = e.optimizer_g, e.optimizer_d
    each = [f"{_kind(o)} {format_float(o.lr)}" for o in (g, d)]
    kinds = [_kind(o) for o in (g, d)]
    short = kinds[0] if kinds[0] == kinds[1] else " · ".join(kinds)
    if each[0] == each[1]:
        return each[0], short
    return f"G {each[0]} · D {each[1]}", short


def _training(e: Experiment) -> Summaries:
    steps = f"{e.steps:,} steps"
    return f"{steps} · batch {e.batch_size:,} · k {e.discriminator_steps}", steps


def _kind(spec: Any) -> str:
    return readable(spec.kind)


CONTENTS = (
    Content("target", "Target and noise", "", ("target", "noise"), _target),
    Content(
        "generator",
        "Generator",
        "generator",
        ("layers", "initializer", "output"),
        _parameters("generator"),
        _generator_note,
    ),
    Content(
        "discriminator",
        "Discriminator",
        "discriminator",
        ("layers", "initializer"),
        _parameters("discriminator"),
        _discriminator_note,
    ),
    Content(
        "minibatch",
        "Minibatch discrimination",
        "discriminator.minibatch",
        ("enabled", "kernels", "dimensions", "position", "itself", "std"),
        _minibatch,
    ),
    Content("loss", "Loss", "", ("loss",), _loss),
    Content("optimizers", "Optimizers", "", ("optimizer_g", "optimizer_d"), _optimizers),
    Content(
        "training",
        "Training",
        "",
        (
            "steps",
            "batch_size",
            "discriminator_steps",
            "seed",
            "ema",
            "standardise",
            "pretraining",
            "sort_batch",
            "frame_every",
            "replicas",
            "device",
            "threads",
        ),
        _training,
    ),
)
"""From top to bottom. Every field of an experiment but its title and words is in one of them."""
