import io
import struct
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image, ImageCms

from tasks.core.errors import UserError
from tasks.core.regular_file import open_regular
from tasks.images.pictures import on_white
from tasks.photos.photo import Photo, as_photo, open_photo, unit_values
from tests.orientations import FORMATS, LARGEST_LOSS, UPRIGHT, save_turned
from tests.world import smooth_picture

PRIMARIES = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))
"""Those of sRGB, as a profile has them: red, green and blue in XYZ under D50."""


def profile(order: tuple[int, int, int], gamma: float = 2.2) -> bytes:
    """An ICC profile of version 2 whose red, green and blue are sRGB's primaries in another order."""
    names = (b"rXYZ", b"gXYZ", b"bXYZ")
    primaries = {name: xyz(PRIMARIES[place]) for name, place in zip(names, order, strict=True)}
    return icc(b"RGB ", {**primaries, **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve(gamma))})


def xyz(values: tuple[float, ...]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def curve(gamma: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"


def icc(space: bytes, of_space: dict[bytes, bytes]) -> bytes:
    """An ICC profile of version 2 for a colour space, with its tags."""
    text = b"a test".ljust(8, b"\0")
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78),
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
        b"wtpt": xyz((0.9642, 1.0, 0.8249)),
        **of_space,
    }
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        padded = content + bytes(-len(content) % 4)
        table += name + struct.pack(">II", start + len(body), len(content))
        body += padded
    header = struct.pack(">I4sI4s4s4s", start + len(body), b"test", 0x02400000, b"mntr", space, b"XYZ ")
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
    opened = []

    def counted(path: Path) -> AbstractContextManager[IO[bytes]]:
        opened.append(path)
        return open_regular(path)

    monkeypatch.setattr("tasks.images.formats.open_regular", counted)
    open_photo(tmp_path / "a.jpg")
    assert opened == [tmp_path / "a.jpg"]


def test_too_small_a_photo_is_refused_by_name(tmp_path: Path) -> None:
    Image.new("RGB", (200, 31)).save(tmp_path / "slim.png")
    with pytest.raises(UserError, match=r"slim\.png: 200x31 pixels .* at least 32 a side"):
        open_photo(tmp_path / "slim.png")


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("orientation", UPRIGHT)
def test_a_path_and_an_opened_picture_are_the_same_photo(tmp_path: Path, suffix: str, orientation: int) -> None:
    stored = smooth_picture(60, 48, 1)
    save_turned(tmp_path / f"a{suffix}", stored, orientation)
    photo = as_photo(tmp_path / f"a{suffix}")
    with Image.open(tmp_path / f"a{suffix}") as opened:
        same, twice = as_photo(opened), as_photo(as_photo(opened))
    expected = UPRIGHT[orientation](stored)
    assert np.asarray(photo).shape == expected.shape
    assert np.abs(np.asarray(photo, int) - expected).max() <= LARGEST_LOSS
    np.testing.assert_array_equal(photo, same)
    np.testing.assert_array_equal(twice, same)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "CMYK", "I;16"])
@pytest.mark.parametrize("icc_profile", [None, profile((1, 2, 0))])
def test_a_picture_of_any_mode_is_the_photo_of_its_file(
    picture: Image.Image, tmp_path: Path, mode: str, icc_profile: bytes | None
) -> None:
    if mode == "I;16":
        stored = Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257)
    else:
        stored = picture.convert(mode)
    path = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    stored.save(path, icc_profile=icc_profile)
    photo = as_photo(str(path))
    assert photo.mode == "RGB"
    with Image.open(path) as opened:
        np.testing.assert_array_equal(as_photo(opened), photo)
    np.testing.assert_array_equal(as_photo(photo), photo)
    assert photo.info == {}


def as_array(picture: Image.Image, kind: str) -> NDArray[np.generic]:
    values = np.asarray(picture)
    kinds = {
        "uint8": values,
        "uint16": values.astype(np.uint16) * 257,
        "float32": values.astype(np.float32) / 255,
        "float64": values / 255,
        "overshoot": values / 255 * (1 + 4e-16) - 1e-9,
    }
    return kinds[kind]


