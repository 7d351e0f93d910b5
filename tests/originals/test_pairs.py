from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.core.errors import UserError
from tasks.dataset.manifest import Pair
from tasks.originals.changes import describe_changes
from tasks.originals.layouts import find_layout
from tasks.originals.pairs import draw_split, find_pairs
from tasks.originals.tree import list_pictures
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


def test_changes_in_a_folder_are_described(portraits: Path) -> None:
    before = list_pictures(portraits)
    assert list_pictures(portraits) == before
    write_pair(portraits / "testing", "00004", 9)
    (portraits / "training" / "00001.png").unlink()
    (portraits / "training" / "00002.png").write_bytes(b"other")
    described = describe_changes(before, list_pictures(portraits))
    assert described == "photos and mattes: 1 replaced or touched, 2 added, 1 removed"


@given(st.sets(st.integers(0, 199), max_size=198), st.floats(0.01, 0.99), st.integers(0, 5))
def test_a_photo_keeps_its_split_when_others_go(gone: set[int], share: float, seed: int) -> None:
    whole = {pair.name: pair.split for pair in draw_split(PAIRS, share, seed)}
    fewer = draw_split([pair for number, pair in enumerate(PAIRS) if number not in gone], share, seed)
    splits = [pair.split for pair in fewer]
    assert set(splits) == {"training", "testing"}
    moved = [pair for pair in fewer if pair.split != whole[pair.name]]
    assert len(moved) <= 1
    assert all(splits.count(pair.split) == 1 for pair in moved), "only so that no split is empty"


@given(st.integers(2, 12), st.integers(0, 1000))
def test_few_photos_are_split_with_one_at_least_in_each(count: int, seed: int) -> None:
    copies = [replace(pair, name=f"copy of {pair.name}") for pair in PAIRS[:count]]
    drawn = draw_split([*PAIRS[:count], *copies], 0.15, seed)
    assert {pair.split for pair in drawn} == {"training", "testing"}
    assert len({(pair.photo_sha256, pair.split) for pair in drawn}) == count


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


@pytest.mark.parametrize("share", [-0.1, 0.0, 1.0, 15.0])
def test_a_share_of_nothing_or_of_all_is_refused(share: float) -> None:
    with pytest.raises(UserError, match="testing_share"):
        draw_split(PAIRS, share, 0)


def test_one_photo_cannot_be_split() -> None:
    with pytest.raises(UserError, match="at least two different photos"):
        draw_split([PAIRS[0], replace(PAIRS[0], name="copy")], 0.5, 0)
