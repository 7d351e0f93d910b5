"""The model card: what a saved model is, for whoever finds it without this project.

Source of the form: M. Mitchell et al., Model Cards for Model Reporting, FAT* 2019.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tasks.training.checkpoint import Epoch

TARGETS = {
    "gray": "gray pictures (0 black, 1 white) from colour photos, as `skimage.color.rgb2gray` computes them",
    "matte": "mattes of the person (0 background, 1 person) from colour photos",
}


def model_card(
    name: str,
    settings: Mapping[str, Any],
    parameters: int,
    images: Mapping[str, int],
    size: tuple[int, int],
    precision: str,
    epochs: Sequence[Epoch],
) -> str:
    """Return the card in Markdown.

    `settings` are those of `TrainModel`, `images` the numbers of images by split, `size` their height and width,
    `precision` is what it was trained in, and `epochs` is the history.
    """
    height, width = size
    target = str(settings["experiment.target"])
    recipe = "\n".join(f"| `{key}` | {value} |" for key, value in settings.items())
    return f"""# {name}

Predicts {TARGETS.get(target, target)}.

- **Model**: `model.keras`, network `{settings["experiment.network"]}` with {parameters:,} parameters; loads with
  `keras.saving.load_model`.
- **Input**: (N, {height}, {width}, 3), float32, values 0..1, sRGB.
- **Output**: (N, {height}, {width}, 1), float32, values 0..1.
- **Data**: {images["training"]} images to train on, {images["testing"]} to test on; `originals/source.json` beside
  `models/` says where they came from.
- **Training**: {len(epochs)} epochs in {precision.replace("_", " ")}. At the end, the loss was
  {epochs[-1]["loss"]:.5f} on the training images and {epochs[-1]["validation_loss"]:.5f} on the test images;
  `history.csv` has every epoch.
- **Metrics**: in `evaluation/{name}/metrics.json` beside `models/`, and in the report.
- **Limits**: it knows portraits like those it was trained on, one person in front of a background, at about this
  size; of anything else it was never asked. `record.json` says what it was made with, to the digest of each input.

| setting | |
|---|---|
{recipe}
"""
