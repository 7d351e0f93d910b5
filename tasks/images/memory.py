"""How much memory reading a picture takes: known from its header, before any of it is taken.

The figures were measured with Pillow 13, and come from what the decoders keep: bytes for each pixel, beyond the
decoded picture itself.
"""

from PIL import Image

from tasks.core.words import words

MOST = 1 << 30
"""Bytes that reading one picture or array may take, beyond what it becomes: 1 GB."""
SMALLER = words("make it smaller, or leave it out")
AS_JPEG = words("save it as a JPEG that is not progressive, which is read at a reduced scale, or make it smaller")

JPEG_XL = 20
"""Of a JPEG XL picture, which is decoded when it is opened."""
DECODERS = {"AVIF": 13, "BMP": 2, "PPM": 4, "WEBP": 13}
"""Of formats that take the same for all pictures. PNG and GIF are decoded in parts, and take nothing."""
READ_WHOLE = frozenset({"AVIF", "HEIF", "JXL", "WEBP"})
"""Formats whose files are in memory while they are decoded, twice."""
PLANES = {400: 1.0, 420: 1.5, 422: 2.0, 444: 3.0}
"""Samples for each pixel of an HEIF file, by its chroma subsampling."""
PIXEL_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2, "I;16N": 2}
"""What Pillow keeps of a pixel, by modes. In all others it is 4 bytes."""
KEPT_MODES = frozenset({"1", "L", "RGB"})
"""Modes in which a picture is not converted to another."""

TILE_WIDTH, TILE_HEIGHT, STRIP_HEIGHT, BITS, SAMPLES = 322, 323, 278, 258, 277
"""TIFF's tags."""


def check_memory(needed: float, advice: str = SMALLER) -> None:
    """Raise `MemoryError` if reading takes more than `MOST` bytes. `advice` says what to do then."""
    if needed > MOST:
        raise MemoryError(f"reading it takes {needed / MOST:.1f} GB of memory, and may take 1 GB; {advice}")


def check_picture(picture: Image.Image, file_size: int) -> None:
    """Raise `MemoryError` if decoding an opened picture and converting it takes more than `MOST` bytes.

    `file_size` is in bytes.
    """
    converted = 0 if picture.mode in KEPT_MODES else PIXEL_BYTES.get(picture.mode, 4)
    pixels = picture.width * picture.height
    whole_file = 2 * file_size if picture.format in READ_WHOLE else 0
    check_memory(pixels * converted + _decoder(picture, pixels) + whole_file, AS_JPEG)


def coefficients(picture: Image.Image) -> float:
    """Return the bytes that a JPEG's decoder takes for each pixel, at any scale.

    It keeps all coefficients, of 2 bytes, unless the file has all colours in one scan, as an ordinary one does.
    """
    layers = getattr(picture, "layer", [])
    if not layers or _in_one_scan(picture, len(layers)):
        return 0
    areas: list[int] = [across * down for _, across, down, _ in layers]
    full: int = max(across for _, across, _, _ in layers) * max(down for _, _, down, _ in layers)
    return 2.0 * sum(areas) / max(full, 1)


def _decoder(picture: Image.Image, pixels: int) -> float:
    if picture.format in ("JPEG", "MPO"):
        return pixels * coefficients(picture)
    if picture.format == "TIFF":
        return _tiff_part(picture, pixels)
    if picture.format == "JPEG2000":
        return pixels * 6.0 * len(picture.getbands())
    if picture.format == "HEIF":
        sample = 1 if picture.info.get("bit_depth", 8) == 8 else 2
        return pixels * max(4, 2 * sample * PLANES.get(picture.info.get("chroma", 444), 3) + 1)
    return pixels * DECODERS.get(picture.format or "", 0)


def _tiff_part(picture: Image.Image, pixels: int) -> float:
    """Return the size of a strip or a tile of a TIFF, which may be all of it, or claim to be more."""
    tags = getattr(picture, "tag_v2", {})
    if picture.info.get("compression") == "raw":
        return 0
    if TILE_WIDTH in tags:
        area = int(tags[TILE_WIDTH]) * int(tags.get(TILE_HEIGHT, picture.height))
    else:
        area = picture.width * min(int(tags.get(STRIP_HEIGHT, picture.height)), picture.height)
    bits = max(int(one) for one in tags.get(BITS, (1,)))
    return area * max(bits * int(tags.get(SAMPLES, 1)), 8) / 8


def _in_one_scan(picture: Image.Image, layers: int) -> bool:
    """Return whether the first scan of a JPEG has all of its colours. Pillow stops to read behind its header."""
    file = getattr(picture, "fp", None)
    length = 6 + 2 * layers
    if file is None or picture.format != "JPEG" or picture.info.get("progressive"):
        return False
    position = file.tell()
    file.seek(max(position - length, 0))
    start = file.read(3)
    file.seek(position)
    return bool(start == length.to_bytes(2, "big") + bytes([layers]))
