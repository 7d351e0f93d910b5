import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tasks.core.errors import UserError
from tasks.originals.layouts import find_layout, holds_mattes
from tasks.originals.pairs import FoundPair, find_pairs
from tests.originals.trees import (
    LARGE,
    aisegment,
    human_segmentation_dataset,
    p3m_10k,
    ppm_100,
    write_cut_out,
    write_mask,
    write_matte,
    write_photo,
    write_trimap,
)
from tests.world import write_pair

BOTH = ("training", "testing")


def put(root: Path, photo: str, matte: str, seed: int = 1) -> None:
    """A pair at these paths."""
    write_photo(root / photo, seed)
    write_matte(root / matte, seed)


def pairs_of(root: Path, photos: str = "", mattes: str = "") -> list[tuple[str, str, str]]:
    """Split, photo and matte of each pair; there are no problems."""
    pairs, problems = find_pairs(find_layout(root, photos, mattes))
    assert problems == []
    return [
        (
            pair.split,
            pair.photo.relative_to(root).as_posix(),
            pair.matte.relative_to(root).as_posix() if pair.matte else "",
        )
        for pair in pairs
    ]


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
        ("{}_images/00001.jpg", "{}_masks/00001.png", "photos in training_images/, testing_images/"),
        ("{}/00001.jpg", "{}_masks/00001_mask.png", "photos in training/, testing/"),
        ("{}/00001.jpg", "{}/masks/00001.png", "photos in training/, testing/, mattes in masks/"),
    ],
)
@pytest.mark.parametrize("nested", [".", "HKdataset", "dataset/dataset"])
def test_layouts_with_a_split(tmp_path: Path, photo: str, matte: str, says: str, nested: str) -> None:
    for seed, split in enumerate(BOTH):
        put(tmp_path / nested, photo.format(split), matte.format(split), seed)
    (tmp_path / "__MACOSX").mkdir()
    assert found(tmp_path) == [("training", "00001"), ("testing", "00001")]
    assert says in find_layout(tmp_path).description
    for pair in find_pairs(find_layout(tmp_path))[0]:
        assert pair.matte is not None
        assert [each for each in BOTH if each in str(pair.photo)] == [
            each for each in BOTH if each in str(pair.matte)
        ]


@pytest.mark.parametrize(
    "names", [("train", "test"), ("Train", "Test"), ("train", "val"), ("TRAIN", "validation")]
)
def test_splits_have_other_names_too(tmp_path: Path, names: tuple[str, str]) -> None:
    for split in names:
        put(tmp_path, f"{split}/image/00001.png", f"{split}/label/00001.png")
    assert found(tmp_path) == [("training", "00001"), ("testing", "00001")]


@pytest.mark.parametrize("photo", ["{}/images/{}.jpg", "images/{}/{}.jpg"])
def test_of_three_splits_none_is_dropped(tmp_path: Path, photo: str) -> None:
    for number, split in enumerate(("train", "val", "test")):
        path = photo.format(split, number)
        put(tmp_path, path, path.replace("images", "masks").replace("jpg", "png"))
    assert found(tmp_path) == [("training", "0"), ("training", "1"), ("testing", "2")]
    assert "val/ is for training" in find_layout(tmp_path).description


def test_a_folder_for_testing_without_mattes_is_said_and_a_split_is_drawn(tmp_path: Path) -> None:
    put(tmp_path, "train/images/1.jpg", "train/masks/1.png")
    write_photo(tmp_path / "test/images/2.jpg", 2)
    layout = find_layout(tmp_path)
    assert found(tmp_path) == [("", "1")]
    assert layout.description.endswith(", without a split")
    assert layout.remarks == ("test/images/: not used: 2.jpg",)


def test_photos_outside_the_folders_of_splits_are_named(tmp_path: Path) -> None:
    for path in ("train/1", "test/2", "3"):
        put(tmp_path, f"images/{path}.jpg", f"masks/{path}.png")
    with pytest.raises(UserError, match=r"images/3\.jpg"):
        find_layout(tmp_path)


