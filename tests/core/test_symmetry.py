"""What breaks the symmetry: units that start equal stay equal, for ever."""

from __future__ import annotations

import numpy as np
import pytest

from tests.core.helpers import Floats, record, small

START = 0.3
EQUAL = {"kind": "constant", "value": START}


def trained(initializer: object) -> dict[str, Floats]:
    """The weights of both networks after 60 steps from such first weights."""
    layers = [{"width": 6, "activation": "tanh"}, {"width": 5, "activation": "tanh"}]
    e = small(steps=60, frame_every=60).replace(
        **{
            "generator.layers": layers,
            "generator.initializer": initializer,
            "discriminator.layers": layers,
            "discriminator.initializer": initializer,
        }
    )
    return dict(record(e).finished.weights)


@pytest.mark.parametrize("network", ["generator", "discriminator"])
@pytest.mark.parametrize("layer", [0, 1])
def test_units_that_start_equal_stay_equal(network: str, layer: int) -> None:
    weights = trained(EQUAL)
    into = weights[f"{network}.{layer}.weight"][0]
    out_of = weights[f"{network}.{layer + 1}.weight"][0]
    assert not np.allclose(into, START)  # they did learn something
    np.testing.assert_allclose(into, np.repeat(into[:, :1], into.shape[1], axis=1), rtol=1e-4)
    np.testing.assert_allclose(out_of, np.repeat(out_of[:1], len(out_of), axis=0), rtol=1e-4)


def test_random_first_weights_break_the_symmetry() -> None:
    weights = trained("xavier_uniform")["generator.1.weight"][0]
    assert np.ptp(weights, axis=1).min() > 0.05
