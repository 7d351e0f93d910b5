import zipfile
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tasks.core.errors import UserError
from tasks.originals.npz import KEYS, npz_pairs, read_npz
from tasks.small.from_npz import small_from_npz
from tests.fuzz import EXAMPLES, Changes, changes, mutated

Arrays = dict[str, NDArray[Any]]


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
    return read_npz(save(tmp_path / "small.npz", {**small(), **changed}))


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
    arrays = read(tmp_path, **{key: form(expected[key]) for key in ("train_mattes", "test_mattes")})
    for key in KEYS:
        np.testing.assert_array_equal(arrays[key], expected[key])


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
        ({"train_images": np.zeros((3, 40, 32, 4), np.uint8)}, "4 channels"),
        ({"test_mattes": small()["test_images"]}, "test_mattes has three different channels"),
        ({"test_images": np.full((2, 40, 32, 3), np.nan)}, "test_images has NaN"),
        ({"test_images": np.full((2, 40, 32, 3), 256.0)}, "values from 256.0 to 256.0"),
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


def test_all_problems_are_in_one_message(tmp_path: Path) -> None:
    arrays = {**small(), "train_images": np.array([object()])}
    del arrays["test_mattes"]
    with pytest.raises(UserError, match=r"train_images holds object.*test_mattes is missing.*it has test_images"):
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
    arrays = small_from_npz(path, npz_pairs(path, read_npz(path)), 40, 32, dtype)
    for key, values in small().items():
        assert arrays[key].dtype == dtype
        np.testing.assert_allclose(
            np.asarray(arrays[key], float), values / (255 if dtype == "float32" else 1), atol=1e-7
        )


def test_large_originals_are_resized_to_the_mean_of_blocks(tmp_path: Path) -> None:
    path = save(tmp_path / "large.npz", small(160, 128))
    arrays = small_from_npz(path, npz_pairs(path, read_npz(path)), 40, 32, "uint8")
    blocks = small(160, 128)["train_images"].reshape(3, 40, 4, 32, 4, 3).mean(axis=(2, 4))
    np.testing.assert_allclose(np.asarray(arrays["train_images"], float), blocks, atol=0.51)


def test_originals_that_are_too_small_or_were_changed_are_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "small.npz", small())
    pairs = npz_pairs(path, read_npz(path))
    with pytest.raises(UserError, match="32x40 pixels"):
        small_from_npz(path, pairs, 50, 40, "uint8")
    save(path, {**small(), "test_images": 255 - small()["test_images"]})
    with pytest.raises(UserError, match="has changed since it was checked"):
        small_from_npz(path, pairs, 40, 32, "uint8")


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
            assert read_npz(path).keys() == set(KEYS)
