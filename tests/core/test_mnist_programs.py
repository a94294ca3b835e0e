"""The published programs on MNIST do what the originals did (see presets D and E)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ganstudio import load_preset
from ganstudio.core.experiment import Experiment
from ganstudio.core.pictures.gallery import Gallery
from ganstudio.core.targets import Digits
from ganstudio.core.trainer import train
from ganstudio.data.images.gallery import gallery_for
from ganstudio.data.images.idx import read_pair
from tests.core.helpers import Floats, losses_of

MNIST = Path(__file__).parents[3] / "shared" / "data" / "mnist"
SATURATED = np.log1p(np.exp(-1.0)), np.log1p(np.exp(1.0))
"""-log sigmoid(1) and -log (1 - sigmoid(1)): what the doubled sigmoid comes to rest at."""


@pytest.fixture(scope="module")
def gallery() -> Gallery:
    """The 10,000 pictures that the originals were run on. Nobody asks the judge's opinion."""
    if not MNIST.is_dir():
        pytest.skip("the real MNIST pictures are not on this machine")
    images = MNIST / "t10k-images-idx3-ubyte.gz"
    whole = read_pair(images, MNIST / "t10k-labels-idx1-ubyte.gz", "MNIST", tuple("0123456789"))
    return Gallery(whole, whole.first(500), gallery_for(Digits()).judge)


def last_losses(
    name: str, steps: int, gallery: Gallery, replicas: int = 3
) -> tuple[Floats, Floats]:
    """Medians of D's and G's losses over the last 500 steps of some seeds, (replicas,) each."""
    e = load_preset(name, steps=steps, replicas=replicas, seed=0, frame_every=steps)
    loss_d, loss_g = losses_of(train(e, gallery=gallery))
    return np.median(loss_d[-500:], axis=0), np.median(loss_g[-500:], axis=0)


def test_presets_d_and_e_are_what_was_published() -> None:
    def parameters(e: Experiment) -> tuple[int, int]:
        return (
            e.generator.parameters(e.inputs_g, e.features),
            e.discriminator.parameters(e.inputs_d),
        )

    assert parameters(load_preset("mnist-textbook")) == (
        100 * 128 + 128 + 128 * 784 + 784,
        784 * 128 + 128 + 128 + 1,
    )
    leaky = load_preset("mnist-leaky")
    assert parameters(leaky) == (
        100 * 128 + 128 + 128 * 256 + 256 + 256 * 784 + 784,
        784 * 256 + 256 + 256 * 128 + 128 + 128 + 1,
    )
    broken = load_preset("mnist-broken")
    assert broken.replace(loss=leaky.loss, title="", about="") == leaky.replace(title="", about="")


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("name", "d", "g"),
    [
        # What three seeds of the original TensorFlow programs came to.
        ("mnist-textbook", (0.056, 0.188), (4.7, 6.5)),
        ("mnist-leaky", (0.005, 0.008), (8.0, 8.4)),
    ],
)
def test_after_5000_steps_the_losses_are_the_originals(
    name: str, d: tuple[float, float], g: tuple[float, float], gallery: Gallery
) -> None:
    loss_d, loss_g = last_losses(name, 5_000, gallery)
    # Three seeds of each are few, and not the same ones: within a factor of 2 of their range.
    assert (loss_d > d[0] / 2).all()
    assert (loss_d < d[1] * 2).all()
    assert (np.abs(loss_g - np.mean(g)) < 2.0).all()


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_broken_article_dies_in_every_seed(gallery: Gallery) -> None:
    loss_d, loss_g = last_losses("mnist-broken", 3_000, gallery, replicas=6)
    right, wrong = SATURATED
    # As the three seeds of the original, 12 of the first 16 seeds here say 1 to everything. The
    # others are as dead: D is right and saturated, so that nothing reaches the generator.
    fooled = np.abs(loss_d - (right + wrong)) < 2e-4  # 1.6265
    sure = np.abs(loss_d - (right + np.log(2))) < 2e-4  # 1.0064
    assert (fooled | sure).all()
    assert fooled.sum() >= 3
    np.testing.assert_allclose(loss_g[fooled], right, atol=2e-4)  # .3133
    np.testing.assert_allclose(loss_g[sure], np.log(2), atol=2e-4)  # .6931
