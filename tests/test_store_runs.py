"""Runs whose data and originals are in an object store."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import s3fs

from tests.conftest import Bucket
from tests.store import SECRET, often
from tests.world import SMALL, Luigi, built, luigi_in, results

ONE = ("--training-epochs", "1", "--report-experiments", "gray-simple-3")


def stored(*more: str) -> tuple[str, ...]:
    return ("--data-root", "s3://portraits/run", "--data-cache", "../cache", *SMALL, *more)


def stages(data: Path) -> dict[str, bytes]:
    """What a run made, except for the report's history, which names the originals' address."""
    return {
        name: content for name, content in results(data).items() if not name.startswith(("report/history", "."))
    }


def objects(prefix: str) -> dict[str, bytes]:
    """Everything in the store below a prefix."""
    client = s3fs.S3FileSystem(use_listings_cache=False)
    return {path.removeprefix(f"{prefix}/"): client.cat(path) for path in client.find(prefix)}


def put(path: str, content: bytes) -> None:
    s3fs.S3FileSystem(use_listings_cache=False).pipe(path, content)


@pytest.mark.slow
def test_a_run_in_a_store_that_fails_now_and_then_makes_what_a_local_one_does(
    bucket: Bucket, portraits: Path, luigi: Luigi, tmp_path: Path
) -> None:
    s3fs.S3FileSystem().put(str(portraits), "portraits/originals", recursive=True)
    bucket.faults.fails = often
    there = luigi("EvaluateAll", "--originals-source", "s3://portraits/originals", *stored(*ONE))
    assert there.returncode == 0, there.stderr
    assert "s3://portraits/run/report/index.html" in there.stderr
    assert bucket.faults.failed > 10
    here = luigi("EvaluateAll", "--originals-source", str(portraits), *SMALL, *ONE)
    assert built(here) == built(there)
    bucket.faults.fails = lambda number, method: None
    fetched = tmp_path / "fetched"
    for name, content in objects("portraits/run").items():
        (fetched / name).parent.mkdir(parents=True, exist_ok=True)
        (fetched / name).write_bytes(content)
    assert stages(fetched) == stages(tmp_path / "work" / "data")
    texts = [
        there.stdout + there.stderr,
        *(path.read_text(errors="replace", encoding="utf-8") for path in fetched.rglob("*.*")),
    ]
    assert not any(SECRET in text for text in texts)

    # Another machine, with nothing in its cache, finds all of it made.
    before = len(bucket.faults.seen)
    elsewhere = luigi_in(tmp_path / "elsewhere")(
        "EvaluateAll", "--originals-source", "s3://portraits/originals", *stored(*ONE, "--data-cache", "other")
    )
    assert (elsewhere.returncode, built(elsewhere)) == (0, set()), elsewhere.stderr
    assert len(bucket.faults.seen) - before < 100
    asked = luigi("Status", "--originals-source", "s3://portraits/originals", *stored(*ONE))
    assert "EvaluateAll would do nothing." in asked.stdout


@pytest.mark.slow
def test_what_is_gone_damaged_or_changed_there(bucket: Bucket, portraits: Path, luigi: Luigi) -> None:
    arguments = ("GrayTargets", "--originals-source", str(portraits), *stored())
    assert len(built(luigi(*arguments))) == 3
    client = s3fs.S3FileSystem(use_listings_cache=False)
    client.rm("portraits/run/small/pfcn_small.npz")
    assert built(luigi(*arguments)) == set()
    put("portraits/run/gray/pfcn_gray.npz", b"shorter")
    assert built(luigi(*arguments)) == {"SmallImages", "GrayTargets"}
    whole = client.cat("portraits/run/small/pfcn_small.npz")
    put("portraits/run/small/pfcn_small.npz", bytes(len(whole)))  # of the same size, so it shows when it is used
    client.rm("portraits/run/gray/pfcn_gray.npz")
    run = luigi(*arguments, "--data-cache", "another")
    assert run.returncode != 0
    assert "s3://portraits/run/small/pfcn_small.npz is not what was written there" in run.stderr
    assert "Traceback" not in run.stderr
    assert built(luigi(*arguments, "--data-cache", "another")) == {"SmallImages", "GrayTargets"}
    assert client.cat("portraits/run/small/pfcn_small.npz") == whole


@pytest.mark.slow
def test_a_failed_upload_leaves_no_output_and_its_work_is_not_lost(
    bucket: Bucket, portraits: Path, luigi: Luigi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    arguments = ("TrainModel", "--experiment", "gray-simple-3", "--originals-source", str(portraits))
    more = stored("--training-epochs", "3")
    bucket.faults.fails = lambda number, method: (
        "InternalError" if method == "PUT" and "model.keras" in bucket.faults.seen[-1] else None
    )
    run = luigi(*arguments, *more)
    assert run.returncode == 30
    assert "the store failed" in run.stderr
    assert "Traceback" not in run.stderr
    assert "models/gray-simple-3/record.json" not in objects("portraits/run")
    bucket.faults.fails = lambda number, method: None
    (checkpoint,) = (tmp_path / "cache").rglob("checkpoint.npz")
    with np.load(checkpoint) as saved:
        epochs = json.loads(str(saved["epochs"]))
    again = luigi(*arguments, *more)
    assert built(again) == {"TrainModel gray-simple-3"}
    # The checkpoint had all epochs: they are those of the first run, to the millisecond.
    (history,) = (tmp_path / "cache").rglob("models/gray-simple-3/history.csv")
    assert pd.read_csv(history)["seconds"].tolist() == [epoch["seconds"] for epoch in epochs]
    assert {"models/gray-simple-3/record.json", "models/gray-simple-3/model.keras"} <= objects(
        "portraits/run"
    ).keys()


@pytest.mark.slow
@pytest.mark.parametrize("matte", ["shipped", "matte-autoencoder"])
def test_photos_and_their_sheet_go_to_the_store(bucket: Bucket, portraits: Path, luigi: Luigi, matte: str) -> None:
    arguments = stored("--training-epochs", "1", "--originals-source", str(portraits))
    photo = str(portraits / "testing" / "00001.png")
    run = luigi("ApplyToPhotos", "--photos", photo, "--matte", matte, "--mask-only", *arguments)
    assert run.returncode == 0, run.stderr
    found = objects("portraits/run/photos")
    assert {"00001/matte.png", "00001/record.json", "contact_sheet.png"} <= found.keys()


def test_clean_is_for_folders(bucket: Bucket, luigi: Luigi) -> None:
    run = luigi("Clean", *stored())
    assert run.returncode != 0
    assert "s3://portraits/run is in a store" in run.stderr


@pytest.mark.parametrize("root", ["s3://nowhere/run", "nonsense://somewhere"])
def test_an_address_that_cannot_be_used_is_named(bucket: Bucket, luigi: Luigi, root: str) -> None:
    run = luigi("GrayTargets", "--data-root", root, *SMALL)
    assert run.returncode != 0
    assert root in run.stderr
    assert "Traceback" not in run.stderr
