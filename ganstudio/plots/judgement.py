"""What the discriminator says of real and of generated pictures."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from ganstudio.core.events import Frame, PictureView, Started
from ganstudio.core.experiment import Experiment
from ganstudio.core.words import in_percent
from ganstudio.plots.axes import Stepper, nice_ladder
from ganstudio.plots.canvas import Axis
from ganstudio.plots.cursor import Upright
from ganstudio.plots.end_words import EndWords, Word
from ganstudio.plots.items import Curve, Look, Values
from ganstudio.plots.layer import Layer
from ganstudio.plots.plot import Plot

_LAYERS = (
    Layer(
        "real",
        "D of real ones",
        "real",
        help="How many of the real pictures get which score. A good discriminator gives them 1.",
    ),
    Layer(
        "generated",
        "D of generated ones",
        "generated",
        "dashed",
        help="How many of the generated pictures get which score: 1 means that D is fooled.",
    ),
    Layer(
        "half",
        "cannot tell",
        "muted",
        "dotted",
        help="At 1/2 the discriminator has no idea: where both heaps stand when G has learnt all.",
    ),
)
BINS = 25
_EDGES = np.linspace(0, 1, BINS + 1)
_LEAST = 10.0
"""The axis goes that far at least, in percent."""
_HEAD = 1.16
"""And this many times as far as its numbers, for the words above the means."""


class JudgementPlot(Plot):
    """Histograms of D over real and over generated pictures, with the mean of each."""

    name = "judgement"
    title = "Can D tell them apart?"
    explanation = (
        "How sure the discriminator is, from 0 to 1, that a picture is real: blue for real ones, "
        "orange for generated ones. Two heaps far apart: it tells them with ease. One heap at "
        "1/2: it cannot tell."
    )
    empty = "Press Train to see what the discriminator thinks"
    unsuited = "On a line or in the plane D is a curve or a field: the view of the samples has it"

    def __init__(self, parent: QWidget | None = None) -> None:
        axes = {
            "left": Axis("left", "% of pictures", grid=True),
            "bottom": Axis("bottom", "D: 0 generated, 1 real"),
        }
        super().__init__(axes, _LAYERS, parent)
        add = self._add
        self._half = add(Upright("muted", 1.2, "dotted"), "half", z=-5)
        self._real = add(Curve(Look("real", 2.4, fill=0.2, steps=True)), "real", z=1)
        made = Look("generated", 2.4, "dashed", fill=0.2, steps=True)
        self._generated = add(Curve(made), "generated", z=2)
        self._real_mean = add(Upright("real", 1.6), "real", z=3)
        self._generated_mean = add(Upright("generated", 1.6, "dashed"), "generated", z=4)
        self._words = add(EndWords(), z=5)

    def suits(self, experiment: Experiment) -> bool:
        return experiment.target.space == "pictures"

    # ------------------------------------------------------------------------------ a run

    def _begin(self, started: Started) -> None:
        self._top = Stepper(nice_ladder(_LEAST, 100.0), freedom=self.freedom)
        self._half.move(0.5)
        for curve in (self._real, self._generated):
            curve.erase()
        for mean in (self._real_mean, self._generated_mean):
            mean.move(None)
        self._words.say((), ())

    def _draw(self, frame: Frame) -> None:
        view = frame.view
        assert isinstance(view, PictureView)  # says `suits`
        words, highest = [], 0.0
        for kind, scores, curve, mean in (
            ("real", view.d_real, self._real, self._real_mean),
            ("generated", view.d_shown, self._generated, self._generated_mean),
        ):
            shares, middle = judged(scores)
            curve.draw(_EDGES, shares)
            mean.move(middle)
            if middle is not None and self._shown(kind):
                highest = max(highest, float(shares.max()))
                # They say whose line it is, and orange on white is too weak to be read.
                words.append(Word(f"{kind}: {middle:.2f}", "text", middle, np.inf))
        self._words.say(words, ())
        if self._top.update(highest):
            self._apply_ranges()
        self._tell(view)

    def _heading(self, frame: Frame | None) -> str:
        title = type(self).title
        if frame is None or not isinstance(frame.view, PictureView):
            return title
        right = share_right(frame.view)
        if right is None:
            return f"{title} At step {frame.step:,}"
        return f"{title} Right about {in_percent(right)} at step {frame.step:,}"

    def _ranges(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        if self._started is None:
            return None
        return (-0.02, 1.02), (0.0, _HEAD * self._top.level)

    def _tell(self, view: PictureView) -> None:
        """Say what the picture cannot show."""
        scores = np.concatenate([view.d_real, view.d_shown])
        lost = int((~np.isfinite(scores)).sum())
        if lost:
            self._say(f"{lost:,} of {len(scores):,} scores are not finite numbers", "trouble")
        else:
            reference = view.d_reference
            self._say(f"D looks at each picture {reference}" if reference else "")


def judged(scores: Values) -> tuple[Values, float | None]:
    """How many percent of the scores are in each bin, (BINS,), and their mean, None without any.

    Those that are not finite are in no bin.
    """
    finite = np.clip(scores[np.isfinite(scores)].astype(float), 0.0, 1.0)
    if not len(finite):
        return np.zeros(BINS), None
    return 100 * np.histogram(finite, _EDGES)[0] / len(scores), float(finite.mean())


def share_right(view: PictureView) -> float | None:
    """How often D is right at 1/2, if both kinds are as frequent; a score that is no number is
    never right. None if there are no scores at all.
    """
    if not (np.isfinite(view.d_real).any() and np.isfinite(view.d_shown).any()):
        return None
    return float((view.d_real > 0.5).mean() + (view.d_shown <= 0.5).mean()) / 2
