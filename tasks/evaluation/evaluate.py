"""Measures predictions on the test split and writes metrics and pictures."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tasks.core.text import write_text
from tasks.dataset.arrays import unit_range
from tasks.dataset.blocks import Blocks
from tasks.dataset.tables import write_table
from tasks.evaluation.pictures import ErrorScale, pick_images, save_picture
from tasks.images.conversion import to_bytes
from tasks.images.sprite import PICTURES, jpeg, sprite
from tasks.training.channel_weights import COLOUR_CHANNELS, channel_weights

if TYPE_CHECKING:
    import keras

PREDICTION_BATCH = 32
MEASURED_AT_ONCE = 320
"""How many images are predicted and measured before the next are."""

Columns = dict[str, NDArray[np.float64]]
"""Metrics of each image, arrays (N,), by name."""
Predictor = Callable[[NDArray[np.generic]], NDArray[np.float32]]
"""From inputs (N, height, width, channels), uint8 0..255 or floats 0..1, to predictions (N, height, width, 1)."""


@dataclass(frozen=True)
class Measures:
    """How predictions of a target are measured and pictured.

    `image_metrics` is the function from predictions and targets (N, height, width, 1), values 0..1, to the metrics
    of each image, arrays (N,); `combine` is the one from these to the metrics over all, and `error` the one from
    these to the error that images are ranked by, an array (N,). With `cutout`, pictures show what the prediction,
    as a matte, cuts out of the image.
    """

    image_metrics: Callable[[NDArray[np.float32], NDArray[np.float32]], Columns]
    combine: Callable[[Columns], dict[str, float]]
    error: Callable[[Columns], NDArray[np.float64]]
    cutout: bool


def evaluate(
    measures: Measures,
    predict: Predictor,
    blocks: Blocks,
    names: Sequence[str],
    facts: Mapping[str, Any],
    folder: Path,
) -> None:
    """Write metrics.json (the `facts` and the metrics over all images), per_image.csv and pictures to the folder.

    `blocks` are the test split and `names` its files, in the same order.
    """
    import pandas

    columns, errors, first = measure(measures.image_metrics, predict, blocks)
    picked = pick_images(measures.error(columns))
    scale = errors.scale()
    height, width, channels = blocks.element_spec[0][0]
    colours = (
        {"channel_weights": channel_weights(predict, height, width)} if channels == len(COLOUR_CHANNELS) else {}
    )
    metrics = {
        **facts,
        **measures.combine(columns),
        "test_images": len(blocks),
        **colours,
        "error_scale": scale,
        "pictured": {kind: [names[row] for row in rows] for kind, rows in picked.items()},
    }
    text = json.dumps(metrics, indent=1, ensure_ascii=False, allow_nan=False)
    write_text(folder / "metrics.json", text + "\n")
    table = pandas.DataFrame({"name": list(names), **columns})
    write_table(folder / "per_image.csv", table)
    (folder / "predictions.jpg").write_bytes(jpeg(sprite(first)))
    for kind, rows in picked.items():
        images, targets = blocks.take(rows)
        path = folder / f"{kind}.png"
        save_picture(path, images, unit_range(targets), predict(images), scale, measures.cutout)


def measure(
    image_metrics: Callable[[NDArray[np.float32], NDArray[np.float32]], Columns],
    predict: Predictor,
    blocks: Blocks,
) -> tuple[Columns, ErrorScale, NDArray[np.uint8]]:
    """Return the metrics of each image, the scale of the errors, and the first predictions as bytes.

    There are at most `PICTURES` of these: uint8 (N, height, width, 1).
    """
    found: list[Columns] = []
    errors, first = ErrorScale(), []
    left = PICTURES
    for images, targets in blocks:
        for start in range(0, len(images), MEASURED_AT_ONCE):
            rows = slice(start, start + MEASURED_AT_ONCE)
            wanted, predicted = unit_range(targets[rows]), predict(images[rows])
            found.append(image_metrics(predicted, wanted))
            errors.add(predicted, wanted)
            first.append(to_bytes(predicted[:left]))
            left -= len(first[-1])
    columns = {
        name: np.concatenate([one[name] for one in found], dtype=np.float64, casting="safe") for name in found[0]
    }
    return columns, errors, np.concatenate(first)


def keras_prediction(model: "keras.Model") -> Predictor:
    """Return the prediction of a Keras model as a function of images, uint8 0..255 or floats 0..1."""
    import tensorflow

    # One graph for batches of any length, where predict() would trace two or three.
    batches_of = tensorflow.TensorSpec(model.input_shape, tensorflow.float32)
    answers = tensorflow.function(
        lambda batch: model(batch, training=False), input_signature=[batches_of], autograph=False
    )

    def predict(images: NDArray[np.generic]) -> NDArray[np.float32]:
        starts = range(0, len(images), PREDICTION_BATCH)
        batches = [answers(unit_range(images[start : start + PREDICTION_BATCH])).numpy() for start in starts]
        return np.asarray(np.concatenate(batches), np.float32)

    return predict
