"""Initial weights have the moments and the structure that their papers give."""

from __future__ import annotations

import numpy as np
import pytest

from ganstudio.core.initializers import (
    ConstantValue,
    HeNormal,
    HeUniform,
    Normal,
    Orthogonal,
    Sparse,
    WeightInitializer,
    XavierNormal,
    XavierUniform,
)
from tests.core.helpers import Floats, members

FAN_IN, FAN_OUT = 300, 200
STD = {
    Normal: 1.0,
    XavierUniform: np.sqrt(2 / (FAN_IN + FAN_OUT)),
    XavierNormal: np.sqrt(2 / (FAN_IN + FAN_OUT)),
    HeNormal: np.sqrt(2 / FAN_IN),
    HeUniform: np.sqrt(2 / FAN_IN),
    Orthogonal: np.sqrt(1 / FAN_IN),
    Sparse: np.sqrt(15 / FAN_IN),
    ConstantValue: 0.0,
}
FLATNESS = {
    # E x^4 / (E x^2)^2: 3 of a normal distribution, 9/5 of a uniform one.
    Normal: 3.0,
    XavierUniform: 1.8,
    XavierNormal: 3.0,
    HeNormal: 3.0,
    HeUniform: 1.8,
    Orthogonal: 3 * FAN_IN / (FAN_IN + 2),
}


def draw(initializer: WeightInitializer, fan_in: int, fan_out: int, seed: int = 0) -> Floats:
    return initializer.draw(np.random.default_rng(seed), fan_in, fan_out)


def test_every_scheme_has_an_expectation() -> None:
    assert set(members(WeightInitializer)) == set(STD)


@pytest.mark.parametrize("kind", STD)
def test_spread(kind: type[WeightInitializer]) -> None:
    drawn = draw(kind(), FAN_IN, FAN_OUT)
    assert drawn.shape == (FAN_IN, FAN_OUT)
    # Of the sparse ones only 3,000 entries are not 0, and their error is that much larger.
    assert drawn.std() == pytest.approx(STD[kind], rel=0.04 if kind is Sparse else 0.02, abs=1e-7)
    centre = kind().value if issubclass(kind, ConstantValue) else 0.0
    assert abs(drawn.mean() - centre) <= 4 * STD[kind] / np.sqrt(drawn.size) + 1e-7


@pytest.mark.parametrize("kind", FLATNESS)
def test_shape_of_the_distribution(kind: type[WeightInitializer]) -> None:
    drawn = draw(kind(), FAN_IN, FAN_OUT).astype(np.float64)
    assert (drawn**4).mean() / (drawn**2).mean() ** 2 == pytest.approx(FLATNESS[kind], rel=0.03)


@pytest.mark.parametrize(
    ("scaled", "plain", "factor"),
    [
        (Normal(std=0.02), Normal(), 0.02),
        (XavierUniform(gain=3), XavierUniform(), 3),
        (XavierNormal(gain=3), XavierNormal(), 3),
        (Orthogonal(gain=1.4), Orthogonal(), 1.4),
        (Sparse(std=0.1), Sparse(), 0.1),
        (ConstantValue(value=-0.5), ConstantValue(value=1), -0.5),
    ],
    ids=lambda part: getattr(part, "kind", None),
)
def test_settings_scale_the_spread(
    scaled: WeightInitializer, plain: WeightInitializer, factor: float
) -> None:
    np.testing.assert_allclose(draw(scaled, 4, 5), factor * draw(plain, 4, 5), rtol=1e-6)


def test_normal_is_the_generator_s_own_draw() -> None:
    """Shipped presets and recorded runs rest on these numbers."""
    standard = np.random.default_rng(0).standard_normal((4, 5))
    np.testing.assert_array_equal(draw(Normal(std=0.3), 4, 5), (standard * 0.3).astype("f4"))
    he = (standard * np.sqrt(2 / 4)).astype("f4")
    np.testing.assert_array_equal(draw(HeNormal(), 4, 5), he)
    limit = np.sqrt(6 / 9)
    uniform = np.random.default_rng(0).uniform(-limit, limit, (4, 5)).astype("f4")
    np.testing.assert_array_equal(draw(XavierUniform(), 4, 5), uniform)


