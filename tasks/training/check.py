"""How a finished model compares with a constant, and why, as far as its losses tell."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

TRAIN_IMAGES = 96
"""How many training images, evenly chosen, stand for all."""

Reason = Literal["statistics", "overfitting", "not learned"]


@dataclass(frozen=True)
class Check:
    """Losses of a finished model, and of the constant that is the mean of the training targets.

    `loss` is the name of the recipe's loss, of which all others are means over images. Those on training images
    are taken on at most 96 of them; `train_loss_batch_statistics` has batch normalization use the statistics of
    each batch instead of the running ones, and is None for a network without any.
    """

    loss: str
    train_loss: float
    train_loss_batch_statistics: float | None
    train_loss_of_mean: float
    test_loss: float
    test_loss_of_mean: float

    @property
    def is_behind(self) -> bool:
        """Whether the constant is as good on the test images."""
        return self.test_loss >= self.test_loss_of_mean

    @property
    def reason(self) -> Reason | None:
        """What the losses say of why a model does badly on the test images; None where they do not tell."""
        by_batch = self.train_loss_batch_statistics
        learned_by_batch = by_batch is not None and by_batch < self.train_loss_of_mean
        if self.train_loss >= self.train_loss_of_mean:
            return "statistics" if learned_by_batch else "not learned"
        if by_batch is not None and 2 * by_batch <= self.train_loss:
            return "statistics"
        if 2 * self.train_loss <= self.test_loss:
            return "overfitting"
        return None


def write_check(path: Path, check: Check) -> None:
    """Write the losses as JSON."""
    path.write_text(json.dumps(asdict(check), indent=1) + "\n", encoding="utf-8")


def read_check(path: Path) -> Check:
    """Read the losses back."""
    return Check(**json.loads(path.read_text(encoding="utf-8")))
