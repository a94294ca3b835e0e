"""`ganstudio info`: what a run file holds, in words or as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from ganstudio.cli.tables import gallery_lines, stdout_console
from ganstudio.core.outcomes import counts
from ganstudio.record.reader import RunReader


def show(path: Path, *, as_json: bool) -> None:
    """Print it.

    Raises:
        RecordError: it is no run file, or damaged.
    """
    found = facts(path)
    if as_json:
        sys.stdout.write(json.dumps(found, allow_nan=False) + "\n")
        return
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for name, words in _lines(found):
        table.add_row(Text(name, style="bold"), Text(words))
    stdout_console().print(table)


def facts(path: Path) -> dict[str, Any]:
    """What is worth to be known of a run file.

    Raises:
        RecordError: it is no run file, or damaged.
    """
    with RunReader(path) as reader:
        places, measured, started = reader.places, reader.measured, reader.started
        newest = reader.frame(places[-1].number) if places else None
        return {
            "file": str(path),
            "bytes": path.stat().st_size,
            "title": reader.experiment.title,
            "id": reader.fact("id"),
            "created": reader.fact("created"),
            "parent": reader.fact("parent"),
            "step": newest.step if newest else 0,
            "steps": (reader.edits[-1] if reader.edits else started).experiment.steps,
            "replicas": reader.experiment.replicas,
            "verdicts": {
                condition.value: share.count
                for condition, share in counts(newest.verdicts if newest else ()).items()
            },
            "pictures": len(places),
            "measured": len(measured),
            "losses": len(reader.losses.steps),
            "edits": [{"step": e.step, "paths": list(e.paths)} for e in reader.edits],
            "checkpoints": reader.checkpoint_steps,
            "gallery": dict(started.gallery),
            "device": started.device,
            "threads": started.threads,
            "versions": reader.fact("versions"),
            "ended": reader.fact("ended"),
        }


def _lines(found: dict[str, Any]) -> list[tuple[str, str]]:
    checkpoints, edits, parent = found["checkpoints"], found["edits"], found["parent"]
    verdicts = ", ".join(f"{n} {name}" if n > 1 else name for name, n in found["verdicts"].items())
    threads = found["threads"]
    lines = [
        ("Experiment", found["title"]),
        ("Recorded", f"{found['created']}, {found['bytes'] / 2**20:.1f} MiB"),
        ("Steps", f"{found['step']:,} of {found['steps']:,}"),
        ("Seeds", f"{found['replicas']:,}"),
        ("Verdict", verdicts or "none yet"),
        ("Pictures", f"{found['pictures']:,}"),
        ("Checkpoints", f"{len(checkpoints):,}" + _span(checkpoints)),
        ("Edits", ", ".join(f"{' '.join(e['paths'])} at {e['step']:,}" for e in edits) or "none"),
        *gallery_lines(found["gallery"]),
        ("Trained on", f"{found['device']}, {threads} thread{'' if threads == 1 else 's'}"),
        ("Versions", ", ".join(f"{name} {v}" for name, v in found["versions"].items())),
    ]
    if parent:
        lines.append(("Went on from", f"step {parent['step']:,} of run {parent['id']}"))
    return lines


def _span(checkpoints: list[int]) -> str:
    return f", the last at step {checkpoints[-1]:,}" if checkpoints else ""
