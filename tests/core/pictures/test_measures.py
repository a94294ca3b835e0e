"""The ruler of pictures: on real ones, and on what generators do wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from ganstudio.core.image_set import ImageSet
from ganstudio.core.pictures.classifier import Classifier
from ganstudio.core.pictures.distances import moments
from ganstudio.core.pictures.measures import NAMES, PictureRuler
from ganstudio.core.pictures.training import train_classifier
from ganstudio.errors import SpecError
from tests.core.pictures.bars import bars

COUNT = 300
Floats = NDArray[np.floating]


@pytest.fixture(scope="module")
def ruler(judge: Classifier) -> PictureRuler:
    return PictureRuler(judge, bars(600), bars(400, seed=1), COUNT)


def fresh(replicas: int = 1, count: int = COUNT, seed: int = 5) -> Floats:
    images = bars(replicas * count, seed=seed).images.reshape(replicas, count, -1)
    return images.astype(np.float32) / np.float32(255)


def values(ruler: PictureRuler, images: Floats) -> dict[str, float]:
    """Of the first replica."""
    found = ruler.measure(images)
    # Nothing was asked for, so nothing can be right.
    assert np.isnan(found.pop("right")).all()
    assert tuple(found) == NAMES
    assert all(one.dtype == np.float32 and one.shape == (len(images),) for one in found.values())
    return {name: float(one[0]) for name, one in found.items()}


def test_floors_are_what_new_pictures_score(ruler: PictureRuler) -> None:
    measured, floors = ruler.measure(fresh(40)), ruler.floors()
    assert set(floors) == set(NAMES)
    for name in ("fid", "kid", "reverse_kl"):
        one, floor = measured[name], floors[name]
        assert floor.median == pytest.approx(np.median(one), rel=0.5, abs=0.02)
        assert (one < floor.high).mean() > 0.6
        assert floor.high > floor.median
    # 2 n KL is nearly chi-squared; two degrees of freedom have the median 2 ln 2.
    assert floors["reverse_kl"].median == pytest.approx(np.log(2) / COUNT, rel=0.7)
    assert floors["precision"].median == pytest.approx(measured["precision"].mean(), abs=0.08)
    assert floors["recall"].median == pytest.approx(measured["recall"].mean(), abs=0.08)
    assert (floors["modes"].median, floors["std_ratio"].median) == (3, 1)
    assert 1 < floors["std_ratio"].high < 1.1
    assert ruler.floors() is floors


def test_replicas_are_measured_one_by_one_whatever_holds_them(ruler: PictureRuler) -> None:
    images = bars(2 * COUNT, seed=5).images.reshape(2, COUNT, -1)
    both = ruler.measure(images)
    for same in (torch.tensor(images), fresh(2), fresh(2).astype(np.float64)):
        for name, wanted in both.items():
            np.testing.assert_allclose(ruler.measure(same)[name], wanted, rtol=1e-3, atol=1e-5)
    # More than are asked for are left out.
    longer = np.concatenate([images[1:], images[:1]], axis=1)
    assert ruler.measure(longer)["fid"][0] == pytest.approx(both["fid"][1])


def test_one_picture_again_and_again(ruler: PictureRuler) -> None:
    found = values(ruler, np.repeat(fresh(1, 1), COUNT, axis=1))
    floors = ruler.floors()
    assert found["modes"] == 1
    assert found["std_ratio"] == pytest.approx(0, abs=1e-3)
    assert found["recall"] < 0.02
    assert found["fid"] > 20 * floors["fid"].high
    assert found["kid"] > 20 * floors["kid"].high
    assert found["reverse_kl"] == pytest.approx(np.log(3), rel=0.15)


def test_a_class_that_is_never_made(ruler: PictureRuler) -> None:
    some = bars(900, seed=6).only([0, 1]).images[:COUNT]
    found = values(ruler, some.reshape(1, COUNT, -1).astype(np.float32) / 255)
    assert found["modes"] == 2
    assert found["reverse_kl"] == pytest.approx(np.log(1.5), rel=0.15)
    assert found["recall"] < ruler.floors()["recall"].median - 0.15
    assert found["fid"] > ruler.floors()["fid"].high


def test_noise_is_neither_precise_nor_complete(ruler: PictureRuler) -> None:
    noise = np.random.default_rng(0).random((1, COUNT, 100)).astype(np.float32)
    found, floors = values(ruler, noise), ruler.floors()
    assert found["precision"] < 0.5 * floors["precision"].median
    assert found["recall"] < 0.5 * floors["recall"].median
    assert found["fid"] > 5 * floors["fid"].high


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_replica_that_is_not_finite_is_measured_as_nothing(
    ruler: PictureRuler, bad: float
) -> None:
    images = fresh(3)
    whole = ruler.measure(images)
    images[1, 7, 4] = bad
    found = ruler.measure(images)
    for name in NAMES:
        assert np.isnan(found[name]).tolist() == [False, True, False]
        assert found[name][[0, 2]].tolist() == whole[name][[0, 2]].tolist()


def test_what_lies_beyond_white_is_white(ruler: PictureRuler) -> None:
    images = fresh()
    images[0, :, 3] = 1
    wanted = values(ruler, images)
    images[0, :, 3] = 1e30
    assert values(ruler, images) == wanted


def test_right_is_what_was_asked_for(ruler: PictureRuler) -> None:
    test = bars(COUNT, seed=8)
    images = test.images.reshape(1, COUNT, -1)
    asked = test.labels.astype(np.int64)
    assert ruler.measure(images, asked)["right"][0] > 0.97
    assert ruler.measure(images, (asked + 1) % len(test.classes))["right"][0] < 0.03


def test_the_std_ratio_is_that_of_the_features(judge: Classifier, ruler: PictureRuler) -> None:
    images = fresh()
    images[0] *= 0.8
    with torch.no_grad():
        own = judge.features(torch.tensor(images[0]))
        real = judge.features(torch.tensor(bars(600).images))
    ratio = float(moments(own).covariance.trace() / moments(real).covariance.trace()) ** 0.5
    assert values(ruler, images)["std_ratio"] == pytest.approx(ratio, rel=1e-4)


def test_only_classes_that_are_learnt_count(judge: Classifier) -> None:
    chosen, held_out = bars(600).only([1]), bars(400, seed=1).only([1])
    ruler = PictureRuler(judge, chosen, held_out, 100)
    assert ruler.floors()["modes"].median == 1
    assert ruler.floors()["reverse_kl"].median < 0.1
    others = bars(600, seed=3).only([0, 2]).images[:100].reshape(1, 100, -1)
    found = values(ruler, others.astype(np.float32) / 255)
    assert found["modes"] in (0, 1)
    assert 3 < found["reverse_kl"] < np.inf


def test_fewer_are_measured_if_fewer_are_held_out(judge: Classifier) -> None:
    ruler = PictureRuler(judge, bars(600), bars(90, seed=1), 1_000)
    assert ruler.count == 90
    assert ruler.floors()["fid"].median > 0
    # Even from one picture to learn, and one held out, come numbers.
    least = PictureRuler(judge, bars(1), bars(1, seed=1), 10)
    assert least.count == 1
    assert np.isfinite(least.floors()["fid"].median)
    found = least.measure(fresh())
    assert np.isfinite(found["fid"][0])
    assert np.isnan(found["std_ratio"][0])


@pytest.mark.usefixtures("quick")
def test_a_judge_of_turns_measures_too() -> None:
    images = bars(400).only([1])
    images.images[:, :3] //= 4
    images.images[:, 3:, :3] += 60
    one = replace(images, labels=np.zeros(len(images), np.uint8), classes=("bar",))
    training, held_out = one.split(50)
    ruler = PictureRuler(train_classifier(training, held_out), training, held_out)
    assert ruler.count == 50
    assert ruler.floors()["modes"].median == 1
    pictures = held_out.images.reshape(1, 50, -1)
    assert ruler.measure(pictures)["fid"][0] < ruler.floors()["fid"].high * 1.5
    upside_down = np.rot90(held_out.images, 2, (1, 2)).reshape(1, 50, -1)
    assert ruler.measure(upside_down.copy())["fid"][0] > ruler.floors()["fid"].high


def test_what_does_not_belong_together_is_refused(judge: Classifier) -> None:
    def refused(training: ImageSet, why: str) -> None:
        with pytest.raises(SpecError, match=why):
            PictureRuler(judge, training, bars(50))

    refused(bars(0), "no pictures")
    refused(bars(50, side=12), "10 pixels")
    refused(replace(bars(50), classes=("a", "b", "c", "d")), "3 classes")
