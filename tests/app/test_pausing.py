"""What the window says of a run that pauses by itself, rests, or starts from trained networks."""

from __future__ import annotations

import pytest

from ganstudio.core.control import Order
from ganstudio.data.presets import load_preset
from ganstudio.plots.plot import Plot
from ganstudio.runs.messages import State
from tests.app.laboratory import Lab, until


def chip(lab: Lab) -> str:
    """What the chip says in full."""
    lab.window.reports.tick()
    return lab.window.transport.chip.toolTip()


def test_not_finite_is_said_everywhere_until_it_is_over(lab: Lab) -> None:
    lab.fresh()
    notice, back = lab.window.notice, lab.window.actions_table["go_back"]
    lab.session.edit("optimizer_d", {"kind": "momentum", "lr": 1e9})
    lab.session.train()
    until(lambda: lab.session.state is State.DIVERGED)
    until(notice.isVisible)
    assert "Not finite" in notice.words
    assert "Not finite" in chip(lab)
    assert back.isEnabled()
    back.trigger()
    until(lambda: lab.session.state is State.PAUSED)
    assert not notice.isVisible()
    assert not back.isEnabled()


def test_an_early_stop_is_no_trouble_and_goes_when_training_goes_on(lab: Lab) -> None:
    lab.session.open(
        load_preset("first-gan", early_stopping={"metric": "w1", "threshold": 1e6, "patience": 1})
    )
    lab.until_rest()
    notice = lab.window.notice
    lab.session.train()
    until(notice.isVisible)
    assert "W1" in notice.words
    assert notice._words.property("role") != "trouble"
    until(lambda: lab.session.state is State.PAUSED)
    assert notice.isVisible()
    lab.session.train()
    until(lambda: lab.session.state is State.PLAYING)
    assert not notice.isVisible()
    lab.session.toggle()


def test_networks_of_another_shape_are_refused_and_nothing_changes(lab: Lab) -> None:
    lab.fresh()
    lab.session.train(until=40)
    until(lambda: lab.session.state is State.PAUSED)
    step = lab.session.step
    lab.session.edit("generator.layers", [{"width": 5}])
    lab.session.transfer()
    until(lab.window.notice.isVisible)
    assert "generator" in lab.window.notice.words
    assert "1 × 5" in lab.window.notice.words
    assert lab.session.state is State.PAUSED
    assert lab.session.step == step
    lab.session.edits.undo()
    lab.session.transfer()
    until(lambda: lab.session.step == 0)
    lab.until_rest()
    assert chip(lab) == "Transferred"


def test_a_fleets_chip_names_the_seed_that_it_judges(lab: Lab) -> None:
    lab.session.open(load_preset("aylien", replicas=3, seed=7))
    lab.until_rest()
    lab.session.step_once(Order.BOTH)
    until(lambda: lab.session.step == 1)
    assert chip(lab).startswith("Seed 7: ")


@pytest.mark.parametrize("name", ["first-gan", "ring"])
def test_all_curves_are_drawn_while_a_run_rests(lab: Lab, name: str) -> None:
    lab.fresh(name)
    curves: list[Plot] = [p for p in lab.window.views.plots if p.over_time and p.isVisible()]
    assert len(curves) > 1
    lab.session.step_once(Order.BOTH)
    until(lambda: lab.session.step == 1)
    until(lambda: not any(plot._stale for plot in curves))
