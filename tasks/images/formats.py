"""Which formats pictures may have: those of Pillow, and those that phones write."""

import warnings

import pillow_heif
from PIL import Image

from tasks.images.jpeg_xl import register_jpeg_xl

LARGEST_PICTURE = 256_000_000
"""Pixels. A larger picture is refused before it is decoded."""
NO_PHOTOS = frozenset({"BUFR", "EPS", "GRIB", "HDF5", "IPTC", "MPEG", "WMF"})
"""Formats that Pillow recognizes but cannot decode by itself, or that hold drawings or films."""

pillow_heif.register_heif_opener()
register_jpeg_xl()
# Pillow refuses pictures of more than twice its limit, and warns of those of more than the limit.
Image.MAX_IMAGE_PIXELS = LARGEST_PICTURE // 2
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


def picture_suffixes() -> frozenset[str]:
    """Return the suffixes, in lower case, of the files that can be read as pictures."""
    known = Image.registered_extensions()
    read = {suffix for suffix, name in known.items() if name in Image.OPEN and name not in NO_PHOTOS}
    return frozenset(read | {".mpo"})  # which Pillow opens as JPEG
