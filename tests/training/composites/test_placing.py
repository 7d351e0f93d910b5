import math

import numpy as np
import pytest

from tasks.training.composites.colour import to_linear
from tasks.training.composites.placing import Cuts, Window, cuts, mirrored, place
from tests.training.composites.renders import SHAPE, person, plain_person

WHOLE = Window(0, 0, *SHAPE)


def test_the_whole_layer_at_its_own_size_is_the_layer() -> None:
    layer = person()
    placed = place(layer, WHOLE, SHAPE)
    np.testing.assert_array_equal(placed.colours, to_linear(layer[..., :3]))
    np.testing.assert_allclose(placed.alpha[..., 0] * 255, layer[..., 3], atol=1e-4)


def test_a_window_shows_its_part() -> None:
    layer = person()
    placed = place(layer, Window(40, 30, 80, 60), (80, 60))
    np.testing.assert_array_equal(placed.colours, to_linear(layer[40:120, 30:90, :3]))


def test_beyond_the_layer_nothing_is_visible() -> None:
    placed = place(person(), Window(-80, -60, 320, 240), SHAPE)
    assert placed.alpha[:40].max() == 0
    assert placed.alpha[:, :30].max() == 0


@pytest.mark.parametrize("angle", [-0.1, 0.1])
def test_where_the_layer_is_cut_off_a_turned_window_opens_no_gap(angle: float) -> None:
    layer = np.full((*SHAPE, 4), 255, np.uint8)
    assert place(layer, WHOLE, (100, 75), angle, stretch=1.06).alpha.min() == 1


def test_a_turn_is_about_the_centre() -> None:
    layer = np.zeros((*SHAPE, 4), np.uint8)
    layer[70:90, 50:110, 3] = 255  # a bar to the right
    turned = place(layer, WHOLE, SHAPE, angle=-math.pi / 2).alpha[..., 0] > 0.5
    assert turned[60:130, 60].sum() == pytest.approx(50, abs=10)
    assert not turned[:60].any()


def test_a_layer_made_much_smaller_is_averaged() -> None:
    layer = np.zeros((*SHAPE, 4), np.uint8)
    layer[::4, :, 3] = 255  # lines thinner than a pixel of the result
    alpha = place(layer, WHOLE, (40, 30)).alpha
    np.testing.assert_allclose(alpha[1:-1], 64 / 255, atol=1e-4)


@pytest.mark.parametrize("behind", [0.0, 0.1, 1.0])
def test_a_layer_of_one_colour_over_another_is_the_blend_of_their_light(behind: float) -> None:
    layer = plain_person((200, 100, 50))
    placed = place(layer, Window(3, 7, 90, 67.5), (100, 75), angle=0.05)
    assert 0.1 < ((placed.alpha > 0) & (placed.alpha < 1)).mean() < 0.9
    light = to_linear(np.array((200, 100, 50), np.uint8))
    expected = placed.alpha * light + (1 - placed.alpha) * np.float32(behind)
    np.testing.assert_allclose(placed.over(np.full((100, 75, 3), behind, np.float32)), expected, atol=1e-6)


def test_a_mirror_image_is_mirrored_in_colours_and_alpha() -> None:
    placed = place(person(1), WHOLE, SHAPE)
    np.testing.assert_array_equal(mirrored(placed).alpha[:, 0], placed.alpha[:, -1])
    np.testing.assert_array_equal(mirrored(placed).colours[:, 0], placed.colours[:, -1])


def test_people_are_cut_off_below_alone() -> None:
    assert cuts(person()) == Cuts(top=False, bottom=True, left=False, right=False)
