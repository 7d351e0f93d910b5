import io
import struct
import zlib
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray
from scipy.io import loadmat, savemat

from tasks.core.errors import UserError
from tasks.images.matlab import matlab_mask, matlab_size
from tests.fuzz import EXAMPLES, Changes, changes, mutated

MASK = np.eye(7, 5, dtype=np.uint8)
DTYPES = ("u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8", "?")
LITTLE, BIG = b"MATLAB 5.0".ljust(124) + b"\0\1IM", b"MATLAB 5.0".ljust(124) + b"\1\0MI"


def element(order: str, kind: int, data: bytes) -> bytes:
    return struct.pack(f"{order}II", kind, len(data)) + data + bytes(-len(data) % 8)


def small_element(order: str, kind: int, data: bytes) -> bytes:
    return struct.pack(f"{order}I", len(data) << 16 | kind) + data.ljust(4, b"\0")


def variable(order: str, flags: int, sides: tuple[int, int], values: bytes, name: bytes = b"mask") -> bytes:
    """A variable; `values` is its last element."""
    parts = (
        element(order, 6, struct.pack(f"{order}II", flags, 0)),
        element(order, 5, struct.pack(f"{order}ii", *sides)),
        element(order, 1, name),
        values,
    )
    return element(order, 14, b"".join(parts))


def file_with(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "mask.mat"
    path.write_bytes(content)
    return path


def saved(values: dict[str, object], compressed: bool = False) -> bytes:
    buffer = io.BytesIO()
    savemat(buffer, values, do_compression=compressed)
    return buffer.getvalue()


numbers = st.sampled_from(DTYPES).flatmap(
    lambda dtype: arrays(np.dtype(dtype), array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9))
)


@given(values=numbers, compressed=st.booleans(), before=st.booleans())
def test_what_scipy_writes_is_read_as_scipy_reads_it(
    values: NDArray[np.generic], compressed: bool, before: bool
) -> None:
    others = {"other": "text", "cells": np.array([{"mask": 1}, 2], object), "masks": np.ones((2, 3, 4))}
    content = saved({**(others if before else {}), "mask": values, "later": MASK}, compressed)
    with TemporaryDirectory() as folder:
        path = file_with(Path(folder), content)
        read, expected = matlab_mask(path), loadmat(io.BytesIO(content))["mask"]
        assert matlab_size(path) == values.shape
    assert read.dtype == expected.dtype
    np.testing.assert_array_equal(read, expected)


@pytest.mark.parametrize(("order", "header"), [("<", LITTLE), (">", BIG)])
@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("dtype", [1, 2, 3, 4, 9])
def test_both_byte_orders_and_what_is_stored_in_fewer_bits_than_its_class(
    tmp_path: Path, order: str, header: bytes, compressed: bool, dtype: int
) -> None:
    numpy_type = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 9: "f8"}[dtype]
    values = np.array([[1, 0, 7], [3, 4, 0]])
    data = values.astype(order + numpy_type).tobytes(order="F")
    content = variable(order, 6, (2, 3), element(order, dtype, data))  # of class double
    if compressed:
        packed = zlib.compress(content)
        content = struct.pack(f"{order}II", 15, len(packed)) + packed
    read = matlab_mask(file_with(tmp_path, header + content))
    assert read.dtype == np.dtype(numpy_type)
    np.testing.assert_array_equal(read, values)


def test_small_values_are_in_the_tag(tmp_path: Path) -> None:
    content = LITTLE + variable("<", 9 | 0x200, (1, 3), small_element("<", 2, b"\0\1\1"))  # logical
    np.testing.assert_array_equal(matlab_mask(file_with(tmp_path, content)), [[0, 1, 1]])
    np.testing.assert_array_equal(loadmat(tmp_path / "mask.mat")["mask"], [[0, 1, 1]])


@pytest.mark.parametrize(
    "values",
    [np.ones((2, 3), complex), np.ones((2, 3, 4)), np.ones((0, 3)), "text", {"a": 1}, np.array(["a", 1], object)],
    ids=["complex", "three axes", "empty", "text", "struct", "cells"],
)
def test_what_is_no_mask_is_not_read(tmp_path: Path, values: object) -> None:
    for content in (saved({"mask": values}), saved({"mask": values}, compressed=True)):
        with pytest.raises(UserError, match="has no variable 'mask' of height x width numbers in it"):
            matlab_mask(file_with(tmp_path, content))


