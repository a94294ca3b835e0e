"""The scores of generated pictures: real widgets, answers of the real engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from ganstudio.app.explore import score_words as words
from ganstudio.app.explore.measuring import CLOSELY, PIECE, USUAL, pause_ms
from ganstudio.app.explore.scores import NOTHING, ScoresPane
from ganstudio.app.theme import apply_theme
from ganstudio.core.draws import evaluation_inputs
from ganstudio.core.events import Frame, PictureMetrics
from ganstudio.core.experiment import Experiment
from ganstudio.core.measurements import Floor
from ganstudio.core.noise import NormalNoise
from ganstudio.core.pictures.pixels import Memorisation
from ganstudio.core.questions import (
    Answered,
    Asked,
    Generate,
    Likelihood,
    Made,
    Memorised,
    Memory,
    Shares,
)
from ganstudio.core.studio import Studio
from ganstudio.core.targets import Digits
from ganstudio.core.words import in_percent
from ganstudio.plots.measures import OF_PICTURES
from ganstudio.plots.palette import number
from ganstudio.plots.picture_scores import DistancesPlot
from ganstudio.plots.style import LIGHT
from tests.core.helpers import Record, gallery_of, new_game, plainly, record

PATIENCE_MS = 60_000
SHOWN = ("fid", "kid", "precision", "recall", "modes", "loss_real", "loss_fake")
"""The metrics that cards show."""
EXPERIMENT = Experiment(
    target=Digits(count=300), noise=NormalNoise(size=4), batch_size=8, steps=2, frame_every=1
)


@pytest.fixture(scope="module")
def trained() -> Record:
    """Two steps of a tiny run on the digits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ganstudio.core.game.capture", plainly)
        return record(EXPERIMENT)


