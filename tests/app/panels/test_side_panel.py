"""The side panel: shows an experiment, says every edit, never writes by itself."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ganstudio.app.panels import SidePanel
from ganstudio.app.panels.contents import CONTENTS
from ganstudio.app.theme import apply_theme
from ganstudio.core.experiment import Experiment
from ganstudio.core.spec import changes
from ganstudio.plots.style import DARK, LIGHT
from tests.app.forms.hands import enter, find, listen, open_all

NAMES = [content.name for content in CONTENTS]
MIXTURE = Experiment().replace(
    target={"kind": "mixture", "components": [{"mu": m} for m in (-2.0, 0.25, 2.0)]},
    **{"discriminator.minibatch.enabled": True},
)


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> SidePanel:
    apply_theme(qapp, LIGHT)
    panel = SidePanel(Experiment())
    qtbot.addWidget(panel)
    panel.resize(320, 720)
    panel.show()
    return panel


def test_every_field_has_its_section(panel: SidePanel) -> None:
    for name in Experiment.model_fields:
        homes = [content for content in CONTENTS if content.holds(name)]
        assert len(homes) == (0 if name in ("title", "about") else 1), name
    assert sum(content.holds("discriminator.minibatch.std") for content in CONTENTS) == 1
    assert sum(content.holds("discriminator.layers.0.width") for content in CONTENTS) == 1


def test_an_edit_is_said_with_its_whole_path(qtbot: QtBot, panel: SidePanel) -> None:
    panel.set_open_sections(NAMES)
    heard = listen(panel.edited)
    edits = {
        "target.mu": 3.0,
        "generator.layers.0.width": 8,
        "discriminator.minibatch.enabled": True,
        "loss.kind": "minimax",
        "optimizer_g.lr": 0.002,
        "pretraining.steps": 100,
        "steps": 500,
    }
    for path, value in edits.items():
        enter(find(panel, path), value)
    assert heard == list(edits.items())
    assert panel.value() == Experiment().replace(**edits)


def test_showing_another_experiment_is_silent(panel: SidePanel) -> None:
    panel.set_open_sections(NAMES)
    heard = listen(panel.edited)
    for experiment in (MIXTURE, Experiment(), Experiment().replace(optimizer_d="sgd")):
        panel.setValue(experiment)
        assert panel.value() == experiment
    assert heard == []


def test_closed_heads_sum_up(panel: SidePanel) -> None:
    panel.resize(420, 720)
    panel.set_open_sections([])
    QApplication.processEvents()
    heads = {name: panel.section(name).head.shown_summary() for name in NAMES}
    assert heads == {
        "target": "Gaussian, normal z",
        "generator": "321 parameters",
        "discriminator": "1,153 parameters",
        "minibatch": "off",
        "loss": "non-saturating",
        "optimizers": "Adam 0.001",
        "training": "2,000 steps · batch 64 · k 1",
    }
    panel.setValue(MIXTURE.replace(optimizer_d="sgd", **{"generator.layers": ()}))
    assert panel.section("generator").head.shown_summary() == "2 parameters"
    assert panel.section("minibatch").head.shown_summary() == "5 kernels × 3"
    assert panel.section("optimizers").head.shown_summary() == "G Adam 0.001 · D SGD 0.001"


@pytest.mark.parametrize("experiment", [Experiment(), MIXTURE], ids=["default", "mixture"])
@pytest.mark.parametrize("style", [LIGHT, DARK.projector()], ids=["normal", "projector"])
def test_there_is_never_anything_to_scroll_sideways(
    qtbot: QtBot, qapp: QApplication, style: Any, experiment: Experiment
) -> None:
    apply_theme(qapp, style)
    panel = SidePanel(experiment)
    qtbot.addWidget(panel)
    panel.set_open_sections(NAMES)
    open_all(panel)
    panel.resize(panel.minimumSizeHint().width(), 680)
    panel.show()
    panel.set_problem("batch_size", "Generator and discriminator would need about 3.2 TiB.")
    panel.set_pending({"seed", "target", "generator.layers"})
    QApplication.processEvents()
    inside, viewport = panel._area.widget(), panel._area.viewport()
    assert inside is not None
    assert inside.minimumSizeHint().width() <= viewport.width()
    assert inside.width() <= viewport.width()
    assert panel.width() == panel.minimumSizeHint().width() <= 310 * style.text_scale


def test_opening_a_section_keeps_the_width(panel: SidePanel) -> None:
    panel.set_open_sections([])
    QApplication.processEvents()
    before = panel.section("target").width()
    panel.set_open_sections(NAMES)
    QApplication.processEvents()
    assert panel.section("target").width() == before


def test_what_waits_is_marked_and_a_restart_offered(qtbot: QtBot, panel: SidePanel) -> None:
    restart = next(b for b in panel.findChildren(QPushButton) if b.text() == "Restart now")
    assert not restart.isVisible()
    waiting = Experiment().replace(seed=1, target="uniform")
    panel.setValue(waiting)
    panel.set_pending({path for path, live in changes(Experiment(), waiting).items() if not live})
    assert restart.isVisible()
    assert panel.section("training").head.shown_summary().startswith("↻")
    assert panel.section("target").head.accessibleName().endswith("wait for a restart")
    panel.set_open_sections(["training"])
    words = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert any(text.startswith("Seed") and "at restart" in text for text in words)
    with qtbot.waitSignal(panel.restart_requested):
        QTest.mouseClick(restart, Qt.MouseButton.LeftButton)
    panel.set_pending(set())
    assert not restart.isVisible()
    assert not panel.section("training").head.shown_summary().startswith("↻")


def test_a_refusal_opens_its_section(panel: SidePanel) -> None:
    panel.set_open_sections([])
    assert panel.set_problem("optimizer_g.lr", "Too large.")
    assert panel.section("optimizers").is_open()
    words = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert "Too large." in words
    assert not panel.set_problem("title", "No such field here.")


def test_a_rule_between_sections_takes_the_edit_back(qtbot: QtBot, panel: SidePanel) -> None:
    on = Experiment().replace(**{"discriminator.minibatch.enabled": True})
    panel.setValue(on)
    panel.set_open_sections(NAMES)
    heard = listen(panel.edited)
    enter(find(panel, "discriminator.minibatch.position"), 9)
    assert heard == []
    assert panel.value() == on
    words = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert any("only 2 hidden layers" in text for text in words)


def test_absurd_sizes_are_refused_in_sight(panel: SidePanel) -> None:
    size = panel._footer._size
    assert size.text().startswith("1,474 parameters, about ")
    wide = {"generator.layers.0.width": 10**6, "generator.layers.1.width": 10**6}
    panel.setValue(Experiment().replace(**wide))
    assert "TiB" in size.text()
    assert size.property("role") == "trouble"
    panel.setValue(Experiment())
    assert size.property("role") == "small"


def test_devices_are_those_of_the_machine(qtbot: QtBot, panel: SidePanel) -> None:
    panel.set_devices(["auto", "cpu", "cuda:0"])
    panel.set_open_sections(["training"])
    open_all(panel)
    heard = listen(panel.edited)
    enter(find(panel, "device"), "cuda:0")
    assert heard == [("device", "cuda:0")]


def test_open_sections_can_be_remembered(panel: SidePanel) -> None:
    panel.set_open_sections(["loss", "no such section"])
    assert panel.open_sections() == ["loss"]


def test_the_focus_stays_while_values_change(panel: SidePanel) -> None:
    editor = find(panel, "target.mu")
    editor.setFocus()
    panel.setValue(Experiment().replace(**{"target.sigma": 2.0}))
    assert editor.hasFocus()
