"""What a user can run: `luigi --module pipeline EvaluateAll`, or any single stage by its name."""

from tasks.console import quiet_console
from tasks.evaluation.task import EvaluateBaseline, EvaluateModel
from tasks.gray.task import GrayTargets
from tasks.housekeeping.task import Clean, Status
from tasks.originals.task import Originals
from tasks.report.task import EvaluateAll
from tasks.small.task import SmallImages
from tasks.training.task import TrainModel

__all__ = [
    "Clean",
    "EvaluateAll",
    "EvaluateBaseline",
    "EvaluateModel",
    "GrayTargets",
    "Originals",
    "SmallImages",
    "Status",
    "TrainModel",
]

quiet_console()
