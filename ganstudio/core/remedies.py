"""What helps against collapse and divergence beside losses, penalties and layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ganstudio.core.lazy import np
from ganstudio.core.spec import Hint, Spec

if TYPE_CHECKING:
    from numpy.typing import NDArray


class InstanceNoise(Spec):
    """N(0, std^2) on everything that D sees, so that real and generated always overlap.

    Sønderby et al. 2017, section 3.2; Arjovsky and Bottou 2017, section 3. In the networks'
    units: with standardised data 1 is the target's own spread.
    """

    std: Annotated[
        float,
        Field(ge=0, le=100),
        Hint(
            "Noise added to real and generated samples before D sees them. More blurs both and "
            "keeps D from being sure. 0 leaves it out.",
            live=True,
        ),
    ] = 0.0
    decay: Annotated[
        int,
        Field(ge=0, le=10**9),
        Hint(
            "It fades to nothing over so many steps. 0 keeps it.",
            unit="steps",
            zero="never",
            live=True,
        ),
    ] = 0

    def coefficients(self, step: NDArray[np.int64]) -> NDArray[np.float64]:
        """The standard deviation in each of the given steps (0 for the first), (n, 1)."""
        left = 1 - step / self.decay if self.decay else np.ones(len(step))
        return np.asarray(self.std * np.clip(left, 0, 1))[:, None]


class Unrolling(Spec):
    """G looks ahead: its loss is measured against a D that has learned on for some steps.

    Metz et al. 2017, equations 5 to 8: theta_D^(k+1) = theta_D^k - lr dL_D/dtheta_D^k, and the
    generator's gradient goes through these steps. D itself is not changed by them.
    """

    steps: Annotated[
        int,
        Field(ge=0, le=20),
        Hint(
            "How many updates of D the generator looks ahead, against collapse. Each costs a "
            "pass. 0 leaves it out.",
            unit="updates",
        ),
    ] = 0
    lr: Annotated[
        float,
        Field(gt=0, le=1e9),
        Hint("Learning rate of the updates looked ahead.", label="Learning rate", log=True),
    ] = 1e-2


StopMetric = Literal[
    "none",
    "w1",
    "js",
    "kl",
    "ks",
    "mean_error",
    "mmd",
    "reverse_kl",
    "high_quality",
    "modes",
    "fid",
    "kid",
    "precision",
    "recall",
]
METRICS = {
    "line": ("w1", "js", "kl", "ks", "mean_error", "modes"),
    "plane": ("w1", "mean_error", "mmd", "reverse_kl", "high_quality", "modes"),
    "pictures": ("fid", "kid", "precision", "recall", "modes", "reverse_kl"),
}
"""Which can decide, by the space of the target."""
HIGHER_IS_BETTER = ("high_quality", "modes", "precision", "recall")


class EarlyStopping(Spec):
    """Ends the run once a metric has been good enough for a while."""

    metric: Annotated[
        StopMetric, Hint("Which metric decides; none trains to the last step.", live=True)
    ] = "none"
    threshold: Annotated[
        float,
        Field(ge=0, le=1e9),
        Hint("At or below this is good enough (at or above for modes and quality).", live=True),
    ] = 0.05
    patience: Annotated[
        int,
        Field(ge=1, le=10**6),
        Hint("For so many pictures in a row. More is surer and later.", unit="pictures", live=True),
    ] = 3

    def is_met(self, values: NDArray[np.float32]) -> bool:
        """Whether every replica that is still finite is good enough, and one at least is."""
        values = values[np.isfinite(values)]
        good = (
            values >= self.threshold
            if self.metric in HIGHER_IS_BETTER
            else values <= self.threshold
        )
        return len(values) > 0 and bool(good.all())


class Variation(Spec):
    """One number that differs between the replicas: a sweep of one field in one run."""

    path: Annotated[
        str,
        Field(max_length=200),
        Hint("Which field differs, such as optimizer_g.lr; empty for none.", label="Field"),
    ] = ""
    values: Annotated[
        tuple[float, ...],
        Field(max_length=4096),
        Hint("Its values. The replicas are shared out evenly, with the same seeds for each."),
    ] = ()

    def __bool__(self) -> bool:
        return bool(self.path and self.values)
