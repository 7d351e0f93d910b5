import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tasks.photos.window import SMALLEST_PART, person_window

PORTRAIT = 4 / 3


def person(top: int, bottom: int, left: int, right: int, size: tuple[int, int] = (56, 75)) -> np.ndarray:
    found = np.zeros(size, bool)
    found[top:bottom, left:right] = True
    return found


def test_it_is_a_portrait_around_a_small_person_in_a_wide_photo() -> None:
    window = person_window(person(20, 44, 40, 58), (1500, 1120), PORTRAIT)
    assert window is not None
    left, top, right, bottom = window
    assert left < 800
    assert right > 1160
    assert top < 400
    assert bottom > 880
    assert abs((bottom - top) / (right - left) / PORTRAIT - 1) < 0.01


@given(st.integers(0, 40), st.integers(1, 16), st.integers(0, 55), st.integers(1, 20))
def test_it_is_inside_the_photo_and_holds_the_person(top: int, height: int, left: int, width: int) -> None:
    window = person_window(person(top, top + height, left, left + width), (750, 560), PORTRAIT)
    if window is not None:
        assert 0 <= window[0] <= left * 10
        assert 0 <= window[1] <= top * 10
        assert (left + width) * 10 <= window[2] <= 750
        assert (top + height) * 10 <= window[3] <= 560


def test_there_is_none_if_people_fill_the_photo_or_nobody_is_there() -> None:
    assert person_window(person(5, 100, 10, 65, (100, 75)), (600, 800), PORTRAIT) is None
    assert person_window(np.zeros((56, 75), bool), (750, 560), PORTRAIT) is None


def test_specks_do_not_count_but_other_people_do() -> None:
    alone = person(20, 40, 30, 45)
    with_speck, with_another = alone.copy(), alone.copy()
    with_speck[2:4, 2:4] = True
    assert SMALLEST_PART * alone.sum() > 4
    with_another[25:40, 2:12] = True
    size = (750, 560)
    assert person_window(with_speck, size, PORTRAIT) == person_window(alone, size, PORTRAIT)
    window = person_window(with_another, size, PORTRAIT)
    assert window is None or window[0] <= 20
