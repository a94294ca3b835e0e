"""The classifier that judges pictures, on small ones that are quickly told apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from ganstudio.core.image_set import ImageSet
from ganstudio.core.pictures.classifier import CHUNK, Classifier, shapes
from ganstudio.core.pictures.training import TURNS, judge_of, train_classifier, turned
from ganstudio.errors import SpecError, WeightsError
from tests.core.pictures.bars import bars


def test_it_learns(judge: Classifier) -> None:
    assert judge.accuracy > 0.97
    assert (judge.side, judge.classes, judge.of_turns) == (10, bars(1).classes, False)
    test = bars(300, seed=2)
    images = torch.tensor(test.images)
    with torch.no_grad():
        found = judge.probabilities(images)
        features = judge.features(torch.tensor(bars(600).images))
    torch.testing.assert_close(found.sum(dim=1), torch.ones(300))
    assert (found.argmax(dim=1).numpy() == test.labels).mean() > 0.97
    assert features.shape == (600, judge.feature_count)
    assert features.mean(dim=0).abs().max() < 0.4
    assert features.var(dim=0).mean() == pytest.approx(1, abs=0.3)


@pytest.mark.usefixtures("quick")
def test_the_same_seed_gives_the_same_judge_and_leaves_chance_alone(judge: Classifier) -> None:
    chance = torch.get_rng_state()
    shares: list[float] = []
    torch.set_num_threads(2)
    try:
        with torch.no_grad():
            again = train_classifier(bars(600), bars(200, seed=1), tell=shares.append)
            other = train_classifier(bars(600), bars(200, seed=1), seed=1)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(1)
    assert again.sha256 == judge.sha256 != other.sha256
    assert (torch.get_rng_state() == chance).all()
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_its_weights_fit_into_16_bits(judge: Classifier) -> None:
    for array in judge.arrays.values():
        assert (array.astype(np.float16).astype(np.float32) == array).all()
        assert not array.flags.writeable
    same = judge_of(judge.arrays, bars(600), bars(200, seed=1))
    assert (same.sha256, same.accuracy) == (judge.sha256, judge.accuracy)


def test_shapes_and_kinds_of_pictures_do_not_matter(judge: Classifier) -> None:
    images = torch.tensor(bars(2 * CHUNK + 7).images)
    wanted = judge.logits(images)
    for same in (images.double() / 255, (images.float() / 255).flatten(1)):
        torch.testing.assert_close(judge.logits(same), wanted)
    torch.testing.assert_close(judge.logits(images[:3]), wanted[:3])
    torch.testing.assert_close(judge.logits_of(judge.features(images)), wanted)
    assert judge.logits(images[:0]).shape == (0, 3)


def test_logits_have_the_slope_that_differences_show(judge: Classifier) -> None:
    x = (torch.tensor(bars(4).images).float() / 255).flatten(1).requires_grad_()
    logits = judge.logits(x)
    (slope,) = torch.autograd.grad(logits[:, 0].sum(), x)
    step = 1e-3 * slope / slope.norm(dim=1, keepdim=True)
    with torch.no_grad():
        change = judge.logits(x + step)[:, 0] - judge.logits(x - step)[:, 0]
    np.testing.assert_allclose(change, 2e-3 * slope.norm(dim=1), rtol=0.05)


@pytest.mark.usefixtures("quick")
def test_pictures_of_one_class_teach_turns() -> None:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 60, (300, 12, 12), np.uint8)
    images[:, :4, 2:10] += 150
    one = ImageSet("Hats", images, np.zeros(300, np.uint8), ("hat",))
    judge = train_classifier(one.first(250), one.split(50)[1])
    assert (judge.of_turns, judge.classes) == (True, TURNS)
    assert judge.accuracy > 0.97
    x = torch.tensor(images[:40])
    found = judge.logits(turned(x, torch.arange(4).repeat(10))).argmax(dim=1)
    assert (found == torch.arange(4).repeat(10)).float().mean() > 0.9


def test_turns_go_the_way_that_numpy_turns() -> None:
    x = torch.arange(32.0).view(2, 4, 4)
    found = turned(x, torch.tensor([1, 3]))
    assert (found[0].numpy() == np.rot90(x[0].numpy())).all()
    assert (found[1].numpy() == np.rot90(x[1].numpy(), 3)).all()


@pytest.mark.parametrize("side", [8, 9, 16, 17, 33, 100, 128])
def test_every_side_has_its_network(side: int) -> None:
    rng = np.random.default_rng(0)
    arrays = {
        name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes(side, 2).items()
    }
    found = Classifier(arrays, ("a", "b"), side, 0.5)
    assert found.features(torch.rand(3, side * side)).shape == (3, 64)
    assert found.logits(torch.rand(3, side, side)).shape == (3, 2)


def test_a_large_picture_costs_little_more() -> None:
    arrays = {name: np.zeros(shape, np.float32) for name, shape in shapes(28, 10).items()}
    places = {"0.weight": 14**2, "1.weight": 7**2, "2.weight": 4**2}
    assert sum(arrays[name].size * places.get(name, 1) for name in arrays) < 1e6
    arrays = {name: np.zeros(shape, np.float32) for name, shape in shapes(128, 10).items()}
    places = {"0.weight": 16**2, "1.weight": 8**2, "2.weight": 4**2}
    assert sum(arrays[name].size * places.get(name, 1) for name in arrays) < 2.5e6


@pytest.mark.usefixtures("quick")
def test_few_pictures_and_none_held_out() -> None:
    judge = train_classifier(bars(4), bars(0))
    assert np.isnan(judge.accuracy)
    assert torch.isfinite(judge.features(torch.tensor(bars(50).images))).all()


def test_training_can_be_cancelled() -> None:
    def tell(share: float) -> None:
        if share > 0.01:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        train_classifier(bars(50), bars(10), tell=tell)


def test_what_does_not_fit_is_refused(judge: Classifier) -> None:
    wide = replace(bars(5), images=np.zeros((5, 10, 12), np.uint8))
    for part, why in (
        (wide, "12 x 10"),
        (bars(0), "no pictures"),
        (replace(bars(5), images=np.zeros((5, 7, 7), np.uint8)), "7 pixels"),
        (replace(bars(5), images=np.zeros((5, 129, 129), np.uint8)), "129 pixels"),
    ):
        with pytest.raises(SpecError, match=why):
            train_classifier(part, part)
    with pytest.raises(SpecError, match="another size"):
        train_classifier(bars(5), bars(5, side=12))
    arrays: dict[str, Any] = dict(judge.arrays)
    for name, wrong in (
        ("4.weight", arrays["4.weight"][:2]),
        ("1.bias", arrays["1.bias"].astype(np.float64)),
        ("0.bias", np.full_like(arrays["0.bias"], np.nan)),
    ):
        with pytest.raises(WeightsError, match=name):
            Classifier(arrays | {name: wrong}, judge.classes, 10, 0.5)
    del arrays["3.bias"]
    with pytest.raises(WeightsError, match=r"weights are"):
        Classifier(arrays, judge.classes, 10, 0.5)
