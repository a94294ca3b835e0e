"""Real run files for the tests of the library: small experiments, trained and written by a run."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from ganstudio.core.experiment import Experiment
from ganstudio.data.presets import load_preset
from ganstudio.runs.local import LocalRun
from ganstudio.runs.messages import State
from tests.runs.helpers import QUICK, Ear

FIRST = QUICK.replace(title="First GAN", steps=260, seed=1)
RUNS: Mapping[str, Experiment] = {
    "20260101-100000-first": FIRST,
    "20260101-110000-faster": FIRST.replace(**{"optimizer_g.lr": 0.05, "steps": 300}),
    "20260102-100000-seeds": FIRST.replace(title="Many seeds", replicas=4, steps=60),
    "20260103-100000-ring": load_preset("ring", steps=40, frame_every=10, batch_size=64),
}
FIRST_NAME, FASTER_NAME, SEEDS_NAME, RING_NAME = (f"{name}.ganrun" for name in RUNS)


def record(experiment: Experiment, path: Path) -> None:
    """Train an experiment to its end, and have it in a file."""
    run = LocalRun()
    ear = Ear(run)
    run.start(experiment, record=path)
    ear.until_state(State.ENDED)
    run.stop()
    ear.until_state(State.READY)
    ear.close()


def fill(folder: Path, source: Path) -> Path:
    """A folder with copies of all runs that `source` has."""
    shutil.copytree(source, folder)
    return folder
