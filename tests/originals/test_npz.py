import io
import math
import re
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from skimage.transform import resize

from tasks.core.errors import UserError
from tasks.dataset.arrays import unit_range
from tasks.originals.masks import Masks
from tasks.originals.npz import NpzPart, npz_holds_mattes, npz_pairs, read_npz
from tasks.originals.npz_values import photo_values
from tasks.originals.read_originals import read_originals
from tasks.small.from_npz import small_from_npz
from tests.fuzz import EXAMPLES, Changes, changes, mutated

Arrays = dict[str, NDArray[Any]]
KEYS = ("train_images", "test_images", "train_mattes", "test_mattes")


def small(height: int = 40, width: int = 32) -> Arrays:
    generator = np.random.default_rng(0)
    arrays = {}
    for prefix, count in (("train", 3), ("test", 2)):
        shape = (count, height, width)
        arrays[f"{prefix}_images"] = generator.integers(0, 256, (*shape, 3), dtype=np.uint8)
        arrays[f"{prefix}_mattes"] = generator.choice(np.array([0, 255], np.uint8), (*shape, 1))
    return arrays


def save(path: Path, arrays: Arrays) -> Path:
    np.savez_compressed(path, allow_pickle=True, **arrays)
    return path


def read(tmp_path: Path, **changed: NDArray[Any]) -> dict[str, NDArray[np.generic]]:
    parts = read_npz(save(tmp_path / "small.npz", {**small(), **changed}))
    return {name: values for part in parts for name, values in named(part).items()}


def named(part: NpzPart) -> dict[str, NDArray[np.generic]]:
    assert part.mattes is not None
    return {part.names.photos: part.photos, part.names.mattes: part.mattes}


def as_small(tmp_path: Path, arrays: Arrays, dtype: str = "uint8", labels: str = "") -> Arrays:
    """The small arrays of the same size, as the stages make them."""
    path = save(tmp_path / "originals.npz", arrays)
    _, pairs, _, masks = read_originals(path, False, 0.4, 0, labels)
    return small_from_npz(path, pairs, masks, 40, 32, dtype)


@pytest.mark.parametrize(
    "form",
    [
        lambda mattes: mattes,
        lambda mattes: mattes[..., 0],
        lambda mattes: np.repeat(mattes, 3, axis=3),
        lambda mattes: mattes > 0,
        lambda mattes: mattes // 255,
        lambda mattes: mattes.astype(np.int64),
        lambda mattes: mattes.astype(np.float64),
    ],
)
def test_mattes_of_every_form_in_circulation(tmp_path: Path, form: Any) -> None:
    expected = small()
    arrays = as_small(tmp_path, {**expected, **{key: form(expected[key]) for key in KEYS[2:]}})
    for key in KEYS:
        np.testing.assert_array_equal(arrays[key], expected[key])


@pytest.mark.parametrize("beyond", [4e-16, 2e-7, 0.06])
def test_floats_a_little_outside_0_to_1_are_clipped(tmp_path: Path, beyond: float) -> None:
    floats = {key: values / 255 for key, values in small().items()}
    expected = as_small(tmp_path, floats, "float32")
    outside = {key: values * (1 + 2 * beyond) - beyond for key, values in floats.items()}
    arrays = as_small(tmp_path, outside, "float32")
    for key in KEYS:
        np.testing.assert_allclose(arrays[key], expected[key], atol=beyond + 1e-6)
        assert arrays[key].min() >= 0
        assert arrays[key].max() <= 1


def test_what_other_libraries_resize_is_0_to_1(tmp_path: Path) -> None:
    large = {key: values / 255 for key, values in small(80, 64).items()}
    resized = {
        key: np.stack([resize(row, (40, 32), order=3, clip=False) for row in values])
        for key, values in large.items()
    }
    assert resized["train_images"].max() > 1
    assert resized["train_images"].min() < 0
    arrays = as_small(tmp_path, resized)
    for key in KEYS:
        np.testing.assert_allclose(arrays[key], np.clip(resized[key], 0, 1) * 255, atol=0.51)


