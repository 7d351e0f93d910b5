"""The model card: describes a saved model to readers who do not know this project.

Source of the format: M. Mitchell et al., Model Cards for Model Reporting, FAT* 2019.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tasks.experiments import Experiment
from tasks.targets import TARGETS
from tasks.training.check import Check
from tasks.training.explain import LOSS_NAMES, explanation

if TYPE_CHECKING:
    import keras

ABOUT_RENDERS = " They are rendered: 3D people made by Blender, no photographs and no real people."


@dataclass(frozen=True)
class Training:
    """How a model was trained.

    Its weights are the mean of those after the last `averaged` of its `epochs`. `recalibrated` says whether its
    running statistics were computed over the training images at the end. `composites` of renders were drawn in
    each epoch, beside the training images.
    """

    epochs: int
    averaged: int
    precision: str
    recalibrated: bool
    composites: int = 0


def model_card(
    name: str,
    row: Experiment,
    settings: Mapping[str, Any],
    model: "keras.Model",
    images: Mapping[str, int],
    check: Check,
    training: Training | None,
    rendered: bool,
) -> str:
    """Return the card in Markdown.

    `row` is the experiment's row of the catalogue, `settings` are those of the stage, `images` are the numbers of
    images in "training" and "testing". `training` is None for a model with the weights of another. `rendered` says
    whether the images are the sample's.
    """
    _, height, width, channels = model.input_shape
    loss, of_mean = LOSS_NAMES[check.loss], check.test_loss_of_mean
    listed = "\n".join(f"| `{key}` | {value} |" for key, value in settings.items())
    return f"""# {name}

Predicts {TARGETS[row.target].card}.
{_warning(check)}
- **Model**: `model.keras`, network `{row.network}` with {model.count_params():,} parameters; loads with
  `keras.saving.load_model`.
- **Input**: (N, {height}, {width}, {channels}), float32, values 0..1, sRGB.
- **Output**: (N, {height}, {width}, 1), float32, values 0..1.
- **Data**: {images["training"]} images to train on, {images["testing"]} to test on; `originals/source.json` beside
  `models/` says where they came from.{ABOUT_RENDERS if rendered else ""}
- **Training**: {_training(row, training)}
- **Result**: {loss} is {check.train_loss:.5f} on training images and {check.test_loss:.5f} on the test
  images; the mean of the training targets, predicted for every photo, gives {of_mean:.5f}.
- **Metrics**: in `evaluation/{name}/metrics.json` beside `models/`, and in the report.
- **Limits**: it knows portraits like those it was trained on, one person in front of a background, at about this
  size; it was not tried on anything else. `record.json` has the settings, code and inputs that made it.

| setting | |
|---|---|
{listed}
"""


def _warning(check: Check) -> str:
    if not check.is_behind:
        return ""
    why = explanation(check)
    return (
        "\n> **Warning: no better than a constant.** On the test images, its loss is no smaller than that of the "
        f"mean of the training targets.{' ' + why if why else ''}\n"
    )


def _training(row: Experiment, training: Training | None) -> str:
    statistics = "batch normalization's running statistics were computed over the training images"
    if training is None:
        return f"none. The weights are those of `{row.recalibrates}`; {statistics}."
    start = ", from the weights of the model that comes with the package" if row.finetunes else ""
    beside = f", each with {training.composites:,} new composites of renders" if training.composites else ""
    epochs = f"{training.epochs} epochs in {training.precision.replace('_', ' ')}{beside}{start}"
    mean = (
        f". The weights are the mean of those after the last {training.averaged}" if training.averaged > 1 else ""
    )
    end = f"; then {statistics}" if training.recalibrated else ""
    return f"{epochs}{mean}{end}. `history.csv` has every epoch."
