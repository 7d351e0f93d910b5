"""Several workers of one luigid, with their data in one store."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import s3fs

from tests.conftest import Bucket
from tests.world import LUIGI, ROOT, SMALL, built, environment, luigi_in, wait_for_epoch

pytestmark = pytest.mark.runs

LUIGID = """[scheduler]
worker_disconnect_delay = {delay}
retry_delay = 1
prune_on_get_work = true
[resources]
gpu = 2
"""
CLUSTER = """[core]
local_scheduler = false
scheduler_url = {url}
[worker]
keep_alive = true
wait_interval = 0.2
wait_jitter = 0.2
"""
EXPERIMENTS = "gray-simple-3,gray-simple-15,gray-simple-30"


@contextmanager
def luigid(folder: Path, delay: int = 600) -> Iterator[str]:
    """A real luigid, which takes a worker for dead after so many seconds without a sign of life; its address."""
    (folder / "luigid.cfg").write_text(LUIGID.format(delay=delay), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("luigid")), "--address", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "LUIGI_CONFIG_PATH": str(folder / "luigid.cfg")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _answers(port):
            assert process.poll() is None
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def start(folder: Path, url: str, *arguments: str) -> subprocess.Popen[str]:
    """A worker on a machine of its own: its own folder, and its own cache."""
    luigi_in(folder)
    (folder / "cluster.cfg").write_text(CLUSTER.format(url=url), encoding="utf-8")
    return subprocess.Popen(
        [*LUIGI, "EvaluateAll", "--data-root", "s3://portraits/run", "--data-cache", "cache", *arguments],
        cwd=folder,
        env={**environment(ROOT), "LUIGI_CONFIG_PATH": "cluster.cfg"},
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


@pytest.mark.slow
def test_a_worker_that_is_killed_in_training_leaves_it_to_another(
    bucket: Bucket, portraits: Path, tmp_path: Path
) -> None:
    arguments = ("--originals-source", str(portraits), *SMALL, "--report-experiments", EXPERIMENTS)
    alone = luigi_in(tmp_path / "alone")("EvaluateAll", *arguments, "--training-epochs", "60")
    assert alone.returncode == 0, alone.stderr
    with luigid(tmp_path, delay=10) as url:
        first = start(tmp_path / "first", url, *arguments, "--training-epochs", "60")
        assert first.stderr
        in_training = ""
        for line in first.stderr:
            if line.startswith("TrainModel") and ": starting" in line:
                in_training = line.partition(":")[0]
                break
        (data,) = (tmp_path / "first" / "cache").iterdir()
        wait_for_epoch(data, first, in_training.split()[1], 2)
        second = start(tmp_path / "second", url, *arguments, "--training-epochs", "60")
        first.send_signal(signal.SIGKILL)
        _, said = second.communicate()
        first.communicate()
    assert in_training
    assert second.returncode in (0, 10, 25), said
    made = [line.partition(":")[0] for line in said.splitlines() if ": done in" in line]
    assert in_training in made
    assert len(made) == len(set(made))
    client = s3fs.S3FileSystem(use_listings_cache=False)
    for name in EXPERIMENTS.split(","):
        model = f"models/{name}/model.keras"
        assert client.cat(f"portraits/run/{model}") == (tmp_path / "alone" / "data" / model).read_bytes()


@pytest.mark.slow
def test_two_workers_share_the_experiments_and_train_none_twice(
    bucket: Bucket, portraits: Path, tmp_path: Path
) -> None:
    arguments = ("--originals-source", str(portraits), *SMALL, "--report-experiments", EXPERIMENTS)
    with luigid(tmp_path) as url:
        workers = [start(tmp_path / name, url, *arguments, "--training-epochs", "20") for name in ("one", "two")]
        said = [worker.communicate()[1] for worker in workers]
    # Luigi's codes for a run part of which others did; whether all is there, the same command says afterwards.
    assert {worker.returncode for worker in workers} <= {0, 10, 25}, "\n\n".join(said)
    last = ("--data-root", "s3://portraits/run", "--data-cache", "cache", "--training-epochs", "20")
    again = luigi_in(tmp_path / "again")("EvaluateAll", *arguments, *last)
    assert (again.returncode, built(again)) == (0, set()), again.stderr
    made = [line.partition(":")[0] for text in said for line in text.splitlines() if ": done in" in line]
    assert len(made) == len(set(made)) == 3 + 2 * 3 + 3 + 1
    assert sum(title.startswith("TrainModel") for title in made) == 3


def test_a_training_takes_a_gpu() -> None:
    from tasks.training.task import TrainModel

    assert TrainModel(experiment="gray-simple-3").process_resources() == {"gpu": 1}