@example(0.0, 318.5)
@example(-63.9, 300.0)
@given(st.floats(-400, 400), st.floats(0.01, 800))
def test_floats_of_any_range_are_read_or_refused(least: float, extent: float) -> None:
    values = np.linspace(least, least + extent, 48).reshape(1, 4, 4, 3)
    lowest, greatest = values.min(), values.max()
    about_1 = lowest >= -0.25 and 0.05 <= greatest <= 1.25
    about_255 = lowest >= -0.25 * 255 and 128 <= greatest <= 1.25 * 255
    if not (about_1 or about_255):
        with pytest.raises(UserError, match="has values"):
            photo_values(values)
        return
    read = unit_range(photo_values(values))
    scale = 1 if greatest <= 1.25 else 255
    assert np.abs(read - values / scale).max() <= 0.26


@pytest.mark.parametrize(
    "form",
    [
        lambda arrays: {"x_train": arrays[KEYS[0]], "y_train": arrays[KEYS[2]],
                        "x_test": arrays[KEYS[1]], "y_test": arrays[KEYS[3]]},
        lambda arrays: {key: np.moveaxis(values, 3, 1) for key, values in arrays.items()},
        lambda arrays: {key: values if key in KEYS[2:] else np.pad(values, [(0, 0)] * 3 + [(0, 1)])
                        for key, values in arrays.items()},
    ],
)  # fmt: skip
def test_an_npz_as_courses_make_them(tmp_path: Path, form: Any) -> None:
    arrays = as_small(tmp_path, form(small()))
    for key, values in small().items():
        np.testing.assert_array_equal(arrays[key], values)


def test_without_a_split_one_is_drawn_and_each_photo_keeps_its_matte(tmp_path: Path) -> None:
    images = np.concatenate([small()[key] for key in KEYS[:2]])
    mattes = np.concatenate([small()[key] for key in KEYS[2:]])
    arrays = as_small(tmp_path, {"images": images, "masks": mattes})
    assert len(arrays["train_images"]) + len(arrays["test_images"]) == len(images)
    for prefix in ("train", "test"):
        assert len(arrays[f"{prefix}_images"])
        for photo, matte in zip(arrays[f"{prefix}_images"], arrays[f"{prefix}_mattes"], strict=True):
            row = next(row for row, image in enumerate(images) if (image == photo).all())
            np.testing.assert_array_equal(matte, mattes[row])


