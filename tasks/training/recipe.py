"""How a network is trained."""

from dataclasses import dataclass, field
from typing import Any, Literal

Precision = Literal["float32", "mixed_bfloat16"]
"""Keras' dtype policies; in mixed bfloat16 the weights, their updates and the last layer are still float32."""


@dataclass(frozen=True)
class Recipe:
    """Loss, optimizer, schedule, batch size and epochs.

    The optimizer is Adam; with a `weight_decay`, which is for kernels alone, AdamW. With `augment`, each epoch
    sees every pair drawn anew. `train_options` take the place of the network's own options while it trains.

    The learning rate is constant, or falls along half a cosine to 0 after rising over `warmup_epochs`. From
    `settle_from` on (epochs before it; None: never) the network trains as it will be used: batch normalization
    with its running statistics, and no dropout.

    The weights at the end are the mean of those after each epoch of the last `average_share` of them (0: those
    after the last epoch). With `recalibrate`, which averaged weights need, the running statistics are then
    computed over the training images; never together with `settle_from`, whose weights fit the statistics they
    trained with.

    `precision` is the fastest that it learns no worse in: what `auto` stands for, where the processor has it.
    """

    loss: Literal["mae", "mse", "crossentropy_and_overlap"] = "mae"
    learning_rate: float = 1e-3
    schedule: Literal["constant", "cosine"] = "constant"
    warmup_epochs: int = 0
    settle_from: int | None = None
    average_share: float = 0.0
    recalibrate: bool = False
    batch_size: int = 32
    epochs: int = 15
    weight_decay: float = 0.0
    augment: bool = False
    precision: Precision = "float32"
    train_options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what would train to worse weights without a word."""
        if self.recalibrate and self.settle_from is not None:
            raise ValueError("weights that settled fit their statistics: no recalibrate with settle_from")
        if self.average_share and not self.recalibrate:
            raise ValueError("statistics do not fit averaged weights: average_share needs recalibrate")
