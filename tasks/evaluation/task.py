"""Stage 5: `EvaluateModel`, and `EvaluateBaseline` for the rows of comparison."""

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

import luigi

from tasks.core.freshness.description import Input
from tasks.core.freshness.stage import Stage
from tasks.dataset.manifest import read_photo_names
from tasks.experiments import BASELINES, EXPERIMENTS
from tasks.originals.task import Originals
from tasks.targets import TARGETS
from tasks.targets.reading import target_blocks, target_reads
from tasks.training.task import model_stage
from tasks.training.tensorflow_start import import_tensorflow

if TYPE_CHECKING:
    from tasks.evaluation.evaluate import Predictor

EVALUATION_FILES: tuple[str, ...] = (
    "metrics.json",
    "per_image.csv",
    "best.png",
    "median.png",
    "worst.png",
    "same.png",
    "predictions.jpg",
)


class Evaluation(Stage):
    """The base of the evaluations, which measure predictions on the test split."""

    produces = EVALUATION_FILES

    @property
    @abstractmethod
    def name(self) -> str:
        """The name of the experiment or baseline."""

    @property
    @abstractmethod
    def target_name(self) -> str:
        """The name of the target that it predicts."""

    @property
    def folder(self) -> str:
        """The output's folder, below the data folder."""
        return f"evaluation/{self.name}"

    @property
    def code(self) -> tuple[str, ...]:
        """The code that measures, and the metrics of the one target."""
        functions = (TARGETS[self.target_name].measure, TARGETS[self.target_name].combine)
        return ("tasks.evaluation.evaluate", *dict.fromkeys(map(module_of, functions)))

    def settings(self) -> dict[str, Any]:
        """Return what of the target decides the outcome."""
        return TARGETS[self.target_name].evaluation_settings()

    def reads(self) -> Mapping[str, Input[Stage]]:
        """Return the input and the target images, and the manifest for the images' names."""
        return {"manifest": Input(Originals(), "manifest.csv"), **target_reads(TARGETS[self.target_name])}

    def write_evaluation(
        self, folder: Path, inputs: Mapping[str, Path], predict: "Predictor", parameters: int
    ) -> None:
        """Write the metrics and pictures of a prediction made with so many parameters."""
        from tasks.evaluation.evaluate import Measures, evaluate

        target = TARGETS[self.target_name]
        measures = Measures(
            resolve_name(target.measure),
            resolve_name(target.combine),
            lambda columns: target.error.of(columns[target.error.metric.key]),
            target.cutout,
        )
        names = read_photo_names(inputs["manifest"], "testing")
        facts = {"name": self.name, "parameters": parameters, "target": self.target_name}
        evaluate(measures, predict, target_blocks(target, "testing"), names, facts, folder)


class EvaluateModel(Evaluation):
    """Measures the trained model of one experiment."""

    experiment = luigi.ChoiceParameter(choices=tuple(EXPERIMENTS), description="the experiment's name")
    produces = (*EVALUATION_FILES, "sensitivity.npz")

    @property
    def code(self) -> tuple[str, ...]:
        """The code that measures the predictions and the model's sensitivity."""
        return (*super().code, "tasks.evaluation.sensitivity", "tasks.training.tensorflow_start")

    @property
    def name(self) -> str:
        """The experiment's name."""
        return str(self.experiment)

    @property
    def target_name(self) -> str:
        """The experiment's target."""
        return EXPERIMENTS[self.experiment].target

    def reads(self) -> Mapping[str, Input[Stage]]:
        """Return what every evaluation reads, and the model."""
        return {**super().reads(), "model": Input(model_stage(self.experiment), "model.keras")}

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> None:
        """Write what every evaluation does, and the model's sensitivity."""
        import_tensorflow()
        from tasks.evaluation.evaluate import keras_prediction
        from tasks.evaluation.sensitivity import write_sensitivity
        from tasks.training.load import load_model

        model = load_model(inputs["model"])
        self.write_evaluation(folder, inputs, keras_prediction(model), model.count_params())
        write_sensitivity(model, target_blocks(TARGETS[self.target_name], "testing"), folder / "sensitivity.npz")


class EvaluateBaseline(Evaluation):
    """Measures a prediction made without a network, for comparison."""

    baseline = luigi.ChoiceParameter(choices=tuple(BASELINES), description="the baseline's name")

    @property
    def name(self) -> str:
        """The baseline's name."""
        return str(self.baseline)

    @property
    def target_name(self) -> str:
        """The baseline's target."""
        return BASELINES[self.baseline]

    @property
    def function(self) -> str | None:
        """The function that predicts, as "module:name"; None for the constant."""
        return TARGETS[self.target_name].baselines.get(self.name)

    @property
    def code(self) -> tuple[str, ...]:
        """The code that measures, and the code that predicts."""
        return (*super().code, module_of(self.function) if self.function else "tasks.evaluation.baselines")

    def settings(self) -> dict[str, Any]:
        """Return what of the target decides the outcome, and the function that predicts."""
        return {**super().settings(), "baseline.function": self.function}

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> None:
        """Write what every evaluation does; a baseline has no parameters."""
        from tasks.evaluation.baselines import constant_prediction

        if self.function:
            predict = resolve_name(self.function)
        else:
            predict = constant_prediction(target_blocks(TARGETS[self.target_name], "training"))
        self.write_evaluation(folder, inputs, predict, 0)


def module_of(function: str) -> str:
    """Return the module of a function named as "module:name"."""
    return function.partition(":")[0]
