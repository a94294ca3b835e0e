"""Make the judge of the bundled digits: `python -m tools.judge`, after their pictures changed.

On one kind of processor it has the same bytes each time.
"""

from __future__ import annotations

from pathlib import Path

from ganstudio.core.pictures.training import train_classifier
from ganstudio.data.images.digits import digits
from ganstudio.data.images.judge import file_name, packed

TARGET = Path(__file__).parents[1] / "ganstudio" / "resources" / "judges"
HELD_OUT = 500


def main() -> None:
    """Train it and put it in the place of the one before."""
    training, held_out = digits().split(HELD_OUT)
    judge = train_classifier(training, held_out)
    content = packed(judge)
    TARGET.mkdir(parents=True, exist_ok=True)
    for old in TARGET.glob("*.safetensors"):
        old.unlink()
    (TARGET / file_name(training)).write_bytes(content)
    print(f"{judge.sha256[:12]}: {judge.accuracy:.1%} right, {len(content):,} bytes")


if __name__ == "__main__":
    main()
