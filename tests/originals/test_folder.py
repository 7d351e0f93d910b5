from pathlib import Path

import pytest

from tasks.errors import UserError
from tasks.originals.folder import describe_changes, find_pairs, find_root, list_pictures
from tests.world import write_pair


@pytest.mark.parametrize("nested", [".", "dataset", "HKdataset/dataset/dataset"])
def test_finds_the_root_wherever_it_is_nested(tmp_path: Path, nested: str) -> None:
    for split in ("training", "testing"):
        write_pair(tmp_path / "source" / nested / split, "00001", 1)
    assert find_root(tmp_path / "source").resolve() == (tmp_path / "source" / nested).resolve()


def test_says_what_is_there_instead_of_a_data_set(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    with pytest.raises(UserError, match=r"both training/ and testing/.*Found instead: photos/"):
        find_root(tmp_path)


def test_says_that_a_source_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nowhere is not a folder"):
        find_root(tmp_path / "nowhere")


def test_does_not_choose_between_two_data_sets(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name / "training").mkdir(parents=True)
        (tmp_path / name / "testing").mkdir()
    with pytest.raises(UserError, match="several data sets"):
        find_root(tmp_path)


def test_pairs_come_training_first_and_by_name_whatever_their_suffix(tmp_path: Path) -> None:
    for split, name, suffix in (
        ("testing", "00001", ".PNG"),
        ("training", "00002", ".jpg"),
        ("training", "00001", ".png"),
    ):
        write_pair(tmp_path / split, name, 1, suffix=suffix)
    (tmp_path / "training" / "._00001.png").write_text("a dotfile")
    (tmp_path / "training" / "Thumbs.db").write_text("not a picture")
    pairs, problems = find_pairs(tmp_path)
    assert problems == []
    assert [(pair.split, pair.photo.name, pair.matte.name) for pair in pairs] == [
        ("training", "00001.png", "00001_matte.png"),
        ("training", "00002.jpg", "00002_matte.png"),
        ("testing", "00001.PNG", "00001_matte.png"),
    ]


def test_names_every_file_that_has_no_partner(portraits: Path) -> None:
    (portraits / "training" / "00002_matte.png").unlink()
    (portraits / "testing" / "00003.png").unlink()
    write_pair(portraits / "training", "00004", 4, suffix=".jpg")
    pairs, problems = find_pairs(portraits)
    assert len(pairs) == 6
    assert [problem.partition(":")[0] for problem in problems] == [
        "training/00002.png",
        "training/00004.jpg, training/00004.png, training/00004_matte.png",
        "testing/00003_matte.png",
    ]


def test_an_empty_split_is_a_problem(portraits: Path) -> None:
    for path in (portraits / "testing").iterdir():
        path.unlink()
    _, problems = find_pairs(portraits)
    assert len(problems) == 1
    assert problems[0].startswith("testing/: no pictures")


def test_tells_what_changed_in_a_folder(portraits: Path) -> None:
    before = list_pictures(portraits)
    assert list_pictures(portraits) == before
    write_pair(portraits / "testing", "00004", 9)
    (portraits / "training" / "00001.png").unlink()
    (portraits / "training" / "00002.png").write_bytes(b"other")
    told = describe_changes(before, list_pictures(portraits))
    assert told == "photos and mattes: 1 replaced or touched, 2 added, 1 removed"
