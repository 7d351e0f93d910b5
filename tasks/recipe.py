"""Recipes: how a network is trained."""

from dataclasses import dataclass, field
from typing import Any, Literal

Precision = Literal["float32", "mixed_bfloat16"]
"""Keras' dtype policies; in mixed bfloat16 the weights, their updates and the last layer remain float32."""


@dataclass(frozen=True)
class Recipe:
    """Loss, optimizer, schedule, batch size and epochs.

    The optimizer is Adam or, with a `weight_decay` (of kernels only), AdamW. The learning rate is constant, or
    rises linearly over `warmup_epochs` and then falls along half a cosine to 0. With `augment`, every epoch
    changes each pair at random. `train_options` replace options of the network while it trains.

    After `freeze_statistics_from` epochs (None: never) the network trains in inference mode: batch normalization
    uses its running statistics and nothing is dropped. So the weights are trained for the statistics that they
    are used with.

    The final weights are the mean of those after each of the last epochs, `average_share` (0..1) of all (0:
    after the last epoch alone). With `recalibrate`, the running statistics are then computed over the training
    images. Averaged weights need this, and weights trained with frozen statistics would get worse by it;
    `ValueError` otherwise.

    `precision` is the fastest one in which the network learns no worse; the setting `auto` uses it where the
    processor supports it.
    """

    loss: Literal["mae", "mse", "crossentropy_and_overlap"] = "mae"
    learning_rate: float = 1e-3
    schedule: Literal["constant", "cosine"] = "constant"
    warmup_epochs: int = 0
    freeze_statistics_from: int | None = None
    average_share: float = 0.0
    recalibrate: bool = False
    batch_size: int = 32
    epochs: int = 15
    weight_decay: float = 0.0
    augment: bool = False
    precision: Precision = "float32"
    train_options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse combinations that would silently give a worse model."""
        if self.recalibrate and self.freeze_statistics_from is not None:
            raise ValueError("freeze_statistics_from: weights trained with frozen statistics need no recalibrate")
        if self.average_share and not self.recalibrate:
            raise ValueError("average_share: averaged weights do not fit running statistics: it needs recalibrate")
