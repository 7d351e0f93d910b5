from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tasks.images.formats import picture_suffixes
from tasks.images.pictures import photo_file
from tests.world import smooth_picture


@pytest.mark.parametrize("suffix", [".heic", ".heif", ".hif", ".avif", ".jxl", ".mpo", ".jfif", ".jp2", ".gif"])
def test_what_phones_and_cameras_write_is_read(tmp_path: Path, suffix: str) -> None:
    assert suffix in picture_suffixes()
    picture = smooth_picture(80, 60, 1)
    kind = {".mpo": "JPEG", ".jfif": "JPEG"}.get(suffix)
    Image.fromarray(picture).save(tmp_path / f"photo{suffix}", kind)
    with photo_file(tmp_path / f"photo{suffix}") as photo:
        assert photo.size == (60, 80)
        assert np.abs(np.asarray(photo.decode(), int) - picture).mean() < 6


def test_a_wrong_suffix_does_no_harm(tmp_path: Path) -> None:
    for suffix in (".heic", ".avif", ".jxl"):
        Image.fromarray(smooth_picture(80, 60, 1)).save(tmp_path / f"photo{suffix}")
        (tmp_path / f"photo{suffix}").rename(tmp_path / "photo.jpg")
        with photo_file(tmp_path / "photo.jpg") as photo:
            assert photo.decode().size == (60, 80)


@pytest.mark.parametrize("suffix", [".pdf", ".eps", ".mpg", ".h5", ".wmf", ".palm", ".txt"])
def test_what_pillow_only_writes_or_recognizes_is_no_photo(suffix: str) -> None:
    assert suffix not in picture_suffixes()