@pytest.mark.parametrize("kind", ["uint8", "uint16", "float32", "float64", "overshoot"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA"])
def test_an_array_is_the_photo_that_it_was_made_of(picture: Image.Image, kind: str, mode: str) -> None:
    stored = picture.convert(mode)
    if mode.endswith("A"):
        stored.putalpha(Image.linear_gradient("L").resize(stored.size))
    np.testing.assert_array_equal(as_photo(as_array(stored, kind)), as_photo(stored))
    assert as_photo(stored).mode == ("RGBA" if mode.endswith("A") else "RGB")
    if mode == "L":
        np.testing.assert_array_equal(as_photo(as_array(stored, kind)[..., np.newaxis]), as_photo(stored))


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.full((40, 40, 3), 128.0), "float64 from 128.0 to 128.0; it needs uint8 0..255"),
        (np.full((40, 40, 3), -0.5), "from -0.5"),
        (np.full((40, 40, 3), np.nan), "from nan"),
        (np.zeros((40, 40, 3), np.int64), "int64 from 0 to 0"),
        (np.zeros((40, 40), bool), "bool"),
        (np.zeros((3, 40, 40), np.uint8), r"shape \(3, 40, 40\)"),
        (np.zeros((1, 40, 40, 3), np.uint8), r"shape \(1, 40, 40, 3\)"),
        (np.zeros((0, 40, 3), np.uint8), r"shape \(0, 40, 3\)"),
        (np.zeros(40, np.uint8), r"shape \(40,\)"),
    ],
)
def test_another_array_is_refused(array: Photo, said: str) -> None:
    with pytest.raises(UserError, match=said):
        as_photo(array)


@given(arrays(np.uint16, (4, 5, 3)))
def test_16_bits_keep_their_share_of_the_range(values: NDArray[np.uint16]) -> None:
    np.testing.assert_allclose(unit_values(values), values / 65535, atol=1e-7)
    assert np.abs(np.asarray(as_photo(values), float) - values / 257).max() <= 0.51


def test_a_profile_of_grays_takes_no_colours(picture: Image.Image, tmp_path: Path) -> None:
    gray = icc(b"GRAY", {b"kTRC": curve(1.0)})
    picture.save(tmp_path / "a.png", icc_profile=gray)
    np.testing.assert_array_equal(open_photo(tmp_path / "a.png"), picture)
    picture.convert("L").save(tmp_path / "b.png", icc_profile=gray)  # whose values are shares of light
    assert (
        np.asarray(open_photo(tmp_path / "b.png"), int).mean() > np.asarray(picture.convert("L"), int).mean() + 20
    )


@given(alpha=arrays(np.uint8, (6, 5), elements=st.sampled_from([0, 1, 128, 255])), data=st.data())
def test_what_was_erased_cannot_be_told(alpha: NDArray[np.uint8], data: st.DataObject) -> None:
    colours, others = (data.draw(arrays(np.uint8, (6, 5, 3))) for _ in range(2))
    hidden = np.where((alpha == 0)[..., np.newaxis], others, colours)
    photo, same = (as_photo(np.dstack([each, alpha])) for each in (colours, hidden))
    np.testing.assert_array_equal(photo, same)
    np.testing.assert_array_equal(on_white(photo), on_white(same))
    opacity = alpha[..., np.newaxis] / 255
    assert np.abs(np.asarray(on_white(photo)) - (colours * opacity + 255 * (1 - opacity))).max() <= 1


def test_a_transparent_colour_counts_too(tmp_path: Path) -> None:
    stored = Image.new("RGB", (40, 40), "red")
    stored.paste("green", (0, 0, 20, 40))
    stored.save(tmp_path / "a.png", transparency=(255, 0, 0))
    photo = np.asarray(as_photo(tmp_path / "a.png"))
    assert photo.shape == (40, 40, 4)
    assert (photo[:, 20:] == 0).all()
    assert (photo[:, :20] == [0, 128, 0, 255]).all()


def test_a_jpeg_that_is_too_large_is_read_at_reduced_scale(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.fromarray(smooth_picture(2000, 1600, 1)).save(tmp_path / "large.jpg")
    Image.fromarray(smooth_picture(2000, 1600, 1)).save(tmp_path / "large.png")
    assert open_photo(tmp_path / "large.jpg", max_megapixels=3.2).size == (1600, 2000)
    assert capsys.readouterr().err == ""
    for limit, size in ((3, (800, 1000)), (0.7, (400, 500)), (0.1, (200, 250))):
        assert open_photo(tmp_path / "large.jpg", max_megapixels=limit).size == size
    assert "large.jpg: 3 megapixels; read at 1/2 of its size: --max-megapixels 4 reads it whole" in (
        capsys.readouterr().err
    )
    for name, limit in (("large.png", 3), ("large.jpg", 0.01)):
        with pytest.raises(UserError, match=rf"{name}: 3 megapixels, more than --max-megapixels {limit}"):
            open_photo(tmp_path / name, max_megapixels=limit)


def test_a_picture_that_is_given_stays_as_it_is() -> None:
    given = Image.new("RGB", (40, 40), (10, 20, 30))
    given.putpixel((0, 0), (200, 100, 50))
    given.info["transparency"] = (200, 100, 50)
    before, notes = given.tobytes(), dict(given.info)
    made = as_photo(given)
    assert (given.mode, given.tobytes(), given.info) == ("RGB", before, notes)
    assert (made.getpixel((0, 0)), made.getpixel((1, 1))) == ((0, 0, 0, 0), (10, 20, 30, 255))
