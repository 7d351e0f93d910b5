import sys
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from numpy.typing import NDArray

from tasks.dataset import arrays
from tasks.dataset.arrays import Stream, load_arrays, save_arrays, save_streams, stream_array, unit_range

DTYPES = st.sampled_from([np.uint8, np.float32, np.int64])


def test_equal_arrays_give_equal_bytes_that_numpy_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values: dict[str, NDArray[np.generic]] = {
        "a": np.arange(6, dtype=np.uint8).reshape(2, 3),
        "b": np.array([0.5], np.float32),
        "c": np.array("text"),
    }
    save_arrays(tmp_path / "one.npz", values)
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: 1e9)
        patch.setattr(time, "localtime", lambda *_: time.gmtime(1e9))
        save_arrays(tmp_path / "without suffix", values)
    save_arrays(tmp_path / "columns first.npz", {**values, "a": np.asfortranarray(values["a"])})
    content = (tmp_path / "one.npz").read_bytes()
    assert content == (tmp_path / "without suffix").read_bytes() == (tmp_path / "columns first.npz").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.npz") as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    with np.load(tmp_path / "one.npz") as loaded:
        assert list(loaded.keys()) == ["a", "b", "c"]
        np.testing.assert_array_equal(loaded["a"], values["a"])
    b, c = load_arrays(tmp_path / "one.npz", "b", "c")
    np.testing.assert_array_equal(b, values["b"])
    assert c.item() == "text"


@pytest.mark.parametrize("system", ["linux", "win32"])
def test_the_bytes_do_not_depend_on_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    array = np.arange(6, dtype=np.uint8).reshape(2, 3)
    np.savez(tmp_path / "numpys.npz", one=array)  # on this system, which is no Windows where this runs
    expected = (tmp_path / "numpys.npz").read_bytes()
    monkeypatch.setattr(zipfile.sys, "platform", system)  # type: ignore[attr-defined]
    save_arrays(tmp_path / "whole.npz", {"one": array})
    save_streams(tmp_path / "streamed.npz", {"one": Stream(array.shape, array.dtype, iter([array]))})
    monkeypatch.undo()
    for name in ("whole.npz", "streamed.npz"):
        written = (tmp_path / name).read_bytes()
        assert zipfile.ZipFile(tmp_path / name).infolist()[0].create_system == 3
        assert written == expected or sys.platform == "win32"


def test_objects_are_not_pickled(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="allow_pickle"):
        save_arrays(tmp_path / "objects.npz", {"some": np.array([object()])})


def test_what_zipfile_says_of_a_failed_read_is_an_error_of_the_file_system(tmp_path: Path) -> None:
    save_arrays(tmp_path / "a.npz", {"values": np.ones(3)})
    (tmp_path / "a.npz").write_bytes((tmp_path / "a.npz").read_bytes()[:-30])
    with pytest.raises(OSError, match="cannot be read") as raised:
        load_arrays(tmp_path / "a.npz", "values")
    assert raised.value.filename == str(tmp_path / "a.npz")
    with pytest.raises(OSError, match="cannot be read"):
        stream_array(tmp_path / "a.npz", "values")


def test_unit_range_leaves_floats_as_they_are() -> None:
    np.testing.assert_array_equal(unit_range(np.array([0, 255], np.uint8)), np.array([0, 1], np.float32))
    np.testing.assert_array_equal(unit_range(np.array([0.25])), np.array([0.25], np.float32))


@given(arrays_of.arrays(DTYPES, arrays_of.array_shapes(min_dims=1, max_dims=4)), st.integers(1, 4))
def test_a_stream_has_the_rows_of_the_array_and_makes_the_same_file(
    tmp_path_factory: pytest.TempPathFactory, values: NDArray[np.generic], rows: int
) -> None:
    folder = tmp_path_factory.mktemp("streams")
    save_arrays(folder / "whole.npz", {"some": values})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrays, "STREAMED_ROWS", rows)
        save_streams(folder / "streamed.npz", {"some": stream_array(folder / "whole.npz", "some")})
    assert (folder / "streamed.npz").read_bytes() == (folder / "whole.npz").read_bytes()
    (found,) = load_arrays(folder / "streamed.npz", "some")
    np.testing.assert_array_equal(found, values)


def test_a_split_without_images_is_streamed_too(tmp_path: Path) -> None:
    save_arrays(tmp_path / "none.npz", {"some": np.zeros((0, 4, 3), np.uint8)})
    streamed = stream_array(tmp_path / "none.npz", "some")
    assert (streamed.shape, list(streamed.parts)) == ((0, 4, 3), [])


def test_only_some_rows_of_a_stream_are_in_memory(tmp_path: Path) -> None:
    def parts() -> Iterator[NDArray[np.generic]]:
        for _ in range(50):
            yield np.ones((arrays.STREAMED_ROWS, 100), np.float32)

    shape = (50 * arrays.STREAMED_ROWS, 100)
    tracemalloc.start()
    save_streams(tmp_path / "many.npz", {"many": Stream(shape, np.dtype(np.float32), parts())})
    total = sum(float(part.sum()) for part in stream_array(tmp_path / "many.npz", "many").parts)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == shape[0] * shape[1]
    assert peak < 0.2 * total * 4
