"""Moves as Windows allows them: what is open elsewhere stays where it is, for a while."""

from pathlib import Path

import pytest

from tasks.core.freshness import moves
from tasks.core.freshness.failure import explain
from tasks.core.machine import ON_WINDOWS

SHARING_VIOLATION = 32


def refused(path: Path, winerror: int | None = SHARING_VIOLATION) -> PermissionError:
    error = PermissionError(13, "It is being used by another process", str(path))
    if winerror:
        error.winerror = winerror  # type: ignore[attr-defined]
    return error


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr("tasks.core.freshness.moves.time.sleep", waited.append)
    return waited


@pytest.fixture
def refusals(monkeypatch: pytest.MonkeyPatch) -> list[PermissionError]:
    """What the next attempts to rename or remove raise, before they succeed."""
    errors: list[PermissionError] = []
    for name in ("replace", "unlink"):
        done = getattr(Path, name)

        def attempt(path: Path, *arguments: object, done: object = done, **named: object) -> None:
            if errors:
                raise errors.pop(0)
            done(path, *arguments, **named)  # type: ignore[operator]

        monkeypatch.setattr(Path, name, attempt)
    return errors


def test_what_is_open_elsewhere_for_a_moment_is_moved_after_it(
    tmp_path: Path, pauses: list[float], refusals: list[PermissionError]
) -> None:
    (tmp_path / "old").write_text("text", encoding="utf-8")
    refusals += [refused(tmp_path / "old", number) for number in (5, 32, 33)]
    moves.move(tmp_path / "old", tmp_path / "new")
    assert (tmp_path / "new").read_text(encoding="utf-8") == "text"
    assert pauses == list(moves.PAUSES[:3])
    refusals += [refused(tmp_path / "new")]
    moves.remove_file(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_what_stays_open_elsewhere_is_said_after_three_seconds(
    tmp_path: Path, pauses: list[float], refusals: list[PermissionError]
) -> None:
    refusals += [refused(tmp_path / "manifest.csv")] * 50
    with pytest.raises(PermissionError) as raised:
        moves.remove_file(tmp_path / "manifest.csv")
    assert 3 <= sum(pauses) <= 4
    assert explain(raised.value, "Originals") == (
        f"Originals: It is being used by another process ({tmp_path / 'manifest.csv'}). Another program, such as "
        "a spreadsheet, has a file here open: close it. Finished work is kept: run the same command again to "
        "resume."
    )


def test_a_real_lack_of_permission_is_not_waited_for(
    tmp_path: Path, pauses: list[float], refusals: list[PermissionError]
) -> None:
    refusals += [refused(tmp_path / "file", winerror=None)]
    with pytest.raises(PermissionError):
        moves.move(tmp_path / "file", tmp_path / "other")
    assert pauses == []
    assert "You have no permission here" in explain(refused(tmp_path, winerror=None), "Originals")


def test_a_folder_with_an_open_file_may_also_be_one_without_permission(tmp_path: Path) -> None:
    said = explain(refused(tmp_path, winerror=5), "Originals")
    assert "has a file here open: close it. Or you have no permission here" in said


@pytest.mark.parametrize("on_windows", sorted({ON_WINDOWS, True}))
def test_what_was_written_can_be_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_windows: bool
) -> None:
    monkeypatch.setattr(moves, "ON_WINDOWS", on_windows)
    (tmp_path / "file").write_text("text", encoding="utf-8")
    moves.flush_file(tmp_path / "file")
    moves.flush_folder(tmp_path)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "text"