@pytest.mark.parametrize(
    ("photo", "matte"),
    [
        ("images/1.png", "masks/1.png"),
        ("imgs/1.png", "masks/1.png"),
        ("images/1.png", "mattes/1_matte.png"),
        ("images_data_crop/1.jpg", "images_mask/1_mask.mat"),
        ("data/image/1.jpg", "data/mask/1.png"),
        ("data/image/1.jpg", "mask/1.png"),
        ("JPEGImages/1.jpg", "SegmentationClass/1.png"),
        ("photos/1.jpg", "gt/1.jpg.png"),
        ("photos/1.JPG", "Alpha/1.Png"),
        ("images/deep/er/1.jpg", "masks/1.png"),
        ("img_1.jpg", "masks/mask_1.png"),
        ("CelebA-HQ-img/1.jpg", "CelebAMaskHQ-mask/1.png"),
        ("사진/1.jpg", "마스크/1.png"),
        ("1.png", "1_matte.png"),
        ("1.jpg", "1-matte.png"),
        ("1.jpg", "1_alpha.png"),
        ("1.jpg", "1_segmentation.png"),
        ("1.jpg", "mask_1.png"),
        ("1.jpg", "1.mask.png"),
    ],
)
def test_layouts_without_a_split(tmp_path: Path, photo: str, matte: str) -> None:
    put(tmp_path / "nested", photo, matte)
    assert pairs_of(tmp_path / "nested") == [("", photo, matte)]
    assert pairs_of(tmp_path) == [("", f"nested/{photo}", f"nested/{matte}")]
    assert find_layout(tmp_path).description.endswith(", without a split")


@pytest.mark.parametrize("write", [write_matte, write_mask, write_trimap, write_cut_out])
@pytest.mark.parametrize("folders", [("a", "b"), ("b", "a"), ("full", "grün")])
def test_folders_without_telling_names_are_told_apart_by_their_pictures(
    tmp_path: Path, folders: tuple[str, str], write: Callable[[Path, int], None]
) -> None:
    photos, mattes = folders
    for number in range(3):
        write_photo(tmp_path / photos / f"{number}.png", number)
        write(tmp_path / mattes / f"{number}.png", number)
    assert pairs_of(tmp_path) == [("", f"{photos}/{number}.png", f"{mattes}/{number}.png") for number in range(3)]
    assert "recognized by their contents" in find_layout(tmp_path).description


def test_mattes_stored_as_jpeg_are_told_from_photos(tmp_path: Path) -> None:
    put(tmp_path, "a/1.jpg", "b/1.jpg")
    assert pairs_of(tmp_path) == [("", "a/1.jpg", "b/1.jpg")]


def test_two_folders_of_the_same_photos_are_refused(tmp_path: Path) -> None:
    for folder in ("large", "small"):
        write_photo(tmp_path / folder / "1.jpg", 1)
    with pytest.raises(UserError, match=r"large and .*small have pictures of the same names"):
        find_layout(tmp_path)
    assert len(pairs_of(tmp_path, mattes="none")) == 2


def test_gray_copies_of_photos_are_not_taken_for_mattes(tmp_path: Path) -> None:
    for number in range(3):
        write_photo(tmp_path / "colour" / f"{number}.png", number)
        write_photo(tmp_path / "gray" / f"{number}.png", number)
        with Image.open(tmp_path / "gray" / f"{number}.png") as photo:
            photo.convert("L").save(tmp_path / "gray" / f"{number}.png")
    with pytest.raises(UserError, match="have pictures of the same names"):
        find_layout(tmp_path)


def test_aisegment(tmp_path: Path) -> None:
    aisegment(tmp_path / "matting_human_half")
    pairs = pairs_of(tmp_path / "matting_human_half")
    assert len(pairs) == 6
    assert pairs[0] == (
        "",
        "clip_img/1803151818/clip_00000000/1803151818-00000000.jpg",
        "matting/1803151818/matting_00000000/1803151818-00000000.png",
    )
    layout = find_layout(tmp_path)
    assert layout.description == "photos in clip_img/, mattes in matting/, without a split"
    assert layout.remarks == ()


def test_folders_that_repeat_names_are_not_mixed_up(tmp_path: Path) -> None:
    for number, group in enumerate("ab"):
        put(tmp_path, f"clip_img/{group}/clip_1/x.jpg", f"matting/{group}/matting_1/x.png", number)
    write_photo(tmp_path / "clip_img/c/clip_1/x.jpg", 3)
    write_cut_out(tmp_path / "matting/d/matting_1/x.png", 4)
    pairs, problems = find_pairs(find_layout(tmp_path))
    assert [(pair.photo.parts[-3], pair.matte.parts[-3]) for pair in pairs if pair.matte] == [
        ("a", "a"),
        ("b", "b"),
    ]
    assert sorted(problem.partition(":")[0] for problem in problems) == [
        "clip_img/c/clip_1/x.jpg",
        "matting/d/matting_1/x.png",
    ]


