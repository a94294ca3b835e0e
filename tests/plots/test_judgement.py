"""What D says of real and generated pictures, as two histograms."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ganstudio.core.experiment import Experiment
from ganstudio.export.picture import picture
from ganstudio.plots.card import Card
from ganstudio.plots.judgement import BINS, JudgementPlot, judged, share_right
from ganstudio.plots.style import DARK, LIGHT, Style
from tests.plots import frames
from tests.plots.picture_frames import frame, started, view
from tests.plots.pictures import count


@pytest.fixture
def card(qtbot: QtBot) -> Card:
    made = Card(JudgementPlot())
    qtbot.addWidget(made)
    made.resize(520, 380)
    with qtbot.waitExposed(made):
        made.show()
    return made


def show(card: Card, real: list[float], shown: list[float], step: int = 20, ref: str = "") -> None:
    if card.plot._started is None:
        card.plot.start(started())
    made = view(
        len(shown),
        real=len(real),
        d_reference=ref,
        d_real=np.array(real, np.float32),
        d_shown=np.array(shown, np.float32),
    )
    card.plot.show_frame(frame(started(), step, made))


def test_shares_add_up_to_all_of_them() -> None:
    shares, mean = judged(np.array([0.0, 0.01, 0.5, 1.0]))
    assert shares.sum() == pytest.approx(100)
    assert shares[0] == pytest.approx(50)
    assert shares[-1] == pytest.approx(25)
    assert mean == pytest.approx(0.3775)


def test_what_is_no_number_is_in_no_bin() -> None:
    shares, mean = judged(np.array([np.nan, np.inf, 0.5, 0.5]))
    assert shares.sum() == pytest.approx(50)
    assert mean == pytest.approx(0.5)
    shares, mean = judged(np.full(3, np.nan))
    assert (shares == np.zeros(BINS)).all()
    assert mean is None


def test_right_about_both_kinds_alike() -> None:
    scores = np.array([0.1, 0.2, 0.3, np.nan], np.float32)
    made = view(4, real=2, d_shown=scores, d_real=np.array([0.9, 0.2], np.float32))
    assert share_right(made) == pytest.approx((0.5 + 0.75) / 2)
    nothing = np.full(2, np.nan, np.float32)
    assert share_right(view(2, d_real=nothing, d_shown=nothing)) is None


@pytest.mark.parametrize("style", [LIGHT, DARK])
def test_both_are_drawn_each_in_its_colour_and_line(card: Card, style: Style) -> None:
    card.set_style(style)
    show(card, [0.9, 0.8, 0.85], [0.1, 0.2, 0.15])
    plot = card.plot
    assert isinstance(plot, JudgementPlot)
    assert plot._real_mean.x == pytest.approx(0.85)
    assert plot._generated_mean.x == pytest.approx(0.15)
    assert plot._half.x == 0.5
    assert plot._real.x.min() >= 0.76
    assert plot._generated.x.max() <= 0.24
    assert count(card, style.real) > 100
    assert count(card, style.generated) > 100
    dashes = {layer.id: layer.dash for layer in plot.layers()}
    assert len(set(dashes.values())) == 3
    card.plot.set_layer("real", False)
    assert count(card, style.real) == 0
    assert [word.text for word in plot._words._words] == ["generated: 0.15"]


def test_the_title_says_how_often_d_is_right(card: Card) -> None:
    show(card, [0.9] * 4, [0.1, 0.1, 0.1, 0.9], step=1200)
    assert card.title == "Can D tell them apart? Right about 88 % at step 1,200"


def test_the_scale_grows_at_once_and_shrinks_after_calm(card: Card) -> None:
    spread = list(np.linspace(0, 1, 50))
    show(card, spread, spread)
    low = card.plot.canvas.span()[1][1]
    show(card, [1.0] * 50, [0.0] * 50)
    high = card.plot.canvas.span()[1][1]
    assert low < 30
    assert high >= 100
    tops = []
    for _ in range(150):
        show(card, spread, spread)
        tops.append(card.plot.canvas.span()[1][1])
    assert tops[20] == high
    assert tops[-1] == low
    assert len(set(tops)) == 2


def test_broken_scores_are_said(card: Card) -> None:
    show(card, [np.nan, 0.5], [np.inf, -np.inf])
    assert card.plot._note.text == "3 of 4 scores are not finite numbers"
    picture(card)
    show(card, [np.nan] * 2, [np.nan] * 2)
    assert card.title.endswith("At step 20")
    picture(card)
    show(card, [0.5] * 2, [0.4] * 2, ref="beside 63 real samples")
    assert card.plot._note.text == "D looks at each picture beside 63 real samples"


def test_only_pictures_suit_it(card: Card) -> None:
    assert "Train" in card.plot._hint.text
    card.plot.start(frames.started(Experiment()))
    assert card.plot._hint.text == card.plot.unsuited
    show(card, [0.5], [0.5])
    card.plot.start(started())
    assert card.plot.canvas.isVisible()
    show(card, [0.5], [0.5])
    card.plot.clear()
    assert card.plot.canvas.isHidden()
