import io
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy.io import savemat

from tasks.originals.contents import look_of, picture_look
from tests.fuzz import EXAMPLES, Changes, changes, mutated
from tests.originals.trees import matte, write_cut_out, write_mask, write_matte, write_photo, write_trimap
from tests.world import smooth_picture

MASK = (matte(1) > 127).astype(np.uint8)


def palette(labels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> Image.Image:
    picture = Image.fromarray(labels, "P")
    picture.putpalette([0, 0, 0, 192, 128, 128, 224, 224, 192])
    return picture


def on_white(seed: int) -> Image.Image:
    """A photo of a person before a white wall, as for a passport."""
    photo = smooth_picture(64, 48, seed).copy()
    photo[matte(seed) < 255] = 255
    return Image.fromarray(photo)


PICTURES: dict[str, tuple[Image.Image, str]] = {
    "0 and 1": (Image.fromarray(MASK), "matte"),
    "0 and 255 in colour": (Image.fromarray(MASK * np.uint8(255)).convert("RGB"), "matte"),
    "bits": (Image.fromarray(MASK * np.uint8(255)).convert("1"), "matte"),
    "labels": (Image.fromarray(MASK + (matte(2) > 9)), "matte"),
    "palette": (palette(MASK), "matte"),
    "coloured labels": (palette(MASK).convert("RGB"), "matte"),
    "soft": (Image.fromarray(matte(1)), "matte"),
    "16 bits": (Image.fromarray(matte(1).astype(np.uint16) * 257), "matte"),
    "alpha over black": (
        Image.merge("RGBA", [*Image.new("RGB", (48, 64)).split(), Image.fromarray(matte(1))]),
        "matte",
    ),
    "colour": (Image.fromarray(smooth_picture(64, 48, 1)), "photo"),
    "opaque": (Image.fromarray(smooth_picture(64, 48, 1)).convert("RGBA"), "photo"),
    "gray photo": (Image.fromarray(smooth_picture(64, 48, 1)).convert("L"), "photo"),
    "gray photo, 16 bits": (Image.fromarray(smooth_picture(64, 48, 1)[..., 0].astype(np.uint16) * 257), "photo"),
    "256 colours": (Image.fromarray(smooth_picture(64, 48, 1)).quantize(256), "photo"),
    "before white": (on_white(1), "photo"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_what_a_picture_looks_like(tmp_path: Path, name: str) -> None:
    picture, look = PICTURES[name]
    picture.save(tmp_path / "x.png")
    assert picture_look(tmp_path / "x.png") == look


@pytest.mark.parametrize(
    ("write", "name", "look"),
    [
        (write_photo, "x.jpg", "photo"),
        (write_matte, "x.jpg", "matte"),
        (write_mask, "x.jpg", "matte"),
        (write_trimap, "x.png", "matte"),
        (write_cut_out, "x.png", "cut-out"),
        (write_cut_out, "x.webp", "cut-out"),
    ],
)
def test_what_files_look_like(tmp_path: Path, write: Callable[[Path, int], None], name: str, look: str) -> None:
    write(tmp_path / name, 1)
    assert picture_look(tmp_path / name) == look


def test_large_pictures_look_as_small_ones(tmp_path: Path) -> None:
    for write, look in ((write_photo, "photo"), (write_matte, "matte"), (write_cut_out, "cut-out")):
        write(tmp_path / "x.png", 1)
        with Image.open(tmp_path / "x.png") as picture:
            picture.resize((480, 1640), Image.Resampling.BICUBIC).save(tmp_path / "x.png")
        assert picture_look(tmp_path / "x.png") == look


def test_a_folder_looks_like_its_pictures_if_they_look_alike(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number:02d}.png" for number in range(20)]
    for number, path in enumerate(paths):
        write_mask(path, number)
    assert look_of(paths) == "matte"
    paths[3].write_bytes(b"no picture")
    assert look_of(paths) == "matte"
    write_photo(paths[-1], 1)
    assert look_of(paths) is None
    savemat(tmp_path / "x.mat", {"mask": MASK})
    assert look_of([tmp_path / "x.mat"]) == "matte"


def stored(picture: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind)
    return buffer.getvalue()


FILES = [
    stored(Image.fromarray(smooth_picture(24, 18, 1)), "JPEG"),
    stored(Image.fromarray(matte(1)), "PNG"),
    stored(palette(MASK), "PNG"),
    stored(Image.fromarray(matte(1).astype(np.uint16) * 257), "TIFF"),
    stored(Image.merge("RGBA", [*Image.new("RGB", (48, 64)).split(), Image.fromarray(matte(1))]), "WEBP"),
]


@settings(max_examples=EXAMPLES)
@given(st.sampled_from(FILES), changes)
def test_a_mutated_file_looks_like_something_or_nothing(content: bytes, changed: Changes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.png"
        path.write_bytes(mutated(content, changed))
        assert picture_look(path) in ("photo", "matte", "cut-out", None)
