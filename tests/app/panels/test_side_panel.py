"""The side panel: shows an experiment, says every edit, never writes by itself."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.app.forms.refusal import Bubble
from ganstudio.app.panels import SidePanel
from ganstudio.app.panels.contents import CONTENTS, SWITCHED, idle_paths
from ganstudio.app.theme import apply_theme
from ganstudio.core.experiment import Experiment
from ganstudio.core.penalties import GradientPenalty
from ganstudio.core.remedies import Variation
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
        "remedies": "none",
        "training": "2,000 steps · batch 64 · k 1",
        "seeds": "1 seed",
    }
    panel.setValue(MIXTURE.replace(optimizer_d="sgd", **{"generator.layers": ()}))
    assert panel.section("generator").head.shown_summary() == "2 parameters"
    assert panel.section("minibatch").head.shown_summary() == "5 kernels × 3"
    assert panel.section("optimizers").head.shown_summary() == "G Adam 0.001 · D SGD 0.001"


def test_summaries_tell_everything() -> None:
    def summary(name: str, **fields: Any) -> tuple[str, ...]:
        content = next(c for c in CONTENTS if c.name == name)
        return content.summary(Experiment().replace(**fields))

    penalties = {"penalties_d": ["r1", "l2"], "penalties_g": ["feature_matching", "l2"]}
    assert summary("loss", loss="hinge", penalties_d=["r1"])[0] == "hinge + R1"
    assert summary("loss", **penalties)[:2] == (
        "non-saturating + R1 + L2 + feature matching + L2 on G",
        "non-saturating + 4 penalties",
    )
    vary = {"path": "optimizer_g.lr", "values": (1e-4, 3e-4, 1e-3, 3e-3)}
    assert summary("seeds", replicas=256, vary=vary)[:2] == (
        "64 seeds, Generator, Learning rate × 4",
        "64 seeds, lr × 4",
    )
    assert summary("seeds", replicas=64) == ("64 seeds",)
    assert summary("target", target="ring", **{"noise.size": 2})[0] == "Ring of 8, 2-D normal z"
    assert summary("target", target="points")[1] == "3 points"
    packed = {"discriminator.spectral_norm": True, "discriminator.packing": 2}
    # One more column of 32 weights.
    assert summary("discriminator", **packed)[0] == "1,185 parameters · spectral norm · packs of 2"
    assert summary("generator", **{"generator.layers.0.dropout": 0.5})[1] == "321 · dropout"
    assert summary("optimizers", **{"optimizer_g.schedule": "cosine"})[:2] == (
        "G Adam 0.001 cosine · D Adam 0.001",
        "Adam 0.001",
    )
    assert summary("remedies", ema=0.9, **{"unrolling.steps": 5}) == (
        "unrolling 5 · average 0.9",
        "unrolling · average",
        "2 remedies",
    )
    assert summary("training", play="simultaneous")[1] == "2,000 steps · simultaneous"
    stopping = summary("training", **{"early_stopping.metric": "w1"})
    assert stopping[1] == "2,000 steps · until W1"


def test_notes_give_the_widths_of_planes_and_packs() -> None:
    notes = {c.name: c.note for c in CONTENTS if c.note is not None}
    e = Experiment().replace(target="ring", **{"noise.size": 3, "discriminator.packing": 4})
    assert notes["generator"](e) == "z  3 → 16 → 16 → 2  x"
    assert notes["discriminator"](e) == "x  8 → 32 → 32 → 1  D(x)"


def test_every_switch_greys_what_it_switches(qtbot: QtBot, panel: SidePanel) -> None:
    panel.set_open_sections(NAMES)
    on = {
        "discriminator.minibatch.enabled": True,
        "generator.biases": False,
        "instance_noise.std": 0.1,
        "unrolling.steps": 2,
        "ema": 0.9,
        "early_stopping.metric": "w1",
        "pretraining.steps": 5,
    }
    for path, value in on.items():
        (switched,) = (each for each in SWITCHED if each.path == path)
        holder = path.rpartition(".")[0]
        fields = [find(panel, f"{holder}.{n}" if holder else n) for n in switched.names]
        before = value is not False
        assert [f.isEnabled() for f in fields] == [not before] * len(fields), path
        panel.setValue(Experiment().replace(**{path: value}))
        assert [f.isEnabled() for f in fields] == [before] * len(fields), path


def test_what_differs_between_replicas_is_not_off() -> None:
    vary = {"path": "instance_noise.std", "values": (0.0, 0.5)}
    assert "instance_noise.decay" in idle_paths(Experiment())
    assert "instance_noise.decay" not in idle_paths(Experiment().replace(replicas=2, vary=vary))


def test_every_switch_is_a_field_and_so_is_what_it_switches() -> None:
    for switched in SWITCHED:
        holder, _, name = switched.path.rpartition(".")
        spec = Experiment().at(holder) if holder else Experiment()
        assert {name, *switched.names} <= set(type(spec).model_fields), switched.path


def choose(panel: SidePanel, words: str) -> None:
    """Pick what differs from the list, as a click would."""
    combo = find(panel, "vary.path")
    combo.setCurrentIndex(combo.findText(words))
    combo.activated.emit(combo.currentIndex())


def test_choosing_what_differs_shares_the_replicas(qtbot: QtBot, panel: SidePanel) -> None:
    panel.set_open_sections(["seeds"])
    heard = listen(panel.edited)
    choose(panel, "G, Learning rate")
    vary = Variation(path="optimizer_g.lr", values=(1e-4, 3e-4, 1e-3, 3e-3))
    assert heard == [("replicas", 4), ("vary", vary)]
    heard.clear()
    enter(find(panel, "vary.values"), (0.1, 0.2, 0.3))
    three = vary.replace(values=(0.1, 0.2, 0.3))
    assert heard == [("vary", Variation()), ("replicas", 6), ("vary", three)]
    assert panel.value() == Experiment().replace(replicas=6, vary=three)
    words = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert "3 values × 2 seeds, the same seeds for each value." in words
    choose(panel, "Nothing")
    assert panel.value() == Experiment().replace(replicas=6)
    assert find(panel, "vary.path").value() == "Nothing"


@pytest.mark.parametrize("path", ["batch_size", "target.mu", "generator.layers.1.width"])
def test_a_refusal_moves_nothing(panel: SidePanel, path: str) -> None:
    panel.set_open_sections(NAMES)
    QApplication.processEvents()
    before = {w: w.geometry() for w in panel.findChildren(QWidget) if w.objectName()}
    assert panel.set_problem(path, "A sentence that needs more than one line of the panel. " * 3)
    QApplication.processEvents()
    (bubble,) = (w for w in panel.findChildren(Bubble) if w.isVisible())
    assert {w: w.geometry() for w in before} == before
    inside = panel._area.widget()
    assert bubble.parentWidget() is inside
    assert bubble.heightForWidth(bubble.width()) <= bubble.height()
    # In sight, and beside its field rather than upon it.
    assert not bubble.visibleRegion().isEmpty()
    editor = find(panel, path)
    at = editor.rect().translated(editor.mapTo(inside, editor.rect().topLeft()))
    assert not bubble.geometry().intersects(at)
    panel.section("target").set_open(False)
    QApplication.processEvents()
    assert bubble.isVisible() is (path != "target.mu")
    if path != "target.mu":
        at = editor.rect().translated(editor.mapTo(inside, editor.rect().topLeft()))
        assert not bubble.geometry().intersects(at)
        assert abs(bubble.geometry().center().y() - at.center().y()) < 120
        QTest.mouseClick(bubble, Qt.MouseButton.LeftButton)
        assert not bubble.isVisible()


def test_a_refusal_goes_with_its_field(panel: SidePanel) -> None:
    assert panel.set_problem("target.mu", "No.")
    assert [w for w in panel.findChildren(Bubble) if w.isVisible()]
    panel.setValue(Experiment().replace(target="uniform"))
    for _ in ("the field", "its sentence"):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert panel.findChildren(Bubble) == []


def bubbles(panel: SidePanel) -> list[Bubble]:
    return [bubble for bubble in panel.findChildren(Bubble) if bubble.isVisible()]


def test_the_keyboard_is_not_led_under_a_refusal(panel: SidePanel) -> None:
    panel.set_open_sections(["training"])
    QApplication.processEvents()
    panel.set_problem("batch_size", "No.")
    (bubble,) = bubbles(panel)
    for name in ("discriminator_steps", "steps", "discriminator_steps"):
        find(panel, name).setFocus()
        assert bubble.isVisible()
        assert not bubble.covers(find(panel, name)), name
    # Where there is no room on the other side, it goes.
    panel.set_open_sections(["target"])
    QApplication.processEvents()
    panel.set_problem("target.kind", "A sentence of many lines. " * 9)
    (bubble,) = bubbles(panel)
    find(panel, "target.mu").setFocus()
    assert not bubble.isVisible()


def test_a_refusal_covers_nothing_that_it_speaks_about(panel: SidePanel) -> None:
    panel.set_open_sections(["loss"])
    panel.setValue(Experiment().replace(loss={"kind": "wasserstein", "clip": 0}))
    panel.setValue(panel.value().replace(penalties_d=["gradient_penalty"]))
    QApplication.processEvents()
    enter(find(panel, "loss.clip"), 0.1)
    (bubble,) = bubbles(panel)
    assert "“Penalties on D: gradient penalty”" in bubble.text()
    assert bubble.mapToGlobal(QPoint()).y() < bubble.anchor.mapToGlobal(QPoint()).y()
    assert not bubble.covers(find(panel, "penalties_d.0"))
    # The same from the other side: the list is the last that is touched.
    panel.setValue(Experiment().replace(loss="wasserstein"))
    find(panel, "penalties_d")._insert(GradientPenalty)
    (bubble,) = bubbles(panel)
    assert not bubble.covers(find(panel, "loss.clip"))


def test_there_is_one_refusal_at_a_time(panel: SidePanel) -> None:
    panel.set_open_sections(NAMES)
    QApplication.processEvents()
    panel.set_problem("batch_size", "First.")
    enter(find(panel, "seed"), -1)
    (bubble,) = bubbles(panel)
    assert "out of range" in bubble.text()
    assert find(panel, "batch_size").property("refused") == "false"
    panel.set_problem("generator.layers", "Third.")
    assert [bubble.text() for bubble in bubbles(panel)] == ["Third."]
    panel.set_problem("replicas", "Fourth.")
    assert [bubble.text() for bubble in bubbles(panel)] == ["Fourth."]


@pytest.mark.parametrize("experiment", [Experiment(), Experiment().replace(steps=7), MIXTURE])
def test_whatever_is_shown_next_ends_a_refusal(panel: SidePanel, experiment: Experiment) -> None:
    panel.set_open_sections(NAMES)
    panel.set_problem("replicas", "Too many.")
    assert bubbles(panel)
    panel.setValue(experiment)
    assert not bubbles(panel)
    assert find(panel, "replicas").property("refused") == "false"


def test_another_value_ends_a_refusal(panel: SidePanel) -> None:
    panel.set_open_sections(NAMES)
    panel.set_problem("replicas", "Too many.")
    enter(find(panel, "steps"), 7)
    assert not bubbles(panel)


def test_paths_in_a_refusal_are_said_as_labels(panel: SidePanel) -> None:
    assert panel.set_problem("replicas", "vary.values: make replicas fit batch_size")
    (bubble,) = bubbles(panel)
    assert bubble.text() == "“Values”: make replicas fit “Batch size”"


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
