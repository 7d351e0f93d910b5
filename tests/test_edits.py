"""What an edit of the code rebuilds and what it does not, in a copy of the project."""

import pytest

from tasks.experiments import BASELINES, EXPERIMENTS
from tests.world import EXPERIMENTS_HERE, World, trained_and_evaluated


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
    (
        "tasks/core/freshness/lock.py",
        "except portalocker.AlreadyLocked:",
        "except (portalocker.AlreadyLocked, TimeoutError):",
    ),
    ("tasks/core/stop.py", 'f"Stopped. {RESUMES}', 'f"Stopped by you. {RESUMES}'),
    ("tasks/core/console.py", "remove it", "delete it"),
    ("tasks/core/progress.py", "s left", "seconds left"),
    ("tasks/core/storage/store.py", "import", "import math\nimport"),
    ("tasks/core/engine/run.py", "its photos: ", "the photos: "),
    ("tasks/dataset/console.py", "left out", "skipped"),
    ("tasks/training/card.py", "Predicts ", "What it predicts: "),
    ("tasks/training/progress.py", "images a second", "images/s"),
    ("tasks/training/replicas.py", "this machine has", "there are only"),
    ("tasks/training/task.py", "the experiment's name", "which experiment"),
    ("tasks/dataset/shards/index.py", "was damaged and has been removed", "had damage and is gone"),
    ("tasks/images/pictures.py", "make it smaller", "shrink it"),
    ("tasks/images/unreadable.py", "unknown picture format", "no known format"),
    ("tasks/originals/changes.py", "replaced or touched", "changed"),
    ("tasks/originals/check.py", "both need the same aspect ratio", "their aspect ratios differ"),
    ("tasks/originals/layouts.py", "were recognized in", "were found in"),
    ("tasks/originals/describe.py", "not used", "left out"),
    ("tasks/originals/npz.py", "cannot be read", "is unreadable"),
    ("tasks/originals/npz.py", "have different sizes", "differ in size"),
    ("tasks/originals/pairs.py", "photo without a matte", "no matte for this photo"),
    ("tasks/originals/understand.py", "is background", "is not the person"),
    ("tasks/originals/unpack/archive.py", "points outside", "leads out of"),
    ("tasks/small/warnings.py", "it shows no person", "nobody is in it"),
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
    assert "How they have learned" in (world.data / "report" / "index.html").read_text(encoding="utf-8")
