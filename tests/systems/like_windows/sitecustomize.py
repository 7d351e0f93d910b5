"""Makes Python on Linux as Windows has it, as far as this project can tell; Python imports it as it starts.

What is missing there is missing here: modules, functions and signals of POSIX, and folders that can be opened.
What is refused there is refused here: to rename, replace or remove what any process has open, to rename onto
something, to flush a file that was opened for reading. Processes start by `spawn`.
"""

import builtins
import fcntl
import multiprocessing
import os
import shutil
import signal
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

OURS = ("luigi", "pipeline", "tasks")
MODULES = frozenset({"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"})
FUNCTIONS = (
    *("fchmod", "fchown", "fork", "forkpty", "geteuid", "getgid", "getpgid", "getuid", "killpg", "lchown"),
    *("mkfifo", "pread", "pwrite", "register_at_fork", "sched_getaffinity", "setsid"),
    *("O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK"),
)
SIGNALS = (
    *("SIGALRM", "SIGHUP", "SIGPIPE", "SIGQUIT", "SIGUSR1", "SIGUSR2"),
    *("alarm", "pthread_sigmask", "setitimer", "siginterrupt"),
)
ACCESS_DENIED, SHARING_VIOLATION = 5, 32
"""Windows' numbers for a folder with an open file, and for an open file."""

TEMPORARY = os.O_TMPFILE & ~os.O_DIRECTORY
"""What opens a file without a name, which Windows removes when it is closed."""

import_module, opened, flushed = builtins.__import__, os.open, os.fsync


def imported(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
    importer = (globals or {}).get("__name__") or ""
    if name in MODULES and importer.partition(".")[0] in OURS:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    module = import_module(name, globals, locals, fromlist, level)
    if moves := sys.modules.get("tasks.core.freshness.moves"):
        moves.ON_WINDOWS = True  # type: ignore[attr-defined]
    return module


def in_use() -> Iterator[str]:
    """The paths of all that any process has open."""
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            yield str(link.readlink())


def refuse_what_is_open(path: Path) -> None:
    if path.is_symlink() or path.name.startswith("pym-"):  # the latter is memory that Python's processes share
        return
    real = path.resolve()
    for other in in_use():
        if real == Path(other) or real in Path(other).parents:
            error = PermissionError(13, "It is being used by another process", str(path))
            error.winerror = ACCESS_DENIED if path.is_dir() else SHARING_VIOLATION  # type: ignore[attr-defined]
            raise error


def refusing(function: Callable[..., Any], *, replaces: bool = False) -> Callable[..., Any]:
    def call(path: Any, *others: Any, **named: Any) -> Any:
        refuse_what_is_open(Path(path))
        for target in map(Path, others):
            if target.exists():
                if not replaces:
                    raise FileExistsError(17, "It exists", str(target))
                if target.is_dir():
                    raise PermissionError(13, "A folder cannot be replaced", str(target))
                refuse_what_is_open(target)
        return function(path, *others, **named)

    return call


def open_files_alone(path: Any, flags: int, *more: Any, **named: Any) -> int:
    if Path(path).is_dir() and not flags & TEMPORARY:
        raise PermissionError(13, "Permission denied", str(path))
    return opened(path, flags, *more, **named)


def flush_what_may_be_written(descriptor: Any) -> None:
    number = descriptor if isinstance(descriptor, int) else descriptor.fileno()
    if stat.S_ISREG(os.fstat(number).st_mode) and not fcntl.fcntl(number, fcntl.F_GETFL) & (
        os.O_RDWR | os.O_WRONLY
    ):
        raise OSError(9, "Bad file descriptor")
    flushed(number)


builtins.__import__ = imported
os.open, os.fsync = open_files_alone, flush_what_may_be_written  # type: ignore[assignment]
for name in ("remove", "rename", "rmdir", "unlink"):
    setattr(os, name, refusing(getattr(os, name)))
os.replace = refusing(os.replace, replaces=True)
shutil._use_fd_functions = False  # type: ignore[attr-defined]
multiprocessing.set_start_method("spawn")
for function in FUNCTIONS:
    if hasattr(os, function):
        delattr(os, function)
for number in SIGNALS:
    if hasattr(signal, number):
        delattr(signal, number)
