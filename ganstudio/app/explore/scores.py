"""How good the generated pictures are, measured beside training at a tenth of its time."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import ClassVar

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ganstudio.app.explore import score_words as words
from ganstudio.app.explore.measuring import CLOSELY, USUAL, Measuring, Sample, Score
from ganstudio.app.explore.pane import Pane
from ganstudio.app.explore.score_cards import (
    Figures,
    LikelihoodCard,
    LossesCard,
    ScoreCard,
    SharesCard,
)
from ganstudio.app.explore.score_columns import Columns
from ganstudio.app.labels import wrapping
from ganstudio.app.theme import set_look
from ganstudio.core.events import Answered, Frame, PictureView
from ganstudio.core.questions import (
    ClassShares,
    Likelihood,
    Memorised,
    Memory,
    ParzenWindow,
    Shares,
)
from ganstudio.plots.card import Card
from ganstudio.plots.picture_scores import DistancesPlot, SampleJudgement
from ganstudio.plots.style import LIGHT, Style

PLANS = (
    ((0, 1, 2, 3, 4, 5, 6),),
    ((0, 2, 5), (1, 3, 4, 6)),
    ((0, 5, 6), (1, 2), (3, 4)),
)
"""Which card stands where, by the number of columns; see `Columns`."""
NOTHING = "Nothing is measured yet: press “Measure now”, or have it kept measuring"
_PLOT_HEIGHTS = 250, 440
"""Pixels in normal text: less shows nothing, more shows no more."""


class ScoresPane(Pane):
    """Everything says of how many pictures of which step it is."""

    title: ClassVar[str] = "Scores"
    tip: ClassVar[str] = "How good the generated pictures are, and whether they are learnt by heart"

    def __init__(self) -> None:
        super().__init__()
        self.measuring = Measuring(self.make_asker("measure"), self)
        self.sample: Sample | None = None
        self._shown_at: tuple[int, int] | None = None
        """The step and replica of the figures that are shown."""
        self._refused = False
        self.figures, self.shares = Figures(), SharesCard()
        self.likelihood, self.losses = LikelihoodCard(), LossesCard()
        self.judgement, self.distances = Card(SampleJudgement()), Card(DistancesPlot())
        self.memory = ScoreCard(
            "Learnt by heart?",
            "A generator that has learnt its pictures by heart is nearer to those than to others "
            "like them, which it never saw.",
        )
        self._cards: tuple[QWidget, ...] = (
            self.figures, self.judgement, self.shares, self.distances, self.memory,
            self.likelihood, self.losses,
        )  # fmt: skip
        self.columns = Columns(self._cards, PLANS)
        self._make_head()
        self._connect()
        self._say("")
        self.set_style(LIGHT)

    def _make_head(self) -> None:
        self.state = wrapping("muted")
        self.now = QPushButton("Measure now")
        self.now.setToolTip(
            f"Measure {CLOSELY:,} pictures closely. While it trains, training waits for a tenth "
            "of the time at most; pause it to have all of them at once, of one step"
        )
        self.keep = QCheckBox("Keep measuring while it trains")
        self.keep.setChecked(True)
        self.keep.setToolTip(
            f"Measure {USUAL:,} pictures again and again while this page is seen. It takes a "
            "tenth of the training's time at most"
        )
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.state, 1)
        head.addWidget(self.keep)
        head.addWidget(self.now)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 8, 0, 6)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.columns, 1)

    def _connect(self) -> None:
        self.now.clicked.connect(lambda _checked: self.measure(CLOSELY))
        self.keep.toggled.connect(lambda _on: self._keep_up())
        measuring = self.measuring
        measuring.sampled.connect(self._take_sample)
        measuring.scored.connect(self._take_score)
        measuring.refused.connect(self._refuse)
        measuring.progress.connect(self._say)

    # ------------------------------------------------------------------ what a window uses

    def set_playing(self, playing: bool) -> None:
        """Whether training goes on; unless told, it is thought to."""
        self.measuring.set_plays(playing)

    def set_style(self, style: Style) -> None:
        super().set_style(style)
        for plot in (self.judgement, self.distances):
            plot.set_style(style)
            least, most = (round(high * style.text_scale) for high in _PLOT_HEIGHTS)
            plot.setMinimumHeight(least)
            plot.setMaximumHeight(most)
        for card in (self.shares, self.losses):
            card.bars.set_style(style)
        self.columns.set_style(style)

    def hear(self, answered: Answered) -> None:
        self.measuring.at = answered.step
        super().hear(answered)

    def begin(self) -> None:
        self.measuring.stop()
        self.sample, self._shown_at, self._refused = None, None, False
        for card in self._cards:
            if isinstance(card, ScoreCard):
                card.clear()
        self.distances.plot.clear()
        self.judgement.plot.clear()
        self._say("")

    def refresh(self) -> None:
        if self._frame is not None:
            self.follow(self._frame)

    def follow(self, frame: Frame) -> None:
        if self._started is None or not isinstance(frame.view, PictureView):
            return
        at = frame.measured_at, frame.view.replica
        if at != self._shown_at:
            if self._shown_at is not None and self._shown_at[1] != at[1]:
                # Another replica is watched: what is known is of the one before.
                self.sample = None
                self.measuring.stop()
            self._shown_at = at
            self.figures.show_metrics(self._started, frame)
            self.losses.show_metrics(self._started, frame)
        self._keep_up()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        # Nobody looks: training need not wait.
        self.measuring.stop()

    # ----------------------------------------------------------------------------- measuring

    def measure(self, count: int) -> None:
        """Measure so many pictures from now on."""
        if self._started is not None and self._frame is not None and self.target is not None:
            self._refused = False
            replica = self._frame.view.replica
            self.measuring.begin(self._started.experiment, replica, count)

    def _keep_up(self) -> None:
        """Begin the next measurement if there is something new to be measured."""
        frame, wanted = self._frame, self.keep.isChecked() and not self._refused
        if frame is None or not wanted or self.measuring.is_busy or not self.isVisible():
            return
        if self.sample is None or self.sample.last != frame.step:
            self.measure(USUAL)

    def _take_sample(self, sample: Sample) -> None:
        frame, first = self._frame, self.sample is None
        self.sample = sample
        if self._started is None or frame is None or not isinstance(frame.view, PictureView):
            return
        if first:
            self.judgement.plot.start(self._started)
        # The frame's own real pictures, beside many more generated ones.
        view = replace(frame.view, d_shown=sample.d)
        self.judgement.plot.show_frame(replace(frame, step=sample.last, view=view))

    def _take_score(self, found: Shares | Memorised | Likelihood) -> None:
        sample = self.sample
        if sample is None:
            return
        if isinstance(found, Shares):
            self.shares.show_shares(found, sample.words)
        elif isinstance(found, Likelihood):
            self.likelihood.show_likelihood(found, sample.words)
        else:
            plot = self.distances.plot
            assert isinstance(plot, DistancesPlot)
            plot.show_distances(found)
            compared = f"{found.generated.compared:,} real ones of either kind"
            self.memory.say(words.verdict(found), f"{sample.words}, against {compared}")

    def _refuse(self, what: Score | None, why: str) -> None:
        if what is None:
            self._refused = True
            self._say(why, trouble=True)
            return
        cards: dict[Score, ScoreCard] = {
            ClassShares: self.shares,
            Memory: self.memory,
            ParzenWindow: self.likelihood,
        }
        cards[what].refuse(html.escape(why))

    def _say(self, doing: str, *, trouble: bool = False) -> None:
        """What is shown, and what is being done."""
        said = [f"Shown: {self.sample.words}."] if self.sample is not None else []
        said += [doing if trouble else f"{doing}…"] if doing else []
        self.state.setText(" ".join(said) or NOTHING)
        set_look(self.state, "role", "trouble" if trouble else "muted")
