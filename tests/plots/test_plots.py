"""What every plot does, whichever it is: draw, switch, dress, survive."""

from __future__ import annotations

import os
import sys
import warnings
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ganstudio.core.targets import Gaussian, GaussianMixture, Ring, Uniform
from ganstudio.export.picture import picture
from ganstudio.plots.card import Card
from ganstudio.plots.losses import LossesPlot
from ganstudio.plots.metrics import MetricPlot
from ganstudio.plots.style import DARK, LIGHT, Style
from ganstudio.plots.words import Words
from tests.plots import frames
from tests.plots.makers import begin
from tests.plots.pictures import count, pixels


def test_without_a_run_it_says_what_to_do(card: Card) -> None:
    assert "Train" in card.plot.empty
    assert card.plot.canvas.isHidden()
    assert count(card, LIGHT.muted) > 20


def test_a_run_appears_and_clear_takes_it_away(card: Card) -> None:
    begun = begin(card.plot)
    frames.run(begun, 400, then=card.plot.show_frame)
    assert count(card, LIGHT.generated) > 50
    card.plot.clear()
    assert count(card, LIGHT.generated) == 0
    assert card.plot.canvas.isHidden()
    card.plot.show_frame(frames.any_frame(begun, 420))  # a late one must not bring it back
    assert card.plot.canvas.isHidden()


@pytest.mark.parametrize("style", [DARK, LIGHT.projector(), DARK.projector()])
def test_another_style_changes_the_pixels_at_once(card: Card, style: Style) -> None:
    begun = begin(card.plot)
    frames.run(begun, 400, then=card.plot.show_frame)
    before = count(card, LIGHT.generated)
    card.set_style(style)
    now = count(card, style.generated)
    if style.dark:
        assert count(card, LIGHT.generated) == 0
        corner = pixels(card)[card.plot.y() + 1, card.plot.x() + 1]
        assert corner.tolist() == [int(style.card[i : i + 2], 16) for i in (1, 3, 5)]
    assert now > before * (1.1 if style.line_scale > 1 else 0.5)
    card.set_style(LIGHT)
    assert abs(count(card, LIGHT.generated) - before) <= 0.1 * before


def test_each_chip_hides_and_shows_its_layer(card: Card) -> None:
    begun = begin(card.plot, ema=0.9)
    frames.run(begun, 400, then=card.plot.show_frame)
    whole = pixels(card)[card.plot.y() :]
    assert [chip.text() for chip in card.legend.chips] == [
        layer.label for layer in card.plot.layers()
    ]
    for chip in card.legend.chips:
        assert chip.accessibleName()
        assert chip.toolTip()
        was = chip.isChecked()
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
        now = {layer.id: layer.visible for layer in card.plot.layers()}[chip.layer.id]
        assert now is not was
        assert not np.array_equal(pixels(card)[card.plot.y() :], whole)
        chip.setFocus()
        QTest.keyClick(chip, Qt.Key.Key_Space)
        assert chip.isChecked() is was
    card.setFocus()
    assert np.array_equal(pixels(card)[card.plot.y() :], whole)


def test_broken_numbers_raise_and_warn_nothing(card: Card) -> None:
    begun = begin(card.plot, ema=0.9)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        last = frames.run(begun, 100, then=card.plot.show_frame)
        for value in (np.nan, np.inf, -np.inf, 1e30, -1e30):
            card.plot.show_frame(frames.broken(last, value))
            picture(card)
            QApplication.processEvents()
        card.plot.show_frame(frames.any_frame(begun, 140))
        picture(card)


@pytest.mark.parametrize(
    "target",
    [Gaussian(mu=-3, sigma=0.01), GaussianMixture(), Uniform(low=5, high=5000), Ring(modes=3)],
)
def test_any_target(card: Card, target: Gaussian | GaussianMixture | Uniform | Ring) -> None:
    begun = frames.started(target=target)
    card.plot.start(begun)
    suits = card.plot.suits(begun.experiment)
    frames.run(begun, 200, then=card.plot.show_frame)
    picture(card)
    assert card.plot.canvas.isHidden() is not suits
    assert (card.plot._hint.text == card.plot.unsuited) is not suits
    begin(card.plot)
    assert not card.plot.canvas.isHidden()


