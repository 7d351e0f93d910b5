"""The engine of one machine: a process for each core."""

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
    """Processes of this machine; each is a pool of its own, so that one that dies is known by its job."""

    def __init__(self, processes: int | None = None) -> None:
        """Take as many processes as there are cores, unless told how many."""
        self._idle = [_process() for _ in range(processes or os.cpu_count() or 1)]
        self._running: dict[Future[Outcome], tuple[Job, ProcessPoolExecutor]] = {}

    def __enter__(self) -> Self:
        """Return the engine."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End the processes, at once if there is still work in them."""
        if self._running:
            for process in multiprocessing.active_children():
                process.terminate()
        for pool in [*self._idle, *(pool for _, pool in self._running.values())]:
            pool.shutdown(cancel_futures=True)

    @property
    def free(self) -> int:
        """How many processes have nothing to do."""
        return len(self._idle)

    def start(self, job: Job) -> None:
        """Begin to work on a job."""
        pool = self._idle.pop()
        self._running[pool.submit(attempt, job.work, job.arguments)] = (job, pool)

    def finished(self) -> Iterator[tuple[Job, Outcome]]:
        """Wait until a job is finished, and yield what came of all that are."""
        for future in wait(self._running, return_when=FIRST_COMPLETED).done:
            job, pool = self._running.pop(future)
            outcome: Outcome
            try:
                outcome = future.result()
            except BrokenProcessPool:
                outcome = Died("its process ended (was there enough memory?)")
                pool.shutdown()
                pool = _process()
            self._idle.append(pool)
            yield job, outcome


def _process() -> ProcessPoolExecutor:
    # Not by fork: the threads of this process may hold locks. And Ctrl-C is answered by this process.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, context, initializer=_leave_ctrl_c)


def _leave_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
