"""The archive that is shipped as the sample: the headers of all its files, and the pixels of some."""

import io
import tomllib
import zipfile
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image, JpegImagePlugin

from tasks.settings import SAMPLE_ARCHIVE
from tests.world import ROOT

PAIRS = [
    f"{split}/{number:05d}"
    for split, count in (("training", 200), ("testing", 40))
    for number in range(1, count + 1)
]
SIZE = (600, 800)
MEGABYTES = 16


@pytest.fixture(scope="module")
def sample() -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(SAMPLE_ARCHIVE) as archive:
        yield archive


def test_it_is_in_the_package_and_small() -> None:
    packaged = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"][
        "package-data"
    ]
    assert SAMPLE_ARCHIVE.name in packaged["tasks.originals"]
    assert SAMPLE_ARCHIVE.stat().st_size <= MEGABYTES * 1e6


def test_it_has_all_pairs_and_nothing_else(sample: zipfile.ZipFile) -> None:
    names = [name for name in sample.namelist() if not name.endswith("/")]
    assert sorted(names) == sorted(f"{pair}{ending}" for pair in PAIRS for ending in (".jpg", "_matte.png"))
    assert sample.comment == b""


def test_photos_are_colour_jpegs_without_metadata_and_all_different(sample: zipfile.ZipFile) -> None:
    photos = [sample.read(f"{pair}.jpg") for pair in PAIRS]
    assert len(set(photos)) == len(PAIRS)
    for pair, photo in zip(PAIRS, photos, strict=True):
        with Image.open(io.BytesIO(photo)) as picture:
            assert isinstance(picture, JpegImagePlugin.JpegImageFile)
            assert (picture.mode, picture.size) == ("RGB", SIZE), pair
            assert {segment for segment, _ in picture.applist} <= {"APP0"}, pair  # JFIF, which says nothing


def test_mattes_are_gray_pngs_without_metadata(sample: zipfile.ZipFile) -> None:
    for pair in PAIRS:
        matte = sample.read(f"{pair}_matte.png")
        with Image.open(io.BytesIO(matte)) as picture:
            assert (picture.format, picture.mode, picture.size) == ("PNG", "L", SIZE), pair
        assert png_chunks(matte) == {b"IHDR", b"IDAT", b"IEND"}, pair


def test_mattes_are_soft_and_show_a_person_before_a_background(sample: zipfile.ZipFile) -> None:
    shares, soft = [], []
    for pair in PAIRS[::20]:
        matte = np.asarray(Image.open(io.BytesIO(sample.read(f"{pair}_matte.png"))))
        shares.append((matte > 127).mean())
        soft.append(len(np.unique(matte)) > 2)
    assert min(shares) > 0.05
    assert max(shares) < 0.95
    assert np.mean(soft) > 0.8


def png_chunks(png: bytes) -> set[bytes]:
    """The types of the chunks of a PNG file."""
    found, at = set(), 8
    while at < len(png):
        found.add(png[at + 4 : at + 8])
        at += 12 + int.from_bytes(png[at : at + 4])
    return found
