"""Nearest pictures, memorisation and Parzen windows against brute force."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy import special

from ganstudio.core.image_set import ImageSet
from ganstudio.core.pictures.pixels import (
    CHUNK,
    SIGMAS,
    log_likelihoods,
    memorisation,
    nearest,
    parzen,
)
from ganstudio.errors import SpecError


def pictures(seed: int, count: int, side: int = 5) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (count, side, side), np.uint8)


def image_set(images: NDArray[np.uint8]) -> ImageSet:
    return ImageSet("Test", images, np.zeros(len(images), np.uint8), ("one",))


def flat(images: NDArray[np.uint8]) -> NDArray[np.float64]:
    return images.reshape(len(images), -1) / 255


def test_the_nearest_are_those_of_brute_force() -> None:
    real, made = pictures(0, 2 * CHUNK + 300), pictures(1, 40)
    real.flags.writeable = False
    far = np.linalg.norm(flat(made)[:, None] - flat(real), axis=2)
    indices, distances = nearest(made, image_set(real), 4)
    assert (indices == far.argsort(axis=1)[:, :4]).all()
    np.testing.assert_allclose(distances, np.sort(far, axis=1)[:, :4], rtol=1e-5)
    # Floats and tensors are as good as bytes.
    as_floats, _ = nearest(torch.tensor(flat(made)), flat(real), 4)
    assert (as_floats == indices).all()


def test_a_copy_is_at_distance_0() -> None:
    real = pictures(0, 50)
    indices, distances = nearest(real[[7, 3]], real, 1)
    assert indices.ravel().tolist() == [7, 3]
    assert distances.ravel().tolist() == [0, 0]
    assert nearest(real, real[:2], 5)[0].shape == (50, 2)


def test_memorisation_compares_with_equally_many() -> None:
    training, held_out = image_set(pictures(0, 900)), image_set(pictures(1, 100))
    new = memorisation(pictures(2, 400), training, held_out)
    assert new.compared == 100
    assert new.nearer_to_training == pytest.approx(0.5, abs=0.15)
    assert np.median(new.to_training) == pytest.approx(np.median(new.to_held_out), rel=0.03)
    copies = memorisation(training.images, training, held_out)
    assert (copies.to_training == 0).sum() == 100
    by_heart = memorisation(held_out.images, held_out, training)
    assert by_heart.nearer_to_training == 1
    assert not by_heart.to_training.flags.writeable
    with pytest.raises(SpecError, match="both parts"):
        memorisation(pictures(2, 4), training, held_out.first(0))


@pytest.mark.parametrize("sigma", [0.02, 0.3])
def test_log_likelihoods_are_those_of_brute_force(sigma: float) -> None:
    made, real = flat(pictures(0, CHUNK + 30, 4)), flat(pictures(1, 20, 4))
    squared = ((real[:, None] - made) ** 2).sum(axis=2)
    each = -squared / (2 * sigma**2) - 8 * np.log(2 * np.pi * sigma**2)
    wanted = special.logsumexp(each, axis=1) - np.log(len(made))
    x, y = (torch.tensor(one, dtype=torch.float32) for one in (made, real))
    found = log_likelihoods(x, y, np.array([1.0, sigma]))
    np.testing.assert_allclose(found[1], wanted, rtol=1e-5)


def test_parzen_finds_the_width_that_data_have() -> None:
    rng = np.random.default_rng(0)
    # One centre, and data around it: the likelihood is that of a bell, known in closed form.
    made, sigma, d = np.full((3, 64), 0.5), SIGMAS[12], 64
    real, validation = (0.5 + sigma * rng.normal(size=(n, d)) for n in (400, 100))
    found = parzen(made, real, validation)
    assert found.sigma == pytest.approx(sigma)
    entropy = d / 2 * np.log(2 * np.pi * np.e * sigma**2)
    assert found.mean == pytest.approx(-entropy, abs=4 * found.standard_error)
    assert found.standard_error == pytest.approx(np.sqrt(d / 2 / 400), rel=0.15)
