import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from tasks.core.errors import UserError
from tasks.dataset.manifest import Pair
from tasks.originals.layouts import find_layout
from tasks.originals.masks import Masks
from tasks.originals.read_originals import read_pairs
from tasks.small.arrays import small_arrays
from tasks.small.resize import resize_photo
from tasks.small.warnings import combine_warnings, inspect
from tests.originals.trees import write_cut_out, write_photo
from tests.world import write_pair


@pytest.fixture
def pairs(portraits: Path) -> list[Pair]:
    return read_pairs(find_layout(portraits), False, 0.15, 0)[0]


def test_rows_follow_the_manifest(portraits: Path, pairs: list[Pair]) -> None:
    arrays = small_arrays(portraits, pairs, Masks(), 40, 32, "uint8")
    assert {name: (values.shape, str(values.dtype)) for name, values in arrays.items()} == {
        "train_images": ((6, 40, 32, 3), "uint8"),
        "test_images": ((3, 40, 32, 3), "uint8"),
        "train_mattes": ((6, 40, 32, 1), "uint8"),
        "test_mattes": ((3, 40, 32, 1), "uint8"),
    }
    for prefix, split in (("train", "training"), ("test", "testing")):
        for row, pair in enumerate(pair for pair in pairs if pair.split == split):
            photo = resize_photo(portraits / pair.photo, 40, 32)
            np.testing.assert_array_equal(arrays[f"{prefix}_images"][row], photo)


def test_float32_is_the_same_in_0_to_1(portraits: Path, pairs: list[Pair]) -> None:
    whole = small_arrays(portraits, pairs, Masks(), 40, 32, "uint8")
    for name, values in small_arrays(portraits, pairs, Masks(), 40, 32, "float32").items():
        assert values.dtype == np.float32
        np.testing.assert_allclose(np.asarray(values, float), np.asarray(whole[name], float) / 255, atol=1e-7)


def test_a_file_that_changed_after_the_check_is_named(portraits: Path, pairs: list[Pair]) -> None:
    write_pair(portraits / "training", "00002", 99)
    (portraits / "testing" / "00001_matte.png").unlink()
    with pytest.raises(
        UserError, match=r"2 of the originals(.|\n)*testing[/\\]00001(.|\n)*training[/\\]00002\.png"
    ):
        small_arrays(portraits, pairs, Masks(), 40, 32, "uint8")


def test_a_size_that_the_networks_cannot_take_is_refused(portraits: Path, pairs: list[Pair]) -> None:
    with pytest.raises(UserError, match="at least 32"):
        small_arrays(portraits, pairs, Masks(), 40, 31, "uint8")


@pytest.mark.slow
def test_memory_holds_each_small_image_once(portraits: Path, pairs: list[Pair]) -> None:
    many = pairs * 200
    small_arrays(portraits, pairs, Masks(), 40, 32, "uint8")  # so that what is imported late is not counted
    tracemalloc.start()
    arrays = small_arrays(portraits, many, Masks(), 40, 32, "uint8")
    combine_warnings(many, [inspect(many, arrays)])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.5 * sum(values.nbytes for values in arrays.values())


def test_photos_without_mattes_give_no_mattes(tmp_path: Path) -> None:
    for number in range(4):
        write_photo(tmp_path / f"{number}.jpg", number)
    pairs = read_pairs(find_layout(tmp_path), False, 0.5, 0)[0]
    arrays = small_arrays(tmp_path, pairs, Masks(), 40, 32, "uint8")
    assert set(arrays) == {"train_images", "test_images"}
    assert combine_warnings(pairs, [inspect(pairs, arrays)]) == []


def test_a_changed_cut_out_is_noticed(tmp_path: Path) -> None:
    for number in range(2):
        write_cut_out(tmp_path / f"{number}.png", number)
    pairs, _, masks = read_pairs(find_layout(tmp_path), False, 0.5, 0)
    assert set(small_arrays(tmp_path, pairs, masks, 40, 32, "uint8")) >= {"train_images", "train_mattes"}
    write_cut_out(tmp_path / "1.png", 5)
    with pytest.raises(UserError, match="has changed since it was checked"):
        small_arrays(tmp_path, pairs, masks, 40, 32, "uint8")
