"""What a changed setting, photo or output rebuilds and what it does not, as a user sees it."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.world import EVERYTHING, EXPERIMENTS_HERE, WORLD, World, built, trained_and_evaluated, write_pair

Damage = Callable[[Path], object]

DATA = {"Originals", "SmallImages", "GrayTargets"}
GRAY = "gray/pfcn_gray.npz"


def test_nothing_is_done_twice(finished: World) -> None:
    before = {path: path.stat().st_mtime_ns for path in finished.data.rglob("*")}
    assert finished.luigi("EvaluateAll") == set()
    assert {path: path.stat().st_mtime_ns for path in finished.data.rglob("*")} == before


@pytest.mark.slow
def test_a_model_is_recalibrated_without_training_the_one_it_takes(world: World) -> None:
    twin = ("RecalibrateModel", "--experiment", "gray-unet-recalibrated")
    assert world.luigi(*twin, "--rerun") == {"RecalibrateModel gray-unet-recalibrated"}
    assert world.luigi("EvaluateAll") == set(), "the same bits"


@pytest.mark.slow
def test_the_report_alone_is_rebuilt_on_demand(world: World) -> None:
    assert world.luigi("Report", "--rerun") == {"Report"}
    assert world.luigi("Report") == set()
    assert world.luigi("EvaluateAll") == set()


def test_epochs_rebuild_models_evaluations_and_the_report(world: World) -> None:
    assert world.due("--training-epochs", "2") == trained_and_evaluated(*EXPERIMENTS_HERE) | {"Report"}


@pytest.mark.slow
def test_the_epochs_of_before_give_the_metrics_of_before(world: World) -> None:
    one = ("EvaluateModel", "--experiment", "gray-simple-3")
    metrics = world.data / "evaluation" / "gray-simple-3" / "metrics.json"
    before = metrics.read_bytes()
    assert world.luigi(*one, "--training-epochs", "2") == trained_and_evaluated("gray-simple-3")
    assert metrics.read_bytes() != before
    assert world.luigi(*one) == trained_and_evaluated("gray-simple-3")
    assert metrics.read_bytes() == before


def test_a_setting_changed_and_changed_back_before_a_run_rebuilds_nothing(world: World) -> None:
    assert "SmallImages" in world.due("--small-dtype", "float32")
    assert world.luigi("EvaluateAll") == set()


@pytest.mark.parametrize("change", ["replaced", "added", "removed"])
def test_one_photo_rebuilds_small_and_what_follows(world: World, change: str) -> None:
    training = world.portraits / "training"
    if change == "removed":
        (training / "00006.png").unlink()
        (training / "00006_matte.png").unlink()
    else:
        write_pair(training, "00006" if change == "replaced" else "00007", 99)
    assert len(world.due()) == EVERYTHING
    assert world.luigi("GrayTargets") == DATA


@pytest.mark.slow
def test_photos_touched_or_moved_rebuild_nothing_behind_the_manifest(world: World) -> None:
    for path in world.portraits.rglob("*.png"):
        path.touch()
    assert world.luigi("EvaluateAll") == {"Originals"}
    world.portraits.rename(world.folder / "elsewhere")
    assert world.luigi("EvaluateAll", "--originals-source", "../elsewhere") == {"Originals"}


def test_what_is_gone_is_not_missed(world: World) -> None:
    shutil.rmtree(world.data / "gray")
    (world.data / "small" / "pfcn_small.npz").unlink()
    shutil.rmtree(world.portraits)
    assert world.luigi("EvaluateAll") == set()


def test_a_removed_intermediate_is_rebuilt_when_needed_and_nothing_after_it(world: World) -> None:
    shutil.rmtree(world.data / "small")
    assert world.luigi("SmallImages") == {"SmallImages"}
    assert world.luigi("EvaluateAll") == set()


def truncate(folder: Path) -> None:
    os.truncate(folder / "pfcn_gray.npz", 1000)


def flip_a_byte(folder: Path) -> None:
    content = bytearray((folder / "pfcn_gray.npz").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "pfcn_gray.npz").write_bytes(content)


def delete_the_record(folder: Path) -> None:
    (folder / "record.json").unlink()


def garble_the_record(folder: Path) -> None:
    os.truncate(folder / "record.json", 100)


@pytest.mark.parametrize("damage", [truncate, flip_a_byte, delete_the_record, garble_the_record])
def test_only_a_damaged_output_is_rebuilt_with_a_warning(world: World, damage: Damage) -> None:
    before = (world.data / GRAY).read_bytes()
    damage(world.data / "gray")
    run = world.run("EvaluateAll", *WORLD)
    assert run.returncode == 0
    assert "warning: GrayTargets:" in run.stderr
    assert built(run) == {"GrayTargets"}
    assert (world.data / GRAY).read_bytes() == before


def test_another_version_of_a_library_rebuilds_nothing_and_status_says_so(world: World) -> None:
    path = world.data / "small" / "record.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["made"]["libraries"]["pillow"] = "1.2.3"
    path.write_text(json.dumps(record), encoding="utf-8")
    run = world.run("Status", *WORLD)
    assert "made with pillow 1.2.3, now " in run.stdout
    assert "EvaluateAll would do nothing." in run.stdout
    assert world.luigi("EvaluateAll") == set()


def test_a_project_moved_or_copied_without_its_times_rebuilds_nothing(world: World, tmp_path: Path) -> None:
    shutil.copytree(world.folder, tmp_path / "moved", copy_function=shutil.copyfile)
    shutil.rmtree(world.folder)
    shutil.rmtree(tmp_path / "moved" / "portraits")
    assert World(tmp_path / "moved").luigi("EvaluateAll") == set()


def test_a_clock_set_back_rebuilds_nothing(world: World) -> None:
    for record in world.data.rglob("record.json"):
        text = json.loads(record.read_text(encoding="utf-8"))
        text["made"]["started"] = "2199-01-01T00:00:00+00:00"
        record.write_text(json.dumps(text), encoding="utf-8")
    for path in [*world.data.rglob("*"), *world.project.rglob("*")]:
        os.utime(path, (7e9, 7e9))
    assert world.luigi("EvaluateAll") == set()
    assert world.due() == set()


def test_rerun_makes_this_stage_again_and_what_follows_only_for_other_content(world: World) -> None:
    assert world.luigi("SmallImages", "--rerun") == {"SmallImages"}
    assert world.luigi("EvaluateAll") == set()
    mean = ("EvaluateBaseline", "--baseline", "gray-mean")
    assert world.luigi(*mean, "--rerun") == {"EvaluateBaseline gray-mean"}


@pytest.mark.slow
@pytest.mark.parametrize("experiment", ["matte-autoencoder", "gray-unet"])
def test_a_model_trained_again_is_the_same(world: World, experiment: str) -> None:
    model = world.data / "models" / experiment / "model.keras"
    before = model.read_bytes()
    shutil.rmtree(model.parent)
    assert world.luigi("TrainModel", "--experiment", experiment) == {f"TrainModel {experiment}"}
    assert model.read_bytes() == before
