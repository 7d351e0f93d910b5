"""Every kind of mask in circulation, from files to mattes; and what stays unclear is refused."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from scipy.io import savemat

from tasks.core.errors import UserError
from tasks.dataset.manifest import Pair
from tasks.images.mattes import DEEP_GRAY, GRAY, MatteFile, voc_palette
from tasks.originals.layouts import find_layout
from tasks.originals.levels import facts_of
from tasks.originals.masks import Masks, person_matte, read_masks, read_matte, write_masks
from tasks.originals.read_originals import read_pairs
from tasks.originals.understand import understand
from tests.world import smooth_picture

HEIGHT, WIDTH, COUNT = 160, 128, 8
Y, X = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]

Bytes = NDArray[np.uint8]
Draw = Callable[[int], Image.Image]


def distance(number: int) -> NDArray[np.float64]:
    """How far inside a person each pixel is; each number is another person."""
    return np.asarray(0.6 + number / 100 - np.hypot(X, Y))


def person(number: int) -> Bytes:
    return (distance(number) > 0).astype(np.uint8)


def soft(number: int) -> Bytes:
    return np.clip(distance(number) * 400 + 128, 0, 255).astype(np.uint8)


def stray(number: int) -> Bytes:
    """0 and 255, with two pixels of other values."""
    matte = person(number) * np.uint8(255)
    matte[0, :2] = 1, 128
    return matte


def whole(number: int) -> Bytes:
    """A person, and once nothing else."""
    return np.ones_like(person(3)) if number == 3 else person(number)


def with_void(number: int) -> Bytes:
    """0 and 1, with 255 as a border around the person."""
    return np.where(np.abs(distance(number)) < 0.03, np.uint8(255), person(number))


def inside(number: int) -> Bytes:
    """The person of `with_void`."""
    return np.where(with_void(number) == 1, np.uint8(1), np.uint8(0))


def parts(number: int, labels: int) -> Bytes:
    """A person of so many parts, labels from 1: bands from top to bottom."""
    bands: NDArray[np.float64] = 1 + np.floor((Y + 1) / 2.001 * labels)
    return (person(number) * bands).astype(np.uint8)


def voc(labels: Bytes) -> Image.Image:
    picture = Image.fromarray(labels)
    picture.putpalette(voc_palette().ravel().tolist())
    return picture


def two_people(number: int) -> Bytes:
    """The labels of VOC, where a car is beside the person in some."""
    labels = with_void(number) * np.where(with_void(number) == 255, 1, 15).astype(np.uint8)
    if number % 2:
        labels[-20:, :20] = 7
    return labels


def cut_out(number: int, alpha: Bytes) -> Image.Image:
    return Image.merge(
        "RGBA", [*Image.fromarray(smooth_picture(HEIGHT, WIDTH, number)).split(), Image.fromarray(alpha)]
    )


def rgb(values: Bytes) -> Image.Image:
    return Image.merge("RGB", [Image.fromarray(values)] * 3)


def nearly_opaque(number: int) -> Image.Image:
    """A mask whose alpha channel says nothing, and in one is not opaque."""
    picture = rgb(person(number) * 255).convert("RGBA")
    if number == 2:
        picture.putpixel((0, 0), (0, 0, 0, 200))
    return picture


COLOURS = np.array([[0, 0, 0], [255, 0, 0], [0, 128, 0], [9, 9, 200]], np.uint8)


def write_set(folder: Path, draw: Draw, suffix: str = ".png", count: int = COUNT) -> Path:
    for number in range(count):
        split = folder / ("training" if number < count - 2 else "testing")
        split.mkdir(parents=True, exist_ok=True)
        Image.fromarray(smooth_picture(HEIGHT, WIDTH, number)).save(split / f"{number}.png")
        draw(number).save(split / f"{number}_matte{suffix}")
    return folder


def read(folder: Path, labels: str = "", skip: bool = False) -> tuple[list[Pair], list[str], Masks]:
    pairs, findings, masks = read_pairs(find_layout(folder), skip, 0.15, 0, labels)
    return pairs, [*findings.left_out, *findings.warnings], masks


def mattes(folder: Path, labels: str = "") -> tuple[list[Bytes], list[str]]:
    pairs, said, masks = read(folder, labels)
    return [np.asarray(read_matte(folder / pair.matte, masks, pair.matte_orientation)) for pair in pairs], said


UNDERSTOOD: dict[str, tuple[Draw, Callable[[int], Bytes], str]] = {
    "0 and 255": (lambda n: Image.fromarray(person(n) * 255), person, ""),
    "one bit": (lambda n: Image.fromarray(person(n) * 255).convert("1"), person, ""),
    "0 and 1": (lambda n: Image.fromarray(person(n)), person, "labels 0 and 1: 1 is the person"),
    "0 and 1 in RGB": (lambda n: rgb(person(n)), person, "labels 0 and 1"),
    "0 and 1 in 16 bits": (lambda n: Image.fromarray(person(n).astype(np.uint16)), person, "labels 0 and 1"),
    "0 and 65535": (lambda n: Image.fromarray(person(n) * np.uint16(65535)), person, ""),
    "0 and 128": (lambda n: Image.fromarray(person(n) * 128), person, "labels 0 and 128: 128 is"),
    "0 and 1, 0 and 255": (lambda n: Image.fromarray(person(n) * (255 if n == 1 else 1)), person, "1 and 255 are"),
    "border": (
        lambda n: Image.fromarray(with_void(n)), inside,
        "the mattes hold the labels 0, 1 and 255: 1 is the person, the rest with 255 (void) is background",
    ),
    "one empty": (lambda n: Image.fromarray(with_void(n) * (n != 3)), lambda n: inside(n) * (n != 3), "1 is"),
    "VOC": (lambda n: voc(two_people(n)), inside, "0, 7, 15 and 255: 15 is the person, the rest with 255 (void)"),
    "VOC without others": (lambda n: voc(two_people(2 * n)), lambda n: inside(2 * n), "0, 15 and 255: 15 is"),
    "indexes of VOC": (lambda n: Image.fromarray(two_people(2 * n)), lambda n: inside(2 * n), "15 and 255: 15 is"),
    "red on black": (lambda n: Image.fromarray(COLOURS[person(n)]), person, "#000000 and #ff0000: #ff0000 is"),
    "cut-outs": (lambda n: cut_out(n, person(n) * 255), person, ""),
    "one cut-out is whole": (lambda n: cut_out(n, whole(n) * 255), lambda n: whole(n), ""),
    "opaque RGBA": (lambda n: rgb(person(n) * 255).convert("RGBA"), person, ""),
    "one stray transparent pixel": (nearly_opaque, person, ""),
}  # fmt: skip


@pytest.mark.parametrize("kind", UNDERSTOOD)
def test_masks_of_each_kind_become_the_person(tmp_path: Path, kind: str) -> None:
    draw, expected, line = UNDERSTOOD[kind]
    found, said = mattes(write_set(tmp_path, draw))
    for number, matte in enumerate(found):
        np.testing.assert_array_equal(matte, expected(number).astype(np.uint8) * 255)
    assert len(said) == bool(line)
    assert not line or line in said[0]


@pytest.mark.parametrize("kind", ["8 bits", "16 bits", "RGB", "alpha", "floats", "floats to 255"])
def test_soft_mattes_stay_as_they_are(tmp_path: Path, kind: str) -> None:
    draw: dict[str, Draw] = {
        "8 bits": lambda n: Image.fromarray(soft(n)),
        "16 bits": lambda n: Image.fromarray(soft(n) * np.uint16(257)),
        "RGB": lambda n: rgb(soft(n)),
        "alpha": lambda n: cut_out(n, soft(n)),
        "floats": lambda n: Image.fromarray(soft(n) / np.float32(255)),
        "floats to 255": lambda n: Image.fromarray(soft(n).astype(np.float32)),
    }
    found, said = mattes(write_set(tmp_path, draw[kind], ".tif" if kind.startswith("floats") else ".png"))
    for number, matte in enumerate(found):
        np.testing.assert_array_equal(matte, soft(number))
    assert said == []


def test_stray_levels_do_not_make_labels(tmp_path: Path) -> None:
    found, said = mattes(write_set(tmp_path, lambda n: Image.fromarray(stray(n))))
    np.testing.assert_array_equal(found[1], stray(1))
    assert said == []


def test_matlab_masks(tmp_path: Path) -> None:
    write_set(tmp_path / "images_data_crop", lambda n: Image.fromarray(person(n)))
    (tmp_path / "images_mask").mkdir()
    for path in sorted((tmp_path / "images_data_crop").rglob("*_matte.png")):
        number = path.name.partition("_")[0]
        path.unlink()
        (path.parent / f"{number}.png").rename(tmp_path / "images_data_crop" / f"{number}.png")
        savemat(tmp_path / "images_mask" / f"{number}_mask.mat", {"mask": person(int(number))})
    pairs, _, masks = read_pairs(find_layout(tmp_path), False, 0.3, 0)
    for pair in pairs:
        expected = person(int(pair.name)) * 255
        np.testing.assert_array_equal(np.asarray(read_matte(tmp_path / pair.matte, masks)), expected)


UNCLEAR: dict[str, tuple[Draw, str, str, str, Callable[[int], Bytes]]] = {
    "classes": (lambda n: Image.fromarray(parts(n, 2)), "the labels 0 (", "1,2", "1", lambda n: parts(n, 2) == 1),
    "CelebAMask": (lambda n: Image.fromarray(parts(n, 18)), "the labels 0 (", "4-15", "1-18", person),
    "VOC's indexes with a car": (lambda n: Image.fromarray(two_people(n)), "7 (", "7,15", "15", inside),
    "VOC without people": (lambda n: voc(person(n) * 7), "7 (", "7", "7", person),
    "part colours": (lambda n: Image.fromarray(COLOURS[parts(n, 3)]), "the colours #000000 (",
                     "#008000,#0909c8,#ff0000", "#ff0000,#008000, #0909c8", person),
    "trimaps": (lambda n: Image.fromarray(np.where(with_void(n) == 255, 128, inside(n) * 255).astype(np.uint8)),
                "128 (", "255", "255", inside),
    "grays of parts": (lambda n: Image.fromarray(parts(n, 3) * 85), "85 (", "85,170,255", "85-255", person),
    "1 and 2": (lambda n: Image.fromarray(person(n) + 1), "1 (", "1,2", "2", person),
    "mostly void": (lambda n: Image.fromarray(np.where(person(n), inside(n), 255).astype(np.uint8)), "255 (",
                    "1", "1", inside),
}  # fmt: skip


@pytest.mark.parametrize("kind", UNCLEAR)
def test_unclear_masks_are_refused_until_the_setting_says_the_labels(tmp_path: Path, kind: str) -> None:
    draw, listed, example, labels, expected = UNCLEAR[kind]
    write_set(tmp_path, draw)
    with pytest.raises(UserError, match=r"--originals-person-labels") as raised:
        read(tmp_path)
    assert str(tmp_path) in str(raised.value)
    assert listed in str(raised.value)
    assert f"--originals-person-labels '{example}'" in str(raised.value)
    found, _ = mattes(tmp_path, labels)
    for number, matte in enumerate(found):
        np.testing.assert_array_equal(matte, expected(number).astype(np.uint8) * 255)


NO_MATTES: dict[str, tuple[Draw, str, str]] = {
    "photos": (lambda n: Image.fromarray(smooth_picture(HEIGHT, WIDTH, n)), ".png", "coloured pictures"),
    "dark": (lambda n: Image.fromarray(soft(n) // 4), ".png", "greatest value of all mattes is 63"),
    "12 bits": (lambda n: Image.fromarray(soft(n) * np.uint16(16)), ".png", "greatest value of all mattes is 15"),
    "black": (lambda n: Image.new("L", (WIDTH, HEIGHT)), ".png", "greatest value of all mattes is 0"),
    "labels in JPEG": (lambda n: Image.fromarray(parts(n, 18)), ".jpg", "greatest value of all mattes is"),
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_MATTES)
def test_what_is_no_matte_is_refused(tmp_path: Path, kind: str) -> None:
    draw, suffix, message = NO_MATTES[kind]
    with pytest.raises(UserError, match=message):
        read(write_set(tmp_path, draw, suffix))


def test_0_and_1_stored_as_jpeg(tmp_path: Path) -> None:
    found, said = mattes(write_set(tmp_path, lambda n: Image.fromarray(person(n)), ".jpg"))
    wrong = np.mean([np.mean(matte != person(number) * 255) for number, matte in enumerate(found)])
    assert wrong < 0.05, "JPEG blurs the edges"
    assert "the person" in said[0]


def test_soft_jpeg_mattes(tmp_path: Path) -> None:
    for hard in (False, True):
        expected = [person(number) * 255 if hard else soft(number) for number in range(COUNT)]
        found, said = mattes(write_set(tmp_path / str(hard), lambda n: Image.fromarray(expected[n]), ".jpg"))  # noqa: B023
        difference = np.mean(np.abs(np.array(expected, float) - np.array(found)))
        assert difference < 2
        assert said == []


def test_labels_under_a_transparent_background_are_found(tmp_path: Path) -> None:
    def draw(number: int) -> Image.Image:
        picture = Image.fromarray(parts(number, 3))
        picture.putpalette(COLOURS.ravel().tolist())
        picture.info["transparency"] = 0
        return picture

    assert read(write_set(tmp_path, draw))[1] == [], "the background is transparent"
    found, _ = mattes(tmp_path, "2,3")
    np.testing.assert_array_equal(found[0], (parts(0, 3) > 1) * 255)


def test_a_label_that_no_matte_has_is_refused(tmp_path: Path) -> None:
    write_set(tmp_path, lambda n: Image.fromarray(parts(n, 2)))
    with pytest.raises(UserError, match=r"person_labels: 15: no matte has one of these labels; .* labels 0 \("):
        read(tmp_path, "15")


def test_the_setting_soft_takes_the_values_as_they_are(tmp_path: Path) -> None:
    found, said = mattes(write_set(tmp_path, lambda n: Image.fromarray(parts(n, 3) * 85)), "soft")
    np.testing.assert_array_equal(found[0], parts(0, 3) * 85)
    assert said == []


@pytest.mark.parametrize(
    ("others", "one", "problem"),
    [
        (lambda n: Image.fromarray(soft(n)), Image.fromarray(person(1)), "greatest value is 1"),
        (lambda n: Image.fromarray(soft(n)), Image.fromarray(smooth_picture(HEIGHT, WIDTH, 1)), "has colours"),
        (lambda n: Image.fromarray(with_void(n)), Image.fromarray(soft(1)), "too many levels for labels"),
    ],
)
def test_a_matte_unlike_the_others_is_named_and_can_be_left_out(
    tmp_path: Path, others: Draw, one: Image.Image, problem: str
) -> None:
    write_set(tmp_path, lambda n: one if n == 1 else others(n))
    with pytest.raises(UserError, match=rf"1 of the originals(.|\n)*training/1_matte\.png: .*{problem}"):
        read(tmp_path)
    pairs, said, _ = read(tmp_path, skip=True)
    assert [pair.name for pair in pairs] == ["0", "2", "3", "4", "5", "6", "7"]
    assert problem in said[0]


def test_what_masks_mean_survives_the_file(tmp_path: Path) -> None:
    for masks in (Masks(), Masks("voc", (15,)), Masks("gray", None, 1 / 257)):
        write_masks(tmp_path / "masks.json", masks)
        assert read_masks(tmp_path / "masks.json") == masks


@given(st.one_of(st.integers(1, 255), st.integers(256 * 128, 65535)), st.booleans())
def test_two_levels_from_black_are_background_and_person(level: int, deep: bool) -> None:
    dtype, reading = ("uint16", DEEP_GRAY) if deep or level > 255 else ("uint8", GRAY)
    files = [
        MatteFile({reading: person(n).astype(dtype) * np.array(level, dtype)}, False, False) for n in range(3)
    ]
    masks = understand([facts_of(file) for file in files], "")
    for number, file in enumerate(files):
        np.testing.assert_array_equal(person_matte(file, masks), person(number) * 255)
