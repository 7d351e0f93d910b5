"""Stage 4: `TrainModel`."""

import csv
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from statistics import median
from typing import Any, ClassVar

import luigi

from tasks.experiments import EXPERIMENTS
from tasks.freshness.task import FreshTask
from tasks.freshness.verdict import Read
from tasks.settings import training
from tasks.small.task import SmallImages
from tasks.targets import TARGETS
from tasks.tensorflow_start import import_tensorflow
from tasks.training.recipe import Recipe

HISTORY = "history.csv"


class TrainModel(FreshTask):
    """Trains the network of one experiment."""

    experiment = luigi.ChoiceParameter(choices=tuple(EXPERIMENTS), description="the experiment's name")
    produces = ("model.keras", HISTORY, "README.md")
    resources: ClassVar[dict[str, int]] = {"gpu": 1}

    @property
    def folder(self) -> str:
        """The output's folder, below the data folder."""
        return f"models/{self.experiment}"

    @property
    def modules(self) -> tuple[str, ...]:
        """The code that trains, that of the one network, and that which draws pairs anew, if it is used."""
        network = EXPERIMENTS[self.experiment].network
        own = (
            "tasks.training.train",
            "tasks.training.save",
            "tasks.training.card",
            "tasks.training.precision",
            f"tasks.training.networks.{network}",
        )
        return (*own, "tasks.training.augment") if self.recipe().augment else own

    def recipe(self) -> Recipe:
        """Return the experiment's recipe, with the epochs of the settings if they give any."""
        own = EXPERIMENTS[self.experiment].recipe
        return own if training().epochs is None else replace(own, epochs=training().epochs)

    def settings(self) -> dict[str, Any]:
        """Return the experiment's row of the catalogue, the seed and the precision."""
        experiment, recipe = EXPERIMENTS[self.experiment], asdict(self.recipe())
        return {
            "training.epochs": recipe.pop("epochs"),
            "training.seed": training().seed,
            "training.precision": training().precision,
            "training.replicas": training().replicas,
            "experiment.target": experiment.target,
            "experiment.network": experiment.network,
            **{f"experiment.{name}": value for name, value in (experiment.options | recipe).items()},
        }

    def speed(self) -> str:
        """Return the median speed of the epochs, where their history is on this machine."""
        with suppress(OSError, KeyError, ValueError), (self.path / HISTORY).open(encoding="utf-8") as file:
            return f"{median(float(epoch['images_per_second']) for epoch in csv.DictReader(file)):.0f} images/s"
        return ""

    def reads(self) -> Mapping[str, Read]:
        """Return the small images and the target."""
        target = TARGETS[EXPERIMENTS[self.experiment].target]
        return {"small": Read(SmallImages(), SmallImages().main), "targets": target.read()}

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> None:
        """Write `model.keras`, `history.csv` and the model card."""
        import_tensorflow()
        import pandas

        from tasks.training.augment import augment
        from tasks.training.card import model_card
        from tasks.training.precision import chosen_precision
        from tasks.training.progress import EpochProgress
        from tasks.training.save import save_model
        from tasks.training.train import train_network

        experiment, recipe = EXPERIMENTS[self.experiment], self.recipe()
        target = TARGETS[experiment.target]
        train, test = target.blocks("training"), target.blocks("testing")
        precision = chosen_precision(training().precision, recipe.precision)
        with EpochProgress(self.title, recipe, len(train), self.notify) as progress:
            model, history = train_network(
                experiment.network,
                experiment.options,
                recipe,
                train,
                test,
                training().seed,
                precision,
                progress.after_batch,
                progress.after_epoch,
                checkpoint=self.partial / "checkpoint.npz",
                augment=augment if recipe.augment else None,
                replicas=training().replicas,
            )
        save_model(model, folder / "model.keras")
        images = {"training": len(train), "testing": len(test)}
        height, width, _ = train.forms[0][0]
        parameters = model.count_params()
        card = model_card(
            self.experiment, self.settings(), parameters, images, (height, width), precision, history
        )
        (folder / "README.md").write_text(card, encoding="utf-8")
        epochs = pandas.DataFrame(history).assign(precision=precision)
        epochs.to_csv(folder / HISTORY, index=False, lineterminator="\n")
