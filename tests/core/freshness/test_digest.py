import hashlib
import os
import time
from pathlib import Path

import pytest

from tasks.core.file_times import COARSEST
from tasks.core.freshness import digest
from tasks.core.freshness.digest import file_sha256


def set_age(path: Path, seconds: float) -> None:
    """Set the time of a file's content to so many seconds ago."""
    now = time.time()
    os.utime(path, (now, now - seconds))


def test_a_file_changed_within_its_disks_resolution_is_digested_again(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for content in (b"one", b"two"):
        path.write_bytes(content)
        os.utime(path, (0, int(time.time()) // 2 * 2))  # as FAT keeps it
        assert file_sha256(path) == hashlib.sha256(content).hexdigest()


def test_an_old_file_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"one")
    set_age(tmp_path / "file", COARSEST + 60)
    known = file_sha256(tmp_path / "file")
    monkeypatch.setattr(digest, "open_regular", lambda path: pytest.fail("read again"))
    assert file_sha256(tmp_path / "file") == known
