import pytest

from tasks.training.composites.layers import Layers, read_layers
from tests.training.composites.renders import write_renders


@pytest.fixture(autouse=True, scope="session")
def small_unet() -> None:
    """No network is needed here, nor TensorFlow."""


@pytest.fixture(scope="session")
def layers(tmp_path_factory: pytest.TempPathFactory) -> Layers:
    """Three people, two backgrounds and a thing, read for composites of 100x75."""
    return read_layers(write_renders(tmp_path_factory.mktemp("composites") / "renders"), (100, 75))
