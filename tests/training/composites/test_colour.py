import numpy as np
import pytest

from tasks.training.composites.colour import to_linear, to_srgb


def test_linear_light_and_back_is_the_same_picture() -> None:
    values = np.arange(256, dtype=np.uint8)
    np.testing.assert_allclose(to_srgb(to_linear(values)) * 255, values, atol=1e-3)


def test_half_of_the_light_is_not_half_of_the_value() -> None:
    assert float(to_srgb(np.array(0.5, np.float32))) * 255 == pytest.approx(187.5, abs=0.1)  # of IEC 61966-2-1