@pytest.mark.parametrize(
    ("kind", "limit"),
    [(XavierUniform, np.sqrt(6 / (FAN_IN + FAN_OUT))), (HeUniform, np.sqrt(6 / FAN_IN))],
)
def test_uniform_draws_fill_their_limits(kind: type[WeightInitializer], limit: float) -> None:
    drawn = draw(kind(), FAN_IN, FAN_OUT)
    assert 0.99 * limit < np.abs(drawn).max() <= np.float32(limit)


@pytest.mark.parametrize(("fan_in", "fan_out"), [(1, 1), (1, 9), (9, 1), (6, 4), (4, 6), (60, 60)])
@pytest.mark.parametrize("gain", [1.0, 2.5])
def test_orthogonal_keeps_lengths(fan_in: int, fan_out: int, gain: float) -> None:
    w = draw(Orthogonal(gain=gain), fan_in, fan_out).astype(np.float64) / gain
    products = w.T @ w if fan_in >= fan_out else w @ w.T
    np.testing.assert_allclose(products, np.eye(min(fan_in, fan_out)), rtol=0, atol=1e-6)


def test_orthogonal_is_uniform_over_the_rotations() -> None:
    """Of a uniform one E w_00 = 0 and E trace = 0; Q as LAPACK gives it has neither."""
    rng = np.random.default_rng(0)
    drawn = np.array([Orthogonal().draw(rng, 3, 3) for _ in range(2000)])
    # An entry's variance is 1/3, the trace's is 1.
    np.testing.assert_allclose(drawn.mean(0), 0, atol=4 * np.sqrt(1 / 3 / 2000))
    assert abs(np.trace(drawn, axis1=1, axis2=2).mean()) < 4 / np.sqrt(2000)
    signs = np.sign(np.linalg.det(drawn))
    assert abs(signs.mean()) < 4 / np.sqrt(2000)


@pytest.mark.parametrize(
    ("connections", "fan_in", "fan_out"),
    [(1, 1, 1), (15, 1, 7), (1, 8, 5), (3, 8, 1), (8, 8, 4), (9, 8, 4), (15, 100, 30)],
)
def test_sparse_units_have_exactly_k_incoming_weights(
    connections: int, fan_in: int, fan_out: int
) -> None:
    drawn = draw(Sparse(connections=connections), fan_in, fan_out)
    np.testing.assert_array_equal((drawn != 0).sum(axis=0), min(connections, fan_in))


def test_sparse_connections_fall_on_all_inputs_alike() -> None:
    kept = draw(Sparse(connections=3), 10, 10_000) != 0
    # Each input is kept with probability .3.
    np.testing.assert_allclose(kept.mean(axis=1), 0.3, atol=4 * np.sqrt(0.3 * 0.7 / 10_000))
    together = (kept[0] & kept[1]).mean()
    assert together == pytest.approx(3 * 2 / (10 * 9), abs=4 * np.sqrt(0.067 / 10_000))


@pytest.mark.parametrize("value", [0.0, 0.1, -3.5])
def test_constant_weights_are_all_equal(value: float) -> None:
    drawn = draw(ConstantValue(value=value), 5, 7)
    assert (drawn == np.float32(value)).all()


@pytest.mark.parametrize("kind", members(WeightInitializer))
@pytest.mark.parametrize(("fan_in", "fan_out"), [(1, 1), (1, 9), (9, 1), (6, 4), (2, 100)])
def test_what_holds_for_every_scheme(
    kind: type[WeightInitializer], fan_in: int, fan_out: int
) -> None:
    drawn = draw(kind(), fan_in, fan_out, seed=1)
    assert drawn.shape == (fan_in, fan_out)
    assert drawn.dtype == np.float32
    assert np.isfinite(drawn).all()
    assert drawn.any()
    np.testing.assert_array_equal(drawn, draw(kind(), fan_in, fan_out, seed=1))
    others = [draw(kind(), fan_in, fan_out, seed=seed) for seed in range(2, 12)]
    assert all((drawn == other).all() for other in others) == (kind is ConstantValue)
