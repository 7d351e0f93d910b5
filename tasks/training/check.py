"""The losses of a finished model and of a constant, and what they say about why a model does badly."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from tasks.core.text import write_text

TRAIN_IMAGES_MEASURED = 96
"""At most so many training images, evenly spaced over the split, are measured."""

Reason = Literal["statistics", "overfitting", "not learned"]


@dataclass(frozen=True)
class Check:
    """Losses of a finished model, and of a constant: the mean of the training targets.

    `loss` is the name of the recipe's loss; all figures are its means over images. Those of the training images
    are over at most 96 of them. For `train_loss_batch_statistics`, batch normalization uses the statistics of
    each batch instead of the running ones; it is None for a network without batch normalization.
    """

    loss: str
    train_loss: float
    train_loss_batch_statistics: float | None
    train_loss_of_mean: float
    test_loss: float
    test_loss_of_mean: float

    @property
    def is_behind(self) -> bool:
        """Whether the constant is at least as good on the test images."""
        return self.test_loss >= self.test_loss_of_mean

    @property
    def reason(self) -> Reason | None:
        """The reason that the losses show for a bad result on the test images; None if they show none."""
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
    """Write the losses to a JSON file."""
    write_text(path, json.dumps(asdict(check), indent=1) + "\n")


def read_check(path: Path) -> Check:
    """Read the losses that `write_check` wrote."""
    return Check(**json.loads(path.read_text(encoding="utf-8")))
