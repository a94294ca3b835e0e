"""Transfer: what is wanted, what is said, and the curves of both starts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from ganstudio.app.explore.transfer import TransferPane
from ganstudio.app.explore.transfer_plan import (
    NOTHING_LEARNS,
    UNTRAINED,
    classes_words,
    layer_choices,
    others,
    plan_for,
    target_for,
)
from ganstudio.core.events import Finished, Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.core.targets import Digits, FashionMnist, Mnist, PictureFolder
from ganstudio.errors import SpecError
from ganstudio.plots.overlaid import DIFFERENT_JUDGES
from ganstudio.plots.transfer_curves import MOST, TransferPlot
from tests.app.explore.engine import digits, run, shown, trained

BASE = digits(**{"target.classes": [0, 1, 2, 3, 4]})
Told = tuple[Started, tuple[Frame, ...], Finished]


@pytest.fixture
def pane(qtbot: QtBot) -> TransferPane:
    """After a run on the digits 0 to 4."""
    made = TransferPane()
    shown(qtbot, made)
    tell(made, trained(BASE))
    return made


def tell(pane: TransferPane, told: Told) -> None:
    """What the page would."""
    pane.start(told[0])
    for frame in told[1]:
        pane.show_frame(frame)


def wanted(pane: TransferPane, *, fresh: bool = False) -> Experiment:
    """What a click asks for."""
    got: list[Experiment] = []
    signal = pane.fresh_wanted if fresh else pane.transfer_wanted
    signal.connect(got.append)
    (pane.begin_fresh if fresh else pane.begin_trained).click()
    signal.disconnect(got.append)
    [found] = got
    return found


def tick(pane: TransferPane, *paths: str) -> None:
    for path in paths:
        pane.form.layers[path].click()


def test_the_classes_that_were_not_learnt_are_proposed(pane: TransferPane) -> None:
    assert pane.form.target.kind == "digits"
    assert pane.form.target.chosen == (5, 6, 7, 8, 9)
    e = wanted(pane)
    assert e.target == BASE.target.replace(classes=(5, 6, 7, 8, 9))
    assert (e.seed, e.steps, e.batch_size) == (BASE.seed, BASE.steps, BASE.batch_size)


def test_ticked_layers_are_frozen_and_a_fresh_start_has_none(pane: TransferPane) -> None:
    assert [box.text() for box in pane.form.layers.values()] == [
        "1: leaky ReLU, 12 units",
        "2: leaky ReLU, 10 units",
        "Output: 784 pixels",
        "1: leaky ReLU, 12 units",
        "2: leaky ReLU, 10 units",
        "Output: 1 number",
    ]
    tick(pane, "generator.layers.0.frozen", "discriminator.freeze_output")
    assert "those of G's layer 1 and D's output stay as they are" in pane.state.text()
    held, free = wanted(pane), wanted(pane, fresh=True)
    assert held.generator.layers[0].frozen
    assert not held.generator.layers[1].frozen
    assert held.discriminator.freeze_output
    assert held.title == "Digits 0–4 → 5–9, G's layer 1 and D's output kept, from trained"
    assert free == held.replace(
        **{
            "generator.layers.0.frozen": False,
            "discriminator.freeze_output": False,
            "title": free.title,
        }
    )


def test_layers_that_were_frozen_before_are_free_unless_they_are_ticked(qtbot: QtBot) -> None:
    pane = TransferPane()
    shown(qtbot, pane)
    tell(pane, trained(BASE.replace(**{"generator.layers.1.frozen": True})))
    assert not wanted(pane).generator.layers[1].frozen


def test_a_generator_that_could_not_change_is_refused(pane: TransferPane) -> None:
    tick(pane, *(path for path in pane.form.layers if path.startswith("generator")))
    assert pane.state.text() == NOTHING_LEARNS
    assert pane.state.property("role") == "trouble"
    assert not pane.begin_trained.isEnabled()


def test_no_class_at_all_is_refused(pane: TransferPane) -> None:
    for chip in pane.form.target.classes[5:]:
        chip.click()
    assert pane.state.text() == "Choose at least one class."
    assert not pane.begin_trained.isEnabled()
    assert not pane.begin_fresh.isEnabled()
    pane.form.target.others.click()
    assert pane.form.target.chosen == tuple(range(10))
    assert wanted(pane).target == BASE.target.replace(classes=())


def test_before_training_only_a_fresh_start_is_offered(qtbot: QtBot) -> None:
    pane = TransferPane()
    shown(qtbot, pane)
    assert not pane.begin_fresh.isEnabled()
    assert "no run" in pane.state.text()
    started, frames, _ = trained(BASE)
    pane.start(started)
    pane.show_frame(frames[0])
    assert pane.state.text() == UNTRAINED
    assert not pane.begin_trained.isEnabled()
    assert pane.begin_fresh.isEnabled()
    pane.show_frame(frames[-1])
    assert pane.begin_trained.isEnabled()


def test_networks_that_do_not_fit_are_a_sentence_before_anything_starts(
    pane: TransferPane,
) -> None:
    # A run that was begun here, and whose networks were then made others in the panels.
    e = wanted(pane)
    started, frames, _ = trained(BASE)
    other = e.replace(**{"generator.layers.0.width": 13})
    pane._awaited = [replace(pane._awaited[0], experiment=other)]
    pane.start(replace(started, experiment=other, transferred=True))
    pane.show_frame(frames[-1])
    assert pane.state.text().startswith("Transfer needs the generator that was trained")
    assert not pane.begin_trained.isEnabled()
    assert pane.begin_fresh.isEnabled()


def test_an_own_folder_has_pictures_of_the_same_size(pane: TransferPane) -> None:
    pane.form.target.choose("folder")
    assert pane.state.text() == "Choose a folder of pictures."
    assert pane.form.target.folder.isVisible()
    pane.form.target.folder.setValue("/some/cats/")
    pane.form.target.folder.valueChanged.emit("/some/cats/")
    target = wanted(pane).target
    assert target == PictureFolder(folder="/some/cats/", side=28)
    assert classes_words(target) == "“cats”"


def test_what_no_experiment_allows_is_said(qtbot: QtBot) -> None:
    pane = TransferPane()
    shown(qtbot, pane)
    tell(pane, trained(digits(conditional=True)))
    pane.form.target.choose("folder")
    pane.form.target.folder.setValue("/cats")
    pane.form.target.folder.valueChanged.emit("/cats")
    assert "the classes of a folder are not known" in pane.state.text()


def test_sets_that_are_not_here_cannot_be_chosen(
    pane: TransferPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ganstudio.app.explore.transfer_plan.is_here", lambda *_: False)
    pane.form.update_sets()
    sets = pane.form.target.sets
    at = sets.findData("fashion")
    assert sets.itemText(at) == "Fashion-MNIST (not here)"
    assert (
        not sets.model().flags(sets.model().index(at, 0))
        & sets.model().flags(sets.model().index(0, 0)).__class__.ItemIsEnabled
    )
    monkeypatch.setattr("ganstudio.app.explore.transfer_plan.is_here", lambda *_: True)
    pane.form.update_sets()
    assert sets.itemText(at) == "Fashion-MNIST"
    assert pane.form.target.kind == "digits"


def test_both_curves_are_kept_and_named(pane: TransferPane) -> None:
    _, _, finished = trained(BASE)
    tick(pane, "generator.layers.0.frozen")
    assert not pane.plot.runs
    tell(pane, run(wanted(pane), finished.weights))
    assert "Now start fresh" in pane.state.text()
    assert pane.form.target.chosen == (5, 6, 7, 8, 9)
    tell(pane, run(wanted(pane, fresh=True)))
    first, second = pane.plot.runs
    assert (first.name, first.words) == ("1 from trained", "Digits 0–4 → 5–9, G's layer 1 kept")
    assert (second.name, second.words) == ("2 fresh", "Digits 5–9")
    assert (first.dash, first.series.role) != (second.dash, second.series.role)
    assert list(first.series.x) == list(second.series.x) == [0, 10, 20]
    assert [layer.id for layer in pane.plot.layers()] == ["run 1", "run 2", "floor"]
    words = [word.text for word in pane.plot._words._words]
    assert any(word.startswith("1 from trained ") for word in words)
    assert any(word.startswith("2 fresh ") for word in words)
    assert "1 from trained: Digits 0–4 → 5–9" in pane.listed.text()
    # What is trained otherwise is no curve of these.
    tell(pane, trained(BASE))
    assert list(second.series.x) == [0, 10, 20]
    assert len(pane.plot.runs) == 2
    pane.clear.click()
    assert not pane.plot.runs
    assert not pane.listed.text()
    assert not pane.clear.isEnabled()


def test_curves_grow_while_nobody_looks(qtbot: QtBot, pane: TransferPane) -> None:
    e = wanted(pane, fresh=True)
    pane.hide()
    tell(pane, run(e))
    [kept] = pane.plot.runs
    assert len(kept.history.trace(0).steps) == 3
    pane.show()
    qtbot.waitUntil(lambda: len(kept.series.x) == 3)


def test_the_same_run_again_takes_the_place_of_its_curve(pane: TransferPane) -> None:
    told = run(wanted(pane, fresh=True))
    for _ in range(2):
        tell(pane, told)
    [kept] = pane.plot.runs
    assert kept.number == 1
    assert list(kept.series.x) == [0, 10, 20]


def test_an_old_curve_gives_way_and_other_judges_do_not_compare(qtbot: QtBot) -> None:
    plot = TransferPlot()
    qtbot.addWidget(plot)
    started, frames, _ = trained(BASE)
    for i in range(MOST + 2):
        plot.add_run(replace(started, transferred=i % 2 == 0), f"run {i}")
        plot.take(frames[-1])
    assert [kept.number for kept in plot.runs] == list(range(3, MOST + 3))
    assert plot._note.text == ""
    plot.add_run(replace(started, gallery={"judge": "another"}), "other")
    assert plot._note.text == DIFFERENT_JUDGES


def test_targets_in_words_and_what_is_left_of_them() -> None:
    assert classes_words(Digits()) == "Digits"
    assert classes_words(Mnist(classes=(0, 1, 2, 5, 7, 8))) == "MNIST 0–2, 5, 7–8"
    assert classes_words(FashionMnist(classes=(0, 8))) == "Fashion-MNIST: T-shirt, Bag"
    assert classes_words(FashionMnist(classes=tuple(range(6)))) == "Fashion-MNIST, 6 classes"
    assert others(Digits(classes=(1, 2))) == (0, 3, 4, 5, 6, 7, 8, 9)
    assert others(Digits()) == tuple(range(10))
    kept = Digits(count=200, held_out=100)
    assert target_for(kept, "digits", (3,), "") == kept.replace(classes=(3,))
    assert target_for(kept, "kmnist", range(10), "").kind == "kmnist"
    with pytest.raises(SpecError, match="one class"):
        target_for(kept, "digits", (), "")


def test_convolutions_are_layers_too() -> None:
    layers = {
        "layers": [{"width": 8}],
        "convolutions": [{"channels": 6}, {"channels": 1, "kernel": 5}],
    }
    e = digits().replace(generator=layers)
    choices = layer_choices(e, "generator")
    assert [choice.path for choice in choices] == [
        "generator.layers.0.frozen",
        "generator.convolutions.0.frozen",
        "generator.convolutions.1.frozen",
        "generator.freeze_output",
    ]
    assert choices[1].words == "2: leaky ReLU, 6 channels (4 × 4)"
    assert choices[2].words == "3: leaky ReLU, 1 channel (5 × 5)"
    plan = plan_for(e, Digits(), {"generator.convolutions.0.frozen"}, 5)
    assert plan.trained.generator.convolutions[0].frozen
    assert plan.kept == "G's layer 2"
