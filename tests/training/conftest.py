import sys

import pytest


@pytest.fixture(autouse=True, scope="session")
def small_unet() -> None:
    """The network `small_unet`, beside those of the project."""
    from tests.training import small_unet

    sys.modules["tasks.training.networks.small_unet"] = small_unet
