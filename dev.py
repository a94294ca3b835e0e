"""GAN Studio's one script for people and CI. It needs nothing but Python 3.11 or newer.

python3 dev.py run [arguments of ganstudio]   start the program
python3 dev.py test [--slow] [of pytest]      every gate: ruff, mypy, import-linter, pytest
python3 dev.py bench [names]                  the benchmarks
python3 dev.py shots [folder]                 pictures of every page, into shots/ unless told

--cuda, with any of them: the CUDA build of torch, kept from then on.

The first call makes .venv beside this file, installs what is missing, and says so. Later calls
start at once, until pyproject.toml, constraints.txt, this script or the Python version changes.
`test` also makes .venv-core, without Qt, where the tests of ganstudio/core run.
"""

from __future__ import annotations

import os
import sys
import time

from tools.console import DevError, call, say
from tools.environment import CORE, MAIN, ROOT, WINDOWS, prepare, prepare_core

PYTHON = (3, 11)

IMPORT_LINTER = "from importlinter.cli import lint_imports_command as main; main()"
WITHOUT_QT = """
import sys
from importlib.util import find_spec
found = [name for name in ("PySide6", "shiboken6", "pyqtgraph") if find_spec(name)]
sys.exit(f"{', '.join(found)} can be imported there: delete .venv-core" if found else 0)
"""
GATES = {  # pytest comes after these, so that its summary closes the output
    "ruff check": [MAIN.python, "-m", "ruff", "check", "."],
    "ruff format": [MAIN.python, "-m", "ruff", "format", "--check", "."],
    "mypy": [MAIN.python, "-m", "mypy"],
    "import-linter": [MAIN.python, "-c", IMPORT_LINTER, "--no-logo"],
    "core without Qt": [CORE.python, "-c", WITHOUT_QT],
}
CORE_TESTS = os.path.join("tests", "core")
CORE_FOLDER = CORE_TESTS + os.sep
# The tests of a file share what they start, such as a window with its engine.
ON_ALL_CORES = ["-n", "auto", "--dist", "loadfile"]
NO_TESTS = 5  # pytest's exit code where a -k or a -m left none


def main(arguments: list[str]) -> int:
    """Run one command; every failure becomes a sentence and an exit code."""
    try:
        require_python(sys.version_info[:3])
        return dispatch(arguments)
    except DevError as error:
        print(error.output, file=sys.stderr, end="")
        say(str(error))
        return error.code
    except OSError as error:
        say(f"{error.strerror or error}: {error.filename or 'no file named'}")
        return 1
    except KeyboardInterrupt:
        say("interrupted")
        return 130


def require_python(version: tuple[int, ...]) -> None:
    """Refuse an old Python before anything is made with it."""
    if version < PYTHON:
        found = ".".join(map(str, version))
        raise DevError(f"GAN Studio needs Python 3.11 or newer; {sys.executable} is {found}.")


def dispatch(arguments: list[str]) -> int:
    """Choose the command. argparse would cost as much as all the rest of a second start."""
    commands = {"run": run, "test": test, "bench": bench, "shots": shots}
    name, *rest = arguments or ["--help"]
    if name in ("-h", "--help", "help"):
        print((__doc__ or "").strip())
        return 0
    if name == "--cuda" and rest:
        name, *rest = [*rest, "--cuda"]
    if name not in commands:
        raise DevError(f"no command '{name}': choose {', '.join(commands)}, or --help.", 2)
    wanted = {"cuda"} if "--cuda" in rest else set()
    if name != "run":
        wanted.add("tools")
    if "cuda" in wanted and sys.platform == "darwin":
        raise DevError("--cuda: PyTorch has no CUDA build for macOS.", 2)
    prepare(wanted)
    return commands[name]([word for word in rest if word != "--cuda"])


# ---------------------------------------------------------------------------- the commands


