from collections.abc import Iterator

import pytest

from tasks.core.engine.job import Died, Done, Job, Outcome, Refused
from tasks.core.engine.run import run_jobs
from tasks.core.errors import UserError


class Scripted:
    """An engine that answers each job with the next of the outcomes given for it, the latest job first."""

    def __init__(self, outcomes: dict[str, list[Outcome]], at_once: int = 2) -> None:
        self.outcomes, self.at_once = outcomes, at_once
        self.running: list[Job] = []
        self.most = 0

    @property
    def free(self) -> int:
        return self.at_once - len(self.running)

    def start(self, job: Job) -> None:
        self.running.append(job)
        self.most = max(self.most, len(self.running))

    def finished(self) -> Iterator[tuple[Job, Outcome]]:
        job = self.running.pop()
        yield job, self.outcomes[job.name].pop(0)


def jobs(*names: str) -> list[Job]:
    return [Job(name, print, (), [f"{name}.jpg"]) for name in names]


def test_all_are_done_no_more_than_fit_at_once() -> None:
    engine = Scripted({name: [Done(name.upper())] for name in "abcde"})
    found = {job.name: value for job, value in run_jobs(engine, jobs(*"abcde"), print)}
    assert found == {name: name.upper() for name in "abcde"}
    assert engine.most == 2


def test_a_job_that_died_is_tried_again_and_reported() -> None:
    reported: list[str] = []
    engine = Scripted({"a": [Died("a lost machine"), Died("another"), Done(1)], "b": [Done(2)]})
    found = {job.name: value for job, value in run_jobs(engine, jobs("a", "b"), reported.append)}
    assert found == {"a": 1, "b": 2}
    assert reported == ["a is tried again: a lost machine", "a is tried again: another"]


def test_what_the_engine_has_given_up_is_not_done_again() -> None:
    engine = Scripted({"a": [Died("lost", final=True), Done(1)]})
    with pytest.raises(UserError, match=r"a failed repeatedly, the last time: lost; its photos: a\.jpg"):
        list(run_jobs(engine, jobs("a"), print))


def test_a_job_that_dies_three_times_fails_with_its_photos_after_all_others() -> None:
    engine = Scripted({"a": [Died("lost")] * 3, "b": [Done(2)], "c": [Refused("c.jpg: is bad")], "d": [Done(4)]})
    found: list[str] = []
    with pytest.raises(UserError) as caught:
        found.extend(job.name for job, _ in run_jobs(engine, jobs(*"abcd"), lambda text: None))
    assert sorted(found) == ["b", "d"]
    assert sorted(str(caught.value).splitlines()) == [
        "a failed repeatedly, the last time: lost; its photos: a.jpg",
        "c.jpg: is bad",
    ]


def test_of_many_photos_the_first_and_the_last_are_named() -> None:
    job = Job("a", print, (), [f"{number}.jpg" for number in range(100)])
    with pytest.raises(UserError, match=r"lost; its 100 photos: 0\.jpg to 99\.jpg"):
        list(run_jobs(Scripted({"a": [Died("lost", final=True)]}), [job], print))
    with pytest.raises(UserError, match=r"the last time: lost$"):
        list(run_jobs(Scripted({"a": [Died("lost", final=True)]}), [Job("a", print, ())], print))
