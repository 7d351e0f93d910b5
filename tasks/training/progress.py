"""The progress of a training: a bar with the time left on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tasks.core.progress import say
from tasks.recipe import Recipe

PAUSE = 5.0
"""At least so many seconds pass between two plain lines, so short epochs share one."""


class EpochProgress:
    """Shows finished batches and epochs; also calls `notify` with the share done (0..1) and a text."""

    def __init__(self, title: str, recipe: Recipe, images: int, notify: Callable[[float, str], None]) -> None:
        """Prepare for a training by `recipe` on so many images; `title` starts each line."""
        from tqdm import tqdm

        self.title, self.epochs, self.notify = title, recipe.epochs, notify
        self.steps_per_epoch = -(-images // recipe.batch_size)
        self.epoch, self.last_line = 0, time.monotonic()
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
        """Remove the bar."""
        self.bar.close()

    def after_batch(self) -> None:
        """Advance the bar by one batch."""
        self.bar.update()

    def after_epoch(self, epoch: dict[str, float]) -> None:
        """Show the figures of an epoch, a row of history.csv."""
        number = int(epoch["epoch"])
        if self.epoch == 0 and number > 1:
            say(f"{self.title}: resumed after epoch {number - 1} of {self.epochs}")
        self.epoch = number
        left = (self.epochs - number) * epoch["seconds"]
        text = (
            f"epoch {number} of {self.epochs}, loss {epoch['loss']:.5f}, "
            f"test loss {epoch['test_loss']:.5f}, "
            f"{epoch['images_per_second']:.0f} images a second, {left:.0f} s left"
        )
        self.notify(number / self.epochs, text)
        if self.bar.disable:
            if time.monotonic() - self.last_line >= PAUSE:
                say(f"{self.title}: {text}")
                self.last_line = time.monotonic()
        else:
            self.bar.n = number * self.steps_per_epoch  # a resumed training did not start at 0
            self.bar.set_postfix_str(f"epoch {number}, test loss {epoch['test_loss']:.5f}")
