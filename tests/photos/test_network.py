from collections.abc import Callable

import numpy as np

from tasks.dataset.arrays import unit_range
from tasks.photos.network import SizedNetwork
from tests.world import smooth_picture


def test_a_network_is_the_same_at_every_size(trained: Callable[[str], SizedNetwork]) -> None:
    network = trained("simple")
    photo = unit_range(smooth_picture(90, 70, 3)[np.newaxis])
    for height, width in ((90, 70), (33, 47), (64, 32), *((40 + n, 40) for n in range(10))):
        cut = network(photo)[:, :height, :width]
        np.testing.assert_allclose(network(photo[:, :height, :width]), cut, atol=1e-6)
