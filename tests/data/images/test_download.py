"""Downloads, from a real server on this machine that does what servers do wrong."""

from __future__ import annotations

import gzip
import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from ganstudio.data.images import download as downloads
from ganstudio.data.images.download import download, is_here, load
from ganstudio.data.images.known import FASHION, KMNIST, KNOWN, MNIST, KnownSet, Remote
from ganstudio.errors import FileError


def idx(*shape: int) -> bytes:
    numbers = np.arange(np.prod(shape)) % 10
    head = struct.pack(f">BBBB{len(shape)}I", 0, 0, 8, len(shape), *shape)
    return head + numbers.astype(np.uint8).tobytes()


FILES = {
    "train-images-idx3-ubyte": idx(4_000, 28, 28),
    "train-labels-idx1-ubyte": idx(4_000),
    "t10k-images-idx3-ubyte": idx(20, 28, 28),
    "t10k-labels-idx1-ubyte": idx(20),
}
PACKED = {name: gzip.compress(content) for name, content in FILES.items()}
BIG = "train-images-idx3-ubyte"


@dataclass
class Server:
    """Gives files away, and remembers what it was asked."""

    port: int = 0
    given: dict[str, bytes] = field(default_factory=dict)
    cut: dict[str, int] = field(default_factory=dict)
    redirect: str = ""
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def folder(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port}/{name}/"


@pytest.fixture
def server() -> Iterator[Server]:
    here = Server(given={f"/good/{name}.gz": data for name, data in PACKED.items()})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked.append((self.path, self.headers.get("Range")))
            if here.redirect:
                self.send_response(302)
                self.send_header("Location", here.redirect + self.path.rpartition("/")[2])
                self.end_headers()
                return
            data = here.given.get(self.path)
            if data is None:
                self.send_error(404)
                return
            begin = int((self.headers.get("Range") or "bytes=0-")[6:-1])
            if begin >= len(data):
                self.send_error(416)
                return
            self.send_response(206 if begin else 200)
            self.send_header("Content-Length", str(len(data) - begin))
            self.end_headers()
            self.wfile.write(data[begin : here.cut.get(self.path, len(data))])

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.port = web.server_port
    thread = Thread(target=web.serve_forever)
    thread.start()
    yield here
    web.shutdown()
    thread.join()
    web.server_close()


def known(*mirrors: str, is_packed: bool = False) -> KnownSet:
    source = PACKED if is_packed else FILES
    remotes = tuple(
        Remote(name, hashlib.sha256(data).hexdigest(), is_packed) for name, data in source.items()
    )
    return replace(MNIST, mirrors=mirrors, files=remotes)


def kept(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_set_is_downloaded_once(server: Server, tmp_path: Path, is_packed: bool) -> None:
    mine, folder = known(server.folder("good"), is_packed=is_packed), tmp_path / "sets" / "mnist"
    assert not is_here(mine, folder)
    told: list[tuple[str, int, int]] = []
    download(mine, folder, lambda *now: told.append(now))
    assert is_here(mine, folder)
    assert kept(folder) == {f"{name}.gz" for name in FILES}
    assert (BIG, len(PACKED[BIG]), len(PACKED[BIG])) in told
    learnt, held_out = load(mine, folder)
    assert (len(learnt), len(held_out), learnt.name) == (4_000, 20, "MNIST")
    assert learnt.classes == tuple("0123456789")
    assert len(server.asked) == 4
    download(mine, folder)
    assert len(server.asked) == 4


def test_another_mirror_is_asked(server: Server, tmp_path: Path) -> None:
    server.given["/bad/train-images-idx3-ubyte.gz"] = gzip.compress(b"something else")
    server.given["/bad/train-labels-idx1-ubyte.gz"] = b"no package"
    download(known("http://127.0.0.1:9/", server.folder("bad"), server.folder("good")), tmp_path)
    assert kept(tmp_path) == {f"{name}.gz" for name in FILES}


def test_what_was_cut_off_is_gone_on_with(server: Server, tmp_path: Path) -> None:
    mine, path = known(server.folder("good")), f"/good/{BIG}.gz"
    half = len(PACKED[BIG]) // 2
    server.cut[path] = half
    with pytest.raises(FileError, match="cut off"):
        download(mine, tmp_path)
    assert kept(tmp_path) == {f"{BIG}.gz.part"}
    server.cut.clear()
    download(mine, tmp_path)
    assert (path, f"bytes={half}-") in server.asked
    assert load(mine, tmp_path)[0].images.shape == (4_000, 28, 28)


def test_a_stopped_download_is_gone_on_with(server: Server, tmp_path: Path) -> None:
    def stop(_name: str, _have: int, _all: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        download(known(server.folder("good")), tmp_path, stop)
    assert kept(tmp_path) == {f"{BIG}.gz.part"}
    download(known(server.folder("good")), tmp_path)
    assert kept(tmp_path) == {f"{name}.gz" for name in FILES}


def test_a_whole_part_is_enough(server: Server, tmp_path: Path) -> None:
    (tmp_path / f"{BIG}.gz.part").write_bytes(PACKED[BIG])
    download(known(server.folder("good")), tmp_path)
    assert kept(tmp_path) == {f"{name}.gz" for name in FILES}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (gzip.compress(b"something else"), "another file there"),
        (PACKED[BIG][:-9], "damaged"),
        (b"", "damaged|another"),
        (b"<html>log in to this network</html>", "damaged"),
    ],
    # What gzip writes has the time in it.
    ids=["another", "cut off", "nothing", "a page"],
)
def test_what_is_wrong_is_never_kept(
    server: Server, tmp_path: Path, wrong: bytes, said: str
) -> None:
    server.given[f"/good/{BIG}.gz"] = wrong
    with pytest.raises(FileError, match=said):
        download(known(server.folder("good")), tmp_path)
    assert kept(tmp_path) == set()


def test_what_does_not_end_is_left(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_PACKED", 1_000)
    with pytest.raises(FileError, match="does not end"):
        download(known(server.folder("good")), tmp_path)


def test_a_bomb_is_left(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "MOST_BYTES", 1_000_000)
    with pytest.raises(FileError, match="damaged"):
        download(known(server.folder("good")), tmp_path)
    assert kept(tmp_path) == set()


@pytest.mark.parametrize("place", ["file:///etc/", "ftp://127.0.0.1:9/", "http://127.0.0.1:9/"])
def test_a_redirection_leads_nowhere_else(server: Server, tmp_path: Path, place: str) -> None:
    server.redirect = place
    with pytest.raises(FileError, match="MNIST can't be downloaded"):
        download(known(server.folder("good")), tmp_path)
    assert kept(tmp_path) == set()


def test_without_a_network_one_sentence_says_what_can_be_done(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"can't be reached .*put its files into") as caught:
        download(known("http://127.0.0.1:9/"), tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_a_place_that_can_not_be_written(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(FileError, match="can't be made"):
        download(known(server.folder("good")), tmp_path / "file" / "sets")
    (tmp_path / f"{BIG}.gz.part").mkdir()
    with pytest.raises(FileError, match="can't be written"):
        download(known(server.folder("good")), tmp_path)


def test_the_known_sets_are_whole() -> None:
    assert set(KNOWN) == {"mnist", "fashion", "kmnist"}
    for one in (MNIST, FASHION, KMNIST):
        assert [remote.name for remote in one.files] == list(FILES)
        assert all(len(remote.sha256) == 64 for remote in one.files)
        assert len(set(one.classes)) == 10
        assert len(one.mirrors) > 1
        assert one.attribution
