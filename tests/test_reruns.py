"""What is made again when something changed, and what is not: the freshness rule, as a user meets it."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.experiments import BASELINES, EXPERIMENTS
from tests.world import EVERYTHING, EXPERIMENTS_HERE, WORLD, Luigi, World, built, write_pair

Damage = Callable[[Path], object]

DATA = {"Originals", "SmallImages", "GrayTargets"}
GRAY = "gray/pfcn_gray.npz"


def trained_and_evaluated(*experiments: str) -> set[str]:
    makes = {name: "RecalibrateModel" if EXPERIMENTS[name].recalibrates else "TrainModel" for name in experiments}
    return {f"{task} {name}" for name in experiments for task in (makes[name], "EvaluateModel")}


def test_nothing_is_done_twice(finished: World) -> None:
    before = {path: path.stat().st_mtime_ns for path in finished.data.rglob("*")}
    assert finished.luigi("EvaluateAll") == set()
    assert {path: path.stat().st_mtime_ns for path in finished.data.rglob("*")} == before


def test_comments_docstrings_and_formatting_rebuild_nothing(world: World) -> None:
    unet = "tasks/training/networks/unet.py"
    world.edit(unet, "The article's U-Net", "A U-Net")
    world.edit(
        unet,
        "LEVEL_CHANNELS = (16, 32, 64, 128)\n",
        "LEVEL_CHANNELS = ( 16,32, # From the top down.\n  64, 128, )\n",
    )
    assert world.luigi("EvaluateAll") == set()


WORDS_AND_MACHINERY = (
    ("tasks/core/freshness/failure.py", "The disk is full: make room", "There is no room left on the disk"),
    ("tasks/core/freshness/record.py", "indent=1", "indent=2"),
    ("tasks/core/freshness/lock.py", "except BlockingIOError:", "except (BlockingIOError, TimeoutError):"),
    ("tasks/core/console.py", 'say(f"Stopped. {RESUMES}")', 'say(f"Stopped by you. {RESUMES}")'),
    ("tasks/core/progress.py", "s left", "seconds left"),
    ("tasks/core/storage/store.py", "import", "import math\nimport"),
    ("tasks/core/engine/run.py", "its photos: ", "the photos: "),
    ("tasks/dataset/console.py", "left out", "skipped"),
    ("tasks/training/card.py", "Predicts ", "What it predicts: "),
    ("tasks/training/progress.py", "images a second", "images/s"),
    ("tasks/training/replicas.py", "this machine has", "there are only"),
    ("tasks/training/task.py", "the experiment's name", "which experiment"),
    ("tasks/dataset/blocks.py", "is missing or damaged", "is not there, or damaged"),
    ("tasks/images/pictures.py", "unknown picture format", "no known format"),
    ("tasks/originals/changes.py", "replaced or touched", "changed"),
    ("tasks/originals/layouts.py", "training/00001.png with", "training/00001.png and"),
    ("tasks/originals/npz.py", "cannot be read", "is unreadable"),
    ("tasks/originals/npz.py", "have different sizes", "differ in size"),
    ("tasks/originals/unpack/archive.py", "points outside", "leads out of"),
    ("tasks/report/summary.py", "no better than", "not better than"),
)


def test_words_and_machinery_rebuild_nothing(world: World) -> None:
    for path, old, new in WORDS_AND_MACHINERY:
        file = world.project / path
        text = file.read_text(encoding="utf-8")
        assert old in text, path
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert world.due() == set()


ALL_MODELS = trained_and_evaluated(*EXPERIMENTS_HERE)
GRAY_MODELS = trained_and_evaluated(*(name for name in EXPERIMENTS_HERE if EXPERIMENTS[name].target == "gray"))
ALL_BASELINES = {f"EvaluateBaseline {name}" for name in BASELINES}


@pytest.mark.parametrize(
    ("path", "old", "new", "due"),
    [
        (
            "tasks/small/resize.py",
            "BOX",
            "HAMMING",
            {"SmallImages", "GrayTargets"} | ALL_MODELS | ALL_BASELINES,
        ),
        # One module has the code of all baselines, and Rec. 601 needs the weighted sum.
        ("tasks/gray/luma.py", "0.2125", "0.2126", {"GrayTargets"} | GRAY_MODELS | ALL_BASELINES),
        ("tasks/training/losses.py", "(intersection + 1)", "(intersection + 2)", ALL_MODELS),
        ("tasks/training/batches.py", "[seed, epoch, block]", "[seed, block, epoch]", ALL_MODELS),
        ("tasks/training/fast_layers.py", "self.beta_1**step", "self.beta_1 ** (step + 1)", ALL_MODELS),
        ("tasks/training/train.py", "weight_decay=recipe.weight_decay or None", "weight_decay=0.1", ALL_MODELS),
        ("tasks/training/recalibrate.py", "epoch=0", "epoch=1", ALL_MODELS),
        (
            "tasks/training/networks/simple.py",
            "1.4 / input_channels",
            "1.3 / input_channels",
            trained_and_evaluated("gray-simple-3"),
        ),
        (
            "tasks/evaluation/metrics/matting.py",
            "SIGMA = 1.4",
            "SIGMA = 1.5",
            {"EvaluateModel matte-autoencoder", "EvaluateBaseline matte-mean"},
        ),
        (
            "tasks/evaluation/sensitivity.py",
            "IMAGES = 40",
            "IMAGES = 39",
            {f"EvaluateModel {name}" for name in EXPERIMENTS_HERE},
        ),
    ],
)
def test_a_line_that_computes_rebuilds_exactly_what_it_computes(
    world: World, path: str, old: str, new: str, due: set[str]
) -> None:
    world.edit(path, old, new)
    assert world.due() == due | {"Report"}


def test_augmentation_rebuilds_no_model_trained_without_it(world: World) -> None:
    world.edit("tasks/training/augment.py", "SCALE = 0.16", "SCALE = 0.17")
    assert world.due() == set()


def test_a_line_of_the_unet_rebuilds_its_models_their_evaluations_and_the_report(world: World) -> None:
    world.edit(
        "tasks/training/networks/unet.py",
        "LEVEL_CHANNELS = (16, 32, 64, 128)",
        "LEVEL_CHANNELS = (8, 32, 64, 128)",
    )
    assert world.due() == trained_and_evaluated("gray-unet", "gray-unet-recalibrated") | {"Report"}


def test_a_line_of_a_metric_rebuilds_the_evaluations_it_is_for_and_the_report(world: World) -> None:
    world.edit("tasks/evaluation/metrics/gray.py", "error.max(axis=1)", "error.max(axis=1) * 2")
    evaluations = {f"EvaluateModel {name}" for name in EXPERIMENTS_HERE if EXPERIMENTS[name].target == "gray"}
    baselines = {f"EvaluateBaseline {name}" for name, target in BASELINES.items() if target == "gray"}
    assert world.due() == evaluations | baselines | {"Report"}


def test_a_targets_texts_rebuild_the_report_alone(world: World) -> None:
    world.edit("tasks/targets/gray.py", "Colour to gray", "From colour to gray")
    world.edit("tasks/targets/matte.py", "mattes of the person", "the person's mattes")
    world.edit("tasks/targets/matte.py", '"IoU", 4)\nMAE', '"Jaccard", 4)\nMAE')
    assert world.due() == {"Report"}


def test_what_images_are_ranked_by_rebuilds_the_evaluations(world: World) -> None:
    world.edit("tasks/targets/matte.py", "error=ImageError(IOU)", "error=ImageError(MAE)")
    evaluations = {f"EvaluateModel {name}" for name in EXPERIMENTS_HERE if EXPERIMENTS[name].target == "matte"}
    assert world.due() == evaluations | {"EvaluateBaseline matte-mean", "Report"}


@pytest.mark.slow
def test_the_template_rebuilds_the_report_alone(world: World) -> None:
    world.edit("tasks/report/learning.html.j2", "How they learned", "How they have learned")
    assert world.luigi("EvaluateAll") == {"Report"}
    assert "How they have learned" in (world.data / "report" / "index.html").read_text()


@pytest.mark.slow
def test_a_model_is_recalibrated_again_without_training_the_one_it_takes(world: World) -> None:
    twin = ("RecalibrateModel", "--experiment", "gray-unet-recalibrated")
    assert world.luigi(*twin, "--rerun") == {"RecalibrateModel gray-unet-recalibrated"}
    assert world.luigi("EvaluateAll") == set(), "the same bits"


def test_the_report_alone_is_made_again_on_demand(world: World) -> None:
    assert world.luigi("Report", "--rerun") == {"Report"}
    assert world.luigi("Report") == set()
    assert world.luigi("EvaluateAll") == set()


def test_epochs_rebuild_models_evaluations_and_the_report_and_back_again(world: World) -> None:
    one = ("EvaluateModel", "--experiment", "gray-simple-3")
    metrics = world.data / "evaluation" / "gray-simple-3" / "metrics.json"
    before = metrics.read_bytes()
    assert world.due("--training-epochs", "2") == trained_and_evaluated(*EXPERIMENTS_HERE) | {"Report"}
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


def test_a_removed_intermediate_is_made_again_when_needed_and_rebuilds_nothing(world: World) -> None:
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
def test_a_damaged_output_alone_is_made_again_with_a_warning(world: World, damage: Damage) -> None:
    before = (world.data / GRAY).read_bytes()
    damage(world.data / "gray")
    run = world.run("EvaluateAll", *WORLD)
    assert run.returncode == 0
    assert "warning: GrayTargets:" in run.stderr
    assert built(run) == {"GrayTargets"}
    assert (world.data / GRAY).read_bytes() == before


def test_another_version_of_a_library_rebuilds_nothing_and_status_says_so(world: World) -> None:
    path = world.data / "small" / "record.json"
    record = json.loads(path.read_text())
    record["made"]["libraries"]["pillow"] = "1.2.3"
    path.write_text(json.dumps(record))
    run = world.run("Status", *WORLD)
    assert "made with pillow 1.2.3, now " in run.stdout
    assert "EvaluateAll would do nothing." in run.stdout
    assert world.luigi("EvaluateAll") == set()


def test_a_project_moved_or_copied_without_its_times_rebuilds_nothing(world: World, tmp_path: Path) -> None:
    shutil.copytree(world.folder, tmp_path / "moved", copy_function=shutil.copyfile)
    shutil.rmtree(world.folder)
    shutil.rmtree(tmp_path / "moved" / "portraits")
    assert World(tmp_path / "moved").luigi("EvaluateAll") == set()


@pytest.mark.slow
def test_a_copied_sample_is_not_drawn_again(luigi: Luigi, tmp_path: Path) -> None:
    sample = ("Originals", "--originals-sample-training", "2", "--originals-sample-testing", "1")
    assert built(luigi(*sample)) == {"Originals"}
    data = tmp_path / "work" / "data"
    data.rename(tmp_path / "elsewhere")
    shutil.copytree(tmp_path / "elsewhere", data, copy_function=shutil.copyfile)
    assert built(luigi(*sample)) == set()
    (data / "originals" / "testing" / "00001.jpg").unlink()
    assert built(luigi(*sample)) == {"Originals"}


def test_a_clock_set_back_rebuilds_nothing(world: World) -> None:
    for record in world.data.rglob("record.json"):
        text = json.loads(record.read_text())
        text["made"]["started"] = "2199-01-01T00:00:00+00:00"
        record.write_text(json.dumps(text))
    for path in [*world.data.rglob("*"), *world.project.rglob("*")]:
        os.utime(path, (7e9, 7e9))
    assert world.luigi("EvaluateAll") == set()
    assert world.due() == set()


def test_rerun_makes_this_stage_again_and_what_follows_only_for_other_content(world: World) -> None:
    assert world.luigi("SmallImages", "--rerun") == {"SmallImages"}
    assert world.luigi("EvaluateAll") == set()
    assert world.luigi("EvaluateModel", "--experiment", "gray-simple-3", "--rerun") == {
        "EvaluateModel gray-simple-3"
    }


@pytest.mark.parametrize("experiment", ["matte-autoencoder", pytest.param("gray-unet", marks=pytest.mark.slow)])
def test_a_model_trained_again_is_the_same(world: World, experiment: str) -> None:
    model = world.data / "models" / experiment / "model.keras"
    before = model.read_bytes()
    shutil.rmtree(model.parent)
    assert world.luigi("TrainModel", "--experiment", experiment) == {f"TrainModel {experiment}"}
    assert model.read_bytes() == before
