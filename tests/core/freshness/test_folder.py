from pathlib import Path

import pytest

from tasks.core.freshness.folder import REPLACED, UNFINISHED, whole_file, whole_folder


def write(path: Path, text: str) -> None:
    with whole_folder(path) as folder:
        (folder / "file").write_text(text, encoding="utf-8")


def test_takes_the_place_of_the_old_folder(tmp_path: Path) -> None:
    write(tmp_path / "a" / "out", "one")
    (tmp_path / "a" / "out" / "more").write_text("", encoding="utf-8")
    write(tmp_path / "a" / "out", "two")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["out"]
    assert [path.read_text(encoding="utf-8") for path in (tmp_path / "a" / "out").iterdir()] == ["two"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_failure_leaves_the_old_folder_and_nothing_else(tmp_path: Path, error: type[BaseException]) -> None:
    write(tmp_path / "out", "one")

    def fail() -> None:
        with whole_folder(tmp_path / "out") as folder:
            (folder / "file").write_text("half", encoding="utf-8")
            raise error

    with pytest.raises(error):
        fail()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "file").read_text(encoding="utf-8") == "one"


def test_clears_what_a_killed_process_left(tmp_path: Path) -> None:
    (tmp_path / f"{UNFINISHED}out").mkdir()
    (tmp_path / f"{UNFINISHED}out" / "leftover").write_text("", encoding="utf-8")
    write(tmp_path / "out", "one")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["file"]


def test_puts_back_what_a_killed_process_had_set_aside(tmp_path: Path) -> None:
    write(tmp_path / f"{REPLACED}out", "one")
    with pytest.raises(ValueError, match="again"), whole_folder(tmp_path / "out"):
        raise ValueError("again")
    assert (tmp_path / "out" / "file").read_text(encoding="utf-8") == "one"


def test_an_old_folder_that_cannot_be_removed_yet_goes_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "out", "one")

    def refuse(path: Path) -> None:
        raise PermissionError(13, "It is being used by another process", str(path))

    with monkeypatch.context() as patch:
        patch.setattr("tasks.core.freshness.moves.shutil.rmtree", refuse)
        write(tmp_path / "out", "two")
    assert (tmp_path / "out" / "file").read_text(encoding="utf-8") == "two"
    assert {path.name for path in tmp_path.iterdir()} == {"out", f"{REPLACED}out"}
    write(tmp_path / "out", "three")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def write_half(path: Path) -> None:
    with whole_file(path) as unfinished:
        unfinished.write_text("half", encoding="utf-8")
        raise InterruptedError


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    with whole_file(path) as unfinished:
        unfinished.write_text("first", encoding="utf-8")
        assert not path.exists()
    assert path.read_text(encoding="utf-8") == "first"
    with pytest.raises(InterruptedError):
        write_half(path)
    assert path.read_text(encoding="utf-8") == "first"
    assert [one.name for one in tmp_path.iterdir()] == ["file.txt"]
