"""Runs jobs on an engine until each is done or has failed too often.

Local processes and Dask share no interface for what is done here: another attempt after a process died, and one
message for all jobs that failed, when the others are done.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from tasks.core.engine.job import Died, Done, Engine, Job, Refused
from tasks.core.errors import UserError

JOB_ATTEMPTS = 3
PHOTOS_NAMED = 10
"""Up to how many photos of a job are named one by one."""


def run_jobs(engine: Engine, jobs: Iterable[Job], say: Callable[[str], None]) -> Iterator[tuple[Job, Any]]:
    """Yield each job with what its function returned, in the order in which they finish.

    A job whose process died gets three attempts; `say` is called with a line for each retry. When all others
    are done, raises one `UserError` with a line for each job that failed.
    """
    waiting, running, deaths, problems = deque(jobs), 0, Counter[str](), []
    while waiting or running:
        while waiting and engine.free > 0:
            engine.start(waiting.popleft())
            running += 1
        for job, outcome in engine.finished():
            running -= 1
            match outcome:
                case Done(value):
                    yield job, value
                case Refused(text):
                    problems.append(text)
                case Died(why, final):
                    deaths[job.name] += 1
                    if deaths[job.name] < JOB_ATTEMPTS and not final:
                        say(f"{job.name} is tried again: {why}")
                        waiting.append(job)
                    else:
                        problems.append(f"{job.name} failed repeatedly, the last time: {why}{_named(job.photos)}")
    if problems:
        raise UserError("\n".join(problems))


def _named(photos: Sequence[str]) -> str:
    if not photos:
        return ""
    if len(photos) <= PHOTOS_NAMED:
        return f"; its photos: {', '.join(photos)}"
    return f"; its {len(photos)} photos: {photos[0]} to {photos[-1]}"
