"""The engine of one machine: a process for each core.

Each process is an executor of its own. In a shared `ProcessPoolExecutor`, the death of one process breaks the
whole pool and does not show which job killed it.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from tasks.core.engine.job import Died, Job, Outcome, attempt
from tasks.core.stop import STOPPED


class LocalEngine:
    """Runs jobs in processes of this machine, as many at once as there are processes."""

    def __init__(self, processes: int | None = None) -> None:
        """Prepare the processes: by default, one per core."""
        self._idle = [_process() for _ in range(processes or os.cpu_count() or 1)]
        self._running: dict[Future[Outcome], tuple[Job, ProcessPoolExecutor]] = {}

    def __enter__(self) -> Self:
        """Return the engine."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End the processes, without waiting for jobs that are still running."""
        if self._running:
            for process in multiprocessing.active_children():
                process.terminate()
        for pool in [*self._idle, *(pool for _, pool in self._running.values())]:
            pool.shutdown(cancel_futures=True)

    @property
    def free(self) -> int:
        """How many processes are idle."""
        return len(self._idle)

    def start(self, job: Job) -> None:
        """Start a job in an idle process."""
        pool = self._idle.pop()
        with _without_ctrl_c():  # a process that starts inherits this
            future = pool.submit(attempt, job.work, job.arguments)
        self._running[future] = (job, pool)

    def finished(self) -> Iterator[tuple[Job, Outcome]]:
        """Wait until a job is finished; yield every finished job with its outcome."""
        for future in wait(self._running, return_when=FIRST_COMPLETED).done:
            job, pool = self._running.pop(future)
            outcome: Outcome
            try:
                outcome = future.result()
            except BrokenProcessPool:
                outcome = Died("its process died (was there enough memory?)")
                pool.shutdown()
                pool = _process()
            self._idle.append(pool)
            yield job, outcome


def _process() -> ProcessPoolExecutor:
    # Not by fork: threads of this process may hold locks. Ctrl-C is for this process alone, which ends the others.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, context, initializer=_begin)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    # A process of a pool waits for its next job for ever, even if the pool's process was killed.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(STOPPED)


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """Let Ctrl-C wait while a process starts, whose imports it would interrupt with a traceback."""
    if sys.platform == "win32":
        import ctypes

        ignore = ctypes.windll.kernel32.SetConsoleCtrlHandler  # without a handler; processes started inherit it
        ignore(None, True)
        try:
            yield
        finally:
            ignore(None, False)
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
