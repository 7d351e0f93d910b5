"""Stage 4: `TrainModel`, and `RecalibrateModel` for the experiments that take over a finished model."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import luigi

from tasks.core.freshness.description import Input, Watched
from tasks.core.freshness.stage import Stage
from tasks.core.storage.address import local_path
from tasks.core.text import write_text
from tasks.experiments import EXPERIMENTS, Experiment
from tasks.recipe import Recipe
from tasks.settings import originals, training
from tasks.shipped.model import MATTE
from tasks.targets import TARGETS
from tasks.targets.reading import target_blocks, target_reads
from tasks.targets.target import Target
from tasks.training.shipped import shipped_weights
from tasks.training.tensorflow_start import import_tensorflow
from tasks.training.watched import watched_files

if TYPE_CHECKING:
    import keras

    from tasks.training.card import Training
    from tasks.training.mixed import Drawn

MODEL = "model.keras"
EPOCHS = "history.csv"
CHECK = "check.json"
CARD = "README.md"
COMPOSITES = 1000
"""How many composites are drawn in each epoch."""


class ModelStage(Stage):
    """What the stages that write a model have in common."""

    produces: tuple[str, ...] = (MODEL, CHECK, CARD)
    resources: ClassVar[dict[str, int]] = {"gpu": 1}
    experiment: str

    @property
    def folder(self) -> str:
        """The output's folder, below the data folder."""
        return f"models/{self.experiment}"

    @property
    def row(self) -> Experiment:
        """The experiment's row of the catalogue."""
        return EXPERIMENTS[self.experiment]

    @property
    def target(self) -> Target:
        """The target that the model learns."""
        return TARGETS[self.row.target]

    def reads(self) -> Mapping[str, Input[Stage]]:
        """Return the input and the target images."""
        return target_reads(self.target)

    def finish(self, folder: Path, model: "keras.Model", training: "Training | None") -> None:
        """Write `model.keras`, `check.json` and the model card; `training` is None where nothing was trained."""
        from tasks.training.card import model_card
        from tasks.training.check import write_check
        from tasks.training.compare import compare_with_constant
        from tasks.training.save import save_model

        train, test = (target_blocks(self.target, split) for split in ("training", "testing"))
        check = compare_with_constant(model, self.row.recipe.loss, train, test)
        save_model(model, folder / MODEL)
        write_check(folder / CHECK, check)
        images = {"training": len(train), "testing": len(test)}
        rendered = originals().is_sample
        card = model_card(self.experiment, self.row, self.settings(), model, images, check, training, rendered)
        write_text(folder / CARD, card)


