from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from tasks.training.fast_layers import (
    Adam,
    BatchNormalization,
    Cropping2D,
    Dropout,
    MergedPointwiseConvolutions,
    with_fast_layers,
)
from tasks.training.networks import build_network


@pytest.mark.parametrize("training", [True, False])
def test_batch_normalization_is_kerass(training: bool) -> None:
    generator = np.random.default_rng(0)
    images, slope = (generator.normal(1, 3, (5, 9, 7, 4)).astype(np.float32) for _ in range(2))
    theirs = layers.BatchNormalization(momentum=0.7, epsilon=0.01)
    ours = BatchNormalization.from_config(theirs.get_config())
    for layer in (theirs, ours):
        layer.build(images.shape)
        layer.set_weights([np.full(4, value, np.float32) for value in (1.5, -0.3, 0.8, 6.0)])
    found = []
    for layer in (theirs, ours):
        given = tf.constant(images)
        with tf.GradientTape() as tape:
            tape.watch(given)
            normalized = layer(given, training=training)
            error = tf.reduce_sum(normalized * slope)
        changes = tape.gradient(error, [given, *layer.trainable_variables])
        found.append([normalized.numpy(), *(change.numpy() for change in changes), *layer.get_weights()])
    for wanted, got in zip(*found, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-4)


def test_it_computes_the_same_as_the_plain_network() -> None:
    keras.utils.set_random_seed(0)
    images = np.random.default_rng(0).random((4, 40, 33, 3), np.float32)
    plain = build_network("unet", (40, 33), {"dropout": 0.0})
    faster = with_fast_layers(plain)
    kinds = {type(layer) for layer in faster.layers}
    assert BatchNormalization in kinds
    assert layers.BatchNormalization not in kinds
    for training in (True, True, False):  # the last with statistics that have changed
        wanted, found = plain(images, training=training), faster(images, training=training)
        np.testing.assert_allclose(found, wanted, atol=1e-4)


@pytest.mark.parametrize("filters", [3, 30])
def test_merged_convolutions_have_the_gradients_of_two(filters: int) -> None:
    keras.utils.set_random_seed(0)
    generator = np.random.default_rng(0)
    images, targets = generator.random((4, 9, 7, 3), np.float32), generator.random((4, 9, 7, 1), np.float32)
    plain = build_network("simple", (9, 7), {"filters": filters})
    faster = with_fast_layers(plain)
    assert type(faster) is MergedPointwiseConvolutions
    assert [weights.path for weights in faster.weights] == [weights.path for weights in plain.weights]
    found = []
    for network in (plain, faster):
        with tf.GradientTape() as tape:
            answers = network(images, training=True)
            error = tf.reduce_mean(tf.abs(answers - targets))
        found.append([answers, *tape.gradient(error, network.trainable_variables)])
    for wanted, got in zip(*found, strict=True):
        assert np.ptp(wanted) > 0
        np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "changed",
    [
        {"kernel_size": 3, "padding": "same"},
        {"use_bias": True},
        {"activation": "relu"},
        {"strides": 2},
        {"dtype": "mixed_bfloat16"},
    ],
)
def test_other_convolutions_are_not_merged(changed: dict[str, Any]) -> None:
    first = layers.Conv2D(5, **{"kernel_size": 1, "use_bias": False, **changed})
    network = keras.Sequential([keras.Input((4, 4, 3)), first, layers.Conv2D(1, 1, use_bias=False), layers.ReLU()])
    functional = keras.Model(network.inputs, network.outputs)
    assert type(with_fast_layers(functional)) is not MergedPointwiseConvolutions


@pytest.mark.parametrize(("channels", "kind"), [(16, BatchNormalization), (24, layers.BatchNormalization)])
def test_normalization_is_fused_only_for_multiples_of_16_channels(channels: int, kind: type) -> None:
    network = keras.Sequential([keras.Input((4, 4, channels)), layers.BatchNormalization()])
    assert type(with_fast_layers(network).layers[0]) is kind


