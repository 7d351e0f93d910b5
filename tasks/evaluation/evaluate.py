"""Measures one way of predicting on the test split, and writes what was found."""

import importlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tasks.arrays import unit_range
from tasks.channel_weights import channel_weights
from tasks.evaluation.baselines import Predict
from tasks.evaluation.pictures import error_scale, pick_images, save_picture
from tasks.sprite import jpeg, sprite

if TYPE_CHECKING:
    import keras

BATCH = 32


def evaluate(
    target: str,
    predict: Predict,
    images: NDArray[np.generic],
    targets: NDArray[np.generic],
    names: Sequence[str],
    facts: Mapping[str, Any],
    folder: Path,
) -> None:
    """Write metrics.json (over all, with the `facts` given), per_image.csv and pictures into the folder.

    `target` is a module of `tasks.evaluation.metrics`, which tells what is measured. `images` (N, height, width,
    3) and `targets` (N, height, width, 1) are the test split, `names` their files.
    """
    import pandas

    measures = importlib.import_module(f"tasks.evaluation.metrics.{target}")
    wanted, predicted = unit_range(targets), predict(images)
    columns = measures.image_metrics(predicted, wanted)
    picked = pick_images(measures.badness(columns))
    scale = error_scale(predicted, wanted)
    metrics = {
        **facts,
        "target": target,
        **measures.overall_metrics(columns),
        "test_images": len(images),
        "channel_weights": channel_weights(predict, *images.shape[1:3]),
        "error_scale": scale,
        "pictured": {kind: [names[row] for row in rows] for kind, rows in picked.items()},
    }
    text = json.dumps(metrics, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "metrics.json").write_text(text + "\n", encoding="utf-8")
    table = pandas.DataFrame({"name": list(names), **columns})
    table.to_csv(folder / "per_image.csv", index=False, lineterminator="\n")
    shown = np.round(np.clip(predicted, 0, 1) * 255).astype(np.uint8)
    (folder / "predictions.jpg").write_bytes(jpeg(sprite(shown)))
    for kind, rows in picked.items():
        path = folder / f"{kind}.png"
        save_picture(path, images[rows], wanted[rows], predicted[rows], scale, cutout=target == "matte")


def keras_prediction(model: "keras.Model") -> Predict:
    """Return the prediction of a Keras model as a function of images, uint8 0..255 or floats 0..1."""
    import tensorflow

    # One graph for batches of any length, where predict() would trace two or three.
    batches_of = tensorflow.TensorSpec(model.input_shape, tensorflow.float32)
    answers = tensorflow.function(lambda batch: model(batch, training=False), input_signature=[batches_of])

    def predict(images: NDArray[np.generic]) -> NDArray[np.float32]:
        starts = range(0, len(images), BATCH)
        batches = [answers(unit_range(images[start : start + BATCH])).numpy() for start in starts]
        return np.asarray(np.concatenate(batches), np.float32)

    return predict
