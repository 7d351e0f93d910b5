"""The engine of one machine: a process for each core.

Each process is an executor of its own. In a shared `ProcessPoolExecutor`, the death of one process breaks the
whole pool and does not show which job killed it.
"""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Self

from tasks.core.engine.job import Died, Job, Outcome, attempt


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
        self._running[pool.submit(attempt, job.work, job.arguments)] = (job, pool)

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
    return ProcessPoolExecutor(1, context, initializer=_ignore_ctrl_c)


def _ignore_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
