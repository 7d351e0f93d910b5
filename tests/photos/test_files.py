import os
import re
from pathlib import Path, PureWindowsPath

import pytest
from PIL import Image

from tasks.core.errors import UserError
from tasks.photos.files import before_pattern, check_output, deliver, find_photos, listed
from tests.world import ON_POSIX


def write(root: Path, *files: str) -> Path:
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (2, 2)).save(root / file, format="PNG")
    return root


def names(root: Path) -> dict[str, str]:
    return {
        name: path.relative_to(root).as_posix() for name, path in find_photos(root, root / "data").photos.items()
    }


def test_a_file_is_taken_whatever_its_suffix(tmp_path: Path) -> None:
    write(tmp_path, "me.photo")
    assert find_photos(tmp_path / "me.photo", tmp_path / "data").photos == {"me": tmp_path / "me.photo"}


def test_a_folder_gives_its_pictures_by_name(tmp_path: Path) -> None:
    write(
        tmp_path, "b.JPG", "a.webp", "trip/sea/c.tif", "김 철수.png", ".hidden.png", ".cache/d.png", "x.png/e.bmp"
    )
    assert names(tmp_path) == {
        "a": "a.webp",
        "b": "b.JPG",
        "trip-sea-c": "trip/sea/c.tif",
        "x.png-e": "x.png/e.bmp",
        "김 철수": "김 철수.png",
    }


def test_names_that_would_be_alike_keep_their_suffixes(tmp_path: Path) -> None:
    write(tmp_path, "a.jpg", "A.png", "b.png")
    assert set(names(tmp_path)) == {"a.jpg", "A.png", "b"}
    write(tmp_path, "d/e.png", "d-e.png")
    assert {path for name, path in names(tmp_path).items() if name.startswith("d-e.png~")} == {
        "d/e.png",
        "d-e.png",
    }


@pytest.mark.parametrize("file", ["..png", "...png", ".hidden.png", "CON.png", "contact_sheet.png.png", "a .png"])
@ON_POSIX
def test_a_photo_with_an_odd_name_has_results_of_its_own(tmp_path: Path, file: str) -> None:
    write(tmp_path, file)
    (name,) = find_photos(tmp_path / file, tmp_path / "data", ["contact_sheet.png"]).photos
    results = tmp_path / "data" / "photos" / name
    assert results.resolve().parent == (tmp_path / "data" / "photos").resolve()
    assert name not in (".", "..", "contact_sheet.png")
    assert not name.startswith(".")


@ON_POSIX
def test_names_of_odd_bytes_are_used_and_listed(tmp_path: Path) -> None:
    odd = os.fsdecode(b"caf\xe9\n\x1b[2J")
    write(tmp_path, f"{odd}.png")
    (tmp_path / f"{odd}.txt").write_text("", encoding="utf-8")
    found = find_photos(tmp_path, tmp_path / "data")
    assert found.photos == {"caf%E9%0A%1B[2J": tmp_path / f"{odd}.png"}
    assert listed(found.passed_over).endswith("caf\\udce9\\n\\x1b[2J.txt")


def test_other_files_are_passed_over_and_named(tmp_path: Path) -> None:
    write(tmp_path, "a.jpg")
    for name in ("notes.txt", "contract.pdf"):
        (tmp_path / name).write_text("", encoding="utf-8")
    passed_over = find_photos(tmp_path, tmp_path / "data").passed_over
    assert passed_over == (tmp_path / "contract.pdf", tmp_path / "notes.txt")
    assert listed(passed_over) == f"{tmp_path / 'contract.pdf'}, {tmp_path / 'notes.txt'}"
    many = [Path(f"{number}.txt") for number in range(25)]
    assert listed(many).endswith("18.txt, 19.txt and 5 more")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.jpg", {"a", "b"}),
        ("[ab].*", {"a", "b"}),
        ("trip*/*.jpg", {"trip 1-c"}),
        ("trip*", {"trip 1-c", "trip 1-sea-d"}),
        ("**/*.jpg", {"a", "b", "trip 1-c", "trip 1-sea-d"}),
    ],
)
def test_a_pattern_gives_what_it_matches(tmp_path: Path, pattern: str, expected: set[str]) -> None:
    write(tmp_path, "a.jpg", "b.jpg", "trip 1/c.jpg", "trip 1/sea/d.jpg")
    found = find_photos(tmp_path / pattern, tmp_path / "data")
    assert found.photos.keys() == expected
    assert all(path.is_file() for path in found.photos.values())


