"""What the scores of generated pictures mean, in sentences. No Qt here."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping

import numpy as np

from ganstudio.core.experiment import Experiment
from ganstudio.core.measurements import Floor, PictureMetrics
from ganstudio.core.questions import Likelihood, Memorised, Shares
from ganstudio.core.words import in_percent
from ganstudio.plots.palette import number

HALF = 0.5
CLEARLY = 0.1
"""So far from a half is more than chance and taste."""
BY_HEART = 0.75
COPIES = 0.5
"""Nearer than this part of the usual distance is as good as a copy."""
FAR = 1.5
MOST_NAMES = 6

NOT_INCEPTION = (
    "These numbers come from a small classifier of these very pictures: compare them with other "
    "runs judged by the same one, not with Inception’s FID or KID in papers."
)
MISLEADS = (
    "It misleads: in so many dimensions a generator of worse pictures can score higher (Theis et "
    "al. 2016). For MNIST the first GAN paper reports 225 ± 2."
)


def times(value: float, floor: Floor | None) -> str:
    """A distance against what real pictures score: "3.1× its floor, 4.2"."""
    if floor is None or not math.isfinite(floor.median):
        return ""
    if floor.median > 0 and math.isfinite(value):
        return f"{number(value / floor.median)}× its floor, {number(floor.median)}"
    # Many times something around 0 says nothing.
    return f"real pictures: {number(floor.median)}"


def judge_words(gallery: Mapping[str, str]) -> str:
    """Who judges, and how well."""
    judge = gallery.get("judge", "")
    if not judge:
        return NOT_INCEPTION
    accuracy = gallery.get("judge's accuracy", "")
    right = f", right about {accuracy} of held-out pictures" if accuracy else ""
    return f"Judge {judge}{right}. {NOT_INCEPTION}"


def classes_words(metrics: PictureMetrics, replica: int, experiment: Experiment) -> str:
    """How many classes are found: "9 of 10"; of a folder nobody says of how many."""
    found = float(metrics.modes[replica])
    if not math.isfinite(found):
        return "–"
    of = experiment.target.modes
    return f"{found:.0f} of {of}" if of > 1 else f"{found:.0f}"


def shares_words(shares: Shares) -> str:
    """Which class is most too rare, and which too frequent."""
    off = shares.generated - shares.training
    low, high = int(off.argmin()), int(off.argmax())
    missing = [
        name
        for name, own, whole in zip(shares.classes, shares.generated, shares.training, strict=True)
        if whole > 0 and own < min(0.01, whole / 2)
    ]
    if missing:
        more = f" and {len(missing) - MOST_NAMES} more" if len(missing) > MOST_NAMES else ""
        return f"Never or hardly ever made: {', '.join(missing[:MOST_NAMES])}{more}."
    return (
        f"Furthest off: {shares.classes[high]} {100 * off[high]:+.0f} points, "
        f"{shares.classes[low]} {100 * off[low]:+.0f} points.".replace("-", "−")
    )


def verdict(found: Memorised) -> str:
    """Whether the generator has learnt its pictures by heart."""
    share, near = found.generated.nearer_to_training, float(np.median(found.generated.to_training))
    usual = float(np.median(found.usual)) if len(found.usual) else math.nan
    said = (
        f"{in_percent(share)} of the generated pictures are nearer to a training picture than to a "
        f"held-out one; a generator that generalises has 50 %."
    )
    looked, all_of_them = found.generated.compared, found.training
    if looked < all_of_them:
        said += (
            f" Of {all_of_them:,} training pictures {looked:,} were looked at; copies of the "
            "others would not be noticed."
        )
    chance = 3 * HALF / math.sqrt(max(len(found.generated.to_training), 1))
    if near > FAR * usual:
        meaning = "They are far from all real pictures, so this says little yet."
    elif share > BY_HEART or near < COPIES * usual:
        meaning = "It has learnt pictures by heart."
    elif share > HALF + max(CLEARLY, chance):
        meaning = "It leans on what it saw: a part is learnt by heart."
    else:
        meaning = "No sign that it learns by heart."
    return f"<b>{meaning}</b> {html.escape(said)}"


def likelihood_lines(found: Likelihood) -> list[tuple[str, str, str]]:
    """Of the generated and of the training pictures: whose, how likely, which window."""
    return [
        (
            whose,
            f"{number(one.mean)} ± {number(one.standard_error)}",
            f"σ = {one.sigma:.3f}",
        )
        for whose, one in (
            ("generated pictures", found.generated),
            ("training pictures in their place", found.training),
        )
    ]


def losses_words(experiment: Experiment, real: float, fake: float) -> str:
    """What the two parts of D's loss come to."""
    if not (math.isfinite(real) and math.isfinite(fake)):
        return "Known after the first step, if the loss is a sum of two parts."
    harder = "generated" if fake > real else "real"
    at_rest = experiment.loss.equilibrium[0]
    rest = (
        f" Where it cannot tell them apart they come to {number(at_rest)} together."
        if math.isfinite(at_rest)
        else ""
    )
    return f"Together {number(real + fake)}; D finds the {harder} ones harder.{rest}"
