"""Faults and kills at the n-th system call, by the preload library in `fault.c`."""

import ctypes
import errno
import os
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")
COMPILER = shutil.which("cc") or shutil.which("gcc")
COUNT, FAIL, SHORTEN, KILL = range(4)
"""What is done at a call: nothing, an error, half of the bytes, SIGKILL."""
CALLS = (
    "open", "create", "read", "write", "fsync", "rename", "close", "stat", "mkdir", "unlink", "mmap", "readdir",
    "flock",
)  # fmt: skip
"""The kinds of calls, in the order of `fault.c`."""
CHANGING = ("create", "write", "fsync", "rename", "mkdir", "unlink")
"""The calls that change what is on the disk, or may."""
ERRORS = (errno.EIO, errno.ENOSPC, errno.EACCES, errno.EINTR, errno.ENOMEM)


class _State(ctypes.Structure):
    _fields_ = (
        ("each", ctypes.c_long * len(CALLS)),
        ("counted", ctypes.c_long),
        ("hit", ctypes.c_long),
        ("first", ctypes.c_long),
        ("times", ctypes.c_long),
        ("action", ctypes.c_int),
        ("error", ctypes.c_int),
        ("chosen", ctypes.c_uint),
        ("last", ctypes.c_char * 256),
    )


@dataclass(frozen=True)
class Plan:
    """What to do at which of the calls below the folders."""

    action: int = COUNT
    first: int = 0
    times: int = 1
    error: int = 0
    calls: tuple[str, ...] = CALLS


class Faults:
    """The library in this process and its forks."""

    def __init__(self, *folders: Path) -> None:
        """Watch the calls below two folders."""
        library = ctypes.CDLL(os.environ["LD_PRELOAD"])
        library.attack_begin.restype = ctypes.POINTER(_State)
        self._state: _State = library.attack_begin(*(str(folder).encode() for folder in folders)).contents

    def plan(self, plan: Plan) -> None:
        """Begin to count, and do what the plan says."""
        state = self._state
        state.each[:] = [0] * len(CALLS)
        state.counted = state.hit = 0
        state.last = b""
        state.first, state.times = plan.first, plan.times
        state.action, state.error = plan.action, plan.error
        state.chosen = sum(1 << CALLS.index(call) for call in plan.calls)

    def stop(self) -> None:
        """Let all calls pass."""
        self._state.chosen = 0

    @property
    def counted(self) -> Counter[str]:
        """How many calls of each kind there were."""
        return Counter(dict(zip(CALLS, self._state.each, strict=True)))

    @property
    def hit(self) -> int:
        """How many of them were hit."""
        return int(self._state.hit)

    @property
    def last(self) -> str:
        """The last call that was hit: its name, file and error."""
        return bytes(self._state.last).decode(errors="replace")


def compile_library(folder: Path) -> Path:
    """Compile the library into a folder, and return its path."""
    assert COMPILER is not None
    library = folder / "fault.so"
    command = [COMPILER, "-O2", "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(command, check=True)
    return library
