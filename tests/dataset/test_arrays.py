import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from numpy.typing import NDArray

from tasks.dataset import arrays
from tasks.dataset.arrays import Stream, load_arrays, save_arrays, stream_array

DTYPES = st.sampled_from([np.uint8, np.float32, np.int64])


@given(arrays_of.arrays(DTYPES, arrays_of.array_shapes(min_dims=1, max_dims=4)), st.integers(1, 4))
def test_a_stream_has_the_rows_of_the_array_and_makes_the_same_file(
    tmp_path_factory: pytest.TempPathFactory, values: NDArray[np.generic], at_once: int
) -> None:
    folder = tmp_path_factory.mktemp("streams")
    save_arrays(folder / "whole.npz", {"some": values})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrays, "AT_ONCE", at_once)
        save_arrays(folder / "streamed.npz", {"some": stream_array(folder / "whole.npz", "some")})
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
            yield np.ones((arrays.AT_ONCE, 100), np.float32)

    shape = (50 * arrays.AT_ONCE, 100)
    tracemalloc.start()
    save_arrays(tmp_path / "many.npz", {"many": Stream(shape, np.dtype(np.float32), parts())})
    total = sum(float(part.sum()) for part in stream_array(tmp_path / "many.npz", "many").parts)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == shape[0] * shape[1]
    assert peak < 0.2 * total * 4