def test_a_photo_for_testing_is_not_paired_with_a_matte_for_training(tmp_path: Path) -> None:
    write_photo(tmp_path / "images/test/1.png", 1)
    for number in (1, 2):
        write_matte(tmp_path / "train_masks" / f"{number}.png", number)
    for number in (2, 3):
        put(tmp_path, f"images/train/{number}.png", f"train_masks/{number}.png", number)
    pairs, problems = find_pairs(find_layout(tmp_path))
    assert [(pair.split, pair.name) for pair in pairs] == [("training", "2"), ("training", "3")]
    assert len(problems) == 2


def test_of_copies_in_several_sizes_one_is_chosen(tmp_path: Path) -> None:
    for size in ("original", "450x550", "225x275"):
        for number in range(3):
            write_photo(tmp_path / "congress" / size / f"A00001{number}.jpg", number)
    with pytest.raises(UserError, match="have pictures of the same names"):
        find_layout(tmp_path)
    assert pairs_of(tmp_path, "congress/450x550/*", "none") == [
        ("", f"congress/450x550/A00001{number}.jpg", "") for number in range(3)
    ]


def test_p3m_10k(tmp_path: Path) -> None:
    p3m_10k(tmp_path / "P3M-10k")
    pairs = pairs_of(tmp_path / "P3M-10k")
    assert [split for split, *_ in pairs] == ["training"] * 4 + ["testing"] * 4
    assert {matte.split("/")[-2] for *_, matte in pairs} == {"mask"}
    assert {Path(photo).stem == Path(matte).stem for _, photo, matte in pairs} == {True}
    layout = find_layout(tmp_path)
    assert layout.description == (
        "photos in train/blurred_image/, validation/P3M-500-NP/original_image/, "
        "validation/P3M-500-P/blurred_image/, mattes in mask/; validation/ is for testing"
    )
    assert [line.partition("/:")[0] for line in layout.remarks] == [
        "P3M-10k/train/facemask",
        "P3M-10k/validation/P3M-500-NP/trimap",
        "P3M-10k/validation/P3M-500-P/trimap",
    ]


def test_ppm_100(tmp_path: Path) -> None:
    ppm_100(tmp_path)
    assert [photo.replace("image/", "matte/") == matte for _, photo, matte in pairs_of(tmp_path)] == [True] * 5


def test_human_segmentation_dataset(tmp_path: Path) -> None:
    human_segmentation_dataset(tmp_path)
    write_photo(tmp_path / "1.png", 1)
    assert pairs_of(tmp_path) == [("", f"Training_Images/{n}.jpg", f"Ground_Truth/{n}.png") for n in range(1, 6)]
    assert find_layout(tmp_path).remarks == ("./: not used: 1.png",)


def test_supervisely_with_masks(tmp_path: Path) -> None:
    for number in range(1, 4):
        folder = tmp_path / "project" / f"ds{number}"
        put(folder, f"img/{number}.jpg", f"masks_machine/{number}.png")
        write_matte(folder / "masks_human" / f"{number}.png", number)
        (folder / "ann").mkdir()
        (folder / "ann" / f"{number}.jpg.json").write_text("{}", encoding="utf-8")
    assert pairs_of(tmp_path / "project") == [
        ("", f"ds{number}/img/{number}.jpg", f"ds{number}/masks_machine/{number}.png") for number in range(1, 4)
    ]
    assert len(find_layout(tmp_path).remarks) == 3


def test_numbered_folders_are_one_data_set(tmp_path: Path) -> None:
    for number in (1, 2):
        put(tmp_path / f"part{number}" / "data", f"images/{number}.jpg", f"masks/{number}.png")
    assert [photo for _, photo, _ in pairs_of(tmp_path)] == ["part1/data/images/1.jpg", "part2/data/images/2.jpg"]
    assert find_layout(tmp_path).root == tmp_path


