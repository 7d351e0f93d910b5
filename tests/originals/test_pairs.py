from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.core.errors import UserError
from tasks.dataset.manifest import Pair
from tasks.originals.changes import describe_changes
from tasks.originals.layouts import Layout, PairFolders, find_layout, pictures
from tasks.originals.pairs import draw_split, file_state, find_pairs, list_pictures
from tests.world import write_pair

PAIRS = [Pair("", str(n), f"{n}.png", f"{n}_matte.png", 3, 4, f"digest {n}", "") for n in range(200)]


def test_names_every_file_that_has_no_partner(portraits: Path) -> None:
    (portraits / "training" / "00002_matte.png").unlink()
    (portraits / "testing" / "00003.png").unlink()
    write_pair(portraits / "training", "00004", 4, suffix=".jpg")
    pairs, problems = find_pairs(find_layout(portraits))
    assert len(pairs) == 6
    assert [problem.partition(":")[0] for problem in problems] == [
        "training/00002.png",
        "training/00004.jpg, training/00004.png, training/00004_matte.png",
        "testing/00003_matte.png",
    ]


def test_an_empty_split_is_a_problem(portraits: Path) -> None:
    for path in (portraits / "testing").iterdir():
        path.unlink()
    _, problems = find_pairs(find_layout(portraits))
    assert len(problems) == 1
    assert problems[0].startswith("testing/: contains no pictures")


def test_changes_in_a_folder_are_described(portraits: Path) -> None:
    layout = find_layout(portraits)
    before = list_pictures(layout)
    assert list_pictures(layout) == before
    write_pair(portraits / "testing", "00004", 9)
    (portraits / "training" / "00001.png").unlink()
    (portraits / "training" / "00002.png").write_bytes(b"other")
    described = describe_changes(before, list_pictures(layout))
    assert described == "photos and mattes: 1 replaced or touched, 2 added, 1 removed"


@given(st.sets(st.integers(0, 199)), st.integers(0, 5))
def test_a_photo_keeps_its_split_when_others_go(gone: set[int], seed: int) -> None:
    whole = {pair.name: pair.split for pair in draw_split(PAIRS, 0.3, seed)}
    kept = [pair for number, pair in enumerate(PAIRS) if number not in gone]
    try:
        fewer = draw_split(kept, 0.3, seed)
    except UserError:
        assert len({whole[pair.name] for pair in kept}) < 2
        return
    assert all(whole[pair.name] == pair.split for pair in fewer)


def test_the_split_has_the_share_and_the_order_of_the_manifest() -> None:
    drawn = draw_split(PAIRS, 0.15, 0)
    splits = [pair.split for pair in drawn]
    assert 15 <= splits.count("testing") <= 45
    assert splits == sorted(splits, reverse=True)
    assert splits != [pair.split for pair in draw_split(PAIRS, 0.15, 1)]


def test_copies_of_a_photo_are_in_one_split() -> None:
    copies = [replace(pair, name=f"copy of {pair.name}") for pair in PAIRS]
    sides = {pair.name: pair.split for pair in draw_split([*PAIRS, *copies], 0.5, 0)}
    assert all(sides[pair.name] == sides[f"copy of {pair.name}"] for pair in PAIRS)


def test_an_empty_split_is_refused() -> None:
    with pytest.raises(UserError, match="none was drawn for testing"):
        draw_split(PAIRS, 0.0, 0)


@pytest.mark.parametrize("together", [True, False])
def test_the_listing_has_the_pictures_that_are_paired_and_no_other_file(tmp_path: Path, together: bool) -> None:
    photos, mattes = (tmp_path / "images", tmp_path / ("images" if together else "masks"))
    names = ("1.png", "1_matte.png", "2.JPG", "2_mask.mat", "3.mat", ".4.png", "notes.txt", "5.webp", "5_mask.tif")
    for folder in {photos, mattes}:
        folder.mkdir()
        for name in names:
            (folder / name).write_bytes(name.encode())
    both = PairFolders(None, photos, mattes)
    paired = [path for kind in pictures(both) for paths in kind.values() for path in paths]
    listed = list_pictures(Layout(tmp_path, (both,)))
    assert listed == {path.relative_to(tmp_path).as_posix(): file_state(path) for path in sorted(paired)}
    assert ("images/3.mat" in listed) is False
    assert list_pictures(Layout(photos, (PairFolders(None, photos, photos),))).keys() <= set(names)