@pytest.fixture(scope="module")
def studio() -> Studio:
    """Networks that can be asked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ganstudio.core.game.capture", plainly)
        return Studio(new_game(EXPERIMENT))


@dataclass
class Engine:
    """Answers what a pane asks, when it is told to."""

    pane: ScoresPane
    studio: Studio
    step: int = 2
    seconds: float = 0.0
    asked: list[Asked] = field(default_factory=list)
    answers: bool = True
    refuses: Callable[[Any], bool] = lambda _question: False

    def hear(self, asked: Asked) -> None:
        self.asked.append(asked)
        if self.answers:
            self.answer(asked)

    def answer(self, asked: Asked) -> None:
        """As the engine does, between two steps."""
        if self.refuses(asked.question):
            found, problem = None, "No, not this one"
        else:
            found, problem = asked.question.answer(self.studio), ""
        self.pane.hear(Answered(asked.topic, asked.number, self.step, found, problem, self.seconds))

    @property
    def questions(self) -> list[str]:
        """What was asked, in words."""
        return [type(asked.question).__name__ for asked in self.asked]


@pytest.fixture
def pane(qtbot: QtBot, qapp: QApplication) -> ScoresPane:
    apply_theme(qapp, LIGHT)
    made = ScoresPane()
    qtbot.addWidget(made)
    made.resize(900, 600)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def engine(pane: ScoresPane, studio: Studio) -> Engine:
    """Connected; the run is paused."""
    made = Engine(pane, studio)
    pane.asks.connect(made.hear)
    pane.set_playing(False)
    return made


def finished(qtbot: QtBot, pane: ScoresPane) -> None:
    qtbot.waitUntil(lambda: not pane.measuring.is_busy, timeout=PATIENCE_MS)


def distances(pane: ScoresPane) -> DistancesPlot:
    plot = pane.distances.plot
    assert isinstance(plot, DistancesPlot)
    return plot


def metrics_of(frame: Frame) -> PictureMetrics:
    assert isinstance(frame.metrics, PictureMetrics)
    return frame.metrics


# ---------------------------------------------------------------------------- what is shown


def test_before_a_run_every_card_says_so(pane: ScoresPane) -> None:
    assert pane.state.text() == NOTHING
    for card in (pane.figures, pane.shares, pane.memory, pane.likelihood, pane.losses):
        assert card.said.text() == "Not measured yet."
        assert not card.body.isVisible()
    assert not pane.measuring.is_busy


def test_everything_is_measured_and_says_of_which_step(
    qtbot: QtBot, pane: ScoresPane, engine: Engine, trained: Record
) -> None:
    pane.start(trained.started)
    pane.show_frame(trained.last)
    finished(qtbot, pane)
    pieces = USUAL // PIECE
    assert engine.questions == ["Generate"] * pieces + ["ClassShares", "Memory", "ParzenWindow"]
    sample = pane.sample
    assert sample is not None
    z = evaluation_inputs(EXPERIMENT, USUAL)
    made = Made(*(np.concatenate(p) for p in _pieces(engine.studio, z)))
    assert np.array_equal(sample.pictures, made.pictures)
    assert pane.state.text() == "Shown: 1,000 pictures of step 2."
    _shares_are(pane, engine.studio.shares(sample.pictures))
    found = engine.studio.memorised(sample.pictures)
    assert isinstance(found, Memorised)
    drawn = distances(pane).found
    assert drawn is not None
    assert np.array_equal(drawn.generated.to_training, found.generated.to_training)
    assert pane.memory.said.text() == words.verdict(found)
    assert pane.memory.foot.text() == (
        "1,000 pictures of step 2, against 300 real ones of either kind"
    )
    likely = engine.studio.likely(sample.pictures)
    assert isinstance(likely, Likelihood)
    for one in (likely.generated, likely.training):
        assert f"{number(one.mean)} ± {number(one.standard_error)}" in pane.likelihood.table.text()
        assert f"σ = {one.sigma:.3f}" in pane.likelihood.table.text()
    assert "225 ± 2" in pane.likelihood.said.text()
    assert "Theis" in pane.likelihood.said.text()
    assert pane.judgement.title.endswith("at step 2")


def _pieces(studio: Studio, z: Any) -> Any:
    made = [studio.generate(z[at : at + PIECE], 0, judged=False) for at in range(0, len(z), PIECE)]
    return zip(*((m.pictures, m.d, m.taken_for, m.sure) for m in made), strict=True)


def _shares_are(pane: ScoresPane, shares: Any) -> None:
    assert isinstance(shares, Shares)
    drawn = pane.shares.bars.rows
    assert tuple(row.name for row in drawn) == shares.classes
    np.testing.assert_allclose([row.bars[0].value for row in drawn], shares.generated)
    np.testing.assert_allclose([row.bars[1].value for row in drawn], shares.training)
    assert [bar.role for bar in drawn[0].bars] == ["generated", "real"]
    assert pane.shares.foot.text() == "1,000 pictures of step 2"
    assert pane.shares.bars.accessibleDescription().startswith("0: generated ")


def test_the_headline_is_the_run_s_own(pane: ScoresPane, engine: Engine, trained: Record) -> None:
    engine.answers = False
    pane.start(trained.started)
    pane.show_frame(trained.last)
    metrics, floors = metrics_of(trained.last), trained.last.floors
    fid, floor = float(metrics.fid[0]), floors["fid"].median
    values, beside = pane.figures.values, pane.figures.beside
    assert values["fid"].text() == number(fid)
    assert beside["fid"].text() == f"{number(fid / floor)}× its floor, {number(floor)}"
    assert values["precision"].text() == in_percent(float(metrics.precision[0]))
    assert beside["recall"].text() == f"real pictures: {in_percent(floors['recall'].median)}"
    assert values["modes"].text() == f"{metrics.modes[0]:.0f} of 10"
    gallery = trained.started.gallery
    assert gallery["judge"] in pane.figures.said.text()
    assert gallery["judge's accuracy"] in pane.figures.said.text()
    assert "not with Inception" in pane.figures.said.text()
    assert pane.figures.foot.text() == f"{metrics.samples:,} pictures of step 2"
    assert values["kid"].toolTip() == OF_PICTURES["kid"].explanation
    real, fake = float(metrics.loss_real[0]), float(metrics.loss_fake[0])
    assert [row.bars[0].words for row in pane.losses.bars.rows] == [number(real), number(fake)]
    assert "1.39 together" in pane.losses.said.text()


def test_metrics_that_are_no_numbers_are_dashes(
    pane: ScoresPane, engine: Engine, trained: Record
) -> None:
    engine.answers = False
    lost = np.full(1, np.nan, dtype=np.float32)
    changes: dict[str, Any] = dict.fromkeys(SHOWN, lost)
    broken = replace(metrics_of(trained.last), **changes)
    pane.start(trained.started)
    pane.show_frame(replace(trained.last, metrics=broken))
    assert {label.text() for label in pane.figures.values.values()} == {"–"}
    assert not pane.losses.body.isVisible()
    assert pane.losses.said.text().startswith("Known after the first step")


# --------------------------------------------------------------------- not more than a tenth


def test_after_an_answer_training_has_nine_times_as_long(
    qtbot: QtBot, pane: ScoresPane, engine: Engine, trained: Record
) -> None:
    pane.set_playing(True)
    engine.seconds = 40.0
    pane.start(trained.started)
    pane.show_frame(trained.last)
    for _ in range(5):
        pane.show_frame(trained.last)
    assert len(engine.asked) == 1
    assert pane.measuring.rest_ms == pause_ms(40.0) == 360_000
    # Paused, nobody has to wait.
    engine.seconds = 0.0
    pane.set_playing(False)
    finished(qtbot, pane)
    assert len(engine.asked) == USUAL // PIECE + 3


def test_pictures_of_several_steps_say_so(
    qtbot: QtBot, pane: ScoresPane, engine: Engine, trained: Record
) -> None:
    pane.start(trained.started)
    engine.answers = False
    pane.show_frame(trained.last)
    for step in (5, 6, 8, 1008):
        engine.step = step
        engine.answer(engine.asked[-1])
        more = len(engine.asked) + 1
        qtbot.waitUntil(lambda: len(engine.asked) == more, timeout=PATIENCE_MS)  # noqa: B023
    assert pane.sample is not None
    assert pane.sample.words == "1,000 pictures of steps 5 to 1,008"
    assert pane.state.text().startswith("Shown: 1,000 pictures of steps 5 to 1,008. Sorting")


def test_what_was_measured_is_measured_again_only_after_a_step(
    qtbot: QtBot, pane: ScoresPane, engine: Engine, trained: Record
) -> None:
    pane.start(trained.started)
    pane.show_frame(trained.last)
    finished(qtbot, pane)
    before = len(engine.asked)
    pane.show_frame(trained.last)
    assert len(engine.asked) == before
    engine.step = 3
    pane.show_frame(replace(trained.last, step=3))
    assert len(engine.asked) == before + 1
    finished(qtbot, pane)


def test_only_who_asks_is_measured(
    qtbot: QtBot, pane: ScoresPane, engine: Engine, trained: Record
) -> None:
    QTest.keyClick(pane.keep, Qt.Key.Key_Space)
    pane.start(trained.started)
    pane.show_frame(trained.last)
    assert not engine.asked
    assert pane.state.text() == NOTHING
    pane.now.setFocus()
    QTest.keyClick(pane.now, Qt.Key.Key_Space)
    assert pane.state.text() == "Generating 0 of 5,000 pictures…"
    finished(qtbot, pane)
    asked = [a.question for a in engine.asked]
    noise = [question.z for question in asked if isinstance(question, Generate)]
    assert sum(map(len, noise)) == CLOSELY
    assert max(map(len, noise)) == PIECE
    assert np.array_equal(np.concatenate(noise), evaluation_inputs(EXPERIMENT, CLOSELY))
    assert pane.state.text() == "Shown: 5,000 pictures of step 2."
    QTest.keyClick(pane.keep, Qt.Key.Key_Space)
    assert not pane.measuring.is_busy, "this step was measured closely"


def test_nobody_looks_nothing_is_asked(
    qtbot: QtBot, pane: ScoresPane, engine: Engine, trained: Record
) -> None:
    engine.answers = False
    pane.start(trained.started)
    pane.show_frame(trained.last)
    pane.hide()
    engine.answer(engine.asked[0])
    pane.show_frame(replace(trained.last, step=9))
    assert len(engine.asked) == 1
    assert not pane.measuring.is_busy
    pane.show()
    assert len(engine.asked) == 2


def test_another_run_forgets_the_one_before(
    qtbot: QtBot, pane: ScoresPane, engine: Engine, trained: Record
) -> None:
    pane.start(trained.started)
    pane.show_frame(trained.last)
    finished(qtbot, pane)
    old = engine.asked[-1]
    pane.start(trained.started)
    engine.answer(old)
    assert pane.sample is None
    assert distances(pane).found is None
    assert pane.shares.said.text() == "Not measured yet."
    assert pane.state.text() == NOTHING
    pane.start(replace(trained.started, experiment=Experiment()))
    pane.now.click()
    assert not pane.measuring.is_busy, "there are no pictures on the line"


def test_another_replica_is_another_generator(
    qtbot: QtBot, pane: ScoresPane, engine: Engine, trained: Record
) -> None:
    engine.answers = False
    pane.start(trained.started)
    two: dict[str, Any] = {
        name: np.repeat(getattr(trained.last.metrics, name), 2) for name in SHOWN
    }
    frame = replace(trained.last, metrics=replace(metrics_of(trained.last), **two))
    pane.show_frame(frame)
    pane.show_frame(replace(frame, view=replace(frame.view, replica=1)))
    replicas = [a.question.replica for a in engine.asked if isinstance(a.question, Generate)]
    assert replicas == [0, 1]


# -------------------------------------------------------------------------------- refusals


def test_without_samples_there_is_a_sentence_and_no_more_asking(
    pane: ScoresPane, engine: Engine, trained: Record
) -> None:
    engine.refuses = lambda question: isinstance(question, Generate)
    pane.start(trained.started)
    pane.show_frame(trained.last)
    pane.show_frame(replace(trained.last, step=3))
    assert len(engine.asked) == 1
    assert pane.state.text() == "No, not this one"
    assert pane.state.property("role") == "trouble"
    pane.now.click()
    assert len(engine.asked) == 2, "who asks again is asked for"


def test_a_score_that_can_not_be_told_does_not_keep_the_others(
    qtbot: QtBot, pane: ScoresPane, engine: Engine, trained: Record
) -> None:
    engine.refuses = lambda question: isinstance(question, Memory)
    pane.start(trained.started)
    pane.show_frame(trained.last)
    finished(qtbot, pane)
    assert pane.memory.said.text() == "No, not this one"
    assert distances(pane).found is None
    assert pane.likelihood.body.isVisible()


# ----------------------------------------------------------------------------------- words


def test_who_copies_pictures_is_found_out(studio: Studio) -> None:
    gallery = gallery_of(EXPERIMENT)
    assert gallery is not None
    copies = studio.memorised(gallery.training.images[:100])
    assert isinstance(copies, Memorised)
    assert copies.generated.nearer_to_training == 1
    assert "learnt pictures by heart" in words.verdict(copies)


@pytest.mark.parametrize(
    ("training", "held_out", "usual", "sentence"),
    [
        (5.0, 5.0, 5.0, "No sign"),
        (4.0, 5.0, 5.0, "learnt pictures by heart"),
        (1.0, 1.0, 5.0, "learnt pictures by heart"),
        (9.0, 9.5, 5.0, "far from all real pictures"),
    ],
)
def test_the_verdict_on_memory(
    training: float, held_out: float, usual: float, sentence: str
) -> None:
    one = Memorisation(_all(training), _all(held_out), 100)
    assert sentence in (said := words.verdict(Memorised(one, _all(usual), 100)))
    assert "would not be noticed" not in said


def test_a_verdict_on_few_of_many_says_so() -> None:
    one = Memorisation(_all(5.0), _all(5.0), 100)
    said = words.verdict(Memorised(one, _all(5.0), 60_000))
    assert "Of 60,000 training pictures 100 were looked at" in said


def test_a_part_learnt_by_heart() -> None:
    nearer = np.array([4.0] * 70 + [5.0] * 30, dtype=np.float32)
    one = Memorisation(nearer, _all(4.5), 100)
    said = words.verdict(Memorised(one, _all(5.0), 100))
    assert "leans on what it saw" in said
    assert "70 %" in said


def _all(value: float) -> Any:
    return np.full(100, value, dtype=np.float32)


@pytest.mark.parametrize(
    ("value", "floor", "said"),
    [
        (8.0, Floor(4.0, 5.0), "2.00× its floor, 4.00"),
        (0.5, Floor(-0.01, 0.02), "real pictures: −0.0100"),
        (np.nan, Floor(4.0, 5.0), "real pictures: 4.00"),
        (8.0, None, ""),
    ],
)
def test_a_distance_against_its_floor(value: float, floor: Floor | None, said: str) -> None:
    assert words.times(value, floor) == said


def test_classes_that_are_missing_are_named() -> None:
    even = np.full(10, 0.1, dtype=np.float32)
    names = tuple("0123456789")
    one = np.eye(10, dtype=np.float32)[3]
    assert words.shares_words(Shares(names, one, even)).endswith("0, 1, 2, 4, 5, 6 and 3 more.")
    some = even + np.float32(0.05) * (one - np.eye(10, dtype=np.float32)[7])
    said = words.shares_words(Shares(names, some, even.copy()))
    assert said == "Furthest off: 3 +5 points, 7 −5 points."


# ------------------------------------------------------------------------------------ looks


def test_columns_follow_the_width(qtbot: QtBot, pane: ScoresPane) -> None:
    for width, count in ((1600, 3), (900, 2), (500, 1), (1600, 3)):
        pane.resize(width, 900)
        qtbot.waitUntil(lambda: pane.columns.count == count, timeout=PATIENCE_MS)  # noqa: B023
        assert pane.columns.horizontalScrollBar().maximum() == 0
    pane.set_style(LIGHT.projector())
    assert pane.columns.count == 3
    pane.resize(1100, 900)
    qtbot.waitUntil(lambda: pane.columns.count == 2, timeout=PATIENCE_MS)


def test_no_sentence_is_cut(
    qtbot: QtBot, pane: ScoresPane, engine: Engine, trained: Record
) -> None:
    pane.start(trained.started)
    pane.show_frame(trained.last)
    finished(qtbot, pane)
    for width in (900, 1600):
        pane.resize(width, 800)
        QTest.qWait(50)
        for card in (pane.figures, pane.shares, pane.memory, pane.likelihood, pane.losses):
            for label in (card.said, card.foot):
                needed = label.heightForWidth(label.width())
                assert label.height() >= needed, (width, label.text())


def test_every_control_says_what_it_is(pane: ScoresPane) -> None:
    for one in pane.findChildren(QAbstractButton):
        if one.isVisible():
            assert one.toolTip(), one.text()
            assert one.focusPolicy() & Qt.FocusPolicy.TabFocus, one.text()
