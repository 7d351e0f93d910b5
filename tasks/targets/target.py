"""What the project knows of a target: one object, which imports nothing that takes long.

Functions and stages are named as "module:name" and resolved where they are used.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Text:
    """A text of the report in both of its languages."""

    english: str
    korean: str


@dataclass(frozen=True)
class Metric:
    """A number that is measured on each test image, and how tables show it.

    `key` is its name in metrics.json and per_image.csv, `name` the one for people; `korean` is left empty where
    Korean uses the same. With `percent`, a share (0..1) is shown as a percentage. `is_mean` says whether the
    metric over all images is the mean over images, which then has an interval.
    """

    key: str
    name: str
    decimals: int
    korean: str = ""
    unit: str = ""
    percent: bool = False
    lower_is_better: bool = False
    is_mean: bool = True

    @property
    def heading(self) -> Text:
        """The heading of its column."""
        unit = f", {self.unit}" if self.unit else ""
        return Text(f"{self.name}{unit}", f"{self.korean or self.name}{unit}")

    def shown(self, value: float) -> str:
        """Return the value as tables show it."""
        return f"{100 * value:.{self.decimals}f}%" if self.percent else f"{value:.{self.decimals}f}"

    def shown_with_unit(self, value: float) -> str:
        """Return the value as sentences show it."""
        return f"{self.shown(value)} {self.unit}" if self.unit else self.shown(value)

    def difference(self, before: float, now: float) -> str:
        """Return the difference of two values, with its sign."""
        change = now - before
        return f"{100 * change:+.{self.decimals}f}%" if self.percent else f"{change:+.{self.decimals}f}"

    def is_better(self, value: float, other: float) -> bool:
        """Return whether a value is better than the other; NaN is never better."""
        return value < other if self.lower_is_better else value > other


@dataclass(frozen=True)
class ImageError:
    """The error that test images are ranked by: a metric where lower is better, or 1 minus a share (0..1)."""

    metric: Metric

    @property
    def key(self) -> str:
        """Its name in settings, which does not change with the metric's name for people."""
        return self.metric.key if self.metric.lower_is_better else f"1 - {self.metric.key}"

    @property
    def label(self) -> str:
        """Its name on an axis."""
        return self.metric.name if self.metric.lower_is_better else f"1 - {self.metric.name}"

    def of(self, values: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Return the error of images (N,) from the metric's values (N,)."""
        return values if self.metric.lower_is_better else 1 - values


@dataclass(frozen=True)
class StageArray:
    """An array (N, height, width, channels) by split in the npz or the shards of a stage ("module:task")."""

    stage: str
    name: str


PHOTOS = StageArray("tasks.small.task:SmallImages", "images")
"""The small photos in colour."""
MATTES = StageArray("tasks.small.task:SmallImages", "mattes")
"""The small mattes."""


@dataclass(frozen=True)
class Target:
    """What a network learns to predict: an output array for an input array, how it is measured and shown.

    `card` completes "Predicts ..." on the model card. `measure` names the function from predictions and targets
    (N, height, width, 1), values 0..1, to the `metrics` of each image, a dict of arrays (N,); `combine` names the
    one from these to the metrics over all images. `headline` is the metric that models are sorted by and compared
    with the constant; `history_metrics` are those that the report's history keeps, the headline among them.

    `about_metrics` explains the metrics under the table's title. With `cutout`, the prediction is a matte, and
    pictures show what it cuts out. `baselines` are further ones than the constant, by name, each with the
    function from images (N, height, width, channels) to predictions.
    """

    title: Text
    card: str
    output: StageArray
    metrics: tuple[Metric, ...]
    headline: Metric
    error: ImageError
    history_metrics: tuple[Metric, ...]
    measure: str
    combine: str = "tasks.evaluation.metrics:means"
    input: StageArray = PHOTOS
    about_metrics: Text | None = None
    cutout: bool = False
    baselines: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse metrics that are named and not measured."""
        named = {self.headline, self.error.metric, *self.history_metrics}
        if not named <= set(self.metrics) or self.headline not in self.history_metrics:
            raise ValueError(f"{self.title.english}: headline, error and history_metrics are some of the metrics")

    @property
    def needs_mattes(self) -> bool:
        """Whether its input or its output are the originals' mattes."""
        return MATTES in (self.input, self.output)

    def array_settings(self) -> dict[str, Any]:
        """Return the arrays' names, as settings of a stage that reads them."""
        return {"target.input": self.input.name, "target.output": self.output.name}

    def evaluation_settings(self) -> dict[str, Any]:
        """Return what decides the outcome of an evaluation, as its settings."""
        return {
            **self.array_settings(),
            "target.measure": self.measure,
            "target.combine": self.combine,
            "target.error": self.error.key,
            "target.cutout": self.cutout,
        }
