"""Data-parallel training: several devices of this machine each take a share of every batch."""

from functools import lru_cache

import tensorflow as tf

from tasks.core.errors import UserError


@lru_cache  # a second strategy would number its collective operations like the first
def strategy(replicas: int) -> tf.distribute.Strategy:
    """Return TensorFlow's strategy for so many GPUs or, on a machine without any, parts of the processor.

    Parts of the processor are for trying it out; they are no faster. One replica means TensorFlow's default
    strategy. Raises `UserError` if the machine has GPUs, but too few, or if TensorFlow started earlier in this
    process with fewer parts.
    """
    if replicas == 1:
        return tf.distribute.get_strategy()
    gpus = tf.config.list_physical_devices("GPU")
    if gpus and len(gpus) < replicas:
        raise UserError(f"training.replicas {replicas}: this machine has {len(gpus)} GPUs")
    if not gpus:
        _split_processor(replicas)
    devices = tf.config.list_logical_devices("GPU" if gpus else "CPU")
    return tf.distribute.MirroredStrategy([device.name for device in devices[:replicas]])


def _split_processor(parts: int) -> None:
    (processor,) = tf.config.list_physical_devices("CPU")
    try:
        tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * parts)
    except RuntimeError as error:
        # An earlier training of this process has started TensorFlow.
        if len(tf.config.list_logical_devices("CPU")) < parts:
            raise UserError(
                f"training.replicas {parts}: TensorFlow has started without them; train in a process of its own"
            ) from error
