"""Measures one way of predicting on the test split, and writes what was found."""

import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tasks.dataset.arrays import unit_range
from tasks.dataset.blocks import Blocks
from tasks.evaluation.baselines import Predict
from tasks.evaluation.pictures import ErrorScale, pick_images, save_picture
from tasks.images.conversion import to_bytes
from tasks.images.sprite import PICTURES, jpeg, sprite
from tasks.training.channel_weights import channel_weights

if TYPE_CHECKING:
    import keras

BATCH = 32
AT_ONCE = 320
"""How many images are measured at once."""

Columns = dict[str, NDArray[np.float64]]


def evaluate(
    target: str, predict: Predict, blocks: Blocks, names: Sequence[str], facts: Mapping[str, Any], folder: Path
) -> None:
    """Write metrics.json (over all, with the `facts` given), per_image.csv and pictures into the folder.

    `target` is a module of `tasks.evaluation.metrics`, which tells what is measured. `blocks` are the test split,
    `names` its files.
    """
    import pandas

    measures = importlib.import_module(f"tasks.evaluation.metrics.{target}")
    columns, errors, first = measure(measures.image_metrics, predict, blocks)
    picked = pick_images(measures.badness(columns))
    scale = errors.scale()
    height, width, _ = blocks.element_spec[0][0]
    metrics = {
        **facts,
        "target": target,
        **measures.overall_metrics(columns),
        "test_images": len(blocks),
        "channel_weights": channel_weights(predict, height, width),
        "error_scale": scale,
        "pictured": {kind: [names[row] for row in rows] for kind, rows in picked.items()},
    }
    text = json.dumps(metrics, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "metrics.json").write_text(text + "\n", encoding="utf-8")
    table = pandas.DataFrame({"name": list(names), **columns})
    table.to_csv(folder / "per_image.csv", index=False, lineterminator="\n")
    (folder / "predictions.jpg").write_bytes(jpeg(sprite(first)))
    for kind, rows in picked.items():
        images, targets = blocks.take(rows)
        path = folder / f"{kind}.png"
        save_picture(path, images, unit_range(targets), predict(images), scale, cutout=target == "matte")


def measure(
    image_metrics: Callable[[NDArray[np.float32], NDArray[np.float32]], Columns], predict: Predict, blocks: Blocks
) -> tuple[Columns, ErrorScale, NDArray[np.uint8]]:
    """Return the metrics of each image, arrays (N,), how large the errors are, and the first predictions."""
    found: list[Columns] = []
    errors, first = ErrorScale(), []
    left = PICTURES
    for images, targets in blocks:
        for start in range(0, len(images), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            wanted, predicted = unit_range(targets[part]), predict(images[part])
            found.append(image_metrics(predicted, wanted))
            errors.add(predicted, wanted)
            first.append(to_bytes(predicted[:left]))
            left -= len(first[-1])
    columns = {name: np.concatenate([part[name] for part in found]) for name in found[0]}
    return columns, errors, np.concatenate(first)


def keras_prediction(model: "keras.Model") -> Predict:
    """Return the prediction of a Keras model as a function of images, uint8 0..255 or floats 0..1."""
    import tensorflow

    # One graph for batches of any length, where predict() would trace two or three.
    batches_of = tensorflow.TensorSpec(model.input_shape, tensorflow.float32)
    answers = tensorflow.function(
        lambda batch: model(batch, training=False), input_signature=[batches_of], autograph=False
    )

    def predict(images: NDArray[np.generic]) -> NDArray[np.float32]:
        starts = range(0, len(images), BATCH)
        batches = [answers(unit_range(images[start : start + BATCH])).numpy() for start in starts]
        return np.asarray(np.concatenate(batches), np.float32)

    return predict
