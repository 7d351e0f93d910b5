"""One picture of all results."""

import math
from collections.abc import Mapping
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from tasks.core.freshness.folder import whole_file
from tasks.images.conversion import checkerboard, to_bytes

WIDEST = 3600
"""Width of a sheet of many photos, pixels."""
CELL = 160
"""Height and width of one result, pixels; less where there are many."""
SMALLEST_CELL = 40
LABEL = 18
SHEET_SQUARE = 8


MADE_OF = "made of"
"""Key of the text in the file that holds the digest of what the sheet is made of."""
LAST_PART = b"\0\0\0\0IEND\xaeB`\x82"
"""What a whole PNG file ends with."""


def write_sheet(path: Path, results: Mapping[str, list[Path]], made_of: str) -> None:
    """Write the contact sheet, whole or not at all, unless it is there already and undamaged.

    `made_of` is a digest of what the sheet is made of, which is kept in the file.
    """
    if _is_made_of(path, made_of):
        return
    text = PngInfo()
    text.add_text(MADE_OF, made_of)
    with whole_file(path) as unfinished:
        contact_sheet(results).save(unfinished, format="PNG", pnginfo=text)


def contact_sheet(results: Mapping[str, list[Path]]) -> Image.Image:
    """Return a sheet with the pictures of each photo side by side, and its name below.

    `results` are by name, each with as many pictures; transparent parts show a checkerboard.
    """
    pictures = max(len(paths) for paths in results.values())
    columns = max(math.isqrt(math.ceil(len(results) / pictures)), 1)
    cell = min(max(WIDEST // (columns * pictures), SMALLEST_CELL), CELL)
    width, height = cell * pictures, cell + LABEL
    sheet = Image.new("RGB", (columns * width, math.ceil(len(results) / columns) * height), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(LABEL * 0.7)
    for number, (name, paths) in enumerate(results.items()):
        left, top = number % columns * width, number // columns * height
        for column, path in enumerate(paths):
            sheet.paste(_thumbnail(path, cell), (left + column * cell, top))
        draw.text((left + 2, top + cell), _shortened(name, font, width - 4), "black", font)
    return sheet


def _is_made_of(path: Path, made_of: str) -> bool:
    if not path.is_file():
        return False
    try:
        with Image.open(path, formats=["PNG"]) as known:
            same = known.info.get(MADE_OF) == made_of
            known.verify()  # by the checksums of all its parts but the last
        content = path.read_bytes()
        same &= content.find(LAST_PART) == len(content) - len(LAST_PART)
    except Exception:  # Pillow raises errors of many kinds for a damaged file
        return False
    return bool(same)


def _thumbnail(path: Path, cell: int) -> Image.Image:
    with Image.open(path) as picture:
        picture.thumbnail((cell - 2, cell - 2))
        shown = picture.convert("RGBA")
    board = Image.fromarray(to_bytes(checkerboard(shown.height, shown.width, SHEET_SQUARE))).convert("RGBA")
    return Image.alpha_composite(board, shown).convert("RGB")


def _shortened(name: str, font: ImageFont.ImageFont | ImageFont.FreeTypeFont, width: int) -> str:
    if font.getlength(name) <= width:
        return name
    while name and font.getlength(name + "…") > width:
        name = name[:-1]
    return name + "…"
