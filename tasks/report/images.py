"""The test images on the page: sprites of inputs and predictions, the scatter of errors, cut-outs."""

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
from tasks.report.figures import svg_figure
from tasks.report.results import Result
from tasks.targets import TARGETS
from tasks.targets.target import PHOTOS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Bytes = NDArray[np.uint8]
LEAST = 1e-6
"""Smaller errors are drawn here, since the axis is logarithmic."""
SLIDERS, SLIDER_ZOOM = 3, 4


@dataclass(frozen=True)
class ShownImages:
    """The test images that the page shows: names, small photos, and the inputs and outputs of targets by name.

    Photos are (N, height, width, 3), inputs (N, height, width, channels) of any size, outputs
    (N, height, width, 1); all are uint8 0..255 or floats 0..1.
    """

    names: list[str]
    photos: NDArray[np.generic]
    inputs: Mapping[str, NDArray[np.generic]]
    outputs: Mapping[str, NDArray[np.generic]]


def sprites(shown: ShownImages, results: list[Result]) -> list[dict[str, str]]:
    """Return the sprites of inputs, targets and predictions, each a `title` and a `picture` (data address)."""
    pictures = [("input", shown.photos)]
    for name, outputs in shown.outputs.items():
        if TARGETS[name].input != PHOTOS:
            pictures.append((f"{name}, input", shown.inputs[name]))
        pictures.append((f"{name}, target", outputs))
    contents = [(title, jpeg(sprite(_bytes(images)))) for title, images in pictures]
    contents += [(one.name, one.predictions.read_bytes()) for one in results]
    return [{"title": title, "picture": _address(content)} for title, content in contents]


def image_facts(shown: ShownImages, results: list[Result]) -> dict[str, Any]:
    """Return the size of the photos, and for each its name and the error metric of each result, for the script."""
    columns = {one.name: one.per_image[TARGETS[one.target].error.metric.key].to_list() for one in results}
    images = [
        {"name": name, "metrics": {result: values[row] for result, values in columns.items()}}
        for row, name in enumerate(shown.names)
    ]
    return {"height": shown.photos.shape[1], "width": shown.photos.shape[2], "images": images}


def error_scatter(target: str, results: list[Result], inputs: NDArray[np.generic]) -> str:
    """Return the error of each test image against its input's brightness, in colour its saturation too, as SVG.

    `inputs` are (N, height, width, channels). Each result's points are a group `points-NAME-AXIS`, in the order of
    the images.
    """
    error = TARGETS[target].error
    values = unit_range(inputs)
    axes = {"brightness": values.mean(axis=(1, 2, 3))}
    if values.shape[-1] == 3:
        axes["saturation"] = _saturation(values)

    def draw(figure: "Figure") -> None:
        panels = figure.subplots(1, len(axes), sharey=True, squeeze=False)[0]
        for panel, (name, across) in zip(panels, axes.items(), strict=True):
            for result in results:
                measured = error.of(result.per_image[error.metric.key].to_numpy()[: len(inputs)])
                points = panel.scatter(
                    across, np.maximum(measured, LEAST), s=9, alpha=0.6, linewidths=0, label=result.name
                )
                points.set_gid(f"points-{result.name}-{name}")
            panel.set(xlabel=name, yscale="log")
            panel.grid(alpha=0.3)
        panels[0].set_ylabel(error.label)
        panels[-1].legend(fontsize=6)

    return svg_figure(f"scatter of {target}", 4.5 * len(axes), 3.6, draw)


def _saturation(images: NDArray[np.float32]) -> NDArray[np.float32]:
    brightest, darkest = images.max(axis=-1), images.min(axis=-1)
    saturation = np.divide(brightest - darkest, brightest, out=np.zeros_like(brightest), where=brightest > 0)
    return np.asarray(saturation.mean(axis=(1, 2)))


def data_sheet(shown: ShownImages, cutting: str) -> str:
    """Return a picture of some photos, evenly chosen, and below each the part its matte keeps.

    `cutting` is the target whose outputs are the mattes.
    """
    rows = np.linspace(0, len(shown.names) - 1, COLUMNS).round().astype(int)
    photos, mattes = unit_range(shown.photos)[rows], unit_range(shown.outputs[cutting])[rows]
    return _address(jpeg(sprite(np.concatenate([_bytes(photos), _bytes(on_checkerboard(photos, mattes))]))))


def cutout_sliders(shown: ShownImages, result: Result) -> list[dict[str, str]]:
    """Return for a few test images the photo and the cut-out by a matte model, as large pictures."""
    rows = np.unique(np.linspace(0, len(shown.names) - 1, SLIDERS).round().astype(int))
    photos = unit_range(shown.photos)[rows]
    mattes = unit_range(pictures_of(result.predictions, len(shown.names)))[rows]
    cutouts = on_checkerboard(photos, mattes)
    return [
        {"name": shown.names[row], "photo": _large(photo), "cutout": _large(cutout)}
        for row, photo, cutout in zip(rows, photos, cutouts, strict=True)
    ]


def _large(picture: NDArray[np.float32]) -> str:
    zoomed = _bytes(picture).repeat(SLIDER_ZOOM, axis=0).repeat(SLIDER_ZOOM, axis=1)
    return _address(jpeg(Image.fromarray(zoomed)))


def _bytes(values: NDArray[np.generic]) -> Bytes:
    return to_bytes(unit_range(values))


def _address(content: bytes) -> str:
    return data_address(content, "jpeg")
