from pathlib import Path

import pandas as pd

from tasks.report.behind import Behind
from tasks.report.collect import Result
from tasks.report.skips import WITH, WITHOUT, compare_skips


def result(name: str, iou: float, boundary_iou: float) -> Result:
    metrics = {"name": name, "target": "matte", "iou": iou, "boundary_iou": boundary_iou, "gradient_error": 1.5}
    return Result(metrics, pd.DataFrame(), None, {}, None, Path())


def test_both_networks_are_set_side_by_side() -> None:
    results = {WITH: result(WITH, 0.93, 0.7), WITHOUT: result(WITHOUT, 0.88, 0.45)}
    compared = compare_skips(results, {})
    assert compared is not None
    assert round(compared["mask_gap"], 6) == 0.05
    assert round(compared["outline_gap"], 6) == 0.25
    assert compared["metrics"] == [
        ("IoU", "0.9300", "0.8800"),
        ("boundary IoU", "0.7000", "0.4500"),
        ("gradient", "1.5000", "1.5000"),
    ]


def test_a_network_that_has_not_learned_is_named() -> None:
    results = {WITH: result(WITH, 0.93, 0.7), WITHOUT: result(WITHOUT, 0.14, 0.1)}
    behind = {name: Behind(name, "matte-mean", "IoU", "0.14", "0.76", None) for name in (WITHOUT, "another")}
    compared = compare_skips(results, behind)
    assert compared is not None
    assert compared["behind"] == [behind[WITHOUT]]


def test_one_alone_is_not_compared() -> None:
    assert compare_skips({WITH: result(WITH, 0.9, 0.5)}, {}) is None
