"""The child process: warm before it is asked, and gone when its parent is."""

from __future__ import annotations

import gc
import os
import signal
import time
import traceback
from contextlib import suppress
from importlib import import_module
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from threading import Event, Lock, Thread

from ganstudio.core.events import Failed
from ganstudio.runs.messages import Close, Facts, Message, State, Status
from ganstudio.runs.steering import Inbox

PATIENCE_SECONDS = 1.0


def main(connection: Connection) -> None:
    """Serve commands that arrive on `connection` until told to close or left alone."""
    # Ctrl-C in a terminal reaches the whole group; the parent decides what becomes of us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Weights in a command need numpy, which two threads must not import at the same time.
    import_module("numpy")
    inbox: Inbox = SimpleQueue()
    ready = Event()
    Thread(target=_listen, args=(connection, inbox, ready), daemon=True).start()
    lock = Lock()

    def send(message: Message) -> None:
        # Nobody hears it any more: the thread that listens ends this process soon.
        with suppress(OSError), lock:
            connection.send(message)

    try:
        _warm_up()
        known = facts()
        from ganstudio.runs.engine import Engine
    except Exception as error:
        sentence = f"The engine can't start: {type(error).__name__}: {error}"
        send(Message(0, Failed(sentence, traceback.format_exc())))
        os._exit(1)
    send(Message(0, known))
    send(Message(0, Status(State.READY)))
    ready.set()
    Engine(inbox, send).serve()
    os._exit(0)


def facts() -> Facts:
    """What this process can train on."""
    from ganstudio.core.device import available
    from ganstudio.core.lazy import torch

    return Facts(torch.__version__, tuple(available()))


def _listen(connection: Connection, inbox: Inbox, ready: Event) -> None:
    """Pass commands on; when the parent is gone, however it went, end this process.

    A run that is under way gets a moment to write its file to the end.
    """
    parent = parent_process()
    sources: list[Connection | int] = [connection, *([parent.sentinel] if parent else [])]
    try:
        while connection in wait(sources):
            command = connection.recv()
            inbox.put(command)
            if isinstance(command, Close):
                break
    except (EOFError, OSError):
        pass
    except Exception:
        # Deaf, it would be worse than gone.
        traceback.print_exc()
        os._exit(1)
    inbox.put(Close(unasked=True))
    if ready.is_set():
        # The run ends by itself, unless it is in a long step.
        time.sleep(PATIENCE_SECONDS)
    os._exit(0)


def _warm_up() -> None:
    """Import torch and everything that a first step needs, so that Train reacts at once."""
    from ganstudio.core.experiment import Experiment
    from ganstudio.core.trainer import train

    for _ in train(Experiment(steps=1)):
        pass
    # What torch holds stays: to look through it for garbage would stop a live run for 150 ms.
    gc.freeze()