def test_parts_of_faces_are_no_mattes(tmp_path: Path) -> None:
    """CelebAMask-HQ as it is packed: a mask for each part of a face."""
    write_photo(tmp_path / "CelebA-HQ-img" / "0.jpg", 0)
    for part in ("hair", "skin"):
        write_mask(tmp_path / "CelebAMask-HQ-mask-anno" / "0" / f"00000_{part}.png", 0)
    with pytest.raises(UserError, match=r'CelebA-HQ-img/ \(0\.jpg\)(.|\n)*--originals-mattes "masks/\*"'):
        find_layout(tmp_path)


@pytest.mark.parametrize("mattes", [("mask", "matte"), ("masks", "alpha"), ("masks_human", "masks")])
def test_of_several_folders_of_mattes_the_best_is_used(tmp_path: Path, mattes: tuple[str, str]) -> None:
    write_photo(tmp_path / "images" / "1.jpg", 1)
    for folder in mattes:
        write_matte(tmp_path / folder / "1.png", 1)
    assert pairs_of(tmp_path) == [("", "images/1.jpg", f"{mattes[1]}/1.png")]
    assert [line.partition("/")[0] for line in find_layout(tmp_path).remarks] == [mattes[0]]


@pytest.mark.parametrize(
    "folders", [("images", "masks", "labels"), ("images", "photos", "masks"), ("a", "b", "c")]
)
def test_folders_that_are_equally_good_are_refused(tmp_path: Path, folders: tuple[str, str, str]) -> None:
    for folder in folders:
        write = write_photo if folder in ("images", "photos", "a") else write_mask
        write(tmp_path / folder / "1.png", 1)
    with pytest.raises(UserError, match=r"may both have the (photos|mattes)\. Say which, with --originals-photos"):
        find_layout(tmp_path)


@pytest.mark.parametrize("is_swapped", [False, True])
def test_names_are_compared_after_unicode_normalization_without_case(tmp_path: Path, is_swapped: bool) -> None:
    forms = [unicodedata.normalize("NFC", "홍길동 É"), unicodedata.normalize("NFD", "홍길동 É")]
    photo, matte = forms[::-1] if is_swapped else forms
    put(tmp_path, f"images/{photo}.JPG", f"masks/{matte.lower()}.png")
    assert len(found(tmp_path)) == 1


def test_a_picture_that_both_patterns_match_is_named(tmp_path: Path) -> None:
    put(tmp_path, "images/1.jpg", "masks/1.png")
    with pytest.raises(
        UserError, match=r"'\*/\?\.jpg' and originals\.mattes '\*\*/\?': images/1\.jpg matches both"
    ):
        find_layout(tmp_path, "*/?.jpg", "**/?")


