"""What goes between a run's handle and the place where it trains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.core.control import Order, Watch
from ganstudio.core.events import Event
from ganstudio.core.experiment import Experiment
from ganstudio.core.questions import Asked

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Arrays = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Origin:
    """A checkpoint in a run file; its newest one if no step is given."""

    path: Path
    step: int | None = None


@dataclass(frozen=True)
class Start:
    """Begin a run; one that is under way is stopped first."""

    run: int
    experiment: Experiment
    playing: bool
    weights: Arrays | None = None
    from_last: bool = False
    """Begin with the networks that the run before ended with, instead of `weights`."""
    record: Path | None = None
    """The run file to write; it is made with the first step."""
    origin: Origin | None = None
    """Go on from there instead of from the first step."""


@dataclass(frozen=True)
class Play:
    """Go on until a step, or to the end of the experiment."""

    until: int | None = None


@dataclass(frozen=True)
class Pause:
    """Wait at the next step boundary."""


@dataclass(frozen=True)
class Step:
    """One step of both networks or of one, then wait."""

    order: Order


@dataclass(frozen=True)
class Edit:
    """Go on with a changed experiment."""

    experiment: Experiment


@dataclass(frozen=True)
class Back:
    """Take back the step that left a number not finite."""


@dataclass(frozen=True)
class Look:
    """What the pictures are to show from now on."""

    watch: Watch


@dataclass(frozen=True)
class Ask:
    """A question to the run's networks, answered between two steps."""

    asked: Asked


@dataclass(frozen=True)
class Pace:
    """Steps a second; None for as many as possible."""

    steps_per_second: float | None


@dataclass(frozen=True)
class Stop:
    """End the run, keeping the place ready for the next."""


@dataclass(frozen=True)
class Close:
    """End the run and the place.

    Args:
        unasked: nobody said so; who gave the commands is gone without a word.
    """

    unasked: bool = False


Command = Start | Play | Pause | Step | Edit | Back | Look | Ask | Pace | Stop | Close


class State(Enum):
    """What a run is doing."""

    STARTING = "starting"
    """The engine is getting ready."""
    READY = "ready"
    """The engine is warm, and no run is under way."""
    PLAYING = "playing"
    PAUSED = "paused"
    ENDED = "ended"
    """The last step is reached; more steps can be added."""
    DIVERGED = "diverged"
    """Paused because a number is not finite, or in a fleet none is any more."""
    LOST = "lost"
    """The engine is gone."""


@dataclass(frozen=True)
class Status:
    """A change of state, in order with the events."""

    state: State


@dataclass(frozen=True)
class Facts:
    """What the engine knows about its machine, told once when it is ready."""

    torch_version: str
    devices: tuple[str, ...]


@dataclass(frozen=True)
class RecordNews:
    """Writing the run's file has failed, or works again; training goes on in any case."""

    sentence: str


@dataclass(frozen=True)
class Preparing:
    """What has to be done before a run's first picture, such as reading its pictures."""

    what: str
    share: float
    """How much of it is done, 0 to 1."""


@dataclass(frozen=True)
class Message:
    """An event or a status of run number `run` (0 before the first)."""

    run: int
    content: Event | Status | Facts | RecordNews | Preparing
