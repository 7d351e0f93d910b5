import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from tasks.dataset.arrays import save_arrays
from tasks.dataset.manifest import SPLITS
from tasks.images.sprite import jpeg, sprite
from tasks.report.images import ShownImages
from tasks.report.results import Result, read_result
from tasks.report.write import ReportData
from tasks.targets import TARGETS
from tasks.training.channel_weights import COLOUR_CHANNELS
from tasks.training.check import Check, write_check

EVIL = "<script>alert('x')</script>.png"
METRICS: dict[str, Any] = {
    "parameters": 12,
    "mae": 0.01,
    "rmse": 0.02,
    "max_error": 0.3,
    "psnr": 33.3,
    "ssim": 0.9,
    "exact_8_bit": 0.5,
    "iou": 0.6,
    "mean_iou": 0.6,
    "boundary_iou": 0.4,
    "dice": 0.6,
    "mse": 0.01,
    "sad": 0.2,
    "gradient_error": 0.3,
    "connectivity_error": 0.2,
    "channel_weights": [0.2125, 0.7, 0.0721],
    "error_scale": 0.05,
}
PHOTOS = np.random.default_rng(0).integers(0, 256, (2, 8, 6, 3), dtype=np.uint8)
MEASURED = {metric.key for target in TARGETS.values() for metric in target.metrics}
CHECK = Check("mae", 0.1, 0.09, 0.3, 0.12, 0.3)
SHOWN = ShownImages(
    [EVIL, "b"],
    PHOTOS,
    {"gray": PHOTOS, "matte": PHOTOS},
    {"gray": PHOTOS[..., :1], "matte": PHOTOS[..., :1]},
)


def report_data(results: list[Result], **values: Any) -> ReportData:
    """What a report is made from, little of it unless the values say otherwise."""
    empty = ReportData(results, dict.fromkeys(SPLITS, 0), "here", True, [], {}, [], SHOWN, {})
    return replace(empty, **values)


def write_evaluation(folder: Path, name: str, psnr: float, target: str = "gray") -> None:
    folder.mkdir()
    pictured = {kind: [EVIL, "b"] for kind in ("best", "median", "worst", "same")}
    metrics = METRICS | {"name": name, "target": target, "psnr": psnr, "mae": 1 / psnr, "pictured": pictured}
    (folder / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
    measured = {metric: [0.5 * metrics[metric], 1.5 * metrics[metric]] for metric in metrics if metric in MEASURED}
    pd.DataFrame({"name": ["a", "b"], **measured}).to_csv(folder / "per_image.csv", index=False)
    sensitivity = {"neighbourhood": np.eye(4, dtype=np.float32), "weights": np.array([0.2, 0.7, 0.1], np.float32)}
    save_arrays(folder / "sensitivity.npz", sensitivity)
    (folder / "predictions.jpg").write_bytes(jpeg(sprite(PHOTOS[..., :1])))
    for kind in pictured:
        Image.new("RGB", (4, 4)).save(folder / f"{kind}.png")


@pytest.fixture
def results(tmp_path: Path) -> list[Result]:
    rows = {"epoch": [1, 2], "loss": [0.2, 0.1], "test_loss": [0.3, 0.2], "seconds": [2.0, 3.0]}
    rows |= {channel: [0.3, 0.4] for channel in COLOUR_CHANNELS}
    rows |= {"images_per_second": [10.0, 20.0], "precision": ["mixed_bfloat16"] * 2}
    model = tmp_path / "model"
    model.mkdir()
    pd.DataFrame(rows).to_csv(model / "history.csv", index=False)
    write_check(model / "check.json", CHECK)
    for name, psnr in (("slow", 11.1), ("fast", 33.3), ("plain", 22.2)):
        write_evaluation(tmp_path / name, name, psnr)
    return [read_result(tmp_path / name, None if name == "plain" else model) for name in ("slow", "fast", "plain")]
