from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tasks.core.errors import UserError
from tasks.dataset.manifest import Pair
from tasks.small.warnings import SmallArrays, check_mattes, combine_warnings, inspect

PAIRS = [Pair(split, n, f"{split}/{n}.png", f"{split}/{n}_matte.png", 32, 40, "", "") for split, n in
         (("training", "1"), ("training", "2"), ("training", "3"), ("testing", "1"))]  # fmt: skip


def find_warnings(pairs: list[Pair], arrays: SmallArrays) -> list[str]:
    return combine_warnings(pairs, [inspect(pairs, arrays)])


def small() -> dict[str, NDArray[np.generic]]:
    """Four different photos, each with a disc for a matte."""
    photos = np.random.default_rng(0).integers(0, 256, (4, 40, 32, 3), dtype=np.uint8)
    disc = np.where(np.hypot(*np.mgrid[-1:1:40j, -1:1:32j]) < 0.7, 255, 0).astype(np.uint8)
    mattes = np.repeat(disc[None, ..., None], 4, axis=0)
    return {
        "train_images": photos[:3],
        "test_images": photos[3:],
        "train_mattes": mattes[:3].copy(),
        "test_mattes": mattes[3:].copy(),
    }


def test_good_pairs_give_no_warning() -> None:
    assert find_warnings(PAIRS, small()) == []


def test_mattes_without_person_or_background_are_named() -> None:
    arrays = small()
    arrays["train_mattes"][1] = 0
    arrays["test_mattes"][0] = 255
    assert [line.partition(":")[0] for line in find_warnings(PAIRS, arrays)] == [
        "training/2_matte.png",
        "testing/1_matte.png",
    ]


def test_mostly_inverted_mattes_give_one_warning() -> None:
    arrays = small()
    arrays["train_mattes"] = 255 - arrays["train_mattes"]
    assert find_warnings(PAIRS, arrays) == ["3 of 4 mattes seem to be inverted: white must be the person"]
    arrays["train_mattes"][:2] = 255 - arrays["train_mattes"][:2]
    assert find_warnings(PAIRS, arrays) == []


def test_a_photo_in_both_splits_is_a_leak() -> None:
    arrays = small()
    arrays["train_images"][2] = arrays["test_images"][0]
    assert find_warnings(PAIRS, arrays) == [
        "training/3.png and testing/1.png: the same photo is in training and in testing"
    ]


def test_two_copies_of_a_photo_are_named() -> None:
    arrays = small()
    arrays["train_images"][2] = arrays["train_images"][0]
    assert find_warnings(PAIRS, arrays) == ["training/1.png, training/3.png: the same photo, 2 times"]


def test_photos_without_colour_are_named() -> None:
    arrays = small()
    for name, row in (("train_images", 1), ("test_images", 0)):
        arrays[name][row] = arrays[name][row, ..., :1]
    assert find_warnings(PAIRS, arrays) == [
        "training/2.png: has no colour, or almost none",
        "testing/1.png: has no colour, or almost none",
    ]


def check(arrays: SmallArrays) -> None:
    check_mattes([inspect(PAIRS, arrays)], len(PAIRS))


def test_mattes_of_portraits_are_plausible() -> None:
    check(small())
    arrays = small()
    arrays["train_mattes"][0] = 0
    check(arrays)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda mattes: mattes // 255, "4 of 4 are bright nowhere"),
        (lambda mattes: mattes // 2, "4 of 4 are bright nowhere"),
        (lambda mattes: np.where(np.indices(mattes.shape)[1:3].max(axis=0) == 0, 255, 0), "takes 0.1%"),
        (lambda mattes: np.full_like(mattes, 255), "takes 100.0%"),
        (lambda mattes: np.maximum(mattes // 2, 128) + (mattes // 255) * 127, "are neither black nor white"),
    ],
)
def test_mattes_that_cannot_be_those_of_portraits_are_refused(change: Any, says: str) -> None:
    arrays = small()
    for name in ("train_mattes", "test_mattes"):
        arrays[name] = change(arrays[name]).astype(np.uint8)
    with pytest.raises(UserError, match=says):
        check(arrays)
