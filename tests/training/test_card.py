from dataclasses import replace

import keras
import pytest

from tasks.experiments import EXPERIMENTS, Experiment
from tasks.targets import TARGETS
from tasks.training.card import Training, model_card
from tasks.training.check import Check
from tasks.training.networks import build_network

SETTINGS = {"experiment.target": "matte", "experiment.network": "unet", "training.seed": 3}
CHECK = Check("mse", 0.25, 0.24, 0.5, 0.125, 0.4375)
TRAINING = Training(10, 2, "mixed_bfloat16", recalibrated=True)
IMAGES = {"training": 6, "testing": 3}


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return build_network("unet", (40, 32), {})


def card(
    model: keras.Model,
    name: str = "matte-unet",
    row: Experiment = EXPERIMENTS["matte-unet"],
    check: Check = CHECK,
    training: Training | None = TRAINING,
    rendered: bool = False,
) -> str:
    return model_card(name, row, SETTINGS, model, IMAGES, check, training, rendered)


def test_a_card_says_what_its_reader_needs(model: keras.Model) -> None:
    text = card(model)
    assert text.startswith("# matte-unet\n")
    for said in (
        "mattes of the person",
        "1,946,993 parameters",
        "(N, 40, 32, 3)",
        "6 images to train on, 3 to test on;",
        "10 epochs in mixed bfloat16. The weights are the mean of those after the last 2; then batch",
        "the mean squared error is 0.25000 on training images and 0.12500 on the test",
        "for every photo, gives 0.43750.",
        "| `training.seed` | 3 |",
    ):
        assert said in text
    assert "Warning" not in text
    assert "rendered" not in text


def test_a_card_says_that_the_samples_portraits_are_no_photographs(model: keras.Model) -> None:
    assert "came from. They are rendered: 3D people made by Blender, no photographs" in card(model, rendered=True)


def test_a_model_that_is_no_better_than_a_constant_is_marked_with_the_reason_measured(model: keras.Model) -> None:
    text = card(model, check=replace(CHECK, train_loss=0.6, test_loss=0.5))
    assert "> **Warning: no better than a constant.**" in text
    assert "0.6000 with them and 0.2400 with each batch's own statistics" in text
    without = card(model, check=replace(CHECK, train_loss=0.45, test_loss=0.5))
    assert "> **Warning: no better than a constant.**" in without
    assert "with each batch's own statistics" not in without


def test_a_recalibrated_model_says_whose_weights_it_has(model: keras.Model) -> None:
    name = "gray-unet-recalibrated"
    text = card(model, name, EXPERIMENTS[name], training=None)
    assert "**Training**: none. The weights are those of `gray-unet`; batch normalization's" in text
    assert "history.csv" not in text
    assert "**Training**: 10 epochs in float32. `history" in card(
        model, training=Training(10, 1, "float32", recalibrated=False)
    )


@pytest.mark.parametrize("target", TARGETS)
def test_a_card_says_what_the_model_predicts(model: keras.Model, target: str) -> None:
    text = card(model, row=replace(EXPERIMENTS["matte-unet"], target=target))
    assert f"\n\nPredicts {TARGETS[target].card}.\n" in text
