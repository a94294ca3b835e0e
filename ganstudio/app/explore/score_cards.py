"""The cards of the scores: each says what it shows, of which pictures, and what it means."""

from __future__ import annotations

import html
import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from ganstudio.app.explore import score_words as words
from ganstudio.app.labels import wrapping
from ganstudio.app.theme import set_look
from ganstudio.core.events import Frame, PictureMetrics, Started
from ganstudio.core.questions import Likelihood, Shares
from ganstudio.core.words import in_percent
from ganstudio.plots.measures import OF_PICTURES
from ganstudio.plots.palette import Role, number
from ganstudio.plots.picture_scores import Bar, Bars, Row

_EXPLAINED = {name: measure.explanation for name, measure in OF_PICTURES.items()} | {
    measure.second: measure.second_help for measure in OF_PICTURES.values() if measure.second
}
NOT_YET = "Not measured yet."
MOST_CLASSES = 24
"""Pairs of bars: a folder may have 256 classes."""


class ScoreCard(QFrame):
    """A title, what was found, and a line that says of which pictures.

    Args:
        title: what it shows.
        tip: the same for someone who sees it for the first time.
    """

    def __init__(self, title: str, tip: str) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAccessibleName(title)
        self.setToolTip(tip)
        head = QLabel(title)
        head.setProperty("role", "title")
        head.setWordWrap(True)
        self.body = QWidget()
        self.body.setProperty("role", "plain")
        self.said, self.foot = wrapping(), wrapping("small")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 8, 12, 8)
        self.column.setSpacing(6)
        for one in (head, self.body, self.said, self.foot):
            self.column.addWidget(one)
        self.column.addStretch(1)
        self.clear()

    def clear(self) -> None:
        """Nothing is known."""
        self.body.hide()
        self.say(NOT_YET)

    def say(self, said: str, foot: str = "", *, trouble: bool = False) -> None:
        """What it means, and of which pictures."""
        self.said.setText(said)
        set_look(self.said, "role", "trouble" if trouble else "muted" if said == NOT_YET else "")
        self.foot.setText(foot)
        self.foot.setVisible(bool(foot))

    def refuse(self, why: str) -> None:
        """It can't be told."""
        self.body.hide()
        self.say(why, trouble=True)


