"""The data folder on disks of other systems: names without case or with rules, coarse times, no links."""

import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

import pytest

from tasks.core.errors import UserError
from tasks.originals.tree import file_state
from tasks.originals.unpack.archive import Limits, unpack_pictures
from tests.world import EPOCHS, SMALL, Luigi, built, write_portraits

SIZE = 64 << 20
"""Bytes of a disk."""
SET = ("--report-experiments", "gray-simple-3", *EPOCHS, *SMALL)
DISKS: dict[str, list[list[str]]] = {
    "exfat": [["mkfs.exfat", "{image}"], ["mount.exfat-fuse", "{device}", "{folder}"]],
    "ntfs": [["mkfs.ntfs", "-q", "-F", "{image}"], ["ntfs-3g", "-o", "windows_names", "{device}", "{folder}"]],
}
"""How a disk of each kind is made and mounted, on Linux by FUSE."""


@pytest.fixture(params=list(DISKS))
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """An empty disk. On exFAT names have no case, times are even seconds, and there are no links."""
    make, mount = DISKS[request.param]
    needed = [make[0], mount[0], "losetup"]
    if missing := [program for program in needed if not shutil.which(program)]:
        pytest.skip(f"not installed: {', '.join(missing)} (Debian: exfatprogs, exfat-fuse, ntfs-3g)")
    if os.geteuid() != 0 or not Path("/dev/fuse").exists():
        pytest.skip("only the administrator of a Linux with FUSE may mount a disk")
    image, folder = tmp_path / "image", tmp_path / "disk"
    image.touch()
    os.truncate(image, SIZE)
    folder.mkdir()
    try:
        device = _run(["losetup", "--find", "--show", "{image}"], image=image)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no loop device: {error.stderr}")
    try:
        _run(make, image=image)
        _run(mount, device=device, folder=folder)
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=False)
        _run(["losetup", "--detach", device])


def _run(command: list[str], **values: object) -> str:
    filled = [part.format(**values) for part in command]
    return subprocess.run(filled, check=True, capture_output=True, encoding="utf-8").stdout.strip()


@pytest.mark.slow
def test_a_data_folder_on_such_a_disk_is_made_and_up_to_date(disk: Path, luigi: Luigi, tmp_path: Path) -> None:
    portraits = write_portraits(disk / "Portraits")
    where = ("--originals-source", str(portraits), "--data-root", str(disk / "Data"), *SET)
    first = luigi("EvaluateAll", *where)
    assert first.returncode == 0, first.stderr
    again = luigi("EvaluateAll", *where)
    assert (again.returncode, built(again)) == (0, set()), again.stderr
    (portraits / "testing" / "00001.png").write_bytes((portraits / "testing" / "00002.png").read_bytes())
    status = luigi("Status", *where)
    assert "1 replaced or touched" in status.stdout, status.stdout

    # Moved to another disk, and to this one.
    shutil.copytree(disk / "Data", tmp_path / "data")
    moved = luigi("SmallImages", *where, "--data-root", str(tmp_path / "data"))
    assert built(moved) <= {"Originals", "SmallImages"}, moved.stderr
    clean = luigi("Clean", "--all", *where)
    assert clean.returncode == 0, clean.stderr
    assert not list((disk / "Data").rglob("*.json"))


@pytest.mark.slow
def test_photos_of_any_name_get_results_there(disk: Path, luigi: Luigi, tmp_path: Path) -> None:
    photos = write_portraits(tmp_path / "portraits") / "testing"
    (photos / "00001.png").rename(photos / "me.png")
    (photos / "00002.png").rename(photos / "ME.png")
    (photos / "00003.png").rename(photos / normalize("NFD", "é.png"))
    (photos / "00001_matte.png").rename(photos / "con.png")
    (photos / "00002_matte.png").rename(photos / "a:b?.png")
    where = ("--photos", str(photos), "--mask-only", "--data-root", str(disk / "data"))
    for _ in range(2):
        run = luigi("ApplyToPhotos", *where, "--output", str(disk / "out"))
        assert run.returncode == 0, run.stderr
        assert "6 of 6 photos" in run.stderr
        assert (
            len(list((disk / "out").glob("*.png")))
            == len(list((disk / "data" / "photos").glob("*/matte.png")))
            == 6
        )
    assert {"é.png", "%63on.png", "a%3Ab%3F.png"} <= {path.name for path in (disk / "out").iterdir()}


@pytest.mark.slow
def test_a_change_within_a_moment_is_noticed_there(disk: Path) -> None:
    photo = disk / "a.png"
    photo.write_bytes(b"before")
    before = file_state(photo)
    photo.write_bytes(b"behind")
    assert file_state(photo) != before


@pytest.mark.slow
def test_an_archive_of_names_that_differ_in_case_alone_is_not_half_unpacked(disk: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("a.png", "A.png", "aux/c:d.png"):
            archive.writestr(name, name)
    (disk / "case").touch()
    if not (disk / "CASE").exists():
        assert unpack_pictures(tmp_path / "a.zip", disk / "out", Limits()) == (3, [])
        return
    with pytest.raises(
        UserError, match=r"'A\.png' is in the archive twice, perhaps in other upper and lower case"
    ):
        unpack_pictures(tmp_path / "a.zip", disk / "out", Limits())
