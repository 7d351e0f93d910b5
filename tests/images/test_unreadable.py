from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from skimage.io import imsave

from tasks.core.errors import UserError
from tasks.images.pictures import photo_file
from tests.world import smooth_picture


def said(path: Path) -> str:
    with pytest.raises(UserError) as raised, photo_file(path) as photo:
        photo.decode()
    return str(raised.value)


def test_a_jpeg_of_12_bits_is_called_that(tmp_path: Path) -> None:
    deep = imagecodecs.jpeg8_encode(smooth_picture(40, 30, 1).astype(np.uint16) * 16, bitspersample=12)
    (tmp_path / "deep.jpg").write_bytes(deep)
    assert "(a JPEG of 12 bits a channel; save it with 8)" in said(tmp_path / "deep.jpg")
    notes = b"\xff\xe1\xff\xff" + bytes(65533)  # more than a photo's usual notes, before the frame's header
    (tmp_path / "deep.jpg").write_bytes(deep[:2] + 3 * notes + deep[2:])
    assert "12 bits" in said(tmp_path / "deep.jpg")


def test_a_tiff_of_colours_in_floats_is_called_that(tmp_path: Path) -> None:
    imsave(tmp_path / "float.tif", smooth_picture(40, 30, 1).astype(np.float32) / 255, check_contrast=False)
    assert "a damaged TIFF, or one of unusual pixels such as colours in floats" in said(tmp_path / "float.tif")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", "a PDF"),
        (b"\xff\xd8\xff\xe0", "a damaged JPEG"),
        (b"\xff\xd8\xff\xe0\0\0\xff\xe0", "a damaged JPEG"),
        (b"\0\0\0\x18ftypmp42", "a film"),
        (b"<html>", "unknown picture format"),
    ],
)
def test_other_files_are_called_what_they_are(tmp_path: Path, content: bytes, kind: str) -> None:
    (tmp_path / "photo.jpg").write_bytes(content)
    assert f"photo.jpg: cannot be read as a picture ({kind}" in said(tmp_path / "photo.jpg")