class Figures(ScoreCard):
    """The headline: distances with their floors, precision, recall, classes."""

    def __init__(self) -> None:
        super().__init__(
            "How good are the pictures?",
            "Measured while it trains, in the features of one small classifier. A floor is what "
            "held-out real pictures score: nobody does better.",
        )
        self.values: dict[str, QLabel] = {}
        self.beside: dict[str, QLabel] = {}
        grid = QGridLayout(self.body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(2, 1)
        names = {
            "fid": "classifier FID",
            "kid": "KID",
            "precision": "precision",
            "recall": "recall",
            "modes": "classes made",
        }
        for row, (name, title) in enumerate(names.items()):
            label, value, beside = QLabel(title), QLabel(), QLabel()
            beside.setProperty("role", "small")
            beside.setWordWrap(True)
            value.setProperty("role", "title")
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for column, one in enumerate((label, value, beside)):
                one.setToolTip(_EXPLAINED[name])
                grid.addWidget(one, row, column)
            self.values[name], self.beside[name] = value, beside

    def show_metrics(self, started: Started, frame: Frame) -> None:
        """Show those of the replica that is watched."""
        metrics, replica = frame.metrics, frame.view.replica
        if not isinstance(metrics, PictureMetrics):
            return
        self.body.show()
        for name in ("fid", "kid", "precision", "recall"):
            value = float(getattr(metrics, name)[replica])
            finite = math.isfinite(value)
            share = name in ("precision", "recall")
            floor = frame.floors.get(name)
            text = in_percent(value) if share else number(value) if finite else ""
            self.values[name].setText(text if finite else "–")
            if share:
                ceiling = f"real pictures: {in_percent(floor.median)}" if floor else ""
                self.beside[name].setText(ceiling)
            else:
                self.beside[name].setText(words.times(value, floor))
        found = words.classes_words(metrics, replica, started.experiment)
        self.values["modes"].setText(found)
        self.beside["modes"].setText("with 1 % of the pictures at least")
        self.values["modes"].setAccessibleName(f"classes made: {found}")
        for name in ("fid", "kid", "precision", "recall"):
            said = f"{name}: {self.values[name].text()}, {self.beside[name].text()}"
            self.values[name].setAccessibleName(said)
        foot = f"{metrics.samples:,} pictures of step {frame.measured_at:,}"
        self.say(html.escape(words.judge_words(started.gallery)), foot)


class SharesCard(ScoreCard):
    """How often each class is made, beside how often it is learnt."""

    def __init__(self) -> None:
        super().__init__(
            "Which classes are made?",
            "What the judge takes the generated pictures for, and the training pictures for. "
            "Classes that are missing: mode collapse.",
        )
        self.bars = Bars("Shares of the classes, generated and training")
        _only(self.body, self.bars)

    def show_shares(self, shares: Shares, foot: str) -> None:
        """Draw other shares; of many classes the most frequent ones."""
        largest = sorted(range(len(shares.classes)), key=lambda one: -shares.training[one])
        rows = [
            Row(
                shares.classes[one],
                (
                    _share(shares.generated[one], "generated"),
                    _share(shares.training[one], "real"),
                ),
            )
            for one in sorted(largest[:MOST_CLASSES])
        ]
        self.bars.show_rows(rows, (("generated", "generated"), ("training", "real")))
        self.body.show()
        self.say(html.escape(words.shares_words(shares)), foot)


class LikelihoodCard(ScoreCard):
    """What a Parzen window thinks of held-out pictures."""

    def __init__(self) -> None:
        super().__init__(
            "How likely are held-out pictures? Parzen window",
            "A Gaussian is put upon each generated picture, its width σ chosen on other held-out "
            "ones, and the log-likelihood of held-out pictures measured, in nats each. More is "
            "said to be better.",
        )
        self.table = QLabel()
        self.table.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table.setAccessibleName("Parzen log-likelihood")
        _only(self.body, self.table)

    def show_likelihood(self, found: Likelihood, foot: str) -> None:
        """Show another one."""
        rows = "".join(
            f"<tr><td>{whose}</td><td align='right'><b>{value}</b></td><td>{sigma}</td></tr>"
            for whose, value, sigma in words.likelihood_lines(found)
        )
        self.table.setText(f"<table cellpadding='3'>{rows}</table>")
        self.body.show()
        self.say(html.escape(words.MISLEADS), f"nats a picture; {foot}")


class LossesCard(ScoreCard):
    """The two parts of D's loss."""

    def __init__(self) -> None:
        super().__init__(
            "Where does D’s loss come from?",
            "What the real and the generated pictures of the newest batch add to the "
            "discriminator’s loss. Near 0: it sees through them.",
        )
        self.bars = Bars("Parts of the discriminator's loss")
        _only(self.body, self.bars)

    def show_metrics(self, started: Started, frame: Frame) -> None:
        """Show those of the replica that is watched."""
        metrics, replica = frame.metrics, frame.view.replica
        if not isinstance(metrics, PictureMetrics):
            return
        real, fake = float(metrics.loss_real[replica]), float(metrics.loss_fake[replica])
        known = math.isfinite(real) and math.isfinite(fake)
        self.body.setVisible(known)
        if known:
            self.bars.show_rows(
                [
                    Row("on real", (Bar(max(real, 0.0), number(real), "real"),)),
                    Row("on generated", (Bar(max(fake, 0.0), number(fake), "generated"),)),
                ]
            )
        said = words.losses_words(started.experiment, real, fake)
        self.say(html.escape(said), f"the newest batch at step {frame.measured_at:,}")


def _share(value: float, role: Role) -> Bar:
    return Bar(float(value), in_percent(value), role)


def _only(body: QWidget, widget: QWidget) -> None:
    column = QVBoxLayout(body)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(widget)
