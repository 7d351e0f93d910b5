"""What the U-Net's skips bring, in the figures of the network that has none."""

from collections.abc import Mapping
from typing import Any

from tasks.report.behind import Behind
from tasks.report.collect import Result
from tasks.report.columns import TABLES

WITH, WITHOUT = "matte-unet", "matte-autoencoder"
COMPARED = ("iou", "boundary_iou", "gradient_error")


def compare_skips(results: Mapping[str, Result], behind: Mapping[str, Behind]) -> dict[str, Any] | None:
    """Return both networks, their metrics and differences, and which is no better than a constant.

    `results` and the models `behind` are by name; None unless both networks were evaluated. The differences say
    something of skips only if both networks have learned.
    """
    if not {WITH, WITHOUT} <= results.keys():
        return None
    pair = results[WITH], results[WITHOUT]
    columns = [column for column in TABLES["matte"].columns if column.metric in COMPARED]
    return {
        "results": pair,
        "behind": [behind[name] for name in (WITH, WITHOUT) if name in behind],
        "metrics": [
            (column.heading, *(column.shown(result.metrics[column.metric]) for result in pair))
            for column in columns
        ],
        "mask_gap": pair[0].metrics["iou"] - pair[1].metrics["iou"],
        "outline_gap": pair[0].metrics["boundary_iou"] - pair[1].metrics["boundary_iou"],
    }
