import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from tasks.images import formats

assert formats.FORMATS  # its import registers HEIF and JPEG XL

BOUND = 64 << 20
"""What reading may take here, in place of 1 GB, so that pictures of some megapixels come close to it."""
NOISE = 24 << 20
"""Memory that does not depend on the picture: libraries and their threads."""

CHILD = """
import resource, sys
from pathlib import Path
import tasks.images.memory as memory
memory.MOST = int(sys.argv[2])
from tasks.images import decoders, formats, strips
strips.PIXELS = 1 << 18
import numpy as np
from PIL import Image
from tasks.core.errors import UserError
from tasks.images.mattes import read_matte_file
from tasks.images.pictures import photo_file
from tasks.originals.contents import picture_look
from tasks.originals.levels import facts_of
from tasks.originals.masks import Masks, person_matte

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

def photo():
    with photo_file(path) as file:
        result = file.decode()
    return result.width * result.height * 4

def matte():
    file = read_matte_file(path)
    facts_of(file)
    values = person_matte(file, Masks(next(iter(file.readings))))
    return values.nbytes + sum(values.nbytes for values in file.readings.values())

path, is_mask = Path(sys.argv[1]), sys.argv[1].endswith(".mat")
Image.init()
before, sizes = peak(), [0]
try:
    sizes.append(matte() if is_mask else photo())
except UserError as error:
    print(error)
print(peak() - before - max(sizes))
memory.MOST = decoders.MOST = formats.MOST = int(sys.argv[3])
sizes.append(matte())
if not is_mask:
    sizes.append(photo())
    assert picture_look(path)
print(peak() - before - max(sizes))
"""

SIDE = 4000
BLOB = Image.linear_gradient("L").resize((200, 200))
COLOURS = Image.merge("RGB", [BLOB, BLOB.rotate(90), BLOB.rotate(180)])


def picture(mode: str, side: int) -> Image.Image:
    alpha = Image.new("L", (200, 200), 255)
    alpha.paste(0, (0, 0, 50, 50))
    small = Image.merge("RGBA", [*COLOURS.split(), alpha]) if mode in ("RGBA", "LA") else COLOURS
    if mode == "I;16":
        return Image.fromarray(np.asarray(COLOURS.convert("L").resize((side, side))).astype(np.uint16) * 257)
    return small.convert(mode).resize((side, side), Image.Resampling.NEAREST)


ONE_STRIP = {"compression": "tiff_deflate", "strip_size": 1 << 40}
CASES: dict[str, tuple[str, str, int, dict[str, Any]]] = {
    "PNG": (".png", "RGB", SIDE, {}),
    "PNG of 16 bits": (".png", "I;16", SIDE, {}),
    "PNG with a palette": (".png", "P", SIDE, {}),
    "PNG with alpha": (".png", "RGBA", 3900, {}),
    "gray PNG with alpha": (".png", "LA", 3900, {}),
    "TIFF of 16 bits": (".tif", "I;16", SIDE, ONE_STRIP),
    "TIFF of floats": (".tif", "F", 2800, ONE_STRIP),
    "TIFF": (".tif", "RGB", SIDE, ONE_STRIP),
    "GIF": (".gif", "P", SIDE, {}),
    "BMP": (".bmp", "RGB", SIDE, {}),
    "PPM": (".ppm", "RGB", SIDE, {}),
    "JPEG": (".jpg", "RGB", SIDE, {}),
    "progressive JPEG": (".jpg", "RGB", SIDE, {"progressive": True}),
    "progressive JPEG of full colours": (".jpg", "RGB", 3200, {"progressive": True, "subsampling": 0}),
    "JPEG of inks": (".jpg", "CMYK", 2300, {"progressive": True}),
    "WebP": (".webp", "RGB", 2200, {"lossless": True, "method": 0}),
    "WebP with alpha": (".webp", "RGBA", 1900, {"lossless": True, "method": 0}),
    "HEIC": (".heic", "RGB", 3000, {}),
    "HEIC of full colours": (".heic", "RGB", 2900, {"chroma": 444}),
    "AVIF": (".avif", "RGB", 2200, {"speed": 10}),
    "JPEG XL": (".jxl", "RGB", 1800, {"effort": 1, "lossless": True}),
    "JPEG 2000": (".jp2", "RGB", 1900, {}),
}


LITTLE = 1 << 20
DECODED_IN_PARTS = ("PNG", "JPEG")
USUAL = ("PNG", "PNG of 16 bits", "JPEG", "TIFF", "WebP")
"""Formats that are not left to the slow tests."""


def check(path: Path, is_refused: bool) -> None:
    """Read a file with a small bound, which refuses it if it is not decoded in parts, and with a large one."""
    command = [sys.executable, "-c", CHILD, str(path), str(LITTLE), str(BOUND)]
    child = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=300, check=True)
    *message, with_little, with_all = child.stdout.splitlines()
    assert bool(message) == is_refused
    if is_refused:
        assert f"{path}: reading it takes " in message[0]
        assert int(with_little) <= LITTLE + NOISE
    assert int(with_all) <= BOUND + NOISE


@pytest.mark.runs
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in USUAL else pytest.mark.slow) for name in CASES]
)
def test_reading_takes_no_more_than_it_may(tmp_path: Path, name: str) -> None:
    suffix, mode, side, options = CASES[name]
    picture(mode, side).save(tmp_path / f"picture{suffix}", **options)
    check(tmp_path / f"picture{suffix}", is_refused=name not in DECODED_IN_PARTS)


@pytest.mark.runs
def test_a_mask_of_matlab_takes_no_more_than_it_may(tmp_path: Path) -> None:
    savemat(tmp_path / "mask.mat", {"mask": np.zeros((2700, 2700))}, do_compression=True)
    check(tmp_path / "mask.mat", is_refused=True)
