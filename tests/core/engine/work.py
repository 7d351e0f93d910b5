"""What engines are given to do in tests; workers import it."""

import os
import signal
import time
from pathlib import Path

from tasks.core.errors import UserError


def square(number: int) -> int:
    return number * number


def refuse(text: str) -> None:
    raise UserError(text)


def fail() -> None:
    raise OSError("the disk is full")


def die(folder: str, times: int) -> str:
    """Kill this process the first so many times; how often is in the folder."""
    before = len(list(Path(folder).iterdir()))
    if before < times:
        (Path(folder) / str(before)).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return f"lived after {before} deaths"


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def note_and_sleep(file: str) -> None:
    """Leave the number of this process in a file, and sleep."""
    Path(file).write_text(str(os.getpid()), encoding="utf-8")
    time.sleep(60)