def test_other_versions_are_named(tmp_path: Path) -> None:
    savemat(tmp_path / "old.mat", {"mask": MASK}, format="4")
    with pytest.raises(UserError, match=r"version 4; save it with version 7: save -v7"):
        matlab_mask(tmp_path / "old.mat")
    new = b"MATLAB 7.3 MAT-file".ljust(124) + b"\0\2IM" + bytes(384) + b"\x89HDF\r\n\x1a\n"
    with pytest.raises(UserError, match=r"version 7\.3; save it with version 7: save -v7"):
        matlab_mask(file_with(tmp_path, new))


@pytest.mark.parametrize("kind", [0, 8, 0x209, 0x7FFF])
def test_a_type_that_does_not_exist_is_refused(tmp_path: Path, kind: int) -> None:
    values = element("<", kind, bytes(100 * 100 * 8))  # by which SciPy 1.17 reads memory that is not its own
    with pytest.raises(ValueError, match="not of numbers"):
        matlab_mask(file_with(tmp_path, LITTLE + variable("<", 6, (100, 100), values)))


@pytest.mark.parametrize("compressed", [False, True])
def test_a_file_that_is_cut_off_anywhere_is_refused(tmp_path: Path, compressed: bool) -> None:
    content = saved({"mask": MASK}, compressed)
    for length in range(len(content) - 8):
        with pytest.raises((UserError, ValueError, zlib.error)):
            matlab_mask(file_with(tmp_path, content[:length]))


def test_a_changed_byte_of_a_compressed_mask_is_noticed(tmp_path: Path) -> None:
    content = bytearray(saved({"mask": np.random.default_rng(1).integers(0, 255, (30, 20), np.uint8)}, True))
    content[-1] ^= 1
    with pytest.raises(zlib.error, match="incorrect data check"):
        matlab_mask(file_with(tmp_path, bytes(content)))


@pytest.mark.parametrize("sides", [(30_000, 30_000), (2**31 - 1, 2**31 - 1)])
def test_a_mask_takes_no_more_than_it_may(tmp_path: Path, sides: tuple[int, int]) -> None:
    length = sides[0] * sides[1] * 8
    tag = struct.pack("<II", 9, length & 0xFFFFFFFF)
    bomb = zlib.compress(variable("<", 6, sides, tag)[:-8] + tag + bytes(1 << 20))
    path = file_with(tmp_path, LITTLE + struct.pack("<II", 15, len(bomb)) + bomb)
    with pytest.raises((MemoryError, ValueError)):
        matlab_mask(path)


def test_a_mask_is_inflated_no_further_than_its_sides_say(tmp_path: Path) -> None:
    content = variable("<", 9, (7, 5), element("<", 2, MASK.tobytes(order="F")))
    bomb = zlib.compress(content + bytes(100_000_000))
    path = file_with(tmp_path, LITTLE + struct.pack("<II", 15, len(bomb)) + bomb)
    np.testing.assert_array_equal(matlab_mask(path), MASK)


CONTENTS = [
    saved({"mask": MASK}),
    saved({"mask": MASK}, compressed=True),
    saved({"mask": MASK.astype(float)}),
    saved({"mask": np.array([{"mask": MASK}, "text"], object), "other": 1}),
    LITTLE + variable("<", 9 | 0x200, (1, 3), small_element("<", 2, b"\0\1\1")),
    BIG + variable(">", 6, (2, 1), element(">", 4, b"\0\1\0\2")),
]


def test_a_compressed_element_ends_with_its_content_whatever_its_length_says(tmp_path: Path) -> None:
    content = bytearray(saved({"mask": MASK, "later": MASK}, compressed=True))
    struct.pack_into("<I", content, 132, len(content))
    assert (matlab_mask(file_with(tmp_path, bytes(content))) == MASK).all()


@settings(max_examples=EXAMPLES)
@given(which=st.integers(0, 99), changed=changes, seed=st.integers(0, 99))
def test_a_mutated_file_gives_a_mask_or_an_error(which: int, changed: Changes, seed: int) -> None:
    content = bytearray(CONTENTS[which % len(CONTENTS)])
    # Changes in the tags, the first bytes after the header, reach further than those in the values.
    generator = np.random.default_rng(seed)
    for at in 128 + generator.integers(0, 72, generator.integers(0, 3)):
        content[at % len(content)] = generator.integers(0, 256)
    with TemporaryDirectory() as folder:
        path = file_with(Path(folder), mutated(bytes(content), changed))
        with suppress(UserError, ValueError, zlib.error):
            height, width = matlab_mask(path).shape
            assert 0 < height * width <= len(content) * 1000
