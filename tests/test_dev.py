"""dev.py: what it decides, on made-up checkouts with stand-ins for apt, pip and the gates."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import dev
from tools import console, environment, system

REPO = Path(environment.ROOT)
FONT = system.FONT.partition(" | ")[0]
PACKAGES = [name.partition(" | ")[0] for name in system.LIBRARIES.values()]

# Tells what it was given, and ends with a code that nothing else here uses.
ECHO = """
import json, os, sys
print(json.dumps([sys.argv[1:], os.getcwd(), "OMP_NUM_THREADS" in os.environ]))
sys.exit(7)
"""

SCRIPT = [
    "dev.py",
    "tools/__init__.py",
    "tools/console.py",
    "tools/system.py",
    "tools/environment.py",
]

posix = pytest.mark.skipif(sys.platform == "win32", reason="stand-ins are shell scripts")
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lacks system packages")


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def script(path: Path, text: str) -> None:
    write(path, f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with dev.py and little else."""
    root = tmp_path / "a [checkout]"
    for name in SCRIPT:
        write(root / name, (REPO / name).read_text(encoding="utf-8"))
    write(root / "pyproject.toml", '[project]\nname = "ganstudio"\n')
    write(root / "constraints.txt", "numpy==1\ntorch==2.13.0  # pinned\n")
    return root


@pytest.fixture
def installed(checkout: Path) -> Path:
    """A checkout whose stamp says that all is there; without pip, so any attempt would show."""
    folders = [str(checkout / name) for name in (".venv", ".venv-core")]
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", *folders], check=True)
    stamp = "from tools import environment as e; e.MAIN.write_stamp(e.fingerprint(), {'tools'}); "
    stamp += "e.CORE.write_stamp(e.core_fingerprint(), set())"
    subprocess.run([sys.executable, "-c", stamp], cwd=checkout, check=True)
    return checkout


