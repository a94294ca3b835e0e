"""The digits that travel with the program."""

from __future__ import annotations

import numpy as np

from ganstudio.data.images.digits import digits


def test_they_are_the_digits_of_uci() -> None:
    found = digits()
    assert (len(found), found.size) == (1_797, (28, 28))
    # The shares that the set's description gives for its test part.
    shares = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert np.bincount(found.labels).tolist() == shares
    assert found.classes == tuple("0123456789")
    assert "Alpaydin" in found.attribution
    assert "CC BY 4.0" in found.attribution


def test_they_lie_in_the_middle_and_use_all_greys() -> None:
    images = digits().images
    edge = np.ones((28, 28), bool)
    edge[4:24, 4:24] = False
    assert not images[:, edge].any()
    assert images.max() == 255
    assert 0.1 < images.mean() / 255 < 0.2
    # A nearest neighbour in the other half tells nearly all of them: nothing was mixed up.
    x, labels = images.reshape(len(images), -1).astype(np.float32), digits().labels
    known, asked = x[:900], x[900:1100]
    far = (known**2).sum(1) - 2 * asked @ known.T
    assert (labels[:900][far.argmin(1)] == labels[900:1100]).mean() > 0.9