def test_labels_in_an_npz_are_understood_or_refused(tmp_path: Path) -> None:
    arrays = small()
    labels = {key: arrays[key] // 255 for key in KEYS[2:]}
    for key in labels:
        labels[key][:, :2] = 255
    found = as_small(tmp_path, {**arrays, **labels})
    for key in labels:
        np.testing.assert_array_equal(found[key][:, 2:], arrays[key][:, 2:])
        assert not found[key][:, :2].any()
    for key in labels:
        labels[key][:, :2] = 2
    with pytest.raises(UserError, match="unclear what the mattes hold: the labels 0"):
        as_small(tmp_path, {**arrays, **labels})
    found = as_small(tmp_path, {**arrays, **labels}, labels="1-2")
    assert (found["train_mattes"][:, :2] == 255).all()


def test_images_as_floats_stay_exact(tmp_path: Path) -> None:
    floats = small()["train_images"] / 255
    assert read(tmp_path, train_images=floats)["train_images"].dtype == np.float32
    np.testing.assert_array_equal(read(tmp_path, train_images=floats)["train_images"], floats.astype(np.float32))
    np.testing.assert_array_equal(
        read(tmp_path, train_images=(floats * 255).round())["train_images"], small()["train_images"]
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"train_images": np.array([object()])}, "train_images holds object, not numbers"),
        ({"train_images": np.array(["text"])}, "not numbers"),
        ({"train_images": np.zeros((3, 40), np.uint8)}, "train_images has the shape (3, 40)"),
        ({"train_images": np.zeros((3, 40, 32, 5), np.uint8)}, "5 channels"),
        ({"train_mattes": np.zeros(3, np.uint8)}, "train_mattes has the shape (3,)"),
        ({"train_images": small()["train_images"] > 9}, "train_images holds whole numbers 0 and 1"),
        ({"train_images": small()["train_images"] / 255**2}, "Divided by 255 twice?"),
        (
            {"train_images": small()["train_images"] / 127.5 - 1},
            "from -1 to 1; they must be about 0..1 or 0..255; for",
        ),
        ({"train_images": small()["train_images"] / 12.3}, "train_images has values from 0 to 20.7"),
        ({"train_mattes": small()["train_mattes"] / 12.3}, "train_mattes has values from 0 to 20.7"),
        ({"test_mattes": small()["test_images"]}, "test_mattes has three different channels"),
        ({"test_images": np.full((2, 40, 32, 3), np.nan)}, "test_images has NaN"),
        ({"test_images": np.full((2, 40, 32, 3), 400.0)}, "values from 400 to 400"),
        ({"test_images": np.full((2, 40, 32, 3), -1)}, "values from -1"),
        ({"test_images": np.zeros((0, 40, 32, 3), np.uint8)}, "test_images has the shape (0, 40, 32, 3)"),
        ({"test_images": np.zeros((4, 40, 32, 3), np.uint8)}, "test_images and test_mattes do not match"),
        (
            {key: np.zeros((2, 50, 32, 1), np.uint8) for key in ("test_images", "test_mattes")},
            "different sizes",
        ),
    ],
)
def test_the_message_says_what_is_wrong(tmp_path: Path, changed: Arrays, message: str) -> None:
    with pytest.raises(UserError) as raised:
        read(tmp_path, **changed)
    assert message in str(raised.value)
    assert "small.npz: " in str(raised.value)


def as_cut_outs(arrays: Arrays) -> Arrays:
    return {
        key: np.concatenate([arrays[key], arrays[key.replace("images", "mattes")]], axis=3) for key in KEYS[:2]
    }


@pytest.mark.parametrize("opaque", [1, 255])
@pytest.mark.parametrize("channels", ["first", "last"])
def test_cut_outs_are_their_own_mattes_on_white(tmp_path: Path, opaque: int, channels: str) -> None:
    arrays = small()
    given = as_cut_outs(
        {key: values // (255 // opaque) if key in KEYS[2:] else values for key, values in arrays.items()}
    )
    if channels == "first":
        given = {key: np.moveaxis(values, 3, 1) for key, values in given.items()}
    found = as_small(tmp_path, given)
    for images, mattes in zip(KEYS[:2], KEYS[2:], strict=True):
        np.testing.assert_array_equal(found[mattes], arrays[mattes])
        np.testing.assert_array_equal(found[images], np.where(arrays[mattes] == 255, arrays[images], 255))
    assert npz_holds_mattes(tmp_path / "originals.npz")
    _, _, findings, _ = read_originals(tmp_path / "originals.npz", False, 0.4, 0)
    assert "the cut-outs have no background" in findings.warnings[0]


@pytest.mark.parametrize("channels", [1, 3])
def test_photos_alone_give_photos_alone(tmp_path: Path, channels: int) -> None:
    given = {key: small()[key][..., :channels] for key in KEYS[:2]}
    found = as_small(tmp_path, given)
    assert {*found} == {*KEYS[:2]}
    for key, values in given.items():
        np.testing.assert_array_equal(found[key], np.broadcast_to(values, (*values.shape[:3], 3)))
    assert not npz_holds_mattes(tmp_path / "originals.npz")
    _, pairs, findings, _ = read_originals(tmp_path / "originals.npz", False, 0.4, 0)
    assert {(pair.matte, pair.matte_sha256) for pair in pairs} == {("", "")}
    assert "experiments that learn mattes are left out" in findings.warnings[0]


def test_mattes_are_left_out_if_the_setting_says_so(tmp_path: Path) -> None:
    path = save(tmp_path / "small.npz", small())
    _, pairs, _, masks = read_originals(path, False, 0.4, 0, mattes="none")
    assert {*small_from_npz(path, pairs, masks, 40, 32, "uint8")} == {*KEYS[:2]}


def test_arrays_that_are_not_used_are_named(tmp_path: Path) -> None:
    path = save(tmp_path / "small.npz", {**small(), "ids": np.arange(5), "trimaps": np.zeros(3)})
    assert read_originals(path, False, 0.4, 0)[2].warnings == ["arrays that are not used: ids, trimaps"]


def test_patterns_of_files_are_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "small.npz", small())
    for photos, mattes in (("images/*", ""), ("", "masks/*")):
        with pytest.raises(UserError, match=r"are patterns of files, and the source is an \.npz"):
            read_originals(path, False, 0.4, 0, photos=photos, mattes=mattes)


