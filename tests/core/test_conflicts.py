"""Settings that make no sense together are named, with what to do; the others are not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ganstudio.core.conflicts import conflicts
from ganstudio.core.losses import GanLoss, Hinge, NonSaturating, Wasserstein
from ganstudio.core.networks import Dense, Discriminator
from ganstudio.core.penalties import (
    L2,
    R1,
    R2,
    Dragan,
    FeatureMatching,
    GradientPenalty,
    HistoricalAveraging,
    Penalty,
)

SLOPES: list[Penalty] = [GradientPenalty(), R1(), R2(), Dragan()]
PLAIN = Discriminator()
BATCH_NORM = Discriminator(layers=(Dense(), Dense(normalisation="batch"), Dense()))
LAYER_NORM = Discriminator(layers=(Dense(normalisation="layer"),))


def found(
    loss: GanLoss | None = None,
    d: Sequence[Penalty] = (),
    g: Sequence[Penalty] = (),
    *,
    discriminator: Discriminator = PLAIN,
    batch_size: int = 64,
) -> list[str]:
    return conflicts(
        loss or NonSaturating(), d, g, discriminator=discriminator, batch_size=batch_size
    )


def only(sentences: list[str]) -> str:
    assert len(sentences) == 1, sentences
    assert "\n" not in sentences[0]
    return sentences[0]


@pytest.mark.parametrize("penalty", SLOPES, ids=lambda p: type(p).__name__)
def test_weight_clipping_beside_a_penalty_on_the_slope(penalty: Penalty) -> None:
    sentence = only(found(Wasserstein(), [L2(), penalty]))
    assert sentence.startswith("loss.clip and penalties_d.1: ")
    assert "set loss.clip to 0" in sentence
    assert found(Wasserstein(clip=0), [L2(), penalty]) == []
    assert found(Hinge(), [penalty]) == []


def test_weight_clipping_beside_spectral_norm() -> None:
    d = Discriminator(spectral_norm=True)
    sentence = only(found(Wasserstein(), discriminator=d))
    assert sentence.startswith("loss.clip and discriminator.spectral_norm: ")
    assert found(Wasserstein(clip=0), discriminator=d) == []
    assert found(Wasserstein(clip=0), [GradientPenalty()], discriminator=d) == []


@pytest.mark.parametrize("penalty", SLOPES, ids=lambda p: type(p).__name__)
def test_batch_normalisation_beside_a_penalty_on_the_slope(penalty: Penalty) -> None:
    sentence = only(found(None, [penalty], discriminator=BATCH_NORM))
    assert sentence.startswith("penalties_d.0 and discriminator.layers.1.normalisation: ")
    assert sentence.endswith("use layer normalisation")
    assert found(None, [penalty], discriminator=LAYER_NORM) == []
    assert found(None, [L2(), HistoricalAveraging()], discriminator=BATCH_NORM) == []


@pytest.mark.parametrize(("packing", "batch"), [(3, 64), (2, 1), (64, 32)])
def test_packs_that_do_not_share_a_batch(packing: int, batch: int) -> None:
    d = Discriminator(packing=packing)
    sentence = only(found(discriminator=d, batch_size=batch))
    assert sentence.startswith("discriminator.packing and batch_size: ")
    assert f"a batch of {batch} sample" + ("s;" if batch > 1 else ";") in sentence
    assert found(discriminator=d, batch_size=packing * 4) == []


def test_one_kind_of_penalty_twice() -> None:
    twice = [R1(weight=1.0), L2(), R1(weight=2.0)]
    assert only(found(None, twice)).startswith("penalties_d: r1 stands there 2 times")
    assert only(found(None, g=[L2(), L2()])).startswith("penalties_g: l2 stands there 2 times")
    assert found(None, [L2(), R1(), R2()], [L2()]) == []


def test_feature_matching_without_its_layer() -> None:
    none = Discriminator(layers=())
    sentence = only(found(g=[L2(), FeatureMatching()], discriminator=none))
    assert sentence.startswith("penalties_g.1 and discriminator.layers: ")
    assert "D has none" in sentence
    sentence = only(found(g=[FeatureMatching(layer=3)]))
    assert sentence.startswith("penalties_g.0.layer and discriminator.layers: ")
    assert "only 2 hidden layers" in sentence
    assert found(g=[FeatureMatching(layer=2)]) == []
    one = Discriminator(layers=(Dense(),))
    sentence = only(found(g=[FeatureMatching(layer=2)], discriminator=one))
    assert "D has only 1 hidden layer, so" in sentence
    assert sentence.endswith("; use 1")


def test_what_has_been_published_together_is_allowed() -> None:
    compares = Discriminator(minibatch_std=True, packing=4)
    assert found(Wasserstein(clip=0), [GradientPenalty()], discriminator=compares) == []


def test_all_that_is_wrong_is_said() -> None:
    d = Discriminator(spectral_norm=True, packing=3, layers=(Dense(normalisation="batch"),))
    sentences = found(Wasserstein(), [R1(), R1()], [FeatureMatching(layer=2)], discriminator=d)
    assert len(sentences) == len(set(sentences)) == 8
