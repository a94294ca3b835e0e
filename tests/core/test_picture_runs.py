"""Runs on pictures: what they are fed, what they show, what they answer, what they measure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from ganstudio.core.checkpoint import Checkpoint
from ganstudio.core.control import Order, RunToEnd, Watch
from ganstudio.core.deck import Deck
from ganstudio.core.draws import Feed, evaluation_inputs
from ganstudio.core.events import Frame, PictureMetrics, PictureView
from ganstudio.core.experiment import Experiment
from ganstudio.core.sampling import samples_of
from ganstudio.core.targets import Digits
from ganstudio.core.trainer import train
from ganstudio.data.images.gallery import gallery_for
from ganstudio.errors import DrawsError, SpecError
from tests.core.helpers import gallery_of, new_game, record, small, spelled_event

TINY: dict[str, Any] = {
    "target": {"kind": "digits", "count": 300},
    "noise": {"kind": "normal", "size": 6},
    "generator.layers": [{"width": 8}],
    "discriminator.layers": [{"width": 8}],
    "steps": 6,
    "frame_every": 3,
}


def tiny(**changes: Any) -> Experiment:
    return small(**TINY).replace(**changes)


class Watches(RunToEnd):
    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self._watch = watch

    def watch(self) -> Watch:
        return self._watch


def view_of(frame: Frame) -> PictureView:
    assert isinstance(frame.view, PictureView)
    return frame.view


def measured(frame: Frame) -> PictureMetrics:
    assert isinstance(frame.metrics, PictureMetrics)
    return frame.metrics


# ---------------------------------------------------------------------------------- the deck


@pytest.mark.parametrize("batch_size", [1, 4, 10, 25])
def test_each_picture_comes_once_an_epoch_in_a_new_order(batch_size: int) -> None:
    pool = torch.arange(10.0).reshape(10, 1)
    deck = Deck(pool, [3], batch_size)
    dealt = torch.cat([deck.next()[0, :, 0] for _ in range(40 // batch_size + 1)])[:40]
    epochs = dealt[: len(dealt) // 10 * 10].reshape(-1, 10)
    for epoch in epochs:
        assert sorted(epoch.tolist()) == list(range(10))
    assert len({tuple(epoch.tolist()) for epoch in epochs}) == len(epochs) > 1


def test_each_replica_has_its_own_order_which_its_seed_decides() -> None:
    pool = torch.arange(10.0).reshape(10, 1)
    both = Deck(pool, [3, 4], 6)
    alone = [Deck(pool, [seed], 6) for seed in (3, 4)]
    for _ in range(5):
        batch = both.next()
        assert batch.shape == (2, 6, 1)
        assert torch.equal(batch, torch.cat([deck.next() for deck in alone]))
        assert not torch.equal(batch[0], batch[1])


def test_a_deck_goes_on_where_it_was() -> None:
    pool = torch.arange(10.0).reshape(10, 1)
    deck, other = Deck(pool, [3], 7), Deck(pool, [3], 7)
    for _ in range(4):
        deck.next()
    other.load(deck.state())
    assert torch.equal(other.next(), deck.next())


# ---------------------------------------------------------------------------------- the feed


@pytest.mark.parametrize(("standardise", "ends"), [(True, (-1, 1)), (False, (0, 1))])
def test_pixels_come_in_the_networks_units(standardise: bool, ends: tuple[int, int]) -> None:
    e = tiny(standardise=standardise, batch_size=300)
    gallery = gallery_of(e)
    assert gallery is not None
    x = Feed(e, "cpu", gallery=gallery).real()
    assert x.shape == (1, 300, 784)
    assert (float(x.min()), float(x.max())) == ends
    low, high = ends
    back = torch.round((x[0] - low) / (high - low) * 255).to(torch.uint8)
    known = {image.tobytes() for image in gallery.training.images}
    assert {row.numpy().tobytes() for row in back} == known


def test_told_classes_belong_to_the_pictures() -> None:
    e = tiny(conditional=True, batch_size=300, standardise=False)
    gallery = gallery_of(e)
    assert gallery is not None
    feed = Feed(e, "cpu", gallery=gallery)
    x = feed.real()[0]
    assert x.shape == (300, 794)
    classes = {
        image.tobytes(): int(label)
        for image, label in zip(gallery.training.images, gallery.training.labels, strict=True)
    }
    for row in x:
        pixels = torch.round(row[:784] * 255).to(torch.uint8).numpy().tobytes()
        assert int(row[784:].argmax()) == classes[pixels]
        assert float(row[784:].sum()) == 1
    z = feed.noise()[0]
    assert z.shape == (300, 16)
    assert torch.equal(z[:, 6:].sum(1), torch.ones(300))
    shares = z[:, 6:].mean(0)
    assert float(shares.min()) > 0.04


def test_only_classes_that_are_learnt_are_asked_for() -> None:
    e = tiny(conditional=True, target={"kind": "digits", "classes": [8, 3]})
    assert e.target == Digits(classes=(3, 8))
    feed = Feed(e, "cpu", gallery=gallery_of(e))
    asked = torch.cat([feed.noise()[0, :, 6:] for _ in range(9)]).argmax(1)
    assert set(asked.tolist()) == {3, 8}
    real = torch.cat([feed.real()[0, :, 784:] for _ in range(9)]).argmax(1)
    assert set(real.tolist()) == {3, 8}
    inputs = evaluation_inputs(e, 6)
    assert inputs[:, 6:].argmax(1).tolist() == [3, 8, 3, 8, 3, 8]


def test_the_first_cells_of_a_larger_grid_are_those_of_a_smaller_one() -> None:
    for noise in ("normal", "uniform"):
        e = tiny(noise={"kind": noise, "size": 5}, conditional=True)
        np.testing.assert_array_equal(evaluation_inputs(e, 100)[:16], evaluation_inputs(e, 16))
        assert not np.array_equal(evaluation_inputs(e, 16, 1), evaluation_inputs(e, 16))


def test_draws_of_ones_own_have_no_classes() -> None:
    with pytest.raises(DrawsError, match="no classes"):
        Feed(tiny(conditional=True), "cpu", draws=object())  # type: ignore[arg-type]  # never asked


# ---------------------------------------------------------------------------------- the run


def test_a_run_on_pictures_shows_what_its_generator_makes() -> None:
    e = tiny()
    run = record(e, control=Watches(Watch(cells=10)))
    assert run.started.gallery["set"] == "Digits"
    assert run.started.gallery["learnt"] == "300"
    assert len(run.started.gallery["judge"]) == 12
    view, first = view_of(run.last), view_of(run.frames[0])
    assert view.shown.shape == view.real.shape == (10, 28, 28)
    assert view.shown.dtype == np.uint8
    np.testing.assert_array_equal(view.real, first.real)
    assert (view.shown != first.shown).any()
    weights = {
        name: torch.tensor(value[0])
        for name, value in run.finished.weights.items()
        if name.startswith("generator")
    }
    z = torch.from_numpy(evaluation_inputs(e, 10))
    hidden = torch.nn.functional.leaky_relu(
        z @ weights["generator.0.weight"] + weights["generator.0.bias"],
        e.generator.layers[0].activation.slope,  # type: ignore[union-attr]  # a leaky ReLU
    )
    made = hidden @ weights["generator.1.weight"] + weights["generator.1.bias"]
    pixels = np.rint(255 * np.clip(0.5 + 0.5 * made.numpy(), 0, 1))
    assert np.abs(view.shown.reshape(10, -1) - pixels).max() <= 1


def test_its_metrics_have_floors_and_both_parts_of_the_loss() -> None:
    run = record(tiny())
    m = measured(run.last)
    assert set(run.started.floors) >= {"fid", "kid", "precision", "recall", "modes", "std_ratio"}
    assert m.distance is m.fid
    assert m.fid[0] > 3 * run.started.floors["fid"].median
    assert float(m.loss_real[0] + m.loss_fake[0]) == pytest.approx(run.loss_d[-1, 0], rel=1e-5)
    assert np.isnan(measured(run.frames[0]).loss_real).all()
    assert np.isnan(m.right).all()


def test_looking_more_closely_changes_nothing_in_the_run() -> None:
    plain = record(tiny())
    looked = record(tiny(), control=Watches(Watch(cells=100, noise=7)))
    assert plain.loss_d.tobytes() == looked.loss_d.tobytes()
    assert plain.finished.weights.keys() == looked.finished.weights.keys()
    for name, value in plain.finished.weights.items():
        assert value.tobytes() == looked.finished.weights[name].tobytes()
    assert measured(plain.last).fid == measured(looked.last).fid
    assert view_of(looked.last).noise == 7


def test_a_fleet_of_pictures_is_many_single_runs() -> None:
    fleet = record(tiny(replicas=2, conditional=True))
    for replica in range(2):
        alone = record(tiny(replicas=2, conditional=True).single(replica))
        np.testing.assert_allclose(
            fleet.loss_d[:, replica], alone.loss_d[:, 0], rtol=2e-4, atol=1e-5
        )
    assert fleet.last.fleet is not None
    assert fleet.last.fleet.shapes.shape == (2, 56, 56)
    assert fleet.last.fleet.target.shape == (56, 56)


def test_told_classes_are_shown_and_counted() -> None:
    run = record(tiny(conditional=True, ema=0.5))
    view, m = view_of(run.last), measured(run.last)
    assert view.wanted.tolist() == [i % 10 for i in range(100)]
    assert 0 <= m.right[0] <= 1


class Keeps(RunToEnd):
    """Wants a checkpoint after some steps."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self._at = at

    def next(self, step: int, experiment: Experiment) -> Order | Experiment:
        if step == self._at:
            self._at = -1
            return Order.KEEP
        return super().next(step, experiment)


