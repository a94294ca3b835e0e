"""The fleet page, with real widgets and frames as a run would send them."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from scipy import stats

from ganstudio.app.fleet.comparing import differences, p_words
from ganstudio.app.fleet.page import FleetPage
from ganstudio.app.forms.words import path_words
from ganstudio.app.theme import apply_theme
from ganstudio.core.events import Condition, Frame
from ganstudio.core.experiment import Experiment
from ganstudio.plots.style import DARK, LIGHT
from tests.plots import fleet_frames

OFF, LOST, FITS, COLLAPSED = (
    Condition.OFF_TARGET,
    Condition.DIVERGED,
    Condition.FITS,
    Condition.COLLAPSED,
)


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication) -> FleetPage:
    apply_theme(qapp, LIGHT)
    made = FleetPage()
    qtbot.addWidget(made)
    made.resize(900, 560)
    with qtbot.waitExposed(made):
        made.show()
    return made


def train(
    page: FleetPage,
    found: tuple[Condition, ...],
    w1: Any = None,
    *,
    last: int = 100,
    **changes: Any,
) -> Frame:
    """Some frames of a fleet that ends like that; the last one is drawn."""
    page.start(fleet_frames.started(len(found), **changes))
    for step in range(0, last + 1, 20):
        frame = fleet_frames.frame(step, found, w1)
        page.show_frame(frame)
    page.refresh()
    return frame


def body_shown(page: FleetPage) -> bool:
    return page.tiles.isVisible()


def test_without_a_fleet_it_says_what_it_is_for(page: FleetPage, qtbot: QtBot) -> None:
    page.start(fleet_frames.started(1))
    assert not body_shown(page)
    words = " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())
    assert "This page compares many seeds: train with 64 replicas" in words
    with qtbot.waitSignal(page.fleet_wanted) as wanted:
        QTest.mouseClick(page.train_fleet, Qt.MouseButton.LeftButton)
    assert wanted.args == [64]


@pytest.mark.parametrize("count", [2, 64, 1024])
def test_it_says_how_many_fit(page: FleetPage, count: int) -> None:
    page.start(fleet_frames.started(count))
    assert page.headline.text() == f"{count:,} seeds, untrained"
    assert not page.keep.isEnabled()
    train(page, (FITS,) * (count // 2) + (OFF,) * (count // 2))
    interval = stats.binomtest(count // 2, count).proportion_ci(method="wilson")
    low, high = 100 * interval.low, 100 * interval.high
    verb = "fits" if count == 2 else "fit"
    assert page.headline.text() == (
        f"{count // 2:,} of {count:,} {verb} (50 %, 95 % interval {low:.0f}–{high:.0f} %)"
    )
    assert len(page.tiles.order) == count


def test_a_click_on_a_seed_watches_it_everywhere(page: FleetPage, qtbot: QtBot) -> None:
    train(page, (OFF,) * 64)
    box = page.tiles.box(20)
    assert box is not None
    at = box.center().toPoint()
    with qtbot.waitSignal(page.replica_watched) as watched:
        QTest.mouseClick(page.tiles.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert watched.args == [20]
    assert {plot.replica for plot in page.fans.values()} == {20}
    with qtbot.waitSignal(page.seed_activated) as opened:
        QTest.mouseDClick(page.tiles.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert opened.args == [20]


@pytest.mark.parametrize(
    ("last", "answer", "asked", "opened"),
    [
        (300, None, 0, [20]),
        (320, QMessageBox.StandardButton.No, 1, []),
        (320, QMessageBox.StandardButton.Yes, 1, [20]),
    ],
)
def test_a_trained_fleet_is_not_given_up_by_a_slip(
    page: FleetPage,
    monkeypatch: pytest.MonkeyPatch,
    last: int,
    answer: Any,
    asked: int,
    opened: Any,
) -> None:
    questions: list[str] = []

    def question(*words: Any) -> Any:
        questions.append(words[-1])
        return answer

    monkeypatch.setattr(QMessageBox, "question", question)
    train(page, (OFF,) * 64, last=last, seed=7)
    heard: list[int] = []
    page.seed_activated.connect(heard.append)
    box = page.tiles.box(20)
    assert box is not None
    at = box.center().toPoint()
    QTest.mouseDClick(page.tiles.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert (len(questions), heard) == (asked, opened)
    for words in questions:
        assert "Open seed 27 as a run of its own? It starts from step 0" in words
        assert "320 steps, ends" in words


def test_the_page_says_what_a_double_click_does(page: FleetPage) -> None:
    train(page, (OFF,) * 8)
    words = " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())
    assert "A double click opens it as a run of its own from step 0; the fleet ends." in words


def test_another_view_may_choose_the_seed(page: FleetPage, qtbot: QtBot) -> None:
    train(page, (OFF,) * 64)
    with qtbot.assertNotEmitted(page.replica_watched):
        page.set_replica(33)
    assert page.tiles.selected == 33
    assert {plot.replica for plot in page.fans.values()} == {33}


def test_sorting_and_filtering(page: FleetPage, qtbot: QtBot) -> None:
    w1 = np.linspace(1.0, 0.1, 64)
    train(page, (OFF, FITS) * 32, w1)
    page.sort.setCurrentIndex(page.sort.findData("distance"))
    assert page.tiles.order.tolist() == list(range(63, -1, -1))
    QTest.mouseClick(page.outcome.counts.rows[FITS], Qt.MouseButton.LeftButton)
    assert page.tiles.order.tolist() == list(range(63, -1, -2))
    # Another fleet begins with all of its seeds.
    train(page, (OFF, FITS) * 32, w1)
    assert len(page.tiles.order) == 64


def test_all_lost(page: FleetPage) -> None:
    train(page, (LOST,) * 64)
    assert page.headline.text().startswith("0 of 64 fit (0 %, 95 % interval 0–6 %)")
    page.keep_as_a()
    train(page, (LOST,) * 64)
    assert f"50 % of pairs, {p_words(1)}." in page.finding.text()
    assert "Diverged seeds rank worst: 64 of A and 64 of B." in page.outcome.comparison.text()


def test_two_fleets_side_by_side(page: FleetPage, qtbot: QtBot) -> None:
    rng = np.random.default_rng(5)
    a, b = rng.lognormal(0, 0.5, 64), rng.lognormal(-0.4, 0.5, 32)
    train(page, (FITS,) * 5 + (OFF,) * 59, a)
    QTest.mouseClick(page.keep, Qt.MouseButton.LeftButton)
    assert "Kept as A" in page.finding.text()
    assert page.outcome.comparison.isHidden()
    assert "kept" not in {layer.id for layer in page.fans["w1"].layers()}

    changes: dict[str, Any] = {"optimizer_g.lr": 0.02, "loss.kind": "minimax"}
    train(page, (FITS,) * 14 + (OFF,) * 18, b, **changes)
    test = stats.mannwhitneyu(a.astype(np.float32), b.astype(np.float32))
    share = 100 * test.statistic / (64 * 32)
    expected = f"B is better than A in {share:.0f} % of pairs, {p_words(test.pvalue)}."
    assert page.finding.text() == expected
    said = html.unescape(page.outcome.comparison.text())
    p = stats.fisher_exact([[5, 59], [14, 18]]).pvalue
    assert f"Fits: A 5 of 64, B 14 of 32 (Fisher's exact test, {p_words(p)})." in said
    assert "The fleets differ in size: A 64, B 32." in said
    assert "Loss: non-saturating → minimax" in said
    assert "0.02" in said
    assert "kept" in {layer.id for layer in page.fans["w1"].layers()}
    assert page.outcome.counts.rows[FITS].accessibleName().endswith("interval 3–17 %)")

    QTest.mouseClick(page.forget, Qt.MouseButton.LeftButton)
    assert page.finding.isHidden()
    assert page.outcome.comparison.isHidden()
    assert "kept" not in {layer.id for layer in page.fans["w1"].layers()}


def test_a_is_better_where_it_is(page: FleetPage) -> None:
    train(page, (OFF,) * 8, np.linspace(0.1, 0.2, 8))
    page.keep_as_a()
    train(page, (OFF,) * 8, np.linspace(0.3, 0.4, 8))
    p = stats.mannwhitneyu(range(8), range(8, 16)).pvalue
    expected = f"A is better than B in 100 % of pairs, {p_words(p)}."
    assert page.finding.text() == expected
    assert "the same experiment" in page.outcome.comparison.text()


def test_what_makes_a_comparison_unfair_is_said(page: FleetPage) -> None:
    train(page, (OFF,) * 8)
    page.keep_as_a()
    page.start(fleet_frames.started(8, **{"target.mu": 1.0}))
    frame = fleet_frames.frame(104, (OFF,) * 8)
    page.show_frame(replace(frame, metrics=replace(frame.metrics, samples=100)))
    page.refresh()
    said = page.outcome.comparison.text()
    assert "A stands at step 100, B at step 104." in said
    assert "A was measured with 2,500 samples a seed, B with 100: fewer make W1 larger." in said
    assert page.finding.text().startswith("A at step 100, B at 104: ")
    assert page.finding.text().endswith(
        "B was measured with fewer samples, which makes its W1 larger."
    )
    assert "The targets differ: the two W1 are distances to different things." in said
    assert "Target, Mean μ: 4 → 1" in said


def test_fleets_are_compared_at_the_same_step(page: FleetPage) -> None:
    train(page, (OFF,) * 8, np.linspace(0.1, 0.2, 8))
    page.keep_as_a()
    assert page.finding.text().startswith("Kept as A at step 100:")
    # The same experiment again: early on it is worse, and that says nothing.
    page.start(fleet_frames.started(8))
    for step in (20, 80):
        page.show_frame(fleet_frames.frame(step, (OFF,) * 8, np.linspace(3.0, 4.0, 8)))
        page.refresh()
        assert page.finding.text() == (
            f"A was kept at step 100; B is at {step}: compared once it gets there."
        )
        assert "Fisher" not in page.outcome.comparison.text()
        assert "the same experiment" in page.outcome.comparison.text()
    there = fleet_frames.frame(100, (OFF,) * 8, np.linspace(0.1, 0.2, 8))
    page.show_frame(there)
    page.refresh()
    verdict = f"B is better than A in 50 % of pairs, {p_words(1)}. Chance alone could do that."
    assert page.finding.text() == verdict
    assert "Fisher" in page.outcome.comparison.text()
    # It trains on: what counts is how it was there.
    for step in (101, 500):
        page.show_frame(fleet_frames.frame(step, (OFF,) * 8, np.linspace(0.01, 0.02, 8)))
        page.refresh()
        assert page.finding.text() == f"At step 100: {verdict}"


def test_a_fleet_that_was_not_measured_at_as_step_is_not_compared(page: FleetPage) -> None:
    train(page, (OFF,) * 8)
    page.keep_as_a()
    page.start(fleet_frames.started(8))
    for step in (0, 150):
        page.show_frame(fleet_frames.frame(step, (OFF,) * 8))
    page.refresh()
    assert page.finding.text() == (
        "A was kept at step 100; B, at 150, was not measured near that: train it again."
    )
    assert "Fisher" not in page.outcome.comparison.text()


def test_regular_frames_are_at_the_same_steps_in_every_run(page: FleetPage) -> None:
    def seen(step: int, number: int | None, w1: float) -> None:
        frame = fleet_frames.frame(step, (OFF,) * 8, w1 * np.linspace(1, 2, 8))
        page.show_frame(replace(frame, number=number))
        page.refresh()

    page.start(fleet_frames.started(8))
    seen(200, 1, 0.5)
    seen(259, None, 0.4)
    page.keep_as_a()
    page.start(fleet_frames.started(8))
    seen(170, None, 9.0)
    assert page.finding.text().startswith("A was kept at step 259; B is at 170")
    seen(200, 1, 0.5)
    assert page.finding.text().startswith("B is better than A in 50 % of pairs")
    seen(320, None, 0.1)
    assert page.finding.text().startswith("At step 200: B is better than A in 50 % of pairs")
    assert "step 259." in page.outcome._caption.text()
    # Where it rests at the very step, that is what counts.
    seen(259, None, 0.1)
    assert page.finding.text().startswith("B is better than A in 100 % of pairs")


def test_a_measurement_like_as_is_the_one_to_compare(page: FleetPage) -> None:
    train(page, (OFF,) * 8)
    page.keep_as_a()
    frame = fleet_frames.frame(100, (OFF,) * 8)
    fewer = replace(frame, metrics=replace(frame.metrics, samples=100))
    page.start(fleet_frames.started(8))
    for each in (frame, fewer):
        page.show_frame(each)
    page.refresh()
    assert "samples" not in page.outcome.comparison.text()


def test_measurements_of_one_step_are_compared_like_with_like(page: FleetPage) -> None:
    rest = fleet_frames.frame(100, (OFF,) * 8)
    passing = replace(rest, metrics=replace(rest.metrics, samples=100), number=5)
    page.start(fleet_frames.started(8))
    for each in (passing, rest):
        page.show_frame(each)
    page.keep_as_a()
    page.start(fleet_frames.started(8))
    for each in (passing, rest):
        page.show_frame(each)
        page.refresh()
        assert "samples" not in page.outcome.comparison.text()


def test_what_is_kept_while_it_trains_is_measured_at_rest(page: FleetPage) -> None:
    frame = fleet_frames.frame(100, (OFF,) * 8)
    page.start(fleet_frames.started(8))
    page.show_frame(replace(frame, metrics=replace(frame.metrics, samples=100)))
    page.keep_as_a()
    page.show_frame(frame)
    train(page, (OFF,) * 8)
    assert "samples" not in page.outcome.comparison.text()


def test_training_past_the_end_is_no_difference(page: FleetPage) -> None:
    train(page, (OFF,) * 8, steps=100)
    page.edit(fleet_frames.started(8, steps=200).experiment)
    page.show_frame(fleet_frames.frame(200, (OFF,) * 8))
    page.keep_as_a()
    train(page, (OFF,) * 8, last=200, steps=100)
    assert "the same experiment" in page.outcome.comparison.text()


def test_a_small_difference_may_be_chance(page: FleetPage) -> None:
    train(page, (OFF,) * 8, np.linspace(0.1, 0.2, 8))
    page.keep_as_a()
    train(page, (OFF,) * 8, np.linspace(0.101, 0.201, 8))
    assert page.finding.text().endswith("Chance alone could do that.")


def test_a_sweep_has_a_row_for_each_value(page: FleetPage) -> None:
    vary = {"path": "optimizer_g.lr", "values": (0.001, 0.02)}
    train(page, (FITS, FITS, OFF, OFF, LOST, FITS), np.linspace(0.1, 0.6, 6), vary=vary)
    said = page.outcome.table.text()
    low, high = (100 * end for end in stats.binomtest(2, 3).proportion_ci(method="wilson"))
    assert f"<td align='right'>2 of 3 ({low:.0f}–{high:.0f} %)</td>" in said
    cells = [cell.split("</td>")[0] for cell in said.split("<td align='right'>")[1:]]
    assert cells[0::4] == ["0.001", "0.02"]
    assert cells[2::4] == ["0.200", "0.600"]
    assert cells[3::4] == ["0", "1"]
    train(page, (OFF,) * 4)
    assert page.outcome.table.isHidden()


def test_a_longer_run_has_a_longer_axis(page: FleetPage) -> None:
    train(page, (FITS,) * 8, steps=100)
    page.edit(fleet_frames.started(8, steps=500).experiment)
    page.show_frame(fleet_frames.frame(300, (FITS,) * 8))
    page.refresh()
    (_, right), _ = page.fans["w1"].canvas.span()
    assert right == 500


def test_a_single_run_in_between_leaves_a_as_it_is(page: FleetPage) -> None:
    train(page, (FITS,) * 8)
    page.keep_as_a()
    page.start(fleet_frames.started(1))
    page.show_frame(fleet_frames.frame(20, (FITS,)))
    page.edit(fleet_frames.started(1, steps=500).experiment)
    assert not body_shown(page)
    train(page, (OFF,) * 8)
    assert "Fits: A 8 of 8, B 0 of 8" in page.outcome.comparison.text()


def test_hidden_it_remembers_and_draws_when_shown(page: FleetPage) -> None:
    page.hide()
    train_hidden = fleet_frames.started(8)
    page.start(train_hidden)
    for step in (0, 20, 40):
        page.show_frame(fleet_frames.frame(step, (FITS,) * 8))
    assert page.headline.text() == "8 seeds, untrained"
    page.show()
    assert page.headline.text().startswith("8 of 8 fit")
    assert page.fans["w1"].fan.steps.tolist() == [0, 20, 40]


def test_fast_frames_wait_for_their_turn(page: FleetPage, qtbot: QtBot) -> None:
    page.start(fleet_frames.started(64))
    page.show_frame(fleet_frames.frame(20, (OFF,) * 64))
    page.show_frame(fleet_frames.frame(40, (FITS,) * 64))
    assert page.headline.text().startswith("0 of 64")
    qtbot.waitUntil(lambda: page.headline.text().startswith("64 of 64"))


@pytest.mark.parametrize("style", [LIGHT, DARK, LIGHT.projector()], ids=["light", "dark", "large"])
def test_nothing_is_cut_at_the_smallest_size(
    page: FleetPage, qapp: QApplication, style: Any
) -> None:
    apply_theme(qapp, style)
    page.set_style(style)
    train(page, fleet_frames.conditions(64))
    page.keep_as_a()
    train(page, fleet_frames.conditions(64))
    QApplication.processEvents()
    assert page.size().width() == 900
    inside = [page.headline, page.finding, page.tiles, page.fan_card, page.outcome]
    for widget in (*inside, *page.findChildren(QPushButton)):
        if widget.isVisible():
            corner = widget.mapTo(page, widget.rect().bottomRight())
            assert page.rect().contains(corner), widget
            assert widget.width() >= min(widget.minimumSizeHint().width(), 900), widget
    for row in page.outcome.counts.rows.values():
        parent = row.parentWidget()
        assert isinstance(parent, QWidget)
        assert row.geometry().right() <= parent.width()


def test_everything_has_a_name_and_a_tooltip(page: FleetPage) -> None:
    train(page, fleet_frames.conditions(64))
    for widget in (page.sort, page.keep, page.forget, page.train_fleet):
        assert widget.toolTip()
        assert widget.accessibleName() or (isinstance(widget, QPushButton) and widget.text())
    assert page.tiles.accessibleName()
    for row in page.outcome.counts.rows.values():
        assert row.accessibleName()
        assert row.toolTip()


def test_changes_are_named_like_the_fields_of_the_form() -> None:
    a = Experiment()
    b = a.replace(**{"optimizer_g.lr": 0.5, "batch_size": 7, "title": "other", "replicas": 9})
    assert path_words(a, "optimizer_g.lr") == "Generator, Learning rate"
    found = differences(a, b)
    assert len(found) == 2
    assert found[0].startswith("Generator, Learning rate: ")
    assert found[1] == f"Batch size: {a.batch_size} → 7"


@pytest.mark.parametrize(
    ("p", "words"),
    [(0.00001, "p < .0001"), (0.0003, "p = .0003"), (0.0446, "p = .045"), (1.0, "p = 1")],
)
def test_p_values_in_words(p: float, words: str) -> None:
    assert p_words(p).replace("\N{NO-BREAK SPACE}", " ") == words
