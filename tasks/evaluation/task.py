"""Stage 5: `EvaluateModel`, and `EvaluateBaseline` for the rows of comparison."""

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import luigi

from tasks.core.freshness.description import Input
from tasks.core.freshness.stage import Stage
from tasks.core.tensorflow_start import import_tensorflow
from tasks.dataset.manifest import read_photo_names
from tasks.experiments import BASELINES, EXPERIMENTS
from tasks.originals.task import Originals
from tasks.small.task import SmallImages
from tasks.targets import TARGETS
from tasks.training.task import model_stage

if TYPE_CHECKING:
    from tasks.evaluation.baselines import Predict

FILES: tuple[str, ...] = (
    "metrics.json",
    "per_image.csv",
    "best.png",
    "median.png",
    "worst.png",
    "same.png",
    "predictions.jpg",
)


class Evaluation(Stage):
    """What the evaluations have in common: they measure one way of predicting on the test split."""

    produces = FILES

    @property
    @abstractmethod
    def name(self) -> str:
        """The name of what is measured."""

    @property
    @abstractmethod
    def target(self) -> str:
        """The target that it is measured against."""

    @property
    def folder(self) -> str:
        """The output's folder, below the data folder."""
        return f"evaluation/{self.name}"

    @property
    def code(self) -> tuple[str, ...]:
        """The code that measures, and the metrics of the one target."""
        return ("tasks.evaluation.evaluate", f"tasks.evaluation.metrics.{self.target}")

    def reads(self) -> Mapping[str, Input[Stage]]:
        """Return the small images, the target, and the manifest for the images' names."""
        return {
            "manifest": Input(Originals(), "manifest.csv"),
            "small": Input(SmallImages(), SmallImages().arrays_file),
            "targets": TARGETS[self.target].read(),
        }

    def measure(self, folder: Path, inputs: Mapping[str, Path], predict: "Predict", parameters: int) -> None:
        """Write metrics, per image too, and the pictures of a prediction made with so many parameters."""
        from tasks.evaluation.evaluate import evaluate

        names = read_photo_names(inputs["manifest"], "testing")
        facts = {"name": self.name, "parameters": parameters}
        evaluate(self.target, predict, TARGETS[self.target].blocks("testing"), names, facts, folder)


class EvaluateModel(Evaluation):
    """Measures the trained model of one experiment."""

    experiment = luigi.ChoiceParameter(choices=tuple(EXPERIMENTS), description="the experiment's name")
    produces = (*FILES, "sensitivity.npz")

    @property
    def code(self) -> tuple[str, ...]:
        """The code that measures, and that which looks into the model."""
        return (*super().code, "tasks.evaluation.sensitivity")

    @property
    def name(self) -> str:
        """The experiment's name."""
        return str(self.experiment)

    @property
    def target(self) -> str:
        """The experiment's target."""
        return EXPERIMENTS[self.experiment].target

    def reads(self) -> Mapping[str, Input[Stage]]:
        """Return what every evaluation reads, and the model."""
        return {**super().reads(), "model": Input(model_stage(self.experiment), "model.keras")}

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> None:
        """Write what every evaluation does, and what the model looks at."""
        import_tensorflow()
        import keras

        from tasks.evaluation.evaluate import keras_prediction
        from tasks.evaluation.sensitivity import write_sensitivity

        model = keras.saving.load_model(inputs["model"])
        self.measure(folder, inputs, keras_prediction(model), model.count_params())
        write_sensitivity(model, TARGETS[self.target].blocks("testing"), folder / "sensitivity.npz")


class EvaluateBaseline(Evaluation):
    """Measures a row of comparison that is no network."""

    baseline = luigi.ChoiceParameter(choices=tuple(BASELINES), description="the baseline's name")

    @property
    def name(self) -> str:
        """The baseline's name."""
        return str(self.baseline)

    @property
    def target(self) -> str:
        """The baseline's target."""
        return BASELINES[self.baseline]

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> None:
        """Write what every evaluation does; a baseline has no parameters."""
        from tasks.evaluation.baselines import baseline

        self.measure(folder, inputs, baseline(self.baseline, TARGETS[self.target].blocks("training")), 0)
