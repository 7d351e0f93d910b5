"""The engines with real processes, some of which die."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tasks.core.engine.dask import DaskEngine
from tasks.core.engine.job import Died, Engine, Job
from tasks.core.engine.local import LocalEngine
from tasks.core.engine.run import run_jobs
from tasks.core.errors import UserError
from tests.core.engine import work

pytestmark = pytest.mark.runs


@pytest.fixture(params=[lambda: LocalEngine(2), DaskEngine], ids=["local", "dask"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    start: Callable[[], AbstractContextManager[Engine]] = request.param
    with start() as started:
        yield started
    assert not [process for process in multiprocessing.active_children() if process.is_alive()]


def run(engine: Engine, *jobs: Job) -> dict[str, Any]:
    return {job.name: value for job, value in run_jobs(engine, jobs, print)}


def test_answers_come_back_by_their_jobs(engine: Engine) -> None:
    assert run(engine, *(Job(str(n), work.square, (n,)) for n in range(7))) == {str(n): n * n for n in range(7)}


def test_bad_input_and_a_failure_are_distinguished(engine: Engine) -> None:
    bad = Job("bad", work.refuse, ("photo.jpg: is bad",))
    failing = Job("failing", work.fail, (), ["a.jpg"])
    with pytest.raises(UserError) as caught:
        run(engine, bad, failing, Job("good", work.square, (2,)))
    assert sorted(str(caught.value).splitlines()) == [
        "failing failed repeatedly, the last time: OSError: the disk is full; its photos: a.jpg",
        "photo.jpg: is bad",
    ]


def test_a_killed_worker_costs_its_job_one_more_run(engine: Engine, tmp_path: Path) -> None:
    others = [Job(str(n), work.square, (n,)) for n in range(5)]
    found = run(engine, Job("dies", work.die, (str(tmp_path), 1)), *others)
    assert found == {"dies": "lived after 1 deaths", **{str(n): n * n for n in range(5)}}


def test_a_job_that_kills_every_worker_is_given_up(engine: Engine, tmp_path: Path) -> None:
    deadly = Job("deadly", work.die, (str(tmp_path), 100), ["a.jpg"])
    with pytest.raises(UserError, match=r"deadly failed repeatedly.*; its photos: a.jpg"):
        run(engine, deadly, Job("good", work.square, (2,)))
    assert len(list(tmp_path.iterdir())) in (3, 4)  # 4 is how Dask counts


def test_stopping_does_not_wait_for_the_work() -> None:
    with LocalEngine(1) as engine:
        engine.start(Job("long", work.sleep, (86_400,)))
    assert not multiprocessing.active_children()


@pytest.mark.slow
def test_a_result_that_dask_has_lost_may_be_tried_again() -> None:
    with DaskEngine() as engine:
        engine.start(Job("lost", work.sleep, (600,)))
        engine.client.cancel(list(engine._jobs), force=True)
        ((job, outcome),) = engine.finished()
    assert job.name == "lost"
    assert isinstance(outcome, Died)
    assert not outcome.final


def test_no_scheduler_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.core.engine.dask.CONNECT_SECONDS", 1)
    with pytest.raises(UserError, match=r"tcp://127\.0\.0\.1:1"):
        DaskEngine("tcp://127.0.0.1:1")
