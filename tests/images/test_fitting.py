import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tasks.images.fitting import centred, fitting_size, padded

SIDES = st.integers(1, 300)


@given(SIDES, SIDES, SIDES, SIDES)
def test_the_size_fits_touches_the_frame_and_keeps_the_shape(
    height: int, width: int, frame_height: int, frame_width: int
) -> None:
    fitting = fitting_size((height, width), (frame_height, frame_width))
    assert fitting[0] <= frame_height
    assert fitting[1] <= frame_width
    assert fitting[0] == frame_height or fitting[1] == frame_width
    scale = min(frame_height / height, frame_width / width)
    assert abs(fitting[0] - height * scale) <= max(0.5, 1 - height * scale)
    assert abs(fitting[1] - width * scale) <= max(0.5, 1 - width * scale)


def test_an_image_of_the_frames_shape_fills_it() -> None:
    assert fitting_size((800, 600), (100, 75)) == (100, 75)


@given(st.integers(1, 20), st.integers(1, 20), st.integers(0, 9), st.integers(0, 9))
def test_the_image_is_in_the_middle_and_its_edges_continue(
    height: int, width: int, more_rows: int, more_columns: int
) -> None:
    image = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    frame = (height + more_rows, width + more_columns)
    result = padded(image, frame)
    assert result.shape == (*frame, 3)
    rows, columns = centred((height, width), frame)
    np.testing.assert_array_equal(result[rows, columns], image)
    assert abs(rows.start - (frame[0] - rows.stop)) <= 1
    assert (result[: rows.start, columns] == image[0]).all()
    assert (result[rows, columns.stop :] == image[:, -1:]).all()
