import json
from operator import itemgetter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from PIL import Image

from tasks.dataset.blocks import Blocks
from tasks.evaluation.evaluate import Measures, Predictor, evaluate, keras_prediction
from tasks.evaluation.metrics import means
from tasks.evaluation.pictures import GAP, PANEL_ZOOM
from tasks.evaluation.sensitivity import write_sensitivity
from tasks.training.networks import build_network

COUNT, HEIGHT, WIDTH = 5, 40, 32


def mean_error(predictions: NDArray[np.float32], targets: NDArray[np.float32]) -> dict[str, NDArray[np.float64]]:
    return {"error": np.abs(predictions - targets).mean(axis=(1, 2, 3)).astype(np.float64)}


MEASURES = Measures(mean_error, means, error=itemgetter("error"), cutout=True)


def doubled(images: NDArray[np.generic]) -> NDArray[np.float32]:
    """Predictions of twice the height and width."""
    return images[..., :1].repeat(2, axis=1).repeat(2, axis=2).astype(np.float32)


def outputs() -> NDArray[np.float32]:
    return np.random.default_rng(0).random((COUNT, HEIGHT, WIDTH, 1), np.float32)


def evaluated(folder: Path, inputs: NDArray[np.float32], network: str = "") -> dict[str, object]:
    blocks = Blocks.in_memory(inputs, outputs())
    predict: Predictor = doubled
    if network:
        model = build_network(network, (HEIGHT, WIDTH), {"input_channels": inputs.shape[-1]})
        predict = keras_prediction(model)
        write_sensitivity(model, blocks, folder / "sensitivity.npz")
    names = [f"{number}.png" for number in range(COUNT)]
    evaluate(MEASURES, predict, blocks, names, {"name": "one"}, folder)
    written: dict[str, object] = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    return written


@pytest.mark.parametrize("channels", [1, 3])
def test_channel_weights_are_those_of_colour_inputs(tmp_path: Path, channels: int) -> None:
    inputs = np.random.default_rng(1).random((COUNT, HEIGHT, WIDTH, channels), np.float32)
    written = evaluated(tmp_path, inputs, "simple")
    assert ("channel_weights" in written) is (channels == 3)
    assert written["error"] == pytest.approx(pd.read_csv(tmp_path / "per_image.csv")["error"].mean())
    with np.load(tmp_path / "sensitivity.npz") as found:
        assert found["weights"].shape == (channels,)


def test_smaller_gray_inputs_are_pictured_at_the_size_of_the_target(tmp_path: Path) -> None:
    inputs = np.full((COUNT, HEIGHT // 2, WIDTH // 2, 1), 0.25, np.float32)
    inputs[:, 0] = 1
    evaluated(tmp_path, inputs)
    sheet = np.asarray(Image.open(tmp_path / "best.png"))
    assert sheet.shape == (3 * (HEIGHT * PANEL_ZOOM + GAP) - GAP, 5 * (WIDTH * PANEL_ZOOM + GAP) - GAP, 3)
    shown = sheet[: HEIGHT * PANEL_ZOOM, : WIDTH * PANEL_ZOOM]
    assert (shown[: 2 * PANEL_ZOOM] == 255).all()
    assert (shown[2 * PANEL_ZOOM :] == 64).all()


def test_images_are_ranked_by_the_metric_that_is_named(tmp_path: Path) -> None:
    written = evaluated(tmp_path, np.zeros((COUNT, HEIGHT // 2, WIDTH // 2, 3), np.float32))
    errors = pd.read_csv(tmp_path / "per_image.csv").sort_values("error")["name"].tolist()
    pictured = written["pictured"]
    assert isinstance(pictured, dict)
    assert (pictured["best"], pictured["worst"]) == (errors[:3], errors[:-4:-1])
