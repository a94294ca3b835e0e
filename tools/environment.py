"""What GAN Studio needs on a machine, and how dev.py brings it there: the system packages that
no wheel holds, .venv, the right build of torch, and the project itself.

Standard library only, and even of that only what a second start needs is imported at the top:
this module loads at every start of the program.
"""

from __future__ import annotations

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
WINDOWS = sys.platform == "win32"
VENV_PYTHON = os.path.join(VENV, *(("Scripts", "python.exe") if WINDOWS else ("bin", "python")))
STAMP = os.path.join(VENV, "installed-by-dev.txt")

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
CUDA_BUILD = "cu130"  # the newest that PyTorch calls stable for the torch in constraints.txt
CUDA_INDEX = "https://download.pytorch.org/whl/" + CUDA_BUILD

# What Qt loads and no wheel brings: the library, and the Debian package that has it.
# Where a package has several names, the first is the one to install and any of them will do.
LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0 | libglib2.0-0t64",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    # A real window under X, the list that `ldd libqxcb.so` gives:
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libX11-xcb.so.1": "libx11-xcb1",
}
FONT = "fonts-wqy-microhei | fonts-wqy-zenhei | fonts-noto-cjk"  # Chinese text
SCREEN = ["xvfb", "xauth"]  # a screen in memory, for tests and pictures


class DevError(Exception):
    """Ends the script: one sentence for the user, an exit code, and what a tool said before."""

    def __init__(self, sentence: str, code: int = 1, output: str = "") -> None:
        super().__init__(sentence)
        self.code = code
        self.output = output


def prepare(wanted: set[str]) -> None:
    """Install what is missing, or nothing at all when the stamp says that all is there.

    The stamp goes first and comes back last, so an interrupted installation never looks whole.
    """
    digest = fingerprint()
    stamped, have = read_stamp()
    if stamped == digest and wanted <= have and os.path.exists(VENV_PYTHON):
        return
    if stamped == digest:
        wanted = wanted | have
    new = not venv_works()
    system_packages("tools" in wanted, new and not has_ensurepip())
    if new:
        make_venv()
    if os.path.exists(STAMP):
        os.remove(STAMP)
    remove_halves()
    cuda = install_torch("cuda" in wanted)
    install_project("tools" in wanted)
    write_stamp(digest, wanted | {"cuda"} if cuda else wanted)


def fingerprint() -> str:
    """Digest everything that decides what .venv holds, and where the checkout lies."""
    import hashlib

    constants = (CPU_INDEX, CUDA_INDEX, LIBRARIES, FONT, SCREEN)
    digest = hashlib.sha256(repr((ROOT, sys.version_info[:2], constants)).encode())
    for name in ("pyproject.toml", "constraints.txt"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def read_stamp() -> tuple[str, set[str]]:
    """Return the digest of the last whole installation and the extras it had."""
    try:
        with open(STAMP, encoding="ascii") as file:
            digest, *extras = file.read().split()
    except (OSError, ValueError):
        return "", set()
    return digest, set(extras)


def write_stamp(digest: str, extras: set[str]) -> None:
    """Write the stamp whole or not at all."""
    part = f"{STAMP}.{os.getpid()}"
    with open(part, "w", encoding="ascii") as file:
        file.write(" ".join([digest, *sorted(extras)]) + "\n")
    os.replace(part, STAMP)


def system_packages(tools: bool, venv_module: bool) -> None:
    """See to the libraries that pip cannot bring; only Linux lacks any."""
    from shutil import which

    if sys.platform != "linux":
        return
    if not which("dpkg-query"):
        missing = [name for name in LIBRARIES if not loads(name)]
        missing += ["xvfb-run"] if tools and not which("xvfb-run") else []
        missing += ["Python's ensurepip"] if venv_module else []
        if missing:
            raise DevError(f"this machine lacks {', '.join(missing)}: please install them.", 2)
        return
    names = [*LIBRARIES.values(), FONT, *(SCREEN if tools else [])]
    names += [f"python3.{sys.version_info[1]}-venv"] if venv_module else []
    alternatives = [word for name in names for word in name.split(" | ")]
    # It exits 1 where it does not know a name, which is one of the answers we came for.
    _, output = call(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *alternatives])
    missing = missing_packages(names, output)
    try:
        if missing:
            apt_install(missing)
    except DevError as error:
        if tools or missing != [FONT.partition(" | ")[0]]:
            raise
        say(f"going on without a font for Chinese text, though {error}")


def loads(library: str) -> bool:
    """Ask the loader itself; it alone knows where this system keeps its libraries."""
    import ctypes

    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_packages(names: list[str], dpkg_output: str) -> list[str]:
    """Return the packages to install, given dpkg-query's lines "name status"."""
    lines = [line.split() for line in dpkg_output.splitlines()]
    installed = {line[0] for line in lines if line[1:] == ["installed"]}
    return [name.partition(" | ")[0] for name in names if installed.isdisjoint(name.split(" | "))]


