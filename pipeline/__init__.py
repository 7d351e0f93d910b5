"""What a user can run: `luigi --module pipeline EvaluateAll`, or any single stage by its name."""

from tasks.core.console import quiet_console
from tasks.core.defaults import hold_defaults, read_again
from tasks.evaluation.task import EvaluateBaseline, EvaluateModel
from tasks.gray.task import GrayTargets
from tasks.housekeeping.task import Clean, Status
from tasks.originals.download.task import DownloadOriginals
from tasks.originals.task import Originals
from tasks.originals.unpack.task import UnpackOriginals
from tasks.photos.task import ApplyToPhotos
from tasks.report.task import EvaluateAll, Report
from tasks.small.task import SmallImages
from tasks.training.task import RecalibrateModel, TrainModel

__all__ = [
    "ApplyToPhotos",
    "Clean",
    "DownloadOriginals",
    "EvaluateAll",
    "EvaluateBaseline",
    "EvaluateModel",
    "GrayTargets",
    "Originals",
    "RecalibrateModel",
    "Report",
    "SmallImages",
    "Status",
    "TrainModel",
    "UnpackOriginals",
]

quiet_console()
read_again()
hold_defaults()
