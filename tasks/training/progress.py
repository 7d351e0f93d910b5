"""Progress of a training: a bar with time left on a terminal, one line an epoch elsewhere."""

import sys
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tasks.progress import say
from tasks.training.recipe import Recipe


class EpochProgress:
    """Shows batches and epochs as they are done; `notify` is told the share done (0..1) and a text."""

    def __init__(self, title: str, recipe: Recipe, images: int, notify: Callable[[float, str], None]) -> None:
        """Prepare for `images` training images."""
        from tqdm import tqdm

        self.title, self.epochs, self.notify = title, recipe.epochs, notify
        self.steps_per_epoch = -(-images // recipe.batch_size)
        self.bar = tqdm(
            total=recipe.epochs * self.steps_per_epoch,
            desc=title,
            unit=" batch",
            leave=False,
            dynamic_ncols=True,
            disable=not sys.stderr.isatty(),
        )

    def __enter__(self) -> Self:
        """Show the bar."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        self.bar.close()

    def after_batch(self) -> None:
        """Count one batch."""
        self.bar.update()

    def after_epoch(self, epoch: dict[str, float]) -> None:
        """Tell what an epoch gave."""
        number = int(epoch["epoch"])
        left = (self.epochs - number) * epoch["seconds"]
        text = (
            f"epoch {number} of {self.epochs}, loss {epoch['loss']:.5f}, "
            f"validation loss {epoch['validation_loss']:.5f}, "
            f"{epoch['images_per_second']:.0f} images a second, {left:.0f} s left"
        )
        self.notify(number / self.epochs, text)
        if self.bar.disable:
            say(f"{self.title}: {text}")
        else:
            self.bar.n = number * self.steps_per_epoch  # a training taken up again did not start at none
            self.bar.set_postfix_str(f"epoch {number}, validation loss {epoch['validation_loss']:.5f}")
