import errno

import pytest

from tasks.core.freshness.failure import explain

LONG = "C:\\data\\" + "a" * 260


def test_a_path_that_is_too_long_for_windows_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.core.freshness.failure.ON_WINDOWS", True)
    error = FileNotFoundError(errno.ENOENT, "The system cannot find the path specified", LONG)
    text = explain(error, "Originals")
    assert text.startswith(f"Originals: the path has {len(LONG)} characters, which is too long ({LONG}). Choose")
    assert "LongPathsEnabled" in text
    renamed = FileNotFoundError(errno.ENOENT, "The system cannot find the path specified", "C:\\a", None, LONG)
    assert "which is too long" in explain(renamed, "Originals")


@pytest.mark.parametrize(("windows", "path"), [(True, "C:\\data\\a"), (False, "/data/" + "a" * 260)])
def test_a_file_that_is_gone_is_said_to_be(monkeypatch: pytest.MonkeyPatch, windows: bool, path: str) -> None:
    monkeypatch.setattr("tasks.core.freshness.failure.ON_WINDOWS", windows)
    error = FileNotFoundError(errno.ENOENT, "No such file or directory", path)
    assert "It was removed while it was needed" in explain(error, "Originals")
