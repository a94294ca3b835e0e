"""Windows for the tests of the application."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from ganstudio.core.experiment import Experiment
from tests.app.laboratory import Lab
from tests.app.recorded import RUNS, record


@pytest.fixture(scope="module")
def _shared(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("preferences")).warm()
    yield lab
    lab.close()


@pytest.fixture
def lab(_shared: Lab) -> Iterator[Lab]:
    """A window as after a start, shared by the tests of a file."""
    _shared.fresh()
    yield _shared
    _shared.until_settled()


@pytest.fixture
def make_lab(qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., Lab]]:
    """Makes windows of the test's own, which it may harm; all have the same preferences file."""
    made: list[Lab] = []

    def make(experiment: Experiment | None = None, *, records: bool = False) -> Lab:
        made.append(Lab(tmp_path, experiment, records=records))
        return made[-1]

    yield make
    for lab in made:
        lab.close()


@pytest.fixture(scope="session")
def recorded_runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file of each of `RUNS`; tests work on copies of it."""
    folder = tmp_path_factory.mktemp("recorded")
    for name, experiment in RUNS.items():
        record(experiment, folder / f"{name}.ganrun")
    return folder