def test_replicas_can_be_switched(card: Card) -> None:
    begun = begin(card.plot, replicas=3)
    for step in (20, 40):
        losses = np.array([[1.0, 2.0, 3.0]] * 20)
        frame = frames.any_frame(begun, step)
        card.plot.show_frame(replace(frame, loss_d=losses, loss_g=losses))
    first = pixels(card)
    card.plot.replica = 2
    if card.plot.name == "losses":
        assert not np.array_equal(pixels(card), first)
    else:
        # Its frame is of one replica; another one's comes from the run.
        assert np.array_equal(pixels(card), first)
    with pytest.raises(IndexError, match="replica 3"):
        card.plot.replica = 3
    begin(card.plot)
    assert card.plot.replica == 0


def test_hidden_plots_remember_and_draw_when_shown(card: Card) -> None:
    card.hide()
    begun = begin(card.plot)
    frames.run(begun, 200, then=card.plot.show_frame)
    card.show()
    assert count(card, LIGHT.generated) > 50
    if isinstance(card.plot, MetricPlot):
        assert len(card.plot._series.x) == 10
    if isinstance(card.plot, LossesPlot):
        assert len(card.plot._d.x) == 200


@pytest.mark.parametrize("style", [LIGHT, DARK.projector()])
def test_no_chip_and_no_title_is_cut_off(card: Card, style: Style) -> None:
    begun = begin(card.plot, ema=0.9)
    card.plot.show_frame(frames.any_frame(begun, 123_456, d_reference="beside 63 real samples"))
    card.set_style(style)
    title = card.findChildren(Words, options=Qt.FindChildOption.FindDirectChildrenOnly)[0]
    for width in (200, 280, 360, 500, 900):
        card.resize(width, 420)
        places = [chip.geometry().translated(card.legend.pos()) for chip in card.legend.chips]
        for i, place in enumerate(places):
            assert card.rect().contains(place)
            assert not any(place.intersects(other) for other in places[:i])
            assert place.bottom() < card.plot.y()
        assert title.wanted(title.width()).height() <= title.height()


def test_a_zoom_stays_until_it_is_undone(card: Card) -> None:
    begun = begin(card.plot)
    card.plot.show_frame(frames.any_frame(begun, 20))
    whole = card.plot.canvas.span()
    box = card.plot.canvas.box
    box.setRange(xRange=(0.1, 0.2), padding=0)
    assert card.plot._reset_button.isHidden()
    box.sigRangeChangedManually.emit([True, True])
    assert card.plot._reset_button.isVisible()
    card.plot.show_frame(frames.any_frame(begun, 40_000, off=14))
    assert card.plot.canvas.span()[0] == pytest.approx((0.1, 0.2))
    QTest.mouseClick(card.plot._reset_button, Qt.MouseButton.LeftButton)
    left, right = card.plot.canvas.span()[0]
    assert right - left >= whole[0][1] - whole[0][0]
    assert card.plot._reset_button.isHidden()


def test_a_double_click_is_told_and_zooms_nothing(card: Card, qtbot: QtBot) -> None:
    begun = begin(card.plot)
    card.plot.show_frame(frames.any_frame(begun, 20))
    before = card.plot.canvas.span()
    view = card.plot.canvas.viewport()
    with qtbot.waitSignal(card.plot.doubleClicked):
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.rect().center())
        QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=view.rect().center())
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=view.rect().center())
    assert card.plot.canvas.span() == before


def test_words_for_people_who_cannot_see_it(card: Card) -> None:
    plot = card.plot
    assert plot.accessibleName()
    assert plot.explanation == plot.toolTip() == plot.whatsThis()
    assert card.title == plot.title


def test_none_and_true_keep_their_references(card: Card) -> None:
    """PySide6 6.12.0 on Python 3.11 loses one reference to None per void call, then aborts."""
    begun = begin(card.plot)
    some = [frames.any_frame(begun, step, off=0.001 * step) for step in range(1, 11)]
    QApplication.processEvents()
    before = sys.getrefcount(None), sys.getrefcount(True)
    for i in range(2000 // len(some)):
        for frame in some:
            card.plot.show_frame(frame)
            if not i % 10:
                QApplication.processEvents()
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert after[0] > before[0] - 500, os.linesep.join(map(str, (before, after)))
    assert after[1] > before[1] - 500