class TrainModel(ModelStage):
    """Trains the network of one experiment."""

    experiment = luigi.ChoiceParameter(
        choices=[name for name, row in EXPERIMENTS.items() if not row.recalibrates],
        description="the experiment's name",
    )
    produces = (*ModelStage.produces, EPOCHS)

    @property
    def code(self) -> tuple[str, ...]:
        """The code that trains, the code of the network, and what only some trainings use."""
        used = {
            "tasks.training.augment": self.recipe().augment,
            "tasks.training.composites.composite": self.renders() is not None,
            "tasks.training.shipped": self.row.finetunes,
        }
        return (
            "tasks.training.train",
            "tasks.training.save",
            "tasks.training.tensorflow_start",
            "tasks.training.compare",
            "tasks.training.precision",
            f"tasks.training.networks.{self.row.network}",
            *(module for module, is_used in used.items() if is_used),
        )

    def renders(self) -> Path | None:
        """Return the folder of renders, if one is given and the network learns mattes."""
        given = training().renders
        return local_path(given) if given and self.row.target == "matte" else None

    def watched(self) -> Watched | None:
        """Return the state of the renders and of the shipped model, where they are used."""
        return watched_files(self.renders(), MATTE.path if self.row.finetunes else None)

    def recipe(self) -> Recipe:
        """Return the experiment's recipe, with the epochs of the settings if they give any."""
        own = self.row.recipe
        return own if training().epochs is None else replace(own, epochs=training().epochs)

    def settings(self) -> dict[str, Any]:
        """Return the experiment's row of the catalogue, the seed, the precision, and what else it starts from."""
        recipe = asdict(self.recipe())
        return {
            **({"training.renders": training().renders} if self.renders() else {}),
            **({"experiment.finetunes": True} if self.row.finetunes else {}),
            "training.epochs": recipe.pop("epochs"),
            "training.seed": training().seed,
            "training.precision": training().precision,
            "training.replicas": training().replicas,
            "experiment.target": self.row.target,
            **self.target.array_settings(),
            "experiment.network": self.row.network,
            **{f"experiment.{name}": value for name, value in (self.row.options | recipe).items()},
        }

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> None:
        """Write model, check, card and `history.csv`.

        Raises `UserError` for a bad shard, for renders that cannot be used, or for too few devices.
        """
        import_tensorflow()
        import pandas

        from tasks.training.augment import augment
        from tasks.training.average import averaged_epochs
        from tasks.training.card import Training
        from tasks.training.precision import chosen_precision
        from tasks.training.progress import EpochProgress
        from tasks.training.train import TrainingRun, train_network

        recipe = self.recipe()
        train, test = (target_blocks(self.target, split) for split in ("training", "testing"))
        precision = chosen_precision(training().precision, recipe.precision)
        drawn = self._composites(*train.element_spec[0][0][:2])
        composites = drawn.count if drawn else 0
        with EpochProgress(self.title, recipe, len(train) + composites, self.notify) as progress:
            run = TrainingRun(
                self.row.network,
                self.row.options,
                recipe,
                seed=training().seed,
                precision=precision,
                replicas=training().replicas,
                augment=augment if recipe.augment else None,
                drawn=drawn,
                initial_weights=shipped_weights() if self.row.finetunes else None,
            )
            model, history = train_network(
                run,
                train,
                test,
                after_batch=progress.after_batch,
                after_epoch=progress.after_epoch,
                checkpoint=self.partial / "checkpoint.npz",
            )
        averaged = averaged_epochs(recipe.epochs, recipe.average_share)
        self.finish(folder, model, Training(len(history), averaged, precision, recipe.recalibrate, composites))
        epochs = pandas.DataFrame(history).assign(precision=precision)
        epochs.to_csv(folder / EPOCHS, index=False, lineterminator="\n")

    def _composites(self, height: int, width: int) -> "Drawn | None":
        """Return the composites of this size to draw in each epoch, if there are renders."""
        renders = self.renders()
        if renders is None:
            return None
        from tasks.training.composites.composite import draw_composite
        from tasks.training.composites.layers import read_layers
        from tasks.training.mixed import Drawn

        layers = read_layers(renders, (height, width))
        return Drawn(COMPOSITES, lambda generator: draw_composite(generator, layers, (height, width)))


class RecalibrateModel(ModelStage):
    """Computes the running statistics of a finished model over the training images; its weights stay."""

    experiment = luigi.ChoiceParameter(
        choices=[name for name, row in EXPERIMENTS.items() if row.recalibrates],
        description="the experiment's name",
    )
    code = (
        "tasks.training.recalibrate",
        "tasks.training.save",
        "tasks.training.compare",
        "tasks.training.tensorflow_start",
    )

    def settings(self) -> dict[str, Any]:
        """Return which model it is, by which loss it is checked, and what the batches depend on."""
        return {
            "training.seed": training().seed,
            "experiment.target": self.row.target,
            **self.target.array_settings(),
            "experiment.network": self.row.network,
            "experiment.recalibrates": self.row.recalibrates,
            "experiment.loss": self.row.recipe.loss,
            "experiment.batch_size": self.row.recipe.batch_size,
        }

    def reads(self) -> Mapping[str, Input[Stage]]:
        """Return the input and the target images, and the finished model."""
        return {**super().reads(), "model": Input(TrainModel(experiment=self.row.recalibrates), MODEL)}

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> None:
        """Write model, check and card. Raises `UserError` for a bad shard, `ValueError` for a nested network."""
        import_tensorflow()
        import tensorflow

        from tasks.training.load import load_model
        from tasks.training.recalibrate import recalibrate

        tensorflow.config.experimental.enable_op_determinism()
        model = load_model(inputs["model"])
        recalibrate(model, target_blocks(self.target, "training"), self.row.recipe.batch_size, training().seed)
        self.finish(folder, model, None)


def model_stage(experiment: str) -> ModelStage:
    """Return the stage that makes an experiment's model."""
    kind = RecalibrateModel if EXPERIMENTS[experiment].recalibrates else TrainModel
    return kind(experiment=experiment)