def test_weights_go_back_and_forth() -> None:
    plain = build_network("unet", (40, 33), {})
    assert [weights.path for weights in with_fast_layers(plain).weights] == [
        weights.path for weights in plain.weights
    ]
    for one, other in zip(plain.get_weights(), with_fast_layers(plain).get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_dropout_drops_its_share_and_keeps_the_mean(rate: float) -> None:
    values = np.full((25, 80, 33, 3), 2.0, np.float32)
    found = np.asarray(Dropout(rate, seed=1)(values, training=True))
    dropped = found == 0
    rate = round(256 * rate) / 256
    deviation = np.sqrt(rate * (1 - rate) / values.size)
    assert abs(dropped.mean() - rate) < 5 * deviation
    np.testing.assert_allclose(found[~dropped], 2 / (1 - rate), rtol=1e-6)
    # Neighbours, which share a random number, and the same pixel of different images are independent.
    for axis in range(4):
        alike = np.mean(
            np.take(dropped, range(1, dropped.shape[axis]), axis)
            & dropped.take(range(dropped.shape[axis] - 1), axis)
        )
        assert abs(alike - rate**2) < 8 * deviation


def test_dropout_changes_with_each_call_depends_on_its_seed_and_is_off_in_inference() -> None:
    values = np.ones((2, 5, 3, 3), np.float32)  # 90 values, and one random number serves four
    layer, same = Dropout(0.5, seed=1), Dropout(0.5, seed=1)
    first, second = np.asarray(layer(values, training=True)), np.asarray(layer(values, training=True))
    assert (first != second).any()
    np.testing.assert_array_equal(first, np.asarray(same(values, training=True)))
    np.testing.assert_array_equal(np.asarray(layer(values, training=False)), values)
    np.testing.assert_array_equal(np.asarray(Dropout(0.0)(values, training=True)), values)


@pytest.mark.parametrize("cropping", [((0, 1), (0, 0)), ((1, 2), (3, 1)), ((0, 0), (0, 0))])
def test_cropping_is_kerass(cropping: tuple[tuple[int, int], tuple[int, int]]) -> None:
    images = tf.constant(np.random.default_rng(0).random((3, 9, 7, 2), np.float32))
    found = []
    for kind in (layers.Cropping2D, Cropping2D):
        with tf.GradientTape() as tape:
            tape.watch(images)
            cropped = kind(cropping)(images)
            error = tf.reduce_sum(cropped**2)
        found.append((cropped.numpy(), tape.gradient(error, images).numpy()))
    for wanted, got in zip(*found, strict=True):
        np.testing.assert_array_equal(got, wanted)


@pytest.mark.parametrize(("network", "kind"), [("autoencoder", Cropping2D), ("residual_unet", BatchNormalization)])
def test_every_network_has_fast_layers(network: str, kind: type) -> None:
    faster = with_fast_layers(build_network(network, (40, 33), {}))
    assert kind in {type(layer) for layer in faster.layers}
    assert not {layers.Dropout, layers.Cropping2D} & {type(layer) for layer in faster.layers}


@pytest.mark.parametrize("decay", [None, 0.1])
def test_adam_is_kerass(decay: float | None) -> None:
    generator = np.random.default_rng(0)
    start = generator.normal(size=(4, 3)).astype(np.float32)
    gradients = generator.normal(size=(5, 4, 3)).astype(np.float32)
    found = []
    for kind in (keras.optimizers.Adam, Adam):
        optimizer = kind(keras.optimizers.schedules.CosineDecay(0.1, 5), weight_decay=decay)
        weights = keras.Variable(start)
        for gradient in gradients:
            optimizer.apply([tf.constant(gradient)], [weights])
        found.append([weights.numpy(), *(np.asarray(variable) for variable in optimizer.variables)])
    for wanted, got in zip(*found, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6)
