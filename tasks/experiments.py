"""The catalogue of experiments: one row each. All stages behind the targets pick up what is added here."""

from dataclasses import dataclass, field, replace
from typing import Any

from tasks.core.errors import UserError
from tasks.recipe import Precision, Recipe
from tasks.targets import TARGETS


@dataclass(frozen=True)
class Experiment:
    """A network that learns a target by a recipe.

    `network` is a module of `tasks/training/networks/`, `options` are arguments of its `build`, and `target` is
    a key of `tasks.targets.TARGETS`. One that is `slow` is in the report only when asked for. One that
    `recalibrates` another trains nothing: it is the other's finished model, with batch normalization's running
    statistics computed over the training images. One that `finetunes` starts from the weights of the model that
    comes with this package, whose network it has.
    """

    target: str
    network: str
    options: dict[str, Any] = field(default_factory=dict)
    recipe: Recipe = field(default_factory=Recipe)
    slow: bool = False
    recalibrates: str | None = None
    finetunes: bool = False


FAST: Precision = "mixed_bfloat16"
"""For the U-Nets; the very small models have to find three weights to many digits, in float32."""

GRAY_UNET = Experiment("gray", "unet", recipe=Recipe(precision=FAST))

MATTE_UNET_TUNED = Experiment(
    "matte",
    "residual_unet",
    {"test_time_augmentation": True},
    Recipe(
        loss="crossentropy_and_overlap",
        learning_rate=5e-3,
        schedule="cosine",
        warmup_epochs=2,
        batch_size=16,
        epochs=200,
        weight_decay=0.02,
        augment=True,
        precision=FAST,
        train_options={"test_time_augmentation": False, "dropout": 0.08},
    ),
    slow=True,
)

EXPERIMENTS: dict[str, Experiment] = {
    # As the article trains them; of its U-Net also what it gives with running statistics that fit its weights.
    "gray-unet": GRAY_UNET,
    "gray-unet-recalibrated": replace(GRAY_UNET, recalibrates="gray-unet"),
    "gray-simple-3": Experiment("gray", "simple", {"filters": 3}),
    "gray-simple-15": Experiment("gray", "simple", {"filters": 15}),
    "gray-simple-30": Experiment("gray", "simple", {"filters": 30}),
    # The course's networks for mattes.
    "matte-unet": Experiment(
        "matte",
        "unet",
        recipe=Recipe(loss="mse", epochs=25, average_share=0.2, recalibrate=True, precision=FAST),
    ),
    "matte-autoencoder": Experiment("matte", "autoencoder", recipe=Recipe(loss="mse", batch_size=8, epochs=25)),
    # The same networks, trained as well as we can in the same number of epochs; for mattes, our best network too.
    "gray-unet-tuned": Experiment(
        "gray",
        "unet",
        {"dropout": 0.0, "momentum": 0.9},
        Recipe(
            learning_rate=2e-3,
            schedule="cosine",
            warmup_epochs=1,
            freeze_statistics_from=3,
            batch_size=8,
            precision=FAST,
        ),
    ),
    "gray-simple-3-tuned": Experiment(
        "gray", "simple", {"filters": 3}, Recipe(learning_rate=0.02, schedule="cosine", batch_size=4)
    ),
    "matte-unet-tuned": MATTE_UNET_TUNED,
    # For about 30 matted portraits of one's own: too few to train a network from the start.
    "matte-finetuned": replace(
        MATTE_UNET_TUNED,
        recipe=replace(MATTE_UNET_TUNED.recipe, learning_rate=1e-3, batch_size=8, epochs=60),
        finetunes=True,
    ),
}


def constant_baseline(target: str) -> str:
    """Return the name of the baseline that every network of a target has to beat: the mean of its targets."""
    return f"{target}-mean"


BASELINES: dict[str, str] = {
    baseline: name for name, target in TARGETS.items() for baseline in (constant_baseline(name), *target.baselines)
}
"""Predictions without a network to compare the networks with, and the target of each."""


def experiments_named(asked: str, with_mattes: bool = True) -> list[str]:
    """Return the names that `usual` (all but the slow), `all`, or names with commas between stand for.

    Without mattes, `usual` and `all` have only the experiments that need none. Raises `UserError` for a name that
    is not in the catalogue, or whose experiment needs mattes.
    """
    possible = [name for name, row in EXPERIMENTS.items() if with_mattes or not TARGETS[row.target].needs_mattes]
    if asked in ("usual", "all"):
        return [name for name in possible if asked == "all" or not EXPERIMENTS[name].slow]
    names = [name.strip() for name in asked.split(",") if name.strip()]
    unknown = [name for name in names if name not in EXPERIMENTS]
    if unknown or not names:
        raise UserError(
            f"report.experiments '{asked}': {', '.join(unknown) or 'nothing'} is not an experiment; give usual, "
            f"all, or some of {', '.join(EXPERIMENTS)}"
        )
    if impossible := [name for name in names if name not in possible]:
        raise UserError(
            f"report.experiments '{asked}': {', '.join(impossible)} needs mattes, and the originals have none; "
            f"give usual, all, or some of {', '.join(possible)}"
        )
    return list(dict.fromkeys(names))


def baselines_possible(with_mattes: bool) -> list[str]:
    """Return the names of the baselines that can be evaluated on originals with mattes, or without."""
    return [name for name, target in BASELINES.items() if with_mattes or not TARGETS[target].needs_mattes]
