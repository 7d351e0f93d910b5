"""The engine of many machines: a running Dask cluster, or a cluster of processes started on this machine."""

import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tasks.core.address import shown_address, without_secrets
from tasks.core.engine.job import Died, Job, Outcome, attempt
from tasks.core.errors import UserError

if TYPE_CHECKING:
    from distributed import Future

CONNECT_SECONDS = 30
"""How long to wait for the scheduler to answer, and then for its first worker."""
AHEAD = 2
"""How many jobs each thread of a worker has at once, so that it need not wait for the next."""


class DaskEngine:
    """Runs jobs on the workers of a Dask scheduler. When a worker dies, Dask gives its job to another."""

    def __init__(self, address: str = "") -> None:
        """Connect to the scheduler at an address such as tcp://host:8786; without one, start a cluster here.

        Raises `UserError` if Dask is not installed, or if no scheduler or no worker answers.
        """
        try:
            import distributed
        except ImportError:
            raise UserError(
                'small.engine dask needs Dask; install it: pip install "portrait-pipeline[dask]"'
            ) from None
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # outcomes say the same
        with ExitStack() as opened:
            cluster = address or opened.enter_context(
                distributed.LocalCluster(n_workers=os.cpu_count(), threads_per_worker=1, dashboard_address=":0")
            )
            try:
                self.client = opened.enter_context(distributed.Client(cluster, timeout=CONNECT_SECONDS))
                self.client.wait_for_workers(1, timeout=CONNECT_SECONDS)
            except (OSError, TimeoutError, ValueError) as error:
                raise UserError(
                    f"small.dask_address '{shown_address(address)}': no Dask scheduler with a worker answers "
                    f"({without_secrets(str(error))})"
                ) from None
            self._opened = opened.pop_all()
        self._results = distributed.as_completed()
        self._killed = distributed.KilledWorker
        self._jobs: dict[Future, Job] = {}

    def __enter__(self) -> Self:
        """Return the engine."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Cancel unfinished jobs; disconnect from the scheduler, or end the cluster started here."""
        self.client.cancel(list(self._jobs), force=True)
        self._opened.close()

    @property
    def dashboard(self) -> str:
        """The address of Dask's dashboard."""
        return str(self.client.dashboard_link)

    @property
    def free(self) -> int:
        """How many more jobs the present workers should get; without workers, one job waits for the first."""
        return max(AHEAD * int(sum(self.client.nthreads().values())), 1) - len(self._jobs)

    def start(self, job: Job) -> None:
        """Submit a job to the scheduler."""
        future = self.client.submit(attempt, job.work, job.arguments, pure=False)
        self._jobs[future] = job
        self._results.add(future)

    def finished(self) -> Iterator[tuple[Job, Outcome]]:
        """Wait until a job is finished; yield every finished job with its outcome."""
        for future in self._results.next_batch(block=True):
            outcome: Outcome
            try:
                outcome = future.result()
            except self._killed as error:
                # Dask has given the job to several workers already (its setting allowed-failures).
                outcome = Died(f"its workers died ({error})", final=True)
            except Exception as error:  # the result was lost together with its worker or the scheduler
                outcome = Died(f"{type(error).__name__}: {error}")
            yield self._jobs.pop(future), outcome
