"""What GAN Studio needs on a machine, and how dev.py brings it there: the system packages that
no wheel holds, .venv, the right build of torch, and the project itself; for the tests of core
also .venv-core, which has no Qt.

Standard library only, and even of that only what a second start needs is imported at the top:
this module loads at every start of the program.
"""

from __future__ import annotations

import os
import sys

from tools.console import DevError, call, say
from tools.system import FONT, LIBRARIES, SCREEN, system_packages

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WINDOWS = sys.platform == "win32"

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
CUDA_BUILD = "cu130"  # the newest that PyTorch calls stable for the torch in constraints.txt
CUDA_INDEX = "https://download.pytorch.org/whl/" + CUDA_BUILD

# What core imports, and what its tests do: what .venv-core holds, at constraints.txt's versions.
CORE_NEEDS = ["torch", "numpy", "scipy", "pydantic", "lazy_loader", "tomli-w"]
# The tests of pictures take the digits that are among the resources.
CORE_NEEDS += ["pillow", "platformdirs", "safetensors"]
CORE_TOOLS = ["pytest", "pytest-timeout", "pytest-xdist", "hypothesis", "psutil"]


class Venv:
    """A virtual environment, with a stamp that tells what its last whole installation held."""

    def __init__(self, folder: str, *pip_options: str) -> None:
        self.folder = folder
        self.pip_options = pip_options
        self.python = os.path.join(
            folder, *(("Scripts", "python.exe") if WINDOWS else ("bin", "python"))
        )
        self.stamp = os.path.join(folder, "installed-by-dev.txt")

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return os.path.basename(self.folder)

    def read_stamp(self) -> tuple[str, set[str]]:
        """Return the digest of the last whole installation and the extras it had."""
        try:
            with open(self.stamp, encoding="ascii") as file:
                digest, *extras = file.read().split()
        except (OSError, ValueError):
            return "", set()
        return digest, set(extras)

    def write_stamp(self, digest: str, extras: set[str]) -> None:
        """Write the stamp whole or not at all."""
        part = f"{self.stamp}.{os.getpid()}"
        with open(part, "w", encoding="ascii") as file:
            file.write(" ".join([digest, *sorted(extras)]) + "\n")
        os.replace(part, self.stamp)

    def works(self) -> bool:
        """Tell whether it is whole and of the Python that runs this script."""
        if not os.path.exists(self.python):
            return False
        code, output = call([self.python, "-m", "pip", "--version"])
        return code == 0 and "(python {}.{})".format(*sys.version_info[:2]) in output

    def make(self) -> None:
        """Make it anew."""
        if not has_ensurepip():
            raise DevError(
                f"{sys.executable} has no ensurepip, so it cannot make a venv: use another."
            )
        say(f"making {self.name}")
        code, output = call([sys.executable, "-m", "venv", "--clear", self.folder])
        if code:
            raise DevError(f"could not make {self.name}, see above.", output=output)

    def mend(self) -> None:
        """Take the stamp away and mend what a kill left half-written.

        pip writes INSTALLER after all of a package's files; "~" marks a version on its way out.
        """
        from shutil import rmtree

        if os.path.exists(self.stamp):
            os.remove(self.stamp)
        for folder in self.in_site_packages("*.dist-info"):
            if not os.path.exists(os.path.join(folder, "INSTALLER")):
                rmtree(folder)
        for leftover in self.in_site_packages("~*"):
            rmtree(leftover, ignore_errors=True)

    def in_site_packages(self, pattern: str) -> list[str]:
        """List what lies in its site-packages under a name like the pattern."""
        from glob import escape, glob  # a checkout may lie in a folder with brackets in its name

        library = ["Lib"] if WINDOWS else ["lib", "python{}.{}".format(*sys.version_info[:2])]
        return glob(os.path.join(escape(self.folder), *library, "site-packages", pattern))

    def installed_torch(self) -> str:
        """Return the version of its torch, "" where there is none."""
        for folder in self.in_site_packages("torch-*.dist-info"):
            return os.path.basename(folder)[len("torch-") : -len(".dist-info")]
        return ""

    def pip(self, *arguments: str) -> tuple[int, str]:
        """Run pip install inside it."""
        options = ["-q", "--no-input", "--disable-pip-version-check", *self.pip_options]
        return call([self.python, "-m", "pip", "install", *options, *arguments])

    def install_torch(self, cuda: bool) -> bool:
        """Install the pinned torch before anything that would choose its own; True if for CUDA."""
        have, version = self.installed_torch(), pinned_torch()
        cuda = cuda or is_cuda(have)  # once chosen, it stays
        if have.partition("+")[0] == version and is_cuda(have) >= cuda:
            return cuda
        build = "with" if cuda else "without"
        say(f"installing torch {version} ({build} CUDA) into {self.name}; this takes minutes")
        output = ""
        for source in torch_sources(version, cuda):
            code, output = self.pip(*source)
            if code == 0:
                return cuda
        which = "torch {} for Python {}.{}".format(version, *sys.version_info[:2])
        raise DevError(f"{which} could not be installed. Is there a network?", output=output)

    def install(self, *wanted: str) -> None:
        """Install at the versions in constraints.txt, and leave torch as it is."""
        torch = self.installed_torch()
        code, output = self.pip("-c", os.path.join(ROOT, "constraints.txt"), *wanted)
        if code:
            raise DevError("pip failed. Is there a network? Then run this again.", output=output)
        now = self.installed_torch()
        if now != torch:
            raise DevError(f"pip replaced torch {torch} by '{now}'; please report this.")


