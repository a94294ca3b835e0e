"""An installed copy works as the checkout does: the resources travel inside the wheel."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# The dependencies are those of this environment; the program itself must be the installed one.
SCRIPT = """
import site, sys
site.addsitedir(sys.argv[1])
import ganstudio
from importlib.resources import files
from PySide6.QtWidgets import QApplication
from ganstudio.app.session import Session
from ganstudio.app.preferences import Preferences
from ganstudio.app.trouble import Trouble
from ganstudio.app.window import Window
from pathlib import Path

assert Path(ganstudio.__file__).is_relative_to(sys.prefix), ganstudio.__file__
app = QApplication([])
for name in ganstudio.presets():
    ganstudio.load_preset(name)
window = Window(Session(ganstudio.load_preset("first-gan")), Preferences(Path("w.ini")), Trouble())
window.show()
window.views.load()
print("drawn", window.grab().width() > 0)
"""


@pytest.mark.slow
def test_a_wheel_in_a_fresh_environment_started_from_another_folder(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "-w", str(wheels)]
    subprocess.run([*build, str(ROOT)], check=True, timeout=300)
    venv.create(tmp_path / "env", with_pip=True)
    scripts = "Scripts" if os.name == "nt" else "bin"
    python = str(tmp_path / "env" / scripts / "python")
    (wheel,) = wheels.glob("ganstudio-*.whl")
    subprocess.run([python, "-m", "pip", "install", "--no-deps", "-q", str(wheel)], check=True)
    dependencies = next(path for path in sys.path if path.endswith("site-packages"))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = subprocess.run(
        [python, "-c", SCRIPT, dependencies],
        cwd=elsewhere,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "drawn True"
