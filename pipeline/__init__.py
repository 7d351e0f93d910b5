"""What a user can run: `luigi --module pipeline EvaluateAll`, or any single stage by its name."""

from tasks.console import quiet_luigi
from tasks.gray.task import GrayTargets
from tasks.originals.task import Originals
from tasks.small.task import SmallImages

__all__ = ["GrayTargets", "Originals", "SmallImages"]

quiet_luigi()
