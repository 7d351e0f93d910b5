import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from tasks.core.errors import UserError
from tasks.photos.photo import open_photo
from tests.world import smooth_picture

PRIMARIES = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))
"""Those of sRGB, as a profile has them: red, green and blue in XYZ under D50."""


def profile(order: tuple[int, int, int], gamma: float = 2.2) -> bytes:
    """An ICC profile of version 2 whose red, green and blue are sRGB's primaries in another order."""

    def xyz(values: tuple[float, ...]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    text = b"a test".ljust(8, b"\0")
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78),
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
        b"wtpt": xyz((0.9642, 1.0, 0.8249)),
        **{name: xyz(PRIMARIES[place]) for name, place in zip((b"rXYZ", b"gXYZ", b"bXYZ"), order, strict=True)},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        padded = content + bytes(-len(content) % 4)
        table += name + struct.pack(">II", start + len(body), len(content))
        body += padded
    header = struct.pack(">I4sI4s4s4s", start + len(body), b"test", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += bytes(12) + b"acsp" + bytes(28) + struct.pack(">iii", 63190, 65536, 54061) + bytes(48)
    assert len(header) == 128
    return header + table + body


@pytest.fixture
def picture() -> Image.Image:
    return Image.fromarray(smooth_picture(60, 48, 1))


def test_a_photo_without_profile_is_as_it_is(picture: Image.Image, tmp_path: Path) -> None:
    picture.save(tmp_path / "a.png")
    np.testing.assert_array_equal(open_photo(tmp_path / "a.png"), picture)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_a_profile_says_what_the_numbers_mean(picture: Image.Image, tmp_path: Path, suffix: str) -> None:
    # What this profile calls red is sRGB's green, and so on round.
    picture.save(tmp_path / f"a{suffix}", icc_profile=profile((1, 2, 0)))
    seen = np.asarray(open_photo(tmp_path / f"a{suffix}"), int)
    expected = np.asarray(picture, int)[..., [2, 0, 1]]
    assert np.abs(seen - expected)[expected > 30].max() <= 6  # sRGB's own curve is not quite a power


def test_the_profile_of_srgb_changes_nothing(picture: Image.Image, tmp_path: Path) -> None:
    content = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture.save(tmp_path / "a.png", icc_profile=content)
    difference = np.asarray(open_photo(tmp_path / "a.png"), int) - np.asarray(picture, int)
    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize("content", [b"no profile", profile((0, 1, 2))[:200]])
def test_a_damaged_profile_is_left_out(picture: Image.Image, tmp_path: Path, content: bytes) -> None:
    picture.save(tmp_path / "a.png", icc_profile=content)
    np.testing.assert_array_equal(open_photo(tmp_path / "a.png"), picture)


def test_a_gray_photo_with_a_profile_of_colours_is_left_as_it_is(picture: Image.Image, tmp_path: Path) -> None:
    picture.convert("L").save(tmp_path / "a.png", icc_profile=profile((0, 1, 2)))
    difference = np.asarray(open_photo(tmp_path / "a.png"), int) - np.asarray(picture.convert("L"), int)[..., None]
    assert np.abs(difference).max() <= 8


def test_a_photo_stored_lying_down_is_turned_upright(picture: Image.Image, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be seen, turn it clockwise
    buffer = io.BytesIO()
    picture.rotate(90, expand=True).save(buffer, "PNG", exif=exif, icc_profile=profile((1, 2, 0)))
    (tmp_path / "a.png").write_bytes(buffer.getvalue())
    picture.save(tmp_path / "b.png", icc_profile=profile((1, 2, 0)))
    np.testing.assert_array_equal(open_photo(tmp_path / "a.png"), open_photo(tmp_path / "b.png"))


def test_inks_are_converted_as_the_file_stores_them(picture: Image.Image, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    inks = picture.convert("CMYK")
    inks.rotate(90, expand=True).save(tmp_path / "a.jpg", exif=exif, icc_profile=profile((1, 2, 0)), quality=95)
    expected = np.asarray(picture, int)[
        ..., [2, 0, 1]
    ]  # what the profile makes of them, as of red, green and blue
    assert np.abs(np.asarray(open_photo(tmp_path / "a.jpg"), int) - expected)[expected > 30].max() <= 12


def test_the_file_is_opened_once(picture: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture.convert("CMYK").save(tmp_path / "a.jpg", icc_profile=profile((1, 2, 0)))
    opened, open_picture = [], Image.open

    def counted(path: Path) -> Image.Image:
        opened.append(path)
        return open_picture(path)

    monkeypatch.setattr(Image, "open", counted)
    open_photo(tmp_path / "a.jpg")
    assert opened == [tmp_path / "a.jpg"]


def test_too_small_a_photo_is_refused_by_name(tmp_path: Path) -> None:
    Image.new("RGB", (200, 31)).save(tmp_path / "slim.png")
    with pytest.raises(UserError, match=r"slim\.png: 200x31 pixels .* at least 32 a side"):
        open_photo(tmp_path / "slim.png")
