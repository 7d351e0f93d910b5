from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tasks.images.decoders import Size, decode
from tests.world import smooth_picture

COLOURS = Image.fromarray(smooth_picture(83, 61, 3))
sides = st.integers(1, 90)


def plain(path: Path, at_least: Size | None = None) -> Image.Image:
    with Image.open(path) as picture:
        if at_least:
            picture.draft("RGB", at_least)
        picture.load()
        return picture.copy()


@pytest.fixture
def without_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("Pillow decoded the file")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", refuse)


def check(path: Path, at_least: Size | None = None) -> None:
    with Image.open(path) as picture:
        found, wanted = decode(picture, at_least), plain(path, at_least)
        assert (found.mode, found.size) == (wanted.mode, wanted.size)
        np.testing.assert_array_equal(np.asarray(found), np.asarray(wanted))


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize(
    "kind", [{}, {"progressive": True}, {"subsampling": 0}, {"quality": 30, "subsampling": 1}]
)
@pytest.mark.parametrize("at_least", [None, (61, 83), (31, 42), (30, 41), (8, 11), (8, 10), (7, 10), (1, 1)])
def test_a_jpeg_is_as_pillow_decodes_it(
    tmp_path: Path, mode: str, kind: dict[str, Any], at_least: Size | None
) -> None:
    COLOURS.convert(mode).save(tmp_path / "photo.jpg", **kind)
    check(tmp_path / "photo.jpg", at_least)


@settings(max_examples=60, deadline=None)
@given(width=sides, height=sides, wanted=st.tuples(sides, sides))
def test_a_jpeg_of_any_size_is_reduced_as_pillow_does(
    tmp_path_factory: pytest.TempPathFactory, width: int, height: int, wanted: Size
) -> None:
    path = tmp_path_factory.getbasetemp() / "sized.jpg"
    COLOURS.resize((width, height)).save(path)
    check(path, wanted)


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "LA", "P", "1", "I;16"])
def test_a_png_is_as_pillow_decodes_it(tmp_path: Path, mode: str) -> None:
    picture = Image.new("I;16", (61, 83), 40_000) if mode == "I;16" else COLOURS.convert(mode)
    picture.save(tmp_path / "picture.png")
    check(tmp_path / "picture.png")


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_a_png_of_few_bits(tmp_path: Path, bits: int) -> None:
    COLOURS.quantize(1 << bits).save(tmp_path / "picture.png", bits=bits)
    check(tmp_path / "picture.png")


@pytest.mark.parametrize(("mode", "transparent"), [("RGB", (1, 2, 3)), ("L", 7), ("P", 0)])
def test_a_png_with_a_transparent_colour(tmp_path: Path, mode: str, transparent: Any) -> None:
    COLOURS.convert(mode).save(tmp_path / "picture.png", transparency=transparent)
    with Image.open(tmp_path / "picture.png") as picture:
        assert decode(picture).info["transparency"] == transparent
    check(tmp_path / "picture.png")


def test_an_animation_shows_its_first_picture(tmp_path: Path) -> None:
    COLOURS.save(tmp_path / "moving.png", save_all=True, append_images=[Image.new("RGB", COLOURS.size)])
    check(tmp_path / "moving.png")


@pytest.mark.usefixtures("without_pillow")
@pytest.mark.parametrize("name", ["photo.jpg", "photo.png"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_the_usual_files_are_decoded_fast(tmp_path: Path, name: str, mode: str) -> None:
    COLOURS.convert(mode).save(tmp_path / name)
    with Image.open(tmp_path / name) as picture:
        assert decode(picture, (20, 20)).mode == mode


@pytest.mark.parametrize("name", ["photo.jpg", "photo.png"])
def test_a_file_that_ends_too_soon_is_refused_by_pillow(tmp_path: Path, name: str) -> None:
    Image.fromarray(smooth_picture(400, 300, 1)).save(tmp_path / name)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) * 3 // 4])
    with Image.open(tmp_path / name) as picture, pytest.raises(OSError, match="truncated"):
        decode(picture)
