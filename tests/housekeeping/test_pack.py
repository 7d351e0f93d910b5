import os
import tarfile
from pathlib import Path

import pytest

from tasks.core.errors import UserError
from tasks.housekeeping.pack import pack_data, unpack_data
from tests.world import WORLD, World, built, luigi_in


@pytest.mark.slow
def test_what_was_packed_is_not_rebuilt(finished: World, tmp_path: Path) -> None:
    pack_data(finished.data, tmp_path / "drive" / "data.tar")
    assert [path.name for path in (tmp_path / "drive").iterdir()] == ["data.tar"]
    (tmp_path / "work").mkdir()
    unpack_data(tmp_path / "drive" / "data.tar", tmp_path / "work" / "data")
    run = luigi_in(tmp_path / "work", finished.project)("EvaluateAll", *WORLD)
    assert run.returncode == 0
    assert built(run) == set()


def test_only_what_takes_long_to_make_is_packed(tmp_path: Path) -> None:
    wanted = ["originals/manifest.csv", "models/a/model.keras", "models/.partial-a/work/checkpoint.npz"]
    for name in [
        *wanted,
        "unpacked/files/1.jpg",
        "models/.unfinished-a/x",
        ".locks/a",
    ]:
        (tmp_path / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / name).write_text(name, encoding="utf-8")
    pack_data(tmp_path / "data", tmp_path / "data.tar")
    unpack_data(tmp_path / "data.tar", tmp_path / "new")
    new = tmp_path / "new"
    assert sorted(path.relative_to(new).as_posix() for path in new.rglob("*") if path.is_file()) == sorted(wanted)


def test_nothing_is_unpacked_over_what_is_there(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name, encoding="utf-8")
    pack_data(tmp_path / "old", tmp_path / "data.tar")
    unpack_data(tmp_path / "data.tar", tmp_path / "new")
    assert (tmp_path / "new" / "file").read_text(encoding="utf-8") == "new"
    unpack_data(tmp_path / "none.tar", tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_a_damaged_archive_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "file").write_bytes(bytes(10_000))
    pack_data(tmp_path / "old", tmp_path / "data.tar")
    os.truncate(tmp_path / "data.tar", 5_000)
    with pytest.raises(UserError, match=r"data\.tar: is damaged"):
        unpack_data(tmp_path / "data.tar", tmp_path / "data")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.tar", "old"]


@pytest.mark.parametrize(
    ("name", "kind"), [("../evil", tarfile.REGTYPE), ("/evil", tarfile.REGTYPE), ("link", tarfile.SYMTYPE)]
)
@pytest.mark.parametrize("with_filter", [True, False])
def test_only_files_in_the_folder_are_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: bytes, with_filter: bool
) -> None:
    if not with_filter:  # as in Python 3.11.2
        monkeypatch.delattr(tarfile, "data_filter", raising=False)
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, "../old"
    with tarfile.open(tmp_path / "data.tar", "w") as packed:
        packed.addfile(member)
    with pytest.raises(UserError, match=r"data\.tar: is damaged"):
        unpack_data(tmp_path / "data.tar", tmp_path / "in" / "data")
    assert not [path for path in tmp_path.rglob("*") if "evil" in path.name or path.is_symlink()]
