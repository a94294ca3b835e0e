"""What is imported when: the window's process never pays for torch."""

from __future__ import annotations

import subprocess
import sys

import pytest

REPORT = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
print(*sorted(name for name in sys.argv[2:] if name in sys.modules))
"""


def loaded(script: str, *arguments: str) -> list[str]:
    """Which of the named modules a fresh interpreter has after the script."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize(
    "package", ["ganstudio.app", "ganstudio.plots", "ganstudio.export", "ganstudio.cli"]
)
def test_no_module_of_the_window_loads_torch(package: str) -> None:
    # lazy_loader leaves an unloaded stand-in under "torch"; its C part tells the truth.
    assert loaded(REPORT, package, "torch._C") == []


def test_the_command_line_loads_nothing_heavy_on_its_way_to_the_window() -> None:
    script = "import sys\nimport ganstudio.cli\nganstudio.cli._is_for_window(['first-gan'])\n"
    script += "print(*sorted(name for name in sys.argv[1:] if name in sys.modules))"
    assert loaded(script, "torch._C", "typer", "rich", "numpy._core", "PySide6") == []


def test_the_window_paints_before_anything_heavy_is_loaded() -> None:
    script = "import sys\nimport ganstudio.app.main\n"
    script += "print(*sorted(name for name in sys.argv[1:] if name in sys.modules))"
    assert loaded(script, "numpy._core", "pyqtgraph", "scipy", "sqlite3", "PIL") == []


def test_the_public_names_are_there() -> None:
    script = "import ganstudio; assert all(hasattr(ganstudio, n) for n in ganstudio.__all__)"
    assert loaded(script) == []
