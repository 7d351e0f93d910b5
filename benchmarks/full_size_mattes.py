"""How good are mattes at full size? `python -m benchmarks.full_size_mattes [experiment] [data folder] [every]`

Needs the originals, which are photos with mattes, and the experiment's model in the data folder; the experiment
`shipped` stands for the model that comes with the package. Each test photo's
small prediction is enlarged in several ways, and compared with the matte of the original; `every` 10 takes every
tenth photo. `ours` is what `ApplyToPhotos` does.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from tasks.dataset.arrays import unit_range
from tasks.dataset.manifest import read_manifest, read_source
from tasks.evaluation.metrics.matte import image_metrics
from tasks.images.conversion import to_bytes
from tasks.originals.masks import read_masks, read_matte
from tasks.photos.apply import load_network, shipped_network
from tasks.photos.matte import MatteNetwork, enlarge_matte, full_size_matte, small_matte
from tasks.photos.photo import open_photo

Floats = NDArray[np.float32]
Enlarge = Callable[[Floats, Image.Image], NDArray[np.uint8]]
SHOWN = ("iou", "boundary_iou", "sad", "gradient_error")


def plain(filter_: Image.Resampling) -> Enlarge:
    """Return the enlargement by one of Pillow's filters, which does not look at the photo."""

    def enlarge(matte: Floats, photo: Image.Image) -> NDArray[np.uint8]:
        return to_bytes(np.asarray(Image.fromarray(matte).resize(photo.size, filter_)))

    return enlarge


WAYS: dict[str, Enlarge] = {
    "bilinear": plain(Image.Resampling.BILINEAR),
    "bicubic": plain(Image.Resampling.BICUBIC),
    "guided filter alone": enlarge_matte,
    "ours": full_size_matte,
}


def main(experiment: str = "matte-unet", data: str = "data", every: str = "1") -> None:
    """Print the metrics of each way, and the time that one photo takes."""
    manifest = Path(data) / "originals" / "manifest.csv"
    masks = read_masks(manifest.with_name("masks.json"))
    root = Path(read_source(manifest.with_name("source.json")).root)
    pairs = [pair for pair in read_manifest(manifest) if pair.split == "testing"][:: int(every)]
    network: MatteNetwork = (
        shipped_network() if experiment == "shipped" else load_network(Path(data) / "models" / experiment)
    )
    metrics: dict[str, list[list[float]]] = {way: [] for way in WAYS}
    seconds = dict.fromkeys(WAYS, 0.0)
    for pair in tqdm(pairs, unit=" photo", disable=None):
        photo = open_photo(root / pair.photo)
        target = unit_range(np.asarray(read_matte(root / pair.matte, masks, pair.matte_orientation)))
        small = small_matte(photo, network)
        for way, enlarge in WAYS.items():
            started = time.perf_counter()
            enlarged = enlarge(small, photo)
            seconds[way] += time.perf_counter() - started
            columns = image_metrics(
                unit_range(enlarged)[np.newaxis, ..., np.newaxis], target[np.newaxis, ..., np.newaxis]
            )
            metrics[way].append([float(columns[name][0]) for name in SHOWN])
    print(f"{experiment}, {len(pairs)} test photos; " + ", ".join(SHOWN) + "; seconds a photo")
    for way, values in metrics.items():
        means = ", ".join(f"{value:.4f}" for value in np.mean(values, axis=0))
        print(f"{way}: {means}; {seconds[way] / len(pairs):.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
