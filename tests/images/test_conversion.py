import base64

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tasks.images.conversion import checkerboard, data_address, to_bytes


@given(st.integers(0, 255))
def test_every_byte_comes_back(value: int) -> None:
    for dtype in (np.float32, np.float64):
        assert to_bytes(np.array([value / 255], dtype)) == [value]


def test_values_outside_are_clipped_and_the_others_rounded() -> None:
    assert to_bytes(np.array([-0.5, 1.5, 0.5 / 255 + 1e-6, 0.5 / 255 - 1e-6])).tolist() == [0, 255, 1, 0]


def test_squares_change_at_each_border() -> None:
    board = checkerboard(9, 7, 3)
    assert board.shape == (9, 7)
    assert (board[:3, :3] == board[0, 0]).all()
    assert board[0, 3] == board[3, 0] != board[0, 0]
    assert board[3, 3] == board[0, 0] == board[0, 6]


def test_a_data_url_holds_the_file() -> None:
    kind, _, content = data_address(b"\x89PNG", "png").partition(",")
    assert kind == "data:image/png;base64"
    assert base64.b64decode(content) == b"\x89PNG"
