"""Sources of every layout, from the command line to the report."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.originals.trees import LARGE, write_cut_out, write_photo
from tests.world import EPOCHS, Luigi, Run, built

pytestmark = pytest.mark.runs

SMALL = ("--small-height", "40", "--small-width", "32")


def run_all(luigi: Luigi, source: Path, experiments: str, *more: str) -> Run:
    run = luigi(
        "EvaluateAll",
        "--originals-source",
        str(source),
        *SMALL,
        *EPOCHS,
        "--report-experiments",
        experiments,
        *more,
    )
    assert "Traceback" not in run.stderr, run.stderr
    return run


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_a_data_set_runs_to_the_report_by_its_folder_alone(luigi: Luigi, tmp_path: Path, name: str) -> None:
    LARGE[name](tmp_path / "source" / name)
    run = run_all(luigi, tmp_path / "source", "gray-simple-3,matte-autoencoder")
    assert run.returncode == 0, run.stderr
    written = json.loads((tmp_path / "work" / "data" / "report" / "metrics.json").read_text(encoding="utf-8"))
    assert {row["name"] for row in written["results"]} >= {"gray-simple-3", "matte-autoencoder", "matte-mean"}
    with np.load(tmp_path / "work" / "data" / "small" / "pfcn_small.npz") as arrays:
        for mattes in (arrays["train_mattes"], arrays["test_mattes"]):
            assert {0, 255} <= set(np.unique(mattes))
            assert 0.2 < (mattes > 127).mean() < 0.8


@pytest.mark.slow
def test_photos_without_mattes_run_as_far_as_they_can(luigi: Luigi, tmp_path: Path) -> None:
    for number in range(5):
        write_photo(tmp_path / "photos" / f"{number}.jpg", number)
    run = run_all(luigi, tmp_path / "photos", "usual", "--training-epochs", "1")
    assert run.returncode == 0, run.stderr
    assert "photos without mattes, without a split: " in run.stderr
    assert "Left out, as the originals have no mattes: matte-unet, matte-autoencoder, matte-mean" in run.stderr
    data = tmp_path / "work" / "data"
    written = json.loads((data / "report" / "metrics.json").read_text(encoding="utf-8"))
    assert {row["target"] for row in written["results"]} == {"gray"}
    assert "experiments that learn mattes are left out" in (data / "report" / "index.html").read_text(
        encoding="utf-8"
    )
    with np.load(data / "small" / "pfcn_small.npz") as arrays:
        assert set(arrays) == {"train_images", "test_images"}
    assert built(run_all(luigi, tmp_path / "photos", "usual", "--training-epochs", "1")) == set()
    shutil.move(tmp_path / "photos", tmp_path / "away")
    assert built(run_all(luigi, tmp_path / "photos", "usual", "--training-epochs", "1")) == set(), (
        "the disk is gone"
    )


def test_what_needs_mattes_is_refused_before_anything_is_made(luigi: Luigi, tmp_path: Path) -> None:
    write_photo(tmp_path / "photos" / "1.jpg", 1)
    run = run_all(luigi, tmp_path / "photos", "gray-simple-3,matte-unet")
    assert run.returncode != 0
    assert "matte-unet needs mattes, and the originals have none" in run.stderr
    run = luigi("TrainModel", "--experiment", "matte-unet", "--originals-source", str(tmp_path / "photos"))
    assert run.returncode != 0
    assert "learned from mattes, and the originals have none" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "work" / "data" / "originals").exists()
    assert luigi("Status", "--originals-source", str(tmp_path / "photos")).returncode == 0


def test_an_archive_of_photos_needs_the_setting(luigi: Luigi, tmp_path: Path) -> None:
    for number in range(4):
        write_photo(tmp_path / "photos" / f"{number}.jpg", number)
    archive = shutil.make_archive(str(tmp_path / "photos"), "zip", tmp_path / "photos")
    settings = ("--originals-source", archive, *SMALL)
    run = luigi("SmallImages", *settings)
    assert run.returncode == 30
    assert f"{archive} has photos without mattes. Give --originals-mattes none" in run.stderr
    assert built(luigi("GrayTargets", *settings, "--originals-mattes", "none")) == {
        "Originals",
        "SmallImages",
        "GrayTargets",
    }


def test_an_npz_of_photos_alone_needs_no_setting(luigi: Luigi, tmp_path: Path) -> None:
    images = np.random.default_rng(1).integers(0, 256, (6, 64, 48, 3), dtype=np.uint8)
    np.savez(tmp_path / "photos.npz", x_train=images)
    run = luigi("GrayTargets", "--originals-source", str(tmp_path / "photos.npz"), *SMALL)
    assert built(run) == {"Originals", "SmallImages", "GrayTargets"}, run.stderr
    assert "photos.npz: arrays of 48x64, without a split: " in run.stderr
    assert "experiments that learn mattes are left out" in run.stderr
    run = run_all(luigi, tmp_path / "photos.npz", "matte-unet")
    assert "matte-unet needs mattes, and the originals have none" in run.stderr


def test_patterns_in_shards(luigi: Luigi, tmp_path: Path) -> None:
    for number in range(4):
        write_photo(tmp_path / "source" / f"in/{number}.jpg", number)
        write_cut_out(tmp_path / "source" / f"out/{number}-x.png", number)
        write_photo(tmp_path / "source" / f"other/{number}.png", number)
    run = luigi(
        "SmallImages",
        *("--originals-source", str(tmp_path / "source"), *SMALL, "--small-shard-size", "2"),
        *("--originals-photos", "in/*", "--originals-mattes", "out/*-x"),
    )
    assert built(run) == {"Originals", "SmallImages"}, run.stderr
    assert "photos in/*, mattes out/*-x, without a split" in run.stderr
    assert "warning: other/: not used: 0.png and 3 more" in run.stderr


def test_cut_outs_alone_get_a_white_background(luigi: Luigi, tmp_path: Path) -> None:
    for number in range(4):
        write_cut_out(tmp_path / "cut" / f"{number}.png", number)
    settings = ("--originals-source", str(tmp_path / "cut"), *SMALL)
    run = luigi("SmallImages", *settings)
    assert built(run) == {"Originals", "SmallImages"}, run.stderr
    assert "cut-outs, whose transparency is the matte, without a split: " in run.stderr
    assert "warning: the cut-outs have no background" in run.stderr
    with np.load(tmp_path / "work" / "data" / "small" / "pfcn_small.npz") as arrays:
        images, mattes = arrays["train_images"], arrays["train_mattes"]
    assert (images[(mattes == 0)[..., 0]] == 255).all()
    assert images[(mattes == 255)[..., 0]].std() > 20
    Image.new("RGB", (48, 64), "red").save(tmp_path / "cut" / "opaque.png")
    run = luigi("SmallImages", *settings)
    assert run.returncode == 30
    assert "no photos with mattes were recognized" in run.stderr
