"""Batches: each replica's own streams, blocks that change nothing, and draws from a user."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import ArrayLike

from ganstudio.core import draws
from ganstudio.core.draws import Feed
from ganstudio.core.experiment import Experiment
from ganstudio.core.targets import Gaussian, GaussianMixture
from ganstudio.errors import DrawsError
from tests.core.helpers import small


class Given:
    """Draws that answer with one array, whatever is asked."""

    def __init__(self, answer: ArrayLike) -> None:
        self.answer = answer
        self.asked: list[tuple[str, int]] = []

    def real(self, n: int) -> ArrayLike:
        self.asked.append(("real", n))
        return self.answer

    def noise(self, n: int) -> ArrayLike:
        self.asked.append(("noise", n))
        return self.answer

    def pretraining_inputs(self, n: int) -> ArrayLike:
        self.asked.append(("pretraining_inputs", n))
        return self.answer


@pytest.mark.parametrize("target", [Gaussian(), GaussianMixture()])
def test_each_replica_sees_what_a_single_run_sees(target: Gaussian) -> None:
    fleet = Feed(small(seed=7, replicas=3, target=target), "cpu")
    singles = [Feed(small(seed=7 + i, target=target), "cpu") for i in range(3)]
    for _ in range(300):
        for name in ("real", "noise", "pretraining_inputs"):
            batch = getattr(fleet, name)()
            assert batch.shape == (3, 16, 1)
            for i, single in enumerate(singles):
                assert (getattr(single, name)()[0] == batch[i]).all()


def test_the_size_of_the_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = Feed(small(), "cpu")
    first = [feed.real().clone() for _ in range(20)]
    monkeypatch.setattr(draws, "BLOCK_BATCHES", 3)
    feed = Feed(small(), "cpu")
    assert all((feed.real() == batch).all() for batch in first)


def test_streams_do_not_repeat_each_other() -> None:
    e = Experiment(standardise=False).replace(**{"target.mu": 0.0, "target.sigma": 1.0})
    feed = Feed(e, "cpu")
    assert not np.allclose(feed.real(), feed.noise())


def test_real_batches_are_standardised_and_sorted_if_asked() -> None:
    plain = Feed(small(standardise=False), "cpu").real()[0, :, 0].numpy()
    inward = Feed(small(standardise=True), "cpu").real()[0, :, 0].numpy()
    np.testing.assert_allclose(inward, (plain - 4) / 0.5, atol=1e-5)
    ordered = Feed(small(standardise=False, sort_batch=True), "cpu").real()[0, :, 0].numpy()
    np.testing.assert_array_equal(ordered, np.sort(plain))


def test_pretraining_inputs_lie_in_their_range() -> None:
    e = small(standardise=False, batch_size=1000, pretraining={"steps": 1, "low": 1, "high": 3})
    x = Feed(e, "cpu").pretraining_inputs().numpy()
    assert x.min() >= 1
    assert x.max() < 3
    assert x.std() == pytest.approx(2 / np.sqrt(12), rel=0.1)


@pytest.mark.parametrize("shape", [(16,), (16, 1), (2, 16, 1)])
def test_given_draws_of_each_shape(shape: tuple[int, ...]) -> None:
    answer = np.arange(np.prod(shape), dtype=float).reshape(shape)
    given = Given(answer)
    feed = Feed(small(replicas=2, standardise=False), "cpu", given)
    for name in ("real", "noise", "pretraining_inputs"):
        batch = getattr(feed, name)().numpy()
        expected = np.broadcast_to(answer.reshape(-1, 16, 1), (2, 16, 1))
        np.testing.assert_array_equal(batch, expected)
    assert given.asked == [("real", 16), ("noise", 16), ("pretraining_inputs", 16)]


def test_given_draws_are_in_the_target_s_units() -> None:
    feed = Feed(small(), "cpu", Given(np.full(16, 4.5)))
    assert (feed.real() == 1).all()
    assert (feed.pretraining_inputs() == 1).all()
    assert (feed.noise() == 4.5).all()


@pytest.mark.parametrize("answer", [[], np.zeros(15), np.zeros((16, 2)), np.zeros((3, 16, 1)), 1.0])
@pytest.mark.parametrize("name", ["real", "noise", "pretraining_inputs"])
def test_given_draws_that_do_not_fit(answer: ArrayLike, name: str) -> None:
    feed = Feed(small(), "cpu", Given(answer))
    with pytest.raises(DrawsError, match=rf"draws\.{name}\(16\) returned an array of shape"):
        getattr(feed, name)()


@pytest.mark.parametrize("answer", ["words", [["a"]], [[1], [1, 2]], None, object()])
def test_given_draws_that_are_no_numbers(answer: ArrayLike) -> None:
    feed = Feed(small(), "cpu", Given(answer))
    with pytest.raises(DrawsError, match=r"draws\.real\(16\)"):
        feed.real()


def test_several_dimensions_of_noise() -> None:
    e = small().replace(**{"noise.size": 3})
    assert Feed(e, "cpu").noise().shape == (1, 16, 3)
    assert Feed(e, "cpu", Given(np.zeros((16, 3)))).noise().shape == (1, 16, 3)
    with pytest.raises(DrawsError, match=r"it should be \(16, 3\) or \(1, 16, 3\)"):
        Feed(e, "cpu", Given(np.zeros(16))).noise()
