"""Runs in shards: by processes of this machine, and by Dask."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import s3fs
from numpy.typing import NDArray

from tests.conftest import Bucket
from tests.world import LUIGI, ROOT, SMALL, Luigi, built, environment, luigi_in, write_pair

pytestmark = pytest.mark.runs

SHARDS = ("--small-shard-size", "2", *SMALL)
TRAINED = ("--training-epochs", "2", "--report-experiments", "gray-simple-3")


def arrays(folder: Path, prefix: str, name: str) -> NDArray[np.generic]:
    """An array of all shards of a split, one behind the other."""
    return np.concatenate([np.load(path)[name] for path in sorted(folder.glob(f"{prefix}-*-of-*.npz"))])


def npz_files(data: Path) -> dict[str, bytes]:
    return {path.relative_to(data).as_posix(): path.read_bytes() for path in sorted(data.rglob("*-of-*.npz"))}


@contextmanager
def dask_cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A real scheduler and two workers, each a process with one thread; its address, and the workers."""
    about = folder / "scheduler.json"
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> None:
        command = [sys.executable, "-m", "dask", *arguments, "--scheduler-file", str(about), "--no-dashboard"]
        quiet = subprocess.DEVNULL
        started.append(subprocess.Popen(command, cwd=folder, env=environment(ROOT), stdout=quiet, stderr=quiet))

    try:
        start("scheduler", "--host", "127.0.0.1", "--port", "0")
        while not about.exists():
            assert started[0].poll() is None
            time.sleep(0.1)
        for _ in range(2):
            start("worker", "--nthreads", "1", "--no-nanny")
        yield json.loads(about.read_text(encoding="utf-8"))["address"], started[1:]
    finally:
        for process in started:
            process.kill()
            process.wait()


@pytest.mark.slow
def test_shards_hold_what_one_file_does_and_train_to_the_same(portraits: Path, tmp_path: Path) -> None:
    source = ("--originals-source", str(portraits), *TRAINED)
    one, in_one_shard, many = (luigi_in(tmp_path / name) for name in ("one", "in-one", "many"))
    assert one("EvaluateAll", *source, *SMALL).returncode == 0
    assert in_one_shard("EvaluateAll", *source, *SMALL, "--small-shard-size", "100").returncode == 0
    run = many("EvaluateAll", *source, *SHARDS)
    assert run.returncode == 0, run.stderr
    whole, shards = tmp_path / "one" / "data", tmp_path / "many" / "data"
    small, gray = np.load(whole / "small" / "pfcn_small.npz"), np.load(whole / "gray" / "pfcn_gray.npz")
    for prefix in ("train", "test"):
        for name in (f"{prefix}_images", f"{prefix}_mattes"):
            np.testing.assert_array_equal(arrays(shards / "small", prefix, name), small[name])
        name = f"{prefix}_gray_images"
        np.testing.assert_array_equal(arrays(shards / "gray", prefix, name), gray[name])
    assert len(npz_files(shards)) == 2 * (3 + 2)
    assert not (shards / "small" / "pfcn_small.npz").exists()

    def model(folder: Path) -> bytes:
        return (folder / "models" / "gray-simple-3" / "model.keras").read_bytes()

    assert model(tmp_path / "in-one" / "data") == model(whole)
    metrics = [
        json.loads((data / "evaluation" / "gray-mean" / "metrics.json").read_text(encoding="utf-8"))
        for data in (whole, shards)
    ]
    assert metrics[0]["mae"] == pytest.approx(metrics[1]["mae"], rel=1e-6)
    assert built(many("EvaluateAll", *source, *SHARDS)) == set()


@pytest.mark.slow
def test_what_was_made_stays_when_a_photo_is_bad(portraits: Path, luigi: Luigi) -> None:
    arguments = ("GrayTargets", "--originals-source", str(portraits), *SHARDS)
    write_pair(portraits / "training", "00003", 3, height=30, width=24)
    write_pair(portraits / "testing", "00001", 101, height=30, width=24)
    run = luigi(*arguments)
    assert run.returncode == 30
    assert "Traceback" not in run.stderr
    for split, number in (("training", 3), ("testing", 1)):
        assert f"{split}/{number:05d}.png: 24x30 pixels" in run.stderr
    write_pair(portraits / "training", "00003", 3)
    write_pair(portraits / "testing", "00001", 101)
    mended = luigi(*arguments)
    assert mended.returncode == 0
    assert "SmallImages: 3 of 5 shards are there from a stopped run" in mended.stderr
    assert "GrayTargets: 5 of 5 shards" in mended.stderr


