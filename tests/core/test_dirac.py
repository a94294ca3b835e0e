"""The Dirac GAN: D(x) = psi x and G = theta, against its known radii after 500 steps.

Mescheder et al. 2018, section 2. The target is a point at 0. The paper's D is large where it
sees generated samples, ours where it sees real ones: their start (1, 1) is our (1, -1).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ganstudio.core.control import Control, Order, RunToEnd
from ganstudio.core.experiment import Experiment
from tests.core.helpers import record

STEP, STEPS = 0.2, 500


class Point:
    """All real samples are 0, and z is always 1."""

    def real(self, n: int) -> NDArray[np.float64]:
        return np.zeros(n)

    def noise(self, n: int) -> NDArray[np.float64]:
        return np.ones(n)

    def pretraining_inputs(self, n: int) -> NDArray[np.float64]:
        raise AssertionError("there is no pretraining here")


class GeneratorFirst(RunToEnd):
    """The published alternation moves theta first: G, then (D, G) over and over, then D."""

    def next(self, step: int, experiment: Experiment) -> Order | Experiment:
        ends = {0: Order.GENERATOR, STEPS: Order.DISCRIMINATOR, STEPS + 1: Order.STOP}
        return ends.get(step, Order.BOTH)


def radius(control: Control | None = None, **changes: Any) -> float:
    """|(theta, psi)| at the end."""
    sgd = {"kind": "sgd", "lr": STEP}
    network = {"layers": [], "biases": False}
    e = Experiment.parse(
        {
            "standardise": False,
            "generator": network,
            "discriminator": network,
            "optimizer_d": sgd,
            "optimizer_g": sgd,
            "loss": "minimax",
            "batch_size": 1,
            "steps": STEPS,
            "frame_every": STEPS,
        }
        | changes
    )
    one = np.ones((1, 1), dtype=np.float32)
    start = {"generator.0.weight": one, "discriminator.0.weight": -one}
    zero = np.zeros(1, dtype=np.float32)
    biases = {"generator.0.bias": zero, "discriminator.0.bias": zero}
    final = record(e, weights=start | biases, draws=Point(), control=control).finished.weights
    assert float(final["generator.0.bias"][0, 0]) == 0
    theta, psi = (
        float(final[f"{name}.0.weight"][0, 0, 0]) for name in ("generator", "discriminator")
    )
    return math.hypot(theta, psi)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"play": "simultaneous"}, 3.097),
        ({"play": "alternating", "control": GeneratorFirst()}, 1.421),
        ({"play": "simultaneous", "penalties_d": [{"kind": "r1", "weight": 0.3}]}, 2.6e-6),
        (
            {"play": "simultaneous", "loss": {"kind": "wasserstein", "clip": 0.0}},
            math.sqrt(2) * 1.04**250,
        ),
        ({"play": "extragradient", "loss": {"kind": "wasserstein", "clip": 0.0}}, 7.9e-5),
    ],
    ids=["simultaneous", "alternating", "R1", "WGAN", "WGAN extragradient"],
)
def test_the_final_radius(changes: dict[str, Any], expected: float) -> None:
    # The published values have two to four digits.
    digits = 5e-4 if expected > 1 else 2e-2
    assert radius(**changes) == pytest.approx(expected, rel=digits)


@pytest.mark.parametrize("play", ["simultaneous", "alternating", "extragradient"])
def test_against_the_same_game_in_plain_numbers(play: str) -> None:
    assert radius(play=play) == pytest.approx(plain_radius(play), rel=1e-3)


def plain_radius(play: str) -> float:
    """The minimax game in float64: dL_D/dpsi = theta s(psi theta), dL_G/dtheta = -psi s."""

    def field(theta: float, psi: float) -> tuple[float, float]:
        s = 1 / (1 + math.exp(-psi * theta))
        return psi * s, -theta * s  # what theta and psi follow

    theta, psi = 1.0, -1.0
    for _ in range(STEPS):
        if play == "alternating":
            psi += STEP * field(theta, psi)[1]
            theta += STEP * field(theta, psi)[0]
            continue
        a, b = theta, psi
        if play == "extragradient":
            along = field(theta, psi)
            a, b = theta + STEP * along[0], psi + STEP * along[1]
        along = field(a, b)
        theta, psi = theta + STEP * along[0], psi + STEP * along[1]
    return math.hypot(theta, psi)
