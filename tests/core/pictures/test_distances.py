"""Distances between sets of features against closed forms, scipy and brute force."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import linalg

from ganstudio.core.pictures.distances import (
    CHUNK,
    frechet,
    kernel_distance,
    manifold,
    moments,
    precision_recall,
    squared_distances,
)


def drawn(seed: int, *shape: int) -> torch.Tensor:
    return torch.tensor(np.random.default_rng(seed).normal(size=shape).astype(np.float32))


def test_frechet_of_two_bells_that_share_their_axes_is_the_closed_formula() -> None:
    # Of N(0, diag s^2) and N(m, diag t^2) it is |m|^2 + sum (s - t)^2.
    z = np.linalg.qr(np.random.default_rng(0).normal(size=(500, 5)))[0]
    z -= z.mean(axis=0)
    z = z @ np.linalg.inv(np.linalg.cholesky(np.cov(z, rowvar=False))).T
    s, t = np.array([1, 2, 3, 0.5, 0]), np.array([1, 1, 5, 0.5, 2])
    m = np.array([3, 0, 0, 4, 0])
    a, b = moments(torch.tensor(z * s)), moments(torch.tensor(z * t + m))
    assert frechet(a, b) == pytest.approx(25 + ((s - t) ** 2).sum())
    assert frechet(b, a) == pytest.approx(frechet(a, b))
    assert frechet(a, a) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("count", [40, 300])
def test_frechet_is_what_scipy_s_root_gives(count: int) -> None:
    x = drawn(1, count, 12) @ drawn(2, 12, 12)
    y = drawn(3, 200, 12) @ drawn(4, 12, 12) + 1
    a, b = (np.cov(one.double().numpy(), rowvar=False) for one in (x, y))
    off = (x.double().mean(0) - y.double().mean(0)).numpy()
    wanted = off @ off + np.trace(a + b - 2 * linalg.sqrtm(a @ b).real)
    assert frechet(moments(x), moments(y)) == pytest.approx(wanted, rel=1e-9)


def test_frechet_to_a_single_point_is_all_there_is_to_lose() -> None:
    x, one = moments(drawn(0, 400, 6)), moments(drawn(1, 1, 6).expand(300, 6))
    wanted = (x.first - one.first).square().sum() + x.covariance.trace()
    assert frechet(x, one) == pytest.approx(float(wanted))


def brute_kernel_distance(x: torch.Tensor, y: torch.Tensor) -> float:
    x, y = x.double(), y.double()
    d, n, m = x.shape[1], len(x), len(y)
    xx, yy, xy = (((a @ b.T) / d + 1) ** 3 for a, b in ((x, x), (y, y), (x, y)))
    within_x = (xx.sum() - xx.trace()) / (n * (n - 1))
    within_y = (yy.sum() - yy.trace()) / (m * (m - 1))
    return float(within_x + within_y - 2 * xy.mean())


def test_the_kernel_distance_is_that_over_all_pairs() -> None:
    x, y = drawn(0, CHUNK + 70, 9), 1.3 * drawn(1, 130, 9) + 0.2
    wanted = brute_kernel_distance(x, y)
    assert kernel_distance(moments(x), moments(y)) == pytest.approx(wanted, rel=1e-5)
    assert wanted > 0.05


def test_the_kernel_distance_is_unbiased() -> None:
    found = [
        kernel_distance(moments(drawn(2 * i, 50, 8)), moments(drawn(2 * i + 1, 70, 8)))
        for i in range(200)
    ]
    error = np.std(found) / np.sqrt(len(found))
    assert abs(np.mean(found)) < 3 * error
    assert min(found) < 0


def brute_share_inside(real: np.ndarray, other: np.ndarray, k: int) -> float:
    inside = []
    for point in other:
        far = np.linalg.norm(real - point, axis=1)
        radii = [np.sort(np.linalg.norm(real - one, axis=1))[k] for one in real]
        inside.append((far <= radii).any())
    return float(np.mean(inside))


def test_precision_and_recall_are_those_of_brute_force() -> None:
    x, y = drawn(0, 60, 3), 0.9 * drawn(1, 40, 3) + 0.8
    found = precision_recall(manifold(x), manifold(y))
    a, b = x.numpy(), y.numpy()
    assert found == pytest.approx((brute_share_inside(a, b, 3), brute_share_inside(b, a, 3)))
    assert 0 < found[1] < 1
    assert 0 < found[0] < 1


def test_precision_and_recall_of_toys() -> None:
    two = torch.cat([drawn(0, 100, 2), drawn(1, 100, 2) + 50])
    one, far = drawn(2, 200, 2) * 0.5, drawn(3, 200, 2) + 200
    assert precision_recall(manifold(two), manifold(far)) == (0, 0)
    assert precision_recall(manifold(two), manifold(two)) == (1, 1)
    precision, recall = precision_recall(manifold(two), manifold(one))
    assert precision > 0.95
    assert 0.3 < recall < 0.5
    # A single real point again and again lies among real ones, and covers that one alone.
    collapsed = two[:1].expand(150, 2)
    assert precision_recall(manifold(two), manifold(collapsed)) == pytest.approx((1, 1 / 200))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_features_have_what_neighbours_there_are(count: int) -> None:
    x = drawn(0, count, 4)
    own = moments(x)
    assert precision_recall(manifold(x), manifold(x)) == (1, 1)
    assert np.isfinite(frechet(own, moments(drawn(1, 30, 4))))
    assert np.isfinite(kernel_distance(own, moments(drawn(1, 30, 4))))


def test_squared_distances() -> None:
    x, y = drawn(0, 7, 5), drawn(1, 9, 5)
    wanted = ((x[:, None] - y) ** 2).sum(dim=2)
    torch.testing.assert_close(squared_distances(x, y), wanted)
    assert (squared_distances(x, x) >= 0).all()
