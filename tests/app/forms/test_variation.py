"""What may differ between replicas, its first values, and how replicas are shared."""

from __future__ import annotations

import pytest

from ganstudio.app.forms.variation import may_vary, shared, values_around
from ganstudio.core.experiment import Experiment


def test_what_is_offered_can_differ_with_the_values_that_are_filled_in() -> None:
    experiments = [
        Experiment(),
        Experiment().replace(
            optimizer_g="sgd",
            loss="wasserstein",
            noise="uniform",
            penalties_d=["l2"],
            **{"optimizer_d.schedule": "step", "generator.initializer": "normal", "ema": 0.9},
        ),
    ]
    for e in experiments:
        paths = may_vary(e)
        assert len(paths) >= 12
        assert len(set(paths.values())) == len(paths), "two paths have the same words"
        for path in paths:
            values = values_around(e, path)
            assert e.at(path) in values
            vary = {"path": path, "values": values}
            changed = e.replace(replicas=len(values), vary=vary)
            assert [group.at(path) for group in changed.groups()] == list(values)


def test_paths_are_in_words() -> None:
    words = may_vary(Experiment().replace(penalties_d=["l2", "r1"]))
    assert words["optimizer_g.lr"] == "G, Learning rate"
    assert words["penalties_d.1.weight"] == "Penalties on D, R1, γ"
    assert words["ema"] == "Generator average"
    assert not {"target.mu", "batch_size", "ema_warmup"} & set(words)


@pytest.mark.parametrize(
    ("path", "present", "values"),
    [
        ("optimizer_g.lr", 1e-3, (1e-4, 3e-4, 1e-3, 3e-3)),
        ("optimizer_g.beta1", 0.5, (0.05, 0.15, 0.5)),  # 1.5 is out of range
        ("instance_noise.std", 0.0, (0.0, 0.1, 0.3, 1.0, 3.0)),
    ],
)
def test_first_values_are_around_the_present_one(
    path: str, present: float, values: tuple[float, ...]
) -> None:
    assert values_around(Experiment().replace(**{path: present}), path) == values


@pytest.mark.parametrize(
    ("replicas", "values", "wanted"),
    [(1, 4, 4), (64, 4, 64), (64, 5, 65), (4096, 5, 4095), (7, 1, 7)],
)
def test_replicas_are_shared_evenly(replicas: int, values: int, wanted: int) -> None:
    assert shared(replicas, values) == wanted
