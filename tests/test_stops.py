"""Runs that are stopped, run at once, or cannot write: nothing is lost, nothing half-written counts."""

import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tasks.core.freshness.lock import LOCKS, locked
from tasks.core.freshness.resume import PARTIAL
from tests.kill_anywhere import kill_anywhere
from tests.world import (
    EVERYTHING,
    LUIGI,
    WORLD,
    World,
    built,
    environment,
    make_world,
    results,
    run_with_room,
    without_privileges,
)

RESUMES = "run the same command again to resume"
TRAIN = ("TrainModel", "--experiment", "gray-simple-3", "--training-epochs", "40")


@pytest.fixture
def prepared(finished: World, tmp_path: Path) -> World:
    """A world with small and gray images, and nothing behind them."""
    shutil.copytree(finished.folder, tmp_path / "prepared")
    world = World(tmp_path / "prepared")
    for folder in ("models", "evaluation", "report"):
        shutil.rmtree(world.data / folder)
    return world


@pytest.fixture(scope="module")
def undisturbed(finished: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world with small and gray images, and a model that was trained without a stop."""
    world = World(shutil.copytree(finished.folder, tmp_path_factory.mktemp("undisturbed") / "world"))
    for folder in ("models", "evaluation", "report"):
        shutil.rmtree(world.data / folder)
    world.luigi(*TRAIN)
    return world


def until_it_waits(run: subprocess.Popen[str], title: str) -> str:
    """Read what a run says until it waits to make this output."""
    assert run.stderr is not None
    said = ""
    for line in run.stderr:
        said += line
        if line.startswith(f"{title}: waiting for another run"):
            return said
    raise AssertionError(said)


def end(run: subprocess.Popen[str]) -> tuple[int, str]:
    said = run.communicate()[1]
    return run.returncode, said


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGINT,
        *(pytest.param(number, marks=pytest.mark.slow) for number in (signal.SIGKILL, signal.SIGTERM)),
    ],
)
def test_a_stopped_training_resumes_at_the_epoch_it_had_reached(
    prepared: World, undisturbed: World, number: signal.Signals
) -> None:
    run = prepared.start(*TRAIN)
    prepared.wait_for_epoch(run, "gray-simple-3", 7)
    run.send_signal(number)
    code, said = end(run)
    if number == signal.SIGKILL:
        assert code == -number
    else:
        assert code == 130
        assert f"Stopped. Finished work is kept: {RESUMES}." in said
        assert "Traceback" not in said
    assert not (prepared.data / "models" / "gray-simple-3").exists()

    again = prepared.run(*TRAIN[:1], *WORLD, *TRAIN[1:])
    assert again.returncode == 0
    resumed = re.search(r"TrainModel gray-simple-3: resumed after epoch (\d+) of 40", again.stderr)
    assert resumed
    assert int(resumed.group(1)) >= 7
    assert built(again) == {"TrainModel gray-simple-3"}
    assert results(prepared.data) == results(undisturbed.data)
    assert not list(prepared.data.rglob(f"{PARTIAL}*"))


@pytest.mark.parametrize(
    "task",
    [("EvaluateModel", "--experiment", "gray-simple-3"), pytest.param(("EvaluateAll",), marks=pytest.mark.slow)],
)
def test_two_runs_at_once_both_end_well(prepared: World, finished: World, task: tuple[str, ...]) -> None:
    with locked(prepared.data / LOCKS / "models-gray-simple-3", alone=True, waiting=lambda: None):
        one, other = prepared.start(*task), prepared.start(*task)
        waited = "".join(until_it_waits(run, "TrainModel gray-simple-3") for run in (one, other))
    (code, said), (other_code, other_said) = end(one), end(other)
    said += waited
    assert (code, other_code) == (0, 0), said + other_said
    done = [line for line in (said + other_said).splitlines() if ": done in" in line]
    assert len(done) == len({line.partition(":")[0] for line in done}), "a stage was made twice"
    made = results(prepared.data)
    assert made.items() <= results(finished.data).items()
    assert "evaluation/gray-simple-3/metrics.json" in made


@pytest.mark.slow
def test_several_workers_give_the_same(finished: World, tmp_path: Path) -> None:
    world = make_world(tmp_path / "new")
    world.luigi("EvaluateAll", "--workers", "4")
    assert results(world.data) == results(finished.data)


@contextmanager
def luigid(folder: Path) -> Iterator[str]:
    """A real scheduler service on a free port of this machine; its address."""
    import socket
    import urllib.request

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [str(Path(sys.executable).with_name("luigid")), "--address", "127.0.0.1", "--port", str(port)]
    folder.mkdir()
    service = subprocess.Popen(
        [*command, "--state-path", str(folder / "state")],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                urllib.request.urlopen(address, timeout=5).close()
                break
            except OSError:
                assert service.poll() is None
                time.sleep(0.1)
        yield address
    finally:
        service.terminate()
        service.wait()


@pytest.mark.slow
def test_two_workers_on_a_scheduler_service_share_the_work(
    prepared: World, finished: World, tmp_path: Path
) -> None:
    with luigid(tmp_path / "luigid") as address:
        config = prepared.folder / "work" / "luigi.cfg"
        text = config.read_text(encoding="utf-8").replace(
            "local_scheduler = true", f"default_scheduler_url = {address}"
        )
        config.write_text(text, encoding="utf-8")
        runs = [prepared.start("EvaluateAll") for _ in range(2)]
        ends = [end(run) for run in runs]
        assert prepared.luigi("EvaluateAll") == set()
    said = "".join(text for _, text in ends)
    # Luigi gives 0 only to a run that made all itself, 10 and 25 to those that left a part to others.
    assert {code for code, _ in ends} <= {0, 10, 25}, said
    assert all(": done in" in text for _, text in ends), "one of them had nothing to do"
    assert said.count(": done in") == EVERYTHING - 3
    assert results(prepared.data) == results(finished.data)


@pytest.mark.slow
def test_a_file_that_does_not_fit_is_said_and_leaves_nothing(prepared: World) -> None:
    before = results(prepared.data)
    work = prepared.folder / "work"
    run = run_with_room(work, 1_000_000, "TrainModel", *WORLD, "--experiment", "gray-unet")
    assert run.returncode == 30
    assert "TrainModel gray-unet: File too large" in run.stderr
    assert RESUMES in run.stderr
    assert "Traceback" not in run.stderr
    assert results(prepared.data) == before


def test_a_data_folder_that_may_not_be_written_is_said(prepared: World) -> None:
    command = [*without_privileges(), *LUIGI, "TrainModel", *WORLD, "--experiment", "gray-simple-3"]
    before = results(prepared.data)
    folders = [prepared.data, *(path for path in prepared.data.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        run = subprocess.run(
            command,
            cwd=prepared.folder / "work",
            env=environment(prepared.project),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert run.returncode == 30
    assert "Permission denied" in run.stderr
    assert "--data-root" in run.stderr
    assert "Traceback" not in run.stderr
    assert results(prepared.data) == before


@pytest.mark.slow
def test_killed_at_any_moment_the_next_run_makes_what_an_undisturbed_one_makes(
    finished: World, tmp_path: Path
) -> None:
    assert kill_anywhere(finished, tmp_path, kills=5, seed=0).total() == 5
