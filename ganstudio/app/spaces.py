"""Which views there are on the line, in the plane, of pictures; where they stand at first."""

from __future__ import annotations

from dataclasses import dataclass

from ganstudio.core.experiment import Experiment

TITLES = {
    "distribution": "Distribution",
    "generator_map": "Generator map",
    "plane": "Plane",
    "samples": "Samples",
    "judgement": "Judgement of D",
    "losses": "Losses",
    "w1": "Distance: W1",
    "fid": "Distance: classifier FID",
    "kid": "Distance: KID",
    "std_ratio": "Width: std / σ",
    "js": "Divergence: Jensen-Shannon",
    "ks": "Distance: Kolmogorov-Smirnov",
    "mean_error": "Error of the mean",
    "reverse_kl": "Shares of the modes: reverse KL",
    "high_quality": "High quality",
    "precision": "Precision, recall",
    "modes": "Modes, classes",
    "mmd": "Discrepancy: MMD",
    "right": "Right class",
    "loss_real": "D's loss: real, generated",
    "layers": "Saturation by layer",
}
"""All views by the name of their plot, in the order of the View menu."""


@dataclass(frozen=True)
class Space:
    """The views of targets whose samples are numbers, points, or pictures.

    Args:
        name: in the preferences.
        top: names of the views above, the hero first.
        bottom: names of those below, or beside it.
        beside: whether the others stand in a column at the right of the hero, which is square.
        shown: which are seen at first.
        shown_to_a_room: which in large text, where less is more.
        widths: how the views above share their row at first.
    """

    name: str
    top: tuple[str, ...]
    bottom: tuple[str, ...]
    shown: tuple[str, ...]
    shown_to_a_room: tuple[str, ...]
    widths: tuple[int, ...]
    beside: bool = False

    @property
    def views(self) -> tuple[str, ...]:
        """All of them."""
        return self.top + self.bottom


LINE = Space(
    "line",
    top=("distribution", "generator_map"),
    bottom=("losses", "w1", "std_ratio", "js", "ks", "mean_error", "layers"),
    shown=("distribution", "generator_map", "losses", "w1", "std_ratio"),
    shown_to_a_room=("distribution", "losses"),
    widths=(680, 320),
)
PLANE = Space(
    "plane",
    top=("plane",),
    bottom=(
        "losses",
        "w1",
        "reverse_kl",
        "high_quality",
        "modes",
        "std_ratio",
        "mmd",
        "mean_error",
        "layers",
    ),
    shown=("plane", "losses", "reverse_kl", "high_quality"),
    shown_to_a_room=("plane", "losses"),
    widths=(1000,),
    beside=True,
)
PICTURES = Space(
    "pictures",
    top=("samples",),
    bottom=(
        "judgement",
        "losses",
        "fid",
        "kid",
        "precision",
        "modes",
        "reverse_kl",
        "std_ratio",
        "loss_real",
        "right",
        "layers",
    ),
    shown=("samples", "judgement", "losses", "fid"),
    shown_to_a_room=("samples", "losses"),
    widths=(1000,),
    beside=True,
)
SPACES = (LINE, PLANE, PICTURES)


def space_of(experiment: Experiment) -> Space:
    """Where the experiment's samples live."""
    return next(space for space in SPACES if space.name == experiment.target.space)
