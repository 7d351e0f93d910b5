"""Loads a trained model, to be used on photos of any size."""

from pathlib import Path

from tasks.core.errors import UserError
from tasks.experiments import EXPERIMENTS
from tasks.photos.network import SizedNetwork


def load_network(folder: str | Path) -> SizedNetwork:
    """Load what `TrainModel` wrote into `data/models/NAME`, where NAME is an experiment's.

    Raises `UserError` if it is none, or nothing is there.
    """
    path = Path(folder)
    if path.name not in EXPERIMENTS:
        raise UserError(f"{path}: {path.name} is no experiment; there are {', '.join(EXPERIMENTS)}")
    if not (path / "model.keras").is_file():
        raise UserError(f"{path}: there is no model; train it: TrainModel --experiment {path.name}")
    experiment = EXPERIMENTS[path.name]
    return SizedNetwork(path / "model.keras", experiment.network, experiment.options)
