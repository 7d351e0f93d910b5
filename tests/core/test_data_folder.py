"""Data folders that cannot be: one sentence says so."""

import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from tasks.core import data_folder
from tasks.core.data_folder import data_root
from tasks.core.errors import UserError
from tests.world import LUIGI, ON_POSIX, ROOT, environment, without_privileges


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("the user's", encoding="utf-8")
    (tmp_path / "loop").symlink_to("loop")
    return tmp_path


@pytest.mark.parametrize("where", ["root", "cache"])
@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("file", "Not a directory"),
        ("file/data", "Not a directory"),
        ("loop", "Too many levels of symbolic links"),
        ("loop/data", "Too many levels of symbolic links"),
        ("x" * 300, "File name too long"),
        ("x/" * 3000, "File name too long"),
        ("/dev/null", "Not a directory"),
    ],
)
@ON_POSIX
def test_a_folder_that_cannot_be_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, where: str, given: str, problem: str
) -> None:
    settings = {"root": given} if where == "root" else {"root": "s3://bucket/run", "cache": given}
    monkeypatch.setattr(data_folder, "data", lambda: SimpleNamespace(**settings))
    with pytest.raises(UserError, match=f"^--data-root: {problem} .*: choose another folder$") as caught:
        data_root()
    assert len(str(caught.value)) < 500


def test_a_folder_may_be_missing_or_a_link(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "large disk").mkdir()
    (folder / "link").symlink_to("large disk")
    for given in ("data", "link", "link/data"):
        monkeypatch.setattr(data_folder, "data", lambda given=given: SimpleNamespace(root=given))
        assert data_root() == folder / given


@pytest.mark.runs
@pytest.mark.parametrize(
    ("task", "code"), [(["Status"], 30), (["TrainModel", "--experiment", "gray-simple-3"], 35)]
)
def test_a_data_folder_that_may_not_be_looked_into_is_said(tmp_path: Path, task: list[str], code: int) -> None:
    (tmp_path / "data").mkdir(mode=0)
    command = [*without_privileges(), *LUIGI, *task]
    run = subprocess.run(
        command, cwd=tmp_path, env=environment(ROOT), capture_output=True, encoding="utf-8", check=False
    )
    assert run.returncode == code, run.stderr
    assert "Permission denied" in run.stderr
    assert "Traceback" not in run.stderr
