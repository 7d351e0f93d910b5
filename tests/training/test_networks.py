import importlib
import itertools
import pkgutil

import keras
import numpy as np
import pytest

from tasks.experiments import EXPERIMENTS
from tasks.training import networks
from tasks.training.networks import build_network


def test_the_unet_has_the_articles_number_of_parameters() -> None:
    assert build_network("unet", (100, 75), {}).count_params() == 1_946_993


@pytest.mark.parametrize(
    ("name", "parameters"), [("gray-simple-3", 12), ("gray-simple-15", 60), ("gray-simple-30", 120)]
)
def test_the_simple_model_has_no_bias(name: str, parameters: int) -> None:
    experiment = EXPERIMENTS[name]
    assert build_network(experiment.network, (100, 75), experiment.options).count_params() == parameters


@pytest.mark.parametrize("name", sorted({experiment.network for experiment in EXPERIMENTS.values()}))
@pytest.mark.parametrize("size", [(32, 32), (33, 47), (50, 63), (100, 75)])
def test_every_network_builds_for_any_size(name: str, size: tuple[int, int]) -> None:
    network = build_network(name, size, {})
    assert network.output_shape == (None, *size, 1)
    images = np.random.default_rng(0).random((2, *size, 3), np.float32)
    output = np.asarray(network(images))
    assert output.shape == (2, *size, 1)
    assert output.min() >= 0
    assert output.max() <= 1


def test_every_module_of_networks_builds_with_keras_layers_only() -> None:
    for module in pkgutil.iter_modules(networks.__path__):
        network = importlib.import_module(f"{networks.__name__}.{module.name}").build(32, 32)
        assert {type(layer).__module__.split(".")[0] for layer in network.layers} == {"keras"}


@pytest.mark.parametrize("filters", [3, 15, 30])
@pytest.mark.parametrize("seed", range(10))
def test_the_simple_model_starts_with_every_darker_pixel_inside_the_clip(filters: int, seed: int) -> None:
    keras.utils.set_random_seed(seed)
    first, second = build_network("simple", (32, 32), {"filters": filters}).get_weights()
    weights = (first[0, 0] @ second[0, 0])[:, 0]
    assert weights.min() > 0
    assert weights.sum() * 0.47 < 1


def test_the_simple_model_is_a_clipped_product() -> None:
    network = build_network("simple", (32, 32), {"filters": 3})
    first, second = network.get_weights()
    network.set_weights([first * 4, second])
    images = np.random.default_rng(0).random((2, 32, 32, 3), np.float32)
    expected = np.clip(images @ (first[0, 0] * 4) @ second[0, 0], 0, 1)
    assert (expected == 1).any()
    np.testing.assert_allclose(np.asarray(network(images)), expected, atol=1e-6)


@pytest.mark.parametrize("size", [pytest.param((40, 32), marks=pytest.mark.slow), (41, 33)])
def test_test_time_augmentation_is_the_mean_over_the_views_that_cover_a_pixel(size: tuple[int, int]) -> None:
    plain, augmented = (
        build_network("residual_unet", size, {"test_time_augmentation": choice}) for choice in (False, True)
    )
    augmented.set_weights(plain.get_weights())
    images = np.random.default_rng(0).random((2, *size, 3), np.float32)
    total, covered = np.zeros((2, *size, 1)), np.zeros((2, *size, 1))
    for side in (slice(None), slice(None, None, -1)):
        bordered = np.pad(images[:, :, side], ((0, 0), (3, 3), (3, 3), (0, 0)), mode="reflect")
        for down, right in itertools.product((-3, 0, 3), repeat=2):
            rows, columns = slice(3 - down, 3 - down + size[0]), slice(3 - right, 3 - right + size[1])
            prediction = np.zeros((2, size[0] + 6, size[1] + 6, 1))
            prediction[:, rows, columns] = plain(bordered[:, rows, columns])
            covers = np.zeros((2, size[0] + 6, size[1] + 6, 1))
            covers[:, rows, columns] = 1
            total += prediction[:, 3:-3, 3:-3][:, :, side]
            covered += covers[:, 3:-3, 3:-3][:, :, side]
    assert covered.min() < covered.max() == 18
    np.testing.assert_allclose(np.asarray(augmented(images)), total / covered, atol=1e-6)
    assert np.abs(np.asarray(plain(images)) - total / covered).max() > 1e-3


def test_the_tuned_matte_network_is_no_larger_than_the_articles_unet() -> None:
    experiment = EXPERIMENTS["matte-unet-tuned"]
    network = build_network(experiment.network, (100, 75), experiment.options)
    assert network.count_params() == 1_902_049
    assert network.count_params() < build_network("unet", (100, 75), {}).count_params()


def test_the_autoencoder_has_no_way_around_its_bottleneck() -> None:
    network = build_network("autoencoder", (40, 32), {"bottleneck": 7})
    assert network.get_layer("bottleneck").output.shape == (None, 7)
    behind = keras.Model(network.get_layer("bottleneck").output, network.output)
    # Were there a way around, this model could not be built from the bottleneck alone.
    assert behind(np.zeros((2, 7), np.float32)).shape == (2, 40, 32, 1)