@pytest.fixture
def inside(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same checkout, seen by the functions in this process."""
    monkeypatch.setattr(environment, "ROOT", str(checkout))
    for variable, name in (("MAIN", ".venv"), ("CORE", ".venv-core")):
        venv = environment.Venv(str(checkout / name))
        venv.python = sys.executable
        monkeypatch.setattr(environment, variable, venv)
        (checkout / name).mkdir()
    return checkout


def call_dev(root: Path, *arguments: str, cwd: Path | None = None) -> tuple[int, str, str]:
    """Run the checkout's dev.py with an empty PATH: whatever it looks for there is missing."""
    variables = {name: text for name, text in os.environ.items() if name != "QT_QPA_PLATFORM"}
    variables |= {"PATH": str(root / "none"), "OMP_NUM_THREADS": "1", "DISPLAY": ":77"}
    done = subprocess.run(
        [sys.executable, str(root / "dev.py"), *arguments],
        cwd=cwd or root,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


# ------------------------------------------------------------------------------ any Python


def test_old_python_is_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(console.DevError, match=r"3\.11 or newer; .* is 3\.10\.14"):
        dev.require_python((3, 10, 14))
    dev.require_python((3, 11, 0))
    for name in SCRIPT:  # it must get as far as saying so
        ast.parse((REPO / name).read_text(encoding="utf-8"), feature_version=(3, 8))


def test_a_second_start_imports_little() -> None:
    heavy = "{'subprocess', 'argparse', 'shutil', 'pathlib', 'json', 'glob', 'ctypes'}"
    code = f"import sys, dev; print(sorted({heavy} & set(sys.modules)))"
    command = [sys.executable, "-S", "-c", code]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# -------------------------------------------------------------------------------- commands


def test_help_installs_nothing(checkout: Path) -> None:
    code, output, _ = call_dev(checkout, "--help")
    assert code == 0
    assert all(f"dev.py {name}" in output for name in ("run", "test", "bench", "shots"))
    assert not (checkout / ".venv").exists()


def test_an_unknown_command_names_the_known(checkout: Path) -> None:
    code, output, errors = call_dev(checkout, "rnu")
    assert (code, output) == (2, "")
    assert errors == "dev.py: no command 'rnu': choose run, test, bench, shots, or --help.\n"


def test_no_pyproject_is_one_sentence(checkout: Path) -> None:
    (checkout / "pyproject.toml").unlink()
    code, _, errors = call_dev(checkout, "run")
    assert code == 1
    assert errors.count("\n") == 1
    assert "pyproject.toml" in errors


def test_run_hands_over_words_folder_and_exit_code(installed: Path, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "ganstudio.py", ECHO)
    where = tmp_path / "elsewhere"
    code, output, errors = call_dev(installed, "run", "train", "a b", "--help", cwd=where)
    assert (code, errors) == (7, "")
    assert json.loads(output)[:2] == [["train", "a b", "--help"], os.path.realpath(where)]


def test_bench_runs_in_the_root_with_all_threads(installed: Path, tmp_path: Path) -> None:
    write(installed / "benchmarks" / "__main__.py", ECHO)
    code, output, _ = call_dev(installed, "bench", "step", cwd=tmp_path)
    assert code == 7
    assert json.loads(output) == [["step"], os.path.realpath(installed), False]


def test_shots_takes_one_folder_from_where_the_user_stands(installed: Path, tmp_path: Path) -> None:
    write(installed / "tools" / "shots.py", ECHO)
    _, output, _ = call_dev(installed, "shots", "out", cwd=tmp_path)
    assert json.loads(output)[0] == [os.path.join(os.path.realpath(tmp_path), "out")]
    _, output, _ = call_dev(installed, "shots", cwd=tmp_path)
    assert json.loads(output)[0] == [str(installed / "shots")]
    code, _, errors = call_dev(installed, "shots", "a", "b")
    assert code == 2
    assert "one folder" in errors


@linux
def test_without_a_screen_windows_open_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    assert dev.screen() == []
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert dev.screen()[0] == "xvfb-run"


def gates(root: Path, broken: str = "") -> None:
    """Stand-ins for the gates; the one named `broken` fails and says why."""
    for name in ("ruff", "mypy", "pytest"):
        end = "print('because of this'); sys.exit(1)" if name == broken else ""
        told = "print(os.path.basename(sys.prefix), sys.argv[1:])"
        write(root / f"{name}.py", f"import os, sys; {told}; {end}\n")
    write(root / "importlinter" / "cli.py", "def lint_imports_command(): print('quiet')\n")


def test_all_gates_run_and_pytest_closes(installed: Path) -> None:
    gates(installed)
    code, output, _ = call_dev(installed, "test", "-k", "one")
    names = [line.split("  ")[0] for line in output.splitlines()]
    assert code == 0
    assert names[:4] == ["ruff check", "ruff format", "mypy", "import-linter"]
    assert names[4].startswith("core without Qt")
    assert "quiet" not in output  # a gate that passed has nothing to say
    assert output.splitlines()[5:] == [
        "pytest of core",
        f".venv-core {[*dev.ON_ALL_CORES, dev.CORE_TESTS, '-k', 'one']}",
        "pytest",
        f".venv {[*dev.ON_ALL_CORES, '--ignore=' + dev.CORE_TESTS, '-k', 'one']}",
    ]


def test_a_failed_gate_stops_no_other(installed: Path) -> None:
    gates(installed, broken="ruff")
    code, output, _ = call_dev(installed, "test", "--slow", "--", "x")
    assert code == 1
    assert output.count("because of this") == 2
    assert output.splitlines()[-2:] == [
        f".venv {[*dev.ON_ALL_CORES, '--ignore=' + dev.CORE_TESTS, '-m', '', '--', 'x']}",
        "FAILED: ruff check, ruff format",
    ]


def test_a_failed_pytest_fails_the_whole(installed: Path) -> None:
    gates(installed, broken="pytest")
    code, output, _ = call_dev(installed, "test")
    assert code == 1
    assert output.splitlines()[-1] == "FAILED: pytest of core, pytest"


def test_qt_in_the_environment_of_core_fails_the_whole(installed: Path) -> None:
    gates(installed)
    version = f"python3.{sys.version_info[1]}"
    library = ["Lib"] if sys.platform == "win32" else ["lib", version]
    write(installed.joinpath(".venv-core", *library, "site-packages", "PySide6", "x.py"), "")
    code, output, _ = call_dev(installed, "test")
    assert code == 1
    assert "PySide6 can be imported there: delete .venv-core" in output
    assert output.splitlines()[-1] == "FAILED: core without Qt"


CORE = dev.CORE_TESTS
REST = f"--ignore={dev.CORE_TESTS}"


@pytest.mark.parametrize(
    ("words", "core", "rest"),
    [
        ([], [CORE], [REST]),
        (["tests/", "-x"], [CORE, "-x"], [REST, "-x"]),
        (["-k", "loss"], [CORE, "-k", "loss"], [REST, "-k", "loss"]),
        (["tests/core"], ["tests/core"], None),
        (["tests/core/test_a.py::b", "-x"], ["tests/core/test_a.py::b", "-x"], None),
        (["tests/test_dev.py", "-x"], None, ["tests/test_dev.py", "-x"]),
        (["tests/core_of_it.py"], None, ["tests/core_of_it.py"]),
        (["tests/core/a.py", "-x", "tests/b.py"], ["tests/core/a.py", "-x"], ["tests/b.py", "-x"]),
    ],
)
def test_no_test_runs_in_both_environments(
    words: list[str], core: list[str] | None, rest: list[str] | None
) -> None:
    assert dev.share_out(words) == (core, rest)


@pytest.mark.parametrize(
    ("codes", "failed"),
    [
        ((0, 0), []),
        ((5, 0), []),  # -k may choose tests of one kind alone
        ((0, 5), []),
        ((5, 5), ["pytest of core", "pytest"]),
        ((5, 1), ["pytest"]),
        ((2, 5), ["pytest of core"]),
    ],
)
def test_a_choice_that_leaves_no_test_at_all_fails(
    codes: tuple[int, int], failed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = iter(codes)

    def run(command: list[str], check: bool) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, next(given))

    monkeypatch.setattr(subprocess, "run", run)
    assert dev.run_tests(["-k", "one"]) == failed


# ----------------------------------------------------------------------------------- stamp


@pytest.mark.parametrize(
    ("name", "core_follows"), [("pyproject.toml", False), ("constraints.txt", True)]
)
def test_the_stamp_follows_what_it_stands_for(inside: Path, name: str, core_follows: bool) -> None:
    before, core = environment.fingerprint(), environment.core_fingerprint()
    assert environment.fingerprint() == before
    assert environment.core_fingerprint() == core
    with (inside / name).open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    assert environment.fingerprint() != before
    assert (environment.core_fingerprint() != core) is core_follows


def test_the_stamp_follows_the_packages_and_the_folder(
    inside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = {environment.fingerprint()}
    monkeypatch.setattr(environment, "SCREEN", ["xvfb"])
    digests.add(environment.fingerprint())
    moved = shutil.copytree(inside, inside.parent / "moved")
    monkeypatch.setattr(environment, "ROOT", str(moved))
    digests.add(environment.fingerprint())
    assert len(digests) == 3


@pytest.mark.parametrize("text", ["", "\xff\xfe", "0" * 64, "words of another program"])
def test_a_damaged_stamp_is_no_stamp(inside: Path, text: str) -> None:
    Path(environment.MAIN.stamp).write_text(text, encoding="latin-1")
    assert environment.MAIN.read_stamp()[0] != environment.fingerprint()


class Machine:
    """Stands in for call(): a machine on which each command works, and a list of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.commands: list[list[str]] = []
        self.interrupt_at = ""
        monkeypatch.setattr(environment, "call", self)
        monkeypatch.setattr(environment, "system_packages", lambda tools, venv: None)
        monkeypatch.setattr(environment.Venv, "works", lambda venv: True)
        monkeypatch.setattr(environment.Venv, "installed_torch", lambda venv: "2.13.0+cpu")

    def __call__(self, command: list[str]) -> tuple[int, str]:
        self.commands.append(command)
        if self.interrupt_at and self.interrupt_at in command:
            raise KeyboardInterrupt
        return 0, ""

    def took(self, *wanted: str) -> list[str]:
        """Prepare, and return the last word of each command that was needed."""
        self.commands.clear()
        environment.prepare(set(wanted))
        return [os.path.basename(command[-1]) for command in self.commands]


def test_only_what_is_missing_is_installed(inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch)
    name = inside.name
    assert machine.took() == [name]
    assert machine.took() == []
    assert machine.took("tools") == [f"{name}[dev]"]
    assert machine.took() == []  # the tools do no harm to a run
    assert machine.took("tools") == []
    write(inside / "pyproject.toml", "[project]\n")
    assert machine.took() == [name]
    assert machine.took("tools") == [f"{name}[dev]"]


def test_core_gets_its_own_environment_once(inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch)
    environment.prepare_core()
    (command,) = machine.commands
    assert command[-len(environment.CORE_TOOLS) :] == environment.CORE_TOOLS
    assert str(inside) not in command  # the project would bring Qt with it
    environment.prepare_core()
    assert len(machine.commands) == 1
    monkeypatch.setattr(environment, "CORE_NEEDS", ["torch"])
    environment.prepare_core()
    assert len(machine.commands) == 2


def test_what_core_needs_the_project_asks_for() -> None:
    with (REPO / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    pins = (REPO / "constraints.txt").read_text(encoding="utf-8")
    for names, wanted in (
        (environment.CORE_NEEDS, project["dependencies"]),
        (environment.CORE_TOOLS, project["optional-dependencies"]["dev"]),
    ):
        assert set(names) <= {re.split(r"[<>=]", line)[0] for line in wanted}
        assert all(f"\n{name.replace('_', '-')}==" in pins for name in names)


def test_an_interrupted_installation_is_taken_up_again(
    inside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(monkeypatch)
    machine.took()
    before = (inside / "pyproject.toml").read_text(encoding="utf-8")
    write(inside / "pyproject.toml", "[project]\n")
    machine.interrupt_at = "-e"
    assert dev.main(["run"]) == 130
    write(inside / "pyproject.toml", before)  # .venv is neither the old nor the new one now
    machine.interrupt_at = ""
    assert machine.took() == [inside.name]


def test_a_half_written_package_is_no_package(inside: Path) -> None:
    version = f"python3.{sys.version_info[1]}"
    library = ["Lib"] if sys.platform == "win32" else ["lib", version]
    packages = inside.joinpath(".venv", *library, "site-packages")
    write(packages / "numpy-1.dist-info" / "METADATA", "")
    write(packages / "numpy-1.dist-info" / "INSTALLER", "pip\n")
    write(packages / "torch-2.13.0+cpu.dist-info" / "METADATA", "")
    write(packages / "~orch" / "x.py", "")
    assert environment.MAIN.installed_torch() == "2.13.0+cpu"
    environment.MAIN.mend()
    assert [path.name for path in packages.iterdir()] == ["numpy-1.dist-info"]
    assert environment.MAIN.installed_torch() == ""


# ----------------------------------------------------------------------------------- torch


def test_the_pin_is_read_with_its_comment(inside: Path) -> None:
    assert environment.pinned_torch() == "2.13.0"
    (inside / "constraints.txt").write_text("numpy==1\n", encoding="utf-8")
    with pytest.raises(console.DevError, match=r"constraints\.txt"):
        environment.pinned_torch()


def test_the_repository_pins_torch_and_shuns_pyside_6_12() -> None:
    pins = (REPO / "constraints.txt").read_text(encoding="utf-8").splitlines()
    versions = dict(line.split("==") for line in pins if "==" in line)
    assert environment.pinned_torch() == versions["torch"]
    assert versions["PySide6-Essentials"].startswith(("6.10.", "6.11."))
    assert versions["shiboken6"] == versions["PySide6-Essentials"]


@pytest.mark.parametrize(
    ("version", "platform", "cuda"),
    [
        ("2.13.0+cpu", "linux", False),
        ("2.13.0", "linux", True),
        ("2.13.0+cu130", "linux", True),
        ("2.13.0", "win32", False),
        ("2.13.0+cu130", "win32", True),
        ("2.13.0", "darwin", False),
        ("", "linux", False),
    ],
)
def test_a_cuda_build_is_known_by_its_version(version: str, platform: str, cuda: bool) -> None:
    assert environment.is_cuda(version, platform) is cuda


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_no_source_without_cuda_can_bring_cuda(platform: str) -> None:
    first, *rest = environment.torch_sources("2.13.0", False, platform)
    assert first == ["--no-deps", "--no-index", "torch==2.13.0"]
    assert len(rest) == 1
    assert "--no-deps" in rest[0]
    assert (platform == "darwin") or rest[0][-1] == "torch==2.13.0+cpu"


@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_every_source_with_cuda_has_cuda(platform: str) -> None:
    for *_, last in environment.torch_sources("2.13.0", True, platform):
        assert environment.is_cuda(last.rpartition("=")[2], platform)


# ------------------------------------------------------------------------- system packages


@pytest.mark.parametrize(
    ("output", "missing"),
    [
        ("", ["a", "b"]),
        ("a installed\nb installed\n", []),
        ("at64 installed\nb not-installed\n", ["b"]),
        ("a config-files\nb installed\ndpkg-query: no packages found matching at64\n", ["a"]),
        ("a installed\na installed\n", ["b"]),
    ],
)
def test_missing_packages(output: str, missing: list[str]) -> None:
    assert system.missing_packages(["a | at64", "b"], output) == missing


@pytest.fixture
def debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Debian that has all but the packages named in its file `missing`, and a plain user."""
    script(
        tmp_path / "bin" / "dpkg-query",
        f'shift 3; for p; do grep -qx "$p" "{tmp_path}/missing" || echo "$p installed"; done',
    )
    script(tmp_path / "bin" / "sudo", "exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin:/usr/bin")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return tmp_path


def lack(debian: Path, *packages: str) -> None:
    write(debian / "missing", "\n".join([*packages, ""]))


@linux
def test_a_plain_user_is_told_the_packages(debian: Path) -> None:
    lack(debian, "libgl1", "xvfb", "libglib2.0-0")  # the last has its newer name
    with pytest.raises(console.DevError) as caught:
        system.system_packages(True, False)
    assert caught.value.code == 2
    command = "sudo apt-get install --no-install-recommends libgl1 xvfb"
    assert str(caught.value).endswith(f": {command}")
    lack(debian, "xvfb")
    system.system_packages(False, False)  # a run opens no screen in memory


@linux
def test_a_missing_font_only_warns_a_run(debian: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lack(debian, *system.FONT.split(" | "))
    system.system_packages(False, False)
    assert FONT in capsys.readouterr().err
    with pytest.raises(console.DevError, match=FONT):
        system.system_packages(True, False)


@linux
def test_sudo_without_a_password_installs(debian: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script(debian / "bin" / "sudo", f'echo "sudo $@" >> "{debian}/log"')
    lack(debian, "libegl1", f"python3.{sys.version_info[1]}-venv")
    system.system_packages(False, True)
    first, update, install = (debian / "log").read_text(encoding="utf-8").splitlines()
    assert first == "sudo -n true"
    assert update.endswith("apt-get -qq update")
    assert "DEBIAN_FRONTEND=noninteractive" in install
    assert install.endswith(f"--no-install-recommends libegl1 python3.{sys.version_info[1]}-venv")
    assert capsys.readouterr().err.count("\n") == 1


@linux
def test_a_failed_apt_shows_what_it_said(debian: Path) -> None:
    script(debian / "bin" / "sudo", 'case "$*" in *install*) echo "E: offline"; exit 100;; esac')
    lack(debian, "libegl1")
    with pytest.raises(console.DevError) as caught:
        system.system_packages(False, False)
    assert caught.value.output == "E: offline\n"
    assert "apt-get install" in str(caught.value)


@linux
def test_another_linux_is_asked_for_the_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(system, "LIBRARIES", {"libc.so.6": "libc6", "libno.so.9": "libno9"})
    with pytest.raises(console.DevError, match=r"lacks libno\.so\.9, xvfb-run: ") as caught:
        system.system_packages(True, False)
    assert caught.value.code == 2


# ------------------------------------------------------------------------------------ call


@posix
def test_call_returns_code_and_output(tmp_path: Path) -> None:
    script(tmp_path / "x", "echo out; echo err >&2; exit 3")
    assert console.call([str(tmp_path / "x")]) == (3, "out\nerr\n")


def test_a_program_that_is_not_there_is_an_answer(tmp_path: Path) -> None:
    code, output = console.call([str(tmp_path / "no")])
    assert code == 127
    assert str(tmp_path / "no") in output
