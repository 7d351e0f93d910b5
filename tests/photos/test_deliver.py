from pathlib import Path

import pytest

from tasks.core.errors import UserError
from tasks.photos.deliver import check_output, deliver


def test_a_copy_is_written_once(tmp_path: Path) -> None:
    (tmp_path / "cutout.png").write_text("a cut-out")
    copy = tmp_path / "out" / "deep" / "me.png"
    deliver(tmp_path / "cutout.png", copy)
    written = copy.stat().st_mtime_ns
    deliver(tmp_path / "cutout.png", copy)
    assert copy.stat().st_mtime_ns == written
    (tmp_path / "cutout.png").write_text("another cut")
    deliver(tmp_path / "cutout.png", copy)
    assert copy.read_text() == "another cut"
    assert [path.name for path in copy.parent.iterdir()] == ["me.png"]


def test_a_copy_that_fails_leaves_the_one_before(tmp_path: Path) -> None:
    (tmp_path / "me.png").write_text("before")
    with pytest.raises(OSError, match="cutout"):
        deliver(tmp_path / "cutout.png", tmp_path / "me.png")
    assert [path.name for path in tmp_path.iterdir()] == ["me.png"]


@pytest.mark.parametrize("output", ["photos", "photos/out", "photos/../photos", "file"])
def test_photos_are_never_in_danger(tmp_path: Path, output: str) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="--output"):
        check_output(tmp_path / output, tmp_path / "photos")


def test_beside_the_photos_is_fine(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "me.png").write_text("")
    check_output(tmp_path / "out", tmp_path / "photos")
    check_output(tmp_path / "out", tmp_path / "me.png")
    with pytest.raises(UserError, match="among the photos"):
        check_output(tmp_path, tmp_path / "me.png")
