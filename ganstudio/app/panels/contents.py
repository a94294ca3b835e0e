"""What the side panel's sections hold and how their heads sum it up: one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ganstudio.app.panels import summaries
from ganstudio.core.experiment import Experiment


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
    summary: Callable[[Experiment], summaries.Summaries]
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


CONTENTS = (
    Content("target", "Target and noise", "", ("target", "conditional", "noise"), summaries.target),
    Content(
        "generator",
        "Generator",
        "generator",
        ("layers", "convolutions", "initializer", "output", "biases", "bias", "freeze_output"),
        summaries.generator,
        summaries.generator_note,
    ),
    Content(
        "discriminator",
        "Discriminator",
        "discriminator",
        (
            "convolutions",
            "layers",
            "initializer",
            "spectral_norm",
            "minibatch_std",
            "packing",
            "biases",
            "bias",
            "freeze_output",
        ),
        summaries.discriminator,
        summaries.discriminator_note,
    ),
    Content(
        "minibatch",
        "Minibatch discrimination",
        "discriminator.minibatch",
        ("enabled", "kernels", "dimensions", "position", "itself", "std"),
        summaries.minibatch,
    ),
    Content(
        "loss", "Loss and penalties", "", ("loss", "penalties_d", "penalties_g"), summaries.loss
    ),
    Content("optimizers", "Optimizers", "", ("optimizer_g", "optimizer_d"), summaries.optimizers),
    Content(
        "remedies",
        "Remedies",
        "",
        ("instance_noise", "unrolling", "ema", "ema_warmup"),
        summaries.remedies,
    ),
    Content(
        "training",
        "Training",
        "",
        (
            "steps",
            "batch_size",
            "discriminator_steps",
            "play",
            "seed",
            "standardise",
            "early_stopping",
            "pretraining",
            "sort_batch",
            "frame_every",
            "device",
            "threads",
        ),
        summaries.training,
    ),
    Content("seeds", "Seeds and sweeps", "", ("replicas", "vary"), summaries.seeds),
)
"""From top to bottom. Every field of an experiment but its title and words is in one of them."""


@dataclass(frozen=True)
class Switched:
    """Fields that mean nothing while another is off.

    Args:
        path: of the field that switches them.
        off: its value that does.
        names: of the fields, beside it.
    """

    path: str
    off: Any
    names: tuple[str, ...]

    def idle(self, experiment: Experiment) -> set[str]:
        """Paths of the fields that mean nothing now."""
        # What differs between the replicas is off in none but a few of them.
        if experiment.at(self.path) != self.off or experiment.vary.path == self.path:
            return set()
        holder, dot, _ = self.path.rpartition(".")
        return {f"{holder}{dot}{name}" for name in self.names}


SWITCHED = (
    Switched("generator.biases", False, ("bias",)),
    Switched("discriminator.biases", False, ("bias",)),
    Switched(
        "discriminator.minibatch.enabled",
        False,
        ("kernels", "dimensions", "position", "itself", "std"),
    ),
    Switched("instance_noise.std", 0.0, ("decay",)),
    Switched("unrolling.steps", 0, ("lr",)),
    Switched("ema", 0.0, ("ema_warmup",)),
    Switched("early_stopping.metric", "none", ("threshold", "patience")),
    Switched("pretraining.steps", 0, ("low", "high")),
    Switched("vary.path", "", ("values",)),
)


OF_PICTURES = ("conditional", "generator.convolutions", "discriminator.convolutions")
"""Paths of fields that mean something for pictures only."""


def idle_paths(experiment: Experiment) -> set[str]:
    """Paths of all fields that mean nothing now; the panel greys them."""
    idle = {path for each in SWITCHED for path in each.idle(experiment)}
    if experiment.target.space != "pictures":
        # What is there can always be taken out.
        idle |= {path for path in OF_PICTURES if not experiment.at(path)}
    return idle
