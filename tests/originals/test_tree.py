import os
from pathlib import Path
from unicodedata import normalize

import pytest

from tasks.originals.tree import file_state, list_pictures, read_tree
from tests.world import ON_POSIX

NAMES = ("사진/나.png", "사진/가.png", "각.png", "é.png", "z.png", "한글/é/1.png")


def put(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(name.encode())


def test_it_has_pictures_and_matlab_files_and_nothing_else(tmp_path: Path) -> None:
    put(tmp_path, "2.JPG", "a/1_mask.mat", "a/b/1.webp", "notes.txt", ".3.png", ".git/4.png", "__MACOSX/5.png")
    tree = read_tree(tmp_path)
    assert tree.files == (("2.JPG",), ("a", "1_mask.mat"), ("a", "b", "1.webp"))
    assert [each.parts for each in tree.walk()] == [(), ("a",), ("a", "b")]


def test_the_listing_has_size_and_time_of_each(tmp_path: Path) -> None:
    put(tmp_path, "b/1.png", "a.png")
    assert list_pictures(tmp_path) == {name: file_state(tmp_path / name) for name in ("a.png", "b/1.png")}
    os.utime(tmp_path / "a.png", ns=(1, 200))
    assert list_pictures(tmp_path)["a.png"] == "5 200"


@ON_POSIX
def test_links_to_folders_are_followed_and_circles_are_not(tmp_path: Path) -> None:
    put(tmp_path, "elsewhere/1.png", "source/a/2.png")
    (tmp_path / "source" / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "source" / "a" / "up").symlink_to(tmp_path / "source")
    (tmp_path / "elsewhere" / "back").symlink_to(tmp_path / "source")
    (tmp_path / "elsewhere" / "self").symlink_to(tmp_path / "elsewhere")
    assert read_tree(tmp_path / "source").files == (("a", "2.png"), ("linked", "1.png"))


def test_a_folder_from_a_mac_has_the_same_names(tmp_path: Path) -> None:
    put(tmp_path / "here", *(normalize("NFC", name) for name in NAMES))
    put(tmp_path / "mac", *(normalize("NFD", name) for name in NAMES))
    assert read_tree(tmp_path / "here").files == read_tree(tmp_path / "mac").files
    assert list(list_pictures(tmp_path / "here")) == list(list_pictures(tmp_path / "mac"))


def test_two_names_that_look_alike_stay_two(tmp_path: Path) -> None:
    forms = [normalize(form, "é.png") for form in ("NFD", "NFC")]
    put(tmp_path, *forms)
    assert read_tree(tmp_path).files == tuple((form,) for form in forms)
    assert list(list_pictures(tmp_path)) == forms


def test_a_file_just_written_to_a_coarse_disk_is_looked_at_when_its_time_is_past(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.png")
    waits = [1.5, 0.0]
    slept: list[float] = []
    monkeypatch.setattr("tasks.originals.tree.unsettled", lambda state: waits.pop(0))
    monkeypatch.setattr("tasks.originals.tree.time.sleep", slept.append)
    file_state(tmp_path / "a.png")
    assert (slept, waits) == ([1.5], [])
