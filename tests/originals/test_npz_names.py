import pytest

from tasks.core.errors import UserError
from tasks.originals.npz_names import ArrayNames, find_arrays


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            ["train_images", "test_images", "train_mattes", "test_mattes"],
            [("training", "train_images", "train_mattes"), ("testing", "test_images", "test_mattes")],
        ),
        (
            ["x_train", "y_train", "x_test", "y_test", "names"],
            [("training", "x_train", "y_train"), ("testing", "x_test", "y_test")],
        ),
        (
            ["X_train", "Y_train", "X_val", "Y_val"],
            [("training", "X_train", "Y_train"), ("testing", "X_val", "Y_val")],
        ),
        (
            [f"{array}_{split}" for array in "xy" for split in ("train", "val", "test")],
            [("training", "x_train", "y_train"), ("training", "x_val", "y_val"), ("testing", "x_test", "y_test")],
        ),
        (["x_train", "y_train"], [("", "x_train", "y_train")]),
        (["val_image", "val_mask"], [("", "val_image", "val_mask")]),
        (["images", "masks"], [("", "images", "masks")]),
        (["trainImages", "trainLabels"], [("", "trainImages", "trainLabels")]),
        (["images"], [("", "images", "images")]),
        (
            ["train_images", "test_images"],
            [("training",) + ("train_images",) * 2, ("testing",) + ("test_images",) * 2],
        ),
    ],
)
def test_photos_and_mattes_are_found_by_name(names: list[str], expected: list[tuple[str, str, str]]) -> None:
    for given in (names, names[::-1]):
        assert find_arrays(given) == [ArrayNames(*one) for one in expected]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["train_images", "test_images", "train_mattes"], "test_images has no mattes beside it"),
        (["x_train", "y_train", "y_test"], "y_test has no photos beside it"),
        (["images", "x", "masks"], "images and x say the same"),
        (["images", "masks", "x_train", "y_train"], "some arrays have a split in their names"),
        (["x_val", "y_val", "x_test", "y_test"], "x_test and x_val are there, and none for training"),
        (["arr_0", "arr_1"], "no array has the name of photos or mattes"),
        ([], "no array has the name of photos or mattes"),
    ],
)
def test_what_is_missing_or_unclear_is_named(names: list[str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        find_arrays(names)
