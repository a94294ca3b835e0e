"""The page that explores pictures, in a real window with a real engine."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtWidgets import QApplication

from ganstudio.app.explore.cell_dialog import CellDialog
from ganstudio.app.explore.pane import Pane
from ganstudio.core.events import Failed
from ganstudio.core.experiment import Experiment
from ganstudio.core.questions import Generate
from ganstudio.core.targets import Digits
from ganstudio.data.images.gallery import parts_of
from ganstudio.data.presets import load_preset
from ganstudio.runs.messages import State
from tests.app.laboratory import Lab, until

SMALL = Experiment().replace(
    title="Digits",
    target="digits",
    steps=40,
    batch_size=16,
    frame_every=10,
    **{
        "noise.size": 8,
        "generator.layers": [{"width": 8}],
        "generator.output": "tanh",
        "discriminator.layers": [{"width": 8}],
    },
)


@pytest.fixture(scope="module")
def shared(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("explore"), SMALL).warm()
    # Made now, so that it is no test's leftover.
    assert lab.window.explore.page.isHidden()
    yield lab
    lab.close()


@pytest.fixture
def lab(shared: Lab) -> Iterator[Lab]:
    """At step 0 of the small run, the views in front."""
    shared.session.set_pace(None)
    shared.session.open(SMALL)
    shared.until_rest()
    yield shared
    if shared.window.explore.in_front:
        shared.trigger("explore")
    shared.window.notice.hide()


def pane(lab: Lab, title: str) -> Pane:
    """One tab, brought to the front."""
    page = lab.window.explore.page
    found = next(one for one in page.panes if one.title == title)
    page.tabs.setCurrentWidget(found)
    return found


def test_the_page_comes_and_goes(lab: Lab) -> None:
    action = lab.window.actions_table["explore"]
    lab.trigger("explore")
    assert lab.window.explore.in_front
    assert action.isChecked()
    lab.trigger("explore")
    assert lab.window.pages.currentWidget() is lab.window.views
    assert not action.isChecked()


def test_every_tab_asks_the_engine_and_gets_an_answer_at_rest_and_while_it_trains(lab: Lab) -> None:
    lab.trigger("explore")
    heard: list[str] = []
    problems: list[str] = []
    lab.session.answered.connect(lambda answered: heard.append(answered.topic))
    lab.session.answered.connect(lambda answered: problems.append(answered.problem))
    for title in ("Latent space", "Scores", "Adversarial example"):
        heard.clear()
        name = type(pane(lab, title)).__name__
        until(partial(is_heard, heard, name))
    pane(lab, "Latent space")
    lab.session.set_pace(100.0)
    lab.trigger("toggle")
    heard.clear()
    until(partial(is_heard, heard, "LatentPane"))
    lab.until_state(State.ENDED)
    assert not any(problems)


def test_a_cell_of_the_grid_opens_with_its_neighbours(lab: Lab) -> None:
    lab.window.explore.open_cell(5, False)
    [dialog] = lab.window.findChildren(CellDialog)
    assert lab.session.newest is not None
    until(lambda: dialog.training.pictures is not None and len(dialog.training.pictures) == 5)
    real = {image.tobytes() for image in gallery_images()}
    assert all(picture.tobytes() in real for picture in dialog.training.pictures)
    # Its networks are no more.
    lab.session.reset()
    until(lambda: not lab.window.findChildren(CellDialog))


def is_heard(heard: list[str], name: str) -> bool:
    """Whether an answer came for a pane of that name."""
    return any(topic.startswith(name) for topic in heard)


def gallery_images() -> NDArray[np.uint8]:
    """What the run learns from."""
    return parts_of(Digits())[0].images


def test_a_transfer_begins_with_the_trained_networks_and_is_drawn_over_a_fresh_start(
    lab: Lab,
) -> None:
    lab.train_to(40)
    lab.trigger("explore")
    page = lab.window.explore.page
    pane(lab, "Transfer")
    plan = SMALL.replace(title="from trained", target=Digits(classes=(3, 8)), steps=20)
    page.transfer.transfer_wanted.emit(plan)
    until(lambda: lab.session.run_started is not None and lab.session.run_started.transferred)
    lab.until_step(20)
    assert lab.session.running == plan
    page.transfer.fresh_wanted.emit(plan.replace(title="fresh"))
    until(lambda: lab.session.running.title == "fresh" and lab.session.step == 20)
    assert lab.session.run_started is not None
    assert not lab.session.run_started.transferred


def test_another_set_is_learnt_at_once(lab: Lab) -> None:
    lab.window.explore.page.browser.use_wanted.emit(Digits(classes=(1,)))
    until(lambda: lab.session.running.target == Digits(classes=(1,)))
    lab.until_rest()
    lab.session.open(load_preset("first-gan"))
    lab.until_rest()
    lab.window.explore.page.browser.use_wanted.emit(Digits())
    until(lambda: lab.session.running.target == Digits())
    assert lab.session.running.title == "Digits"


def test_pictures_that_are_not_here_are_offered(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    # The engine has the old folder: it must not be there either.
    lab.session.open(load_preset("first-gan"))
    lab.until_rest()
    lab.session.open(load_preset("mnist-textbook").replace(target="kmnist"))
    until(lambda: "KMNIST is not on this machine" in lab.window.notice.words)
    lab.window.explore._get.trigger()
    assert lab.window.explore.in_front
    page = lab.window.explore.page
    assert page.tabs.currentWidget() is page.browser
    assert page.tabs.isVisible()
    assert "KMNIST" in page.browser.sources.get.text()


def test_nobody_waits_for_a_run_that_failed(lab: Lab) -> None:
    asker = lab.window.explore.page.panes[0].make_asker("test")
    refusals: list[str] = []
    asker.refused.connect(refusals.append)
    asker.ask(Generate(np.zeros((1, 8), np.float32)))
    lab.window.explore._fail(Failed("The engine is gone.", ""))
    assert refusals == ["The engine is gone."]
    assert not asker.waits
