import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tasks.core.errors import UserError
from tasks.images.formats import FORMATS, picture_suffixes
from tasks.images.mattes import read_matte_file
from tasks.images.pictures import photo_file
from tests.world import smooth_picture


@pytest.mark.parametrize(
    "suffix", [".heic", ".heif", ".hif", ".avif", ".jxl", ".mpo", ".jfif", ".jp2", ".gif", ".ppm"]
)
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
        (tmp_path / f"photo{suffix}").replace(tmp_path / "photo.jpg")
        with photo_file(tmp_path / "photo.jpg") as photo:
            assert photo.decode().size == (60, 80)


@pytest.mark.parametrize("suffix", [".pdf", ".eps", ".psd", ".tga", ".mpg", ".h5", ".wmf", ".palm", ".txt"])
def test_what_pillow_only_writes_or_recognizes_is_no_photo(suffix: str) -> None:
    assert suffix not in picture_suffixes()


@pytest.mark.parametrize("kind", ["EPS", "ICNS", "PCX", "SGI", "TGA", "IM", "DDS", "BLP"])
@pytest.mark.parametrize("read", [photo_file, read_matte_file])
def test_other_formats_are_unknown_and_their_decoders_are_not_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, read: object
) -> None:
    Image.fromarray(smooth_picture(80, 60, 1)).convert("P" if kind == "BLP" else "RGB").save(
        tmp_path / "a.png", kind
    )
    Image.init()
    for name in Image.OPEN.keys() - set(FORMATS):
        monkeypatch.setitem(Image.OPEN, name, (lambda *_: pytest.fail("opened"), None))
    with pytest.raises(UserError, match=r"a\.png: cannot be read as a picture \(unknown picture format\)"):
        _all_of(read, tmp_path / "a.png")


def _all_of(read: object, path: Path) -> None:
    if read is photo_file:
        with photo_file(path) as photo:
            photo.decode()
    else:
        read_matte_file(path)


PIPE = """
import os, sys
from pathlib import Path
from tasks.core.errors import UserError
from tasks.core.freshness.digest import file_sha256
from tasks.images.mattes import matte_size, read_matte_file
from tasks.originals.contents import picture_look
from tasks.originals.npz import npz_holds_mattes, read_npz
from tasks.originals.unpack.archive import Limits, unpack_pictures
from tasks.photos.photo import open_photo
from tasks.training.composites.layers import _background, _layer
from tasks.shipped.network import SavedNetwork

path = Path(sys.argv[1])
unpack = lambda path: unpack_pictures(path, path.parent / "files", Limits())
looked = picture_look(path)
assert looked is None or path.suffix == ".mat", looked
for read in (open_photo, matte_size, read_matte_file, read_npz, npz_holds_mattes, unpack, SavedNetwork):
    try:
        read(path)
    except UserError as error:
        assert "not a file but a pipe, a socket or a device" in str(error), (read, error)
    else:
        raise AssertionError(read)
for read in (file_sha256, lambda path: _layer(path, (9, 9)), lambda path: _background(path, (9, 9))):
    try:
        read(path)
    except OSError:
        pass
    else:
        raise AssertionError(read)
"""


@pytest.mark.runs
@pytest.mark.parametrize("kind", ["pipe.png", "pipe.mat", "link to a pipe", "link to a device", "socket"])
def test_a_pipe_is_not_waited_for(tmp_path: Path, kind: str) -> None:
    path = tmp_path / (kind if "pipe." in kind else "a.png")
    if kind == "link to a device":
        path.symlink_to("/dev/zero")
    elif kind == "socket":
        import socket

        socket.socket(socket.AF_UNIX).bind(os.path.relpath(path))
    elif kind == "link to a pipe":
        os.mkfifo(tmp_path / "pipe")
        path.symlink_to(tmp_path / "pipe")
    else:
        os.mkfifo(path)
    subprocess.run([sys.executable, "-c", PIPE, path], check=True, timeout=120)
