import zlib
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from skimage.io import imsave

from tasks.core.errors import UserError
from tasks.images.decoders import Size
from tasks.images.pictures import ORIENTATION, photo_file, upright_size
from tests.fuzz import EXAMPLES, Changes, changes, mutated
from tests.orientations import FORMATS, LARGEST_LOSS, UPRIGHT, save_turned
from tests.world import smooth_picture

COLOURS = smooth_picture(40, 30, 5)
GRAY = COLOURS[..., 0]


def open_photo(path: Path, at_least: Size | None = None) -> Image.Image:
    with photo_file(path) as photo:
        return photo.decode(at_least)


def save(path: Path, picture: Image.Image | NDArray[np.generic]) -> Path:
    (picture if isinstance(picture, Image.Image) else Image.fromarray(picture)).save(path)
    return path


@pytest.mark.parametrize(
    ("mode", "suffix"),
    [*((mode, ".png") for mode in ("RGB", "RGBA", "L", "LA", "P", "1")), ("CMYK", ".tif"), ("P", ".bmp")],
)
def test_a_photo_of_any_mode_becomes_rgb(tmp_path: Path, mode: str, suffix: str) -> None:
    original = Image.fromarray(COLOURS).convert(mode)
    photo = open_photo(save(tmp_path / f"photo{suffix}", original))
    assert photo.mode == "RGB"
    if mode == "P":
        expected = np.asarray(original.getpalette("RGB"), np.uint8).reshape(-1, 3)[np.asarray(original)]
    elif mode == "CMYK":
        cyan_magenta_yellow, black = np.split(np.asarray(original).astype(float), [3], axis=2)
        expected = (255 - cyan_magenta_yellow) * (255 - black) / 255
    elif mode in ("RGB", "RGBA"):
        expected = COLOURS
    else:
        values = np.asarray(original) * (255 if mode == "1" else 1)
        expected = np.repeat((values[..., 0] if mode == "LA" else values)[..., None], 3, axis=2)
    np.testing.assert_allclose(np.asarray(photo).astype(float), expected, atol=1)


def test_a_photo_of_16_bits_is_scaled_and_not_clipped(tmp_path: Path) -> None:
    deep = GRAY.astype(np.uint16) * 257
    photo = open_photo(save(tmp_path / "photo.png", deep))
    np.testing.assert_array_equal(np.asarray(photo), np.repeat(GRAY[..., None], 3, axis=2))
    imsave(tmp_path / "colour.tif", COLOURS.astype(np.float32)[..., 0] / 255, check_contrast=False)
    np.testing.assert_array_equal(np.asarray(open_photo(tmp_path / "colour.tif"))[..., 1], GRAY)


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("orientation", UPRIGHT)
def test_a_photo_is_turned_upright(tmp_path: Path, orientation: int, suffix: str) -> None:
    path = tmp_path / f"photo{suffix}"
    save_turned(path, COLOURS, orientation)
    expected = UPRIGHT[orientation](COLOURS)
    with Image.open(path) as picture:
        assert upright_size(picture) == (expected.shape[1], expected.shape[0])
    with photo_file(path) as photo:
        assert photo.size == (expected.shape[1], expected.shape[0])
        difference = np.abs(np.asarray(photo.decode(), int) - expected)
    assert difference.max() <= (0 if suffix in (".png", ".tif", ".webp") else LARGEST_LOSS)


