"""The mean of a network's weights over its last epochs, which generalizes better than the last weights alone.

Source: P. Izmailov, D. Podoprikhin, T. Garipov, D. Vetrov, A. G. Wilson, Averaging Weights Leads to Wider Optima
and Better Generalization, UAI 2018 (stochastic weight averaging). Such weights need recalibrated running
statistics.
"""

import keras
import numpy as np


class MeanWeights:
    """Sums the trainable weights of a network over its last epochs."""

    def __init__(self, network: keras.Model, epochs: int, share: float) -> None:
        """Prepare to average over the last `share` (0..1) of the epochs, at least over the last one.

        `sums` are the variables to save in a checkpoint.
        """
        self.network = network
        self.count = averaged_epochs(epochs, share)
        self.first = epochs - self.count
        self.sums = [keras.Variable(np.zeros(one.shape, np.float32)) for one in network.trainable_variables]

    def after_epoch(self, epoch: int) -> None:
        """Add the weights at the end of an epoch, counted from 0, if it is one of the last."""
        if epoch >= self.first:
            for total, weights in zip(self.sums, self.network.trainable_variables, strict=True):
                total.assign(keras.ops.convert_to_numpy(total) + keras.ops.convert_to_numpy(weights))

    def put_into(self, network: keras.Model) -> None:
        """Set the trainable weights of a network of the same layers to the mean."""
        for weights, total in zip(network.trainable_variables, self.sums, strict=True):
            weights.assign(keras.ops.convert_to_numpy(total) / np.float32(self.count))


def averaged_epochs(epochs: int, share: float) -> int:
    """Return over how many of the last epochs the weights are averaged; 1 is the last epoch alone."""
    return max(round(share * epochs), 1)
