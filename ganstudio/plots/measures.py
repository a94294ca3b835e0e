"""The metrics in words: on the line, in the plane, of pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ganstudio.core.experiment import Experiment
from ganstudio.core.measurements import METRICS_OF, SHORT, AnyMetrics

if TYPE_CHECKING:
    from ganstudio.plots.palette import Role


@dataclass(frozen=True)
class Measure:
    """One metric in words, by the name of its field in the metrics of a space."""

    name: str
    title: str
    label: str
    unit: str
    explanation: str
    log: bool = True
    decades: tuple[float, float] = (-2.0, 0.0)
    """Where a logarithmic axis stands at first, as exponents of ten."""
    top: float = 1.2
    """Where the axis ends at first, if it is not logarithmic."""
    second: str = ""
    """Another field that is drawn beside it, dashed."""
    second_label: str = ""
    second_help: str = ""
    signed: bool = False
    """Whether a good score can be 0 or below, where a logarithmic axis has no place."""
    missing: str = ""
    """Why there may be no number while all is well."""
    judged: bool = False
    """Whether a classifier judges it, so that only scores of the same one compare."""
    names_judge: bool = False
    """Whether the title says which classifier."""
    role: Role = "generated"
    second_role: Role = "generated"
    steady: bool = False
    """Whether the other field is drawn solid, because its colour tells it apart."""


NO_MODES = "This target has no separate modes to be counted"
NO_SHARES = "No generated point is near a mode"

_DISTANCES = (
    Measure(
        "w1",
        "Distance to the target: W1",
        "W1",
        "W1 (units of x)",
        "The 1-Wasserstein distance: how far samples must be moved on average to turn the "
        "generated distribution into the target. Lower is better.",
    ),
    Measure(
        "js",
        "Distance to the target: Jensen-Shannon",
        "JS",
        "JS (bits)",
        "The Jensen-Shannon divergence: 0 bits when both distributions agree, 1 bit when "
        "they do not overlap. Lower is better.",
    ),
    Measure(
        "kl",
        "Distance to the target: Kullback-Leibler",
        "KL",
        "KL (bits)",
        "The Kullback-Leibler divergence of the generator from the target: large where the "
        "target has mass that the generator misses. Lower is better.",
    ),
    Measure(
        "ks",
        "Distance to the target: Kolmogorov-Smirnov",
        "KS",
        "KS",
        "The Kolmogorov-Smirnov distance: the largest gap between the two cumulative "
        "distributions, from 0 to 1. Lower is better.",
    ),
    Measure(
        "mean_error",
        "Is it in the right place? Error of the mean",
        "error of the mean",
        "|error of the mean|",
        "How far the mean of the generated samples is from the target's, left or right. "
        "Lower is better.",
    ),
    Measure(
        "std_ratio",
        "Width kept: std / σ",
        "std / σ",
        "std / σ",
        "How wide the generated distribution is compared with the target: 1 is as wide, "
        "near 0 it has collapsed to almost one value.",
        log=False,
    ),
)

_IN_THE_PLANE = (
    Measure(
        "w1",
        "Distance to the target: sliced W1",
        "sliced W1",
        "sliced W1 (units of x)",
        "The sliced 1-Wasserstein distance: seen from many directions, how far points must be "
        "moved on average to turn the generated ones into the target. Lower is better.",
    ),
    Measure(
        "reverse_kl",
        "Even shares of the modes? Reverse KL",
        "reverse KL",
        "nats",
        "The Kullback-Leibler divergence of the modes' shares from the target's: 0 if each mode "
        "gets its share, ln 8 = 2.08 if one of eight equal modes gets all. Lower is better.",
        missing=NO_SHARES,
    ),
    Measure(
        "high_quality",
        "Good points: share within 3 σ of a mode",
        "high quality",
        "share",
        "The share of generated points within 3 standard deviations of their nearest mode. "
        "A generator that knows one mode only can score high here too.",
        log=False,
        top=1.0,
        missing=NO_MODES,
    ),
    Measure(
        "modes",
        "How many modes are found?",
        "at least 1 % of points",
        "modes",
        "Modes that hold at least 1 % of the generated points. Fewer than the target has: "
        "mode collapse.",
        log=False,
        top=8.0,
        second="covered",
        second_label="at least one good point",
        second_help="Modes with at least one point within 3 standard deviations. It soon finds "
        "all, and then says little.",
        missing=NO_MODES,
    ),
    Measure(
        "mmd",
        "Distance to the target: maximum mean discrepancy",
        "MMD²",
        "MMD²",
        "The squared maximum mean discrepancy with a Gaussian kernel: how well a smooth function "
        "can tell both sets of points apart. Around 0, even below, if none can. Lower is better.",
        signed=True,
    ),
    Measure(
        "mean_error",
        "Is it in the right place? Error of the mean",
        "error of the mean",
        "distance of the means",
        "How far the mean of the generated points is from the target's. Lower is better.",
    ),
    Measure(
        "std_ratio",
        "Width kept: spread / target's",
        "spread / target's",
        "spread / target's",
        "How far the generated points are from their mean, compared with the target's: 1 is as "
        "wide, near 0 they have collapsed to almost one point.",
        log=False,
    ),
)

_OF_PICTURES = (
    Measure(
        "fid",
        "Distance: classifier FID",
        "classifier FID",
        "FID",
        "The Fréchet distance between the features of generated and of real pictures, as a small "
        "classifier of these pictures sees them. Comparable only with other runs judged by the "
        "same classifier, never with Inception's FID in papers. The band is what held-out real "
        "pictures score. Lower is better.",
        decades=(0.0, 2.0),
        judged=True,
        names_judge=True,
    ),
    Measure(
        "kid",
        "Distance: KID",
        "KID",
        "KID",
        "The kernel distance between the same features of the classifier as for the FID, with a "
        "polynomial kernel. It does not depend on how many pictures are compared, and is around "
        "0, even below, if generated pictures look like real ones. Lower is better.",
        signed=True,
        judged=True,
        names_judge=True,
    ),
    Measure(
        "precision",
        "Good pictures, and all kinds of them?",
        "precision",
        "share",
        "Precision: the share of generated pictures that lie among real ones, as the classifier "
        "sees them (3 nearest neighbours). Low: many look like nothing.",
        log=False,
        top=1.0,
        second="recall",
        second_label="recall",
        second_help="The share of real pictures that lie among generated ones. Low: many kinds "
        "are never made.",
        judged=True,
    ),
    Measure(
        "modes",
        "How many classes are found?",
        "at least 1 % of pictures",
        "classes",
        "Classes that hold at least 1 % of the generated pictures, as the classifier names them. "
        "Fewer than the target has: mode collapse.",
        log=False,
        top=10.0,
        judged=True,
    ),
    Measure(
        "reverse_kl",
        "Even shares of the classes? Reverse KL",
        "reverse KL",
        "nats",
        "The Kullback-Leibler divergence of the classes' shares from those of the training "
        "pictures: 0 if each class gets its share, ln 10 = 2.3 if one of ten gets all. Lower is "
        "better.",
        judged=True,
    ),
    Measure(
        "std_ratio",
        "Variety kept: spread / target's",
        "spread / target's",
        "spread / target's",
        "How far the features of generated pictures are from their mean, compared with those of "
        "the training pictures: 1 is as varied, near 0 all look the same.",
        log=False,
        judged=True,
    ),
    Measure(
        "right",
        "Is it the class that was asked for?",
        "right class",
        "share",
        "The share of generated pictures that the classifier takes for the class that the "
        "generator was asked for. A blind generator of ten classes gets 0.1.",
        log=False,
        top=1.0,
        missing="Nobody asks for a class: the experiment is not conditional",
        judged=True,
    ),
    Measure(
        "loss_real",
        "D's loss on real, and on generated pictures",
        "on real",
        "loss",
        "What the real pictures of a batch add to the discriminator's loss. Near 0: it takes them "
        "for real, and knows it.",
        log=False,
        second="loss_fake",
        second_label="on generated",
        second_help="What the generated pictures add. Near 0: the discriminator sees through all "
        "of them.",
        missing="Known after the first step, if the loss is a sum of two parts",
        role="real",
        steady=True,
    ),
)

ON_THE_LINE = {measure.name: measure for measure in _DISTANCES}
IN_THE_PLANE = {measure.name: measure for measure in _IN_THE_PLANE}
OF_PICTURES = {measure.name: measure for measure in _OF_PICTURES}
TABLES = {"line": ON_THE_LINE, "plane": IN_THE_PLANE, "pictures": OF_PICTURES}
"""By the space of a target."""
PLACES = {"line": "on the line", "plane": "in the plane", "pictures": "of pictures"}
"""The spaces in words."""


def measures_of(experiment: Experiment) -> dict[str, Measure]:
    """What is measured of an experiment."""
    return TABLES[experiment.target.space]


def main_metric(experiment: Experiment) -> str:
    """The metric that says in one number how far its generator is from the target."""
    kind: type[AnyMetrics] = METRICS_OF[experiment.target.space]
    return kind.main


def distance_of(experiment: Experiment) -> str:
    """The same in a word: "W1"."""
    return SHORT[main_metric(experiment)]
