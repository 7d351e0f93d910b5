"""All test images with what each model makes of them, for the page to leaf through."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.dataset.arrays import unit_range
from tasks.evaluation.pictures import on_checkerboard
from tasks.images.conversion import data_address, to_bytes
from tasks.images.sprite import COLUMNS, jpeg, pictures_of, sprite
from tasks.report.collect import Result
from tasks.report.svg import svg_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Bytes = NDArray[np.uint8]
ERROR = {"gray": ("mae", "MAE", False), "matte": ("iou", "1 - IoU", True)}
"""By target: the metric that a scatter shows, its label, and whether what it lacks of 1 is shown."""
LEAST = 1e-6
"""Errors below are drawn there, since the axis is logarithmic."""
SLIDERS, ZOOM = 3, 4


@dataclass(frozen=True)
class ShownImages:
    """The test split: names, images (N, height, width, 3), and targets (N, height, width, 1) by name."""

    names: list[str]
    images: NDArray[np.generic]
    targets: Mapping[str, NDArray[np.generic]]


def sprites(tests: ShownImages, results: list[Result]) -> list[dict[str, str]]:
    """Return sprites of inputs, targets and each result's predictions: a title, and an address that holds it."""
    shown = [{"title": "input", "picture": _address(jpeg(sprite(_bytes(tests.images))))}]
    for target, arrays in tests.targets.items():
        shown.append({"title": f"{target}, target", "picture": _address(jpeg(sprite(_bytes(arrays))))})
    return shown + [{"title": one.name, "picture": _address(one.predictions.read_bytes())} for one in results]


def image_facts(tests: ShownImages, results: list[Result]) -> dict[str, Any]:
    """Return the size of the test images, and of each its name and the metric of each result."""
    columns = {one.name: one.per_image[ERROR[one.metrics["target"]][0]].to_list() for one in results}
    images = [
        {"name": name, "metrics": {result: values[row] for result, values in columns.items()}}
        for row, name in enumerate(tests.names)
    ]
    return {"height": tests.images.shape[1], "width": tests.images.shape[2], "images": images}


def error_scatter(target: str, results: list[Result], images: NDArray[np.generic]) -> str:
    """Return the error of each test image against its brightness and its saturation, as SVG.

    Each result's points are a group `points-NAME` in the order of the images, first by brightness and again by
    saturation.
    """
    metric, label, lacking = ERROR[target]
    values = unit_range(images)
    brightest, darkest = values.max(axis=-1), values.min(axis=-1)
    saturation = np.divide(brightest - darkest, brightest, out=np.zeros_like(brightest), where=brightest > 0)
    axes = {"brightness": values.mean(axis=(1, 2, 3)), "saturation": saturation.mean(axis=(1, 2))}

    def draw(figure: "Figure") -> None:
        for panel, (name, across) in zip(figure.subplots(1, 2, sharey=True), axes.items(), strict=True):
            for result in results:
                measured = result.per_image[metric].to_numpy()[: len(images)]
                error = np.maximum(1 - measured if lacking else measured, LEAST)
                points = panel.scatter(across, error, s=9, alpha=0.6, linewidths=0, label=result.name)
                points.set_gid(f"points-{result.name}-{name}")
            panel.set(xlabel=name, yscale="log")
            panel.grid(alpha=0.3)
        figure.axes[0].set_ylabel(label)
        figure.axes[1].legend(fontsize=6)

    return svg_figure(f"scatter of {target}", 9.0, 3.6, draw)


def data_sheet(tests: ShownImages) -> str:
    """Return a picture of some test images, evenly chosen, with what their mattes keep below them."""
    rows = np.linspace(0, len(tests.names) - 1, COLUMNS).round().astype(int)
    photos, mattes = unit_range(tests.images)[rows], unit_range(tests.targets["matte"])[rows]
    return _address(jpeg(sprite(np.concatenate([_bytes(photos), _bytes(on_checkerboard(photos, mattes))]))))


def cutout_sliders(tests: ShownImages, result: Result) -> list[dict[str, str]]:
    """Return for a few test images the photo and what a model of mattes cuts out of it, as large pictures."""
    rows = np.unique(np.linspace(0, len(tests.names) - 1, SLIDERS).round().astype(int))
    photos = unit_range(tests.images)[rows]
    mattes = unit_range(pictures_of(result.predictions, len(tests.names)))[rows]
    cutouts = on_checkerboard(photos, mattes)
    return [
        {"name": tests.names[row], "photo": _large(photo), "cutout": _large(cutout)}
        for row, photo, cutout in zip(rows, photos, cutouts, strict=True)
    ]


def _large(picture: NDArray[np.float32]) -> str:
    zoomed = _bytes(picture).repeat(ZOOM, axis=0).repeat(ZOOM, axis=1)
    return _address(jpeg(Image.fromarray(zoomed)))


def _bytes(values: NDArray[np.generic]) -> Bytes:
    return to_bytes(unit_range(values))


def _address(content: bytes) -> str:
    return data_address(content, "jpeg")
