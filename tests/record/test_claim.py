"""One process writes a run file at a time; a claim goes with its owner."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ganstudio.errors import RecordError
from ganstudio.record.claim import Claim, is_claimed

HOLDER = """
import sys
from pathlib import Path
from ganstudio.record.claim import Claim
claim = Claim(Path(sys.argv[1]))
print("mine", flush=True)
sys.stdin.read()
"""


def test_a_claim_keeps_others_out_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "run.ganrun"
    assert not is_claimed(path)
    with Claim(path):
        assert is_claimed(path)
        with pytest.raises(RecordError, match="another GAN Studio is writing it"):
            Claim(path)
    assert not is_claimed(path)
    assert list(tmp_path.iterdir()) == []


def test_a_claim_that_is_kept_stays(tmp_path: Path) -> None:
    path = tmp_path / "run.ganrun"
    with Claim(path) as claim:
        kept = claim.kept()
    assert is_claimed(path)
    kept.give_up()
    assert not is_claimed(path)


def test_a_killed_owner_claims_nothing(tmp_path: Path) -> None:
    path = tmp_path / "run.ganrun"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "mine\n"
        assert is_claimed(path)
        owner.kill()
        owner.wait()
        assert not is_claimed(path)
    with Claim(path):
        assert is_claimed(path)


def test_a_place_that_can_t_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(RecordError, match="can't be written"):
        Claim(tmp_path / "file" / "run.ganrun")