def test_names_that_differ_in_case_alone_are_not_mixed_up(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    if (tmp_path / "A").exists():
        pytest.skip("this disk takes both for the same")
    for number, name in enumerate(("a", "A")):
        put(tmp_path, f"images/{name}.jpg", f"masks/{name}.png", number)
    assert pairs_of(tmp_path) == [("", f"images/{name}.jpg", f"masks/{name}.png") for name in "Aa"]


def test_cut_outs_alone(tmp_path: Path) -> None:
    for number in range(3):
        write_cut_out(tmp_path / "people" / f"{number}.png", number)
    assert pairs_of(tmp_path) == [("", f"people/{n}.png", f"people/{n}.png") for n in range(3)]
    layout = find_layout(tmp_path)
    assert holds_mattes(tmp_path)
    assert layout.description == "cut-outs, whose transparency is the matte, without a split"
    assert "no background" in layout.remarks[0]


def test_photos_alone(tmp_path: Path) -> None:
    for name in ("2.jpg", "holiday/1.jpg", "holiday/1.png"):
        write_photo(tmp_path / name, 1)
    layout = find_layout(tmp_path)
    assert not layout.has_mattes
    assert sorted(pairs_of(tmp_path)) == [("", "2.jpg", ""), ("", "holiday/1.jpg", ""), ("", "holiday/1.png", "")]
    assert not holds_mattes(tmp_path)
    assert layout.description == "photos without mattes, without a split"
    assert "no mattes" in layout.remarks[0]


def test_mattes_that_are_there_all_the_same_are_no_photos(portraits: Path, tmp_path: Path) -> None:
    put(tmp_path / "set", "images/1.jpg", "masks/1.png")
    assert pairs_of(tmp_path / "set", mattes="none") == [("", "images/1.jpg", "")]
    assert find_layout(tmp_path / "set", mattes="none").remarks[1:] == ("masks/: not used: 1.png",)
    assert not [photo for _, photo, _ in pairs_of(portraits, mattes="none") if "matte" in photo]


def test_photos_alone_may_have_a_split(tmp_path: Path) -> None:
    for split in ("train", "test"):
        write_photo(tmp_path / split / "1.jpg", 1)
    assert pairs_of(tmp_path) == [("training", "train/1.jpg", ""), ("testing", "test/1.jpg", "")]


@pytest.mark.parametrize("other", ["x.png", "masks/other.npy"])
def test_photos_among_which_there_may_be_mattes_are_refused(tmp_path: Path, other: str) -> None:
    write_photo(tmp_path / "images" / "1.jpg", 1)
    (tmp_path / other).parent.mkdir(exist_ok=True)
    if other.endswith(".png"):
        write_mask(tmp_path / other, 1)
    else:
        (tmp_path / other).write_bytes(b"")
    with pytest.raises(UserError, match="no photos with mattes were recognized"):
        find_layout(tmp_path)
    assert len(pairs_of(tmp_path, "images/*", "none")) == 1


@pytest.mark.parametrize(
    ("photos", "mattes"),
    [
        ("in/*.jpg", "out/*-person.png"),
        ("in/*", "out/*-person"),
        ("IN/*", "./out/*-Person.PNG"),
        ("**/*.jpg", "**/*-person.png"),
    ],
)
def test_patterns(tmp_path: Path, photos: str, mattes: str) -> None:
    for number in range(2):
        write_photo(tmp_path / f"in/{number}.jpg", number)
        write_photo(tmp_path / f"out/{number}-person.png", number)
        write_photo(tmp_path / f"other/{number}.png", number)
    if photos.startswith("**"):
        shutil.move(tmp_path / "in", tmp_path / "same")
        shutil.move(tmp_path / "out", tmp_path / "same" / "out")
        for path in (tmp_path / "same" / "out").iterdir():
            path.rename(tmp_path / "same" / path.name)
    pairs = pairs_of(tmp_path, photos, mattes)
    assert [(Path(photo).name, Path(matte).name) for _, photo, matte in pairs] == [
        (f"{number}.jpg", f"{number}-person.png") for number in range(2)
    ]
    assert find_layout(tmp_path, photos, mattes).remarks == ("other/: not used: 0.png and 1 more",)


def test_wildcards_of_patterns_stand_for_the_same(tmp_path: Path) -> None:
    for number, group in enumerate("ab"):
        put(tmp_path, f"p/{group}/1.jpg", f"m/{group}/1.png", number)
    write_photo(tmp_path / "p/c/1.jpg", 3)
    layout = find_layout(tmp_path, "p/*/*.jpg", "m/*/*.png")
    pairs, problems = find_pairs(layout)
    assert [(pair.photo.parent.name, pair.matte.parent.name) for pair in pairs if pair.matte] == [
        ("a", "a"),
        ("b", "b"),
    ]
    assert [problem.partition(":")[0] for problem in problems] == ["p/c/1.jpg"]


def test_patterns_keep_the_folders_of_splits(tmp_path: Path) -> None:
    for split in ("train", "val"):
        put(tmp_path, f"{split}/x/1.jpg", f"{split}/y/1.png")
    assert [split for split, *_ in pairs_of(tmp_path, "*/x/*", "*/y/*")] == ["training", "testing"]


@pytest.mark.parametrize(
    ("photos", "mattes", "says"),
    [
        ("images/*", "", "both need equally many"),
        ("", "masks/*", "both need equally many"),
        ("images/1.jpg", "masks/1.png", "at least one"),
        ("*/*", "masks/*", "both need equally many"),
        ("imags/*", "masks/*", "no picture in it matches the pattern 'imags/\\*'"),
        ("images/*", "msks/*", "no picture in it matches the pattern 'msks/\\*'"),
        ("imags/*", "none", "no picture in it matches the pattern 'imags/\\*'"),
    ],
)
def test_patterns_that_cannot_be_used(tmp_path: Path, photos: str, mattes: str, says: str) -> None:
    put(tmp_path, "images/1.jpg", "masks/1.png")
    with pytest.raises(UserError, match=says):
        find_layout(tmp_path, photos, mattes)


def test_an_unknown_layout_is_answered_with_what_is_there_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "photos of mine").mkdir()
    (tmp_path / "photos of mine" / "me.png").write_text("", encoding="utf-8")
    with pytest.raises(UserError) as raised:
        find_layout(tmp_path)
    for text in (
        "It contains: photos of mine/ (me.png)",
        "masks/00001.png",
        "--originals-mattes none",
    ):
        assert text in str(raised.value)


