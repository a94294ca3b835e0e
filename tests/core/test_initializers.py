"""Initial weights have the spread that their papers give."""

from __future__ import annotations

import numpy as np
import pytest

from ganstudio.core.initializers import HeNormal, Normal, WeightInitializer, XavierUniform
from tests.core.helpers import members

FAN_IN, FAN_OUT = 300, 200
STD = {
    Normal: 1.0,
    XavierUniform: np.sqrt(2 / (FAN_IN + FAN_OUT)),
    HeNormal: np.sqrt(2 / FAN_IN),
}


def test_every_scheme_has_an_expectation() -> None:
    assert set(members(WeightInitializer)) == set(STD)


@pytest.mark.parametrize("kind", STD)
def test_spread(kind: type[WeightInitializer]) -> None:
    drawn = kind().draw(np.random.default_rng(0), FAN_IN, FAN_OUT)
    assert drawn.shape == (FAN_IN, FAN_OUT)
    assert drawn.dtype == np.float32
    assert drawn.std() == pytest.approx(STD[kind], rel=0.02)
    assert abs(drawn.mean()) < 4 * STD[kind] / np.sqrt(drawn.size)


def test_settings_scale_the_spread() -> None:
    draw = np.random.default_rng(0).standard_normal((4, 5))
    found = Normal(std=0.02).draw(np.random.default_rng(0), 4, 5)
    np.testing.assert_allclose(found, draw * 0.02, rtol=1e-6)
    wide = XavierUniform(gain=3).draw(np.random.default_rng(0), 4, 5)
    plain = XavierUniform().draw(np.random.default_rng(0), 4, 5)
    np.testing.assert_allclose(wide, 3 * plain, rtol=1e-6)


def test_xavier_uniform_stays_within_its_limit() -> None:
    drawn = XavierUniform().draw(np.random.default_rng(0), FAN_IN, FAN_OUT)
    limit = np.sqrt(6 / (FAN_IN + FAN_OUT))
    assert 0.99 * limit < np.abs(drawn).max() <= limit