@pytest.mark.parametrize("changes", [{}, {"conditional": True}, {"replicas": 2}])
def test_a_resumed_run_is_as_if_it_had_never_stopped(changes: dict[str, Any]) -> None:
    e = tiny(steps=45, batch_size=16, **changes)  # three epochs
    gallery = gallery_of(e)
    events = list(train(e, control=Keeps(20), gallery=gallery))
    [checkpoint] = [event for event in events if isinstance(event, Checkpoint)]
    rest = list(train(e, start=checkpoint, gallery=gallery))
    whole, later = ([f for f in run if isinstance(f, Frame)][-1] for run in (events, rest))
    assert list(spelled_event(view_of(whole))) == list(spelled_event(view_of(later)))
    assert list(spelled_event(measured(whole))) == list(spelled_event(measured(later)))
    samples = samples_of(checkpoint, 7)
    assert samples.shape == (e.replicas, 7, 784)
    assert np.isfinite(samples).all()


# -------------------------------------------------------------------------------- the refusals


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"target": "gaussian", "conditional": True}, "only pictures have classes"),
        ({"target": {"kind": "folder"}, "conditional": True}, "classes of a folder"),
        ({"target": {"kind": "digits", "classes": [10]}}, "no class 10; use 0 to 9"),
        ({"sort_batch": True}, "sort_batch"),
        ({"pretraining.steps": 5}, "pretraining.steps"),
        ({"early_stopping.metric": "w1"}, "not measured by w1; use fid"),
    ],
)
def test_what_makes_no_sense_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(SpecError, match=words):
        tiny(**changes)


def test_pictures_need_their_gallery_and_nothing_else_does() -> None:
    gallery = gallery_for(Digits())
    for e, given in ((tiny(), None), (small(), gallery)):
        with pytest.raises(SpecError, match="need a gallery"):
            next(train(e, gallery=given))
    wide = tiny(target={"kind": "folder", "side": 32})
    with pytest.raises(SpecError, match="32 x 32 pixels, and those given have 28 x 28"):
        next(train(wide, gallery=gallery))


def test_a_game_of_pictures_is_not_finite_in_words() -> None:
    game = new_game(tiny())
    game.generator.weights.flat[0, 0] = float("nan")
    assert game.trouble() == ("generator", 0, "weights")
