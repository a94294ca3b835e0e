"""One run in this process and one in a child, shared by the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ganstudio.runs.handle import Run
from ganstudio.runs.local import LocalRun
from ganstudio.runs.process import ProcessRun
from tests.runs.helpers import Ear


@pytest.fixture(scope="module", params=[LocalRun, ProcessRun])
def _shared(request: pytest.FixtureRequest) -> Iterator[Ear]:
    ear = Ear(request.param())
    ear.settle()
    yield ear
    ear.close()


@pytest.fixture(scope="module")
def _shared_process() -> Iterator[Ear]:
    ear = Ear(ProcessRun())
    ear.settle()
    yield ear
    ear.close()


@pytest.fixture
def ear(_shared: Ear) -> Ear:
    """Listens to a handle of either kind, whose newest run is paused at step 0."""
    _shared.settle()
    return _shared


@pytest.fixture
def run(ear: Ear) -> Run:
    """The handle that `ear` listens to."""
    return ear.run


@pytest.fixture
def process_ear(_shared_process: Ear) -> Ear:
    """The same for a child process alone."""
    _shared_process.settle()
    return _shared_process
