"""How fast are pictures read and resized? `python -m benchmarks.resizing FOLDER`

FOLDER has photos (`*.jpg`) and mattes (`*.png`) of 800x600, anywhere below. Each is resized to 100x75: by what a
user would write with scikit-image, by OpenCV and pyvips where they are installed, and by the pipeline. All on one
core, and the pipeline on all cores too. OpenCV is timed both ways: decoding all and averaging areas, and at an
eighth of the scale as it offers for JPEG.
"""

import importlib.util
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PIL import Image
from skimage.io import imread
from skimage.transform import resize

from benchmarks.measure import median_seconds, print_machine
from tasks.core.threads import in_threads
from tasks.gray.luma import gray_images
from tasks.originals.masks import Masks
from tasks.small.resize import resize_matte, resize_photo

Resize = Callable[[Path], object]
COUNT = 200
"""How many files of each kind are resized; all photos become the small images that are turned gray."""
SLOW = "a loop of skimage.transform.resize"


def peers(suffix: str, matte: bool) -> dict[str, Resize]:
    """Return the ways to resize a file."""
    found: dict[str, Resize] = {SLOW: lambda path: resize(imread(path), (100, 75))}
    if importlib.util.find_spec("cv2"):
        import cv2

        cv2.setNumThreads(1)
        colour = cv2.IMREAD_GRAYSCALE if matte else cv2.IMREAD_COLOR
        found["OpenCV, areas"] = lambda path: cv2.resize(
            cv2.imread(str(path), colour), (75, 100), interpolation=cv2.INTER_AREA
        )
        if suffix == ".jpg":
            found["OpenCV, an eighth"] = lambda path: cv2.imread(str(path), cv2.IMREAD_REDUCED_COLOR_8)
    if importlib.util.find_spec("pyvips"):
        import pyvips

        pyvips.cache_set_max(0)
        found["pyvips"] = lambda path: pyvips.Image.thumbnail(str(path), 75, height=100, size="force").numpy()
    ours = partial(resize_matte, masks=Masks()) if matte else resize_photo
    found["ours"] = partial(ours, height=100, width=75)
    return found


def resize_all(resize_one: Resize, paths: Sequence[Path]) -> None:
    """Resize files one after the other."""
    for path in paths:
        resize_one(path)


def compare(title: str, paths: Sequence[Path], matte: bool) -> None:
    """Print milliseconds a file of each way, and how many times faster than the loop it is."""
    print(f"{title}, {len(paths)} files")
    times = {}
    for name, resize_one in peers(paths[0].suffix, matte).items():
        some = paths[:10] if name == SLOW else paths
        times[name] = median_seconds(partial(resize_all, resize_one, some)) / len(some)
    ours = peers(paths[0].suffix, matte)["ours"]
    times[f"ours, {os.cpu_count()} cores"] = median_seconds(lambda: list(in_threads(ours, paths))) / len(paths)
    for name, seconds in times.items():
        print(f"  {name}: {1000 * seconds:.2f} ms, {times[SLOW] / seconds:.1f} times")


def compare_gray(paths: Sequence[Path]) -> None:
    """Print the time of gray targets against the article's loop, on floats of 64 and 32 bits and on bytes."""
    import numpy as np

    from benchmarks.article import to_gray

    images = np.stack(list(in_threads(partial(resize_photo, height=100, width=75), paths)))
    ours = median_seconds(lambda: gray_images(images))
    print(f"gray targets of {len(images)} small images: ours, from bytes {1000 * ours:.1f} ms")
    for name, values in {"float64": images / 255, "float32": (images / 255).astype("f"), "bytes": images}.items():
        loop = median_seconds(partial(to_gray, values))
        print(f"  the article's loop on {name}: {1000 * loop:.1f} ms, ours is {loop / ours:.1f} times faster")


def main(folder: str) -> None:
    """Print all comparisons."""
    os.environ["VIPS_CONCURRENCY"] = "1"
    print_machine()
    photos, mattes = (sorted(Path(folder).rglob(pattern)) for pattern in ("*.jpg", "*.png"))
    compare("JPEG photos", photos[:COUNT], matte=False)
    compare("PNG mattes", mattes[:COUNT], matte=True)
    with tempfile.TemporaryDirectory() as made:
        for path in photos[:40]:
            Image.open(path).save(Path(made) / f"{path.stem}.png")
        compare("PNG photos", sorted(Path(made).iterdir()), matte=False)
    compare_gray(photos)


if __name__ == "__main__":
    main(sys.argv[1])
