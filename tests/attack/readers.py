"""The functions that read files of others, as they are attacked: each returns the size of its result, bytes."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path


def read_photo(path: Path, folder: Path) -> int:
    """Read a photo as `ApplyToPhotos` does."""
    from tasks.photos.photo import open_photo

    photo = open_photo(path, max_megapixels=128)
    return photo.width * photo.height * len(photo.getbands())


def read_as_matte(path: Path, folder: Path) -> int:
    """Read a picture or MATLAB file as a matte."""
    from tasks.images.mattes import read_matte_file

    return sum(values.nbytes for values in read_matte_file(path).readings.values())


def read_matte_size(path: Path, folder: Path) -> int:
    """Read the size of a matte."""
    from tasks.images.mattes import matte_size

    matte_size(path)
    return 0


def read_small(path: Path, folder: Path) -> int:
    """Read a photo as it is resized."""
    from tasks.images.pictures import photo_file

    with photo_file(path) as file:
        photo = file.decode((32, 32))
    return photo.width * photo.height * 3


def read_arrays(path: Path, folder: Path) -> int:
    """Read photos and mattes of an npz."""
    from tasks.originals.npz import npz_pairs, read_npz

    parts = read_npz(path)
    npz_pairs(path, parts)
    return sum(part.photos.nbytes + (part.mattes.nbytes if part.mattes is not None else 0) for part in parts)


def read_names(path: Path, folder: Path) -> int:
    """Look into an npz for mattes."""
    from tasks.originals.npz import npz_holds_mattes

    npz_holds_mattes(path)
    return 0


def unpack(path: Path, folder: Path) -> int:
    """Unpack an archive; nothing may appear beside its folder."""
    from tasks.originals.unpack.archive import Limits, unpack_pictures, write_contents

    target = folder / "unpack" / "to"
    target.mkdir(parents=True)
    try:
        unpack_pictures(path, target, Limits(pictures=100, gigabytes=0.05))
        write_contents(folder / "unpack" / "contents.csv", target)
        size = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
        assert size < 60e6, f"{size / 1e6:.0f} MB unpacked, of 50 allowed"
    finally:
        beside = {file.name for file in (folder / "unpack").iterdir()} - {"to", "contents.csv"}
        links = [file for file in target.rglob("*") if not file.is_file() and not file.is_dir()]
        shutil.rmtree(folder / "unpack")
    assert not beside, f"written outside: {beside}"
    assert not links, f"not files: {links}"
    return 0


def read_model(path: Path, folder: Path) -> int:
    """Load a network as the shipped one is loaded."""
    from tasks.shipped.network import SavedNetwork

    return sum(array.nbytes for arrays in SavedNetwork(path).weights.values() for array in arrays)


def parse(path: Path, folder: Path) -> int:
    """Parse a record."""
    from tasks.core.freshness.record import NAME, read_record

    record = read_record(path.rename(path.with_name(NAME)).parent)
    if record:  # what uses of it rely on
        json.dumps([record.settings, record.made])
        record.remembered(("x", *record.files))
        assert all(isinstance(of.bytes, int) and isinstance(of.sha256, str) for of in record.files.values())
        assert all(isinstance(digests["bytes"], str) for digests in record.code.values())
        assert isinstance(float(record.made.get("seconds", 0)), float)
    return 0


def read_settings(path: Path, folder: Path) -> int:
    """Look for mistakes in a file of settings; where there are none, Luigi's own reader reads it."""
    from luigi.configuration.cfg_parser import LuigiConfigParser

    from tasks.core.settings_file import mistakes_in

    if mistakes_in(path):
        return 0
    parser = LuigiConfigParser()
    parser.read(str(path), encoding="utf-8")
    for section in parser.sections():
        for option in parser.options(section):
            parser.get(section, option)
    return 0


PICTURES = (read_photo, read_as_matte, read_small, read_matte_size)
READERS: dict[str, tuple[Callable[[Path, Path], int], ...]] = {
    **dict.fromkeys((".jpg", ".png", ".webp", ".gif", ".tif", ".bmp", ".heic", ".avif", ".jxl"), PICTURES),
    ".npz": (read_arrays, read_names),
    ".mat": (read_as_matte, read_matte_size),
    ".zip": (unpack,),
    ".tar": (unpack,),
    ".keras": (read_model,),
    ".json": (parse,),
    ".cfg": (read_settings,),
}