def test_a_name_with_the_signs_of_a_pattern_is_a_name(tmp_path: Path) -> None:
    write(tmp_path, "me[1].jpg", "trip [2024]/a.jpg")
    assert find_photos(tmp_path / "me[1].jpg", tmp_path / "data").photos == {"me[1]": tmp_path / "me[1].jpg"}
    assert find_photos(tmp_path / "trip [2024]", tmp_path / "data").photos.keys() == {"a"}


def test_results_are_not_taken_for_photos(tmp_path: Path) -> None:
    write(tmp_path, "a.jpg", "data/photos/a/gray.png")
    assert names(tmp_path) == {"a": "a.jpg"}


@pytest.mark.parametrize("asked", ["nowhere", "empty", "*.jpg"])
def test_nothing_to_do_is_an_answer(tmp_path: Path, asked: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match=re.escape(asked)):
        find_photos(tmp_path / asked, tmp_path / "data")


def test_a_copy_is_written_once(tmp_path: Path) -> None:
    (tmp_path / "cutout.png").write_text("a cut-out", encoding="utf-8")
    copy = tmp_path / "out" / "deep" / "me.png"
    deliver(tmp_path / "cutout.png", copy)
    written = copy.stat().st_mtime_ns
    deliver(tmp_path / "cutout.png", copy)
    assert copy.stat().st_mtime_ns == written
    (tmp_path / "cutout.png").write_text("another cut", encoding="utf-8")
    deliver(tmp_path / "cutout.png", copy)
    assert copy.read_text(encoding="utf-8") == "another cut"
    assert [path.name for path in copy.parent.iterdir()] == ["me.png"]


def test_a_copy_that_fails_leaves_the_one_before(tmp_path: Path) -> None:
    (tmp_path / "me.png").write_text("before", encoding="utf-8")
    with pytest.raises(OSError, match="cutout"):
        deliver(tmp_path / "cutout.png", tmp_path / "me.png")
    assert [path.name for path in tmp_path.iterdir()] == ["me.png"]


@pytest.mark.parametrize("output", ["photos", "photos/out", "photos/../photos", "file"])
def test_photos_are_never_in_danger(tmp_path: Path, output: str) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="--output"):
        check_output(tmp_path / output, tmp_path / "photos")


@pytest.mark.parametrize("pattern", ["*.jpg", "**/*.jpg"])
def test_photos_of_a_pattern_are_never_in_danger(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "photos").mkdir()
    for output in ("photos", "photos/out"):
        with pytest.raises(UserError, match="--output"):
            check_output(tmp_path / output, tmp_path / "photos" / pattern)
    check_output(tmp_path / "out", tmp_path / "photos" / pattern)


def test_beside_the_photos_is_fine(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "me.png").write_text("", encoding="utf-8")
    check_output(tmp_path / "out", tmp_path / "photos")
    check_output(tmp_path / "out", tmp_path / "me.png")
    with pytest.raises(UserError, match="among the photos"):
        check_output(tmp_path, tmp_path / "me.png")


@ON_POSIX
def test_a_pipe_is_no_photo(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(UserError, match="is not a file but a pipe"):
        find_photos(tmp_path / "pipe.jpg", tmp_path / "data")


@pytest.mark.parametrize(
    ("pattern", "before"),
    [
        ("C:\\photos\\*.jpg", "C:\\photos"),
        ("C:/photos/trip */a?.jpg", "C:\\photos"),
        ("\\\\server\\share\\photos\\[ab].jpg", "\\\\server\\share\\photos"),
        ("\\\\?\\C:\\photos\\*.jpg", "\\\\?\\C:\\photos"),
        ("*.jpg", "."),
    ],
)
def test_a_pattern_of_windows_begins_where_its_names_do(pattern: str, before: str) -> None:
    assert before_pattern(PureWindowsPath(pattern)) == PureWindowsPath(before)


@ON_POSIX
def test_results_are_not_taken_for_photos_by_another_name_of_their_folder(tmp_path: Path) -> None:
    write(tmp_path, "a.jpg", "data/photos/a/gray.png")
    (tmp_path / "other").symlink_to(tmp_path / "data")  # as Data is on a disk without case
    assert find_photos(tmp_path, tmp_path / "other").photos.keys() == {"a"}


def test_photos_are_never_in_danger_by_another_name_of_their_folder(tmp_path: Path) -> None:
    (tmp_path / "photos" / "trip").mkdir(parents=True)
    (tmp_path / "Photos").symlink_to(tmp_path / "photos")
    for output in ("Photos", "Photos/trip", "Photos/new"):
        with pytest.raises(UserError, match="among the photos"):
            check_output(tmp_path / output, tmp_path / "photos")
