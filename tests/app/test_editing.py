"""Every field of an experiment edited while it trains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from ganstudio.app.edits import SETTLE_MS
from ganstudio.app.forms.rows import PENDING
from ganstudio.app.panels.contents import CONTENTS, OF_PICTURES
from ganstudio.core.events import Edited
from ganstudio.core.experiment import Experiment
from ganstudio.core.spec import changes, leaves
from ganstudio.data.presets import load_preset
from ganstudio.errors import SpecError
from ganstudio.runs.messages import Message, State
from tests.app.forms.specs import all_classes, other_value
from tests.app.laboratory import Lab, until

# One with everything in it: minibatch discrimination, a schedule, pretraining.
BASE = load_preset("aylien-text-minibatch", steps=10**6)
# What varies is valid only together with its values: its editor changes both at once. And this
# is no experiment on pictures.
FIELDS = {
    path: (field, value)
    for path, field, value in leaves(BASE)
    if not path.startswith("vary.") and path not in OF_PICTURES
}
ABSURD = {"generator.layers.0.width": 10**6, "generator.layers.1.width": 10**6}


def other(path: str) -> Any:
    """A value that the field may have and has not."""
    field, value = FIELDS[path]
    if path.endswith(".kind"):
        return other_kind(path)
    known = {
        "device": "auto",
        "threads": 2,
        "pretraining.steps": 60,
        "pretraining.low": -4.0,
        "pretraining.high": 4.0,
        "batch_size": 6,
        "replicas": 2,
        "steps": 10**6 - 1,
        "discriminator.minibatch.position": 1,
    }
    return known[path] if path in known else other_value(field, value)


def other_kind(path: str) -> str:
    """Another class of the union that the field belongs to."""
    for spec_class in all_classes():
        kind = getattr(spec_class, "model_fields", {}).get("kind")
        if kind is not None and kind.default != FIELDS[path][1]:
            try:
                BASE.replace(**{path: kind.default})
            except SpecError:
                continue
            return str(kind.default)
    raise AssertionError(path)


class Hearing:
    """What the run says about edits."""

    def __init__(self, lab: Lab) -> None:
        self.edits: list[Edited] = []
        lab.session._engine.told.connect(self._hear)

    def until(self, experiment: Experiment) -> None:
        """The run goes on with that experiment."""
        until(lambda: self.edits and self.edits[-1].experiment == experiment)

    def _hear(self, message: Message) -> None:
        if isinstance(message.content, Edited):
            self.edits.append(message.content)


def training(lab: Lab, experiment: Experiment = BASE) -> None:
    """Train without end."""
    lab.session.open(experiment)
    lab.until_rest()
    # However slow the window is: after tens of thousands of steps these networks may diverge.
    lab.session.set_pace(200.0)
    lab.trigger("toggle")
    lab.until_step(5)


@pytest.fixture
def impatient(lab: Lab) -> Iterator[Lab]:
    """Edits reach the run without the wait in which others could follow."""
    lab.session.edits._settling.setInterval(1)
    yield lab
    lab.session.edits._settling.setInterval(SETTLE_MS)


def test_every_field_edited_while_training(impatient: Lab) -> None:
    """Live ones take effect at a step boundary; the others wait, and are marked, for a restart."""
    lab = impatient
    training(lab)
    hearing = Hearing(lab)
    live_ones = 0
    for path in FIELDS:
        changed = BASE.replace(**{path: other(path)})
        live = changes(BASE, changed)
        lab.session.edit(path, other(path))
        assert lab.session.document.experiment == changed, path
        assert lab.window.panel.value() == changed
        lab.until_settled()
        if all(live.values()):
            live_ones += 1
            hearing.until(changed)
            assert set(hearing.edits[-1].paths) == set(live)
            assert lab.session.edits.waiting == set()
        else:
            assert lab.session.edits.waiting == {p for p, now in live.items() if not now}, path
            assert lab.session.running.at(path) == BASE.at(path)
        lab.trigger("undo")
        lab.until_settled()
        assert lab.session.document.experiment == BASE
        assert lab.session.edits.waiting == set()
        if all(live.values()):
            hearing.until(BASE)
    assert lab.session.state is State.PLAYING
    assert live_ones > 5
    assert len(FIELDS) > 40
    assert not lab.window.notice.isVisible()


def test_every_waiting_field_is_marked_in_the_panel(impatient: Lab) -> None:
    lab = impatient
    training(lab)
    panel = lab.window.panel
    panel.set_open_sections([content.name for content in CONTENTS])
    for path in FIELDS:
        lab.session.edit(path, other(path))
        lab.until_settled()
        marked = [w.buddy() for w in panel.findChildren(QLabel) if PENDING in w.text()]
        if lab.session.edits.waiting and path not in ("title", "about"):
            editor = panel.findChild(QWidget, path)
            assert editor is not None, path
            # Layers, whose rows are short, have the mark on their number.
            numbers = [b for b in panel.findChildren(QToolButton) if PENDING in b.text()]
            assert editor in marked or numbers, path
            [home] = [s.name for s in CONTENTS if s.holds(path)]
            assert home in marked_sections(lab), path
        lab.trigger("undo")
        lab.until_settled()
    panel.set_open_sections([])


def marked_sections(lab: Lab) -> list[str]:
    """Names of the sections whose heads say that something waits."""
    panel = lab.window.panel
    names = [content.name for content in CONTENTS]
    return [n for n in names if "wait for a restart" in panel.section(n).head.accessibleName()]


def test_edits_that_wait_apply_at_restart(lab: Lab) -> None:
    training(lab)
    lab.session.edit("batch_size", 3)
    lab.session.edit("generator.layers.0.width", 7)
    until(lambda: lab.session.edits.waiting == {"batch_size", "generator.layers.0.width"})
    restart = lab.window.panel._footer.restart
    assert restart.isVisible()
    QTest.mouseClick(restart, Qt.MouseButton.LeftButton)
    assert lab.session.edits.waiting == set()
    assert not restart.isVisible()
    changed = lab.session.document.experiment
    until(lambda: lab.session.run_started and lab.session.run_started.experiment == changed)
    lab.until_step(5)
    assert lab.session.state is State.PLAYING


def test_before_the_first_step_every_edit_shows_at_once(lab: Lab) -> None:
    lab.session.edit("target.mu", 7.0)
    until(
        lambda: lab.session.run_started and lab.session.run_started.experiment.target.centre == (7,)
    )
    lab.until_rest()
    assert lab.session.edits.waiting == set()


def test_edits_that_come_fast_reach_the_run_together(lab: Lab) -> None:
    training(lab)
    hearing = Hearing(lab)
    for i in range(1, 200):
        lab.session.edit("optimizer_d.lr", i / 10**6)
    until(lambda: hearing.edits)
    lab.until_step(lab.session.step + 100)
    assert lab.session.running.at("optimizer_d.lr") == 0.000199
    assert len(hearing.edits) < 20


def test_an_edit_is_not_forgotten_by_pressing_train(lab: Lab) -> None:
    training(lab)
    lab.trigger("toggle")
    lab.until_state(State.PAUSED)
    hearing = Hearing(lab)
    lab.session.edit("optimizer_d.lr", 0.5)
    step = lab.session.step
    lab.trigger("toggle")
    until(lambda: hearing.edits)
    assert hearing.edits[0].step == step


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("batch_size", 0, "batch_size"),
        ("optimizer_d.lr", "much", "optimizer_d.lr"),
        ("generator.layers.0.width", 10**9, "width"),
        ("discriminator.minibatch.position", 99, "position"),
        ("nonsense", 1, "nonsense"),
        ("batch_size", 10**6, "make the batch smaller"),
    ],
)
def test_what_is_not_valid_is_refused_and_nothing_is_lost(
    lab: Lab, path: str, value: object, says: str
) -> None:
    training(lab)
    lab.session.edit("seed", 77)
    before = lab.session.document.experiment
    refused: list[tuple[str, str]] = []
    lab.session.edits.refused.connect(lambda *words: refused.append(words))
    lab.session.edit(path, value)
    lab.session.edits.refused.disconnect()
    lab.session.edits.refused.connect(lab.window.reports.refuse)
    [(where, sentence)] = refused
    assert where == path
    assert says in sentence
    assert "\n" not in sentence
    assert lab.session.document.experiment == before
    assert lab.window.panel.value() == before
    lab.until_step(lab.session.step + 5)
    assert lab.session.state is State.PLAYING
    assert lab.session.document.experiment.seed == 77


def test_an_absurd_size_is_refused_in_the_panel_with_the_estimate(lab: Lab) -> None:
    panel = lab.window.panel
    panel.set_open_sections(["generator"])
    for path, value in ABSURD.items():
        panel.edited.emit(path, value)
    now = lab.session.document.experiment
    assert now.at("generator.layers.1.width") != 10**6
    assert panel.value() == now
    words = [w.text() for w in panel.findChildren(QLabel) if w.isVisible()]
    assert any("the limit is" in text for text in words)


def test_typing_into_the_panel_reaches_the_run(lab: Lab) -> None:
    training(lab)
    panel = lab.window.panel
    panel.set_open_sections(["optimizers"])
    hearing = Hearing(lab)
    editor: Any = panel.findChild(QWidget, "optimizer_g.lr")
    editor.setFocus()
    editor.selectAll()
    QTest.keyClicks(editor, "0.0123")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    until(lambda: hearing.edits)
    assert hearing.edits[-1].experiment.at("optimizer_g.lr") == 0.0123
    panel.set_open_sections([])


def test_undo_and_redo(lab: Lab) -> None:
    actions = lab.window.actions_table
    first = lab.session.document.experiment
    lab.session.edit("seed", 1)
    lab.session.edit("seed", 2)
    for command, seed in (("undo", 1), ("undo", first.seed), ("redo", 1), ("redo", 2)):
        lab.trigger(command)
        assert lab.session.document.experiment == first.replace(seed=seed)
        assert lab.window.panel.value().seed == seed
    assert not actions["redo"].isEnabled()
    lab.trigger("undo")
    lab.session.edit("seed", 9)
    assert not actions["redo"].isEnabled()
    lab.until_settled()
    lab.until_rest()
    assert lab.session.run_started is not None
    until(lambda: lab.session.run_started and lab.session.run_started.experiment.seed == 9)
    lab.until_rest()


def test_a_live_edit_is_undone_in_the_run_too(lab: Lab) -> None:
    training(lab)
    hearing = Hearing(lab)
    lab.session.edit("optimizer_d.lr", 0.4)
    until(lambda: len(hearing.edits) == 1)
    lab.trigger("undo")
    until(lambda: len(hearing.edits) == 2)
    assert hearing.edits[-1].experiment == BASE
