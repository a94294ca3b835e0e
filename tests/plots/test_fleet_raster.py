"""Many small pictures at once: what is in which pixel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ganstudio.plots.fleet_raster import Inks, Raster, overlap

WHITE, BLUE, ORANGE = (255, 255, 255), (0, 0, 255), (255, 128, 0)
INKS = Inks(WHITE, BLUE, ORANGE)


def draw(raster: Raster, shapes: NDArray[Any]) -> NDArray[np.uint8]:
    """Pictures as (k, height, width, red green blue)."""
    pixels = raster.draw(np.asarray(shapes, dtype=np.float32))
    return np.stack([(pixels >> shift) & 0xFF for shift in (16, 8, 0)], axis=-1)


@pytest.mark.parametrize(("bins", "pixels"), [(64, 40), (10, 10), (7, 31), (32, 1)])
def test_a_pixel_is_the_mean_over_the_bins_in_it(bins: int, pixels: int) -> None:
    fine = bins * pixels  # every bin and every pixel is a whole number of these
    values = np.random.default_rng(0).uniform(0, 1, bins)
    expected = np.repeat(values, pixels).reshape(pixels, fine // pixels).mean(axis=1)
    assert values @ overlap(bins, pixels) == pytest.approx(expected, rel=1e-5)


def test_the_height_of_an_area_is_its_density() -> None:
    target = np.array([1.0, 0.5])
    raster = Raster(target, (2, 130), INKS, 1)
    nothing = draw(raster, np.zeros((1, 2), dtype=np.float32))[0]
    blue = (nothing != WHITE).any(axis=2).sum(axis=0)
    # The top is 1.3 times the target's highest density.
    assert blue.tolist() == [100, 50]
    assert (nothing[:30] == WHITE).all()


def test_a_shape_covers_the_target_with_its_colour() -> None:
    target = np.full(8, 1.0)
    raster = Raster(target, (16, 26), INKS, 1)
    shapes = np.stack([np.full(8, 0.5), np.zeros(8), np.full(8, np.nan)]).astype(np.float32)
    drawn, empty, lost = draw(raster, shapes)
    assert (empty == lost).all()
    changed = (drawn != empty).any(axis=2).sum(axis=0)
    assert set(changed.tolist()) == {10}
    # Red rises toward orange, blue falls.
    assert (drawn[-1, :, 0] > empty[-1, :, 0]).all()
    assert (drawn[-1, :, 2] < empty[-1, :, 2]).all()


def test_a_spike_between_two_pixels_is_seen() -> None:
    target = np.full(640, 0.1)
    spike = np.zeros((1, 640), dtype=np.float32)
    spike[0, 333] = 6.4
    raster = Raster(target, (20, 30), INKS, 1)
    drawn, empty = draw(raster, spike)[0], draw(raster, 0 * spike)[0]
    changed = np.flatnonzero((drawn != empty).any(axis=(0, 2)))
    assert 333 * 20 // 640 in changed


def test_in_the_plane_up_is_up() -> None:
    target = np.zeros((4, 4))
    target[0, 0] = 1.0  # low x, low y
    shape = np.zeros((1, 4, 4), dtype=np.float32)
    shape[0, 3, 1] = 1.0  # high y
    drawn = draw(Raster(target, (40, 40), INKS, 1), shape)[0]
    assert drawn[5, 15].tolist() == list(ORANGE)
    assert drawn[35, 5, 2] == 255  # the target's corner, at the bottom
    assert drawn[35, 5, 0] < 128
    assert drawn[5, 35].tolist() == list(WHITE)


def test_many_are_drawn_like_one() -> None:
    rng = np.random.default_rng(2)
    shapes = rng.uniform(0, 1, (300, 16)).astype(np.float32)
    raster = Raster(np.full(16, 0.5), (20, 12), INKS, 1)
    together = draw(raster, shapes)
    for i in (0, 127, 128, 299):
        assert (together[i] == draw(raster, shapes[i : i + 1])[0]).all()
