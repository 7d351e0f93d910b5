import os
from pathlib import Path

import pytest

from tasks.core.regular_file import open_regular
from tests.world import ON_POSIX


@ON_POSIX
def test_a_file_and_a_link_to_it_are_opened(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    for name in ("file", "link"):
        with open_regular(tmp_path / name) as file:
            assert file.read() == b"content"


@ON_POSIX
def test_what_is_no_file_is_refused_by_its_name(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with (
        pytest.raises(OSError, match=r"not a file but a pipe, a socket or a device.*pipe"),
        open_regular(tmp_path / "pipe"),
    ):
        pass
    with pytest.raises(IsADirectoryError), open_regular(tmp_path):
        pass
    with pytest.raises(FileNotFoundError), open_regular(tmp_path / "nowhere"):
        pass


@ON_POSIX
def test_a_file_that_becomes_a_pipe_before_it_is_opened_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"content")
    state = (tmp_path / "file").stat()
    (tmp_path / "file").unlink()
    os.mkfifo(tmp_path / "file")
    monkeypatch.setattr(Path, "stat", lambda path: state)
    with pytest.raises(OSError, match="not a file but a pipe"), open_regular(tmp_path / "file"):
        pass
