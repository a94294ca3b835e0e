"""`ganstudio export`: what a run file holds, as files for other programs; the suffix says which."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ganstudio.cli import export_film
from ganstudio.cli.places import check_new, check_place
from ganstudio.cli.signals import leaving_nothing
from ganstudio.core.checkpoint import Checkpoint
from ganstudio.core.sampling import SAMPLES, samples_of, weights_of
from ganstudio.core.targets import Pictures
from ganstudio.data.weights import write_weights
from ganstudio.errors import FileError, SpecError
from ganstudio.export.script import write_script
from ganstudio.export.tables import write_losses, write_metrics, write_samples
from ganstudio.record.reader import RunReader

TABLES = {"losses": write_losses, "metrics": write_metrics}


@dataclass(frozen=True)
class Wish:
    """What an export is told besides the two files; None where nothing was said.

    `drawing` has what only pictures and films heed, by the names of the options.
    """

    what: str | None = None
    step: int | None = None
    count: int | None = None
    drawing: Mapping[str, Any] = field(default_factory=dict)

    @property
    def given(self) -> dict[str, Any]:
        """All that was said, by the names of the options."""
        known = {"what": self.what, "step": self.step, "count": self.count, **self.drawing}
        return {name: value for name, value in known.items() if value is not None}


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    Args:
        words: for a person who asks what there is.
        write: makes the file, and says what is in it.
        takes: the wishes that it heeds.
    """

    words: str
    write: Callable[[RunReader, Path, Wish], str]
    takes: tuple[str, ...] = ()


def export(run: Path, to: Path, wish: Wish, *, overwrite: bool = False) -> str:
    """Write one file, or a folder; what was written, in one sentence.

    Args:
        run: the run file.
        to: where it goes; the suffix decides on the kind of file.
        wish: what else was said.
        overwrite: whether a file that is there may go; a folder never does.

    Raises:
        RecordError: the run file is damaged, or has not what is asked for.
        FileError: there is no such kind of file, or it can't be written.
        SpecError: a wish that this kind of file can't heed.
        GanStudioError: what samples and weights raise.
    """
    kind = _kind_of(to)
    for name in wish.given:
        if name not in kind.takes:
            raise SpecError(f"--{name}: {kind.words} can't heed it")
    _check_target(to, overwrite)
    if wish.step is not None:
        _check_step(wish.step, [run, *wish.given.get("beside", ())])
    with RunReader(run) as reader, leaving_nothing(to):
        return f"{to}: {kind.write(reader, to, wish)}"


def _kind_of(to: Path) -> Kind:
    if to.name and to.name.lower() in KINDS:
        raise FileError(f"{to}: a name before {to.name} is missing")
    kind = KINDS.get(to.suffix.lower())
    if kind is None:
        known = ", ".join(f"{suffix or 'no suffix'} ({k.words})" for suffix, k in KINDS.items())
        raise FileError(f"{to}: nothing is exported as {to.suffix}; there is {known}")
    return kind


def _check_target(to: Path, overwrite: bool) -> None:
    if not to.suffix:
        check_new(to)
    elif not overwrite:
        check_new(to, "choose another name, or replace it with --overwrite")
    else:
        check_place(to)


def _check_step(step: int, runs: Sequence[Path]) -> None:
    last = max(map(_last_step, runs))
    if step > last:
        raise SpecError(f"--step {step:,}: it should be from 0 to {last:,}, where the run ends")


def _last_step(run: Path) -> int:
    with RunReader(run) as reader:
        place = reader.last_place
        return place.step if place is not None else 0


def checkpoint_at(reader: RunReader, step: int | None) -> Checkpoint:
    """The last checkpoint, or the one that is nearest to a step.

    Raises:
        RecordError: there is none.
    """
    there = reader.checkpoint_steps
    if step is None or not there:
        return reader.checkpoint()
    return reader.checkpoint(min(there, key=lambda at: abs(at - step)))


def _table(reader: RunReader, to: Path, wish: Wish) -> str:
    what = "metrics" if wish.what is None else wish.what
    if what not in TABLES:
        raise SpecError(f"--what {what}: there is {' and '.join(TABLES)}")
    TABLES[what](reader, to)
    return what


def _samples(reader: RunReader, to: Path, wish: Wish) -> str:
    checkpoint = checkpoint_at(reader, wish.step)
    samples = samples_of(checkpoint, wish.count or SAMPLES)
    target = reader.experiment.target
    if isinstance(target, Pictures):
        samples = samples.reshape(*samples.shape[:2], target.width, target.width)
    write_samples(samples, to)
    shape = f"an array of {' × '.join(f'{size:,}' for size in samples.shape)}"
    return f"samples of the generator at step {checkpoint.step:,}, {shape}"


def _weights(reader: RunReader, to: Path, wish: Wish) -> str:
    checkpoint = checkpoint_at(reader, wish.step)
    write_weights(weights_of(checkpoint), to)
    return f"the weights at step {checkpoint.step:,}, for `ganstudio train --start-from`"


def _tensorboard(reader: RunReader, to: Path, wish: Wish) -> str:
    export_film.export_tensorboard(reader, to)
    return f"an event log, for `tensorboard --logdir {to}`"


def _script(reader: RunReader, to: Path, wish: Wish) -> str:
    beside = write_script(reader.begun, to)[1:]
    pictures = "".join(f"; it reads {path.name}" for path in beside)
    return f"a program that trains the same experiment with torch and numpy alone{pictures}"


def _picture(reader: RunReader, to: Path, wish: Wish) -> str:
    return export_film.export_picture(reader, to, wish.given)


def _film(reader: RunReader, to: Path, wish: Wish) -> str:
    return export_film.export_film(reader, to, wish.given)


KINDS: dict[str, Kind] = {
    ".csv": Kind("a table", _table, ("what",)),
    ".jsonl": Kind("a table as JSON lines", _table, ("what",)),
    ".npy": Kind("samples", _samples, ("step", "count")),
    ".safetensors": Kind("weights", _weights, ("step",)),
    ".py": Kind("a PyTorch program", _script),
    "": Kind("a folder for TensorBoard", _tensorboard),
    **dict.fromkeys(export_film.PICTURES, Kind("a picture", _picture, export_film.OF_PICTURES)),
    **dict.fromkeys(export_film.FILMS, Kind("a film", _film, export_film.OF_FILMS)),
}
"""By suffix."""
