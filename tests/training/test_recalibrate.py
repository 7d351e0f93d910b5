from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from keras import layers
from numpy.typing import NDArray

from tasks.dataset.arrays import unit_range
from tasks.dataset.blocks import Blocks
from tasks.training.batches import Batches
from tasks.training.networks import build_network
from tasks.training.recalibrate import Population, recalibrate

pytestmark = pytest.mark.runs

SIZE = (40, 33)
Images = NDArray[np.uint8]


def photos(count: int, seed: int = 0) -> Images:
    """Photos that differ in brightness, as batches of real ones do."""
    generator = np.random.default_rng(seed)
    brightest = generator.integers(20, 256, (count, 1, 1, 3))
    return (generator.random((count, *SIZE, 3)) * brightest).astype(np.uint8)


def blocks_of(images: Images, counts: tuple[int, ...] = ()) -> Blocks:
    if not counts:
        return Blocks.in_memory(images, images[..., :1])
    ends = np.cumsum(counts)
    parts = [images[end - count : end] for end, count in zip(ends, counts, strict=True)]
    return Blocks(counts, lambda number: (parts[number], parts[number][..., :1]))


def network(name: str = "small_unet", **options: Any) -> keras.Model:
    """A network whose weights and statistics are no longer the initial ones."""
    keras.utils.set_random_seed(0)
    built = build_network(name, SIZE, options)
    generator = np.random.default_rng(1)
    built.set_weights([values + generator.normal(0.05, 0.05, values.shape) for values in built.get_weights()])
    return built


def normalizations(of: keras.Model) -> list[layers.BatchNormalization]:
    return [layer for layer in of.layers if isinstance(layer, layers.BatchNormalization)]


def statistics(of: keras.Model) -> list[NDArray[np.float32]]:
    return [
        np.asarray(values) for layer in normalizations(of) for values in (layer.moving_mean, layer.moving_variance)
    ]


@pytest.mark.parametrize(
    ("name", "options"),
    [("unet", {"dropout": 0.0}), pytest.param("residual_unet", {}, marks=pytest.mark.slow)],
)
def test_statistics_are_those_of_all_activations_at_once(name: str, options: dict[str, Any]) -> None:
    images = photos(20)
    found = network(name, **options)
    # Keras' own network, in training, on the same batches; the inputs of each layer are concatenated.
    reference = network(name, **options)
    inputs_of_normalizations = keras.Model(reference.inputs, [layer.input for layer in normalizations(reference)])
    given_out = [unit_range(batch) for batch, _ in Batches(blocks_of(images), 8).shuffled(3, 0)]
    activations = [inputs_of_normalizations(tf.constant(batch), training=True) for batch in given_out]
    wanted = []
    for layer in zip(*activations, strict=True):
        together = np.concatenate([np.asarray(part, np.float64) for part in layer])
        wanted += [together.mean(axis=(0, 1, 2)), together.var(axis=(0, 1, 2))]

    recalibrate(found, blocks_of(images), batch_size=8, seed=3)
    assert len(wanted) == len(statistics(found)) > 20
    for one, other in zip(statistics(found), wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_of_one_batch_they_are_keras_running_statistics_without_momentum() -> None:
    images = photos(6)
    found, reference = network(dropout=0.0), network(dropout=0.0)
    for layer in normalizations(reference):
        layer.momentum = 0.0
    reference(tf.constant(unit_range(images)), training=True)
    recalibrate(found, blocks_of(images), batch_size=6, seed=0)
    for one, other in zip(statistics(found), statistics(reference), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_weights_stay_and_two_runs_give_the_same_bits() -> None:
    images = photos(20)
    before, one, other = network(), network(), network()
    for each in (one, other):
        recalibrate(each, blocks_of(images, (13, 7)), batch_size=8, seed=3)
    for start, first, second in zip(
        before.trainable_weights, one.trainable_weights, other.trainable_weights, strict=True
    ):
        np.testing.assert_array_equal(start, first)
        np.testing.assert_array_equal(first, second)
    for start, first, second in zip(statistics(before), statistics(one), statistics(other), strict=True):
        np.testing.assert_array_equal(first, second)
        assert (start != first).any()


@pytest.mark.parametrize(
    "name", ["small_unet", *(pytest.param(name, marks=pytest.mark.slow) for name in ("unet", "residual_unet"))]
)
def test_nothing_is_dropped_and_the_network_keeps_its_dropout(name: str) -> None:
    images = photos(8)
    dropping, plain = network(name, dropout=0.5), network(name, dropout=0.0)
    plain.set_weights(dropping.get_weights())
    for each in (dropping, plain):
        recalibrate(each, blocks_of(images), batch_size=8, seed=0)
    for one, other in zip(statistics(dropping), statistics(plain), strict=True):
        np.testing.assert_array_equal(one, other)
    assert {layer.rate for layer in dropping.layers if "dropout" in layer.name} == {0.5}


def test_each_block_is_loaded_once() -> None:
    images = photos(12)
    whole = blocks_of(images, (5, 4, 3))
    loaded: list[int] = []

    def load(number: int) -> tuple[Images, Images]:
        loaded.append(number)
        return images[:0], images[:0]

    recalibrate(network(), Blocks(whole.counts, lambda number: load(number) and whole.load(number)), 8, seed=0)
    assert sorted(loaded) == [0, 1, 2]


def test_a_network_without_running_statistics_stays_as_it_is() -> None:
    simple = network("simple")
    before = simple.get_weights()
    recalibrate(simple, blocks_of(photos(3)), batch_size=2, seed=0)
    for one, other in zip(before, simple.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_nested_network_is_refused() -> None:
    nesting = build_network("residual_unet", SIZE, {"test_time_augmentation": True})
    with pytest.raises(ValueError, match="nested in it"):
        recalibrate(nesting, blocks_of(photos(2)), 2, seed=0)


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=6),
    st.floats(-1e3, 1e3),
    st.floats(1e-3, 1e3),
    st.integers(0, 99),
)
def test_parts_make_the_mean_and_variance_of_the_whole(
    counts: list[int], centre: float, width: float, seed: int
) -> None:
    parts = [
        np.random.default_rng([seed, number]).normal(centre, width, (count, 2))
        for number, count in enumerate(counts)
    ]
    population = Population()
    for part in parts:
        population.add(len(part), part.mean(axis=0), part.var(axis=0))
    together = np.concatenate(parts)
    np.testing.assert_allclose(population.mean, together.mean(axis=0), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(population.variance, together.var(axis=0), rtol=1e-6, atol=1e-9)
