"""A judge of small pictures, trained in a second."""

from __future__ import annotations

import pytest

from ganstudio.core.pictures import training
from ganstudio.core.pictures.classifier import Classifier
from ganstudio.core.pictures.training import train_classifier
from tests.core.pictures.bars import bars

SEEN = 128 * 60


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judges see fewer pictures while they learn."""
    hurry(monkeypatch)


@pytest.fixture(scope="session")
def judge() -> Classifier:
    """Of `bars`."""
    with pytest.MonkeyPatch.context() as patch:
        hurry(patch)
        return train_classifier(bars(600), bars(200, seed=1))


def hurry(patch: pytest.MonkeyPatch) -> None:
    for name in ("FEWEST_SEEN", "MOST_SEEN"):
        patch.setattr(training, name, SEEN)