def test_opaque_images_without_mattes_are_refused(tmp_path: Path) -> None:
    images = np.full((6, 40, 32, 4), 200, np.uint8)
    with pytest.raises(UserError, match=r"images are photos without mattes.*give --originals-mattes none"):
        read_npz(save(tmp_path / "small.npz", {"images": images}))


def test_an_alpha_channel_in_one_split_alone_is_refused(tmp_path: Path) -> None:
    given = {**as_cut_outs(small()), "test_images": small()["test_images"]}
    with pytest.raises(UserError, match="of train_images and test_images, only some have an alpha channel"):
        read_npz(save(tmp_path / "small.npz", given))


def test_all_problems_are_in_one_message(tmp_path: Path) -> None:
    arrays = {**small(), "train_images": np.array([object()])}
    del arrays["test_mattes"]
    with pytest.raises(UserError, match=r"test_images has no mattes beside it.*It has test_images"):
        read_npz(save(tmp_path / "small.npz", arrays))
    arrays["test_mattes"] = np.zeros(3, np.uint8)
    with pytest.raises(
        UserError, match=r"train_images holds object.*test_mattes has the shape.*It has test_images"
    ):
        read_npz(save(tmp_path / "small.npz", arrays))


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04 cut off"])
def test_a_file_that_is_no_npz_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "small.npz").write_bytes(content)
    with pytest.raises(UserError, match=r"small\.npz: cannot be read as an npz"):
        read_npz(tmp_path / "small.npz")


def test_a_header_that_promises_too_much_is_refused_before_memory_is_taken(tmp_path: Path) -> None:
    path = save(tmp_path / "small.npz", small())
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["train_images.npy"] = parts["train_images.npy"].replace(b"(3, 40, 32, 3)", b"(9999999999999, 40, 32, 3)")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(UserError, match=r"train_images (is cut off|cannot be read)"):
        read_npz(path)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_small_originals_are_taken_as_they_are(tmp_path: Path, dtype: str) -> None:
    path = save(tmp_path / "small.npz", small())
    arrays = small_from_npz(path, npz_pairs(path, read_npz(path)), Masks(), 40, 32, dtype)
    for key, values in small().items():
        assert arrays[key].dtype == dtype
        np.testing.assert_allclose(
            np.asarray(arrays[key], float), values / (255 if dtype == "float32" else 1), atol=1e-7
        )


def test_large_originals_are_resized_to_the_mean_of_blocks(tmp_path: Path) -> None:
    path = save(tmp_path / "large.npz", small(160, 128))
    arrays = small_from_npz(path, npz_pairs(path, read_npz(path)), Masks(), 40, 32, "uint8")
    blocks = small(160, 128)["train_images"].reshape(3, 40, 4, 32, 4, 3).mean(axis=(2, 4))
    np.testing.assert_allclose(np.asarray(arrays["train_images"], float), blocks, atol=0.51)


