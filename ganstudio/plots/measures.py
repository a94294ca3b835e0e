"""The metrics in words, on the line and in the plane."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One metric in words, by the name of its field in `Metrics` or `PlaneMetrics`."""

    name: str
    title: str
    label: str
    unit: str
    explanation: str
    log: bool = True
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

ON_THE_LINE = {measure.name: measure for measure in _DISTANCES}
IN_THE_PLANE = {measure.name: measure for measure in _IN_THE_PLANE}