def run(arguments: list[str]) -> int:
    """Become the program, in the folder where the user stands."""
    return become([MAIN.python, "-m", "ganstudio", *arguments])


def test(arguments: list[str]) -> int:
    """Run every gate, also after one has failed: one run shows all there is to mend."""
    os.chdir(ROOT)
    prepare_core()
    failed = [name for name, command in GATES.items() if not gate(name, command)]
    if "--slow" in arguments:  # a later -m wins over the "not slow" in pyproject.toml
        arguments = ["-m", "", *(word for word in arguments if word != "--slow")]
    if sys.platform == "linux" and not has_screen():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    failed += run_tests(arguments)
    if failed:
        print(f"FAILED: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


def gate(name: str, command: list[str]) -> bool:
    """Run one gate, print its line of the table, and what it said only where it failed."""
    start = time.perf_counter()
    code, output = call(command)
    verdict = "FAILED" if code else "passed"
    print(f"{name:<16}{verdict}{time.perf_counter() - start:8.1f} s", flush=True)
    if code:
        print(output, flush=True)
    return code == 0


def run_tests(arguments: list[str]) -> list[str]:
    """Run core's tests where there is no Qt, then the others; return the names of what failed."""
    import subprocess

    core, rest = share_out(arguments)
    codes = {}
    for name, python, words in (
        ("pytest of core", CORE.python, core),
        ("pytest", MAIN.python, rest),
    ):
        if words is not None:
            print(name, flush=True)
            command = [python, "-m", "pytest", *ON_ALL_CORES, *words]
            codes[name] = subprocess.run(command, check=False).returncode
    harmless = {0} if set(codes.values()) == {NO_TESTS} else {0, NO_TESTS}
    return [name for name, code in codes.items() if code not in harmless]


def share_out(arguments: list[str]) -> tuple[list[str] | None, list[str] | None]:
    """Return pytest's arguments for core's tests and for the others; None where none are named."""
    words = [word for word in arguments if word.rstrip("/" + os.sep) != "tests"]  # that is all
    paths = [word for word in words if word.startswith(("tests/", "tests" + os.sep))]
    options = [word for word in words if word not in paths]
    if not paths:
        return [CORE_TESTS, *options], [f"--ignore={CORE_TESTS}", *options]
    core = [path for path in paths if (os.path.normpath(path) + os.sep).startswith(CORE_FOLDER)]
    rest = [path for path in paths if path not in core]
    return [*core, *options] if core else None, [*rest, *options] if rest else None


def bench(arguments: list[str]) -> int:
    """Run the benchmarks with the threads a user's machine would give them."""
    os.environ.pop("OMP_NUM_THREADS", None)
    os.chdir(ROOT)
    return become([*screen(), MAIN.python, "-m", "benchmarks", *arguments])


def shots(arguments: list[str]) -> int:
    """Draw every page into a folder, named from where the user stands."""
    if len(arguments) > 1 or any(word.startswith("-") for word in arguments):
        raise DevError(f"shots takes one folder, not: {' '.join(arguments)}", 2)
    folder = os.path.abspath(arguments[0]) if arguments else os.path.join(ROOT, "shots")
    os.chdir(ROOT)
    return become([*screen(), MAIN.python, "-m", "tools.shots", folder])


def has_screen() -> bool:
    """Tell whether Qt could open a window on this Linux."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def screen() -> list[str]:
    """Prefix a command that opens windows where there is no screen to open them on."""
    if sys.platform != "linux" or has_screen():
        return []
    return ["xvfb-run", "-a", "-s", "-screen 0 2560x1440x24"]


def become(command: list[str]) -> int:
    """Hand over to a program: its signals and its exit code are then the user's own."""
    sys.stdout.flush()
    if not WINDOWS:
        os.execvp(command[0], command)
    import subprocess  # Windows' exec would give the prompt back before the program ends

    child = subprocess.Popen(command)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:  # the child got it too, and decides
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
