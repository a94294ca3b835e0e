"""The ring of eight modes: what the modern loss is there for."""

from __future__ import annotations

import numpy as np
import pytest

from ganstudio.core.events import PlaneMetrics
from ganstudio.data.presets import load_preset
from tests.core.helpers import record


@pytest.mark.slow
def test_relativistic_pairing_with_r1_and_r2_covers_the_ring_evenly_in_every_seed() -> None:
    metrics = record(load_preset("ring-modern", replicas=3, frame_every=6000)).last.metrics
    assert isinstance(metrics, PlaneMetrics)
    assert (metrics.reverse_kl <= 0.02).all()
    assert (metrics.modes == 8).all()
    assert (metrics.high_quality > 0.85).all()


def test_the_ring_is_learned_from_the_first_thousand_steps_on() -> None:
    """The same, short: the untrained generator has no mode, the trained one has most."""
    run = record(load_preset("ring-modern", steps=700, frame_every=700))
    first, last = run.frames[0].metrics, run.last.metrics
    assert isinstance(first, PlaneMetrics)
    assert isinstance(last, PlaneMetrics)
    assert first.modes[0] == 0
    assert last.modes[0] >= 4
    assert last.w1[0] < first.w1[0] / 4
    assert np.isfinite(run.loss_d).all()
