"""The child process: warm before it is asked, and gone when its parent is."""

from __future__ import annotations

import os
import signal
import time
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from threading import Lock, Thread

from ganstudio.runs.messages import Close, Facts, Message, State, Status
from ganstudio.runs.steering import Inbox

PATIENCE_SECONDS = 1.0


def main(connection: Connection) -> None:
    """Serve commands that arrive on `connection` until told to close or left alone."""
    # Ctrl-C in a terminal reaches the whole group; the parent decides what becomes of us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    inbox: Inbox = SimpleQueue()
    Thread(target=_listen, args=(connection, inbox), daemon=True).start()
    lock = Lock()

    def send(message: Message) -> None:
        try:
            with lock:
                connection.send(message)
        except OSError:
            os._exit(0)

    _warm_up()
    from ganstudio.runs.engine import Engine

    send(Message(0, facts()))
    send(Message(0, Status(State.READY)))
    Engine(inbox, send).serve()
    os._exit(0)


def facts() -> Facts:
    """What this process can train on."""
    from ganstudio.core.device import available
    from ganstudio.core.lazy import torch

    return Facts(torch.__version__, tuple(available()))


def _listen(connection: Connection, inbox: Inbox) -> None:
    """Pass commands on; when the parent is gone, however it went, end this process at once."""
    parent = parent_process()
    sources = [connection, *([parent.sentinel] if parent else [])]
    try:
        while connection in wait(sources):
            command = connection.recv()
            inbox.put(command)
            if isinstance(command, Close):
                # The run ends by itself, unless nobody reads what it still has to say.
                time.sleep(PATIENCE_SECONDS)
                break
    except (EOFError, OSError):
        pass
    os._exit(0)


def _warm_up() -> None:
    """Import torch and everything that a first step needs, so that Train reacts at once."""
    from ganstudio.core.experiment import Experiment
    from ganstudio.core.trainer import train

    for _ in train(Experiment(steps=1)):
        pass
