"""A server on this machine that gives pictures away, and stops in the middle if it is told to."""

from __future__ import annotations

import gzip
import hashlib
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import numpy as np

from ganstudio.data.images.known import MNIST, KnownSet, Remote

CHUNK = 1 << 16
SIZES = {"train": 400, "t10k": 60}


def idx(*shape: int) -> bytes:
    """An IDX file of random pictures, which cannot be packed, or of labels in turn."""
    rng = np.random.default_rng(len(shape))
    numbers = rng.integers(0, 256, shape) if len(shape) > 1 else np.arange(shape[0]) % 10
    head = struct.pack(f">BBBB{len(shape)}I", 0, 0, 8, len(shape), *shape)
    return head + numbers.astype(np.uint8).tobytes()


FILES = {
    f"{part}-{what}-ubyte": idx(*shape)
    for part, count in SIZES.items()
    for what, shape in (("images-idx3", (count, 28, 28)), ("labels-idx1", (count,)))
}


@dataclass
class Server:
    """What it gives, and what it was asked."""

    port: int = 0
    given: dict[str, bytes] = field(
        default_factory=lambda: {name: gzip.compress(data) for name, data in FILES.items()}
    )
    may_go_on: Event = field(default_factory=Event)
    """Not set: it stops after the first chunk of a file."""
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def known(self) -> KnownSet:
        """The set that it gives away, instead of MNIST."""
        remotes = tuple(
            Remote(name, hashlib.sha256(data).hexdigest()) for name, data in FILES.items()
        )
        return replace(MNIST, mirrors=(f"http://127.0.0.1:{self.port}/",), files=remotes)


@contextmanager
def serving() -> Iterator[Server]:
    """A server for as long as somebody needs it."""
    here = Server()
    here.may_go_on.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2].removesuffix(".gz")
            here.asked.append((name, self.headers.get("Range")))
            data = here.given[name]
            begin = int((self.headers.get("Range") or "bytes=0-")[6:-1])
            self.send_response(206 if begin else 200)
            self.send_header("Content-Length", str(len(data) - begin))
            self.end_headers()
            self.wfile.write(data[begin : begin + CHUNK])
            self.wfile.flush()
            here.may_go_on.wait(30)
            try:
                self.wfile.write(data[begin + CHUNK :])
            except OSError:
                return  # nobody listens any more

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.port = web.server_port
    thread = Thread(target=web.serve_forever)
    thread.start()
    yield here
    here.may_go_on.set()
    web.shutdown()
    thread.join()
    web.server_close()