def test_originals_that_are_too_small_or_were_changed_are_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "small.npz", small())
    pairs = npz_pairs(path, read_npz(path))
    with pytest.raises(UserError, match="32x40 pixels"):
        small_from_npz(path, pairs, Masks(), 50, 40, "uint8")
    save(path, {**small(), "test_images": 255 - small()["test_images"]})
    with pytest.raises(UserError, match="has changed since it was checked"):
        small_from_npz(path, pairs, Masks(), 40, 32, "uint8")


def test_rows_are_named_by_array_and_number(tmp_path: Path) -> None:
    path = save(tmp_path / "small.npz", small())
    pairs = npz_pairs(path, read_npz(path))
    assert [(pair.split, pair.name) for pair in pairs[2:4]] == [("training", "00003"), ("testing", "00001")]
    assert (pairs[3].photo, pairs[3].matte) == ("small.npz/test_images[0]", "small.npz/test_mattes[0]")


@settings(max_examples=EXAMPLES)
@given(packed=st.booleans(), changed=changes)
def test_a_mutated_npz_gives_arrays_or_our_own_error(packed: bool, changed: Changes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "small.npz"
        (np.savez_compressed if packed else np.savez)(path, allow_pickle=True, **small(10, 8))
        path.write_bytes(mutated(path.read_bytes(), changed))
        with suppress(UserError):
            assert {name for part in read_npz(path) for name in named(part)} == set(KEYS)


@pytest.mark.parametrize(
    ("shape", "with_mattes", "said"),
    [
        (
            (7, 10_000, 10_000, 3),
            False,
            "take 2.0 GB of memory; they may take 1 GB, or 4 GB if that is no more than 100",
        ),
        ((7, 10_000, 10_000), False, "take 2.0 GB of memory"),
        ((13, 10_000, 10_000, 3), True, "take 7.3 GB of memory"),
    ],
    ids=["zeros", "gray", "large"],
)
def test_arrays_that_take_too_much_are_refused_before_they_do(
    tmp_path: Path, shape: tuple[int, ...], with_mattes: bool, said: str
) -> None:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "|u1", "fortran_order": False, "shape": shape})
    with zipfile.ZipFile(tmp_path / "zeros.npz", "w") as archive:
        for name in ("images.npy", "masks.npy"):
            archive.writestr(name, header.getvalue())
    forge_sizes(tmp_path / "zeros.npz", math.prod(shape))
    with pytest.raises(UserError, match=f"{re.escape(said)}.*give the pictures as files in a folder"):
        read_npz(tmp_path / "zeros.npz", with_mattes)


def forge_sizes(path: Path, size: int) -> None:
    """Let an archive's directory say that its files have a size when unpacked."""
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 24 : at + 28] = (size % (1 << 32)).to_bytes(4, "little")
        at = content.find(b"PK\x01\x02", at + 4)
    path.write_bytes(content)


def test_a_giant_header_is_not_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("images.npy", "masks.npy"):
            archive.writestr(name, b"\x93NUMPY\x02\x00" + (100_000_000).to_bytes(4, "little") + bytes(100_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(UserError, match="images cannot be read"):
            read_npz(tmp_path / "a.npz")
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_an_array_packed_by_a_method_that_unpacks_all_at_once_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "small.npz", small())
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(UserError, match="train_images is compressed by another method than Deflate"):
        read_npz(path)


@pytest.mark.runs
def test_converting_large_arrays_takes_little_more_than_they_become(tmp_path: Path) -> None:
    values = np.random.default_rng(0).random((40, 400, 400, 4))
    np.savez(tmp_path / "a.npz", images=values)
    tracemalloc.start()
    try:
        (part,) = read_npz(tmp_path / "a.npz")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert part.mattes is not None
    # Floats of 8 bytes are in memory once, and so is what blocks of them become.
    assert peak <= values.nbytes + 2 * part.photos.nbytes + part.mattes.nbytes + (100 << 20)
