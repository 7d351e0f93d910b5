import subprocess
import sys

import pytest

from tests.world import ROOT, environment

pytestmark = pytest.mark.runs

SCRIPT = """
import numpy as np
from tasks.gray.luma import gray_images
from tasks.recipe import Recipe
from tasks.training.train import TrainingRun, train_network
photos = np.random.default_rng(0).integers(0, 256, (25, 32, 32, 3), dtype=np.uint8)
# The last batch of each epoch has one image, so fewer than there are replicas.
data = (photos[:17], gray_images(photos[:17])), (photos[16:], gray_images(photos[16:]))
for network, recipe in (("simple", Recipe(epochs=2, batch_size=8)),
                        ("residual_unet", Recipe(epochs=2, freeze_statistics_from=1, batch_size=8))):
    model, history = train_network(TrainingRun(network, recipe=recipe, replicas=%d), *data)
    for name in ("loss", "test_loss"):
        print(f"{network} {name}", *(epoch[name] for epoch in history), sep=",")
    assert model.get_config() and all(np.isfinite(weights).all() for weights in model.get_weights())
import tensorflow as tf
print("devices", len(tf.config.list_logical_devices("CPU")), sep=",")
"""


def losses(replicas: int) -> dict[str, list[float]]:
    """Train in a process of its own, as devices can be set up once; return what it printed."""
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT % replicas],
        cwd=ROOT,
        env=environment(ROOT),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    lines = (line.split(",") for line in run.stdout.splitlines())
    return {name: [float(value) for value in values] for name, *values in lines}


@pytest.mark.slow
def test_two_parts_of_the_processor_train_as_one_does() -> None:
    one, two = losses(1), losses(2)
    assert (one.pop("devices"), two.pop("devices")) == ([1], [2])
    assert two["simple test_loss"] == pytest.approx(one["simple test_loss"], rel=1e-5)
    assert two["simple loss"] == pytest.approx(one["simple loss"], rel=1e-3)  # both train on the last image
    # Batch normalization sees the half of a batch that its replica has.
    for loss in ("residual_unet loss", "residual_unet test_loss"):
        assert two[loss] == pytest.approx(one[loss], rel=0.3)
