"""The catalogue of experiments: one row each. All stages behind the targets pick up what is added here."""

from dataclasses import dataclass, field
from typing import Any

from tasks.training.recipe import Recipe


@dataclass(frozen=True)
class Experiment:
    """A network that learns a target by a recipe.

    `network` is a module of `tasks/training/networks/`, `options` are arguments of its `build`, and `target` is
    a key of `tasks.targets.TARGETS`.
    """

    target: str
    network: str
    options: dict[str, Any] = field(default_factory=dict)
    recipe: Recipe = field(default_factory=Recipe)


EXPERIMENTS: dict[str, Experiment] = {
    # As the article trains them.
    "gray-unet": Experiment("gray", "unet"),
    "gray-simple-3": Experiment("gray", "simple", {"filters": 3}),
    "gray-simple-15": Experiment("gray", "simple", {"filters": 15}),
    "gray-simple-30": Experiment("gray", "simple", {"filters": 30}),
    # The same networks, trained as well as we can in the same number of epochs.
    "gray-unet-tuned": Experiment(
        "gray",
        "unet",
        {"dropout": 0.0, "momentum": 0.9},
        Recipe(learning_rate=2e-3, schedule="cosine", warmup_epochs=1, settle_from=3, batch_size=8),
    ),
    "gray-simple-3-tuned": Experiment(
        "gray", "simple", {"filters": 3}, Recipe(learning_rate=0.02, schedule="cosine", batch_size=16)
    ),
}

BASELINES: dict[str, str] = {"gray-mean": "gray", "gray-rec601": "gray"}
"""Rows of comparison that are no networks, and the target each belongs to."""
