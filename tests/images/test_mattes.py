from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from scipy.io import savemat

from tasks.core.errors import UserError
from tasks.images.mattes import (
    ALPHA,
    COLOUR,
    DEEP_GRAY,
    GRAY,
    INDEX,
    VOC,
    matte_size,
    read_matte_file,
    voc_palette,
)
from tasks.images.pictures import ORIENTATION
from tests.fuzz import EXAMPLES, Changes, changes, mutated
from tests.world import smooth_picture

COLOURS = smooth_picture(40, 30, 5)
MATTE = np.where(np.hypot(*np.mgrid[-1:1:40j, -1:1:30j]) < 0.6, 255, 0).astype(np.uint8)
PERSON = MATTE // 255


def with_palette(indexes: NDArray[np.uint8], palette: NDArray[np.generic] | list[int]) -> Image.Image:
    picture = Image.fromarray(indexes).convert("L")
    picture.putpalette(np.ravel(palette).tolist())
    return picture


def readings(tmp_path: Path, picture: Image.Image, name: str = "matte.png") -> dict[str, NDArray[np.generic]]:
    picture.save(tmp_path / name)
    return dict(read_matte_file(tmp_path / name).readings)


GRAYS = {
    "gray": Image.fromarray(MATTE),
    "one bit": Image.fromarray(MATTE).convert("1"),
    "RGB": Image.merge("RGB", [Image.fromarray(MATTE)] * 3),
    "opaque alpha": Image.merge("LA", [Image.fromarray(MATTE), Image.new("L", (30, 40), 255)]),
    "palette of grays": with_palette(PERSON, [0, 0, 0, 255, 255, 255]),
    "palette that begins with white": with_palette(1 - PERSON, [255, 255, 255, 0, 0, 0]),
}


@pytest.mark.parametrize("kind", GRAYS)
def test_a_file_without_colours_is_read_as_brightness(tmp_path: Path, kind: str) -> None:
    np.testing.assert_array_equal(readings(tmp_path, GRAYS[kind])[GRAY], MATTE)


def test_the_alpha_channel_comes_before_the_colours(tmp_path: Path) -> None:
    cut_out = Image.merge("RGBA", [*Image.fromarray(COLOURS).split(), Image.fromarray(MATTE)])
    found = readings(tmp_path, cut_out)
    assert list(found) == [ALPHA, COLOUR]
    np.testing.assert_array_equal(found[ALPHA], MATTE)


def test_deep_values_are_left_as_they_are(tmp_path: Path) -> None:
    for deep in (PERSON.astype(np.uint16), MATTE.astype(np.uint16) * 257):
        found = readings(tmp_path, Image.fromarray(deep))
        np.testing.assert_array_equal(found[DEEP_GRAY], deep)
        assert GRAY not in found
    savemat(tmp_path / "mask.mat", {"mask": PERSON.astype(float) * 15})
    np.testing.assert_array_equal(read_matte_file(tmp_path / "mask.mat").readings[DEEP_GRAY], PERSON * 15)
    assert matte_size(tmp_path / "mask.mat") == ((30, 40), 1)


def test_a_coloured_palette_is_read_by_index_if_it_begins_with_black(tmp_path: Path) -> None:
    assert list(readings(tmp_path, with_palette(PERSON, [0, 0, 0, 9, 200, 0]))) == [INDEX, COLOUR]
    assert list(readings(tmp_path, with_palette(PERSON, [255, 0, 0, 0, 0, 0]))) == [COLOUR]
    found = readings(tmp_path, with_palette(PERSON * 15, voc_palette()))
    assert list(found) == [VOC], "its label 7 is gray"
    np.testing.assert_array_equal(found[VOC], PERSON * 15)
    assert list(readings(tmp_path, with_palette(PERSON, voc_palette()[:2]))) == [VOC, INDEX, COLOUR]


def test_the_palette_of_voc() -> None:
    expected = {0: (0, 0, 0), 1: (128, 0, 0), 8: (64, 0, 0), 15: (192, 128, 128), 255: (224, 224, 192)}
    assert {index: tuple(voc_palette()[index]) for index in expected} == expected


def test_colours_are_numbers_and_the_tint_of_a_jpeg_is_none(tmp_path: Path) -> None:
    red = np.stack([MATTE, 0 * MATTE, 0 * MATTE], axis=2)
    assert np.unique(readings(tmp_path, Image.fromarray(red))[COLOUR]).tolist() == [0, 0xFF0000]
    tinted = np.stack([MATTE, MATTE, np.where(MATTE == 255, 245, 0).astype(np.uint8)], axis=2)
    assert GRAY in readings(tmp_path, Image.fromarray(tinted))


def test_a_matte_is_not_turned_and_its_orientation_is_known(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    Image.fromarray(MATTE).save(tmp_path / "matte.png", exif=exif)
    np.testing.assert_array_equal(read_matte_file(tmp_path / "matte.png").readings[GRAY], MATTE)
    assert matte_size(tmp_path / "matte.png") == ((30, 40), 6)


def test_a_matlab_file_without_a_mask_is_named(tmp_path: Path) -> None:
    savemat(tmp_path / "other.mat", {"other": MATTE})
    with pytest.raises(UserError, match="no variable 'mask'"):
        read_matte_file(tmp_path / "other.mat")


@pytest.mark.parametrize("name", ["photo.png", "photo.jpg", "mask.mat"])
@pytest.mark.parametrize("content", [b"", b"<html>not a picture</html>", b"\x89PNG\r\n\x1a\n", b"MATLAB 5.0" * 20])
def test_garbage_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    for read in (read_matte_file, matte_size):
        with pytest.raises(UserError, match=f"{name}: cannot be read as a picture"):
            read(tmp_path / name)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, bytes]]:
    """Real files of each kind of matte: suffix and content."""
    folder = tmp_path_factory.mktemp("files")
    pictures = {
        **GRAYS,
        "VOC": with_palette(PERSON * 15, voc_palette()),
        "colours": Image.fromarray(COLOURS),
        "cut-out": Image.merge("RGBA", [*Image.fromarray(COLOURS).split(), Image.fromarray(MATTE)]),
        "deep": Image.fromarray(MATTE.astype(np.uint16)),
    }
    for kind, picture in pictures.items():
        picture.save(folder / f"{kind}.png")
        picture.save(folder / f"{kind}.tif")
    Image.fromarray(MATTE).save(folder / "gray.jpg")
    savemat(folder / "mask.mat", {"mask": MATTE})
    savemat(folder / "small.mat", {"mask": MATTE}, do_compression=True)
    return [(path.suffix, path.read_bytes()) for path in sorted(folder.iterdir())]


@settings(max_examples=EXAMPLES)
@given(which=st.integers(0, 99), changed=changes)
@pytest.mark.filterwarnings("ignore")
def test_a_mutated_file_gives_a_matte_or_our_own_error(
    files: list[tuple[str, bytes]], which: int, changed: Changes
) -> None:
    suffix, content = files[which % len(files)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"matte{suffix}"
        path.write_bytes(mutated(content, changed))
        with suppress(UserError):
            file = read_matte_file(path)
            assert file.readings
            assert len({values.shape for values in file.readings.values()}) == 1
