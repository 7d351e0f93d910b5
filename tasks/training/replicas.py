"""Several devices of this machine that train one network together, each on a part of every batch."""

from functools import lru_cache

import tensorflow as tf

from tasks.core.errors import UserError


@lru_cache  # a second one would number its exchanges as the first did, and TensorFlow takes them for the same
def strategy(replicas: int) -> tf.distribute.Strategy:
    """Return TensorFlow's strategy for so many GPUs; where there is none, for as many parts of the processor.

    The latter brings no speed; it is for trying. Raises `UserError` if there are GPUs, but fewer. One replica is
    TensorFlow's usual strategy.
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
        # TensorFlow is at work already, for an earlier training of this process.
        if len(tf.config.list_logical_devices("CPU")) < parts:
            raise UserError(
                f"training.replicas {parts}: TensorFlow has started without them; train in a process of its own"
            ) from error
