"""Runs of the luigi command in forks of this process, which has imported all that they need.

To start Python, Luigi and TensorFlow takes seconds; a fork takes a few hundredths. TensorFlow is imported here,
but computes nothing before the fork, so it has no threads yet that a fork would lose.
"""

import gc
import importlib
import os
import pkgutil
import select
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.world import ROOT, environment

SECONDS = 120.0
"""How long a run may take."""
COLD = "import sys, os; sys.argv[0] = 'luigi'; os.write(1, b'.'); from tasks.core.command import main; main()"
"""The luigi command as Python runs it, which says when its first line is reached."""

OfProcess = Callable[[int], None]


def ignore(process: int) -> None:
    """Do nothing with a process."""


@dataclass(frozen=True)
class Run:
    """How a run ended, and its output.

    The code is the exit code, minus the number of the signal that killed it, or None if it had to be ended.
    """

    code: int | None
    said: str
    seconds: float


class Forks:
    """Makes runs in forks."""

    def __init__(self, log: Path) -> None:
        """Take the file that runs write their output to."""
        self.log = log

    def luigi(self, folder: Path, arguments: Sequence[str], meanwhile: OfProcess = ignore) -> Run:
        """Run the luigi command in a folder; `meanwhile` is called here with the id of its process."""

        def command() -> None:
            from tasks.core.command import main

            sys.argv = ["luigi", "--module", "pipeline", *arguments]
            main()

        return self.run(folder, command, meanwhile)

    def cold(self, folder: Path, arguments: Sequence[str], meanwhile: OfProcess) -> Run:
        """Run the luigi command in a Python of its own, which imports all that it needs.

        `meanwhile` is called once that has begun.
        """
        started = time.monotonic()
        command = [sys.executable, "-c", COLD, "--module", "pipeline", *arguments]
        begun, begins = os.pipe()
        with self.log.open("w") as log:
            run = subprocess.Popen(
                command, cwd=folder, stdout=begins, stderr=log, env=environment(ROOT), start_new_session=True
            )
        os.close(begins)
        os.read(begun, 1)
        os.close(begun)
        meanwhile(run.pid)
        code = _wait(run.pid, SECONDS)
        run.returncode = code or 0  # it was waited for
        return Run(code, self.log.read_text(errors="replace", encoding="utf-8"), time.monotonic() - started)

    def run(
        self, folder: Path, work: Callable[[], None], meanwhile: OfProcess = ignore, seconds: float = SECONDS
    ) -> Run:
        """Call a function in a fork, in a folder."""
        started = time.monotonic()
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            _become(folder, self.log, work)
        meanwhile(pid)
        code = _wait(pid, seconds)
        return Run(code, self.log.read_text(errors="replace", encoding="utf-8"), time.monotonic() - started)


def import_all(with_tensorflow: bool) -> None:
    """Import all that the pipeline does; `pipeline` itself, which prepares the console, is left to each run."""
    if with_tensorflow:
        from tasks.training.tensorflow_start import import_tensorflow

        import_tensorflow()
    import tasks
    from tasks.core.freshness.code import Code

    left_out = () if with_tensorflow else ("tensorflow", "keras")
    sys.modules.update(dict.fromkeys(left_out))  # type: ignore[arg-type]  # None: cannot be imported
    for module in pkgutil.walk_packages(tasks.__path__, "tasks."):
        with suppress(ModuleNotFoundError):
            importlib.import_module(module.name)
        if module.name.endswith(".task"):
            Code(module.name).digests()  # which parses, and is remembered
    for name in left_out:
        del sys.modules[name]
    gc.freeze()


def _become(folder: Path, log: Path, work: Callable[[], None]) -> None:
    code = 1
    try:
        os.setsid()
        descriptor = os.open(log, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(descriptor, stream)
        os.chdir(folder)
        work()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _wait(pid: int, seconds: float) -> int | None:
    ended = os.pidfd_open(pid)
    try:
        in_time = bool(select.select([ended], [], [], seconds)[0])
        if not in_time:
            os.killpg(pid, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        return code if in_time else None
    finally:
        os.close(ended)
