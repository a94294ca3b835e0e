"""What the tests of the command line share."""

from __future__ import annotations

import pytest

from ganstudio import cli
from tests.cli.helpers import Obey


@pytest.fixture
def obey(capsys: pytest.CaptureFixture[str]) -> Obey:
    """(exit code, stdout, stderr) of a command line obeyed in this process."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return run
