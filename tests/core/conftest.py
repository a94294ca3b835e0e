"""What only the tests of the engine need."""

from __future__ import annotations

import pytest
import torch

from tests.core.helpers import plainly


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """As a run has it: several only wait for each other over networks so small."""
    torch.set_num_threads(1)


@pytest.fixture
def uncaptured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Updates run as they are written, which for a few steps is quicker than to capture them.

    That both give the same bits has tests of its own.
    """
    monkeypatch.setattr("ganstudio.core.game.capture", plainly)
