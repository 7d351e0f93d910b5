"""Stops by Ctrl-C and SIGTERM: a line that says how to resume, exit code 130, and an end within seconds.

While an output is made, a stop is an exception, so that what is being written is tidied up on its way. That alone
is no guarantee: Python ignores an exception raised in a finalizer, C code that imports modules makes another one
of it, and tidying up may wait for a thread or a lock for ever. So a thread ends the process when its time is up.
That does no harm: outputs appear whole or not at all, however a run ends.
"""

import atexit
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING

from tasks.core.freshness.failure import RESUMES

if TYPE_CHECKING:
    import socket

STOPPED = 130
"""Exit code after Ctrl-C or SIGTERM, as in shells."""
SECONDS_TO_TIDY = 10.0
"""How long a stopped process may take to end by itself."""
SIGNALS: tuple[int, ...] = (signal.SIGINT, getattr(signal, "SIGBREAK", signal.SIGTERM))
"""Ctrl-C, and SIGTERM or on Windows, which has none, Ctrl-Break and the closing of the console."""
IMPORTING = "<frozen importlib"
"""How the names of the files begin whose code is running while a module is imported."""


class Stop(SystemExit, KeyboardInterrupt):
    """Ends the program like `sys.exit`, and passes through Luigi, which continues only after errors."""


class _State:
    """What this process knows of stops."""

    asked = False
    console = 2
    """The file descriptor of standard error, even while TensorFlow's is turned away."""


def is_stopping() -> bool:
    """Return whether this process was asked to stop."""
    return _State.asked


def stop_at_once() -> None:
    """From now on, a stop ends the process at once: before anything is made, and when all is done."""
    atexit.register(_ignore)  # first of all, so that it is called last
    if not is_stopping():
        for number in SIGNALS:
            signal.signal(number, _end_now)


def stop_tidily() -> None:
    """From now on, a stop is raised in the main thread, and the process ends soon whatever becomes of that."""
    with suppress(OSError):
        _State.console = os.dup(2)
    _watch()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_watch)
    for number in SIGNALS:
        signal.signal(number, _raise)


def end_at_once() -> None:
    """End this process and those that it started, and remove what it is writing."""
    try:
        if multiprocessing := sys.modules.get("multiprocessing"):
            for process in multiprocessing.active_children():
                process.kill()
        if folder := sys.modules.get("tasks.core.freshness.folder"):
            for path in list(folder.IN_THE_WRITING):
                with suppress(OSError):
                    folder.remove_whole(path)
    finally:
        os._exit(STOPPED)


def _end_now(number: int, frame: FrameType | None) -> None:
    _ask()
    end_at_once()


def _raise(number: int, frame: FrameType | None) -> None:
    _ask()
    if _is_importing(frame):
        end_at_once()
    raise Stop(STOPPED)


def _ignore() -> None:
    # From here on Python calls no handlers, and a signal would end a run that is done.
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _ask() -> None:
    """Say once that the process stops. Another signal must not interrupt the tidying up."""
    _ignore()
    _State.asked = True
    multiprocessing = sys.modules.get("multiprocessing")
    if multiprocessing is None or multiprocessing.parent_process() is None:
        # Not by sys.stderr or tqdm: their locks and buffers may be in use by what the signal interrupted.
        line = f"Stopped. {RESUMES}\n"
        with suppress(OSError):
            os.write(_State.console, (f"\n{line}" if os.isatty(_State.console) else line).encode())


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith(IMPORTING):
            return True
        frame = frame.f_back
    return False


def _watch() -> None:
    """Start the thread that ends this process some seconds after a signal, also where Python cannot handle it.

    The system's handler wakes it through a socket even while the main thread is in C code.
    """
    import socket  # not at the top, for the short time in which Python itself answers Ctrl-C

    waiting, woken = socket.socketpair()
    woken.setblocking(False)
    signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_end_in_time, args=(waiting, woken), daemon=True).start()


def _end_in_time(waiting: "socket.socket", woken: "socket.socket") -> None:
    while not set(SIGNALS) & set(waiting.recv(64)):
        pass
    time.sleep(SECONDS_TO_TIDY)
    end_at_once()
