from pathlib import Path

import pytest

from tasks.core.freshness.record import FileRecord, Record, write_record
from tasks.housekeeping.clean import leftovers, orphans, output_rubbish, remove


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "precious").write_text("the user's", encoding="utf-8")
    return tmp_path / "data"


def make_output(folder: Path, *named: str) -> Path:
    """An output of one file, whose record names others too."""
    folder.mkdir(parents=True)
    (folder / "out.txt").write_text("out", encoding="utf-8")
    files = {name: FileRecord("0" * 64, 3) for name in ("out.txt", *named)}
    write_record(folder, Record("Stage", {}, {}, {}, files))
    return folder


def test_an_output_goes_and_the_users_own_files_stay(root: Path) -> None:
    folder = make_output(root / "models" / "old")
    (folder / "notes.txt").write_text("the user's", encoding="utf-8")
    rubbish = output_rubbish(folder, "stale")
    assert rubbish is not None
    assert rubbish.bytes == 3 + (folder / "record.json").stat().st_size
    remove(rubbish, root)
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_folders_left_empty_go_but_not_the_data_folder(root: Path) -> None:
    rubbish = output_rubbish(make_output(root / "models" / "old"), "stale")
    assert rubbish is not None
    remove(rubbish, root)
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("named", ["../../../precious", "/etc/hostname", ".."])
def test_a_record_that_names_what_is_not_in_the_output_is_none(root: Path, named: str) -> None:
    folder = make_output(root / "models" / "old", named)
    assert output_rubbish(folder, "stale") is None
    assert list(orphans(root, set())) == []


@pytest.mark.parametrize("named", ["link", "linked/precious"])
def test_files_behind_links_are_not_the_outputs(root: Path, named: str) -> None:
    folder = make_output(root / "models" / "old", named)
    (folder / "link").symlink_to(root.parent / "precious")
    (folder / "linked").symlink_to(root.parent)
    rubbish = output_rubbish(folder, "stale")
    assert rubbish is not None
    assert {path.name for path in rubbish.files} == {"out.txt", "record.json"}
    remove(rubbish, root)
    assert (root.parent / "precious").read_text(encoding="utf-8") == "the user's"


def test_without_a_record_it_is_not_ours(root: Path) -> None:
    (root / "mine").mkdir()
    (root / "mine" / "out.txt").write_text("", encoding="utf-8")
    assert output_rubbish(root / "mine", "stale") is None
    assert list(orphans(root, set())) == []


def test_a_folder_that_is_a_link_is_not_ours(root: Path) -> None:
    (root / "models").mkdir()
    (root / "models" / "old").symlink_to(make_output(root.parent / "elsewhere"))
    assert output_rubbish(root / "models" / "old", "stale") is None
    assert list(orphans(root, set())) == []


def test_orphans_are_outputs_of_no_stage(root: Path) -> None:
    known, orphan = make_output(root / "models" / "known"), make_output(root / "models" / "renamed")
    assert [rubbish.folder for rubbish in orphans(root, {known})] == [orphan]


def test_leftovers_go_but_not_work_that_is_resumed(root: Path) -> None:
    gone = [root / ".unfinished-small", root / "models" / ".replaced-a", root / "models" / ".partial-old"]
    resumed = root / "models" / ".partial-now" / "identity"
    for folder in (*gone, resumed):
        folder.mkdir(parents=True)
        (folder / "file").write_text("x", encoding="utf-8")
    (root / ".mine").mkdir()
    files = [root / ".unfinished-gray", root / "models" / ".unfinished-card", root / ".partial-gray"]
    for file in files:
        file.write_text("x", encoding="utf-8")
    found = list(leftovers(root, {resumed}))
    assert sorted(rubbish.folder for rubbish in found) == sorted(gone + files)
    for rubbish in found:
        remove(rubbish, root)
    assert sorted(path.name for path in root.rglob("*")) == [".mine", ".partial-now", "file", "identity", "models"]
