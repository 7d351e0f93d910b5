import shutil
from pathlib import Path

import pytest
from PIL import Image
from scipy.io import savemat

from tasks.core.errors import UserError
from tasks.originals.layouts import find_layout
from tasks.originals.pairs import FoundPair, find_pairs
from tests.world import write_pair

BOTH = ("training", "testing")


def put(root: Path, photo: str, matte: str) -> None:
    """A pair at these paths."""
    write_pair(root / "made", "one", 1, 40, 32)
    for made, wanted in (("one.png", photo), ("one_matte.png", matte)):
        (root / wanted).parent.mkdir(parents=True, exist_ok=True)
        if wanted.endswith(".mat"):
            with Image.open(root / "made" / made) as picture:
                savemat(root / wanted, {"mask": [[int(v > 127) for v in row] for row in _rows(picture)]})
        else:
            (root / "made" / made).rename(root / wanted)
    shutil.rmtree(root / "made")


def _rows(picture: Image.Image) -> list[list[int]]:
    values = list(picture.tobytes())
    return [values[start : start + picture.width] for start in range(0, len(values), picture.width)]


def found(root: Path) -> list[tuple[str, str]]:
    pairs, problems = find_pairs(find_layout(root))
    assert problems == []
    return [(pair.split, pair.name) for pair in pairs]


@pytest.mark.parametrize(
    ("photo", "matte", "says"),
    [
        ("{}/00001.png", "{}/00001_matte.png", "side by side in training/, testing/"),
        (
            "{}/sample/00001.png",
            "{}/mask/00001.png",
            "photos in training/sample/, testing/sample/, mattes in mask/",
        ),
        ("images/{}/00001.jpg", "mattes/{}/00001.png", "photos in images/training/, images/testing/"),
        ("{}/images/00001.png", "{}/masks/00001.png", "mattes in masks/"),
        ("{}/images/00001.png", "{}/mattes/00001_matte.png", "mattes in mattes/"),
    ],
)
@pytest.mark.parametrize("nested", [".", "HKdataset", "dataset/dataset"])
def test_layouts_with_a_split(tmp_path: Path, photo: str, matte: str, says: str, nested: str) -> None:
    for split in BOTH:
        put(tmp_path / nested, photo.format(split), matte.format(split))
    (tmp_path / "__MACOSX").mkdir()
    assert found(tmp_path) == [("training", "00001"), ("testing", "00001")]
    assert says in find_layout(tmp_path).description


def test_train_and_test_are_splits_too(tmp_path: Path) -> None:
    for split in ("train", "test"):
        put(tmp_path, f"{split}/00001.png", f"{split}/00001_matte.png")
    assert found(tmp_path) == [("training", "00001"), ("testing", "00001")]


@pytest.mark.parametrize(
    ("photo", "matte"),
    [
        ("images/1.png", "masks/1.png"),
        ("images/1.png", "mattes/1_matte.png"),
        ("images_data_crop/1.jpg", "images_mask/1_mask.mat"),
        ("1.png", "1_matte.png"),
    ],
)
def test_layouts_without_a_split(tmp_path: Path, photo: str, matte: str) -> None:
    put(tmp_path / "nested", photo, matte)
    assert found(tmp_path) == [("", "1")]
    assert find_layout(tmp_path).description.endswith(", without a split")


def test_an_unknown_layout_is_answered_with_the_known_ones_and_the_folders_contents(tmp_path: Path) -> None:
    (tmp_path / "photos of mine").mkdir()
    (tmp_path / "photos of mine" / "me.png").write_text("")
    with pytest.raises(UserError) as raised:
        find_layout(tmp_path)
    for text in ("It contains: photos of mine/", "masks/00001.png", "--originals-mattes none"):
        assert text in str(raised.value)


@pytest.mark.parametrize("missing", BOTH)
def test_half_of_a_split_is_no_data_set(portraits: Path, missing: str) -> None:
    shutil.rmtree(portraits / missing)
    with pytest.raises(UserError, match=f"no {missing}/"):
        find_layout(portraits)


def test_two_data_sets_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        put(tmp_path / name, "1.png", "1_matte.png")
    with pytest.raises(UserError, match="several data sets"):
        find_layout(tmp_path)


def test_order_suffixes_and_what_is_ignored(tmp_path: Path) -> None:
    for split, name, suffix in (("testing", "1", ".PNG"), ("training", "2", ".jpg"), ("training", "1", ".png")):
        write_pair(tmp_path / split, name, 1, suffix=suffix)
    (tmp_path / "training" / "._1.png").write_text("a dotfile")
    (tmp_path / "training" / "Thumbs.db").write_text("not a picture")
    pairs, problems = find_pairs(find_layout(tmp_path))
    assert problems == []
    training, testing = tmp_path / "training", tmp_path / "testing"
    assert pairs == [
        FoundPair("training", "1", training / "1.png", training / "1_matte.png"),
        FoundPair("training", "2", training / "2.jpg", training / "2_matte.png"),
        FoundPair("testing", "1", testing / "1.PNG", testing / "1_matte.png"),
    ]