def apt_install(packages: list[str]) -> None:
    """Install Debian packages where that needs no password; else name them and stop."""
    words = " ".join(packages)
    root = root_prefix()
    if root is None:
        sentence = f"this machine lacks system packages. Install them with: {by_hand(words)}"
        raise DevError(sentence, 2)
    say(f"installing the system packages {words}")
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    call([*apt, "update"])  # an old list may do; what cannot be had, the next line names
    lock = ["-o", "DPkg::Lock::Timeout=120"]
    code, output = call([*apt, *lock, "install", "-y", "--no-install-recommends", *packages])
    if code:
        raise DevError(f"apt-get failed, see above. Once it can, run: {by_hand(words)}", 2, output)


def by_hand(words: str) -> str:
    """Spell the command that a person with the password types."""
    return f"sudo apt-get install --no-install-recommends {words}"


def root_prefix() -> list[str] | None:
    """Return what to put before a command that needs root, None where a password is needed."""
    from shutil import which

    if os.geteuid() == 0:
        return []
    if which("sudo") and call(["sudo", "-n", "true"])[0] == 0:
        return ["sudo", "-n"]
    return None


def has_ensurepip() -> bool:
    """Tell whether this Python can put pip into a venv; Debian ships that part apart."""
    from importlib import invalidate_caches, util

    invalidate_caches()
    return util.find_spec("ensurepip") is not None


def venv_works() -> bool:
    """Tell whether .venv is whole and of the Python that runs this script."""
    if not os.path.exists(VENV_PYTHON):
        return False
    code, output = call([VENV_PYTHON, "-m", "pip", "--version"])
    return code == 0 and "(python {}.{})".format(*sys.version_info[:2]) in output


def make_venv() -> None:
    """Make .venv anew."""
    if not has_ensurepip():
        raise DevError(f"{sys.executable} has no ensurepip, so it cannot make a venv: use another.")
    say("making .venv")
    code, output = call([sys.executable, "-m", "venv", "--clear", VENV])
    if code:
        raise DevError("could not make .venv, see above.", output=output)


def in_site_packages(pattern: str) -> list[str]:
    """List what lies in .venv's site-packages under a name like the pattern."""
    from glob import escape, glob  # a checkout may lie in a folder with brackets in its name

    library = ["Lib"] if WINDOWS else ["lib", "python{}.{}".format(*sys.version_info[:2])]
    return glob(os.path.join(escape(VENV), *library, "site-packages", pattern))


def remove_halves() -> None:
    """Make pip see what a kill left half-written, and take away what it had put aside.

    pip writes INSTALLER after all of a package's files; "~" marks a version on its way out.
    """
    from shutil import rmtree

    for folder in in_site_packages("*.dist-info"):
        if not os.path.exists(os.path.join(folder, "INSTALLER")):
            rmtree(folder)
    for leftover in in_site_packages("~*"):
        rmtree(leftover, ignore_errors=True)


def installed_torch() -> str:
    """Return the version of torch in .venv, "" where there is none."""
    for folder in in_site_packages("torch-*.dist-info"):
        return os.path.basename(folder)[len("torch-") : -len(".dist-info")]
    return ""


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


def install_torch(cuda: bool) -> bool:
    """Install the pinned torch before anything that would choose its own; True if for CUDA."""
    have, version = installed_torch(), pinned_torch()
    cuda = cuda or is_cuda(have)  # once chosen, it stays
    if have.partition("+")[0] == version and is_cuda(have) >= cuda:
        return cuda
    say(f"installing torch {version} ({'with' if cuda else 'without'} CUDA); this takes minutes")
    output = ""
    for source in torch_sources(version, cuda):
        code, output = pip(*source)
        if code == 0:
            return cuda
    which = "torch {} for Python {}.{}".format(version, *sys.version_info[:2])
    raise DevError(f"{which} could not be installed. Is there a network?", output=output)


def install_project(tools: bool) -> None:
    """Install this checkout and what it needs, at the versions in constraints.txt."""
    torch = installed_torch()
    say("installing GAN Studio" + (" and the tools of the gates" if tools else ""))
    constraints = os.path.join(ROOT, "constraints.txt")
    code, output = pip("-c", constraints, "-e", ROOT + ("[dev]" if tools else ""))
    if code:
        raise DevError("pip failed. Is there a network? Then run this again.", output=output)
    if installed_torch() != torch:
        raise DevError(f"pip replaced torch {torch} by '{installed_torch()}'; please report this.")


def pip(*arguments: str) -> tuple[int, str]:
    """Run pip install inside .venv."""
    quiet = ["-q", "--no-input", "--disable-pip-version-check"]
    return call([VENV_PYTHON, "-m", "pip", "install", *quiet, *arguments])


def call(command: list[str]) -> tuple[int, str]:
    """Run a command to its end; return its exit code and all that it printed."""
    import subprocess

    try:
        done = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:  # no such program, or one for another machine
        return 127, f"{command[0]}: {error.strerror}\n"
    return done.returncode, done.stdout


def say(sentence: str) -> None:
    """Tell the user one thing, apart from what the commands print."""
    print(f"dev.py: {sentence}", file=sys.stderr, flush=True)