MAIN = Venv(os.path.join(ROOT, ".venv"))
# Its tests start few processes, so compiling all of torch would take longer than it saves.
CORE = Venv(os.path.join(ROOT, ".venv-core"), "--no-compile")


def prepare(wanted: set[str]) -> None:
    """Install what is missing, or nothing at all when the stamp says that all is there.

    The stamp goes first and comes back last, so an interrupted installation never looks whole.
    """
    digest = fingerprint()
    stamped, have = MAIN.read_stamp()
    if stamped == digest and wanted <= have and os.path.exists(MAIN.python):
        return
    if stamped == digest:
        wanted = wanted | have
    new = not MAIN.works()
    system_packages("tools" in wanted, new and not has_ensurepip())
    if new:
        MAIN.make()
    MAIN.mend()
    cuda = MAIN.install_torch("cuda" in wanted)
    tools = "tools" in wanted
    say("installing GAN Studio" + (" and the tools of the gates" if tools else ""))
    MAIN.install("-e", ROOT + ("[dev]" if tools else ""))
    MAIN.write_stamp(digest, wanted | {"cuda"} if cuda else wanted)


def prepare_core() -> None:
    """Do the same for .venv-core: what core and its tests need, and no Qt.

    The project itself is not installed there, for that would bring all of its dependencies.
    """
    digest = core_fingerprint()
    if CORE.read_stamp()[0] == digest and os.path.exists(CORE.python):
        return
    if not CORE.works():
        CORE.make()
    CORE.mend()
    CORE.install_torch(cuda=False)
    say("installing what core needs, and no Qt")
    CORE.install(*CORE_NEEDS, *CORE_TOOLS)
    CORE.write_stamp(digest, set())


def fingerprint() -> str:
    """Digest everything that decides what .venv holds, and where the checkout lies."""
    constants = (CPU_INDEX, CUDA_INDEX, LIBRARIES, FONT, SCREEN)
    return digest_of(constants, "pyproject.toml", "constraints.txt")


def core_fingerprint() -> str:
    """Do the same for .venv-core, whose packages are named here."""
    return digest_of((CPU_INDEX, CORE_NEEDS, CORE_TOOLS), "constraints.txt")


def digest_of(constants: tuple[object, ...], *files: str) -> str:
    """Digest values, files of the checkout, its folder and the version of Python."""
    import hashlib

    digest = hashlib.sha256(repr((ROOT, sys.version_info[:2], constants)).encode())
    for name in files:
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def has_ensurepip() -> bool:
    """Tell whether this Python can put pip into a venv; Debian ships that part apart."""
    from importlib import invalidate_caches, util

    invalidate_caches()
    return util.find_spec("ensurepip") is not None


def pinned_torch() -> str:
    """Return the version that constraints.txt asks for."""
    with open(os.path.join(ROOT, "constraints.txt"), encoding="utf-8") as file:
        for line in file:
            if line.startswith("torch=="):
                return line.split("==")[1].split()[0]
    raise DevError("constraints.txt names no torch==VERSION.")


def is_cuda(version: str, platform: str = sys.platform) -> bool:
    """Tell a CUDA build by its version; PyPI's own build for Linux has CUDA and no label."""
    return "+cu" in version or (platform == "linux" and version != "" and "+" not in version)


def torch_sources(version: str, cuda: bool, platform: str = sys.platform) -> list[list[str]]:
    """Return pip's arguments for each place to try, best first.

    On Linux a bare `pip install torch` brings gigabytes of CUDA packages, so the label is spelt
    out wherever an index could offer both builds ("===" refuses a label).
    """
    if cuda and platform == "linux":
        return [[f"torch==={version}"]]
    if cuda:
        return [["--no-deps", "--index-url", CUDA_INDEX, f"torch=={version}+{CUDA_BUILD}"]]
    wheelhouse = ["--no-deps", "--no-index", f"torch=={version}"]
    if platform == "darwin":
        return [wheelhouse, ["--no-deps", f"torch=={version}"]]
    return [wheelhouse, ["--no-deps", "--index-url", CPU_INDEX, f"torch=={version}+cpu"]]