@pytest.mark.parametrize("names", [(), ("notes.txt", "a/b.json")])
def test_a_folder_without_pictures_is_answered_with_its_contents(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="It contains: a/, notes.txt" if names else "It contains: nothing"):
        find_layout(tmp_path)


@pytest.mark.parametrize("missing", BOTH)
@pytest.mark.parametrize("is_there", [False, True])
def test_half_of_a_split_is_no_data_set(portraits: Path, missing: str, is_there: bool) -> None:
    shutil.rmtree(portraits / missing)
    if is_there:
        (portraits / missing).mkdir()
    with pytest.raises(UserError, match=f"no pictures in {missing}/" if is_there else f"no {missing}/"):
        find_layout(portraits)


def test_two_data_sets_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        put(tmp_path / name, "1.png", "1_matte.png")
    with pytest.raises(UserError, match="several data sets"):
        find_layout(tmp_path)


def test_order_suffixes_and_what_is_ignored(tmp_path: Path) -> None:
    for split, name, suffix in (("testing", "1", ".PNG"), ("training", "2", ".jpg"), ("training", "1", ".png")):
        write_pair(tmp_path / split, name, 1, suffix=suffix)
    (tmp_path / "training" / "._1.png").write_text("a dotfile", encoding="utf-8")
    (tmp_path / "training" / "Thumbs.db").write_text("not a picture", encoding="utf-8")
    pairs, problems = find_pairs(find_layout(tmp_path))
    assert problems == []
    training, testing = tmp_path / "training", tmp_path / "testing"
    assert pairs == [
        FoundPair("training", "1", training / "1.png", training / "1_matte.png"),
        FoundPair("training", "2", training / "2.jpg", training / "2_matte.png"),
        FoundPair("testing", "1", testing / "1.PNG", testing / "1_matte.png"),
    ]


@pytest.mark.parametrize("name", LARGE)
def test_every_picture_is_in_a_pair_or_named(tmp_path: Path, name: str) -> None:
    LARGE[name](tmp_path)
    layout = find_layout(tmp_path)
    assert holds_mattes(tmp_path)
    used = {parts for one in layout.matches for parts in (*one.photos, *one.mattes)}
    there = [path.relative_to(tmp_path) for path in tmp_path.rglob("[!.]*.[jp][pn]g")]
    for path in there:
        assert path.parts in used or any(
            line.startswith(f"{path.parent.as_posix()}/: not used") for line in layout.remarks
        )


def test_photos_that_cannot_be_read_decide_nothing(tmp_path: Path) -> None:
    put(tmp_path, "a/1.png", "b/1.png")
    put(tmp_path, "a/2.png", "b/2.png")
    for folder in "ab":
        (tmp_path / folder / "1.png").write_bytes(b"no picture")
    assert len(found(tmp_path)) == 2
    Image.new("RGB", (9, 9)).save(tmp_path / "a" / "2.png")
    with pytest.raises(UserError, match="no photos with mattes were recognized"):
        find_layout(tmp_path)


def test_pictures_of_formats_that_are_not_read_are_named(tmp_path: Path) -> None:
    write_photo(tmp_path / "images" / "1.jpg", 1)
    write_mask(tmp_path / "masks" / "1.png", 1)
    for name in ("images/2.NEF", "images/3.gif", "masks/2.psd", "notes.txt", ".4.gif"):
        (tmp_path / name).write_bytes(b"")
    layout = find_layout(tmp_path)
    assert len(layout.matches) == 1
    assert layout.remarks == (
        "images/: not read, save them as PNG or JPEG: 2.NEF and 1 more",
        "masks/: not read, save them as PNG or JPEG: 2.psd",
    )