@pytest.mark.slow
def test_a_damaged_shard_is_repaired_and_no_other_is_made(portraits: Path, luigi: Luigi, tmp_path: Path) -> None:
    train = ("TrainModel", "--experiment", "gray-simple-3", "--training-epochs", "1")
    arguments = ("--originals-source", str(portraits), *SHARDS)
    assert luigi("GrayTargets", *arguments).returncode == 0
    before = npz_files(tmp_path / "work" / "data")
    for folder in ("small", "gray"):
        shard = tmp_path / "work" / "data" / folder / "train-00001-of-00003.npz"
        content = bytearray(shard.read_bytes())
        content[-300] ^= 1
        shard.write_bytes(content)
        reported = luigi(*train, *arguments)
        assert reported.returncode == 30
        assert f"{folder}/train-00001-of-00003.npz: was damaged and has been removed" in reported.stderr
        assert "Traceback" not in reported.stderr
        missed = luigi("Status", *arguments, "--report-experiments", "gray-simple-3").stdout
        assert re.search(rf"{'SmallImages' if folder == 'small' else 'GrayTargets'} +missing", missed)
        repaired = luigi(*train, *arguments)
        assert repaired.returncode == 0, repaired.stderr
        assert "4 of 5 shards are as they were and stay" in repaired.stderr
        assert npz_files(tmp_path / "work" / "data") == before
        shutil.rmtree(tmp_path / "work" / "data" / "models")
    short = tmp_path / "work" / "data" / "small" / "test-00000-of-00002.npz"
    os.truncate(short, 100)
    repaired = luigi("SmallImages", *arguments)
    assert "test-00000-of-00002.npz is damaged" in repaired.stderr
    assert "4 of 5 shards are as they were and stay" in repaired.stderr
    assert npz_files(tmp_path / "work" / "data") == before


@pytest.mark.slow
def test_shards_in_a_store_are_made_there(bucket: Bucket, portraits: Path, tmp_path: Path) -> None:
    source = ("--originals-source", str(portraits), *SHARDS, "--training-epochs", "2")
    here, there = luigi_in(tmp_path / "here"), luigi_in(tmp_path / "there")
    assert here("TrainModel", "--experiment", "gray-simple-3", *source).returncode == 0
    stored = ("--data-root", f"{bucket.address}/run", "--data-cache", "cache")
    run = there("TrainModel", "--experiment", "gray-simple-3", *source, *stored)
    assert run.returncode == 0, run.stderr
    client = s3fs.S3FileSystem(use_listings_cache=False)
    found = {path.removeprefix("portraits/run/"): client.cat(path) for path in client.find("portraits/run")}
    local = npz_files(tmp_path / "here" / "data")
    assert local == {name: found[name] for name in local}
    model = "models/gray-simple-3/model.keras"
    assert found[model] == (tmp_path / "here" / "data" / model).read_bytes()
    assert not [name for name in found if ".partial" in name]


@pytest.mark.slow
def test_a_small_dask_cluster_one_of_whose_workers_is_killed(portraits: Path, tmp_path: Path) -> None:
    for number in range(7, 60):
        write_pair(portraits / "training", f"{number:05d}", number)
    here, there = luigi_in(tmp_path / "here"), tmp_path / "there"
    source = ("--originals-source", str(portraits), *SHARDS)
    assert here("GrayTargets", *source).returncode == 0
    luigi_in(there)
    with dask_cluster(tmp_path) as (address, workers):
        run = subprocess.Popen(
            [*LUIGI, "GrayTargets", *source, "--small-engine", "dask", "--small-dask-address", address],
            cwd=there,
            env=environment(ROOT),
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        assert run.stderr
        said = []
        for line in run.stderr:
            said.append(line)
            if "SmallImages: 6 of" in line or "SmallImages: 7 of" in line:
                workers[0].send_signal(signal.SIGKILL)
        assert run.wait() == 0, "".join(said)
        assert workers[0].poll() is not None
    assert any("dashboard" in line for line in said)
    assert npz_files(there / "data") == npz_files(tmp_path / "here" / "data")


def test_bad_originals_are_named_whichever_part_they_are_in(portraits: Path, luigi: Luigi) -> None:
    (portraits / "training" / "00002.png").write_bytes(b"no picture")
    (portraits / "testing" / "00003_matte.png").write_bytes(b"no picture")
    runs = [luigi("Originals", "--originals-source", str(portraits), *more) for more in ((), SHARDS)]
    assert [run.returncode for run in runs] == [30, 30]
    named = [[line for line in run.stderr.splitlines() if "unknown picture format" in line] for run in runs]
    assert named[0] == named[1]
    assert len(named[0]) == 2