def test_jpeg_xl_turns_its_own_pixels(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # which the format's standard says to ignore: the codestream has its own
    Image.fromarray(COLOURS).save(tmp_path / "photo.jxl", lossless=True, exif=exif.tobytes())
    np.testing.assert_array_equal(np.asarray(open_photo(tmp_path / "photo.jxl")), COLOURS)


def test_a_preview_is_not_taken_for_the_photo(tmp_path: Path) -> None:
    Image.fromarray(smooth_picture(300, 200, 1)).save(tmp_path / "photo.heic", thumbnails=[64])
    with Image.open(tmp_path / "photo.heic") as picture:
        assert picture.draft("RGB", (10, 10))  # there is one
    assert open_photo(tmp_path / "photo.heic", (10, 10)).size == (200, 300)


def test_a_jpeg_of_several_pictures_is_reduced_too(tmp_path: Path) -> None:
    first, second = (Image.fromarray(smooth_picture(800, 600, seed)) for seed in (1, 2))
    first.save(tmp_path / "photo.jpg", "MPO", save_all=True, append_images=[second])
    with photo_file(tmp_path / "photo.jpg") as photo:
        assert photo.picture.format == "MPO"
        reduced = photo.decode((75, 100))
    assert reduced.size == (75, 100)
    assert np.abs(np.asarray(reduced, int) - first.reduce(8)).mean() < 3


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_reduced_jpeg_is_no_smaller_than_asked(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    Image.fromarray(smooth_picture(800, 600, 1)).save(tmp_path / "photo.jpg", exif=exif)
    width, height = open_photo(tmp_path / "photo.jpg").size
    reduced = open_photo(tmp_path / "photo.jpg", (width // 8, height // 8))
    assert reduced.size == (width // 8, height // 8)
    assert open_photo(tmp_path / "photo.jpg", (width // 8 + 1, 1)).size == (width // 4, height // 4)


def test_a_photos_size_and_profile_are_known_before_it_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    Image.fromarray(COLOURS).save(tmp_path / "photo.jpg", exif=exif, icc_profile=b"a profile")
    with monkeypatch.context() as patch, photo_file(tmp_path / "photo.jpg") as photo:
        patch.setattr("PIL.ImageFile.ImageFile.load", lambda picture: pytest.fail("Pillow decoded the file"))
        assert (photo.size, photo.icc_profile) == ((40, 30), b"a profile")
    save(tmp_path / "photo.png", COLOURS)
    with photo_file(tmp_path / "photo.png") as photo:
        assert photo.icc_profile is None


def test_a_photo_can_be_decoded_in_the_mode_in_which_it_is_stored(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    Image.fromarray(COLOURS).convert("CMYK").save(tmp_path / "photo.jpg", exif=exif)
    with photo_file(tmp_path / "photo.jpg") as photo:
        decoded, upright = photo.decode(), photo.upright()
    assert (decoded.mode, upright.mode) == ("RGB", "CMYK")
    assert photo.size == decoded.size == upright.size
    with Image.open(tmp_path / "photo.jpg") as stored:
        np.testing.assert_array_equal(np.asarray(upright), np.rot90(np.asarray(stored), -1))


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    tiny = save(tmp_path / "bomb.png", Image.new("1", (8, 8))).read_bytes()
    header = b"IHDR" + (50_000).to_bytes(4, "big") * 2 + tiny[24:29]
    bomb = tiny[:12] + header + zlib.crc32(header).to_bytes(4, "big") + tiny[33:]
    (tmp_path / "bomb.png").write_bytes(bomb)
    with pytest.raises(UserError, match=r"bomb\.png: more than 256 megapixels"):
        open_photo(tmp_path / "bomb.png")


@pytest.mark.parametrize("size", [(0, 8), (8, 0), (0, 0)])
def test_a_picture_without_pixels_is_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    path = save(tmp_path / "photo.png", Image.new("L", (8, 8)))
    content = path.read_bytes()
    header = b"IHDR" + size[0].to_bytes(4, "big") + size[1].to_bytes(4, "big") + content[24:29]
    path.write_bytes(content[:12] + header + zlib.crc32(header).to_bytes(4, "big") + content[33:])
    with pytest.raises(UserError, match=r"photo\.png: cannot be read as a picture"):
        open_photo(path)


@pytest.mark.parametrize("kind", ["folder", "dangling", "loop"])
def test_a_path_that_is_no_file_is_named(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "photo.png"
    if kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(path if kind == "loop" else tmp_path / "nowhere")
    with pytest.raises(UserError, match=r"photo\.png: cannot be read as a picture"):
        open_photo(path)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, bytes]]:
    """Real files of each format and of several modes: suffix and content."""
    folder = tmp_path_factory.mktemp("files")
    made = []
    for suffix in (".png", ".jpg", ".tif", ".bmp", ".webp", ".gif", ".heic", ".avif", ".jxl"):
        for mode in ("RGB", "L", "P", "I;16") if suffix in (".png", ".tif") else ("RGB",):
            picture = Image.fromarray(COLOURS).convert(mode if mode != "I;16" else "L")
            path = save(folder / f"{mode[0]}{suffix}", picture if mode != "I;16" else GRAY.astype(np.uint16) * 257)
            made.append((suffix, path.read_bytes()))
    return made


@settings(max_examples=EXAMPLES)
@given(which=st.integers(0, 99), changed=changes)
@pytest.mark.filterwarnings("ignore")
def test_a_mutated_file_gives_a_picture_or_our_own_error(
    files: list[tuple[str, bytes]], which: int, changed: Changes
) -> None:
    suffix, content = files[which % len(files)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"picture{suffix}"
        path.write_bytes(mutated(content, changed))
        with suppress(UserError):
            assert open_photo(path).mode == "RGB"
