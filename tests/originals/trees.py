"""Trees of the true shape of data sets in circulation, a handful of generated pairs each."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.io import savemat

from tests.world import smooth_picture

HEIGHT, WIDTH = 64, 48

Write = Callable[[Path], None]


def matte(seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A soft ellipse at a place that depends on the seed, uint8 (height, width)."""
    y, x = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
    values: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] = np.clip(
        (0.7 - np.hypot(x - seed % 3 / 10, y)) * 2000, 0, 255
    ).astype(np.uint8)
    return values


def write_photo(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(smooth_picture(HEIGHT, WIDTH, seed)).save(path)


def write_matte(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".mat":
        savemat(path, {"mask": (matte(seed) > 127).astype(np.uint8)})
    else:
        Image.fromarray(matte(seed)).save(path)


def write_mask(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray((matte(seed) > 127).astype(np.uint8) * np.uint8(255)).save(path)


def write_cut_out(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    photo = Image.fromarray(smooth_picture(HEIGHT, WIDTH, seed))
    photo.putalpha(Image.fromarray(matte(seed)))
    photo.save(path)


def write_trimap(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    values = matte(seed)
    Image.fromarray(np.where((values > 0) & (values < 255), 128, values).astype(np.uint8)).save(path)


def aisegment(root: Path) -> None:
    """34,427 half-length portraits of 600x800; the cut-outs in `matting/` are the mattes."""
    for number in range(6):
        group, part = 1803151818 + number // 4, number % 2
        name = f"{group}-{number:08d}"
        write_photo(root / f"clip_img/{group}/clip_{part:08d}/{name}.jpg", number)
        write_cut_out(root / f"matting/{group}/matting_{part:08d}/{name}.png", number)
    for dotfile in (
        root / "matting/1803151818/._matting_00000000",
        root / "matting/1803151818/matting_00000000/._x.png",
    ):
        dotfile.write_bytes(b"Mac")


def p3m_10k(root: Path) -> None:
    """Blurred faces for training, and two folders for validation."""
    for folder, photos, numbers in (
        ("train", "blurred_image", range(4)),
        ("validation/P3M-500-P", "blurred_image", range(4, 6)),
        ("validation/P3M-500-NP", "original_image", range(6, 8)),
    ):
        for number in numbers:
            write_photo(root / folder / photos / f"p_{number:08x}.jpg", number)
            write_matte(root / folder / "mask" / f"p_{number:08x}.png", number)
            if folder == "train":
                write_mask(root / folder / "facemask" / f"p_{number:08x}.png", number)
            else:
                write_trimap(root / folder / "trimap" / f"p_{number:08x}.png", number)


def ppm_100(root: Path) -> None:
    """100 photos of Flickr."""
    for number in range(5):
        name = f"1029342{number}_5c5ccc3d3f_o.jpg"
        write_photo(root / "image" / name, number)
        write_matte(root / "matte" / name, number)


def human_segmentation_dataset(root: Path) -> None:
    """300 photos with masks, and pictures of its page beside them."""
    for number in range(1, 6):
        write_photo(root / "Training_Images" / f"{number}.jpg", number)
        write_mask(root / "Ground_Truth" / f"{number}.png", number)
    (root / "Ground_Truth" / ".DS_Store").write_bytes(b"Mac")
    (root / "README.md").write_text("A dataset with 300 images\n", encoding="utf-8")


LARGE: dict[str, Write] = {
    "AISegment": aisegment,
    "P3M-10k": p3m_10k,
    "PPM-100": ppm_100,
    "Human-Segmentation-Dataset": human_segmentation_dataset,
}
"""The sets whose trees run to the report."""
