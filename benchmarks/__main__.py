"""`python -m benchmarks [names]`: run all that have a bar, or those named.

`python -m benchmarks scaling [--write] [--quick]`: the table and the picture of README.md.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

from benchmarks import (
    digits,
    film,
    frames,
    grid,
    live,
    pictures,
    record,
    scaling,
    soak,
    startup,
    timeline,
    training,
)
from benchmarks.report import Result

BENCHMARKS: dict[str, Callable[[], Sequence[Result]]] = {
    "training": training.measure,
    "pictures": pictures.measure,
    "grid": grid.measure,
    "digits": digits.measure,
    "frames": frames.measure,
    "startup": startup.measure,
    "live": live.measure,
    "soak": soak.measure,
    "record": record.measure,
    "film": film.measure,
    "timeline": timeline.measure,
}


def main(names: list[str]) -> int:
    """Run benchmarks and print their figures; 2 for a name that does not exist."""
    os.environ.setdefault("QT_QPA_PLATFORM", "" if os.environ.get("DISPLAY") else "offscreen")
    if names[:1] == ["scaling"]:
        return scaling.main(names[1:])
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        known = ", ".join([*BENCHMARKS, "scaling"])
        print(f"no benchmark {unknown[0]!r}; there is {known}", file=sys.stderr)
        return 2
    for name in names or BENCHMARKS:
        print(f"--- {name}", flush=True)
        for result in BENCHMARKS[name]():
            print(result, flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
